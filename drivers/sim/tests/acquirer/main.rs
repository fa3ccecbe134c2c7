//! The acquirer's host over real sockets: the published frames byte for byte, the order of its checks, every switch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod client;
mod faults;
mod tls;

use std::io::Write;
use std::net::TcpStream;

use client::{Heard, arguments, ask, code, connect, echo, exchange, frame, hex, host, listen, read_frame};
use client::{settle, sign_in, sign_off, upload};
use sim::acquirer::{Change, Hsm, Merchant, Pin, Running, Settle, Signed, Standing, Sum, TerminalChange, Totals};

fn terminal(host: &Running, change: TerminalChange) {
    host.set(Change { terminal: Some(change), ..Change::default() }).unwrap();
}

fn pinned() -> Running {
    let host = host();
    let keys =
        ["1C2A3B4D5E6F708192A3B4C5D6E7F809", "8CA64DE9C1B123A7D3E5F7192B4D6E80", "4A5B6C7D8E9F0A1B2C3D4E5F60718293"];
    let pin = Pin { time: Some("2026-11-20T09:30:15".parse().unwrap()), keys: Some(keys.map(str::to_owned)) };
    host.set(Change { pin: Some(pin), ..Change::faults(&["batch=000002"]).unwrap() }).unwrap();
    host
}

