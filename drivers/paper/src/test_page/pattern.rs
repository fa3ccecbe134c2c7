//! The test page's pictures. Each is as wide as the head, the half-black one apart.

use crate::{picture::Picture, unifont};

/// Dots from one short tick of the ruler to the next: 1 mm at 203 dpi.
const TICK: usize = 8;

/// Dots from one long tick to the next; most heads are driven in groups of 64.
const GROUP: usize = 64;

/// Rows of a short and of a long tick.
const TICK_ROWS: (usize, usize) = (6, 12);

/// Rows that Unifont's digits leave empty above, and rows they take.
const DIGIT: (usize, usize) = (4, 10);

/// Columns of an arrow: so many cut-off columns can be told from its blunt end, twice as tall.
const ARROW: usize = 12;

/// Columns from one diagonal to the next.
const DIAGONAL: usize = 32;

/// Rows of the black bar: 3 mm.
const BAR: usize = 24;

/// Rows of one half-black block: a digit and a gap.
const HALF: usize = 12;

/// Ticks with their distance from the left edge under each long one, and at both ends an arrow whose point is the outermost
/// column: where columns are cut off, it is blunt.
pub(super) fn ruler(dots: usize) -> Picture {
    let (short, long) = TICK_ROWS;
    let mut picture = Picture::new(dots, long + 2 * ARROW);
    for x in (0..dots).step_by(TICK) {
        picture.fill(x, 0, 1, if x % GROUP == 0 { long } else { short });
    }
    picture.fill(dots.saturating_sub(1), 0, 1, long);
    picture.fill(0, 0, dots, 1);
    for column in 0..ARROW {
        let (top, height) = (long + ARROW - 1 - column, 2 * column + 1);
        picture.fill(column, top, 1, height);
        picture.fill(dots.saturating_sub(1 + column), top, 1, height);
    }
    for x in (GROUP..dots.saturating_sub(GROUP / 2)).step_by(GROUP) {
        let number = x.to_string();
        text(&mut picture, &number, x.saturating_sub(number.len() * 4), long + 4);
    }
    picture
}

/// Lines of single dots, one in each row of each group of columns: every dot of the head is burnt exactly once, and the
/// supply has nothing to carry.
pub(super) fn diagonals(dots: usize) -> Picture {
    let mut picture = Picture::new(dots, DIAGONAL);
    for x in 0..dots {
        picture.set(x, x % DIAGONAL);
    }
    picture
}

/// All dots at once.
pub(super) fn bar(dots: usize) -> Picture {
    let mut picture = Picture::new(dots, BAR);
    picture.fill(0, 0, dots, BAR);
    picture
}

/// Squares of 2 × 2 dots, half of them black, behind a short label.
pub(super) fn half(label: &str) -> Picture {
    const LEFT: usize = 32;
    const WIDTH: usize = 192;
    let mut picture = Picture::new(LEFT + WIDTH, HALF);
    text(&mut picture, label, 0, (HALF - DIGIT.1) / 2);
    for (x, y) in (LEFT..LEFT + WIDTH).flat_map(|x| (0..HALF).map(move |y| (x, y))) {
        if (x / 2 + y / 2) % 2 == 0 {
            picture.set(x, y);
        }
    }
    picture
}

/// Digits and signs in Unifont's own size.
fn text(picture: &mut Picture, text: &str, left: usize, top: usize) {
    for (place, c) in text.chars().enumerate() {
        let Some(digit) = unifont::drawn(c) else { continue };
        for (y, row) in digit.rows.iter().skip(DIGIT.0).take(DIGIT.1).enumerate() {
            for bit in (0..8).filter(|bit| row & (0x8000 >> bit) != 0) {
                picture.set(left + place * 8 + bit, top + y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diagonals_burn_every_dot_of_the_head_once() {
        let seen = diagonals(100).seen();
        for x in 0..100 {
            assert_eq!(seen.iter().filter(|row| row.as_bytes()[x] == b'#').count(), 1, "{x}");
        }
    }

    #[test]
    fn the_rulers_arrows_point_at_the_outermost_columns() {
        for dots in [384, 512, 576] {
            let seen = ruler(dots).seen();
            let column = |x: usize| seen[13..].iter().filter(|row| row.as_bytes()[x] == b'#').count();
            assert_eq!((column(0), column(1), column(dots - 1), column(dots - 2)), (1, 3, 1, 3));
            assert_eq!(seen[11].matches('#').count(), dots / 64 + 1, "long ticks and the last column");
            assert_eq!(seen[0], "#".repeat(dots));
        }
    }

    #[test]
    fn half_of_a_block_is_black() {
        let ink: usize = half("").seen().iter().map(|row| row.matches('#').count()).sum();
        assert_eq!(ink, 192 * 12 / 2);
    }
}
