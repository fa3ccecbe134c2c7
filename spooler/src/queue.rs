//! The rules of the queue: pure, without store, device or clock. `desk` asks them, `timer` keeps the times.
//!
//! # The states of a job
//!
//! Each job is in one of the ten states of INTERFACES §5. The moves there are (`model::JobState::may_become`; a test holds
//! this table against it), each of them one commit or part of one:
//!
//! | from | to |
//! |---|---|
//! | queued | queued blocked held expired sending not_printed cancelled |
//! | blocked | queued blocked held expired sending not_printed cancelled |
//! | held | queued held not_printed cancelled |
//! | expired | queued held not_printed cancelled |
//! | sending | queued blocked confirmed unconfirmed partial not_printed cancelled |
//! | confirmed | |
//! | unconfirmed | confirmed not_printed |
//! | partial | confirmed not_printed |
//! | not_printed | |
//! | cancelled | |
//!
//! - `sending` → `queued`, `blocked`, `cancelled`: only when surely nothing left the machine, which the session knows.
//! - `unconfirmed`, `partial` → `confirmed`, `not_printed`: only with proof that came late, or a person's answer.
//! - `confirmed`: only with proof. What was asked of the store without it is refused there.
//!
//! Each claim has a number, the job's `attempts`: the *epoch*. Whatever a printer says of a job is taken only for the epoch
//! that it was claimed with, so that nobody who holds an older claim can end, stall, return or prove a newer one.
//!
//! Durable moments: accept, claim, end, a person's decision; and why a job stands still, which carries the last proven
//! segment. The end of one job and the claim of the next share a commit.
//!
//! # Which job is next
//!
//! In the order of numbers ([`choice`]); except that the copies of one sale stay together, and that the paper which the
//! shop's policy prints again ([`again`]) comes right behind the one that was cut short. Too old jobs are laid aside
//! ([`expiry`]), and one that failed three times ([`failure`]), so that none keeps others from printing. After an outage
//! only so many print by themselves ([`outage`]). A printer that cannot print is helped out by another ([`standby`]).

pub(crate) mod again;
pub(crate) mod choice;
pub(crate) mod expiry;
pub(crate) mod failure;
pub(crate) mod outage;
pub(crate) mod standby;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::JobState;

    #[test]
    fn the_table_of_moves_in_the_docs_is_the_one_in_the_code() {
        let mut told: BTreeMap<JobState, Vec<JobState>> = BTreeMap::new();
        for line in include_str!("queue.rs").lines() {
            let cells: Vec<&str> = line.trim_start_matches("//! ").split('|').map(str::trim).collect();
            if let [_, from, to, _] = cells.as_slice()
                && let Some(from) = JobState::from_word(from)
            {
                let to = to.split_whitespace().map(|word| JobState::from_word(word).unwrap()).collect();
                assert!(told.insert(from, to).is_none(), "{from} stands there twice");
            }
        }
        for from in JobState::ALL {
            let moves: Vec<JobState> = JobState::ALL.iter().copied().filter(|to| from.may_become(*to)).collect();
            let mut told = told[from].clone();
            told.sort_unstable_by_key(|state| state.code());
            assert_eq!(told, moves, "from {from}");
        }
    }
}
