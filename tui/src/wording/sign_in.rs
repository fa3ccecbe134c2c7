//! The Sign-in screen's own words: headings, what is under way, what a dialog asks. States, outcomes, steps, and why a
//! sign-in failed are worded in `acquirer`, for the command line, too. Sign-in (签到) is never called log-on (操作员登录).

use model::{Language, Moment, Via};

use super::codes::either;

/// Labels and sentences without anything in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Say {
    Keys,
    Operator,
    Steps,
    NoSteps,
    History,
    NoHistory,
    Automatic,
    SigningIn,
    SigningOut,
    Echoing,
    Settling,
    Diagnosing,
    AlsoPossible,
    Ours,
    Host,
    Debit,
    Credit,
    ForeignDebit,
    ForeignCredit,
    SettleWill,
    SignOutWill,
    MayBeDone,
    ReportQueued,
    NotConfigured,
}

/// In a language.
pub(crate) fn say(say: Say, language: Language) -> &'static str {
    let (zh, en) = match say {
        Say::Keys => ("密钥", "keys"),
        Say::Operator => ("操作员", "operator"),
        Say::Steps => ("检查", "Checks"),
        Say::NoSteps => ("还没有检查过", "nothing was checked yet"),
        Say::History => ("最近", "Lately"),
        Say::NoHistory => ("还没有", "nothing yet"),
        Say::Automatic => ("自动", "by itself"),
        Say::SigningIn => ("正在签到…", "signing in ..."),
        Say::SigningOut => ("正在签退…", "signing out ..."),
        Say::Echoing => ("正在做回响测试…", "sending an echo ..."),
        Say::Settling => ("正在结算，请不要关机…", "settling, leave it switched on ..."),
        Say::Diagnosing => ("正在逐项检查，最多 5 秒…", "checking one by one, 5 seconds at most ..."),
        Say::AlsoPossible => ("也可能是", "it may also be"),
        Say::Ours => ("本店", "ours"),
        Say::Host => ("主机", "host"),
        Say::Debit => ("内卡借记", "debit"),
        Say::Credit => ("内卡贷记", "credit"),
        Say::ForeignDebit => ("外卡借记", "foreign debit"),
        Say::ForeignCredit => ("外卡贷记", "foreign credit"),
        Say::SettleWill => (
            "与主机对账；对平后打印结算单，下次签到换新批次",
            "compares totals with the host; when balanced a report prints and the next sign-in begins a new batch",
        ),
        Say::SignOutWill => ("签退后不能刷卡，直到再签到", "no card payments after that until it is signed in again"),
        Say::MayBeDone => (
            "请求已发出，没有收到看得懂的应答：可能已结算，请先查看",
            "it was sent and no answer was understood: it may be settled, look first",
        ),
        Say::ReportQueued => ("结算单已排队打印", "the report is queued"),
        Say::NotConfigured => ("本店没有设置收单机构，不需要签到", "no acquirer is set up: nothing to sign in to"),
    };
    either(language, zh, en)
}

/// Who speaks to the acquirer.
pub(crate) fn via(via: Via, language: Language) -> &'static str {
    let (zh, en) = match via {
        Via::Terminal => ("由 POS 终端", "by the payment terminal"),
        Via::Host => ("直连主机", "straight to the host"),
    };
    either(language, zh, en)
}

/// How far the host's clock is from ours.
pub(crate) fn skew(ms: i64, language: Language) -> String {
    let seconds = ms.unsigned_abs() / 1000;
    match (language, ms) {
        (_, -999..=999) => either(language, "与本机一致", "as ours").to_owned(),
        (Language::Zh, 1..) => format!("比本机快 {seconds} 秒"),
        (Language::Zh, _) => format!("比本机慢 {seconds} 秒"),
        (Language::En, 1..) => format!("{seconds} s ahead of ours"),
        (Language::En, _) => format!("{seconds} s behind ours"),
    }
}

/// Since when the keys are in use.
pub(crate) fn age(since: Moment, now: Option<Moment>, language: Language) -> String {
    let minutes = now.map_or(0, |now| now.unix_ms().saturating_sub(since.unix_ms()).max(0) / 60_000);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match language {
        Language::Zh if hours > 0 => format!("用了 {hours} 小时 {minutes} 分"),
        Language::Zh => format!("用了 {minutes} 分钟"),
        Language::En if hours > 0 => format!("{hours} h {minutes} min old"),
        Language::En => format!("{minutes} min old"),
    }
}

/// An answer's code.
pub(crate) fn code(code: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("应答码 {code}"),
        Language::En => format!("code {code}"),
    }
}

/// Not signed in, in the line that stands on every screen.
pub(crate) fn banner(why: &str, key: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("未签到：{why}。不要重复收款，先查询上一笔（{key}）"),
        Language::En => format!("Not signed in: {why}; never charge again, query first ({key})"),
    }
}
