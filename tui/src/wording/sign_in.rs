//! The Sign-in screen's own words: headings, what is under way, what a dialog asks. States, outcomes, steps, and why a
//! sign-in failed are worded in `acquirer`, for the command line, too. Sign-in (签到) is never called log-on (操作员登录).

use model::{Language, Moment, Reading, SignInCause, SignInState, Step, StepName, Via};

use super::{acquirer, codes::either, measured};

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
    SignInNow,
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
    Running,
    Stopped,
    SettlementAgain,
    Balanced,
    Unbalanced,
    Details,
    Summary,
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
        Say::SignInNow => ("现在还没有签到：请签到", "not signed in: sign in now"),
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
            "请求已发出，不知道结了没有：批次保持原样，直到有结果",
            "it was sent, and whether it is settled is not known: the batch stays as it is until then",
        ),
        Say::ReportQueued => ("结算单已排队打印", "the report is queued"),
        Say::Running => ("检查中…", "checking ..."),
        Say::Stopped => ("检查已停止，后面的没有测量", "stopped; what follows was not measured"),
        Say::Balanced => ("对账平", "balanced"),
        Say::Unbalanced => ("对账不平，批次未结", "totals differ, batch open"),
        Say::SettlementAgain => ("重打结算单（上一次结算）", "the last settlement's report again"),
        Say::Details => {
            ("打印明细（本批次逐笔；结算后是已结批次）", "details: the open batch, or the settled one, one by one")
        }
        Say::Summary => {
            ("打印汇总（本批次合计；结算后是已结批次）", "summary: the open batch, or the settled one, in sums")
        }
        Say::NotConfigured => ("本店没有设置收单机构，不需要签到", "no acquirer is set up: nothing to sign in to"),
    };
    either(language, zh, en)
}

/// Who speaks to the acquirer.
pub(crate) fn via(via: Via, language: Language) -> &'static str {
    let (zh, en) = match via {
        Via::Terminal => ("由 POS 终端", "by the payment terminal"),
        Via::Host => ("直连收单主机", "directly to the acquirer"),
    };
    either(language, zh, en)
}

/// What a sign-in or sign-out that succeeded left unsettled, and what to do about it.
pub(crate) fn left_open(steps: &[Step], language: Language) -> Option<(String, &'static str)> {
    let said = |step: &&Step| {
        let reading = step.measured.as_ref().and_then(|measured| Reading::from_word(&measured.code))?;
        let do_now = match reading {
            Reading::BatchStillOpen => either(language, "请重新签到，先结算", "sign in again and settle first"),
            Reading::BatchClosedByHost | Reading::BatchOvertaken => either(
                language,
                "请把该批次的明细交给收单机构，确认是否已结算",
                "give the list of that batch to the acquirer and have it settled or confirmed there",
            ),
            Reading::HostClockAhead | Reading::HostClockBehind if step.ok == Some(false) => {
                either(language, "请核对本机的日期和时间", "check date and time of this machine")
            }
            _ => return None,
        };
        Some((measured::detail(step.measured.as_ref(), &step.detail, language), do_now))
    };
    // what is left behind is worse than a clock
    let (clock, others): (Vec<&Step>, Vec<&Step>) = steps.iter().rev().partition(|step| step.name == StepName::Clock);
    others.into_iter().chain(clock).find_map(|step| said(&step))
}

/// A batch that was left with transactions that no settlement balanced; without its number: transactions that came after the
/// settlement of theirs.
pub(crate) fn left_batch(batch: Option<&str>, total: &str, language: Language) -> String {
    match (language, batch) {
        (Language::Zh, Some(batch)) => format!("批次 {batch} 未结算：{total}，请与收单机构核对"),
        (Language::Zh, None) => format!("结算后才到的：{total}，请与收单机构核对"),
        (Language::En, Some(batch)) => format!("batch {batch} was not settled: {total}; ask the acquirer"),
        (Language::En, None) => format!("came after their settlement: {total}; ask the acquirer"),
    }
}

/// What a sign-out would leave behind.
pub(crate) fn unsettled(count: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("未结算 {count} 笔：先结算，再签退"),
        Language::En => format!("{count} not settled: settle first, then sign out"),
    }
}

/// Transactions that a settlement could not count.
pub(crate) fn unknown_sales(count: u32, language: Language) -> String {
    match language {
        Language::Zh => format!("{count} 笔结果未知，未计入：请先查询"),
        Language::En => format!("{count} have an unknown outcome and are not in it: query them first"),
    }
}

