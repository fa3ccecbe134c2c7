//! The daemon's code words in the words of the shop: short, one to a few words, fit for a table column.
//!
//! Whole sentences live in `text` and `problem`; nothing here formats numbers or asks a clock.

use model::{
    Cause, Copy, FoundBy, Grade, JobKind, JobState, Kind, Language, Method, Outcome, Proof, Role, Status,
    transaction::{CardKind, EntryMode},
};
use protocol::PrinterState;

/// The text of one language; both stand side by side so that neither can be forgotten.
pub(crate) fn either(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// What stops a printer or a job, in a few words.
pub fn cause(cause: Cause, language: Language) -> &'static str {
    let (zh, en) = match cause {
        Cause::PaperOut => ("缺纸", "out of paper"),
        Cause::PaperNearEnd => ("纸将用完", "paper low"),
        Cause::CoverOpen => ("上盖没合好", "cover open"),
        Cause::CutterError => ("切刀卡住", "cutter jammed"),
        Cause::HeadOverheated => ("打印头过热", "too hot"),
        Cause::RecoverableError => ("打印机出错", "printer error"),
        Cause::UnrecoverableError => ("打印机故障", "printer broken"),
        Cause::Offline => ("打印机脱机", "offline"),
        Cause::Busy => ("被别的程序占用", "in use elsewhere"),
        Cause::Stalled => ("打印机没反应", "not responding"),
        Cause::ConnectionRefused => ("打印机拒绝连接", "connection refused"),
        Cause::Unreachable => ("连不上打印机", "not reachable"),
        Cause::ConnectionLost => ("连接断开", "connection lost"),
        Cause::NoDevice => ("找不到打印机", "not plugged in"),
        Cause::PermissionDenied => ("没有使用权限", "not permitted"),
        Cause::NoStatus => ("打印机不会回报", "gives no status"),
        Cause::Paused => ("已暂停", "paused"),
    };
    either(language, zh, en)
}

/// What the person in front of the printer does about it; empty when there is nothing to do.
pub fn remedy(cause: Cause, language: Language) -> &'static str {
    let (zh, en) = match cause {
        Cause::PaperOut => ("请装纸并合上盖，会自动接着打", "load paper and close the cover"),
        Cause::PaperNearEnd => ("请备好一卷新纸", "have a new roll ready"),
        Cause::CoverOpen => ("请把上盖按紧，会自动接着打", "close the cover firmly"),
        Cause::CutterError => ("请关机，取出卡纸再开机", "switch off, remove the jam, switch on"),
        Cause::HeadOverheated => ("请等几分钟，会自动接着打", "wait some minutes"),
        Cause::RecoverableError => ("请关机再开机", "switch it off and on"),
        Cause::UnrecoverableError => ("请关机再开机；不行就报修", "switch off and on, else call service"),
        Cause::Offline => ("请看机身的灯，按走纸键", "look at its lamps, press FEED"),
        Cause::Busy => ("请关掉占用打印机的程序", "close the program that uses it"),
        Cause::Stalled => ("请关机再开机", "switch it off and on"),
        Cause::ConnectionRefused => ("请看打印机是否开机，地址对不对", "check its power and its address"),
        Cause::Unreachable => ("请看电源、网线和地址", "check power, cable and address"),
        Cause::ConnectionLost | Cause::NoDevice => ("请看电源和连线", "check power and cable"),
        Cause::PermissionDenied => ("请联系技术支持（用户组 lp、dialout）", "call support (groups lp, dialout)"),
        Cause::NoStatus => ("请看纸是否打出", "look whether paper came out"),
        Cause::Paused => ("有人按了暂停，请恢复打印", "someone paused it; resume it"),
    };
    either(language, zh, en)
}

