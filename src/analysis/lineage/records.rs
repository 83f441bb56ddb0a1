//! The records that a decision goes back to, and those that came of it, as a lineage tells them.

use super::attached::attachment;
use super::digest::same;
use super::read::Entry;
use super::read::Recorded;
use super::told::{Candidate, Change, Dataset, Deployment, Outcome, Review, State, Training};
use super::{Teller, decisions_of_id};
use crate::analysis::deployments::Event;
use crate::analysis::gather::{self, Texts};
use crate::analysis::story::ApprovalTold;
use crate::evidence::EvidenceError;
use crate::query::{self, Unknown};
use crate::record::Kind;
use crate::record::figures::counted;

/// So many records of one sort are read and told; how many there are beyond is said.
const LISTED: usize = 20;

impl Teller<'_> {
    pub(super) fn candidate(
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
        let file = |digest| attachment(self.evidence, &event.log, digest, self.watch);
        let (artifact_file, test_report) = (file(artifact_hash.as_ref()), file(test_report_hash.as_ref()));
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
            artifact: deployed.zip(artifact_hash.as_ref()).map_or(State::NotDeterminable, |(a, b)| same(a, b)),
            artifact_hash,
            dataset_id: id,
            dataset_version: version,
            data_file: attachment(self.evidence, &log, data_hash.as_ref(), self.watch),
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
    pub(super) fn afterwards(&mut self, id: &str) -> Result<(Vec<Review>, Vec<Outcome>), EvidenceError> {
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
