//! Looks at the lines of one chunk of the log: hashes, links inside the chunk, the form and the facts of every record.
//! Chunks are independent of each other, so workers scan them side by side; `assemble` joins what they found.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use super::chain::{Chain, Item, LineFault, OddLine, Place, Stated};
use super::imports::Import;
use super::signatures::ChunkSignatures;
use crate::bundle::line::{GENESIS, Line, MAX_LINE_BYTES, RecordHasher};
use crate::bundle::reading::Stretch;
use crate::record::sealed::Seal;
use crate::record::signature::{HmacKey, Outcome, SignatureChecker};
use crate::record::time::Time;
use crate::record::{self, Facts, Fault, Kind, LogRecord, Outline, Remark, SignatureMember};
use crate::tlog::merkle::{Cuts, Hash};

/// How far a record's clock and a witness' may differ before the two contradict each other: five minutes.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// What all chunks of a log share.
#[derive(Debug, Clone)]
pub struct Context {
    /// The name of the log.
    pub origin: String,
    /// The tree sizes at which a root will be wanted.
    pub cuts: Cuts,
    /// When trusted witnesses saw the log.
    pub sights: Sights,
    /// The zone that the log states for times without one.
    pub zone: Option<FixedOffset>,
    /// The shared key that the records' own signatures are checked with.
    pub hmac_key: Option<HmacKey>,
}

/// A tree of that size existed at that time, says somebody whom the auditor trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeAnchor {
    /// Tree size.
    pub size: u64,
    /// When it was seen.
    pub at: DateTime<Utc>,
}

/// Trusted times of tree sizes, prepared for the question which of them bound a record.
#[derive(Debug, Clone, Default)]
pub struct Sights {
    /// Tree sizes in ascending order.
    sizes: Vec<u64>,
    /// The earliest time at which a tree of this size or a larger one was seen.
    earliest_from: Vec<DateTime<Utc>>,
    /// The latest time at which a tree of this size or a smaller one was seen.
    latest_to: Vec<DateTime<Utc>>,
}

impl Sights {
    /// Prepares the sights.
    pub fn new(mut sights: Vec<TimeAnchor>) -> Self {
        sights.sort_by_key(|sight| (sight.size, sight.at));
        let mut earliest_from: Vec<DateTime<Utc>> = sights.iter().map(|sight| sight.at).collect();
        let mut latest_to = earliest_from.clone();
        for n in 1..sights.len() {
            latest_to[n] = latest_to[n].max(latest_to[n - 1]);
        }
        for n in (1..sights.len()).rev() {
            earliest_from[n - 1] = earliest_from[n - 1].min(earliest_from[n]);
        }
        Self { sizes: sights.iter().map(|sight| sight.size).collect(), earliest_from, latest_to }
    }

    /// The earliest sight of a tree that holds `seq` and the latest of one that does not: the record was written
    /// between the two.
    fn around(&self, seq: u64) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let without = self.sizes.partition_point(|size| *size <= seq);
        let not_before = without.checked_sub(1).map(|last| self.latest_to[last]);
        (self.earliest_from.get(without).copied(), not_before)
    }
}

/// Something about one record; the hash of its line is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Not a record of format 1.
    Fault(Fault),
    /// Not UTF-8, from this byte of the record on.
    NotUtf8(usize),
    /// A carriage return.
    CarriageReturn,
    /// An oddity.
    Remark(Remark),
    /// The time states no zone, and the log names none.
    ZoneMissing,
    /// The time states no zone; the log's was assumed.
    ZoneAssumed,
    /// The time is later than a trusted sight of a tree that holds the record.
    AfterAnchor {
        /// What the record says.
        stated: DateTime<Utc>,
        /// When the tree was seen.
        seen: DateTime<Utc>,
    },
    /// The time is earlier than a trusted sight of a tree that does not hold the record.
    BeforeAnchor {
        /// What the record says.
        stated: DateTime<Utc>,
        /// When the tree was seen.
        seen: DateTime<Utc>,
    },
    /// It stands after a `log` record that closed the log.
    AfterClose,
}

