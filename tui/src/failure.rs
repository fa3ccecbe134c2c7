//! Why a verb ended without doing its work: the exit status, the JSON and the sentence of each way (INTERFACES §1).

use std::path::PathBuf;

use model::{Language, SafeText};
use protocol::{ClientError, Problem, ProblemKind, Reason};

use crate::wording::{
    problem,
    verbs::{self, Text},
};

/// A verb that was not carried out, or whose outcome nobody knows.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The daemon said no.
    Refused(Box<Problem>),
    /// The daemon can't be talked to.
    Away(ClientError),
    /// A request left, and no answer came back: it may have been carried out.
    Unknown(ClientError),
    /// A file or a device of this machine failed.
    Io { doing: String, source: std::io::Error },
    /// The file named on the command line can't be read.
    Input { file: PathBuf, source: std::io::Error },
    /// Wrong use that the grammar of the command line could not see.
    Usage(String),
    /// Something of ours failed and says so itself.
    Failed(String),
    /// Who was asked something on the terminal left, as by Ctrl-C; the exit status to leave with.
    Stopped(u8),
    /// Nobody reads standard output any more; the exit status to leave with.
    OutputClosed(u8),
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Failure {
        match error {
            ClientError::Refused(problem) => Failure::Refused(problem),
            other => Failure::Away(other),
        }
    }
}

impl Failure {
    /// A failure of this machine.
    pub(crate) fn io(doing: impl Into<String>, source: std::io::Error) -> Failure {
        Failure::Io { doing: doing.into(), source }
    }

    /// A failure of writing to standard output.
    pub(crate) fn output(source: std::io::Error) -> Failure {
        match source.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::OutputClosed(0),
            _ => Failure::io("writing to standard output", source),
        }
    }

    /// After a request was sent that changes something: silence is no refusal.
    pub(crate) fn sent(error: ClientError) -> Failure {
        match error {
            ClientError::Closed | ClientError::Io(_) | ClientError::Garbled(_) => Failure::Unknown(error),
            other => other.into(),
        }
    }

    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Failure::Refused(problem) => match problem.kind {
                ProblemKind::NotPermitted | ProblemKind::WrongPin | ProblemKind::LockedOut => 4,
                _ => 1,
            },
            Failure::Away(_) => 3,
            Failure::Unknown(_) => 5,
            Failure::Io { .. } | Failure::Failed(_) => 1,
            Failure::Input { .. } | Failure::Usage(_) => 2,
            Failure::Stopped(status) | Failure::OutputClosed(status) => *status,
        }
    }

    /// What `{"error":…}` says; nothing when nobody reads it.
    pub(crate) fn problem(&self, language: Language) -> Option<Problem> {
        let own = |kind, doing: &str, message: String, next: Text| {
            Some(Problem::new(kind, Reason::Other, doing, message, verbs::text(next, language)))
        };
        match self {
            Failure::Refused(problem) => Some(worded(problem, language)),
            Failure::Away(error) => {
                let next = match error {
                    ClientError::OtherProtocol(_) => Text::InstallBoth,
                    _ => Text::StartSpooler,
                };
                own(ProblemKind::Unavailable, "talking to the spooler", away(error, language), next)
            }
            Failure::Unknown(error) => {
                own(ProblemKind::Unavailable, "waiting for the answer", away(error, language), Text::LookBeforeAgain)
            }
            Failure::Io { doing, source } => {
                own(ProblemKind::Unavailable, doing, source.to_string(), Text::MendAndRepeat)
            }
            Failure::Input { file, source } => {
                let message = format!("{}: {source}", file.display());
                own(ProblemKind::Invalid, "opening the file", message, Text::CheckFile)
            }
            Failure::Usage(message) => {
                own(ProblemKind::Invalid, "reading the command line", message.clone(), Text::SeeHelp)
            }
            Failure::Failed(message) => own(ProblemKind::Unavailable, "running", message.clone(), Text::MendAndRepeat),
            Failure::Stopped(_) | Failure::OutputClosed(_) => None,
        }
    }

    /// What people read on standard error; nothing when nobody needs to know.
    pub(crate) fn sentence(&self, language: Language) -> Option<String> {
        let next =
            |what: String, next: Text| Some(format!("{what}{}{}", verbs::stop(language), verbs::text(next, language)));
        let sentence = match self {
            Failure::Refused(problem) => Some(refusal(problem, language)),
            Failure::Away(error @ ClientError::OtherProtocol(_)) => next(away(error, language), Text::InstallBoth),
            Failure::Away(error) => next(away(error, language), Text::StartSpooler),
            Failure::Unknown(error) => next(away(error, language), Text::LookBeforeAgain),
            Failure::Io { doing, source } => Some(format!("{doing}: {source}")),
            Failure::Input { file, source } => {
                Some(format!("{} {}: {source}", verbs::text(Text::CannotRead, language), file.display()))
            }
            Failure::Usage(message) | Failure::Failed(message) => Some(message.clone()),
            Failure::Stopped(_) | Failure::OutputClosed(_) => None,
        };
        // paths and the daemon's words come from outside: nothing of them may command the terminal
        sentence
            .map(|text| text.lines().map(|line| SafeText::new(line).as_str().to_owned()).collect::<Vec<_>>().join("\n"))
    }
}

