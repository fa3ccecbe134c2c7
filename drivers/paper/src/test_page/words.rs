//! What the test page says, both languages side by side. Captions fit 32 columns, so that each is one line on all paper.

use model::{Language, Proof};

use crate::command::CutForm;

/// Something the page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Title,
    Proof,
    // captions
    Ruler,
    SingleDots,
    AllDots,
    Densities,
    OneDensity,
    Characters,
    Codes,
    Cut(CutForm),
    // labels of the samples
    Latin,
    Hanzi,
    // where a character comes from
    FromPrinter,
    FromProgram,
    FromShop,
    FromNobody,
}

impl Word {
    pub(super) fn text(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Word::Title => ("打印测试页", "PRINTER TEST"),
            Word::Proof => ("出纸凭据", "PROOF"),
            Word::Ruler => ("A 标尺: 两端箭头应有尖", "A RULER: BOTH ENDS POINTED?"),
            Word::SingleDots => ("B 细斜线: 断处即坏点", "B LINES: A GAP IS A DEAD DOT"),
            Word::AllDots => ("C 黑条: 应左右一样黑", "C BAR: EVENLY BLACK?"),
            Word::Densities => ("D 浓度: 0 为标准", "D DENSITY: 0 IS STANDARD"),
            Word::OneDensity => ("D 浓度: 应为均匀灰色", "D DENSITY: EVENLY GREY?"),
            Word::Characters => ("E 字符: 应无乱码", "E CHARACTERS: ALL READABLE?"),
            Word::Codes => ("F 应能扫出", "F TO SCAN:"),
            Word::Cut(form) => cut(form),
            Word::Latin => ("西文", "LATIN"),
            Word::Hanzi => ("汉字", "HANZI"),
            Word::FromPrinter => ("字库", "FONT"),
            Word::FromProgram => ("点阵", "DOTS"),
            Word::FromShop => ("外字", "SHOP"),
            Word::FromNobody => ("缺字", "NONE"),
        };
        one_of(language, zh, en)
    }
}

fn cut(form: CutForm) -> (&'static str, &'static str) {
    match form {
        CutForm::FeedCutPartial | CutForm::CutPartial | CutForm::EscI | CutForm::EscM => {
            ("G 切纸: 下方半切", "G CUT BELOW, NOT QUITE THROUGH")
        }
        CutForm::FeedCutFull | CutForm::CutFull => ("G 切纸: 下方全切", "G CUT BELOW, RIGHT THROUGH"),
        CutForm::None => ("G 无切刀: 请手撕", "G NO CUTTER: TEAR HERE"),
    }
}

/// What a printer's word is worth.
pub(super) fn proof(proof: Proof, language: Language) -> &'static str {
    let (zh, en) = match proof {
        Proof::Unknown => ("尚未测定", "not measured yet"),
        Proof::NoProof => ("不能证实出纸", "can't prove paper"),
        Proof::ProcessId => ("逐段回执", "answers each segment"),
        Proof::InOrderReply => ("按序应答", "answers in order"),
        Proof::Counter => ("走纸计数", "counts its paper"),
    };
    one_of(language, zh, en)
}

fn one_of(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cell, encoding::Encoding};

    #[test]
    fn captions_are_one_line_on_narrow_paper() {
        for language in Language::ALL {
            for word in [
                Word::Ruler,
                Word::SingleDots,
                Word::AllDots,
                Word::Densities,
                Word::OneDensity,
                Word::Characters,
                Word::Codes,
                Word::Cut(CutForm::FeedCutPartial),
                Word::Cut(CutForm::CutFull),
                Word::Cut(CutForm::None),
            ] {
                let text = word.text(*language);
                assert!(cell::columns(text, Encoding::Gbk) <= 32, "{text}");
                assert_eq!(text.is_ascii(), *language == Language::En, "{text}");
            }
        }
    }
}
