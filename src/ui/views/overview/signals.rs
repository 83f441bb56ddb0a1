//! What is worth a look: sentences with a figure and a way in, out of the report and the index. Nothing here is a guess.

use super::super::words;
use crate::app::{Command, View};
use crate::evidence::Evidence;
use crate::integrity::Report;
use crate::integrity::code::{Code, Severity};
use crate::integrity::damage::{self, Damage};
use crate::integrity::finding::Finding;
use crate::record::Kind;
use crate::ui::icon::{self, Icon};
use crate::ui::widgets::figures::{count, counted};

/// Something to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Greater ones come first.
    pub rank: u32,
    /// What stands before it.
    pub icon: Icon,
    /// It speaks against the evidence.
    pub against: bool,
    /// The sentence.
    pub sentence: String,
    /// More about it.
    pub more: String,
    /// How many of what.
    pub figure: String,
    /// Where the way in leads.
    pub to: &'static str,
    /// The way in.
    pub commands: Vec<Command>,
}

/// What a code is about, for a sentence that counts: one and several.
fn counted_code(code: Code, n: u64) -> String {
    match code {
        code if Damage::of(code).is_some() && damage::word(code) != damage::OTHER => {
            words::capital(&damage::in_places(damage::word(code), n))
        }
        Code::TimeBackwards => "Times run backwards".to_owned(),
        Code::RefDangling => counted(n, "reference leads nowhere", "references lead nowhere"),
        Code::RefAmbiguous => counted(n, "reference is ambiguous", "references are ambiguous"),
        _ => first_sentence(code.meaning()),
    }
}

fn first_sentence(text: &str) -> String {
    text.split([';', ':']).next().unwrap_or(text).trim_end_matches('.').to_owned()
}

/// What is said below the sentence that counts a code, and is not said by it.
fn more(code: Code, n: u64, first: Option<&Finding>) -> String {
    let remains = || format!("Still proven: {}", code.remains());
    let Some(finding) = first else { return remains() };
    if n > 1 {
        let at = if finding.seq.is_some() { format!("First at {}. ", words::place(finding)) } else { String::new() };
        return at + &remains();
    }
    match finding.meaning.strip_prefix(code.meaning()).map(str::trim) {
        // The code's own words are what is counted above; what is added to them is news.
        Some("") => remains(),
        Some(added) => added.to_owned(),
        None => finding.meaning.clone(),
    }
}

/// What the report says that a reader has to look at: errors and warnings by code, in the order in which they stand there.
/// `bundle` is the report's place among those that are open.
#[must_use]
pub fn of_report(report: &Report, bundle: usize) -> Vec<Signal> {
    let mut out = Vec::new();
    // That a log was not read to its end is what the whole view says then.
    for code in Code::ALL.iter().filter(|code| **code != Code::VerifyStopped) {
        let Some(n) = report.finding_counts.get(code.name()).copied().filter(|n| *n > 0) else { continue };
        let (rank, icon) = match code.severity() {
            Severity::Error => (900, icon::X_CIRCLE),
            Severity::Warning => (600, icon::WARNING),
            Severity::Info => continue,
        };
        let first = report.findings.iter().enumerate().find(|(_, finding)| finding.code == *code);
        let mut commands = vec![Command::ShowBundle(bundle)];
        commands.extend(first.map(|(at, _)| Command::GoToFinding(bundle, at)));
        let more = more(*code, n, first.map(|(_, finding)| finding));
        let at = first.map_or(usize::MAX, |(at, _)| at);
        out.push((
            at,
            Signal {
                rank,
                icon,
                against: code.severity() == Severity::Error,
                sentence: counted_code(*code, n),
                more,
                figure: counted(n, "finding", "findings"),
                to: "Integrity",
                commands,
            },
        ));
    }
    out.sort_by_key(|(at, _)| *at);
    out.into_iter().map(|(_, signal)| signal).collect()
}

/// What several bundles of one log, called by `names`, say against each other: two different records at one place are two logs of one name.
#[must_use]
pub fn of_several(evidence: &Evidence, names: &[String]) -> Vec<Signal> {
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    let of = evidence.repeated().iter().filter_map(|repeated| {
        let (n, first) = repeated.differing;
        let first = first.map(|seq| format!(", first at seq {}", count(seq))).unwrap_or_default();
        let (later, earlier) = repeated.bundles;
        (n > 0).then(|| Signal {
            rank: 950,
            icon: icon::X_CIRCLE,
            against: true,
            sentence: "Two bundles hold different records at the same place of one log".to_owned(),
            more: format!("{} and {}{first}: at least one of them is not the log", name(earlier), name(later)),
            figure: counted(u64::from(n), "place", "places"),
            to: "Integrity",
            commands: vec![Command::ShowBundle(later), Command::Show(View::Integrity)],
        })
    });
    of.collect()
}

/// Shows records of a kind, or those that pass a filter.
fn records(kind: Option<Kind>, filter: &str) -> Vec<Command> {
    let mut out = vec![Command::ClearFilter, Command::SetKind(kind)];
    if !filter.is_empty() {
        out.push(Command::SetFilter(filter.to_owned()));
    }
    out.push(Command::Show(View::Records));
    out
}

