//! The sign-in in the words of the shop: for each cause one sentence of what is wrong, one of what to do now, and what not to
//! do. For the command line and the console.

use model::{Language, SettleOutcome, SignInCause as Cause, SignInOutcome, SignInState, StepName};

use super::codes::either;

/// What is wrong, in one sentence.
pub fn cause(cause: Cause, language: Language) -> &'static str {
    let (zh, en) = match cause {
        Cause::NotConfigured => {
            ("还没有设置收单机构，或设置有误", "the acquirer is not set up, or its settings are wrong")
        }
        Cause::NoLink => ("网线没插好，或无线网没连上", "no network cable or Wi-Fi is connected"),
        Cause::NoAddress => ("本机没有拿到网络地址", "this machine has no network address"),
        Cause::NoGateway => ("路由器没有反应", "the router does not answer"),
        Cause::DnsFailed => ("查不到主机的域名", "the host's name cannot be looked up"),
        Cause::Unreachable => ("连不上收单主机", "the host cannot be reached"),
        Cause::ConnectionRefused => ("收单主机拒绝连接", "the host refuses the connection"),
        Cause::TlsExpired => ("收单主机的证书已过期", "the host's certificate has expired"),
        Cause::TlsUntrusted => ("收单主机的证书不可信", "the host's certificate is not trusted"),
        Cause::TlsWrongName => ("收单主机的证书名字不对", "the host's certificate is for another name"),
        Cause::TlsFailed => ("加密连接建立失败", "no encrypted connection could be made"),
        Cause::ClockWrong => ("本机的日期或时间不对", "this machine's date or time is wrong"),
        Cause::ConnectionDropped => ("请求没发完，连接就断了", "the connection broke while sending"),
        Cause::NoResponse => ("主机收到请求，但没有应答", "the host took the request and did not answer"),
        Cause::MalformedResponse => ("收到的应答看不懂", "the answer cannot be read"),
        Cause::MismatchedResponse => ("收到的是别的请求的应答", "the answer belongs to another request"),
        Cause::Addressing => ("主机不认识我们的 TPDU 或报文头", "the host does not know our TPDU or header"),
        Cause::MerchantNotRegistered => ("商户号没有登记", "the merchant number is not registered"),
        Cause::TerminalNotRegistered => ("终端号没有登记", "the terminal number is not registered"),
        Cause::TerminalNotPermitted => ("终端被停用，或不允许使用", "the terminal is stopped or not permitted"),
        Cause::HostFault => ("收单主机自己出了故障", "the host has a fault of its own"),
        Cause::HostBusy => ("收单主机正忙（日切）", "the host is busy (turn of its day)"),
        Cause::FunctionNotSupported => ("这项功能没有开通", "this function is not open"),
        Cause::FormatRefused => ("主机认为报文格式不对", "the host does not accept the format"),
        Cause::KeyCheckFailed => ("密钥校验不通过", "the keys fail their check"),
        Cause::MasterKeyMissing => ("没有可用的主密钥", "there is no usable master key"),
        Cause::KeyLayoutUnknown => ("主机发来的密钥格式不认识", "the keys came in an unknown layout"),
        Cause::BatchOpen => ("批次还没结算，要先结算", "a batch is not settled, and must be first"),
        Cause::HostStateDiffers => ("批次或签到状态与主机不一致", "batch or sign-in differ from the host's"),
        Cause::DuplicateTerminal => ("另一台设备在用同一个终端号", "another device uses the same terminal number"),
        Cause::MacMismatch => ("MAC 校验不通过", "the MAC check failed: keys or algorithm differ"),
        Cause::TerminalNotAnswering => ("POS 终端没有反应", "the payment terminal does not answer"),
        Cause::TerminalBusy => ("POS 终端正忙", "the payment terminal is busy"),
        Cause::UnknownCode => ("主机的应答码不认识", "the answer code is not known"),
    };
    either(language, zh, en)
}

