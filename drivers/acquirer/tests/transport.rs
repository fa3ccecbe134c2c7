//! A host that misbehaves on the wire: each way has its own name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use acquirer::{
    Exchange, HostAddress, Limits, LinkFault, NetworkCode, Request, Route, Terminal, Trace, exchange, host::Ending,
    reach,
};
use model::{SignInCause, StepName};
use rustix::net::{AddressFamily, SocketType, bind, listen, socket};

const SHORT: Duration = Duration::from_millis(600);

fn request() -> Request {
    let (tpdu, header) = ("6000030000".parse().unwrap(), "603100311000".parse().unwrap());
    let terminal = Terminal::new(tpdu, header, "12345678", "898110012345678").unwrap();
    terminal.sign_in(Trace::FIRST, None, NetworkCode::Double, "01").unwrap()
}

fn limits() -> Limits {
    Limits { response: SHORT, ..Limits::each(Duration::from_secs(2)) }
}

fn route(address: SocketAddr) -> Route {
    Route { primary: address.to_string().parse().unwrap(), backup: None, tls: None }
}

/// A host that does this with each connection.
fn host(act: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| act(stream.unwrap())));
    address
}

/// Reads the whole request first.
fn asked(mut stream: &TcpStream) {
    let mut bytes = vec![0; request().bytes().len()];
    stream.read_exact(&mut bytes).unwrap();
}

