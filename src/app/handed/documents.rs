//! Reports and dossiers from the window: of all of the evidence, or of the decision that is selected. What draws their pictures stands above
//! the views and was given to the window ([`Exhibits`]).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::work::Done;
use super::{Form, NotNow, Wanted};
use crate::analysis::thresholds::Thresholds;
use crate::app::exhibits::{Exhibits, Opened};
use crate::app::keeper::Snapshot;
use crate::app::{App, file_name};
use crate::case::entry::Value;
use crate::columns::{Bitmap, Selection};
use crate::evidence::Evidence;
use crate::jobs::Progress;
use crate::record::Kind;
use crate::report::again::Command;
use crate::report::document::Picture;
use crate::report::dossier::Dossier;
use crate::report::investigation::{Gathering, Report, Subject};
use crate::report::issue::{self, Issue, Issued};
use crate::report::provenance::{Asked, CaseTold, Made, Provenance};

/// What a document is made of.
struct Order {
    evidence: Arc<Evidence>,
    case: Option<Arc<Snapshot>>,
    actor: String,
    /// The files of the keys that a signature fits: what else is trusted decides nothing here.
    trusted: Vec<String>,
    /// Where results stand by the settings, in logs that do not say it.
    results: Option<String>,
    form: issue::Form,
    path: PathBuf,
}

impl App {
    /// The decision that is selected, with how it is named on the command line.
    #[must_use]
    pub fn decision_to_hand(&self) -> Option<(u32, String)> {
        let row = self.selected()?;
        let evidence = self.session()?.evidence();
        let kind = *evidence.kinds().ok()?.get(row as usize)?;
        let seq = evidence.seqs().seq(row)?;
        (kind == Kind::Decision.place()).then(|| (row, format!("@{seq}")))
    }

    /// Why a document cannot be written now.
    pub(super) fn can_write_document(&self, form: Form) -> Result<(), NotNow> {
        let session = self.session.as_ref().ok_or(NotNow::Nothing)?;
        if let Some((name, ..)) = self.handing() {
            return Err(NotNow::Busy(name.to_owned()));
        }
        if session.evidence().is_part() {
            return Err(NotNow::Part);
        }
        match form {
            Form::Dossier(_) if self.decision_to_hand().is_none() => Err(NotNow::NoDecision),
            _ => Ok(()),
        }
    }

    /// The files of the trusted keys that a signature of a checkpoint fits.
    pub(super) fn keys_that_fit(&self) -> Vec<String> {
        let logs = self.session.iter().flat_map(|session| session.evidence().logs());
        let signers = logs.flat_map(|log| &log.index.report.checkpoints).flat_map(|checkpoint| &checkpoint.signers);
        let fitting: Vec<String> = signers
            .filter(|signer| signer.trusted && signer.valid == Some(true))
            .map(|signer| format!("{}+{}+", signer.name, signer.key_id))
            .collect();
        let fits = |key: &str| fitting.iter().any(|known| key.starts_with(known.as_str()));
        let keys = self.keyring.iter().filter(|(_, key)| fits(&key.to_string()));
        keys.map(|(path, _)| file_name(path)).collect()
    }

    pub(super) fn write_document(&mut self, wanted: Wanted) {
        let Some(session) = self.session.as_ref().filter(|_| self.can_write_document(wanted.form).is_ok()) else {
            return;
        };
        let evidence = Arc::clone(session.evidence());
        let opened = Opened {
            paths: evidence.logs().iter().map(|log| log.index.bundle().to_owned()).collect(),
            trusted: self.keyring.iter().map(|(_, key)| key.to_string()).collect(),
            cache: self.settings.cache.clone(),
        };
        let (Form::Report(form) | Form::Dossier(form)) = wanted.form else { return };
        let order = Order {
            evidence,
            case: session.case().cloned(),
            actor: self.actor().unwrap_or_else(|| "unknown".to_owned()),
            trusted: self.keys_that_fit(),
            results: self.settings.results.as_ref().map(|results| results.path.clone()),
            form,
            path: wanted.path,
        };
        let name = file_name(&order.path);
        match (wanted.form, self.decision_to_hand()) {
            (Form::Dossier(_), Some((row, id))) => {
                self.start_job(&name, move |progress| order.dossier(row, &id, progress));
            }
            (Form::Report(_), _) => {
                let by = self.exhibits.by();
                self.start_job(&name, move |progress| order.report(by.as_deref(), &opened, progress));
            }
            _ => {}
        }
    }
}

