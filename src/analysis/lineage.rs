//! The lineage of a decision: which version decided and how that is known, the deployment that put it into service and who
//! approved that, the training that made it, the data it was made from, what was checked afterwards; whether these fit together, and
//! what is missing to make the decision again. What the records do not say stands in [`Lineage::not_determinable`].
//!
//! [`Lineage`] is a public format: `assets/spec/decision-lineage.md` describes its JSON.

mod attached;
mod checks;
mod missing;
mod read;
mod standing;
mod told;

use std::collections::BTreeMap;

pub use read::Recorded;
pub use told::{
    Attachment, Candidate, Change, Check, Compared, Dataset, Decision, Deployment, Held, Input, Lack, Lineage, Missing,
    Outcome, Purpose, Review, State, Training, VersionSource, VersionSources,
};

use super::bundles::{LogTold, reservations};
use super::deployments::{Deployments, Event};
use super::gather::{self, Texts};
use super::story::ApprovalTold;
use crate::bundle::reading::Watch;
use crate::evidence::sealed::{self, Disclosed};
use crate::evidence::{Evidence, EvidenceError};
use crate::integrity::scan::LineState;
use crate::query::{self, Unknown};
use crate::record::Kind;
use crate::record::figures::counted;
use crate::record::text::shown_short;
use read::Entry;

/// So many records of one sort are read and told; how many there are beyond is said.
const LISTED: usize = 20;

impl Lineage {
    /// Tells where the decision of a row comes from.
    ///
    /// # Errors
    /// Where an index or a bundle cannot be read, or is not the one that was indexed.
    pub fn of(
        evidence: &Evidence,
        row: u32,
        deployments: &Deployments,
        watch: &dyn Watch,
    ) -> Result<Self, EvidenceError> {
        let damage = evidence.damage();
        Teller { evidence, deployments, watch, damage, log: gather::log_of(evidence, row), unknown: Vec::new() }
            .tell(row)
    }
}

/// The rows of the decisions that have exactly this id, in the order of the table; and how many records of other kinds have it.
///
/// # Errors
/// Where an index cannot be read.
pub fn decisions_of_id(evidence: &Evidence, id: &str) -> Result<(Vec<u32>, u32), EvidenceError> {
    let kinds = evidence.kinds()?;
    let (mut decisions, mut others) = (Vec::new(), 0);
    for log in evidence.logs() {
        log.index.each_id(|row, own| {
            let row = log.rows.start + row;
            if own != id || evidence.hidden().is_some_and(|hidden| hidden.contains(row)) {
                return;
            }
            match kinds.get(row as usize) {
                Some(kind) if *kind == Kind::Decision.place() => decisions.push(row),
                _ => others += 1,
            }
        })?;
    }
    Ok((decisions, others))
}

/// What goes into a lineage while it is told.
struct Teller<'a> {
    evidence: &'a Evidence,
    deployments: &'a Deployments,
    watch: &'a dyn Watch,
    /// Rows with something wrong.
    damage: BTreeMap<u32, &'static str>,
    /// The name of the decision's log.
    log: String,
    /// What cannot be told.
    unknown: Vec<String>,
}

/// Which versions may have decided, and by which deployments.
struct Standing<'a> {
    source: VersionSource,
    words: String,
    /// By version: whether it was in service, and its deployments.
    versions: Vec<(String, bool, Vec<&'a Event>)>,
}

