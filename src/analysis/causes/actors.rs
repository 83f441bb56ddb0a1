//! Who asked for decisions: values of fields that name an actor, and spikes in the requests of one of them.

use std::sync::Arc;

use super::compare::{as_f64, figure};
use super::scope::{DAY, Group, HOUR, Scope};
use super::told::{Limit, Signal, Strength};
use crate::analysis::thresholds::Thresholds;
use crate::columns::Column;
use crate::evidence::EvidenceError;
use crate::query::Field;
use crate::record::figures::{count, counted};
use crate::record::text::shown_short;

const DEFINITION: &str =
    "the most decisions of the actor within the spike window ÷ its average before, everybody else's change taken out";

/// A field whose values may be actors.
pub(super) struct ActorField {
    /// As filters have it.
    pub(super) name: String,
    /// Its place in [`NAMES`]; behind them what else says who asked, and then what only says what was asked for.
    pub(super) rank: usize,
    pub(super) column: Arc<Column>,
}

/// Members that say who asked, the most telling first.
const NAMES: [[&str; 2]; 4] =
    [["context", "user_id"], ["subject", "id_hash"], ["context", "ip_address"], ["context", "session_id"]];

impl ActorField {
    /// Whether it says who asked, and not only what was asked for.
    pub(super) fn is_named(&self) -> bool {
        self.rank <= NAMES.len()
    }
}

/// An actor whose requests spiked.
pub(super) struct Actor<'f> {
    pub(super) field: &'f ActorField,
    pub(super) code: u32,
    pub(super) value: String,
    /// Its affected decisions, ascending.
    pub(super) rows: Vec<u32>,
    pub(super) spike: Signal,
}

impl Actor<'_> {
    /// `user_id partner-77`.
    pub(super) fn words(&self) -> String {
        let field = self.field.name.rsplit('.').next().unwrap_or_default();
        format!("{} {}", shown_short(field, 40), shown_short(&self.value, 60))
    }
}

