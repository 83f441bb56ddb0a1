//! Distinct values and their numbers, in order of arrival: a hash table over one arena. The hash is seeded anew in every
//! process, so that nobody can write a log whose values all collide.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;

/// What an entry of an interner is. The first three are [`super::ValueType`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Boolean,
    Number,
    Text,
    /// Several values of one row: its bytes are their codes, four each.
    List,
}

/// Distinct values by number of arrival, from 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Interner {
    arena: Vec<u8>,
    /// Where each entry ends in the arena.
    ends: Vec<u32>,
    kinds: Vec<Kind>,
    hashes: Vec<u32>,
    /// Open addressing, linear probing, a power of two: the hash above, the number of the entry plus one below.
    slots: Vec<u64>,
    /// The entry that was asked for last: most fields say the same many times in a row.
    last: usize,
}

/// The bytes that one entry costs beside its own: its end, kind, hash, and about two slots.
const ENTRY_BYTES: usize = 4 + 1 + 4 + 16;

impl Interner {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// An empty one with room for as much as another has.
    pub(super) fn like(other: &Self) -> Self {
        Self {
            arena: Vec::with_capacity(other.arena.len()),
            ends: Vec::with_capacity(other.len()),
            kinds: Vec::with_capacity(other.len()),
            hashes: Vec::with_capacity(other.len()),
            slots: if other.len() * 4 < other.slots.len() { Vec::new() } else { vec![0; other.slots.len()] },
            last: 0,
        }
    }

    /// About the memory in use, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.arena.len() + self.len() * ENTRY_BYTES
    }

    pub(super) fn clear(&mut self) {
        // A table that one odd stretch made large would cost every later stretch the time to empty it.
        if self.slots.len() > 8 * self.len().max(64) {
            self.slots = Vec::new();
        } else {
            self.slots.fill(0);
        }
        self.arena.clear();
        self.ends.clear();
        self.kinds.clear();
        self.hashes.clear();
        self.last = 0;
    }

    pub(super) fn bytes(&self, entry: usize) -> &[u8] {
        let start = if entry == 0 { 0 } else { self.ends[entry - 1] as usize };
        &self.arena[start..self.ends[entry] as usize]
    }

    /// The text of an entry that is no list.
    pub(super) fn text(&self, entry: usize) -> &str {
        // Only `&str` comes in for such entries.
        std::str::from_utf8(self.bytes(entry)).unwrap_or_default()
    }

    pub(super) fn kind(&self, entry: usize) -> Kind {
        self.kinds[entry]
    }

    pub(super) fn hash(&self, entry: usize) -> u32 {
        self.hashes[entry]
    }

    /// The codes of an entry that is a list.
    pub(super) fn codes(&self, entry: usize) -> impl Iterator<Item = u32> {
        self.bytes(entry).as_chunks().0.iter().map(|code| u32::from_le_bytes(*code))
    }

    /// The number of a value, new or known. `None` when four gigabytes are full.
    pub(super) fn intern(&mut self, kind: Kind, bytes: &[u8]) -> Option<usize> {
        if self.kinds.get(self.last) == Some(&kind) && self.bytes(self.last) == bytes {
            return Some(self.last);
        }
        self.intern_hashed(hash(kind, bytes), kind, bytes)
    }

    /// The same with the hash that [`Interner::hash`] gave for the value elsewhere.
    pub(super) fn intern_hashed(&mut self, hash: u32, kind: Kind, bytes: &[u8]) -> Option<usize> {
        if self.slots.len() * 3 <= self.len() * 4 {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            let Some(entry) = (slot as u32).checked_sub(1) else { break };
            let entry = entry as usize;
            if (slot >> 32) as u32 == hash && self.kinds[entry] == kind && self.bytes(entry) == bytes {
                self.last = entry;
                return Some(entry);
            }
            at = (at + 1) & mask;
        }
        let entry = self.len();
        let end = u32::try_from(self.arena.len() + bytes.len()).ok()?;
        let number = u32::try_from(entry + 1).ok()?;
        self.slots[at] = u64::from(hash) << 32 | u64::from(number);
        self.arena.extend_from_slice(bytes);
        self.ends.push(end);
        self.kinds.push(kind);
        self.hashes.push(hash);
        self.last = entry;
        Some(entry)
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(32);
        self.slots.clear();
        self.slots.resize(size, 0);
        for (entry, hash) in self.hashes.iter().enumerate() {
            let mut at = *hash as usize & (size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = u64::from(*hash) << 32 | (entry as u64 + 1);
        }
    }
}

/// What the hash is keyed with: nobody outside the process knows it.
fn seeds() -> [u64; 2] {
    static SEEDS: OnceLock<[u64; 2]> = OnceLock::new();
    *SEEDS.get_or_init(|| {
        let random = RandomState::new();
        // A multiplier that is odd and large loses nothing of what it multiplies.
        [random.hash_one(1_u8), random.hash_one(2_u8) | 1 << 63 | 1]
    })
}

/// Both halves of a product, so that every bit of one factor reaches every bit of the result.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

fn hash(kind: Kind, bytes: &[u8]) -> u32 {
    let [start, factor] = seeds();
    let (words, rest) = bytes.as_chunks::<8>();
    let mut state = start;
    for word in words {
        state = fold(state ^ u64::from_le_bytes(*word), factor);
    }
    if !rest.is_empty() {
        let word = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
            }
            // One to three bytes: the first, the middle and the last are all of them.
            _ => {
                let byte = |at: usize| u64::from(rest[at]);
                byte(0) | byte(rest.len() / 2) << 8 | byte(rest.len() - 1) << 16
            }
        };
        state = fold(state ^ word, factor);
    }
    // Not before: a length beside the first bytes could cancel a difference in them.
    let state = fold(state ^ start.rotate_left(32) ^ (kind as u64) << 48 ^ bytes.len() as u64, factor);
    (state >> 32) as u32 ^ state as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_for_one_value() {
        let mut interner = Interner::default();
        for round in 0..2 {
            for n in 0..5000 {
                let text = format!("{}{n}", "x".repeat(n % 19));
                assert_eq!(interner.intern(Kind::Text, text.as_bytes()), Some(2 * n), "{round}");
                assert_eq!(interner.intern(Kind::Number, text.as_bytes()), Some(2 * n + 1), "{round}");
                assert_eq!(interner.text(2 * n), text);
            }
        }
        interner.clear();
        assert_eq!(interner.intern(Kind::Text, b"again"), Some(0));
        assert_eq!(interner.intern(Kind::Text, b""), Some(1));
        assert_eq!((interner.len(), interner.text(0)), (2, "again"));
    }

    #[test]
    fn hashes_spread() {
        let mut low = std::collections::HashSet::new();
        let mut count = 0;
        for n in 0..20_000_u32 {
            for text in [format!("{n}"), format!("user-{n:08}"), format!("{n:0>9}-and-more-than-sixteen")] {
                low.insert(hash(Kind::Text, text.as_bytes()));
                count += 1;
            }
        }
        // Of 60 000 random numbers of 32 bits, less than one pair is the same on average.
        assert!(low.len() + 12 > count, "{} of {count}", low.len());
    }
}
