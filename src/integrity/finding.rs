//! A finding: what was seen, where, and what it means in one sentence.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::code::Code;
use crate::record::figures::counted;

/// The most findings kept of one code; beyond it only the count goes on.
pub const MAX_DETAILS: u64 = 1000;

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The first record concerned.
    pub seq: Option<u64>,
    /// The last record concerned; the same as `seq` for a single one.
    pub end_seq: Option<u64>,
    /// The file in the bundle, safe to show.
    pub segment: Option<String>,
    /// Line in that file, from 1.
    pub line: Option<u64>,
    /// Byte offset in that file; in segments before compression.
    pub offset: Option<u64>,
    /// What should stand there.
    pub expected: Option<String>,
    /// What stands there.
    pub actual: Option<String>,
    /// What it means here, and what remains proven.
    pub meaning: String,
}

/// A count of records: `1 record`, `20 000 records`.
pub(super) fn records(count: u64) -> String {
    counted(count, "record", "records")
}

impl Finding {
    /// A finding about the bundle as a whole, with the code's own words.
    pub fn new(code: Code) -> Self {
        let meaning = code.meaning().to_owned();
        Self {
            code,
            seq: None,
            end_seq: None,
            segment: None,
            line: None,
            offset: None,
            expected: None,
            actual: None,
            meaning,
        }
    }

    /// About the records from `first` to `last`, both included.
    #[must_use]
    pub fn records(mut self, first: u64, last: u64) -> Self {
        (self.seq, self.end_seq) = (Some(first), Some(last));
        self
    }

    /// In this file.
    #[must_use]
    pub fn file(mut self, path: impl Into<String>) -> Self {
        self.segment = Some(path.into());
        self
    }

    /// At this line and offset.
    #[must_use]
    pub fn at(mut self, line: u64, offset: u64) -> Self {
        (self.line, self.offset) = (Some(line), Some(offset));
        self
    }

    /// What should be there, and what is.
    #[must_use]
    pub fn differs(mut self, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        (self.expected, self.actual) = (Some(expected.into()), Some(actual.into()));
        self
    }

    /// In these words.
    #[must_use]
    pub fn saying(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = meaning.into();
        self
    }

    /// The code's own words, and then these.
    #[must_use]
    pub fn adding(mut self, more: &str) -> Self {
        self.meaning = format!("{} {more}", self.code.meaning());
        self
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code.name())?;
        map.serialize_entry("severity", self.code.severity().name())?;
        map.serialize_entry("axis", self.code.effect().axis().name())?;
        map.serialize_entry("seq", &self.seq)?;
        map.serialize_entry("end_seq", &self.end_seq)?;
        map.serialize_entry("segment", &self.segment)?;
        map.serialize_entry("line", &self.line)?;
        map.serialize_entry("offset", &self.offset)?;
        map.serialize_entry("expected", &self.expected)?;
        map.serialize_entry("actual", &self.actual)?;
        map.serialize_entry("meaning", &self.meaning)?;
        map.serialize_entry("remains", self.code.remains())?;
        map.end()
    }
}

/// All findings, with exact counts and a bounded number of details.
#[derive(Debug, Default, Clone)]
pub struct Findings {
    list: Vec<Finding>,
    /// Per code: findings so far, and the index of the last one in `list`.
    codes: BTreeMap<Code, (u64, Option<usize>)>,
    /// Per code of which more was found than is kept: the last one, for what may join it.
    unkept: BTreeMap<Code, Finding>,
}

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, finding: Finding) {
        let (count, last) = self.codes.entry(finding.code).or_default();
        *count += 1;
        if *count <= MAX_DETAILS {
            *last = Some(self.list.len());
            self.list.push(finding);
        } else {
            self.unkept.insert(finding.code, finding);
        }
    }

    /// Adds a finding about single records, joined to the last one of its code where it says the same about the
    /// record before: findings of one cause are one finding with a range.
    pub fn add_joining(&mut self, finding: Finding) {
        let before = match self.unkept.get_mut(&finding.code) {
            Some(unkept) => Some(unkept),
            None => self.codes.get(&finding.code).and_then(|(_, last)| self.list.get_mut((*last)?)),
        };
        if let Some(before) = before
            && before.meaning == finding.meaning
            && let (Some(end), Some(next)) = (before.end_seq, finding.seq)
            && end.checked_add(1) == Some(next)
        {
            before.end_seq = finding.end_seq;
            return;
        }
        self.add(finding);
    }

    /// Takes back every finding of this code; returns how many there were.
    pub fn retract(&mut self, code: Code) -> u64 {
        self.list.retain(|finding| finding.code != code);
        let count = self.codes.remove(&code).map_or(0, |(count, _)| count);
        // The places of the others have moved.
        for (_, last) in self.codes.values_mut() {
            *last = None;
        }
        count
    }

    /// How many findings of this code there are, kept or not.
    pub fn count(&self, code: Code) -> u64 {
        self.codes.get(&code).map_or(0, |(count, _)| *count)
    }

    /// The codes found.
    pub fn codes(&self) -> impl Iterator<Item = Code> + '_ {
        self.codes.keys().copied()
    }

    /// The codes of which not every finding was kept: total and kept.
    pub fn cut(&self) -> impl Iterator<Item = (Code, u64)> + '_ {
        self.codes.iter().filter(|(_, (count, _))| *count > MAX_DETAILS).map(|(code, (count, _))| (*code, *count))
    }

    /// The findings kept: errors first, then by place.
    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| {
            (finding.code.severity(), finding.seq.is_none(), finding.seq, finding.code, finding.line)
        });
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cause_is_one_finding_and_counts_are_exact() {
        let mut findings = Findings::default();
        for seq in [3, 4, 5, 9] {
            findings.add_joining(Finding::new(Code::RecordSchema).records(seq, seq));
        }
        let ranges: Vec<_> = findings.list.iter().map(|finding| (finding.seq, finding.end_seq)).collect();
        assert_eq!(ranges, [(Some(3), Some(5)), (Some(9), Some(9))]);
        for seq in 0..2 * MAX_DETAILS {
            findings.add(Finding::new(Code::ChainGap).records(seq * 2, seq * 2));
        }
        assert_eq!(findings.count(Code::ChainGap), 2 * MAX_DETAILS);
        assert_eq!(findings.cut().collect::<Vec<_>>(), [(Code::ChainGap, 2 * MAX_DETAILS)]);
        // Neighbours join beyond the limit as well, and nothing joins the last one kept across others.
        for seq in [5, 6, 7, MAX_DETAILS * 2 - 1] {
            findings.add_joining(Finding::new(Code::ChainGap).records(seq, seq));
        }
        assert_eq!(findings.count(Code::ChainGap), 2 * MAX_DETAILS + 2);
        assert_eq!(findings.into_sorted().len() as u64, MAX_DETAILS + 2);
    }
}
