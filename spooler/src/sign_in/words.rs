//! English sentences of answers on the socket: what is wrong and what to do. The console has its own words in both
//! languages (DESIGN §4.11).

use model::{SignInCause as Cause, Total};
use store::Unsettled;

/// What was asked of the acquirer, where that changes what staff do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    SignIn,
    Settle,
    /// sign-out, echo
    Other,
}

/// What is wrong, in one sentence.
pub(crate) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::NotConfigured => "the acquirer is not configured, or something of its configuration cannot be used",
        Cause::NoLink => "no network cable or wireless network is connected",
        Cause::NoAddress => "this machine has no network address",
        Cause::NoGateway => "the router does not answer, or there is no way out",
        Cause::DnsFailed => "the name of the host cannot be looked up",
        Cause::Unreachable => "the host does not answer when connected to",
        Cause::ConnectionRefused => "the host refuses the connection",
        Cause::TlsExpired => "the certificate of the host has expired",
        Cause::TlsUntrusted => "the certificate of the host is not issued by whom we trust",
        Cause::TlsWrongName => "the certificate of the host is for another name",
        Cause::TlsFailed => "no encrypted connection could be agreed on",
        Cause::ClockWrong => "the clock of this machine is wrong",
        Cause::ConnectionDropped => "the connection broke before our request was whole at the host",
        Cause::NoResponse => "the host took the request and did not answer",
        Cause::MalformedResponse => "the answer cannot be read",
        Cause::MismatchedResponse => "the answer belongs to another request",
        Cause::Addressing => "the host closes without an answer: it does not know our TPDU or header",
        Cause::MerchantNotRegistered => "the host does not know the merchant number",
        Cause::TerminalNotRegistered => "the host does not know the terminal number",
        Cause::TerminalNotPermitted => "the host does not permit this terminal",
        Cause::HostFault => "the host has a fault of its own",
        Cause::HostBusy => "the host is busy, as at the turn of its day",
        Cause::FunctionNotSupported => "this is not supported there",
        Cause::FormatRefused => "the host does not accept the format of the request",
        Cause::KeyCheckFailed => "the keys of the sign-in fail their check",
        Cause::MasterKeyMissing => "there is no master key that can be used",
        Cause::KeyLayoutUnknown => "the keys of the sign-in came in no layout that we know",
        Cause::BatchOpen => "a batch is not settled, and must be first",
        Cause::HostStateDiffers => "batch or sign-in at the host are not what we have",
        Cause::DuplicateTerminal => "another device uses the same terminal number",
        Cause::MacMismatch => "the MAC check failed: keys or MAC algorithm are not the host's",
        Cause::TerminalNotAnswering => "the payment terminal does not answer",
        Cause::TerminalBusy => "the payment terminal is busy",
        Cause::UnknownCode => "the answer code says nothing that we know",
    }
}

/// The same where the other causes that fit say more: an answer of another terminal belongs to no other request.
pub(crate) fn cause_beside(it: Cause, candidates: &[Cause]) -> &'static str {
    match (it, candidates.first()) {
        (Cause::MismatchedResponse, Some(Cause::NotConfigured)) => "another payment terminal is on the line",
        _ => cause(it),
    }
}

/// What staff do now, after this was asked. `candidates` decide where one cause has two remedies.
pub(crate) fn action(asked: Asked, cause: Cause, candidates: &[Cause]) -> String {
    let first = candidates.first();
    match (asked, cause, first) {
        (Asked::Settle, ..) => settle_action(cause).to_owned(),
        // a check value that is right proves the master key
        (_, Cause::KeyCheckFailed, Some(Cause::KeyLayoutUnknown)) => {
            "check network_code and key_layout with the acquirer: the master key is the right one".to_owned()
        }
        (_, Cause::MismatchedResponse, Some(Cause::NotConfigured)) => {
            "compare terminal_id of the config with the terminal's slip, and the line with the terminal".to_owned()
        }
        (Asked::SignIn, ..) => sign_in_action(cause).to_owned(),
        (Asked::Other, ..) => sign_in_action(cause).replace("sign in again", "try again"),
    }
}

/// What staff do after a settlement that did not balance: nothing counts twice, and signing in settles nothing.
fn settle_action(cause: Cause) -> &'static str {
    match cause {
        Cause::NoLink => "check the network cable or wireless network, then settle again",
        Cause::NoAddress => "restart the router, then settle again",
        Cause::NoGateway => "check that the router is on, then settle again",
        Cause::ClockWrong => "set date and time of this machine, then settle again",
        Cause::ConnectionDropped
        | Cause::NoResponse
        | Cause::Addressing
        | Cause::MalformedResponse
        | Cause::MismatchedResponse => {
            "settle again, it does not count twice; if it stays, call the acquirer and ask whether the batch is settled"
        }
        Cause::HostFault => "wait some minutes and settle again; if it stays, call the acquirer",
        Cause::HostBusy => "wait 5 to 15 minutes and settle again",
        Cause::HostStateDiffers => "sign in, then settle again; if it stays, call the acquirer and compare the batch",
        Cause::BatchOpen => "have the payment terminal upload its transactions, then settle again",
        Cause::DuplicateTerminal => {
            "find the other device with this terminal number and switch it off; then sign in and settle again"
        }
        Cause::TerminalNotAnswering => {
            "look at the payment terminal, whether it is on and whether it has settled; then settle again"
        }
        Cause::TerminalBusy => "finish or cancel what the payment terminal is doing, then settle again",
        other => sign_in_action(other),
    }
}

