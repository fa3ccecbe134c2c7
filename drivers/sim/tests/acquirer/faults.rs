//! One story per switch of the host. A row of the table without a story fails.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sim::acquirer::{Breakable, FaultKind, KeyFault, MacProfile, Running};
use sim::terminal::{self, Deed};

use crate::client::{
    Answer, Heard, TOTALS, ask, code, connect, echo, exchange, host, listen, settle, sign_in, sign_off,
};
use crate::client::{hex, upload};

#[test]
fn every_switch_does_what_its_row_says() {
    for (name, ..) in FaultKind::TABLE {
        story(name);
    }
}

fn broken(faults: &[&str]) -> Running {
    let host = host();
    host.fault(faults).unwrap();
    host
}

/// A host with this fault, and what a sign-in then hears.
fn heard(fault: &str) -> (Running, Heard) {
    let host = broken(&[fault]);
    let heard = listen(host.address(), &sign_in("003"));
    (host, heard)
}

fn is_mended(host: &Running) {
    host.fault(&[]).unwrap();
    assert_eq!(code(host, &sign_in("003")), "00");
}

#[allow(clippy::too_many_lines, reason = "one arm per row of the table")]
fn story(name: &str) {
    match name {
        "refuse" => {
            let host = broken(&[name]);
            let error = TcpStream::connect(host.address()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
            is_mended(&host);
        }
        "blackhole" => {
            let host = broken(&[name]);
            let error = TcpStream::connect_timeout(&host.address(), Duration::from_millis(300)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            is_mended(&host);
        }
        "rst" => {
            let (host, heard) = heard(name);
            assert_eq!(heard, Heard::Reset);
            is_mended(&host);
        }
        "accept-close" => {
            let host = broken(&[name]);
            assert_eq!(connect(host.address()).read(&mut [0]).unwrap(), 0, "before a byte was sent");
            assert_eq!(listen(host.address(), &sign_in("003")), Heard::Closed(Vec::new()));
            is_mended(&host);
        }
        "accept-silent" => {
            let (host, heard) = heard(name);
            assert_eq!((heard, host.state().unwrap().exchanges), (Heard::Silence(Vec::new()), 0));
            is_mended(&host);
        }
        "close-after-request" => {
            let (host, heard) = heard(name);
            assert_eq!((heard, host.state().unwrap().exchanges), (Heard::Closed(Vec::new()), 0));
        }
        "no-answer" => {
            let (host, heard) = heard(name);
            assert_eq!(heard, Heard::Silence(Vec::new()));
            assert_eq!(host.state().unwrap().terminals[0].sign_ins, 1, "carried out all the same");
        }
        "drip" => {
            let host = broken(&["drip=100"]);
            let mut stream = connect(host.address());
            stream.write_all(&sign_in("003")).unwrap();
            let mut space = [0; 512];
            let first = stream.read(&mut space).unwrap();
            assert!(first < 123, "{first} at once");
        }
        "late" => assert_eq!(code(&broken(&["late=1"]), &sign_in("003")), "00"),
        "half-frame" => {
            let (_host, heard) = heard(name);
            let Heard::Closed(bytes) = heard else { panic!("{heard:?}") };
            assert_eq!((bytes.len(), bytes[1]), (123 / 2, 121));
        }
        "stall" => {
            let (_host, heard) = heard(name);
            let Heard::Silence(bytes) = heard else { panic!("{heard:?}") };
            assert_eq!((bytes.len(), bytes[1]), (123 / 2, 121));
        }
        "len+1" => {
            let (_host, heard) = heard(name);
            let Heard::Closed(bytes) = heard else { panic!("{heard:?}") };
            assert_eq!((bytes.len(), bytes[1]), (123, 122));
        }
        "len-1" => {
            let (_host, heard) = heard(name);
            let Heard::Silence(bytes) = heard else { panic!("{heard:?}") };
            assert_eq!((bytes.len(), bytes[1]), (123, 120));
        }
        "extra-bytes" => {
            let (_host, heard) = heard(name);
            let Heard::Silence(bytes) = heard else { panic!("{heard:?}") };
            assert_eq!((bytes.len(), bytes[1], &bytes[123..]), (131, 121, &b"EXTRA..."[..]));
        }
        "garbage" => assert_eq!(Answer::read(&exchange(broken(&[name]).address(), &sign_in("003"))), None),
        "oversized" => assert_eq!(exchange(broken(&[name]).address(), &sign_in("003")).len(), 65_537),
        // needs certificates: see `tls`
        "tls" => {}
        "http" => {
            for (fault, words) in [
                ("http=500-empty", "HTTP/1.1 500 "),
                ("http=502-html", "HTTP/1.1 502 "),
                ("http=200-no-body", "HTTP/1.1 200 "),
            ] {
                let (_host, heard) = heard(fault);
                let Heard::Closed(bytes) = heard else { panic!("{heard:?}") };
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.starts_with(words), "{text}");
                assert_eq!(text.ends_with("\r\n\r\n"), fault != "http=502-html");
            }
        }
        "tpdu-strict" => {
            let host = broken(&[name]);
            assert_eq!(code(&host, &sign_in("003")), "00");
            assert_eq!(listen(host.address(), &changed(sign_in("003"), 4, 0x06)), Heard::Closed(Vec::new()));
        }
        "tpdu-noswap" => {
            assert_eq!(ask(&host(), &sign_in("003")).tpdu, hex("6000000003"));
            assert_eq!(ask(&broken(&[name]), &sign_in("003")).tpdu, hex("6000030000"));
        }
        "header-strict" => {
            let host = broken(&[name]);
            assert_eq!(code(&host, &sign_in("003")), "00");
            assert_eq!(listen(host.address(), &changed(sign_in("003"), 8, 0x21)), Heard::Closed(Vec::new()));
        }
        "code" => {
            let host = broken(&["code=97@0800/003*2", "code=96@0820~"]);
            let codes = [(); 3].map(|()| code(&host, &sign_in("003")));
            assert_eq!(codes, ["97", "97", "00"]);
            assert_eq!([(); 3].map(|()| code(&host, &echo("000001"))), ["96"; 3], "until a sign-off");
            host.fault(&["code=22@0820/301~"]).unwrap();
            assert_eq!(code(&host, &echo("000001")), "22");
            assert_eq!(code(&host, &sign_off("000001")), "00");
            assert_eq!(host.state().unwrap().faults, []);
        }
        "clock" => {
            let host = broken(&["clock=+400"]);
            host.tell(r#"{"set":{"pin":{"time":"2026-12-31T23:59:00"}}}"#).unwrap();
            let answer = ask(&host, &sign_in("003"));
            assert_eq!((answer.text(13), answer.text(12)), ("0101".to_owned(), "000540".to_owned()));
            host.fault(&["clock=-60"]).unwrap();
            assert_eq!(ask(&host, &sign_in("003")).text(12), "235800");
        }
        "keys" => KeyFault::ALL.iter().copied().for_each(keys),
        "batch" => {
            let host = broken(&["batch=000123*1"]);
            assert_eq!(ask(&host, &sign_in("003")).batch(), "000123");
            assert_eq!(code(&host, &echo("000123")), "00");
        }
        "batch-jump" => {
            let host = broken(&[name]);
            assert_eq!([(); 2].map(|()| ask(&host, &sign_in("003")).batch()), ["000008", "000015"]);
        }
        "require-settle" => {
            let host = broken(&[name]);
            assert_eq!(code(&host, &sign_in("003")), "77");
            assert_eq!(ask(&host, &settle("000001")).mti, "0510");
            assert_eq!(code(&host, &upload("000001", "207")), "77", "it goes on as usual: not signed in");
            assert_eq!(code(&host, &sign_in("003")), "00");
        }
        "second-terminal" => {
            let host = host();
            code(&host, &sign_in("003"));
            let checks = |host: &Running| host.state().unwrap().terminals[0].key_checks.clone().unwrap();
            let before = checks(&host);
            host.fault(&["second-terminal*1"]).unwrap();
            assert_ne!(checks(&host), before, "at once");
            assert_eq!(code(&host, &echo("000001")), "00", "an echo needs no keys");
            host.fault(&["second-terminal=batch"]).unwrap();
            assert_eq!(code(&host, &echo("000001")), "77");
            assert_eq!(code(&host, &sign_in("003")), "00");
            assert_eq!(code(&host, &echo("000002")), "77", "and after every sign-in");
        }
        "mac" => {
            let host = host();
            let arguments = terminal::Args::tcp(SocketAddr::from(([127, 0, 0, 1], 0))).with_host(host.address());
            let device = terminal::Running::start(&arguments).unwrap();
            for profile in MacProfile::ALL {
                host.fault(&[&format!("mac={}", profile.word())]).unwrap();
                assert_eq!(device.perform(Deed::SignIn).unwrap().code, "00");
                let expected = if *profile == MacProfile::Ecb { "00" } else { "A0" };
                assert_eq!(device.perform(Deed::Sale(100)).unwrap().code, expected, "{}", profile.word());
            }
        }
        "echo-wrong" => {
            let good = ask(&host(), &sign_in("003"));
            for field in [11, 41, 42] {
                let wrong = ask(&broken(&[&format!("echo-wrong={field}")]), &sign_in("003"));
                let differ: Vec<u8> = [11, 41, 42].into_iter().filter(|f| good.text(*f) != wrong.text(*f)).collect();
                assert_eq!(differ, [field]);
            }
        }
        "mti" => assert_eq!(ask(&broken(&["mti=0800"]), &sign_in("003")).mti, "0800"),
        "replay-previous" => {
            let host = host();
            let first = exchange(host.address(), &sign_in("003"));
            host.fault(&[name]).unwrap();
            assert_eq!(exchange(host.address(), &echo("000001")), first);
        }
        "no-39" => assert!(!ask(&broken(&[name]), &sign_in("003")).has(39)),
        "echo-open" => {
            let host = broken(&[name]);
            assert_eq!(code(&host, &echo("000000")), "00");
            host.fault(&[]).unwrap();
            assert_eq!(code(&host, &echo("000000")), "77");
        }
        "settle" => settlements(),
        "upload-drop" => {
            let host = broken(&["settle=unbalanced-domestic", "upload-drop=1"]);
            code(&host, &sign_in("003"));
            ask(&host, &settle("000001"));
            assert_eq!(code(&host, &upload("000001", "201")), "00");
            assert_eq!(listen(host.address(), &upload("000001", "201")), Heard::Closed(Vec::new()));
            assert!(host.state().unwrap().terminals[0].settling, "to be resumed");
            host.fault(&[]).unwrap();
            assert_eq!(code(&host, &upload("000001", "201")), "00");
            assert_eq!(code(&host, &upload("000001", "202")), "00");
        }
        "demand" => {
            let host = broken(&["demand=3*1"]);
            assert_eq!(ask(&host, &sign_in("003")).header, hex("603103311000"));
            assert_eq!(ask(&host, &sign_in("003")).header, hex("603100311000"));
        }
        other => panic!("{other} has no story"),
    }
}

fn changed(mut bytes: Vec<u8>, at: usize, byte: u8) -> Vec<u8> {
    bytes[at] = byte;
    bytes
}

/// Field 62 with and without the fault, the keys held still.
fn keys(fault: KeyFault) {
    let host = host();
    let key = "0123456789ABCDEF0123456789ABCDEF";
    host.tell(&format!(r#"{{"set":{{"pin":{{"keys":["{key}","{key}","{key}"]}}}}}}"#)).unwrap();
    let good = ask(&host, &sign_in("003")).fields[&62].clone();
    host.fault(&[&format!("keys={}*1", fault.word())]).unwrap();
    let bad = ask(&host, &sign_in("003")).fields.get(&62).cloned();
    let differs = |at: usize| bad.as_ref().unwrap()[at] != good[at];
    let count = bad.as_ref().map(|bad| bad.iter().zip(&good).filter(|(bad, good)| bad != good).count());
    match fault {
        KeyFault::WrongTmk => assert!(differs(0) && differs(20) && !differs(16) && !differs(36)),
        KeyFault::FlipPikKcv => assert_eq!((count, differs(16)), (Some(1), true)),
        KeyFault::FlipMakKcv => assert_eq!((count, differs(36)), (Some(1), true)),
        KeyFault::KcvAt28 => {
            let bad = bad.unwrap();
            assert_eq!((&bad[..28], &bad[28..32], &bad[32..]), (&good[..28], &good[36..], &[0; 8][..]));
        }
        KeyFault::Bytes32 => assert_eq!(bad.unwrap(), [&good[..28], &good[36..]].concat()),
        KeyFault::Bytes39 => assert_eq!(bad.unwrap(), good[..39]),
        KeyFault::No62 => assert_eq!(bad, None),
        KeyFault::Sm4 => assert_eq!(bad.unwrap().len(), 60),
        KeyFault::Tagged => {
            let bad = bad.unwrap();
            assert_eq!((bad.len(), bad[0], bad[25], bad[50]), (75, 1, 2, 3));
        }
    }
    assert_eq!(ask(&host, &sign_in("003")).fields[&62], good, "once");
}

fn settlements() {
    let host = host();
    code(&host, &sign_in("003"));
    for (way, results, same) in [
        ("mirror", ("1", "1"), true),
        ("balanced", ("1", "1"), false),
        ("compare", ("2", "1"), false),
        ("unbalanced-domestic", ("2", "1"), false),
        ("unbalanced-foreign", ("1", "2"), false),
        ("error", ("3", "3"), false),
    ] {
        host.fault(&[&format!("settle={way}")]).unwrap();
        let answer = ask(&host, &settle("000001")).text(48);
        assert_eq!((&answer[30..31], &answer[61..]), results, "{way}");
        let totals = |text: &str| format!("{}{}", &text[..30], &text[31..61]);
        assert_eq!(totals(&answer) == totals(TOTALS), same, "{way}");
    }
}
