//! Which paper of the batch to print: the last settlement's again (重打结算单), the open batch one by one (打印明细), or in sums
//! (打印汇总). Through the print queue, like every paper.

use model::Job;
use protocol::request::{Paper, Report};
use ratatui::layout::Rect;

use super::super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice},
    dialog::{Lines, Submission},
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    theme::Role,
};
use crate::wording::{
    sign_in::{Say, say},
    text::Text,
};

const PAPERS: [(Paper, Say); 3] =
    [(Paper::Settlement, Say::SettlementAgain), (Paper::Details, Say::Details), (Paper::Summary, Say::Summary)];

/// The dialog.
#[derive(Debug, Default)]
pub(crate) struct Papers {
    chosen: usize,
    submission: Submission,
}

impl Papers {
    fn step(&mut self, by: usize) {
        self.chosen = (self.chosen + by) % PAPERS.len();
    }
}

impl Layer for Papers {
    fn name(&self) -> Name {
        Name::SignInPapers
    }

    fn title(&self) -> Text<'static> {
        Text::BatchPapers
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        self.submission.open()
    }

    fn sends(&self) -> Option<&'static str> {
        Some("report")
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => self.submission.can(desk),
            Action::Up | Action::Down => self.submission.idle(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Back && self.submission.idle()).then_some(Text::DoCancel)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Down => self.step(1),
            Action::Up => self.step(PAPERS.len() - 1),
            Action::Print => {
                if let Some((id, _)) = PAPERS.get(self.chosen) {
                    self.submission.send(desk.ask("report", &Report { id: *id, printer: None }));
                }
            }
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let Some(job) = self.submission.answered::<Job>(tag, answer)? else { return Some(Next::Stay) };
        desk.notice = Some(Notice::Job(job.id));
        desk.keep_job(job);
        Some(Next::Pop)
    }

    fn disconnected(&mut self) {
        self.submission.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let mut lines = Lines::default();
        for (place, (_, name)) in PAPERS.iter().enumerate() {
            let (mark, role) = if place == self.chosen { (">", Role::Selected) } else { (" ", Role::Plain) };
            lines.tell(&format!("{mark} {} ", say(*name, desk.language)), role);
        }
        self.submission.tell(&mut lines, desk);
        lines.draw(canvas, area, &self.title());
    }
}
