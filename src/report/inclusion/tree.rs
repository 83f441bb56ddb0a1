//! The leaves below a checkpoint's size: read a stretch at a time, damaged ones with every hash that is stated for them, withheld ones
//! as the nodes of the bundle's proof.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::{LeafOf, NoPath, Stop};
use crate::bundle::container::Container;
use crate::bundle::limits::MAX_PROOF_BYTES;
use crate::bundle::line::{Line, RecordHasher};
use crate::bundle::reading::Watch;
use crate::columns::Seqs;
use crate::evidence::{Evidence, Log};
use crate::index::IndexError;
use crate::integrity::code::Code;
use crate::integrity::proofs;
use crate::integrity::scan::LineState;
use crate::tlog::merkle::{CompactRange, Cuts, Hash, Node, leaf_hash, node_hash};

/// So many hashes are read at once.
const STRETCH: u32 = 16_384;

/// So many damaged records are read again for one path: each may take the reading of a segment.
const MAX_DAMAGED: usize = 100;

/// A record that is not what it was, or is not here: the hashes that it may have had.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Damaged {
    content: Option<Hash>,
    declared: Option<Hash>,
    named: Option<Hash>,
}

impl Damaged {
    pub(super) fn hash(&self, way: LeafOf) -> Option<Hash> {
        match way {
            LeafOf::Content => self.content,
            LeafOf::Declared => self.declared.or(self.named),
            LeafOf::Named => self.named.or(self.declared),
        }
    }

    pub(super) fn what(&self, hash: Hash) -> LeafOf {
        match Some(hash) {
            hash if hash == self.content => LeafOf::Content,
            hash if hash == self.declared => LeafOf::Declared,
            _ => LeafOf::Named,
        }
    }
}

/// The leaves below a checkpoint's size.
pub(super) struct Tree<'e> {
    log: &'e Log,
    seqs: Seqs,
    size: u64,
    pub(super) damaged: BTreeMap<u64, Damaged>,
    /// What a slice gives in place of the records that it withholds, by the first record.
    withheld: BTreeMap<u64, Node>,
    /// Roots over some records that were computed already: paths of several records have siblings in common.
    known: HashMap<(u64, u64, LeafOf), Hash>,
}

impl<'e> Tree<'e> {
    pub(super) fn new(evidence: &'e Evidence, log: &'e Log, seqs: Seqs, size: u64) -> Result<Self, Stop> {
        let mut withheld = BTreeMap::new();
        if log.index.report.withheld > 0 && !evidence.is_part() {
            let mut container = Container::open(log.index.bundle()).map_err(IndexError::from)?;
            // A proof that is not there or not one was found when the bundle was verified: the leaves are missing then.
            let bytes = container.read(&format!("proofs/{size}.json"), MAX_PROOF_BYTES).unwrap_or_default();
            let nodes = proofs::parse(&bytes, size).unwrap_or_default();
            withheld.extend(nodes.into_iter().map(|node| (node.start(), node)));
        }
        Ok(Self { log, seqs, size, damaged: BTreeMap::new(), withheld, known: HashMap::new() })
    }

    /// Finds the records below the size that may not be what was signed, and reads what is stated about each.
    pub(super) fn find_damaged(&mut self, evidence: &Evidence) -> Result<(), Stop> {
        let seqs = &self.seqs;
        let mut suspects: BTreeSet<u64> = BTreeSet::new();
        let states = evidence.states()?.get(self.log.rows.start as usize..self.log.rows.end as usize);
        for (row, state) in (0_u32..).zip(states.unwrap_or_default()) {
            if *state == LineState::Altered.place() {
                suspects.extend(seqs.seq(row));
            }
        }
        for finding in &self.log.index.report.findings {
            let is_about = matches!(finding.code, Code::ChainBrokenLink | Code::ChainFork | Code::ChainDuplicate);
            if let (true, Some(first)) = (is_about, finding.seq) {
                let last = finding.end_seq.unwrap_or(first).min(first.saturating_add(MAX_DAMAGED as u64));
                suspects.extend(first..=last);
            }
        }
        suspects.extend(self.gaps().filter(|gap| gap.end - gap.start == 1).map(|gap| gap.start));
        suspects.retain(|seq| *seq < self.size && !self.withheld.contains_key(seq));
        if suspects.len() > MAX_DAMAGED {
            return Err(Stop::NoPath(NoPath::Damaged { size: self.size }));
        }
        let mut hasher = RecordHasher::new(&self.log.index.origin);
        for seq in suspects {
            let read = |seq: Option<u64>| match seq.and_then(|seq| self.seqs.row(seq)) {
                Some(row) => self.log.index.line(row),
                None => Ok(None),
            };
            let mut damaged = Damaged::default();
            if let Some(line) = read(Some(seq))?
                && let Some(line) = Line::parse(&line.bytes)
            {
                damaged.content = Some(hasher.hash(line.seq, &line.prev, line.record));
                damaged.declared = Some(line.hash);
            }
            if let Some(line) = read(seq.checked_add(1))? {
                damaged.named = Line::parse(&line.bytes).map(|line| line.prev);
            }
            self.damaged.insert(seq, damaged);
        }
        Ok(())
    }