/// How far a line is what it claims to be. Whether the lines around it fit is another question; findings answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineState {
    /// The line hashes as it states, and holds a record of format 1.
    Intact,
    /// The line hashes as it states; what it holds is no record of format 1.
    Invalid,
    /// The line does not hash as it states.
    Altered,
    /// Not of the form of a line.
    Unreadable,
}

impl LineState {
    /// Every state, the best first.
    pub const ALL: [Self; 4] = [Self::Intact, Self::Invalid, Self::Altered, Self::Unreadable];

    /// Its place in [`LineState::ALL`].
    pub fn place(self) -> u8 {
        self as u8
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Invalid => "invalid",
            Self::Altered => "altered",
            Self::Unreadable => "unreadable",
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Intact => "the line hashes as it states, and holds a record of format 1",
            Self::Invalid => "the line hashes as it states; what it holds is no record of format 1",
            Self::Altered => "the line does not hash as it states: what it shows is not what was chained",
            Self::Unreadable => "not of the form of a line",
        }
    }
}

/// A line that was scanned, for those who keep something of it.
#[derive(Debug)]
pub struct ScannedLine<'a> {
    /// How far it is what it claims to be.
    pub state: LineState,
    /// Byte offset in the stretch.
    pub offset: u64,
    /// Length in bytes, without the LF.
    pub bytes: usize,
    /// What it states, and what its record hashes to; `None` for an unreadable one.
    pub stated: Option<Stated>,
    /// The record, where it is one of format 1: also that of an altered line.
    pub record: Option<ReadRecord<'a>>,
    /// What stands in that record, where it was noted down; empty otherwise.
    pub outline: &'a Outline,
}

/// A record of format 1 in a line, intact or not.
#[derive(Debug)]
pub struct ReadRecord<'a> {
    /// Its text: passed [`record::check`].
    pub text: &'a str,
    /// Its kind, stated or implied.
    pub kind: Kind,
    /// Its time, where that can be placed.
    pub at: Option<DateTime<Utc>>,
    /// Its own id.
    pub audit_id: Option<Cow<'a, str>>,
}

/// Sees every line of a stretch once, in order.
pub trait SeeLines {
    /// Whether it reads records: then they are outlined, and those of altered lines are told as well.
    const READS_RECORDS: bool;

    /// Takes what it wants of a line.
    fn see(&mut self, line: &ScannedLine<'_>);
}

/// Keeps nothing.
impl SeeLines for () {
    const READS_RECORDS: bool = false;

    fn see(&mut self, _: &ScannedLine<'_>) {}
}

/// What was found in a chunk.
#[derive(Debug)]
pub struct ChunkScan {
    /// Lines looked at.
    pub lines: u64,
    /// Bytes looked at, before compression.
    pub raw_bytes: u64,
    /// The chain of the chunk.
    pub items: Vec<Item>,
    /// Pieces of it that were not kept.
    pub dropped: u64,
    /// Lines whose own hash is right.
    pub records: u64,
    /// Remarks and faults of single records.
    pub notes: Vec<(u64, Place, Note)>,
    /// Sealed fields, in the order of the records.
    pub seals: Vec<(u64, Seal)>,
    /// The records' own signatures.
    pub signatures: ChunkSignatures,
    /// What `log` records say about imports.
    pub imports: Vec<Import>,
    /// What `erasure` records name: their own seq, the seq and the pointer named.
    pub erasures: Vec<(u64, u64, String)>,
    /// Times stated by the records, those apart that say when the log was written.
    pub times: Times,
    /// The log record that closes the log, and whether it is the chunk's last record.
    pub closed: Option<u64>,
    /// Seq, hash as stated, and place of the first and the last line that could be read.
    pub first: Option<Stated>,
    /// See `first`.
    pub last: Option<Stated>,
    /// The first line's record where it is odd: its fault can depend on the line before the chunk.
    pub first_record: Option<Box<[u8]>>,
}

/// The times of a stretch of records, in their order in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// The earliest.
    pub min: Option<DateTime<Utc>>,
    /// The latest.
    pub max: Option<DateTime<Utc>>,
    /// The first record's that has one.
    pub first: Option<(DateTime<Utc>, u64)>,
    /// The last record's that has one.
    pub last: Option<DateTime<Utc>>,
    /// Steps backwards from one record to the next.
    pub backwards: Backwards,
}

/// Steps backwards in time. Where several programs write one log there are many small ones, so they are counted, and
/// the largest is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backwards {
    /// How many.
    pub count: u64,
    /// The record after the first one.
    pub first: Option<u64>,
    /// The largest, and the record after it.
    pub largest: Option<(TimeDelta, u64)>,
}

