//! A document that fails again and again is parked for a person, with its reason, so that the others print.

use model::{Cause, Grade, Job};

const REMARK: &str = "failed: ";

/// So many failures park a job.
const MOST: usize = 3;

/// The remark of one failure.
pub(crate) fn remark(failures_so_far: usize, why: &str) -> String {
    format!("{REMARK}{why} ({} of {MOST})", (failures_so_far + 1).min(MOST))
}

/// How often it has failed; the failures before a person released it count, too: once more is enough then.
pub(crate) fn count(job: &Job) -> usize {
    job.evidence.iter().filter(|e| e.grade == Grade::None && e.detail.starts_with(REMARK)).count()
}

/// True if one more failure parks it.
pub(crate) fn is_last(job: &Job) -> bool {
    count(job) + 1 >= MOST
}

/// True if a claimed job that came back for this reason has failed: it was given to a printer that said it was well. One
/// that came back because of an order (the daemon ends, the printer is paused or lent out) has not.
pub(crate) fn is_failure(cause: Option<Cause>) -> bool {
    !matches!(cause, None | Some(Cause::Paused | Cause::Busy))
}

#[cfg(test)]
mod tests {
    use model::{Evidence, Moment};

    use super::{super::choice::tests::job, *};

    #[test]
    fn the_third_failure_is_the_last_and_an_order_is_none() {
        let mut job = job(1, 7);
        for left in [2, 1, 0] {
            assert_eq!(is_last(&job), left == 0);
            let detail = remark(count(&job), "the renderer broke off");
            job.evidence.push(Evidence { at: Moment::new(0, 0), grade: Grade::None, detail });
        }
        assert_eq!(job.evidence[2].detail, "failed: the renderer broke off (3 of 3)");
        assert!(is_last(&job));
        assert!(is_failure(Some(Cause::Stalled)) && !is_failure(None) && !is_failure(Some(Cause::Paused)));
    }
}
