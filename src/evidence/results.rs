//! How the results of decisions are to be read, as the logs or the auditor say.

use super::{Evidence, EvidenceError};
use crate::index::results::Results;
use crate::record::{Kind, ResultReading, SystemRecord};

impl Evidence {
    /// How the results of a model's decisions are read: as the first log says that says it, else as the auditor does; `None` where
    /// nobody says it.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn result_reading(&self, model: Option<&str>) -> Result<Option<ResultReading>, EvidenceError> {
        let kinds = self.kinds()?;
        for log in &self.logs {
            let is_system = |row: u32| kinds.get((log.rows.start + row) as usize) == Some(&Kind::System.place());
            let told = log.index.telling()?.into_iter().filter(|(row, _)| is_system(*row));
            let systems = told.filter_map(|(row, text)| Some((row, serde_json::from_str::<SystemRecord>(&text).ok()?)));
            if let Some(reading) = Results::new(systems.collect()).of(model) {
                return Ok(Some(reading.says.clone()));
            }
        }
        Ok(self.reading.clone())
    }
}
