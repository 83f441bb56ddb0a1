//! Reads the lines of a log on all cores: one thread reads, workers decompress and look at whole lines, the caller's
//! thread takes what they found in the order of the log. Channels are bounded, so memory does not grow with the log.
//!
//! What is looked for is the caller's: the verifier's scan, an index, a text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::container::{Container, Fault, ReadError};
use super::contents::SegmentRef;
use super::limits::{MAX_SEGMENT_FILE_BYTES, MAX_SEGMENT_RAW_BYTES};
use super::line::MAX_LINE_BYTES;
use super::segment::{ByteStream, FrameFault, SegmentDecoder, StreamError};
use crate::tlog::merkle::Hash;

/// Told how reading a log goes on, and asked whether it should. Both are called from several threads.
pub trait Watch: Sync {
    /// Lines and bytes (before compression) read since the last call.
    fn progress(&self, _lines: u64, _bytes: u64) {}

    /// Whether to stop, and to keep nothing.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Whether to read no further, and to keep what was read.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watch for Unwatched {}

/// Why a log could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The operating system refused.
    #[error("{}: {}", path.display(), crate::os::Plain(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// The watcher asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// A worker thread could not be started, or ended without a result.
    #[error("a worker thread failed: {0}")]
    Worker(String),
}

/// Where the lines come from.
pub enum Source<'a> {
    /// Segments, each a member of the container.
    Segments(&'a [SegmentRef]),
    /// The one member of a bare file.
    Bare {
        /// Its path.
        member: &'a str,
        /// Whether it is a zstd frame.
        compressed: bool,
    },
}

/// A stretch of the log as it was read.
struct Chunk {
    index: u64,
    segment: u32,
    /// Lines, or one zstd frame of them.
    bytes: Vec<u8>,
    compressed: bool,
    /// Byte offset of the chunk in its file, before compression.
    offset: u64,
    /// BLAKE3 and length of the file are wanted.
    is_file: bool,
    fault: Option<ChunkFault>,
}

/// Why a chunk is not all that its file holds.
#[derive(Debug)]
pub enum ChunkFault {
    /// The member could not be read.
    Member(Fault),
    /// It could not be decompressed to its end.
    Frame(FrameFault),
    /// The file is longer than a segment may be; the length is that of the container.
    FileTooLong(u64),
    /// The lines are longer than a segment may be.
    RawTooLong(u64),
}

/// Whole lines of one segment, or of a part of a bare file; only the last may lack its LF.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// The lines.
    pub lines: &'a [u8],
    /// Which segment; 0 in a bare file.
    pub segment: u32,
    /// Byte offset of the stretch in its file, before compression.
    pub offset: u64,
    /// The log begins with it.
    pub begins_log: bool,
}

/// What a worker found in a stretch.
pub struct Looked<T> {
    /// Which segment; 0 in a bare file.
    pub segment: u32,
    /// Byte offset of the stretch in its file, before compression.
    pub offset: u64,
    /// Bytes of lines in it.
    pub raw_bytes: u64,
    /// What was found in it.
    pub found: T,
    /// BLAKE3 and length of the whole file, for a segment that could be read.
    pub file: Option<(Hash, u64)>,
    /// Why it is not all that its file holds.
    pub fault: Option<ChunkFault>,
}

/// How a log was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// Of a bare file that was read to its end.
    pub digest: Option<Hash>,
    /// To its end; where not, the watcher stopped it.
    pub is_whole: bool,
}

/// Bytes of a bare file read at a time.
const BLOCK_BYTES: usize = 4 << 20;

const _: () = assert!(BLOCK_BYTES > 2 * MAX_LINE_BYTES);

/// More workers than this would not fit the memory bound; each holds a segment and what it was made from.
const MAX_WORKERS: usize = 6;

