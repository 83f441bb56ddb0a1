//! The container of a bundle: a folder, a zip of it, or a bare file of lines, seen as a flat list of named members.
//! Structural oddities are *faults*: they are listed, the members concerned are not readable, the others are. Nothing
//! is extracted, no link is followed, and limits (see [`limits`]) are checked before memory is allocated.
//! What the members mean is not this module's business.
//!
//! # Outside the evidence
//! These changes to a container are not noticed, because nothing that they change is shown or read:
//! - Zip, central directory: *version made by*, *internal attributes*, and *external attributes* except that a file type
//!   must stay "regular file" or absent (a folder's: "folder" or absent).
//! - Zip, zip64 end of central directory: *version made by*.
//! - Zip, both headers: the content of the extra fields `0x000a`, `0x5455`, `0x5855` and `0x7875` (times and user ids),
//!   and which of the four identifiers such a field has.
//! - Zip, local header of a member with a data descriptor: whether the uncompressed size is zero or the right one.
//! - Zip, deflated members: how the content is encoded, for example the unused bits after the last block, and one
//!   superfluous byte after it. The content itself is checked against its length and CRC-32.
//! - Zip: the choice between the permitted forms of an archive, for example the order of members, entries for folders,
//!   stored or deflated, with or without data descriptor and zip64 fields; and modification times, if both copies agree.
//! - Folder: times, permissions, owners, extended attributes, empty folders. Bare file: its name.

mod fault;
mod folder;
pub mod limits;
mod listing;
mod member;
mod path;
mod zip;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use fault::{Fault, FaultKind, OpenError, ReadError};
use fault::{Faults, Oddity};
pub use member::MemberReader;
use member::{Source, ZipMember};

/// Which form a container has. Decided by content, never by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A folder.
    Folder,
    /// A zip of a folder.
    Zip,
    /// One file of JSON lines; also a file that is nothing known, with a fault and without members.
    BareLines,
    /// One zstd-compressed file of JSON lines.
    BareZstd,
}

/// A readable member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path within the container: safe, UTF-8, `/`-separated.
    pub path: String,
    /// The uncompressed size in bytes, as declared (zip) or seen when the container was opened.
    pub bytes: u64,
}

/// An opened container.
#[derive(Debug)]
pub struct Container {
    form: Form,
    root: PathBuf,
    entries: Vec<Entry>,
    faults: Faults,
    /// How to read each of `entries`, in the same order.
    places: Places,
    /// What the zip crate reads the current member from.
    source: Source,
}

#[derive(Debug)]
enum Places {
    Folder(Vec<folder::Identity>),
    Zip(Arc<File>, Vec<ZipMember>),
    Bare(Arc<File>),
}

impl Container {
    /// Opens a folder or file and lists its members. Faults do not fail it.
    ///
    /// # Errors
    /// Where the path, or a folder below it, cannot be read, or is neither file nor folder.
    pub fn open(path: &Path) -> Result<Container, OpenError> {
        let io_error = |source| OpenError::Io { path: path.to_path_buf(), source };
        // Asked before opening: opening a fifo would wait for its writer.
        let metadata = std::fs::metadata(path).map_err(io_error)?;
        let mut faults = Faults::default();
        if metadata.is_dir() {
            let (entries, places) = folder::list(path, &mut faults)?;
            let places = Places::Folder(places);
            return Ok(Container::new(Form::Folder, path, entries, faults, places));
        }
        let not_a_file = || OpenError::NotAFileOrFolder { path: path.to_path_buf() };
        if !metadata.is_file() {
            return Err(not_a_file());
        }
        let file = File::open(path).map_err(io_error)?;
        let metadata = file.metadata().map_err(io_error)?;
        if !metadata.is_file() {
            return Err(not_a_file());
        }
        let bytes = metadata.len();
        let mut start = [0; 4];
        let count = read_at(&file, &mut start, 0).map_err(io_error)?;
        let file = Arc::new(file);
        let Some(form) = form_of(&start[..count]) else {
            let expected = "a zip, JSON lines or zstd";
            let actual = start[..count].iter().fold("bytes".to_owned(), |text, byte| text + &format!(" {byte:02x}"));
            let oddity = Oddity::new(FaultKind::NotABundle, expected, actual);
            faults.add(oddity, None, Some(0));
            let places = Places::Bare(file);
            return Ok(Container::new(Form::BareLines, path, Vec::new(), faults, places));
        };
        let (entries, places) = if form == Form::Zip {
            let (entries, members) = zip::list(&file, bytes, &mut faults).map_err(io_error)?;
            (entries, Places::Zip(file, members))
        } else {
            let name = if form == Form::BareZstd { "log.jsonl.zst" } else { "log.jsonl" };
            let entry = Entry { path: name.to_owned(), bytes };
            (vec![entry], Places::Bare(file))
        };
        Ok(Container::new(form, path, entries, faults, places))
    }

