//! The printer on real sockets and files: TCP to the host, the control socket, the folder of paper.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use sim::printer::{Args, Busy, Model, Running, Second};
use tempfile::TempDir;

const ID: &[u8] = b"\x1d(H\x06\x0000ab01";
const ID_REPLY: &[u8] = b"\x37\x22ab01\x00";
const PATIENCE: Duration = Duration::from_secs(20);

/// A printer with its folder; everything is gone when it is dropped.
struct Shop {
    printer: Option<Running>,
    arguments: Args,
    folder: TempDir,
}

impl Shop {
    fn open(model: Model) -> Self {
        Self::arranged(|arguments| arguments.with_model(model))
    }

    fn arranged(arrange: impl FnOnce(Args) -> Args) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let (control, paper) = (folder.path().join("printer.control"), folder.path().join("paper"));
        let arguments = arrange(Args::new(address, control, paper).with_speed(0));
        let printer = Some(Running::start(&arguments).unwrap());
        Self { printer, arguments, folder }
    }

    fn connect(&self) -> TcpStream {
        let host = TcpStream::connect(self.printer.as_ref().unwrap().address()).unwrap();
        host.set_read_timeout(Some(PATIENCE)).unwrap();
        host
    }

    fn control(&self) -> Control {
        let stream = UnixStream::connect(&self.arguments.control).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Control(BufReader::new(stream))
    }

    fn paper(&self, name: &str) -> PathBuf {
        self.arguments.paper.join(name)
    }
}

struct Control(BufReader<UnixStream>);

