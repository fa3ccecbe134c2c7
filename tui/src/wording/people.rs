//! Operators in words: logging on, the lock, a second person's approval, the people of a shop, and the trail of what
//! they did. Logging on (操作员登录) is never called sign-in (签到).

use model::{AuditRow, Job, Language, Moment, Operator, Origin};

use super::codes::{self, either};

/// Sentences and labels without anything in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Say {
    Number,
    Pin,
    PinAgain,
    NewPin,
    Name,
    RoleHead,
    State,
    Tries,
    HowToLogOn,
    SomebodyElse,
    ShortPin,
    Checking,
    NothingLost,
    OthersWork,
    WhoApproves,
    StaysLoggedOn,
    NobodyThere,
    PinsDiffer,
    BadPin,
    NewIsCashier,
    PinWill,
    DisableWill,
    UnlockWill,
    Time,
    Actor,
    Approver,
    Act,
    Object,
    Where,
    Changed,
    NoRows,
    AnyAct,
    Anybody,
    Always,
    Today,
    Yesterday,
    Week,
    Month,
    Since,
    FilterHow,
    EndsAtOnce,
    MoreBelow,
    ReasonHead,
    NoReasonYet,
    NeedsApproval,
}

/// In a language.
pub(crate) fn say(say: Say, language: Language) -> &'static str {
    let (zh, en) = match say {
        Say::Number => ("操作员号", "Operator"),
        Say::Pin => ("密码", "PIN"),
        Say::PinAgain => ("再输一次密码", "PIN again"),
        Say::NewPin => ("新密码", "New PIN"),
        Say::Name => ("姓名", "name"),
        Say::RoleHead => ("角色", "role"),
        Say::State => ("状态", "state"),
        Say::Tries => ("错误次数", "wrong PINs"),
        Say::HowToLogOn => ("输入操作员号和密码，或刷工牌再输密码", "type your number and PIN, or scan your badge"),
        Say::SomebodyElse => ("换人：输入自己的号码按 Enter，再输密码", "somebody else: your number, Enter, your PIN"),
        Say::ShortPin => ("密码是 4 到 12 位数字", "a PIN has 4 to 12 digits"),
        Say::Checking => ("正在核对…", "checking ..."),
        Say::NothingLost => ("没做完的都还在", "nothing that was begun is lost"),
        Say::OthersWork => ("换人后从首页开始", "another operator begins at Home"),
        Say::WhoApproves => ("请主管或店长输入自己的号码和密码", "a supervisor or manager types number and PIN"),
        Say::StaysLoggedOn => ("只授权这一次，登录的人不变", "for this once; whoever is logged on stays so"),
        Say::NobodyThere => ("还没有操作员", "there are no operators yet"),
        Say::PinsDiffer => ("两次输入的密码不一样，请重新输入", "the PINs differ: type both again"),
        Say::BadPin => ("密码要 4 到 12 位数字", "a PIN must be 4 to 12 digits"),
        Say::NewIsCashier => ("新操作员是收银员，姓名先用号码", "it will be a cashier, named by the number"),
        Say::PinWill => ("用旧密码的登录马上失效，锁定也会解除", "log-ons with the old PIN end, a lock is lifted"),
        Say::DisableWill => ("不能再登录；记录都保留", "no more log-on; all records stay"),
        Say::UnlockWill => ("可以再登录，错误次数清零", "may log on again, wrong PINs are forgotten"),
        Say::Time => ("时间", "time"),
        Say::Actor => ("操作员", "who"),
        Say::Approver => ("授权", "allowed"),
        Say::Act => ("动作", "act"),
        Say::Object => ("对象", "on what"),
        Say::Where => ("从哪里", "from"),
        Say::Changed => ("变化", "change"),
        Say::NoRows => ("没有这样的记录", "no such entries"),
        Say::AnyAct => ("所有动作", "any act"),
        Say::Anybody => ("所有人", "anybody"),
        Say::Always => ("所有时间", "any time"),
        Say::Today => ("今天", "today"),
        Say::Yesterday => ("昨天起", "since yesterday"),
        Say::Week => ("近 7 天", "last 7 days"),
        Say::Month => ("近 30 天", "last 30 days"),
        Say::Since => ("时间", "when"),
        Say::FilterHow => ("按数字换一个，0 全部，Enter 查看", "a digit changes it, 0 clears, Enter shows"),
        Say::EndsAtOnce => ("连接马上断开，并记入操作记录", "the connection closes at once; it is recorded"),
        Say::MoreBelow => ("还有更早的", "there are older ones"),
        Say::ReasonHead => ("原因", "Reason"),
        Say::NoReasonYet => ("按 e 选择", "choose with e"),
        Say::NeedsApproval => ("需第二人授权", "needs a second person"),
    };
    either(language, zh, en)
}

