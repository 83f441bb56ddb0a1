//! Records that belong to others: what a few decisions need beside them to be understood by somebody who has nothing else. All of
//! the same log, since a slice is of one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::deployments::Deployments;
use super::gather::{self, Texts};
use super::incidents::{Incident, Incidents};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::{Evidence, EvidenceError, Log};
use crate::record::Kind;

/// What goes with some records.
#[derive(Debug, Clone)]
pub struct Related {
    /// The records themselves and those that go with them.
    pub rows: Bitmap,
    /// How many go with them, by the name of their kind.
    pub added: BTreeMap<&'static str, u64>,
}

impl Related {
    /// Finds them. With decisions go the reviews and outcomes that name them, and with those the decisions; with the versions that
    /// decided their deployments, change requests, training and datasets, and the incidents of the model that name no other
    /// version and, where they state a window, have one of the decisions in it; the erasures of all of these; and
    /// the records that say what the log and its systems are.
    ///
    /// # Errors
    /// Where an index cannot be read.
    pub fn of(evidence: &Evidence, log: &Log, rows: &Selection, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let mut finder = Finder { evidence, log, rows: rows.bitmap().clone(), kinds: evidence.kinds()?, watch };
        finder.named()?;
        let versions = finder.versions()?;
        let trained = finder.made(&versions)?;
        finder.datasets(&trained)?;
        finder.incidents(&versions)?;
        for kind in [Kind::System, Kind::Log] {
            finder.all_of(kind)?;
        }
        finder.erasures()?;
        let mut added = BTreeMap::new();
        for row in finder.rows.iter().filter(|row| !rows.contains(*row)) {
            if let Some(kind) = finder.kind(row) {
                *added.entry(kind.name()).or_default() += 1;
            }
        }
        Ok(Self { rows: finder.rows, added })
    }
}

/// Versions that decided: by model and version, when.
type Versions = BTreeMap<(String, String), Vec<i64>>;

struct Finder<'e> {
    evidence: &'e Evidence,
    log: &'e Log,
    /// What was found so far, all of it in the log.
    rows: Bitmap,
    kinds: &'e [u8],
    watch: &'e dyn Watch,
}

impl Finder<'_> {
    fn kind(&self, row: u32) -> Option<Kind> {
        Kind::ALL.get(usize::from(*self.kinds.get(row as usize)?)).copied()
    }

    fn add(&mut self, row: u32) {
        if self.log.rows.contains(&row) && !self.evidence.hidden().is_some_and(|hidden| hidden.contains(row)) {
            self.rows.set(row, true);
        }
    }

    fn of_kind(&self, kind: Kind) -> Result<Vec<u32>, EvidenceError> {
        let rows = gather::rows_of(self.evidence, kind, self.watch)?;
        Ok(rows.iter().filter(|row| self.log.rows.contains(row)).collect())
    }

    fn all_of(&mut self, kind: Kind) -> Result<(), EvidenceError> {
        for row in self.of_kind(kind)? {
            self.add(row);
        }
        Ok(())
    }

    /// Decisions, and what names them.
    fn named(&mut self) -> Result<(), EvidenceError> {
        let start = self.log.rows.start;
        let references = self.log.index.references()?;
        let named: HashSet<&str> = references
            .iter()
            .filter(|(row, ..)| self.rows.contains(start + row))
            .map(|(.., name)| name.as_str())
            .collect();
        let (mut ids, mut decisions) = (HashSet::new(), Vec::new());
        self.log.index.each_id(|row, id| {
            let row = start + row;
            if self.kind(row) == Some(Kind::Decision) && (self.rows.contains(row) || named.contains(id)) {
                ids.insert(id.to_owned());
                decisions.push(row);
            }
        })?;
        decisions.into_iter().for_each(|row| self.add(row));
        for (row, _, name) in &references {
            if ids.contains(name) {
                self.add(start + row);
            }
        }
        Ok(())
    }

    /// The versions of the decisions and deployments that were found.
    fn versions(&self) -> Result<Versions, EvidenceError> {
        let column = |name| gather::alias(name).map(|field| self.evidence.column(&field, self.watch)).transpose();
        let (Some(models), Some(versions)) = (column("model")?, column("version")?) else {
            return Ok(Versions::new());
        };
        let mut out = Versions::new();
        for row in self.rows.iter().filter(|row| matches!(self.kind(*row), Some(Kind::Decision | Kind::Deployment))) {
            let (model, version) = (models.cell(row), versions.cell(row));
            let at = self.evidence.times().nanos(row).filter(|_| self.kind(row) == Some(Kind::Decision));
            for model in model.texts() {
                for version in version.texts() {
                    let times = out.entry((model.to_owned(), version.to_owned())).or_default();
                    times.extend(at);
                }
            }
        }
        out.values_mut().for_each(|times| times.sort_unstable());
        Ok(out)
    }

    /// Deployments of the versions with their change requests, and their training; the datasets that these name.
    fn made(&mut self, versions: &Versions) -> Result<BTreeSet<(String, String)>, EvidenceError> {
        let is_one = |model: Option<String>, version: Option<String>| {
            model.zip(version).is_some_and(|of| versions.contains_key(&of))
        };
        let mut requests = BTreeSet::new();
        for event in Deployments::of(self.evidence, self.watch)?.events {
            if self.log.rows.contains(&event.row) && is_one(event.model, event.version) {
                self.add(event.row);
                requests.extend(event.change_request);
            }
        }
        let changes = self.of_kind(Kind::Change)?;
        if !changes.is_empty() && !requests.is_empty() {
            let names = Texts::at(self.evidence, &["change_request"], self.watch)?;
            for row in changes {
                if names.get(row)?.is_some_and(|name| requests.contains(&name)) {
                    self.add(row);
                }
            }
        }
        let mut data = BTreeSet::new();
        let trainings = self.of_kind(Kind::Training)?;
        if !trainings.is_empty() {
            let at = |path| Texts::at(self.evidence, path, self.watch);
            let (models, of_models) = (at(&["model", "id"])?, at(&["model", "version"])?);
            let (ids, of_ids) = (at(&["training_data", "dataset_id"])?, at(&["training_data", "dataset_version"])?);
            for row in trainings {
                if is_one(models.get(row)?, of_models.get(row)?) {
                    self.add(row);
                    data.extend(ids.get(row)?.zip(of_ids.get(row)?));
                }
            }
        }
        Ok(data)
    }

    fn datasets(&mut self, named: &BTreeSet<(String, String)>) -> Result<(), EvidenceError> {
        let rows = self.of_kind(Kind::Dataset)?;
        if rows.is_empty() || named.is_empty() {
            return Ok(());
        }
        let ids = Texts::at(self.evidence, &["dataset_id"], self.watch)?;
        let versions = Texts::at(self.evidence, &["version"], self.watch)?;
        for row in rows {
            if ids.get(row)?.zip(versions.get(row)?).is_some_and(|of| named.contains(&of)) {
                self.add(row);
            }
        }
        Ok(())
    }

    fn incidents(&mut self, versions: &Versions) -> Result<(), EvidenceError> {
        for incident in Incidents::of(self.evidence, self.watch)?.incidents {
            if incident.log == self.log.index.origin && is_about(&incident, versions) {
                incident.records.iter().for_each(|record| self.add(record.row));
            }
        }
        Ok(())
    }

    /// Erasures name the record whose value was erased by its seq.
    fn erasures(&mut self) -> Result<(), EvidenceError> {
        let rows = self.of_kind(Kind::Erasure)?;
        if rows.is_empty() {
            return Ok(());
        }
        let seqs = Texts::at(self.evidence, &["seq"], self.watch)?;
        let here = self.log.index.seqs()?;
        for row in rows {
            let erased = seqs.get(row)?.and_then(|seq| seq.parse().ok()).and_then(|seq| here.row(seq));
            if erased.is_some_and(|erased| self.rows.contains(self.log.rows.start + erased)) {
                self.add(row);
            }
        }
        Ok(())
    }
}

