//! A font of the shop's own, built here byte by byte: one black box for the characters it has.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use model::{Align, Block, Document, Language, SafeText, Size};
use paper::{Font, FontError, GlyphSource, Rendered, Stationery, lay_out, render};
use proptest::prelude::*;

use crate::shop::{printed, profile};

/// A font of 1000 units that has a box for U+2CB4A, U+20BB7 and 㛃. `at` is where the font begins in its file.
fn font_at(at: u32) -> Vec<u8> {
    let words = |values: &[u16]| values.iter().flat_map(|v| v.to_be_bytes()).collect::<Vec<u8>>();
    let longs = |values: &[u32]| values.iter().flat_map(|v| v.to_be_bytes()).collect::<Vec<u8>>();
    let characters = [0x36C3, 0x20BB7, 0x2CB4A];
    let mut cmap = [words(&[0, 1, 3, 10]), longs(&[12]), words(&[12, 0]), longs(&[16 + 12 * 3, 0, 3])].concat();
    for c in characters {
        cmap.extend(longs(&[c, c, 1]));
    }
    // one contour of four points on the curve, 100 to 900 across and 0 to 700 up
    let minus = |n: i16| n.cast_unsigned();
    let glyf =
        [words(&[1, 100, 0, 900, 700, 3, 0]), vec![1; 4], words(&[100, 800, 0, minus(-800)]), words(&[0, 0, 700, 0])]
            .concat();
    let head = [
        longs(&[0x0001_0000, 0x0001_0000, 0, 0x5F0F_3CF5]),
        words(&[0, 1000]),
        longs(&[0, 0, 0, 0]),
        words(&[0, 0, 1000, 1000, 0, 8, 2, 1, 0]),
    ]
    .concat();
    let hhea = [longs(&[0x0001_0000]), words(&[880, minus(-120), 0, 1000]), words(&[0; 11]), words(&[1])].concat();
    let maxp = [longs(&[0x0001_0000]), words(&[2]), vec![0; 26]].concat();
    let length = u32::try_from(glyf.len()).unwrap();
    let tables: [(&[u8; 4], Vec<u8>); 7] = [
        (b"cmap", cmap),
        (b"glyf", glyf),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", words(&[1000, 0, 100])),
        (b"loca", longs(&[0, 0, length])),
        (b"maxp", maxp),
    ];
    let mut out = [longs(&[0x0001_0000]), words(&[7, 64, 2, 48])].concat();
    let mut data = Vec::new();
    for (tag, table) in &tables {
        let start = 12 + 16 * tables.len() + data.len();
        out.extend_from_slice(*tag);
        out.extend(longs(&[0, at + u32::try_from(start).unwrap(), u32::try_from(table.len()).unwrap()]));
        data.extend(table);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    out.extend(data);
    out
}

fn font() -> Vec<u8> {
    font_at(0)
}

/// A collection of one font.
fn collection() -> Vec<u8> {
    let mut out = b"ttcf".to_vec();
    out.extend([0x0001_0000_u32, 1, 16].iter().flat_map(|v| v.to_be_bytes()));
    out.extend(font_at(16));
    out
}

fn document(text: &str) -> Document {
    let blocks = vec![Block::Text { text: SafeText::new(text), align: Align::Left, size: Size::Normal, bold: false }];
    Document { language: Language::Zh, blocks }
}

fn slip(text: &str, font: Option<Font>) -> Rendered {
    let stationery = Stationery { font: font.map(Arc::new), ..Stationery::default() };
    render(&document(text), None, &profile("generic-80"), &stationery)
}

#[test]
fn the_printers_font_comes_first_then_unifont_then_the_shops_and_at_last_a_frame() {
    let text = "红𬭊㛃😀\u{2CB4B}";
    let with = slip(text, Some(Font::load(font()).unwrap()));
    let sources = [
        ('𬭊', GlyphSource::Font),
        ('㛃', GlyphSource::Unifont),
        ('😀', GlyphSource::CodePoint),
        ('\u{2CB4B}', GlyphSource::CodePoint),
    ];
    assert_eq!(with.drawn, sources);
    let without = slip(text, None);
    assert_eq!(without.drawn[0], ('𬭊', GlyphSource::CodePoint));
    assert_eq!(with.bytes.len(), without.bytes.len(), "a font changes dots, never widths");
}

#[test]
fn a_character_of_the_shops_font_sits_on_the_line_in_a_cell_of_its_own() {
    let rendered = slip("𬭊", Some(Font::load(font()).unwrap()));
    let dots = printed(&rendered.bytes, &profile("generic-80")).dots;
    // 0.1 to 0.9 of 24 dots across; from the baseline in row 21 upwards by 0.7
    for (x, y, black) in [(12, 12, true), (3, 5, true), (20, 20, true), (0, 12, false), (23, 12, false), (12, 2, false)]
    {
        assert_eq!(dots.is_black(x, y), black, "{x} {y}");
    }
    assert!((280..=360).contains(&dots.ink()), "{}", dots.ink());
}

#[test]
fn a_collection_is_as_good_as_a_font() {
    let (one, other) = (Font::load(font()).unwrap(), Font::load(collection()).unwrap());
    assert_eq!(slip("𬭊", Some(one)), slip("𬭊", Some(other)));
}

#[test]
fn lines_break_the_same_with_and_without_the_font() {
    let text = "收货人𬭊㛃犇先生，𠮷野家".repeat(5);
    let lines = lay_out(&document(&text), None, 48, profile("generic-80").encoding);
    let sheet = printed(&slip(&text, Some(Font::load(font()).unwrap())).bytes, &profile("generic-80"));
    assert_eq!(sheet.lines.iter().filter(|line| line.height > 0).count(), lines.len());
}

#[test]
fn a_large_font_is_read_only_when_a_new_character_is_missing() {
    let reads = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&reads);
    let font = Font::reread(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(font())
    });
    let stationery = Stationery { font: Some(Arc::new(font.unwrap())), ..Stationery::default() };
    let print = |text: &str| render(&document(text), None, &profile("generic-80"), &stationery);
    assert_eq!(reads.load(Ordering::Relaxed), 1, "once, to check it");
    print("红梅便利店 㛃");
    assert_eq!(reads.load(Ordering::Relaxed), 1, "nothing is missing");
    let first = print("𬭊𬭊𬭊😀");
    assert_eq!(reads.load(Ordering::Relaxed), 3, "one for each character, also for one that it lacks");
    assert_eq!(print("𬭊𬭊𬭊😀"), first);
    assert_eq!(reads.load(Ordering::Relaxed), 3);
}

