//! The verdict in plain words: each axis with its value, what was checked with exact figures, and what that does not prove.
//! Nothing here draws; every view takes its words from here, so that they never differ.

use crate::integrity::Report;
use crate::integrity::code::{Code, Severity};
use crate::integrity::damage::{self, Damage, Damages};
use crate::integrity::finding::Finding;
use crate::integrity::report::{Check, RootOutcome};
use crate::integrity::verdict::{Authorship, Axis, Completeness, Equivocation, Integrity, Time};
use crate::ui::icon::{self, Icon};
use crate::ui::table::Ink;
use crate::ui::theme::VerdictState;
use crate::ui::widgets::figures::{count, counted};

/// One axis of a verdict, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The axis.
    pub axis: &'static str,
    /// What it came to.
    pub state: VerdictState,
    /// Its value in words.
    pub value: String,
    /// What was checked, with figures.
    pub checked: String,
    /// What this does not prove; goes on from "Not proven:".
    pub not_proven: &'static str,
}

/// The name of an axis.
#[must_use]
pub fn axis(axis: Axis) -> &'static str {
    match axis {
        Axis::Integrity => "Integrity",
        Axis::Completeness => "Completeness",
        Axis::Authorship => "Authorship",
        Axis::Time => "Time",
        Axis::Equivocation => "Equivocation",
    }
}

/// The five axes of a report.
#[must_use]
pub fn axes(report: &Report) -> [Said; 5] {
    if report.is_part() {
        return unknown(report);
    }
    [integrity(report), completeness(report), authorship(report), time(report), equivocation(report)]
}

/// The axes of a log that was not read to its end: only what was found to be broken is known.
fn unknown(report: &Report) -> [Said; 5] {
    let damages = Damages::of(report);
    let so_far = match damages.total() {
        0 => format!("{} hash and link so far.", counted(report.records, "record", "records")),
        _ => format!("{} so far.", damaged(damages)),
    };
    [
        (Axis::Integrity, so_far.as_str()),
        (Axis::Completeness, "What is missing shows at the end of the log."),
        (Axis::Authorship, "Signatures are over the whole log."),
        (Axis::Time, "Times are held against those of witnesses once all is read."),
        (Axis::Equivocation, "Checkpoints are held against each other once all is read."),
    ]
    .map(|(of, checked)| {
        let is_broken = of == Axis::Integrity && report.verdict.integrity == Integrity::Broken;
        let (state, value) =
            if is_broken { (VerdictState::Broken, "Broken") } else { (VerdictState::Skipped, "Not known") };
        let not_proven = "anything, until the log is read to its end";
        Said { axis: axis(of), state, value: value.to_owned(), checked: checked.to_owned(), not_proven }
    })
}

/// The axes of several reports: of each the worst.
#[must_use]
pub fn worst<'r>(reports: impl Iterator<Item = &'r Report>) -> Option<[Said; 5]> {
    reports.map(axes).reduce(|mut worst, other| {
        for (one, other) in worst.iter_mut().zip(other) {
            if weight(other.state) > weight(one.state) {
                *one = other;
            }
        }
        worst
    })
}

/// The last axis, where bundles of one log contradict each other.
#[must_use]
pub fn split_over_bundles() -> Said {
    Said {
        axis: "Equivocation",
        state: VerdictState::Broken,
        value: "Split".to_owned(),
        checked: "Bundles of one log hold different records at the same place.".to_owned(),
        not_proven: "which of them is the one that was written",
    }
}

/// How much a state speaks against a bundle.
pub(super) fn weight(state: VerdictState) -> usize {
    match state {
        VerdictState::Broken => 1000,
        VerdictState::Unverifiable => 100,
        VerdictState::Skipped => 10,
        VerdictState::Partial | VerdictState::Withheld => 1,
        VerdictState::Intact => 0,
    }
}

/// How bad a report is: greater ones are shown first.
#[must_use]
pub fn badness(report: &Report) -> (usize, u64) {
    let errors = report.findings.iter().filter(|finding| finding.code.severity() == Severity::Error).count() as u64;
    let axes = axes(report);
    (axes.iter().map(|said| weight(said.state)).sum(), errors)
}

/// A sentence that begins with a capital.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn passed(report: &Report, check: Check) -> u64 {
    report.checks.checked.get(&check).copied().unwrap_or_default()
}

/// How many places are damaged, as every view says it.
#[must_use]
pub fn damaged(damages: Damages) -> String {
    format!("{} damaged", counted(damages.total(), "place", "places"))
}