/// Who locked it.
pub(crate) fn locked_by(operator: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{operator} 的屏幕已锁定"),
        Language::En => format!("locked by {operator}"),
    }
}

/// How an operator stands.
pub(crate) fn standing(operator: &Operator, language: Language) -> String {
    match operator.locked_until {
        _ if operator.disabled => either(language, "已停用", "disabled").to_owned(),
        Some(until) => {
            let until = until.wall().strftime("%H:%M:%S");
            match language {
                Language::Zh => format!("锁定到 {until}"),
                Language::En => format!("locked until {until}"),
            }
        }
        None => either(language, "正常", "active").to_owned(),
    }
}

/// Where a request came from: the user of the machine, the terminal, the address at the other end of SSH.
pub(crate) fn origin(origin: &Origin, language: Language) -> String {
    let mut words = vec![format!("uid {}", origin.uid)];
    words.extend(origin.tty.clone());
    words.extend(origin.ssh.as_ref().map(|ssh| match language {
        Language::Zh => format!("SSH 来自 {ssh}"),
        Language::En => format!("SSH from {ssh}"),
    }));
    words.join("  ")
}

/// Who asked for a job's paper and who allowed it; nothing where nobody was logged on.
pub(crate) fn asked_by(job: &Job, language: Language) -> Option<String> {
    let operator = job.operator.as_ref()?;
    let mut words = vec![match language {
        Language::Zh => format!("{operator} 操作"),
        Language::En => format!("by {operator}"),
    }];
    words.extend(job.approver.as_ref().map(|approver| match language {
        Language::Zh => format!("{approver} 授权"),
        Language::En => format!("allowed by {approver}"),
    }));
    Some(words.join("  "))
}

/// What is counted: `打印小票 近 7 天`.
pub(crate) fn per_person(counts: &[(String, usize)], language: Language) -> String {
    let shown = counts.iter().take(6).map(|(who, count)| match language {
        Language::Zh => format!("{who} {count} 次"),
        Language::En => format!("{who} {count}x"),
    });
    let shown: Vec<String> = shown.collect();
    match language {
        Language::Zh => format!("次数  {}", shown.join("  ")),
        Language::En => format!("how often  {}", shown.join("  ")),
    }
}

/// What stood before and stands now, where something changed.
pub(crate) fn change(row: &AuditRow, language: Language) -> Option<String> {
    match (&row.before, &row.after) {
        (None, None) => None,
        (before, after) => {
            let nothing = either(language, "无", "nothing");
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| nothing.to_owned());
            Some(format!("{} -> {}", side(before), side(after)))
        }
    }
}

/// That support looks on, since when and from where.
pub(crate) fn support_here(who: &str, since: Moment, origin: &Origin, language: Language) -> String {
    let since = since.wall().strftime("%H:%M");
    let from = origin.ssh.clone().or_else(|| origin.tty.clone()).unwrap_or_else(|| format!("uid {}", origin.uid));
    match language {
        Language::Zh => format!("技术支持 {who} {since} 起连着本店（{from}）"),
        Language::En => format!("Support {who} connected since {since} ({from})"),
    }
}

/// The key that ends it.
pub(crate) fn end_key(key: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("，{key} 断开"),
        Language::En => format!("; {key} ends it"),
    }
}

/// What needs a second person, as the dialog begins.
pub(crate) fn wants(act: &str, language: Language) -> String {
    let act = codes::act(act, language);
    match language {
        Language::Zh => format!("{act}：需要第二人授权"),
        Language::En => format!("{act}: a second person has to approve"),
    }
}