/// The same where the other causes that fit say more: an answer of another terminal belongs to no other request.
pub fn cause_beside(it: Cause, candidates: &[Cause], language: Language) -> &'static str {
    match (it, candidates.first()) {
        (Cause::MismatchedResponse, Some(Cause::NotConfigured)) => {
            either(language, "线上接的是另一台 POS 终端", "another payment terminal is on the line")
        }
        _ => cause(it, language),
    }
}

/// What was asked of the acquirer, where that changes what staff do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// 签到, or a diagnosis of it
    SignIn,
    /// 结算
    Settle,
    /// 签退, 回响测试
    Other,
}

/// What staff do now, in one sentence. `candidates` decide where one cause has two remedies.
pub fn action(asked: Asked, cause: Cause, candidates: &[Cause], language: Language) -> String {
    let own = match (asked, cause, candidates.first()) {
        (Asked::Settle, ..) => settle_action(cause, language),
        // a check value that is right proves the master key
        (_, Cause::KeyCheckFailed, Some(Cause::KeyLayoutUnknown)) => Some(either(
            language,
            "主密钥是对的：请与收单机构核对 network_code 和 key_layout",
            "check network_code and key_layout with the acquirer: the master key is the right one",
        )),
        (_, Cause::MismatchedResponse, Some(Cause::NotConfigured)) => Some(either(
            language,
            "请对照 POS 终端的签购单核对配置里的终端号，看线接的是不是这台",
            "compare terminal_id of the config with the terminal's slip, and the line with the terminal",
        )),
        _ => None,
    };
    let general = || match asked {
        Asked::Other => sign_in_action(cause, language)
            .replace("请再签到一次", "请再试一次")
            .replace("再签到", "再试")
            .replace("sign in again", "try again"),
        Asked::SignIn | Asked::Settle => sign_in_action(cause, language).to_owned(),
    };
    own.map_or_else(general, str::to_owned)
}

/// What staff do after a settlement that did not balance: nothing counts twice, and signing in settles nothing.
fn settle_action(cause: Cause, language: Language) -> Option<&'static str> {
    let (zh, en) = match cause {
        Cause::NoLink => ("请插好网线或连上无线网，再结算", "connect the cable or Wi-Fi, then settle again"),
        Cause::NoAddress => ("请重启路由器，再结算", "restart the router, then settle again"),
        Cause::NoGateway => ("请看路由器是否开着，再结算", "check that the router is on, then settle again"),
        Cause::ClockWrong => ("请把本机日期时间调对，再结算", "set date and time, then settle again"),
        Cause::ConnectionDropped
        | Cause::NoResponse
        | Cause::Addressing
        | Cause::MalformedResponse
        | Cause::MismatchedResponse => (
            "请再结算一次，不会重复计；还不行，问收单机构这个批次结了没有",
            "settle again, it does not count twice; if it stays, ask the acquirer whether the batch is settled",
        ),
        Cause::HostFault => (
            "请等几分钟再结算；还不行，打收单机构电话",
            "wait some minutes and settle again; if it stays, call the acquirer",
        ),
        Cause::HostBusy => ("请等 5 到 15 分钟再结算", "wait 5 to 15 minutes and settle again"),
        Cause::HostStateDiffers => (
            "请先签到，再结算一次；还不行，与收单机构核对批次",
            "sign in, then settle again; if it stays, compare the batch with the acquirer",
        ),
        Cause::BatchOpen => (
            "请先让 POS 终端上送明细，再结算一次",
            "have the payment terminal upload its transactions, then settle again",
        ),
        Cause::DuplicateTerminal => (
            "请找到用同一终端号的另一台设备并关掉，再签到、结算",
            "find the other device with this number and switch it off; then sign in and settle",
        ),
        Cause::TerminalNotAnswering => (
            "请看 POS 终端是否开机、是否已经结算，再结算一次",
            "look at the terminal: is it on, and has it settled? Then settle again",
        ),
        Cause::TerminalBusy => {
            ("请先在 POS 终端上做完或取消，再结算", "finish or cancel what the terminal is doing, then settle again")
        }
        _ => return None,
    };
    Some(either(language, zh, en))
}

