//! Access out of pattern near the window, account by account. A single signal is everyday; a large bulk read, or several signals of
//! one account together, are not.

use std::collections::BTreeMap;

use super::Found;
use super::accesses::{Span, rows_of};
use super::compare::{as_f64, figure};
use super::degradation::minute;
use super::scope::{DAY, HOUR, Scope, within};
use super::told::{Candidate, Kind, Signal, Strength};
use crate::analysis::access::{Finding, OfLog, Signal as Way};
use crate::analysis::story::condition;
use crate::analysis::thresholds::Thresholds;
use crate::evidence::EvidenceError;
use crate::query::Expr;
use crate::record::figures::{count, counted};
use crate::record::text::shown_short;

const WAYS: [Way; 4] = [Way::Bulk, Way::FirstSeen, Way::OffHours, Way::Denied];

/// So many bulk reads of an account are told one by one, the largest first.
const BULK_READS: usize = 3;

/// A bulk read that went on for longer than the window that its figure is of.
const BULK_WHOLE: &str = "bulk_whole";

const BULK: &str = "the most rows within access.bulk_window_hours ÷ what it takes to be bulk; the records are the accesses of that window";
const NIGHTS: &str = "nights (access.night_from_hour to access.night_to_hour) with accesses of an account that had some in fewer than \
                      access.regular_nights nights of as many days as access.baseline_days says, which end access.habit_gap_days before; \
                      each night counts once, as that of the day on which it begins";

/// What was found of an account near the window.
struct Account<'a> {
    log: &'a str,
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
    let is_here = |log: &str| scope.log.as_ref().is_none_or(|own| own == log);
    let logs: Vec<&OfLog> = pattern.logs.iter().filter(|log| log.accesses > 0 && is_here(&log.log)).collect();
    if logs.is_empty() {
        found.unknown.push("access out of pattern: no access is on record".to_owned());
        return Ok(());
    }
    let start = near_from(scope);
    let is_near = |finding: &&Finding| finding.from < scope.window.1 && finding.to >= start && is_here(&finding.log);
    let undetermined = pattern.undetermined.iter().filter(is_near).count() as u64;
    if undetermined > 0 {
        let what = counted(undetermined, "stretch of accesses is", "stretches of accesses are");
        found.unknown.push(format!("access out of pattern: whether {what} bulk: too few days are on record before"));
    }
    let unplaced = logs.iter().map(|log| log.unplaced).sum::<u64>();
    if unplaced > 0 {
        let what = counted(unplaced, "access states", "accesses state");
        found.unknown.push(format!("access out of pattern: {what} no account or no time that can be placed"));
    }
    if pattern.undetermined_nights > 0 && logs.iter().any(|log| !knows_nights(scope, log)) {
        let why = "too few days are on record before";
        found.unknown.push(format!("access out of pattern: who regularly works at night: {why}"));
    }
    let mut by_account: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in pattern.findings.iter().filter(is_near) {
        by_account.entry((&finding.account, &finding.log)).or_default().push(finding);
    }
    let accounts = by_account.into_iter().map(|(whose, findings)| Account::of(scope, whose, findings));
    for account in accounts {
        match account.strength(scope) {
            Some(strength) => {
                let candidate = candidate(scope, &account, strength)?;
                found.candidates.push(candidate);
            }
            None => {
                let signals = account.signals(scope)?.into_iter();
                let name = account.shown(scope);
                found.below(
                    Kind::AccessOutOfPattern,
                    signals.map(|signal| Signal { text: format!("{name}: {}", signal.text), strength: None, ..signal }),
                );
            }
        }
    }
    Ok(())
}

/// From when on accesses are looked at.
fn near_from(scope: &Scope<'_>) -> i64 {
    scope.window.0.saturating_sub(i64::from(scope.thresholds.incident.access_days_before) * DAY)
}

