//! From which figures on something is out of pattern: one data file (`assets/analysis/thresholds.toml`), of which an auditor's
//! own file may change any line.

use serde::{Deserialize, Serialize};

use crate::import::time::Zone;
use crate::record::text::shown_short;

/// The file that comes with the program.
pub const BUILT_IN: &str = include_str!("../../assets/analysis/thresholds.toml");

/// All thresholds; the file explains each of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Of accesses.
    pub access: AccessThresholds,
    /// Of the story of an incident.
    pub incident: IncidentThresholds,
    /// Of its likely causes.
    pub causes: CausesThresholds,
}

/// Which accesses are out of pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessThresholds {
    /// Length of the window in which rows are summed up, in hours.
    pub bulk_window_hours: u32,
    /// So many times the average of a window is bulk.
    pub bulk_factor: f64,
    /// Fewer rows in a window are never bulk.
    pub bulk_floor_rows: u64,
    /// Days before that the average is taken over.
    pub baseline_days: u32,
    /// Fewer days on record before give no average.
    pub baseline_least_days: u32,
    /// An account's first days, in which every resource is new.
    pub settling_days: u32,
    /// An account's first accesses, for which every resource is new.
    pub settling_accesses: u32,
    /// The hour at which the night begins.
    pub night_from_hour: u32,
    /// The hour at which it ends.
    pub night_to_hour: u32,
    /// On whose clocks: `UTC`, an offset, or a place of the IANA time zone database.
    pub night_zone: String,
    /// An account with so many nights in as many days as the baseline has works at night regularly.
    pub regular_nights: u32,
    /// These days end so many days before the night that is looked at.
    pub habit_gap_days: u32,
    /// Results that say that an access was denied.
    pub denied_results: Vec<String>,
    /// Results that say that an access was granted.
    pub granted_results: Vec<String>,
    /// Denied attempts no further apart than so many hours are one finding.
    pub denied_gap_hours: u32,
}

/// What belongs to the story of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentThresholds {
    /// Access out of pattern is told from so many days before the window.
    pub access_days_before: u32,
    /// Deployments within so many hours before the window are shortly before it.
    pub shortly_before_hours: u32,
}

/// What is a signal of a likely cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CausesThresholds {
    /// Days before the window that it is held against.
    pub reference_days: u32,
    /// Fewer decisions on either side are not compared.
    pub least_decisions: u32,
    /// A difference with a q-value of this or more does not count.
    pub q: f64,
    /// What moved at one value of a field, and not in all, counts where its q-value is less than this.
    pub q_single: f64,
    /// From this population stability index on a distribution moved.
    pub psi_moderate: f64,
    /// From this one on it moved far.
    pub psi_strong: f64,
    /// From this h of Cohen on a rate moved.
    pub h_moderate: f64,
    /// From this one on it moved far.
    pub h_strong: f64,
    /// Fields with more different values are not compared value by value.
    pub most_categories: u32,
    /// Length of the window in which an actor's decisions are counted, in hours.
    pub spike_window_hours: u32,
    /// More than so many times the actor's average is a spike.
    pub spike_factor: f64,
    /// Fewer decisions are never a spike.
    pub spike_floor_decisions: u32,
    /// Numbers that spread no more than so many times as widely as everybody else's are near-identical.
    pub narrow_ratio: f64,
    /// From this share of repeated inputs on they are a signal.
    pub repeated_share: f64,
    /// Scores no more than so many times as far from a cut as everybody else's hug it.
    pub boundary_ratio: f64,
    /// So many times what it takes to be bulk is a large read.
    pub bulk_large_factor: f64,
    /// Signals of an account that begin within so many hours are together.
    pub together_hours: u32,
    /// From so many denied attempts on they are a signal.
    pub denied_least: u32,
}

