//! Reading lines of an indexed bundle again: all of a log on all cores, or one of them. What is read is held against the
//! index: a bundle that is no longer the one that was indexed gives an error, never an answer.

use std::collections::HashMap;
use std::io::{Read as _, Seek as _, SeekFrom};

use rusqlite::OptionalExtension as _;

use super::error::IndexError;
use super::open::Index;
use super::place::stamp;
use crate::bundle::container::{Container, Form, ReadError};
use crate::bundle::contents::SegmentRef;
use crate::bundle::limits::MAX_SEGMENT_FILE_BYTES;
use crate::bundle::line::{Line, MAX_LINE_BYTES, RecordHasher};
use crate::bundle::reading::{self, LogError, Source, Watch};
use crate::bundle::segment::{ByteStream, SegmentDecoder, StreamError};
use crate::integrity::digest::digest_of_file;
use crate::integrity::scan::LineState;
use crate::tlog::merkle::Hash;

/// First row and number of rows, by segment and offset.
pub(super) type Stretches = HashMap<(u32, u64), (u32, u32)>;

/// Lines of the log, and the row of the first.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a> {
    /// Whole lines; only the last of a log may lack its LF.
    pub bytes: &'a [u8],
    /// The row of the first.
    pub first_row: u32,
    /// How many there are.
    pub rows: u32,
}

/// One line, read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadLine {
    /// Its bytes, without the LF.
    pub bytes: Vec<u8>,
    /// Whether it is of the form of a line and hashes as it states.
    pub is_intact: bool,
}

impl Index {
    /// Lets workers look at the lines of the log, on all cores, and `take` what they found, in the order of the log. `wants`
    /// says of a range of rows whether it is to be looked at; segments of which none is are not read.
    ///
    /// # Errors
    /// [`IndexError::Stale`] where the bundle is no longer the one that was indexed; what was taken before does not count
    /// then.
    pub fn look<T, L>(
        &self,
        watch: &dyn Watch,
        wants: impl Fn(std::ops::Range<u32>) -> bool,
        looks: impl Fn() -> L + Sync,
        mut take: impl FnMut(u32, T) -> Result<(), IndexError>,
    ) -> Result<(), IndexError>
    where
        T: Send,
        L: FnMut(Lines<'_>) -> T,
    {
        let stretches = self.stretches()?;
        let mut container = Container::open(self.bundle())?;
        let bare = match container.form() {
            Form::BareLines => Some(false),
            Form::BareZstd => Some(true),
            Form::Folder | Form::Zip => None,
        };
        let wanted: Vec<usize> = (0..self.segments.len())
            .filter(|at| {
                let segment = &self.segments[*at];
                segment.rows > 0 && wants(segment.first_row..segment.first_row + segment.rows)
            })
            .collect();
        let refs: Vec<SegmentRef> =
            wanted.iter().map(|at| SegmentRef { path: self.segments[*at].path.clone(), claim: None }).collect();
        let source = match (bare, self.segments.first()) {
            (Some(compressed), Some(only)) => Source::Bare { member: &only.path, compressed },
            _ => Source::Segments(&refs),
        };
        let place = |segment: u32| wanted.get(segment as usize).copied().unwrap_or_default() as u32;
        let mut taken = 0;
        let looks = || {
            let mut look = looks();
            let (stretches, place) = (&stretches, &place);
            move |stretch: reading::Stretch<'_>| match stretches.get(&(place(stretch.segment), stretch.offset)) {
                Some((first_row, rows)) => {
                    let lines = Lines { bytes: stretch.lines, first_row: *first_row, rows: *rows };
                    (Some((*first_row, look(lines))), u64::from(*rows))
                }
                None => (None, 0),
            }
        };
        let read = reading::look(&mut container, self.bundle(), &source, watch, looks, |looked| {
            let segment = &self.segments[place(looked.segment) as usize];
            let is_same = bare.is_some() || looked.file.map(|(digest, _)| digest) == segment.digest;
            match looked.found {
                Some((first_row, found)) if is_same => {
                    taken += 1;
                    take(first_row, found)
                }
                None if is_same && looked.raw_bytes == 0 => Ok(()),
                // Of a log that was not read to its end, the lines behind are not indexed.
                None if is_same && bare.is_some() && self.report.is_part() => Ok(()),
                _ => Err(self.stale(&segment.path)),
            }
        })?;
        match bare {
            // Its digest is known only once it was read to its end.
            Some(_)
                if !self.report.is_part()
                    && read.digest.map(|digest| digest_of_file(&self.segments[0].path, &digest))
                        != self.report.bundle_digest =>
            {
                Err(self.stale(&self.segments[0].path))
            }
            None if taken < wanted.len() => Err(self.stale("a segment is missing")),
            _ => Ok(()),
        }
    }

    fn stale(&self, what: &str) -> IndexError {
        IndexError::Stale { path: self.bundle().to_owned(), what: what.to_owned() }
    }

    /// Whether the bundle's files are as they were when the index was opened, without reading them.
    fn has_its_stamp(&self) -> Result<bool, IndexError> {
        Ok(stamp(self.bundle())? == self.stamp)
    }

