//! The switches that break the host, as a table: names, values, what each does. How it does that stands where the switch
//! is asked for.

use std::fmt::Display;

use super::key_set::KeyFault;
use super::mac::MacProfile;
use super::switch::{Breakable, Row, Switch, Switches, code, number, unknown};
use super::word::words;

/// A switch of the host, e.g. `code=97@0800/003*2`.
pub type Fault = Switch<FaultKind>;
/// Those that are on.
pub(super) type Faults = Switches<FaultKind>;

words! {
    /// What is wrong with TLS.
    TlsFault, "TLS fault" {
        Expired "expired" "the certificate has expired";
        NotYetValid "not-yet-valid" "the certificate is not valid yet";
        WrongName "wrong-name" "the certificate is another host's";
        UnknownCa "unknown-ca" "another authority has signed the certificate";
        Plain "plain" "the port speaks plain frames";
        Tls10Only "tls1.0-only" "every version offered is refused by an alert";
    }
}

words! {
    /// What a gateway in front of the host says instead of it.
    HttpFault, "HTTP fault" {
        Empty500 "500-empty" "HTTP 500 with Content-Length 0";
        Html502 "502-html" "HTTP 502 with a page";
        NoBody200 "200-no-body" "HTTP 200 with Content-Length 0";
    }
}

words! {
    /// How a settlement is answered.
    Settle, "way to settle" {
        Mirror "mirror" "balanced, with the totals that came: the default";
        Compare "compare" "the totals that came against the host's own, domestic and foreign apart";
        Balanced "balanced" "balanced, with the host's own totals";
        UnbalancedDomestic "unbalanced-domestic" "domestic unbalanced, with totals of the host that differ";
        UnbalancedForeign "unbalanced-foreign" "foreign unbalanced, with totals of the host that differ";
        Error "error" "result 3 on both sides";
    }
}

/// A code and the requests that get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeFault {
    /// Field 39.
    pub code: String,
    /// Only for this MTI.
    pub mti: Option<String>,
    /// Only for this 60.3.
    pub network_code: Option<String>,
}

/// What a switch breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "what each does stands in the table, see `Breakable::TABLE`")]
pub enum FaultKind {
    Refuse,
    Blackhole,
    Rst,
    AcceptClose,
    AcceptSilent,
    CloseAfterRequest,
    NoAnswer,
    Drip(u32),
    Late(u64),
    HalfFrame,
    Stall,
    LenPlus,
    LenMinus,
    ExtraBytes,
    Garbage,
    Oversized,
    Tls(TlsFault),
    Http(HttpFault),
    TpduStrict,
    TpduNoswap,
    HeaderStrict,
    Code(CodeFault),
    Clock(i64),
    Keys(KeyFault),
    Batch(u32),
    BatchJump,
    RequireSettle,
    SecondTerminal { batch: bool },
    Mac(MacProfile),
    EchoWrong(u8),
    Mti(String),
    ReplayPrevious,
    No39,
    EchoOpen,
    Settle(Settle),
    UploadDrop(u32),
    Demand(u8),
}

impl Breakable for FaultKind {
    const TABLE: &[Row] = &[
        ("refuse", "", "connects are refused"),
        ("blackhole", "", "SYNs are not answered"),
        ("rst", "", "a connection is reset at its first byte"),
        ("accept-close", "", "a connection is closed as soon as it is there"),
        ("accept-silent", "", "a connection is held, and nothing ever said: with TLS not even a handshake"),
        ("close-after-request", "", "the connection is closed once a request is whole, without a byte"),
        ("no-answer", "", "a request is carried out and not answered"),
        ("drip", "BYTES_PER_S", "answers trickle"),
        ("late", "MS", "answers come later"),
        ("half-frame", "", "half an answer, then the end of the connection"),
        ("stall", "", "half an answer, then silence"),
        ("len+1", "", "LEN says one byte too many, then the end of the connection"),
        ("len-1", "", "LEN says one byte too few"),
        ("extra-bytes", "", "eight bytes follow the frame"),
        ("garbage", "", "the answer is a frame of noise"),
        ("oversized", "", "the answer is a frame of 65535 bytes"),
        ("tls", "expired|not-yet-valid|wrong-name|unknown-ca|plain|tls1.0-only", "TLS is broken; needs a TLS port"),
        ("http", "500-empty|502-html|200-no-body", "a gateway answers instead of the host"),
        ("tpdu-strict", "", "a frame to another NII is answered by closing"),
        ("tpdu-noswap", "", "answers keep the request's TPDU"),
        ("header-strict", "", "a frame of another class or version is answered by closing"),
        ("code", "XX[@MTI[/60.3]]", "field 39 of every request, or of those"),
        ("clock", "SECONDS", "fields 12 and 13 are ahead, or behind when negative"),
        ("keys", "wrong-tmk|flip-pik-kcv|flip-mak-kcv|kcv-at-28|32-byte|39-byte|no-62|sm4|tagged", "field 62 is wrong"),
        ("batch", "NNNNNN", "the next sign-in brings this batch"),
        ("batch-jump", "", "every sign-in brings a batch seven further"),
        ("require-settle", "", "77 to everything but settlement until that is done"),
        (
            "second-terminal",
            "[batch]",
            "after a sign-in another device signs in on the number, and settles with `batch`",
        ),
        ("mac", "ecb|ecb-3des|x9.9|x9.19|sm4", "field 64 of trades is computed so, whatever the keys are"),
        ("echo-wrong", "11|41|42", "this field comes back changed"),
        ("mti", "NNNN", "the answer's MTI"),
        ("replay-previous", "", "the answer before, again"),
        ("no-39", "", "answers without field 39"),
        ("echo-open", "", "an echo is answered 00 also without a sign-in"),
        (
            "settle",
            "mirror|compare|balanced|unbalanced-domestic|unbalanced-foreign|error",
            "how a settlement is answered",
        ),
        ("upload-drop", "N", "the connection breaks after so many detail uploads"),
        ("demand", "1..9", "处理要求 in the header of answers"),
    ];