/// Reads the lines of `source`. Each worker makes a look of its own with `looks`, which returns what it found in a
/// stretch and how many lines that has; `take` gets it in the order of the log.
///
/// # Errors
/// [`LogError`]; what `take` returns ends the reading as well.
pub fn look<T, L, E>(
    container: &mut Container,
    path: &Path,
    source: &Source<'_>,
    watch: &dyn Watch,
    looks: impl Fn() -> L + Sync,
    mut take: impl FnMut(Looked<T>) -> Result<(), E>,
) -> Result<Read, E>
where
    T: Send,
    L: FnMut(Stretch<'_>) -> (T, u64),
    E: From<LogError>,
{
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS);
    let stop = AtomicBool::new(false);
    let taken = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let (chunk_sender, chunks) = bounded::<Chunk>(1);
        let (looked_sender, looked) = bounded::<(u64, Looked<T>)>(workers);
        let worker_error = |error: std::io::Error| LogError::Worker(error.to_string());
        for worker in 0..workers {
            let (chunks, results, stop, looks) = (chunks.clone(), looked_sender.clone(), &stop, &looks);
            std::thread::Builder::new()
                .name(format!("look-{worker}"))
                .spawn_scoped(scope, move || work(&chunks, &results, looks(), watch, stop))
                .map_err(worker_error)?;
        }
        drop((chunks, looked_sender));
        let (stop_flag, taken_count) = (&stop, &taken);
        let reader = std::thread::Builder::new()
            .name("read".to_owned())
            .spawn_scoped(scope, move || {
                let mut feed = Feed {
                    chunks: chunk_sender,
                    next: 0,
                    stop: stop_flag,
                    watch,
                    taken: taken_count,
                    workers,
                    is_cut: false,
                };
                let digest = match source {
                    Source::Segments(segments) => read_segments(container, segments, &mut feed).map(|()| None),
                    Source::Bare { member, compressed } => read_bare(container, path, member, *compressed, &mut feed),
                };
                digest.map(|digest| Read { digest, is_whole: !feed.is_cut })
            })
            .map_err(worker_error)?;
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut outcome = Ok(());
        for (index, result) in looked {
            waiting.insert(index, result);
            while outcome.is_ok()
                && let Some(result) = waiting.remove(&next)
            {
                next += 1;
                taken.store(next, Ordering::Relaxed);
                outcome = take(result);
            }
            if outcome.is_err() {
                stop.store(true, Ordering::Relaxed);
                waiting.clear();
            }
        }
        let read = reader.join().map_err(|_| LogError::Worker("the reader panicked".to_owned()))?;
        outcome?;
        let read = read?;
        if watch.is_cancelled() {
            return Err(LogError::Cancelled.into());
        }
        if waiting.is_empty() { Ok(read) } else { Err(LogError::Worker("a stretch was lost".to_owned()).into()) }
    })
}

fn work<T>(
    chunks: &Receiver<Chunk>,
    results: &Sender<(u64, Looked<T>)>,
    mut look: impl FnMut(Stretch<'_>) -> (T, u64),
    watch: &dyn Watch,
    stop: &AtomicBool,
) {
    let mut decoder = None;
    let mut raw = Vec::new();
    for chunk in chunks {
        if stop.load(Ordering::Relaxed) || watch.is_cancelled() {
            return;
        }
        let file = chunk.is_file.then(|| (*blake3::hash(&chunk.bytes).as_bytes(), chunk.bytes.len() as u64));
        let mut fault = chunk.fault;
        let lines = if chunk.compressed {
            if decoder.is_none() {
                decoder = SegmentDecoder::new().ok();
            }
            let decoded = match &mut decoder {
                Some(decoder) => decoder.decode(&chunk.bytes, &mut raw),
                None => Err(FrameFault::Undecodable("no memory for the decompressor".to_owned())),
            };
            if let Err(error) = decoded {
                fault = fault.or(Some(ChunkFault::Frame(error)));
            }
            &raw
        } else {
            &chunk.bytes
        };
        let Chunk { index, segment, offset, .. } = chunk;
        let raw_bytes = lines.len() as u64;
        let (found, count) = look(Stretch { lines, segment, offset, begins_log: index == 0 });
        watch.progress(count, raw_bytes);
        if results.send((index, Looked { segment, offset, raw_bytes, found, file, fault })).is_err() {
            return;
        }
    }
}

struct Feed<'a> {
    chunks: Sender<Chunk>,
    next: u64,
    stop: &'a AtomicBool,
    watch: &'a dyn Watch,
    taken: &'a AtomicU64,
    workers: usize,
    /// A chunk was not sent, because nobody wanted more.
    is_cut: bool,
}

