//! Reading one member under its declared size. Deflate and CRC-32 are the zip crate's: it is given a plain local header
//! that we wrote and the member's bytes, and never sees a header of the container.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ::zip::ZipReadOptions;
use ::zip::read::{ZipFile, read_zipfile_from_stream_with_options};

use super::fault::{Fault, FaultKind, Oddity, ReadError};
use super::{Entry, read_some_at};

/// Where a zip holds a member. All values were compared between the headers.
#[derive(Debug, Clone)]
pub(super) struct ZipMember {
    pub(super) data_offset: u64,
    pub(super) compressed_bytes: u64,
    pub(super) crc32: u32,
    pub(super) is_deflated: bool,
}

/// Length of the local header that stands before the data: the fixed part and a name of one byte.
const HEADER_BYTES: usize = 31;

/// A local header of our own and a member's data, as the zip crate reads them.
#[derive(Debug, Default)]
pub(super) struct Source {
    header: Vec<u8>,
    file: Option<Arc<File>>,
    offset: u64,
    hold_back_last_byte: bool,
    state: Arc<SourceState>,
}

/// What a [`Source`] has seen, for the reader above the zip crate.
#[derive(Debug, Default)]
struct SourceState {
    /// Bytes of the member that nobody asked for yet.
    left: AtomicU64,
    ended_early: AtomicBool,
    io_failed: AtomicBool,
    /// Nobody reads any more: there is nothing to drain.
    closed: AtomicBool,
}

impl Source {
    pub(super) fn new(file: Arc<File>, member: &ZipMember) -> Source {
        let mut header = Vec::with_capacity(HEADER_BYTES);
        header.extend_from_slice(b"PK\x03\x04");
        header.extend_from_slice(&20u16.to_le_bytes());
        // Bit 3: sizes and CRC-32 are not in the header. They are handed over as 64-bit options.
        header.extend_from_slice(&8u16.to_le_bytes());
        header.extend_from_slice(&(if member.is_deflated { 8u16 } else { 0 }).to_le_bytes());
        header.extend_from_slice(&[0; 16]);
        header.extend_from_slice(&1u16.to_le_bytes());
        header.extend_from_slice(&0u16.to_le_bytes());
        header.push(b'm');
        header.reverse();
        Source {
            header,
            file: Some(file),
            offset: member.data_offset,
            hold_back_last_byte: member.is_deflated,
            state: Arc::new(SourceState { left: AtomicU64::new(member.compressed_bytes), ..SourceState::default() }),
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.header.is_empty() {
            let count = buffer.len().min(self.header.len());
            for (byte, of_header) in buffer.iter_mut().zip(self.header.drain(self.header.len() - count..).rev()) {
                *byte = of_header;
            }
            return Ok(count);
        }
        let state = &self.state;
        let left = state.left.load(Ordering::Relaxed);
        let Some(file) = &self.file else {
            return Ok(0);
        };
        if left == 0 || buffer.is_empty() || state.closed.load(Ordering::Relaxed) {
            return Ok(0);
        }
        // The last byte comes alone: a decoder that never asks for it ended before the member did.
        let wanted = if self.hold_back_last_byte && left > 1 { left - 1 } else { left };
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).min(buffer.len());
        match read_some_at(file, &mut buffer[..wanted], self.offset) {
            Ok(count) => {
                state.ended_early.store(count == 0, Ordering::Relaxed);
                state.left.store(left - count as u64, Ordering::Relaxed);
                self.offset += count as u64;
                Ok(count)
            }
            Err(error) => {
                let retried = error.kind() == io::ErrorKind::Interrupted;
                state.io_failed.store(!retried, Ordering::Relaxed);
                Err(error)
            }
        }
    }
}

/// A member being read. Reads end with `Ok(0)` only after everything was checked.
pub struct MemberReader<'a> {
    path: String,
    /// The file that is read, for I/O errors.
    full_path: PathBuf,
    declared: u64,
    produced: u64,
    finished: bool,
    inner: Inner<'a>,
}

enum Inner<'a> {
    File { file: Arc<File> },
    Zip { data: Box<ZipFile<'a, Source>>, state: Arc<SourceState>, offset: u64 },
}

