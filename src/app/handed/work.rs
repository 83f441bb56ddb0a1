//! The writing of what is handed out, on a thread of its own: what is shown goes to `report`, with where it is from.

use std::path::Path;
use std::sync::Arc;

use super::{Form, Wanted};
use crate::analysis::related::Related;
use crate::app::ask;
use crate::bundle::reading::Watch;
use crate::case::entry::Action;
use crate::columns::Selection;
use crate::evidence::Evidence;
use crate::integrity::Options;
use crate::jobs::Progress;
use crate::record::figures::{count, counted};
use crate::report::again::Command;
use crate::report::export::{self, Export, ExportError};
use crate::report::file::FileError;
use crate::report::provenance::{Asked, CaseTold, Made, Provenance};
use crate::report::rows::{Rows, named, resolve};
use crate::report::slice::{Sidecar, Slice, SlicingError};

/// What was written.
#[derive(Debug)]
pub(in crate::app) struct Done {
    /// In one sentence.
    pub told: String,
    /// For the journal.
    pub action: Action,
}

/// Everything that a file is made of.
#[derive(Debug)]
pub(super) struct Order {
    pub evidence: Arc<Evidence>,
    pub rows: ask::Rows,
    /// What belongs to them, where that is known already.
    pub related: Option<Arc<Related>>,
    pub source: Source,
    /// What the auditor brings.
    pub options: Options,
    pub wanted: Wanted,
}

/// Where it is from.
#[derive(Debug)]
pub(super) struct Source {
    /// The filter with kind and time, as one text.
    pub filter: String,
    pub columns: Vec<String>,
    pub sort: Vec<String>,
    /// The case without which the filter finds other records.
    pub case_file: Option<String>,
    pub by: String,
    /// The files of the keys that a signature fits: what else is trusted decides nothing here.
    pub trusted: Vec<String>,
    /// Where results stand by the settings, in logs that do not say it.
    pub results: Option<String>,
    pub case: Option<CaseTold>,
}

/// The records that belong to those shown.
pub(super) fn related(evidence: &Evidence, rows: &Selection, watch: &dyn Watch) -> Result<Related, String> {
    let [log] = evidence.logs() else { return Err("a slice is cut out of one bundle".to_owned()) };
    Related::of(evidence, log, rows, watch).map_err(|error| error.to_string())
}

impl Order {
    pub(super) fn write(self, progress: &Progress) -> Result<Done, String> {
        match self.wanted.form {
            Form::Export(form) => self.export(form, progress),
            Form::Slice => self.slice(progress),
            Form::Report(_) | Form::Dossier(_) => Err("a document is no file of records".to_owned()),
        }
    }

    /// The command that makes the same again.
    fn again(&self, command: &str) -> Command {
        Command::new(command)
            .bundles(&self.evidence)
            .word(&self.source.filter)
            .each("--trust", &self.source.trusted)
            .option("--case", self.source.case_file.as_ref())
    }

    fn provenance(&self, made: Made) -> Result<Provenance, String> {
        let asked = Asked::of(&self.evidence, self.source.filter.clone(), &self.rows.selection);
        let asked = asked.map_err(|error| error.to_string())?;
        let provenance = Provenance::of(&self.evidence, self.source.case.clone(), made, asked);
        let mut provenance = provenance.map_err(|error| error.to_string())?;
        // The log does not say it, and the command that makes the same again does not know it.
        provenance.not_proven.extend(self.source.results.as_deref().map(results_of_settings));
        Ok(provenance)
    }