/// Why a file gives no thresholds.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ThresholdsError {
    /// It is no TOML.
    #[error("{0}")]
    Syntax(String),
    /// There is no such key.
    #[error("line {line}: {key} is no threshold; there are {known}")]
    Unknown {
        /// From 1.
        line: usize,
        /// Section and key.
        key: String,
        /// The keys of that section, or the sections.
        known: String,
    },
    /// A value is not what belongs there.
    #[error("{place}: {reason}")]
    Value {
        /// Section and key, with the line where it is known.
        place: String,
        /// What belongs there.
        reason: String,
    },
}

impl Thresholds {
    /// Those of the file that comes with the program.
    ///
    /// # Errors
    /// None with the file as it is; a test sees to that.
    pub fn built_in() -> Result<Self, ThresholdsError> {
        Self::with("")
    }

    /// Those of the file that comes with the program, changed as `text` says.
    ///
    /// # Errors
    /// [`ThresholdsError`], about the first thing that is wrong.
    pub fn with(text: &str) -> Result<Self, ThresholdsError> {
        let syntax = |error: toml::de::Error| {
            // The parser draws the place over several lines; it says it in the first one.
            let text = error.to_string();
            let (place, what) = (text.lines().next().unwrap_or_default(), error.message());
            ThresholdsError::Syntax(shown_short(&format!("{place}: {what}"), 400))
        };
        let mut merged: toml::Table = BUILT_IN.parse().map_err(syntax)?;
        let changed: toml::Table = text.parse().map_err(syntax)?;
        for (section, values) in changed {
            let known = names(&merged);
            let Some(own) = merged.get_mut(&section).and_then(toml::Value::as_table_mut) else {
                return Err(unknown(text, &section, None, known));
            };
            let toml::Value::Table(values) = values else {
                let place = place(text, &section, None);
                return Err(ThresholdsError::Value { place, reason: format!("a section belongs there: [{section}]") });
            };
            for (key, value) in values {
                let Some(old) = own.get(&key) else { return Err(unknown(text, &section, Some(&key), names(own))) };
                let is_number_for_float = old.is_float() && value.is_integer();
                if !old.same_type(&value) && !is_number_for_float {
                    let reason = match old {
                        toml::Value::Integer(_) => "a whole number belongs there",
                        toml::Value::Float(_) => "a number belongs there",
                        toml::Value::Array(_) => "a list of texts belongs there",
                        _ => "a text belongs there, in quotes",
                    };
                    let reason = reason.to_owned();
                    return Err(ThresholdsError::Value { place: place(text, &section, Some(&key)), reason });
                }
                own.insert(key, value);
            }
        }
        let read = Self::deserialize(toml::Value::Table(merged)).map_err(syntax)?;
        match read.out_of_range() {
            None => Ok(read),
            Some((section, key, reason)) => {
                Err(ThresholdsError::Value { place: place(text, section, Some(key)), reason })
            }
        }
    }

    /// The zone of the nights; UTC where it is none, which [`Thresholds::with`] refuses.
    pub(super) fn zone(&self) -> Zone {
        Zone::parse(&self.access.night_zone).unwrap_or(Zone::Fixed(chrono::Offset::fix(&chrono::Utc)))
    }

