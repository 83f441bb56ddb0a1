//! Access out of pattern: reads in bulk, resources never reached before, work at night, denied attempts.
//!
//! A pure function over accesses; [`Accesses::of`] gathers them by columns. Accesses are taken by log and account in the order of
//! time (equal times in the order of the table), whatever the order of the log, and each is looked at a few times: n log n for the
//! order, linear behind it. What is usual is said by each log for itself: an account of the same name elsewhere may be another. What nothing can be said about is counted in [`Pattern`], never left out silently.

mod bulk;
mod habits;

use std::collections::HashMap;

use super::gather::{self, Texts};
use super::thresholds::Thresholds;
use crate::bundle::reading::Watch;
use crate::evidence::{Evidence, EvidenceError};
use crate::record::Kind;

/// Nanoseconds of an hour.
const HOUR: i64 = 3_600_000_000_000;
/// Nanoseconds of a day.
const DAY: i64 = 24 * HOUR;

/// An access.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Access {
    /// Its row in the table.
    pub row: u32,
    /// Its log: a place in [`Accesses::logs`].
    pub log: u32,
    /// Its place in its log.
    pub seq: Option<u64>,
    /// When, in nanoseconds since 1970 (UTC).
    pub at: Option<i64>,
    /// Who: a place in [`Accesses::accounts`].
    pub account: Option<u32>,
    /// What: a place in [`Accesses::resources`].
    pub resource: Option<u32>,
    /// Whether it was granted; `None` where the result says neither that nor the opposite.
    pub is_granted: Option<bool>,
    /// Rows that it reached, where it says so.
    pub rows: Option<u64>,
}

/// Accesses and the names in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accesses {
    /// In the order of the table.
    pub all: Vec<Access>,
    /// Names of logs.
    pub logs: Vec<String>,
    /// Names of accounts.
    pub accounts: Vec<String>,
    /// Names of resources.
    pub resources: Vec<String>,
}

/// What is out of pattern about an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Far more rows than the account usually reaches.
    Bulk,
    /// A resource that the account never reached before.
    FirstSeen,
    /// At night, when the account does not regularly work.
    OffHours,
    /// Denied.
    Denied,
}

impl Signal {
    /// In JSON: `bulk`, `first_seen`, `off_hours`, `denied`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::FirstSeen => "first_seen",
            Self::OffHours => "off_hours",
            Self::Denied => "denied",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::FirstSeen => "first-seen resource",
            Self::OffHours => "off-hours",
            Self::Denied => "denied",
        }
    }
}

/// Accesses of an account that are out of pattern in one way, next to each other in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// In which way.
    pub kind: Signal,
    /// The name of the log.
    pub log: String,
    /// Whose.
    pub account: String,
    /// Of which resource; `None` where they are of several, or of none that is named.
    pub resource: Option<String>,
    /// The accesses, as rows of the table in the order of time.
    pub rows: Vec<u32>,
    /// Their places in their logs, as far as they have one, in that order.
    pub seqs: Vec<u64>,
    /// How many accesses.
    pub count: u64,
    /// What was measured. Bulk: the most rows reached within the window. Off-hours: accesses of the night. Otherwise: accesses.
    pub figure: u64,
    /// What it is held against. Bulk: rows that the account reaches in a window of that length on average. Off-hours: nights in
    /// which the account worked in the days of its habit. Otherwise none.
    pub baseline: Option<f64>,
    /// The days that the baseline is taken over: fewer than the thresholds ask for where the log begins later.
    pub baseline_days: Option<f64>,
    /// Bulk: rows that the account reached in these days.
    pub baseline_rows: Option<u64>,
    /// Bulk: the accesses of the window whose rows the figure is, in the order of time. Otherwise none.
    pub window: Vec<u32>,
    /// What the figure is above (bulk), or the baseline below (off-hours).
    pub threshold: Option<f64>,
    /// The first access, in nanoseconds since 1970 (UTC).
    pub from: i64,
    /// The last access.
    pub to: i64,
    /// Bulk: rows reached by all accesses of the finding.
    pub reached: Option<u64>,
}