/// Whether a log has days enough before to say who regularly works at night.
fn knows_nights(scope: &Scope<'_>, log: &OfLog) -> bool {
    let limits = &scope.thresholds.access;
    let least = (i64::from(limits.baseline_least_days) + i64::from(limits.habit_gap_days)) * DAY;
    log.begin.is_some_and(|begin| near_from(scope).saturating_sub(begin) >= least)
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
pub(super) fn is_habit(thresholds: &Thresholds, finding: &Finding) -> bool {
    let (Some(nights), Some(days)) = (finding.baseline, finding.baseline_days.filter(|days| *days > 0.0)) else {
        return false;
    };
    let of_all = f64::from(thresholds.access.baseline_days) / days;
    finding.kind == Way::OffHours && nights * of_all >= f64::from(thresholds.access.regular_nights)
}

impl<'a> Account<'a> {
    fn of(scope: &Scope<'_>, (name, log): (&'a str, &'a str), mut findings: Vec<&'a Finding>) -> Self {
        // A night of its habit is no finding here.
        findings.retain(|finding| !is_habit(scope.thresholds, finding));
        findings.sort_by_key(|finding| finding.from);
        let bulk = findings.iter().filter(|finding| finding.kind == Way::Bulk);
        let size = bulk.map(|finding| size(scope, finding)).fold(0.0, f64::max);
        let pattern = scope.gathered.pattern;
        let is_own = |finding: &&Finding| finding.account == name && finding.log == log;
        let denied = pattern.findings.iter().filter(|finding| finding.kind == Way::Denied && is_own(finding));
        let denied: Vec<&Finding> = denied.collect();
        let begin = pattern.logs.iter().find(|own| own.log == log).and_then(|own| own.begin).unwrap_or_default();
        let counts: Vec<(i64, Way, u64)> = findings
            .iter()
            .map(|finding| (finding.from, finding.kind, notable(scope.thresholds, finding, &denied, begin)))
            .collect();
        let kinds = together(scope.thresholds, &counts);
        Self { log, name, findings, size, kinds }
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

    /// Its name, and that of its log where there are several.
    fn shown(&self, scope: &Scope<'_>) -> String {
        let name = shown_short(self.name, 60);
        if scope.evidence.has_several_logs() { format!("{name} in {}", shown_short(self.log, 60)) } else { name }
    }

    /// What was found, kind by kind.
    fn signals(&self, scope: &Scope<'_>) -> Result<Vec<Signal>, EvidenceError> {
        let mut out = Vec::new();
        for kind in WAYS {
            let own: Vec<&Finding> = self.findings.iter().filter(|finding| finding.kind == kind).copied().collect();
            let signals = match kind {
                _ if own.is_empty() => Vec::new(),
                Way::Bulk => self.bulk(scope, own)?,
                _ => vec![self.signal(scope, kind, &own)?],
            };
            let is_counted = self.kinds.contains(&kind);
            out.extend(signals.into_iter().map(|signal| {
                // What only says more of another one is no signal by itself.
                let counts = is_counted && signal.name != BULK_WHOLE;
                signal.with_strength(counts.then_some(Strength::Moderate))
            }));
        }
        Ok(out)
    }

    /// Reads in bulk one by one, each with the accesses of the window that its figure is of; what is left of them together.
    fn bulk(&self, scope: &Scope<'_>, mut own: Vec<&Finding>) -> Result<Vec<Signal>, EvidenceError> {
        own.sort_by(|a, b| size(scope, b).total_cmp(&size(scope, a)).then(a.from.cmp(&b.from)));
        let (hours, limit) = (scope.thresholds.access.bulk_window_hours, scope.limits.bulk_large_factor);
        let told = |text: String, size: f64, windows: &[Span<'_>]| {
            let signal = Signal::told("bulk", text, BULK).with_value(size, "causes.bulk_large_factor", limit);
            Ok::<_, EvidenceError>(signal.with_rows(rows_of(scope, &self.base(scope, Way::Bulk), windows)?))
        };
        let mut out = Vec::new();
        for finding in own.iter().take(BULK_READS) {
            let at = finding.resource.as_ref();
            let at = at.map_or_else(|| "several resources".to_owned(), |name| shown_short(name, 60));
            let usual = finding.baseline.unwrap_or_default();
            let times = if usual >= 1.0 {
                format!("{} times the usual", figure((as_f64(finding.figure) / usual).round()))
            } else {
                "usually none".to_owned()
            };
            let window = window(scope, finding);
            let (rows, from) = (count(finding.figure), minute(window.from));
            let text = format!("bulk read of {at}: {rows} rows in {hours} h from {from}, {times}");
            out.push(told(text, size(scope, finding), &[window])?);
            // A read may go on beyond the window in which it reached most.
            if finding.window.len() < finding.rows.len() {
                let whole = Span { from: finding.from, to: finding.to, rows: &finding.rows, ..window };
                let (rows, from, to) =
                    (count(finding.reached.unwrap_or_default()), minute(whole.from), minute(whole.to));
                let text = format!("all of that read: {rows} rows from {from} to {to}");
                let definition = "rows of all accesses of the bulk read, whose windows follow each other";
                let rows = rows_of(scope, &self.base(scope, Way::Bulk), &[whole])?;
                out.push(Signal::told(BULK_WHOLE, text, definition).with_rows(rows));
            }
        }
        let rest = own.get(BULK_READS..).unwrap_or_default();
        if let Some(largest) = rest.first() {
            let what = counted(rest.len() as u64, "more bulk read", "more bulk reads");
            let most = rest.iter().map(|finding| finding.figure).max().unwrap_or_default();
            let least = rest.iter().map(|finding| finding.figure).min().unwrap_or_default();
            let rows = if most == least { count(most) } else { format!("{} to {}", count(least), count(most)) };
            let windows: Vec<Span<'_>> = rest.iter().map(|finding| window(scope, finding)).collect();
            out.push(told(format!("{what}: {rows} rows in {hours} h"), size(scope, largest), &windows)?);
        }
        Ok(out)
    }

    fn signal(&self, scope: &Scope<'_>, kind: Way, own: &[&'a Finding]) -> Result<Signal, EvidenceError> {
        let accesses: u64 = own.iter().map(|finding| finding.count).sum();
        let mut resources: Vec<&str> = own.iter().filter_map(|finding| finding.resource.as_deref()).collect();
        resources.sort_unstable();
        resources.dedup();
        let at = match resources[..] {
            [only] => format!(" of {}", shown_short(only, 60)),
            [] => String::new(),
            _ => format!(" of {} resources", resources.len()),
        };
        let limits = &scope.thresholds.access;
        let signal = match kind {
            Way::OffHours => {
                let what = counted(own.len() as u64, "night", "nights");
                let hours = format!("{}–{} h {}", limits.night_from_hour, limits.night_to_hour, limits.night_zone);
                let nights = |finding: &&&Finding| finding.baseline.unwrap_or_default();
                let most = own.iter().max_by(|a, b| nights(a).total_cmp(&nights(b)));
                let (most, days) =
                    most.map_or((0.0, 0.0), |most| (nights(&most), most.baseline_days.unwrap_or_default()));
                let usual = format!("usually {most:.0} of {days:.0} nights");
                Signal::told("off_hours", format!("at work in {what} ({hours}), {usual}"), NIGHTS).with_value(
                    most,
                    "access.regular_nights",
                    f64::from(limits.regular_nights),
                )
            }
            Way::Denied => {
                let what = counted(accesses, "denied attempt", "denied attempts");
                let signal =
                    Signal::told("denied", format!("{what}{at}"), "denied attempts of the account near the window");
                let least = f64::from(scope.limits.denied_least);
                signal.with_value(as_f64(accesses), "causes.denied_least", least)
            }
            Way::FirstSeen | Way::Bulk => {
                let what = counted(accesses, "first access", "first accesses");
                let definition = "resources that the account reached for the first time, after its settling time";
                Signal::told("first_seen", format!("{what}{at}"), definition)
            }
        };
        let span = |finding: &&'a Finding| Span {
            from: finding.from,
            to: finding.to,
            resource: finding.resource.as_deref(),
            rows: &finding.rows,
        };
        let spans: Vec<Span<'_>> = own.iter().map(span).collect();
        Ok(signal.with_rows(rows_of(scope, &self.base(scope, kind), &spans)?))
    }

    /// What selects accesses of the account, of a kind of signals.
    fn base(&self, scope: &Scope<'_>, kind: Way) -> Vec<String> {
        let mut base = vec!["kind:access".to_owned(), condition("subject.id", ":", self.name)];
        if scope.evidence.has_several_logs() {
            base.push(condition("log", ":", self.log));
        }
        if kind == Way::Denied {
            let results: Vec<String> =
                scope.thresholds.access.denied_results.iter().map(|result| condition("result", ":", result)).collect();
            base.push(format!("({})", results.join(" or ")));
        }
        base
    }
}

