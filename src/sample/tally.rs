//! What is counted while the log is written: for the truth file, and for the values that monitors report.

use std::collections::BTreeMap;

use super::cases::Case;
use super::clock::{DAY, Millis, START};
use super::models::{CREDIT, MODELS};
use super::people::REVIEWERS;
use super::plan::{Measure, Metric};
use super::records::{Outcome, Review};
use super::script::{Script, Stage};
use super::texts::SEGMENTS;

/// Days of the log's span.
const DAYS: usize = 92;

/// Upper ends of the bins of monthly income: about the deciles of the beginning.
const INCOME_BINS: [i64; 9] = [1050, 1400, 1850, 2150, 2450, 2750, 3050, 3450, 4100];

/// The days that incomes are compared with.
const REFERENCE_DAYS: usize = 28;

/// Numbers of one model, segment and phase.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) decisions: u64,
    pub(super) adverse: u64,
    pub(super) reviewed: u64,
    pub(super) overridden: u64,
    pub(super) outcomes: u64,
    pub(super) errors: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.decisions += other.decisions;
        self.adverse += other.adverse;
        self.reviewed += other.reviewed;
        self.overridden += other.overridden;
        self.outcomes += other.outcomes;
        self.errors += other.errors;
    }
}

/// A version serves from one time to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Serving {
    pub(super) version: usize,
    pub(super) from: Millis,
    pub(super) to: Millis,
    pub(super) decisions: u64,
}

/// A version is tried on a share of the decisions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    pub(super) model: usize,
    pub(super) version: usize,
    pub(super) percent: u64,
    pub(super) from: Millis,
    pub(super) to: Millis,
    /// Decisions that name it, and decisions of the model.
    pub(super) decisions: [u64; 2],
}

/// The records that the story is about.
#[derive(Debug, Default)]
pub(super) struct Affected {
    pub(super) count: u64,
    pub(super) first_seq: u64,
    pub(super) last_seq: u64,
    pub(super) ids: blake3::Hasher,
}

impl Affected {
    pub(super) fn add(&mut self, seq: u64, audit_id: &str) {
        if self.count == 0 {
            self.first_seq = seq;
        }
        self.last_seq = seq;
        self.count += 1;
        self.ids.update(audit_id.as_bytes());
        self.ids.update(b"\n");
    }
}

/// All counts of a log.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By kind.
    pub(super) kinds: BTreeMap<&'static str, u64>,
    /// By phase, model and segment.
    pub(super) cells: [[[Counts; SEGMENTS.len()]; MODELS.len()]; 3],
    /// By model.
    pub(super) serving: [Vec<Serving>; MODELS.len()],
    pub(super) without_version: [u64; MODELS.len()],
    pub(super) trials: Vec<Trial>,
    /// By reviewer: reviews, overrides, seconds.
    pub(super) reviewers: [[u64; 3]; REVIEWERS.len()],
    pub(super) skewed: u64,
    pub(super) backward_steps: u64,
    pub(super) near_duplicates: u64,
    /// Sealed, and erased of those.
    pub(super) seals: [u64; 2],
    pub(super) affected: Affected,
    last_time: Millis,
    first_time: Option<Millis>,
    latest: Millis,
    /// By model, segment and day: decisions and adverse results.
    days: Vec<[[[u64; 2]; SEGMENTS.len()]; MODELS.len()]>,
    /// By day of the review: reviews and overrides of credit decisions.
    review_days: Vec<[u64; 2]>,
    /// By day: credit decisions by income.
    incomes: Vec<[u64; INCOME_BINS.len() + 1]>,
}

impl Tally {
    pub(super) fn new(script: &Script) -> Self {
        let serving = script.stages.each_ref().map(|stages| {
            let mut all: Vec<Serving> = Vec::new();
            for (n, stage) in stages.iter().enumerate() {
                if n > 0 && stages[n - 1].version == stage.version {
                    // From canary to all: the version has been serving.
                } else {
                    all.push(Serving { version: stage.version, from: stage.at, to: super::clock::END, decisions: 0 });
                }
                if stage.percent == 100 {
                    for other in all.iter_mut().filter(|other| other.version != stage.version) {
                        other.to = other.to.min(stage.at);
                    }
                }
            }
            all
        });
        let mut trials = Vec::new();
        for (model, stages) in script.stages.iter().enumerate() {
            for pair in stages.windows(2).filter(|pair| pair[0].percent < 100) {
                let Stage { at: from, version, percent, .. } = pair[0];
                trials.push(Trial { model, version, percent, from, to: pair[1].at, decisions: [0; 2] });
            }
        }
        Self {
            serving,
            trials,
            days: vec![Default::default(); DAYS],
            review_days: vec![[0; 2]; DAYS],
            incomes: vec![[0; INCOME_BINS.len() + 1]; DAYS],
            ..Self::default()
        }
    }

    /// A record of this kind was written with this time.
    pub(super) fn record(&mut self, kind: &'static str, stated: Millis) {
        *self.kinds.entry(kind).or_default() += 1;
        self.backward_steps += u64::from(stated < self.last_time);
        self.last_time = stated;
        self.latest = self.latest.max(stated);
        self.first_time.get_or_insert(stated);
    }

    /// Earliest and latest time stated. The first record is the earliest: the clock that is slow is so only later.
    pub(super) fn span(&self) -> (Millis, Millis) {
        (self.first_time.unwrap_or(START), self.latest)
    }

