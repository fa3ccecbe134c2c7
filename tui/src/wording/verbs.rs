//! What the verbs of the command line say to people: one enum, one match per language.

use model::Language;

/// A sentence, note or label of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    // how it failed
    NotReachable,
    ConnectionClosed,
    ConnectionBroke,
    OtherProtocol,
    Garbled,
    CannotRead,
    // what to do next
    StartSpooler,
    InstallBoth,
    LookBeforeAgain,
    MendAndRepeat,
    CheckFile,
    SeeHelp,
    NoTerminal,
    // notes beside lists
    NothingThere,
    MoreWith,
    SearchedTo,
    Unprinted,
    NearEnd,
    // lines that `record` refuses before the daemon sees them
    LineNotJson,
    LineNotUtf8,
    LineTooLong,
    SendOneObject,
    MakeItUtf8,
    ShortenIt,
    // labels
    Id,
    Time,
    RecordedAt,
    Kind,
    CardKind,
    Method,
    Amount,
    Status,
    Card,
    Issuer,
    EntryMode,
    Order,
    Trade,
    Voucher,
    Batch,
    Reference,
    Authorization,
    ResponseCode,
    TerminalId,
    MerchantId,
    Acquirer,
    Operator,
    Approver,
    Original,
    Items,
    Note,
    Source,
    Prints,
    PrintHistory,
    Transaction,
    Copy,
    Printer,
    PrintedOn,
    SoFar,
    State,
    Cause,
    Evidence,
    QueuedAt,
    FinishedAt,
    Attempts,
    Bytes,
    ReprintNumber,
    Reason,
    Version,
    Uptime,
    Change,
    StoreSize,
    Memory,
    // printers
    Profile,
    Columns,
    Connection,
    Proof,
    Model,
    Firmware,
    Serial,
    Measured,
    Probing,
    CanPrint,
    CannotPrint,
    PasteBlock,
    // demo
    DemoFolderTooLong,
    DemoFolderTaken,
    DemoProgramMissing,
    DemoBuild,
    DemoRunning,
}

/// The words for it.
pub(crate) fn text(text: Text, language: Language) -> &'static str {
    match language {
        Language::Zh => zh(text),
        Language::En => en(text),
    }
}

/// What stands between two sentences.
pub(crate) fn stop(language: Language) -> &'static str {
    match language {
        Language::Zh => "；",
        Language::En => "; ",
    }
}

/// A time span in the largest units that matter.
pub(crate) fn span(seconds: u64, language: Language) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (language, days, hours, minutes) {
        (Language::Zh, 0, 0, 0) => format!("{seconds} 秒"),
        (Language::Zh, 0, 0, m) => format!("{m} 分 {} 秒", seconds % 60),
        (Language::Zh, 0, h, m) => format!("{h} 小时 {m} 分"),
        (Language::Zh, d, h, _) => format!("{d} 天 {h} 小时"),
        (Language::En, 0, 0, 0) => format!("{seconds} s"),
        (Language::En, 0, 0, m) => format!("{m} min {} s", seconds % 60),
        (Language::En, 0, h, m) => format!("{h} h {m} min"),
        (Language::En, d, h, _) => format!("{d} d {h} h"),
    }
}

/// How many papers, in a list.
pub(crate) fn papers(count: u32, language: Language) -> String {
    match (language, count) {
        (_, 0) => String::new(),
        (Language::Zh, n) => format!("打 {n} 次"),
        (Language::En, 1) => "1 print".to_owned(),
        (Language::En, n) => format!("{n} prints"),
    }
}

/// Which paper of a receipt a job is.
pub(crate) fn reprint(number: u32, language: Language) -> String {
    match (language, number) {
        (_, 0) => String::new(),
        (Language::Zh, n) => format!("第{n}次"),
        (Language::En, n) => format!("No. {n}"),
    }
}

/// Jobs that wait at a printer.
pub(crate) fn waiting(count: u32, language: Language) -> String {
    match (language, count) {
        (_, 0) => String::new(),
        (Language::Zh, n) => format!("{n} 个任务等待"),
        (Language::En, n) => format!("{n} waiting"),
    }
}

