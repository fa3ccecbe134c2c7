//! Sign-in (签到) in words and plain data: causes, states, and the answers of the acquirer's verbs (INTERFACES §5). What is
//! sent to a host or a payment terminal, and when, is known to `acquirer` and the daemon.

use serde::{Deserialize, Serialize};

use crate::{
    measured::Measured,
    moment::Moment,
    money::Fen,
    transaction::{CardKind, Kind},
    word::words,
};

words! {
    /// Why a sign-in, sign-out, echo or settlement did not succeed. Codes only; the console words them.
    SignInCause {
        /// 未配置
        NotConfigured = 1 "not_configured",
        /// 网线或无线未连接
        NoLink = 2 "no_link",
        /// 没有 IP 地址
        NoAddress = 3 "no_address",
        /// 没有网关, or it is dead
        NoGateway = 4 "no_gateway",
        /// 域名解析失败
        DnsFailed = 5 "dns_failed",
        /// SYN unanswered
        Unreachable = 6 "unreachable",
        /// 端口拒绝: nobody listens
        ConnectionRefused = 7 "connection_refused",
        /// 证书过期
        TlsExpired = 8 "tls_expired",
        /// 证书不受信任
        TlsUntrusted = 9 "tls_untrusted",
        /// the certificate is for another name
        TlsWrongName = 10 "tls_wrong_name",
        /// no TLS could be agreed on, or the peer speaks plain
        TlsFailed = 11 "tls_failed",
        /// 时钟错误: ours
        ClockWrong = 12 "clock_wrong",
        /// closed before our frame was whole
        ConnectionDropped = 13 "connection_dropped",
        /// 主机无应答
        NoResponse = 14 "no_response",
        /// 应答报文格式错误
        MalformedResponse = 15 "malformed_response",
        /// an answer to something else
        MismatchedResponse = 16 "mismatched_response",
        /// TPDU or header not taken
        Addressing = 17 "addressing",
        /// 商户未登记
        MerchantNotRegistered = 18 "merchant_not_registered",
        /// 终端未登记
        TerminalNotRegistered = 19 "terminal_not_registered",
        /// 终端无效, 停用
        TerminalNotPermitted = 20 "terminal_not_permitted",
        /// 交易中心异常
        HostFault = 21 "host_fault",
        /// 系统日切, 超时: try later
        HostBusy = 22 "host_busy",
        /// 功能未开通
        FunctionNotSupported = 23 "function_not_supported",
        /// 主机判报文格式错
        FormatRefused = 24 "format_refused",
        /// 密钥校验值不符
        KeyCheckFailed = 25 "key_check_failed",
        /// 无主密钥
        MasterKeyMissing = 26 "master_key_missing",
        /// the keys came in no layout that we know
        KeyLayoutUnknown = 27 "key_layout_unknown",
        /// 有未结算批次
        BatchOpen = 28 "batch_open",
        /// 批次或签到状态与中心不一致
        HostStateDiffers = 29 "host_state_differs",
        /// 终端号在另一台设备上使用
        DuplicateTerminal = 30 "duplicate_terminal",
        /// MAC 校验错
        MacMismatch = 31 "mac_mismatch",
        /// 终端无应答
        TerminalNotAnswering = 32 "terminal_not_answering",
        /// 终端忙
        TerminalBusy = 33 "terminal_busy",
        /// 未知应答码
        UnknownCode = 34 "unknown_code",
    }
}

words! {
    /// How a sign-in, sign-out or echo ended.
    SignInOutcome {
        /// 签到成功
        SignedIn = 1 "signed_in",
        /// 签退成功
        SignedOut = 2 "signed_out",
        /// an echo was answered, by whatever code
        Answered = 3 "answered",
        /// the host or the terminal answered with a code
        Refused = 4 "refused",
        /// anything else
        Failed = 5 "failed",
    }
}

words! {
    /// How a settlement (结算) ended.
    SettleOutcome {
        /// 对账平
        Balanced = 1 "balanced",
        /// 对账不平
        Unbalanced = 2 "unbalanced",
        Refused = 3 "refused",
        Failed = 4 "failed",
    }
}

words! {
    /// The state that a cashier asks for: is it signed in?
    SignInState {
        /// 已签到
        SignedIn = 1 "signed_in",
        /// 已签退, 未签到
        SignedOut = 2 "signed_out",
        /// 从未签到
        Never = 3 "never",
        /// 结算中
        Settling = 4 "settling",
        NotConfigured = 5 "not_configured",
    }
}

words! {
    /// Who speaks to the acquirer.
    Via {
        /// the payment terminal, over its ECR link
        Terminal = 1 "terminal",
        /// Counterfoil itself
        Host = 2 "host",
    }
}

