//! A path to a root in words: what it proves, or why there is none.

use super::{LeafOf, NoPath, RootPath};
use crate::record::figures;

/// So many other records are named.
const MAX_NAMED: usize = 5;

impl RootPath {
    /// What it says of the record at that place.
    #[must_use]
    pub fn words(&self, seq: u64) -> String {
        sentence(self, seq)
    }

    /// Whose hashes were not taken from the records themselves; empty where all were.
    #[must_use]
    pub fn words_of_others(&self) -> String {
        others(&self.others)
    }
}

impl NoPath {
    /// Why there is none, and what cannot be proven so.
    #[must_use]
    pub fn words(self) -> String {
        why_none(self)
    }
}

/// What the path says, in words.
fn sentence(path: &RootPath, seq: u64) -> String {
    let (size, hashes) = (figures::count(path.size), path.siblings.len() as u64);
    let hashes = figures::counted(hashes, "hash", "hashes");
    let signed = if path.is_signed { "signed" } else { "committed to" };
    let mut said = match (path.is_equal(), path.of) {
        (true, LeafOf::Content) => format!(
            "With {hashes} of other records the leaf of {} gives the root that the checkpoint of {size} states: the record is as it was {signed}.",
            figures::count(seq)
        ),
        (true, LeafOf::Declared) => format!(
            "With the declared hash the path leads to the root that the checkpoint of {size} states: the declared hash was {signed}. What stands here gives another hash, so this content was not {signed}. What it was before cannot be told from this bundle."
        ),
        (true, LeafOf::Named) => format!(
            "With the hash that the next record names, the path leads to the root that the checkpoint of {size} states: that hash was {signed}. This record has another one, so it was not {signed}. What stood here before cannot be told from this bundle."
        ),
        (false, _) => format!(
            "The root that the records give is not the one that the checkpoint of {size} states: at least one record below it is not as it was {signed}."
        ),
    };
    if !path.is_signed {
        said.push_str(" No signature of this checkpoint fits a key that is known.");
    }
    said
}

/// Whose hashes were not taken from the records themselves.
fn others(seqs: &[u64]) -> String {
    let named: Vec<String> = seqs.iter().take(MAX_NAMED).map(|seq| figures::count(*seq)).collect();
    match (named.as_slice(), seqs.len().saturating_sub(MAX_NAMED)) {
        ([], _) => String::new(),
        ([only], _) => {
            format!("Record {only} is damaged or missing: the hash that another line states for it was taken.")
        }
        (named, more) => {
            let more = if more > 0 { format!(" and {} more", figures::count(more as u64)) } else { String::new() };
            let named = named.join(", ");
            format!(
                "Records {named}{more} are damaged or missing: the hashes that other lines state for them were taken."
            )
        }
    }
}

/// Why there is no path, and what cannot be proven so.
fn why_none(why: NoPath) -> String {
    let count = figures::count;
    match why {
        NoPath::NoPlace => "The line states no place in the log, so it has no leaf in a tree.".to_owned(),
        NoPath::NotCovered => "No checkpoint covers this record: its links hold it, but nobody signed it. A rewrite of the whole tail would not show.".to_owned(),
        NoPath::NotRead { size } => format!(
            "The log was not read up to {}, where the next checkpoint stands. Read on for the path.",
            count(size)
        ),
        NoPath::Missing { size, first, last } => {
            let which = if first == last {
                format!("Record {} is not here", count(first))
            } else {
                format!("Records {} to {} are not here", count(first), count(last))
            };
            format!("{which}, and nothing tells the hashes of all of them, so the root of {} cannot be computed. Not proven: that this record is as it was signed.", count(size))
        }
        NoPath::Damaged { size } => format!(
            "So many records below {} are damaged that the path is not computed. Not proven here: that this record is as it was signed.",
            count(size)
        ),
        NoPath::NotHere { size } => format!(
            "A place below {} stands more than once in the file, or its records contradict each other, so this path cannot be told. What the verification found is shown in Integrity.",
            count(size)
        ),
        NoPath::Stopped => "The path to a signed root was not computed: it was stopped.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Digest;

    fn path(of: LeafOf, computed: u8, others: Vec<u64>) -> RootPath {
        let [signed, computed, leaf] = [[1; 32], [computed; 32], [7; 32]].map(Digest);
        RootPath { size: 8_000, signed, is_signed: true, computed, leaf, of, others, siblings: Vec::new() }
    }

    #[test]
    fn the_sentence_says_what_is_proven_and_no_more() {
        for (path, said, unsaid) in [
            (path(LeafOf::Content, 1, vec![]), "the record is as it was signed", "damaged"),
            (path(LeafOf::Content, 2, vec![]), "at least one record below it is not as it was signed", "is as it was"),
            (path(LeafOf::Declared, 1, vec![]), "so this content was not signed", "is as it was"),
            (path(LeafOf::Named, 1, vec![9]), "This record has another one, so it was not signed", "is as it was"),
            (RootPath { is_signed: false, ..path(LeafOf::Content, 1, vec![]) }, "No signature", "was signed"),
        ] {
            let sentence = sentence(&path, 5);
            assert!(sentence.contains(said) && !sentence.contains(unsaid), "{sentence}");
        }
        assert_eq!(others(&[]), "");
        assert!(others(&[9]).starts_with("Record 9 is damaged or missing"));
        let seven: Vec<u64> = (0..7).collect();
        assert!(others(&seven).starts_with("Records 0, 1, 2, 3, 4 and 2 more are damaged or missing"));
        let none = why_none(NoPath::Missing { size: 20_000, first: 19_650, last: 19_999 });
        assert!(none.contains("Not proven"), "{none}");
    }
}
