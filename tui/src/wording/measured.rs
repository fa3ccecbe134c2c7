//! What a rung or a step measured, in words: the daemon says a code and its values. Short, for one column of a screen.

use model::{Language, Measured, Reading, SignInCause};

use super::{acquirer, codes::either};

/// The words; `None` for a code of a newer daemon.
pub fn measured(measured: &Measured, language: Language) -> Option<String> {
    let reading = measured.reading()?;
    Some(fill(template(reading, measured, language), &values(reading, measured, language)))
}

/// What was measured in words, or what the daemon says of it in English where it knows more than we do.
pub fn detail(said: Option<&Measured>, english: &str, language: Language) -> String {
    said.and_then(|said| measured(said, language)).unwrap_or_else(|| english.to_owned())
}

fn fill(template: &str, values: &[String]) -> String {
    let mut out = template.to_owned();
    for (place, value) in values.iter().enumerate() {
        out = out.replace(&format!("{{{place}}}"), value);
    }
    out
}

/// The values as a person reads them.
fn values(reading: Reading, measured: &Measured, language: Language) -> Vec<String> {
    let mut values = measured.args.clone();
    let mut read = |place: usize, as_read: fn(&str, Language) -> String| {
        if let Some(value) = values.get_mut(place) {
            *value = as_read(value, language);
        }
    };
    match reading {
        Reading::LastSignIn => read(0, minute),
        Reading::SaleCode => read(1, minute),
        Reading::CertificateExpired | Reading::CertificateNotYetValid => {
            read(1, minute);
            read(2, minute);
        }
        Reading::EndedBy => {
            read(0, |word, language| {
                SignInCause::from_word(word)
                    .map_or_else(|| word.to_owned(), |it| acquirer::cause(it, language).to_owned())
            });
        }
        Reading::Printer => read(0, |word, language| printer(word, language).unwrap_or(word).to_owned()),
        _ => {}
    }
    values
}

/// `2026-11-20T09:05:00.000+08:00` to the minute.
fn minute(time: &str, _: Language) -> String {
    let short: String = time.chars().take(16).collect();
    short.replacen('T', " ", 1)
}

fn printer(word: &str, language: Language) -> Option<&'static str> {
    let (zh, en) = match word {
        "paused" => ("已暂停", "paused"),
        "paper_low" => ("正常，纸快用完", "ready, paper low"),
        "ready" => ("正常", "ready"),
        "printing" => ("正在打印", "printing"),
        "blocked" => ("打不了", "cannot print"),
        "unknown" => ("还没有消息", "not heard of yet"),
        "pairing" => ("正在查询", "being asked"),
        _ => return None,
    };
    Some(either(language, zh, en))
}

