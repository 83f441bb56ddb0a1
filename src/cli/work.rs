//! What the commands that work on a case have in common: whose work it is, which case, which records.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;

use super::bundles::{Bundles, note};
use super::progress::Progress;
use super::text::count;
use crate::bundle::reading::Unwatched;
use crate::case::entry::Records;
use crate::case::{Author, Case, CaseError, Digest, Found, drafts_folder, keys, other_drafts};
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, Log};
use crate::index::Choice;
use crate::query::{Expr, Term};
use crate::record::text::shown_short;

/// Names who works, where the system's name for them is not the right one.
const ACTOR: &str = "PROBITY_ACTOR";

/// Who works: the name from the environment, and their key where there is one.
pub(super) fn author() -> Author {
    let name = [ACTOR, "USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()));
    let (key, no_key) = match keys::place().and_then(|place| keys::read(&place)) {
        Ok(key) => (key.map(Arc::new), None),
        Err(CaseError::NoFolder(_)) => (None, None),
        Err(error) => (None, Some(error.to_string())),
    };
    Author { actor: name.unwrap_or_else(|| "unknown".to_owned()), key, no_key }
}

/// Opens a case, and says what is to be known of it.
pub(super) fn open(path: &Path) -> anyhow::Result<Case> {
    let case = Case::open(path, author())?;
    for damage in case.damage().iter().take(3) {
        note(&format!("{}: {damage}", path.display()));
    }
    if let Some(why) = case.unsigned() {
        let advice = match case.damage().is_empty() && case.can_sign() {
            true => " (probity case journal shows it, probity case sign signs it)",
            false => "",
        };
        note(&format!("{}: {why}{advice}", path.display()));
    }
    Ok(case)
}

/// Opens a case to write into it; makes it where there is none.
pub(super) fn open_or_make(path: &Path) -> anyhow::Result<Case> {
    if std::fs::symlink_metadata(path).is_ok() {
        return open(path);
    }
    let case = Case::create(path, author())?;
    note(&format!("{}: a new case", path.display()));
    Ok(case)
}

/// Where the draft for a bundle is.
pub(super) fn place_of_draft(log: &Log) -> Result<PathBuf, CaseError> {
    let folder = drafts_folder()?;
    Ok(crate::case::draft(&folder, &log.index.origin, log.index.report.bundle_digest.as_ref()))
}

/// Names work on other bundles of the log that is not in a case.
pub(super) fn tell_other_drafts(log: &Log, case: Option<&Case>) {
    let journals = case.map(Case::references).unwrap_or_default();
    let digest = log.index.report.bundle_digest.as_ref();
    let others = drafts_folder().map(|folder| other_drafts(&folder, &log.index.origin, digest)).unwrap_or_default();
    let named = others.iter().filter(|draft| !draft.is_in(&journals));
    let named: Vec<String> =
        named.map(|draft| format!("{} ({})", shown_short(&draft.bundle, 100), draft.path.display())).collect();
    if !named.is_empty() {
        let named = named.join(", ");
        note(&format!("there are drafts on other bundles of this log (probity case merge takes them in): {named}"));
    }
}

/// The draft of the first bundle, where there is one.
pub(super) fn draft(evidence: &Evidence) -> anyhow::Result<Option<Case>> {
    let Some(log) = evidence.logs().first() else { return Ok(None) };
    let Ok(place) = place_of_draft(log) else { return Ok(None) };
    if !place.is_file() {
        return Ok(None);
    }
    let case = open(&place)?;
    note("your draft for this bundle is read with it (probity case save keeps it as a case)");
    Ok(Some(case))
}

/// The draft of the first bundle, made where there is none.
fn draft_or_new(evidence: &Evidence) -> anyhow::Result<Case> {
    let log = evidence.logs().first().ok_or_else(|| anyhow!("there is no log"))?;
    let place = place_of_draft(log)?;
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| anyhow!("{}: {}", folder.display(), crate::os::Plain(&error)))?;
    }
    if place.is_file() {
        return open(&place);
    }
    note("no case was given: this is kept as a draft for this bundle (probity case save keeps it as a case)");
    Ok(Case::create(&place, author())?)
}

/// Opens the bundles and the case that a command writes into: the one given, or a draft.
pub(super) fn open_to_write(bundles: &Bundles, by: &str) -> anyhow::Result<(Evidence, Case)> {
    let (evidence, case, ()) = bundles.ask_case(&Choice::default(), by, |_| Ok(()))?;
    let case = match case {
        Some(case) => case,
        None => {
            let mut case = draft_or_new(&evidence)?;
            evidence.logs().iter().try_for_each(|log| case.opened(&log.index, by, &[], false))?;
            case
        }
    };
    if let Some(log) = evidence.logs().first().filter(|log| place_of_draft(log).is_ok_and(|place| place == case.path()))
    {
        tell_other_drafts(log, Some(&case));
    }
    Ok((evidence, case))
}

