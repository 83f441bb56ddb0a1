//! A source as it lies on the disk: plain, gzip or zstd, read line by line in bounded memory, while its own bytes are
//! hashed. What the lines mean is not known here.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::bundle::limits::BARE_WINDOW_LOG;
use crate::bundle::lines::{Ended, read_line};
use crate::bundle::segment::ZSTD_MAGIC;

const BUFFER_BYTES: usize = 1 << 18;

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The operating system refused.
    #[error("{name}: {}", crate::os::Plain(source))]
    Io {
        /// The file.
        name: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A folder.
    #[error("{name}: a folder; give the files in it")]
    Folder {
        /// The path.
        name: String,
    },
    /// It begins like something that holds no lines of text in UTF-8.
    #[error("{name}: {hint}")]
    Unreadable {
        /// The file.
        name: String,
        /// What it is, and what to do.
        hint: &'static str,
    },
    /// The compressed stream is damaged or cut off.
    #[error("{name}: after line {line}: cannot be decompressed: {source}; what was read so far is not all of it")]
    Compressed {
        /// The file.
        name: String,
        /// Lines read before.
        line: u64,
        /// What the decoder said.
        source: io::Error,
    },
}

/// A source's bytes as they are stored, compressed ones compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceDigest {
    /// BLAKE3.
    pub blake3: [u8; 32],
    /// Length.
    pub bytes: u64,
}

/// A file, or stdin, that is read line by line.
pub struct Source {
    path: PathBuf,
    input: BufReader<Box<dyn Read>>,
    stored: Rc<RefCell<Stored>>,
    is_compressed: bool,
    has_byte_order_mark: bool,
    line: u64,
    /// A line that was looked at before its turn.
    peeked: Option<(Vec<u8>, Ended)>,
}

/// What passed below the decoder. The file is kept, so that what lies behind a compressed stream is hashed too.
struct Stored {
    file: Box<dyn Read>,
    hasher: blake3::Hasher,
    bytes: u64,
}

struct Hashing(Rc<RefCell<Stored>>);

impl Read for Hashing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut stored = self.0.borrow_mut();
        let read = stored.file.read(out)?;
        stored.hasher.update(&out[..read]);
        stored.bytes += read as u64;
        Ok(read)
    }
}