/// The state of a job, as a cashier says it.
pub fn job_state(state: JobState, language: Language) -> &'static str {
    let (zh, en) = match state {
        JobState::Queued => ("排队中", "queued"),
        JobState::Blocked => ("等打印机", "blocked"),
        JobState::Held => ("已暂停", "held"),
        JobState::Expired => ("已过时", "expired"),
        JobState::Sending => ("打印中", "printing"),
        JobState::Confirmed => ("已打出", "printed"),
        JobState::Unconfirmed => ("未证实", "unconfirmed"),
        JobState::Partial => ("只打了一部分", "partly printed"),
        JobState::NotPrinted => ("没打出", "not printed"),
        JobState::Cancelled => ("已取消", "cancelled"),
    };
    either(language, zh, en)
}

/// The state of a job of this kind: a drawer pulse leaves no paper, so other words fit it.
pub fn job_state_of(kind: JobKind, state: JobState, language: Language) -> &'static str {
    let (zh, en) = match (kind, state) {
        (JobKind::Drawer, JobState::Sending) => ("执行中", "under way"),
        (JobKind::Drawer, JobState::Confirmed) => ("已执行", "done"),
        (JobKind::Drawer, JobState::Partial) => ("可能已开", "maybe open"),
        (JobKind::Drawer, JobState::NotPrinted) => ("没有开", "not opened"),
        _ => return job_state(state, language),
    };
    either(language, zh, en)
}

/// What a job prints. `Receipt` is first paper (补打), `Reprint` a marked one (重打印).
pub fn job_kind(kind: JobKind, language: Language) -> &'static str {
    let (zh, en) = match kind {
        JobKind::Receipt => ("小票", "receipt"),
        JobKind::Reprint => ("重打印", "reprint"),
        JobKind::Report => ("报表", "report"),
        JobKind::TestPage => ("测试页", "test page"),
        JobKind::Drawer => ("开钱箱", "drawer"),
    };
    either(language, zh, en)
}

/// What an operator is.
pub fn role(role: Role, language: Language) -> &'static str {
    let (zh, en) = match role {
        Role::Cashier => ("收银员", "cashier"),
        Role::Supervisor => ("主管", "supervisor"),
        Role::Manager => ("店长", "manager"),
        Role::Support => ("技术支持", "support"),
        Role::Installer => ("安装人员", "installer"),
    };
    either(language, zh, en)
}

/// What became of an act.
pub fn outcome(outcome: Outcome, language: Language) -> &'static str {
    let (zh, en) = match outcome {
        Outcome::Done => ("已做", "done"),
        Outcome::Refused => ("被拒绝", "refused"),
        Outcome::Failed => ("失败", "failed"),
    };
    either(language, zh, en)
}

/// What was done, by the socket's verb; one that only a newer daemon knows stays as it is.
pub fn act(act: &str, language: Language) -> &str {
    let (zh, en) = match act {
        "hello" => ("连接", "connect"),
        "record" => ("记账", "record"),
        "reprint" => ("打印小票", "reprint"),
        "job_hold" => ("暂停任务", "hold a job"),
        "job_release" => ("放行任务", "release a job"),
        "job_cancel" => ("取消任务", "cancel a job"),
        "job_move" => ("转移任务", "move a job"),
        "job_resolve" => ("确认出纸", "answer on slip"),
        "printer_test" => ("打印测试页", "test page"),
        "printer_pause" => ("暂停打印机", "pause printer"),
        "printer_resume" => ("恢复打印机", "resume printer"),
        "printer_probe" => ("检测打印机", "probe printer"),
        "printer_move" => ("转移队列", "move a queue"),
        "drawer_open" => ("开钱箱", "open the drawer"),
        "log_on" => ("登录", "log on"),
        "log_off" => ("退出登录", "log off"),
        "setup" => ("首次设置", "set up"),
        "operators_add" => ("添加操作员", "add operator"),
        "operators_set" => ("更改操作员", "change operator"),
        "operators_set_pin" => ("设置密码", "set a PIN"),
        "operators_disable" => ("停用操作员", "disable person"),
        "session_end" => ("结束远程登录", "end a session"),
        "operators_unlock" => ("解锁操作员", "unlock operator"),
        "audit" => ("查看操作记录", "see the trail"),
        "audit_verify" => ("检查操作记录", "verify trail"),
        "audit_export" => ("导出操作记录", "export trail"),
        "sign_in" => ("签到", "sign in"),
        "sign_out" => ("签退", "sign out"),
        "settle" => ("结算", "settle"),
        other => return other,
    };
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The kind of a transaction.
pub fn kind(kind: Kind, language: Language) -> &'static str {
    let (zh, en) = match kind {
        Kind::Sale => ("消费", "sale"),
        Kind::Void => ("撤销", "void"),
        Kind::Refund => ("退货", "refund"),
        Kind::Preauth => ("预授权", "preauth"),
        Kind::PreauthVoid => ("预授撤销", "pre-void"),
        Kind::PreauthComplete => ("预授完成", "pre-done"),
        Kind::PreauthCompleteVoid => ("完成撤销", "done-void"),
        Kind::Tip => ("小费", "tip"),
        Kind::OfflineSale => ("离线消费", "offline"),
    };
    either(language, zh, en)
}