fn integrity(report: &Report) -> Said {
    let hashes = passed(report, Check::RecordHash);
    let of = |outcome| report.checkpoints.iter().filter(|checkpoint| checkpoint.outcome == outcome).count() as u64;
    let (roots, repaired) = (of(RootOutcome::Matches), of(RootOutcome::MatchesRepaired));
    let roots_said = match (roots, report.checkpoints.len() as u64) {
        (_, 0) => "There is no checkpoint.".to_owned(),
        (roots, all) if roots == all => format!("{} reproduced.", counted(all, "root", "roots")),
        (roots, all) => {
            let said = format!("{} of {} reproduced", count(roots), counted(all, "root", "roots"));
            // Not with what is there, but with the hashes that other records state for it.
            let more =
                if repaired > 0 { format!(", {} more with the hashes stated", count(repaired)) } else { String::new() };
            format!("{said}{more}.")
        }
    };
    let hashes_said = format!("{} recomputed", counted(hashes, "hash", "hashes"));
    let failed: Vec<String> =
        report.checks.failed.iter().map(|(check, n)| format!("{} {}", count(*n), check.counted(*n))).collect();
    let (state, value, checked) = match report.verdict.integrity {
        Integrity::Intact => {
            let links = match report.ranges.len() {
                0 | 1 => "every link holds",
                _ => "every link between records that are here holds",
            };
            (VerdictState::Intact, "Intact".to_owned(), format!("{hashes_said}, {links}. {roots_said}"))
        }
        Integrity::Unverifiable => {
            let why = match report.findings.iter().find(|finding| finding.code.severity() == Severity::Error) {
                Some(finding) => match finding.code.remedy() {
                    Some(remedy) => format!("{} {}", finding.meaning, remedy.window),
                    None => finding.meaning.clone(),
                },
                None => "There is nothing to check against.".to_owned(),
            };
            (VerdictState::Unverifiable, "Unverifiable".to_owned(), why)
        }
        Integrity::Broken => {
            let value = match Damages::of(report).broken {
                0 => "Broken".to_owned(),
                places => format!("Broken in {}", counted(places, "place", "places")),
            };
            let what = match damage::said(&report.finding_counts, &[Damage::Broken]) {
                told if !told.is_empty() => format!(" {}.", capital(&told)),
                _ if failed.is_empty() => String::new(),
                _ => format!(" Failed: {}.", failed.join(", ")),
            };
            (VerdictState::Broken, value, format!("{hashes_said}.{what} {roots_said}"))
        }
    };
    let not_proven = match report.verdict.integrity {
        Integrity::Broken => "who changed it, when, and what stood there before",
        Integrity::Intact | Integrity::Unverifiable => "that what was recorded is true",
    };
    Said { axis: axis(Axis::Integrity), state, value, checked, not_proven }
}

fn completeness(report: &Report) -> Said {
    let span = match (report.ranges.first(), report.ranges.last()) {
        (Some(first), Some(last)) => format!("Seq {} to {}", count(first.start), count(last.end.saturating_sub(1))),
        _ => "No record".to_owned(),
    };
    let missing = format!("{} missing", count(report.missing));
    let up_to = report.complete_to.map(count).unwrap_or_default();
    let (state, value, checked) = match report.verdict.completeness {
        Completeness::Whole => (
            VerdictState::Intact,
            "Whole log".to_owned(),
            match report.unanchored_from {
                Some(from) => format!(
                    "{span} without a gap; complete up to the checkpoint of {up_to}. None covers what is after seq {}.",
                    count(from.saturating_sub(1))
                ),
                None => format!("{span} without a gap, up to the last signed checkpoint."),
            },
        ),
        Completeness::Slice => (
            VerdictState::Withheld,
            "Declared slice".to_owned(),
            format!(
                "{} present, {} withheld as declared; proven under the checkpoint of {up_to}.",
                count(report.records),
                count(report.withheld)
            ),
        ),
        Completeness::TailUnknown => {
            let held = if report.withheld > 0 {
                format!("{} present, {} withheld as declared.", count(report.records), count(report.withheld))
            } else {
                format!("{span} without a gap.")
            };
            let end = if report.finding_counts.contains_key(Code::CheckpointUnconfirmed.name()) {
                "The checkpoint that counts does not vouch for these records."
            } else {
                "No checkpoint that counts says how long the log was."
            };
            (VerdictState::Partial, "End unknown".to_owned(), format!("{held} {end}"))
        }
        Completeness::Gaps => {
            (VerdictState::Broken, format!("Gaps, {missing}"), format!("{span}; {missing}, and nothing declares it."))
        }
        Completeness::Truncated => {
            let signed = report.checkpoints.iter().map(|checkpoint| checkpoint.size).max().unwrap_or_default();
            (
                VerdictState::Broken,
                match report.missing {
                    0 => "End cut off".to_owned(),
                    _ => format!("{missing}, end cut off"),
                },
                format!("{} signed, {} present.", counted(signed, "record", "records"), count(report.records)),
            )
        }
    };
    let not_proven = match report.verdict.completeness {
        Completeness::Whole | Completeness::Slice => "that everything that happened was recorded",
        Completeness::TailUnknown => "that the log did not go on, or was not rewritten as a whole",
        Completeness::Gaps | Completeness::Truncated => "what the missing records said",
    };
    Said { axis: axis(Axis::Completeness), state, value, checked, not_proven }
}

