//! What a step of a sign-in or a rung of the ladder measured, as a code and its values: the console words it in its own
//! language (DESIGN rule 11). Beside it stands `detail`, the same in English, for scripts.

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// What was measured; behind each its values, in their order.
    Reading {
        // this machine
        /// interface
        InterfaceConnected = 1 "interface_connected",
        /// interfaces
        InterfacesDown = 2 "interfaces_down",
        NoInterface = 3 "no_interface",
        /// the kernel does not tell
        NotShown = 4 "not_shown",
        /// address
        OwnAddress = 5 "own_address",
        /// an address that the machine gave itself
        OwnAddressOnly = 6 "own_address_only",
        NoOwnAddress = 7 "no_own_address",
        /// address
        GatewayAnswers = 8 "gateway_answers",
        /// address
        GatewaySilent = 9 "gateway_silent",
        /// address
        GatewayNotAsked = 10 "gateway_not_asked",
        NoRoute = 11 "no_route",
        HostIsHere = 12 "host_is_here",
        HostIsReached = 13 "host_is_reached",
        NoRouteNeeded = 14 "no_route_needed",
        // the way to the host
        LiteralAddress = 15 "literal_address",
        /// addresses
        LookedUp = 16 "looked_up",
        /// address and port
        ConnectedTo = 17 "connected_to",
        /// the certificate's name
        TlsAgreed = 18 "tls_agreed",
        PlainTcp = 19 "plain_tcp",
        /// how many
        BytesSent = 20 "bytes_sent",
        /// how many
        BytesCame = 21 "bytes_came",
        /// host; so have the next
        NameNotFound = 22 "name_not_found",
        LookUpTimedOut = 23 "look_up_timed_out",
        ConnectTimedOut = 24 "connect_timed_out",
        ConnectRefused = 25 "connect_refused",
        NetworkUnreachable = 26 "network_unreachable",
        HostUnreachable = 27 "host_unreachable",
        ConnectFailed = 28 "connect_failed",
        /// host, until when it was good, our clock; UTC
        CertificateExpired = 29 "certificate_expired",
        /// host, from when on it is good, our clock; UTC
        CertificateNotYetValid = 30 "certificate_not_yet_valid",
        CertificateUntrusted = 31 "certificate_untrusted",
        /// host, the name in it
        CertificateOtherName = 32 "certificate_other_name",
        /// host, its first byte in hex
        PeerSpeaksPlain = 33 "peer_speaks_plain",
        /// host, the alert's name
        TlsAlert = 34 "tls_alert",
        TlsClosed = 35 "tls_closed",
        TlsSilent = 36 "tls_silent",
        TlsFailed = 37 "tls_failed",
        Dropped = 38 "dropped",
        SendTimedOut = 39 "send_timed_out",
        ClosedUnanswered = 40 "closed_unanswered",
        Silent = 41 "silent",
        /// host, bytes that came, bytes that were to come
        CutShort = 42 "cut_short",
        /// host, the length it says
        BadLength = 43 "bad_length",
        /// host, how many bytes too many
        Trailing = 44 "trailing",
        // the answer
        /// message type
        AnswerRead = 45 "answer_read",
        Unreadable = 46 "unreadable",
        CodeMissing = 47 "code_missing",
        /// number of the field that differs; 0: the message type
        OtherAnswer = 48 "other_answer",
        /// code
        AnsweredCode = 49 "answered_code",
        AnsweredWithoutCode = 50 "answered_without_code",
        /// code, what it means in Chinese, and in English; both empty: unknown
        HostCode = 51 "host_code",
        /// code, what the terminal wrote beside it
        TerminalSaid = 52 "terminal_said",
        NoHostTime = 53 "no_host_time",
        /// year
        OurYear = 54 "our_year",
        /// seconds
        HostClockAhead = 55 "host_clock_ahead",
        /// seconds
        HostClockBehind = 56 "host_clock_behind",
        // our configuration
        NotConfigured = 57 "not_configured",
        /// the key, as `acquirer.tpdu`
        ConfigUnusable = 58 "config_unusable",
        // what is known of the sign-in
        /// when, code or nothing
        LastSignIn = 59 "last_sign_in",
        /// code, when, good sales before it
        SaleCode = 60 "sale_code",
        HostKnowsUs = 61 "host_knows_us",
        OnlySignInTells = 62 "only_sign_in_tells",
        TerminalHasKeys = 63 "terminal_has_keys",
        NoKeys = 64 "no_keys",
        /// 校验值
        CheckValues = 65 "check_values",
        KeyFieldMissing = 66 "key_field_missing",
        /// bytes
        KeyFieldLength = 67 "key_field_length",
        /// which: `PIK MAK`
        CheckValuesWrong = 68 "check_values_wrong",
        /// file, or nothing
        MasterKeyUnusable = 69 "master_key_unusable",
        KeptKeysUnreadable = 70 "kept_keys_unreadable",
        SalesApproved = 71 "sales_approved",
        NoSaleYet = 72 "no_sale_yet",
        SameBatch = 73 "same_batch",
        /// 批次号
        Batch = 74 "batch",
        BatchMissing = 75 "batch_missing",
        /// the batch that is kept
        BatchKept = 76 "batch_kept",
        /// the host's batch, ours, open transactions; so have the next two
        BatchClosedByHost = 77 "batch_closed_by_host",
        BatchNotSettled = 78 "batch_not_settled",
        BatchOvertaken = 79 "batch_overtaken",
        TotalsAgree = 80 "totals_agree",
        TotalsDiffer = 81 "totals_differ",
        SettlingFailed = 82 "settling_failed",
        BalanceNotSaid = 83 "balance_not_said",
        /// the cause's word
        EndedBy = 84 "ended_by",
        // the payment terminal
        CommandUnderWay = 85 "command_under_way",
        TerminalAnswers = 86 "terminal_answers",
        /// line
        LineInUse = 87 "line_in_use",
        OnlyWhenAsked = 88 "only_when_asked",
        /// line
        LineOpen = 89 "line_open",
        /// line
        LineNotOpened = 90 "line_not_opened",
        NotAcknowledged = 91 "not_acknowledged",
        TerminalRefused = 92 "terminal_refused",
        TerminalNoAnswer = 93 "terminal_no_answer",
        TerminalGarbled = 94 "terminal_garbled",
        TerminalOtherAnswer = 95 "terminal_other_answer",
        /// its terminal number, and ours
        OtherTerminal = 96 "other_terminal",
        LineLost = 97 "line_lost",
        NotSupported = 98 "not_supported",
        RequestNotMade = 99 "request_not_made",
        // the ladder itself
        NotMeasured = 100 "not_measured",
        OutOfTime = 101 "out_of_time",
        Stopped = 102 "stopped",
        /// state of a printer, jobs that wait
        Printer = 103 "printer",
        /// batch, how many transactions of it are not settled, and what they come to
        BatchStillOpen = 104 "batch_still_open",
        /// host: we speak plain, it speaks TLS
        PeerSpeaksTls = 105 "peer_speaks_tls",
        /// host: a web server or a portal
        PeerSpeaksHttp = 106 "peer_speaks_http",
    }
}