impl Order {
    fn provenance(&self, filter: String, found: &Selection) -> Result<Provenance, String> {
        let asked = Asked::of(&self.evidence, filter, found).map_err(|error| error.to_string())?;
        let case =
            self.case.as_ref().map(|case| CaseTold { title: case.title(), journal: case.journals.first().cloned() });
        let made = Made::now(&self.actor);
        let provenance = Provenance::of(&self.evidence, case, made, asked);
        let mut provenance = provenance.map_err(|error| error.to_string())?;
        provenance.not_proven.extend(self.results.as_deref().map(super::work::results_of_settings));
        Ok(provenance)
    }

    /// The end of the command that makes the same again.
    fn again(&self, command: Command, made: &Made) -> String {
        let case = self.case.as_ref().filter(|case| !case.is_draft).map(|case| file_name(&case.path));
        command
            .each("--trust", &self.trusted)
            .option("--case", case)
            .option("--at", Some(&made.at))
            .option("--output", Some(file_name(&self.path)))
            .to_string()
    }

    fn report(self, by: Option<&dyn Exhibits>, opened: &Opened, progress: &Progress) -> Result<Done, String> {
        let evidence = &*self.evidence;
        let state = self.case.as_ref().map(|case| &case.state);
        let thresholds = Thresholds::built_in().map_err(|error| error.to_string())?;
        let found = Gathering::of(evidence, state, &Subject::All, &thresholds, progress);
        let found = found.map_err(|error| error.to_string())?;
        let provenance = self.provenance(String::new(), &Selection::all(evidence.rows()))?;
        let again = self.again(Command::new("report").bundles(evidence), &provenance.made);
        let pictures = self.pictures(by, opened, &found, progress)?;
        let report = Report {
            evidence,
            case: state,
            found: &found,
            provenance: &provenance,
            again: &again,
            pictures: &pictures,
        };
        let document = report.document().map_err(|error| error.to_string())?;
        let issue = Issue { document: &document, json: None, form: self.form, provenance, again };
        done(issue, &self.path)
    }

    /// The timelines of the stories; none in a window that draws none.
    fn pictures(
        &self,
        by: Option<&dyn Exhibits>,
        opened: &Opened,
        found: &Gathering,
        progress: &Progress,
    ) -> Result<Vec<Option<Picture>>, String> {
        let Some(by) = by else { return Ok(Vec::new()) };
        let items = self.case.iter().flat_map(|case| case.state.items());
        let values = items.flat_map(|(_, item)| item.values());
        let marks = values.filter(|value| matches!(value, Value::Mark { .. } | Value::Span { .. })).cloned().collect();
        let stories: Vec<_> = found.told.iter().map(|told| &told.story).collect();
        by.timelines(opened, marks, &stories, progress)
    }

    fn dossier(self, row: u32, id: &str, progress: &Progress) -> Result<Done, String> {
        let evidence = &*self.evidence;
        let found = Selection::new(Bitmap::from_rows(evidence.rows(), [row]));
        let provenance = self.provenance(id.to_owned(), &found)?;
        let again = self.again(Command::new("dossier").bundles(evidence).word(id), &provenance.made);
        let dossier = Dossier::of(evidence, &[row], (None, provenance.clone(), again.clone()), progress);
        let dossier = dossier.map_err(|error| error.to_string())?;
        let json = (self.form == issue::Form::Json).then(|| dossier.json()).transpose();
        let json = json.map_err(|error| error.to_string())?;
        done(Issue { document: &dossier.document(), json, form: self.form, provenance, again }, &self.path)
    }
}

fn done(issue: Issue<'_>, path: &Path) -> Result<Done, String> {
    let issued: Issued = issue.write(path).map_err(|error| match error {
        issue::IssueError::File(error) => super::work::advised(&error),
        error => error.to_string(),
    })?;
    let told = format!("{} written to {}", issued.told.document.kind, issued.told.file.name);
    Ok(Done { told, action: issued.action() })
}
