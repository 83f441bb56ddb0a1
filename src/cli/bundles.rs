//! What the commands that ask questions have in common: the bundles, a filter over them, and what is to be known of both
//! beside the answer, on standard error.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::anyhow;

use super::caveats::{caveat_of_error, caveats};
use super::progress::Progress;
use super::text::count;
use super::trust::Trust;
use super::work;
use crate::bundle::reading::Unwatched;
use crate::case::Case;
use crate::columns::Selection;
use crate::evidence::{Evidence, EvidenceError};
use crate::index::{Choice, IndexError};
use crate::integrity::Report;
use crate::integrity::told::axes_against;
use crate::integrity::verdict::Integrity;
use crate::query::{Field, Query};
use crate::record::text::{shown, shown_short};

/// The bundles that a command is about, and what an auditor brings.
#[derive(Debug, clap::Args)]
pub(super) struct Bundles {
    /// The bundle: a folder, a zip, or a bare .jsonl or .jsonl.zst of chained lines; or a case, for its bundles
    path: PathBuf,
    /// A further bundle, read together with the first; may be given several times
    #[arg(long, value_name = "PATH")]
    with: Vec<PathBuf>,
    /// Where the first bundle's index is kept, instead of the user's cache folder
    #[arg(long, value_name = "PATH")]
    index: Option<PathBuf>,
    /// A case whose tags, notes and incidents filters may ask for; what is done is put on record there
    #[arg(long, value_name = "CASE")]
    case: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
}

impl Bundles {
    /// What the auditor brings.
    pub(super) fn options(&self) -> anyhow::Result<crate::integrity::Options> {
        self.trust.options()
    }

    /// What the auditor brings, for the command that makes something again.
    pub(super) fn trust_again(&self, command: crate::report::again::Command) -> crate::report::again::Command {
        self.trust.again(command)
    }

    /// The file of the case that was named, for the command that makes something again. A draft has no name that another could give.
    pub(super) fn case_again(&self) -> Option<String> {
        let path = self.case.as_ref().or_else(|| crate::case::is_case(&self.path).then_some(&self.path))?;
        path.file_name().map(|name| name.to_string_lossy().into_owned())
    }

    /// Opens them and asks something of them. An index that turns out to be damaged meanwhile is made anew from its bundle, and
    /// asked again: so nothing may be printed while it is asked. `by` is the command, for the record.
    pub(super) fn ask<T>(
        &self,
        choice: &Choice,
        by: &str,
        question: impl Fn(&Evidence) -> anyhow::Result<T>,
    ) -> anyhow::Result<(Evidence, T)> {
        self.ask_case(choice, by, question).map(|(evidence, _, answer)| (evidence, answer))
    }

    /// As [`Self::ask`], with the case that goes with them: the one that was given, or the draft of the bundle.
    pub(super) fn ask_case<T>(
        &self,
        choice: &Choice,
        by: &str,
        question: impl Fn(&Evidence) -> anyhow::Result<T>,
    ) -> anyhow::Result<(Evidence, Option<Case>, T)> {
        let is_case = crate::case::is_case(&self.path);
        anyhow::ensure!(
            !is_case || self.case.is_none(),
            "--case: {} is a case already; two are merged with probity case merge",
            self.path.display()
        );
        let given = if is_case { Some(&self.path) } else { self.case.as_ref() };
        let mut case = given.map(|path| work::open(path)).transpose()?;
        let first = match &case {
            Some(case) if is_case => work::located(case)?,
            _ => vec![self.path.clone()],
        };
        let paths: Vec<PathBuf> = first.into_iter().chain(self.with.iter().cloned()).collect();
        let mut choice = Choice { place: self.index.clone(), ..choice.clone() };
        loop {
            let mut answer = || {
                let evidence = self.read(&paths, &choice)?;
                if case.is_none() {
                    case = work::draft(&evidence)?;
                }
                if let Some(case) = &case {
                    work::mark(case, &evidence)?;
                }
                let answer = question(&evidence)?;
                Ok((evidence, answer))
            };
            match answer() {
                Err(error) => match damaged(&error) {
                    Some(path) if !choice.damaged.contains(path) => choice.damaged.push(path.clone()),
                    _ => return Err(error),
                },
                Ok((evidence, answer)) => {
                    if let Some(case) = &mut case {
                        work::tell_read_only(case);
                        let trust = self.trust.options()?.trust;
                        let opened = |case: &mut Case| {
                            evidence.logs().iter().try_for_each(|log| case.opened(&log.index, by, &trust, false))
                        };
                        work::on_record(case, opened);
                    }
                    return Ok((evidence, case, answer));
                }
            }
        }
    }