#[test]
fn a_font_that_goes_away_leaves_a_frame_and_comes_back() {
    let there = Arc::new(AtomicUsize::new(1));
    let looked = Arc::clone(&there);
    let read = move || {
        if looked.load(Ordering::Relaxed) == 1 { Ok(font()) } else { Err(io::Error::from(io::ErrorKind::NotFound)) }
    };
    let stationery = Stationery { font: Some(Arc::new(Font::reread(read).unwrap())), ..Stationery::default() };
    let source = || render(&document("𬭊"), None, &profile("generic-80"), &stationery).drawn[0].1;
    there.store(0, Ordering::Relaxed);
    assert_eq!(source(), GlyphSource::CodePoint);
    there.store(1, Ordering::Relaxed);
    assert_eq!(source(), GlyphSource::Font);
}

#[test]
fn what_is_no_font_is_refused_with_its_reason() {
    assert!(matches!(Font::load(Vec::new()), Err(FontError::Damaged)));
    assert!(matches!(Font::load(b"%PDF-1.7".to_vec()), Err(FontError::Damaged)));
    assert!(matches!(Font::load(font()[..200].to_vec()), Err(FontError::Damaged | FontError::NoOutlines)));
    let mut empty = font();
    let glyf = empty.windows(4).position(|tag| tag == b"glyf").unwrap();
    empty[glyf..glyf + 4].copy_from_slice(b"EBDT");
    assert!(matches!(Font::load(empty), Err(FontError::NoOutlines)));
    let gone = Font::reread(|| Err(io::Error::from(io::ErrorKind::PermissionDenied)));
    assert!(gone.unwrap_err().to_string().contains("permission denied"));
}

proptest! {
    #[test]
    fn a_damaged_font_is_refused_or_draws_something_but_never_ends_the_program(
        bytes in prop::collection::vec((0_usize..400, any::<u8>()), 1..12),
    ) {
        let mut damaged = font();
        for (at, byte) in bytes {
            if let Some(place) = damaged.get_mut(at) {
                *place = byte;
            }
        }
        if let Ok(font) = Font::load(damaged) {
            let rendered = slip("𬭊㛃\u{20BB7}", Some(font));
            prop_assert_eq!(rendered.drawn.len(), 3);
        }
    }
}