    fn new(form: Form, root: &Path, entries: Vec<Entry>, faults: Faults, places: Places) -> Container {
        Container { form, root: root.to_path_buf(), entries, faults, places, source: Source::default() }
    }

    /// The container's form.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// The readable members in byte order of path. Of a bare file it is one, `log.jsonl` or `log.jsonl.zst`.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The faults found at opening, at most [`limits::MAX_FAULTS_OF_A_KIND`] of a kind.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        self.faults.list()
    }

    /// How many faults of a kind were found at opening, those without details included.
    #[must_use]
    pub fn fault_count(&self, kind: FaultKind) -> u64 {
        self.faults.count(kind)
    }

    /// Whether there is a readable member of this path.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.position(path).is_some()
    }

    fn position(&self, path: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()
    }

    /// Reads a whole member of at most `cap` bytes.
    ///
    /// # Errors
    /// [`FaultKind::SizeLimit`] above `cap`, before anything is allocated; otherwise as [`Container::stream`].
    pub fn read(&mut self, path: &str, cap: u64) -> Result<Vec<u8>, ReadError> {
        if let Some(index) = self.position(path) {
            let bytes = self.entries[index].bytes;
            if bytes > cap {
                let expected = format!("at most {cap} bytes");
                let oddity = Oddity::new(FaultKind::SizeLimit, expected, format!("{bytes} bytes"));
                return Err(ReadError::Fault(oddity.at(Some(path.as_bytes()), None)));
            }
        }
        self.stream(path)?.read_whole()
    }

    /// Opens a member for reading. Not more than its declared size comes out, and its end is reported only
    /// after length and (in a zip) CRC-32 were right. A failed read carries a [`ReadError`]:
    /// see [`ReadError::from_stream`].
    ///
    /// # Errors
    /// [`ReadError::Missing`] if there is no such member, its first fault if it is faulty (one without details counts
    /// as missing), what was found where it changed since the container was opened, or an I/O error.
    pub fn stream(&mut self, path: &str) -> Result<MemberReader<'_>, ReadError> {
        let Some(index) = self.position(path) else {
            return Err(match self.faults.of(path) {
                Some(fault) => ReadError::Fault(fault.clone()),
                None => ReadError::Missing,
            });
        };
        let entry = &self.entries[index];
        match &self.places {
            Places::Folder(identities) => {
                let full = folder::full_path(&self.root, &entry.path);
                let file = folder::open_member(&full, entry, &identities[index])?;
                Ok(MemberReader::of_file(entry, full, Arc::new(file)))
            }
            Places::Bare(file) => Ok(MemberReader::of_file(entry, self.root.clone(), Arc::clone(file))),
            Places::Zip(file, members) => {
                self.source = Source::new(Arc::clone(file), &members[index]);
                let root = self.root.clone();
                MemberReader::of_zip(entry, root, &members[index], &mut self.source)
            }
        }
    }
}

/// The form that the first bytes of a file announce.
fn form_of(start: &[u8]) -> Option<Form> {
    match start {
        b"PK\x03\x04" | b"PK\x05\x06" => Some(Form::Zip),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(Form::BareZstd),
        [] | [b'{', ..] | [0xef, 0xbb, 0xbf, ..] => Some(Form::BareLines),
        _ => None,
    }
}

/// Fills `buffer` from `offset` on as far as the file goes; returns how many bytes there were.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_some_at(file, &mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(not(unix))]
fn read_some_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    file.read(buffer)
}