    pub(super) fn decision(&mut self, phase: usize, model: usize, case: &Case, stated: Millis, states_version: bool) {
        let is_adverse = u64::from(case.is_adverse(model));
        let cell = &mut self.cells[phase][model][case.segment];
        cell.decisions += 1;
        cell.adverse += is_adverse;
        if states_version {
            let serves = |span: &&mut Serving| span.version == case.version && (span.from..span.to).contains(&stated);
            if let Some(span) = self.serving[model].iter_mut().find(serves) {
                span.decisions += 1;
            }
        } else {
            self.without_version[model] += 1;
        }
        let on_trial = |trial: &&mut Trial| trial.model == model && (trial.from..trial.to).contains(&stated);
        for trial in self.trials.iter_mut().filter(on_trial) {
            trial.decisions[0] += u64::from(states_version && trial.version == case.version);
            trial.decisions[1] += 1;
        }
        let day = day(stated);
        self.days[day][model][case.segment][0] += 1;
        self.days[day][model][case.segment][1] += is_adverse;
        if model == CREDIT {
            self.incomes[day][INCOME_BINS.partition_point(|end| *end <= case.income)] += 1;
        }
    }

    pub(super) fn review(&mut self, phase: usize, segment: usize, review: &Review, at: Millis) {
        let is_override = u64::from(review.is_override);
        let cell = &mut self.cells[phase][usize::from(review.model)][segment];
        cell.reviewed += 1;
        cell.overridden += is_override;
        let [reviews, overrides, seconds] = &mut self.reviewers[usize::from(review.reviewer)];
        *reviews += 1;
        *overrides += is_override;
        *seconds += u64::from(review.seconds);
        if usize::from(review.model) == CREDIT {
            self.review_days[day(at)][0] += 1;
            self.review_days[day(at)][1] += is_override;
        }
    }

    pub(super) fn outcome(&mut self, phase: usize, segment: usize, outcome: &Outcome) {
        let cell = &mut self.cells[phase][usize::from(outcome.model)][segment];
        cell.outcomes += 1;
        // An adverse result and something good, or the other way round.
        cell.errors += u64::from(outcome.is_adverse == outcome.is_good);
    }

    /// A metric over the seven days up to the midnight before `at`: value in parts of 10 000, and of how many.
    pub(super) fn measure(&self, metric: &Metric, at: Millis) -> (u64, u64) {
        let end = day(at);
        let week = end.saturating_sub(7)..end;
        match metric.what {
            Measure::Adverse => {
                let cells = self.days[week].iter().flat_map(|day| day[metric.model].iter().enumerate());
                let wanted = cells.filter(|(segment, _)| metric.segment.is_none_or(|only| only == *segment));
                let [all, adverse] = wanted.fold([0, 0], |sum, (_, cell)| [sum[0] + cell[0], sum[1] + cell[1]]);
                (share(adverse, all), all)
            }
            Measure::Override => {
                let [all, overrides] = self.review_days[week].iter().fold([0, 0], |s, d| [s[0] + d[0], s[1] + d[1]]);
                (share(overrides, all), all)
            }
            Measure::Psi => {
                let (reference, recent) = (&self.incomes[..REFERENCE_DAYS], &self.incomes[week]);
                let count = recent.iter().flatten().sum();
                (psi(&sum(reference), &sum(recent)), count)
            }
        }
    }
}

fn day(at: Millis) -> usize {
    usize::try_from((at - START) / DAY).unwrap_or_default().min(DAYS - 1)
}

fn share(part: u64, all: u64) -> u64 {
    (part * 10_000 + all / 2).checked_div(all).unwrap_or_default()
}

fn sum(days: &[[u64; INCOME_BINS.len() + 1]]) -> [u64; INCOME_BINS.len() + 1] {
    let mut sums = [0; INCOME_BINS.len() + 1];
    for day in days {
        for (sum, count) in sums.iter_mut().zip(day) {
            *sum += count;
        }
    }
    sums
}

/// Σ(a − e)·ln(a ÷ e) in parts of 10 000; half a case is added to every bin, so that none is empty.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2⁵³")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index of a few units, never negative")]
fn psi(reference: &[u64], recent: &[u64]) -> u64 {
    let total = |counts: &[u64]| (counts.iter().sum::<u64>() as f64) + counts.len() as f64 / 2.0;
    let (all_reference, all_recent) = (total(reference), total(recent));
    let mut sum = 0.0;
    for (e, a) in reference.iter().zip(recent) {
        let (e, a) = ((*e as f64 + 0.5) / all_reference, (*a as f64 + 0.5) / all_recent);
        sum += (a - e) * logarithm(a / e);
    }
    (sum * 10_000.0 + 0.5) as u64
}

/// The natural logarithm by the four operations alone, which give the same bits everywhere; `f64::ln` may not.
fn logarithm(x: f64) -> f64 {
    const LN_2: f64 = std::f64::consts::LN_2;
    let (mut x, mut doublings) = (x, 0.0);
    while x > 1.5 {
        x /= 2.0;
        doublings += 1.0;
    }
    while x < 0.75 {
        x *= 2.0;
        doublings -= 1.0;
    }
    // ln x = 2 artanh((x − 1) ÷ (x + 1)); the argument is at most 0.2, so the rest is below 10⁻¹⁷.
    let t = (x - 1.0) / (x + 1.0);
    let (mut power, mut sum, mut odd) = (t, 0.0, 1.0);
    for _ in 0..14 {
        sum += power / odd;
        power *= t * t;
        odd += 2.0;
    }
    doublings * LN_2 + 2.0 * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_one() {
        for x in [1e-6, 0.1, 0.5, 0.75, 0.999, 1.0, 1.3, 1.5, 2.0, 10.0, 12_345.0] {
            assert!((logarithm(x) - f64::ln(x)).abs() < 1e-13, "{x}");
        }
        assert_eq!(psi(&[10, 10], &[100, 100]), 0);
        assert!(psi(&[500, 500], &[900, 100]) > 8000);
    }
}
