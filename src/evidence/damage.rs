//! Which rows are damaged: by what their lines are, and by what was found about them and their places.

use std::collections::BTreeMap;

use super::Evidence;
use crate::integrity::code::Code;
use crate::integrity::damage;
use crate::integrity::scan::LineState;

impl Evidence {
    /// Rows with something wrong, and the word for it ([`damage::word`]). What cannot be read is left out.
    #[must_use]
    pub fn damage(&self) -> BTreeMap<u32, &'static str> {
        let mut out = BTreeMap::new();
        let states = self.states().unwrap_or_default();
        let is_odd = |row: u32| states.get(row as usize).is_some_and(|state| *state != LineState::Intact.place());
        // Whoever replaces a record and makes its hash new leaves a line that is intact by itself.
        for (about, log) in self.logs().iter().flat_map(|log| [(About::Line, log), (About::Place, log)]) {
            let Ok(seqs) = log.index.seqs() else { continue };
            for finding in log.index.report.findings.iter().filter(|finding| About::of(finding.code) == Some(about)) {
                let Some(first) = finding.seq else { continue };
                // A finding that joins lines is about each of them; one about a place is shown by its first record.
                let last = if about == About::Line { finding.end_seq.unwrap_or(first) } else { first };
                let rows = (first..=last).take(log.rows.len()).filter_map(|seq| seqs.row(seq));
                for row in rows.map(|row| row + log.rows.start).filter(|row| about == About::Place || is_odd(*row)) {
                    out.entry(row).or_insert(damage::word(finding.code));
                }
            }
        }
        for (row, state) in (0..).zip(states).filter(|(_, state)| **state != LineState::Intact.place()) {
            let word = LineState::ALL.get(usize::from(*state)).map_or(damage::OTHER, |state| match state {
                LineState::Altered => "hash differs",
                state => state.name(),
            });
            out.entry(row).or_insert(word);
        }
        out
    }
}

/// What of a record a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// Its line, which does not hash as it states.
    Line,
    /// Its place among others.
    Place,
}

impl About {
    /// `None` where no single record has to bear the word of a finding.
    fn of(code: Code) -> Option<Self> {
        match code {
            Code::RecordHashMismatch | Code::RecordHashAltered | Code::RecordSeqAltered | Code::RecordPrevAltered => {
                Some(Self::Line)
            }
            Code::ChainBrokenLink
            | Code::ChainDuplicate
            | Code::ChainFork
            | Code::ChainReordered
            | Code::RecordSignatureInvalid => Some(Self::Place),
            _ => None,
        }
    }
}