impl Feed<'_> {
    /// False once nobody wants more.
    fn send(&mut self, chunk: Chunk) -> bool {
        self.is_cut |= !self.is_sent(chunk);
        !self.is_cut
    }

    fn is_sent(&mut self, mut chunk: Chunk) -> bool {
        chunk.index = self.next;
        self.next += 1;
        // One slow chunk must not let the results of all later ones pile up behind it.
        while self.next - self.taken.load(Ordering::Relaxed) > 16 * self.workers as u64 {
            if self.is_over() {
                return false;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        !self.is_over() && self.chunks.send(chunk).is_ok()
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.watch.is_cancelled() || self.watch.is_stopped()
    }
}

fn read_segments(container: &mut Container, segments: &[SegmentRef], feed: &mut Feed<'_>) -> Result<(), LogError> {
    for (n, segment) in segments.iter().enumerate() {
        let size = container
            .entries()
            .binary_search_by(|entry| entry.path.as_bytes().cmp(segment.path.as_bytes()))
            .map_or(0, |at| container.entries()[at].bytes);
        let raw_limit = MAX_SEGMENT_RAW_BYTES as u64;
        let fault = match (segment.is_compressed(), size) {
            (true, size) if size > MAX_SEGMENT_FILE_BYTES => Some(ChunkFault::FileTooLong(size)),
            (false, size) if size > raw_limit => Some(ChunkFault::RawTooLong(size)),
            _ => None,
        };
        let (bytes, fault) = match fault {
            Some(fault) => (Vec::new(), Some(fault)),
            None => match container.read(&segment.path, MAX_SEGMENT_FILE_BYTES) {
                Ok(bytes) => (bytes, None),
                Err(ReadError::Io { path, source }) => return Err(LogError::Io { path, source }),
                Err(ReadError::Fault(fault)) => (Vec::new(), Some(ChunkFault::Member(fault))),
                Err(ReadError::Missing) => continue,
            },
        };
        let chunk = Chunk {
            index: 0,
            segment: u32::try_from(n).unwrap_or(u32::MAX),
            compressed: segment.is_compressed() && fault.is_none(),
            is_file: fault.is_none(),
            bytes,
            offset: 0,
            fault,
        };
        if !feed.send(chunk) {
            return Ok(());
        }
    }
    Ok(())
}

fn read_bare(
    container: &mut Container,
    path: &Path,
    member: &str,
    compressed: bool,
    feed: &mut Feed<'_>,
) -> Result<Option<Hash>, LogError> {
    let mut hasher = blake3::Hasher::new();
    let io_error = |source| LogError::Io { path: path.to_owned(), source };
    let outcome = {
        let file =
            Hashing { inner: container.stream(member).map_err(|error| read_error(error, path))?, hasher: &mut hasher };
        let mut stream = if compressed { ByteStream::zstd(file).map_err(io_error)? } else { ByteStream::plain(file) };
        let outcome = read_lines(&mut stream, feed);
        if feed.is_cut {
            return Ok(None);
        }
        // A fault ends the lines early; the digest is that of the whole file.
        stream.drain().map(|()| outcome)
    };
    match outcome.and_then(|inner| inner) {
        Ok(()) => Ok(Some(*hasher.finalize().as_bytes())),
        Err(StreamError::Io(error)) => {
            let text = error.to_string();
            Err(ReadError::from_stream(error)
                .map_or_else(|| io_error(std::io::Error::other(text)), |error| read_error(error, path)))
        }
        Err(StreamError::Frame(fault)) => {
            let chunk = Chunk {
                index: 0,
                segment: 0,
                bytes: Vec::new(),
                compressed: false,
                offset: 0,
                is_file: false,
                fault: Some(ChunkFault::Frame(fault)),
            };
            feed.send(chunk);
            Ok(Some(*hasher.finalize().as_bytes()))
        }
    }
}

fn read_error(error: ReadError, path: &Path) -> LogError {
    match error {
        ReadError::Io { path, source } => LogError::Io { path, source },
        // The container is one file that was opened and measured a moment ago: it is being written to.
        other => LogError::Io {
            path: path.to_owned(),
            source: std::io::Error::other(format!("the file changed while it was read: {other}")),
        },
    }
}

/// Cuts the stream into chunks of whole lines. A line that is too long is cut short, and its rest passed over.
fn read_lines<R: std::io::Read>(stream: &mut ByteStream<R>, feed: &mut Feed<'_>) -> Result<(), StreamError> {
    let mut rest: Vec<u8> = Vec::new();
    let mut offset = 0_u64;
    let mut skipping = false;
    loop {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        block.append(&mut rest);
        let mut filled = block.len();
        block.resize(BLOCK_BYTES, 0);
        let mut ended = Ok(false);
        while filled < block.len() {
            match stream.fill(&mut block[filled..]) {
                Ok(0) => {
                    ended = Ok(true);
                    break;
                }
                Ok(bytes) => filled += bytes,
                Err(error) => {
                    // What could be read before the fault is looked at all the same.
                    ended = Err(error);
                    break;
                }
            }
        }
        block.truncate(filled);
        if skipping {
            match memchr::memchr(b'\n', &block) {
                Some(end) => {
                    skipping = false;
                    offset += end as u64 + 1;
                    rest = block.split_off(end + 1);
                }
                None => offset += block.len() as u64,
            }
            if matches!(ended, Ok(false)) || !rest.is_empty() && ended.is_ok() {
                continue;
            }
            block = std::mem::take(&mut rest);
        }
        let is_last = !matches!(ended, Ok(false));
        let start = offset;
        if !is_last {
            let whole = memchr::memrchr(b'\n', &block).map_or(0, |end| end + 1);
            if block.len() - whole >= MAX_LINE_BYTES {
                offset += block.len() as u64;
                block.truncate(whole + MAX_LINE_BYTES);
                skipping = true;
            } else {
                rest = block.split_off(whole);
                offset += block.len() as u64;
            }
        }
        if !block.is_empty() {
            let chunk = Chunk {
                index: 0,
                segment: 0,
                bytes: block,
                compressed: false,
                offset: start,
                is_file: false,
                fault: None,
            };
            if !feed.send(chunk) {
                return Ok(());
            }
        }
        if is_last {
            return ended.map(|_| ());
        }
    }
}

/// Hashes what goes by.
struct Hashing<'a, R> {
    inner: R,
    hasher: &'a mut blake3::Hasher,
}

impl<R: std::io::Read> std::io::Read for Hashing<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.inner.read(out)?;
        self.hasher.update(&out[..bytes]);
        Ok(bytes)
    }
}
