//! What stands on slips beside their words: the shop's logo and the font for rare characters, read from their files.
//!
//! They are aids. One that is missing or damaged is an error that `--check` reports with its line and key, so that
//! whoever sets the shop up sees it; the daemon says so in its log and goes on without it, because a receipt without a
//! logo is worth more than no receipt: a font package that an update took away must not keep a shop closed.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use paper::{Font, Logo, Stationery};

use super::document::{At, Faults};

/// The largest collections of Chinese fonts have about 60 MB.
const LARGEST_FONT: u64 = 128 << 20;

/// More than a logo may have: `paper` says how much that is.
const LARGEST_LOGO: u64 = 4 << 20;

/// Reads what is there; what is wrong is noted in `flaws`.
pub(super) fn load(logo: Option<&At<PathBuf>>, font: Option<&At<PathBuf>>, flaws: &mut Faults) -> Stationery {
    let mut flawed = |at: &At<PathBuf>, error: String| {
        let error: String = model::SafeText::new(&error).chars().take(300).collect();
        flaws.add(at.at, at.key.clone(), format!("{}: {error}", at.value.display()));
    };
    let logo = logo.and_then(|at| {
        let read = read(&at.value, LARGEST_LOGO).map_err(|e| e.to_string());
        let logo = read.and_then(|bytes| Logo::from_png(&bytes).map_err(|e| e.to_string()));
        logo.map_err(|error| flawed(at, error)).ok()
    });
    let font = font.and_then(|at| {
        let path = at.value.clone();
        // read again when it is needed: it is large, and needed a few times a day
        let font = Font::reread(move || read(&path, LARGEST_FONT)).map_err(|e| e.to_string());
        font.map(Arc::new).map_err(|error| flawed(at, error)).ok()
    });
    Stationery { logo, font }
}

fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let meta = std::fs::metadata(path)?;
    if !meta.is_file() || meta.len() > most {
        return Err(io::Error::other(format!("it is no file of at most {} MiB", most >> 20)));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