impl<'a> MemberReader<'a> {
    pub(super) fn of_file(entry: &Entry, full_path: PathBuf, file: Arc<File>) -> MemberReader<'a> {
        MemberReader::new(entry, full_path, Inner::File { file })
    }

    pub(super) fn of_zip(
        entry: &Entry,
        full_path: PathBuf,
        member: &ZipMember,
        source: &'a mut Source,
    ) -> Result<MemberReader<'a>, ReadError> {
        let state = Arc::clone(&source.state);
        let options =
            ZipReadOptions::new().override_compressed_size(member.compressed_bytes).override_crc(member.crc32);
        let malformed = |error: &dyn std::fmt::Display| {
            let oddity = Oddity::new(FaultKind::Malformed, "a readable member", error.to_string());
            ReadError::Fault(oddity.at(Some(entry.path.as_bytes()), Some(member.data_offset)))
        };
        let data = match read_zipfile_from_stream_with_options(source, options) {
            Ok(Some(data)) => Box::new(data),
            Ok(None) => return Err(malformed(&"no member")),
            Err(error) => return Err(malformed(&error)),
        };
        let offset = member.data_offset;
        let inner = Inner::Zip { data, state, offset };
        Ok(MemberReader::new(entry, full_path, inner))
    }

    fn new(entry: &Entry, full_path: PathBuf, inner: Inner<'a>) -> MemberReader<'a> {
        MemberReader { path: entry.path.clone(), full_path, declared: entry.bytes, produced: 0, finished: false, inner }
    }

    /// Reads everything. The caller has compared the declared size with its cap.
    pub(super) fn read_whole(mut self) -> Result<Vec<u8>, ReadError> {
        let Ok(length) = usize::try_from(self.declared) else {
            return Err(self.fault(FaultKind::SizeLimit, "a size that fits into memory"));
        };
        let mut content = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match self.next_bytes(&mut content[filled..])? {
                0 => return Err(self.fault(FaultKind::Truncated, "")),
                count => filled += count,
            }
        }
        // One more, which must be none: it checks the end.
        self.next_bytes(&mut [0])?;
        Ok(content)
    }

    fn next_bytes(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if self.finished || buffer.is_empty() {
            return Ok(0);
        }
        let mut probe = [0];
        let left = usize::try_from(self.declared - self.produced).unwrap_or(usize::MAX);
        let is_probe = left == 0;
        let target = if is_probe {
            &mut probe[..]
        } else {
            let limit = left.min(buffer.len());
            &mut buffer[..limit]
        };
        let result = loop {
            let result = match &mut self.inner {
                Inner::File { file } => read_some_at(file, target, self.produced),
                Inner::Zip { data, .. } => data.read(target),
            };
            match result {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        match result {
            Ok(0) => {
                self.check_end()?;
                self.finished = true;
                Ok(0)
            }
            Ok(_) if is_probe => Err(self.fault(FaultKind::SizeLimit, "")),
            Ok(count) => {
                self.produced += count as u64;
                Ok(count)
            }
            Err(error) => Err(self.explain(error)),
        }
    }

    /// At the end of the data: all that was declared has come, and all compressed bytes were needed.
    fn check_end(&self) -> Result<(), ReadError> {
        if self.produced < self.declared {
            return Err(self.fault(FaultKind::Truncated, ""));
        }
        if let Inner::Zip { state, .. } = &self.inner {
            let left = state.left.load(Ordering::Relaxed);
            if left > 0 {
                return Err(self.fault(FaultKind::TrailingData, "a deflate stream as long as the member"));
            }
        }
        Ok(())
    }

    /// Tells a failing machine from a faulty member.
    fn explain(&self, source: io::Error) -> ReadError {
        let Inner::Zip { state, .. } = &self.inner else {
            return ReadError::Io { path: self.full_path.clone(), source };
        };
        if state.io_failed.load(Ordering::Relaxed) {
            return ReadError::Io { path: self.full_path.clone(), source };
        }
        if state.ended_early.load(Ordering::Relaxed) {
            return self.fault(FaultKind::Truncated, "");
        }
        self.fault_with(FaultKind::Crc, "content with the stated CRC-32".into(), source.to_string())
    }

    fn fault(&self, kind: FaultKind, expected: &str) -> ReadError {
        let expected = if expected.is_empty() { format!("{} bytes", self.declared) } else { expected.to_owned() };
        let actual = match kind {
            FaultKind::SizeLimit => "more bytes".to_owned(),
            FaultKind::TrailingData => "bytes after its end".to_owned(),
            _ => format!("{} bytes", self.produced),
        };
        self.fault_with(kind, expected, actual)
    }

    fn fault_with(&self, kind: FaultKind, expected: String, actual: String) -> ReadError {
        let offset = match &self.inner {
            Inner::File { .. } => None,
            Inner::Zip { offset, .. } => Some(*offset),
        };
        let fault: Fault = Oddity::new(kind, expected, actual).at(Some(self.path.as_bytes()), offset);
        ReadError::Fault(fault)
    }
}

impl Read for MemberReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.next_bytes(buffer).map_err(|error| {
            let kind = match &error {
                ReadError::Io { source, .. } => source.kind(),
                _ => io::ErrorKind::InvalidData,
            };
            io::Error::new(kind, error)
        })
    }
}

impl Drop for MemberReader<'_> {
    fn drop(&mut self) {
        // The zip crate reads what is left of a member when it is dropped; that may be a terabyte.
        if let Inner::Zip { state, .. } = &self.inner {
            state.closed.store(true, Ordering::Relaxed);
        }
    }
}