impl<'a> Teller<'a> {
    fn tell(mut self, row: u32) -> Result<Lineage, EvidenceError> {
        let entry = self.read(row)?;
        let id = entry.place.id.clone();
        let (model, declared) = (entry.text(&["model", "id"]), entry.text(&["model", "version"]));
        let environment = entry.text(&["metadata", "environment"]).or_else(|| entry.text(&["environment"]));
        let standing = self.standing(&entry, model.as_deref(), declared.as_deref(), environment.as_deref());
        let is_whole = self.is_all_here()?;
        if !is_whole && standing.source != VersionSource::Recorded {
            self.unknown.push(
                "which versions were in service: records of the log are not here or cannot be read, and a deployment may be among them"
                    .to_owned(),
            );
        }
        let decision = Decision {
            model: model.clone(),
            version: match (&standing.source, &standing.versions[..]) {
                (VersionSource::Recorded | VersionSource::Inferred, [(version, ..)]) => Some(version.clone()),
                _ => None,
            },
            declared_version: declared,
            version_source: standing.source,
            version_words: standing.words,
            environment,
            output: entry.at(&["output"]),
            input: self.input(&entry)?,
            reproducibility: entry.at(&["reproducibility"]),
            record: entry.place.clone(),
        };
        let mut candidates = Vec::new();
        for (version, is_in_service, events) in standing.versions {
            candidates.push(self.candidate(model.as_deref(), version, is_in_service, &events)?);
        }
        if standing.source != VersionSource::Recorded {
            for told in candidates.iter().flat_map(|candidate| &candidate.deployments) {
                if let Some(word) = told.record.damage {
                    let record = checks::named(&told.record);
                    self.unknown
                        .push(format!("which version decided: {record} is {word}, and may not say what was written"));
                }
            }
        }
        let (reviews, outcomes) = match &id {
            Some(id) => self.afterwards(id)?,
            None => {
                self.unknown.push("what came of it: the decision has no id, and no record can name it".to_owned());
                (Vec::new(), Vec::new())
            }
        };
        if let Some(word) = decision.record.damage {
            self.unknown.push(format!("what the decision was: its record is {word}, and may not say what was written"));
        }
        if self.evidence.has_contradictions() {
            self.unknown.push("which log this is: two bundles hold different records in one place of a log".to_owned());
        }
        self.unknown.extend(reservations(self.evidence, &self.damage));
        let tally = self.evidence.tally();
        Ok(Lineage {
            format: told::FORMAT,
            logs: LogTold::all(self.evidence),
            version_sources: VersionSources {
                recorded: tally.recorded,
                inferred: tally.inferred,
                ambiguous: tally.ambiguous_version,
                unknown: tally.unknown_version,
            },
            checks: candidates.iter().flat_map(|candidate| checks::checks(&decision, candidate, is_whole)).collect(),
            missing: missing::missing(&decision, &candidates),
            decision,
            candidates,
            reviews,
            outcomes,
            not_determinable: self.unknown,
        })
    }

    /// Whether every record of every log is here, and can be read: otherwise one that is not found may be among the others.
    fn is_all_here(&self) -> Result<bool, EvidenceError> {
        let is_read = |state: &u8| [LineState::Intact, LineState::Altered].iter().any(|known| known.place() == *state);
        Ok(self.evidence.is_whole() && self.evidence.states()?.iter().all(is_read))
    }

    fn read(&self, row: u32) -> Result<Entry, EvidenceError> {
        Entry::read(self.evidence, &self.damage, row)
    }

    /// The deployments of a model that say what served the decision's log: the log's own, else those of the first other that has
    /// any that count. `all` are theirs, `counting` those of them that count.
    fn deployments_of(&self, model: &str, environment: Option<&str>) -> (Vec<&'a Event>, Vec<&'a Event>) {
        let others = self.evidence.logs().iter().map(|log| log.index.origin.as_str());
        for log in std::iter::once(self.log.as_str()).chain(others) {
            let is_meant = |event: &&Event| event.log == log && event.model.as_deref() == Some(model);
            let all: Vec<&Event> = self.deployments.events.iter().filter(is_meant).collect();
            let counting = standing::counting(&all, environment);
            if !counting.is_empty() {
                return (all, counting);
            }
        }
        (Vec::new(), Vec::new())
    }

