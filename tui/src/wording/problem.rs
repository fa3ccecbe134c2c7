//! A refusal of the daemon as a sentence and what to do next, by its reason and subject.
//!
//! The daemon's own English `message` is the last resort, for reasons that only a newer daemon knows.

use model::{Copy, Language, Moment, SafeText, Status};
use protocol::{Problem, Reason};

use super::codes;

/// What stood in the way, in one sentence without a full stop.
pub fn sentence(problem: &Problem, language: Language) -> String {
    let subject = subject(problem, language);
    match language {
        Language::Zh => match problem.reason {
            Reason::NotJson => "这一行不是 JSON".into(),
            Reason::HelloMissing => "程序之间没有打招呼".into(),
            Reason::OtherProtocol => format!("打印服务的版本不同（协议 {subject}）"),
            Reason::UnknownVerb => format!("打印服务不认识命令 {subject}"),
            Reason::BadKey => format!("参数 {subject} 不对"),
            Reason::LineTooLong => "这一行太长".into(),
            Reason::BadEvent => format!("交易的 {subject} 不对"),
            Reason::SameIdOtherContent => "同一编号已记录过，内容不同".into(),
            Reason::NoSuchTransaction => format!("没有交易 {subject}"),
            Reason::NoSuchJob => format!("没有打印任务 {subject}"),
            Reason::NoSuchPrinter => format!("没有叫 {subject} 的打印机"),
            Reason::NothingToReprint => "还没有可打印的交易".into(),
            Reason::NoReceipt => format!("这笔交易没有小票：{subject}"),
            Reason::NoSuchCopy => format!("本店不打印{subject}"),
            Reason::NoPrinter => "还没有设置打印机".into(),
            Reason::NothingSettled => "还没有结算过".into(),
            Reason::BadConnection => format!("看不懂打印机地址 {subject}"),
            Reason::JobEnded => format!("打印任务 {subject} 已经结束"),
            Reason::JobBeingSent => format!("打印任务 {subject} 正在打印"),
            Reason::JobNotStopped => format!("打印任务 {subject} 没有被暂停"),
            Reason::JobNotInDoubt => format!("打印任务 {subject} 没有要回答的问题"),
            Reason::PrinterInUse => format!("打印机 {subject} 正在打印"),
            Reason::ProbeRunning => format!("{subject} 正在检测"),
            Reason::UserNotAllowed => format!("当前用户不允许使用 {subject}"),
            Reason::LogOnNeeded => "请先登录".into(),
            Reason::RoleNotAllowed => format!("您的权限不能使用 {subject}"),
            Reason::WrongPin => "操作员号或密码不对".into(),
            Reason::LockedOut => format!("已锁定，{subject} 之前不能登录"),
            Reason::OperatorDisabled => format!("操作员 {subject} 已停用"),
            Reason::RoleNeedsApproval | Reason::TwoPersons => format!("{subject} 需要第二人授权"),
            Reason::ReprintTooOld => format!("这笔交易超过 {subject}，重打印需要授权"),
            Reason::ReprintTooMany => format!("这张小票已重打印 {subject} 次，再打需要授权"),
            Reason::ReprintTooLarge => "金额超过限额，重打印需要授权".into(),
            Reason::ReprintNotOwn if subject == "-" => "这笔交易没有操作员，重打印需要授权".into(),
            Reason::ReprintNotOwn => format!("这是操作员 {subject} 的交易，重打印需要授权"),
            Reason::ReasonMissing => format!("请选择重打印原因：{subject}"),
            Reason::ReasonNotListed => format!("重打印原因只能是：{subject}"),
            Reason::ApproverIsAsking => "不能给自己授权".into(),
            Reason::ApproverMayNot => format!("操作员 {subject} 没有授权的权限"),
            Reason::AlreadySetUp => "已经有操作员了".into(),
            Reason::OperatorExists => format!("操作员 {subject} 已经存在"),
            Reason::NoSuchOperator => format!("没有操作员 {subject}"),
            Reason::NoSuchSession => "那里已经没有人登录".into(),
            Reason::LastManager => format!("{subject} 是最后一位店长，不能停用，也不能改成别的角色"),
            Reason::BadNewPin => "新密码要 4 到 12 位数字".into(),
            Reason::PepperMissing => format!("密码的密钥文件不见了或不对：{subject}"),
            Reason::PinLost => format!("密码的密钥已重做，操作员 {subject} 要重新设密码"),
            Reason::TooManyConnections => "打印服务的连接已满".into(),
            Reason::TooManyWaiting => "等待打印的任务太多".into(),
            Reason::Stopping => "打印服务正在停止".into(),
            Reason::DiskFull => "磁盘已满".into(),
            Reason::DiskReserved => "磁盘快满了，剩下的空间只用来记账".into(),
            Reason::StoreFailed => format!("保存记录出错：{subject}"),
            Reason::AnswerTooLong => "回答太长".into(),
            Reason::Other => foreign(&problem.message),
        },
        Language::En => match problem.reason {
            Reason::NotJson => "the line is not JSON".into(),
            Reason::HelloMissing => "the programs did not greet each other".into(),
            Reason::OtherProtocol => format!("the spooler is another version (protocol {subject})"),
            Reason::UnknownVerb => format!("the spooler does not know the command {subject}"),
            Reason::BadKey => format!("{subject} is not right"),
            Reason::LineTooLong => "the line is too long".into(),
            Reason::BadEvent => format!("the event's {subject} is not right"),
            Reason::SameIdOtherContent => "this id was recorded before with other content".into(),
            Reason::NoSuchTransaction => format!("there is no transaction {subject}"),
            Reason::NoSuchJob => format!("there is no job {subject}"),
            Reason::NoSuchPrinter => format!("there is no printer named {subject}"),
            Reason::NothingToReprint => "there is nothing to print yet".into(),
            Reason::NoReceipt => format!("this transaction has no receipt: {subject}"),
            Reason::NoSuchCopy => format!("this shop prints no {subject}"),
            Reason::NoPrinter => "no printer is set up".into(),
            Reason::NothingSettled => "nothing was settled yet".into(),
            Reason::BadConnection => format!("the printer address {subject} is not understood"),
            Reason::JobEnded => format!("job {subject} has ended"),
            Reason::JobBeingSent => format!("job {subject} is being printed"),
            Reason::JobNotStopped => format!("job {subject} was not stopped"),
            Reason::JobNotInDoubt => format!("job {subject} has no open question"),
            Reason::PrinterInUse => format!("printer {subject} is printing"),
            Reason::ProbeRunning => format!("{subject} is being probed already"),
            Reason::UserNotAllowed => format!("this user may not use {subject}"),
            Reason::LogOnNeeded => "log on first".into(),
            Reason::RoleNotAllowed => format!("your role may not use {subject}"),
            Reason::WrongPin => "the operator or the PIN is wrong".into(),
            Reason::LockedOut => format!("locked out: no log-on before {subject}"),
            Reason::OperatorDisabled => format!("operator {subject} is disabled"),
            Reason::RoleNeedsApproval | Reason::TwoPersons => format!("{subject} needs a second person"),
            Reason::ReprintTooOld => format!("the sale is older than {subject}: printing it again needs approval"),
            Reason::ReprintTooMany => format!("it was printed again {subject} times: one more needs approval"),
            Reason::ReprintTooLarge => "over this amount printing again needs approval".into(),
            Reason::ReprintNotOwn if subject == "-" => "a sale of no operator: printing it again needs approval".into(),
            Reason::ReprintNotOwn => format!("it is {subject}'s sale: printing it again needs approval"),
            Reason::ReasonMissing => format!("give a reason for printing it again: {subject}"),
            Reason::ReasonNotListed => format!("the reason must be one of: {subject}"),
            Reason::ApproverIsAsking => "nobody approves his own act".into(),
            Reason::ApproverMayNot => format!("operator {subject} may not approve this"),
            Reason::AlreadySetUp => "there are operators already".into(),
            Reason::OperatorExists => format!("there is an operator {subject} already"),
            Reason::NoSuchOperator => format!("there is no operator {subject}"),
            Reason::NoSuchSession => "nobody is logged on there any more".into(),
            Reason::LastManager => format!("{subject} is the last manager: not to be disabled, nor given another role"),
            Reason::BadNewPin => "a new PIN is 4 to 12 digits".into(),
            Reason::PepperMissing => format!("the secret for PINs is missing or not ours: {subject}"),
            Reason::PinLost => format!("the secret for PINs was made anew: operator {subject} needs a new PIN"),
            Reason::TooManyConnections => "the spooler has too many connections".into(),
            Reason::TooManyWaiting => "too many jobs are waiting".into(),
            Reason::Stopping => "the spooler is stopping".into(),
            Reason::DiskFull => "the disk is full".into(),
            Reason::DiskReserved => "the disk is nearly full: the rest is for recording".into(),
            Reason::StoreFailed => format!("keeping the record failed: {subject}"),
            Reason::AnswerTooLong => "the answer is too long".into(),
            Reason::Other => foreign(&problem.message),
        },
    }
}