/// What the records say of themselves: incidents, erasures, references that lead nowhere, versions that cannot be told.
#[must_use]
pub fn of_records(evidence: &Evidence, by_kind: &[u32; Kind::ALL.len()]) -> Vec<Signal> {
    let of = |kind: Kind| u64::from(by_kind.get(usize::from(kind.place())).copied().unwrap_or_default());
    let tally = evidence.tally();
    let mut out = Vec::new();
    let mut say = |rank, icon, n: u64, sentence: String, more: &str, figure: String, commands: Vec<Command>| {
        if n > 0 {
            let to = "Records";
            out.push(Signal { rank, icon, against: false, sentence, more: more.to_owned(), figure, to, commands });
        }
    };
    let n = of(Kind::Incident);
    say(
        700,
        icon::FLAG,
        n,
        "The log records incidents".to_owned(),
        "What the operator reported, with each change of state",
        counted(n, "record", "records"),
        records(Some(Kind::Incident), ""),
    );
    let n = tally.dangling;
    say(
        500,
        icon::LINK_BREAK,
        n,
        format!("{} to decisions that are not here", counted(n, "reference", "references")),
        match evidence.is_whole() {
            true => "Outcomes or reviews name an id that no decision in this log has",
            false => "Whether the log has them cannot be told: not all of its records are here",
        },
        counted(n, "reference", "references"),
        records(None, "kind:outcome or kind:review"),
    );
    let n = tally.ambiguous;
    say(
        510,
        icon::GIT_BRANCH,
        n,
        format!("{} to an id that several decisions have", counted(n, "reference", "references")),
        "Which one is meant cannot be told, so it counts for none",
        counted(n, "reference", "references"),
        records(None, "kind:outcome or kind:review"),
    );
    let n = tally.ambiguous_version + tally.unknown_version;
    say(
        400,
        icon::SEAL_QUESTION,
        n,
        "Decisions whose model version cannot be told".to_owned(),
        "They name none, and the deployments recorded do not settle it",
        counted(n, "decision", "decisions"),
        records(Some(Kind::Decision), "version_source:ambiguous or version_source:unknown"),
    );
    let n = tally.inferred;
    say(
        150,
        icon::INFO,
        n,
        "Versions inferred from deployments".to_owned(),
        "These decisions name no version; one only was deployed at their time",
        counted(n, "decision", "decisions"),
        records(Some(Kind::Decision), "version_source:inferred"),
    );
    let n = tally.superseded_outcomes;
    say(
        140,
        icon::ARROW_U_UP_LEFT,
        n,
        format!("{} replaced by a later one", counted(n, "outcome was", "outcomes were")),
        "The latest outcome of a decision counts",
        counted(n, "outcome", "outcomes"),
        records(Some(Kind::Outcome), ""),
    );
    let n = tally.ignored_deployments;
    say(
        300,
        icon::PROHIBIT,
        n,
        "Deployments that do not count".to_owned(),
        "They name no model or version, or stand out of order",
        counted(n, "deployment", "deployments"),
        records(Some(Kind::Deployment), ""),
    );
    let n = of(Kind::Erasure);
    say(
        200,
        icon::ERASER,
        n,
        format!("{} erased", counted(n, "sealed value was", "sealed values were")),
        "Each with an erasure record; the chain still covers what was sealed",
        counted(n, "erasure", "erasures"),
        records(Some(Kind::Erasure), ""),
    );
    out
}

/// Lines that are no records as they were written.
#[must_use]
pub fn damaged(report: &Report, bundle: usize) -> Option<Signal> {
    let n = report.lines.saturating_sub(report.records);
    let first = report.findings.iter().position(|finding| finding.seq.is_some());
    let mut commands = vec![Command::ShowBundle(bundle)];
    commands.extend(first.map(|at| Command::GoToFinding(bundle, at)));
    (n > 0).then(|| Signal {
        rank: 950,
        icon: icon::FILE_X,
        against: true,
        sentence: format!("{} not hash as stated", counted(n, "line does", "lines do")),
        more: format!("{} are as they were chained", counted(report.records, "record", "records")),
        figure: counted(n, "line", "lines"),
        to: "Integrity",
        commands,
    })
}

/// In the order of their rank.
#[must_use]
pub fn ranked(mut signals: Vec<Signal>) -> Vec<Signal> {
    signals.sort_by_key(|signal| std::cmp::Reverse(signal.rank));
    signals
}

/// How many signals there are, for the heading.
#[must_use]
pub fn told(signals: &[Signal]) -> String {
    match signals.len() {
        0 => String::new(),
        n => format!("{} {}, ranked", count(n as u64), if n == 1 { "signal" } else { "signals" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_line_says_what_the_first_does_not() {
        for code in Code::ALL.iter().filter(|code| code.severity() != Severity::Info) {
            let plain = Finding::new(*code).records(5, 5);
            let added = Finding::new(*code).adding("It happens twice.");
            for (n, finding) in [(1, &plain), (1, &added), (3, &plain)] {
                let (title, more) = (counted_code(*code, n), more(*code, n, Some(finding)));
                assert!(!more.is_empty() && !more.starts_with(&title), "{title} / {more}");
                assert!(!more.contains(code.meaning()), "{more}");
            }
            assert_eq!(more(*code, 1, Some(&added)), "It happens twice.");
        }
        let own = Finding::new(Code::ChainGap).saying("Record 7 is missing.");
        assert_eq!(more(Code::ChainGap, 1, Some(&own)), "Record 7 is missing.");
        let first = Finding::new(Code::ChainGap).records(7, 9);
        assert!(more(Code::ChainGap, 2, Some(&first)).starts_with("First at 7–9. Still proven: "));
    }
}