/// The fields: who asked (`context`), about whom (`subject.id_hash`), and texts of the input, by which a source can be told as well.
pub(super) fn fields(scope: &Scope<'_>) -> Result<Vec<ActorField>, EvidenceError> {
    let mut out = Vec::new();
    for known in scope.evidence.fields() {
        let Field::Path(path) = &known.field else { continue };
        let members: Vec<&str> = path.members().iter().map(String::as_str).collect();
        let rank = match members[..] {
            [first, second] if NAMES.contains(&[first, second]) => {
                NAMES.iter().position(|name| *name == [first, second]).unwrap_or_default()
            }
            ["context", _, ..] => NAMES.len(),
            ["input", "metadata", _, ..] if known.counts.texts > known.counts.numbers => NAMES.len() + 1,
            _ => continue,
        };
        // A column that would have to be made takes a pass over the log: too long for a question that is asked in passing.
        if !known.has_column {
            continue;
        }
        match scope.evidence.column(&known.field, scope.watch) {
            Ok(column) => out.push(ActorField { name: known.name.clone(), rank, column }),
            Err(EvidenceError::TooVaried(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(out)
}

/// The decisions of a group in the window, in the order of time.
pub(super) struct Timeline {
    by_time: Vec<(i64, u32)>,
    /// So many spike windows the reference is long.
    windows: f64,
    reference: u64,
}

impl Timeline {
    pub(super) fn of(scope: &Scope<'_>, group: &Group) -> Self {
        let mut by_time: Vec<(i64, u32)> =
            group.affected.iter().filter_map(|row| Some((scope.at(*row)?, *row))).collect();
        by_time.sort_unstable();
        let length = scope.window.0.saturating_sub(group.reference_from).max(0);
        let window = f64::from(scope.limits.spike_window_hours) * HOUR as f64;
        Self { by_time, windows: length as f64 / window, reference: group.reference.len() as u64 }
    }

    /// Whether there is enough before the window to say what is usual: days, and decisions in them. Of a stretch in which nobody asked
    /// anything, nothing follows for those who ask now.
    pub(super) fn has_reference(&self, thresholds: &Thresholds) -> bool {
        let days = f64::from(thresholds.access.baseline_least_days) * DAY as f64;
        let window = f64::from(thresholds.causes.spike_window_hours) * HOUR as f64;
        self.windows * window >= days && self.reference >= u64::from(thresholds.causes.spike_floor_decisions)
    }
}

/// The actors of a field whose requests spiked.
pub(super) fn spikes<'f>(
    scope: &Scope<'_>,
    group: &Group,
    timeline: &Timeline,
    field: &'f ActorField,
) -> Vec<Actor<'f>> {
    let column = &*field.column;
    let codes = column.values().len() + 3;
    // Lists of values and numbers that are kept by themselves are no actors.
    let code = |row: u32| column.code(row).map(|code| code as usize).filter(|code| (3..codes).contains(code));
    let mut now = vec![0_u32; codes];
    group.affected.iter().filter_map(|row| code(*row)).for_each(|code| now[code] += 1);
    // Few are left where the most of their decisions may be a spike; each has a place.
    let mut places = vec![u32::MAX; codes];
    let mut frequent: Vec<u32> = Vec::new();
    for (code, count) in (0_u32..).zip(&now) {
        if *count >= scope.limits.spike_floor_decisions {
            places[code as usize] = u32::try_from(frequent.len()).unwrap_or(u32::MAX);
            frequent.push(code);
        }
    }
    if frequent.is_empty() {
        return Vec::new();
    }
    let place =
        |row: u32| code(row).and_then(|code| frequent.get(places[code] as usize).map(|_| places[code] as usize));
    let mut before = vec![0_u64; frequent.len()];
    group.reference.iter().filter_map(|row| place(*row)).for_each(|place| before[place] += 1);
    let mut own: Vec<Vec<(i64, u32)>> = vec![Vec::new(); frequent.len()];
    for (at, row) in &timeline.by_time {
        if let Some(place) = place(*row) {
            own[place].push((*at, *row));
        }
    }
    let mut out = Vec::new();
    for ((code, own), usual) in frequent.into_iter().zip(own).zip(before) {
        let Some(spike) = spike(scope, timeline, &own, usual) else { continue };
        let value = column.values().find(|(known, ..)| *known == code).map(|(.., text)| text.to_owned());
        if let Some(value) = value {
            let mut rows: Vec<u32> = own.iter().map(|(_, row)| *row).collect();
            rows.sort_unstable();
            out.push(Actor { field, code, value, rows, spike });
        }
    }
    out
}

/// Whether the requests of an actor, in the order of time, spike against `usual` decisions of it in the reference.
fn spike(scope: &Scope<'_>, timeline: &Timeline, own: &[(i64, u32)], usual: u64) -> Option<Signal> {
    let limits = scope.limits;
    let length = i64::from(limits.spike_window_hours) * HOUR;
    let (mut peak, mut peak_at, mut end) = (0, 0, 0);
    for (start, (at, _)) in own.iter().enumerate() {
        while own.get(end).is_some_and(|(next, _)| next.saturating_sub(*at) < length) {
            end += 1;
        }
        if end - start > peak {
            (peak, peak_at) = (end - start, *at);
        }
    }
    if peak < limits.spike_floor_decisions as usize {
        return None;
    }
    let from = timeline.by_time.partition_point(|(at, _)| *at < peak_at);
    let to = timeline.by_time.partition_point(|(at, _)| *at < peak_at.saturating_add(length));
    let others = (to - from).saturating_sub(peak) as u64;
    let average = as_f64(usual) / timeline.windows;
    let average_of_others = as_f64(timeline.reference.saturating_sub(usual)) / timeline.windows;
    // What everybody does is no spike of one.
    let change = if average_of_others > 0.0 { (as_f64(others) / average_of_others).max(1.0) } else { 1.0 };
    let expected = average * change;
    let peak = peak as u64;
    if as_f64(peak) <= limits.spike_factor * expected {
        return None;
    }
    let hours = limits.spike_window_hours;
    let decisions = counted(peak, "decision", "decisions");
    let text = if usual == 0 {
        format!("{decisions} in {hours} h, none in the days before")
    } else {
        let times = figure((as_f64(peak) / expected).round());
        format!("{decisions} in {hours} h, {times} times the usual ({} in the days before)", count(usual))
    };
    let ratio = (expected > 0.0).then(|| as_f64(peak) / expected);
    Some(Signal {
        value: ratio,
        limits: vec![
            Limit { key: "causes.spike_factor", value: limits.spike_factor },
            Limit { key: "causes.spike_floor_decisions", value: f64::from(limits.spike_floor_decisions) },
        ],
        ..Signal::told("request_spike", text, DEFINITION).with_strength(Some(Strength::Moderate))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_takes_days_and_decisions() {
        let thresholds = Thresholds::built_in().expect("the built-in file");
        let per_day = 24.0 / f64::from(thresholds.causes.spike_window_hours);
        let days = f64::from(thresholds.access.baseline_least_days);
        let floor = u64::from(thresholds.causes.spike_floor_decisions);
        for (days, reference, expected) in [
            (days, floor, true),
            (days - 0.5, floor, false),
            // Nobody asked for anything: whoever asks now does so infinitely more often.
            (days, floor - 1, false),
            (90.0, 0, false),
        ] {
            let timeline = Timeline { by_time: Vec::new(), windows: days * per_day, reference };
            assert_eq!(timeline.has_reference(&thresholds), expected, "{days} days, {reference} decisions");
        }
    }
}