impl Backwards {
    fn join(&mut self, later: &Self) {
        self.count += later.count;
        self.first = self.first.or(later.first);
        if later.largest.map(|(step, _)| step) > self.largest.map(|(step, _)| step) {
            self.largest = later.largest;
        }
    }

    fn step(from: DateTime<Utc>, to: DateTime<Utc>, seq: u64) -> Self {
        Self { count: 1, first: Some(seq), largest: Some((from.signed_duration_since(to), seq)) }
    }
}

impl Times {
    fn add(&mut self, at: DateTime<Utc>, seq: u64) {
        self.min = Some(self.min.map_or(at, |min| min.min(at)));
        self.max = Some(self.max.map_or(at, |max| max.max(at)));
        self.first = self.first.or(Some((at, seq)));
        if let Some(last) = self.last.replace(at).filter(|last| at < *last) {
            self.backwards.join(&Backwards::step(last, at, seq));
        }
    }

    /// Appends a later stretch.
    pub fn join(&mut self, later: &Self) {
        self.min = self.min.into_iter().chain(later.min).min();
        self.max = self.max.into_iter().chain(later.max).max();
        if let (Some(last), Some((first, seq))) = (self.last, later.first)
            && first < last
        {
            self.backwards.join(&Backwards::step(last, first, seq));
        }
        self.backwards.join(&later.backwards);
        self.first = self.first.or(later.first);
        self.last = later.last.or(self.last);
    }
}

/// Scans chunks of one log.
#[derive(Debug)]
pub struct Scanner<'a> {
    context: &'a Context,
    hasher: RecordHasher,
    signatures: Option<SignatureChecker>,
    outline: Outline,
}

impl<'a> Scanner<'a> {
    /// A scanner for the log of `context`.
    pub fn new(context: &'a Context) -> Self {
        let signatures = context.hmac_key.as_ref().map(SignatureChecker::new);
        Self { context, hasher: RecordHasher::new(&context.origin), signatures, outline: Outline::default() }
    }

