//! The whole trail as a file that can be verified anywhere: where to, and, where something of that name is there already,
//! whether it is to be replaced. What was there stays until the new one is whole.

use model::audit::closing_line;
use protocol::{AuditExported, Problem, request};
use ratatui::layout::Rect;

use super::super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, read},
    dialog::Lines,
    field::Field,
    layer::{Layer, Name, Next},
    message::{Answer, Effect, FileStep, Filed, Tag},
    theme::Role,
    value,
};
use crate::wording::{
    people::{self, Say, say},
    problem,
    text::Text,
};

/// The dialog.
#[derive(Debug)]
pub(crate) struct TrailExport {
    path: Field,
    stand: Stand,
    rows: u64,
    tag: Option<Tag>,
}

#[derive(Debug)]
enum Stand {
    /// A path is being typed.
    Asking,
    /// There is something at this path.
    Exists(String),
    Running,
    /// It is all there, at this path.
    Done(String),
    /// This machine refused.
    Failed(String),
    /// The spooler refused.
    Refused(Box<Problem>),
}

impl TrailExport {
    pub(crate) fn of(desk: &Desk) -> TrailExport {
        let stamp = desk.now.map(|now| value::exact(now).replace([':', '-'], "").replace(' ', "-"));
        let name =
            format!("counterfoil-audit-{}.jsonl", stamp.as_deref().and_then(|s| s.get(..13)).unwrap_or("export"));
        TrailExport { path: Field::with(&name), stand: Stand::Asking, rows: 0, tag: None }
    }

    fn begin(&mut self, replace: bool, desk: &mut Desk) {
        let path = self.path.value().trim().to_owned();
        if !path.is_empty() {
            (self.stand, self.rows) = (Stand::Running, 0);
            desk.effect(Effect::File(FileStep::Begin { path, replace }));
        }
    }

    fn page(&mut self, after: Option<String>, desk: &mut Desk) {
        self.tag = Some(desk.ask("audit_export", &request::AuditExport { after }));
    }

    fn give_up(&mut self, stand: Stand, desk: &mut Desk) {
        self.tag = None;
        self.stand = stand;
        desk.effect(Effect::File(FileStep::Drop));
    }

    fn keep(&mut self, page: &AuditExported, desk: &mut Desk) {
        let mut text: String = page.rows.iter().map(|row| row.line() + "\n").collect();
        self.rows += u64::try_from(page.rows.len()).unwrap_or(0);
        if page.next.is_none() {
            text += &(closing_line(page.entries, &page.head) + "\n");
        }
        desk.effect(Effect::File(FileStep::Write(text)));
        match &page.next {
            Some(next) => self.page(Some(next.clone()), desk),
            None => desk.effect(Effect::File(FileStep::Keep)),
        }
    }
}

impl Layer for TrailExport {
    fn name(&self) -> Name {
        Name::TrailExport
    }

    fn title(&self) -> Text<'static> {
        Text::TrailExport
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        !matches!(self.stand, Stand::Done(_))
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Open => matches!(self.stand, Stand::Asking | Stand::Failed(_)) && desk.connected(),
            Action::Yes | Action::No => matches!(self.stand, Stand::Exists(_)),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Open => Some(Text::DoExport),
            Action::Yes => Some(Text::DoReplace),
            Action::No => Some(Text::DoNothing),
            Action::Back if matches!(self.stand, Stand::Running) => Some(Text::DoStop),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Open => self.begin(false, desk),
            Action::Yes => self.begin(true, desk),
            Action::No => self.stand = Stand::Asking,
            Action::Back => {
                desk.effect(Effect::File(FileStep::Drop));
                return Next::Pop;
            }
            _ => {}
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        matches!(self.stand, Stand::Asking | Stand::Failed(_))
    }

    fn field(&mut self) -> Option<&mut Field> {
        matches!(self.stand, Stand::Asking | Stand::Failed(_)).then_some(&mut self.path)
    }

    fn typed(&mut self, _desk: &mut Desk) {
        self.stand = Stand::Asking;
    }

    fn filed(&mut self, filed: &Filed, desk: &mut Desk) {
        if !matches!(self.stand, Stand::Running) {
            return;
        }
        match filed {
            Filed::Begun => self.page(None, desk),
            Filed::Exists(path) => self.stand = Stand::Exists(path.clone()),
            Filed::Kept(path) => self.stand = Stand::Done(path.clone()),
            Filed::Failed(why) => self.give_up(Stand::Failed(why.clone()), desk),
        }
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        self.tag.take_if(|asked| *asked == tag)?;
        match read::<AuditExported>(answer) {
            Ok(page) => self.keep(&page, desk),
            Err(refusal) => self.give_up(Stand::Refused(refusal), desk),
        }
        Some(Next::Stay)
    }

    fn disconnected(&mut self) {
        // begun anew from the start; what was written of it goes with the next beginning
        if matches!(self.stand, Stand::Running) {
            (self.tag, self.stand) = (None, Stand::Asking);
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = desk.language;
        let mut above = Lines::default();
        above.tell(say(Say::ExportWhere, language), Role::Plain);
        let mut below = Lines::default();
        below.gap();
        match &self.stand {
            Stand::Asking if desk.connected() => below.tell(say(Say::ExportOurs, language), Role::Plain),
            Stand::Asking => below.tell(&canvas.say(&Text::LinkAway), Role::Trouble),
            Stand::Exists(path) => {
                below.tell(path, Role::Plain);
                below.tell(say(Say::ExportExists, language), Role::Warning);
            }
            Stand::Running => below.tell(&Text::Exporting(&value::grouped(self.rows)).say(language), Role::Plain),
            Stand::Done(path) => {
                below.tell(&people::exported(self.rows, language), Role::Good);
                below.tell(path, Role::Plain);
            }
            Stand::Failed(why) => below.tell(&Text::ExportFailed(why).say(language), Role::Trouble),
            Stand::Refused(refusal) => {
                below.tell(&problem::sentence(refusal, language), Role::Trouble);
                below.tell(&problem::next_step(refusal, language), Role::Plain);
            }
        }
        let at = above.around(1, &below, canvas, area, &self.title());
        self.path.view(canvas, at.x, at.y, at.width, self.has_focus());
    }
}
