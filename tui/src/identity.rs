//! Who asks and who approves, from the command line: `--operator`, `--approver` and the files with their PINs
//! (INTERFACES §1). A PIN never stands on the command line itself, where every user could read it.

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::Args;
use model::Language;
use protocol::{
    Pin,
    request::{Approval, LogOn},
};

use crate::{
    failure::Failure,
    wording::verbs::{self, Text},
};

/// The options, as they were typed.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Identity {
    /// The operator who asks; with --pin-file
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) operator: Option<String>,
    /// The file with the operator's PIN, mode 0600; `-` is standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    /// The second person who approves this one act; with --approver-pin-file
    #[arg(long, global = true, value_name = "ID")]
    approver: Option<String>,
    /// The file with the approver's PIN, mode 0600; `-` is standard input
    #[arg(long, global = true, value_name = "FILE")]
    approver_pin_file: Option<PathBuf>,
}

/// No PIN is longer; a file that is has none, and is wrong at the log-on.
const LONGEST: u64 = 4096;

impl Identity {
    /// Refuses one half without the other, and a standard input that is to be read twice. `reads`: the verb reads it
    /// itself; `pin_alone`: the verb takes `--pin-file` for itself.
    ///
    /// # Errors
    /// Wrong usage.
    pub(crate) fn check(&self, reads: bool, pin_alone: bool, language: Language) -> Result<(), Failure> {
        let usage = |text| Err(Failure::Usage(verbs::text(text, language).to_owned()));
        if self.operator.is_some() && self.pin_file.is_none() {
            return usage(Text::OperatorNeedsPin);
        }
        if self.pin_file.is_some() && self.operator.is_none() && !pin_alone {
            return usage(Text::PinNeedsOperator);
        }
        if self.approver.is_some() != self.approver_pin_file.is_some() {
            return usage(Text::ApproverNeedsPin);
        }
        let files = [&self.pin_file, &self.approver_pin_file];
        let from_stdin = files.into_iter().flatten().filter(|file| is_stdin(file)).count();
        if from_stdin + usize::from(reads) > 1 && from_stdin > 0 {
            return usage(Text::StdinTwice);
        }
        Ok(())
    }

    /// What the log-on says; nothing without an operator.
    ///
    /// # Errors
    /// The file.
    pub(crate) fn log_on(&self, language: Language) -> Result<Option<LogOn>, Failure> {
        let (Some(operator), Some(file)) = (&self.operator, &self.pin_file) else { return Ok(None) };
        Ok(Some(LogOn { operator: operator.clone(), pin: pin(file, language)? }))
    }

    /// The second person; nothing without one.
    ///
    /// # Errors
    /// The file.
    pub(crate) fn approval(&self, language: Language) -> Result<Option<Approval>, Failure> {
        let (Some(approver), Some(file)) = (&self.approver, &self.approver_pin_file) else { return Ok(None) };
        Ok(Some(Approval { approver: approver.clone(), pin: pin(file, language)? }))
    }
}

/// True for `-`.
pub(crate) fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// Reads a PIN; one newline at the end is dropped, anything else is the PIN.
///
/// # Errors
/// The file can't be read, or others than its owner could.
pub(crate) fn pin(file: &Path, language: Language) -> Result<Pin, Failure> {
    let unreadable = |source| Failure::Input { file: file.to_owned(), source };
    let mut bytes = Vec::new();
    if is_stdin(file) {
        io::stdin().take(LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let opened = File::open(file).map_err(unreadable)?;
        let meta = opened.metadata().map_err(unreadable)?;
        if meta.permissions().mode() & 0o077 != 0 {
            let said = verbs::text(Text::PinFileOpen, language);
            return Err(Failure::Usage(format!("{}: {said}", file.display())));
        }
        opened.take(LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    let text = String::from_utf8(bytes).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned());
    Ok(Pin::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(words: [Option<&str>; 4]) -> Identity {
        let [operator, pin_file, approver, approver_pin_file] = words;
        Identity {
            operator: operator.map(str::to_owned),
            pin_file: pin_file.map(PathBuf::from),
            approver: approver.map(str::to_owned),
            approver_pin_file: approver_pin_file.map(PathBuf::from),
        }
    }

    #[test]
    fn halves_and_a_standard_input_for_two_are_wrong_usage() {
        let check = |words, reads, alone| identity(words).check(reads, alone, Language::En).is_ok();
        assert!(check([None; 4], true, false));
        assert!(check([Some("01"), Some("f"), Some("09"), Some("-")], false, false));
        assert!(!check([Some("01"), None, None, None], false, false));
        assert!(!check([None, Some("f"), None, None], false, false));
        assert!(check([None, Some("f"), None, None], false, true), "setup's is the new manager's");
        assert!(!check([None, None, Some("09"), None], false, false));
        assert!(!check([Some("01"), Some("-"), Some("09"), Some("-")], false, false));
        assert!(!check([Some("01"), Some("-"), None, None], true, false));
    }

    #[test]
    fn one_newline_is_dropped_and_a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        for (bytes, read) in
            [(&b"4711\n"[..], "4711"), (b"4711", "4711"), (b"4711\n\n", "4711\n"), (b"4711\r\n", "4711\r"), (b"", "")]
        {
            std::fs::write(&path, bytes).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert_eq!(pin(&path, Language::En).unwrap().expose(), read);
        }
        for mode in [0o644, 0o640, 0o604] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(pin(&path, Language::En), Err(Failure::Usage(_))));
        }
        assert!(matches!(pin(&folder.path().join("none"), Language::En), Err(Failure::Input { .. })));
    }
}
