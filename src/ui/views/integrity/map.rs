//! The chain as runs of records, out of a report: one state a run, worked out once and never record by record.

use std::ops::Range;

use crate::integrity::Report;
use crate::integrity::code::Severity;
use crate::integrity::verdict::{Completeness, Integrity};
use crate::ui::theme::VerdictState;

/// What is known of records; where several meet in one pixel, the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainState {
    /// The reading was stopped before it.
    NotRead,
    /// Exactly as it was signed, under a checkpoint that counts.
    AsSigned,
    /// Withheld, as the bundle declares.
    Withheld,
    /// It hashes and links; no checkpoint that counts covers it.
    Unanchored,
    /// It cannot be checked.
    Unverifiable,
    /// It is not there, and nothing declares that.
    Missing,
    /// Something does not hash or link.
    Broken,
}

impl ChainState {
    /// All states, the best first.
    pub const ALL: [Self; 7] = [
        Self::NotRead,
        Self::AsSigned,
        Self::Withheld,
        Self::Unanchored,
        Self::Unverifiable,
        Self::Missing,
        Self::Broken,
    ];

    /// The word for the legend, tooltips and screen readers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotRead => "not read",
            Self::AsSigned => "as signed",
            Self::Withheld => "withheld",
            Self::Unanchored => "unanchored",
            Self::Unverifiable => "unverifiable",
            Self::Missing => "missing",
            Self::Broken => "broken",
        }
    }

    /// Colour and pattern; what is missing has its own.
    #[must_use]
    pub fn verdict(self) -> VerdictState {
        match self {
            Self::NotRead => VerdictState::Skipped,
            Self::AsSigned => VerdictState::Intact,
            Self::Withheld => VerdictState::Withheld,
            Self::Unanchored => VerdictState::Partial,
            Self::Unverifiable => VerdictState::Unverifiable,
            Self::Missing | Self::Broken => VerdictState::Broken,
        }
    }

    /// Whether it is damage, which is never drawn too narrow to be seen.
    #[must_use]
    pub fn is_damage(self) -> bool {
        matches!(self, Self::Missing | Self::Broken)
    }
}

/// Records of one state, from the first to before the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Their seqs.
    pub seqs: Range<u64>,
    /// Their state.
    pub state: ChainState,
}

/// What the runs follow from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Number of records, those that are missing at the end or were not read included.
    pub size: u64,
    /// Records from here on were not read; `None` where all were.
    pub unread_from: Option<u64>,
    /// Seqs present, ascending.
    pub present: Vec<Range<u64>>,
    /// Records before it are as they were signed.
    pub complete_to: u64,
    /// Nothing can be checked.
    pub unverifiable: bool,
    /// Records are withheld as declared: where one is absent and no finding says so, it is one of them.
    pub withheld: bool,
    /// What findings say is missing.
    pub missing: Vec<Range<u64>>,
    /// What findings say is broken.
    pub broken: Vec<Range<u64>>,
}

impl Facts {
    /// Those of a report. `claimed` is how many records the bundle says that its log has.
    #[must_use]
    pub fn of(report: &Report, claimed: Option<u64>) -> Self {
        let mut facts = Self {
            present: report.ranges.clone(),
            complete_to: report.complete_to.unwrap_or_default(),
            unverifiable: report.verdict.integrity == Integrity::Unverifiable,
            withheld: report.withheld > 0,
            ..Self::default()
        };
        for finding in report.findings.iter().filter(|finding| finding.code.severity() == Severity::Error) {
            let Some(first) = finding.seq else { continue };
            let range = first..finding.end_seq.unwrap_or(first).saturating_add(1).max(first);
            match finding.code.effect().forces() {
                Some(forced) if forced == Integrity::Broken.name() => facts.broken.push(range),
                Some(forced) if forced == Completeness::Gaps.name() || forced == Completeness::Truncated.name() => {
                    facts.missing.push(range);
                }
                _ => {}
            }
        }
        let last = |ranges: &[Range<u64>]| ranges.iter().map(|range| range.end).max().unwrap_or_default();
        facts.size = report.log.size.max(last(&facts.present)).max(last(&facts.missing)).max(last(&facts.broken));
        if report.is_part() {
            // Nothing was held against a signature yet: the rest is as long as the bundle says.
            let signed = report.checkpoints.iter().map(|checkpoint| checkpoint.size).max();
            facts.unread_from = Some(facts.size);
            facts.size = facts.size.max(signed.unwrap_or_default()).max(claimed.unwrap_or_default());
            // What is absent and was not found to be missing is declared withheld; the report counts that at the end only.
            facts.withheld = true;
        }
        facts.present = joined(facts.present);
        facts.missing = joined(facts.missing);
        facts.broken = joined(facts.broken);
        facts
    }

