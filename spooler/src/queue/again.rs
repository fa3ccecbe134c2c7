//! A slip that the paper's end cut short, when the shop set in advance that it is printed again: the one paper that a
//! machine adds by itself (DESIGN §4.2). It says in its first remark for which job it is; by that it comes next, also
//! after a crash.

use model::{Cause, Job, JobId, JobKind, JobState};

const REMARK: &str = "printed again by the shop's policy, because the paper ended in job ";

/// True if what ended so is printed again: a slip of a sale that is cut short, by the paper's end or by the cover that was
/// opened for it (`paper_ended`: it had said so before).
pub(crate) fn is_due(kind: JobKind, state: JobState, cause: Option<Cause>, paper_ended: bool) -> bool {
    matches!(kind, JobKind::Receipt | JobKind::Reprint)
        && state == JobState::Partial
        && match cause {
            Some(Cause::PaperOut) => true,
            Some(Cause::CoverOpen) => paper_ended,
            _ => false,
        }
}

/// The remark beside the paper that is printed again; `root` is the first job that was cut short.
pub(crate) fn remark(root: JobId) -> String {
    format!("{REMARK}{root}")
}

/// The first job that was cut short, if this one is printed again for it.
pub(crate) fn root(job: &Job) -> Option<JobId> {
    job.evidence.iter().find_map(|e| e.detail.strip_prefix(REMARK).and_then(JobId::parse))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_slip_cut_short_by_the_papers_end_is_printed_again() {
        let paper = Some(Cause::PaperOut);
        assert!(is_due(JobKind::Receipt, JobState::Partial, paper, true));
        assert!(is_due(JobKind::Reprint, JobState::Partial, Some(Cause::CoverOpen), true));
        assert!(!is_due(JobKind::Receipt, JobState::Partial, Some(Cause::CoverOpen), false), "opened in mid-slip");
        assert!(!is_due(JobKind::Receipt, JobState::Unconfirmed, paper, true), "it may well be whole");
        assert!(!is_due(JobKind::Receipt, JobState::Confirmed, None, true));
        assert!(!is_due(JobKind::Report, JobState::Partial, paper, true));
        assert!(!is_due(JobKind::Receipt, JobState::Partial, Some(Cause::ConnectionLost), true));
    }
}
