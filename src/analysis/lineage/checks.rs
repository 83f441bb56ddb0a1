//! What of a lineage fits together: pure comparisons of what records state. What a damaged record says decides nothing.

use super::digest::same;
use super::read::Recorded;
use super::standing::is_same_environment;
use super::told::{Attachment, Candidate, Check, Compared, Decision, Deployment, State, Training, VersionSource};
use crate::analysis::story::Place;
use crate::record::figures::{count, counted};
use crate::record::text::shown_short;

/// Behind what is said of records that are not here.
const NOT_ALL_HERE: &str = "records of the log are not here or cannot be read, and one may be among them";

/// Checks that no further record could turn; of approvals it is decided by what they state.
const RESTS_ON_ITSELF: [&str; 3] = ["test_report", "deployed_artifact", "approval"];

/// A record in words: `dp-000008 (seq 10 064)`.
pub(super) fn named(place: &Place) -> String {
    let seq = place.seq.map_or_else(|| "no seq".to_owned(), |seq| format!("seq {}", count(seq)));
    let seq = match &place.log {
        Some(log) => format!("{seq} of {}", shown_short(log, 60)),
        None => seq,
    };
    place.id.as_ref().map_or_else(|| seq.clone(), |id| format!("{} ({seq})", shown_short(id, 60)))
}

/// All checks of a candidate. `is_whole` says whether every record of every log is here, and can be read.
pub(super) fn checks(decision: &Decision, candidate: &Candidate, is_whole: bool) -> Vec<Check> {
    let judge = Judge { decision, candidate, is_whole };
    let mut out: Vec<Check> = judge.in_service().into_iter().collect();
    out.extend(judge.environment());
    out.push(judge.training_artifact());
    out.extend(judge.deployed_artifact());
    out.push(judge.weights());
    out.push(judge.test_report());
    out.extend(candidate.fitting().into_iter().map(|training| judge.data(training)));
    out.push(judge.trained_before());
    out.extend(judge.approvals());
    out
}

impl Candidate {
    /// The deployment that was in force; where the version was not in service, the last one told.
    #[must_use]
    pub fn in_force(&self) -> Option<&Deployment> {
        self.deployments.last()
    }

    /// The trainings that made the deployed artefact; where none is known to have, all of them.
    #[must_use]
    pub fn fitting(&self) -> Vec<&Training> {
        let fitting: Vec<&Training> =
            self.trainings.iter().filter(|training| training.artifact == State::Agrees).collect();
        if fitting.is_empty() { self.trainings.iter().collect() } else { fitting }
    }
}

struct Judge<'a> {
    decision: &'a Decision,
    candidate: &'a Candidate,
    is_whole: bool,
}

fn compared(member: &'static str, value: Option<&Recorded>, of: &'static str, record: &Place) -> Compared {
    Compared { member, value: value.cloned(), of, record: record.clone() }
}

