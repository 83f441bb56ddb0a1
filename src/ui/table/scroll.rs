//! Where a table is scrolled to: a row and a part of one, exact at any number of rows.
//!
//! Nothing here multiplies rows by their height: a position is compared as (row, points), and only what is on the screen is
//! turned into points.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "shares of the whole are rounded to what a scroll bar can show; rows on the screen are few"
)]

/// The row at the top edge, and how many points of it are scrolled out.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Scroll {
    /// The row at the top edge.
    pub row: u64,
    /// Points of it above the edge, from 0 to below the height of a row.
    pub above: f64,
}

/// How much there is and how much of it can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// All rows.
    pub rows: u64,
    /// Height of a row in points.
    pub row_height: f64,
    /// Height of what shows them, in points.
    pub view: f64,
}

impl Extent {
    /// Rows that fit as a whole, at least one.
    #[must_use]
    pub fn page(&self) -> u64 {
        ((self.view / self.row_height).floor() as u64).max(1)
    }

    /// Whether all rows fit.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.last() == Scroll::default()
    }

    /// The position at which the last row stands at the bottom.
    #[must_use]
    pub fn last(&self) -> Scroll {
        let seen = (self.view / self.row_height).max(0.0);
        let touched = seen.ceil();
        // Rows that fit: a comparison of whole numbers, as rows may be more than a float can tell apart.
        if self.rows < touched as u64 || (self.rows == touched as u64 && touched <= seen) {
            return Scroll::default();
        }
        Scroll { row: self.rows - touched as u64, above: (touched * self.row_height - self.view).max(0.0) }
    }

    /// The length of the bar's thumb and where it starts, both as shares of the track, for a thumb no shorter than `least`.
    #[must_use]
    pub fn thumb(&self, at: Scroll, least: f64) -> (f64, f64) {
        let seen = self.view / self.row_height;
        let length = (seen / (self.rows as f64).max(1.0)).clamp(least.min(1.0), 1.0);
        (at.share(self) * (1.0 - length), length)
    }
}

impl Scroll {
    /// Moved by `points`, down if positive, and kept within `extent`.
    #[must_use]
    pub fn by(self, points: f64, extent: &Extent) -> Self {
        if !points.is_finite() {
            return self.within(extent);
        }
        let total = self.above + points;
        let rows = (total / extent.row_height).floor();
        let above = total - rows * extent.row_height;
        let row = if rows < 0.0 {
            match self.row.checked_sub((-rows) as u64) {
                Some(row) => row,
                None => return Self::default(),
            }
        } else {
            self.row.saturating_add(rows as u64)
        };
        Self { row, above }.within(extent)
    }

    /// Moved by whole rows.
    #[must_use]
    pub fn by_rows(self, rows: i64, extent: &Extent) -> Self {
        match self.row.checked_add_signed(rows) {
            Some(row) => Self { row, ..self }.within(extent),
            None if rows < 0 => Self::default(),
            None => extent.last(),
        }
    }

    /// Not below 0 and not beyond the last position.
    #[must_use]
    pub fn within(self, extent: &Extent) -> Self {
        let last = extent.last();
        let above = self.above.clamp(0.0, extent.row_height);
        let own = Self { above, ..self };
        if own > last { last } else { own }
    }

    /// Moved as little as needed to show all of `row`.
    #[must_use]
    pub fn showing(self, row: u64, extent: &Extent) -> Self {
        let first = Self { row, above: 0.0 };
        if first < self {
            return first.within(extent);
        }
        // The position at which `row` is the last one to be seen.
        let upto = Extent { rows: row.saturating_add(1), ..*extent }.last();
        if upto > self { upto.within(extent) } else { self.within(extent) }
    }

    /// How far this is of the way, from 0 to 1.
    #[must_use]
    pub fn share(self, extent: &Extent) -> f64 {
        let last = extent.last();
        let points = |scroll: Self| scroll.row as f64 + scroll.above / extent.row_height;
        if last == Self::default() { 0.0 } else { (points(self) / points(last)).clamp(0.0, 1.0) }
    }

