//! The daemon's config file (INTERFACES §3), read into typed values, with every error named at once.
//!
//! Only reading and checking live here: no device is opened, no user looked up, no folder made.

mod access;
mod acquirer;
mod device;
mod document;
mod duration;
mod policy;
mod printer;
mod profile;
mod queue;
mod receipts;
mod shop;
mod stationery;

use std::{
    fmt,
    path::{Path, PathBuf},
};

pub use access::{Access, Who};
pub use acquirer::{Acquirer, Ecr, KeyLayout, Tls, Via};
pub(crate) use device::Device;
pub use policy::{Policy, ReprintPolicy};
pub use printer::Printer;
pub use queue::{Expire, Queue};
pub use receipts::{AfterPaper, Receipts};
pub use shop::Shop;

use document::{Faults, Section};

/// A whole config, checked.
#[derive(Debug, Clone)]
pub struct Config {
    pub shop: Shop,
    /// `[store] path`: the state folder, if the config says where.
    pub state: Option<PathBuf>,
    /// `[spooler] socket`, if the config says where.
    pub socket: Option<PathBuf>,
    pub access: Access,
    pub receipts: Receipts,
    pub queue: Queue,
    pub policy: Policy,
    pub printers: Vec<Printer>,
    pub acquirer: Option<Acquirer>,
    /// The shop's logo and font, as far as they could be read.
    pub stationery: paper::Stationery,
    /// What is wrong with those two. `--check` reports it; the daemon runs without them.
    pub flaws: Vec<Fault>,
}

/// One error of a config: where it is and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it is, if not in the config itself.
    pub file: Option<PathBuf>,
    /// Counted from 1.
    pub line: usize,
    /// With its section: `printer.profile`.
    pub key: String,
    pub sentence: String,
}

/// Everything that is wrong with a config. Shown as lines `file:line:key: sentence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadConfig {
    pub path: PathBuf,
    pub faults: Vec<Fault>,
}

impl fmt::Display for BadConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.faults.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            let path = fault.file.as_ref().unwrap_or(&self.path);
            write!(f, "{}:{}:{}: {}", path.display(), fault.line, fault.key, fault.sentence)?;
        }
        Ok(())
    }
}

impl std::error::Error for BadConfig {}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// The file cannot be read, or everything that is wrong in it.
    pub fn load(path: &Path) -> Result<Config, BadConfig> {
        let text = std::fs::read_to_string(path).map_err(|e| BadConfig {
            path: path.to_owned(),
            faults: vec![Fault {
                file: None,
                line: 1,
                key: "-".into(),
                sentence: format!("the config cannot be read: {e}; name it with --config, or put it there"),
            }],
        })?;
        // a path of one component has an empty parent, which is the folder we are in
        let folder = path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        Config::read(&text, folder).map_err(|faults| BadConfig { path: path.to_owned(), faults })
    }

    /// Checks a text by itself: no other file is looked at, so only built-in profiles are known.
    ///
    /// # Errors
    /// Everything that is wrong in it, in the order of its lines.
    pub fn parse(text: &str) -> Result<Config, Vec<Fault>> {
        Config::read(text, None)
    }

    fn read(text: &str, folder: Option<&Path>) -> Result<Config, Vec<Fault>> {
        let mut faults = Faults::of(text);
        let mut file = Section::file(text, &mut faults);
        let (shop, logo) = Shop::read(file.section("shop", &mut faults), &mut faults);
        let state = file.only_path("store", "path", &mut faults);
        let socket = file.only_path("spooler", "socket", &mut faults);
        let access = Access::read(file.section("access", &mut faults), &mut faults);
        let (printers, names) = Printer::read_all(file.sections("printer", &mut faults), folder, &mut faults);
        let receipts = Receipts::read(file.section("receipts", &mut faults), &names, &mut faults);
        let queue = Queue::read(file.section("queue", &mut faults), &mut faults);
        let policy = Policy::read(file.section("policy", &mut faults), &mut faults);
        let mut flaws = Faults::of(text);
        let acquirer = file.section_if_there("acquirer", &mut faults);
        let acquirer = acquirer.and_then(|s| Acquirer::read(s, folder, &mut faults, &mut flaws));
        file.finish(&mut faults);
        let stationery = match folder {
            Some(_) => stationery::load(logo.as_ref(), receipts.fallback_font.as_ref(), &mut flaws),
            None => paper::Stationery::default(),
        };
        let Some(shop) = shop.filter(|_| faults.count() == 0) else {
            // whoever corrects the config wants to see these too
            faults.append(flaws);
            return Err(faults.sorted());
        };
        Ok(Config {
            shop,
            state,
            socket,
            access,
            receipts,
            queue,
            policy,
            printers,
            acquirer,
            stationery,
            flaws: flaws.sorted(),
        })
    }

    /// The printer of that name.
    pub fn printer(&self, name: &str) -> Option<&Printer> {
        self.printers.iter().find(|printer| printer.name == name)
    }

    /// Where receipts go: `[receipts] printer`, else the first one.
    pub fn receipt_printer(&self) -> Option<&Printer> {
        match &self.receipts.printer {
            Some(name) => self.printer(name),
            None => self.printers.first(),
        }
    }
}

#[cfg(test)]
mod tests;
