//! How the results of decisions are to be read, as the logs or the auditor say.

use std::collections::BTreeMap;

use super::{Evidence, EvidenceError};
use crate::index::results::Results;
use crate::record::{Kind, ResultReading, SystemRecord};

/// A `system` record, with its seq and its row.
type Stated = (Option<u64>, u32, SystemRecord);

/// How results are read, by what the `system` records of each log say.
#[derive(Debug, Clone, Default)]
pub struct Readings {
    by_log: BTreeMap<String, Results>,
    /// What the auditor says, for what no log says.
    otherwise: Option<ResultReading>,
}

impl Readings {
    /// How the results of a model's decisions are read: as their own log says, else as another one does, else as the auditor does;
    /// `None` where nobody says it.
    #[must_use]
    pub fn of(&self, origin: Option<&str>, model: Option<&str>) -> Option<&ResultReading> {
        let own = origin.and_then(|origin| self.by_log.get(origin));
        let said = own.into_iter().chain(self.by_log.values()).find_map(|results| results.of(model));
        said.map(|reading| &reading.says).or(self.otherwise.as_ref())
    }
}

impl Evidence {
    /// How results are read. Of several `system` records of a log the last counts, in whatever bundle it lies.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn result_readings(&self) -> Result<Readings, EvidenceError> {
        let kinds = self.kinds()?;
        let mut by_log: BTreeMap<&str, Vec<Stated>> = BTreeMap::new();
        for log in &self.logs {
            for (row, text) in log.index.telling()? {
                let row = log.rows.start + row;
                if kinds.get(row as usize) == Some(&Kind::System.place())
                    && let Ok(system) = serde_json::from_str(&text)
                {
                    by_log.entry(&log.index.origin).or_default().push((self.seqs.seq(row), row, system));
                }
            }
        }
        let read = |(log, mut records): (&str, Vec<Stated>)| {
            records.sort_by_key(|(seq, row, _)| (*seq, *row));
            (log.to_owned(), Results::new(records.into_iter().map(|(_, row, system)| (row, system)).collect()))
        };
        Ok(Readings { by_log: by_log.into_iter().map(read).collect(), otherwise: self.reading.clone() })
    }
}