    /// First row and number of rows of what is read in one go, by segment and offset.
    pub(super) fn stretches(&self) -> Result<Stretches, IndexError> {
        self.ask(|connection| {
            let mut statement = connection.prepare("SELECT segment, offset, first_row, records FROM stretch")?;
            let rows = statement.query_map([], |row| {
                let key = (row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
                Ok((key, (row.get(2)?, row.get(3)?)))
            })?;
            rows.collect()
        })
    }

    /// The line of a row, from the bundle as it is now; `None` where there is no such row.
    ///
    /// # Errors
    /// [`IndexError::Stale`] where it is not the line that was indexed.
    pub fn line(&self, row: u32) -> Result<Option<ReadLine>, IndexError> {
        let found = self.ask_records(row..row.saturating_add(1), |connection| {
            let sql = "SELECT segment, offset, bytes, hash, state FROM record WHERE row = ?";
            let read = |row: &rusqlite::Row<'_>| {
                let (segment, offset, bytes): (u32, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let (hash, state): (Option<Vec<u8>>, u8) = (row.get(3)?, row.get(4)?);
                Ok((segment, offset.unsigned_abs(), bytes.unsigned_abs(), hash, state))
            };
            connection.query_row(sql, [row], read).optional()
        })?;
        let Some((segment, offset, bytes, hash, state)) = found else {
            return if row < self.rows { Err(self.broken("a row of the records is missing")) } else { Ok(None) };
        };
        let segment = self.segments.get(segment as usize).ok_or_else(|| self.stale("a segment is missing"))?;
        if bytes > MAX_LINE_BYTES as u64 {
            return Err(self.stale(&segment.path));
        }
        let line = match segment.digest {
            Some(digest) => {
                let lines = self.segment(&segment.path, &digest)?;
                let (start, end) = (usize::try_from(offset).ok(), usize::try_from(offset + bytes).ok());
                start.zip(end).and_then(|(start, end)| lines.get(start..end)).map(<[u8]>::to_vec)
            }
            None => self.piece(&segment.path, offset, bytes)?,
        };
        let line = line.ok_or_else(|| self.stale(&segment.path))?;
        // A line that was none when it was indexed (the last one without its LF, say) is none now.
        let parsed = Line::parse(&line).filter(|_| hash.is_some());
        // A stated hash stands in the index as well: a line that states another is another line.
        if parsed.map(|line| line.hash.to_vec()) != hash {
            return Err(self.stale(&segment.path));
        }
        let mut hasher = RecordHasher::new(&self.origin);
        let is_intact = parsed.is_some_and(|line| hasher.hash(line.seq, &line.prev, line.record) == line.hash);
        let was_intact = state == LineState::Intact.place() || state == LineState::Invalid.place();
        // Of a bare file nothing else says that a line which has no right hash is the one that was indexed.
        let is_same = was_intact == is_intact && (is_intact || segment.digest.is_some() || self.has_its_stamp()?);
        if !is_same {
            return Err(self.stale(&segment.path));
        }
        Ok(Some(ReadLine { bytes: line, is_intact }))
    }

    /// The member of the bundle that a row's line is in, and its offset there, before compression; `None` where there is no such
    /// row.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn place_of(&self, row: u32) -> Result<Option<(String, u64)>, IndexError> {
        let found = self.ask_records(row..row.saturating_add(1), |connection| {
            let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
            connection.query_row("SELECT segment, offset FROM record WHERE row = ?", [row], read).optional()
        })?;
        Ok(found.and_then(|(segment, offset)| {
            self.segments.get(segment as usize).map(|segment| (segment.path.clone(), offset))
        }))
    }

    /// The lines of a segment, held against its digest.
    fn segment(&self, path: &str, digest: &Hash) -> Result<Vec<u8>, IndexError> {
        let mut container = Container::open(self.bundle())?;
        let bytes = match container.read(path, MAX_SEGMENT_FILE_BYTES) {
            Ok(bytes) => bytes,
            Err(ReadError::Io { path, source }) => return Err(LogError::Io { path, source }.into()),
            Err(_) => return Err(self.stale(path)),
        };
        if blake3::hash(&bytes).as_bytes() != digest {
            return Err(self.stale(path));
        }
        if !path.ends_with(".zst") {
            return Ok(bytes);
        }
        let mut lines = Vec::new();
        let io = |source| LogError::Io { path: self.bundle().to_owned(), source };
        // A segment that cannot be decompressed to its end has the lines before the damage.
        let _ = SegmentDecoder::new().map_err(io)?.decode(&bytes, &mut lines);
        Ok(lines)
    }

    /// Some bytes of a bare file.
    fn piece(&self, member: &str, offset: u64, bytes: u64) -> Result<Option<Vec<u8>>, IndexError> {
        let io = |source| LogError::Io { path: self.bundle().to_owned(), source };
        let mut container = Container::open(self.bundle())?;
        let mut out = vec![0; usize::try_from(bytes).unwrap_or_default()];
        if container.form() == Form::BareLines {
            let mut file = std::fs::File::open(self.bundle()).map_err(io)?;
            file.seek(SeekFrom::Start(offset)).map_err(io)?;
            return Ok(file.read_exact(&mut out).ok().map(|()| out));
        }
        let stream = container.stream(member).map_err(|_| self.stale(member))?;
        let mut stream = ByteStream::zstd(stream).map_err(io)?;
        let mut buffer = vec![0; 1 << 20];
        let mut at = 0_u64;
        let mut filled = 0;
        while filled < out.len() {
            let count = match stream.fill(&mut buffer) {
                Ok(0) => return Ok(None),
                Ok(count) => count,
                Err(StreamError::Io(source)) => return Err(io(source).into()),
                Err(StreamError::Frame(_)) => return Ok(None),
            };
            let (start, end) = (at, at + count as u64);
            at = end;
            let wanted = offset + filled as u64;
            if end > wanted {
                let from = (wanted - start) as usize;
                let some = (count - from).min(out.len() - filled);
                out[filled..filled + some].copy_from_slice(&buffer[from..from + some]);
                filled += some;
            }
        }
        Ok(Some(out))
    }
}