/// Whether an incident is about one of the decisions of some versions, as far as it says what it is about.
fn is_about(incident: &Incident, versions: &Versions) -> bool {
    let Some(window) = incident.window.filter(|window| window.from.is_some() || window.to.is_some()) else {
        let is_named = |(model, version): &(String, String)| {
            incident.model.as_ref() == Some(model) && incident.version.as_ref().is_none_or(|named| named == version)
        };
        return versions.keys().any(is_named);
    };
    versions.iter().any(|((model, version), times)| {
        let is_other = |named: &Option<String>, of: &String| named.as_ref().is_some_and(|named| named != of);
        let first = window.from.map_or(0, |from| times.partition_point(|at| *at < from));
        !is_other(&incident.model, model)
            && !is_other(&incident.version, version)
            && times.get(first).is_some_and(|at| window.to.is_none_or(|to| *at < to))
    })
}

#[cfg(test)]
mod tests {
    use super::super::incidents::Window;
    use super::*;

    #[test]
    fn incidents_are_about_what_they_name() {
        let versions: Versions = [
            (("m".to_owned(), "1".to_owned()), vec![10, 20, 30]),
            (("m".to_owned(), "2".to_owned()), vec![40]),
            (("n".to_owned(), "1".to_owned()), vec![]),
        ]
        .into();
        let window = |from: i64, to: i64| Some(Window { from: (from > 0).then_some(from), to: (to > 0).then_some(to) });
        for (model, version, window, expected) in [
            ("m", "1", None, true),
            ("m", "3", None, false),
            ("m", "", None, true),
            ("n", "1", None, true),
            ("", "", None, false),
            ("m", "1", window(20, 21), true),
            ("m", "1", window(21, 30), false),
            ("m", "1", window(21, 31), true),
            ("m", "2", window(10, 40), false),
            ("m", "", window(10, 41), true),
            ("", "", window(35, 0), true),
            ("", "", window(41, 0), false),
            ("", "", window(0, 10), false),
            ("n", "", window(1, 99), false),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let incident = Incident { model: some(model), version: some(version), window, ..Incident::default() };
            assert_eq!(is_about(&incident, &versions), expected, "{model} {version} {window:?}");
        }
    }
}
