//! Reporting clocks: when an authority was to be told of an incident, and whether the records say that it was in time. Computed
//! from the records, not legal advice: which duty applies no log says.

use serde::{Deserialize, Serialize};

use super::incidents::{Incident, State};
use super::instant::Instant;

/// The clocks, each with its source.
pub const BUILT_IN: &str = include_str!("../../assets/analysis/reporting-clocks.toml");

/// What is said with every clock.
pub const CAVEAT: &str = "computed from the records, not legal advice: whether a duty applies is not in the log";

/// Nanoseconds of an hour.
const HOUR: i64 = 3_600_000_000_000;

/// A duty to tell an authority in time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// What it is for, in a few words.
    pub name: String,
    /// Regulation and article.
    pub source: String,
    /// Where the regulation can be read.
    pub link: String,
    /// How long it runs, in hours.
    pub hours: u32,
    /// How long it runs, as the source says it.
    pub period: String,
    /// The state from which it runs.
    pub from: String,
    /// The state that meets it.
    pub met_by: String,
    /// In which case it applies, in words.
    pub condition: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clock: Vec<Clock>,
}

/// What the records say about a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Reading {
    /// Told in time.
    Met {
        /// When it was due.
        due: Instant,
        /// When it was told.
        at: Instant,
    },
    /// Told too late.
    Late {
        /// When it was due.
        due: Instant,
        /// When it was told.
        at: Instant,
    },
    /// Not told by the end of the log, which is behind the time when it was due.
    NotMet {
        /// When it was due.
        due: Instant,
        /// The last time of the log.
        log_end: Instant,
    },
    /// Not told by the end of the log, which is before the time when it was due.
    Running {
        /// When it is due.
        due: Instant,
        /// The last time of the log.
        log_end: Instant,
    },
    /// The records do not say from when it runs, or when it was told.
    NotDeterminable {
        /// Why.
        why: String,
    },
}

/// The clocks that come with the program; none where their file is not right, which a test excludes.
#[must_use]
pub fn built_in() -> Vec<Clock> {
    toml::from_str::<File>(BUILT_IN).map(|file| file.clock).unwrap_or_default()
}

impl Clock {
    /// What the records of an incident say about it; `log_end` is the last time of the log, in nanoseconds since 1970 (UTC).
    #[must_use]
    pub fn read(&self, incident: &Incident, log_end: Option<i64>) -> Reading {
        let why = |why: String| Reading::NotDeterminable { why };
        let record = |name: &str| State::parse(name).and_then(|state| incident.first(state));
        let Some(begin) = record(&self.from) else {
            return why(format!("no record says that it was {}", said(&self.from)));
        };
        let Some(begin) = begin.at else { return why(format!("the record of {} has no time", self.from)) };
        let Some(due) = i64::from(self.hours).checked_mul(HOUR).and_then(|length| begin.checked_add(length)) else {
            return why("it would be due at a time that cannot be told".to_owned());
        };
        let due_at = Instant(due);
        match (record(&self.met_by), log_end) {
            (Some(told), _) => match told.at {
                None => why(format!("the record of {} has no time", self.met_by)),
                Some(at) if at <= due => Reading::Met { due: due_at, at: Instant(at) },
                Some(at) => Reading::Late { due: due_at, at: Instant(at) },
            },
            (None, Some(end)) if end > due => Reading::NotMet { due: due_at, log_end: Instant(end) },
            (None, Some(end)) => Reading::Running { due: due_at, log_end: Instant(end) },
            (None, None) => why("the log has no times".to_owned()),
        }
    }
}

/// A state in a sentence about the organisation.
fn said(state: &str) -> &str {
    if state == "aware" { "known (aware)" } else { state }
}

impl Reading {
    /// In words, with times as `when` writes them.
    #[must_use]
    pub fn words(&self, when: &dyn Fn(Instant) -> String) -> String {
        match self {
            Self::Met { due, at } => format!("notified in time: due {}, notified {}", when(*due), when(*at)),
            Self::Late { due, at } => format!("notified late: due {}, notified {}", when(*due), when(*at)),
            Self::NotMet { due, log_end } => {
                format!("not notified by the end of the log: due {}, the log ends {}", when(*due), when(*log_end))
            }
            Self::Running { due, log_end } => {
                let (due, end) = (when(*due), when(*log_end));
                format!("not notified by the end of the log, before it was due: due {due}, the log ends {end}")
            }
            Self::NotDeterminable { why } => format!("not determinable: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::incidents::Record;
    use super::*;

    #[test]
    fn the_clocks_that_come_with_the_program() {
        let clocks = built_in();
        let told: Vec<(u32, &str)> = clocks.iter().map(|clock| (clock.hours, clock.period.as_str())).collect();
        assert_eq!(told, [(15 * 24, "15 days"), (10 * 24, "10 days"), (2 * 24, "2 days"), (72, "72 hours")]);
        for clock in clocks {
            assert!(State::parse(&clock.from).is_some() && State::parse(&clock.met_by).is_some());
            assert!(clock.source.contains("Article") && clock.link.starts_with("https://"));
        }
    }

    #[test]
    fn what_the_records_say_of_a_clock() {
        let clock = Clock { hours: 2, ..built_in().remove(0) };
        let (due, day) = (Instant(3 * HOUR), 24 * HOUR);
        let why = |why: &str| Reading::NotDeterminable { why: why.to_owned() };
        for (states, end, expected) in [
            (
                &[("aware", Some(HOUR)), ("notified", Some(2 * HOUR))][..],
                day,
                Reading::Met { due, at: Instant(2 * HOUR) },
            ),
            (&[("aware", Some(HOUR)), ("notified", Some(3 * HOUR))], day, Reading::Met { due, at: due }),
            (
                &[("aware", Some(HOUR)), ("notified", Some(3 * HOUR + 1))],
                day,
                Reading::Late { due, at: Instant(3 * HOUR + 1) },
            ),
            // Told before anybody says that they know.
            (&[("notified", Some(0)), ("aware", Some(HOUR))], day, Reading::Met { due, at: Instant(0) }),
            // The first record of a state counts.
            (&[("aware", Some(HOUR)), ("aware", Some(9 * HOUR))], day, Reading::NotMet { due, log_end: Instant(day) }),
            (&[("aware", Some(HOUR))], 3 * HOUR, Reading::Running { due, log_end: Instant(3 * HOUR) }),
            (&[("aware", Some(HOUR))], 2 * HOUR, Reading::Running { due, log_end: Instant(2 * HOUR) }),
            (&[("opened", Some(HOUR))], day, why("no record says that it was known (aware)")),
            (&[("aware", None)], day, why("the record of aware has no time")),
            (&[("aware", Some(HOUR)), ("notified", None)], day, why("the record of notified has no time")),
            (&[("aware", Some(i64::MAX))], day, why("it would be due at a time that cannot be told")),
        ] {
            let record =
                |(state, at): &(&str, Option<i64>)| Record { at: *at, state: State::parse(state), ..Record::default() };
            let incident = Incident::new("I".to_owned(), String::new(), states.iter().map(record).collect());
            assert_eq!(clock.read(&incident, Some(end)), expected, "{states:?}");
        }
    }
}