#[test]
fn a_sign_in_is_answered_byte_for_byte_as_published() {
    let request = hex("003C 6000030000 603100311000 0800 0020000000C00012 000001 3132333435363738
                       383938313130303132333435363738 0011 000000010030 0003 303120");
    let expected = hex("0079 6000000003 603100311000 0810 003800010AC00014 000001 093015 1120 08 48021000
                        303933313035303030303031 3030 3132333435363738 383938313130303132333435363738 0011 000000020030
                        0040 9178BDAC04FD54E52CB4F6D696EB21E9 7647CD36 EA4B127DABE2158C 0000000000000000 0494F897");
    assert_eq!(request, sign_in("003"));
    assert_eq!(exchange(pinned().address(), &request), expected);
}

#[test]
fn a_refusal_is_answered_byte_for_byte_as_published() {
    let host = pinned();
    host.fault(&["code=97"]).unwrap();
    let expected = hex("003E 6000000003 603100311000 0810 0038000002C00010 000001 093015 1120 3937 3132333435363738
                        383938313130303132333435363738 0011 000000010030");
    assert_eq!(exchange(host.address(), &sign_in("003")), expected);
}

#[test]
fn the_other_published_requests_are_understood() {
    let host = pinned();
    assert_eq!(code(&host, &sign_in("003")), "00");
    let echoed = hex("0034 6000030000 603100311000 0820 0000000000C00010 3132333435363738
                      383938313130303132333435363738 0011 000000023010");
    assert_eq!(echoed, echo("000002"));
    assert_eq!((code(&host, &echoed), ask(&host, &echoed).has(11)), ("00".to_owned(), false));
    let settlement = hex("0060 6000030000 603100311000 0500 0020000000C18012 000008 3132333435363738
                          383938313130303132333435363738 0062
                          00000012340000300000000500000100000000000000000000000000000000 313536 0011 000000022010
                          0003 303120");
    assert_eq!(settlement, settle("000002"));
    let settled = ask(&host, &settlement);
    assert_eq!((settled.mti.as_str(), settled.has(39)), ("0510", false));
    assert_eq!(settled.text(48), "00000012340000300000000500000110000000000000000000000000000001");
    assert_eq!(code(&host, &upload("000002", "207")), "00");
    let off = hex("0037 6000030000 603100311000 0820 0020000000C00010 000009 3132333435363738
                   383938313130303132333435363738 0011 000000020020");
    assert_eq!(off, sign_off("000002"));
    assert_eq!(code(&host, &off), "00");
}

#[test]
fn a_day_of_one_terminal() {
    let host = host();
    assert_eq!(code(&host, &echo("000001")), "77", "nothing but a sign-in before the first one");
    assert_eq!(code(&host, &sign_off("000001")), "77");
    let first = ask(&host, &sign_in("003"));
    assert_eq!((first.text(39), first.batch()), ("00".to_owned(), "000001".to_owned()));
    let again = ask(&host, &sign_in("003"));
    assert_ne!(first.fields[&62], again.fields[&62], "every sign-in makes new keys");
    assert_eq!(again.batch(), "000001", "a second sign-in keeps the batch");
    assert_eq!(code(&host, &echo("000001")), "00");
    assert_eq!(code(&host, &echo("000002")), "77", "another batch");
    assert_eq!(code(&host, &upload("000001", "207")), "22", "no end without a settlement");
    ask(&host, &settle("000001"));
    assert_eq!(code(&host, &upload("000001", "202")), "22", "the end of an unbalanced one after a balanced answer");
    assert_eq!(code(&host, &upload("000001", "207")), "00");
    assert_eq!(code(&host, &sign_off("000001")), "00");
    assert_eq!(code(&host, &sign_off("000001")), "77", "signed off already");
    assert_eq!(ask(&host, &sign_in("003")).batch(), "000002", "the next batch comes with the next sign-in");
    assert_eq!(code(&host, &sign_off("000001")), "00", "a sign-off may be one batch away");
    let state = host.state().unwrap();
    let station = state.terminal("12345678").unwrap();
    assert_eq!((station.signed, station.batch.as_str(), station.sign_ins), (Signed::Off, "000003", 3));
}

#[test]
fn every_network_code_and_layout_has_its_length() {
    let length = |host: &Running, code| ask(host, &sign_in(code)).fields[&62].len();
    let usual = host();
    assert_eq!(["001", "003", "004", "006"].map(|code| length(&usual, code)), [24, 40, 60, 60]);
    for (layout, bytes) in [("double", 40), ("short", 32), ("single", 24), ("sm4", 60), ("tagged", 75)] {
        usual.tell(&format!(r#"{{"set":{{"layout":"{layout}"}}}}"#)).unwrap();
        assert_eq!(length(&usual, "003"), bytes, "{layout}");
    }
    assert_eq!(code(&usual, &sign_in("360")), "40");
}

#[test]
fn the_checks_come_in_their_order() {
    let host = host();
    let of = |standing| TerminalChange { standing: Some(standing), ..TerminalChange::default() };
    for (standing, sign, other) in [
        (Standing::Missing, "97", "97"),
        (Standing::Stopped, "58", "58"),
        (Standing::BoundElsewhere, "58", "58"),
        (Standing::Blacklisted, "58", "77"),
        (Standing::NoKey, "96", "77"),
    ] {
        terminal(&host, of(standing));
        let seen = (code(&host, &sign_in("003")), code(&host, &echo("000001")));
        assert_eq!(seen, (sign.to_owned(), other.to_owned()), "{}", standing.word());
    }
    for (standing, other) in [(Standing::NeverActivated, "97"), (Standing::Deregistered, "58")] {
        terminal(&host, of(standing));
        assert_eq!(code(&host, &echo("000001")), other);
        assert_eq!(code(&host, &sign_in("003")), "00", "a sign-in helps");
        assert_eq!(code(&host, &echo("000001")), "00");
        terminal(&host, TerminalChange { signed: Some(Signed::Never), ..TerminalChange::default() });
    }
    for (hsm, expected) in [(Hsm::Down, "96"), (Hsm::Failing, "A7"), (Hsm::Ok, "00")] {
        host.set(Change { hsm: Some(hsm), ..Change::default() }).unwrap();
        assert_eq!(code(&host, &sign_in("003")), expected);
    }
    for merchant in [Merchant::Closed, Merchant::Missing] {
        host.set(Change { merchant: Some(merchant), ..Change::default() }).unwrap();
        terminal(&host, of(Standing::Missing));
        assert_eq!(code(&host, &sign_in("003")), "03", "the merchant before the terminal");
    }
}

#[test]
fn a_settlement_is_compared_on_demand() {
    let host = host();
    ask(&host, &sign_in("003"));
    let totals = Totals {
        debit: Sum { count: 3, amount: 123_400 },
        credit: Sum { count: 1, amount: 5000 },
        ..Totals::default()
    };
    host.set(Change { totals: Some(totals), ..Change::faults(&["settle=compare"]).unwrap() }).unwrap();
    assert_eq!(ask(&host, &settle("000001")).text(48).get(30..31), Some("1"));
    let other = Totals { debit: Sum { count: 4, amount: 123_500 }, ..totals };
    host.set(Change { totals: Some(other), ..Change::default() }).unwrap();
    let answer = ask(&host, &settle("000001")).text(48);
    assert_eq!(answer, "00000012350000400000000500000120000000000000000000000000000001", "the host's totals come back");
    assert_eq!(Settle::Compare.word(), "compare");
}

#[test]
fn several_terminals_at_once_have_each_their_state() {
    let mut arguments = arguments();
    arguments.terminals = vec!["12345678".to_owned(), "12345679".to_owned()];
    let host = Running::start(&arguments).unwrap();
    let other = |bytes: Vec<u8>| -> Vec<u8> {
        let at = bytes.windows(8).position(|part| part == b"12345678").unwrap();
        let mut bytes = bytes;
        bytes[at + 7] = b'9';
        bytes
    };
    std::thread::scope(|scope| {
        for round in 0..8 {
            let (host, other) = (&host, &other);
            scope.spawn(move || {
                let request = if round % 2 == 0 { sign_in("003") } else { other(sign_in("003")) };
                assert_eq!(code(host, &request), "00");
            });
        }
    });
    assert_eq!(code(&host, &other(sign_off("000001"))), "00");
    let state = host.state().unwrap();
    assert_eq!(state.terminals.iter().map(|one| one.sign_ins).collect::<Vec<u64>>(), [4, 4]);
    assert_eq!(state.terminals.iter().map(|one| one.signed).collect::<Vec<Signed>>(), [Signed::In, Signed::Off]);
}

#[test]
fn a_connection_may_carry_several_requests_and_http() {
    let host = host();
    let mut stream = connect(host.address());
    for expected in ["0810", "0830"] {
        let request = if expected == "0810" { sign_in("003") } else { echo("000001") };
        stream.write_all(&request).unwrap();
        assert_eq!(client::Answer::read(&read_frame(&mut stream)).unwrap().mti, expected);
    }
    let body = echo("000001");
    let head = format!(
        "POST /mjc/webtrans/VPB_lb HTTP/1.1\r\nUser-Agent: Donjin Http 0.1\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let Heard::Closed(answer) = listen(host.address(), &[head.as_bytes(), &body].concat()) else {
        panic!("not closed")
    };
    let at = answer.windows(4).position(|part| part == b"\r\n\r\n").unwrap() + 4;
    assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
    assert_eq!(client::Answer::read(&answer[at..]).unwrap().text(39), "00");
}

#[test]
fn broken_requests_end_in_a_code_or_a_closed_connection() {
    let host = host();
    let good = sign_in("003");
    for cut in 13..good.len() {
        let message = &good[13..cut];
        let hex: String = message.iter().map(|byte| format!("{byte:02X}")).collect();
        let code = client::Answer::read(&exchange(host.address(), &frame(&hex))).unwrap().text(39);
        assert_eq!(code, "30", "cut at {cut}");
    }
    assert_eq!(listen(host.address(), &[0xFF, 0xFF, 1, 2]), Heard::Closed(Vec::new()), "too long to be a frame");
    assert_eq!(listen(host.address(), &[0, 3, 1, 2, 3]), Heard::Closed(Vec::new()), "too short to be one");
    assert_eq!(listen(host.address(), b"\x16\x03\x01\x00\x05hello"), Heard::Closed(Vec::new()), "TLS on a plain port");
    assert_eq!(
        code(
            &host,
            &frame("0999 0020000000C00010 000001 3132333435363738 383938313130303132333435363738 0011 000000010030")
        ),
        "77"
    );
    assert_eq!(code(&host, &good), "00", "it is still there");
}

#[test]
fn the_control_socket_answers_every_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = arguments();
    arguments.control = Some(folder.path().join("host.control"));
    let host = Running::start(&arguments).unwrap();
    let mut stream = std::os::unix::net::UnixStream::connect(folder.path().join("host.control")).unwrap();
    stream
        .write_all(
            b"{\"set\":{\"faults\":[\"code=58*1\"]}}\n{\"set\":{\"faults\":[\"tls=expired\"]}}\n{\"get\":\"state\"}\n",
        )
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(stream));
    assert_eq!(lines.next().unwrap().unwrap(), r#"{"ok":true}"#);
    assert!(lines.next().unwrap().unwrap().contains("speaks no TLS"));
    let state: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(state["faults"][0], "code=58*1");
    assert_eq!(code(&host, &sign_in("003")), "58");
    assert_eq!(code(&host, &sign_in("003")), "00");
}

#[test]
fn the_program_says_where_it_listens_and_logs_one_line_an_exchange() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_counterfoil-sim"))
        .args(["acquirer", "--listen", "127.0.0.1:0", "--fault", "code=97*1", "--clock", "-5"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening ").unwrap().parse().unwrap();
    exchange(address, &sign_in("003"));
    let mut log = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut log).unwrap();
    assert_eq!(
        log.trim(),
        "counterfoil-sim acquirer: 0800/003 terminal 12345678 trace 000001 batch 000001 -> 97 (by switch)"
    );
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(TcpStream::connect(address).is_err());
}
