//! A rate over time: per hour, day or week with its interval, in all and by stretch of service; when versions began; and where the stream
//! of decisions changed.

mod changes;

use serde::{Deserialize, Serialize};

pub use changes::{Change, Detector, MAX_CHANGES};

use super::Instant;
use super::decisions::{Decisions, Measure};
use super::proportion::Rate;
use super::pulse::Pulse;
use super::series::Series;
use super::versions::stretches::Stretches;
use crate::bundle::reading::Watch;
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use changes::Stream;

/// So many steps at most; where there were more, the next wider ones are taken. Of weeks there may be more.
pub const MAX_STEPS: i64 = 2000;

const HOUR: i64 = 3_600_000_000_000;

/// The length of the steps. All of UTC; a week begins on a Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
}

impl Step {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    /// The one that suits a span of so many nanoseconds: hours up to four days, days up to half a year.
    #[must_use]
    pub fn usual(span: u64) -> Self {
        let days = span / (24 * HOUR.unsigned_abs());
        match days {
            0..4 => Self::Hour,
            4..183 => Self::Day,
            _ => Self::Week,
        }
    }

    /// In JSON and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    fn nanos(self) -> i64 {
        match self {
            Self::Hour => HOUR,
            Self::Day => 24 * HOUR,
            Self::Week => 7 * 24 * HOUR,
        }
    }

    /// 1970 began on a Thursday.
    fn offset(self) -> i128 {
        if self == Self::Week { 3 * 24 * i128::from(HOUR) } else { 0 }
    }

    /// The number of the step that an instant is in.
    #[must_use]
    pub fn number(self, at: i64) -> i64 {
        let number = (i128::from(at) + self.offset()).div_euclid(i128::from(self.nanos()));
        i64::try_from(number).unwrap_or(0)
    }

    /// The first instant of a step; the first of all times where it lies before that.
    #[must_use]
    pub fn start(self, number: i64) -> i64 {
        let start = i128::from(number) * i128::from(self.nanos()) - self.offset();
        i64::try_from(start).unwrap_or(if start < 0 { i64::MIN } else { i64::MAX })
    }

    fn wider(self) -> Option<Self> {
        match self {
            Self::Hour => Some(Self::Day),
            Self::Day => Some(Self::Week),
            Self::Week => None,
        }
    }
}

/// A rate over time.
#[derive(Debug, Clone, Serialize)]
pub struct Course {
    /// Which rate.
    pub measure: Measure,
    /// The length of the steps.
    pub step: Step,
    /// The length that was asked for, where there were too many such steps.
    pub asked: Option<Step>,
    /// The first and the last time of the decisions that count.
    pub extent: Option<(Instant, Instant)>,
    /// Over all of them.
    pub rate: Rate,
    /// Steps with decisions that count, in the order of time.
    pub points: Vec<Point>,
    /// The same by stretch of service, those that have any, in the order of [`Stretches::all`].
    pub stretches: Vec<StretchCourse>,
    /// When versions began within the extent, in the order of time.
    pub boundaries: Vec<Boundary>,
    /// Where a test reported a change, in the order of time.
    pub changes: Vec<Change>,
    /// Changes beyond those that are told.
    pub more_changes: u64,
    /// Decisions that count and have no time: they are in no step.
    pub without_time: u64,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
    /// The rate of its decisions.
    #[serde(flatten)]
    pub rate: Rate,
}

/// The rate of a stretch of service over time.
#[derive(Debug, Clone, Serialize)]
pub struct StretchCourse {
    /// Its place among [`Stretches::all`].
    #[serde(skip)]
    pub place: usize,
    /// The model.
    pub model: Option<String>,
    /// The version; `null` where it is not known.
    pub version: Option<String>,
    /// When it began.
    pub begin: Option<Instant>,
    /// Its steps with decisions that count.
    pub points: Vec<Point>,
}

/// The beginning of a stretch of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Boundary {
    /// When: by a deployment, else by the first decision.
    pub at: Instant,
    /// Whether a deployment on record says so.
    pub is_deployed: bool,
    /// The place of the stretch among [`Stretches::all`].
    #[serde(skip)]
    pub place: usize,
    /// The model.
    pub model: Option<String>,
    /// The version.
    pub version: Option<String>,
}

/// So many decisions a step has on average, where nobody chose its length: of fewer a rate says little.
const TELLING: u64 = 30;

/// The usual step of a span, or a wider one where steps would have too few decisions.
fn telling(decisions: u64, extent: Option<(i64, i64)>) -> Step {
    let Some((first, last)) = extent else { return Step::usual(0) };
    let mut step = Step::usual(last.abs_diff(first));
    while let Some(wider) = step.wider() {
        let steps = step.number(last).abs_diff(step.number(first)).saturating_add(1);
        if decisions / steps >= TELLING {
            break;
        }
        step = wider;
    }
    step
}

