//! Asks before quitting, only while a job that was asked for here has not ended.

use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::frame,
    layer::{Layer, Name, Next},
    theme::Role,
};
use crate::wording::text::Text;

/// The question.
#[derive(Debug)]
pub(crate) struct Quit {
    /// What is not finished.
    pub(crate) what: String,
}

impl Layer for Quit {
    fn name(&self) -> Name {
        Name::Quit
    }

    fn title(&self) -> Text<'static> {
        Text::QuitTitle
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        true
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        matches!(action, Action::ConfirmQuit | Action::Back)
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Back).then_some(Text::DoStay)
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        if action == Action::ConfirmQuit { Next::Quit } else { Next::Pop }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, _desk: &Desk) {
        let wide = 58.min(area.width);
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + area.height.saturating_sub(6) / 2);
        frame(canvas, Rect::new(x, y, wide, 6), &self.title());
        let (what, harmless) = (canvas.say(&Text::QuitWhilePrinting(&self.what)), canvas.say(&Text::QuitHarmless));
        canvas.put(x + 3, y + 2, wide - 6, &what, Role::Plain);
        canvas.put(x + 3, y + 3, wide - 6, &harmless, Role::Plain);
        canvas.set_cursor(x + 3, y + 2, false);
    }
}
