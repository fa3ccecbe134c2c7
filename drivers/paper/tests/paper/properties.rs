//! What holds for any text, however strange or hostile.

use model::{Align, Block, Document, ItemRow, Language, ReprintMark, SafeText, Size};
use paper::{Drawn, Encoding, Profile, Stationery, lay_out, layout::Line, render, text_view};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use crate::{
    shop::{printed, profile, same_yuan, texts},
    walker::{commands, real_time},
};

fn safe() -> impl Strategy<Value = SafeText> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,60}",
        "[一-龥，。！（）0-9a-z ]{0,60}",
        "[一-龥]{0,9}[\u{3400}-\u{4dbf}\u{20000}-\u{2ffff}😀-😎€ñ\u{300}-\u{303}]{0,9}",
        Just("\u{1b}@\u{1b}p\u{0}\u{19}\u{fa}\u{10}\u{14}\u{1}\u{0}\u{1}可乐\u{1d}V\u{0}\u{1c}.\u{9b}2J".to_owned()),
    ]
    .prop_map(|text| SafeText::new(&text))
}

fn size() -> impl Strategy<Value = Size> {
    prop::sample::select(Size::ALL)
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        (safe(), prop::sample::select(Align::ALL), size(), any::<bool>())
            .prop_map(|(text, align, size, bold)| Block::Text { text, align, size, bold }),
        (safe(), safe(), size(), any::<bool>()).prop_map(|(label, value, size, bold)| Block::Pair {
            label,
            value,
            size,
            bold
        }),
        prop::collection::vec((safe(), safe(), safe()), 0..4).prop_map(|rows| Block::Items {
            rows: rows.into_iter().map(|(name, quantity, amount)| ItemRow { name, quantity, amount }).collect(),
        }),
        Just(Block::Rule),
        (0_u8..9).prop_map(|lines| Block::Blank { lines }),
        safe().prop_map(|label| Block::Signature { label }),
    ]
}

pub(crate) fn document() -> impl Strategy<Value = Document> {
    (prop::sample::select(Language::ALL), prop::collection::vec(block(), 0..12))
        .prop_map(|(language, blocks)| Document { language, blocks })
}

fn mark() -> impl Strategy<Value = Option<ReprintMark>> {
    prop::option::of(
        (any::<u32>(), prop::option::of(safe()), prop::option::of(safe()))
            .prop_map(|(number, operator, approver)| ReprintMark { number, operator, approver }),
    )
}

fn small(block: Block) -> Block {
    match block {
        Block::Text { text, align, bold, .. } => Block::Text { text, align, size: Size::Normal, bold },
        Block::Pair { label, value, bold, .. } => Block::Pair { label, value, size: Size::Normal, bold },
        other => other,
    }
}

pub(crate) fn any_profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(Profile::builtin_names().collect::<Vec<_>>()).prop_map(profile)
}

/// What the reading back leaves out: blanks of all kinds, and dashes because rules are made of them.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{3000}' | '\n' | '-')
}

