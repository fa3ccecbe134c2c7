//! The quirks of cheap and other printers, as data: one row says the name, what it plays and where that is known from.
//! `--help`, the control socket and the tests read this table; what a quirk does stands where it is asked for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::Model;

macro_rules! quirks {
    ($($(#[$attribute:meta])* $quirk:ident $name:literal $plays:literal $source:literal;)*) => {
        /// One way in which a printer differs from the Epson of the manual. Any number may be combined, see `Quirks::check`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "what each plays stands in the table, see `plays`")]
        pub enum Quirk { $($quirk,)* }

        impl Quirk {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$quirk,)*];

            /// Its name on the command line and the control socket.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$quirk => $name,)* }
            }

            /// What the printer does, in one sentence.
            #[must_use]
            pub fn plays(self) -> &'static str {
                match self { $(Self::$quirk => $plays,)* }
            }

            /// Which printers are known for it.
            #[must_use]
            pub fn source(self) -> &'static str {
                match self { $(Self::$quirk => $source,)* }
            }
        }
    };
}

quirks! {
    PartialEot "partial-eot" "answers DLE EOT 1 and 4 only" "Chinese 58 mm clones";
    AsbOnly "asb-only" "never answers DLE EOT; automatic status works" "Ethernet boards with ASB inside (Epson UB-E02)";
    NoAsb "no-asb" "ignores GS a" "Chinese clones: ASB partly";
    AsbPeriodic "asb-periodic" "repeats automatic status every 2 s without a change" "Bixolon, Samsung";
    AsbEight "asb-8" "automatic status has 8 bytes Cx Dx, and ESC @ is answered by Bx" "Seiko SII";
    AsbInBlock "asb-in-block" "automatic status stands inside block replies" "clones that break the rule of Epson's manual";
    EscAtCancelsAsb "esc-at-cancels-asb" "ESC @ switches automatic status off (what every class does unless told otherwise)" "Epson LAN boards";
    EscAtKeepsAsb "esc-at-keeps-asb" "automatic status goes on after ESC @" "clones";
    StatusOnlyWhenIdle "status-only-when-idle" "answers DLE EOT only while nothing is buffered or moving" "clones that read DLE EOT in its turn";
    Slow "slow" "every reply comes 400 ms late" "slow clones";
    UsbMute "usb-mute" "nothing ever comes back, whatever the class could answer" "clones whose USB bulk-IN is dead";
    XoffInReply "xoff-in-reply" "XOFF and XON stand inside every reply of two bytes or more" "Epson, XON/XOFF: may interrupt even a block";
    NoIdentity "no-identity" "GS I is not answered" "clones";
    NonsenseIdentity "nonsense-identity" "GS I gives numbers and strings that mean nothing, with bytes above 7E" "Chinese clones: strings arbitrary";
    EmptyIdentity "empty-identity" "GS I 65 to 69 give empty strings" "Chinese clones";
    NoGsR "no-gs-r" "GS r is not answered" "panel printers";
    CountersWithoutProcessId "counters-without-process-id" "GS g 2 is answered, GS ( H is not" "HCC POS80, TM-T88IV and its like";
    EarlyProcessId "early-process-id" "answers the tag of GS ( H when it is received: a liar" "to be told apart at pairing";
    ClearBuffer "clear-buffer" "DLE DC4 8 empties the buffers and is answered" "HCC, HPRT, SNBC, Rongta";
    NoClearBuffer "no-clear-buffer" "DLE DC4 8 is not known" "TM-T88III and older";
    UnknownAsText "unknown-as-text" "prints what follows the first bytes of GS ( H, GS g, GS ( K, FS ( and other commands it doesn't know; from the start" "generic clones (receiptline 31)";
    NoFourByte "no-four-byte" "two-byte Chinese only: a GB18030 four-byte code prints junk and digits; from the start" "firmware with zones 1 to 5";
    ChineseOff "chinese-off" "powers up with Chinese mode off; from the start" "Japanese firmware, T88 family";
    NoCut42 "no-cut-42" "ignores GS V 66 n (1D 56 42 n)" "Netum NT-5890K";
    NoEscJ "no-esc-j" "ignores ESC J" "Netum NT-5890K";
    PictureEatsLf "picture-eats-lf" "swallows one LF right after GS v 0" "Netum NT-5890K";
    LosesBufferOffline "lost-buffer-at-offline" "throws its buffers away when it goes offline" "clones";
    DuplicatesLine "duplicates-line" "prints the last line again at DLE ENQ 1" "Epson: restarts from the line of the error";
    PowerCut "power-cut" "loses its power for 2 s after 400 received bytes, once" "a loose plug";
    CoverHidesPaper "cover-hides-paper" "the paper sensor says end while the cover is open" "sensor in the cover";
    PanelBits "panel-bits" "tells the pressed FEED button in DLE EOT 1 and ASB" "newer models, Citizen";
    DrawerOpenHigh "drawer-open-high" "pin 3 is high while the drawer is open, low while it is closed" "the other kind of drawer";
    StrictBaud "strict-baud" "garbles every byte while the host's line speed is not --baud; on a pty" "serial lines";
    HoldsDeadClient "holds-dead-client" "lets nobody in for 30 s after a connection broke; on TCP" "Bixolon SRP-275 network board";
}

