//! What somebody needs to make a decision again, and the records do not hold: pure, by what was told.

use super::checks::named;
use super::read::Recorded;
use super::told::{Attachment, Candidate, Decision, Held, Lack, Missing, Purpose, Training};
use crate::record::figures::counted;
use crate::record::text::shown_short;

/// All of it, what the decision takes first.
pub(super) fn missing(decision: &Decision, candidates: &[Candidate]) -> Vec<Missing> {
    let mut out = Vec::new();
    version(&mut out, decision, candidates);
    input(&mut out, decision);
    weights(&mut out, decision, candidates);
    let of_decision = |member: &str| decision.reproducibility.as_ref().and_then(|value| value.at(member));
    let is_sealed = decision.reproducibility.as_ref().is_some_and(Recorded::is_sealed);
    for (what, title, member, holds) in [
        ("config", "the configuration", "config_hash", false),
        ("preprocessing", "the preprocessing", "preprocessing", false),
        ("runtime", "the runtime", "runtime", true),
        ("seed", "the seed", "seed", true),
    ] {
        let value = of_decision(member);
        // The name of a runtime is enough to get it; a seed is its own value.
        match value {
            Some(value) if holds && !value.is_sealed() => {}
            value => out.push(lack(what, title, Purpose::Decision, value.as_ref(), is_sealed, "the decision")),
        }
    }
    let trainings: Vec<&Training> = candidates.iter().flat_map(Candidate::fitting).collect();
    training(&mut out, &trainings);
    out
}

/// Something that a record names, seals, or does not speak of.
fn lack(
    what: &'static str,
    title: &str,
    purpose: Purpose,
    value: Option<&Recorded>,
    is_sealed: bool,
    by: &str,
) -> Missing {
    let (state, name, words) = match value {
        Some(value) if value.is_sealed() => (Lack::Sealed, None, format!("{title}: what {by} says of it is sealed")),
        Some(value) => {
            let name = value.words();
            let words = format!("{title}: named by {by} as {}; no record holds it", shown_short(&name, 100));
            (Lack::Named, Some(name), words)
        }
        None if is_sealed => (Lack::Sealed, None, format!("{title}: what {by} says of it is sealed")),
        None => (Lack::NotRecorded, None, format!("{title}: not stated by {by}")),
    };
    Missing { what, purpose, state, name, words }
}

fn version(out: &mut Vec<Missing>, decision: &Decision, candidates: &[Candidate]) {
    if candidates.len() != 1 {
        out.push(Missing {
            what: "version",
            purpose: Purpose::Decision,
            state: Lack::NotRecorded,
            name: None,
            words: format!("which version of the model decided: {}", decision.version_words),
        });
    }
}

fn input(out: &mut Vec<Missing>, decision: &Decision) {
    let hash = decision.input.hash.as_ref().filter(|hash| !hash.is_sealed()).map(Recorded::words);
    let (state, why) = match decision.input.data {
        Held::Recorded | Held::Disclosed => return,
        Held::Erased => (Lack::Erased, "it was sealed, and a record says that it was erased"),
        Held::Sealed => (Lack::Sealed, "it is sealed, and the bundle does not disclose it"),
        Held::DisclosureDiffers => (Lack::Sealed, "it is sealed, and what the bundle discloses does not fit the seal"),
        Held::Absent if hash.is_some() => (Lack::Named, "the record has its hash only"),
        Held::Absent => (Lack::NotRecorded, "the record has neither the data nor its hash"),
    };
    let metadata = match decision.input.metadata_members as u64 {
        0 => String::new(),
        members => {
            format!("; {} may be part of it", counted(members, "value in input.metadata", "values in input.metadata"))
        }
    };
    let named = hash.as_ref().map(|hash| format!(" ({})", shown_short(hash, 100))).unwrap_or_default();
    let words = format!("the input data{named}: {why}{metadata}");
    out.push(Missing { what: "input", purpose: Purpose::Decision, state, name: hash, words });
}