/// What was found, and what nothing can be said about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pattern {
    /// In the order of time; of one time by kind, then by log, account and resource.
    pub findings: Vec<Finding>,
    /// Of each log with accesses, in the order of the table.
    pub logs: Vec<OfLog>,
    /// Accesses that were looked at.
    pub accesses: u64,
    /// Accesses that cannot be judged, since they state no time that can be placed, or no account.
    pub unplaced: u64,
    /// Accesses whose result says neither that they were granted nor that they were denied.
    pub unclear_results: u64,
    /// Accesses that were not denied and do not say how many rows they reached: they count as none in bulk.
    pub without_rows: u64,
    /// Stretches with rows enough to be bulk, of which that is not determinable: too few days on record before.
    pub undetermined: Vec<Finding>,
    /// Accesses at night of which it is not determinable whether the account regularly works then: too few days before.
    pub undetermined_nights: u64,
}

/// The accesses of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfLog {
    /// Its name.
    pub log: String,
    /// Accesses that were looked at.
    pub accesses: u64,
    /// Those of them that cannot be judged.
    pub unplaced: u64,
    /// The first of the others, in nanoseconds since 1970 (UTC): from then on the log knows what is usual.
    pub begin: Option<i64>,
}

/// An access that can be judged, and where it stands among those of all accounts.
#[derive(Debug, Clone, Copy)]
struct Placed {
    row: u32,
    log: u32,
    seq: Option<u64>,
    at: i64,
    account: u32,
    resource: Option<u32>,
    is_granted: Option<bool>,
    rows: u64,
}

/// Finds accesses out of pattern.
#[must_use]
pub fn out_of_pattern(accesses: &Accesses, thresholds: &Thresholds) -> Pattern {
    let mut out = Pattern { accesses: accesses.all.len() as u64, ..Pattern::default() };
    let mut placed: Vec<Placed> = Vec::with_capacity(accesses.all.len());
    out.logs = accesses.logs.iter().map(|log| OfLog { log: log.clone(), ..OfLog::default() }).collect();
    for access in &accesses.all {
        let mut unknown = OfLog::default();
        let of_log = out.logs.get_mut(access.log as usize).unwrap_or(&mut unknown);
        of_log.accesses += 1;
        out.unclear_results += u64::from(access.is_granted.is_none());
        // What was denied reached nothing.
        out.without_rows += u64::from(access.rows.is_none() && access.is_granted != Some(false));
        match access.at.zip(access.account) {
            None => {
                out.unplaced += 1;
                of_log.unplaced += 1;
            }
            Some((at, account)) => {
                of_log.begin = Some(of_log.begin.map_or(at, |begin| begin.min(at)));
                placed.push(Placed {
                    row: access.row,
                    log: access.log,
                    seq: access.seq,
                    at,
                    account,
                    resource: access.resource,
                    is_granted: access.is_granted,
                    rows: access.rows.unwrap_or_default(),
                });
            }
        }
    }
    placed.sort_by_key(|access| (access.log, access.account, access.at, access.row));
    for own in placed.chunk_by(|a, b| (a.log, a.account) == (b.log, b.account)) {
        let of_log = own.first().and_then(|first| out.logs.get(first.log as usize));
        let Some(begin) = of_log.and_then(|log| log.begin) else { continue };
        bulk::find(own, begin, accesses, &thresholds.access, &mut out);
        habits::first_seen(own, accesses, &thresholds.access, &mut out);
        habits::off_hours(own, begin, accesses, thresholds, &mut out);
        habits::denied(own, accesses, &thresholds.access, &mut out);
    }
    for list in [&mut out.findings, &mut out.undetermined] {
        list.sort_by(|a, b| {
            let order = (a.from, a.kind).cmp(&(b.from, b.kind));
            order.then_with(|| (&a.log, &a.account, &a.resource).cmp(&(&b.log, &b.account, &b.resource)))
        });
    }
    out
}

/// The time so many nanoseconds before: as far back as can be said.
fn before(at: i64, nanos: i64) -> i64 {
    at.saturating_sub(nanos)
}

