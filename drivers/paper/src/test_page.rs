//! The page of `printer test` (打印测试页): who and where the printer is, a ruler with pointed ends, patterns that tell a
//! dirty head from a dead dot from a weak supply, its characters, its codes, its cut. Each section is one look of a
//! person, and short: the page stays under 120 mm, the logo apart.
//!
//! What is drawn is in `pattern`, what is said in `words`.

mod pattern;
mod words;

use model::{Align, Block, Document, Identity, Language, Proof, SafeText, Size};

use crate::{
    encode::{Rendered, Sheet, Side},
    layout::lay_out,
    profile::Profile,
    stationery::Stationery,
    test_page::words::{Word, proof},
};

/// What the page says of the printer beside its profile; given as values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFacts {
    /// The printer's name in the config.
    pub printer: SafeText,
    /// Its connection, as in the config.
    pub connection: SafeText,
    /// Date and time, ready to be read.
    pub time: SafeText,
    /// What it proves its slips by.
    pub proof: Proof,
    /// Who it says it is; all empty where it said nothing.
    pub identity: Identity,
}

/// Text of the bar code: letters and digits, so that both sets of Code 128 are seen; it fits 384 dots.
const BAR_TEXT: &str = "TEST 1234567890";

/// Rows of the bar code: 5 mm.
const BAR_ROWS: u8 = 40;

/// Dots that the QR code may take, quiet zone included: modules of four dots up to version 2.
const QR_DOTS: usize = 132;

/// What any printer must have, and signs with common and dense hanzi, whose fate shows what the printer's font is worth.
/// Each fits 32 columns with its label.
const SAMPLES: [(Word, &str); 2] =
    [(Word::Latin, "ABCabc 0123456789 #$%@[]{}"), (Word::Hanzi, "，。“”《》￥ 红梅 龘齉鑫")];

/// Where the dots of a character may come from, whether that is the printer's font, and candidates that most likely come
/// from there: the first that the printer's encoding has, or lacks, is taken.
const SOURCES: [(Word, bool, &[char]); 4] = [
    (Word::FromPrinter, true, &['中', 'A']),
    (Word::FromProgram, false, &['㛃', 'ñ', '☺', 'Ж']),
    // without a font for it, it is its code point
    (Word::FromShop, false, &['𬭊', '😀']),
    // private use: nobody's font has it
    (Word::FromNobody, false, &['\u{10FFFD}']),
];

/// Densities of the ladder, in steps of 5 % (a page of the standard above and below it).
const LADDER: [i8; 5] = [-6, -3, 0, 3, 6];

/// Renders the test page; equal arguments give equal bytes.
pub fn test_page(profile: &Profile, language: Language, facts: &TestFacts, stationery: &Stationery) -> Rendered {
    let mut page = Page { sheet: Sheet::begin(profile).with_font(stationery.font.as_deref()), profile, language };
    page.sheet.logo(stationery);
    page.head(facts);
    page.sheet.border();
    page.head_patterns();
    page.sheet.border();
    page.densities();
    page.sheet.border();
    page.characters();
    page.sheet.border();
    page.codes(facts);
    page.caption(Word::Cut(profile.cut));
    page.sheet.finish()
}

struct Page<'p> {
    sheet: Sheet<'p>,
    profile: &'p Profile,
    language: Language,
}

impl Page<'_> {
    /// Four lines on most paper: what it is and when, who it is and where, what it is taken for and says it is, its proof.
    fn head(&mut self, facts: &TestFacts) {
        let said = [&facts.identity.maker, &facts.identity.model, &facts.identity.firmware];
        let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
        // the name as the config writes it
        let encoding = format!("{:?}", self.profile.encoding).to_uppercase();
        let profile = format!("{} {encoding}", self.profile.name);
        self.say(vec![
            pair(self.word(Word::Title), &facts.time, true),
            pair(&facts.printer, &facts.connection, false),
            pair(&profile, &said.join(" "), false),
            pair(self.word(Word::Proof), proof(facts.proof, self.language), false),
        ]);
    }

    /// Ruler, single dots, all dots: first what needs no power, then what needs all of it.
    fn head_patterns(&mut self) {
        let dots = self.sheet.dots_per_line();
        for (caption, pattern) in [
            (Word::Ruler, pattern::ruler(dots)),
            (Word::SingleDots, pattern::diagonals(dots)),
            (Word::AllDots, pattern::bar(dots)),
        ] {
            self.caption(caption);
            self.sheet.picture(&pattern, Side::Left);
        }
    }

    fn densities(&mut self) {
        if self.profile.density.is_none() {
            self.caption(Word::OneDensity);
            self.sheet.picture(&pattern::half("0"), Side::Left);
            return;
        }
        self.caption(Word::Densities);
        for steps in LADDER {
            self.sheet.density(steps);
            self.sheet.picture(&pattern::half(&format!("{steps:+}").replace("+0", "0")), Side::Left);
        }
        self.sheet.usual_density();
    }

    fn characters(&mut self) {
        self.caption(Word::Characters);
        let mut blocks: Vec<Block> = SAMPLES.iter().map(|(label, text)| pair(self.word(*label), text, false)).collect();
        let encoding = self.profile.encoding;
        let sources: Vec<String> = SOURCES
            .iter()
            .filter_map(|(label, printers, candidates)| {
                let coded = |c: &&char| encoding.code(**c).is_some() == *printers;
                candidates.iter().find(coded).map(|found| format!("{} {found}", self.word(*label)))
            })
            .collect();
        blocks.push(left(&sources.join(" ")));
        self.say(blocks);
    }

    /// Four light modules must stand above and below a QR code: half a line, so there is an empty one.
    fn codes(&mut self, facts: &TestFacts) {
        self.say(vec![left(&format!("{} {BAR_TEXT}", self.word(Word::Codes)))]);
        self.sheet.bar_code(BAR_TEXT, BAR_ROWS);
        self.say(vec![Block::Blank { lines: 1 }]);
        self.sheet.qr_within(&facts.time, QR_DOTS);
        self.say(vec![Block::Blank { lines: 1 }]);
    }

    fn caption(&mut self, word: Word) {
        self.say(vec![left(self.word(word))]);
    }

    fn say(&mut self, blocks: Vec<Block>) {
        let document = Document { language: self.language, blocks };
        self.sheet.lines(&lay_out(&document, None, self.profile.columns, self.profile.encoding));
    }

    fn word(&self, word: Word) -> &'static str {
        word.text(self.language)
    }
}

fn left(text: &str) -> Block {
    Block::Text { text: SafeText::new(text), align: Align::Left, size: Size::Normal, bold: false }
}

fn pair(label: &str, value: &str, bold: bool) -> Block {
    Block::Pair { label: SafeText::new(label), value: SafeText::new(value), size: Size::Normal, bold }
}
