//! A bundle in the making: it grows under a temporary name beside its target and gets its name when it is complete and
//! on the disk. What is not finished is removed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, DateTime, ZipWriter};

use super::Form;
use super::error::WriteError;
use super::sink::{Disk, Guarded, Sink};

/// How many temporary names are tried: one may be left over from a process of the same id that was killed.
const MAX_NAMES: u32 = 100;

/// The longest local header in bytes, its name not counted: the fixed part and a zip64 field.
const MAX_ZIP_HEADER_BYTES: u64 = 30 + 20;

/// The temporary name and the final one. What stands under the former is removed when this is dropped.
pub(super) struct Staging {
    path: PathBuf,
    partial: PathBuf,
    form: Form,
}

impl Staging {
    /// Makes an empty bundle under a temporary name.
    pub(super) fn begin(path: &Path, form: Form, disk: &Arc<dyn Disk>) -> Result<(Self, Target), WriteError> {
        let failed = |source| WriteError::Io { path: path.to_path_buf(), member: None, source };
        if path.file_name().is_none() {
            return Err(WriteError::NoName { path: path.to_path_buf() });
        }
        if exists(path).map_err(failed)? {
            return Err(WriteError::Exists { path: path.to_path_buf() });
        }
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for attempt in 1..=MAX_NAMES {
            let partial = partial_name(path, "", attempt);
            let made = match form {
                Form::Folder => fs::create_dir(&partial).map(|()| Target::folder(partial.clone(), Arc::clone(disk))),
                Form::Zip => disk.create(&partial).map(Target::zip),
            };
            match made {
                Ok(target) => {
                    let path = path.to_path_buf();
                    return Ok((Self { path, partial, form }, target));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(last))
    }

    /// The name that the bundle will have.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the bundle its name, and overwrites nothing.
    pub(super) fn publish(self) -> Result<(), WriteError> {
        let result = match self.form {
            // A link fails where the name is taken; a rename would replace what has it.
            Form::Zip => match fs::hard_link(&self.partial, &self.path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => self.rename(),
                other => other,
            },
            // Renaming replaces a folder only where it is empty.
            Form::Folder => self.rename(),
        };
        match result {
            Ok(()) => {
                if let Some(parent) = self.path.parent() {
                    sync_folder(parent);
                }
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(WriteError::Exists { path: self.path.clone() })
            }
            Err(source) => Err(WriteError::Io { path: self.path.clone(), member: None, source }),
        }
    }

    fn rename(&self) -> io::Result<()> {
        if exists(&self.path)? {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        fs::rename(&self.partial, &self.path)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After publishing there is nothing, or a second link to remove. Nobody is left to be told of an error; what
        // remains says by its name what it is.
        let _ = match self.form {
            Form::Zip => fs::remove_file(&self.partial),
            Form::Folder => fs::remove_dir_all(&self.partial),
        };
    }
}

/// Bytes set aside until the members before them are written, in a file that is removed with this.
pub(super) struct Spool {
    /// Its name, where the system cannot do without one: what it holds may be personal, and must not stay behind where the
    /// process is killed.
    path: Option<PathBuf>,
    sink: Option<Box<dyn Sink>>,
    bytes: u64,
}

impl Spool {
    pub(super) fn create(beside: &Path, disk: &dyn Disk) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for attempt in 1..=MAX_NAMES {
            let path = partial_name(beside, ".disclosures", attempt);
            match disk.create(&path) {
                Ok(sink) => {
                    let is_nameless = cfg!(unix) && fs::remove_file(&path).is_ok();
                    let path = (!is_nameless).then_some(path);
                    return Ok(Self { path, sink: Some(sink), bytes: 0 });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(sink) = &mut self.sink {
            sink.write_all(bytes)?;
            self.bytes += bytes.len() as u64;
        }
        Ok(())
    }

    /// Copies everything into a member.
    pub(super) fn copy_to(&mut self, target: &mut Target, member: &str) -> io::Result<()> {
        let bytes = self.bytes;
        let Some(sink) = &mut self.sink else { return Ok(()) };
        sink.seek(SeekFrom::Start(0))?;
        target.member(member, bytes, &mut |out| {
            let copied = io::copy(&mut Read::by_ref(sink).take(bytes), out)?;
            if copied == bytes { Ok(()) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof)) }
        })
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Closed first: some systems do not remove open files.
        self.sink = None;
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// `.<name><infix>.<process id>.partial`, with a counter where that is taken.
fn partial_name(path: &Path, infix: &str, attempt: u32) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!("{infix}.{}", std::process::id()));
    if attempt > 1 {
        name.push(format!("-{attempt}"));
    }
    name.push(".partial");
    path.with_file_name(name)
}

/// Whether anything has that name; a dangling link counts.
fn exists(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes names in a folder durable, as far as the system can: the content of the files is on the disk already.
fn sync_folder(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Tells the guard below the zip crate that nothing more is meant. Must be dropped before the crate's writer is.
pub(super) struct GiveUp(Arc<AtomicBool>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What members are written to.
pub(super) enum Target {
    Zip { give_up: GiveUp, zip: Box<ZipWriter<Guarded>>, entries: u64, bytes: u64 },
    Folder { root: PathBuf, disk: Arc<dyn Disk>, bytes: u64 },
}

impl Target {
    fn zip(sink: Box<dyn Sink>) -> Self {
        let (guarded, given_up) = Guarded::new(sink);
        Self::Zip { give_up: GiveUp(given_up), zip: Box::new(ZipWriter::new(guarded)), entries: 0, bytes: 0 }
    }

    fn folder(root: PathBuf, disk: Arc<dyn Disk>) -> Self {
        Self::Folder { root, disk, bytes: 0 }
    }

    /// Writes a member of `length` bytes, which `content` puts out. No path may come twice.
    pub(super) fn member(
        &mut self,
        path: &str,
        length: u64,
        content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            Self::Zip { zip, entries, bytes, .. } => {
                *entries += 1;
                *bytes += length + path.len() as u64 + MAX_ZIP_HEADER_BYTES;
                // From here on the archive ends with a zip64 record. The zip crate gives that record the version of
                // the members (4.5 for large ones only), and APPNOTE 4.3.14 asks for 4.5.
                let is_zip64 = *entries > u64::from(u16::MAX) || *bytes >= u64::from(u32::MAX);
                // Equal content gives equal bytes: no clock, no system, and zip64 fields only where they are needed.
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Stored)
                    .last_modified_time(DateTime::default())
                    .system(::zip::System::Unix)
                    .unix_permissions(0o644)
                    .large_file(is_zip64);
                zip.start_file(path, options)?;
                content(&mut **zip)
            }
            Self::Folder { root, disk, bytes } => {
                let full = path.split('/').fold(root.clone(), |full, name| full.join(name));
                if let Some(parent) = full.parent() {
                    fs::create_dir_all(parent)?;
                }
                let mut sink = disk.create(&full)?;
                content(&mut sink)?;
                *bytes += length;
                sink.sync()
            }
        }
    }

    /// Ends the container and waits for the disk. Returns its length in bytes; of a folder, that of all its files.
    pub(super) fn finish(self) -> io::Result<u64> {
        match self {
            Self::Zip { zip, give_up, .. } => {
                let mut sink = zip.finish()?.into_sink()?;
                drop(give_up);
                sink.sync()?;
                sink.seek(SeekFrom::End(0))
            }
            Self::Folder { root, bytes, .. } => {
                for entry in fs::read_dir(&root)?.flatten() {
                    if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                        sync_folder(&entry.path());
                    }
                }
                sync_folder(&root);
                Ok(bytes)
            }
        }
    }
}
