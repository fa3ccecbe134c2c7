//! `[receipts] auto_print` in a config file that people keep by hand: what it says, and the two lines that are added
//! behind everything else where it says nothing. Nothing that stands there is ever changed.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
};

use model::Copy;

/// What a config file says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stand {
    /// It says what prints.
    Says(String),
    /// It has receipts, without that key: a person adds it there.
    Below,
    /// It says nothing of receipts: a table of them can stand behind everything else.
    Nothing,
    /// There is no such file, or it can't be understood.
    Unclear,
}

impl Stand {
    /// Of a file's text.
    pub(super) fn of(text: &str) -> Stand {
        let Ok(table) = text.parse::<toml::Table>() else { return Stand::Unclear };
        match table.get("receipts") {
            None => Stand::Nothing,
            Some(receipts) => match receipts.get("auto_print") {
                Some(value) => Stand::Says(value.to_string()),
                None => Stand::Below,
            },
        }
    }

    /// Of a file.
    pub(super) fn of_file(path: &Path) -> Stand {
        std::fs::read_to_string(path).map_or(Stand::Unclear, |text| Stand::of(&text))
    }
}

/// The key as it stands below `[receipts]`.
pub(super) fn line(copies: &[Copy]) -> String {
    let words: Vec<String> = copies.iter().map(|copy| format!("\"{}\"", copy.word())).collect();
    format!("auto_print = [{}]", words.join(", "))
}

/// What is added behind a file's text; `None` where that would not say just this and leave the rest as it was.
fn behind(text: &str, copies: &[Copy]) -> Option<String> {
    if Stand::of(text) != Stand::Nothing {
        return None;
    }
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let added = format!("{gap}\n[receipts]\n{}\n", line(copies));
    let before: toml::Table = text.parse().ok()?;
    let mut after: toml::Table = format!("{text}{added}").parse().ok()?;
    let receipts = after.remove("receipts")?;
    let said: Vec<&str> = receipts.get("auto_print")?.as_array()?.iter().filter_map(toml::Value::as_str).collect();
    let wanted: Vec<&str> = copies.iter().map(|copy| copy.word()).collect();
    (after == before && said == wanted).then_some(added)
}

/// True if somebody could write it: nothing is written.
pub(super) fn writable(path: &Path) -> bool {
    OpenOptions::new().append(true).open(path).is_ok()
}

/// Adds it behind everything else; what stands in the file stays, byte for byte.
pub(super) fn add(path: &Path, copies: &[Copy]) -> io::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let added = behind(&text, copies).ok_or_else(|| io::Error::other("it says something of receipts by now"))?;
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(added.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &[Copy] = &[Copy::Merchant, Copy::Customer];

    #[test]
    fn a_file_that_says_something_is_left_alone() {
        for (text, stand) in [
            ("[receipts]\nauto_print = []\n", Stand::Says("[]".into())),
            ("receipts.auto_print = [\"customer\"]\n", Stand::Says("[\"customer\"]".into())),
            ("receipts = { auto_print = [\"merchant\"] }", Stand::Says("[\"merchant\"]".into())),
            ("[receipts]\nprinter = \"front\" # by the door\n", Stand::Below),
            ("receipts = 3", Stand::Below),
            ("[receipts]\nauto_print = [", Stand::Unclear),
        ] {
            assert_eq!(Stand::of(text), stand, "{text}");
            assert_eq!(behind(text, BOTH), None, "{text}");
        }
        assert_eq!(Stand::of_file(Path::new("/nonexistent/counterfoil.toml")), Stand::Unclear);
    }

    #[test]
    fn what_is_added_stands_behind_everything_and_keeps_every_byte() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("counterfoil.toml");
        for text in ["", "# 红梅\n[shop]\nname = \"红梅\" # ours\r\n", "[[printer]]\nname = \"front\"", "a = 1\n# end"]
        {
            std::fs::write(&file, text).unwrap();
            assert!(writable(&file));
            add(&file, BOTH).unwrap();
            let after = std::fs::read_to_string(&file).unwrap();
            assert!(after.starts_with(text), "{after}");
            assert!(after.ends_with("\n[receipts]\nauto_print = [\"merchant\", \"customer\"]\n"), "{after}");
            assert_eq!(Stand::of(&after), Stand::Says("[\"merchant\", \"customer\"]".into()));
            assert!(add(&file, BOTH).is_err(), "not twice");
            assert_eq!(std::fs::read_to_string(&file).unwrap(), after);
        }
    }
}
