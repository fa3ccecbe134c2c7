//! Operators in words: logging on, the lock, a second person's approval, the people of a shop, and the trail of what
//! they did. Logging on (操作员登录) is never called sign-in (签到).

use model::{
    AuditRow, Cause, Copy, Job, JobKind, JobState, Language, Moment, Operator, Origin, Proof, Role, SignInState,
    Status, audit::Verified,
};
use protocol::ApprovalFor;

use super::{
    acquirer,
    codes::{self, either},
};

/// Sentences and labels without anything in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Say {
    Number,
    Pin,
    PinAgain,
    NewPin,
    OldPin,
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
    OwnPinWill,
    NameWill,
    RoleWill,
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
    Outcome,
    AnyOutcome,
    StillLooking,
    NumberTaken,
    FilterHow,
    EndsAtOnce,
    MoreBelow,
    AnchorHead,
    Verifying,
    ExportWhere,
    ExportOurs,
    ExportExists,
    ReasonHead,
    NoReasonYet,
}

/// In a language.
pub(crate) fn say(say: Say, language: Language) -> &'static str {
    let (zh, en) = match say {
        Say::Number => ("操作员号", "Operator"),
        Say::Pin => ("密码", "PIN"),
        Say::PinAgain => ("再输一次密码", "PIN again"),
        Say::NewPin => ("新密码", "New PIN"),
        Say::OldPin => ("现在的密码", "Present PIN"),
        Say::Name => ("姓名", "name"),
        Say::RoleHead => ("角色", "role"),
        Say::State => ("状态", "state"),
        Say::Tries => ("错误次数", "wrong PINs"),
        Say::HowToLogOn => ("输入操作员号和密码，或刷工牌再输密码", "type your number and PIN, or scan your badge"),
        Say::SomebodyElse => ("换人：输入自己的号码按回车，再输密码", "somebody else: your number, Enter, your PIN"),
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
        Say::OwnPinWill => ("在别处用旧密码的登录马上失效", "log-ons elsewhere with the old PIN end"),
        Say::NameWill => ("以后的小票和报表用新姓名", "slips and reports from now on bear the new name"),
        Say::RoleWill => ("按数字选角色；马上生效", "a digit chooses the role; it counts at once"),
        Say::DisableWill => ("不能再登录；记录都保留", "no more log-on; all records stay"),
        Say::UnlockWill => ("可以再登录，错误次数清零", "may log on again, wrong PINs are forgotten"),
        Say::Time => ("时间", "time"),
        Say::Actor => ("操作员", "who"),
        Say::Approver => ("授权", "approver"),
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
        Say::Outcome => ("结果", "outcome"),
        Say::AnyOutcome => ("所有结果", "any outcome"),
        Say::StillLooking => ("还在往前找…", "still looking back ..."),
        Say::NumberTaken => ("这个号码已有人用，请换一个", "that number is taken: type another"),
        Say::FilterHow => ("按数字换一个，0 全部，回车看结果", "a digit changes it, 0 clears, Enter shows"),
        Say::EndsAtOnce => ("连接马上断开，并记入操作记录", "the connection closes at once; it is recorded"),
        Say::MoreBelow => ("还有更早的", "there are older ones"),
        Say::AnchorHead => ("锚码", "anchor"),
        Say::Verifying => ("正在检查操作记录…", "verifying the trail ..."),
        Say::ExportWhere => ("整个操作记录存成哪个文件？", "into which file is the whole trail to go?"),
        Say::ExportOurs => {
            ("不写目录就存在主目录；只有本用户能读", "without a folder it goes to the home; only its owner can read it")
        }
        Say::ExportExists => ("已有这个文件。要替换吗？", "there is such a file. Is it to be replaced?"),
        Say::ReasonHead => ("原因", "Reason"),
        Say::NoReasonYet => ("按 e 选择", "choose with e"),
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
        Language::En => format!("approved by {approver}"),
    }));
    Some(words.join("  "))
}

/// Who acted where nobody was logged on: the machine's owner, or whoever stood there.
pub(crate) fn nobody(uid: u32, language: Language) -> &'static str {
    if uid == 0 { "root" } else { either(language, "未登录", "not logged on") }
}

