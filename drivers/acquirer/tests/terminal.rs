//! A payment terminal on the line: over TCP and over a pseudo terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    net::TcpListener,
    path::PathBuf,
    thread,
    time::Duration,
};

use acquirer::{
    CodeBook,
    ecr::{EcrAddress, EcrFault, LinkTimes, Mispos, Original, PaymentTerminal, event, frame::framed},
};
use model::{Kind, Moment, SignInCause, StepName};

const ACK: u8 = 0x06;
const NAK: u8 = 0x15;

fn times() -> LinkTimes {
    LinkTimes { ack: Duration::from_millis(200), answer: Duration::from_millis(600), tries: 3 }
}

/// The answer to a request: code, text, and the check digits that it came with.
fn answer(code: &str, text: &str, check: &[u8]) -> Vec<u8> {
    let (text, _, _) = encoding_rs::GBK.encode(text);
    let mut record = code.as_bytes().to_vec();
    record.extend(b"0102622202******1234    000123000000008850");
    record.extend(text.iter());
    record.extend(b" ".repeat(40 - text.len()));
    record.extend(b"898110012345678123456780000021120093015093015000001A1B2C31120");
    record.extend(check);
    record
}

/// Reads one framed request of 59 bytes.
fn request(line: &mut impl Read) -> Vec<u8> {
    let mut bytes = [0u8; 64];
    line.read_exact(&mut bytes).unwrap();
    assert_eq!(framed(&bytes[3..62]).unwrap(), bytes);
    bytes[3..62].to_vec()
}

fn byte(line: &mut impl Read) -> u8 {
    let mut byte = [0];
    line.read_exact(&mut byte).unwrap();
    byte[0]
}

/// A terminal on TCP that does this with each connection.
fn terminal(act: impl Fn(std::net::TcpStream) + Send + 'static) -> Mispos {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string().parse().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| act(stream.unwrap())));
    Mispos::new(EcrAddress::Tcp(address), "till1", "01", times(), 41)
}

fn fault(act: impl Fn(std::net::TcpStream) + Send + 'static) -> (EcrFault, SignInCause) {
    let fault = terminal(act).sign_in().end.unwrap_err();
    let cause = fault.verdict().cause;
    (fault, cause)
}

fn rest(mut line: impl Read) {
    let _ = line.read_to_end(&mut Vec::new());
}

#[test]
fn a_sign_in_is_asked_acknowledged_and_answered() {
    let mut terminal = terminal(|mut line| {
        let asked = request(&mut line);
        assert_eq!(&asked[..18], b"till1   01      05");
        assert_eq!(&asked[56..], b"042");
        line.write_all(&[ACK]).unwrap();
        line.write_all(&framed(&answer("00", "签到成功", b"042")).unwrap()).unwrap();
        assert_eq!(byte(&mut line), ACK);
    });
    let done = terminal.sign_in();
    let names: Vec<_> = done.steps.iter().map(|step| (step.name, step.ok)).collect();
    assert_eq!(names, [(StepName::EcrLink, Some(true)), (StepName::Answer, Some(true))]);
    let record = done.end.unwrap().record.unwrap();
    assert!(record.is_done());
    assert_eq!(record.batch.as_deref(), Some("000002"));
}

#[test]
fn a_sale_that_the_terminal_reports_by_itself_is_kept_and_the_answer_still_found() {
    let mut terminal = terminal(|mut line| {
        let asked = request(&mut line);
        line.write_all(&framed(&answer("00", "消费成功", b"999")).unwrap()).unwrap();
        assert_eq!(byte(&mut line), ACK);
        line.write_all(&framed(&answer("00", "结算成功", &asked[56..])).unwrap()).unwrap();
        assert_eq!(byte(&mut line), ACK);
    });
    let done = terminal.settle();
    assert_eq!(done.end.unwrap().record.unwrap().text.unwrap().as_str(), "结算成功");
    is_the_sale(&done.others);
}

fn is_the_sale(others: &[acquirer::ecr::RecordResponse]) {
    let now = Moment::parse("2026-11-20T09:31:00+08:00").unwrap();
    let sale = event(&others[0], None, "terminal", now).unwrap();
    assert_eq!((sale.kind, sale.source_id.as_str(), others.len()), (Kind::Sale, "12345678-000002-000123", 1));
}

#[test]
fn a_sale_that_was_acknowledged_is_kept_however_the_command_ends() {
    let tells = |line: &mut std::net::TcpStream| {
        request(line);
        line.write_all(&framed(&answer("00", "消费成功", b"999")).unwrap()).unwrap();
        assert_eq!(byte(line), ACK);
    };
    let silent = terminal(move |mut line| {
        tells(&mut line);
        rest(line);
    });
    let hangs_up = terminal(move |mut line| tells(&mut line));
    let garbles = terminal(move |mut line| {
        tells(&mut line);
        line.write_all(&framed(b"00").unwrap()).unwrap();
        rest(line);
    });
    for (mut terminal, fault) in [(silent, "Mismatched"), (hangs_up, "Lost"), (garbles, "Record")] {
        let done = terminal.sign_in();
        let why = format!("{:?}", done.end.unwrap_err());
        assert!(why.starts_with(fault), "{why}");
        is_the_sale(&done.others);
    }
}