/// By what it is told that this one of several candidates is the cause.
pub fn told_by(cause: Cause, language: Language) -> &'static str {
    let (zh, en) = match cause {
        Cause::NotConfigured => ("配置里的号码与签购单不同", "the config's numbers differ from the slip's"),
        Cause::NoLink => ("网口灯不亮，或无线图标断开", "the port's lamp is off, or Wi-Fi shows no link"),
        Cause::NoAddress => ("其他设备也上不了网", "other devices have no network either"),
        Cause::NoGateway => ("同一网络的手机也上不了网", "a phone in the same network is offline, too"),
        Cause::DnsFailed => ("用 IP 地址就连得上", "it works by the host's IP address"),
        Cause::Unreachable => ("换手机热点就连得上", "it works over a phone's hotspot"),
        Cause::ConnectionRefused => ("收单机构说端口换了", "the acquirer has changed the port"),
        Cause::TlsExpired => ("本机日期是对的", "this machine's date is right"),
        Cause::TlsUntrusted => ("收单机构换过 CA 证书", "the acquirer has changed its CA"),
        Cause::TlsWrongName => ("收单机构换过域名", "the acquirer has changed its name"),
        Cause::TlsFailed => ("收单机构说端口用加密", "the acquirer says that the port is encrypted"),
        Cause::ClockWrong => ("本机日期与手机不同", "this machine's date differs from a phone's"),
        Cause::ConnectionDropped => ("换手机热点就好", "it works over a phone's hotspot"),
        Cause::NoResponse => ("检查里“回响测试”也没有应答", "the echo below is not answered either"),
        Cause::MalformedResponse => ("每次应答都不完整", "each answer breaks off"),
        Cause::MismatchedResponse => ("再试一次就好", "it is gone at the next try"),
        Cause::Addressing => ("回响测试也不应答，别的店正常", "the echo fails, too, and other shops work"),
        Cause::MerchantNotRegistered => ("商户号与旧签购单不同", "the merchant number differs from an old slip's"),
        Cause::TerminalNotRegistered => ("终端号与旧签购单不同", "the terminal number differs from an old slip's"),
        Cause::TerminalNotPermitted => ("收单机构查到终端停用", "the acquirer finds the terminal stopped"),
        Cause::HostFault => ("别的店也不行", "other shops fail, too"),
        Cause::HostBusy => ("15 分钟后就好", "it is gone after 15 minutes"),
        Cause::FunctionNotSupported => ("收单机构说没有开通", "the acquirer has not opened it"),
        Cause::FormatRefused => ("从装好起就没成功过", "it has never worked since it was set up"),
        Cause::KeyCheckFailed => ("检查里“密钥”有问题", "the keys below are wrong"),
        Cause::MasterKeyMissing => ("收单机构查不到终端密钥", "the acquirer has no key for this terminal"),
        Cause::KeyLayoutUnknown => ("收单机构说密钥格式不同", "the acquirer names another key layout"),
        Cause::BatchOpen => ("“未结”不是 0", "\"open\" above is not 0"),
        Cause::HostStateDiffers => ("签到后就好", "a sign-in helps"),
        Cause::DuplicateTerminal => ("签到后过一会儿又报错", "it comes back some time after each sign-in"),
        Cause::MacMismatch => ("签到后第一笔就报错", "the first sale after each sign-in fails"),
        Cause::TerminalNotAnswering => ("POS 终端黑屏，或线松了", "the terminal is dark, or its cable loose"),
        Cause::TerminalBusy => ("POS 终端不在主界面", "the terminal does not show its main menu"),
        Cause::UnknownCode => ("应答码表里没有这个码", "the acquirer's list has the code"),
    };
    either(language, zh, en)
}