/// A finding about these accesses of one account, in the order of time; nothing is measured yet.
fn finding(kind: Signal, own: &[Placed], accesses: &Accesses) -> Option<Finding> {
    let (first, last) = (own.first()?, own.last()?);
    let resource = first.resource.filter(|resource| own.iter().all(|access| access.resource == Some(*resource)));
    let name = |names: &[String], at: u32| names.get(at as usize).cloned().unwrap_or_default();
    Some(Finding {
        kind,
        log: name(&accesses.logs, first.log),
        account: name(&accesses.accounts, first.account),
        resource: resource.map(|resource| name(&accesses.resources, resource)),
        rows: own.iter().map(|access| access.row).collect(),
        seqs: own.iter().filter_map(|access| access.seq).collect(),
        count: own.len() as u64,
        figure: own.len() as u64,
        baseline: None,
        baseline_days: None,
        baseline_rows: None,
        window: Vec::new(),
        threshold: None,
        from: first.at,
        to: last.at,
        reached: None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "rows and days for averages: 2⁵³ is exact enough")]
fn as_f64(number: impl TryInto<i64>) -> f64 {
    number.try_into().map_or(i64::MAX as f64, |number: i64| number as f64)
}

impl Accesses {
    /// Gathers the accesses on record; what of their results says that they were denied stands in the thresholds.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(evidence: &Evidence, thresholds: &Thresholds, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let rows = gather::rows_of(evidence, Kind::Access, watch)?;
        let mut out = Self::default();
        if rows.count() == 0 {
            return Ok(out);
        }
        let at = |members| Texts::at(evidence, members, watch);
        let (accounts, resources) = (at(&["subject", "id"])?, at(&["resource"])?);
        let (results, counts) = (at(&["result"])?, at(&["rows"])?);
        let (mut known_accounts, mut known_resources) = (Names::default(), Names::default());
        let mut known_results: HashMap<u32, Option<bool>> = HashMap::new();
        let is_granted = |result: Option<String>| {
            let result = result?;
            let is_in = |list: &[String]| list.iter().any(|known| known.eq_ignore_ascii_case(&result));
            let is_denied = is_in(&thresholds.access.denied_results);
            (is_denied || is_in(&thresholds.access.granted_results)).then_some(!is_denied)
        };
        out.all.reserve(rows.count() as usize);
        // Several bundles may hold parts of one log.
        let mut of_bundle = Vec::new();
        for bundle in evidence.logs() {
            let origin = &bundle.index.origin;
            let known = out.logs.iter().position(|log| log == origin);
            of_bundle.push(u32::try_from(known.unwrap_or(out.logs.len())).unwrap_or(u32::MAX));
            if known.is_none() {
                out.logs.push(origin.clone());
            }
        }
        let mut bundle = 0;
        for row in rows.iter() {
            while evidence.logs().get(bundle).is_some_and(|log| row >= log.rows.end) {
                bundle += 1;
            }
            let is_granted = match results.column().and_then(|column| column.code(row)) {
                Some(code) => match known_results.get(&code) {
                    Some(known) => *known,
                    None => *known_results.entry(code).or_insert(is_granted(results.get(row)?)),
                },
                None => is_granted(results.get(row)?),
            };
            out.all.push(Access {
                row,
                log: of_bundle.get(bundle).copied().unwrap_or(u32::MAX),
                seq: evidence.seqs().seq(row),
                at: evidence.times().nanos(row),
                account: known_accounts.place(&accounts, row)?,
                resource: known_resources.place(&resources, row)?,
                is_granted,
                rows: counts.get(row)?.and_then(|text| text.parse().ok()),
            });
        }
        out.accounts = known_accounts.names;
        out.resources = known_resources.names;
        Ok(out)
    }
}

/// Names in the order in which they came.
#[derive(Debug, Default)]
struct Names {
    names: Vec<String>,
    by_name: HashMap<String, u32>,
    by_code: HashMap<u32, Option<u32>>,
}

impl Names {
    /// The place of the name that a row has.
    fn place(&mut self, texts: &Texts<'_>, row: u32) -> Result<Option<u32>, EvidenceError> {
        let code = texts.column().and_then(|column| column.code(row));
        if let Some(known) = code.and_then(|code| self.by_code.get(&code)) {
            return Ok(*known);
        }
        let place = texts.get(row)?.filter(|name| !name.is_empty()).map(|name| {
            let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
            *self.by_name.entry(name).or_insert_with_key(|name| {
                self.names.push(name.clone());
                next
            })
        });
        if let Some(code) = code {
            self.by_code.insert(code, place);
        }
        Ok(place)
    }
}

#[cfg(test)]
mod tests;
