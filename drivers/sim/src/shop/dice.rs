//! Dice that fall the same way for the same seed, on every machine and with every version (SplitMix64).

/// A seeded source of numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Mixed first: neighbouring seeds would otherwise give the same numbers, one throw apart.
    pub(super) fn new(seed: u64) -> Dice {
        Dice(mixed(seed ^ 0x5851_F42D_4C95_7F2D))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// A number in `from..to`; `from` if the range is empty.
    pub(super) fn number(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % to.saturating_sub(from).max(1)
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.number(0, 100) < chance
    }

    /// One of the list, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, list: &[(u64, T)], otherwise: T) -> T {
        let mut left = self.number(0, list.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in list {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        otherwise
    }

    /// One of the list.
    pub(super) fn one_of<T: Copy>(&mut self, list: &[T], otherwise: T) -> T {
        let at = self.number(0, list.len() as u64) as usize;
        list.get(at).copied().unwrap_or(otherwise)
    }

    /// So many digits.
    pub(super) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + (self.number(0, 10) as u8))).collect()
    }
}

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_seeds_fall_differently() {
        let throws = |seed| {
            let mut dice = Dice::new(seed);
            (0..50).map(|_| dice.number(0, 1_000_000)).collect::<Vec<u64>>()
        };
        let (one, next) = (throws(20_261_119), throws(20_261_120));
        assert!(one.iter().all(|number| !next.contains(number)), "{one:?} {next:?}");
    }
}
