//! Opening bundles, or a case with its bundles: what takes long gives its first lines before.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::facts::Facts;
use super::settings::Recent;
use crate::bundle::reading::Watch as _;
use crate::case::{Author, Case, Draft, Found, draft, is_case, other_drafts};
use crate::evidence::Evidence;
use crate::index::Choice;
use crate::integrity::code::{Code, Severity};
use crate::integrity::{Options, Report};
use crate::jobs::Progress;
use crate::record::ResultReading;
use crate::record::sealed::hex;
use crate::tlog::note::{KeyKind, VerifierKey};

/// What was opened, before it gets its threads.
#[derive(Debug)]
pub struct Opened {
    pub(super) evidence: Arc<Evidence>,
    pub(super) facts: Facts,
    pub(super) case: Option<Case>,
    pub(super) is_draft: bool,
    pub(super) draft: Option<PathBuf>,
    pub(super) others: Vec<Draft>,
    pub(super) in_case: Option<Recent>,
    pub(super) author: Author,
    /// What is to be told: bundles of the case that are not at hand, marks that found no place.
    pub told: Vec<String>,
}

impl Opened {
    /// A part of the bundles, without a case.
    fn part(evidence: Evidence, progress: &Progress) -> Self {
        let facts = Facts::of(&evidence, progress);
        let author = Author::default();
        Self {
            evidence: Arc::new(evidence),
            facts,
            case: None,
            is_draft: false,
            draft: None,
            others: Vec::new(),
            in_case: None,
            author,
            told: Vec::new(),
        }
    }
}

/// What to open, and how.
#[derive(Debug)]
pub(super) struct ToOpen {
    /// Bundles, or one case.
    pub paths: Vec<PathBuf>,
    /// Keys and checkpoints of the auditor.
    pub options: Options,
    /// Who works.
    pub author: Author,
    /// Read every byte again, also of a bundle whose index is there.
    pub verifies: bool,
    /// The folder of drafts; `None` where there is none.
    pub drafts: Option<PathBuf>,
    /// The folder that indexes are kept in; `None` for the user's cache folder.
    pub cache: Option<PathBuf>,
    /// How results are read where a log does not say that.
    pub results: Option<ResultReading>,
    /// Cases that were opened lately.
    pub cases: Vec<Recent>,
}

/// So many lines of a bundle are shown while all of it is read.
const LOOK_LINES: u64 = 20_000;

