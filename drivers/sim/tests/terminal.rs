//! The payment terminal over real sockets and ptys: the ECR link, what it does with a host and alone, every switch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sim::acquirer::{self, Breakable, Signed};
use sim::terminal::{Args, Card, Change, Deed, FaultKind, Running};

const ACK: u8 = 0x06;
const NAK: u8 = 0x15;
const LOCAL: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

fn terminal() -> Running {
    Running::start(&Args::tcp(SocketAddr::from(LOCAL))).unwrap()
}

fn acquirer() -> acquirer::Running {
    acquirer::Running::start(&acquirer::Args::new(SocketAddr::from(LOCAL))).unwrap()
}

/// A terminal that is connected to this host.
fn at(host: &acquirer::Running) -> Running {
    Running::start(&Args::tcp(SocketAddr::from(LOCAL)).with_host(host.address())).unwrap()
}

/// A till that has just been connected.
fn till(terminal: &Running) -> TcpStream {
    let stream = TcpStream::connect(terminal.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

fn framed(record: &[u8]) -> Vec<u8> {
    let digits = format!("{:04}", record.len());
    let length = [0, 2].map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
    let body = [&length[..], record, &[0x03]].concat();
    let lrc = body.iter().fold(0, |sum, byte| sum ^ byte);
    [&[0x02][..], &body, &[lrc]].concat()
}

fn command(kind: &str, amount: u64, voucher: &str) -> Vec<u8> {
    framed(format!("TILL0001CASHIER1{kind}{amount:012}{:8}{:12}{voucher:6}C7x", "", "").as_bytes())
}

fn byte(stream: &mut impl Read) -> u8 {
    let mut byte = [0];
    stream.read_exact(&mut byte).unwrap();
    byte[0]
}

/// One frame's record; the LRC must be right.
fn record(stream: &mut impl Read) -> Vec<u8> {
    let mut head = [0; 3];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[0], 0x02);
    let length: usize = format!("{:02X}{:02X}", head[1], head[2]).parse().unwrap();
    let mut rest = vec![0; length + 2];
    stream.read_exact(&mut rest).unwrap();
    assert_eq!(rest[length], 0x03);
    assert_eq!(head[1..].iter().chain(&rest).fold(0, |sum, byte| sum ^ byte), 0, "LRC");
    rest[..length].to_vec()
}

/// Sends a command, takes ACK and answer, acknowledges.
fn ask(till: &mut (impl Read + Write), kind: &str, amount: u64, voucher: &str) -> Vec<u8> {
    till.write_all(&command(kind, amount, voucher)).unwrap();
    assert_eq!(byte(till), ACK);
    let record = record(till);
    till.write_all(&[ACK]).unwrap();
    record
}

fn part(record: &[u8], at: usize, length: usize) -> String {
    encoding_rs::GBK.decode(&record[at..at + length]).0.trim_end().to_owned()
}

fn code(record: &[u8]) -> String {
    part(record, 0, 2)
}

/// Whether nothing comes for a while.
fn is_silent(till: &mut TcpStream) -> bool {
    till.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let read = till.read(&mut [0]);
    till.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn a_sign_in_through_the_terminal_is_one_at_the_host() {
    let host = acquirer();
    let terminal = at(&host);
    let mut till = till(&terminal);
    let answer = ask(&mut till, "05", 0, "");
    assert_eq!(answer.len(), 148);
    assert_eq!((code(&answer), part(&answer, 44, 40)), ("00".to_owned(), "交易成功".to_owned()));
    assert_eq!((part(&answer, 84, 15), part(&answer, 99, 8)), ("898110012345678".to_owned(), "12345678".to_owned()));
    assert_eq!((part(&answer, 107, 6), part(&answer, 145, 3)), ("000001".to_owned(), "C7x".to_owned()));
    let state = host.state().unwrap();
    assert_eq!((state.exchanges, state.terminals[0].signed), (1, Signed::In));
    assert!(terminal.state().unwrap().signed_in);
    host.fault(&["demand=3*1"]).unwrap();
    assert_eq!(code(&ask(&mut till, "09", 0, "")), "00");
    assert!(!terminal.state().unwrap().signed_in, "the host wants another sign-in");
}

#[test]
fn a_day_over_the_link() {
    let host = acquirer();
    host.fault(&["settle=compare"]).unwrap();
    let terminal = at(&host);
    let mut till = till(&terminal);
    assert_eq!(code(&ask(&mut till, "00", 100, "")), "77", "not signed in");
    ask(&mut till, "05", 0, "");
    assert_eq!(code(&ask(&mut till, "09", 0, "")), "00", "echo");
    let sale = ask(&mut till, "00", 12_345, "");
    assert_eq!((code(&sale), part(&sale, 6, 20)), ("00".to_owned(), "620000******0005".to_owned()));
    let voucher = part(&sale, 26, 6);
    assert_eq!(part(&sale, 32, 12), "000000012345");
    assert_eq!(ask(&mut till, "04", 0, ""), sale, "the last one, from the terminal's own memory");
    assert_eq!(ask(&mut till, "10", 0, &voucher), sale);
    assert_eq!(code(&ask(&mut till, "04", 0, "999999")), "25");
    assert_eq!(code(&ask(&mut till, "01", 0, &voucher)), "00");
    assert_eq!(code(&ask(&mut till, "01", 0, &voucher)), "25", "voided before");
    assert_eq!(code(&ask(&mut till, "02", 45, "")), "00");
    terminal.set(Change { card: Some(Card::Foreign), ..Change::default() }).unwrap();
    assert_eq!(code(&ask(&mut till, "00", 700, "")), "00");
    assert_eq!(code(&ask(&mut till, "03", 0, "")), "00");
    assert_eq!(code(&ask(&mut till, "08", 0, "")), "N6", "the batch is open");
    assert_eq!(code(&ask(&mut till, "07", 0, "")), "25", "nothing settled yet");
    let settled = ask(&mut till, "06", 0, "");
    assert_eq!((code(&settled), part(&settled, 44, 40)), ("00".to_owned(), "结算完成 对账平".to_owned()));
    assert_eq!(
        part(&settled, 148, 62),
        "00000001234500100000001239000210000000007000010000000000000001",
        "field 48 of the host follows"
    );
    assert_eq!(ask(&mut till, "07", 0, ""), settled);
    assert_eq!(code(&ask(&mut till, "08", 0, "")), "00");
    assert_eq!(part(&ask(&mut till, "05", 0, ""), 107, 6), "000002");
    assert_eq!(code(&ask(&mut till, "77", 0, "")), "40");
}

#[test]
fn an_unbalanced_settlement_uploads_and_says_so() {
    let host = acquirer();
    let terminal = at(&host);
    terminal.perform(Deed::SignIn).unwrap();
    for fen in [100, 200] {
        assert_eq!(terminal.perform(Deed::Sale(fen)).unwrap().code, "00");
    }
    host.fault(&["settle=unbalanced-domestic*2", "upload-drop=1*1"]).unwrap();
    assert_eq!(terminal.perform(Deed::Settle).unwrap().code, "N2", "interrupted");
    assert_eq!(terminal.state().unwrap().open, 2);
    let settled = terminal.perform(Deed::Settle).unwrap();
    assert_eq!((settled.code.as_str(), settled.text.as_str(), settled.amount), ("95", "结算完成 对账不平", 300));
    let requests: Vec<String> = host.state().unwrap().recent.into_iter().map(|one| one.request).collect();
    assert_eq!(requests[requests.len() - 4..], ["0500/201", "0320/201", "0320/201", "0320/202"]);
    assert_eq!(terminal.state().unwrap().open, 0);
}

#[test]
fn a_sale_without_an_answer_is_taken_back_before_the_next() {
    let host = acquirer();
    let terminal = at(&host);
    terminal.perform(Deed::SignIn).unwrap();
    host.fault(&["half-frame*1"]).unwrap();
    assert_eq!(terminal.perform(Deed::Sale(100)).unwrap().code, "N3");
    assert!(terminal.state().unwrap().reversal_pending);
    assert_eq!(terminal.perform(Deed::Sale(200)).unwrap().code, "00");
    assert_eq!(host.state().unwrap().terminals[0].totals.debit.amount, 200);
    host.fault(&["refuse"]).unwrap();
    assert_eq!(terminal.perform(Deed::Sale(300)).unwrap().code, "N1");
    assert!(!terminal.state().unwrap().reversal_pending, "it never left");
}

#[test]
fn two_devices_on_one_number_break_each_other() {
    let host = acquirer();
    let (one, other) = (at(&host), at(&host));
    one.perform(Deed::SignIn).unwrap();
    assert_eq!(one.perform(Deed::Sale(100)).unwrap().code, "00");
    other.perform(Deed::SignIn).unwrap();
    assert_eq!(one.perform(Deed::Sale(100)).unwrap().code, "A0");
    assert_eq!(one.perform(Deed::Sale(100)).unwrap().code, "77", "it wants a sign-in first");
}

#[test]
fn wrong_keys_and_wrong_batches_are_refused_by_the_terminal() {
    let host = acquirer();
    let terminal = at(&host);
    for fault in ["wrong-tmk", "flip-pik-kcv", "flip-mak-kcv", "kcv-at-28", "39-byte", "no-62", "sm4", "tagged"] {
        host.fault(&[&format!("keys={fault}")]).unwrap();
        assert_eq!(terminal.perform(Deed::SignIn).unwrap().code, "N5", "{fault}");
    }
    for layout in ["standard", "double", "short", "single"] {
        host.fault(&[]).unwrap();
        host.tell(&format!(r#"{{"set":{{"layout":"{layout}"}}}}"#)).unwrap();
        assert_eq!(terminal.perform(Deed::SignIn).unwrap().code, "00", "{layout}");
        assert_eq!(terminal.perform(Deed::Sale(1)).unwrap().code, "00", "{layout}");
    }
    host.fault(&["batch=000777"]).unwrap();
    assert_eq!(terminal.perform(Deed::SignIn).unwrap().code, "N6", "an open batch is not overwritten");
    assert_eq!(terminal.state().unwrap().batch, "000001");
}

#[test]
fn the_other_network_codes_sign_in_and_sell_too() {
    for network_code in ["001", "004", "006"] {
        let host = acquirer();
        let mut arguments = Args::tcp(SocketAddr::from(LOCAL)).with_host(host.address());
        arguments.network_code = network_code.to_owned();
        let terminal = Running::start(&arguments).unwrap();
        let codes =
            [Deed::SignIn, Deed::Sale(5), Deed::Settle, Deed::SignOut].map(|deed| terminal.perform(deed).unwrap().code);
        assert_eq!(codes, ["00"; 4], "{network_code}");
    }
}

#[test]
fn alone_it_answers_as_if_the_host_had_said_00() {
    let terminal = terminal();
    let mut till = till(&terminal);
    let codes = ["05", "00", "06", "07", "08"].map(|kind| code(&ask(&mut till, kind, 100, "")));
    assert_eq!(codes, ["00"; 5]);
    terminal.fault(&["code=96@05*1"]).unwrap();
    let codes = ["09", "05", "05"].map(|kind| code(&ask(&mut till, kind, 0, "")));
    assert_eq!(codes, ["00", "96", "00"]);
    terminal.fault(&["code=22@05~"]).unwrap();
    let codes = ["05", "08", "05"].map(|kind| code(&ask(&mut till, kind, 0, "")));
    assert_eq!(codes, ["22", "00", "00"], "until a sign-off");
}

#[test]
fn on_a_serial_line_it_speaks_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ttyECR");
    let terminal = Running::start(&Args::pty(&path)).unwrap();
    assert_eq!(terminal.path(), Some(path.as_path()));
    let mut till = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    assert_eq!(code(&ask(&mut till, "05", 0, "")), "00");
    terminal.fault(&["drop=10*1"]).unwrap();
    till.write_all(&command("09", 0, "")).unwrap();
    let mut bytes = [0; 11];
    till.read_exact(&mut bytes).unwrap();
    assert_eq!((bytes[0], bytes[1]), (ACK, 0x02));
    let mut fds = [PollFd::new(&till, PollFlags::IN)];
    let quiet = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };
    assert_eq!(poll(&mut fds, Some(&quiet)), Ok(0), "then it is quiet");
    assert_eq!(code(&ask(&mut till, "05", 0, "")), "00");
    drop(terminal);
    assert!(!path.exists() && path.symlink_metadata().is_err(), "it leaves nothing behind");
}

#[test]
fn a_lost_acknowledgement_repeats_the_answer_and_never_the_sale() {
    let terminal = terminal();
    let mut till = till(&terminal);
    ask(&mut till, "05", 0, "");
    let sale = command("00", 500, "");
    till.write_all(&sale).unwrap();
    assert_eq!(byte(&mut till), ACK);
    let first = record(&mut till);
    till.write_all(&[NAK]).unwrap();
    assert_eq!(record(&mut till), first, "NAK asks for it again");
    till.write_all(&sale).unwrap();
    assert_eq!(byte(&mut till), ACK);
    assert_eq!(record(&mut till), first, "and so does the command itself");
    till.write_all(&[NAK]).unwrap();
    assert!(is_silent(&mut till), "three times in all");
    assert_eq!(terminal.state().unwrap().open, 1);
}

#[test]
fn while_it_works_it_is_busy() {
    let host = acquirer();
    host.fault(&["accept-silent*1"]).unwrap();
    let terminal = at(&host);
    let mut till = till(&terminal);
    till.write_all(&command("05", 0, "")).unwrap();
    assert_eq!(byte(&mut till), ACK);
    while !terminal.state().unwrap().working {
        std::thread::yield_now();
    }
    assert_eq!(code(&ask(&mut till, "09", 0, "")), "BY");
    assert!(terminal.perform(Deed::Echo).is_err());
    assert!(terminal.tell(r#"{"do":"echo"}"#).unwrap().contains("busy"));
}

#[test]
fn every_switch_does_what_its_row_says() {
    for (name, ..) in FaultKind::TABLE {
        story(name);
    }
}

/// The bytes that answer a sign-in once the connection ends or is quiet, without the ACK.
fn raw(terminal: &Running) -> Vec<u8> {
    let mut till = till(terminal);
    till.write_all(&command("05", 0, "")).unwrap();
    assert_eq!(byte(&mut till), ACK);
    till.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut bytes = Vec::new();
    let mut space = [0; 512];
    while let Ok(count @ 1..) = till.read(&mut space) {
        bytes.extend_from_slice(&space[..count]);
    }
    bytes
}

fn broken(fault: &str) -> Running {
    let terminal = terminal();
    terminal.fault(&[fault]).unwrap();
    terminal
}

fn lrc(frame: &[u8]) -> u8 {
    frame[1..].iter().fold(0, |sum, byte| sum ^ byte)
}

fn story(name: &str) {
    match name {
        "silent" => {
            let terminal = broken("silent*1");
            let mut till = till(&terminal);
            till.write_all(&command("05", 0, "")).unwrap();
            assert!(is_silent(&mut till));
            assert_eq!(code(&ask(&mut till, "05", 0, "")), "00");
        }
        "no-ack" => {
            let terminal = broken(name);
            let mut till = till(&terminal);
            till.write_all(&command("05", 0, "")).unwrap();
            assert_eq!(code(&record(&mut till)), "00");
        }
        "no-answer" => {
            let terminal = broken(name);
            assert!(raw(&terminal).is_empty());
            assert!(terminal.state().unwrap().signed_in, "done all the same");
        }
        "nak" => {
            let terminal = broken("nak*2");
            let mut till = till(&terminal);
            let heard = [(); 3].map(|()| {
                till.write_all(&command("05", 0, "")).unwrap();
                byte(&mut till)
            });
            assert_eq!(heard, [NAK, NAK, ACK]);
        }
        "wrong-lrc" => {
            let terminal = broken("wrong-lrc*1");
            let mut till = till(&terminal);
            till.write_all(&command("05", 0, "")).unwrap();
            assert_eq!(byte(&mut till), ACK);
            let mut frame = [0; 153];
            till.read_exact(&mut frame).unwrap();
            assert_eq!((frame[0], lrc(&frame)), (0x02, 0x55));
            till.write_all(&[NAK]).unwrap();
            assert_eq!(code(&record(&mut till)), "00", "the second time it is right");
        }
        "busy" => {
            let terminal = broken("busy*1");
            let mut till = till(&terminal);
            let busy = ask(&mut till, "05", 0, "");
            assert_eq!((code(&busy), part(&busy, 44, 40)), ("BY".to_owned(), "终端忙".to_owned()));
            assert!(!terminal.state().unwrap().signed_in);
            terminal.fault(&["busy=B1"]).unwrap();
            assert_eq!(code(&ask(&mut till, "05", 0, "")), "B1");
        }
        "code" => {
            let terminal = broken("code=03");
            assert_eq!(code(&ask(&mut till(&terminal), "06", 0, "")), "03");
        }
        "late" => assert_eq!(code(&ask(&mut till(&broken("late=1")), "05", 0, "")), "00"),
        "slow" => {
            let terminal = broken("slow=100");
            let mut till = till(&terminal);
            till.write_all(&command("05", 0, "")).unwrap();
            assert_eq!(byte(&mut till), ACK);
            let first = till.read(&mut [0; 512]).unwrap();
            assert!(first < 153, "{first} at once");
        }
        "drop" => {
            let terminal = broken("drop=20*1");
            let mut till = till(&terminal);
            till.write_all(&command("05", 0, "")).unwrap();
            let mut bytes = Vec::new();
            till.read_to_end(&mut bytes).unwrap();
            assert_eq!((bytes.len(), bytes[0]), (21, ACK));
        }
        "garbage" => {
            let bytes = raw(&broken(name));
            assert_eq!((bytes.len(), bytes.contains(&0x02)), (153, false));
        }
        "record-length" => {
            for length in [0, 60, 147, 400] {
                let terminal = broken(&format!("record-length={length}"));
                assert_eq!(ask(&mut till(&terminal), "05", 0, "").len(), length);
            }
        }
        "wrong-check" => assert_ne!(part(&ask(&mut till(&broken(name)), "05", 0, ""), 145, 3), "C7x"),
        "wrong-terminal" => assert_ne!(part(&ask(&mut till(&broken(name)), "05", 0, ""), 99, 8), "12345678"),
        "basic" => {
            let terminal = broken(name);
            let mut till = till(&terminal);
            let codes = ["05", "07", "08", "09", "10"].map(|kind| code(&ask(&mut till, kind, 0, "")));
            assert_eq!(codes, ["00", "40", "40", "40", "40"]);
        }
        other => panic!("{other} has no story"),
    }
}

#[test]
fn bad_frames_are_answered_by_nak_and_bad_records_by_a_code() {
    let terminal = terminal();
    let mut till = till(&terminal);
    let mut bad = command("05", 0, "");
    bad[20] ^= 1;
    till.write_all(&bad).unwrap();
    assert_eq!(byte(&mut till), NAK);
    till.write_all(&framed(b"05")).unwrap();
    assert_eq!(byte(&mut till), ACK);
    assert_eq!(code(&record(&mut till)), "30");
    assert_eq!(terminal.state().unwrap().bad_frames, 1);
}

#[test]
fn the_program_listens_and_obeys_its_control_socket() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let (node, control) = (folder.path().join("tty"), folder.path().join("control"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_counterfoil-sim"))
        .arg("terminal")
        .args([&"--pty".into(), &node, &"--control".into(), &control])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), format!("listening {}", node.display()));
    let mut stream = UnixStream::connect(&control).unwrap();
    stream.write_all(b"{\"do\":\"sign_in\"}\n{\"set\":{\"faults\":[\"loud\"]}}\n").unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), r#"{"ok":true}"#);
    assert!(lines.next().unwrap().unwrap().contains("no fault is called"));
    loop {
        stream.write_all(b"{\"get\":\"state\"}\n").unwrap();
        let state: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        if state["signed_in"] == true && state["last"]["code"] == "00" {
            break;
        }
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(node.symlink_metadata().is_err() && !control.exists());
}
