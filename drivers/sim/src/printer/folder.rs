//! The folder of finished sheets: numbered text, picture and bytes, each appearing whole. No printing.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::state::Printed;

/// Where sheets fall into.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    last: u32,
}

impl Folder {
    /// Opens or makes the folder; numbers go on after the highest that is there.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("making the paper folder {}", path.display()))?;
        let mut last = 0;
        for entry in fs::read_dir(path).with_context(|| format!("reading the paper folder {}", path.display()))? {
            let name = entry.with_context(|| format!("reading the paper folder {}", path.display()))?.file_name();
            last = last.max(number(&name.to_string_lossy()).unwrap_or(0));
        }
        Ok(Self { path: path.to_owned(), last })
    }

    /// Number of the newest sheet, 0 without any.
    pub(super) fn last(&self) -> u32 {
        self.last
    }

    /// Writes a sheet as `.bin`, `.png` and, last, `.txt`: who sees the text may read the others.
    pub(super) fn add(&mut self, printed: &Printed) -> anyhow::Result<()> {
        let number = self.last + 1;
        let text = format!("{}\n", printed.sheet.text);
        let picture = picture(printed).with_context(|| format!("drawing sheet {number}"))?;
        self.put(number, "bin", &printed.bytes)?;
        self.put(number, "png", &picture)?;
        self.put(number, "txt", text.as_bytes())?;
        self.last = number;
        Ok(())
    }

    fn put(&self, number: u32, kind: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path.join(format!("sheet-{number:04}.{kind}"));
        let hidden = self.path.join(format!(".sheet-{number:04}.{kind}.new"));
        fs::write(&hidden, bytes)
            .and_then(|()| fs::rename(&hidden, &path))
            .with_context(|| format!("writing {}", path.display()))
    }
}

fn number(name: &str) -> Option<u32> {
    name.strip_prefix("sheet-")?.split_once('.')?.0.parse().ok()
}

/// What a person sees, as long as the paper: one-bit grey with black ink while head, paper and heat are normal; else shades, of which
/// the darkest heat on the sheet is black.
fn picture(printed: &Printed) -> anyhow::Result<Vec<u8>> {
    let sheet = &printed.sheet;
    let (width, height) = (sheet.dots.width(), sheet.length_dots.max(sheet.dots.height()).max(1));
    if !printed.damage.is_none() || sheet.tones.iter().any(|tone| tone.percent != 100) {
        let darkest = sheet.tones.iter().map(|tone| u32::from(tone.percent)).max().unwrap_or(100).max(100);
        let shades = printed.damage.shades(sheet, height, |y| u32::from(sheet.density(y)) * 100 / darkest);
        let rows = u32::try_from(shades.len()).unwrap_or(u32::MAX) / width.max(1);
        return png(width, rows, png::BitDepth::Eight, &shades);
    }
    let stride = sheet.dots.stride();
    let mut rows = Vec::with_capacity(stride * height as usize);
    for y in 0..height {
        match sheet.dots.row(y) {
            Some(row) => rows.extend(row.iter().map(|byte| !byte)),
            None => rows.extend(std::iter::repeat_n(0xFF, stride)),
        }
    }
    png(width, height, png::BitDepth::One, &rows)
}

fn png(width: u32, height: u32, depth: png::BitDepth, rows: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(BufWriter::new(&mut bytes), width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rows)?;
    writer.finish()?;
    Ok(bytes)
}
