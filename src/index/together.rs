//! References over several indexes: a review in one bundle of a decision in another, a deployment that was recorded before the
//! log was rotated. The same as within one log ([`super::joins`]), over all of them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::deployed::{Deployed, Deployment};
use super::error::IndexError;
use super::ids::{Ids, Key, KeyMaker};
use super::joins::{Log, Tally};
use super::open::Index;
use super::results::Results;
use crate::columns::{Bitmap, Column, Seqs, Times};
use crate::query::Alias;
use crate::query::field::Place;
use crate::record::{Kind, ResultReading, SystemRecord};

/// Indexes one after the other, and what their rows have in common.
pub struct Together<'a> {
    /// The indexes, each with the row that its first has among all, and which log it is of: parts of one log have one
    /// number.
    pub indexes: Vec<(&'a Index, u32, usize)>,
    /// [`Kind::place`] of each row.
    pub kinds: &'a [u8],
    /// The time of each row.
    pub times: &'a Times,
    /// The seq of each row.
    pub seqs: &'a Seqs,
    /// Rows that count in an earlier index.
    pub hidden: Option<&'a Bitmap>,
    /// All records of every log are there.
    pub is_whole: bool,
    /// How results are read of models for which no log says that.
    pub reading: Option<&'a ResultReading>,
}

/// Columns of aliases.
pub type Aliases = Vec<(&'static Alias, Arc<Column>)>;

/// A column over all indexes, by path: `Ok(None)` where no record has the path, `Err(())` where there can be no column.
pub type ByPath<'a, E> = dyn Fn(&[String]) -> Result<Option<Result<Arc<Column>, ()>>, E> + 'a;

impl Together<'_> {
    /// The columns of the aliases that have one, and how references came out.
    ///
    /// # Errors
    /// Where an index cannot be read, or `by_path` has none.
    pub fn join<E: From<IndexError>>(&self, by_path: &ByPath<'_, E>) -> Result<(Aliases, Tally), E> {
        let keys = KeyMaker::new();
        let (mut ids, mut references, mut telling) = (Ids::default(), Vec::new(), Vec::new());
        let logs = self.indexes.iter().map(|(_, _, log)| log + 1).max().unwrap_or(0);
        let mut deployments: Vec<Vec<Deployment>> = (0..logs).map(|_| Vec::new()).collect();
        let mut systems: Vec<Vec<(u32, SystemRecord)>> = (0..logs).map(|_| Vec::new()).collect();
        let is_hidden = |row: u32| self.hidden.is_some_and(|hidden| hidden.contains(row));
        // Records count in the order of their log, in whatever order its parts were opened; logs in that of the indexes.
        for (index, start, log) in &self.indexes {
            let place = |row: u32| (*log, self.seqs.seq(row), row);
            index.each_id(|row, id| {
                if !is_hidden(start + row) {
                    ids.push(keys.key(id), start + row);
                }
            })?;
            for (row, kind, id) in index.references()? {
                if !is_hidden(start + row) {
                    references.push((place(start + row), kind, keys.key(&id)));
                }
            }
            for (row, text) in index.telling()? {
                if !is_hidden(start + row) {
                    telling.push((place(start + row), text));
                }
            }
        }
        references.sort_by_key(|(place, ..)| *place);
        telling.sort_by_key(|(place, _)| *place);
        let references: Vec<(u32, Kind, Key)> =
            references.into_iter().map(|((_, _, row), kind, key)| (row, kind, key)).collect();
        for (order, ((log, _, row), text)) in (0..).zip(telling) {
            if self.kinds.get(row as usize) == Some(&Kind::Deployment.place()) {
                if let Ok(record) = serde_json::from_str(&text) {
                    deployments[log].push(Deployment { order, at: self.times.instant(row), record });
                }
            } else {
                systems[log].extend(serde_json::from_str(&text).ok().map(|system| (row, system)));
            }
        }
        ids.sort();
        let deployed: Vec<Deployed> = deployments.into_iter().map(Deployed::new).collect();
        let mut results: Vec<Results> = systems.into_iter().map(Results::new).collect();
        // Behind those of the logs: asked where none of them answers.
        results.extend(self.reading.map(|reading| Results::of_all(reading.clone())));
        let log_of = |row: u32| {
            let after = self.indexes.partition_point(|(_, start, _)| *start <= row);
            after.checked_sub(1).map_or(0, |at| self.indexes[at].2)
        };
        let (mut columns, mut varied) = (BTreeMap::new(), HashSet::new());
        for path in wanted(&results) {
            match by_path(&path)? {
                None => {}
                Some(Ok(column)) => drop(columns.insert(path, column)),
                Some(Err(())) => drop(varied.insert(path)),
            }
        }
        let is_varied =
            |path: &[&str]| varied.contains(&path.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let log = Log {
            rows: self.times.len(),
            kinds: self.kinds,
            times: self.times,
            seqs: self.seqs,
            columns: &columns,
            varied: &is_varied,
            ids: &ids,
            references: &references,
            deployed: &deployed,
            results: &results,
            log_of: &log_of,
            hidden: self.hidden,
            is_whole: self.is_whole,
        };
        let joined = log.join();
        Ok((joined.aliases, joined.tally))
    }
}

/// The paths that aliases are made of.
fn wanted(results: &[Results]) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = vec![vec!["action".to_owned()], vec!["label".to_owned()]];
    paths.push(vec!["model".to_owned(), "version".to_owned()]);
    paths.extend(results.iter().flat_map(Results::paths).map(<[String]>::to_vec));
    for alias in Alias::ALL.iter().filter(|alias| !alias.is_of_line()) {
        paths.push(vec![alias.name.to_owned()]);
        for source in alias.sources {
            if let Place::Path(path) = source.place {
                paths.push(path.iter().map(|name| (*name).to_owned()).collect());
            }
        }
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}