/// Where the bundles of a case are.
pub(super) fn located(case: &Case) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for (_, bundle) in case.bundles() {
        match case.find(bundle)? {
            Found::At(path) => paths.push(path),
            Found::Changed(path) => note(&format!(
                "{} of the log {}: {} is another bundle now; it is left out (probity case locate says where it is)",
                bundle.name,
                bundle.origin,
                path.display()
            )),
            Found::Missing => note(&format!(
                "{} of the log {} is not where it was, nor beside the case; it is left out (probity case locate says where it is)",
                bundle.name, bundle.origin
            )),
        }
    }
    anyhow::ensure!(
        !paths.is_empty(),
        "{}: no bundle of this case is at hand; probity case add puts one into it, probity case locate says where one is",
        case.path().display()
    );
    Ok(paths)
}

/// Tells the evidence what the case says about its rows.
pub(super) fn mark(case: &Case, evidence: &Evidence) -> anyhow::Result<()> {
    let progress = Progress::new();
    let unplaced = case.mark(evidence, &progress);
    progress.clear();
    let unplaced = unplaced?;
    if unplaced.records > 0 {
        let records = count(unplaced.records as u64, "record", "records");
        note(&format!("{records} with tags or notes in the case are not in the bundles that are open"));
    }
    for (id, why) in unplaced.incidents {
        note(&format!("incident {id}: its filter selects nothing here: {why}"));
    }
    Ok(())
}

/// Says that what is done cannot be put on record, where that is so.
pub(super) fn tell_read_only(case: &Case) {
    if let Some(why) = case.read_only() {
        note(&format!("{}: open for reading only, since {why}: this is not put on record", case.path().display()));
    }
}

/// Puts something on record; what is read only was told when it was opened. A full disk keeps nobody from reading: what could
/// not be put on record is told.
pub(super) fn on_record(case: &mut Case, put: impl FnOnce(&mut Case) -> Result<(), CaseError>) {
    if case.read_only().is_none()
        && let Err(error) = put(case)
    {
        note(&format!("this is not put on record: {error}"));
    }
}

/// The records that a command is about.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Which records: their audit_id, @ and their seq, or their hash of 64 hex digits; -- goes before ids that begin with -
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// All records that pass a filter
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    filter: Option<String>,
}

impl Which {
    /// Whether none were named.
    pub(super) fn is_none(&self) -> bool {
        self.ids.is_empty() && self.filter.is_none()
    }

    /// Finds them. An id that no record has, or several have, is an error: nothing is done by halves.
    pub(super) fn find(&self, evidence: &Evidence) -> anyhow::Result<Records> {
        let mut rows = Bitmap::none(evidence.rows());
        for id in &self.ids {
            rows.or(&one(evidence, id)?);
        }
        if let Some(filter) = &self.filter {
            let query = evidence.parse(filter).map_err(|error| {
                super::bundles::Lines(format!("the filter is not understood:\n{}", error.report(filter)))
            })?;
            rows.or(evidence.select(&query.expr, &Unwatched)?.bitmap());
        }
        let (records, nameless) = evidence.records_of(&rows)?;
        if nameless > 0 {
            let lines = count(nameless, "line states", "lines state");
            note(&format!("{lines} no place or hash, and cannot be named in a case: left out"));
        }
        Ok(Records::of(records.iter().map(|(log, seq, hash)| (log.as_str(), *seq, Digest(*hash)))))
    }
}

/// The rows of one id.
fn one(evidence: &Evidence, id: &str) -> anyhow::Result<Bitmap> {
    let by_hash = Digest::parse(id);
    let seq = id.strip_prefix('@').map(|seq| seq.parse::<u64>().map_err(|_| anyhow!("{id}: no number behind the @")));
    let rows = match (by_hash, seq.transpose()?) {
        (Some(hash), _) => {
            let mut rows = Bitmap::none(evidence.rows());
            for log in evidence.logs() {
                for (row, stated) in (log.rows.start..).zip(log.index.hashes_of(0..log.index.rows)?) {
                    if stated == Some(hash.0) {
                        rows.set(row, true);
                    }
                }
            }
            rows
        }
        (None, Some(seq)) => select(evidence, Term::Seq { from: seq, to: seq })?.bitmap().clone(),
        (None, None) => {
            // Asked for as a filter would: quoted, so that nothing in it means anything.
            let quoted = id.replace('\\', "\\\\").replace('"', "\\\"");
            let query = evidence.parse(&format!("audit_id:\"{quoted}\"")).map_err(|error| anyhow!("{id}: {error}"))?;
            evidence.select(&query.expr, &Unwatched)?.bitmap().clone()
        }
    };
    let shown = shown_short(id, 100);
    match rows.count() {
        0 => Err(anyhow!("{shown}: no record has this id")),
        // The same record in two bundles is one.
        several if several > 1 && by_hash.is_none() && !is_one_record(evidence, &rows)? => {
            Err(anyhow!("{shown}: {several} records have this id; name one by its hash, or all of them with --filter"))
        }
        _ => Ok(rows),
    }
}

fn is_one_record(evidence: &Evidence, rows: &Bitmap) -> anyhow::Result<bool> {
    let (records, _) = evidence.records_of(rows)?;
    Ok(records.windows(2).all(|pair| pair[0].2 == pair[1].2))
}

fn select(evidence: &Evidence, term: Term) -> anyhow::Result<Selection> {
    Ok(evidence.select(&Expr::Term(term), &Unwatched)?)
}
