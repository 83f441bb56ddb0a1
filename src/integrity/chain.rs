//! The chain as it stands in a file: runs of lines that hash and link, and single lines that do not.
//!
//! A [`Chain`] is built line by line in a worker, and chunk by chunk from what the workers built: both use the same
//! rules, so a log that is whole ends as one run, however many workers looked at it. The lines on either side of a
//! break are runs of their own, so that a doubled or displaced line can be told from its neighbours.

use crate::tlog::merkle::{CompactRange, Cuts, Hash, leaf_hash};

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Index of the segment in the manifest's order; 0 in a bare file.
    pub segment: u32,
    /// Line number in the segment, from 1.
    pub line: u64,
    /// Byte offset of the line's start in the segment, before compression.
    pub offset: u64,
}

/// Consecutive records whose own hashes are right and whose links hold.
#[derive(Debug, Clone)]
pub struct Run {
    /// Seq of the first record.
    pub first_seq: u64,
    /// Number of records, at least 1.
    pub count: u64,
    /// `prev` of the first record.
    pub prev: Hash,
    /// Hash of the last record.
    pub last_hash: Hash,
    /// Merkle nodes of all records but the last, whose leaf may have to be replaced. `None` where lines stand so far
    /// out of order that nodes were formed across a cut: no root can be computed over them.
    pub body: Option<CompactRange>,
    /// Where the first record stands.
    pub place: Place,
    /// Where the last record stands.
    pub last_place: Place,
}

impl Run {
    /// The seq after the last record.
    pub fn end(&self) -> u64 {
        self.first_seq + self.count
    }
}

/// Why a line is not part of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineFault {
    /// Not of the form of a line; the text says how.
    Malformed(String),
    /// Longer than a line may be; the rest up to the next LF was skipped.
    TooLong,
    /// The last line has no LF.
    Partial,
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// The hash stated is not the hash of what stands there.
    Hash,
    /// As [`Self::Hash`], and it comes right with the preceding line's hash as `prev`: only `prev` was altered.
    PrevAltered,
    /// As [`Self::Hash`], and it comes right with the place's seq: only `seq` was altered.
    SeqAltered {
        /// The seq that this line was hashed with.
        true_seq: u64,
    },
}

/// A line that is not part of a run.
#[derive(Debug, Clone)]
pub struct OddLine {
    /// What is wrong with it.
    pub fault: LineFault,
    /// Where it stands.
    pub place: Place,
    /// Its members `seq`, `prev` and `hash` and the hash of what stands there, where it could be read at all.
    pub stated: Option<Stated>,
}

/// What a line that could be read says of itself, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated {
    /// Its seq.
    pub seq: u64,
    /// Its `prev`.
    pub prev: Hash,
    /// Its `hash`.
    pub hash: Hash,
    /// The hash of the bytes that stand there, under the seq and `prev` stated.
    pub computed: Hash,
}

/// A piece of the chain, in the order of the file.
#[derive(Debug, Clone)]
pub enum Item {
    /// Records that hash and link.
    Run(Run),
    /// A line that does not.
    Odd(OddLine),
}

/// A run being built. The last two leaves stay outside the nodes until it is known that the run goes on, so that the
/// last record can be split off.
#[derive(Debug)]
struct Open {
    first_seq: u64,
    /// One more than the highest seq that had been seen when this run began.
    begun_at: u64,
    next_seq: u64,
    prev: Hash,
    place: Place,
    body: Option<CompactRange>,
    before_last: Option<(Hash, Place)>,
    last: (Hash, Place),
}

impl Open {
    fn start(run: Run, begun_at: u64) -> Self {
        Self {
            begun_at,
            first_seq: run.first_seq,
            next_seq: run.end(),
            prev: run.prev,
            place: run.place,
            body: run.body,
            before_last: None,
            last: (run.last_hash, run.last_place),
        }
    }

    fn push(&mut self, hash: Hash, place: Place, cuts: &Cuts) {
        if let Some((leaf, _)) = self.before_last.replace(self.last) {
            self.push_leaf(&leaf, cuts);
        }
        self.last = (hash, place);
        self.next_seq += 1;
    }

    fn absorb(&mut self, run: &Run, cuts: &Cuts) {
        if run.count == 1 {
            return self.push(run.last_hash, run.place, cuts);
        }
        if let Some((leaf, _)) = self.before_last.take() {
            self.push_leaf(&leaf, cuts);
        }
        let last = self.last.0;
        self.push_leaf(&last, cuts);
        // The run begins where this one ends (the caller compared the seqs), so the nodes are adjacent.
        self.body = self.body.take().zip(run.body.as_ref()).and_then(|(mut body, more)| {
            body.append(more, cuts).ok()?;
            Some(body)
        });
        self.last = (run.last_hash, run.last_place);
        self.next_seq = run.end();
    }

