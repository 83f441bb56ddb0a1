//! Writing an exhibit: picture, sidecar and records in a folder of their own, which has its name once everything is in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::drawn::Drawn;
use super::exhibit::{
    FORMAT, Image, LINES, MOST_RECORDS, PICTURE, Proof, Records, Renderer, Request, SIDECAR, SLICE, Sidecar, Withheld,
};
use super::redact::Hidden;
use super::words::check_words;
use super::{CaptureError, packed};
use crate::app::View;
use crate::bundle::line::Line;
use crate::bundle::reading::Unwatched;
use crate::case::Digest;
use crate::case::entry::{Captured, Numbered};
use crate::columns::{Bitmap, Selection};
use crate::evidence::Evidence;
use crate::jobs::{Progress, Waker};
use crate::record::figures::counted;
use crate::report::file::{FileError, Handed, Hashes, NewFile};
use crate::report::inclusion::root_path;
use crate::report::slice;

/// So many records that are not handed out have a proof each.
const MOST_PROOFS: usize = 200;

/// An exhibit that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Where.
    pub folder: PathBuf,
    /// What was said.
    pub told: Sidecar,
    /// The file that says it.
    pub sidecar: Handed,
}

impl Written {
    /// What the custody journal says of it.
    #[must_use]
    pub fn captured(&self, exhibit: Numbered) -> Captured {
        let to = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        Captured {
            bundles: self.told.told.evidence.iter().map(|told| told.bundle.clone()).collect(),
            filter: self.told.told.query.filter.clone(),
            digest: self.told.image.file.blake3,
            sidecar: Some(self.sidecar.blake3),
            to: to.to_string_lossy().into_owned(),
            exhibit: Some(exhibit),
        }
    }
}

