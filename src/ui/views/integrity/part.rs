//! Which part of the log the map shows: all of it, or what was zoomed to. Nothing here draws.

use egui::Rect;

/// The least number of records that fill the map.
const LEAST: u64 = 40;

/// Records from one to before another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Part {
    /// All of a log.
    pub(super) fn all(size: u64) -> Self {
        Self { from: 0, to: size }
    }

    /// How many records.
    pub(super) fn len(self) -> u64 {
        self.to.saturating_sub(self.from)
    }

    /// Whether a record is in it.
    pub(super) fn holds(self, seq: u64) -> bool {
        (self.from..self.to).contains(&seq)
    }

    /// Where a record begins in a rectangle; beside it where the record is not in this part.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a place on a screen")]
    pub(super) fn x(self, rect: Rect, seq: u64) -> f32 {
        let share = (i128::from(seq) - i128::from(self.from)) as f64 / self.len().max(1) as f64;
        rect.left() + (f64::from(rect.width()) * share) as f32
    }

    /// As [`Part::x`], at the edge where the record is not in this part.
    pub(super) fn x_within(self, rect: Rect, seq: u64) -> f32 {
        self.x(rect, seq.clamp(self.from, self.to))
    }

    /// Which record stands there.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place on a screen"
    )]
    pub(super) fn at(self, rect: Rect, x: f32) -> u64 {
        let share = f64::from(((x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0));
        let within = (share * self.len() as f64) as u64;
        self.from + within.min(self.len().saturating_sub(1))
    }

    /// So many times as long, `still` staying where it is; never longer than the log.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of records to be shown"
    )]
    pub(super) fn zoomed(self, still: u64, times: f64, size: u64) -> Self {
        let long = ((self.len() as f64 * times).round() as u64).clamp(LEAST.min(size), size);
        let share = still.saturating_sub(self.from) as f64 / self.len().max(1) as f64;
        Self::of(still.saturating_sub((share * long as f64) as u64), long, size)
    }

    /// Moved by that share of its length, as far as the log goes.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of records to be shown"
    )]
    pub(super) fn moved(self, share: f64, size: u64) -> Self {
        let by = ((self.len() as f64 * share.abs()).round() as u64).max(1);
        let from = if share < 0.0 { self.from.saturating_sub(by) } else { self.from.saturating_add(by) };
        Self::of(from, self.len(), size)
    }

    /// Moved so that a record is in it, in the middle where it was not.
    pub(super) fn with(self, seq: u64, size: u64) -> Self {
        if self.holds(seq) { self } else { Self::of(seq.saturating_sub(self.len() / 2), self.len(), size) }
    }

    fn of(from: u64, long: u64, size: u64) -> Self {
        let from = from.min(size.saturating_sub(long));
        Self { from, to: from.saturating_add(long).min(size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn zoom_and_moves_stay_in_the_log() {
        let part = |from, to| Part { from, to };
        for (was, size, expected) in [
            (part(0, 1000).zoomed(500, 0.5, 1000), 1000, part(250, 750)),
            (part(250, 750).zoomed(250, 0.5, 1000), 1000, part(250, 500)),
            (part(250, 750).zoomed(749, 100.0, 1000), 1000, part(0, 1000)),
            (part(0, 1000).zoomed(999, 1e-9, 1000), 1000, part(960, 1000)),
            (part(0, 7).zoomed(3, 0.1, 7), 7, part(0, 7)),
            (part(250, 750).moved(0.1, 1000), 1000, part(300, 800)),
            (part(250, 750).moved(-0.9, 1000), 1000, part(0, 500)),
            (part(250, 750).moved(9.0, 1000), 1000, part(500, 1000)),
            (part(100, 200).with(150, 1000), 1000, part(100, 200)),
            (part(100, 200).with(900, 1000), 1000, part(850, 950)),
            (part(100, 200).with(999, 1000), 1000, part(900, 1000)),
            (part(0, 0).zoomed(0, 0.5, 0), 0, part(0, 0)),
        ] {
            assert_eq!(was, expected);
            assert!(was.to <= size);
        }
    }

    #[test]
    fn a_record_is_found_where_it_stands() {
        let rect = Rect::from_min_size(pos2(24.0, 0.0), vec2(1000.0, 48.0));
        for part in [Part::all(20_000), Part { from: 10_000, to: 10_100 }, Part { from: u64::MAX - 100, to: u64::MAX }]
        {
            for seq in [part.from, part.from + part.len() / 2, part.to - 1] {
                assert_eq!(part.at(rect, part.x(rect, seq + 1) - 0.5 * rect.width() / 20_000.0), seq, "{part:?}");
            }
            assert!((part.x_within(rect, u64::MAX) - rect.right()).abs() < 1e-3);
            assert!((part.x_within(rect, 0) - rect.left()).abs() < 1e-3);
        }
    }
}
