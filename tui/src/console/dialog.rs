//! What dialogs that change something have in common: lines in a frame, and a request that is sent once.

use model::Job;
use ratatui::layout::Rect;
use serde::de::DeserializeOwned;

use protocol::Problem;

use super::{
    canvas::Canvas,
    desk::{Desk, Link, read},
    message::{Answer, Tag},
    text::wrap,
    theme::Role,
    value,
};
use crate::wording::{problem, text::Text};

/// Columns of a dialog, and of the text in it.
const WIDE: u16 = 58;
const TEXT: u16 = WIDE - 6;

/// The lines of a dialog.
#[derive(Debug)]
pub(crate) struct Lines(Vec<(String, Role)>, u16);

impl Default for Lines {
    fn default() -> Lines {
        Lines(Vec::new(), TEXT)
    }
}

impl Lines {
    /// For text of another width, outside of a dialog.
    pub(crate) fn wide(columns: u16) -> Lines {
        Lines(Vec::new(), columns)
    }

    /// Text on as many lines as it takes.
    pub(crate) fn tell(&mut self, text: &str, role: Role) {
        self.0.extend(wrap(text, self.1).into_iter().map(|line| (line, role)));
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.0.push((String::new(), Role::Plain));
    }

    /// What a job is about: the payment, then which paper and where.
    pub(crate) fn job(&mut self, job: &Job, desk: &Desk) {
        let language = desk.language;
        match job.transaction.map(|id| desk.sale(id)) {
            Some(Some(sale)) => {
                self.tell(&sale.headline(language), Role::Strong);
                self.tell(&sale.about(desk.now, language), Role::Plain);
            }
            Some(None) => self.tell(&Text::Loading.say(language), Role::Plain),
            None => {}
        }
        let role = if job.transaction.is_none() { Role::Strong } else { Role::Plain };
        self.tell(&format!("{}  {}", value::job(job, language), job.id), role);
    }

    /// Draws them into an area, without a frame; says how many rows that took.
    pub(crate) fn put(&self, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
        let rows = self.0.iter().zip(area.top()..area.bottom());
        for ((text, role), y) in rows.clone() {
            canvas.put(area.x, y, area.width, text, *role);
        }
        u16::try_from(rows.count()).unwrap_or(0)
    }

    /// Draws them into a frame with rows for fields below them, and other lines below those; says where the fields go.
    pub(crate) fn around(
        &self,
        fields: u16,
        below: &Lines,
        canvas: &mut Canvas<'_>,
        area: Rect,
        title: &Text<'_>,
    ) -> Rect {
        let rows = |lines: &Lines| u16::try_from(lines.0.len()).unwrap_or(12);
        let wide = WIDE.min(area.width);
        let high = (rows(self) + 1 + fields + rows(below) + 4).min(area.height);
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        frame(canvas, Rect::new(x, y, wide, high), title);
        let bottom = (y + high).saturating_sub(1);
        for ((text, role), row) in self.0.iter().zip(y + 2..bottom) {
            canvas.put(x + 3, row, wide - 6, text, *role);
        }
        let at = y + 2 + rows(self) + 1;
        for ((text, role), row) in below.0.iter().zip(at + fields..bottom) {
            canvas.put(x + 3, row, wide - 6, text, *role);
        }
        Rect::new(x + 3, at, wide - 6, fields)
    }

    /// Draws them into a frame in the middle of an area; the cursor goes to the selected line, else to the first.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, title: &Text<'_>) {
        let wide = WIDE.min(area.width);
        let high = (u16::try_from(self.0.len()).unwrap_or(12) + 4).min(area.height);
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        frame(canvas, Rect::new(x, y, wide, high), title);
        canvas.set_cursor(x + 3, y + 2, false);
        for ((text, role), row) in self.0.iter().zip(y + 2..(y + high).saturating_sub(1)) {
            canvas.put(x + 3, row, wide - 6, text, *role);
            if *role == Role::Selected {
                canvas.set_cursor(x + 3, row, false);
            }
        }
    }
}

/// The edges of a dialog over an emptied area.
pub(crate) fn frame(canvas: &mut Canvas<'_>, area: Rect, title: &Text<'_>) {
    // without edges nothing but blanks keeps a dialog's words apart from the screen's
    canvas.clear(if canvas.has_edges() { area } else { canvas.rows_of(area) });
    let rule = format!("+{}+", "-".repeat(usize::from(area.width.saturating_sub(2))));
    for y in [area.y, area.bottom().saturating_sub(1)] {
        canvas.put(area.x, y, area.width, &rule, Role::Edge);
    }
    for y in area.y + 1..area.bottom().saturating_sub(1) {
        canvas.put(area.x, y, 1, "|", Role::Edge);
        canvas.put(area.right() - 1, y, 1, "|", Role::Edge);
    }
    let title = format!(" {} ", canvas.say(title));
    canvas.put(area.x + 2, area.y, area.width.saturating_sub(4), &title, Role::Heading);
}

/// A request that must not leave twice by accident.
#[derive(Debug, Default)]
pub(crate) struct Submission {
    sent: Option<Tag>,
    /// The connection broke between request and answer: nobody knows whether it was carried out.
    lost: bool,
    refused: Option<Box<Problem>>,
}

impl Submission {
    /// True while it can be sent.
    pub(crate) fn can(&self, desk: &Desk) -> bool {
        self.idle() && desk.connected()
    }

    /// True while nothing was sent that may still be carried out.
    pub(crate) fn idle(&self) -> bool {
        self.sent.is_none() && !self.lost
    }

    /// True until it was done, refused, or lost on its way: then there is something to read, and nothing to answer.
    pub(crate) fn open(&self) -> bool {
        !self.lost && self.refused.is_none()
    }

    /// True while an answer is waited for.
    pub(crate) fn under_way(&self) -> bool {
        self.sent.is_some()
    }

    pub(crate) fn send(&mut self, tag: Tag) {
        self.refused = None;
        self.sent = Some(tag);
    }

    /// `None` if the answer was to something else; `Some(None)` if it was a refusal, which the dialog then shows.
    pub(crate) fn answered<T: DeserializeOwned>(&mut self, tag: Tag, answer: &Answer) -> Option<Option<T>> {
        self.sent.take_if(|sent| *sent == tag)?;
        match read::<T>(answer) {
            Ok(done) => Some(Some(done)),
            Err(problem) => {
                self.refused = Some(problem);
                Some(None)
            }
        }
    }

    pub(crate) fn disconnected(&mut self) {
        self.lost |= self.sent.take().is_some();
    }

    /// How the request stands.
    pub(crate) fn tell(&self, lines: &mut Lines, desk: &Desk) {
        let language = desk.language;
        let mut say = |text: &str, role: Role| {
            lines.gap();
            lines.tell(text, role);
        };
        if self.lost {
            say(&Text::LostWhileSending.say(language), Role::Trouble);
        } else if self.sent.is_some() {
            say(&Text::Sending.say(language), Role::Plain);
        } else if let Some(refusal) = &self.refused {
            say(&problem::sentence(refusal, language), Role::Trouble);
            lines.tell(&problem::next_step(refusal, language), Role::Plain);
        } else if !matches!(desk.link, Link::Up(_)) {
            say(&Text::LinkAway.say(language), Role::Trouble);
        }
    }
}