    /// The state of one record; the runs say the same of all of them.
    #[must_use]
    pub fn state(&self, seq: u64) -> ChainState {
        if holds(&self.broken, seq) {
            return ChainState::Broken;
        }
        if holds(&self.present, seq) {
            return match () {
                () if self.unverifiable => ChainState::Unverifiable,
                () if seq < self.complete_to => ChainState::AsSigned,
                () => ChainState::Unanchored,
            };
        }
        if self.unread_from.is_some_and(|from| seq >= from) {
            return ChainState::NotRead;
        }
        if holds(&self.missing, seq) || !self.withheld { ChainState::Missing } else { ChainState::Withheld }
    }

    /// The runs, from the first record to the last; neighbours differ.
    #[must_use]
    pub fn runs(&self) -> Vec<Run> {
        let all = [&self.present, &self.missing, &self.broken];
        let mut edges: Vec<u64> = all.into_iter().flatten().flat_map(|range| [range.start, range.end]).collect();
        edges.extend([0, self.complete_to, self.size]);
        edges.extend(self.unread_from);
        edges.retain(|edge| *edge <= self.size);
        edges.sort_unstable();
        edges.dedup();
        let mut runs: Vec<Run> = Vec::new();
        for pair in edges.windows(2) {
            let [from, to] = *pair else { continue };
            // Between two edges nothing changes.
            let state = self.state(from);
            match runs.last_mut() {
                Some(last) if last.state == state => last.seqs.end = to,
                _ => runs.push(Run { seqs: from..to, state }),
            }
        }
        runs
    }
}

/// Whether one of ascending, disjoint ranges holds it.
fn holds(ranges: &[Range<u64>], seq: u64) -> bool {
    let at = ranges.partition_point(|range| range.end <= seq);
    ranges.get(at).is_some_and(|range| range.start <= seq)
}

/// The same records as ascending, disjoint ranges.
fn joined(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.retain(|range| range.start < range.end);
    ranges.sort_by_key(|range| range.start);
    let mut out: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// The run that a record is in.
#[must_use]
pub fn run_at(runs: &[Run], seq: u64) -> Option<&Run> {
    let at = runs.partition_point(|run| run.seqs.end <= seq);
    runs.get(at).filter(|run| run.seqs.contains(&seq))
}

/// Columns of pixels of one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The first column.
    pub left: usize,
    /// Behind the last one.
    pub right: usize,
    /// The worst state in them.
    pub state: ChainState,
}

/// Damage is at least so many pixels wide.
const LEAST: usize = 2;

/// The runs from one record to before another in `width` columns of pixels, the worst state of each; neighbours differ.
#[must_use]
pub fn bands(runs: &[Run], part: Range<u64>, width: usize) -> Vec<Band> {
    let size = part.end.saturating_sub(part.start);
    let mut columns: Vec<Option<ChainState>> = vec![None; width];
    let first = runs.partition_point(|run| run.seqs.end <= part.start);
    for run in runs.iter().skip(first).take_while(|run| run.seqs.start < part.end) {
        let (start, end) = (run.seqs.start.max(part.start) - part.start, run.seqs.end.min(part.end) - part.start);
        let mut left = column(start, size, width, false);
        let mut right = column(end, size, width, true).max(left + 1);
        if run.state.is_damage() && right - left < LEAST {
            right = (left + LEAST).min(width);
            left = right.saturating_sub(LEAST);
        }
        for state in columns.iter_mut().take(right).skip(left) {
            *state = (*state).max(Some(run.state));
        }
    }
    let mut out: Vec<Band> = Vec::new();
    for (at, state) in columns.into_iter().enumerate() {
        let Some(state) = state else { continue };
        match out.last_mut() {
            Some(last) if last.state == state && last.right == at => last.right = at + 1,
            _ => out.push(Band { left: at, right: at + 1, state }),
        }
    }
    out
}