impl Judge<'_> {
    /// A check, unless a record that it rests on is damaged.
    fn check(
        &self,
        (check, title): (&'static str, &'static str),
        state: State,
        words: String,
        compared: Vec<Compared>,
    ) -> Check {
        let damaged = compared.iter().find_map(|side| Some((&side.record, side.record.damage?)));
        let (state, words) = match damaged {
            Some((record, damage)) if state != State::NotDeterminable => {
                let stands = state.words();
                let why = format!(
                    "{stands} as it stands, but {} is {damage}, and may not say what was written",
                    named(record)
                );
                (State::NotDeterminable, format!("{why}: {words}"))
            }
            // A record that is not here may be the one that fits.
            _ if state == State::Differs && !self.is_whole && !RESTS_ON_ITSELF.contains(&check) => {
                (State::NotDeterminable, self.absent(&words))
            }
            _ => (state, words),
        };
        Check { check, title, version: self.candidate.version.clone(), state, words, compared }
    }

    /// Whether something that no record here says may stand in one that is not here.
    fn absent(&self, words: &str) -> String {
        if self.is_whole { words.to_owned() } else { format!("{words}; {NOT_ALL_HERE}") }
    }

    fn in_service(&self) -> Option<Check> {
        let what = ("version_in_service", "Version in service at that time");
        if self.decision.version_source != VersionSource::Recorded {
            return None;
        }
        let mut sides =
            vec![compared("timestamp", time(&self.decision.record).as_ref(), "decision", &self.decision.record)];
        let version = shown_short(&self.candidate.version, 60);
        let Some(at) = self.decision.record.at else {
            let words = "the decision has no time that can be placed".to_owned();
            return Some(self.check(what, State::NotDeterminable, words, sides));
        };
        let deployments = &self.candidate.deployments;
        sides.extend(
            deployments
                .last()
                .map(|last| compared("timestamp", time(&last.record).as_ref(), "deployment", &last.record)),
        );
        let (state, words) = match deployments.last() {
            Some(last) if self.candidate.is_in_service => {
                (State::Agrees, format!("{version} was in service, by {}", named(&last.record)))
            }
            Some(_) => {
                let is_later = |told: &Deployment| told.record.at.is_some_and(|then| then > at);
                let when = if deployments.iter().all(is_later) {
                    "it was deployed only after the decision"
                } else {
                    "it was out of service then, or the deployment does not count"
                };
                (State::Differs, format!("{version} was not in service: {when}"))
            }
            None => (State::NotDeterminable, format!("no deployment of {version} is on record")),
        };
        // What took it out of service, or put it in, may not be here.
        let state = if self.is_whole { state } else { State::NotDeterminable };
        Some(self.check(what, state, self.absent(&words), sides))
    }

    fn environment(&self) -> Option<Check> {
        let (own, deployment) = (self.decision.environment.as_deref()?, self.candidate.in_force()?);
        let what = ("environment", "Deployed where the decision was made");
        let sides = vec![
            compared("environment", text(own).as_ref(), "decision", &self.decision.record),
            compared(
                "environment",
                deployment.environment.as_deref().and_then(text).as_ref(),
                "deployment",
                &deployment.record,
            ),
        ];
        let (state, words) = match deployment.environment.as_deref() {
            None => (State::NotDeterminable, "the deployment states no environment"),
            Some(other) if is_same_environment(own, other) => (State::Agrees, "both name the same environment"),
            Some(_) => (State::Differs, "decision and deployment name different environments"),
        };
        Some(self.check(what, state, words.to_owned(), sides))
    }

    /// The artefact that was trained against the one that was deployed.
    fn training_artifact(&self) -> Check {
        let what = ("training_artifact", "Artefact deployed is the one trained");
        let Some(deployment) = self.candidate.in_force() else {
            return self.check(
                what,
                State::NotDeterminable,
                self.absent("no deployment of this version is on record"),
                vec![],
            );
        };
        let deployed = compared("artifact_hash", deployment.artifact_hash.as_ref(), "deployment", &deployment.record);
        let made = |training: &Training| {
            compared("artifact_hash", training.artifact_hash.as_ref(), "training", &training.record)
        };
        let trainings = &self.candidate.trainings;
        let fitting = self.candidate.fitting();
        let agrees = trainings.iter().any(|training| training.artifact == State::Agrees);
        let sides = fitting.iter().map(|training| made(training)).chain([deployed]).collect();
        let others = (trainings.len() - fitting.len() + self.candidate.more_trainings) as u64;
        let (state, words) = match trainings.iter().map(|training| training.artifact).collect::<Vec<_>>()[..] {
            [] => (State::NotDeterminable, self.absent("no training of this version is on record")),
            _ if agrees && others == 0 => (State::Agrees, "the training states the hash that was deployed".to_owned()),
            _ if agrees => {
                let others = counted(others, "other training", "other trainings");
                (
                    State::Agrees,
                    format!(
                        "a training states the hash that was deployed; {others} of this version did not make it, as far as it can be told"
                    ),
                )
            }
            _ if deployment.artifact_hash.is_none() => {
                (State::NotDeterminable, "the deployment states no artifact_hash".to_owned())
            }
            [State::Differs] if self.candidate.more_trainings == 0 => {
                (State::Differs, "the training made another artefact than the one that was deployed".to_owned())
            }
            ref all if all.iter().all(|state| *state == State::Differs) && self.candidate.more_trainings == 0 => {
                (State::Differs, "none of the trainings made the artefact that was deployed".to_owned())
            }
            _ if trainings.iter().all(|training| training.artifact_hash.is_none()) => {
                (State::NotDeterminable, "the training states no artifact_hash".to_owned())
            }
            _ => (
                State::NotDeterminable,
                "the hashes cannot be compared: sealed, not on record, or of different forms".to_owned(),
            ),
        };
        self.check(what, state, words, sides)
    }

    /// Deployments of one version in service that name different artefacts.
    fn deployed_artifact(&self) -> Option<Check> {
        let what = ("deployed_artifact", "One artefact deployed under this version");
        let last = self.candidate.in_force().filter(|_| self.candidate.is_in_service)?;
        let hash = last.artifact_hash.as_ref()?;
        let differs =
            |told: &&Deployment| told.artifact_hash.as_ref().is_some_and(|other| same(hash, other) == State::Differs);
        let other = self.candidate.deployments.iter().find(differs)?;
        let sides = [other, last]
            .map(|told| compared("artifact_hash", told.artifact_hash.as_ref(), "deployment", &told.record));
        let words =
            "deployments that put this version into service name different artefacts; the last of them is compared"
                .to_owned();
        Some(self.check(what, State::Differs, words, sides.into()))
    }

    /// What the decision says of its weights against what was deployed.
    fn weights(&self) -> Check {
        let what = ("weights", "Weights that decided are those deployed");
        let weights = self.decision.reproducibility.as_ref().and_then(|value| value.at("weights_hash"));
        let own = compared("weights_hash", weights.as_ref(), "decision", &self.decision.record);
        let deployed =
            self.candidate.in_force().and_then(|told| Some((told.artifact_hash.as_ref()?, "deployment", &told.record)));
        // Without a deployment that says it, one training may.
        let trained = match self.candidate.trainings[..] {
            [ref only] if self.candidate.more_trainings == 0 => {
                only.artifact_hash.as_ref().map(|hash| (hash, "training", &only.record))
            }
            _ => None,
        };
        let Some((hash, of, record)) = deployed.or(trained) else {
            let words = self.absent("no artifact_hash of this version is on record");
            return self.check(what, State::NotDeterminable, words, vec![own]);
        };
        let sides = vec![own, compared("artifact_hash", Some(hash), of, record)];
        let (state, words) = match weights.as_ref().map(|weights| same(weights, hash)) {
            None => (State::NotDeterminable, "the decision states no reproducibility.weights_hash".to_owned()),
            Some(State::Agrees) => {
                (State::Agrees, format!("the weights_hash of the decision is the artifact_hash of the {of}"))
            }
            Some(State::Differs) => (
                State::Differs,
                format!(
                    "the weights_hash of the decision is not the artifact_hash of the {of}: another model may have decided, or the one \
                     hash is of the weights and the other of a file that holds them; the format does not say that both are of one thing"
                ),
            ),
            Some(State::NotDeterminable) => {
                (State::NotDeterminable, "the hashes cannot be compared: sealed, or of different forms".to_owned())
            }
        };
        self.check(what, state, words, sides)
    }

    fn test_report(&self) -> Check {
        let what = ("test_report", "Test report is in the bundle");
        let Some(deployment) = self.candidate.in_force() else {
            return self.check(
                what,
                State::NotDeterminable,
                self.absent("no deployment of this version is on record"),
                vec![],
            );
        };
        let hash = deployment.test_report_hash.as_ref();
        let sides = vec![compared("test_report_hash", hash, "deployment", &deployment.record)];
        let (state, words) = match (deployment.test_report, hash) {
            (Attachment::Attached, _) => {
                (State::Agrees, "it is among the attachments, and its BLAKE3 is the digest named")
            }
            (Attachment::ContentDiffers, _) => {
                (State::Differs, "the attachment of that name has another content than the digest says")
            }
            (Attachment::Unreadable, _) => (State::NotDeterminable, "the attachment of that name cannot be read"),
            (Attachment::NotAttached, _) => (
                State::NotDeterminable,
                "the deployment names one by digest, and it is not among the attachments: what it says is not known",
            ),
            (Attachment::NotNamed, None) => (State::NotDeterminable, "the deployment names none"),
            (Attachment::NotNamed, Some(_)) => {
                (State::NotDeterminable, "the deployment does not name it by 64 hex digits, as attachments are named")
            }
        };
        self.check(what, state, words.to_owned(), sides)
    }

    /// The data that a training names against the record of that data set.
    fn data(&self, training: &Training) -> Check {
        let what = ("training_data", "Data trained on is the data set on record");
        let own = training.data_hash.as_ref();
        let fits = |dataset: &super::told::Dataset| {
            own.zip(dataset.data_hash.as_ref()).map_or(State::NotDeterminable, |(a, b)| same(a, b))
        };
        let states: Vec<State> = training.datasets.iter().map(fits).collect();
        let is = |state| states.iter().position(|known| *known == state);
        let chosen = is(State::Agrees).or(is(State::NotDeterminable)).or(is(State::Differs));
        let chosen = chosen.and_then(|at| Some((training.datasets.get(at)?, states[at])));
        let mut sides = vec![compared("data_hash", own, "training", &training.record)];
        sides.extend(
            chosen.map(|(dataset, _)| compared("data_hash", dataset.data_hash.as_ref(), "dataset", &dataset.record)),
        );
        let others = match training.datasets.len() as u64 {
            0 | 1 => String::new(),
            several => format!("; {} are of this version of the data set", counted(several, "record", "records")),
        };
        let (state, words) = match (chosen, &training.dataset_id) {
            (None, None) => (State::NotDeterminable, "the training names no data set".to_owned()),
            (None, Some(_)) => (
                State::NotDeterminable,
                self.absent("no dataset record is of the data set and version that the training names"),
            ),
            (Some((_, State::Agrees)), _) => {
                (State::Agrees, "training and data set state the same hash of the data".to_owned())
            }
            (Some((_, State::Differs)), _) => {
                (State::Differs, "training and data set state different hashes of the data".to_owned())
            }
            (Some((dataset, _)), _) => {
                let why = match (own, &dataset.data_hash) {
                    (None, _) => "the training states no data_hash",
                    (_, None) => "the dataset record states no data_hash",
                    _ => "the hashes cannot be compared: sealed, or of different forms",
                };
                (State::NotDeterminable, why.to_owned())
            }
        };
        self.check(what, state, format!("{words}{others}"), sides)
    }

    /// The training against the deployment that began the service.
    fn trained_before(&self) -> Check {
        let what = ("trained_before_deployed", "Trained before it was deployed");
        let fitting = self.candidate.fitting();
        let (Some(deployment), [training]) = (self.candidate.deployments.first(), &fitting[..]) else {
            let words = match (self.candidate.deployments.is_empty(), fitting.len()) {
                (true, _) => self.absent("no deployment of this version is on record"),
                (_, 0) => self.absent("no training of this version is on record"),
                _ => "several trainings are on record, and it is not known which of them made the artefact".to_owned(),
            };
            return self.check(what, State::NotDeterminable, words, vec![]);
        };
        let sides = vec![
            compared("timestamp", time(&training.record).as_ref(), "training", &training.record),
            compared("timestamp", time(&deployment.record).as_ref(), "deployment", &deployment.record),
        ];
        let (state, words) = match training.record.at.zip(deployment.record.at) {
            Some((trained, deployed)) if trained <= deployed => {
                (State::Agrees, "the record of the training is not later than the deployment")
            }
            Some(_) => (State::Differs, "the record of the training is later than the deployment"),
            None => (State::NotDeterminable, "one of the records has no time that can be placed"),
        };
        self.check(what, state, words.to_owned(), sides)
    }

    /// Whether somebody else approved each deployment before it.
    fn approvals(&self) -> Vec<Check> {
        let what = ("approval", "Approved before by somebody else");
        if self.candidate.deployments.is_empty() {
            let words = self.absent("no deployment of this version is on record");
            return vec![self.check(what, State::NotDeterminable, words, vec![])];
        }
        let approval = |told: &Deployment| {
            let state = match told.approval {
                "one_other" | "several" => State::Agrees,
                // Another approval may stand in a change record that is not here.
                "none" | "only_own" if self.is_whole || told.change_request.is_none() => State::Differs,
                _ => State::NotDeterminable,
            };
            let words = match (state, self.is_whole) {
                (State::NotDeterminable, false) => self.absent(&told.approval_words),
                _ => told.approval_words.clone(),
            };
            let late = told.approvals.iter().filter(|approval| approval.is_late).count() as u64;
            let late = match late {
                0 => String::new(),
                late => format!("; {} after it", counted(late, "approval is dated", "approvals are dated")),
            };
            let words = format!("{}: {words}{late}", named(&told.record));
            // What a change record adds to the approvals decides no more than that record does.
            let own = told.approvals.iter().filter(|approval| approval.stated_in == "deployment");
            let names: serde_json::Value = own.map(|approval| approval.by.clone()).collect();
            let mut sides =
                vec![compared("approvals.by", Recorded::new(&names.to_string()).as_ref(), "deployment", &told.record)];
            sides.extend(told.changes.iter().map(|change| {
                let by = change.approved_by.as_deref().and_then(text);
                compared("approved_by", by.as_ref(), "change", &change.record)
            }));
            self.check(what, state, words, sides)
        };
        self.candidate.deployments.iter().map(approval).collect()
    }
}

/// The time of a record, as JSON has it.
fn time(place: &Place) -> Option<Recorded> {
    place.at.and_then(|at| Recorded::new(&format!("\"{at}\"")))
}

/// A text, as JSON has it.
fn text(text: &str) -> Option<Recorded> {
    Recorded::new(&serde_json::Value::from(text).to_string())
}