fn authorship(report: &Report) -> Said {
    let mut keys: Vec<&str> = Vec::new();
    for signer in report.checkpoints.iter().flat_map(|checkpoint| &checkpoint.signers) {
        if !keys.contains(&signer.key_id.as_str()) {
            keys.push(&signer.key_id);
        }
    }
    let by = match keys.as_slice() {
        [] => "nobody".to_owned(),
        [key] => (*key).to_owned(),
        many => format!("{} keys", count(many.len() as u64)),
    };
    let signed = counted(report.checkpoints.len() as u64, "checkpoint", "checkpoints");
    let (state, value, checked) = match report.verdict.authorship {
        Authorship::Trusted => {
            (VerdictState::Intact, "Trusted key", format!("{signed} signed by {by}, a key that you trust."))
        }
        Authorship::SelfAsserted => (
            VerdictState::Partial,
            "Key from the bundle",
            format!("{signed} signed by {by}. The key lies in the bundle itself."),
        ),
        Authorship::Unsigned => {
            (VerdictState::Unverifiable, "Unsigned", "Nothing is signed by a key that could be checked.".to_owned())
        }
        Authorship::Untrusted => (
            VerdictState::Partial,
            "Not a trusted key",
            format!("{signed} signed by {by}, not by a key that you trust."),
        ),
        Authorship::Invalid => {
            (VerdictState::Broken, "Invalid signature", "A signature or key is not what it claims to be.".to_owned())
        }
    };
    let not_proven = match report.verdict.authorship {
        Authorship::Trusted => "who held the key",
        Authorship::SelfAsserted => "who signed: get the key from elsewhere and add its file under Keys",
        Authorship::Unsigned | Authorship::Untrusted | Authorship::Invalid => "who wrote the log",
    };
    Said { axis: axis(Axis::Authorship), state, value: value.to_owned(), checked, not_proven }
}

fn time(report: &Report) -> Said {
    let backwards = report.finding_counts.contains_key(Code::TimeBackwards.name());
    let (state, value, checked) = match report.verdict.time {
        Time::Bounded => (
            VerdictState::Intact,
            "Bounded by a witness",
            "A trusted witness saw the log; no record contradicts it.".to_owned(),
        ),
        Time::SelfAsserted => {
            let order = if backwards { "Times run backwards in places." } else { "Times run forward." };
            let text = format!("The writer's own clock: no trusted timestamp, no witness. {order}");
            (VerdictState::Partial, "Self-asserted", text)
        }
        Time::Implausible => (
            VerdictState::Broken,
            "Implausible",
            "Records contradict what a trusted witness saw of the log.".to_owned(),
        ),
    };
    let not_proven = match report.verdict.time {
        Time::Bounded => "when within its bounds a record was made",
        Time::SelfAsserted | Time::Implausible => "that records were made when they say",
    };
    Said { axis: axis(Axis::Time), state, value: value.to_owned(), checked, not_proven }
}

fn equivocation(report: &Report) -> Said {
    let (state, value, checked) = match report.verdict.equivocation {
        Equivocation::Witnessed => (
            VerdictState::Intact,
            "Witnessed",
            format!(
                "{} of {} trusted witnesses cosigned the newest checkpoint.",
                count(report.witnesses.0),
                count(report.witnesses.1)
            ),
        ),
        Equivocation::None => (
            VerdictState::Unverifiable,
            "No witnesses",
            "No witness that you trust has signed a checkpoint of this log.".to_owned(),
        ),
        Equivocation::Split => (
            VerdictState::Broken,
            "Split",
            "Two checkpoints cannot belong to one log: different logs were shown under one name.".to_owned(),
        ),
    };
    let not_proven = match report.verdict.equivocation {
        Equivocation::Witnessed => "that no version before the newest checkpoint was shown to others",
        Equivocation::None => "that no second version was shown to others",
        Equivocation::Split => "which of the two is the one that was written",
    };
    Said { axis: axis(Axis::Equivocation), state, value: value.to_owned(), checked, not_proven }
}

