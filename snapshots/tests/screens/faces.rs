//! Terminals that can show less: no colour, no edges, no Chinese, wide ambiguous characters.

use model::Language;
use tui::console::{Glyphs, Theme};

use crate::harness::{Daemon, Session, assert_sheet, sheet, shop};

fn session(language: Language, size: (u16, u16), theme: Theme, keys: &str) -> Session {
    let mut session = Session::dressed(language, size, Daemon::troubled(), theme);
    session.connect();
    session.press(keys);
    session
}

#[test]
fn without_colour_everything_is_still_said() {
    let mono = session(Language::Zh, (80, 24), Theme::MONO, "");
    assert_sheet("mono-home-zh-80x24", &mono.sheet());
}

#[test]
fn without_edges_a_screen_reader_reads_text_alone() {
    let plain = session(Language::En, (80, 24), sheet::numbered().without_edges(), "gt<enter>p");
    assert!(!plain.text().lines().any(|line| line.contains("+--") || line.contains("| |")), "{}", plain.text());
    assert_sheet("plain-reprint-en-80x24", &plain.sheet());
}

#[test]
fn a_terminal_of_ascii_has_a_substitute_for_each_column_of_chinese() {
    let ascii = sheet::numbered().with_glyphs(Glyphs::Ascii);
    let mut linux = session(Language::En, (80, 24), ascii, "");
    assert_sheet("ascii-home-en-80x24", &linux.sheet());
    linux.press("gt<enter>");
    assert_sheet("ascii-detail-en-80x24", &linux.sheet());
    for keys in ["gt", "gq", "gp", "!", "?", ":"] {
        let mut linux = session(Language::En, (80, 24), ascii, keys);
        assert!(linux.frame().is_ascii(), "{keys} {}", linux.text());
    }
    linux.press("<esc>:other<enter>");
    assert!(!linux.text().contains('首'), "there is no Chinese to change to");
}

#[test]
fn characters_of_disputed_width_shift_nothing_where_they_are_wide() {
    let mut daemon = Daemon::usual();
    daemon.transactions[0] =
        shop::payment(132, "2026-11-20T14:02:41", serde_json::json!({ "note": "“加急”…①·", "issuer": "①②③银行" }));
    let theme = Theme::COLOUR.with_glyphs(Glyphs::Undisputed);
    let mut session = Session::dressed(Language::Zh, (120, 40), daemon, theme);
    session.connect();
    for keys in ["", "<enter>", "gt", "gq", "gp"] {
        session.press(keys);
        let text = session.frame();
        let disputed =
            |c: &char| unicode_width::UnicodeWidthChar::width(*c) != unicode_width::UnicodeWidthChar::width_cjk(*c);
        assert_eq!(text.chars().find(disputed), None, "{keys} {text:?}");
    }
    session.press("gh<enter>");
    assert!(session.text().contains("\"加急\"~?."), "{}", session.text());
}

#[test]
fn where_chinese_cannot_be_shown_the_help_says_how_to_get_it_and_the_shop_has_a_name() {
    let ascii = sheet::numbered().with_glyphs(Glyphs::Ascii);
    let mut linux = session(Language::En, (80, 24), ascii, "?");
    let help = linux.text();
    let help: Vec<&str> = help.split_whitespace().filter(|word| *word != "|").collect();
    assert!(!help.contains(&"????"), "there is no Chinese to change to: {}", linux.text());
    assert!(help.join(" ").contains("for Chinese use SSH, kmscon, fbterm, or a UTF-8 locale"), "{}", linux.text());
    linux.press("<esc>");
    let bar = linux.text().lines().next().unwrap_or_default().to_owned();
    assert!(!bar.contains('?') && bar.contains("POS "), "{bar}");
}