fn zh(text: Text) -> &'static str {
    match text {
        Text::NotReachable => "连接不到打印服务",
        Text::ConnectionClosed => "打印服务关闭了连接",
        Text::ConnectionBroke => "与打印服务的连接断了",
        Text::OtherProtocol => "打印服务的协议版本不同",
        Text::Garbled => "看不懂打印服务的回答",
        Text::CannotRead => "读不了文件",
        Text::StartSpooler => "请检查 counterfoil-spooler 是否在运行",
        Text::InstallBoth => "请把 counterfoil 和 counterfoil-spooler 装成同一版本",
        Text::LookBeforeAgain => "请求可能已经执行，请先查看 counterfoil jobs，再决定是否重做",
        Text::MendAndRepeat => "请排除原因后再试",
        Text::CheckFile => "请检查文件名和权限",
        Text::SeeHelp => "用法请看 counterfoil --help",
        Text::NoTerminal => "收银台界面需要终端；在脚本里请用命令，见 counterfoil --help",
        Text::NothingThere => "没有记录",
        Text::MoreWith => "还有更多，请加",
        Text::SearchedTo => "已查到",
        Text::Unprinted => "没打出",
        Text::NearEnd => "纸将用完",
        Text::LineNotJson => "这一行不是 JSON",
        Text::LineNotUtf8 => "这一行不是 UTF-8 编码",
        Text::LineTooLong => "这一行太长，请求最多 64 KiB",
        Text::SendOneObject => "请每行发送一个 JSON 对象",
        Text::MakeItUtf8 => "请转成 UTF-8 后再发",
        Text::ShortenIt => "请缩短后再发",
        Text::Id => "编号",
        Text::Time => "时间",
        Text::RecordedAt => "记录时间",
        Text::Kind => "类型",
        Text::CardKind => "卡类型",
        Text::Method => "支付方式",
        Text::Amount => "金额",
        Text::Status => "状态",
        Text::Card => "卡号",
        Text::Issuer => "发卡行",
        Text::EntryMode => "读卡方式",
        Text::Order => "商户订单号",
        Text::Trade => "交易单号",
        Text::Voucher => "凭证号",
        Text::Batch => "批次号",
        Text::Reference => "参考号",
        Text::Authorization => "授权码",
        Text::ResponseCode => "应答码",
        Text::TerminalId => "终端号",
        Text::MerchantId => "商户号",
        Text::Acquirer => "收单机构",
        Text::Operator => "操作员",
        Text::Approver => "授权人",
        Text::Original => "原交易",
        Text::Items => "商品",
        Text::Note => "备注",
        Text::Source => "来源",
        Text::Prints => "打印次数",
        Text::PrintHistory => "打印记录",
        Text::Transaction => "交易",
        Text::Copy => "联",
        Text::Printer => "打印机",
        Text::PrintedOn => "实际打印机",
        Text::SoFar => "打到哪里",
        Text::State => "状态",
        Text::Cause => "原因",
        Text::Evidence => "凭据",
        Text::QueuedAt => "排队时间",
        Text::FinishedAt => "结束时间",
        Text::Attempts => "发送次数",
        Text::Bytes => "字节",
        Text::ReprintNumber => "重打印",
        Text::Reason => "原因说明",
        Text::Version => "版本",
        Text::Uptime => "已运行",
        Text::Change => "变更号",
        Text::StoreSize => "记录占用",
        Text::Memory => "内存",
        Text::Profile => "机型设置",
        Text::Columns => "每行列数",
        Text::Connection => "连接",
        Text::Proof => "出纸证实",
        Text::Model => "厂家型号",
        Text::Firmware => "固件",
        Text::Serial => "序列号",
        Text::Measured => "怎么测的",
        Text::Probing => "正在检测，可能会走一段空纸",
        Text::CanPrint => "可以打印",
        Text::CannotPrint => "现在不能打印",
        Text::PasteBlock => "请把标准输出的一段加进设置文件",
        Text::DemoFolderTooLong => "演示目录的路径太长，套接字放不下，请用 --dir 指定短一些的目录",
        Text::DemoFolderTaken => "演示目录里已有别的文件或演示正在运行，请用 --dir 指定空目录",
        Text::DemoProgramMissing => "找不到程序",
        Text::DemoBuild => "请先运行 cargo build --release",
        Text::DemoRunning => "演示已就绪",
    }
}

