//! What will happen later: a few numbers each, in the order in which they fall due.

use std::cmp::Ordering;

use super::clock::{MINUTE, Millis, Wall};
use super::random::Random;
use super::records::{Outcome, Review};

/// What will happen later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Later {
    Review {
        review: Review,
        phase: u8,
        segment: u8,
    },
    Outcome {
        outcome: Outcome,
        phase: u8,
        segment: u8,
    },
    /// The same application again, with its seed.
    Again {
        seed: u64,
    },
    Erasure {
        seq: u64,
    },
}

/// When; `number` keeps the order of what falls due at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) at: Millis,
    pub(super) number: u64,
    pub(super) what: Later,
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The next time from `at` on when somebody with these hours works.
pub(super) fn on_duty(at: Millis, (from, to): (Millis, Millis), works_weekends: bool, random: &mut Random) -> Millis {
    let mut wall = Wall::at(at);
    let works = |wall: Wall| works_weekends || wall.is_working_day();
    if works(wall) && (from..to).contains(&wall.time) {
        return at;
    }
    if !works(wall) || wall.time >= to {
        wall = wall.next_day();
        while !works(wall) {
            wall = wall.next_day();
        }
    }
    wall.instant(from + random.between(0, ((to - from) * 2 / 3).min(150 * MINUTE)))
}