/// What to do about it, in one sentence without a full stop.
pub fn next_step(problem: &Problem, language: Language) -> String {
    let (zh, en) = match problem.reason {
        Reason::NotJson => ("请每行发送一个 JSON 对象", "send one JSON object a line"),
        Reason::HelloMissing | Reason::OtherProtocol | Reason::UnknownVerb => {
            ("请把 counterfoil 和打印服务装成同一版本", "install the same version of counterfoil and spooler")
        }
        Reason::BadKey => ("请改正后再试", "correct it and try again"),
        Reason::LineTooLong => ("请缩短后再发", "shorten it and send it again"),
        Reason::BadEvent => ("请在收款程序里改正后再发", "correct it in the payment app and send it again"),
        Reason::SameIdOtherContent => {
            ("请检查收款程序：一笔交易只能用一个编号", "check the payment app: one id for one transaction")
        }
        Reason::NoSuchTransaction => ("请按卡尾号、凭证号或金额查找", "search by card, voucher or amount"),
        Reason::NoSuchJob => ("请到打印队列里查看", "look at the print queue"),
        Reason::NoSuchPrinter => ("请用 counterfoil printers 查看名称", "see counterfoil printers for the names"),
        Reason::NothingToReprint => ("收到第一笔交易后再试", "try again after the first transaction"),
        Reason::NoReceipt => {
            ("只有成功的交易才有小票；请先查询结果", "only approved transactions have one; query it first")
        }
        Reason::NoSuchCopy => ("请选另一联", "choose the other copy"),
        Reason::NothingSettled => ("请先结算", "settle first"),
        Reason::NoPrinter => ("请在设置文件里加上 [[printer]]", "add a [[printer]] to the config"),
        Reason::BadConnection => (
            "请写成 tcp://主机:9100、usb:///dev/usb/lp0、usb://serial=序列号 或 \
             serial:///dev/ttyS0?baud=19200&flow=hardware（或 software、dsr、none）",
            "write it as tcp://HOST:9100, usb:///dev/usb/lp0, usb://serial=NUMBER or \
             serial:///dev/ttyS0?baud=19200&flow=hardware (or software, dsr, none)",
        ),
        Reason::JobEnded => ("需要时请重打这张小票", "print the receipt again if it is needed"),
        Reason::JobBeingSent => ("可以取消，或等它打完", "cancel it, or wait until it is done"),
        Reason::JobNotStopped => ("它在排队，会自己打印", "it waits in line and prints by itself"),
        Reason::JobNotInDoubt => ("请看任务的状态", "look at the state of the job"),
        Reason::PrinterInUse => ("请等它打完再试", "try again when it has finished"),
        Reason::ProbeRunning => ("请等检测结束", "wait until that is done"),
        Reason::UserNotAllowed => ("请店长在设置的 [access] 里开通", "ask the manager to allow it under [access]"),
        Reason::LogOnNeeded => ("请用 --operator 和 --pin-file 登录", "log on with --operator and --pin-file"),
        Reason::RoleNotAllowed => ("请找有权限的人", "ask someone whose role may"),
        Reason::WrongPin => ("请再试；输错五次会锁定", "try again; five wrong ones lock"),
        Reason::LockedOut => ("请等到那时，或请店长解锁", "wait until then, or let a manager unlock it"),
        Reason::OperatorDisabled => ("请找店长", "ask the manager"),
        Reason::RoleNeedsApproval
        | Reason::TwoPersons
        | Reason::ReprintTooOld
        | Reason::ReprintTooMany
        | Reason::ReprintTooLarge
        | Reason::ReprintNotOwn => {
            ("请主管或店长输入自己的密码授权", "let a supervisor or manager approve with their own PIN")
        }
        Reason::ReasonMissing | Reason::ReasonNotListed => ("请用 --reason 写明其中一个", "name one with --reason"),
        Reason::ApproverIsAsking | Reason::ApproverMayNot => {
            ("请另一位主管或店长授权", "let another supervisor or manager approve")
        }
        Reason::AlreadySetUp => ("请店长登录后添加操作员", "let a manager log on and add operators"),
        Reason::OperatorExists => ("请换一个操作员号", "choose another number"),
        Reason::NoSuchOperator => ("请用 counterfoil operators 查看", "see counterfoil operators for the numbers"),
        Reason::NoSuchSession => ("不需要再做什么", "there is nothing left to do"),
        Reason::LastManager => ("请先添加另一位店长", "add another manager first"),
        Reason::BadNewPin => ("请换一个密码", "choose another PIN"),
        Reason::PepperMissing => ("请联系技术支持", "call support"),
        Reason::PinLost => ("请店长为他设新密码", "let a manager set a new PIN"),
        Reason::TooManyConnections => ("请关掉不用的窗口后再试", "close windows that are not used, then try again"),
        Reason::TooManyWaiting => ("请先看打印机，等队列变短", "look at the printer, let the queue get shorter"),
        Reason::Stopping => ("请等几秒后再试", "try again in some seconds"),
        Reason::DiskFull => ("请腾出磁盘空间，否则不能记账", "free some disk space: nothing can be recorded"),
        Reason::DiskReserved => ("请腾出磁盘空间再打印", "free some disk space, then print again"),
        Reason::StoreFailed => ("请联系技术支持", "call support"),
        Reason::AnswerTooLong => ("请缩小查询范围", "ask for less"),
        Reason::Other => return foreign(&problem.next),
    };
    codes::either(language, zh, en).to_owned()
}

