//! A file in the place of a printer: bytes are appended, nothing answers.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::OpenOptionsExt,
    },
    path::Path,
};

use rustix::fs::OFlags;

/// An open file.
#[derive(Debug)]
pub(crate) struct FileLink {
    file: File,
}

impl FileLink {
    /// Opens the file to append, and makes it, for its owner only, if it is not there: slips are nobody else's to read.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // without NONBLOCK, opening a named pipe that nobody reads would block for ever
        let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
        let file = OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags).open(path)?;
        Ok(Self { file })
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    /// A pipe or a device knows no sync; that is no failure.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        match self.file.sync_data() {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            result => result,
        }
    }
}