/// What staff do after a sign-in that failed.
fn sign_in_action(cause: Cause, language: Language) -> &'static str {
    let (zh, en) = match cause {
        Cause::NotConfigured => (
            "请安装人员补全配置里的 [acquirer]，再重启打印服务",
            "have [acquirer] of the config completed, then restart the spooler",
        ),
        Cause::NoLink => ("请插好网线或连上无线网，再签到", "connect the cable or Wi-Fi, then sign in again"),
        Cause::NoAddress => ("请重启路由器，再签到", "restart the router, then sign in again"),
        Cause::NoGateway => ("请看路由器是否开着，再签到", "check that the router is on, then sign in again"),
        Cause::DnsFailed => (
            "请检查路由器的 DNS；向收单机构要主机的 IP 地址",
            "check the router's DNS; ask the acquirer for the host's address",
        ),
        Cause::Unreachable => (
            "请检查网络；还不行，把主机地址和端口报给收单机构",
            "check the network; if it stays, tell the acquirer host and port",
        ),
        Cause::ConnectionRefused => ("请与收单机构核对主机地址和端口", "check host and port with the acquirer"),
        Cause::TlsExpired => {
            ("先看本机日期对不对，再通知收单机构换证书", "check this machine's date, then tell the acquirer")
        }
        Cause::TlsUntrusted => ("请向收单机构要 CA 证书，放进配置", "ask the acquirer for its CA certificate"),
        Cause::TlsWrongName => ("请与收单机构核对 server_name", "check server_name with the acquirer"),
        Cause::TlsFailed => ("请问收单机构这个端口是否用 TLS", "ask the acquirer whether this port speaks TLS"),
        Cause::ClockWrong => ("请把本机日期时间调对，再签到", "set date and time, then sign in again"),
        Cause::ConnectionDropped => (
            "请再签到一次；还不行，与收单机构查防火墙和线路",
            "sign in again; if it stays, check firewall and line with the acquirer",
        ),
        Cause::NoResponse => (
            "请等一分钟再签到；还不行，打收单机构电话",
            "wait a minute and sign in again; if it stays, call the acquirer",
        ),
        Cause::MalformedResponse | Cause::MismatchedResponse => (
            "请再签到一次；还不行，把本页内容报给收单机构",
            "sign in again; if it stays, tell the acquirer what stands here",
        ),
        Cause::Addressing => ("请与收单机构核对 TPDU 和报文头", "check tpdu and header with the acquirer"),
        Cause::MerchantNotRegistered => (
            "请对照旧签购单核对商户号，再打收单机构电话",
            "compare the merchant number with an old slip; call the acquirer",
        ),
        Cause::TerminalNotRegistered => (
            "请对照旧签购单核对终端号，再打收单机构电话",
            "compare the terminal number with an old slip; call the acquirer",
        ),
        Cause::TerminalNotPermitted => {
            ("请打收单机构电话：终端被停用或绑在别处", "call the acquirer: the terminal is stopped or bound elsewhere")
        }
        Cause::HostFault => (
            "请等几分钟再签到；还不行，问收单机构终端密钥是否已装",
            "wait some minutes and sign in again; then ask whether the terminal key is loaded",
        ),
        Cause::HostBusy => ("请等 5 到 15 分钟再试", "wait 5 to 15 minutes and try again"),
        Cause::FunctionNotSupported => {
            ("请在 POS 终端上操作，或请收单机构开通", "do it at the payment terminal, or ask the acquirer to open it")
        }
        Cause::FormatRefused => {
            ("请与收单机构核对 network_code、TPDU 和报文头", "check network_code, tpdu and header with the acquirer")
        }
        Cause::KeyCheckFailed => (
            "请再签到一次；还不行，先结算，再请收单机构重装主密钥",
            "sign in once more; if it stays, settle and have the master key loaded anew",
        ),
        Cause::MasterKeyMissing => {
            ("请安装人员放好主密钥文件（权限 0600）", "have the installer put the master key file in place, mode 0600")
        }
        Cause::KeyLayoutUnknown => {
            ("请与收单机构核对 network_code 和 key_layout", "check network_code and key_layout with the acquirer")
        }
        Cause::BatchOpen => ("请先结算，再签到", "settle first, then sign in again"),
        Cause::HostStateDiffers => {
            ("请签到；还不行，先结算、签退，再签到", "sign in; if that does not help, settle, sign out, sign in")
        }
        Cause::DuplicateTerminal => (
            "请找到用同一终端号的另一台设备并关掉，再签到",
            "find the other device with this number and switch it off; then sign in",
        ),
        Cause::MacMismatch => (
            "请停止刷卡，打收单机构电话核对 MAC 算法",
            "stop charging cards; call the acquirer about the MAC algorithm",
        ),
        Cause::TerminalNotAnswering => (
            "请看 POS 终端是否开机、连线是否插好、是否在主界面",
            "check that the terminal is on, its cable, and that it shows its main menu",
        ),
        Cause::TerminalBusy => {
            ("请先在 POS 终端上做完或取消，再试", "finish or cancel what the terminal is doing, then try again")
        }
        Cause::UnknownCode => ("请把应答码报给收单机构", "tell the acquirer the code"),
    };
    either(language, zh, en)
}