    /// Scans a stretch and shows its lines to `seer`. Places count from the stretch's start.
    pub fn scan<S: SeeLines>(&mut self, stretch: Stretch<'_>, seer: &mut S) -> ChunkScan {
        let Stretch { lines: bytes, segment, begins_log, .. } = stretch;
        let mut scan = ChunkScan {
            lines: 0,
            raw_bytes: bytes.len() as u64,
            items: Vec::new(),
            dropped: 0,
            records: 0,
            notes: Vec::new(),
            seals: Vec::new(),
            signatures: ChunkSignatures::default(),
            imports: Vec::new(),
            erasures: Vec::new(),
            times: Times::default(),
            closed: None,
            first: None,
            last: None,
            first_record: None,
        };
        let cuts = chunk_cuts(bytes, &self.context.cuts);
        // One look at the whole chunk; where it is not UTF-8 every record is looked at on its own.
        let text = simdutf8::basic::from_utf8(bytes).ok();
        let mut chain = Chain::piece();
        let mut before = begins_log.then_some((None, GENESIS));
        let mut start = 0;
        while start < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
            scan.lines += 1;
            let place = Place { segment, line: scan.lines, offset: start as u64 };
            let line = &bytes[start..end];
            let complete = end < bytes.len();
            let (mut state, mut stated_there, mut record_there) = (LineState::Unreadable, None, None);
            match read_line(line, complete, begins_log && scan.lines == 1) {
                Err(fault) => {
                    chain.push_odd(OddLine { fault, place, stated: None });
                    before = None;
                }
                Ok(parsed) => {
                    let computed = self.hasher.hash(parsed.seq, &parsed.prev, parsed.record);
                    let stated = Stated { seq: parsed.seq, prev: parsed.prev, hash: parsed.hash, computed };
                    stated_there = Some(stated);
                    let record_start = end - 1 - parsed.record.len();
                    let record = match text {
                        Some(text) => text.get(record_start..end - 1).ok_or(record_start),
                        None => simdutf8::compat::from_utf8(parsed.record).map_err(|error| error.valid_up_to()),
                    };
                    if scan.first.is_none() && scan.lines == 1 {
                        scan.first = Some(stated);
                    }
                    if computed == parsed.hash {
                        chain.push_record(parsed.seq, parsed.prev, parsed.hash, place, &cuts);
                        scan.records += 1;
                        record_there = self.look_at::<S>(record, parsed.seq, place, &mut scan);
                        state = if record_there.is_some() { LineState::Intact } else { LineState::Invalid };
                    } else {
                        state = LineState::Altered;
                        if S::READS_RECORDS {
                            record_there = record.ok().and_then(|text| self.read_altered(text));
                        }
                        let fault = amended(&mut self.hasher, &stated, parsed.record, before);
                        if scan.lines == 1 {
                            scan.first_record = Some(parsed.record.into());
                        }
                        chain.push_odd(OddLine { fault, place, stated: Some(stated) });
                    }
                    before = Some((Some(parsed.seq), parsed.hash));
                    scan.last = Some(stated);
                }
            }
            let (offset, bytes, outline) = (start as u64, line.len(), &self.outline);
            seer.see(&ScannedLine { state, offset, bytes, stated: stated_there, record: record_there, outline });
            start = end + 1;
        }
        (scan.items, scan.dropped) = chain.finish();
        scan
    }

    /// The record of a line that does not hash as it states, as far as it is one.
    fn read_altered<'r>(&mut self, text: &'r str) -> Option<ReadRecord<'r>> {
        let Facts { kind, time, audit_id, .. } = record::check_noting(text, &mut self.outline).ok()?;
        let at = time.and_then(|time| time.instant(self.context.zone));
        Some(ReadRecord { text, kind, at, audit_id })
    }

    /// The form and the facts of a record whose hash is right. `None` where it is none of format 1.
    fn look_at<'r, S: SeeLines>(
        &mut self,
        record: Result<&'r str, usize>,
        seq: u64,
        place: Place,
        scan: &mut ChunkScan,
    ) -> Option<ReadRecord<'r>> {
        let mut note = |note| scan.notes.push((seq, place, note));
        let record = match record {
            Ok(record) => record,
            Err(offset) => {
                note(Note::NotUtf8(offset));
                return None;
            }
        };
        if memchr::memchr(b'\r', record.as_bytes()).is_some() {
            note(Note::CarriageReturn);
        }
        let Facts { kind, time, audit_id, signature, seals, remarks } = match match S::READS_RECORDS {
            true => record::check_noting(record, &mut self.outline),
            false => record::check(record),
        } {
            Ok(facts) => facts,
            Err(fault) => {
                note(Note::Fault(fault));
                return None;
            }
        };
        remarks.into_iter().for_each(|remark| note(Note::Remark(remark)));
        if scan.closed.is_some() {
            note(Note::AfterClose);
        }
        let at = time.and_then(|time| {
            if matches!(time, Time::Local(_)) {
                note(if self.context.zone.is_some() { Note::ZoneAssumed } else { Note::ZoneMissing });
            }
            time.instant(self.context.zone)
        });
        if let Some(at) = at {
            let ahead = |one: DateTime<Utc>, other| one.signed_duration_since(other) > CLOCK_TOLERANCE;
            match self.context.sights.around(seq) {
                (Some(seen), _) if ahead(at, seen) => note(Note::AfterAnchor { stated: at, seen }),
                (_, Some(seen)) if ahead(seen, at) => note(Note::BeforeAnchor { stated: at, seen }),
                _ => {}
            }
        }
        let log = match kind {
            // One that lacks what the verifier reads has a remark already.
            Kind::Log => serde_json::from_str::<LogRecord<'_>>(record).ok(),
            _ => None,
        };
        let event = log.as_ref().map_or("", |log| log.event.as_ref());
        // When a log was opened, or records were imported, is not when something happened that they tell of.
        if let Some(at) = at.filter(|_| !matches!(event, "opened" | "imported")) {
            scan.times.add(at, seq);
        }
        scan.seals.extend(seals.into_iter().map(|seal| (seq, seal)));
        match self.signature(record, signature) {
            Some(outcome) => scan.signatures.add(outcome, kind == Kind::Decision, seq, place),
            None => scan.signatures.unchecked += u64::from(signature == SignatureMember::Text),
        }
        if kind == Kind::Erasure
            && let Ok(erasure) = serde_json::from_str::<record::Erasure<'_>>(record)
        {
            scan.erasures.push((seq, erasure.seq, erasure.pointer.into_owned()));
        }
        match (event, &log) {
            ("closed", _) => scan.closed = scan.closed.or(Some(seq)),
            ("imported", Some(log)) => scan.imports.push(Import::new(log, seq, place, at)),
            _ => {}
        }
        Some(ReadRecord { text: record, kind, at, audit_id })
    }

    /// What becomes of the record's own signature; `None` where no key was supplied for it.
    fn signature(&mut self, record: &str, member: SignatureMember) -> Option<Outcome> {
        let checker = self.signatures.as_mut()?;
        Some(match member {
            SignatureMember::Absent => Outcome::Missing,
            SignatureMember::Text | SignatureMember::Other => checker.check(record),
        })
    }
}