/// A text as its reader sees it: one sign for each letter, a picture where marks stand on it.
fn as_seen(text: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    for grapheme in text.trim_matches(' ').graphemes(true) {
        for (at, c) in grapheme.char_indices() {
            match (c, out.last_mut()) {
                (_, Some(letter)) if at > 0 && c.width() == Some(0) => *letter = '\u{FFFC}',
                ('¥', _) => out.push('￥'),
                ('\u{A0}' | '\u{2007}' | '\u{202F}', _) => out.push(' '),
                _ => out.push(c),
            }
        }
    }
    out.retain(|c| !is_blank(*c));
    out
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_paper(
        document in document(), mark in mark(), columns in 24_usize..=64,
    ) {
        for line in lay_out(&document, mark.as_ref(), columns, Encoding::Gbk) {
            if let Line::Row(row) = line {
                prop_assert!(row.columns() <= columns, "{row:?} on {columns}");
                let mut free = 0;
                for run in &row.runs {
                    prop_assert!(run.column >= free, "{row:?}");
                    free = run.column + run.columns;
                }
            }
        }
        for line in text_view(&document, mark.as_ref(), columns).lines() {
            prop_assert!(!line.ends_with(' '));
        }
    }

    #[test]
    fn what_is_rendered_is_read_back(document in document(), profile in any_profile()) {
        // a line that is a picture can't be read by this reader, and a tall line with a drawn character is one; its dots
        // are compared elsewhere
        let document = Document { blocks: document.blocks.into_iter().map(small).collect(), ..document };
        let profile = Profile { drawn: Drawn::ColumnImage, ..profile };
        let rendered = render(&document, None, &profile, &Stationery::default());
        let sheet = printed(&rendered.bytes, &profile);
        for span in sheet.lines.iter().flat_map(|line| &line.spans) {
            prop_assert!(span.left + span.width <= profile.dots_per_line, "{span:?}");
        }
        let mut left: Vec<char> = same_yuan(&sheet.text).chars().filter(|c| !is_blank(*c)).rev().collect();
        for expected in texts(&document).iter().flat_map(|text| as_seen(text)) {
            let seen = left.pop();
            prop_assert!(
                seen == Some(expected) || seen == Some('\u{FFFC}'),
                "{expected:?} ({:X}) is printed as {seen:?}", u32::from(expected)
            );
        }
        prop_assert!(left.is_empty(), "{:?} came out of nowhere", left);
    }

    #[test]
    fn a_whole_line_as_a_picture_keeps_to_the_paper(document in document(), profile in any_profile()) {
        let profile = Profile { drawn: Drawn::RasterLine, ..profile };
        let rendered = render(&document, None, &profile, &Stationery::default());
        printed(&rendered.bytes, &profile);
        prop_assert_eq!(real_time(&rendered.bytes), Vec::<usize>::new());
        let kinds = commands(&rendered.bytes);
        prop_assert!(!kinds.iter().any(|kind| kind == "[1B, 2A]"), "ESC * is what such a printer lacks");
    }

    #[test]
    fn foreign_text_gives_no_command_byte(text in safe(), name in safe(), profile in any_profile()) {
        let with = |text: SafeText, name: SafeText| {
            let mark = ReprintMark { number: 1, operator: Some(name.clone()), approver: Some(text.clone()) };
            let blocks = vec![
                Block::Text { text: text.clone(), align: Align::Left, size: Size::Large, bold: true },
                Block::Pair { label: name.clone(), value: text.clone(), size: Size::Normal, bold: false },
                Block::Items { rows: vec![ItemRow { name: text.clone(), quantity: name.clone(), amount: name }] },
                Block::Rule,
                Block::Qr { text: SafeText::new(&format!("id {text}")) },
            ];
            let rendered = render(&Document { language: Language::Zh, blocks }, Some(&mark), &profile, &Stationery::default());
            assert_eq!(real_time(&rendered.bytes), Vec::<usize>::new(), "a printer would obey these");
            let mut kinds = commands(&rendered.bytes);
            // positions and pictures depend on the text's width and characters, sizes and sides on where it wraps
            kinds.retain(|kind| {
                ![
                    "[1B, 24]", "[1B, 2A]", "[1D, 21]", "[1B, 45]", "[1B, 61]", "[1B, 64]",
                    "[1C, 21]", "[1D, 76]", "[1B, 4A]",
                ].contains(&kind.as_str())
            });
            kinds
        };
        prop_assert_eq!(with(text, name), with(SafeText::new("harmless"), SafeText::new("words")));
    }

    #[test]
    fn rendering_twice_gives_equal_bytes(document in document(), mark in mark(), profile in any_profile()) {
        let once = render(&document, mark.as_ref(), &profile, &Stationery::default());
        prop_assert_eq!(&once, &render(&document, mark.as_ref(), &profile, &Stationery::default()));
        prop_assert_eq!(*once.segment_ends.last().unwrap() as usize, once.bytes.len());
        prop_assert_eq!(real_time(&once.bytes), Vec::<usize>::new());
        commands(&once.bytes);
    }
}
