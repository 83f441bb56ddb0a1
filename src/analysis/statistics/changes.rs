//! Change points in a stream of numbers, reported as soon as they show: Page–Hinkley and ADWIN. Numbers that are not finite are
//! passed over.

use std::collections::VecDeque;

/// The test of Page (1954) and Hinkley, in both directions: how far the sum of deviations from the mean has risen above its least,
/// or fallen below its greatest, value.
#[derive(Debug, Clone, PartialEq)]
pub struct PageHinkley {
    delta: f64,
    threshold: f64,
    alpha: f64,
    least: u64,
    count: u64,
    mean: f64,
    rise: f64,
    fall: f64,
    lowest: f64,
    highest: f64,
}

impl Default for PageHinkley {
    /// δ 0.005, λ 50, α 0.9999, no report before 30 numbers.
    fn default() -> Self {
        Self {
            delta: 0.005,
            threshold: 50.0,
            alpha: 0.9999,
            least: 30,
            count: 0,
            mean: 0.0,
            rise: 0.0,
            fall: 0.0,
            lowest: f64::INFINITY,
            highest: -1.0,
        }
    }
}

impl PageHinkley {
    /// Another λ: how far the sum may stray. Smaller ones report sooner, and more false alarms.
    #[must_use]
    pub fn with_threshold(self, threshold: f64) -> Self {
        Self { threshold, ..self }
    }

    /// Takes the next number; true where a change is reported here. After a report everything begins anew.
    pub fn push(&mut self, x: f64) -> bool {
        if !x.is_finite() {
            return false;
        }
        self.count += 1;
        self.mean += (x - self.mean) / self.count as f64;
        let deviation = x - self.mean;
        self.rise = self.alpha * self.rise + deviation - self.delta;
        self.fall = self.alpha * self.fall + deviation + self.delta;
        self.lowest = self.lowest.min(self.rise);
        self.highest = self.highest.max(self.fall);
        let strayed = (self.rise - self.lowest).max(self.highest - self.fall);
        let is_change = self.count >= self.least && strayed > self.threshold;
        if is_change {
            *self = Self { delta: self.delta, alpha: self.alpha, least: self.least, ..Self::default() }
                .with_threshold(self.threshold);
        }
        is_change
    }
}

/// Adaptive windowing (Bifet and Gavaldà, "Learning from time-changing data with adaptive windowing", 2007): a change is where the
/// means of an older and a newer part of the window differ by more than chance. The window is kept as sums of 1, 2, 4, … numbers,
/// so memory and time for one number grow with the logarithm of the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Adwin {
    delta: f64,
    count: u64,
    total: f64,
    /// Squared deviations from the window's mean, summed.
    squares: f64,
    /// Sums of 2⁰, 2¹, … numbers; in each row and over the rows the newest ones at the beginning.
    rows: Vec<VecDeque<f64>>,
}

/// Changes are looked for after so many numbers.
const CLOCK: u64 = 32;
/// No more sums of one length are kept.
const MOST_SUMS: usize = 5;
/// Neither part is shorter.
const LEAST_PART: f64 = 5.0;

impl Default for Adwin {
    /// δ 0.002.
    fn default() -> Self {
        Self { delta: 0.002, count: 0, total: 0.0, squares: 0.0, rows: Vec::new() }
    }
}

impl Adwin {
    /// Takes the next number; true where a change is reported here. After a report everything begins anew.
    pub fn push(&mut self, x: f64) -> bool {
        if !x.is_finite() {
            return false;
        }
        if self.count > 0 {
            let before = self.count as f64;
            let deviation = x - self.total / before;
            self.squares += before * deviation * deviation / (before + 1.0);
        }
        self.count += 1;
        self.total += x;
        self.insert(x);
        let is_change = self.count.is_multiple_of(CLOCK) && self.is_cut();
        if is_change {
            *self = Self { delta: self.delta, ..Self::default() };
        }
        is_change
    }

    /// Keeps a number; the two oldest sums of a row that is full become one of the next row.
    fn insert(&mut self, x: f64) {
        let mut carry = Some(x);
        for row in &mut self.rows {
            let Some(sum) = carry else { return };
            row.push_front(sum);
            carry = if row.len() > MOST_SUMS { row.pop_back().zip(row.pop_back()).map(|(a, b)| a + b) } else { None };
        }
        if let Some(sum) = carry {
            self.rows.push(VecDeque::from([sum]));
        }
    }

    /// Somewhere the means before and after differ by more than chance.
    fn is_cut(&self) -> bool {
        let all = self.count as f64;
        let variance = self.squares / all;
        let confidence = (2.0 * all.ln() / self.delta).ln();
        let (mut older, mut older_total) = (0.0, 0.0);
        let lengths = std::iter::successors(Some(1.0), |length| Some(length * 2.0));
        let rows: Vec<(&VecDeque<f64>, f64)> = self.rows.iter().zip(lengths).collect();
        for (sum, length) in
            rows.into_iter().rev().flat_map(|(row, length)| row.iter().rev().map(move |sum| (sum, length)))
        {
            older += length;
            older_total += sum;
            let newer = all - older;
            if newer < LEAST_PART {
                return false;
            }
            if older < LEAST_PART {
                continue;
            }
            let difference = older_total / older - (self.total - older_total) / newer;
            let reciprocal = 1.0 / (older - LEAST_PART + 1.0) + 1.0 / (newer - LEAST_PART + 1.0);
            let chance = (2.0 * reciprocal * variance * confidence).sqrt() + 2.0 / 3.0 * confidence * reciprocal;
            if difference.abs() > chance {
                return true;
            }
        }
        false
    }
}
