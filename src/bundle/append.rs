//! Appending to a bare chained log, for programs that log as they go. A line is written in one piece, a broken log is
//! never continued, and what a killed writer left unfinished is removed. Packing the log is not done here.

use std::fs::{File, TryLockError};
use std::io::{self, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::line::MAX_LINE_BYTES;
use super::writer::{LineError, RecordError, RecordRef, SignError, Tip, valid_origin};
use crate::bundle::lines::{Ended, read_line};
use crate::record::sealed::hex;
use crate::tlog::note::SigningKey;

/// Why a log could not be opened or continued.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The operating system refused.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    Io {
        /// The log.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another appender has the log open.
    #[error("{}: another writer has this log open", path.display())]
    Locked {
        /// The log.
        path: PathBuf,
    },
    /// A device, fifo or socket.
    #[error("{}: not a file", path.display())]
    NotAFile {
        /// The path as it was given.
        path: PathBuf,
    },
    /// Not fit to name a log.
    #[error("the origin {0:?} is empty, or has white space, a plus sign or a control character in it")]
    Origin(String),
    /// What is there is no whole log of this origin. It was left as it is.
    #[error("{}: line {line}: {error}", path.display())]
    Broken {
        /// The log.
        path: PathBuf,
        /// The first line that is wrong, from 1.
        line: u64,
        /// What is wrong with it.
        error: LineError,
    },
    /// A record that was refused. The log is as it was before.
    #[error("record {seq}: {error}")]
    Record {
        /// The seq that it would have had.
        seq: u64,
        /// What is wrong with it.
        error: RecordError,
    },
    /// The end of the log could not be signed.
    #[error("{0}")]
    Sign(#[from] SignError),
    /// A write failed, and what it left could not be removed. The log has to be opened anew.
    #[error("{}: an earlier write failed half-way; open the log again", path.display())]
    Poisoned {
        /// The log.
        path: PathBuf,
    },
}

/// The file of a log; tests put one in its place that fails.
trait LogFile: Send {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn cut(&mut self, bytes: u64) -> io::Result<()>;
    fn sync(&mut self) -> io::Result<()>;
}

impl LogFile for File {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        io::Write::write_all(self, bytes)
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.set_len(bytes)?;
        self.seek(SeekFrom::Start(bytes)).map(drop)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A bare log (`.jsonl`) that is open for appending. It holds an exclusive lock on the file until it is dropped; on
/// Windows nobody else can read the file that long. Memory does not grow with the log.
pub struct Appender {
    path: PathBuf,
    file: Box<dyn LogFile>,
    tip: Tip,
    /// Length of all complete lines.
    bytes: u64,
    recovered_bytes: u64,
    line: Vec<u8>,
    is_poisoned: bool,
}

impl Appender {
    /// Opens the log at `path`, or begins one. Every complete line of it is checked: form, seq, `prev` and hash. A last
    /// line that a killed writer left incomplete is removed: see [`Self::recovered_bytes`].
    ///
    /// # Errors
    /// [`AppendError::Origin`], [`AppendError::Io`], [`AppendError::NotAFile`], [`AppendError::Locked`], and
    /// [`AppendError::Broken`] for a damaged log, one of another origin, or a file that is no log; it is left untouched.
    pub fn open(path: &Path, origin: &str) -> Result<Self, AppendError> {
        if !valid_origin(origin) {
            return Err(AppendError::Origin(origin.to_owned()));
        }
        let failed = |source| AppendError::Io { path: path.to_path_buf(), source };
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(AppendError::NotAFile { path: path.to_path_buf() });
        }
        lock(&file, path)?;
        let mut tip = Tip::new(origin);
        let (bytes, recovered_bytes) = read_log(&file, path, &mut tip)?;
        if recovered_bytes > 0 {
            file.set_len(bytes).map_err(failed)?;
        }
        file.seek(SeekFrom::Start(bytes)).map_err(failed)?;
        let path = path.to_path_buf();
        Ok(Self { path, file: Box::new(file), tip, bytes, recovered_bytes, line: Vec::new(), is_poisoned: false })
    }

    /// Number of records.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tip.size()
    }

    /// Bytes of an incomplete last line that [`Self::open`] removed; 0 where the log was complete.
    #[must_use]
    pub fn recovered_bytes(&self) -> u64 {
        self.recovered_bytes
    }

    /// Appends a record: a JSON object on one line, stored exactly as it is. It survives the end of this process, and
    /// that of the system once [`Self::sync`] returned.
    ///
    /// # Errors
    /// [`AppendError::Record`], [`AppendError::Io`] and [`AppendError::Poisoned`]. The log is then as it was before.
    pub fn append(&mut self, record: &str) -> Result<RecordRef, AppendError> {
        self.check_poison()?;
        let seq = self.tip.size();
        let refused = |error| AppendError::Record { seq, error };
        let line = self.tip.next_line(record.as_bytes()).map_err(refused)?;
        self.line.clear();
        line.write(&mut self.line);
        if let Err(source) = self.file.write_all(&self.line) {
            self.is_poisoned = self.file.cut(self.bytes).is_err();
            return Err(AppendError::Io { path: self.path.clone(), source });
        }
        self.bytes += self.line.len() as u64;
        self.tip.advance(&line).map_err(refused)
    }

    /// Waits until everything appended is on the disk.
    ///
    /// # Errors
    /// [`AppendError::Io`]. What was appended since the last success may be lost, so the appender is of no use then.
    pub fn sync(&mut self) -> Result<(), AppendError> {
        self.check_poison()?;
        self.file.sync().map_err(|source| {
            // After a failed fsync the system may have dropped the pages, and a second one would succeed all the same.
            self.is_poisoned = true;
            AppendError::Io { path: self.path.clone(), source }
        })
    }

    /// Signs the log as it stands and returns the note. Waits for the disk first: a signed log must not lose records.
    ///
    /// # Errors
    /// [`AppendError::Sign`]; otherwise as [`Self::sync`].
    pub fn checkpoint(&mut self, key: &SigningKey) -> Result<String, AppendError> {
        self.sync()?;
        Ok(self.tip.checkpoint(key)?.1)
    }

    fn check_poison(&self) -> Result<(), AppendError> {
        if self.is_poisoned { Err(AppendError::Poisoned { path: self.path.clone() }) } else { Ok(()) }
    }
}

