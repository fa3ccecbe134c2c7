//! How the console looks on this terminal: theme, glyphs, language, and what a person should know about that. Decided
//! from values, so that every terminal can be tried in a test.

use std::path::{Path, PathBuf};

use model::Language;

use super::{
    keymap::{Fault, Keymap},
    theme::{Glyphs, Theme},
};
use crate::wording::text::Text;

/// What the command line, the environment and the console's own files say about looks.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// `--theme`, `$COUNTERFOIL_THEME`, `theme` in `console.toml`: `default`, `mono` or `plain`.
    pub theme: Option<Theme>,
    /// `ambiguous_width = "wide"` in `console.toml`: this terminal draws characters of disputed width two columns wide.
    pub wide: bool,
    /// The locale names an encoding that is not UTF-8.
    pub ascii: bool,
    /// `keymap.toml`, as far as there is one.
    pub keymap: Option<Result<Keymap, Vec<Fault>>>,
}

/// How it looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Face {
    pub(crate) theme: Theme,
    pub(crate) language: Language,
    /// Why it looks so.
    pub(crate) remark: Option<Text<'static>>,
}

impl Face {
    /// On a terminal of this kind (`$TERM`).
    pub(crate) fn of(term: &str, colour: bool, language: Language, wishes: &Wishes) -> Face {
        let poor = ["vt", "dumb"].iter().any(|name| term.starts_with(name));
        let theme = wishes.theme.unwrap_or(Theme::COLOUR);
        let theme = match (colour && !poor, theme.edges) {
            (true, _) => theme,
            (false, true) => Theme::MONO,
            (false, false) => Theme::PLAIN,
        };
        // the Linux console has a font of 512 glyphs: no hanzi, and not every sign of ours
        let vt = term == "linux";
        let (glyphs, remark) = match (vt, wishes.ascii, wishes.wide) {
            (true, _, _) => (Glyphs::Ascii, Some(Text::NoChineseHere)),
            (_, true, _) => (Glyphs::Ascii, Some(Text::AsciiHere)),
            (_, _, true) => (Glyphs::Undisputed, None),
            _ => (Glyphs::Unicode, None),
        };
        let language = if glyphs == Glyphs::Ascii { Language::En } else { language };
        Face { theme: theme.with_glyphs(glyphs), language, remark }
    }
}

impl Wishes {
    /// From a theme named on the command line, the environment, and the files beside this config file and in the
    /// user's config folder.
    pub(crate) fn of_process(theme: Option<Theme>, config: &Path) -> Wishes {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let beside = config.parent().map(Path::to_owned);
        let home = variable("HOME").map(|home| PathBuf::from(home).join(".config"));
        let user = variable("XDG_CONFIG_HOME").map(PathBuf::from).or(home).map(|folder| folder.join("counterfoil"));
        let folders: Vec<PathBuf> = user.into_iter().chain(beside).collect();
        let read = |name: &str| folders.iter().find_map(|folder| std::fs::read_to_string(folder.join(name)).ok());
        let settings: toml::Table = read("console.toml").and_then(|text| text.parse().ok()).unwrap_or_default();
        let word = |key: &str| settings.get(key).and_then(toml::Value::as_str);
        let named = |name: &str| Theme::named(name);
        Wishes {
            theme: theme
                .or_else(|| variable("COUNTERFOIL_THEME").as_deref().and_then(named))
                .or_else(|| word("theme").and_then(named)),
            wide: word("ambiguous_width") == Some("wide"),
            ascii: ascii_locale(variable),
            keymap: read("keymap.toml").map(|text| Keymap::parse(&text)),
        }
    }
}

/// True if the locale of characters is named and its encoding is not UTF-8 (locale(7)); a locale that is not named at
/// all says nothing about the terminal.
fn ascii_locale(variable: impl Fn(&str) -> Option<String>) -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    named.is_some_and(|locale| {
        let name = locale.split('@').next().unwrap_or_default();
        match name.split_once('.') {
            Some((_, codeset)) => codeset.to_ascii_lowercase().replace('-', "") != "utf8",
            None => matches!(name, "C" | "POSIX"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(term: &str, colour: bool, wishes: &Wishes) -> Face {
        Face::of(term, colour, Language::Zh, wishes)
    }

    #[test]
    fn the_linux_console_and_a_locale_of_ascii_speak_english_and_say_why() {
        let usual = face("xterm-256color", true, &Wishes::default());
        assert_eq!((usual.language, usual.theme.glyphs, usual.remark), (Language::Zh, Glyphs::Unicode, None));
        let vt = face("linux", true, &Wishes::default());
        assert_eq!((vt.language, vt.theme.glyphs), (Language::En, Glyphs::Ascii));
        assert_eq!(vt.remark, Some(Text::NoChineseHere));
        let said = Text::NoChineseHere.say(Language::En);
        assert!(said.len() <= 78 && said.ends_with("use SSH, kmscon or fbterm"), "whole on 80 columns: {said}");
        let ascii = face("xterm", true, &Wishes { ascii: true, ..Wishes::default() });
        assert_eq!((ascii.language, ascii.remark), (Language::En, Some(Text::AsciiHere)));
        let wide = face("xterm", true, &Wishes { wide: true, ..Wishes::default() });
        assert_eq!((wide.language, wide.theme.glyphs), (Language::Zh, Glyphs::Undisputed));
    }

    #[test]
    fn no_colour_keeps_a_theme_without_edges_without_edges() {
        let plain = Wishes { theme: Theme::named("plain"), ..Wishes::default() };
        assert!(!face("xterm", false, &plain).theme.edges);
        assert!(face("dumb", true, &Wishes::default()).theme.edges);
        assert!(Theme::named("gaudy").is_none());
    }

    #[test]
    fn only_a_locale_that_names_another_encoding_is_ascii() {
        let ascii = |pairs: &'static [(&str, &str)]| {
            ascii_locale(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert!(ascii(&[("LANG", "C")]) && ascii(&[("LC_ALL", "POSIX"), ("LANG", "zh_CN.UTF-8")]));
        assert!(ascii(&[("LANG", "zh_CN.GBK")]) && ascii(&[("LC_CTYPE", "C"), ("LANG", "zh_CN.UTF-8")]));
        assert!(!ascii(&[]) && !ascii(&[("LANG", "C.UTF-8")]) && !ascii(&[("LANG", "zh_CN.utf8@x")]));
        assert!(!ascii(&[("LANG", "zh_CN")]));
    }
}