/// A port that is bound, so that nobody else gets it, and on which nobody listens.
fn nobody() -> (TcpListener, SocketAddr) {
    let socket = bound();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn bound() -> TcpListener {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    TcpListener::from(socket)
}

/// A frame that answers something.
fn frame() -> Vec<u8> {
    let mut frame = request().bytes().to_vec();
    frame[14] = 0x10;
    frame
}

fn asking(address: SocketAddr) -> Exchange {
    exchange(&route(address), &request(), &limits())
}

fn ends(act: impl Fn(TcpStream) + Send + 'static) -> (LinkFault, SignInCause) {
    let tried = asking(host(act));
    let verdict = tried.verdict().expect("a fault");
    (tried.fault().unwrap().clone(), verdict.cause)
}

/// Holds a connection open until the other side ends it.
fn hold(mut stream: TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

#[test]
fn a_frame_goes_out_and_one_comes_back() {
    let address = host(|mut stream| {
        asked(&stream);
        stream.write_all(&frame()).unwrap();
        hold(stream);
    });
    let tried = asking(address);
    assert_eq!(tried.answer(), Some(frame().as_slice()));
    assert_eq!((tried.fault(), tried.verdict(), tried.frame_left()), (None, None, true));
    let names: Vec<_> = tried.steps().iter().map(|step| (step.name, step.ok)).collect();
    let all = [StepName::Dns, StepName::Tcp, StepName::Send, StepName::Answer];
    assert_eq!(names, all.map(|name| (name, Some(true))));
}

#[test]
fn an_answer_in_pieces_is_put_together() {
    let address = host(|mut stream| {
        asked(&stream);
        for piece in frame().chunks(7) {
            stream.write_all(piece).unwrap();
            stream.flush().unwrap();
            thread::sleep(Duration::from_millis(2));
        }
    });
    assert_eq!(asking(address).answer(), Some(frame().as_slice()));
}

#[test]
fn nobody_listening_is_a_refusal() {
    let (_held, address) = nobody();
    let tried = asking(address);
    assert_eq!(tried.fault(), Some(&LinkFault::ConnectRefused));
    assert_eq!(tried.verdict().unwrap().cause, SignInCause::ConnectionRefused);
    assert!(!tried.frame_left());
}

#[test]
fn a_syn_that_nobody_answers_is_unreachable() {
    // a full backlog drops further SYNs
    let socket = bound();
    listen(&socket, 0).unwrap();
    let address = socket.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..3 {
        waiting.extend(TcpStream::connect_timeout(&address, Duration::from_millis(100)).ok());
    }
    let limits = Limits { connect: Duration::from_millis(300), ..limits() };
    let tried = exchange(&route(address), &request(), &limits);
    assert_eq!(tried.fault(), Some(&LinkFault::ConnectTimedOut));
    assert_eq!(tried.verdict().unwrap().cause, SignInCause::Unreachable);
}

#[test]
fn a_step_for_which_no_time_is_left_is_not_begun_and_is_no_fault_of_the_host() {
    let socket = bound();
    listen(&socket, 5).unwrap();
    socket.set_nonblocking(true).unwrap();
    let address = socket.local_addr().unwrap();
    let limits = Limits { total: Some(Duration::ZERO), ..limits() };
    let tried = exchange(&route(address), &request(), &limits);
    assert_eq!(tried.fault(), Some(&LinkFault::OutOfTime { step: StepName::Dns }));
    assert_eq!(tried.steps().len(), 1, "{:?}", tried.steps());
    assert!(!tried.frame_left());
    let reached = reach(&address.to_string().parse().unwrap(), None, &limits);
    assert!(matches!(reached.fault, Some((LinkFault::OutOfTime { .. }, _))));
    assert!(socket.accept().is_err(), "nobody has connected");
}

#[test]
fn one_limit_for_all_steps_holds_for_both_hosts_together() {
    // each host takes the connection and says nothing
    let (first, second) = (host(asked_and_held), host(asked_and_held));
    let route = Route { backup: Some(second.to_string().parse().unwrap()), ..route(first) };
    let whole = Limits { response: Duration::from_secs(60), total: Some(SHORT), ..limits() };
    let tried = exchange(&route, &request(), &whole);
    assert_eq!(tried.fault(), Some(&LinkFault::Silent), "its own limit of a minute is not waited for");
    assert_eq!(tried.attempts.len(), 1, "the frame had left");
}

/// Takes the request and holds the line until the other side goes.
fn asked_and_held(stream: TcpStream) {
    asked(&stream);
    thread::spawn(move || (&stream).read(&mut [0; 1]));
}

#[test]
fn a_name_that_does_not_exist_is_a_dns_fault() {
    let primary: HostAddress = "nobody.invalid:8583".parse().unwrap();
    let tried = exchange(&Route { primary, backup: None, tls: None }, &request(), &limits());
    assert!(matches!(tried.fault(), Some(LinkFault::NameNotFound { .. } | LinkFault::NameTimedOut)));
    assert_eq!(tried.verdict().unwrap().cause, SignInCause::DnsFailed);
}

#[test]
fn closing_without_reading_our_frame_drops_the_connection() {
    for _ in 0..20 {
        let (fault, cause) = ends(drop);
        assert!(matches!(fault, LinkFault::Dropped { .. }), "{fault:?}");
        assert_eq!(cause, SignInCause::ConnectionDropped);
    }
}

#[test]
fn closing_after_our_frame_without_a_byte_is_addressing() {
    for _ in 0..20 {
        let tried = asking(host(|stream| asked(&stream)));
        assert_eq!(tried.fault(), Some(&LinkFault::ClosedUnanswered));
        let verdict = tried.verdict().unwrap();
        assert_eq!(verdict.cause, SignInCause::Addressing);
        assert_eq!(verdict.candidates, [SignInCause::ConnectionDropped]);
    }
}

#[test]
fn silence_is_no_response() {
    let (fault, cause) = ends(hold);
    assert_eq!((fault, cause), (LinkFault::Silent, SignInCause::NoResponse));
}

#[test]
fn a_host_that_drips_gains_no_time() {
    let begun = Instant::now();
    let (fault, cause) = ends(|mut stream| {
        asked(&stream);
        for byte in frame() {
            if stream.write_all(&[byte]).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
    });
    assert!(matches!(fault, LinkFault::CutShort { ending: Ending::StillComing, .. }), "{fault:?}");
    assert_eq!(cause, SignInCause::NoResponse);
    assert!(begun.elapsed() < Duration::from_secs(5), "the frame would take over six seconds");
}

#[test]
fn half_a_frame_is_malformed_whether_the_host_closes_or_stops() {
    let (fault, cause) = ends(|mut stream| {
        asked(&stream);
        stream.write_all(&frame()[..20]).unwrap();
        let _ = stream.shutdown(Shutdown::Both);
    });
    assert!(matches!(fault, LinkFault::CutShort { have: 20, said: 62, ending: Ending::Closed }), "{fault:?}");
    assert_eq!(cause, SignInCause::MalformedResponse);
    let (fault, cause) = ends(|mut stream| {
        asked(&stream);
        stream.write_all(&frame()[..20]).unwrap();
        hold(stream);
    });
    assert!(matches!(fault, LinkFault::CutShort { ending: Ending::Stalled, .. }), "{fault:?}");
    assert_eq!(cause, SignInCause::MalformedResponse);
}

#[test]
fn a_length_that_lies_either_way_is_malformed() {
    let (fault, cause) = ends(|mut stream| {
        let mut bytes = frame();
        bytes[1] += 1;
        asked(&stream);
        stream.write_all(&bytes).unwrap();
    });
    assert!(matches!(fault, LinkFault::CutShort { .. }), "{fault:?}");
    assert_eq!(cause, SignInCause::MalformedResponse);
    let (fault, cause) = ends(|mut stream| {
        let mut bytes = frame();
        bytes[1] -= 1;
        asked(&stream);
        stream.write_all(&bytes).unwrap();
    });
    assert_eq!((fault, cause), (LinkFault::Trailing { extra: 1 }, SignInCause::MalformedResponse));
}

#[test]
fn bytes_behind_the_frame_are_malformed_even_if_they_come_a_little_later() {
    let (fault, cause) = ends(|mut stream| {
        asked(&stream);
        stream.write_all(&frame()).unwrap();
        thread::sleep(Duration::from_millis(20));
        stream.write_all(b"more").unwrap();
        hold(stream);
    });
    assert_eq!((fault, cause), (LinkFault::Trailing { extra: 4 }, SignInCause::MalformedResponse));
}

#[test]
fn a_web_server_and_a_port_that_wants_tls_are_told_from_a_host_that_says_a_wrong_length() {
    let say = |bytes: &'static [u8]| {
        ends(move |mut stream| {
            asked(&stream);
            stream.write_all(bytes).unwrap();
        })
    };
    let malformed = SignInCause::MalformedResponse;
    assert_eq!(say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), (LinkFault::SpeaksHttp, malformed));
    assert_eq!(say(b"<html>please log in</html>"), (LinkFault::SpeaksHttp, malformed));
    assert_eq!(say(&[0x15, 3, 1, 0, 2, 2, 70]), (LinkFault::SpeaksTls, SignInCause::TlsFailed));
    assert_eq!(say(b"SSH-2.0-x\r\n"), (LinkFault::Length { said: 0x5353 }, malformed));
}

#[test]
fn the_backup_answers_when_nobody_listens_at_the_primary() {
    let backup = host(|mut stream| {
        asked(&stream);
        stream.write_all(&frame()).unwrap();
    });
    let (_held, primary) = nobody();
    let route = Route { backup: Some(backup.to_string().parse().unwrap()), ..route(primary) };
    let tried = exchange(&route, &request(), &limits());
    assert_eq!(tried.answer(), Some(frame().as_slice()));
    assert_eq!((tried.attempts.len(), tried.fault()), (2, None));
    assert_eq!(tried.steps().iter().filter(|step| step.ok == Some(false)).count(), 1);
}

#[test]
fn the_backup_is_not_asked_when_the_primary_may_have_our_frame() {
    let backup = host(drop);
    let route = Route { backup: Some(backup.to_string().parse().unwrap()), ..route(host(hold)) };
    let tried = exchange(&route, &request(), &limits());
    assert_eq!((tried.attempts.len(), tried.fault()), (1, Some(&LinkFault::Silent)));
}

#[test]
fn a_probe_goes_as_far_as_tcp_and_sends_nothing() {
    let (say, heard) = std::sync::mpsc::channel();
    let address = host(move |mut stream| {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        say.send(all).unwrap();
    });
    let tried = reach(&address.to_string().parse().unwrap(), None, &limits());
    assert_eq!((tried.fault.clone(), tried.peer, tried.frame_left()), (None, Some(address), false));
    assert_eq!(heard.recv().unwrap(), b"");
}
