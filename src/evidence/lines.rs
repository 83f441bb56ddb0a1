//! What every line has, whatever its record says: which log and which bundle it is from, how it hashes; and the one timeline that several
//! bundles are.

use super::{Evidence, EvidenceError, Log, SortKey};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Column, ColumnBuilder, Piece, Value};
use crate::integrity::scan::LineState;
use crate::query::field::{Derived, Place};
use crate::query::vocabulary::KnownValue;
use crate::query::{Alias, Field, FieldType};
use crate::record::sealed::hex;

/// What an alias of lines stands for.
pub(super) fn meaning(alias: &Alias) -> Option<Derived> {
    match alias.sources {
        [source] if alias.is_of_line() => match source.place {
            Place::Derived(derived) => Some(derived),
            Place::Path(_) => None,
        },
        _ => None,
    }
}

/// What all lines of a bundle have.
fn text_of_log(derived: Derived, log: &Log) -> Option<String> {
    match derived {
        Derived::Log => Some(log.index.origin.clone()),
        Derived::Bundle => log.index.report.bundle_digest.as_ref().map(hex),
        _ => None,
    }
}

fn state_of(states: &[u8], row: u32) -> Option<&'static str> {
    LineState::ALL.get(usize::from(*states.get(row as usize)?)).map(|state| state.name())
}

impl Evidence {
    /// The column of an alias of lines.
    pub(super) fn column_of_lines(&self, derived: Derived) -> Result<Column, EvidenceError> {
        const STRETCH: u32 = 1 << 16;
        let states = if derived == Derived::LineState { self.states()? } else { &[] };
        let mut builder = ColumnBuilder::new();
        for log in &self.logs {
            let of_log = text_of_log(derived, log);
            for first in log.rows.clone().step_by(STRETCH as usize) {
                let mut piece = Piece::new();
                let rows = STRETCH.min(log.rows.end - first);
                for row in 0..rows {
                    if let Some(text) = of_log.as_deref().or_else(|| state_of(states, first + row)) {
                        piece.push(row, Value::Text(text));
                    }
                }
                builder.append(first, rows, &piece);
            }
        }
        let name = || EvidenceError::TooVaried(format!("{derived:?}"));
        builder.finish(self.rows(), FieldType::Text).map_err(|_| name())
    }

    /// The values of an alias of lines with how many records have them, the most frequent first.
    pub(super) fn values_of_lines(&self, derived: Derived) -> Vec<KnownValue> {
        let mut found: Vec<(String, u64)> = Vec::new();
        let mut add = |text: &str, count: u64| match found.iter_mut().find(|(known, _)| *known == text) {
            Some((_, records)) => *records += count,
            None => found.push((text.to_owned(), count)),
        };
        for log in &self.logs {
            if let Some(text) = text_of_log(derived, log) {
                add(&text, self.counted(log.rows.clone()));
            }
        }
        if derived == Derived::LineState
            && let Ok(states) = self.states()
        {
            let mut counts = [0; LineState::ALL.len()];
            let counting = |row: &usize| {
                self.hidden.as_deref().is_none_or(|hidden| u32::try_from(*row).is_ok_and(|row| !hidden.contains(row)))
            };
            for row in (0..states.len()).filter(counting) {
                if let Some(count) = counts.get_mut(usize::from(states[row])) {
                    *count += 1;
                }
            }
            let states = LineState::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
            states.for_each(|(state, count)| add(state.name(), count));
        }
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.into_iter().map(|(text, records)| KnownValue { text, records: Some(records) }).collect()
    }

    /// How many of these rows count: those that count in another bundle do not.
    fn counted(&self, rows: std::ops::Range<u32>) -> u64 {
        let hidden = |hidden: &Bitmap| rows.clone().filter(|row| hidden.contains(*row)).count() as u64;
        u64::from(rows.end - rows.start) - self.hidden.as_deref().map_or(0, hidden)
    }

    /// Whether the bundles are of logs of different names.
    #[must_use]
    pub fn has_several_logs(&self) -> bool {
        self.logs.iter().any(|log| log.index.origin != self.logs[0].index.origin)
    }

    /// Whether two bundles hold different records in one place of one log: then the name does not say which log it is.
    #[must_use]
    pub fn has_contradictions(&self) -> bool {
        self.repeated.iter().any(|repeated| repeated.differing.0 > 0)
    }

    /// The keys behind those that were asked for. One log is in its own order. Several bundles are one timeline: by time, at one
    /// time by the name of the log, then by the place in it; where two logs of one name contradict each other, by the
    /// bundle. So the order in which bundles were opened is of no account.
    pub(super) fn timeline(&self) -> Vec<SortKey> {
        if self.logs.len() < 2 {
            return Vec::new();
        }
        let keys = ["time", "log", "seq", "bundle"].into_iter().filter_map(Alias::find);
        keys.map(|alias| SortKey { field: Field::Alias(alias), descends: false }).collect()
    }

    /// The selected rows in the order of the timeline where there are several bundles; `None` where they are in the order of
    /// the one log.
    ///
    /// # Errors
    /// [`EvidenceError`], as for [`Evidence::sort`].
    pub fn merged(
        &self,
        selection: &crate::columns::Selection,
        watch: &dyn Watch,
    ) -> Result<Option<Vec<u32>>, EvidenceError> {
        if self.logs.len() < 2 {
            return Ok(None);
        }
        self.sort(selection, &[], watch).map(Some)
    }
}
