//! The paper that came out, sheet by sheet, in one line: which slip each sheet is, whether it is whole, whether it is void.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use ::paper::Profile;
use model::Language;

use crate::slip::{slip, text};

/// The sheets of one run.
///
/// In words: `1` a whole slip 1 and nothing else, `1-` a part of it, `1v` a part of it (or all) with the void line below,
/// `1?` the same with the line that leaves it to a person, `v` and `?` these lines alone, `1d` a whole slip with one or two
/// lines more, `m` what a measurement prints, `1+2` several on one sheet, `x` anything else. Sheets without ink are left out. The last word is in brackets when
/// that sheet was not cut off.
#[derive(Debug)]
pub(crate) struct Sheets {
    pub(crate) words: String,
    pub(crate) texts: Vec<String>,
    pub(crate) pictures: Vec<Vec<u8>>,
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

/// Sheets of a folder from number `from` on: text and picture.
pub(crate) fn read(folder: &Path, from: usize) -> Vec<(String, Vec<u8>)> {
    let sheet = |number: usize, kind: &str| folder.join(format!("sheet-{number:04}.{kind}"));
    (from..)
        .map_while(|number| {
            let text = fs::read_to_string(sheet(number, "txt")).ok()?;
            Some((text, fs::read(sheet(number, "png")).unwrap()))
        })
        .collect()
}

impl Sheets {
    pub(crate) fn told(cut: Vec<(String, Vec<u8>)>, torn: Vec<(String, Vec<u8>)>, profile: &Profile) -> Self {
        let reader = Reader::of(profile);
        let mut words: Vec<String> = cut.iter().filter_map(|(text, _)| reader.word(text)).collect();
        words.extend(torn.iter().filter_map(|(text, _)| reader.word(text)).map(|word| format!("({word})")));
        let (texts, pictures) = cut.into_iter().chain(torn).unzip();
        Self { words: words.join(" "), texts, pictures }
    }

    /// The picture of the sheet that is the whole slip of this number.
    pub(crate) fn picture(&self, number: u64, profile: &Profile) -> Option<&[u8]> {
        let reader = Reader::of(profile);
        let at = self.texts.iter().position(|text| reader.word(text) == Some(number.to_string()))?;
        self.pictures.get(at).map(Vec::as_slice)
    }
}

struct Reader {
    slips: [Vec<String>; 2],
    void: Vec<String>,
    doubtful: Vec<String>,
}

/// Reading two slips is much work for a test, and there are few profiles.
static READERS: Mutex<Vec<(Profile, Arc<Reader>)>> = Mutex::new(Vec::new());

impl Reader {
    fn of(profile: &Profile) -> Arc<Self> {
        let mut readers = READERS.lock().unwrap();
        if let Some((_, reader)) = readers.iter().find(|(of, _)| of == profile) {
            return Arc::clone(reader);
        }
        let reader = Arc::new(Self::new(profile));
        readers.push((profile.clone(), Arc::clone(&reader)));
        reader
    }

    fn new(profile: &Profile) -> Self {
        let slips = [1, 2].map(|number| lines(&text(&slip(number, profile).bytes, profile)));
        assert_ne!(slips[0], slips[1], "they can be told apart");
        let read = |bytes: Vec<u8>| lines(&text(&bytes, profile));
        let void = read(::paper::void_line(profile, Language::Zh));
        Self { slips, void, doubtful: read(::paper::doubtful_line(profile, Language::Zh)) }
    }

    /// `None`: no ink.
    fn word(&self, text: &str) -> Option<String> {
        let lines = lines(text);
        if lines.is_empty() {
            return None;
        }
        let (rest, mark) =
            match (lines.strip_suffix(self.void.as_slice()), lines.strip_suffix(self.doubtful.as_slice())) {
                (Some(rest), _) => (rest, "v"),
                (None, Some(rest)) => (rest, "?"),
                (None, None) => (lines.as_slice(), ""),
            };
        Some(match self.slip(rest) {
            _ if rest.is_empty() => mark.to_owned(),
            _ if rest == ["GS ( H?"] => format!("m{mark}"),
            word if mark.is_empty() => word,
            word => format!("{}{mark}", word.trim_end_matches('-')),
        })
    }

    fn slip(&self, lines: &[String]) -> String {
        for (number, slip) in (1..).zip(&self.slips) {
            if lines == slip.as_slice() {
                return number.to_string();
            }
            let more = lines.len().saturating_sub(slip.len());
            let mut rest = lines.iter();
            if (1..=2).contains(&more) && slip.iter().all(|line| rest.any(|seen| seen == line)) {
                return format!("{number}d");
            }
            if self.is_part(lines, slip) {
                return format!("{number}-");
            }
            if let Some(rest) = lines.strip_prefix(slip.as_slice()) {
                return format!("{number}+{}", self.slip(rest));
            }
            for (other, next) in (1..).zip(&self.slips) {
                if let Some(rest) = lines.strip_suffix(next.as_slice())
                    && self.is_part(rest, slip)
                {
                    return format!("{number}-+{other}");
                }
            }
        }
        "x".to_owned()
    }

    /// Its first lines; the last one may be cut short, or spoilt by what filled up a broken command.
    fn is_part(&self, lines: &[String], slip: &[String]) -> bool {
        let Some((_, whole)) = lines.split_last() else { return false };
        let letters = |line: &String| line.chars().filter(|letter| *letter != ' ').collect::<String>();
        let last_is_own = lines.len() > 1
            || lines.first().zip(slip.first()).is_some_and(|(one, first)| letters(first).starts_with(&letters(one)));
        lines.len() <= slip.len() && slip.starts_with(whole) && last_is_own
    }
}