/// The model itself: by the hash of what was deployed, else by that which was trained, else by that which the decision names.
fn weights(out: &mut Vec<Missing>, decision: &Decision, candidates: &[Candidate]) {
    let is_attached =
        |candidate: &Candidate| candidate.in_force().is_some_and(|told| told.artifact_file == Attachment::Attached);
    if !candidates.is_empty() && candidates.iter().all(is_attached) {
        return;
    }
    let deployed = candidates.iter().filter_map(|candidate| candidate.in_force()?.artifact_hash.as_ref());
    let trained = candidates.iter().flat_map(Candidate::fitting).filter_map(|training| training.artifact_hash.as_ref());
    let own = decision.reproducibility.as_ref().and_then(|value| value.at("weights_hash"));
    let mut names: Vec<Recorded> = deployed.cloned().collect();
    if names.is_empty() {
        names = trained.cloned().collect();
    }
    if names.is_empty() {
        names = own.into_iter().collect();
    }
    out.push(named_by("weights", "the model itself, its weights", Purpose::Decision, &names, "the records"));
}

/// Something that several records may name.
fn named_by(what: &'static str, title: &str, purpose: Purpose, values: &[Recorded], by: &str) -> Missing {
    let mut names: Vec<String> = Vec::new();
    for value in values.iter().filter(|value| !value.is_sealed()) {
        let name = value.words();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match &names[..] {
        [] => lack(what, title, purpose, values.first(), false, by),
        names => {
            let name = names.join(", ");
            let words = format!("{title}: named by {by} as {}; no record holds it", shown_short(&name, 200));
            Missing { what, purpose, state: Lack::Named, name: Some(name), words }
        }
    }
}

fn training(out: &mut Vec<Missing>, trainings: &[&Training]) {
    let by = match trainings {
        [] => {
            out.push(Missing {
                what: "training",
                purpose: Purpose::Training,
                state: Lack::NotRecorded,
                name: None,
                words: "how the model was made: no training of it is on record, and so neither data, code, dependencies, seeds nor \
                        hyperparameters"
                    .to_owned(),
            });
            return;
        }
        [only] => format!("training {}", named(&only.record)),
        several => format!("the {} trainings", several.len()),
    };
    let all = |take: fn(&Training) -> Option<&Recorded>| -> Vec<Recorded> {
        trainings.iter().filter_map(|training| take(training)).cloned().collect()
    };
    if !trainings.iter().all(|training| training.data_file == Attachment::Attached) {
        let name = |training: &&Training| {
            let names: Vec<&str> =
                training.dataset_id.iter().chain(&training.dataset_version).map(String::as_str).collect();
            Some(names.join(" ")).filter(|name| !name.is_empty())
        };
        let named: Vec<Recorded> = trainings
            .iter()
            .filter_map(name)
            .filter_map(|name| Recorded::new(&serde_json::Value::from(name).to_string()))
            .collect();
        let named = if named.is_empty() { all(|training| training.data_hash.as_ref()) } else { named };
        out.push(named_by("dataset", "the data set", Purpose::Training, &named, &by));
    }
    for (what, title, values) in [
        ("code", "the code", all(|training| training.git_commit.as_ref())),
        ("training_script", "the training script", all(|training| training.training_script.as_ref())),
        ("dependencies", "the dependencies", all(|training| training.dependencies.as_ref())),
    ] {
        out.push(named_by(what, title, Purpose::Training, &values, &by));
    }
    // Values that records hold themselves, where they do.
    for (what, title, values) in [
        ("random_seeds", "the random seeds", all(|training| training.random_seeds.as_ref())),
        ("hyperparameters", "the hyperparameters", all(|training| training.hyperparameters.as_ref())),
        ("environment", "the environment of the training", all(|training| training.environment.as_ref())),
        ("splits", "how the data was split", all(|training| training.splits.as_ref())),
    ] {
        if !values.iter().any(|value| !value.is_sealed()) {
            out.push(lack(what, title, Purpose::Training, values.first(), false, &by));
        }
    }
}
