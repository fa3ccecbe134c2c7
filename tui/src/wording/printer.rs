//! What a printer says of itself, in the words of whoever stands in front of it: its state part by part, and what its
//! proof is worth.
//!
//! Causes and states of the queue are worded in `codes`; nothing here draws or asks a clock.

use model::{Conditions, Language, Paper, Proof};

use super::codes::either;

/// A part of a printer's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Online,
    Paper,
    Cover,
    Cutter,
    Head,
    Error,
    Feed,
    Drawer,
}

impl Part {
    /// All of them, in the order in which they are shown.
    pub(crate) const ALL: [Part; 8] =
        [Part::Online, Part::Paper, Part::Cover, Part::Cutter, Part::Head, Part::Error, Part::Feed, Part::Drawer];

    /// What it is called.
    pub(crate) fn label(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Part::Online => ("联机", "online"),
            Part::Paper => ("纸", "paper"),
            Part::Cover => ("上盖", "cover"),
            Part::Cutter => ("切刀", "cutter"),
            Part::Head => ("打印头", "print head"),
            Part::Error => ("错误", "error"),
            Part::Feed => ("走纸键", "FEED key"),
            Part::Drawer => ("钱箱信号", "drawer pin 3"),
        };
        either(language, zh, en)
    }

    /// How it is; `None` where the printer never said.
    pub(crate) fn word(self, told: Option<&Conditions>, language: Language) -> &'static str {
        let Some(told) = told else { return either(language, "未知", "unknown") };
        let (zh, en) = match self {
            Part::Online if told.online => ("是", "yes"),
            Part::Online => ("脱机", "no, offline"),
            Part::Paper => match told.paper {
                Paper::Present => ("有纸", "present"),
                Paper::NearEnd => ("将用完", "low"),
                Paper::Out => ("缺纸", "out"),
            },
            Part::Cover if told.cover_open => ("开着", "open"),
            Part::Cover => ("合好", "closed"),
            Part::Cutter if told.cutter_error => ("卡住", "jammed"),
            Part::Head if told.head_overheated => ("过热", "too hot"),
            Part::Cutter | Part::Head => ("正常", "good"),
            Part::Error if told.unrecoverable => ("要报修", "needs service"),
            Part::Error if told.recoverable => ("出错，可恢复", "can be cleared"),
            Part::Error => ("没有", "none"),
            Part::Feed if told.feeding => ("按着", "held down"),
            Part::Feed => ("没按", "not pressed"),
            // which level means open depends on the drawer
            Part::Drawer if told.drawer_high => ("高", "high"),
            Part::Drawer => ("低", "low"),
        };
        either(language, zh, en)
    }

    /// True if this part keeps it from printing.
    pub(crate) fn hinders(self, told: &Conditions) -> bool {
        match self {
            Part::Online => !told.online,
            Part::Paper => told.paper == Paper::Out,
            Part::Cover => told.cover_open,
            Part::Cutter => told.cutter_error,
            Part::Head => told.head_overheated,
            Part::Error => told.unrecoverable || told.recoverable,
            Part::Feed => told.feeding,
            Part::Drawer => false,
        }
    }
}

/// What its proof is worth, in a sentence.
pub(crate) fn worth(proof: Proof, language: Language) -> &'static str {
    let (zh, en) = match proof {
        Proof::Unknown => ("还没测过", "not tested yet"),
        Proof::NoProof => ("不能证实：任务以未证实结束，请看纸是否打出", "none: jobs end unconfirmed, see the paper"),
        Proof::ProcessId => ("能证实：每打完一段就回执一次", "good: it answers for each printed part"),
        Proof::InOrderReply => ("能证实：打完前面的才回答，实测过", "good: it answers once all before is out"),
        Proof::Counter => ("能证实：走纸计数随打印增加", "good: it counts the paper that it feeds"),
    };
    either(language, zh, en)
}