fn template(reading: Reading, measured: &Measured, language: Language) -> &'static str {
    let empty = |place: usize| measured.args.get(place).is_none_or(String::is_empty);
    let (zh, en) = match reading {
        Reading::InterfaceConnected => ("{0} 已连上", "{0} is connected"),
        Reading::InterfacesDown => ("{0} 没有连上", "{0} not connected"),
        Reading::NoInterface => ("没有网卡", "no network interface"),
        Reading::NotShown => ("系统没有提供", "the system does not tell"),
        Reading::OwnAddress => ("{0}", "{0}"),
        Reading::OwnAddressOnly => ("只有自分配的 {0}", "only {0}, given by itself"),
        Reading::NoOwnAddress => ("没有地址", "no address"),
        Reading::GatewayAnswers => ("{0} 有反应", "{0} answers"),
        Reading::GatewaySilent => ("{0} 没有反应", "{0} does not answer"),
        Reading::GatewayNotAsked => ("{0} 没有问过", "{0} was not spoken to"),
        Reading::NoRoute => ("没有默认路由", "no default route"),
        Reading::HostIsHere => ("主机就在本机上，不影响", "no matter: the host is on this machine"),
        Reading::HostIsReached => ("但主机连得上，不影响", "no matter: the host is reached"),
        Reading::NoRouteNeeded => ("没有默认路由，主机不需要", "no default route; the host needs none"),
        Reading::LiteralAddress => ("配置里是地址，不用查", "an address: nothing to look up"),
        Reading::LookedUp => ("{0}", "{0}"),
        Reading::ConnectedTo => ("{0}", "{0}"),
        Reading::TlsAgreed => ("证书 {0}", "certificate for {0}"),
        Reading::PlainTcp => ("配置不用加密", "the config asks for plain TCP"),
        Reading::BytesSent => ("{0} 字节", "{0} bytes"),
        Reading::BytesCame => ("{0} 字节", "{0} bytes"),
        Reading::NameNotFound => ("{0} 查不到", "{0}: name not found"),
        Reading::LookUpTimedOut => ("{0} 查询无应答", "{0}: look-up not answered"),
        Reading::ConnectTimedOut => ("{0} 连接无应答", "{0}: not answered"),
        Reading::ConnectRefused => ("{0} 拒绝连接", "{0}: refused"),
        Reading::NetworkUnreachable => ("{0} 没有路由", "{0}: no route there"),
        Reading::HostUnreachable => ("{0} 不可达", "{0}: cannot be reached"),
        Reading::ConnectFailed => ("{0} 连接失败", "{0}: connecting failed"),
        Reading::CertificateExpired => ("证书 {1} 到期，本机时间 {2} (UTC)", "expired {1}, our clock {2} (UTC)"),
        Reading::CertificateNotYetValid => {
            ("证书 {1} 起有效，本机时间 {2} (UTC)", "valid from {1}, our clock {2} (UTC)")
        }
        Reading::CertificateUntrusted => ("{0} 的证书签发者不可信", "{0}: issuer not trusted"),
        Reading::CertificateOtherName => ("证书的名字是 {1}", "certificate for {1}"),
        Reading::PeerSpeaksPlain => ("{0} 不用加密，首字节 {1}", "{0} speaks plain, first byte {1}"),
        Reading::TlsAlert => ("{0} 报警 {1}", "{0}: alert {1}"),
        Reading::TlsClosed => ("{0} 协商中断开", "{0} closed while agreeing"),
        Reading::TlsSilent => ("{0} 协商时无应答", "{0} silent while agreeing"),
        Reading::TlsFailed => ("{0} 协商失败", "{0}: could not agree"),
        Reading::Dropped => ("{0} 提前断开", "{0} closed too early"),
        Reading::SendTimedOut => ("{0} 发送超时", "{0}: sending timed out"),
        Reading::ClosedUnanswered => ("{0} 收到后不答就断开", "{0} closed without a byte"),
        Reading::Silent => ("{0} 收到后没有应答", "{0}: no byte came"),
        Reading::CutShort => ("{0} 只来了 {1}/{2} 字节", "{0}: {1} of {2} bytes came"),
        Reading::BadLength => ("{0} 报文长度 {1} 不对", "{0}: length {1} is none"),
        Reading::Trailing => ("{0} 多出 {1} 字节", "{0}: {1} bytes too many"),
        Reading::PeerSpeaksTls => ("主机要加密，配置没有加密", "it speaks TLS, the config says plain"),
        Reading::PeerSpeaksHttp => ("答的是网页，不是收单主机", "a web server or portal answered"),
        Reading::AnswerRead => ("应答正确", "it is the right one"),
        Reading::Unreadable => ("报文看不懂", "cannot be read"),
        Reading::CodeMissing => ("没有应答码", "no answer code"),
        Reading::OtherAnswer if measured.args.first().is_some_and(|field| field == "0") => {
            ("报文类型不符", "another message type")
        }
        Reading::OtherAnswer => ("域 {0} 与请求不符", "field {0} is another"),
        Reading::AnsweredCode => ("应答码 {0}", "answered {0}"),
        Reading::AnsweredWithoutCode => ("有应答，没有应答码", "answered without a code"),
        Reading::HostCode if empty(1) => ("{0} 应答码不认识", "{0} a code that we do not know"),
        Reading::HostCode => ("{0} {1}", "{0} {2}"),
        Reading::TerminalSaid => ("{0} {1}", "{0} {1}"),
        Reading::NoHostTime => ("主机没有报时间", "no host has told its time"),
        Reading::OurYear => ("本机是 {0} 年", "our clock says {0}"),
        Reading::HostClockAhead | Reading::HostClockBehind if measured.args.first().is_some_and(|s| s == "0") => {
            ("与本机一致", "as ours")
        }
        Reading::HostClockAhead => ("主机快 {0} 秒", "host {0} s ahead"),
        Reading::HostClockBehind => ("主机慢 {0} 秒", "host {0} s behind"),
        Reading::NotConfigured => ("配置里没有，或不能用", "not in the config, or unusable"),
        Reading::ConfigUnusable => ("配置 {0} 不能用", "{0} of the config is unusable"),
        Reading::LastSignIn if empty(1) => ("上次签到 {0}", "last sign-in {0}"),
        Reading::LastSignIn => ("上次签到 {0}，应答码 {1}", "last sign-in {0}, code {1}"),
        Reading::SaleCode => ("{1} 交易应答 {0}，之前 {2} 笔正常", "a sale got {0} at {1}, {2} good before"),
        Reading::HostKnowsUs => ("主机认识本终端和商户", "the host knows terminal and merchant"),
        Reading::OnlySignInTells => ("签到才知道", "only a sign-in tells"),
        Reading::TerminalHasKeys => ("密钥在 POS 终端里", "the payment terminal has them"),
        Reading::NoKeys => ("还没有密钥", "there are none"),
        // what a cashier knows of them is that they agree; the values stand in the answer
        Reading::CheckValues => ("校验值相符", "the check values agree"),
        Reading::KeyFieldMissing => ("应答里没有密钥（域 62）", "no keys came (field 62)"),
        Reading::KeyFieldLength => ("密钥域 {0} 字节，没有这种格式", "{0} bytes of keys: no such layout"),
        Reading::CheckValuesWrong => ("校验值不对：{0}", "check values wrong: {0}"),
        Reading::MasterKeyUnusable => ("{0} 不能用", "{0} is unusable"),
        Reading::KeptKeysUnreadable => ("保存的密钥读不出来", "the kept keys cannot be read"),
        Reading::SalesApproved => ("签到后有交易成功", "sales since the sign-in were approved"),
        Reading::NoSaleYet => ("签到后还没有交易", "no sale since the sign-in"),
        Reading::SameBatch => ("与主机相同", "the host has the same"),
        Reading::Batch => ("{0}", "{0}"),
        Reading::BatchMissing => ("应答里没有批次号", "the answer names no batch"),
        Reading::BatchKept => ("应答里没有批次号，仍用 {0}", "none named: {0} is kept"),
        Reading::BatchClosedByHost => {
            ("{0}：主机已结 {1}，请核对 {2} 笔", "{0}: host closed {1}; compare {2} payments")
        }
        Reading::BatchNotSettled => ("主机 {0}，本机 {1} 有 {2} 笔未结", "host {0}, but {2} of {1} not settled"),
        Reading::BatchOvertaken => ("{0}；{1} 的 {2} 笔不是从这里结的", "{0}; {2} of {1} not settled from here"),
        Reading::BatchStillOpen => ("{0} 有 {1} 笔（{2}）未结算", "{1} of {0} ({2}) not settled"),
        Reading::TotalsAgree => ("总计相符", "the totals agree"),
        Reading::TotalsDiffer => ("总计不符", "the totals differ"),
        Reading::SettlingFailed => ("主机说结算出错", "the host says settling failed"),
        Reading::BalanceNotSaid => ("主机没说平不平", "not said whether it balances"),
        Reading::EndedBy => ("{0}", "{0}"),
        Reading::CommandUnderWay => ("正在执行一条命令", "a command is under way"),
        Reading::TerminalAnswers => ("有反应", "it answers"),
        Reading::LineInUse => ("{0} 被别的程序占用", "{0} is used by another program"),
        Reading::OnlyWhenAsked => ("签到时才知道", "only a sign-in tells"),
        Reading::LineOpen => ("{0}", "{0}"),
        Reading::LineNotOpened => ("{0} 打不开", "{0} cannot be opened"),
        Reading::NotAcknowledged => ("命令没有人接", "the command was not acknowledged"),
        Reading::TerminalRefused => ("终端不接受命令 (NAK)", "refused (NAK)"),
        Reading::TerminalNoAnswer => ("收到命令，没有应答", "took the command, did not answer"),
        Reading::TerminalGarbled => ("应答看不懂", "the answer cannot be read"),
        Reading::TerminalOtherAnswer => ("应答的不是这条命令", "answered something else"),
        Reading::OtherTerminal if empty(1) => ("是终端 {0}，不是本终端", "it is terminal {0}, not ours"),
        Reading::OtherTerminal => ("接的是终端 {0}，配置是 {1}", "it is terminal {0}, the config says {1}"),
        Reading::LineLost => ("连线断了", "the line was lost"),
        Reading::NotSupported => ("这种终端没有这个命令", "this terminal has no such command"),
        Reading::RequestNotMade => ("请求做不出来", "the request cannot be made"),
        Reading::NotMeasured => ("", ""),
        Reading::OutOfTime => ("5 秒用完了", "the 5 seconds were over"),
        Reading::Stopped => ("已停止", "stopped"),
        Reading::Printer if measured.args.get(1).is_none_or(|count| count == "0") => ("{0}", "{0}"),
        Reading::Printer => ("{0}，{1} 张在等", "{0}, {1} jobs wait"),
    };
    either(language, zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many values as any reading has.
    fn of(reading: Reading) -> Measured {
        Measured::with(reading, ["7", "8", "9"])
    }

    #[test]
    fn every_reading_has_words_in_both_languages_and_the_chinese_ones_hold_no_english() {
        for reading in Reading::ALL {
            let zh = measured(&of(*reading), Language::Zh).unwrap();
            let en = measured(&of(*reading), Language::En).unwrap();
            assert!(!zh.contains('{') && !en.contains('{'), "{reading}");
            assert_eq!(zh.is_empty(), *reading == Reading::NotMeasured, "{reading}");
            for word in zh.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1) {
                assert!(["POS", "NAK", "UTC"].contains(&word), "{reading}: {zh}");
            }
            assert!(en.is_ascii(), "{reading}: {en}");
        }
    }

    #[test]
    fn values_are_read_as_people_read_them_and_a_newer_daemon_is_heard_in_its_english() {
        let last = Measured::with(Reading::LastSignIn, ["2026-11-20T09:05:00.000+08:00", "96"]);
        assert_eq!(measured(&last, Language::Zh).unwrap(), "上次签到 2026-11-20 09:05，应答码 96");
        let code = Measured::with(Reading::HostCode, ["91", "发卡方状态不正常", "Issuer not operative"]);
        assert_eq!(measured(&code, Language::Zh).unwrap(), "91 发卡方状态不正常");
        assert_eq!(measured(&code, Language::En).unwrap(), "91 Issuer not operative");
        let unknown = Measured::with(Reading::HostCode, ["ZZ", "", ""]);
        assert_eq!(measured(&unknown, Language::Zh).unwrap(), "ZZ 应答码不认识");
        let newer = Measured { code: "moon_phase".into(), args: vec!["full".into()] };
        assert_eq!(detail(Some(&newer), "the moon is full", Language::Zh), "the moon is full");
        let short = Measured::of(Reading::CutShort);
        assert!(measured(&short, Language::En).is_some(), "values that are missing stop nothing");
    }
}
