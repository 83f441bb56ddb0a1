//! Access out of pattern near the window, account by account. A single signal is everyday; a large bulk read, or several signals of
//! one account together, are not.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;
use super::compare::{as_f64, figure};
use super::scope::{DAY, HOUR, Scope, read};
use super::told::{Candidate, Kind, Rows, Signal, Strength};
use crate::analysis::access::{Finding, Signal as Way};
use crate::analysis::instant::Instant;
use crate::analysis::story::condition;
use crate::analysis::thresholds::Thresholds;
use crate::evidence::EvidenceError;
use crate::query::Expr;
use crate::query::value::time::TimeRange;
use crate::record::figures::{count, counted};
use crate::record::text::shown_short;

const WAYS: [Way; 4] = [Way::Bulk, Way::FirstSeen, Way::OffHours, Way::Denied];

/// What was found of an account near the window.
struct Account<'a> {
    name: &'a str,
    findings: Vec<&'a Finding>,
    /// How many times what it takes to be bulk its largest bulk read reached; 0 without one.
    size: f64,
    /// The kinds of signals that come together.
    kinds: Vec<Way>,
}

/// Looks for them.
pub(super) fn find(scope: &Scope<'_>, found: &mut Found) -> Result<(), EvidenceError> {
    let pattern = scope.gathered.pattern;
    if pattern.accesses == 0 {
        found.unknown.push("access out of pattern: no access is on record".to_owned());
        return Ok(());
    }
    let start = scope.window.0.saturating_sub(i64::from(scope.thresholds.incident.access_days_before) * DAY);
    let is_near = |finding: &&Finding| finding.from < scope.window.1 && finding.to >= start;
    let undetermined = pattern.undetermined.iter().filter(is_near).count() as u64;
    if undetermined > 0 {
        let what = counted(undetermined, "stretch of accesses is", "stretches of accesses are");
        found.unknown.push(format!("access out of pattern: whether {what} bulk: too few days are on record before"));
    }
    if pattern.unplaced > 0 {
        let what = counted(pattern.unplaced, "access states", "accesses state");
        found.unknown.push(format!("access out of pattern: {what} no account or no time that can be placed"));
    }
    let mut by_account: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in pattern.findings.iter().filter(is_near) {
        by_account.entry(&finding.account).or_default().push(finding);
    }
    let accounts = by_account.into_iter().map(|(name, findings)| Account::of(scope, name, findings));
    for account in accounts {
        match account.strength(scope) {
            Some(strength) => {
                let candidate = candidate(scope, &account, strength)?;
                found.candidates.push(candidate);
            }
            None => {
                let signals = account.signals(scope)?.into_iter();
                let name = shown_short(account.name, 60);
                found.below(
                    Kind::AccessOutOfPattern,
                    signals.map(|signal| Signal { text: format!("{name}: {}", signal.text), strength: None, ..signal }),
                );
            }
        }
    }
    Ok(())
}

/// How many times what it takes to be bulk a read reached.
fn size(scope: &Scope<'_>, finding: &Finding) -> f64 {
    let least = as_f64(scope.thresholds.access.bulk_floor_rows);
    as_f64(finding.figure) / finding.threshold.unwrap_or_default().max(least).max(1.0)
}

/// The most kinds of signals that begin within the stretch that counts as together: of findings in the order of time when each
/// begins, its kind, and how many accesses count.
pub(super) fn together(thresholds: &Thresholds, findings: &[(i64, Way, u64)]) -> Vec<Way> {
    let length = i64::from(thresholds.causes.together_hours) * HOUR;
    // Everybody is denied something now and then.
    let least = |kind: Way| if kind == Way::Denied { u64::from(thresholds.causes.denied_least) } else { 1 };
    let mut counts = WAYS.map(|_| 0_u64);
    let mut most = Vec::new();
    let mut end = 0;
    for (from, kind, count) in findings {
        while let Some((_, kind, count)) = findings.get(end).filter(|next| next.0 < from.saturating_add(length)) {
            counts[place(*kind)] += count;
            end += 1;
        }
        let kinds: Vec<Way> = WAYS.into_iter().filter(|kind| counts[place(*kind)] >= least(*kind)).collect();
        if kinds.len() > most.len() {
            most = kinds;
        }
        counts[place(*kind)] -= count;
    }
    most
}