/// The cuts that can lie inside a chunk: by the seqs that its first and last lines state. Where the two do not fit,
/// all cuts stay.
fn chunk_cuts(bytes: &[u8], cuts: &Cuts) -> Cuts {
    let seq_of = |line: &[u8]| Line::parse(line).map(|line| line.seq);
    let first = bytes.split(|byte| *byte == b'\n').next().and_then(seq_of);
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let last = memchr::memrchr(b'\n', body).map_or(body, |at| &body[at + 1..]);
    match (first, seq_of(last)) {
        (Some(first), Some(last)) if first <= last => cuts.within(first..last + 1),
        _ => cuts.clone(),
    }
}

fn read_line(line: &[u8], complete: bool, begins_log: bool) -> Result<Line<'_>, LineFault> {
    if begins_log && line.starts_with(b"\xef\xbb\xbf") {
        return Err(LineFault::ByteOrderMark);
    }
    if line.len() >= MAX_LINE_BYTES {
        return Err(LineFault::TooLong);
    }
    if !complete {
        return Err(LineFault::Partial);
    }
    Line::parse(line).ok_or_else(|| {
        LineFault::Malformed(
            match line {
                [] => "an empty line",
                [.., b'\r'] => "it ends with a carriage return",
                line if line.starts_with(b"{\"seq\":") => "its members are not exactly seq, prev, hash and record",
                _ => "it does not begin with {\"seq\":",
            }
            .to_owned(),
        )
    })
}

/// Whether a wrong hash comes right once the line is taken to follow `before` (seq, none before the log's first; hash).
pub fn amended(
    hasher: &mut RecordHasher,
    stated: &Stated,
    record: &[u8],
    before: Option<(Option<u64>, Hash)>,
) -> LineFault {
    let Some((seq, hash)) = before else { return LineFault::Hash };
    let true_seq = seq.map_or(0, |seq| seq.saturating_add(1));
    if stated.seq == true_seq && stated.prev != hash && hasher.hash(true_seq, &hash, record) == stated.hash {
        LineFault::PrevAltered
    } else if stated.seq != true_seq && hasher.hash(true_seq, &stated.prev, record) == stated.hash {
        LineFault::SeqAltered { true_seq }
    } else {
        LineFault::Hash
    }
}
