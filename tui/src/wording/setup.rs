//! What `setup` asks and says on a terminal.

use std::path::Path;

use model::Language;

use super::codes::either;

/// A question or a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Name,
    BadName,
    Pin,
    PinAgain,
    Which,
    CopyCustomer,
    CopyBoth,
    CopyNone,
    NothingToWrite,
    WriteNow,
    Written,
    NotWritten,
}

/// In a language.
pub(crate) fn ask(what: Ask, language: Language) -> &'static str {
    let (zh, en) = match what {
        Ask::Name => ("店长的姓名", "the manager's name"),
        Ask::BadName => ("姓名要 1 到 40 个字", "a name has 1 to 40 characters"),
        Ask::Pin => ("密码，4 到 12 位数字，不会显示", "PIN, 4 to 12 digits, not shown"),
        Ask::PinAgain => ("再输一次密码", "the PIN again"),
        Ask::Which => ("每笔交易后自动打印哪一联？", "What prints by itself after each sale?"),
        Ask::CopyCustomer => ("持卡人存根", "the customer copy"),
        Ask::CopyBoth => ("商户存根和持卡人存根", "the merchant and the customer copy"),
        Ask::CopyNone => ("都不自动打印", "nothing"),
        Ask::NothingToWrite => ("不写配置就是这样，不用改", "that is so without any config: nothing to change"),
        Ask::WriteNow => ("现在就写进去吗？y 写，其他不写", "write them now? y does, anything else does not"),
        Ask::Written => ("已写好；打印服务重启后生效", "written; it counts once the spooler was started again"),
        Ask::NotWritten => ("没有写", "not written"),
    };
    either(language, zh, en)
}

/// The config already says what prints.
pub(crate) fn says_already(file: &Path, value: &str, language: Language) -> String {
    let file = file.display();
    match language {
        Language::Zh => format!("自动打印哪一联：{file} 里已经写了 auto_print = {value}，要改就改那里"),
        Language::En => format!("what prints by itself: {file} says auto_print = {value} already; change it there"),
    }
}

/// Where the lines go.
pub(crate) fn add_lines(file: &Path, below: bool, language: Language) -> String {
    let file = file.display();
    match (language, below) {
        (Language::Zh, false) => format!("请把这两行加到 {file} 的末尾："),
        (Language::En, false) => format!("add these two lines at the end of {file}:"),
        (Language::Zh, true) => format!("请把这一行加到 {file} 的 [receipts] 下面："),
        (Language::En, true) => format!("add this line below [receipts] in {file}:"),
    }
}

/// Why it was not written.
pub(crate) fn not_written(file: &Path, why: &str, language: Language) -> String {
    let file = file.display();
    match language {
        Language::Zh => format!("没有写进 {file}：{why}"),
        Language::En => format!("{file} was not written: {why}"),
    }
}
