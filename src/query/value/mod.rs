//! What filters compare with: numbers, versions, times, texts, and the intervals that operators make of them.

pub mod number;
pub mod pattern;
pub mod time;
pub mod version;

use std::cmp::Ordering;

use number::Number;
use version::Version;

/// Values that have an order in filters.
pub trait Ordered {
    /// Which comes first.
    fn order(&self, other: &Self) -> Ordering;
}

impl Ordered for Number {
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl Ordered for Version {
    fn order(&self, other: &Self) -> Ordering {
        self.precedence(other)
    }
}

impl Ordered for String {
    /// By code points.
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

/// Values on one side of another, or between two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interval<T> {
    /// `<`
    Below(T),
    /// `<=`
    UpTo(T),
    /// `>`
    Above(T),
    /// `>=`
    From(T),
    /// From the first to the second, both in it; for one value both are that.
    Within(T, T),
}

impl<T: Ordered> Interval<T> {
    /// Whether the value lies in it.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        match self {
            Self::Below(end) => value.order(end).is_lt(),
            Self::UpTo(end) => value.order(end).is_le(),
            Self::Above(start) => value.order(start).is_gt(),
            Self::From(start) => value.order(start).is_ge(),
            Self::Within(start, end) => value.order(start).is_ge() && value.order(end).is_le(),
        }
    }
}
