//! Packs GNU Unifont's pictures of the basic plane for `src/unifont.rs`: the crate's own table holds every picture at full
//! size, two megabytes of each program that prints. Here 256 code points make one PNG picture of 16 × 4096 dots, which the
//! logo's decoder opens when one of them is needed; two bits for each code point say how wide it is.

use std::{env, error::Error, fs, path::Path};

use unifont::Glyph;

const BLOCK: usize = 256;
const BLOCKS: usize = 256;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let (mut rows, mut widths) = (vec![[0u16; 16]; BLOCK * BLOCKS], vec![0u8; BLOCK * BLOCKS / 4]);
    for (c, glyph) in unifont::enumerate_glyphs() {
        let code = c as usize;
        let (Some(place), Some(width)) = (rows.get_mut(code), widths.get_mut(code / 4)) else { continue };
        let (kind, dots) = match glyph {
            Glyph::Halfwidth(dots) => (1, dots.map(|row| u16::from(row) << 8)),
            Glyph::Fullwidth(dots) => (2, *dots),
        };
        *place = dots;
        *width |= kind << (2 * (code % 4));
    }
    let (mut pictures, mut ends) = (Vec::new(), Vec::new());
    for block in rows.chunks(BLOCK) {
        if block.iter().any(|rows| *rows != [0; 16]) {
            let dots: Vec<u8> = block.iter().flatten().flat_map(|row| row.to_be_bytes()).collect();
            let mut encoder = png::Encoder::new(&mut pictures, 16, 16 * 256);
            encoder.set_color(png::ColorType::Grayscale);
            encoder.set_depth(png::BitDepth::One);
            encoder.set_compression(png::Compression::High);
            encoder.set_filter(png::Filter::NoFilter);
            encoder.write_header()?.write_image_data(&dots)?;
        }
        ends.extend(u32::try_from(pictures.len())?.to_le_bytes());
    }
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("unifont.pictures"), pictures)?;
    fs::write(out.join("unifont.ends"), ends)?;
    fs::write(out.join("unifont.widths"), widths)?;
    Ok(())
}