/// What an entry is about. A commit of many payments names how many, and the first.
pub(crate) fn object(row: &AuditRow, language: Language) -> Option<String> {
    let object = row.object.as_ref()?;
    let count = object.split(' ').count();
    let first = object.split(' ').next().filter(|_| row.act == "record" && count > 1);
    Some(match (first, language) {
        (None, _) => object.clone(),
        (Some(first), Language::Zh) => format!("{count} 笔，首笔 {first}"),
        (Some(first), Language::En) => format!("{count} payments, {first} ..."),
    })
}

/// How often each did it, most first: `次数  02 2 次`. Of papers only the marked ones are `reprints`.
pub(crate) fn per_person(counts: &[(String, usize)], reprints: bool, language: Language) -> String {
    let shown = counts.iter().take(6).map(|(who, count)| match language {
        Language::Zh => format!("{who} {count} 次"),
        Language::En => format!("{who} {count}x"),
    });
    let shown: Vec<String> = shown.collect();
    match language {
        Language::Zh if reprints => format!("重打印  {}", shown.join("  ")),
        Language::En if reprints => format!("reprints  {}", shown.join("  ")),
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
            let side = |text: &Option<String>| match text {
                Some(text) => text.split(' ').map(|code| worded(code, language)).collect::<Vec<_>>().join(" "),
                None => nothing.to_owned(),
            };
            Some(format!("{} -> {}", side(before), side(after)))
        }
    }
}

/// A code of the daemon's in words; whatever else stands there, a name or a number, stays.
fn worded(code: &str, language: Language) -> &str {
    let role = Role::from_word(code).map(|role| codes::role(role, language));
    let job = || JobState::from_word(code).map(|state| codes::job_state(state, language));
    let payment = || Status::from_word(code).map(|status| codes::status(status, language));
    let sign_in = || SignInState::from_word(code).map(|state| acquirer::state(state, language));
    let paper = || JobKind::from_word(code).map(|kind| codes::job_kind(kind, language));
    let copy = || Copy::from_word(code).map(|copy| codes::copy(copy, language));
    let proof = || Proof::from_word(code).map(|proof| codes::proof(proof, language));
    let cause = || Cause::from_word(code).map(|cause| codes::cause(cause, language));
    let other = || match code {
        "begun" => either(language, "已开始", "begun"),
        "active" => either(language, "正常", "active"),
        "disabled" => either(language, "已停用", "disabled"),
        "locked" => either(language, "锁定", "locked"),
        "running" => either(language, "在用", "running"),
        "paused" => either(language, "已暂停", "paused"),
        "PIN" => either(language, "密码", "PIN"),
        other => other,
    };
    let more = || paper().or_else(copy).or_else(proof).or_else(cause);
    role.or_else(job).or_else(payment).or_else(sign_in).or_else(more).unwrap_or_else(other)
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

/// That an act needs a second person, and why, before its key is pressed.
pub(crate) fn needs_approval(why: ApprovalFor, language: Language) -> String {
    let (zh, en) = match why {
        ApprovalFor::Within => ("交易太久了", "the sale is too old"),
        ApprovalFor::Most => ("已多次重打印", "reprinted too often"),
        ApprovalFor::Above => ("金额超过限额", "the amount is over the limit"),
        ApprovalFor::OwnOnly => ("不是您自己的交易", "not your own sale"),
        ApprovalFor::Role => ("您的权限", "by your role"),
        ApprovalFor::TwoPersons => ("须两人", "always two persons"),
    };
    match language {
        Language::Zh => format!("需要他人批准：{zh}"),
        Language::En => format!("needs approval: {en}"),
    }
}

/// What a verification found.
pub(crate) fn verified(found: &Verified, language: Language) -> String {
    match (language, found.first_bad) {
        (Language::Zh, None) => format!("操作记录完好，共 {} 条", found.entries),
        (Language::En, None) => format!("the trail is whole: {} entries", found.entries),
        (Language::Zh, Some(seq)) => format!("操作记录被改动过：第 {seq} 条开始不对；请联系技术支持"),
        (Language::En, Some(seq)) => format!("the trail was bent: entry {seq} is the first bad one; call support"),
    }
}

/// How much was exported.
pub(crate) fn exported(rows: u64, language: Language) -> String {
    match language {
        Language::Zh => format!("已导出 {rows} 条，可用 audit verify 检查"),
        Language::En => format!("{rows} entries exported; audit verify checks the file"),
    }
}
