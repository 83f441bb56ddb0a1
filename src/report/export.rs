//! An export: records in a file of their own, and beside it a sidecar that says where they are from (`assets/spec/exports.md`).
//! What is exported is what is asked for, all of it, in the order asked for; memory is bounded.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file::{FileError, Handed, NewFile};
use super::provenance::Provenance;
use super::rows::{OutputColumn, PrintError, Rows, Stop, print};
use super::stream::{Stream, StreamPrinter, StreamWriter};
use super::xlsx;
use crate::bundle::reading::Watch;
use crate::case::Digest;
use crate::case::entry::Action;
use crate::evidence::Evidence;

/// The form of the sidecar.
pub const FORMAT: &str = "probity-export/1";

/// What the name of a sidecar ends with, behind that of the file.
pub const SIDECAR: &str = ".provenance.json";

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a stream of text.
    Stream(Stream),
    /// As a workbook (Office Open XML).
    Xlsx,
    /// As Apache Parquet.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Form {
    /// Every one.
    pub const ALL: &[Self] = &[
        Self::Stream(Stream::Csv),
        Self::Stream(Stream::Jsonl),
        Self::Stream(Stream::Json),
        Self::Xlsx,
        #[cfg(feature = "parquet")]
        Self::Parquet,
    ];

    /// Its name, which is also how names of such files end.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stream(stream) => stream.name(),
            Self::Xlsx => "xlsx",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
        }
    }

    /// The one that a file's name asks for.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.iter().copied().find(|form| form.name() == ending)
    }

    /// Whether it tells types and lists apart, for [`super::rows::resolve`].
    #[must_use]
    pub fn is_typed(self) -> bool {
        self == Self::Stream(Stream::Json)
    }

    /// Whether it has columns: otherwise records stand as they are.
    #[must_use]
    pub fn has_columns(self) -> bool {
        match self {
            Self::Stream(stream) => stream.has_columns(),
            Self::Xlsx => true,
            #[cfg(feature = "parquet")]
            Self::Parquet => true,
        }
    }
}

/// What is exported.
#[derive(Debug)]
pub struct Export<'e> {
    /// From these bundles.
    pub evidence: &'e Evidence,
    /// These records, in this order.
    pub rows: &'e Rows,
    /// These columns of them; none where the form has none.
    pub columns: &'e [OutputColumn],
    /// In this form.
    pub form: Form,
    /// The order, as names of fields, `-` before those that descend; empty for that of the log.
    pub sort: Vec<String>,
    /// Where they are from.
    pub provenance: Provenance,
    /// The command that makes the same file again.
    pub again: String,
}

/// What the sidecar says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    /// [`FORMAT`].
    pub format: String,
    /// The file that it is about.
    pub file: Handed,
    /// What is in it.
    pub content: Content,
    /// Where it is from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The command that makes the same file again.
    pub again: String,
}

/// What is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// `csv`, `jsonl`, `json`, `xlsx`.
    pub form: String,
    /// How many records.
    pub records: u64,
    /// Names of the columns; none where records stand as they are.
    pub columns: Vec<String>,
    /// The order; empty for that of the log, of several bundles for that of their times.
    pub sort: Vec<String>,
    /// Lines of the log that hold no record which the form could hold, left out.
    pub left_out: u64,
    /// What is to be known of the form.
    pub notes: Vec<String>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub file: Handed,
    /// Its sidecar.
    pub sidecar: Handed,
    /// Where the file is.
    pub path: PathBuf,
    /// What was said.
    pub told: Sidecar,
}

/// Why nothing was exported. Nothing stands under the name then.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A record cannot be printed.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The columns cannot be written.
    #[cfg(feature = "parquet")]
    #[error("{}: {why}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer of columns says.
        why: String,
    },
    /// The workbook cannot be made.
    #[error("{}: {why}", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What the writer of workbooks says.
        why: String,
    },
}

/// Where the sidecar of a file stands.
#[must_use]
pub fn sidecar_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(SIDECAR);
    PathBuf::from(name)
}

