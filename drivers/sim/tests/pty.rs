//! The printer on real pseudo-terminals: hotplug, flow control as the kernel does it, bytes that are lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{ControlModes, InputModes, OptionalActions, tcgetattr, tcsetattr};
use sim::printer::{Args, Change, Flow, Model, PaperSupply, Power, Quirk, Running, State};
use tempfile::TempDir;

const ID: &[u8] = b"\x1d(H\x06\x0000ab01";
const ID_REPLY: &[u8] = b"\x37\x22ab01\x00";

struct Bench {
    printer: Running,
    folder: TempDir,
}

impl Bench {
    fn open(arrange: impl FnOnce(Args) -> Args) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("ttyPRN");
        let arguments = Args::new(at, folder.path().join("control"), folder.path().join("paper")).with_speed(0);
        Self { printer: Running::start(&arrange(arguments)).unwrap(), folder }
    }

    fn node(&self) -> PathBuf {
        self.printer.path().unwrap().to_owned()
    }

    fn host(&self) -> File {
        host(&self.node())
    }

    fn set(&self, change: Change) {
        self.printer.set(change).unwrap();
    }

    fn power(&self, power: Power) {
        self.set(Change { power: Some(power), ..Change::default() });
    }

    fn paper(&self, paper: PaperSupply) {
        self.set(Change { paper: Some(paper), ..Change::default() });
    }

    /// Waits for a state; a printer that never gets there ends the test.
    fn until(&self, what: impl Fn(&State) -> bool) -> State {
        for _ in 0..4000 {
            let state = self.printer.state().unwrap();
            if what(&state) {
                return state;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("never came: {:?}", self.printer.state());
    }

    fn sheet(&self, number: u32) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("paper/sheet-{number:04}.txt"))).unwrap()
    }
}

fn host(node: &std::path::Path) -> File {
    let flags = rustix::fs::OFlags::NOCTTY.bits() as i32;
    OpenOptions::new().read(true).write(true).custom_flags(flags).open(node).unwrap()
}

/// Reads exactly so many bytes; silence of 20 s ends the test.
fn receive(host: &mut File, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    let mut got = 0;
    while got < count {
        let mut fds = [PollFd::new(&*host, PollFlags::IN)];
        let ready = poll(&mut fds, Some(&Timespec { tv_sec: 20, tv_nsec: 0 })).unwrap();
        assert!(ready > 0, "silence after {:02X?}", &bytes[..got]);
        got += host.read(&mut bytes[got..]).unwrap();
    }
    bytes
}

fn ask(host: &mut File, bytes: &[u8], count: usize) -> Vec<u8> {
    host.write_all(bytes).unwrap();
    receive(host, count)
}

fn arrange(host: &File, input: InputModes, control: ControlModes, baud: Option<u32>) {
    let mut modes = tcgetattr(host).unwrap();
    modes.input_modes |= input;
    modes.control_modes |= control;
    if let Some(baud) = baud {
        modes.set_speed(baud).unwrap();
    }
    tcsetattr(host, OptionalActions::Now, &modes).unwrap();
}

fn lines(count: usize) -> String {
    (0..count).map(|number| format!("line {number}\n")).collect()
}

#[test]
fn a_job_over_a_pty_is_printed_and_proved() {
    let bench = Bench::open(|arguments| arguments.with_flow(Flow::Wire));
    let mut host = bench.host();
    assert_eq!(ask(&mut host, b"\x10\x04\x01", 1), [0x16]);
    // every byte value passes unchanged, in both directions
    let picture: Vec<u8> = (0..=255).collect();
    let job = [b"hello\n\x1dv0\x00\x20\x00\x08\x00".as_slice(), &picture, b"\x1dVB\x00", ID].concat();
    assert_eq!(ask(&mut host, &job, 7), ID_REPLY);
    assert_eq!(bench.sheet(1), "hello\n");
    let taken = std::fs::read(bench.folder.path().join("paper/sheet-0001.bin")).unwrap();
    assert_eq!(taken, [b"\x10\x04\x01", &job[..job.len() - ID.len()]].concat());
}