/// A reading with its values: names, numbers, addresses, times; never a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The word of a [`Reading`]; a newer daemon may say one that this version does not know.
    pub code: String,
    #[serde(default)]
    pub args: Vec<String>,
}

impl Measured {
    /// Without values.
    pub fn of(reading: Reading) -> Measured {
        Measured { code: reading.word().to_owned(), args: Vec::new() }
    }

    /// With its values, in the order that the reading says.
    pub fn with<A: Into<String>>(reading: Reading, args: impl IntoIterator<Item = A>) -> Measured {
        Measured { code: reading.word().to_owned(), args: args.into_iter().map(Into::into).collect() }
    }

    /// The reading, if this version knows it.
    pub fn reading(&self) -> Option<Reading> {
        Reading::from_word(&self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_a_code_and_its_values_and_a_newer_one_is_kept() {
        let one = Measured::with(Reading::SaleCode, ["A0", "2026-11-20T09:05:00+08:00", "3"]);
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(json, r#"{"code":"sale_code","args":["A0","2026-11-20T09:05:00+08:00","3"]}"#);
        assert_eq!(serde_json::from_str::<Measured>(&json).unwrap(), one);
        let newer: Measured = serde_json::from_str(r#"{"code":"moon_phase"}"#).unwrap();
        assert_eq!((newer.reading(), newer.args.len()), (None, 0));
    }
}