/// The column that a seq falls into, or the one behind it.
fn column(seq: u64, size: u64, width: usize, behind: bool) -> usize {
    let (scaled, size) = (u128::from(seq) * width as u128, u128::from(size.max(1)));
    let column = if behind { scaled.div_ceil(size) } else { scaled / size };
    usize::try_from(column).unwrap_or(width).min(width)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init, reason = "ranges of seqs")]

    use super::*;

    /// Numbers that follow from a seed: the same logs every time.
    fn numbers(mut seed: u64) -> impl FnMut(u64) -> u64 {
        move |below| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below.max(1)
        }
    }

    fn ranges(size: u64, most: u64, next: &mut impl FnMut(u64) -> u64) -> Vec<Range<u64>> {
        let made = (0..next(most)).map(|_| {
            let start = next(size);
            start..start + 1 + next(size / 4 + 1)
        });
        joined(made.collect())
    }

    #[test]
    fn runs_say_of_every_record_what_it_says_itself() {
        for seed in 0..400 {
            let mut next = numbers(seed);
            let size = 1 + next(60);
            let facts = Facts {
                size,
                unread_from: (next(3) == 0).then(|| next(size + 10)),
                present: ranges(size, 5, &mut next),
                complete_to: next(size + 10),
                unverifiable: next(5) == 0,
                withheld: next(2) == 0,
                missing: ranges(size, 3, &mut next),
                broken: ranges(size, 3, &mut next),
            };
            let runs = facts.runs();
            assert!(
                runs.windows(2).all(|pair| pair[0].seqs.end == pair[1].seqs.start && pair[0].state != pair[1].state)
            );
            assert_eq!((runs[0].seqs.start, runs[runs.len() - 1].seqs.end), (0, size), "seed {seed}");
            for seq in 0..size {
                let run = run_at(&runs, seq).map(|run| run.state);
                // The twin asks every list by itself.
                let is_in = |ranges: &[Range<u64>]| ranges.iter().any(|range| range.contains(&seq));
                let naive = match (is_in(&facts.broken), is_in(&facts.present), is_in(&facts.missing)) {
                    (true, ..) => ChainState::Broken,
                    (_, true, _) if facts.unverifiable => ChainState::Unverifiable,
                    (_, true, _) if seq < facts.complete_to => ChainState::AsSigned,
                    (_, true, _) => ChainState::Unanchored,
                    _ if facts.unread_from.is_some_and(|from| seq >= from) => ChainState::NotRead,
                    (.., true) => ChainState::Missing,
                    _ if facts.withheld => ChainState::Withheld,
                    _ => ChainState::Missing,
                };
                assert_eq!(run, Some(naive), "seed {seed}, seq {seq}");
            }
            assert_eq!(run_at(&runs, size), None);
        }
    }

    #[test]
    fn a_column_has_the_worst_state_of_its_records() {
        for seed in 0..200 {
            let mut next = numbers(seed);
            let size = 1 + next(500);
            let width = 1 + usize::try_from(next(120)).unwrap_or_default();
            let facts = Facts {
                size,
                present: joined([0..size].into()),
                complete_to: next(size),
                broken: ranges(size, 4, &mut next),
                ..Facts::default()
            };
            let runs = facts.runs();
            let bands = bands(&runs, 0..size, width);
            assert_eq!((bands[0].left, bands[bands.len() - 1].right), (0, width), "seed {seed}");
            let at = |x: usize| bands.iter().find(|band| (band.left..band.right).contains(&x)).map(|band| band.state);
            for seq in 0..size {
                let x = column(seq, size, width, false).min(width - 1);
                assert!(at(x) >= Some(facts.state(seq)), "seed {seed}, seq {seq}");
            }
            let narrow = |band: &Band| band.state.is_damage() && band.right - band.left < LEAST;
            assert!(width < LEAST || !bands.iter().any(narrow), "seed {seed}");
        }
    }

    #[test]
    fn one_record_in_a_hundred_million_is_seen() {
        let facts = Facts {
            size: 100_000_000,
            present: joined(vec![0..50_000_000, 50_000_001..100_000_000]),
            complete_to: 100_000_000,
            broken: joined([99_999_999..100_000_000].into()),
            ..Facts::default()
        };
        let bands = bands(&facts.runs(), 0..100_000_000, 1000);
        let damage: Vec<_> = bands.iter().filter(|band| band.state.is_damage()).collect();
        assert_eq!(
            damage,
            [
                &Band { left: 500, right: 502, state: ChainState::Missing },
                &Band { left: 998, right: 1000, state: ChainState::Broken },
            ]
        );
        assert!(super::bands(&[], 0..0, 100).is_empty());
        let near = super::bands(&facts.runs(), 49_999_950..50_000_050, 1000);
        let expected = [
            Band { left: 0, right: 500, state: ChainState::AsSigned },
            Band { left: 500, right: 510, state: ChainState::Missing },
            Band { left: 510, right: 1000, state: ChainState::AsSigned },
        ];
        assert_eq!(near, expected, "zoomed in, a record is as wide as it is");
    }

    #[test]
    fn what_was_not_read_is_no_part_of_what_was() {
        let facts = Facts {
            size: 60_000,
            unread_from: Some(20_000),
            present: vec![0..20_000],
            withheld: true,
            ..Facts::default()
        };
        let expected = [(0..20_000, ChainState::Unanchored), (20_000..60_000, ChainState::NotRead)];
        assert_eq!(facts.runs(), expected.map(|(seqs, state)| Run { seqs, state }));
        let bands = bands(&facts.runs(), 0..60_000, 600);
        assert_eq!(bands.iter().map(|band| (band.left, band.right)).collect::<Vec<_>>(), [(0, 200), (200, 600)]);
    }
}