    /// Opens them, which makes the indexes that are not there.
    fn read(&self, paths: &[PathBuf], choice: &Choice) -> anyhow::Result<Evidence> {
        let options = self.trust.options()?;
        let progress = Progress::new();
        let evidence = Evidence::open(paths, &options, choice, &progress);
        progress.clear();
        let evidence = evidence?;
        for log in evidence.logs() {
            if let Some(why) = &log.index.remade {
                note(&format!("{}: the index was made anew from the bundle: {why}", log.index.path().display()));
            }
        }
        for line in repeated(&evidence, paths) {
            note(&line);
        }
        let tally = evidence.tally();
        if tally.across > 0 {
            let records = count(tally.across, "review or outcome names", "reviews and outcomes name");
            note(&format!(
                "{records} a decision of another log: where a log has that id itself, its own decision is meant"
            ));
        }
        Ok(evidence)
    }
}

/// The index that an error is about, where it cannot be read.
fn damaged(error: &anyhow::Error) -> Option<&PathBuf> {
    match error.downcast_ref::<EvidenceError>() {
        Some(EvidenceError::Index(IndexError::Read { path, .. })) => Some(path),
        _ => match error.downcast_ref::<IndexError>() {
            Some(IndexError::Read { path, .. }) => Some(path),
            _ => None,
        },
    }
}

/// A filter as an argument.
#[derive(Debug, clap::Args)]
pub(super) struct Filter {
    /// Which records: assets/spec/filter-language.md. Every record where it is missing or empty
    #[arg(value_name = "FILTER", allow_hyphen_values = true, default_value = "", hide_default_value = true)]
    filter: String,
}

impl Filter {
    /// Reads the filter.
    pub(super) fn read(&self, evidence: &Evidence) -> anyhow::Result<Query> {
        anyhow::ensure!(
            !self.filter.starts_with("--"),
            "{}: there is no such option; a filter that negates twice is written with not",
            shown_short(&self.filter, 80)
        );
        read(evidence, "", &self.filter)
    }

    /// The records that pass it.
    pub(super) fn select(&self, evidence: &Evidence) -> anyhow::Result<(Query, Selection)> {
        let query = self.read(evidence)?;
        let selection = passing(evidence, &query)?;
        Ok((query, selection))
    }
}

/// Reads the filter of an option.
pub(super) fn filter_of(evidence: &Evidence, option: &str, text: &str) -> anyhow::Result<Query> {
    read(evidence, &place_of(option, text)?, text)
}

/// Reads the filters of several options; what is to be said of more than one of them is said once.
pub(super) fn filters_of<const N: usize>(evidence: &Evidence, asked: [(&str, &str); N]) -> anyhow::Result<Vec<Query>> {
    let mut told: Vec<String> = Vec::new();
    let mut queries = Vec::with_capacity(N);
    for (option, text) in asked {
        let (query, notes) = understood(evidence, &place_of(option, text)?, text)?;
        for line in notes {
            if !told.contains(&line) {
                note(&line);
                told.push(line);
            }
        }
        queries.push(query);
    }
    Ok(queries)
}

/// What stands before what is told of the filter of an option.
fn place_of(option: &str, text: &str) -> anyhow::Result<String> {
    anyhow::ensure!(!text.trim().is_empty(), "{option}: a filter is missing; kind:decision stands for every decision");
    Ok(format!("{option}: "))
}

/// The records that pass a filter.
pub(super) fn passing(evidence: &Evidence, query: &Query) -> anyhow::Result<Selection> {
    let progress = Progress::new();
    let selection = evidence.select(&query.expr, &progress);
    progress.clear();
    Ok(selection?)
}

/// Reads a filter, and says what is to be said of it; `place` stands before errors.
fn read(evidence: &Evidence, place: &str, text: &str) -> anyhow::Result<Query> {
    let (query, notes) = understood(evidence, place, text)?;
    notes.iter().for_each(|line| note(line));
    Ok(query)
}

/// Reads a filter, with what is to be said of it.
fn understood(evidence: &Evidence, place: &str, text: &str) -> anyhow::Result<(Query, Vec<String>)> {
    let query = evidence.parse(text).map_err(|error| {
        let caveat = caveat_of_error(evidence, &error, text);
        let caveat = caveat.map(|caveat| format!("\nnote: {}", shown(&caveat))).unwrap_or_default();
        Lines(format!("{place}the filter is not understood:\n{}{caveat}", error.report(text).trim_end()))
    })?;
    let mut notes: Vec<String> = caveats(evidence, &query.expr).into_iter().collect();
    for shadowed in &query.shadowed {
        let name = shadowed.alias.name;
        // Those with a text there: an object of that name is no value.
        let own = evidence.parse(&format!("\"{name}\":*"));
        let own = own.ok().map(|own| evidence.select(&own.expr, &Unwatched)).transpose()?;
        let records = count(own.map_or(0, |own| own.count().into()), "record has", "records have");
        notes.push(format!("{name}: {records} a member of that name, and there it counts"));
    }
    Ok((query, notes))
}

