//! Everything the console says, one name for each sentence. The languages are a `match` each, so that a missing
//! sentence is a compile error (DESIGN §4.11).
//!
//! Codes of the daemon are worded in `codes`, its refusals in `problem`; here are the console's own words.

/// A sentence, a label or a word, with what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text<'a> {
    // screens
    Home,
    Transactions,
    Detail,
    Queue,
    Help,
    PrintSlip,
    QuitTitle,
    // keys
    KeyEnter,
    KeySpace,
    KeyUp,
    KeyDown,
    KeyLeft,
    KeyRight,
    // actions
    DoOpen,
    DoPrint,
    DoSearch,
    DoReprintThis,
    DoReprintLast,
    DoGoHome,
    DoGoTransactions,
    DoGoQueue,
    DoHelp,
    DoBack,
    DoLeaveField,
    DoCancel,
    DoStay,
    DoRepaint,
    DoQuit,
    DoUp,
    DoDown,
    DoPageUp,
    DoPageDown,
    DoFirst,
    DoLast,
    DoSearchOn,
    DoOtherCopy,
    DoCopyCustomer,
    DoCopyMerchant,
    DoOtherPrinter,
    // status bar
    NoShop,
    PrintersFine {
        n: usize,
    },
    PrintersTrouble {
        bad: usize,
        n: usize,
    },
    NoPrinters,
    WaitingJobs(u32),
    AlertCount(usize),
    LinkUp,
    LinkAway,
    LinkConnecting,
    // the spooler is away
    AwayNotRunning,
    AwayNotRunningNext,
    AwayClosed,
    AwayClosedNext,
    AwayNotPermitted,
    AwayNotPermittedNext,
    AwayOtherProtocol {
        theirs: u32,
        ours: u32,
    },
    AwayOtherProtocolNext,
    AwayGarbled,
    AwayStale,
    // home
    AllWell,
    ToDo,
    MoreAlerts(usize),
    AlertPaperLow(&'a str),
    AlertHeld(u32),
    AlertHeldNext,
    AlertUnprinted(u64),
    AlertUnprintedNext,
    AlertUnknown(u64),
    AlertUnknownNext,
    AlertNoPrinter,
    AlertNoPrinterNext,
    WaitBehind(u32),
    LastSale,
    NoSaleYet,
    Today(&'a str),
    Loading,
    HeadMethod,
    HeadSales,
    HeadRefunds,
    HeadCount,
    TotalRow,
    PreauthNote {
        count: u64,
        amount: &'a str,
    },
    NothingToday,
    Printers,
    Waits(u32),
    PaperLow,
    // transactions
    SearchLabel,
    SearchHint,
    HeadTime,
    HeadKind,
    HeadAmount,
    HeadStatus,
    HeadVoucher,
    HeadCard,
    HeadPrinted,
    HeadFoundBy,
    HeadReference,
    HeadOrder,
    HeadOperator,
    Times(u32),
    NotOut,
    Searching,
    NoneFound,
    NoneFoundHint,
    NoneYet,
    NoneUntil(&'a str),
    SearchedTo(&'a str),
    MoreFollow {
        page: usize,
    },
    PageOf {
        page: usize,
        pages: usize,
        rows: usize,
    },
    ManyFit(usize),
    Failed(&'a str),
    // detail
    LabelTime,
    LabelMethod,
    LabelCard,
    LabelIssuer,
    LabelVoucher,
    LabelBatch,
    LabelReference,
    LabelAuthorization,
    LabelOrder,
    LabelTrade,
    LabelTerminal,
    LabelMerchant,
    LabelAcquirer,
    LabelOperator,
    LabelOriginal,
    LabelResponse,
    LabelNote,
    LabelItems,
    LabelId,
    LabelSource,
    ItemCount(usize),
    UnknownAdvice,
    PrintHistory,
    NeverPrinted,
    FirstPaper,
    ReprintNo(u32),
    EvidenceLine(&'a str),
    NoReceiptHere,
    PaperMore,
    // reprint dialog
    WhichPrinter,
    UsualPrinter,
    WillBeFirst,
    /// A job for the same paper has not come out yet.
    EarlierWaits {
        job: &'a str,
        printer: &'a str,
        why: &'a str,
    },
    WillBeReprint(u32),
    WillWait {
        name: &'a str,
        cause: &'a str,
    },
    Sending,
    LostWhileSending,
    NotApproved,
    NothingToPrint,
    // the notice follows a job; {job} is what it prints
    JobAccepted(&'a str),
    JobQueued(&'a str),
    JobSending(&'a str),
    JobBlocked {
        job: &'a str,
        cause: &'a str,
        remedy: &'a str,
    },
    JobHeld(&'a str),
    JobConfirmed {
        job: &'a str,
        proof: &'a str,
    },
    JobMute(&'a str),
    JobUnconfirmed(&'a str),
    JobPartial(&'a str),
    JobNotPrinted {
        job: &'a str,
        cause: &'a str,
    },
    JobCancelled(&'a str),
    NoCause,
    // queue
    HeadState,
    HeadWhy,
    HeadSince,
    QueueWaiting,
    QueueEnded,
    QueueEmpty,
    SinceTime(&'a str),
    // quit
    QuitWhilePrinting(&'a str),
    QuitHarmless,
    // help
    HelpHere,
    HelpEverywhere,
    HelpSearch,
    HelpField,
    // size
    TooSmall,
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar;

    /// Every sentence may stand in a fixed slot, so none may have a character whose width terminals dispute.
    #[test]
    fn no_sentence_has_a_character_of_disputed_width() {
        for source in [include_str!("zh.rs"), include_str!("en.rs"), include_str!("codes.rs")] {
            for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for c in line.chars() {
                    assert_eq!(c.width(), c.width_cjk(), "{c} in {line}");
                }
            }
        }
    }
}