    /// The seqs below the size that no line states.
    fn gaps(&self) -> impl Iterator<Item = Range<u64>> + use<> {
        let runs = self.seqs.runs().map(|(rows, seq)| (seq, seq.saturating_add(u64::from(rows.end - rows.start))));
        let mut runs: Vec<(u64, u64)> = runs.collect();
        runs.sort_unstable();
        runs.push((self.size, self.size));
        let (mut at, size) = (0, self.size);
        runs.into_iter().filter_map(move |(first, end)| {
            let gap = at..first.min(size);
            at = at.max(end);
            (gap.start < gap.end).then_some(gap)
        })
    }

    /// The hash of a record: `None` where its line states none.
    pub(super) fn hash(&self, seq: u64, way: LeafOf, watch: &dyn Watch) -> Result<Option<Hash>, Stop> {
        Ok(self.hashes(seq, seq + 1, way, watch)?.first().copied().flatten())
    }

    /// The hashes of the records from one on, up to some other: as many as are read at once.
    fn hashes(&self, seq: u64, to: u64, way: LeafOf, watch: &dyn Watch) -> Result<Vec<Option<Hash>>, Stop> {
        if watch.is_cancelled() {
            return Err(Stop::NoPath(NoPath::Stopped));
        }
        if let Some(damaged) = self.damaged.get(&seq) {
            return Ok(vec![damaged.hash(way)]);
        }
        let Some(row) = self.seqs.row(seq) else { return Ok(Vec::new()) };
        let to = self.damaged.range(seq..to).next().map_or(to, |(damaged, _)| *damaged);
        let is_next = |n: &u32| seq + u64::from(*n) < to && self.seqs.row(seq + u64::from(*n)) == Some(row + n);
        let count = (1..STRETCH).find(|n| !is_next(n)).unwrap_or(STRETCH);
        Ok(self.log.index.hashes_of(row..row + count)?)
    }

    /// The root over some records.
    pub(super) fn root(&mut self, records: Range<u64>, way: LeafOf, watch: &dyn Watch) -> Result<Hash, Stop> {
        let key = (records.start, records.end, way);
        if let Some(hash) = self.known.get(&key) {
            return Ok(*hash);
        }
        let hash = self.computed(records, way, watch)?;
        self.known.insert(key, hash);
        Ok(hash)
    }

    fn computed(&self, records: Range<u64>, way: LeafOf, watch: &dyn Watch) -> Result<Hash, Stop> {
        let mut run = CompactRange::new(records.start);
        while run.end() < records.end {
            let at = run.end();
            let hashes = self.hashes(at, records.end, way, watch)?;
            let appended = match (hashes.first(), self.withheld.get(&at)) {
                (Some(Some(_)), _) => {
                    // Behind one that has no hash it goes on from there.
                    let mut known = hashes.iter().map_while(|hash| *hash);
                    known.try_for_each(|hash| run.push_leaf_hash(leaf_hash(&hash), &Cuts::none()))
                }
                (_, Some(node)) if node.end() <= records.end => run.append_node(*node, &Cuts::none()),
                _ => return Err(Stop::NoPath(self.missing(at))),
            };
            if appended.is_err() {
                return Err(Stop::NoPath(self.missing(at)));
            }
        }
        // A sibling that is no perfect tree is the last one of its level: its parts join from the right.
        let joined = run.nodes().iter().rev().map(|node| node.hash).reduce(|right, left| node_hash(&left, &right));
        joined.ok_or(Stop::NoPath(NoPath::NotHere { size: self.size }))
    }

    fn missing(&self, at: u64) -> NoPath {
        let size = self.size;
        let gap = self.gaps().find(|gap| gap.contains(&at)).unwrap_or(at..at + 1);
        let report = &self.log.index.report;
        if report.is_part() && gap.end == size {
            return NoPath::NotRead { size };
        }
        NoPath::Missing { size, first: gap.start, last: gap.end - 1 }
    }

    /// The damaged records beside one that do not stand in the tree as they stand in the bundle.
    pub(super) fn others(&self, seq: u64, way: LeafOf) -> Vec<u64> {
        let is_other = |(at, damaged): &(&u64, &Damaged)| **at != seq && damaged.hash(way) != damaged.content;
        self.damaged.iter().filter(is_other).map(|(at, _)| *at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_record_has_the_hashes_that_are_known_of_it() {
        let [content, declared, named] = [[1; 32], [2; 32], [3; 32]].map(Some);
        let edited = Damaged { content, declared, named: declared };
        assert_eq!(edited.hash(LeafOf::Named).map(|hash| edited.what(hash)), Some(LeafOf::Declared));
        let replaced = Damaged { content, declared: content, named };
        assert_eq!(replaced.hash(LeafOf::Named).map(|hash| replaced.what(hash)), Some(LeafOf::Named));
        let last = Damaged { content, declared, named: None };
        assert_eq!(last.hash(LeafOf::Named), declared);
        assert_eq!(Damaged { named, ..Damaged::default() }.hash(LeafOf::Content), None);
    }
}
