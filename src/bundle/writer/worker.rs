//! The thread that compresses finished segments and writes members, while the next segment is filled. It alone has the
//! container, so members stand in it in the order in which they were handed over.

use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

use super::error::WriteError;
use super::staging::Target;
use crate::bundle::manifest;
use crate::record::sealed::hex;
use crate::tlog::merkle::Hash;

/// zstd's own default: the next levels cost more time than they save space.
const LEVEL: i32 = 3;

/// What is known of a segment before it is compressed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) first_seq: u64,
    pub(super) last_seq: u64,
    pub(super) records: u64,
    pub(super) prev: Hash,
    pub(super) last: Hash,
}

pub(super) enum Job {
    Segment { lines: Vec<u8>, span: Span },
    Member { path: String, content: Vec<u8> },
}

/// What the thread leaves: the container, still open, and the segments in it.
pub(super) type Outcome = Result<(Target, Vec<manifest::Segment>), WriteError>;

/// The running thread. Dropping this waits for it, so that nobody writes any more when the container is removed.
pub(super) struct Worker {
    jobs: Option<Sender<Job>>,
    spare: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<Outcome>>,
    path: PathBuf,
}

impl Worker {
    /// Starts the thread. `path` is what errors name.
    pub(super) fn start(target: Target, path: PathBuf) -> Result<Self, WriteError> {
        // One segment waits while one is compressed: that is all the memory there is.
        let (jobs, todo) = bounded(1);
        let (give_back, spare) = bounded(2);
        let of_thread = path.clone();
        let thread = std::thread::Builder::new()
            .name("bundle-writer".to_owned())
            .spawn(move || run(target, &of_thread, &todo, &give_back))
            .map_err(|source| WriteError::Io { path: path.clone(), member: None, source })?;
        Ok(Self { jobs: Some(jobs), spare, thread: Some(thread), path })
    }

    /// Whether the thread ended by itself, which it does only on an error.
    pub(super) fn has_failed(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Hands over a job, waiting for room. False where the thread has ended.
    pub(super) fn send(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
    }

    /// An empty buffer, used before where there is one.
    pub(super) fn buffer(&self) -> Vec<u8> {
        let mut buffer = self.spare.try_recv().unwrap_or_default();
        buffer.clear();
        buffer
    }

    /// Waits until everything handed over is written.
    pub(super) fn end(mut self) -> Outcome {
        self.join().unwrap_or_else(|| {
            let source = io::Error::other("the writing thread stopped");
            Err(WriteError::Io { path: std::mem::take(&mut self.path), member: None, source })
        })
    }

    /// What the thread leaves. `None` where that was taken already, or the thread panicked.
    fn join(&mut self) -> Option<Outcome> {
        self.jobs = None;
        self.thread.take()?.join().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.join();
    }
}

fn run(mut target: Target, path: &Path, jobs: &Receiver<Job>, spare: &Sender<Vec<u8>>) -> Outcome {
    let failed = |member: &str, source| {
        let member = (!member.is_empty()).then(|| member.to_owned());
        WriteError::Io { path: path.to_path_buf(), member, source }
    };
    let mut compressor = compressor().map_err(|error| failed("", error))?;
    let mut segments = Vec::new();
    for job in jobs {
        match job {
            Job::Segment { lines, span } => {
                let member = format!("log/{:06}.jsonl.zst", segments.len());
                let frame = compressor.compress(&lines).map_err(|error| failed(&member, error))?;
                target
                    .member(&member, frame.len() as u64, &mut |out| out.write_all(&frame))
                    .map_err(|error| failed(&member, error))?;
                segments.push(manifest::Segment {
                    path: member,
                    first_seq: span.first_seq,
                    last_seq: span.last_seq,
                    records: span.records,
                    bytes: frame.len() as u64,
                    raw_bytes: lines.len() as u64,
                    blake3: hex(blake3::hash(&frame).as_bytes()),
                    prev: hex(&span.prev),
                    last: hex(&span.last),
                });
                // Nobody may want it any more.
                let _ = spare.try_send(lines);
            }
            Job::Member { path: member, content } => target
                .member(&member, content.len() as u64, &mut |out| out.write_all(&content))
                .map_err(|error| failed(&member, error))?,
        }
    }
    Ok((target, segments))
}

fn compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    compressor.set_parameter(CParameter::ContentSizeFlag(true))?;
    Ok(compressor)
}