/// The sentence at the head of Integrity.
#[must_use]
pub fn headline(report: &Report) -> String {
    if report.is_part() {
        return format!("Not read to the end: {} so far", counted(report.lines, "line", "lines"));
    }
    let damage = damage::said(&report.finding_counts, &[Damage::Broken, Damage::Gap, Damage::End]);
    let is_broken = report.verdict.integrity == Integrity::Broken;
    match (report.verdict.integrity, report.verdict.completeness) {
        (Integrity::Unverifiable, _) => "Nothing here can be checked".to_owned(),
        _ if !damage.is_empty() => format!("{}: {damage}", if is_broken { "Broken" } else { "Records are missing" }),
        (_, Completeness::Gaps | Completeness::Truncated) => "Records are missing".to_owned(),
        (Integrity::Broken, _) => "Broken".to_owned(),
        (_, Completeness::Slice) => "Intact: a slice of the log, as declared".to_owned(),
        (_, Completeness::TailUnknown) if report.withheld > 0 => {
            "Intact as far as it goes: a declared slice, unanchored".to_owned()
        }
        (_, Completeness::TailUnknown) => "Every record links; no trusted checkpoint anchors them".to_owned(),
        (_, Completeness::Whole) => match report.unanchored_from {
            Some(_) => "Intact; the end is covered by no checkpoint".to_owned(),
            None => "Every record is as it was signed".to_owned(),
        },
    }
}

/// The exact counts under the headline: figure, what it counts, and whether it speaks against the evidence.
#[must_use]
pub fn standing(report: &Report) -> Vec<(String, &'static str, bool)> {
    let mut out = Vec::new();
    let mut say = |n: u64, one: &'static str, many: &'static str, against: bool| {
        if n > 0 {
            out.push((count(n), if n == 1 { one } else { many }, against));
        }
    };
    say(report.as_signed, "record is exactly as signed", "records are exactly as signed", false);
    let from = report.unanchored_from.or((report.complete_to.is_none()).then_some(0));
    if let Some(from) = from {
        let after: u64 = report.ranges.iter().map(|range| range.end.saturating_sub(range.start.max(from))).sum();
        let tail = after.min(report.records.saturating_sub(report.as_signed));
        say(tail, "holds, no trusted checkpoint covers it", "hold together, no trusted checkpoint covers them", false);
    }
    let Damages { broken, gaps, .. } = Damages::of(report);
    say(broken, "place broken", "places broken", true);
    say(gaps, "gap", "gaps", true);
    say(
        report.lines.saturating_sub(report.records),
        "line does not hash as stated",
        "lines do not hash as stated",
        true,
    );
    say(report.missing, "missing", "missing", true);
    say(report.withheld, "withheld, as declared", "withheld, as declared", false);
    out
}

/// A checkpoint's outcome in words, and its state.
#[must_use]
pub fn outcome(outcome: RootOutcome) -> (VerdictState, &'static str) {
    match outcome {
        RootOutcome::Matches => (VerdictState::Intact, "root reproduced"),
        RootOutcome::MatchesRepaired => (VerdictState::Partial, "reproduced with the hashes that successors name"),
        RootOutcome::Differs => (VerdictState::Broken, "root differs"),
        RootOutcome::Skipped => (VerdictState::Skipped, "skipped: no leaves up to its size"),
    }
}

/// The icon of a finding and its colour: red only where it speaks against the evidence.
#[must_use]
pub fn severity(severity: Severity) -> (Icon, Ink) {
    match severity {
        Severity::Error => (icon::X_CIRCLE, Ink::Verdict(VerdictState::Broken)),
        Severity::Warning => (icon::WARNING, Ink::Text),
        Severity::Info => (icon::CIRCLE_HALF, Ink::Verdict(VerdictState::Partial)),
    }
}

/// The records that a finding is about.
#[must_use]
pub fn place(finding: &Finding) -> String {
    match (finding.seq, finding.end_seq, finding.segment.as_deref()) {
        (Some(first), Some(last), _) if first != last => format!("{}–{}", count(first), count(last)),
        (Some(first), ..) => count(first),
        (None, _, Some(file)) if !file.is_empty() => file.to_owned(),
        _ => "whole log".to_owned(),
    }
}

/// An instant in a cell: `2026-05-16 02:10:25.885`, in UTC.
#[must_use]
pub fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

#[cfg(test)]
mod tests;