/// What nobody must do while it is not signed in.
pub fn never_again(language: Language) -> &'static str {
    either(
        language,
        "不要重复收款：先查询上一笔有没有成功",
        "don't charge again: first query whether the last payment went through",
    )
}

/// The state, as a cashier says it.
pub fn state(state: SignInState, language: Language) -> &'static str {
    let (zh, en) = match state {
        SignInState::SignedIn => ("已签到", "signed in"),
        SignInState::SignedOut => ("未签到", "not signed in"),
        SignInState::Never => ("从未签到", "never signed in"),
        SignInState::Settling => ("结算中", "settling"),
        SignInState::NotConfigured => ("未设置收单", "no acquirer"),
    };
    either(language, zh, en)
}

/// How a sign-in, sign-out or echo ended.
pub fn outcome(outcome: SignInOutcome, language: Language) -> &'static str {
    let (zh, en) = match outcome {
        SignInOutcome::SignedIn => ("签到成功", "signed in"),
        SignInOutcome::SignedOut => ("签退成功", "signed out"),
        SignInOutcome::Answered => ("主机有应答", "answered"),
        SignInOutcome::Refused => ("被拒绝", "refused"),
        SignInOutcome::Failed => ("失败", "failed"),
    };
    either(language, zh, en)
}

/// How a settlement ended, in one sentence.
pub fn settled(outcome: SettleOutcome, language: Language) -> &'static str {
    let (zh, en) = match outcome {
        SettleOutcome::Balanced => ("结算完成，对账平", "settled: the totals agree"),
        SettleOutcome::Unbalanced => (
            "对账不平，批次仍未结：须由刷卡的设备上送明细",
            "the totals differ, the batch stays open: the device that took the cards must upload",
        ),
        SettleOutcome::Refused => ("结算被拒绝", "the settlement was refused"),
        SettleOutcome::Failed => ("结算失败", "the settlement failed"),
    };
    either(language, zh, en)
}

/// What staff do after totals that differ.
pub fn compare(language: Language) -> &'static str {
    either(language, "请核对两边的总计，再打收单机构电话", "compare both totals and call the acquirer")
}

/// One rung of the ladder, or one step.
pub fn step(name: StepName, language: Language) -> &'static str {
    let (zh, en) = match name {
        StepName::Clock => ("时钟", "clock"),
        StepName::Link => ("网络连线", "link"),
        StepName::Address => ("本机地址", "address"),
        StepName::Gateway => ("路由器", "router"),
        StepName::Dns => ("域名", "DNS"),
        StepName::Tcp => ("连接主机", "connection"),
        StepName::Tls => ("加密", "TLS"),
        StepName::Echo => ("回响测试", "echo"),
        StepName::Identity => ("商户号、终端号", "merchant, terminal"),
        StepName::Keys => ("密钥", "keys"),
        StepName::Batch => ("批次", "batch"),
        StepName::DuplicateTerminal => ("终端号是否重复使用", "duplicate terminal"),
        StepName::EcrLink => ("POS 终端连线", "terminal line"),
        StepName::TerminalBusy => ("POS 终端是否忙", "terminal busy"),
        StepName::Send => ("发送", "sending"),
        StepName::Answer => ("应答", "answer"),
        StepName::Check => ("应答检查", "check"),
        StepName::Code => ("应答码", "answer code"),
        StepName::End => ("结束报文", "end message"),
    };
    either(language, zh, en)
}