    /// The position at `share` of the way.
    #[must_use]
    pub fn at_share(share: f64, extent: &Extent) -> Self {
        let last = extent.last();
        if share >= 1.0 {
            return last;
        }
        let way = last.row as f64 + last.above / extent.row_height;
        let at = way * share.max(0.0);
        Self { row: at.floor() as u64, above: at.fract() * extent.row_height }.within(extent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(rows: u64) -> Extent {
        Extent { rows, row_height: 26.0, view: 1000.0 }
    }

    #[test]
    fn the_end_is_the_last_row_at_the_bottom() {
        for rows in [39, 1_000_000, 100_000_000, u64::MAX / 2, u64::MAX] {
            let extent = extent(rows);
            let last = extent.last();
            // 1000 / 26 = 38.46: 39 rows are touched, and the first of them shows 12 points.
            assert_eq!(last, Scroll { row: rows - 39, above: 39.0 * 26.0 - 1000.0 }, "{rows}");
            assert_eq!(last.by(1.0, &extent), last);
            assert_eq!(last.by(-1.0, &extent).by(1.0, &extent), last);
        }
        for rows in [0, 1, 38] {
            assert!(extent(rows).fits());
            assert_eq!(Scroll { row: 5, above: 3.0 }.within(&extent(rows)), Scroll::default());
        }
        let whole = Extent { rows: 40, row_height: 25.0, view: 1000.0 };
        assert!(whole.fits());
        assert_eq!(Extent { rows: 41, ..whole }.last(), Scroll { row: 1, above: 0.0 });
    }

    #[test]
    fn a_point_is_a_point_at_any_depth() {
        for rows in [100_000_000, u64::MAX / 2] {
            let extent = extent(rows);
            let mut at = Scroll { row: rows / 3, above: 0.0 };
            let start = at;
            for _ in 0..26 {
                let next = at.by(1.0, &extent);
                assert!(next > at);
                at = next;
            }
            assert_eq!(at, Scroll { row: start.row + 1, above: 0.0 });
            for _ in 0..52 {
                at = at.by(-0.5, &extent);
            }
            assert_eq!(at, start);
        }
    }

    #[test]
    fn rows_and_pages_stop_at_the_ends() {
        let extent = extent(100_000_000);
        assert_eq!(extent.page(), 38);
        assert_eq!(Scroll::default().by_rows(-1, &extent), Scroll::default());
        assert_eq!(Scroll::default().by_rows(i64::MAX, &extent), extent.last());
        assert_eq!(extent.last().by_rows(i64::MIN, &extent), Scroll::default());
        assert_eq!(Scroll::default().by(f64::NAN, &extent), Scroll::default());
        assert_eq!(Scroll::default().by(1e300, &extent), extent.last());
        assert_eq!(extent.last().by(-1e300, &extent), Scroll::default());
    }

    #[test]
    fn a_row_is_shown_with_the_least_movement() {
        let extent = extent(100_000_000);
        let at = Scroll { row: 500, above: 7.0 };
        assert_eq!(at.showing(510, &extent), at, "it is in sight");
        assert_eq!(at.showing(500, &extent), Scroll { row: 500, above: 0.0 }, "it was cut");
        assert_eq!(at.showing(10, &extent), Scroll { row: 10, above: 0.0 });
        assert_eq!(at.showing(999, &extent), Scroll { row: 961, above: 14.0 });
        assert_eq!(at.showing(99_999_999, &extent), extent.last());
    }

    #[test]
    fn the_bar_goes_evenly_from_end_to_end() {
        for rows in [1_000, 1_000_000, 100_000_000, u64::MAX / 2] {
            let extent = extent(rows);
            let mut before = None;
            for step in 0..=1000_u32 {
                let share = f64::from(step) / 1000.0;
                let at = Scroll::at_share(share, &extent);
                assert!((at.share(&extent) - share).abs() < 1e-6, "{rows} rows, {share}");
                assert!(before.is_none_or(|before| before < at), "{rows} rows, {share}");
                before = Some(at);
            }
            let (start, length) = extent.thumb(extent.last(), 0.03);
            assert!((start + length - 1.0).abs() < 1e-9);
        }
    }
}