    fn is_countable(&self) -> bool {
        !matches!(self, Self::Refuse | Self::Blackhole | Self::Clock(_))
    }

    fn written(&self) -> String {
        use FaultKind as K;
        let valued = |name: &str, value: &dyn Display| format!("{name}={value}");
        match self {
            K::Refuse => "refuse".to_owned(),
            K::Blackhole => "blackhole".to_owned(),
            K::Rst => "rst".to_owned(),
            K::AcceptClose => "accept-close".to_owned(),
            K::AcceptSilent => "accept-silent".to_owned(),
            K::CloseAfterRequest => "close-after-request".to_owned(),
            K::NoAnswer => "no-answer".to_owned(),
            K::Drip(speed) => valued("drip", speed),
            K::Late(ms) => valued("late", ms),
            K::HalfFrame => "half-frame".to_owned(),
            K::Stall => "stall".to_owned(),
            K::LenPlus => "len+1".to_owned(),
            K::LenMinus => "len-1".to_owned(),
            K::ExtraBytes => "extra-bytes".to_owned(),
            K::Garbage => "garbage".to_owned(),
            K::Oversized => "oversized".to_owned(),
            K::Tls(fault) => valued("tls", &fault.word()),
            K::Http(fault) => valued("http", &fault.word()),
            K::TpduStrict => "tpdu-strict".to_owned(),
            K::TpduNoswap => "tpdu-noswap".to_owned(),
            K::HeaderStrict => "header-strict".to_owned(),
            K::Code(CodeFault { code, mti, network_code }) => {
                let only = mti.as_ref().map(|mti| format!("@{mti}")).unwrap_or_default();
                let network = network_code.as_ref().map(|code| format!("/{code}")).unwrap_or_default();
                format!("code={code}{only}{network}")
            }
            K::Clock(seconds) => format!("clock={seconds:+}"),
            K::Keys(fault) => valued("keys", &fault.word()),
            K::Batch(batch) => format!("batch={batch:06}"),
            K::BatchJump => "batch-jump".to_owned(),
            K::RequireSettle => "require-settle".to_owned(),
            K::SecondTerminal { batch: false } => "second-terminal".to_owned(),
            K::SecondTerminal { batch: true } => "second-terminal=batch".to_owned(),
            K::Mac(profile) => valued("mac", &profile.word()),
            K::EchoWrong(field) => valued("echo-wrong", field),
            K::Mti(mti) => valued("mti", mti),
            K::ReplayPrevious => "replay-previous".to_owned(),
            K::No39 => "no-39".to_owned(),
            K::EchoOpen => "echo-open".to_owned(),
            K::Settle(way) => valued("settle", &way.word()),
            K::UploadDrop(count) => valued("upload-drop", count),
            K::Demand(digit) => valued("demand", digit),
        }
    }