/// The accesses of the window whose rows the figure of a bulk read is.
fn window<'f>(scope: &Scope<'_>, finding: &'f Finding) -> Span<'f> {
    let at = |row: Option<&u32>, otherwise: i64| row.and_then(|row| scope.at(*row)).unwrap_or(otherwise);
    Span {
        from: at(finding.window.first(), finding.from),
        to: at(finding.window.last(), finding.to),
        resource: finding.resource.as_deref(),
        rows: &finding.window,
    }
}

fn candidate(scope: &Scope<'_>, account: &Account<'_>, strength: Strength) -> Result<Candidate, EvidenceError> {
    let speaks_for = account.signals(scope)?;
    let mut speaks_against = Vec::new();
    let mut others = account.base(scope, Way::Bulk);
    others.extend(["-action:read".to_owned()].into_iter().chain(within(near_from(scope), scope.window.1)));
    let writes = scope.rows(&Expr::All, &others)?;
    // Whoever only reads changes no decision.
    let what = match writes.as_ref().map(|rows| rows.count) {
        Some(0) => Some("it only read: reading changes no decision".to_owned()),
        _ => None,
    };
    let definition = "accesses of the account near the window whose action is not read";
    speaks_against.extend(what.map(|text| Signal::told("only_reads", text, definition).with_rows(writes)));
    let is_at_night = account.findings.iter().any(|finding| finding.kind == Way::OffHours);
    let is_known = scope.gathered.pattern.undetermined_nights == 0
        || scope.gathered.pattern.logs.iter().any(|log| log.log == account.log && knows_nights(scope, log));
    if !is_at_night && is_known {
        let text = "at hours at which it usually works".to_owned();
        speaks_against.push(Signal::told("off_hours", text, "no accesses at night, or regular ones"));
    }
    let name = account.shown(scope);
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