    fn export(self, form: export::Form, progress: &Progress) -> Result<Done, String> {
        let evidence = &*self.evidence;
        let columns = named(evidence, &self.source.columns).map_err(|error| error.to_string())?;
        let columns = resolve(evidence, columns, form.is_typed(), progress).map_err(|error| error.to_string())?;
        let order = self.rows.order.as_deref().cloned();
        let rows = Rows::new(&self.rows.selection, order, None);
        evidence.check(rows.selection()).map_err(|error| error.to_string())?;
        // A name that says no form does not say it to the command either.
        let named = export::Form::of_name(&self.wanted.path) == Some(form);
        let again = self
            .again("query")
            .option("--format", (!named).then(|| form.name()))
            .list("--columns", &self.source.columns)
            .list("--sort", &self.source.sort)
            .option("--output", name(&self.wanted.path));
        let provenance = self.provenance(Made::now(&self.source.by))?;
        let export = Export {
            evidence,
            rows: &rows,
            columns: &columns,
            form,
            sort: self.source.sort.clone(),
            provenance,
            again: again.to_string(),
        };
        let written = export.write(&self.wanted.path, progress).map_err(|error| match error {
            ExportError::File(error) => advised(&error),
            error => error.to_string(),
        })?;
        let content = &written.told.content;
        let mut told = format!("{} exported to {}", counted(content.records, "record", "records"), written.file.name);
        if content.left_out > 0 {
            let lines = counted(content.left_out, "line holds", "lines hold");
            told.push_str(&format!("; {lines} no record and is left out"));
        }
        Ok(Done { told, action: written.action() })
    }

    fn slice(self, progress: &Progress) -> Result<Done, String> {
        let [log] = self.evidence.logs() else { return Err("a slice is cut out of one bundle".to_owned()) };
        let found = match &self.related {
            _ if !self.wanted.is_related => None,
            Some(found) => Some(Arc::clone(found)),
            None => Some(Arc::new(related(&self.evidence, &self.rows.selection, progress)?)),
        };
        let made = Made::now(&self.source.by);
        let again = self
            .again("slice")
            .word(if found.is_some() { "--related" } else { "" })
            .option("--at", Some(&made.at))
            .option("--output", name(&self.wanted.path));
        let provenance = self.provenance(made)?;
        let added = found.iter().flat_map(|related| &related.added);
        let slice = Slice {
            evidence: &self.evidence,
            log,
            rows: found.as_ref().map_or(self.rows.selection.bitmap(), |related| &related.rows),
            related: added.map(|(kind, count)| ((*kind).to_owned(), *count)).collect(),
            options: &self.options,
            provenance,
            again: again.to_string(),
        };
        let written = slice.write(&self.wanted.path, progress).map_err(|error| match error {
            SlicingError::File(error) => advised(&error),
            error => error.to_string(),
        })?;
        let told = format!("Slice written to {}. {}", written.told.file.name, proven(&written.told));
        Ok(Done { told, action: written.action() })
    }
}

/// What the settings of the window say in place of the log.
pub(super) fn results_of_settings(path: &str) -> String {
    format!(
        "that the results of decisions stand at {path}: where the log does not say where they stand, the settings of the window did"
    )
}

fn name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}

/// What went wrong with a file, and what to do.
pub(super) fn advised(error: &FileError) -> String {
    match error {
        FileError::Exists { .. } => error.to_string(),
        FileError::Io { .. } => format!("{error}. Choose another folder, or make room there"),
    }
}

/// What a slice proves, in one sentence.
fn proven(told: &Sidecar) -> String {
    let (slice, verified) = (&told.slice, &told.verified);
    let withheld = match slice.withheld {
        0 => "no leaf of the log was withheld".to_owned(),
        1 => "1 leaf of the log was withheld".to_owned(),
        several => format!("{} leaves of the log were withheld", count(several)),
    };
    let is_trusted = verified.verdict.get("authorship").is_none_or(|word| word != "self_asserted");
    match verified.complete_to {
        Some(size) => {
            let of = if verified.as_signed == slice.records {
                String::new()
            } else {
                format!("{} of ", count(verified.as_signed))
            };
            let records = counted(slice.records, "record stands", "records stand");
            let size = count(size);
            format!("{of}{records} in the log as signed under its checkpoint of size {size}; {withheld}.")
        }
        None if !is_trusted => {
            format!("The signed roots come out, but under no key that you trust; {withheld}.")
        }
        None => format!("No checkpoint says that its records belong to the log; {withheld}."),
    }
}
