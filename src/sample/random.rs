//! Random numbers that come out the same for ever and everywhere: whole numbers only, and no generator of a library whose
//! next version may choose another one. Not for secrets.

/// xoshiro256++ 1.0 (Blackman and Vigna, prng.di.unimi.it), its state filled by splitmix64.
#[derive(Debug, Clone)]
pub(super) struct Random([u64; 4]);

/// One step of splitmix64: also mixes a number into one that looks like any other.
pub(super) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let step = 0x9e37_79b9_7f4a_7c15_u64;
        Self([0, 1, 2, 3].map(|n: u64| mixed(seed.wrapping_add(step.wrapping_mul(n)))))
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number below `bound`, which is not 0. The bias is below bound ÷ 2⁶⁴ (Lemire's multiplication without rejection).
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.bits()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// A number from `low` up to and including `high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(high.abs_diff(low) + 1)).unwrap_or_default()
    }

    /// True in `permille` of 1 000 cases.
    pub(super) fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// An index below `len`, which is not 0.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or_default()
    }

    /// One of `items`, which is not empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// An index into `weights`, drawn in proportion to them.
    pub(super) fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut rest = self.below(weights.iter().sum::<u64>().max(1));
        for (index, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return index;
            }
            rest -= weight;
        }
        0
    }

    /// Around 0 with this standard deviation, like a bell; never beyond 4.9 deviations. The sum of the eight bytes of one
    /// draw: mean 1 020, deviation 209.
    pub(super) fn bell(&mut self, deviation: i64) -> i64 {
        let sum: i64 = self.bits().to_le_bytes().iter().map(|byte| i64::from(*byte)).sum();
        (sum - 1020) * deviation / 209
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_one_of_its_authors() {
        // From the reference implementations in C: splitmix64 from 0, xoshiro256++ from the state 1, 2, 3, 4.
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
        let mut random = Random([1, 2, 3, 4]);
        let first: Vec<u64> = (0..4).map(|_| random.bits()).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }

    #[test]
    fn draws_keep_their_bounds_and_shares() {
        let mut random = Random::new(7);
        let mut counts = [0_u64; 3];
        let (mut sum, mut squares) = (0, 0);
        for _ in 0..100_000 {
            assert!(random.below(10) < 10);
            assert!((-3..=5).contains(&random.between(-3, 5)));
            counts[random.weighted(&[1, 2, 7])] += 1;
            let x = random.bell(100);
            sum += x;
            squares += x * x;
        }
        for (count, expected) in counts.into_iter().zip([10_000, 20_000, 70_000]) {
            assert!(count.abs_diff(expected) < 600, "{counts:?}");
        }
        assert!((sum / 100_000).abs() < 2);
        assert!((9_500..10_500).contains(&(squares / 100_000)));
    }
}
