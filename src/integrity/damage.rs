//! What speaks against a chain, counted and called in one way by every view and by the command line: places that are broken, gaps,
//! and an end that is missing.

use std::collections::BTreeMap;

use super::code::{Code, Severity};
use super::report::Report;
use super::verdict::{Completeness, Integrity};
use crate::record::figures::counted;

/// What a finding says of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Something does not hash or link, or is not what it claims to be.
    Broken,
    /// Records are missing between others or before them.
    Gap,
    /// Records are missing behind the last one.
    End,
}

impl Damage {
    /// What findings of a code say of the chain; `None` where they do not speak against it.
    #[must_use]
    pub fn of(code: Code) -> Option<Self> {
        let forced = code.effect().forces().filter(|_| code.severity() == Severity::Error)?;
        match forced {
            forced if forced == Integrity::Broken.name() => Some(Self::Broken),
            forced if forced == Completeness::Gaps.name() => Some(Self::Gap),
            forced if forced == Completeness::Truncated.name() => Some(Self::End),
            _ => None,
        }
    }
}

/// What happened where a finding is, in a word: one word for one thing, everywhere.
#[must_use]
pub fn word(code: Code) -> &'static str {
    match code {
        Code::ChainBrokenLink => "replaced",
        Code::RecordHashMismatch => "edited",
        Code::RecordHashAltered => "hash altered",
        Code::RecordSeqAltered => "seq altered",
        Code::RecordPrevAltered => "prev altered",
        Code::ChainGap => "deleted",
        Code::ChainHeadCut => "beginning cut off",
        Code::ChainTruncated | Code::CheckpointRollback => END_CUT_OFF,
        Code::SliceUndeclaredGap => "missing",
        Code::SliceUndeclaredRecord => "undeclared",
        Code::ChainReordered => "reordered",
        Code::ChainDuplicate => "duplicate",
        Code::ChainFork => "fork",
        Code::MerkleRoot => "rewritten",
        Code::RecordSignatureInvalid => "signature invalid",
        _ => OTHER,
    }
}

/// The word for an end that is missing.
pub const END_CUT_OFF: &str = "end cut off";

/// The word where no other says what happened.
pub const OTHER: &str = "damaged";

/// A word with the number of its places: `replaced in 1 place`. An end is in one place only.
#[must_use]
pub fn in_places(word: &str, n: u64) -> String {
    if word == END_CUT_OFF { word.to_owned() } else { format!("{word} in {}", counted(n, "place", "places")) }
}

/// What speaks against a chain by the counts of a report's findings, each word with its places: `replaced in 1 place, deleted in 2
/// places`. Only what is of one of
/// these forms is said, in their order; empty where there is none.
#[must_use]
pub fn said(counts: &BTreeMap<&'static str, u64>, forms: &[Damage]) -> String {
    let mut words: Vec<(&str, u64)> = Vec::new();
    let of_form = |form| Code::ALL.iter().filter(move |code| Damage::of(**code) == Some(form));
    for code in forms.iter().flat_map(|form| of_form(*form)) {
        let n = counts.get(code.name()).copied().unwrap_or_default();
        let word = word(*code);
        match words.iter_mut().find(|(known, _)| *known == word) {
            Some((_, known)) => *known += n,
            None if n > 0 => words.push((word, n)),
            None => {}
        }
    }
    // What has no word of its own is the least telling.
    words.sort_by_key(|(word, _)| *word == OTHER);
    words.into_iter().map(|(word, n)| in_places(word, n)).collect::<Vec<_>>().join(", ")
}

/// How many findings of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damages {
    /// See [`Damage::Broken`].
    pub broken: u64,
    /// See [`Damage::Gap`].
    pub gaps: u64,
    /// See [`Damage::End`].
    pub ends: u64,
}

impl Damages {
    /// Those of a report; exact also where not every finding is listed.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let mut damages = Self::default();
        for code in Code::ALL {
            let n = report.finding_counts.get(code.name()).copied().unwrap_or_default();
            match Damage::of(*code) {
                Some(Damage::Broken) => damages.broken += n,
                Some(Damage::Gap) => damages.gaps += n,
                Some(Damage::End) => damages.ends += n,
                None => {}
            }
        }
        damages
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.broken + self.gaps + self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_in_the_order_of_the_forms() {
        let mut counts = BTreeMap::new();
        assert_eq!(said(&counts, &[Damage::Broken, Damage::Gap, Damage::End]), "");
        for (code, n) in [
            (Code::ManifestDigestMismatch, 1),
            (Code::ChainBrokenLink, 1),
            (Code::ChainGap, 1200),
            (Code::ChainTruncated, 1),
            (Code::CheckpointRollback, 1),
            (Code::TimeBackwards, 3),
        ] {
            counts.insert(code.name(), n);
        }
        let all = said(&counts, &[Damage::Broken, Damage::Gap, Damage::End]);
        assert_eq!(all, "replaced in 1 place, deleted in 1\u{202f}200 places, end cut off, damaged in 1 place");
        assert_eq!(said(&counts, &[Damage::Broken]), "replaced in 1 place, damaged in 1 place");
    }

    #[test]
    fn every_error_of_the_chain_is_of_one_form() {
        for (code, expected) in [
            (Code::ChainBrokenLink, Some(Damage::Broken)),
            (Code::ManifestDigestMismatch, Some(Damage::Broken)),
            (Code::ChainGap, Some(Damage::Gap)),
            (Code::SliceUndeclaredGap, Some(Damage::Gap)),
            (Code::ChainTruncated, Some(Damage::End)),
            (Code::CheckpointRollback, Some(Damage::End)),
            (Code::CheckpointSignatureInvalid, None),
            (Code::TimeBackwards, None),
            (Code::VerifyNothingToCheck, None),
        ] {
            assert_eq!(Damage::of(code), expected, "{code:?}");
        }
    }
}