/// How its proof was measured: the daemon's remarks with their commands and numbers, those that are known in words.
pub(crate) fn measured(detail: &str, language: Language) -> String {
    let zh = |piece: &str| measured_zh(piece).unwrap_or_else(|| piece.to_owned());
    match language {
        Language::Zh => detail.split("; ").map(zh).collect::<Vec<String>>().join("；"),
        Language::En => detail.to_owned(),
    }
}

fn measured_zh(piece: &str) -> Option<String> {
    if let Some(command) = piece.strip_prefix("its profile does not allow ") {
        return Some(format!("机型设置不让用 {command}"));
    }
    let (command, said) = ["GS ( H", "GS r", "GS g 2"].iter().find_map(|command| {
        let said = piece.strip_prefix(command)?.strip_prefix(' ')?;
        Some((*command, said))
    })?;
    let words: Vec<&str> = said.split_whitespace().collect();
    Some(match words.as_slice() {
        ["was", "not", "answered"] => format!("{command} 没有回音"),
        ["was", "not", "answered", "behind", "the", "feed"] => format!("{command} 走纸后没有回音"),
        ["was", "answered", "at", "once,", "but", "not", "behind", mm, "mm", ..] => {
            format!("{command} 平时马上回，走纸 {mm} 毫米后不回")
        }
        ["returned", "the", "tag"] => format!("{command} 带回了标记"),
        ["returned", "the", "tag", ms, "ms", "after", mm, "mm", ..] => {
            format!("{command} 走纸 {mm} 毫米后 {ms} 毫秒带回标记")
        }
        ["was", "answered", ms, "ms", "after", mm, "mm", ..] => format!("{command} 走纸 {mm} 毫米后 {ms} 毫秒回答"),
        ["counted", lines, "lines", "for", mm, "mm", ..] => format!("{command} 走纸 {mm} 毫米数了 {lines} 行"),
        ["counted", lines, "lines", "within", s, "s", "of", mm, "mm", ..] => {
            format!("{command} 走纸 {mm} 毫米，{s} 秒内数了 {lines} 行")
        }
        ["counted", lines, "lines", ms, "ms", "after", mm, "mm", ..] => {
            format!("{command} 走纸 {mm} 毫米后 {ms} 毫秒数了 {lines} 行")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Conditions = Conditions {
        online: true,
        paper: Paper::Present,
        cover_open: false,
        cutter_error: false,
        head_overheated: false,
        unrecoverable: false,
        recoverable: false,
        feeding: false,
        drawer_high: false,
    };

    #[test]
    fn what_was_never_told_is_called_unknown_and_no_trouble_looks_like_health() {
        let ill = Conditions {
            online: false,
            paper: Paper::Out,
            cover_open: true,
            cutter_error: true,
            head_overheated: true,
            unrecoverable: true,
            recoverable: true,
            feeding: true,
            drawer_high: true,
        };
        for language in [Language::Zh, Language::En] {
            for part in Part::ALL {
                assert_eq!(part.word(None, language), either(language, "未知", "unknown"));
                assert_ne!(part.word(Some(&ill), language), part.word(Some(&FINE), language), "{part:?}");
                assert!(!part.hinders(&FINE));
            }
        }
        assert!(Part::ALL.iter().filter(|part| **part != Part::Drawer).all(|part| part.hinders(&ill)));
    }

    #[test]
    fn how_a_proof_was_measured_is_worded_and_what_is_not_known_is_kept() {
        for (english, chinese) in [
            ("GS ( H returned the tag", "GS ( H 带回了标记"),
            (
                "GS ( H was not answered; GS r was answered 712 ms after 100 mm of feed were sent",
                "GS ( H 没有回音；GS r 走纸 100 毫米后 712 毫秒回答",
            ),
            ("GS g 2 counted 33 lines within 10 s of 100 mm of feed", "GS g 2 走纸 100 毫米，10 秒内数了 33 行"),
            ("its profile does not allow GS r; the moon was full", "机型设置不让用 GS r；the moon was full"),
        ] {
            assert_eq!(measured(english, Language::Zh), chinese);
            assert_eq!(measured(english, Language::En), english);
        }
    }
}
