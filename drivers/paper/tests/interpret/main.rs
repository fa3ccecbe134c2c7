//! The interpreter as judge: what each command is read as, what it does to the paper, and what no bytes can do to it.
//! All bytes are written by hand; the encoder is never asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod cases;
mod chinese;
mod coverage;
mod drawing;
mod page_mode;
mod robust;
mod symbols;

use paper::interpret::{Firmware, Geometry, Setup, Sheet, sheets};

/// 80 mm paper on a printer with this firmware.
fn printer(firmware: Firmware) -> Setup {
    Setup { geometry: Geometry::columns_48(), firmware }
}

/// The one sheet of these bytes on the generic printer.
fn one(bytes: &[u8]) -> Sheet {
    one_on(Firmware::GENERIC, bytes)
}

/// The one sheet of these bytes on a printer with this firmware.
fn one_on(firmware: Firmware, bytes: &[u8]) -> Sheet {
    let mut sheets = sheets(bytes, printer(firmware));
    assert_eq!(sheets.len(), 1, "{sheets:?}");
    sheets.remove(0)
}

/// The sheet, and that nothing was wrong with its bytes.
fn clean(bytes: &[u8]) -> Sheet {
    let sheet = one(bytes);
    assert_eq!(sheet.problems, []);
    sheet
}

fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GBK.encode(text);
    assert!(!lost, "{text} is not in GBK");
    bytes.into_owned()
}

/// The first and the last row with ink.
fn inked_rows(sheet: &Sheet) -> (u32, u32) {
    let rows: Vec<u32> = (0..sheet.dots.height())
        .filter(|y| sheet.dots.row(*y).is_some_and(|row| row.iter().any(|byte| *byte != 0)))
        .collect();
    (*rows.first().unwrap(), *rows.last().unwrap())
}

/// The first and the last column with ink.
fn inked_columns(sheet: &Sheet) -> (u32, u32) {
    let columns: Vec<u32> =
        (0..sheet.dots.width()).filter(|x| (0..sheet.dots.height()).any(|y| sheet.dots.is_black(*x, y))).collect();
    (*columns.first().unwrap(), *columns.last().unwrap())
}