impl Source {
    /// Opens the file at `path`; `-` is stdin. A UTF-8 byte order mark is passed over: it is no part of the first line.
    ///
    /// # Errors
    /// [`SourceError`]
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let name = display_name(path);
        let failed = |source| SourceError::Io { name: name.clone(), source };
        if is_stdin(path) {
            return Self::of(path, Box::new(io::stdin().lock()));
        }
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(SourceError::Folder { name });
        }
        Self::of(path, Box::new(file))
    }

    /// A source that is called `path` and holds what `file` reads; otherwise as [`Self::open`].
    ///
    /// # Errors
    /// [`SourceError`]
    pub fn of(path: &Path, file: Box<dyn Read>) -> Result<Self, SourceError> {
        let failed = |source| SourceError::Io { name: display_name(path), source };
        let stored = Rc::new(RefCell::new(Stored { file, hasher: blake3::Hasher::new(), bytes: 0 }));
        let mut raw = BufReader::with_capacity(BUFFER_BYTES, Hashing(Rc::clone(&stored)));
        let start = raw.fill_buf().map_err(failed)?;
        let (is_gzip, is_zstd) = (start.starts_with(&[0x1f, 0x8b]), start.starts_with(&ZSTD_MAGIC));
        let inner: Box<dyn Read> = if is_gzip {
            Box::new(flate2::bufread::MultiGzDecoder::new(raw))
        } else if is_zstd {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(raw).map_err(failed)?;
            decoder.window_log_max(BARE_WINDOW_LOG).map_err(failed)?;
            Box::new(decoder)
        } else {
            Box::new(raw)
        };
        let is_compressed = is_gzip || is_zstd;
        let input = BufReader::with_capacity(BUFFER_BYTES, inner);
        let mut source = Self {
            path: path.to_path_buf(),
            input,
            stored,
            is_compressed,
            has_byte_order_mark: false,
            line: 0,
            peeked: None,
        };
        source.begin()?;
        Ok(source)
    }

    fn begin(&mut self) -> Result<(), SourceError> {
        let start = match self.input.fill_buf() {
            Ok(start) => start,
            Err(source) => return Err(self.failed(source)),
        };
        let hint = match start {
            [0xef, 0xbb, 0xbf, ..] => {
                self.input.consume(3);
                self.has_byte_order_mark = true;
                return Ok(());
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "is UTF-16; save it as UTF-8",
            [b'P', b'K', 3 | 5, ..] => "is a zip; unpack it first",
            _ => return Ok(()),
        };
        Err(SourceError::Unreadable { name: self.name(), hint })
    }

    /// The path as a person gave it, `stdin` for `-`: for messages.
    #[must_use]
    pub fn name(&self) -> String {
        display_name(&self.path)
    }

    /// The file's own name without its folders: what goes on record.
    #[must_use]
    pub fn file_name(&self) -> String {
        if is_stdin(&self.path) {
            return "stdin".to_owned();
        }
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// Whether a byte order mark was passed over.
    #[must_use]
    pub fn has_byte_order_mark(&self) -> bool {
        self.has_byte_order_mark
    }

    /// Number of the line read last, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Bytes of the file read so far, as they are stored.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        self.stored.borrow().bytes
    }

    /// The bytes that come next, as far as they are there already; empty at the end.
    pub fn peek(&mut self) -> Result<&[u8], SourceError> {
        // Twice, because the borrow checker cannot see that an error returns.
        if let Err(source) = self.input.fill_buf() {
            return Err(self.failed(source));
        }
        Ok(self.input.buffer())
    }

    /// Looks at the next line, which stays the next: its bytes without LF, at most `bound` of them. `None` at the end.
    ///
    /// # Errors
    /// As [`Self::read_line`].
    pub(crate) fn peek_line(&mut self, bound: usize) -> Result<Option<(&[u8], Ended)>, SourceError> {
        if self.peeked.is_none() {
            let mut line = Vec::new();
            match read_line(&mut self.input, bound, &mut line) {
                Ok(ended) => self.peeked = ended.map(|ended| (line, ended)),
                Err(source) => return Err(self.failed(source)),
            }
        }
        Ok(self.peeked.as_ref().map(|(line, ended)| (line.as_slice(), *ended)))
    }

    /// Reads whole lines, at most `bound` bytes of them and at least one, unless that is longer. For a first look.
    ///
    /// # Errors
    /// As [`Self::read_line`].
    pub(crate) fn sample(&mut self, bound: usize) -> Result<Vec<u8>, SourceError> {
        let mut sample = Vec::new();
        if let Err(source) = self.input.by_ref().take(bound as u64 + 1).read_to_end(&mut sample) {
            return Err(self.failed(source));
        }
        if sample.len() > bound {
            let end = memchr::memrchr(b'\n', &sample).map_or(bound, |end| end + 1);
            sample.truncate(end);
        }
        Ok(sample)
    }

    /// Reads the next line without its LF, of at most `bound` bytes. `None` at the end. What was peeked at keeps the bound
    /// that it was peeked with.
    ///
    /// # Errors
    /// [`SourceError::Io`] and [`SourceError::Compressed`].
    pub(crate) fn read_line(&mut self, bound: usize, line: &mut Vec<u8>) -> Result<Option<Ended>, SourceError> {
        let ended = match self.peeked.take() {
            Some((peeked, ended)) => {
                *line = peeked;
                Some(ended)
            }
            None => match read_line(&mut self.input, bound, line) {
                Ok(ended) => ended,
                Err(source) => return Err(self.failed(source)),
            },
        };
        self.line += u64::from(ended.is_some());
        Ok(ended)
    }

    /// Passes over the rest of a line that was too long.
    ///
    /// # Errors
    /// As [`Self::read_line`].
    pub(crate) fn skip_line(&mut self) -> Result<(), SourceError> {
        match self.input.skip_until(b'\n') {
            Ok(_) => Ok(()),
            Err(source) => Err(self.failed(source)),
        }
    }

    /// Reads the file to its end and returns the digest of what is stored.
    ///
    /// # Errors
    /// [`SourceError::Io`] and [`SourceError::Compressed`].
    pub fn finish(mut self) -> Result<SourceDigest, SourceError> {
        if let Err(source) = io::copy(&mut self.input, &mut io::sink()) {
            return Err(self.failed(source));
        }
        let mut rest = Hashing(Rc::clone(&self.stored));
        io::copy(&mut rest, &mut io::sink()).map_err(|source| SourceError::Io { name: self.name(), source })?;
        let stored = self.stored.borrow();
        Ok(SourceDigest { blake3: *stored.hasher.finalize().as_bytes(), bytes: stored.bytes })
    }

    fn failed(&self, source: io::Error) -> SourceError {
        let name = self.name();
        // Decoders use kinds of their own for damage; what the system refuses below them has an error number.
        if self.is_compressed && source.raw_os_error().is_none() {
            SourceError::Compressed { name, line: self.line, source }
        } else {
            SourceError::Io { name, source }
        }
    }
}

/// Whether the path stands for stdin.
#[must_use]
pub fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// The path as messages name it.
pub(crate) fn display_name(path: &Path) -> String {
    if is_stdin(path) { "stdin".to_owned() } else { path.display().to_string() }
}