    fn push_leaf(&mut self, hash: &Hash, cuts: &Cuts) {
        if let Some(body) = &mut self.body
            && body.push_leaf_hash(leaf_hash(hash), cuts).is_err()
        {
            self.body = None;
        }
    }

    /// The run as it is: one piece, or its last record apart where that is still possible.
    fn close(self, out: &mut Vec<Item>) {
        let (last_hash, last_place) = self.last;
        let Some((before, before_place)) = self.before_last else {
            out.push(Item::Run(Run {
                first_seq: self.first_seq,
                count: self.next_seq - self.first_seq,
                prev: self.prev,
                last_hash,
                body: self.body,
                place: self.place,
                last_place,
            }));
            return;
        };
        let last_seq = self.next_seq - 1;
        out.push(Item::Run(Run {
            first_seq: self.first_seq,
            count: last_seq - self.first_seq,
            prev: self.prev,
            last_hash: before,
            body: self.body,
            place: self.place,
            last_place: before_place,
        }));
        out.push(Item::Run(Run {
            first_seq: last_seq,
            count: 1,
            prev: before,
            last_hash,
            body: Some(CompactRange::new(last_seq)),
            place: last_place,
            last_place,
        }));
    }
}

/// The chain so far.
#[derive(Debug, Default)]
pub struct Chain {
    items: Vec<Item>,
    open: Option<Open>,
    /// The next record is a run of its own.
    apart: bool,
    /// The highest seq seen so far, plus one. A run that began below it ends when it gets there: what comes after is
    /// not part of what stands twice.
    high: u64,
    /// Pieces beyond [`MAX_ITEMS`] that were not kept.
    dropped: u64,
}

/// The most pieces kept: a hostile log may break at every line, and memory must not grow with it.
pub const MAX_ITEMS: usize = 100_000;

impl Chain {
    /// An empty chain whose pieces will be joined with others: its first and last records stay apart.
    pub fn piece() -> Self {
        Self { apart: true, ..Self::default() }
    }

    /// An empty chain that joins pieces.
    pub fn whole() -> Self {
        Self::default()
    }

    /// Adds a record whose own hash is right.
    pub fn push_record(&mut self, seq: u64, prev: Hash, hash: Hash, place: Place, cuts: &Cuts) {
        match &mut self.open {
            Some(open)
                if open.next_seq == seq
                    && open.last.0 == prev
                    && (open.first_seq >= open.begun_at || seq != self.high) =>
            {
                open.push(hash, place, cuts);
                self.high = self.high.max(seq + 1);
            }
            _ => self.push_run(
                Run {
                    first_seq: seq,
                    count: 1,
                    prev,
                    last_hash: hash,
                    body: Some(CompactRange::new(seq)),
                    place,
                    last_place: place,
                },
                cuts,
            ),
        }
    }

    /// Adds a run of another chain.
    pub fn push_run(&mut self, run: Run, cuts: &Cuts) {
        let high = self.high;
        self.high = high.max(run.end());
        match &mut self.open {
            Some(open) if open.next_seq == run.first_seq && open.last.0 == run.prev => {
                if open.first_seq < open.begun_at && run.first_seq == high {
                    self.close();
                    self.open = Some(Open::start(run, high));
                } else {
                    open.absorb(&run, cuts);
                }
            }
            Some(_) => {
                self.close();
                self.apart = false;
                self.keep(Item::Run(run));
            }
            None if self.apart => {
                self.apart = false;
                self.keep(Item::Run(run));
            }
            None => self.open = Some(Open::start(run, high)),
        }
    }

    /// Adds a line that is not part of a run.
    pub fn push_odd(&mut self, odd: OddLine) {
        self.close();
        self.apart = true;
        self.keep(Item::Odd(odd));
    }

    /// Adds a piece of another chain.
    pub fn push(&mut self, item: Item, cuts: &Cuts) {
        match item {
            Item::Run(run) => self.push_run(run, cuts),
            Item::Odd(odd) => self.push_odd(odd),
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let mut parts = Vec::with_capacity(2);
            open.close(&mut parts);
            parts.into_iter().for_each(|part| self.keep(part));
        }
    }

    fn keep(&mut self, item: Item) {
        if self.items.len() < MAX_ITEMS {
            self.items.push(item);
        } else {
            self.dropped += 1;
        }
    }

    /// The pieces in the order of the file, and how many beyond [`MAX_ITEMS`] were not kept.
    pub fn finish(mut self) -> (Vec<Item>, u64) {
        self.close();
        (self.items, self.dropped)
    }
}