/// The field with that name, as filters write it; `option` is where the name was given.
pub(super) fn field(evidence: &Evidence, option: &str, name: &str) -> anyhow::Result<Field> {
    anyhow::ensure!(!name.is_empty(), "{option}: a name is missing; names stand with commas between");
    evidence.field(name).map_err(|why| anyhow!("{option} {}: {why}", shown_short(name, 80)))
}

/// Names with commas between them; a comma in a quoted name does not part.
pub(super) fn names(lists: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    for list in lists {
        let (mut name, mut is_quoted, mut is_escaped) = (String::new(), false, false);
        for c in list.chars() {
            match c {
                ',' if !is_quoted => out.push(std::mem::take(&mut name)),
                c => {
                    is_quoted ^= c == '"' && !is_escaped;
                    is_escaped = c == '\\' && is_quoted && !is_escaped;
                    name.push(c);
                }
            }
        }
        out.push(name);
    }
    out.into_iter().map(|name| name.trim().to_owned()).collect()
}

/// An error of several lines, safe to show as they are.
#[derive(Debug)]
pub(super) struct Lines(pub(super) String);

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Lines {}

/// Says something on standard error, in one line.
pub(super) fn note(text: &str) {
    // Nobody is left to be told where it is closed.
    let _ = writeln!(std::io::stderr(), "probity: {}", shown(text));
}

/// What is to be known of bundles with the same records, or with others in their place.
fn repeated(evidence: &Evidence, paths: &[PathBuf]) -> Vec<String> {
    let mut out = Vec::new();
    for repeated in evidence.repeated() {
        let name = |at: usize| paths.get(at).map(|path| path.display().to_string()).unwrap_or_default();
        let (later, earlier) = (name(repeated.bundles.0), name(repeated.bundles.1));
        if repeated.same > 0 {
            let records = count(repeated.same.into(), "record is", "records are");
            out.push(format!("{records} in {earlier} and again in {later}: each counts once"));
        }
        if let (differing @ 1.., first) = repeated.differing {
            let seq = first.map(|seq| format!(", first at seq {seq}")).unwrap_or_default();
            let places = count(differing.into(), "place", "places");
            out.push(format!(
                "two different records claim one place in the log {} ({places}{seq}; {earlier} and {later}): equivocation split",
                repeated.origin
            ));
        }
    }
    out
}

/// Says how many records are not here, and what speaks against those that are: below figures that are made of all of them.
pub(super) fn reserve(evidence: &Evidence) {
    for line in crate::analysis::bundles::absences(evidence) {
        note(&line);
    }
    if let Some(against) = against(evidence) {
        note(&against);
    }
}

/// What speaks against the bundles, in a few words; `None` where nothing does. Bundles are named where there are several.
pub(super) fn against(evidence: &Evidence) -> Option<String> {
    let several = evidence.logs().len() > 1;
    let told: Vec<String> = evidence
        .logs()
        .iter()
        .filter_map(|log| {
            let axes = of_report(&log.index.report)?;
            Some(if several { format!("{axes} in {}", log.index.bundle().display()) } else { axes })
        })
        .collect();
    (!told.is_empty()).then(|| format!("{}: probity verify says where", told.join("; ")))
}

fn of_report(report: &Report) -> Option<String> {
    let mut axes: Vec<String> = axes_against(report).iter().map(|(axis, value)| format!("{axis} {value}")).collect();
    if report.verdict.integrity == Integrity::Unverifiable {
        axes.insert(0, format!("integrity {}", Integrity::Unverifiable.name()));
    }
    (!axes.is_empty()).then(|| axes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_at_commas_outside_quotes() {
        for (lists, expected) in [
            (&["a,b"][..], &["a", "b"][..]),
            (&["a", "b, c"], &["a", "b", "c"]),
            (&[r#"x."a,b",y"#], &[r#"x."a,b""#, "y"]),
            (&[r#""a\",b",y"#], &[r#""a\",b""#, "y"]),
            (&[r#""a\\",y"#], &[r#""a\\""#, "y"]),
            (&["a,"], &["a", ""]),
        ] {
            let lists: Vec<String> = lists.iter().map(|&list| list.to_owned()).collect();
            assert_eq!(names(&lists), expected);
        }
    }
}