/// How it was paid.
pub fn method(method: Method, language: Language) -> &'static str {
    let (zh, en) = match method {
        Method::Card => ("银行卡", "card"),
        Method::Wechat => ("微信", "WeChat"),
        Method::Alipay => ("支付宝", "Alipay"),
        Method::UnionpayQr => ("云闪付", "UnionPay"),
        Method::Ecny => ("数字人民币", "e-CNY"),
        Method::StoredValue => ("储值卡", "giftcard"),
        Method::Cash => ("现金", "cash"),
        Method::Other => ("其他", "other"),
    };
    either(language, zh, en)
}

/// What became of a transaction.
pub fn status(status: Status, language: Language) -> &'static str {
    let (zh, en) = match status {
        Status::Approved => ("成功", "approved"),
        Status::Declined => ("失败", "declined"),
        Status::Unknown => ("结果未知", "unknown"),
    };
    either(language, zh, en)
}

/// Whose copy it is.
pub fn copy(copy: Copy, language: Language) -> &'static str {
    let (zh, en) = match copy {
        Copy::Merchant => ("商户存根", "merchant copy"),
        Copy::Customer => ("持卡人存根", "customer copy"),
    };
    either(language, zh, en)
}

/// The state of a printer.
pub fn printer_state(state: PrinterState, language: Language) -> &'static str {
    let (zh, en) = match state {
        PrinterState::Unknown => ("还没联系上", "not heard of yet"),
        PrinterState::Pairing => ("正在检测", "being tested"),
        PrinterState::Ready => ("就绪", "ready"),
        PrinterState::Printing => ("打印中", "printing"),
        PrinterState::Blocked => ("不能打印", "cannot print"),
    };
    either(language, zh, en)
}

/// A printer that was let go on and has not said yet how it is.
pub fn resuming(language: Language) -> &'static str {
    either(language, "正在恢复", "resuming")
}

/// What a printer can prove.
pub fn proof(proof: Proof, language: Language) -> &'static str {
    let (zh, en) = match proof {
        Proof::Unknown => ("未检测", "not tested"),
        Proof::NoProof => ("不能证实出纸", "cannot prove paper"),
        Proof::ProcessId => ("每段打完有答复", "answers each part"),
        Proof::InOrderReply => ("打完才有答复", "answers once printed"),
        Proof::Counter => ("走纸计数", "counts its paper"),
    };
    either(language, zh, en)
}

/// What a piece of evidence is.
pub fn grade(grade: Grade, language: Language) -> &'static str {
    let (zh, en) = match grade {
        Grade::None => ("备注", "remark"),
        Grade::ProcessId => ("打印机每段都答复打完", "reply for every part"),
        Grade::InOrderReply => ("打印机打完后有答复", "reply after printing"),
        Grade::Counter => ("打印机走纸数增加", "paper counter rose"),
        Grade::Person => ("有人确认看到纸", "a person saw it"),
    };
    either(language, zh, en)
}

