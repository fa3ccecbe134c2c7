//! Choices that are written as one word on the command line and the control socket: one row a word, with what it does.
//! Only the macro stands here; the choices stand where they belong.

/// Makes an enum of words: `word()`, `ALL`, `FromStr`, and serde as the word.
macro_rules! words {
    ($(#[$attribute:meta])* $name:ident, $what:literal { $($variant:ident $word:literal $plays:literal;)* }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[doc = $plays] $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name on the command line and the control socket.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                let found = Self::ALL.iter().find(|known| known.word() == word).copied();
                found.ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|known| known.word()).collect();
                    format!("{word:?} is no {}: {} are known", $what, known.join(", "))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use words;