#[test]
fn a_sale_told_right_after_the_answer_is_kept_and_acknowledged() {
    let mut with = terminal(|mut line| {
        let asked = request(&mut line);
        let mut both = framed(&answer("00", "签到成功", &asked[56..])).unwrap();
        both.extend(framed(&answer("00", "消费成功", b"999")).unwrap());
        line.write_all(&both).unwrap();
        assert_eq!([byte(&mut line), byte(&mut line)], [ACK, ACK]);
        rest(line);
    });
    let done = with.sign_in();
    assert_eq!(done.end.unwrap().record.unwrap().text.unwrap().as_str(), "签到成功");
    is_the_sale(&done.others);
}

#[test]
fn a_record_on_the_serial_line_between_two_commands_is_not_dropped() {
    let (mut controller, path) = pty();
    controller.write_all(&framed(&answer("00", "消费成功", b"999")).unwrap()).unwrap();
    let played = thread::spawn(move || {
        assert_eq!(byte(&mut controller), ACK);
        let asked = request(&mut controller);
        controller.write_all(&[ACK]).unwrap();
        controller.write_all(&framed(&answer("00", "签到成功", &asked[56..])).unwrap()).unwrap();
        assert_eq!(byte(&mut controller), ACK);
        controller
    });
    let mut mispos = Mispos::new(EcrAddress::Serial { path, baud: 9600 }, "till1", "01", times(), 41);
    let done = mispos.sign_in();
    assert!(done.end.is_ok(), "{done:?}");
    is_the_sale(&done.others);
    drop(played.join().unwrap());
}

#[test]
fn a_lost_frame_is_sent_again() {
    let mut terminal = terminal(|mut line| {
        request(&mut line);
        line.write_all(&[NAK]).unwrap();
        request(&mut line);
        let asked = request(&mut line);
        line.write_all(&[ACK]).unwrap();
        line.write_all(&framed(&answer("00", "", &asked[56..])).unwrap()).unwrap();
        rest(line);
    });
    assert!(terminal.query(&Original::default()).end.is_ok());
}

#[test]
fn each_way_not_to_answer_has_its_name() {
    assert_eq!(fault(rest), (EcrFault::NotAcknowledged, SignInCause::TerminalNotAnswering));
    let refuses = |mut line: std::net::TcpStream| {
        for _ in 0..3 {
            request(&mut line);
            line.write_all(&[NAK]).unwrap();
        }
        rest(line);
    };
    assert_eq!(fault(refuses), (EcrFault::Refused, SignInCause::TerminalBusy));
    let silent = |mut line: std::net::TcpStream| {
        request(&mut line);
        line.write_all(&[ACK]).unwrap();
        rest(line);
    };
    assert_eq!(fault(silent), (EcrFault::NoAnswer, SignInCause::TerminalNotAnswering));
    let hangs_up = |mut line: std::net::TcpStream| {
        request(&mut line);
    };
    assert!(matches!(fault(hangs_up), (EcrFault::Lost { .. }, SignInCause::TerminalNotAnswering)));
    let other = |mut line: std::net::TcpStream| {
        request(&mut line);
        line.write_all(&framed(&answer("00", "", b"999")).unwrap()).unwrap();
        rest(line);
    };
    assert_eq!(fault(other), (EcrFault::Mismatched, SignInCause::MismatchedResponse));
    let short = |mut line: std::net::TcpStream| {
        request(&mut line);
        line.write_all(&framed(b"00").unwrap()).unwrap();
        rest(line);
    };
    assert!(matches!(fault(short), (EcrFault::Record(_), SignInCause::MalformedResponse)));
    let garbled = |mut line: std::net::TcpStream| {
        let asked = request(&mut line);
        let mut frame = framed(&answer("00", "", &asked[56..])).unwrap();
        *frame.last_mut().unwrap() ^= 0xff;
        for _ in 0..3 {
            if line.write_all(&frame).is_err() {
                break;
            }
        }
        rest(line);
    };
    assert!(matches!(fault(garbled), (EcrFault::Garbled(_), SignInCause::MalformedResponse)));
}

#[test]
fn a_terminal_that_is_not_there_and_a_command_it_does_not_have() {
    let mut nowhere = Mispos::new(
        EcrAddress::Serial { path: PathBuf::from("/dev/no-such-line"), baud: 9600 },
        "till1",
        "01",
        times(),
        0,
    );
    let done = nowhere.sign_in();
    assert!(matches!(done.end, Err(EcrFault::Open { .. })));
    assert_eq!(done.steps[0].ok, Some(false));
    assert_eq!(nowhere.sign_out().end, Err(EcrFault::NotSupported));
}

