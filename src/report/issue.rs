//! A report or dossier that is handed out: one file, and beside it a sidecar that says where it is from (`assets/spec/reports.md`).

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::document::{Document, html, pdf};
use super::export::sidecar_of;
use super::file::{FileError, Handed, NewFile};
use super::provenance::Provenance;
use crate::case::Digest;
use crate::case::entry::Action;

/// The form of the sidecar.
pub const FORMAT: &str = "probity-report/1";

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// HTML, in one file that needs no other.
    Html,
    /// PDF/A.
    Pdf,
    /// JSON, where the document has such a form.
    Json,
}

impl Form {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Html, Self::Json];

    /// Its name, which is also how names of such files end.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Json => "json",
        }
    }

    /// The one that a file's name asks for.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|form| form.name() == ending)
    }
}

/// What the sidecar says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    /// [`FORMAT`].
    pub format: String,
    /// The file that it is about.
    pub file: Handed,
    /// What is in it.
    pub document: Content,
    /// Where it is from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The command that makes the same file again.
    pub again: String,
}

/// What is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// `html`, `pdf` or `json`.
    pub form: String,
    /// What it is: `Investigation report`, say.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// The titles of its sections.
    pub sections: Vec<String>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// What was said.
    pub told: Sidecar,
    /// Its sidecar.
    pub sidecar: Handed,
    /// Where the file is.
    pub path: PathBuf,
}

/// Why nothing was handed out. Nothing stands under the name then.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The PDF cannot be made.
    #[error("{}: {source}", path.display())]
    Pdf {
        /// The file.
        path: PathBuf,
        /// Why.
        source: pdf::PdfError,
    },
    /// The document has no such form.
    #[error("{}: {kind} has no form of JSON; let the name end in .pdf or .html", path.display())]
    NoJson {
        /// The file.
        path: PathBuf,
        /// What was to be written.
        kind: String,
    },
}

/// A document on its way out.
#[derive(Debug)]
pub struct Issue<'d> {
    /// What it says.
    pub document: &'d Document,
    /// The same as JSON, where there is such a form.
    pub json: Option<Vec<u8>>,
    /// In which form.
    pub form: Form,
    /// Where it is from.
    pub provenance: Provenance,
    /// The command that makes the same again.
    pub again: String,
}

impl Issue<'_> {
    /// Writes the file and its sidecar.
    ///
    /// # Errors
    /// [`IssueError`]
    pub fn write(self, path: &Path) -> Result<Issued, IssueError> {
        let mut file = NewFile::create(path)?;
        let sidecar = NewFile::create(&sidecar_of(path))?;
        let bytes = match (self.form, self.json) {
            (Form::Html, _) => html::write(self.document).into_bytes(),
            (Form::Pdf, _) => {
                pdf::write(self.document).map_err(|source| IssueError::Pdf { path: path.to_owned(), source })?
            }
            (Form::Json, Some(json)) => json,
            (Form::Json, None) => {
                return Err(IssueError::NoJson { path: path.to_owned(), kind: self.document.kind.to_lowercase() });
            }
        };
        file.write_all(&bytes).map_err(|source| FileError::Io { path: path.to_owned(), source })?;
        let file = file.finish()?;
        let told = Sidecar {
            format: FORMAT.to_owned(),
            file,
            document: Content {
                form: self.form.name().to_owned(),
                kind: self.document.kind.clone(),
                title: self.document.title.clone(),
                sections: self.document.sections.iter().map(|section| section.title.clone()).collect(),
            },
            provenance: self.provenance,
            again: self.again,
        };
        match sidecar.finish_json(&told) {
            Ok(sidecar) => Ok(Issued { told, sidecar, path: path.to_owned() }),
            Err(error) => {
                // What does not say where it is from is not handed out. That it cannot be removed is told with the error's path.
                let _ = std::fs::remove_file(path);
                Err(error.into())
            }
        }
    }
}

impl Issued {
    /// What the custody journal says of it.
    #[must_use]
    pub fn action(&self) -> Action {
        let to = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        Action::Exported {
            bundles: self.told.provenance.bundles(),
            filter: self.told.provenance.query.filter.clone(),
            records: self.told.provenance.query.records,
            format: format!("{}, {}", self.told.document.kind.to_lowercase(), self.told.document.form),
            digest: self.digest(),
            sidecar: Some(self.sidecar.blake3),
            to: to.to_string_lossy().into_owned(),
        }
    }

    /// The digest by which the journal knows it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.told.file.blake3
    }
}