/// Why a search hit is one.
pub fn found_by(found_by: FoundBy, language: Language) -> &'static str {
    let (zh, en) = match found_by {
        FoundBy::Id => ("编号", "id"),
        FoundBy::LastFour => ("卡尾号", "card"),
        FoundBy::Voucher => ("凭证号", "voucher"),
        FoundBy::Reference => ("参考号", "reference"),
        FoundBy::Authorization => ("授权码", "auth"),
        FoundBy::Order => ("订单号", "order"),
        FoundBy::Trade => ("交易号", "trade"),
        FoundBy::Amount => ("金额", "amount"),
        FoundBy::Filter => ("筛选", "filter"),
        FoundBy::Product => ("商品", "product"),
    };
    either(language, zh, en)
}

/// What kind of card.
pub fn card_kind(kind: CardKind, language: Language) -> &'static str {
    let (zh, en) = match kind {
        CardKind::Debit => ("借记卡", "debit"),
        CardKind::Credit => ("信用卡", "credit"),
        CardKind::Prepaid => ("预付卡", "prepaid"),
        CardKind::Foreign => ("外卡", "foreign"),
    };
    either(language, zh, en)
}

/// How the card or code was read.
pub fn entry_mode(mode: EntryMode, language: Language) -> &'static str {
    let (zh, en) = match mode {
        EntryMode::Swipe => ("刷卡", "swiped"),
        EntryMode::Chip => ("插卡", "chip"),
        EntryMode::Tap => ("挥卡", "tapped"),
        EntryMode::Manual => ("手输", "typed in"),
        EntryMode::Qr => ("扫码", "QR code"),
    };
    either(language, zh, en)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    /// Columns of the audit's acts.
    const ACT: usize = 15;

    #[test]
    fn every_act_fits_into_its_column() {
        for verb in [
            "hello",
            "record",
            "reprint",
            "job_hold",
            "job_release",
            "job_cancel",
            "job_move",
            "job_resolve",
            "printer_test",
            "printer_pause",
            "printer_resume",
            "printer_probe",
            "printer_move",
            "drawer_open",
            "log_on",
            "log_off",
            "setup",
            "operators_add",
            "operators_set",
            "operators_set_pin",
            "operators_disable",
            "operators_unlock",
            "session_end",
            "audit",
            "audit_verify",
            "audit_export",
            "sign_in",
            "sign_out",
            "settle",
        ] {
            for language in [Language::Zh, Language::En] {
                let said = act(verb, language);
                assert!(
                    said != verb || verb == "reprint" || verb == "record" || verb == "settle",
                    "{verb} has no words"
                );
                assert!(said.width() <= ACT, "{said}");
            }
        }
    }

    /// Terminals disagree on the width of ambiguous characters; a column may not depend on it.
    #[test]
    fn every_word_is_as_wide_on_every_terminal() {
        for language in [Language::Zh, Language::En] {
            let mut words: Vec<&str> = Vec::new();
            words.extend(Cause::ALL.iter().flat_map(|c| [cause(*c, language), remedy(*c, language)]));
            words.extend(JobState::ALL.iter().map(|s| job_state(*s, language)));
            words.extend(JobState::ALL.iter().map(|s| job_state_of(JobKind::Drawer, *s, language)));
            words.extend(JobKind::ALL.iter().map(|k| job_kind(*k, language)));
            words.extend(Kind::ALL.iter().map(|k| kind(*k, language)));
            words.extend(Method::ALL.iter().map(|m| method(*m, language)));
            words.extend(Status::ALL.iter().map(|s| status(*s, language)));
            words.extend(Copy::ALL.iter().map(|c| copy(*c, language)));
            words.extend(Proof::ALL.iter().map(|p| proof(*p, language)));
            words.extend(Grade::ALL.iter().map(|g| grade(*g, language)));
            words.extend(FoundBy::ALL.iter().map(|f| found_by(*f, language)));
            words.extend(CardKind::ALL.iter().map(|k| card_kind(*k, language)));
            words.extend(Role::ALL.iter().map(|r| role(*r, language)));
            words.extend(Outcome::ALL.iter().map(|o| outcome(*o, language)));
            words.extend(EntryMode::ALL.iter().map(|m| entry_mode(*m, language)));
            for word in words {
                assert_eq!(word.width(), word.width_cjk(), "{word}");
                assert!(!word.is_empty());
            }
        }
    }
}