#[test]
fn an_answer_of_another_terminal_or_one_that_breaks_off_is_not_taken() {
    let whole = |mut line: std::net::TcpStream| {
        let asked = request(&mut line);
        line.write_all(&framed(&answer("00", "", &asked[56..])).unwrap()).unwrap();
        rest(line);
    };
    let mut other = terminal(whole).expecting("87654321");
    assert_eq!(
        other.sign_in().end,
        Err(EcrFault::WrongTerminal { must: "87654321".to_owned(), is: "12345678".to_owned() })
    );
    assert!(terminal(whole).expecting("12345678").sign_in().end.is_ok());
    let half = |mut line: std::net::TcpStream| {
        let asked = request(&mut line);
        line.write_all(&framed(&answer("00", "", &asked[56..])).unwrap()[..60]).unwrap();
    };
    assert!(matches!(fault(half), (EcrFault::Garbled(_), SignInCause::MalformedResponse)));
}

#[test]
fn an_unknown_code_with_a_busy_text_is_a_busy_terminal() {
    let book = CodeBook::built_in().unwrap();
    let verdict = |code: &str, text: &str| {
        let (code, text) = (code.to_owned(), text.to_owned());
        let mut terminal = terminal(move |mut line| {
            let asked = request(&mut line);
            line.write_all(&framed(&answer(&code, &text, &asked[56..])).unwrap()).unwrap();
            rest(line);
        });
        terminal.sign_in().end.unwrap().record.unwrap().verdict(&book, None).cause
    };
    assert_eq!(verdict("97", "终端未登记"), SignInCause::TerminalNotRegistered);
    assert_eq!(verdict("X1", "终端忙"), SignInCause::TerminalBusy);
    assert_eq!(verdict("X1", "失败"), SignInCause::UnknownCode);
    // the terminal's own text counts more than a code that a host might say, but a busy host is no busy terminal
    assert_eq!(verdict("99", "终端忙"), SignInCause::TerminalBusy);
    assert_eq!(verdict("90", "系统忙"), SignInCause::HostBusy);
}

#[test]
fn a_knock_is_answered_by_nak_and_starts_nothing() {
    let mut there = terminal(|mut line| {
        let mut frame = [0; 5];
        line.read_exact(&mut frame).unwrap();
        assert_ne!(framed(b"").unwrap(), frame);
        line.write_all(&[NAK]).unwrap();
        rest(line);
    });
    assert!(there.probe(Duration::from_secs(2)).end.is_ok());
    assert_eq!(terminal(rest).probe(Duration::from_millis(200)).end, Err(EcrFault::NotAcknowledged));
}

/// A pseudo terminal: our end, and the path of the other. Raw from the beginning: a serial line has no echo.
fn pty() -> (File, PathBuf) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use std::os::unix::ffi::OsStringExt;
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let path = std::ffi::OsString::from_vec(ptsname(&master, Vec::new()).unwrap().into_bytes());
    let mut modes = tcgetattr(&master).unwrap();
    modes.make_raw();
    tcsetattr(&master, OptionalActions::Now, &modes).unwrap();
    (File::from(master), PathBuf::from(path))
}

#[test]
fn the_same_conversation_goes_over_a_serial_line() {
    let (mut master, path) = pty();
    // keeps the line up between our opening and the terminal's reading
    let held = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let playing = thread::spawn(move || {
        let asked = request(&mut master);
        master.write_all(&[ACK]).unwrap();
        master.write_all(&framed(&answer("00", "签到成功", &asked[56..])).unwrap()).unwrap();
        byte(&mut master)
    });
    let times = LinkTimes { ack: Duration::from_secs(5), answer: Duration::from_secs(5), tries: 3 };
    let mut terminal = Mispos::new(EcrAddress::Serial { path, baud: 9600 }, "till1", "01", times, 7);
    let record = terminal.sign_in().end.unwrap().record.unwrap();
    assert_eq!(record.text.unwrap().as_str(), "签到成功");
    assert_eq!(playing.join().unwrap(), ACK);
    drop(held);
}

#[test]
fn a_line_that_another_program_uses_is_busy() {
    use rustix::fs::{FlockOperation, flock};
    let (_master, path) = pty();
    let other = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    flock(&other, FlockOperation::NonBlockingLockExclusive).unwrap();
    let mut terminal = Mispos::new(EcrAddress::Serial { path, baud: 9600 }, "till1", "01", times(), 7);
    let fault = terminal.sign_in().end.unwrap_err();
    assert!(matches!(fault, EcrFault::InUse { .. }), "{fault}");
    assert_eq!(fault.verdict().cause, SignInCause::TerminalBusy);
}