impl Course {
    /// The rate of the decisions among some rows, per `step`, or per the usual one.
    ///
    /// # Errors
    /// Where it was cancelled.
    pub fn of(
        evidence: &Evidence,
        decisions: &Decisions,
        stretches: &Stretches,
        measure: Measure,
        rows: &Selection,
        step: Option<Step>,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let table = measure.table();
        let times = evidence.times();
        let (mut in_all, mut timed) = ((0, 0), 0_u64);
        let mut pulse = Pulse::new(watch);
        let mut counting: Vec<u32> = Vec::with_capacity(rows.count() as usize);
        for row in rows.iter() {
            pulse.beat()?;
            let (among, counted) = table.pair(decisions.marks(row));
            if among > 0 {
                in_all = (in_all.0 + u64::from(counted), in_all.1 + 1);
                timed += u64::from(times.nanos(row).is_some());
                counting.push(row);
            }
        }
        let counting_len = counting.len() as u64;
        let series = Series::new(std::sync::Arc::clone(times), counting.into_iter());
        let extent = series.extent();
        let asked = step.unwrap_or_else(|| telling(counting_len, extent));
        let step = suiting(asked, extent);
        let mut points = Points::new(step);
        let mut of_stretch: Vec<Points> = Vec::new();
        let mut stream = Stream::default();
        for row in series.rows(i128::MIN, i128::MAX) {
            pulse.beat()?;
            let Some(at) = times.nanos(*row) else { continue };
            let is_counted = table.counts(decisions.marks(*row)) == Some(true);
            points.take(at, is_counted);
            if let Some(place) = stretches.of_row(*row) {
                if of_stretch.len() <= place {
                    of_stretch.resize_with(place + 1, || Points::new(step));
                }
                of_stretch[place].take(at, is_counted);
            }
            stream.take(*row, at, is_counted);
        }
        let (changes, more_changes) = stream.told(evidence);
        let of_stretch: Vec<(usize, Points)> =
            of_stretch.into_iter().enumerate().filter(|(_, points)| !points.steps.is_empty()).collect();
        Ok(Self {
            measure,
            step,
            asked: (asked != step).then_some(asked),
            extent: extent.map(|(first, last)| (Instant(first), Instant(last))),
            rate: Rate::of(in_all.0, in_all.1),
            points: points.told(),
            boundaries: boundaries(stretches, &of_stretch, extent),
            stretches: of_stretch
                .into_iter()
                .map(|(place, points)| {
                    let stretch = &stretches.all()[place];
                    StretchCourse {
                        place,
                        model: stretch.model.clone(),
                        version: stretch.version.clone(),
                        begin: stretch.begin().map(Instant),
                        points: points.told(),
                    }
                })
                .collect(),
            changes,
            more_changes,
            without_time: in_all.1 - timed,
        })
    }
}

/// The step that was asked for, or a wider one where there were too many.
fn suiting(asked: Step, extent: Option<(i64, i64)>) -> Step {
    let Some((first, last)) = extent else { return asked };
    let mut step = asked;
    while step.number(last) - step.number(first) >= MAX_STEPS
        && let Some(wider) = step.wider()
    {
        step = wider;
    }
    step
}

/// Counts by step, of decisions in the order of time.
struct Points {
    step: Step,
    /// The first instant after the last step.
    end: i64,
    /// The number of each step, how many are counted and among how many.
    steps: Vec<(i64, u64, u64)>,
}

impl Points {
    fn new(step: Step) -> Self {
        Self { step, end: i64::MIN, steps: Vec::new() }
    }

    #[inline]
    fn take(&mut self, at: i64, is_counted: bool) {
        if at >= self.end || self.steps.is_empty() {
            let number = self.step.number(at);
            self.end = self.step.start(number + 1);
            // The last step of all times has no instant after it.
            if self.steps.last().is_none_or(|(last, ..)| *last != number) {
                self.steps.push((number, 0, 0));
            }
        }
        if let Some((_, counted, among)) = self.steps.last_mut() {
            *counted += u64::from(is_counted);
            *among += 1;
        }
    }

    fn told(&self) -> Vec<Point> {
        let point = |(number, counted, among): &(i64, u64, u64)| Point {
            from: Instant(self.step.start(*number)),
            to: Instant(self.step.start(number + 1)),
            rate: Rate::of(*counted, *among),
        };
        self.steps.iter().map(point).collect()
    }
}

/// The beginnings of versions of the models that have a course.
fn boundaries(stretches: &Stretches, with: &[(usize, Points)], extent: Option<(i64, i64)>) -> Vec<Boundary> {
    let Some((first, last)) = extent else { return Vec::new() };
    let all = stretches.all();
    let key = |place: usize| all.get(place).map(|stretch| (&stretch.log, &stretch.model));
    let models: std::collections::BTreeSet<_> = with.iter().filter_map(|(place, _)| key(*place)).collect();
    let mut out: Vec<Boundary> = all
        .iter()
        .enumerate()
        .filter(|(place, stretch)| stretch.is_version() && key(*place).is_some_and(|key| models.contains(&key)))
        .filter_map(|(place, stretch)| {
            let at = stretch.begin().filter(|at| (first..=last).contains(at))?;
            Some(Boundary {
                at: Instant(at),
                is_deployed: stretch.from.is_some(),
                place,
                model: stretch.model.clone(),
                version: stretch.version.clone(),
            })
        })
        .collect();
    out.sort_by_key(|boundary| (boundary.at, boundary.place));
    out
}

#[cfg(test)]
mod tests;