#[test]
fn the_node_goes_with_the_power_and_comes_back() {
    let bench = Bench::open(|arguments| arguments);
    let mut host = bench.host();
    assert_eq!(ask(&mut host, b"\x10\x04\x01", 1), [0x16]);
    bench.power(Power::Off);
    assert!(std::fs::symlink_metadata(bench.node()).is_err(), "the node has vanished");
    assert!(matches!(host.read(&mut [0]), Ok(0) | Err(_)), "and who had it open is hung up");
    assert!(host.write(b"x").is_err());
    bench.power(Power::On);
    assert_eq!(ask(&mut bench.host(), b"\x10\x04\x04", 1), [0x12]);
}

#[test]
fn who_opens_and_closes_is_seen_and_old_answers_are_not_kept_for_the_next() {
    let bench = Bench::open(|arguments| arguments);
    let mut first = bench.host();
    assert_eq!(ask(&mut first, b"\x1da\xff", 4), [0x14, 0, 0, 0]);
    assert!(bench.printer.state().unwrap().connected);
    drop(first);
    bench.until(|state| !state.connected);
    bench.paper(PaperSupply::NearEnd);
    let mut second = bench.host();
    assert_eq!(ask(&mut second, b"\x10\x04\x04", 1), [0x1E], "the change before was told to nobody");
    assert_eq!(bench.printer.state().unwrap().connections, 2);
}

#[test]
fn a_host_with_ixon_is_stopped_by_xoff_and_loses_nothing() {
    let bench = Bench::open(|arguments| arguments.with_flow(Flow::Software).with_buffer(512));
    let mut host = bench.host();
    arrange(&host, InputModes::IXON, ControlModes::empty(), None);
    bench.paper(PaperSupply::End);
    let text = lines(3000);
    let mut sender = host.try_clone().unwrap();
    let job = [text.as_bytes(), b"\x1dVB\x00", ID].concat();
    let thread = std::thread::spawn(move || sender.write_all(&job));
    bench.until(|state| state.stopped);
    bench.paper(PaperSupply::Ok);
    assert_eq!(receive(&mut host, 7), ID_REPLY, "the kernel has taken XOFF and XON out");
    thread.join().unwrap().unwrap();
    let state = bench.printer.state().unwrap();
    let printed: String = (1..=state.sheets).map(|number| bench.sheet(number)).collect();
    assert_eq!((state.lost, printed), (0, text));
}

#[test]
fn a_host_that_ignores_xoff_sees_it_and_loses_bytes() {
    let bench = Bench::open(|arguments| arguments.with_flow(Flow::Software).with_buffer(512));
    let mut host = bench.host();
    bench.paper(PaperSupply::End);
    host.write_all(&[b'x'; 2000]).unwrap();
    assert_eq!(receive(&mut host, 1), [0x13]);
    let state = bench.until(|state| state.received == 2000);
    assert_eq!((state.buffered, state.lost), (512, 1488));
    bench.paper(PaperSupply::Ok);
    assert_eq!(receive(&mut host, 1), [0x11]);
}

#[test]
fn without_flow_control_bytes_are_lost_and_with_crtscts_they_are_not() {
    let bench = Bench::open(|arguments| arguments.with_flow(Flow::Hardware).with_buffer(512));
    let mut host = bench.host();
    bench.paper(PaperSupply::End);
    host.write_all(&[b'x'; 1000]).unwrap();
    bench.until(|state| state.lost == 488);
    bench.paper(PaperSupply::Ok);
    bench.until(|state| state.buffered == 0);
    bench.paper(PaperSupply::End);
    arrange(&host, InputModes::empty(), ControlModes::CRTSCTS, None);
    host.write_all(&[b'y'; 1000]).unwrap();
    let state = bench.until(|state| state.stopped && state.buffered > 400);
    assert_eq!(state.lost, 488, "the rest waits on the host's side");
    bench.paper(PaperSupply::Ok);
    bench.until(|state| state.received == 2000 && state.lost == 488);
}

