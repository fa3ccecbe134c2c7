//! Plain English.

use std::borrow::Cow;

use super::text::Text;

/// The words.
pub(super) fn say(text: Text<'_>) -> Cow<'static, str> {
    match text {
        // screens
        Text::Home => "Home".into(),
        Text::Transactions => "Transactions".into(),
        Text::Detail => "Transaction".into(),
        Text::Queue => "Print queue".into(),
        Text::Help => "Help".into(),
        Text::PrintSlip => "Print receipt".into(),
        Text::QuitTitle => "Quit".into(),
        // keys
        Text::KeyEnter => "Enter".into(),
        Text::KeySpace => "Space".into(),
        Text::KeyUp => "Up".into(),
        Text::KeyDown => "Down".into(),
        Text::KeyLeft => "Left".into(),
        Text::KeyRight => "Right".into(),
        // actions
        Text::DoOpen => "open".into(),
        Text::DoPrint => "print".into(),
        Text::DoSearch => "search".into(),
        Text::DoReprintThis => "print this".into(),
        Text::DoReprintLast => "print last".into(),
        Text::DoGoHome => "home".into(),
        Text::DoGoTransactions => "transactions".into(),
        Text::DoGoQueue => "queue".into(),
        Text::DoHelp => "help".into(),
        Text::DoBack => "back".into(),
        Text::DoLeaveField => "leave field".into(),
        Text::DoCancel => "don't print".into(),
        Text::DoStay => "stay".into(),
        Text::DoRepaint => "repaint".into(),
        Text::DoQuit => "quit".into(),
        Text::DoUp => "up".into(),
        Text::DoDown => "down".into(),
        Text::DoPageUp => "page up".into(),
        Text::DoPageDown => "page down".into(),
        Text::DoFirst => "first".into(),
        Text::DoLast => "last".into(),
        Text::DoSearchOn => "search on".into(),
        Text::DoOtherCopy => "other copy".into(),
        Text::DoCopyCustomer => "customer copy".into(),
        Text::DoCopyMerchant => "merchant copy".into(),
        Text::DoOtherPrinter => "other printer".into(),
        // status bar
        Text::NoShop => "Counterfoil".into(),
        Text::PrintersFine { n } => format!("{} ready", count(n as u64, "printer")).into(),
        Text::PrintersTrouble { bad, n } => format!("printer trouble {bad}/{n}").into(),
        Text::NoPrinters => "no printer".into(),
        Text::WaitingJobs(a) => format!("waiting {a}").into(),
        Text::AlertCount(a) => format!("alerts {a}").into(),
        Text::LinkUp => "connected".into(),
        Text::LinkAway => "not connected".into(),
        Text::LinkConnecting => "connecting".into(),
        // the spooler is away
        Text::AwayNotRunning => "the print service is not running".into(),
        Text::AwayNotRunningNext => "start counterfoil-spooler; this screen connects by itself".into(),
        Text::AwayClosed => "the print service went away".into(),
        Text::AwayClosedNext => "connecting again; accepted jobs are not lost".into(),
        Text::AwayNotPermitted => "not permitted to connect to the print service".into(),
        Text::AwayNotPermittedNext => "ask the manager to allow this user under [access]".into(),
        Text::AwayOtherProtocol { theirs, ours } => {
            format!("the print service is another version: protocol {theirs}, this is {ours}").into()
        }
        Text::AwayOtherProtocolNext => "install the same version of both programs".into(),
        Text::AwayGarbled => "the print service's answer was not understood".into(),
        Text::AwayStale => "below is how it was before".into(),
        // home
        Text::AllWell => "All is well".into(),
        Text::ToDo => "What needs you now".into(),
        Text::MoreAlerts(a) => format!("{a} more").into(),
        Text::AlertPaperLow(a) => format!("{a} is low on paper").into(),
        Text::AlertHeld(a) => format!("{} for a decision", waits(a)).into(),
        Text::AlertHeldNext => "Enter shows the queue".into(),
        Text::AlertUnprinted(a) => format!("{} did not come out", count(a, "receipt")).into(),
        Text::AlertUnprintedNext => "Enter lists them, p prints".into(),
        Text::AlertUnknown(a) => format!("{} with unknown result", count(a, "payment")).into(),
        Text::AlertUnknownNext => "query first, never charge again".into(),
        Text::AlertNoPrinter => "no printer is set up".into(),
        Text::AlertNoPrinterNext => "add a [[printer]] to the config".into(),
        Text::WaitBehind(a) => format!(" ({a} waiting)").into(),
        Text::LastSale => "Latest transaction".into(),
        Text::NoSaleYet => "none yet; it appears when the payment app records one".into(),
        Text::Today(a) => format!("Today {a}").into(),
        Text::Loading => "loading".into(),
        Text::HeadMethod => "method".into(),
        Text::HeadSales => "sales".into(),
        Text::HeadRefunds => "refunds".into(),
        Text::HeadCount => "no.".into(),
        Text::TotalRow => "total".into(),
        Text::PreauthNote { count, amount } => format!("preauth {count}, {amount}, not counted").into(),
        Text::NothingToday => "no approved transaction today".into(),
        Text::Printers => "Printers".into(),
        Text::Waits(a) => format!("queue {a}").into(),
        Text::PaperLow => "paper low".into(),
        // transactions
        Text::SearchLabel => "Search:".into(),
        Text::SearchHint => "last 4, voucher, amount, wx, refund, 11-20".into(),
        Text::HeadTime => "time".into(),
        Text::HeadKind => "kind".into(),
        Text::HeadAmount => "amount".into(),
        Text::HeadStatus => "result".into(),
        Text::HeadVoucher => "vouch.".into(),
        Text::HeadCard => "card".into(),
        Text::HeadPrinted => "paper".into(),
        Text::HeadFoundBy => "match".into(),
        Text::HeadReference => "reference".into(),
        Text::HeadOrder => "order".into(),
        Text::HeadOperator => "operator".into(),
        Text::Times(a) => format!("{a}x").into(),
        Text::NotOut => "not out".into(),
        Text::Searching => "searching".into(),
        Text::NoneFound => "Nothing found".into(),
        Text::NoneFoundHint => "Try last four, voucher or amount; / to type again".into(),
        Text::NoneYet => "No transactions yet".into(),
        Text::NoneUntil(a) => format!("nothing back to {a}").into(),
        Text::SearchedTo(a) => format!("searched back to {a}; n goes on").into(),
        Text::MoreFollow { page } => format!("page {page}, more follow").into(),
        Text::PageOf { page, pages, rows } => format!("page {page}/{pages}, {rows} in all").into(),
        Text::ManyFit(a) => format!("{a} match: choose one, Enter opens, p prints").into(),
        Text::Failed(a) => format!("failed: {a}").into(),
        // detail
        Text::LabelTime => "time".into(),
        Text::LabelMethod => "method".into(),
        Text::LabelCard => "card".into(),
        Text::LabelIssuer => "issuer".into(),
        Text::LabelVoucher => "voucher".into(),
        Text::LabelBatch => "batch".into(),
        Text::LabelReference => "reference".into(),
        Text::LabelAuthorization => "auth code".into(),
        Text::LabelOrder => "order".into(),
        Text::LabelTrade => "trade no.".into(),
        Text::LabelTerminal => "terminal".into(),
        Text::LabelMerchant => "merchant".into(),
        Text::LabelAcquirer => "acquirer".into(),
        Text::LabelOperator => "operator".into(),
        Text::LabelOriginal => "original".into(),
        Text::LabelResponse => "response".into(),
        Text::LabelNote => "note".into(),
        Text::LabelItems => "goods".into(),
        Text::LabelId => "id".into(),
        Text::LabelSource => "source".into(),
        Text::ItemCount(a) => count(a as u64, "line").into(),
        Text::UnknownAdvice => "unknown: query first, never charge again".into(),
        Text::PrintHistory => "Print history".into(),
        Text::NeverPrinted => "never printed".into(),
        Text::FirstPaper => "first".into(),
        Text::ReprintNo(a) => format!("reprint {a}").into(),
        Text::EvidenceLine(a) => format!("proof: {a}").into(),
        Text::NoReceiptHere => "this one has no receipt".into(),
        Text::PaperMore => "PgDn for more".into(),
        // reprint dialog
        Text::WhichPrinter => "printer".into(),
        Text::UsualPrinter => "the usual printer".into(),
        Text::WillBeFirst => "first paper, without a reprint mark".into(),
        Text::EarlierWaits { job, printer, why } => {
            format!("{job} still waits at {printer} ({why}) and will come out too: look at the printer first").into()
        }
        Text::WillBeReprint(a) => format!("reprint no. {a}, marked on the paper").into(),
        Text::WillWait { name, cause } => format!("{name}: {cause}; it will wait and print then").into(),
        Text::Sending => "asking".into(),
        Text::LostWhileSending => "connection lost, perhaps it was accepted: look at the queue (g q) first".into(),
        Text::NotApproved => "this transaction is not approved: it has no receipt".into(),
        Text::NothingToPrint => "nothing to print yet".into(),
        // the notice follows a job; {job} is what it prints
        Text::JobAccepted(a) => format!("{a}: accepted").into(),
        Text::JobQueued(a) => format!("{a}: in the queue").into(),
        Text::JobSending(a) => format!("{a}: printing").into(),
        Text::JobBlocked { job, cause, remedy } => format!("{job}: waits, {cause}; {remedy}").into(),
        Text::JobHeld(a) => format!("{a}: waits for a decision").into(),
        Text::JobConfirmed { job, proof } => format!("{job}: printed ({proof})").into(),
        Text::JobMute(a) => format!("{a}: sent; printer gives no status, check the paper").into(),
        Text::JobUnconfirmed(a) => format!("{a}: sent, unproven; check the paper, reprint if none").into(),
        Text::JobPartial(a) => format!("{a}: only partly printed; check the paper").into(),
        Text::JobNotPrinted { job, cause } => format!("{job}: not printed, {cause}").into(),
        Text::JobCancelled(a) => format!("{a}: cancelled, no paper").into(),
        Text::NoCause => "cause unknown".into(),
        // queue
        Text::HeadState => "state".into(),
        Text::HeadWhy => "why".into(),
        Text::HeadSince => "since, printer".into(),
        Text::QueueWaiting => "Waiting".into(),
        Text::QueueEnded => "Recently ended".into(),
        Text::QueueEmpty => "nothing waits".into(),
        Text::SinceTime(a) => format!("since {a}").into(),
        // quit
        Text::QuitWhilePrinting(a) => format!("a job is not finished: {a}").into(),
        Text::QuitHarmless => "it goes on printing after you quit".into(),
        // help
        Text::HelpHere => "Keys here".into(),
        Text::HelpEverywhere => "Keys everywhere".into(),
        Text::HelpSearch => {
            "Search: digits = card, voucher, amount; wx ali card qr refund unprinted unknown today yest 11-20 11-01..11-20 >100 88.5 op:02, together too".into()
        }
        Text::HelpField => "While typing, letters are text; Esc leaves the field".into(),
        // size
        Text::TooSmall => "window too small: 60x16 at least".into(),
    }
}

/// `1 job`, `2 jobs`.
fn count(number: u64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

fn waits(number: u32) -> String {
    if number == 1 { "1 job waits".into() } else { format!("{number} jobs wait") }
}