    /// Which versions may have decided.
    fn standing(
        &self,
        entry: &Entry,
        model: Option<&str>,
        declared: Option<&str>,
        environment: Option<&str>,
    ) -> Standing<'a> {
        // What a decision does not say itself is inferred as everywhere else: whatever environment it names.
        let environment = environment.filter(|_| declared.is_some());
        let (all, counting) = model.map(|model| self.deployments_of(model, environment)).unwrap_or_default();
        let live = entry.place.at.map(|at| standing::in_service(&counting, at.0)).unwrap_or_default();
        if let Some(version) = declared {
            let in_service = live.get(version).cloned();
            let is_in_service = in_service.is_some();
            let is_of_version = |event: &&&Event| {
                event.version.as_deref() == Some(version)
                    && matches!(event.action.as_deref(), Some("deploy" | "rollback"))
            };
            let events = in_service.unwrap_or_else(|| all.iter().filter(is_of_version).copied().collect());
            return Standing {
                source: VersionSource::Recorded,
                words: "the decision names it".to_owned(),
                versions: vec![(version.to_owned(), is_in_service, events)],
            };
        }
        let names: Vec<String> = live.keys().map(|version| shown_short(version, 60)).collect();
        let by = |events: &[&Event]| {
            events
                .last()
                .and_then(|event| event.seq)
                .map(|seq| format!(", by the deployment at seq {}", crate::record::figures::count(seq)))
        };
        let (source, words) = match (&names[..], model, entry.place.at) {
            ([_], ..) => {
                let by = live.values().next().and_then(|events| by(events)).unwrap_or_default();
                let words = format!("the decision names none; it is the only one that was in service then{by}");
                (VersionSource::Inferred, words)
            }
            ([_, ..], ..) => {
                let words = format!("the decision names none, and {} were in service then", names.join(" and "));
                (VersionSource::Ambiguous, words)
            }
            ([], None, _) => (VersionSource::Unknown, "the decision names neither version nor model".to_owned()),
            ([], _, None) => {
                (VersionSource::Unknown, "the decision names none, and has no time that can be placed".to_owned())
            }
            ([], ..) if counting.is_empty() => {
                let words = "the decision names none, and no deployment on record says what was in service".to_owned();
                (VersionSource::Unknown, words)
            }
            ([], ..) => (
                VersionSource::Unknown,
                "the decision names none, and none was in service then, by the deployments on record".to_owned(),
            ),
        };
        let versions = live.into_iter().map(|(version, events)| (version.to_owned(), true, events)).collect();
        Standing { source, words, versions }
    }

    fn input(&self, entry: &Entry) -> Result<Input, EvidenceError> {
        const DATA: [&str; 2] = ["input", "data"];
        let is_sealed = |path: &[&str]| entry.at(path).is_some_and(|value| value.is_sealed());
        // The seal may be of the whole input.
        let pointer = if is_sealed(&DATA) {
            Some("/input/data")
        } else if is_sealed(&DATA[..1]) {
            Some("/input")
        } else {
            None
        };
        let data = match (pointer, entry.at(&DATA)) {
            (Some(pointer), _) => self.seal(entry, pointer)?,
            (None, Some(_)) => Held::Recorded,
            (None, None) => Held::Absent,
        };
        let hash = entry.at(&["input", "hash"]);
        Ok(Input { hash, data, metadata_members: entry.members_at(&["input", "metadata"]) })
    }

    /// What became of a sealed member of a record.
    fn seal(&self, entry: &Entry, pointer: &str) -> Result<Held, EvidenceError> {
        let sealed = match sealed::read(self.evidence, entry.place.row, entry.json(), self.watch) {
            Ok(sealed) => sealed,
            // The seal is there; only what was disclosed cannot be read.
            Err(_) => return Ok(Held::Sealed),
        };
        let of = sealed.iter().find(|sealed| sealed.pointer == pointer);
        Ok(match of.map(|sealed| (&sealed.disclosure, sealed.erased_by)) {
            Some((Some(Disclosed::Fits(_)), _)) => Held::Disclosed,
            Some((Some(Disclosed::Differs(_)), _)) => Held::DisclosureDiffers,
            Some((None, Some(_))) => Held::Erased,
            Some((None, None)) | None => Held::Sealed,
        })
    }

    fn candidate(
        &self,
        model: Option<&str>,
        version: String,
        is_in_service: bool,
        events: &[&Event],
    ) -> Result<Candidate, EvidenceError> {
        // The last ones were in force.
        let more_deployments = events.len().saturating_sub(LISTED);
        let deployments =
            events[more_deployments..].iter().map(|event| self.deployment(event)).collect::<Result<Vec<_>, _>>()?;
        let rows = match model {
            Some(model) => {
                self.rows(Kind::Training, &[(&["model", "id"], model), (&["model", "version"], &version)])?
            }
            None => Vec::new(),
        };
        let deployed = deployments.last().and_then(|told| told.artifact_hash.as_ref());
        let trainings: Vec<Training> =
            rows.iter().take(LISTED).map(|row| self.training(*row, deployed)).collect::<Result<_, _>>()?;
        let more_trainings = rows.len() - trainings.len();
        Ok(Candidate { version, is_in_service, deployments, more_deployments, trainings, more_trainings })
    }

    /// The records of a kind that state these texts: those of the decision's log, else of the others.
    fn rows(&self, kind: Kind, stated: &[(&'static [&'static str], &str)]) -> Result<Vec<u32>, EvidenceError> {
        let mut rows: Vec<u32> = gather::rows_of(self.evidence, kind, self.watch)?.iter().collect();
        for (path, text) in stated {
            if rows.is_empty() {
                break;
            }
            let texts = Texts::at(self.evidence, path, self.watch)?;
            let mut kept = Vec::new();
            for row in rows {
                if texts.get(row)?.as_deref() == Some(*text) {
                    kept.push(row);
                }
            }
            rows = kept;
        }
        let is_own = |row: &u32| gather::log_of(self.evidence, *row) == self.log;
        if rows.iter().any(is_own) {
            rows.retain(is_own);
        }
        Ok(rows)
    }

    fn deployment(&self, event: &Event) -> Result<Deployment, EvidenceError> {
        let entry = self.read(event.row)?;
        let (artifact_hash, test_report_hash) = (entry.at(&["artifact_hash"]), entry.at(&["test_report_hash"]));
        let attachment = |digest| attached::attachment(self.evidence, &event.log, digest, self.watch);
        let (artifact_file, test_report) = (attachment(artifact_hash.as_ref()), attachment(test_report_hash.as_ref()));
        let rows = match &event.change_request {
            Some(request) => self.rows(Kind::Change, &[(&["change_request"], request)])?,
            None => Vec::new(),
        };
        let changes = rows.iter().take(LISTED).map(|row| self.change(*row)).collect::<Result<_, _>>()?;
        Ok(Deployment {
            action: event.action.clone(),
            environment: event.environment.clone(),
            deployer: event.deployer.clone(),
            traffic_percent: event.traffic_percent,
            changelog: entry.at(&["changelog"]),
            artifact_hash,
            artifact_file,
            test_report_hash,
            test_report,
            change_request: event.change_request.clone(),
            changes,
            requested_by: event.requested_by.clone(),
            approvals: event.approvals.iter().map(ApprovalTold::of).collect(),
            approval: event.approval.name(),
            approval_words: event.approval.words(),
            record: entry.place,
        })
    }

    fn change(&self, row: u32) -> Result<Change, EvidenceError> {
        let entry = self.read(row)?;
        Ok(Change {
            state: entry.text(&["state"]),
            requested_by: entry.text(&["requested_by"]),
            approved_by: entry.text(&["approved_by"]),
            subject: entry.text(&["subject"]),
            record: entry.place,
        })
    }

    fn training(&self, row: u32, deployed: Option<&Recorded>) -> Result<Training, EvidenceError> {
        let entry = self.read(row)?;
        let of_data = |member| entry.at(&["training_data", member]);
        let of_code = |member| entry.at(&["code", member]);
        let (artifact_hash, data_hash) = (entry.at(&["artifact_hash"]), of_data("data_hash"));
        let id = of_data("dataset_id").and_then(|id| id.text());
        let version = of_data("dataset_version").and_then(|version| version.text());
        let rows = match (&id, &version) {
            (Some(id), Some(version)) => self.rows(Kind::Dataset, &[(&["dataset_id"], id), (&["version"], version)])?,
            _ => Vec::new(),
        };
        let log = gather::log_of(self.evidence, row);
        Ok(Training {
            artifact: deployed.zip(artifact_hash.as_ref()).map_or(State::NotDeterminable, |(a, b)| checks::same(a, b)),
            artifact_hash,
            dataset_id: id,
            dataset_version: version,
            data_file: attached::attachment(self.evidence, &log, data_hash.as_ref(), self.watch),
            data_hash,
            splits: of_data("splits"),
            datasets: rows.iter().take(LISTED).map(|row| self.dataset(*row)).collect::<Result<_, _>>()?,
            git_commit: of_code("git_commit"),
            training_script: of_code("training_script"),
            dependencies: of_code("dependencies"),
            environment: entry.at(&["environment"]),
            random_seeds: entry.at(&["random_seeds"]),
            hyperparameters: entry.at(&["hyperparameters"]),
            metrics: entry.at(&["metrics"]),
            actor: entry.text(&["actor"]),
            approved_by: entry.text(&["approved_by"]),
            record: entry.place,
        })
    }

    fn dataset(&self, row: u32) -> Result<Dataset, EvidenceError> {
        let entry = self.read(row)?;
        Ok(Dataset {
            data_hash: entry.at(&["data_hash"]),
            approved_by: entry.text(&["approved_by"]),
            record: entry.place,
        })
    }

    /// The reviews and the outcomes that name the decision.
    fn afterwards(&mut self, id: &str) -> Result<(Vec<Review>, Vec<Outcome>), EvidenceError> {
        let (decisions, _) = decisions_of_id(self.evidence, id)?;
        let log_of = |row: u32| gather::log_of(self.evidence, row);
        let at_home = decisions.iter().filter(|row| log_of(**row) == self.log).count();
        let others: Vec<String> = decisions.iter().map(|row| log_of(*row)).filter(|log| *log != self.log).collect();
        if at_home > 1 {
            let decisions = counted(at_home as u64, "decision", "decisions");
            self.unknown
                .push(format!("which decision its reviews and outcomes mean: {decisions} of its log have its id"));
        }
        // A record of another log means that log's own decision of this id, where it has one; and of several others, none.
        let is_meant = |log: &String| *log == self.log || !others.contains(log);
        let mut found = [Vec::new(), Vec::new()];
        for (kind, found) in [Kind::Review, Kind::Outcome].into_iter().zip(&mut found) {
            let quoted = id.replace('\\', "\\\\").replace('"', "\\\"");
            let Ok(query) = query::parse(&format!("kind:{} decision:\"{quoted}\"", kind.name()), &Unknown) else {
                continue;
            };
            match self.evidence.select(&query.expr, self.watch) {
                Ok(rows) => {
                    for row in rows.iter().filter(|row| is_meant(&log_of(*row))) {
                        let entry = self.read(row)?;
                        if entry.text(&["decision"]).as_deref() == Some(id) {
                            found.push(entry);
                        }
                        if found.len() > LISTED {
                            break;
                        }
                    }
                }
                Err(EvidenceError::TooVaried(_)) => {
                    self.unknown
                        .push(format!("its {}s: the ids that they name are too many to be searched", kind.name()));
                }
                Err(error) => return Err(error),
            }
            if found.len() > LISTED {
                found.truncate(LISTED);
                self.unknown
                    .push(format!("all of its {}s: more than {LISTED} name it, and the first are told", kind.name()));
            }
        }
        if !self.evidence.is_whole() {
            self.unknown.push(
                "whether there are further reviews or outcomes of it: records of the log are not here".to_owned(),
            );
        }
        let [reviews, outcomes] = found;
        let review = |entry: Entry| Review {
            reviewer: entry.text(&["reviewer"]),
            action: entry.text(&["action"]),
            new_result: entry.at(&["new_result"]),
            reason: entry.text(&["reason"]),
            record: entry.place,
        };
        let outcome = |entry: Entry| Outcome {
            label: entry.at(&["label"]),
            source: entry.text(&["source"]),
            record: entry.place,
        };
        Ok((reviews.into_iter().map(review).collect(), outcomes.into_iter().map(outcome).collect()))
    }
}

#[cfg(test)]
mod tests;
