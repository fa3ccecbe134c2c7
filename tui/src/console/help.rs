//! The help page of a screen: every key of the action table that the screen below knows.

use ratatui::layout::Rect;

use super::{
    action::{Action, Entry, Place, TABLE},
    canvas::Canvas,
    desk::Desk,
    layer::{Layer, Name, Next},
    text::wrap,
    theme::Role,
};
use crate::wording::text::Text;

/// A page over the screen it explains.
#[derive(Debug)]
pub(crate) struct Help {
    below: Text<'static>,
    here: Vec<Action>,
}

impl Help {
    /// Of the screen with this title and these actions.
    pub(crate) fn of(below: Text<'static>, here: Vec<Action>) -> Help {
        Help { below, here }
    }
}

impl Layer for Help {
    fn name(&self) -> Name {
        Name::Help
    }

    fn title(&self) -> Text<'static> {
        Text::Help
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        action == Action::Back
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        if action == Action::Back { Next::Pop } else { Next::Stay }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, _desk: &Desk) {
        let half = area.width / 2;
        let below = canvas.say(&self.below);
        let heading = format!("{}: {below}", canvas.say(&Text::HelpHere));
        canvas.put(area.x + 1, area.y + 1, half - 2, &heading, Role::Heading);
        let here = TABLE.iter().filter(|entry| entry.place == Place::Layer && self.here.contains(&entry.action));
        rows(canvas, Rect::new(area.x, area.y + 2, half, area.height.saturating_sub(6)), here);
        let heading = canvas.say(&Text::HelpEverywhere);
        canvas.put(area.x + half + 1, area.y + 1, half - 2, &heading, Role::Heading);
        let all = TABLE.iter().filter(|entry| entry.place != Place::Layer);
        rows(canvas, Rect::new(area.x + half, area.y + 2, half, area.height.saturating_sub(6)), all);
        let mut y = area.bottom().saturating_sub(4);
        for text in [Text::HelpSearch, Text::HelpField] {
            for line in wrap(&canvas.say(&text), area.width - 2) {
                if y < area.bottom() {
                    canvas.put(area.x + 1, y, area.width - 2, &line, Role::Plain);
                    y += 1;
                }
            }
        }
        canvas.set_cursor(area.x + 1, area.y + 1, false);
    }
}

fn rows<'a>(canvas: &mut Canvas<'_>, area: Rect, entries: impl Iterator<Item = &'a Entry>) {
    for (entry, y) in entries.zip(area.top()..area.bottom()) {
        let names: Vec<String> = entry.keys.iter().map(|keys| keys.name(canvas.language)).collect();
        let label = canvas.say(&entry.label);
        canvas.put(area.x + 3, y, 13, &names.join(" "), Role::Key);
        canvas.put(area.x + 17, y, area.width.saturating_sub(18), &label, Role::Plain);
    }
}
