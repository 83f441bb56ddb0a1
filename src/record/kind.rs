//! The record kinds of format 1, which members each asks for, and typed borrowed views of those that the verifier reads.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// What a record is about; the names are those of the member `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An answer of a model about a subject.
    Decision,
    /// What turned out true about a decision, later.
    Outcome,
    /// Human oversight of a decision.
    Review,
    /// A model version going into or out of service.
    Deployment,
    /// How a model version came to be.
    Training,
    /// Inventory: a system, its purpose, how to read its results.
    System,
    /// Somebody reached for a resource.
    Access,
    /// Who may do what.
    Roster,
    /// A change request.
    Change,
    /// A version of a data set.
    Dataset,
    /// A step in the life of an incident.
    Incident,
    /// A measured value.
    Monitor,
    /// A sealed value that was erased.
    Erasure,
    /// The log about itself.
    Log,
    /// What an investigator did with evidence.
    Custody,
    /// A kind that format 1 does not define; kept and shown.
    Other,
}

const NAMES: [(&str, Kind, &[&str]); 15] = [
    ("decision", Kind::Decision, &["model", "input", "output"]),
    ("outcome", Kind::Outcome, &["decision", "label"]),
    ("review", Kind::Review, &["decision", "reviewer", "action"]),
    ("deployment", Kind::Deployment, &["model", "action"]),
    ("training", Kind::Training, &["model"]),
    ("system", Kind::System, &["system_id"]),
    ("access", Kind::Access, &["subject", "action", "resource"]),
    ("roster", Kind::Roster, &["user", "role"]),
    ("change", Kind::Change, &["change_request", "state"]),
    ("dataset", Kind::Dataset, &["dataset_id", "version"]),
    ("incident", Kind::Incident, &["incident_id", "state"]),
    ("monitor", Kind::Monitor, &["metric", "value"]),
    ("erasure", Kind::Erasure, &["seq", "pointer"]),
    ("log", Kind::Log, &["event"]),
    ("custody", Kind::Custody, &["action"]),
];

impl Kind {
    /// Every kind, in the order of the specification; the last is that of all others.
    pub const ALL: [Self; 16] = [
        Self::Decision,
        Self::Outcome,
        Self::Review,
        Self::Deployment,
        Self::Training,
        Self::System,
        Self::Access,
        Self::Roster,
        Self::Change,
        Self::Dataset,
        Self::Incident,
        Self::Monitor,
        Self::Erasure,
        Self::Log,
        Self::Custody,
        Self::Other,
    ];

    /// Its place in [`Kind::ALL`].
    pub fn place(self) -> u8 {
        self as u8
    }

    /// The kind with that name; [`Kind::Other`] for a name that format 1 does not define.
    pub fn parse(name: &str) -> Self {
        NAMES.iter().find(|(known, ..)| *known == name).map_or(Self::Other, |(_, kind, _)| *kind)
    }

    /// The name that stands in `kind`; `other` for [`Kind::Other`].
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind, _)| *kind == self).map_or("other", |(name, ..)| name)
    }

    /// The names of all kinds that format 1 defines, for people.
    pub fn names() -> String {
        NAMES.map(|(name, ..)| name).join(", ")
    }

    /// The members that a record of this kind needs beside `kind`, `timestamp` and `audit_id`.
    pub fn required(self) -> &'static [&'static str] {
        NAMES.iter().find(|(_, kind, _)| *kind == self).map_or(&[], |(.., required)| required)
    }
}

/// The members of a `log` record that the verifier reads. One that is not of its type counts as absent, and does not
/// take the others with it.
#[derive(Debug, Deserialize)]
pub struct LogRecord<'a> {
    /// `log`; anything else is no such record.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// `opened`, `heartbeat`, `rotated`, `closed` or `imported`.
    #[serde(borrow)]
    pub event: Cow<'a, str>,
    /// The name of the log.
    #[serde(borrow, default, deserialize_with = "if_text")]
    pub origin: Option<Cow<'a, str>>,
    /// The zone of times that state none: `UTC`, `Z` or an offset such as `+02:00`.
    #[serde(borrow, default, deserialize_with = "if_text")]
    pub zone: Option<Cow<'a, str>>,
    /// Where the records before an `imported` record came from.
    #[serde(default, deserialize_with = "if_object")]
    pub source: Option<Source>,
    /// What became of the rows of that source.
    #[serde(default, deserialize_with = "if_object")]
    pub rows: Option<Rows>,
}

/// The file that records were imported from, as the log says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// Its name.
    #[serde(default, deserialize_with = "if_of_type")]
    pub name: Option<String>,
    /// BLAKE3 of it, hex.
    #[serde(default, deserialize_with = "if_of_type")]
    pub blake3: Option<String>,
    /// Its length in bytes.
    #[serde(default, deserialize_with = "if_of_type")]
    pub bytes: Option<u64>,
    /// How many records directly before the `imported` record came from it.
    #[serde(default, deserialize_with = "if_of_type")]
    pub records: Option<u64>,
}

/// Rows of an imported file, as the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Rows {
    /// Left out on purpose.
    #[serde(default, deserialize_with = "if_of_type")]
    pub skipped: Option<u64>,
    /// Not to be read as records.
    #[serde(default, deserialize_with = "if_of_type")]
    pub failed: Option<u64>,
}

/// A member of that type; `None` for any other.
fn if_of_type<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value: &RawValue = Deserialize::deserialize(deserializer)?;
    Ok(serde_json::from_str(value.get()).ok())
}

