//! Everything that is wrong now, each with its whole advice; Enter leads to where it can be mended.

use ratatui::layout::Rect;

use super::{
    action::Action,
    alert::{Alert, alerts},
    canvas::Canvas,
    desk::Desk,
    layer::{Layer, Name, Next},
    list::{List, Step},
    text::wrap,
    theme::Role,
};
use crate::wording::text::Text;

/// The alerts screen.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    list: List,
    /// What a person moved the selection to; it stays there while others come and go.
    picked: Option<Alert>,
}

impl Alerts {
    fn list(&self, alerts: &[Alert]) -> List {
        let mut list = self.list;
        let at = self.picked.as_ref().and_then(|picked| alerts.iter().position(|alert| alert.same(picked)));
        list.selected = at.unwrap_or(list.selected);
        list.clamp(alerts.len());
        list
    }

    fn selected(&self, desk: &Desk) -> Option<Alert> {
        let alerts = alerts(desk);
        let at = self.list(&alerts).selected;
        alerts.into_iter().nth(at)
    }
}

impl Layer for Alerts {
    fn name(&self) -> Name {
        Name::Alerts
    }

    fn title(&self) -> Text<'static> {
        Text::Alerts
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Open => self.selected(desk).is_some_and(|alert| alert.target().is_some()),
            Action::Up | Action::Down | Action::First | Action::Last => alerts(desk).len() > 1,
            _ => false,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let step = match action {
            Action::Up => Step::Up,
            Action::Down => Step::Down,
            Action::First => Step::First,
            Action::Last => Step::Last,
            Action::Open => {
                let target = self.selected(desk).and_then(|alert| alert.target());
                return target.map_or(Next::Stay, Next::Open);
            }
            Action::Back => return Next::Pop,
            _ => return Next::Stay,
        };
        let alerts = alerts(desk);
        self.list = self.list(&alerts);
        self.list.go(step, alerts.len(), usize::MAX);
        self.picked = alerts.into_iter().nth(self.list.selected);
        Next::Stay
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let alerts = alerts(desk);
        let language = canvas.language;
        canvas.set_cursor(area.x + 1, area.y + 1, false);
        if alerts.is_empty() {
            let (text, role) = match &desk.overview {
                Some(_) => (Text::AllWell, Role::Good),
                None => (Text::LinkConnecting, Role::Plain),
            };
            let text = canvas.say(&text);
            canvas.put(area.x + 1, area.y + 1, area.width - 2, &text, role);
            return;
        }
        let selected = self.list(&alerts).selected;
        let room = usize::from(area.height.saturating_sub(1));
        let rows: Vec<Vec<String>> = alerts.iter().map(|alert| wrap(&alert.next(language), area.width - 8)).collect();
        // the selected one is always in sight
        let mut first = 0;
        let high = |range: std::ops::RangeInclusive<usize>| {
            rows.get(range).unwrap_or_default().iter().map(|advice| advice.len() + 1).sum::<usize>()
        };
        while first < selected && high(first..=selected) > room {
            first += 1;
        }
        let mut y = area.y + 1;
        for (at, (alert, advice)) in alerts.iter().zip(&rows).enumerate().skip(first) {
            let needs = u16::try_from(advice.len() + 1).unwrap_or(1);
            if y + needs > area.bottom() {
                break;
            }
            if at == selected {
                canvas.put(area.x + 1, y, 1, ">", Role::Key);
                canvas.set_cursor(area.x + 1, y, false);
            }
            canvas.put(area.x + 2, y, 1, alert.mark(), alert.role());
            canvas.put(area.x + 4, y, area.width - 5, &alert.what(language), alert.role());
            for (line, y) in advice.iter().zip(y + 1..area.bottom()) {
                canvas.put(area.x + 6, y, area.width - 7, line, Role::Plain);
            }
            y += needs;
        }
    }
}