#[test]
fn a_host_of_another_speed_writes_rubbish() {
    let bench = Bench::open(|arguments| arguments.with_baud(19200).with_quirk(Quirk::StrictBaud));
    let mut host = bench.host();
    arrange(&host, InputModes::empty(), ControlModes::empty(), Some(9600));
    host.write_all(b"\x10\x04\x01").unwrap();
    bench.until(|state| state.received == 3 && state.sent == 0);
    arrange(&host, InputModes::empty(), ControlModes::empty(), Some(19200));
    assert_eq!(ask(&mut host, b"\x10\x04\x04", 1), [0x12]);
}

#[test]
fn a_stale_symlink_is_replaced_and_anything_else_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let node = folder.path().join("lp0");
    let arguments = Args::new(node.clone(), folder.path().join("control"), folder.path().join("paper"));
    std::fs::write(&node, "mine").unwrap();
    let error = format!("{:#}", Running::start(&arguments).unwrap_err());
    assert!(error.contains("no symlink"), "{error}");
    std::fs::remove_file(&node).unwrap();
    std::os::unix::fs::symlink(folder.path().join("nowhere"), &node).unwrap();
    let printer = Running::start(&arguments.clone().with_model(Model::InOrder)).unwrap();
    assert_eq!(ask(&mut host(&node), b"\x10\x04\x01", 1), [0x16]);
    drop(printer);
    assert_eq!(std::fs::symlink_metadata(&node).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn the_program_names_its_node_and_reads_its_script() {
    let folder = tempfile::tempdir().unwrap();
    let node = folder.path().join("node");
    let script = folder.path().join("script");
    std::fs::write(
        &script,
        "{\"set\":{\"paper\":\"near_end\"}}\n{\"after\":{\"bytes\":6},\"set\":{\"power\":\"off\"}}\n",
    )
    .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterfoil-sim"));
    command.args(["printer", "--flow", "usb", "--quirk", "slow", "--quirk", "no-cut-42", "--damage", "{\"dead\":[7]}"]);
    for (option, path) in [("--pty", &node), ("--script", &script)] {
        command.arg(option).arg(path);
    }
    command.arg("--control").arg(folder.path().join("c")).arg("--paper").arg(folder.path().join("p"));
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut said).unwrap();
    assert_eq!(said.trim(), format!("listening {}", node.display()));
    let mut host = host(&node);
    assert_eq!(ask(&mut host, b"\x10\x04\x04", 1), [0x1E]);
    host.write_all(b"\x10\x04\x04").unwrap();
    assert!(matches!(host.read(&mut [0]), Ok(0) | Err(_)), "its power went with the sixth byte");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(std::fs::symlink_metadata(&node).is_err());
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let run = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_counterfoil-sim"));
        let done = command.arg("printer").args(["--control", "c", "--paper", "p"]).args(options).output().unwrap();
        (done.status.success(), String::from_utf8(done.stderr).unwrap())
    };
    for options in [
        ["--listen=127.0.0.1:0", "--pty=node"].as_slice(),
        &[],
        &["--listen=127.0.0.1:0", "--flow=software"],
        &["--pty=node", "--second=refuse"],
        &["--pty=node", "--quirk=loud"],
        &["--listen=127.0.0.1:0", "--firmware=klingon"],
    ] {
        let (fine, said) = run(options);
        assert!(!fine && said.contains("--help"), "{options:?}: {said}");
    }
    let (fine, said) = run(&["--listen=127.0.0.1:0", "--model=mute", "--quirk=slow"]);
    assert!(!fine && said.contains("the mute model and slow"), "{said}");
}