/// The members of a `deployment` record that say what was in service when. One that is not of its type counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct DeploymentRecord {
    /// Which model, and which version of it.
    #[serde(default, deserialize_with = "if_model")]
    pub model: ModelName,
    /// `deploy`, `rollback` or `retire`.
    #[serde(default, deserialize_with = "if_of_type")]
    pub action: Option<String>,
    /// Where.
    #[serde(default, deserialize_with = "if_of_type")]
    pub environment: Option<String>,
    /// Share of the requests that the version gets from then on, 0 to 100.
    #[serde(default, deserialize_with = "if_of_type")]
    pub traffic_percent: Option<f64>,
}

/// Names a model, or a version of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ModelName {
    /// The model.
    #[serde(default, deserialize_with = "if_of_type")]
    pub id: Option<String>,
    /// The version.
    #[serde(default, deserialize_with = "if_of_type")]
    pub version: Option<String>,
}

/// The members of a `system` record that say how the results of its models are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct SystemRecord {
    /// The ids of its models; without them it speaks for all.
    #[serde(default, deserialize_with = "if_of_type")]
    pub models: Option<Vec<String>>,
    /// How results are read.
    #[serde(default, deserialize_with = "if_object")]
    pub result: Option<ResultReading>,
}

/// How results are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ResultReading {
    /// Where a decision's result stands: names of members with points between them.
    #[serde(default, deserialize_with = "if_of_type")]
    pub path: Option<String>,
    /// Results against the person concerned.
    #[serde(default, deserialize_with = "if_texts")]
    pub adverse: Vec<String>,
    /// Results in favour of the person concerned.
    #[serde(default, deserialize_with = "if_texts")]
    pub favourable: Vec<String>,
    /// Labels of outcomes that bear out a favourable result.
    #[serde(default, deserialize_with = "if_texts")]
    pub outcome_positive: Vec<String>,
}

/// The texts of a list of texts, numbers and booleans, or of one of them; none of anything else.
fn if_texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value: &RawValue = Deserialize::deserialize(deserializer)?;
    let text = |value: &RawValue| match value.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(value.get()).ok(),
        Some(b'{' | b'[' | b'n') | None => None,
        Some(_) => Some(value.get().to_owned()),
    };
    Ok(match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        Ok(list) => list.into_iter().filter_map(text).collect(),
        Err(_) => text(value).into_iter().collect(),
    })
}

/// Names of a model; none of anything but an object.
fn if_model<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ModelName, D::Error> {
    Ok(if_object(deserializer)?.unwrap_or_default())
}

/// The members of an `erasure` record that the verifier reads.
#[derive(Debug, Deserialize)]
pub struct Erasure<'a> {
    /// The record whose sealed value was erased.
    pub seq: u64,
    /// JSON pointer (RFC 6901) to the sealed value in that record.
    #[serde(borrow)]
    pub pointer: Cow<'a, str>,
}

/// An object of that type; `None` for anything else. serde takes an array for an object as well.
fn if_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value: &RawValue = Deserialize::deserialize(deserializer)?;
    Ok(serde_json::from_str(value.get()).ok().filter(|_| value.get().starts_with('{')))
}

/// A text, borrowed where it holds no escapes; `None` for anything else.
fn if_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    let value: &RawValue = Deserialize::deserialize(deserializer)?;
    Ok(serde_json::from_str::<Text<'_>>(value.get()).ok().map(|text| text.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_another_type_takes_no_other_with_it() {
        let read = |members: &str| -> LogRecord<'static> {
            let text = format!(r#"{{"kind":"log","event":"imported","origin":"log.test/a",{members}}}"#);
            serde_json::from_str(text.leak()).expect("a log record")
        };
        let log = read(r#""zone":7,"source":{"name":"a\n","records":"3","bytes":-1,"more":[]},"rows":[]"#);
        assert_eq!((log.origin.as_deref(), log.zone, log.rows), (Some("log.test/a"), None, None));
        let source = log.source.expect("a source");
        assert_eq!((source.name.as_deref(), source.records, source.bytes), (Some("a\n"), None, None));
        let log = read(r#""source":"x.csv","rows":{"read":5,"failed":2,"skipped":1.5}"#);
        assert_eq!(read(r#""source":["a","b",1,2]"#).source, None);
        assert_eq!((log.source, log.rows), (None, Some(Rows { skipped: None, failed: Some(2) })));
    }

    #[test]
    fn readings_and_deployments_take_what_fits() {
        let system = |json: &str| serde_json::from_str::<SystemRecord>(json).expect("a system record");
        let read = system(
            r#"{"models":["a","b"],"result":{"path":"output.result","adverse":["deny",0,false,null,[1]],"favourable":"approve"}}"#,
        );
        let result = read.result.expect("a reading");
        assert_eq!(result.adverse, ["deny", "0", "false"]);
        assert_eq!((result.favourable, result.outcome_positive), (vec!["approve".to_owned()], vec![]));
        assert_eq!(system(r#"{"models":"a","result":["x"]}"#), SystemRecord::default());
        let deployment: DeploymentRecord =
            serde_json::from_str(r#"{"model":"m","action":"deploy","traffic_percent":"10"}"#).expect("a deployment");
        assert_eq!((deployment.model, deployment.traffic_percent), (ModelName::default(), None));
        assert_eq!(deployment.action.as_deref(), Some("deploy"));
    }

    #[test]
    fn names_round_trip() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.place()), place);
        }
        for (name, kind, _) in NAMES {
            assert_eq!(Kind::parse(name), kind);
            assert_eq!(kind.name(), name);
        }
        assert_eq!(Kind::parse("Decision"), Kind::Other);
        assert!(Kind::Other.required().is_empty());
    }
}