impl Export<'_> {
    /// Writes the file and its sidecar.
    ///
    /// # Errors
    /// [`ExportError`]
    pub fn write(self, path: &Path, watch: &dyn Watch) -> Result<Exported, ExportError> {
        let mut file = NewFile::create(path)?;
        let sidecar = NewFile::create(&sidecar_of(path))?;
        let columns = self.columns;
        let (left_out, notes) = match self.form {
            Form::Stream(stream) => {
                (stream_into(&mut file, self.evidence, self.rows, columns, stream, watch)?, notes(stream))
            }
            Form::Xlsx => {
                let about = (&self.provenance, self.again.as_str());
                xlsx::write(&mut file, self.evidence, self.rows, columns, about, watch)?
            }
            #[cfg(feature = "parquet")]
            Form::Parquet => {
                let about = (&self.provenance, self.again.as_str());
                super::parquet::write(&mut file, self.evidence, self.rows, columns, about, watch)?
            }
        };
        let file = file.finish()?;
        let told = Sidecar {
            format: FORMAT.to_owned(),
            content: Content {
                form: self.form.name().to_owned(),
                records: u64::from(self.rows.count()) - left_out,
                columns: columns.iter().map(|column| column.name.clone()).collect(),
                sort: self.sort,
                left_out,
                notes,
            },
            file: file.clone(),
            provenance: self.provenance,
            again: self.again,
        };
        match sidecar.finish_json(&told) {
            Ok(sidecar) => Ok(Exported { file, sidecar, path: path.to_owned(), told }),
            Err(error) => {
                // What does not say where it is from is not handed out. That it cannot be removed is told with the error's path.
                let _ = std::fs::remove_file(path);
                Err(error.into())
            }
        }
    }
}

fn stream_into(
    file: &mut NewFile,
    evidence: &Evidence,
    rows: &Rows,
    columns: &[OutputColumn],
    stream: Stream,
    watch: &dyn Watch,
) -> Result<u64, ExportError> {
    let path = file.path().to_owned();
    let failed = |source| FileError::Io { path: path.clone(), source };
    let mut writer = StreamWriter::new(file, stream, columns);
    writer.begin().map_err(failed)?;
    let mut trouble = None;
    let printed = print(evidence, rows, || StreamPrinter::new(evidence, columns, stream), watch, &mut |bytes| {
        writer.write(bytes).map_err(|error| {
            trouble = Some(error);
            Stop
        })
    });
    match (printed, trouble) {
        (_, Some(source)) => Err(failed(source).into()),
        (Err(error), None) => Err(error.into()),
        (Ok(left_out), None) => {
            writer.end().map_err(failed)?;
            Ok(left_out)
        }
    }
}

/// What is to be known of a form.
fn notes(stream: Stream) -> Vec<String> {
    let notes: &[&str] = match stream {
        Stream::Csv => &[
            "Lines end in CR LF, texts are in UTF-8. An empty cell is no value, \"\" a text that is empty.",
            "A text that a spreadsheet could take for a formula has an apostrophe before it, and so has one that begins with an apostrophe: take one from the front of each cell that begins with one.",
        ],
        Stream::Jsonl => {
            &["Each line holds the bytes of a record as they are in the bundle, without its place in the chain."]
        }
        Stream::Json => &[],
    };
    notes.iter().map(|&note| note.to_owned()).collect()
}

impl Exported {
    /// What the custody journal says of it.
    #[must_use]
    pub fn action(&self) -> Action {
        let to = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        Action::Exported {
            bundles: self.told.provenance.bundles(),
            filter: self.told.provenance.query.filter.clone(),
            records: self.told.content.records,
            format: self.told.content.form.clone(),
            digest: self.file.blake3,
            sidecar: Some(self.sidecar.blake3),
            to: to.to_string_lossy().into_owned(),
        }
    }

    /// The digest by which the journal knows it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.file.blake3
    }
}