/// How many accesses of a finding count: none of what the account does all the time. `denied` are all findings of the account that
/// are about denied attempts; the log begins at `begin`.
pub(super) fn notable(thresholds: &Thresholds, finding: &Finding, denied: &[&Finding], begin: i64) -> u64 {
    match finding.kind {
        Way::OffHours if is_habit(thresholds, finding) => 0,
        Way::Denied => {
            let limits = &thresholds.access;
            let length = as_f64(u64::from(thresholds.causes.together_hours));
            let hours = |nanos: i64| as_f64(nanos.max(0).unsigned_abs()) / as_f64(HOUR.unsigned_abs());
            // One finding may go on for weeks: so many of it in a stretch.
            let within = |finding: &Finding, hours_of_it: f64| {
                let all = hours(finding.to.saturating_sub(finding.from));
                as_f64(finding.count) * if all > hours_of_it { hours_of_it / all } else { 1.0 }
            };
            let start = finding.to.saturating_sub(i64::from(limits.baseline_days) * DAY).max(begin);
            let baseline = hours(finding.to.saturating_sub(start));
            let overlap = |other: &Finding| hours(other.to.min(finding.to).saturating_sub(other.from.max(start)));
            let before = denied.iter().filter(|other| other.to >= start && other.from <= finding.to);
            let usual: f64 = before.map(|other| within(other, overlap(other).max(1.0))).sum();
            let own = within(finding, length);
            let is_long_enough = baseline >= 24.0 * f64::from(limits.baseline_least_days);
            let is_more = own > limits.bulk_factor * usual * length / baseline.max(length);
            if is_long_enough && is_more { whole(own) } else { 0 }
        }
        _ => finding.count,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, or a part of it")]
fn whole(number: f64) -> u64 {
    number as u64
}

fn place(kind: Way) -> usize {
    WAYS.iter().position(|way| *way == kind).unwrap_or_default()
}

/// Nights of an account that would work in enough of them if it went on as it does: at the beginning of a log few are on record.
fn is_habit(thresholds: &Thresholds, finding: &Finding) -> bool {
    let (Some(nights), Some(days)) = (finding.baseline, finding.baseline_days.filter(|days| *days > 0.0)) else {
        return false;
    };
    let of_all = f64::from(thresholds.access.baseline_days) / days;
    finding.kind == Way::OffHours && nights * of_all >= f64::from(thresholds.access.regular_nights)
}

impl<'a> Account<'a> {
    fn of(scope: &Scope<'_>, name: &'a str, mut findings: Vec<&'a Finding>) -> Self {
        findings.sort_by_key(|finding| finding.from);
        let bulk = findings.iter().filter(|finding| finding.kind == Way::Bulk);
        let size = bulk.map(|finding| size(scope, finding)).fold(0.0, f64::max);
        let all = scope.gathered.pattern.findings.iter();
        let denied: Vec<&Finding> =
            all.filter(|finding| finding.kind == Way::Denied && finding.account == name).collect();
        let begin = scope.evidence.times().extent().map_or(0, |(first, _)| first);
        let counts: Vec<(i64, Way, u64)> = findings
            .iter()
            .map(|finding| (finding.from, finding.kind, notable(scope.thresholds, finding, &denied, begin)))
            .collect();
        let kinds = together(scope.thresholds, &counts);
        Self { name, findings, size, kinds }
    }

    fn strength(&self, scope: &Scope<'_>) -> Option<Strength> {
        let is_large = self.size >= scope.limits.bulk_large_factor;
        match self.kinds.len() {
            0 => None,
            1 => is_large.then_some(Strength::Moderate),
            2 => Some(if is_large { Strength::Strong } else { Strength::Moderate }),
            _ => Some(Strength::Strong),
        }
    }

    /// What was found, kind by kind.
    fn signals(&self, scope: &Scope<'_>) -> Result<Vec<Signal>, EvidenceError> {
        let mut out = Vec::new();
        for kind in WAYS {
            let own: Vec<&Finding> = self.findings.iter().filter(|finding| finding.kind == kind).copied().collect();
            if !own.is_empty() {
                let signal = self.signal(scope, kind, &own)?;
                let is_counted = self.kinds.contains(&kind);
                out.push(signal.with_strength(is_counted.then_some(Strength::Moderate)));
            }
        }
        Ok(out)
    }

    fn signal(&self, scope: &Scope<'_>, kind: Way, own: &[&Finding]) -> Result<Signal, EvidenceError> {
        let accesses: u64 = own.iter().map(|finding| finding.count).sum();
        let mut resources: Vec<&str> = own.iter().filter_map(|finding| finding.resource.as_deref()).collect();
        resources.sort_unstable();
        resources.dedup();
        let at = match resources[..] {
            [only] => format!(" of {}", shown_short(only, 60)),
            [] => String::new(),
            _ => format!(" of {} resources", resources.len()),
        };
        let limits = scope.limits;
        let signal = match kind {
            Way::Bulk => {
                let largest = own.iter().max_by(|a, b| size(scope, a).total_cmp(&size(scope, b)));
                let (rows, usual) = largest.map_or((0, 0.0), |most| (most.figure, most.baseline.unwrap_or_default()));
                let hours = scope.thresholds.access.bulk_window_hours;
                let times = if usual >= 1.0 {
                    format!("{} times the usual", figure((as_f64(rows) / usual).round()))
                } else {
                    "usually none".to_owned()
                };
                let text = format!("bulk read{at}: {} rows in {hours} h, {times}", count(rows));
                let definition = "the most rows within the bulk window ÷ what it takes to be bulk";
                Signal::told("bulk", text, definition).with_value(
                    self.size,
                    "causes.bulk_large_factor",
                    limits.bulk_large_factor,
                )
            }
            Way::FirstSeen => {
                let what = counted(accesses, "first access", "first accesses");
                let definition = "resources that the account reached for the first time, after its settling time";
                Signal::told("first_seen", format!("{what}{at}"), definition)
            }
            Way::OffHours => {
                let what = counted(own.len() as u64, "night", "nights");
                let definition = "nights with accesses of an account that does not regularly work at night";
                Signal::told("off_hours", format!("at work in {what}, not its habit"), definition)
            }
            Way::Denied => {
                let what = counted(accesses, "denied attempt", "denied attempts");
                let signal =
                    Signal::told("denied", format!("{what}{at}"), "denied attempts of the account near the window");
                signal.with_value(as_f64(accesses), "causes.denied_least", f64::from(limits.denied_least))
            }
        };
        Ok(signal.with_rows(self.rows(scope, kind, own)?))
    }

    /// The accesses from the first to the last of these findings, as narrowly as a filter says it.
    fn rows(&self, scope: &Scope<'_>, kind: Way, own: &[&Finding]) -> Result<Option<Rows>, EvidenceError> {
        let on = |resource: &String| condition("resource", ":", resource);
        let ends = |finding: &Finding| [finding.from, finding.to].map(|at| Instant(at).to_string());
        let span = |finding: &&Finding| {
            let [from, to] = ends(finding);
            let mut conditions = vec![condition("time", ">=", &from), condition("time", "<=", &to)];
            conditions.extend(finding.resource.as_ref().map(on));
            format!("({})", conditions.join(" "))
        };
        let mut base = vec!["kind:access".to_owned(), condition("subject.id", ":", self.name)];
        if kind == Way::Denied {
            let results: Vec<String> =
                scope.thresholds.access.denied_results.iter().map(|result| condition("result", ":", result)).collect();
            base.push(format!("({})", results.join(" or ")));
        }
        let spans: Vec<String> = own.iter().map(span).collect();
        let Some(expr) = read(&format!("{} ({})", base.join(" "), spans.join(" or "))) else { return Ok(None) };
        // The filter would go through the times of all records twice for each finding: here only through those of the account.
        let resources: BTreeSet<Option<&String>> = own.iter().map(|finding| finding.resource.as_ref()).collect();
        let mut rows: Vec<u32> = Vec::new();
        for resource in resources {
            let conditions: Vec<String> = base.iter().cloned().chain(resource.map(on)).collect();
            let Some(expr) = read(&conditions.join(" ")) else { return Ok(None) };
            // As a filter reads the times that are written in it.
            let range = |text: &str| TimeRange::parse(text).ok().and_then(|range| range.nanos());
            let span = |finding: &&Finding| {
                let [from, to] = ends(finding);
                Some((range(&from)?.0, range(&to)?.1))
            };
            let on_it = own.iter().filter(|finding| finding.resource.as_ref() == resource);
            let spans: Vec<(i64, i64)> = on_it.filter_map(span).collect();
            let is_in = |at: i64| spans.iter().any(|(from, to)| (*from..=*to).contains(&at));
            let of_it = scope.evidence.select(&expr, scope.watch)?;
            rows.extend(of_it.iter().filter(|row| scope.at(*row).is_some_and(is_in)));
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(Some(Rows { filter: expr.to_string(), count: rows.len() as u64 }))
    }
}

fn candidate(scope: &Scope<'_>, account: &Account<'_>, strength: Strength) -> Result<Candidate, EvidenceError> {
    let speaks_for = account.signals(scope)?;
    let mut speaks_against = Vec::new();
    let start = scope.window.0.saturating_sub(i64::from(scope.thresholds.incident.access_days_before) * DAY);
    let writes = scope.rows(
        &Expr::All,
        &[
            "kind:access -action:read".to_owned(),
            condition("subject.id", ":", account.name),
            condition("time", ">=", &Instant(start).to_string()),
            condition("time", "<", &Instant(scope.window.1).to_string()),
        ],
    )?;
    // Whoever only reads changes no decision.
    let what = match writes.as_ref().map(|rows| rows.count) {
        Some(0) => Some("it only read: reading changes no decision".to_owned()),
        _ => None,
    };
    let definition = "accesses of the account near the window whose action is not read";
    speaks_against.extend(what.map(|text| Signal::told("only_reads", text, definition).with_rows(writes)));
    let off_hours = account.kinds.contains(&Way::OffHours);
    if !off_hours {
        let text = "at hours at which it usually works".to_owned();
        speaks_against.push(Signal::told("off_hours", text, "no accesses at night, or regular ones"));
    }
    let name = shown_short(account.name, 60);
    Ok(Candidate {
        rank: 0,
        kind: Kind::AccessOutOfPattern,
        strength,
        model: None,
        version: None,
        actor: Some(account.name.to_owned()),
        speaks_for,
        speaks_against,
        recommended: format!("review the grants of {name}; revoke what it does not need"),
    })
}
