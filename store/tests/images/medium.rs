//! The medium: a file kept as pages that copies share, and a log of everything redb did to it. It knows no redb format.

use std::{
    io::{self, ErrorKind},
    sync::{Arc, LazyLock, Mutex, MutexGuard},
};

use redb::StorageBackend;

const PAGE: usize = 4096;

type Page = Arc<[u8; PAGE]>;

static EMPTY: LazyLock<Page> = LazyLock::new(|| Arc::new([0; PAGE]));

/// A file's content at one moment. A copy costs a pointer per page.
#[derive(Debug, Clone, Default)]
pub struct Image {
    pages: Vec<Page>,
    len: usize,
}

impl Image {
    /// False if it ends before.
    fn read(&self, offset: usize, out: &mut [u8]) -> bool {
        if offset + out.len() > self.len {
            return false;
        }
        let mut done = 0;
        while done < out.len() {
            let (page, within) = ((offset + done) / PAGE, (offset + done) % PAGE);
            let piece = (PAGE - within).min(out.len() - done);
            out[done..done + piece].copy_from_slice(&self.pages[page][within..within + piece]);
            done += piece;
        }
        true
    }

    /// What lies beyond the end is left out: a page without a length to hold it is nobody's.
    pub fn write(&mut self, offset: usize, data: &[u8]) {
        let data = &data[..data.len().min(self.len.saturating_sub(offset))];
        let mut done = 0;
        while done < data.len() {
            let (page, within) = ((offset + done) / PAGE, (offset + done) % PAGE);
            let piece = (PAGE - within).min(data.len() - done);
            let part = &data[done..done + piece];
            let page = &mut self.pages[page];
            match part.len() {
                PAGE => *page = Arc::new(part.try_into().unwrap()),
                _ => Arc::make_mut(page)[within..within + piece].copy_from_slice(part),
            }
            done += piece;
        }
    }

    pub fn set_len(&mut self, len: usize) {
        self.pages.resize(len.div_ceil(PAGE), Arc::clone(&EMPTY));
        if len < self.len && !len.is_multiple_of(PAGE) {
            let last = self.pages.last_mut().unwrap();
            Arc::make_mut(last)[len % PAGE..].fill(0);
        }
        self.len = len;
    }
}

/// One thing that was done to the medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Write { offset: usize, data: Arc<[u8]> },
    Len(usize),
    Sync,
}

impl Step {
    pub fn run(&self, image: &mut Image) {
        match self {
            Step::Write { offset, data } => image.write(*offset, data),
            Step::Len(len) => image.set_len(*len),
            Step::Sync => {}
        }
    }
}

#[derive(Debug, Default)]
struct State {
    image: Image,
    log: Vec<Step>,
    full: bool,
}

/// A medium that can be opened again and again; it logs over all of that.
#[derive(Debug, Clone, Default)]
pub struct Medium(Arc<Mutex<State>>);

impl Medium {
    pub fn holding(image: Image) -> Medium {
        Medium(Arc::new(Mutex::new(State { image, ..State::default() })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// How many steps were done so far.
    pub fn position(&self) -> usize {
        self.state().log.len()
    }

    pub fn log(&self) -> Vec<Step> {
        self.state().log.clone()
    }

    pub fn image(&self) -> Image {
        self.state().image.clone()
    }

    /// From now on it takes nothing more; or again.
    pub fn set_full(&self, full: bool) {
        self.state().full = full;
    }

    fn step(&self, step: Step) -> io::Result<()> {
        let mut state = self.state();
        if state.full && step != Step::Sync {
            return Err(ErrorKind::StorageFull.into());
        }
        step.run(&mut state.image);
        state.log.push(step);
        Ok(())
    }
}

impl StorageBackend for Medium {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().image.len as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let whole = usize::try_from(offset).is_ok_and(|offset| self.state().image.read(offset, out));
        if whole { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.step(Step::Len(usize::try_from(len).map_err(io::Error::other)?))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.step(Step::Sync)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        assert!(offset + data.len() <= self.state().image.len, "redb writes only within the length it has set");
        self.step(Step::Write { offset, data: data.into() })
    }
}
