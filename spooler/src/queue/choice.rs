//! Which of the jobs that may be taken comes next.

use model::{Job, JobId, JobKind, TransactionId};

use super::again;

/// What a printer was given last: the sale whose copies stay together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Last {
    pub(crate) transaction: TransactionId,
    /// The copy; for one that was printed again, the first that was cut short.
    root: JobId,
}

impl Last {
    /// After this job; one without a sale (a pulse, a report, a test page) ends no set.
    pub(crate) fn after(job: &Job) -> Option<Last> {
        job.transaction.map(|transaction| Last { transaction, root: again::root(job).unwrap_or(job.id) })
    }

    /// The first job that was cut short, when the one after which this is was cut short too.
    pub(crate) fn root(&self) -> JobId {
        self.root
    }
}

/// The copies of one sale that were queued together with a job: the run of numbers of that sale around it. Another job can
/// only stand between those numbers if it was accepted between, so nothing else has a number within.
fn set(root: JobId, jobs: &[Job]) -> Vec<JobId> {
    let first = |id: u64| jobs.iter().any(|job| job.id.0 == id && job.kind == JobKind::Receipt);
    let up = (root.0.saturating_add(1)..).take_while(|id| first(*id));
    let down = (0..root.0).rev().take_while(|id| first(*id));
    up.chain(down).map(JobId).collect()
}

/// The next job: of those that may be taken (`candidates`), the paper that is printed again for what was cut short, then
/// the other copies of the sale in hand, then the lowest number. `sale` are all jobs of the last one's sale.
pub(crate) fn choose(candidates: Vec<Job>, last: Option<Last>, sale: &[Job]) -> Option<Job> {
    let together = last.map(|last| set(last.root, sale)).unwrap_or_default();
    let rank = |job: &Job| match last {
        Some(last) if again::root(job) == Some(last.root) => 0,
        _ if together.contains(&job.id) => 1,
        _ => 2,
    };
    candidates.into_iter().filter(|job| job.state.in_line()).min_by_key(|job| (rank(job), job.id))
}

#[cfg(test)]
pub(crate) mod tests {
    use model::{Change, Copy, Evidence, Grade, JobState, Moment};

    use super::*;

    pub(crate) fn job(id: u64, sale: u64) -> Job {
        Job {
            id: JobId(id),
            kind: JobKind::Receipt,
            transaction: (sale > 0).then_some(TransactionId(sale)),
            copy: (sale > 0).then_some(Copy::Customer),
            reprint_number: 0,
            printer: "front".into(),
            printed_on: None,
            state: JobState::Queued,
            cause: None,
            evidence: Vec::new(),
            queued_at: Moment::new(0, 0),
            finished_at: None,
            attempts: 0,
            bytes: None,
            change: Change(1),
            segments: 0,
            proven: 0,
            rendered: None,
            operator: None,
            approver: None,
            reason: None,
        }
    }

    fn chosen(candidates: &[&Job], last: Option<&Job>, sale: &[&Job]) -> Option<u64> {
        let own = |jobs: &[&Job]| jobs.iter().map(|job| (*job).clone()).collect::<Vec<_>>();
        choose(own(candidates), last.and_then(Last::after), &own(sale)).map(|job| job.id.0)
    }

    #[test]
    fn jobs_come_in_the_order_of_their_numbers_whatever_else_stands_in_line() {
        let held = Job { state: JobState::Held, ..job(1, 7) };
        assert_eq!(chosen(&[&job(4, 8), &job(2, 7), &held], None, &[]), Some(2));
        assert_eq!(chosen(&[&held], None, &[]), None);
    }

    #[test]
    fn the_copies_of_a_sale_stay_together_even_if_an_older_job_is_released_meanwhile() {
        let (first, second, released) = (job(5, 8), job(6, 8), job(3, 7));
        assert_eq!(chosen(&[&released, &second], Some(&first), &[&first, &second]), Some(6));
        assert_eq!(chosen(&[&released, &second], None, &[]), Some(3), "nothing of it is on paper yet");
        // in whatever order they came out
        assert_eq!(chosen(&[&released, &first], Some(&second), &[&first, &second]), Some(5));
        // a paper that was asked for later is another slip
        let later = Job { kind: JobKind::Reprint, reprint_number: 1, ..job(9, 8) };
        assert_eq!(chosen(&[&released, &later], Some(&first), &[&first, &second, &later]), Some(3));
    }

    #[test]
    fn the_paper_that_is_printed_again_comes_first_and_then_the_rest_of_its_set() {
        let (cut, second, other) = (job(5, 8), job(6, 8), job(3, 7));
        let evidence = vec![Evidence { at: Moment::new(0, 0), grade: Grade::None, detail: again::remark(cut.id) }];
        let again = Job { kind: JobKind::Reprint, reprint_number: 1, evidence, ..job(9, 8) };
        let sale = [&cut, &second, &again];
        assert_eq!(chosen(&[&other, &second, &again], Some(&cut), &sale), Some(9));
        assert_eq!(chosen(&[&other, &second], Some(&again), &sale), Some(6));
    }
}
