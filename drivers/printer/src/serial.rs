//! A printer on a serial line: settings and modem lines by the `serialport` crate, bytes by a descriptor of our own that
//! never blocks and can be polled. (The crate's own reads and writes block up to a timeout.)

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::OpenOptionsExt,
    },
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::PollFlags,
    fs::{FlockOperation, OFlags, flock},
    termios::{
        ControlModes, InputModes, OptionalActions, QueueSelector, SpecialCodeIndex, tcflush, tcgetattr, tcsetattr,
    },
};
use serialport::{ClearBuffer, DataBits, FlowControl, SerialPort, StopBits, TTYPort};

use crate::{
    connection::{Bits, Flow, Parity, SerialLine},
    pace::{Clock, Gate, Handshake, Intake, Pace},
    usb::is_ready,
};

const XON: u8 = 0x11;
const XOFF: u8 = 0x13;
/// With flow control the kernel is given this much whenever it has less than as much again, or what the line carries in
/// 50 ms: more would make "in the kernel" too different from "at the printer", and what is asked would wait behind it.
const MOST: usize = 256;
const MOST_TIME: Duration = Duration::from_millis(50);
/// Closing waits for the kernel's bytes while they go. What does not go is dropped: the kernel itself would block in `close`
/// for half a minute behind a printer that holds its line.
const DRAIN_STILL: Duration = Duration::from_millis(300);
const DRAIN_MOST: Duration = Duration::from_secs(3);
const DRAIN_LOOK: Duration = Duration::from_millis(5);

/// What only the crate can tell of a line. A pseudo terminal has no modem lines, so tests stand in for it.
pub(crate) trait Modem: fmt::Debug + Send {
    /// DSR: with `flow=dsr` the printer's DTR, off while it is busy.
    fn ready(&mut self) -> io::Result<bool>;

    /// Bytes in the kernel that have not left.
    fn queued(&self) -> io::Result<u32>;
}

#[derive(Debug)]
struct Port(TTYPort);

impl Modem for Port {
    fn ready(&mut self) -> io::Result<bool> {
        self.0.read_data_set_ready().map_err(io::Error::from)
    }

    fn queued(&self) -> io::Result<u32> {
        self.0.bytes_to_write().map_err(io::Error::from)
    }
}

/// Who holds bytes back when the printer can take no more.
#[derive(Debug)]
enum Brake {
    /// The kernel; so many bytes at a time.
    Kernel(usize),
    Line(Handshake),
    /// Nobody but our own reckoning, and how many of the bytes handed to [`SerialLink::write`] it knows.
    Pace(Box<Pace>, usize),
}

/// An open line.
#[derive(Debug)]
pub(crate) struct SerialLink {
    /// First, so that exclusive use ends before the line is closed.
    modem: Box<dyn Modem>,
    file: File,
    brake: Brake,
    opened: Instant,
    /// Bytes wait for this moment, not for the kernel.
    due: Option<Instant>,
}