words! {
    /// What one step of an exchange, or one rung of the ladder, looked at.
    StepName {
        /// our clock beside the host's
        Clock = 1 "clock",
        /// 链路: carrier of the interfaces
        Link = 2 "link",
        /// an address of our own
        Address = 3 "address",
        /// 网关
        Gateway = 4 "gateway",
        /// 域名解析
        Dns = 5 "dns",
        /// connecting
        Tcp = 6 "tcp",
        Tls = 7 "tls",
        /// 回响测试
        Echo = 8 "echo",
        /// terminal and merchant number
        Identity = 9 "identity",
        /// 密钥
        Keys = 10 "keys",
        /// 批次
        Batch = 11 "batch",
        /// 重复终端
        DuplicateTerminal = 12 "duplicate_terminal",
        /// the line to the payment terminal
        EcrLink = 13 "ecr_link",
        TerminalBusy = 14 "terminal_busy",
        /// our frame left
        Send = 15 "send",
        /// a whole frame came back
        Answer = 16 "answer",
        /// the answer is one, and to this question
        Check = 17 "check",
        /// 应答码
        Code = 18 "code",
        /// 上送结束: the message that closes a settlement
        End = 19 "end",
    }
}

/// One step in the order tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub name: StepName,
    /// `None`: not measured, which is never ok.
    pub ok: Option<bool>,
    /// How long it took; 0 where nothing was measured.
    pub ms: u64,
    /// The measured value, as `10.0.0.1:8583 refused`; English, empty where there is nothing to say.
    pub detail: String,
    /// The same for a console of any language; `None` where no daemon of that age said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

impl Step {
    /// The failed step that names the cause: of the hosts tried for the last request the one that came furthest, of equals the
    /// first. Steps stand in the order tried, so with two hosts it is not always the last one.
    pub fn decisive(steps: &[Step]) -> Option<&Step> {
        let mut begun = 0;
        let mut sent = false;
        for (place, step) in steps.iter().enumerate() {
            match step.name {
                // a request behind one that left is another request
                StepName::Dns if sent => (begun, sent) = (place, false),
                StepName::Send if step.ok == Some(true) => sent = true,
                _ => {}
            }
        }
        let failed = steps.iter().skip(begun).filter(|step| step.ok == Some(false));
        failed.fold(None, |best: Option<&Step>, step| match best {
            Some(best) if best.name.reach() >= step.name.reach() => Some(best),
            _ => Some(step),
        })
    }
}

impl StepName {
    /// How far a request came that ended there.
    const fn reach(self) -> u8 {
        match self {
            StepName::Clock => 0,
            StepName::Link | StepName::Address | StepName::Gateway => 1,
            StepName::Dns => 2,
            StepName::Tcp | StepName::EcrLink => 3,
            StepName::Tls | StepName::TerminalBusy => 4,
            StepName::Send => 5,
            StepName::Answer | StepName::Echo => 6,
            StepName::Check => 7,
            StepName::Code | StepName::Identity => 8,
            StepName::Keys => 9,
            StepName::Batch | StepName::DuplicateTerminal => 10,
            StepName::End => 11,
        }
    }
}

/// The answer of `sign-in`, `sign-out` and `echo`; kept as `last_sign_in` too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInAnswer {
    pub outcome: SignInOutcome,
    /// 应答码, field 39, where one came.
    pub code: Option<String>,
    /// `None` when it succeeded.
    pub cause: Option<SignInCause>,
    /// Other causes that fit, likeliest first.
    pub candidates: Vec<SignInCause>,
    /// 批次号, six digits.
    pub batch: Option<String>,
    /// The host's clock, in the shop's zone.
    pub host_time: Option<Moment>,
    pub steps: Vec<Step>,
    pub message: String,
    pub action: String,
    pub at: Moment,
}

/// How many, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Total {
    pub count: u32,
    pub amount: Fen,
}

impl Total {
    /// One more; an amount beyond [`Fen::MAX`] stays there.
    fn add(&mut self, amount: Fen) {
        self.count = self.count.saturating_add(1);
        self.amount = Fen::new(self.amount.get().saturating_add(amount.get())).unwrap_or(Fen::MAX);
    }
}

/// 批总计: what stands in a batch, by side and by origin of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BatchTotals {
    /// 内卡借记
    pub debit: Total,
    /// 内卡贷记
    pub credit: Total,
    /// 外卡借记
    pub foreign_debit: Total,
    /// 外卡贷记
    pub foreign_credit: Total,
}

impl BatchTotals {
    /// Counts one approved transaction by the rules of INTERFACES §5; kinds that move no money (`preauth`,
    /// `preauth_void`) don't count. A voided sale stays a debit, its void is a credit.
    pub fn add(&mut self, kind: Kind, card_kind: Option<CardKind>, amount: Fen) {
        let debit = match kind {
            Kind::Sale | Kind::PreauthComplete | Kind::OfflineSale | Kind::Tip => true,
            Kind::Refund | Kind::Void | Kind::PreauthCompleteVoid => false,
            Kind::Preauth | Kind::PreauthVoid => return,
        };
        let foreign = card_kind == Some(CardKind::Foreign);
        match (debit, foreign) {
            (true, false) => self.debit.add(amount),
            (false, false) => self.credit.add(amount),
            (true, true) => self.foreign_debit.add(amount),
            (false, true) => self.foreign_credit.add(amount),
        }
    }
}