/// Opens bundles, or a case with its bundles. What takes long gives its first lines to `look` before. Where the reading is stopped,
/// what was read by then is what was opened: without the case, because work on it needs to know what it is about.
///
/// # Errors
/// What went wrong, for people.
pub(super) fn open(what: ToOpen, progress: &Progress, look: &dyn Fn(Opened)) -> Result<Opened, String> {
    let ToOpen { paths, options, author, verifies, drafts, cache, results, cases } = what;
    let mut told = Vec::new();
    let (mut case, mut author, mut bundles) = (None, Some(author), Vec::new());
    for path in paths {
        if !is_case(&path) {
            bundles.push(path);
        } else if let Some(by) = author.take() {
            let opened = Case::open(&path, by).map_err(|error| error.to_string())?;
            for (_, bundle) in opened.bundles() {
                match opened.find(bundle).map_err(|error| error.to_string())? {
                    Found::At(path) => bundles.push(path),
                    Found::Changed(path) => told.push(format!(
                        "{} of the log {} is not open: {} is another bundle now",
                        bundle.name,
                        bundle.origin,
                        path.display()
                    )),
                    Found::Missing => told.push(format!(
                        "{} of the log {} is not open: it is not where it was, nor beside the case",
                        bundle.name, bundle.origin
                    )),
                }
            }
            case = Some(opened);
        } else {
            return Err(format!("{}: two cases are not opened at once; merge them", path.display()));
        }
    }
    // A case brings along what may be named beside it.
    let mut known = HashSet::new();
    bundles.retain(|path| known.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    if bundles.is_empty() {
        return Err(if told.is_empty() { "there is no bundle to open".to_owned() } else { told.join("; ") });
    }
    let choice = Choice { renews: verifies, cache, ..Choice::default() };
    let first = Evidence::first(&bundles, &options, &choice, LOOK_LINES, progress);
    if let Some(first) = first.map_err(|error| error.to_string())? {
        let part = Opened::part(first, progress);
        if progress.is_stopped() {
            return Ok(part);
        }
        look(part);
    }
    let mut evidence = Evidence::open(&bundles, &options, &choice, progress).map_err(|error| error.to_string())?;
    if let Some(reading) = results {
        evidence.read_results(reading, progress).map_err(|error| error.to_string())?;
    }
    if evidence.is_part() {
        return Ok(Opened::part(evidence, progress));
    }
    // A text is no log because the key of one is trusted.
    let is_none = |report: &Report| {
        let is_said = |code: Code| report.finding_counts.contains_key(code.name());
        report.lines == 0 || is_said(Code::VerifyNotChained) || is_said(Code::ContainerNotABundle)
    };
    if let Some(log) = evidence.logs().iter().find(|log| log.index.report.records == 0 && is_none(&log.index.report)) {
        let report = &log.index.report;
        let why = report.findings.iter().find(|finding| finding.code.severity() == Severity::Error);
        let why = why.map_or("there is no record in it that could be checked", |finding| finding.meaning.as_str());
        return Err(format!("{}: {why}", log.index.bundle().display()));
    }
    let first = evidence.logs().first().map(|log| (log.index.origin.as_str(), log.index.report.bundle_digest.as_ref()));
    let place = drafts.as_deref();
    let draft = first.and_then(|(origin, digest)| Some(draft(place?, origin, digest)));
    let mut is_draft = false;
    if case.is_none()
        && let Some(place) = draft.as_ref().filter(|place| place.is_file())
        && let Some(by) = author.take()
    {
        match Case::open(place, by) {
            Ok(opened) => {
                case = Some(opened);
                is_draft = true;
                told.push("Your draft for this bundle is open with it".to_owned());
            }
            Err(error) => told.push(error.to_string()),
        }
    }
    if let Some(case) = &mut case {
        told.extend(case.unsigned().map(|why| format!("The journal of the case: {why}")));
        let unplaced = case.mark(&evidence, progress).map_err(|error| error.to_string())?;
        if unplaced.records > 0 {
            let records =
                super::counted(unplaced.records, "record with tags or notes is", "records with tags or notes are");
            told.push(format!("{records} not in the bundles that are open"));
        }
        told.extend(unplaced.incidents.iter().map(|(id, why)| format!("incident {id}: {why}")));
        if case.read_only().is_none() {
            let opened = evidence.logs().iter().try_for_each(|log| {
                // Keys of other logs took no part.
                let is_of_log =
                    |key: &&VerifierKey| key.kind() == KeyKind::Cosignature || key.name() == log.index.origin;
                let trust: Vec<VerifierKey> = options.trust.iter().filter(is_of_log).cloned().collect();
                case.opened(&log.index, "window", &trust, verifies)
            });
            // The evidence can be read all the same.
            told.extend(opened.err().map(|error| format!("This is not put on record: {error}")));
        }
    }
    let author = author.unwrap_or_default();
    let facts = Facts::of(&evidence, progress);
    // What was saved as a case says by itself what it is about.
    let is_saved = case.is_some() && !is_draft;
    let others = first
        .filter(|_| !is_saved)
        .and_then(|(origin, digest)| Some(other_drafts(place?, origin, digest)))
        .unwrap_or_default();
    let in_case = (!is_saved).then(|| case_about(cases, &evidence)).flatten();
    Ok(Opened { evidence: Arc::new(evidence), facts, case, is_draft, draft, others, in_case, author, told })
}

/// The case opened last that is about one of these bundles, and is still there.
fn case_about(cases: Vec<Recent>, evidence: &Evidence) -> Option<Recent> {
    let digests = digests(evidence.logs().iter().map(|log| &log.index.report));
    cases.into_iter().find(|known| known.bundles.iter().any(|digest| digests.contains(digest)) && is_case(&known.path))
}

/// The digests of bundles, in hex.
pub(super) fn digests<'r>(reports: impl Iterator<Item = &'r Report>) -> Vec<String> {
    reports.filter_map(|report| Some(hex(report.bundle_digest.as_ref()?))).collect()
}