impl Control {
    fn line(&mut self, line: &str) -> Value {
        self.0.get_mut().write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        self.0.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    fn set(&mut self, change: Value) {
        assert_eq!(self.line(&json!({ "set": change }).to_string()), json!({"ok": true}));
    }

    fn state(&mut self) -> Value {
        self.line(r#"{"get":"state"}"#)
    }

    /// Waits for a state; a printer that never gets there ends the test.
    fn until(&mut self, what: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..4000 {
            let state = self.state();
            if what(&state) {
                return state;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("never came: {}", self.state());
    }
}

fn send(host: &mut TcpStream, bytes: &[u8]) {
    host.write_all(bytes).unwrap();
}

fn receive(host: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    host.read_exact(&mut bytes).unwrap();
    bytes
}

fn ask(host: &mut TcpStream, bytes: &[u8], count: usize) -> Vec<u8> {
    send(host, bytes);
    receive(host, count)
}

/// Whether nothing has come to this host so far.
fn nothing_came(host: &TcpStream) -> bool {
    host.set_nonblocking(true).unwrap();
    let seen = host.peek(&mut [0]);
    host.set_nonblocking(false).unwrap();
    matches!(seen, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

const ALL_STATUS: &[u8] = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04";

#[test]
fn every_state_has_its_status_bytes_on_the_wire() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    assert_eq!(ask(&mut host, ALL_STATUS, 4), [0x16, 0x12, 0x12, 0x12]);
    control.set(json!({"paper": "near_end"}));
    assert_eq!(ask(&mut host, ALL_STATUS, 4), [0x16, 0x12, 0x12, 0x1E]);
    control.set(json!({"paper": "end"}));
    assert_eq!(ask(&mut host, ALL_STATUS, 4), [0x1E, 0x32, 0x12, 0x7E]);
    control.set(json!({"paper": "ok", "cover": "open"}));
    assert_eq!(ask(&mut host, ALL_STATUS, 4), [0x1E, 0x16, 0x12, 0x12]);
    control.set(json!({"cover": "closed"}));
    assert_eq!(ask(&mut host, ALL_STATUS, 4), [0x16, 0x12, 0x12, 0x12]);
}

#[test]
fn automatic_status_is_pushed_on_change() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    assert_eq!(ask(&mut host, b"\x1da\xff", 4), [0x14, 0, 0, 0]);
    control.set(json!({"cover": "open"}));
    assert_eq!(receive(&mut host, 4), [0x3C, 0, 0, 0]);
    control.set(json!({"cover": "closed"}));
    assert_eq!(receive(&mut host, 4), [0x14, 0, 0, 0]);
}

#[test]
fn proof_comes_only_after_the_paper_end_is_cured_and_the_sheet_lies_there() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    control.set(json!({"paper": "end"}));
    send(&mut host, &[b"hello\n\x1dVB\x00", ID].concat());
    assert_eq!(ask(&mut host, b"\x10\x04\x01", 1), [0x1E]);
    let state = control.until(|state| state["buffered"].as_u64() > Some(0));
    assert_eq!((&state["paper"], &state["online"], &state["sheets"]), (&json!("end"), &json!(false), &json!(0)));
    assert!(nothing_came(&host));
    control.set(json!({"paper": "ok"}));
    assert_eq!(receive(&mut host, 7), ID_REPLY);
    assert_eq!(std::fs::read_to_string(shop.paper("sheet-0001.txt")).unwrap(), "hello\n");
    assert_eq!(std::fs::read(shop.paper("sheet-0001.bin")).unwrap(), b"hello\n\x1dVB\x00");
    let decoder = png::Decoder::new(BufReader::new(std::fs::File::open(shop.paper("sheet-0001.png")).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut dots = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut dots).unwrap();
    assert_eq!((info.width, info.height, info.bit_depth), (576, 30 + 96, png::BitDepth::One));
    let black: u32 = dots.iter().map(|byte| byte.count_zeros()).sum();
    assert!(black > 50 && black < 2000, "{black} black dots for five letters");
    assert_eq!(control.state()["sheets"], json!(1));
}

#[test]
fn the_early_model_answers_with_the_paper_out() {
    let shop = Shop::open(Model::Early);
    let (mut host, mut control) = (shop.connect(), shop.control());
    control.set(json!({"paper": "end"}));
    assert_eq!(ask(&mut host, b"hello\n\x1dVB\x00\x1dr1", 1), [0x0F]);
    assert_eq!(control.state()["sheets"], json!(0));
}

#[test]
fn the_mute_model_prints_and_never_answers() {
    let shop = Shop::open(Model::Mute);
    let (mut host, mut control) = (shop.connect(), shop.control());
    send(&mut host, &[b"\x10\x04\x01\x1da\xff\x1dr1", ID, b"hello\n\x1dVB\x00"].concat());
    control.until(|state| state["sheets"] == json!(1));
    control.set(json!({"power": "off"}));
    let mut all = Vec::new();
    let _ = host.read_to_end(&mut all);
    assert_eq!(all, b"");
}

#[test]
fn a_second_client_waits_until_the_first_has_gone() {
    let shop = Shop::open(Model::Full);
    let mut first = shop.connect();
    assert_eq!(ask(&mut first, b"\x10\x04\x01", 1), [0x16]);
    let mut second = shop.connect();
    send(&mut second, b"\x10\x04\x04");
    assert_eq!(ask(&mut first, b"\x10\x04\x02", 1), [0x12]);
    assert_eq!(shop.control().state()["connected"], json!(true));
    assert!(nothing_came(&second));
    drop(first);
    assert_eq!(receive(&mut second, 1), [0x12]);
}

#[test]
fn power_off_hangs_up_and_refuses_and_power_on_takes_the_same_port() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    assert_eq!(ask(&mut host, b"\x10\x04\x01", 1), [0x16]);
    control.set(json!({"power": "off"}));
    assert!(matches!(host.read(&mut [0]), Ok(0) | Err(_)));
    let address = shop.printer.as_ref().unwrap().address();
    assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(control.state()["power"], json!("off"));
    control.set(json!({"power": "on"}));
    assert_eq!(ask(&mut shop.connect(), b"\x10\x04\x01", 1), [0x16]);
}

#[test]
fn a_full_printer_stops_reading_and_loses_nothing() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    control.set(json!({"paper": "end"}));
    let lines: String = (0..3000).map(|number| format!("line {number}\n")).collect();
    let mut sender = host.try_clone().unwrap();
    let job = [lines.as_bytes(), b"\x1dVB\x00", ID].concat();
    let thread = std::thread::spawn(move || sender.write_all(&job));
    control.until(|state| state["buffered"] == json!(4096));
    control.set(json!({"paper": "ok"}));
    assert_eq!(receive(&mut host, 7), ID_REPLY);
    thread.join().unwrap().unwrap();
    let sheets = control.state()["sheets"].as_u64().unwrap();
    let printed: String =
        (1..=sheets).map(|n| std::fs::read_to_string(shop.paper(&format!("sheet-{n:04}.txt"))).unwrap()).collect();
    assert_eq!(printed, lines, "long paper falls in several pieces");
}

#[test]
fn a_bad_control_line_is_answered_and_the_connection_goes_on() {
    let shop = Shop::open(Model::Full);
    let mut control = shop.control();
    for bad in ["nonsense", "{}", r#"{"set":{"paper":"wet"}}"#, r#"{"set":{"lid":"open"}}"#, &"x".repeat(100_000)] {
        assert!(control.line(bad)["error"].is_string(), "{bad:.40}");
    }
    let state = control.state();
    assert_eq!((&state["model"], &state["connected"]), (&json!("full"), &json!(false)));
}

#[test]
fn a_stale_control_socket_is_replaced_and_a_live_one_is_not() {
    let mut shop = Shop::open(Model::Full);
    let error = Running::start(&shop.arguments).unwrap_err().to_string();
    assert!(error.contains("another process listens"), "{error}");
    shop.printer = None;
    drop(std::os::unix::net::UnixListener::bind(&shop.arguments.control).unwrap());
    shop.printer = Some(Running::start(&shop.arguments).unwrap());
    assert_eq!(shop.control().state()["power"], json!("on"));
}

#[test]
fn numbers_of_sheets_go_on_after_a_restart_and_the_torn_sheet_is_kept() {
    let mut shop = Shop::open(Model::Full);
    let mut host = shop.connect();
    assert_eq!(ask(&mut host, &[b"one\n\x1dVB\x00torn\n", ID].concat(), 7), ID_REPLY);
    shop.printer = None;
    assert_eq!(std::fs::read_to_string(shop.paper("sheet-0002.txt")).unwrap(), "torn\n");
    shop.printer = Some(Running::start(&shop.arguments).unwrap());
    assert_eq!(ask(&mut shop.connect(), &[b"three\n\x1dVB\x00", ID].concat(), 7), ID_REPLY);
    assert_eq!(std::fs::read_to_string(shop.paper("sheet-0003.txt")).unwrap(), "three\n");
}

#[test]
fn the_program_says_where_it_listens_and_goes_quietly_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_counterfoil-sim"))
        .args(["printer", "--listen", "127.0.0.1:0", "--model", "in-order", "--columns", "32", "--control"])
        .arg(folder.path().join("c"))
        .arg("--paper")
        .arg(folder.path().join("paper"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening ").unwrap();
    let mut host = TcpStream::connect(address).unwrap();
    host.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(ask(&mut host, b"ink\n\x1dr1", 1), [0]);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(std::fs::read_to_string(folder.path().join("paper/sheet-0001.txt")).unwrap(), "ink\n");
    assert!(!folder.path().join("c").exists());
}

#[test]
fn nobody_sees_half_a_sheet() {
    let shop = Shop::open(Model::Full);
    let mut host = shop.connect();
    for _ in 0..5 {
        assert_eq!(ask(&mut host, &[b"hello\n\x1dVB\x00", ID].concat(), 7), ID_REPLY);
    }
    let mut names: Vec<String> = std::fs::read_dir(shop.folder.path().join("paper"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 15);
    assert!(names.iter().all(|name| name.starts_with("sheet-000")), "{names:?}");
}

#[test]
fn a_second_client_may_be_refused_and_the_next_is_let_in() {
    let shop = Shop::arranged(|arguments| Args { second: Second::Refuse, ..arguments });
    let address = shop.printer.as_ref().unwrap().address();
    let mut first = shop.connect();
    assert_eq!(ask(&mut first, b"\x10\x04\x01", 1), [0x16]);
    assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(ask(&mut first, b"\x10\x04\x01", 1), [0x16]);
    drop(first);
    shop.control().until(|state| state["connected"] == json!(false));
    assert_eq!(ask(&mut shop.connect(), b"\x10\x04\x01", 1), [0x16]);
}

#[test]
fn a_second_client_may_be_ignored() {
    let shop = Shop::open(Model::Full);
    shop.printer.as_ref().unwrap().tell(r#"{"set":{"second":"ignore"}}"#).unwrap();
    let address = shop.printer.as_ref().unwrap().address();
    let mut first = shop.connect();
    assert_eq!(ask(&mut first, b"\x10\x04\x01", 1), [0x16]);
    let error = TcpStream::connect_timeout(&address, Duration::from_millis(300)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut, "its SYN was not answered");
    drop(first);
    shop.control().until(|state| state["connected"] == json!(false));
    assert_eq!(ask(&mut shop.connect(), b"\x10\x04\x01", 1), [0x16]);
}

#[test]
fn a_host_that_has_finished_may_still_hear_a_printer_that_never_closes() {
    let shop = Shop::arranged(|arguments| Args { never_close: true, ..arguments });
    let (mut host, mut control) = (shop.connect(), shop.control());
    control.set(json!({"paper": "end"}));
    send(&mut host, &[b"hello\n\x1dVB\x00", ID].concat());
    host.shutdown(std::net::Shutdown::Write).unwrap();
    control.until(|state| state["received"] == json!(21));
    control.set(json!({"paper": "ok"}));
    assert_eq!(receive(&mut host, 7), ID_REPLY);
    assert!(nothing_came(&host), "no FIN");
    assert_eq!(control.state()["connected"], json!(true));
    control.set(json!({"hang_up": "close"}));
    assert_eq!(host.read(&mut [0]).unwrap(), 0);
}

#[test]
fn a_connection_is_reset_after_so_many_bytes() {
    let shop = Shop::arranged(|arguments| Args { drop_after: Some(6), ..arguments });
    let mut host = shop.connect();
    assert_eq!(ask(&mut host, b"\x10\x04\x01", 1), [0x16]);
    send(&mut host, b"abcdef");
    let mut rest = Vec::new();
    assert_eq!(host.read_to_end(&mut rest).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(ask(&mut shop.connect(), b"\x10\x04\x01", 1), [0x16]);
    assert_eq!(shop.control().state()["connections"], json!(2));
}

#[test]
fn a_half_open_printer_is_silent_and_keeps_the_connection() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    assert_eq!(ask(&mut host, b"\x10\x04\x01", 1), [0x16]);
    control.set(json!({"half_open": "on"}));
    send(&mut host, b"\x10\x04\x01");
    control.set(json!({"cover": "open"}));
    let state = control.state();
    assert_eq!((&state["received"], &state["connected"]), (&json!(3), &json!(true)));
    assert!(nothing_came(&host));
    control.set(json!({"half_open": "off"}));
    assert_eq!(host.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(ask(&mut shop.connect(), b"\x10\x04\x01", 1), [0x1E]);
}

#[test]
fn while_it_is_busy_offline_not_even_status_gets_in() {
    let shop = Shop::arranged(|arguments| Args { busy: Busy::Offline, ..arguments });
    let (mut host, mut control) = (shop.connect(), shop.control());
    control.set(json!({"cover": "open"}));
    send(&mut host, ALL_STATUS);
    assert_eq!(control.state()["received"], json!(0));
    assert!(nothing_came(&host));
    control.set(json!({"cover": "closed"}));
    assert_eq!(receive(&mut host, 4), [0x16, 0x12, 0x12, 0x12]);
}

#[test]
fn a_fault_is_planned_over_the_control_socket() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    let plan = json!({"after": {"dots": 45}, "set": {"paper": "end"}, "then": [{"after": {"ms": 50}, "set": {"paper": "ok"}}]});
    assert_eq!(control.line(&plan.to_string()), json!({"ok": true}));
    assert_eq!(control.state()["steps"], json!(1));
    assert_eq!(ask(&mut host, b"\x1da\x08", 4), [0x14, 0, 0, 0]);
    send(&mut host, &[b"one\ntwo\n", ID].concat());
    assert_eq!(receive(&mut host, 4), [0x1C, 0, 0x0F, 0]);
    assert_eq!(receive(&mut host, 4 + 7), [b"\x14\0\0\0", ID_REPLY].concat());
    assert!(control.line(r#"{"after":{"bytes":1},"set":{"quirks":["slow","nonsense"]}}"#)["error"].is_string());
    let error = control.line(r#"{"set":{"quirks":["no-asb","asb-8"]}}"#)["error"].to_string();
    assert!(error.contains("no-asb and asb-8"), "{error}");
    assert!(control.line(r#"{"set":{"flow":"software"}}"#)["error"].is_string());
    assert!(control.line(r#"{"set":{"quirks":["chinese-off"]}}"#)["error"].is_string());
}

#[test]
fn the_picture_shows_what_a_person_sees_and_the_text_what_was_commanded() {
    let shop = Shop::open(Model::Full);
    let (mut host, mut control) = (shop.connect(), shop.control());
    // 24 black rows over the whole head, the lower half at a lower density
    let bar = [b"\x1dv0\x00\x48\x00\x0c\x00".as_slice(), &[0xFF; 72 * 12]].concat();
    let job = [b"text\n", bar.as_slice(), b"\x1d(K\x02\x001\xfa", &bar, b"\x1dVB\x00", ID].concat();
    control.set(json!({"damage": {"dead": [100], "groups": [4], "tilt": [100, 50]}}));
    assert_eq!(ask(&mut host, &job, 7), ID_REPLY);
    assert_eq!(std::fs::read_to_string(shop.paper("sheet-0001.txt")).unwrap().lines().next(), Some("text"));
    let decoder = png::Decoder::new(BufReader::new(std::fs::File::open(shop.paper("sheet-0001.png")).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut dots = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut dots).unwrap();
    assert_eq!((info.width, info.bit_depth), (576, png::BitDepth::Eight));
    let dot = |x: usize, y: usize| dots[y * 576 + x];
    assert_eq!((dot(99, 31), dot(100, 31), dot(101, 31)), (dot(99, 31), 255, dot(99, 31)));
    assert_eq!((dot(256, 31), dot(319, 31)), (255, 255));
    assert!(dot(0, 31) == 0 && dot(575, 31) > 120, "the right side is pale");
    assert!(dot(0, 31 + 12) > 60, "the lower half is paler");
    control.set(json!({"damage": {}}));
    assert_eq!(ask(&mut host, &[b"\x1d(K\x02\x001\0text\n\x1dVB\x00", ID].concat(), 7), ID_REPLY);
    let decoder = png::Decoder::new(BufReader::new(std::fs::File::open(shop.paper("sheet-0002.png")).unwrap()));
    assert_eq!(decoder.read_info().unwrap().info().bit_depth, png::BitDepth::One);
}

#[test]
fn a_pty_has_no_second_client_and_no_connection_to_reset() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let printer = Running::start(&Args::new(at("node"), at("control"), at("paper"))).unwrap();
    for change in [r#""second":"refuse""#, r#""idle_reset":9"#, r#""drop_after":9"#, r#""hang_up":"close""#] {
        let answer = printer.tell(&format!(r#"{{"after":{{"ms":5}},"set":{{{change}}}}}"#)).unwrap();
        assert!(answer.contains("error") && answer.contains("pty"), "{answer}");
    }
}
