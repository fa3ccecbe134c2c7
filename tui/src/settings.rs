//! What the command line takes from the config file and the environment: the language and the socket. Lenient: only
//! the daemon requires a config and names what is wrong in it.

use std::path::{Path, PathBuf};

use model::Language;

/// The few keys of the config that a client reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `[shop] lang`
    pub lang: Option<Language>,
    /// `[spooler] socket`
    pub socket: Option<PathBuf>,
}

impl Settings {
    /// Reads a file; one that is missing, unreadable or broken counts as empty (INTERFACES §2).
    pub(crate) fn read(path: &Path) -> Settings {
        std::fs::read_to_string(path).map(|text| Settings::parse(&text)).unwrap_or_default()
    }

    fn parse(text: &str) -> Settings {
        let table: toml::Table = text.parse().unwrap_or_default();
        let word = |section: &str, key: &str| table.get(section)?.get(key)?.as_str();
        Settings {
            lang: word("shop", "lang").and_then(Language::from_word),
            socket: word("spooler", "socket").filter(|text| !text.is_empty()).map(PathBuf::from),
        }
    }
}

/// The language of a locale: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is not empty; `zh…` is Chinese, all
/// else English. Also where the locale names another encoding than UTF-8, as `zh_CN.GBK`: our Chinese would be
/// unreadable there.
pub(crate) fn locale_language(variable: impl Fn(&str) -> Option<String>) -> Language {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    match named {
        Some(locale) if locale.to_ascii_lowercase().starts_with("zh") && utf8(&locale) => Language::Zh,
        _ => Language::En,
    }
}

/// True unless the locale names another encoding: `language_TERRITORY.CODESET@modifier` (locale(7)).
fn utf8(locale: &str) -> bool {
    let named = locale.split('@').next().and_then(|name| name.split_once('.'));
    named.is_none_or(|(_, codeset)| codeset.to_ascii_lowercase().replace('-', "") == "utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lang_and_socket_are_read_and_nonsense_is_passed_over() {
        let read = Settings::parse("[shop]\nname='x'\nlang='zh'\n[spooler]\nsocket='/s'\n[surprise]\na=1");
        assert_eq!(read, Settings { lang: Some(Language::Zh), socket: Some("/s".into()) });
        for text in ["", "[shop", "shop = 3", "[shop]\nlang = 4\n[spooler]\nsocket=''", "[shop]\nlang='fr'"] {
            assert_eq!(Settings::parse(text), Settings::default(), "{text}");
        }
    }

    #[test]
    fn the_first_locale_that_is_set_counts() {
        let env = |pairs: &'static [(&str, &str)]| {
            locale_language(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(env(&[("LANG", "zh_CN.UTF-8")]), Language::Zh);
        assert_eq!(env(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Language::En);
        assert_eq!(env(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_TW"), ("LANG", "en_GB")]), Language::Zh);
        assert_eq!(env(&[]), Language::En);
        assert_eq!(env(&[("LANG", "zh_CN.GBK")]), Language::En);
        assert_eq!(env(&[("LANG", "zh_CN.utf8@x")]), Language::Zh);
    }
}