/// Pairs that contradict each other, and why.
const CONFLICTS: &[(Quirk, Quirk, &str)] = &[
    (Quirk::AsbOnly, Quirk::NoAsb, "nothing would be left to ask"),
    (Quirk::AsbOnly, Quirk::PartialEot, "DLE EOT is either partly or never answered"),
    (Quirk::AsbOnly, Quirk::StatusOnlyWhenIdle, "DLE EOT is never answered"),
    (Quirk::NoAsb, Quirk::AsbPeriodic, "there is no automatic status to repeat"),
    (Quirk::NoAsb, Quirk::AsbEight, "there is no automatic status to send"),
    (Quirk::NoAsb, Quirk::AsbInBlock, "there is no automatic status to send"),
    (Quirk::NoAsb, Quirk::EscAtCancelsAsb, "there is no automatic status to cancel"),
    (Quirk::NoAsb, Quirk::EscAtKeepsAsb, "there is no automatic status to keep"),
    (Quirk::EscAtCancelsAsb, Quirk::EscAtKeepsAsb, "it can't do both"),
    (Quirk::NoIdentity, Quirk::NonsenseIdentity, "it can't do both"),
    (Quirk::NoIdentity, Quirk::EmptyIdentity, "it can't do both"),
    (Quirk::NonsenseIdentity, Quirk::EmptyIdentity, "it can't do both"),
    (Quirk::CountersWithoutProcessId, Quirk::EarlyProcessId, "the process id is either absent or early"),
    (Quirk::ClearBuffer, Quirk::NoClearBuffer, "it can't do both"),
    (Quirk::UnknownAsText, Quirk::CountersWithoutProcessId, "GS g is one of the commands that are printed"),
    (Quirk::UnknownAsText, Quirk::EarlyProcessId, "GS ( H is one of the commands that are printed"),
];

/// Quirks that are about what is answered: a printer that never speaks can't have them.
const SPOKEN: &[Quirk] = &[
    Quirk::PartialEot,
    Quirk::AsbOnly,
    Quirk::NoAsb,
    Quirk::AsbPeriodic,
    Quirk::AsbEight,
    Quirk::AsbInBlock,
    Quirk::EscAtCancelsAsb,
    Quirk::EscAtKeepsAsb,
    Quirk::StatusOnlyWhenIdle,
    Quirk::Slow,
    Quirk::XoffInReply,
    Quirk::NoIdentity,
    Quirk::NonsenseIdentity,
    Quirk::EmptyIdentity,
    Quirk::NoGsR,
    Quirk::CountersWithoutProcessId,
    Quirk::EarlyProcessId,
    Quirk::PanelBits,
    Quirk::DrawerOpenHigh,
    Quirk::CoverHidesPaper,
];

/// Quirks of the firmware itself: a printer has them from the start or not at all.
const BUILT_IN: &[Quirk] = &[Quirk::UnknownAsText, Quirk::NoFourByte, Quirk::ChineseOff, Quirk::PowerCut];

/// A set of quirks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quirks(u64);

impl Quirks {
    /// Whether the printer has this one.
    #[must_use]
    pub fn has(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u64) != 0
    }

    /// Those it has, in the order of the table.
    pub fn list(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL.iter().copied().filter(move |quirk| self.has(*quirk))
    }

    /// The first that this set has and `other` has not, or the other way round, though a printer can't change it.
    #[must_use]
    pub(super) fn differs_built_in(self, other: Self) -> Option<Quirk> {
        BUILT_IN.iter().copied().find(|quirk| self.has(*quirk) != other.has(*quirk))
    }

    /// Whether they can be combined on a printer of this class.
    ///
    /// # Errors
    /// A sentence that names the two that contradict each other.
    pub fn check(self, model: Model) -> Result<(), String> {
        for (one, other, why) in CONFLICTS {
            if self.has(*one) && self.has(*other) {
                return Err(format!("{} and {}: {why}", one.name(), other.name()));
            }
        }
        let silent = match model {
            Model::Mute => Some("the mute model"),
            _ => self.has(Quirk::UsbMute).then(|| Quirk::UsbMute.name()),
        };
        match silent.zip(SPOKEN.iter().find(|quirk| self.has(**quirk))) {
            Some((silent, quirk)) => Err(format!("{silent} and {}: a printer that never speaks", quirk.name())),
            None => Ok(()),
        }
    }
}

impl FromIterator<Quirk> for Quirks {
    fn from_iter<I: IntoIterator<Item = Quirk>>(quirks: I) -> Self {
        Self(quirks.into_iter().fold(0, |set, quirk| set | 1 << quirk as u64))
    }
}

impl clap::ValueEnum for Quirk {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.name()).help(self.plays()))
    }
}

impl Serialize for Quirk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Quirk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let found = Self::ALL.iter().find(|quirk| quirk.name() == name);
        found.copied().ok_or_else(|| serde::de::Error::custom(format!("no quirk is called {name:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_row_says_what_and_whence() {
        let mut names: Vec<&str> = Quirk::ALL.iter().map(|quirk| quirk.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Quirk::ALL.len());
        assert!(Quirk::ALL.len() < 64, "they fit the set");
        for quirk in Quirk::ALL {
            assert!(quirk.plays().len() > 10 && quirk.source().len() > 4, "{}", quirk.name());
        }
    }

    #[test]
    fn contradictions_are_named() {
        let check = |quirks: &[Quirk], model| quirks.iter().copied().collect::<Quirks>().check(model);
        for (one, other, _) in CONFLICTS {
            let error = check(&[*one, *other], Model::Full).unwrap_err();
            assert!(error.contains(one.name()) && error.contains(other.name()), "{error}");
        }
        assert_eq!(check(Quirk::ALL.get(..1).unwrap(), Model::Full), Ok(()));
        assert!(check(&[Quirk::Slow], Model::Mute).unwrap_err().contains("the mute model and slow"));
        assert!(check(&[Quirk::UsbMute, Quirk::Slow], Model::Full).unwrap_err().contains("usb-mute and slow"));
        assert_eq!(check(&[Quirk::NoCut42, Quirk::PowerCut], Model::Mute), Ok(()));
    }
}