impl SerialLink {
    /// Opens a line for us alone, raw, with these settings.
    pub(crate) fn open(path: &Path, line: &SerialLine, intake: Intake) -> io::Result<Self> {
        let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or(0);
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path).map_err(absent)?;
        // no serial line at all, or a port without hardware behind it
        tcgetattr(&file).map_err(|error| absent(error.into()))?;
        // The crate asks for exclusive use before it looks whether somebody has it, and gives it up again when somebody
        // does, so ending his too. So we look first.
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| ErrorKind::ResourceBusy)?;
        flock(&file, FlockOperation::Unlock)?;
        let name = path.to_str().ok_or_else(|| io::Error::new(ErrorKind::NotFound, "its name is no UTF-8"))?;
        let settings = serialport::new(name, line.baud)
            .data_bits(if line.bits == Bits::Seven { DataBits::Seven } else { DataBits::Eight })
            .parity(match line.parity {
                Parity::None => serialport::Parity::None,
                Parity::Even => serialport::Parity::Even,
                Parity::Odd => serialport::Parity::Odd,
            })
            .stop_bits(StopBits::One)
            .flow_control(match line.flow {
                Flow::Hardware => FlowControl::Hardware,
                Flow::Software => FlowControl::Software,
                Flow::Dsr | Flow::None => FlowControl::None,
            })
            // a printer in DTR/DSR mode holds its answers back until it sees our DTR (Epson)
            .dtr_on_open(true);
        let port = TTYPort::open(&settings).map_err(|error| match error.kind() {
            // it opened for us a moment ago: so that means that somebody else has it
            serialport::ErrorKind::NoDevice => ErrorKind::ResourceBusy.into(),
            _ => absent(error.into()),
        })?;
        settle(&file, line.flow)?;
        // what came before the settings did is noise
        let _ = port.clear(ClearBuffer::Input);
        let mut modem = Port(port);
        if line.flow == Flow::Dsr {
            modem
                .ready()
                .map_err(|_| io::Error::new(ErrorKind::NotFound, "this line has no DSR; flow=dsr needs one"))?;
        }
        Ok(Self::new(file, Box::new(modem), line, intake))
    }

    fn new(file: File, modem: Box<dyn Modem>, line: &SerialLine, intake: Intake) -> Self {
        let clock = Clock::new(line.baud, line.bits_per_byte());
        let brake = match line.flow {
            Flow::Hardware | Flow::Software => Brake::Kernel(MOST.max(clock.bytes_in(MOST_TIME))),
            Flow::Dsr => Brake::Line(Handshake::new(clock)),
            Flow::None => Brake::Pace(Box::new(Pace::new(clock, intake)), 0),
        };
        Self { modem, file, brake, opened: Instant::now(), due: None }
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// When bytes may go that may not go now; `None`: when the kernel takes them.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// `Ok(0)`: hung up.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }

    /// Takes as many bytes as may go now.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let now = self.opened.elapsed();
        self.due = None;
        let gate = match &mut self.brake {
            Brake::Kernel(most) if is_ready(&self.file, PollFlags::OUT)? => Gate::Go(*most),
            Brake::Kernel(_) => return Err(ErrorKind::WouldBlock.into()),
            Brake::Line(handshake) => handshake.gate(bytes.len(), now, || self.modem.ready())?,
            Brake::Pace(pace, known) => {
                pace.hand(bytes.get(*known..).unwrap_or_default());
                // fewer than known: they were discarded
                *known = bytes.len();
                pace.gate(bytes.len(), now)
            }
        };
        let most = match gate {
            Gate::Go(most) => most,
            Gate::Wait(at) => {
                self.due = Some(self.opened + at);
                return Err(ErrorKind::WouldBlock.into());
            }
        };
        let written = self.file.write(bytes.get(..most).unwrap_or(bytes))?;
        match &mut self.brake {
            Brake::Kernel(_) => {}
            Brake::Line(handshake) => handshake.sent(written, now),
            Brake::Pace(pace, known) => {
                pace.sent(written, now);
                *known = known.saturating_sub(written);
            }
        }
        Ok(written)
    }

    /// Waits, within bounds, until the kernel's bytes have left; drops what does not leave.
    pub(crate) fn drain(&mut self) {
        let begun = Instant::now();
        let mut last = (u32::MAX, begun);
        while let Ok(queued) = self.modem.queued()
            && queued > 0
        {
            if queued < last.0 {
                last = (queued, Instant::now());
            }
            if last.1.elapsed() >= DRAIN_STILL || begun.elapsed() >= DRAIN_MOST {
                let _ = tcflush(&self.file, QueueSelector::OFlush);
                return;
            }
            thread::sleep(DRAIN_LOOK);
        }
    }
}

/// For a line that is being opened these mean that there is none.
fn absent(error: io::Error) -> io::Error {
    use rustix::io::Errno;
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::IO | Errno::NOTTY) => io::Error::new(ErrorKind::NotFound, error),
        _ => error,
    }
}