/// The subject in the user's words where it is one of the daemon's codes; foreign text is made safe.
fn subject(problem: &Problem, language: Language) -> String {
    let raw = problem.subject.as_deref().unwrap_or("?");
    match problem.reason {
        Reason::NoReceipt => Status::from_word(raw).map(|s| codes::status(s, language).to_owned()),
        Reason::NoSuchCopy => Copy::from_word(raw).map(|c| codes::copy(c, language).to_owned()),
        Reason::RoleNotAllowed | Reason::RoleNeedsApproval | Reason::TwoPersons => {
            Some(foreign(codes::act(raw, language)))
        }
        // whoever waits for it looks at the clock
        Reason::LockedOut => Moment::parse(raw).map(|until| until.wall().strftime("%H:%M:%S").to_string()),
        _ => None,
    }
    .unwrap_or_else(|| foreign(raw))
}

fn foreign(text: &str) -> String {
    let mut text = SafeText::new(text);
    text.shorten(200);
    text.to_string()
}

#[cfg(test)]
mod tests {
    use protocol::ProblemKind;

    use super::*;

    #[test]
    fn codes_in_a_subject_are_worded_and_foreign_text_is_filtered() {
        let problem = Problem::new(ProblemKind::Invalid, Reason::NoReceipt, "", "", "").about("unknown");
        assert_eq!(sentence(&problem, Language::Zh), "这笔交易没有小票：结果未知");
        let problem = Problem::new(ProblemKind::NotFound, Reason::NoSuchPrinter, "", "", "").about("a\u{1b}[2Jb");
        assert_eq!(sentence(&problem, Language::En), "there is no printer named a[2Jb");
    }

    #[test]
    fn a_reason_of_a_newer_daemon_is_said_in_its_own_words() {
        let problem = Problem::new(ProblemKind::Busy, Reason::Other, "doing", "the moon is full", "wait");
        assert_eq!(sentence(&problem, Language::Zh), "the moon is full");
        assert_eq!(next_step(&problem, Language::Zh), "wait");
    }
}