/// Whether a rung holds.
pub fn measured(ok: Option<bool>, language: Language) -> &'static str {
    match ok {
        Some(true) => either(language, "正常", "ok"),
        Some(false) => either(language, "有问题", "wrong"),
        None => either(language, "未测量", "not measured"),
    }
}

/// The conclusion when nothing was found.
pub fn nothing_wrong(language: Language) -> &'static str {
    either(language, "没有发现问题", "nothing wrong was found")
}

/// Labels of the command line's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    State,
    Terminal,
    Merchant,
    Batch,
    Open,
    Note,
    Code,
    Cause,
    Also,
    Do,
    HostTime,
    Ours,
    Host,
    Report,
    LastSignIn,
}

/// A label's words.
pub fn label(label: Label, language: Language) -> &'static str {
    let (zh, en) = match label {
        Label::State => ("状态", "state"),
        Label::Terminal => ("终端号", "terminal"),
        Label::Merchant => ("商户号", "merchant"),
        Label::Batch => ("批次号", "batch"),
        Label::Open => ("未结", "open"),
        Label::Note => ("注意", "note"),
        Label::Code => ("应答码", "code"),
        Label::Cause => ("原因", "cause"),
        Label::Also => ("也可能", "or"),
        Label::Do => ("请", "do"),
        Label::HostTime => ("主机时间", "host time"),
        Label::Ours => ("本机总计", "our totals"),
        Label::Host => ("主机总计", "host's totals"),
        Label::Report => ("结算单", "report"),
        Label::LastSignIn => ("上次签到", "last sign-in"),
    };
    either(language, zh, en)
}

/// What was left out of a balanced settlement.
pub fn no_report(language: Language) -> &'static str {
    either(language, "没有打印机，结算单没打", "no printer: the report was left out")
}

/// So many, and how much.
pub fn total(count: u32, amount: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{count} 笔 {amount}"),
        Language::En => format!("{count}, {amount}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_sentence_and_an_action_in_both_languages() {
        for it in Cause::ALL {
            for language in [Language::Zh, Language::En] {
                for asked in [Asked::SignIn, Asked::Settle, Asked::Other] {
                    assert!(!action(asked, *it, &[], language).is_empty(), "{it}");
                }
                assert!(!cause(*it, language).is_empty() && !told_by(*it, language).is_empty(), "{it}");
                // a banner of 80 columns has room for both
                assert!(cause(*it, language).chars().count() <= 60, "{it}");
            }
        }
    }

    #[test]
    fn after_a_settlement_nobody_is_told_only_to_sign_in() {
        for it in Cause::ALL {
            let (zh, en) =
                (action(Asked::Settle, *it, &[], Language::Zh), action(Asked::Settle, *it, &[], Language::En));
            assert!(!zh.contains("签到") || zh.contains("结算"), "{it}: {zh}");
            assert!(!en.contains("sign in") || en.contains("settle"), "{it}: {en}");
            let (zh, en) = (action(Asked::Other, *it, &[], Language::Zh), action(Asked::Other, *it, &[], Language::En));
            assert!(!zh.contains("再签到") || zh.contains("结算"), "{it}: {zh}");
            assert!(!en.contains("sign in again"), "{it}: {en}");
        }
    }

    #[test]
    fn a_right_check_value_sends_nobody_to_load_the_master_key() {
        let of = |candidate| action(Asked::SignIn, Cause::KeyCheckFailed, &[candidate], Language::Zh);
        assert!(
            of(Cause::KeyLayoutUnknown).contains("key_layout") && of(Cause::MasterKeyMissing).contains("重装主密钥")
        );
    }
}
