use proptest::prelude::*;

use super::*;
use crate::analysis::instant::Instant;
use crate::analysis::story::Place;
use crate::index::deployed::{Deployed, Deployment as OnRecord, Live};

fn recorded(value: &str) -> Recorded {
    Recorded::new(&serde_json::Value::from(value).to_string()).expect("a text")
}

#[test]
fn only_digests_of_one_form_differ() {
    use State::{Agrees, Differs, NotDeterminable as Unknown};
    for (one, other, expected) in [
        ("ab12", "ab12", Agrees),
        ("ab12", "AB12", Agrees),
        ("ab12", "ab13", Differs),
        // Cut, or of another function.
        ("ab12", "ab12cd", Unknown),
        ("sha256:ab12", "sha256:ab12", Agrees),
        ("sha256:ab12", "SHA256:ab13", Differs),
        ("sha256:ab12", "blake3:ab12", Unknown),
        // The same digits are the same digest; other ones may be of another function.
        ("sha256:ab12", "ab12", Agrees),
        ("sha256:ab12", "ab13", Unknown),
        // In base64 letters count as they are.
        ("qrs=", "qrs=", Agrees),
        ("qrs=", "Qrs=", Differs),
        ("ab12", "qrs=", Unknown),
        ("", "", Unknown),
    ] {
        for (a, b) in [(one, other), (other, one)] {
            assert_eq!(digest::same(&recorded(a), &recorded(b)), expected, "{a} {b}");
        }
    }
    let seal = Recorded::new(&format!(r#"{{"$sealed":"{}"}}"#, "ab".repeat(32))).expect("a seal");
    assert_eq!(digest::same(&seal, &seal), Unknown);
}

/// Minute, action, version, percent, environment.
type Told = (i64, &'static str, &'static str, Option<f64>, Option<&'static str>);

fn told() -> impl Strategy<Value = Vec<Told>> {
    let action = prop::sample::select(vec!["deploy", "deploy", "rollback", "retire", "promote"]);
    let version = prop::sample::select(vec!["1", "2", "3"]);
    let percent = prop::sample::select(vec![None, Some(0.0), Some(10.0), Some(100.0)]);
    let place = prop::sample::select(vec![None, Some("production"), Some("PROD"), Some("staging")]);
    prop::collection::vec((0..20_i64, action, version, percent, place), 0..12)
}

proptest! {
    /// What was in service by these records is what was in service by the index.
    #[test]
    fn the_records_that_say_so_say_the_same_as_the_index(told in told(), minute in 0..22_i64) {
        let nanos = |minute: i64| minute * 60_000_000_000;
        let mut events: Vec<Event> = told
            .iter()
            .zip(0..)
            .map(|((minute, action, version, percent, place), row)| Event {
                row,
                at: Some(nanos(*minute)),
                model: Some("m".to_owned()),
                version: Some((*version).to_owned()),
                action: Some((*action).to_owned()),
                traffic_percent: *percent,
                environment: place.map(str::to_owned),
                ..Event::default()
            })
            .collect();
        let on_record = events.iter().map(|event| {
            let record = serde_json::json!({
                "model": {"id": "m", "version": event.version}, "action": event.action,
                "environment": event.environment, "traffic_percent": event.traffic_percent,
            });
            let at = event.at.map(chrono::DateTime::from_timestamp_nanos);
            OnRecord { order: event.row, at, record: serde_json::from_str(&record.to_string()).expect("a deployment") }
        });
        let deployed = Deployed::new(on_record.collect());
        events.sort_by_key(|event| (event.at, event.row));
        let all: Vec<&Event> = events.iter().collect();
        let live = standing::in_service(&standing::counting(&all, None), nanos(minute));
        let at = chrono::DateTime::from_timestamp_nanos(nanos(minute));
        match (deployed.live("m", at), live.keys().copied().collect::<Vec<_>>()) {
            (Live::None, found) => prop_assert!(found.is_empty(), "{found:?}"),
            (Live::One(version), found) => prop_assert_eq!(found, vec![version]),
            (Live::Several, found) => prop_assert!(found.len() > 1, "{found:?}"),
        }
        for version in ["1", "2", "3"] {
            let is_live = deployed.was_live("m", version, at) == Some(true);
            prop_assert_eq!(is_live, live.contains_key(version));
        }
    }
}

fn place(seq: u64, minute: i64) -> Place {
    let at = Some(Instant(minute * 60_000_000_000));
    Place { row: u32::try_from(seq).expect("small"), log: None, seq: Some(seq), id: None, at, damage: None }
}

fn deployment() -> Deployment {
    Deployment {
        record: place(5, 50),
        action: Some("deploy".to_owned()),
        environment: Some("production".to_owned()),
        deployer: Some("a".to_owned()),
        traffic_percent: Some(100.0),
        changelog: None,
        artifact_hash: Some(recorded("aa")),
        artifact_file: Attachment::NotNamed,
        test_report_hash: Some(recorded("cc")),
        test_report: Attachment::Attached,
        change_request: Some("CR-1".to_owned()),
        changes: Vec::new(),
        requested_by: Vec::new(),
        approvals: Vec::new(),
        approval: "one_other",
        approval_words: "approved by one other".to_owned(),
    }
}

fn training() -> Training {
    Training {
        record: place(3, 30),
        artifact: State::Agrees,
        artifact_hash: Some(recorded("aa")),
        dataset_id: Some("d".to_owned()),
        dataset_version: Some("1".to_owned()),
        data_hash: Some(recorded("dd")),
        splits: Some(recorded("x")),
        datasets: vec![Dataset { record: place(2, 20), data_hash: Some(recorded("dd")), approved_by: None }],
        git_commit: Some(recorded("c")),
        training_script: Some(recorded("s")),
        dependencies: Some(recorded("l")),
        environment: Some(recorded("e")),
        random_seeds: Some(recorded("1")),
        hyperparameters: Some(recorded("h")),
        metrics: None,
        actor: None,
        approved_by: None,
        data_file: Attachment::NotAttached,
    }
}

fn candidate() -> Candidate {
    Candidate {
        version: "2".to_owned(),
        is_in_service: true,
        deployments: vec![deployment()],
        more_deployments: 0,
        trainings: vec![training()],
        more_trainings: 0,
    }
}

fn decision() -> Decision {
    Decision {
        record: place(7, 70),
        model: Some("m".to_owned()),
        declared_version: Some("2".to_owned()),
        version: Some("2".to_owned()),
        version_source: VersionSource::Recorded,
        version_words: String::new(),
        environment: Some("prod".to_owned()),
        output: None,
        input: Input { hash: Some(recorded("ee")), data: Held::Absent, metadata_members: 0 },
        reproducibility: Recorded::new(
            r#"{"weights_hash":"aa","config_hash":"ff","preprocessing":"p","runtime":"r","seed":42}"#,
        ),
    }
}

/// A change to what is compared.
type Change = fn(&mut Decision, &mut Candidate);

#[test]
fn what_fits_what_does_not_and_what_cannot_be_told() {
    use State::{Agrees, Differs, NotDeterminable as Unknown};
    let cases: &[(&str, bool, &str, State, &str, Change)] = &[
        ("all is well", true, "version_in_service", Agrees, "2 was in service", |_, _| {}),
        ("all is well", true, "environment", Agrees, "same environment", |_, _| {}),
        ("all is well", true, "training_artifact", Agrees, "the hash that was deployed", |_, _| {}),
        ("all is well", true, "weights", Agrees, "the artifact_hash of the deployment", |_, _| {}),
        ("all is well", true, "test_report", Agrees, "among the attachments", |_, _| {}),
        ("all is well", true, "training_data", Agrees, "same hash", |_, _| {}),
        ("all is well", true, "trained_before_deployed", Agrees, "not later", |_, _| {}),
        ("all is well", true, "approval", Agrees, "one other", |_, _| {}),
        ("out of service", true, "version_in_service", Differs, "out of service then", |_, c| c.is_in_service = false),
        ("deployed later", true, "version_in_service", Differs, "only after the decision", |_, c| {
            c.is_in_service = false;
            c.deployments[0].record.at = Some(Instant(i64::MAX));
        }),
        ("deployed later, in a slice", false, "version_in_service", Unknown, "are not here", |_, c| {
            c.is_in_service = false;
        }),
        ("in service, in a slice", false, "version_in_service", Unknown, "are not here", |_, _| {}),
        ("other weights, in a slice", false, "weights", Unknown, "are not here", |d, _| {
            d.reproducibility = Recorded::new(r#"{"weights_hash":"ab"}"#);
        }),
        ("another report, in a slice", false, "test_report", Differs, "another content", |_, c| {
            c.deployments[0].test_report = Attachment::ContentDiffers;
        }),
        ("never deployed", true, "version_in_service", Unknown, "no deployment", |_, c| {
            c.is_in_service = false;
            c.deployments.clear();
        }),
        ("no time", true, "version_in_service", Unknown, "no time", |d, _| d.record.at = None),
        ("another environment", true, "environment", Differs, "different", |d, _| {
            d.environment = Some("staging".into());
        }),
        ("another artefact", true, "training_artifact", Differs, "another artefact", |_, c| {
            c.trainings[0].artifact = State::Differs;
        }),
        ("another artefact, in a slice", false, "training_artifact", Unknown, "are not here", |_, c| {
            c.trainings[0].artifact = State::Differs;
        }),
        ("two trainings, one fits", true, "training_artifact", Agrees, "1 other training", |_, c| {
            c.trainings.push(Training { artifact: State::Differs, ..training() });
        }),
        ("two trainings, none fits", true, "training_artifact", Differs, "none of the trainings", |_, c| {
            c.trainings = vec![Training { artifact: State::Differs, ..training() }; 2];
        }),
        ("two trainings, one of them silent", true, "training_artifact", Unknown, "cannot be compared", |_, c| {
            c.trainings[0].artifact = State::Differs;
            c.trainings.push(Training { artifact: State::NotDeterminable, artifact_hash: None, ..training() });
        }),
        ("no training", true, "training_artifact", Unknown, "no training", |_, c| c.trainings.clear()),
        ("no training", true, "trained_before_deployed", Unknown, "no training", |_, c| c.trainings.clear()),
        ("no hash deployed", true, "training_artifact", Unknown, "states no artifact_hash", |_, c| {
            c.deployments[0].artifact_hash = None;
            c.trainings[0].artifact = State::NotDeterminable;
        }),
        ("no hash deployed", true, "weights", Agrees, "of the training", |_, c| c.deployments[0].artifact_hash = None),
        (
            "a replaced deployment",
            true,
            "training_artifact",
            Unknown,
            "agrees as it stands, but seq 5 is replaced",
            |_, c| {
                c.deployments[0].record.damage = Some("replaced");
            },
        ),
        ("an edited decision", true, "weights", Unknown, "but seq 7 is edited", |d, _| {
            d.record.damage = Some("edited");
        }),
        ("other weights", true, "weights", Differs, "does not say that both are of one thing", |d, _| {
            d.reproducibility = Recorded::new(r#"{"weights_hash":"ab"}"#);
        }),
        ("no weights", true, "weights", Unknown, "states no", |d, _| d.reproducibility = None),
        ("another form", true, "weights", Unknown, "different forms", |d, _| {
            d.reproducibility = Recorded::new(r#"{"weights_hash":"aabb"}"#);
        }),
        ("artefacts of one version", true, "deployed_artifact", Differs, "different artefacts", |_, c| {
            c.deployments.insert(0, Deployment { artifact_hash: Some(recorded("bb")), ..deployment() });
        }),
        ("no report", true, "test_report", Unknown, "not among the attachments", |_, c| {
            c.deployments[0].test_report = Attachment::NotAttached;
        }),
        ("another report", true, "test_report", Differs, "another content", |_, c| {
            c.deployments[0].test_report = Attachment::ContentDiffers;
        }),
        ("other data", true, "training_data", Differs, "different hashes", |_, c| {
            c.trainings[0].datasets[0].data_hash = Some(recorded("de"));
        }),
        ("other data twice, once the same", true, "training_data", Agrees, "2 records are of this version", |_, c| {
            let other = Dataset { record: place(1, 10), data_hash: Some(recorded("de")), approved_by: None };
            c.trainings[0].datasets.insert(0, other);
        }),
        ("no data set", true, "training_data", Unknown, "no dataset record", |_, c| c.trainings[0].datasets.clear()),
        ("trained later", true, "trained_before_deployed", Differs, "later", |_, c| {
            c.trainings[0].record.at = Some(Instant(i64::MAX));
        }),
        ("approved by nobody", true, "approval", Differs, "nobody", |_, c| {
            (c.deployments[0].approval, c.deployments[0].approval_words) = ("none", "nobody".to_owned());
        }),
        ("approved by nobody here", false, "approval", Unknown, "are not here", |_, c| {
            (c.deployments[0].approval, c.deployments[0].approval_words) = ("none", "nobody".to_owned());
        }),
    ];
    for (case, is_whole, check, state, words, change) in cases {
        let (mut decision, mut candidate) = (decision(), candidate());
        change(&mut decision, &mut candidate);
        let found = checks::checks(&decision, &candidate, *is_whole);
        let of: Vec<&Check> = found.iter().filter(|found| found.check == *check).collect();
        let [only] = of[..] else { panic!("{case}: {check}: {found:?}") };
        assert_eq!(only.state, *state, "{case}: {check}: {}", only.words);
        assert!(only.words.contains(words), "{case}: {check}: {}", only.words);
    }
    // Where all is well, nothing else is asked.
    assert!(checks::checks(&decision(), &candidate(), true).iter().all(|check| check.state == Agrees));
    let inferred = Decision { version_source: VersionSource::Inferred, ..decision() };
    assert!(checks::checks(&inferred, &candidate(), true).iter().all(|check| check.check != "version_in_service"));
}

#[test]
fn what_is_missing_to_make_it_again() {
    let missing = |change: Change| {
        let (mut decision, mut candidate) = (decision(), candidate());
        change(&mut decision, &mut candidate);
        let found = missing::missing(&decision, &[candidate]);
        found.into_iter().map(|missing| (missing.what, missing.state)).collect::<Vec<_>>()
    };
    let usual = [
        ("input", Lack::Named),
        ("weights", Lack::Named),
        ("config", Lack::Named),
        ("preprocessing", Lack::Named),
        ("dataset", Lack::Named),
        ("code", Lack::Named),
        ("training_script", Lack::Named),
        ("dependencies", Lack::Named),
    ];
    assert_eq!(missing(|_, _| {}), usual);
    let cases: &[(&str, Option<Lack>, Change)] = &[
        ("input", None, |d, _| d.input.data = Held::Recorded),
        ("input", None, |d, _| d.input.data = Held::Disclosed),
        ("input", Some(Lack::Erased), |d, _| d.input.data = Held::Erased),
        ("input", Some(Lack::Sealed), |d, _| d.input.data = Held::Sealed),
        ("input", Some(Lack::NotRecorded), |d, _| d.input.hash = None),
        ("weights", None, |_, c| c.deployments[0].artifact_file = Attachment::Attached),
        ("weights", Some(Lack::NotRecorded), |d, c| {
            d.reproducibility = None;
            c.deployments.clear();
            c.trainings.clear();
        }),
        ("seed", Some(Lack::NotRecorded), |d, _| d.reproducibility = None),
        ("runtime", Some(Lack::Sealed), |d, _| {
            d.reproducibility = Recorded::new(&format!(r#"{{"$sealed":"{}"}}"#, "ab".repeat(32)));
        }),
        ("dataset", None, |_, c| c.trainings[0].data_file = Attachment::Attached),
        ("training", Some(Lack::NotRecorded), |_, c| c.trainings.clear()),
        ("code", Some(Lack::NotRecorded), |_, c| c.trainings[0].git_commit = None),
        ("random_seeds", Some(Lack::NotRecorded), |_, c| c.trainings[0].random_seeds = None),
    ];
    for (what, expected, change) in cases {
        let found = missing(*change).into_iter().find(|(known, _)| known == what);
        assert_eq!(found.map(|(_, state)| state), *expected, "{what}");
    }
    // Which version decided comes before all else.
    let found = missing::missing(&decision(), &[]);
    assert_eq!((found[0].what, found[0].state), ("version", Lack::NotRecorded));
}