/// What the crate leaves as it was, or sets otherwise than a printer needs.
fn settle(file: &File, flow: Flow) -> io::Result<()> {
    let mut settings = tcgetattr(file)?;
    // IXANY would take any answer for XON; IXOFF would put 11 and 13 between the bytes of a picture
    settings.input_modes.remove(InputModes::IXANY | InputModes::IXOFF);
    settings.input_modes.set(InputModes::IXON, flow == Flow::Software);
    // DTR stays up between our visits: some boards reset when it falls
    settings.control_modes.remove(ControlModes::HUPCL);
    settings.special_codes[SpecialCodeIndex::VSTART] = XON;
    settings.special_codes[SpecialCodeIndex::VSTOP] = XOFF;
    settings.special_codes[SpecialCodeIndex::VMIN] = 1;
    settings.special_codes[SpecialCodeIndex::VTIME] = 0;
    Ok(tcsetattr(file, OptionalActions::Now, &settings)?)
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    };

    use super::*;

    /// Modem lines that a pseudo terminal does not have.
    #[derive(Debug, Clone, Default)]
    struct Wires {
        ready: Arc<AtomicBool>,
        looks: Arc<AtomicUsize>,
        stuck: bool,
    }

    impl Modem for Wires {
        fn ready(&mut self) -> io::Result<bool> {
            self.looks.fetch_add(1, Ordering::SeqCst);
            Ok(self.ready.load(Ordering::SeqCst))
        }

        fn queued(&self) -> io::Result<u32> {
            Ok(if self.stuck { 10 } else { 0 })
        }
    }

    fn link(wires: Wires, url: &str) -> (SerialLink, io::PipeReader) {
        let (reader, writer) = io::pipe().unwrap();
        let file = File::from(std::os::fd::OwnedFd::from(writer));
        (SerialLink::new(file, Box::new(wires), &url.parse().unwrap(), Intake::default()), reader)
    }

    #[test]
    fn a_busy_printer_gets_nothing_and_a_ready_one_a_few_bytes_at_a_time() {
        let wires = Wires::default();
        let (mut link, mut reader) = link(wires.clone(), "serial:///dev/x?baud=9600&flow=dsr");
        assert_eq!((wires.looks.load(Ordering::SeqCst), link.due()), (0, None), "nothing to send, nothing to look at");
        let waits = link.write(&[b'x'; 100]).unwrap_err();
        assert_eq!(waits.kind(), ErrorKind::WouldBlock);
        assert!(link.due().is_some(), "looked at again by the clock: no event tells");
        wires.ready.store(true, Ordering::SeqCst);
        assert_eq!(link.write(&[b'x'; 100]).unwrap(), 16);
        let looks = wires.looks.load(Ordering::SeqCst);
        assert_eq!(link.write(&[b'x'; 84]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(wires.looks.load(Ordering::SeqCst), looks, "while bytes are under way there is nothing to look for");
        let mut came = [0u8; 100];
        assert_eq!(reader.read(&mut came).unwrap(), 16);
    }

    #[test]
    fn a_line_without_flow_control_is_given_no_more_than_a_small_buffer_holds() {
        let (mut link, _reader) = link(Wires::default(), "serial:///dev/x?baud=115200");
        let slip = b"text\n".repeat(100);
        let mut sent = 0;
        while let Ok(written) = link.write(&slip[sent..]) {
            sent += written;
        }
        assert!((64..=128).contains(&sent), "{sent} bytes at once");
        assert!(link.due().is_some());
    }

    #[test]
    fn a_line_with_flow_control_is_given_what_the_kernel_takes_and_no_clock() {
        let (mut link, _reader) = link(Wires::default(), "serial:///dev/x?baud=9600&flow=hardware");
        let mut sent = 0;
        while let Ok(written) = link.write(&[b'x'; 4096]) {
            assert!(written <= MOST);
            sent += written;
        }
        assert!(sent >= 4096);
        assert_eq!(link.due(), None, "the kernel tells when it takes more");
    }

    #[test]
    fn closing_ends_although_the_printer_holds_its_line() {
        let (mut link, _reader) = link(Wires { stuck: true, ..Wires::default() }, "serial:///dev/x");
        link.drain();
    }
}