fn en(text: Text) -> &'static str {
    match text {
        Text::NotReachable => "the spooler cannot be reached",
        Text::ConnectionClosed => "the spooler closed the connection",
        Text::ConnectionBroke => "the connection to the spooler broke",
        Text::OtherProtocol => "the spooler speaks another protocol",
        Text::Garbled => "the spooler's answer was not understood",
        Text::CannotRead => "cannot read",
        Text::StartSpooler => "check that counterfoil-spooler is running",
        Text::InstallBoth => "install the same version of counterfoil and counterfoil-spooler",
        Text::LookBeforeAgain => "the request may have been carried out: look at counterfoil jobs before repeating it",
        Text::MendAndRepeat => "mend the cause and try again",
        Text::CheckFile => "check the file's name and permissions",
        Text::SeeHelp => "see counterfoil --help",
        Text::NoTerminal => "the console needs a terminal; in scripts use a verb, see counterfoil --help",
        Text::NothingThere => "nothing there",
        Text::MoreWith => "more with",
        Text::SearchedTo => "searched back to",
        Text::Unprinted => "not out",
        Text::NearEnd => "paper low",
        Text::LineNotJson => "the line is not JSON",
        Text::LineNotUtf8 => "the line is not UTF-8",
        Text::LineTooLong => "the line is too long: a request takes at most 64 KiB",
        Text::SendOneObject => "send one JSON object a line",
        Text::MakeItUtf8 => "convert it to UTF-8 and send it again",
        Text::ShortenIt => "shorten it and send it again",
        Text::Id => "id",
        Text::Time => "time",
        Text::RecordedAt => "recorded at",
        Text::Kind => "kind",
        Text::CardKind => "card kind",
        Text::Method => "method",
        Text::Amount => "amount",
        Text::Status => "status",
        Text::Card => "card",
        Text::Issuer => "issuer",
        Text::EntryMode => "entry mode",
        Text::Order => "order",
        Text::Trade => "trade",
        Text::Voucher => "voucher",
        Text::Batch => "batch",
        Text::Reference => "reference",
        Text::Authorization => "authorization",
        Text::ResponseCode => "response code",
        Text::TerminalId => "terminal id",
        Text::MerchantId => "merchant id",
        Text::Acquirer => "acquirer",
        Text::Operator => "operator",
        Text::Approver => "approver",
        Text::Original => "original",
        Text::Items => "items",
        Text::Note => "note",
        Text::Source => "source",
        Text::Prints => "prints",
        Text::PrintHistory => "print history",
        Text::Transaction => "transaction",
        Text::Copy => "copy",
        Text::Printer => "printer",
        Text::PrintedOn => "printed on",
        Text::SoFar => "so far",
        Text::State => "state",
        Text::Cause => "cause",
        Text::Evidence => "evidence",
        Text::QueuedAt => "queued at",
        Text::FinishedAt => "finished at",
        Text::Attempts => "attempts",
        Text::Bytes => "bytes",
        Text::ReprintNumber => "reprint",
        Text::Reason => "reason",
        Text::Version => "version",
        Text::Uptime => "uptime",
        Text::Change => "change",
        Text::StoreSize => "store",
        Text::Memory => "memory",
        Text::Profile => "profile",
        Text::Columns => "columns",
        Text::Connection => "connection",
        Text::Proof => "proof",
        Text::Model => "model",
        Text::Firmware => "firmware",
        Text::Serial => "serial",
        Text::Measured => "measured",
        Text::Probing => "probing, which may feed some blank paper",
        Text::CanPrint => "it can print",
        Text::CannotPrint => "it cannot print now",
        Text::PasteBlock => "add the block on standard output to the config",
        Text::DemoFolderTooLong => {
            "the demo's folder has too long a path for its sockets: choose a shorter one with --dir"
        }
        Text::DemoFolderTaken => {
            "the demo's folder holds other files or a running demo: choose an empty one with --dir"
        }
        Text::DemoProgramMissing => "this program is missing",
        Text::DemoBuild => "run cargo build --release first",
        Text::DemoRunning => "the demo is ready",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_its_largest_units() {
        assert_eq!(span(59, Language::En), "59 s");
        assert_eq!(span(3_700, Language::Zh), "1 小时 1 分");
        assert_eq!(span(200_000, Language::En), "2 d 7 h");
    }
}