    /// The first value that is out of its range: section, key, and what belongs there.
    fn out_of_range(&self) -> Option<(&'static str, &'static str, String)> {
        let (access, causes) = (&self.access, &self.causes);
        let numbers = [
            ("access", "bulk_window_hours", f64::from(access.bulk_window_hours), 1.0, 168.0),
            ("access", "bulk_factor", access.bulk_factor, 1.0, 1000.0),
            ("access", "bulk_floor_rows", as_f64(access.bulk_floor_rows), 1.0, 1e9),
            ("access", "baseline_days", f64::from(access.baseline_days), 1.0, 365.0),
            ("access", "baseline_least_days", f64::from(access.baseline_least_days), 1.0, 365.0),
            ("access", "settling_days", f64::from(access.settling_days), 1.0, 365.0),
            ("access", "settling_accesses", f64::from(access.settling_accesses), 1.0, 1e6),
            ("access", "night_from_hour", f64::from(access.night_from_hour), 0.0, 23.0),
            ("access", "night_to_hour", f64::from(access.night_to_hour), 0.0, 23.0),
            ("access", "regular_nights", f64::from(access.regular_nights), 1.0, 365.0),
            ("access", "habit_gap_days", f64::from(access.habit_gap_days), 0.0, 365.0),
            ("access", "denied_gap_hours", f64::from(access.denied_gap_hours), 1.0, 720.0),
            ("incident", "access_days_before", f64::from(self.incident.access_days_before), 0.0, 365.0),
            ("incident", "shortly_before_hours", f64::from(self.incident.shortly_before_hours), 0.0, 8760.0),
            ("causes", "reference_days", f64::from(causes.reference_days), 1.0, 365.0),
            ("causes", "least_decisions", f64::from(causes.least_decisions), 5.0, 1e6),
            ("causes", "q", causes.q, 1e-6, 0.2),
            ("causes", "q_single", causes.q_single, 1e-9, 0.2),
            ("causes", "psi_moderate", causes.psi_moderate, 0.01, 10.0),
            ("causes", "psi_strong", causes.psi_strong, 0.01, 10.0),
            ("causes", "h_moderate", causes.h_moderate, 0.01, 3.2),
            ("causes", "h_strong", causes.h_strong, 0.01, 3.2),
            ("causes", "most_categories", f64::from(causes.most_categories), 2.0, 1000.0),
            ("causes", "spike_window_hours", f64::from(causes.spike_window_hours), 1.0, 168.0),
            ("causes", "spike_factor", causes.spike_factor, 1.0, 1000.0),
            ("causes", "spike_floor_decisions", f64::from(causes.spike_floor_decisions), 1.0, 1e6),
            ("causes", "narrow_ratio", causes.narrow_ratio, 0.0, 1.0),
            ("causes", "repeated_share", causes.repeated_share, 0.01, 1.0),
            ("causes", "boundary_ratio", causes.boundary_ratio, 0.0, 1.0),
            ("causes", "bulk_large_factor", causes.bulk_large_factor, 1.0, 1000.0),
            ("causes", "together_hours", f64::from(causes.together_hours), 1.0, 720.0),
            ("causes", "denied_least", f64::from(causes.denied_least), 1.0, 1000.0),
        ];
        // Written so that what is no number is out of every range.
        let wrong = numbers.into_iter().find(|(_, _, value, least, most)| !(value >= least && value <= most));
        if let Some((section, key, value, least, most)) = wrong {
            return Some((section, key, format!("{value} is not from {least} to {most}")));
        }
        if access.baseline_least_days > access.baseline_days {
            let days = access.baseline_days;
            return Some(("access", "baseline_least_days", format!("it is more than baseline_days ({days})")));
        }
        for (key, strong, moderate) in
            [("psi_strong", causes.psi_strong, causes.psi_moderate), ("h_strong", causes.h_strong, causes.h_moderate)]
        {
            if strong < moderate {
                return Some(("causes", key, format!("it is less than what is moderate ({moderate})")));
            }
        }
        if causes.q_single > causes.q {
            return Some(("causes", "q_single", format!("it is more than q ({})", causes.q)));
        }
        if access.night_from_hour == access.night_to_hour {
            return Some(("access", "night_to_hour", "a night ends at another hour than it begins".to_owned()));
        }
        if Zone::parse(&access.night_zone).is_none() {
            let reason = "\"UTC\", an offset such as \"+02:00\", or a place such as \"Europe/Berlin\" belongs there";
            return Some(("access", "night_zone", reason.to_owned()));
        }
        let both = access.denied_results.iter().find(|result| access.granted_results.contains(result));
        both.map(|both| {
            ("access", "denied_results", format!("{} is in granted_results as well", shown_short(both, 40)))
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "held against bounds far below 2⁵³")]
fn as_f64(number: u64) -> f64 {
    number as f64
}

fn names(table: &toml::Table) -> String {
    table.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn unknown(text: &str, section: &str, key: Option<&str>, known: String) -> ThresholdsError {
    let line = line_of(text, section, key).unwrap_or(1);
    let name = key.map_or_else(|| section.to_owned(), |key| format!("{section}.{key}"));
    ThresholdsError::Unknown { line, key: shown_short(&name, 80), known }
}

fn place(text: &str, section: &str, key: Option<&str>) -> String {
    let name = shown_short(&key.map_or_else(|| section.to_owned(), |key| format!("{section}.{key}")), 80);
    line_of(text, section, key).map_or_else(|| name.clone(), |line| format!("line {line}: {name}"))
}

/// The line on which a section or one of its keys stands, from 1.
fn line_of(text: &str, section: &str, key: Option<&str>) -> Option<usize> {
    let table = toml::de::DeTable::parse(text).ok()?;
    let (name, values) = table.get_ref().iter().find(|(name, _)| name.get_ref().as_ref() == section)?;
    let start = match key {
        None => name.span().start,
        Some(key) => {
            let own = values.get_ref().as_table()?;
            own.iter().find(|(name, _)| name.get_ref().as_ref() == key)?.0.span().start
        }
    };
    Some(text.get(..start)?.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_comes_with_the_program_is_right() {
        let thresholds = Thresholds::built_in().expect("the built-in file");
        assert_eq!((thresholds.access.bulk_window_hours, thresholds.access.baseline_days), (2, 30));
        assert!((thresholds.access.bulk_factor - 4.0).abs() < f64::EPSILON);
        // Every key says its range, or is a text or list.
        let table: toml::Table = BUILT_IN.parse().expect("TOML");
        for (section, values) in &table {
            for (key, value) in values.as_table().expect("a section") {
                let line = BUILT_IN.lines().find(|line| line.starts_with(&format!("{key} ="))).expect("a line");
                assert!(!(value.is_integer() || value.is_float()) || line.contains(" to "), "{section}.{key}");
            }
        }
    }

    #[test]
    fn some_lines_change_some_values() {
        let text = "[access]\nbulk_factor = 6\nnight_zone = \"Europe/Berlin\"\n";
        let thresholds = Thresholds::with(text).expect("thresholds");
        assert!((thresholds.access.bulk_factor - 6.0).abs() < f64::EPSILON);
        assert_eq!(thresholds.zone().to_string(), "Europe/Berlin");
        assert_eq!(thresholds.access.bulk_floor_rows, 10_000);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, told) in [
            (
                "[access]\n\nbulk_facter = 3\n",
                "line 3: access.bulk_facter is no threshold; there are bulk_window_hours",
            ),
            ("[acces]\n", "line 1: acces is no threshold; there are access, incident, causes"),
            ("bulk_factor = 4\n", "line 1: bulk_factor is no threshold"),
            ("access = 4\n", "line 1: access: a section belongs there: [access]"),
            ("[access]\nbulk_factor = 0.5\n", "line 2: access.bulk_factor: 0.5 is not from 1 to 1000"),
            ("[access]\nbulk_factor = nan\n", "line 2: access.bulk_factor: NaN is not from"),
            ("[access]\nbulk_window_hours = 2.5\n", "line 2: access.bulk_window_hours: a whole number belongs there"),
            ("[access]\nbulk_window_hours = -1\n", "-1"),
            ("[access]\nbaseline_least_days = 31\n", "line 2: access.baseline_least_days: it is more than"),
            ("[causes]\nh_strong = 0.1\n", "line 2: causes.h_strong: it is less than what is moderate (0.2)"),
            ("[causes]\nq_single = 0.02\n", "line 2: causes.q_single: it is more than q (0.01)"),
            ("[access]\nnight_to_hour = 22\n", "line 2: access.night_to_hour"),
            ("[access]\nnight_zone = \"Berlin\"\n", "line 2: access.night_zone"),
            ("[access]\ndenied_results = [\"granted\"]\n", "granted is in granted_results as well"),
            ("[access\n", "line 1"),
        ] {
            let error = Thresholds::with(text).expect_err(text).to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