/// The answer of `settle`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleAnswer {
    pub outcome: SettleOutcome,
    pub code: Option<String>,
    pub batch: Option<String>,
    pub ours: BatchTotals,
    /// `None`: the host or the terminal told none.
    pub host: Option<BatchTotals>,
    pub cause: Option<SignInCause>,
    pub candidates: Vec<SignInCause>,
    pub steps: Vec<Step>,
    pub message: String,
    pub action: String,
    pub at: Moment,
}

/// The answer of `acquirer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcquirerAnswer {
    pub state: SignInState,
    pub via: Option<Via>,
    pub terminal_id: Option<String>,
    pub merchant_id: Option<String>,
    pub batch: Option<String>,
    pub last_sign_in: Option<SignInAnswer>,
    /// 未结: of the current batch.
    pub open: Total,
}

/// One finding of `diagnose`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInFinding {
    pub finding: StepName,
    /// `None`: not measured.
    pub ok: Option<bool>,
    pub ms: u64,
    pub detail: String,
    pub cause: Option<SignInCause>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_keep_their_numbers_and_words() {
        assert_eq!(SignInCause::ALL.len(), 34);
        for (place, cause) in SignInCause::ALL.iter().enumerate() {
            assert_eq!(usize::from(cause.code()), place + 1, "{cause}");
            assert_eq!(SignInCause::from_word(cause.word()), Some(*cause));
        }
        assert_eq!(SignInCause::UnknownCode.code(), 34);
        assert_eq!(SignInCause::KeyCheckFailed.word(), "key_check_failed");
    }

    #[test]
    fn of_two_hosts_the_step_of_the_one_that_came_furthest_names_the_cause() {
        let steps = |told: &[(StepName, bool, &str)]| -> Vec<Step> {
            let step = |(name, ok, detail): &(StepName, bool, &str)| Step {
                name: *name,
                ok: Some(*ok),
                ms: 0,
                detail: (*detail).to_owned(),
                measured: None,
            };
            told.iter().map(step).collect()
        };
        let named = |told: &[(StepName, bool, &str)]| Step::decisive(&steps(told)).map(|step| step.detail.clone());
        use StepName::{Answer, Code, Dns, Send, Tcp, Tls};
        let refused = [(Dns, true, ""), (Tcp, false, "refused"), (Dns, true, ""), (Tcp, false, "not answered")];
        assert_eq!(named(&refused).as_deref(), Some("refused"), "of equals the first");
        let further =
            [(Dns, true, ""), (Tcp, true, ""), (Tls, false, "expired"), (Dns, true, ""), (Tcp, false, "dead")];
        assert_eq!(named(&further).as_deref(), Some("expired"));
        let further =
            [(Dns, true, ""), (Tcp, false, "dead"), (Dns, true, ""), (Tcp, true, ""), (Tls, false, "expired")];
        assert_eq!(named(&further).as_deref(), Some("expired"));
        let again =
            [(Dns, true, ""), (Send, true, ""), (Answer, false, "silent"), (Dns, true, ""), (Tcp, false, "refused")];
        assert_eq!(named(&again).as_deref(), Some("refused"), "of the request before it nobody asks any more");
        assert_eq!(named(&[(Dns, true, ""), (Send, true, ""), (Code, true, "00")]), None);
    }

    #[test]
    fn a_batch_is_counted_by_side_and_by_origin_of_the_card() {
        let mut totals = BatchTotals::default();
        let fen = |n| Fen::new(n).unwrap();
        for (kind, card_kind, amount) in [
            (Kind::Sale, Some(CardKind::Debit), 100),
            (Kind::Void, Some(CardKind::Debit), 100),
            (Kind::Tip, None, 20),
            (Kind::OfflineSale, None, 3),
            (Kind::PreauthComplete, Some(CardKind::Foreign), 7),
            (Kind::PreauthCompleteVoid, Some(CardKind::Foreign), 5),
            (Kind::Preauth, None, 1_000),
            (Kind::PreauthVoid, None, 1_000),
            (Kind::Refund, None, 1),
        ] {
            totals.add(kind, card_kind, fen(amount));
        }
        assert_eq!(totals.debit, Total { count: 3, amount: fen(123) });
        assert_eq!(totals.credit, Total { count: 2, amount: fen(101) });
        assert_eq!(totals.foreign_debit, Total { count: 1, amount: fen(7) });
        assert_eq!(totals.foreign_credit, Total { count: 1, amount: fen(5) });
    }

    #[test]
    fn a_step_that_measured_nothing_says_null() {
        let step = Step { name: StepName::Tls, ok: None, ms: 0, detail: String::new(), measured: None };
        assert_eq!(serde_json::to_string(&step).unwrap(), r#"{"name":"tls","ok":null,"ms":0,"detail":""}"#);
    }
}
