//! English sentences of answers on the socket: what is wrong and what to do. The console has its own words in both
//! languages (DESIGN §4.11).

use model::SignInCause as Cause;

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
        Cause::KeyCheckFailed => "the keys of the sign-in fail their check: master keys differ",
        Cause::MasterKeyMissing => "there is no master key that can be used",
        Cause::KeyLayoutUnknown => "the keys of the sign-in came in no layout that we know",
        Cause::BatchOpen => "the host began another batch while ours is not settled",
        Cause::HostStateDiffers => "batch or sign-in at the host are not what we have",
        Cause::DuplicateTerminal => "another device uses the same terminal number",
        Cause::MacMismatch => "the first sale after the sign-in failed its MAC check",
        Cause::TerminalNotAnswering => "the payment terminal does not answer",
        Cause::TerminalBusy => "the payment terminal is busy",
        Cause::UnknownCode => "the answer code says nothing that we know",
    }
}

/// What staff do now.
pub(crate) fn action(cause: Cause) -> &'static str {
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