/// Writes what was drawn: as a zip where the name ends in `.zip`, otherwise as a folder.
///
/// # Errors
/// [`CaptureError`]; nothing stands under the name then.
pub fn write(drawn: &Drawn, request: &Request, folder: &Path) -> Result<Written, CaptureError> {
    let failed = |source| CaptureError::File(FileError::Io { path: folder.to_owned(), source });
    if std::fs::symlink_metadata(folder).is_ok() {
        return Err(FileError::Exists { path: folder.to_owned() }.into());
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = tempfile::Builder::new().prefix(".exhibit").suffix(".partial").tempdir_in(parent).map_err(failed)?;
    let (told, sidecar) = fill(drawn, request, place.path())?;
    if packed::is_packed(folder) {
        packed::pack(place.path(), folder)?;
    } else {
        #[cfg(unix)]
        std::fs::set_permissions(place.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).map_err(failed)?;
        let place = place.keep();
        if let Err(error) = std::fs::rename(&place, folder) {
            let _ = std::fs::remove_dir_all(&place);
            return Err(failed(error));
        }
    }
    Ok(Written { folder: folder.to_owned(), told, sidecar })
}

/// Writes the files of an exhibit into an empty folder.
fn fill(drawn: &Drawn, request: &Request, place: &Path) -> Result<(Sidecar, Handed), CaptureError> {
    let failed = |source| CaptureError::File(FileError::Io { path: place.to_owned(), source });
    let png = drawn.picture.to_png()?;
    let file = put(&place.join(PICTURE), &png)?;
    let image = Image { file, width: drawn.picture.width() as u64, height: drawn.picture.height() as u64 };
    let evidence = drawn.evidence()?;
    let records = records(evidence, request, drawn, place)?;
    let told = Sidecar {
        format: FORMAT.to_owned(),
        renderer: Renderer::here(),
        image,
        request: request.clone(),
        told: drawn.told.clone(),
        records,
        check: check_words(&drawn.told),
    };
    let mut json = serde_json::to_vec_pretty(&told).map_err(|error| failed(error.into()))?;
    json.push(b'\n');
    let sidecar = put(&place.join(SIDECAR), &json)?;
    Ok((told, sidecar))
}

fn put(path: &Path, bytes: &[u8]) -> Result<Handed, FileError> {
    let mut file = NewFile::create(path)?;
    file.write_all(bytes).map_err(|source| FileError::Io { path: path.to_owned(), source })?;
    file.finish()
}

/// The records that go with a picture.
fn records(evidence: &Evidence, request: &Request, drawn: &Drawn, folder: &Path) -> Result<Records, CaptureError> {
    let rows = &drawn.rows;
    let count = u64::from(rows.count());
    let none = |note: String| Records { count, file: None, handed: 0, note, withheld: Vec::new() };
    if matches!(request.shown.view, View::Overview | View::Integrity | View::Case) {
        return Ok(none("The picture is about all of the evidence.".to_owned()));
    }
    if count == 0 {
        return Ok(none("The picture shows no record.".to_owned()));
    }
    if count > MOST_RECORDS {
        let note = format!(
            "The picture counts {}: too many to go with it. probity slice hands them out.",
            counted(count, "record", "records")
        );
        return Ok(none(note));
    }
    let (open, withheld) = parted(evidence, rows, &drawn.hidden)?;
    let handed = u64::from(open.count());
    let withheld = proofs(evidence, &withheld)?;
    let redacted =
        if withheld.is_empty() { "" } else { " Records with something redacted are here by hash and proof alone." };
    if handed == 0 {
        return Ok(Records { withheld, ..none(format!("None of them is handed out.{redacted}")) });
    }
    let is_redacted = !request.redactions.is_empty();
    if let [log] = evidence.logs() {
        let path = folder.join(SLICE);
        let made = (request.made.at.as_str(), !is_redacted);
        if slice::cut(log, open.bitmap(), &path, made, &Unwatched).is_ok() {
            let file = Some(hashed(&path)?);
            let note = format!("A slice of the log: it verifies by itself.{redacted}");
            return Ok(Records { count, file, handed, note, withheld });
        }
        // Nothing stands there; records of a damaged log go without a proof.
    }
    let file = Some(put(&folder.join(LINES), &lines(evidence, &open)?)?);
    let note = format!(
        "The lines as they are in the bundles, without a proof: it takes one log that is whole and sound.{redacted}"
    );
    Ok(Records { count, file, handed, note, withheld })
}

/// Rows that may be handed out, and those that may not.
fn parted(evidence: &Evidence, rows: &Selection, hidden: &Hidden) -> Result<(Selection, Vec<u32>), CaptureError> {
    let mut open = Bitmap::none(rows.bitmap().len());
    let mut withheld = Vec::new();
    for row in rows.iter() {
        let line = evidence.line(row)?;
        let text = line.as_ref().map(|line| String::from_utf8_lossy(&line.bytes));
        if hidden.hides(row, text.as_deref().unwrap_or_default()) {
            withheld.push(row);
        } else {
            open.set(row, true);
        }
    }
    Ok((Selection::new(open), withheld))
}

/// The lines of rows.
fn lines(evidence: &Evidence, rows: &Selection) -> Result<Vec<u8>, CaptureError> {
    let mut out = Vec::new();
    for row in rows.iter() {
        if let Some(line) = evidence.line(row)? {
            out.extend_from_slice(&line.bytes);
            out.push(b'\n');
        }
    }
    Ok(out)
}

/// Hash and proof of records that are not handed out.
fn proofs(evidence: &Evidence, rows: &[u32]) -> Result<Vec<Withheld>, CaptureError> {
    let mut out = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let Some(line) = evidence.line(*row)? else { continue };
        let Some(line) = Line::parse(&line.bytes) else { continue };
        let log = evidence.place(*row).map(|(log, _)| log.index.origin.clone()).unwrap_or_default();
        let path = if n < MOST_PROOFS { root_path(evidence, *row, &Progress::new(Waker::none()))?.ok() } else { None };
        let proof = path.filter(crate::report::inclusion::RootPath::is_equal).map(|path| Proof {
            size: path.size,
            root: path.signed,
            path: path.siblings.into_iter().map(|(.., hash)| hash).collect(),
        });
        out.push(Withheld { log, seq: line.seq, hash: Digest(line.hash), proof });
    }
    Ok(out)
}

/// The hashes of a file that was written.
pub(super) fn hashed(path: &Path) -> Result<Handed, FileError> {
    let bytes = std::fs::read(path).map_err(|source| FileError::Io { path: path.to_owned(), source })?;
    let mut hashes = Hashes::default();
    hashes.update(&bytes);
    Ok(hashes.handed(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()))
}