/// `{"error":{"kind":…}}`, the keys in the order of INTERFACES §1.
pub(crate) fn object(problem: &Problem) -> String {
    #[derive(serde::Serialize)]
    struct Object<'a> {
        error: &'a Problem,
    }
    serde_json::to_string(&Object { error: problem }).unwrap_or_else(|_| "{\"error\":{}}".to_owned())
}

/// A refusal in the user's language; codes and subject stay, and in English the daemon's own, more exact words.
pub(crate) fn worded(problem: &Problem, language: Language) -> Problem {
    match language {
        Language::En => problem.clone(),
        Language::Zh => Problem {
            message: exact(problem, language),
            next: problem::next_step(problem, language),
            ..problem.clone()
        },
    }
}

fn refusal(problem: &Problem, language: Language) -> String {
    let said = match language {
        Language::En => problem.message.clone(),
        Language::Zh => exact(problem, language),
    };
    let next = match language {
        Language::En => problem.next.clone(),
        Language::Zh => problem::next_step(problem, language),
    };
    if next.is_empty() { said } else { format!("{said}{}{next}", verbs::stop(language)) }
}

/// Names the rule that a key breaks: only the daemon's English says it exactly, and whoever mends a payment app
/// needs it.
fn exact(problem: &Problem, language: Language) -> String {
    let sentence = problem::sentence(problem, language);
    match problem.reason {
        Reason::BadEvent | Reason::BadKey => format!("{sentence}（{}）", problem.message),
        _ => sentence,
    }
}

fn away(error: &ClientError, language: Language) -> String {
    let with = |text: Text, detail: String| format!("{}: {detail}", verbs::text(text, language));
    match error {
        ClientError::Unreachable { path, source } => with(Text::NotReachable, format!("{} ({source})", path.display())),
        ClientError::Closed => verbs::text(Text::ConnectionClosed, language).to_owned(),
        ClientError::Io(source) => with(Text::ConnectionBroke, source.to_string()),
        ClientError::OtherProtocol(theirs) => with(Text::OtherProtocol, format!("{theirs} / {}", protocol::PROTOCOL)),
        ClientError::Garbled(why) => with(Text::Garbled, why.clone()),
        ClientError::Refused(problem) => refusal(problem, language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: ProblemKind) -> Failure {
        Failure::Refused(Box::new(Problem::new(kind, Reason::Other, "doing", "message", "next")))
    }

    #[test]
    fn every_way_of_failing_has_the_exit_status_scripts_rely_on() {
        for kind in [ProblemKind::NotPermitted, ProblemKind::WrongPin, ProblemKind::LockedOut] {
            assert_eq!(refused(kind).status(), 4);
        }
        for kind in [ProblemKind::Busy, ProblemKind::NotFound, ProblemKind::Conflict, ProblemKind::NeedsApproval] {
            assert_eq!(refused(kind).status(), 1);
        }
        assert_eq!(Failure::from(ClientError::Closed).status(), 3);
        assert_eq!(Failure::sent(ClientError::Closed).status(), 5);
        assert_eq!(Failure::Usage(String::new()).status(), 2);
    }

    #[test]
    fn no_message_commands_the_terminal() {
        let failure = Failure::Failed("a\u{1b}[2Jb\nc".into());
        assert_eq!(failure.sentence(Language::En).as_deref(), Some("a[2Jb\nc"));
    }
}