/// What staff do after a sign-in that failed.
fn sign_in_action(cause: Cause) -> &'static str {
    match cause {
        Cause::NotConfigured => "complete [acquirer] in the config and start the spooler again",
        Cause::NoLink => "check the network cable or wireless network, then sign in again",
        Cause::NoAddress => "restart the router, then sign in again",
        Cause::NoGateway => "check that the router is on, then sign in again",
        Cause::DnsFailed => "check the router and its DNS setting; ask the acquirer for the host's address",
        Cause::Unreachable => "check the network; give the acquirer host and port if it stays",
        Cause::ConnectionRefused => "check host and port with the acquirer",
        Cause::TlsExpired => "check this machine's date first, then tell the acquirer that its certificate expired",
        Cause::TlsUntrusted => "ask the acquirer for its CA certificate and put it into the config",
        Cause::TlsWrongName => "check tls.server_name with the acquirer",
        Cause::TlsFailed => "ask the acquirer whether this port speaks TLS",
        Cause::ClockWrong => "set date and time of this machine, then sign in again",
        Cause::ConnectionDropped => "sign in again; if it stays, check firewall and line with the acquirer",
        Cause::NoResponse => "wait a minute and sign in again; if it stays, call the acquirer",
        Cause::MalformedResponse => "sign in again; if it stays, call the acquirer with this outcome",
        Cause::MismatchedResponse => "sign in again; if it stays, call the acquirer with this outcome",
        Cause::Addressing => "check tpdu and header of the config with the acquirer",
        Cause::MerchantNotRegistered => "compare merchant_id with an old slip; call the acquirer",
        Cause::TerminalNotRegistered => "compare terminal_id with an old slip; call the acquirer",
        Cause::TerminalNotPermitted => "call the acquirer: the terminal is stopped or bound elsewhere",
        Cause::HostFault => {
            "wait some minutes and sign in again; then ask the acquirer whether the terminal key is loaded"
        }
        Cause::HostBusy => "wait 5 to 15 minutes and try again",
        Cause::FunctionNotSupported => "ask the acquirer to open it, or do it at the terminal itself",
        Cause::FormatRefused => "check network_code, tpdu and header with the acquirer",
        Cause::KeyCheckFailed => "sign in once more; if it stays, settle and have the master key loaded anew",
        Cause::MasterKeyMissing => "have the installer put the master key file in place, mode 0600",
        Cause::KeyLayoutUnknown => "check network_code and key_layout with the acquirer",
        Cause::BatchOpen => "settle first, then sign in again",
        Cause::HostStateDiffers => "sign in; if that does not help, settle, sign out and sign in again",
        Cause::DuplicateTerminal => "find the other device with this terminal number and switch it off; then sign in",
        Cause::MacMismatch => "do not try sale after sale; call the acquirer about the MAC algorithm of this terminal",
        Cause::TerminalNotAnswering => {
            "check that the payment terminal is on, its cable, and that it shows its main menu"
        }
        Cause::TerminalBusy => "finish or cancel what the payment terminal is doing, then try again",
        Cause::UnknownCode => "tell the acquirer the code",
    }
}

/// What stands in the batch when somebody signs out.
pub(crate) fn open(batch: u32, open: Total) -> String {
    format!("{} transactions of batch {batch:06}, {}, are not settled", open.count, open.amount)
}

/// What staff do about that.
pub(crate) const OPEN_ACTION: &str = "sign in again and settle first: another batch must not begin before";

/// A batch that was left behind.
pub(crate) fn left(left: &Unsettled) -> String {
    let Unsettled { batch, open, .. } = left;
    format!(
        "batch {batch:06} was left with {} transactions, {}, that no settlement balanced from here",
        open.count, open.amount
    )
}

/// What staff do about that.
pub(crate) fn left_action(batch: u32) -> String {
    format!("give the list of batch {batch:06} to the acquirer and have it settled or confirmed there")
}

/// What staff do when the host's clock is far from ours, though it takes us.
pub(crate) const CLOCK_ACTION: &str = "check date and time of this machine";

/// A settlement that balanced, and whose end the host has not acknowledged.
pub(crate) const END_OWED: &str = "the settlement balances, but the host has not acknowledged its end";

/// What staff do about that.
pub(crate) const END_OWED_ACTION: &str = "settle or sign in again later: the end is sent first then";

/// What a settlement says of transactions whose outcome nobody knows.
pub(crate) fn unknown(count: usize) -> String {
    format!("; {count} transactions have an unknown outcome and are not in it: query them first")
}

/// What a settlement says of transactions that came too late for that of their batch.
pub(crate) fn late(late: Total) -> String {
    format!(
        "; {} transactions, {}, of an earlier batch came after its settlement: give them to the acquirer",
        late.count, late.amount
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_settlement_nobody_is_told_only_to_sign_in() {
        for cause in Cause::ALL {
            let action = action(Asked::Settle, *cause, &[]);
            assert!(!action.is_empty(), "{cause}");
            assert!(!action.contains("sign in") || action.contains("settle"), "{cause}: {action}");
            assert!(!super::action(Asked::Other, *cause, &[]).contains("sign in again"), "{cause}");
        }
    }

    #[test]
    fn a_right_check_value_sends_nobody_to_load_the_master_key() {
        let layout = action(Asked::SignIn, Cause::KeyCheckFailed, &[Cause::KeyLayoutUnknown]);
        let master = action(Asked::SignIn, Cause::KeyCheckFailed, &[Cause::MasterKeyMissing]);
        assert!(layout.contains("key_layout") && master.contains("loaded anew"), "{layout} {master}");
    }
}