/// Reads the log through. Returns the length of its complete lines, and that of an incomplete one after them.
fn read_log(file: &File, path: &Path, tip: &mut Tip) -> Result<(u64, u64), AppendError> {
    let mut input = BufReader::with_capacity(1 << 18, file);
    let mut line = Vec::new();
    let mut bytes = 0;
    loop {
        let number = tip.size().saturating_add(1);
        let broken = |error| AppendError::Broken { path: path.to_path_buf(), line: number, error };
        let ended = read_line(&mut input, MAX_LINE_BYTES - 1, &mut line)
            .map_err(|source| AppendError::Io { path: path.to_path_buf(), source })?;
        match ended {
            None => return Ok((bytes, 0)),
            Some(Ended::Bound) => return Err(broken(LineError::TooLong)),
            // Only what this log's next line can have begun with is taken for one: no other file is ever cut short.
            Some(Ended::Input) if begins_next_line(&line, tip) => return Ok((bytes, line.len() as u64)),
            Some(Ended::Input) => return Err(broken(LineError::Incomplete)),
            Some(Ended::LineFeed) => {
                let next = tip.read_line(&line).map_err(broken)?;
                tip.advance(&next).map_err(|_| broken(LineError::LogFull))?;
                bytes += line.len() as u64 + 1;
            }
        }
    }
}

/// Whether `part` is the beginning of the line that comes next, as far as that is certain before its record is known.
fn begins_next_line(part: &[u8], tip: &Tip) -> bool {
    let certain = format!(r#"{{"seq":{},"prev":"{}","hash":""#, tip.size(), hex(&tip.head()));
    let length = part.len().min(certain.len());
    part[..length] == certain.as_bytes()[..length]
}

/// How long a lock is waited for. A program that starts another one shares its open files with it for a moment, the lock
/// of an appender that it has just closed included.
const LOCK_PATIENCE: Duration = Duration::from_millis(200);

/// Takes the exclusive lock on `file`.
fn lock(file: &File, path: &Path) -> Result<(), AppendError> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < LOCK_PATIENCE => std::thread::sleep(LOCK_PATIENCE / 20),
            Err(TryLockError::WouldBlock) => return Err(AppendError::Locked { path: path.to_path_buf() }),
            Err(TryLockError::Error(source)) => return Err(AppendError::Io { path: path.to_path_buf(), source }),
        }
    }
}

#[cfg(test)]
mod tests;
