//! How a worn, dirty or badly fed print looks: what a person sees on the paper, beside what was commanded. No files.

use paper::interpret::Sheet;
use serde::{Deserialize, Serialize};

/// Rows of the supply's recovery: it sags over about this many black rows.
const SAG_ROWS: u32 = 24;
/// Dots of one driver group of the head.
const GROUP: u32 = 64;

/// What is wrong with head, supply or paper. Everything absent is well. Columns are dots from the left.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Damage {
    /// Dead dots: sharp white vertical lines.
    pub dead: Vec<u32>,
    /// Dropped driver groups of 64 dots, by number.
    pub groups: Vec<u32>,
    /// Everything from this column on is missing: a torn flex cable.
    pub right_of: Option<u32>,
    /// Dirty stretches of the head.
    pub dirt: Vec<Dirt>,
    /// Per cent at the left and the right edge: uneven pressure.
    pub tilt: Option<[u32; 2]>,
    /// Per cent of normal blackness of the whole page.
    pub density: Option<u32>,
    /// Per cent that is lost where a long stretch of rows is all black: a weak supply.
    pub sag: u32,
    /// The roll lies the wrong way round: nothing shows.
    pub reversed: bool,
    /// Each row of this number falls on the one before it: the paper slips.
    pub slip: Option<u32>,
}

/// A dirty stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dirt {
    /// First column.
    pub from: u32,
    /// Column after the last.
    pub to: u32,
    /// Per cent of blackness that is left.
    pub gain: u32,
}

impl Damage {
    /// Whether anything is wrong at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The blackness of each column in per cent, before supply and setting.
    fn columns(&self, width: u32) -> Vec<u32> {
        let percent = |x: u32| {
            let off = self.reversed
                || self.dead.contains(&x)
                || self.groups.contains(&(x / GROUP))
                || self.right_of.is_some_and(|right| x >= right);
            if off {
                return 0;
            }
            let mut gain = self.density.unwrap_or(100);
            if let Some([left, right]) = self.tilt {
                let span = width.max(2) - 1;
                gain = gain * ((left.min(1000) * (span - x) + right.min(1000) * x) / span) / 100;
            }
            let dirt = self.dirt.iter().filter(|dirt| (dirt.from..dirt.to).contains(&x));
            dirt.fold(gain, |gain, dirt| gain * dirt.gain.min(1000) / 100)
        };
        (0..width).map(percent).collect()
    }

    /// The sheet in shades of grey, one byte a dot, 0 black, row by row; `setting` is the blackness in per cent that
    /// was commanded for a row. Rows that slipped are missing, so that the picture is shorter.
    pub(super) fn shades(&self, sheet: &Sheet, height: u32, setting: impl Fn(u32) -> u32) -> Vec<u8> {
        let width = sheet.dots.width();
        let columns = self.columns(width);
        let mut rows: Vec<u8> = Vec::with_capacity((width as usize).saturating_mul(height as usize));
        let mut sagged = 0;
        for y in 0..height {
            let row = sheet.dots.row(y);
            let black = row.map_or(0, |row| row.iter().map(|byte| byte.count_ones()).sum::<u32>());
            // the supply gives way while much is black and recovers while little is
            sagged = if black * 2 > width { (sagged + 1).min(SAG_ROWS) } else { sagged.saturating_sub(2) };
            let supply = 100 - self.sag.min(100) * sagged * black / (SAG_ROWS * width.max(1));
            let fresh = columns.iter().zip(0u32..).map(|(gain, x)| {
                let gain = if sheet.dots.is_black(x, y) { *gain } else { 0 };
                let percent = (gain * supply / 100 * setting(y) / 100).min(100);
                u8::try_from(255 - 255 * percent / 100).unwrap_or(0)
            });
            let slipped = self.slip.is_some_and(|every| every > 0 && y > 0 && y % every == 0);
            if slipped {
                let start = rows.len() - width as usize;
                let shades: Vec<u8> = fresh.collect();
                for (old, new) in rows.iter_mut().skip(start).zip(shades) {
                    *old = (*old).min(new);
                }
            } else {
                rows.extend(fresh);
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paper::interpret::{Geometry, sheets};

    /// A bar of `rows` black rows over the whole width of 384 dots.
    fn bar(rows: u8) -> Sheet {
        let mut bytes = vec![0x1D, b'v', b'0', 0, 48, 0, rows, 0];
        bytes.extend(std::iter::repeat_n(0xFF, 48 * usize::from(rows)));
        sheets(&bytes, &Geometry::columns_32()).remove(0)
    }

    fn shades(damage: &Damage, rows: u8) -> Vec<u8> {
        damage.shades(&bar(rows), u32::from(rows), |_| 100)
    }

    #[test]
    fn each_damage_is_seen_where_it_is() {
        let well = shades(&Damage::default(), 4);
        assert!(well.len() == 384 * 4 && well.iter().all(|shade| *shade == 0));
        let row = |damage: Damage| shades(&damage, 1);
        let dead = row(Damage { dead: vec![7], ..Damage::default() });
        assert_eq!((dead[6], dead[7], dead[8]), (0, 255, 0));
        let group = row(Damage { groups: vec![1], ..Damage::default() });
        assert_eq!((group[63], group[64], group[127], group[128]), (0, 255, 255, 0));
        let torn = row(Damage { right_of: Some(200), ..Damage::default() });
        assert_eq!((torn[199], torn[200], torn[383]), (0, 255, 255));
        let dirty = row(Damage { dirt: vec![Dirt { from: 10, to: 20, gain: 40 }], ..Damage::default() });
        assert_eq!((dirty[9], dirty[10], dirty[20]), (0, 153, 0));
        let tilted = row(Damage { tilt: Some([100, 20]), ..Damage::default() });
        assert!(tilted[0] == 0 && tilted[190] > 80 && tilted[383] == 204, "{tilted:?}");
        let pale = row(Damage { density: Some(60), ..Damage::default() });
        assert_eq!(pale[0], 102);
        assert!(row(Damage { reversed: true, ..Damage::default() }).iter().all(|shade| *shade == 255));
    }

    #[test]
    fn a_weak_supply_pales_long_bars_and_spares_their_first_rows() {
        let sagged = shades(&Damage { sag: 60, ..Damage::default() }, 40);
        assert!(sagged[0] < 10, "{}", sagged[0]);
        assert_eq!(sagged[384 * 39], 153);
    }

    #[test]
    fn slipping_paper_is_shorter() {
        assert_eq!(shades(&Damage { slip: Some(4), ..Damage::default() }, 16).len(), 384 * 13);
    }
}
