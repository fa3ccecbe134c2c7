//! A USB printer behind the kernel's `usblp`: `/dev/usb/lpN`.
//!
//! What that driver does differently from every other file: it is for one program alone (EBUSY), a write is taken at once
//! and still under way (8 KiB at most), closing kills what is under way, a read of no bytes is no end, an unplugged
//! printer answers everything with ENODEV, and a printer without a way back refuses reading (EINVAL).

mod finder;

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::{FileTypeExt, OpenOptionsExt},
    },
    path::Path,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
    io::Errno,
};

pub(crate) use self::finder::{Finder, not_there};

/// After a read of no bytes, so that a printer that sends nothing but those does not keep us awake.
const HUSH: Duration = Duration::from_millis(20);
/// Closing waits this long for what is under way; a printer that takes nothing must not hold us.
const DRAIN: Duration = Duration::from_secs(1);

/// An open node.
#[derive(Debug)]
pub(crate) struct UsbLink {
    file: File,
    /// It has a way back.
    speaks: bool,
    hushed: Option<Instant>,
    /// The last read failed with EIO, which `usblp` reports once for one failed transfer.
    stumbled: bool,
    wrote: bool,
}

impl UsbLink {
    /// Opens a character device, and nothing else: a file or a disk named by mistake must not get our bytes (ENODEV).
    pub(crate) fn open(node: &Path) -> io::Result<Self> {
        let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or(0);
        let options = |read| {
            let mut options = OpenOptions::new();
            options.read(read).write(true).custom_flags(flags);
            options
        };
        let (file, speaks) = match options(true).open(node) {
            Err(error) if is(&error, Errno::INVAL) => (options(false).open(node)?, false),
            result => (result?, true),
        };
        // the file that was opened, not the name: nobody can put another one there in between
        if !file.metadata()?.file_type().is_char_device() {
            return Err(Errno::NODEV.into());
        }
        let mut link = Self { file, speaks, hushed: None, stumbled: false, wrote: false };
        link.drop_old_answers()?;
        Ok(link)
    }

    /// What the last user did not read is no answer to us. Tells, too, whether it can be read at all.
    fn drop_old_answers(&mut self) -> io::Result<()> {
        let mut old = [0u8; 1024];
        for _ in 0..8 {
            if !self.speaks {
                break;
            }
            match self.read(&mut old) {
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => break,
                Err(error) => return Err(error),
            }
        }
        self.hushed = None;
        Ok(())
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Whether to listen for answers now.
    pub(crate) fn speaks(&self) -> bool {
        self.speaks && self.hushed.is_none_or(|until| Instant::now() >= until)
    }

    /// When to listen again.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.hushed.filter(|until| Instant::now() < *until)
    }

    /// Never `Ok(0)`.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.speaks {
            return Err(ErrorKind::WouldBlock.into());
        }
        match self.file.read(buffer) {
            Ok(0) if is_gone(&self.file)? => Err(Errno::NODEV.into()),
            Ok(0) => {
                self.hushed = Some(Instant::now() + HUSH);
                Err(ErrorKind::WouldBlock.into())
            }
            Err(error) if is(&error, Errno::INVAL) => {
                self.speaks = false;
                Err(ErrorKind::WouldBlock.into())
            }
            Err(error) if is(&error, Errno::IO) && !self.stumbled && !is_gone(&self.file)? => {
                self.stumbled = true;
                Err(ErrorKind::WouldBlock.into())
            }
            result => {
                self.stumbled &= result.is_err();
                result
            }
        }
    }

    /// `Ok(0)` is a failure: a handle that has become stale takes nothing and says so in no other way.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.wrote = true;
        Ok(written)
    }

    /// Waits, within bounds, until what was written is at the printer.
    pub(crate) fn drain(&mut self) {
        if self.wrote {
            // late or gone: it is closed either way
            let _ = wait(&self.file, PollFlags::OUT, DRAIN);
        }
    }
}

fn is(error: &io::Error, errno: Errno) -> bool {
    error.raw_os_error() == Some(errno.raw_os_error())
}

fn is_gone(file: &File) -> io::Result<bool> {
    Ok(wait(file, PollFlags::empty(), Duration::ZERO)?.intersects(PollFlags::HUP | PollFlags::ERR))
}

/// Whether this can be done without waiting.
pub(crate) fn is_ready(file: &File, what: PollFlags) -> io::Result<bool> {
    // a hang-up is found out by doing it
    Ok(!wait(file, what, Duration::ZERO)?.is_empty())
}

fn wait(file: &File, what: PollFlags, most: Duration) -> io::Result<PollFlags> {
    let mut fds = [PollFd::new(file, what)];
    let timeout = Timespec::try_from(most).ok();
    poll(&mut fds, timeout.as_ref())?;
    let [fd] = &fds;
    Ok(fd.revents())
}

#[cfg(test)]
mod tests {
    use rustix::event::{EventfdFlags, eventfd};

    use super::*;

    #[test]
    fn no_bytes_are_no_end() {
        // reads nothing and takes everything
        let mut link = UsbLink::open(Path::new("/dev/null")).unwrap();
        assert!(link.speaks());
        assert_eq!(link.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert!(!link.speaks() && link.due().is_some(), "it is left in peace for a moment");
        assert_eq!(link.write(b"bytes").unwrap(), 5);
        link.drain();
    }

    #[test]
    fn a_printer_without_a_way_back_is_written_to() {
        // refuses a read into too small a space as `usblp` refuses every read of such a printer: EINVAL
        let file = File::from(eventfd(1, EventfdFlags::NONBLOCK).unwrap());
        let mut link = UsbLink { file, speaks: true, hushed: None, stumbled: false, wrote: false };
        assert_eq!(link.read(&mut [0; 4]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert!(!link.speaks() && link.due().is_none());
        assert_eq!(link.write(&1u64.to_ne_bytes()).unwrap(), 8);
    }

    #[test]
    fn a_node_that_is_not_there_is_no_device() {
        let error = UsbLink::open(Path::new("/dev/usb/no-such-printer")).unwrap_err();
        assert_eq!(crate::link::cause(&error), model::Cause::NoDevice);
    }

    #[test]
    fn a_file_named_by_mistake_gets_none_of_our_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("passwd");
        std::fs::write(&file, "root:x:0:0\n").unwrap();
        for path in [file.as_path(), folder.path()] {
            assert!(UsbLink::open(path).is_err(), "{}", path.display());
        }
        assert_eq!(crate::link::cause(&UsbLink::open(&file).unwrap_err()), model::Cause::NoDevice);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "root:x:0:0\n");
    }
}