    fn read(name: &str, value: Option<&str>) -> Result<Self, String> {
        let needed = || value.ok_or_else(|| format!("{name} needs a value"));
        let kind = match name {
            "drip" => Self::Drip(number(name, needed()?)?),
            "late" => Self::Late(number(name, needed()?)?),
            "tls" => Self::Tls(needed()?.parse()?),
            "http" => Self::Http(needed()?.parse()?),
            "code" => Self::Code(CodeFault::read(needed()?)?),
            "clock" => {
                let text = needed()?;
                Self::Clock(number(name, text.strip_prefix('+').unwrap_or(text))?)
            }
            "keys" => Self::Keys(needed()?.parse()?),
            "batch" => Self::Batch(number(name, needed()?)?),
            "second-terminal" => match value {
                None => Self::SecondTerminal { batch: false },
                Some("batch") => Self::SecondTerminal { batch: true },
                Some(other) => return Err(format!("second-terminal={other}: only \"batch\" is known")),
            },
            "mac" => Self::Mac(needed()?.parse()?),
            "echo-wrong" => match needed()? {
                "11" => Self::EchoWrong(11),
                "41" => Self::EchoWrong(41),
                "42" => Self::EchoWrong(42),
                other => return Err(format!("echo-wrong={other}: 11, 41 and 42 are known")),
            },
            "mti" => Self::Mti(digits(name, needed()?, 4)?),
            "settle" => Self::Settle(needed()?.parse()?),
            "upload-drop" => Self::UploadDrop(number(name, needed()?)?),
            "demand" => match number(name, needed()?)? {
                digit @ 0..=9 => Self::Demand(digit),
                other => return Err(format!("demand={other}: one digit")),
            },
            _ if value.is_some() => return Err(unknown::<Self>(name)),
            "refuse" => Self::Refuse,
            "blackhole" => Self::Blackhole,
            "rst" => Self::Rst,
            "accept-close" => Self::AcceptClose,
            "accept-silent" => Self::AcceptSilent,
            "close-after-request" => Self::CloseAfterRequest,
            "no-answer" => Self::NoAnswer,
            "half-frame" => Self::HalfFrame,
            "stall" => Self::Stall,
            "len+1" => Self::LenPlus,
            "len-1" => Self::LenMinus,
            "extra-bytes" => Self::ExtraBytes,
            "garbage" => Self::Garbage,
            "oversized" => Self::Oversized,
            "tpdu-strict" => Self::TpduStrict,
            "tpdu-noswap" => Self::TpduNoswap,
            "header-strict" => Self::HeaderStrict,
            "batch-jump" => Self::BatchJump,
            "require-settle" => Self::RequireSettle,
            "replay-previous" => Self::ReplayPrevious,
            "no-39" => Self::No39,
            "echo-open" => Self::EchoOpen,
            _ => return Err(unknown::<Self>(name)),
        };
        Ok(kind)
    }
}

fn digits(name: &str, text: &str, count: usize) -> Result<String, String> {
    let good = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if good { Ok(text.to_owned()) } else { Err(format!("{name}={text}: {count} digits are needed")) }
}

impl CodeFault {
    fn read(text: &str) -> Result<Self, String> {
        let (field_39, only) = text.split_once('@').map_or((text, None), |(code, only)| (code, Some(only)));
        let (mti, network_code) =
            match only.map(|only| only.split_once('/').map_or((only, None), |(m, n)| (m, Some(n)))) {
                None => (None, None),
                Some((mti, network_code)) => {
                    (Some(digits("code", mti, 4)?), network_code.map(|code| digits("code", code, 3)).transpose()?)
                }
            };
        Ok(Self { code: code(field_39)?, mti, network_code })
    }

    /// Whether a request gets it.
    pub(super) fn is_for(&self, mti: &str, network_code: &str) -> bool {
        self.mti.as_deref().is_none_or(|only| only == mti)
            && self.network_code.as_deref().is_none_or(|only| only == network_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read_and_written_the_same() {
        for (name, value, plays) in FaultKind::TABLE {
            let value = match *name {
                "code" => "97@0800/003",
                "clock" => "-301",
                "second-terminal" => "",
                "mti" => "0800",
                "batch" => "000123",
                "demand" => "3",
                _ if value.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_') && !value.is_empty() => {
                    "5"
                }
                _ => value.split('|').next().unwrap(),
            };
            let text = if value.is_empty() { (*name).to_owned() } else { format!("{name}={value}") };
            for suffix in ["", "~", "*3"] {
                let written = format!("{text}{suffix}");
                match written.parse::<Fault>() {
                    Ok(fault) => assert_eq!(fault.to_string(), written, "{plays}"),
                    Err(why) => assert!(suffix == "*3" && why.contains("can't be counted"), "{written}: {why}"),
                }
            }
        }
    }

    #[test]
    fn what_is_no_switch_is_named() {
        for bad in
            ["", "loud", "rst=1", "code", "code=9", "code=97@08", "echo-wrong=12", "demand=10", "tls=odd", "rst*x"]
        {
            assert!(bad.parse::<Fault>().is_err(), "{bad}");
        }
    }
}
