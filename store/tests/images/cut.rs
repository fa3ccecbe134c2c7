//! The power cut: what a medium may hold afterwards. All that was synced, and of the steps since then any part, in any
//! order, each write whole or torn.
//!
//! As redb assumes of media, a single byte is old or new and no byte beside a write changes; and what was synced stays.
//! The length is one that was set since: file systems journal it as one number.

use crate::{
    dice::Dice,
    medium::{Image, Step},
};

const SECTOR: usize = 512;

/// A log with the medium's content at each sync, so that an image is made from few steps.
#[derive(Debug)]
pub struct Log {
    pub steps: Vec<Step>,
    /// Place behind each sync (0: the beginning), and the content there.
    synced: Vec<(usize, Image)>,
}

impl Log {
    pub fn new(steps: Vec<Step>, image: Image) -> Log {
        Log::ignoring(steps, image, |_| false)
    }

    /// As [`Log::new`], of a medium that does not do some of its syncs, told by their number.
    pub fn ignoring(steps: Vec<Step>, mut image: Image, mut ignored: impl FnMut(usize) -> bool) -> Log {
        let mut synced = vec![(0, image.clone())];
        let mut syncs = 0;
        for (place, step) in steps.iter().enumerate() {
            step.run(&mut image);
            if *step == Step::Sync {
                syncs += 1;
                if ignored(syncs) {
                    continue;
                }
                synced.push((place + 1, image.clone()));
            }
        }
        Log { steps, synced }
    }

    /// The places between two syncs, from … to: the last one ends with the log.
    pub fn intervals(&self) -> usize {
        self.synced.len()
    }

    /// A place to cut within an interval: as often as not right before the sync that ends it.
    pub fn place(&self, interval: usize, dice: &mut Dice) -> usize {
        let from = self.synced[interval].0;
        // the step at `to` is the sync
        let to = self.synced.get(interval + 1).map_or(self.steps.len(), |(next, _)| next - 1);
        if dice.percent(50) { to } else { from + dice.below(to - from + 1) }
    }

    /// The content when the first `place` steps were done and nothing of them was lost.
    pub fn whole(&self, place: usize) -> Image {
        let mut image = Image::default();
        self.steps[..place].iter().for_each(|step| step.run(&mut image));
        image
    }

    /// What a cut leaves when the first `place` steps were done.
    pub fn cut(&self, place: usize, dice: &mut Dice) -> Image {
        let last = self.synced.partition_point(|(synced, _)| *synced <= place) - 1;
        let (from, image) = &self.synced[last];
        let mut image = image.clone();
        let mut pending: Vec<&Step> = self.steps[*from..place].iter().collect();
        let chosen = dice.below(pending.len());
        // none, some, nearly all; or all but one, or one alone: an order that only one write breaks
        let kept = dice.one_of(&[0, 10, 50, 90, 100, 100, 101, 102]);
        let torn = dice.one_of(&[0, 0, 10, 50]);
        let mut place = 0;
        pending.retain(|_| {
            place += 1;
            match kept {
                101 => place - 1 != chosen,
                102 => place - 1 == chosen,
                percent => dice.percent(percent),
            }
        });
        if dice.percent(50) {
            dice.shuffle(&mut pending);
        }
        for step in pending {
            match step {
                Step::Write { offset, data } if dice.percent(torn) => tear(&mut image, *offset, data, dice),
                step => step.run(&mut image),
            }
        }
        image
    }
}

/// Writes a part of it: some of its sectors, or the bytes on one side of a border, or between two.
fn tear(image: &mut Image, offset: usize, data: &[u8], dice: &mut Dice) {
    let border = dice.below(data.len());
    match dice.below(4) {
        0 => image.write(offset, &data[..border]),
        1 => image.write(offset + border, &data[border..]),
        2 => {
            let end = border + dice.below(data.len() - border + 1);
            image.write(offset + border, &data[border..end]);
        }
        _ => {
            for (place, sector) in (0..).step_by(SECTOR).zip(data.chunks(SECTOR)) {
                if dice.percent(50) {
                    image.write(offset + place, sector);
                }
            }
        }
    }
}