/// How far the host's clock is from ours.
pub(crate) fn skew(ms: i64, language: Language) -> String {
    let seconds = ms.unsigned_abs() / 1000;
    match (language, ms) {
        (_, -999..=999) => either(language, "与本机一致", "same as here").to_owned(),
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

/// Another cause that fits, and what tells that it is that one.
pub(crate) fn also(cause: &str, told_by: &str, language: Language) -> String {
    format!("{}{}", either(language, "也可能是", "or "), if_so(cause, told_by, language))
}

/// The same without "or".
pub(crate) fn if_so(cause: &str, told_by: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{cause}：如果{told_by}"),
        Language::En => format!("{cause}: if {told_by}"),
    }
}

/// Nothing is wrong, and yet it is not signed in.
pub(crate) fn sign_in_now(language: Language) -> &'static str {
    say(Say::SignInNow, language)
}

/// One of two hosts does not work.
pub(crate) fn other_host(detail: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{detail}；正在用另一台主机，请告诉收单机构"),
        Language::En => format!("{detail}; the other host is in use, tell the acquirer"),
    }
}

/// Steps that are out of sight.
pub(crate) fn more(above: usize, below: usize, language: Language) -> String {
    match (language, above, below) {
        (Language::Zh, 0, n) => format!("下面还有 {n} 项（↓）"),
        (Language::Zh, n, 0) => format!("上面还有 {n} 项（↑）"),
        (Language::Zh, a, b) => format!("上面还有 {a} 项，下面还有 {b} 项（↑↓）"),
        (Language::En, 0, n) => format!("{n} more below (Down)"),
        (Language::En, n, 0) => format!("{n} more above (Up)"),
        (Language::En, a, b) => format!("{a} more above, {b} below (Up, Down)"),
    }
}

/// An answer's code.
pub(crate) fn code(code: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("应答码 {code}"),
        Language::En => format!("code {code}"),
    }
}

/// What the shop must know of the sign-in on every screen; `None`: nothing. `cause`: why it is not signed in, if that is known;
/// after a sign-out that was wanted there is none.
pub(crate) fn trouble(state: SignInState, cause: Option<SignInCause>, language: Language) -> Option<(String, String)> {
    let query = either(
        language,
        "不要重复收款，先在终端或 APP 查上一笔",
        "don't charge again, query the last payment at the terminal or in the app",
    );
    let (what, next) = match (state, cause) {
        (SignInState::SignedOut | SignInState::Never, Some(cause)) => {
            let why = acquirer::cause(cause, language);
            (
                match language {
                    Language::Zh => format!("未签到：{why}"),
                    Language::En => format!("Not signed in: {why}"),
                },
                query,
            )
        }
        (SignInState::SignedOut, None) => (
            either(language, "已签退", "Signed out").to_owned(),
            either(language, "收款前请先签到", "sign in before the next card payment"),
        ),
        (SignInState::Never, None) => (
            either(language, "还没有签到过", "Never signed in").to_owned(),
            either(language, "收款前请先签到", "sign in before the first card payment"),
        ),
        (SignInState::Settling, _) => (
            either(language, "结算还没有结果", "The settlement has no outcome yet").to_owned(),
            either(
                language,
                "等一分钟，还这样就再结算一次，不会重复计",
                "wait a minute, then settle again: it does not count twice",
            ),
        ),
        (SignInState::SignedIn | SignInState::NotConfigured, _) => return None,
    };
    Some((what, next.to_owned()))
}

/// The same in the line that stands on every screen, with the key of the sign-in's screen behind its first words.
pub(crate) fn banner(what: &str, next: &str, key: &str, language: Language) -> String {
    match language {
        Language::Zh => match what.split_once('：') {
            Some((what, why)) => format!("{what}（{key}）：{why}。{next}"),
            None => format!("{what}（{key}）。{next}"),
        },
        Language::En => match what.split_once(": ") {
            Some((what, why)) => format!("{what} ({key}): {why}; {next}"),
            None => format!("{what} ({key}); {next}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_after_a_failure_nobody_charges_again_and_a_settlement_without_outcome_is_settled_again() {
        let said = |state, cause| trouble(state, cause, Language::Zh).map(|(what, next)| format!("{what} {next}"));
        let failed = said(SignInState::SignedOut, Some(SignInCause::HostFault)).unwrap();
        assert!(failed.contains("收单主机") && failed.contains("不要重复收款"), "{failed}");
        let out = said(SignInState::SignedOut, None).unwrap();
        assert!(out.contains("签退") && !out.contains("重复收款"), "{out}");
        let settling = said(SignInState::Settling, None).unwrap();
        assert!(settling.contains("再结算") && !settling.contains("签到"), "{settling}");
        assert_eq!(said(SignInState::SignedIn, None), None);
        let (what, _) = trouble(SignInState::Never, None, Language::En).unwrap();
        assert_eq!(what.matches("igned in").count(), 1, "{what}");
    }
}
