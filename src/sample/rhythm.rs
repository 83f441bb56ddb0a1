//! When things happen: the hours of a bank, its weekends and holidays, and days that are a little busier than others. Out
//! of these come shares of the room that a log has left, so that it fills up evenly and ends exactly full.

use super::clock::{DAY, END, HOUR, Millis, START, Wall};
use super::models::MODELS;
use super::random::Random;

/// Hours in the log's span.
pub(super) const HOURS: usize = 92 * 24;
const _: () = assert!(START + 92 * DAY == END);

/// What comes by itself: decisions of each model, and accesses.
pub(super) const STREAMS: usize = MODELS.len() + 1;
/// The stream of accesses.
pub(super) const ACCESSES: usize = MODELS.len();

const ACCESS_SHARE: u64 = 80;

/// By stream and hour of the wall clock. Lunch is short, evenings belong to the web, limits are reviewed before dawn.
const BY_HOUR: [[u64; 24]; STREAMS] = [
    [2, 1, 1, 0, 1, 2, 6, 16, 52, 82, 95, 90, 55, 68, 88, 90, 80, 58, 38, 34, 30, 22, 12, 6],
    [9, 6, 4, 3, 4, 9, 21, 42, 60, 71, 80, 88, 92, 86, 81, 84, 90, 98, 96, 82, 63, 46, 29, 16],
    [3, 2, 3, 8, 38, 92, 66, 24, 12, 12, 12, 12, 9, 12, 12, 12, 10, 8, 6, 5, 4, 4, 3, 3],
    [7, 7, 11, 6, 5, 5, 9, 20, 52, 62, 60, 56, 40, 50, 60, 58, 49, 30, 16, 11, 9, 8, 8, 7],
];

/// By stream: Monday to Sunday, then public holidays.
const BY_DAY: [[u64; 8]; STREAMS] = [
    [112, 104, 100, 98, 93, 40, 26, 24],
    [92, 94, 97, 100, 112, 118, 88, 92],
    [104, 100, 100, 100, 100, 62, 48, 60],
    [104, 102, 100, 99, 94, 38, 34, 34],
];

/// How much of everything falls into each hour.
pub(super) struct Rhythm {
    weights: Vec<[u64; STREAMS]>,
    /// Sum over this hour and all later ones, each decision counted with the reviews and outcomes that it will bring.
    ahead: Vec<u64>,
}

impl Rhythm {
    pub(super) fn new(random: &mut Random) -> Self {
        let mut raw = vec![[0_u64; STREAMS]; HOURS];
        let mut noise = [100; STREAMS];
        let mut last_day = 0;
        for (hour, weights) in (0..).zip(&mut raw) {
            let wall = Wall::at(START + hour * HOUR);
            if wall.day != last_day {
                last_day = wall.day;
                noise = noise.map(|_| random.between(84, 116).unsigned_abs());
            }
            let of_day = if wall.weekday < 5 && !wall.is_working_day() { 7 } else { wall.weekday };
            let index = |value: i64| usize::try_from(value).unwrap_or_default();
            for stream in 0..STREAMS {
                let by_hour = BY_HOUR[stream][index(wall.time / HOUR)];
                weights[stream] = by_hour * BY_DAY[stream][index(of_day)] * noise[stream];
            }
        }
        let mut sums = [0; STREAMS];
        for weights in &raw {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += weight;
            }
        }
        for weights in &mut raw {
            for stream in 0..STREAMS {
                let share = MODELS.get(stream).map_or(ACCESS_SHARE, |model| model.share);
                weights[stream] = weights[stream] * share * 1_000_000 / sums[stream];
            }
        }
        let mut ahead = vec![0; HOURS];
        let mut sum = 0;
        for hour in (0..HOURS).rev() {
            let rest = i64::try_from(HOURS - hour).unwrap_or_default() * HOUR;
            for (stream, weight) in raw[hour].iter().enumerate() {
                sum += weight * (1000 + followers(stream, rest)) / 1000;
            }
            ahead[hour] = sum.max(1);
        }
        Self { weights: raw, ahead }
    }

    /// How many of the stream fall into the hour, with room for `left` records in the log.
    pub(super) fn count(&self, hour: usize, stream: usize, left: u64, random: &mut Random) -> u64 {
        let exact = u128::from(left) * u128::from(self.weights[hour][stream]) * 65_536 / u128::from(self.ahead[hour]);
        let whole = u64::try_from(exact >> 16).unwrap_or_default();
        let part = u64::try_from(exact & 0xffff).unwrap_or_default();
        whole + u64::from(random.below(65_536) < part)
    }
}

/// About how many reviews and outcomes 1 000 decisions bring within the time that is left.
fn followers(stream: usize, rest: Millis) -> u64 {
    let Some(model) = MODELS.get(stream) else { return 0 };
    let [reviews, outcomes] = model.expected;
    let (first, last) = (model.outcome_days.0 * DAY, model.outcome_days.1 * DAY);
    let known = ((rest - first) * 1000 / (last - first)).clamp(0, 1000).unsigned_abs();
    let reviewed = (rest * 1000 / DAY).clamp(0, 1000).unsigned_abs();
    (reviews * reviewed + outcomes * known) / 1000
}
