//! What an event says, in a line: the members that tell most of records of its kind.

use std::collections::{BTreeMap, HashMap};

use crate::analysis::deployments::Deployments;
use crate::bundle::reading::Watch;
use crate::columns::Column;
use crate::evidence::{Evidence, EvidenceError};
use crate::query::{Field, Path};
use crate::record::Kind;
use crate::record::text::shown_short;

/// A word before a value, and where the value is.
type Part = (&'static str, &'static [&'static str]);

/// What stands in the line of a kind.
fn parts(kind: Kind) -> &'static [Part] {
    match kind {
        Kind::Deployment => &[
            ("", &["action"]),
            ("", &["model", "id"]),
            ("", &["model", "version"]),
            ("by ", &["deployer"]),
            ("", &["change_request"]),
        ],
        Kind::Incident => &[("", &["incident_id"]), ("", &["state"]), ("", &["severity"]), ("", &["summary"])],
        Kind::Access => {
            &[("", &["subject", "id"]), ("", &["action"]), ("", &["resource"]), ("", &["result"]), ("rows ", &["rows"])]
        }
        Kind::Review => &[("", &["reviewer"]), ("", &["action"]), ("to ", &["new_result"])],
        Kind::Monitor => &[("", &["metric"]), ("", &["value"]), ("threshold ", &["threshold"]), ("", &["model", "id"])],
        Kind::Change => &[
            ("", &["change_request"]),
            ("", &["state"]),
            ("asked for by ", &["requested_by"]),
            ("approved by ", &["approved_by"]),
            ("", &["subject"]),
        ],
        Kind::Roster => &[("", &["user"]), ("", &["role"]), ("active ", &["active"]), ("left ", &["left_on"])],
        Kind::Training => &[("", &["model", "id"]), ("", &["model", "version"])],
        Kind::System => &[("", &["system_id"]), ("", &["purpose"])],
        Kind::Dataset => &[("", &["dataset_id"]), ("", &["version"])],
        Kind::Erasure => &[("seq ", &["seq"]), ("", &["pointer"]), ("", &["basis"])],
        Kind::Log => &[("", &["event"]), ("", &["reason"])],
        Kind::Custody => &[("", &["actor"]), ("", &["action"]), ("", &["tag"])],
        Kind::Decision | Kind::Outcome | Kind::Other => &[],
    }
}

/// Kinds with events.
const KINDS: [Kind; 13] = [
    Kind::Deployment,
    Kind::Incident,
    Kind::Access,
    Kind::Review,
    Kind::Monitor,
    Kind::Change,
    Kind::Roster,
    Kind::Training,
    Kind::System,
    Kind::Dataset,
    Kind::Erasure,
    Kind::Log,
    Kind::Custody,
];

/// The longest value in a line, in characters.
const VALUE: usize = 120;

/// What events say.
pub(super) struct Events<'e> {
    evidence: &'e Evidence,
    kinds: &'e [u8],
    columns: HashMap<&'static [&'static str], std::sync::Arc<Column>>,
    /// What the approvals of a deployment come to.
    approvals: HashMap<u32, String>,
    /// How many percent of the decisions a canary gets.
    canaries: HashMap<u32, f64>,
    /// Rows with something wrong, and the word for it.
    damage: BTreeMap<u32, &'static str>,
}

impl<'e> Events<'e> {
    /// Reads the columns; of what is too varied for one nothing stands in the lines.
    pub(super) fn of(evidence: &'e Evidence, watch: &dyn Watch) -> Result<Self, EvidenceError> {
        let mut columns = HashMap::new();
        for (_, members) in KINDS.into_iter().flat_map(|kind| parts(kind).iter().copied()) {
            let path = Path::new(members.iter().map(|&name| name.to_owned()).collect());
            match path.map(|path| evidence.column(&Field::Path(path), watch)) {
                Some(Ok(column)) => drop(columns.insert(members, column)),
                None | Some(Err(EvidenceError::TooVaried(_))) => {}
                Some(Err(error)) => return Err(error),
            }
        }
        let deployments = Deployments::of(evidence, watch)?.events;
        let canaries = deployments.iter().filter(|event| event.is_canary());
        let canaries = canaries.filter_map(|event| Some((event.row, event.traffic_percent?))).collect();
        let approvals = deployments
            .into_iter()
            .filter(|event| matches!(event.action.as_deref(), Some("deploy" | "rollback")))
            .map(|event| (event.row, event.approval.words()))
            .collect();
        Ok(Self { evidence, kinds: evidence.kinds()?, columns, approvals, canaries, damage: evidence.damage() })
    }

    /// The kind of a row.
    pub(super) fn kind(&self, row: u32) -> Kind {
        let place = self.kinds.get(row as usize).map_or(usize::MAX, |place| usize::from(*place));
        Kind::ALL.get(place).copied().unwrap_or(Kind::Other)
    }

    /// The line of a row; characters that do not show are spelled out.
    pub(super) fn text(&self, row: u32) -> String {
        let mut out: Vec<String> = Vec::new();
        let above = if self.is_above(row) { "above " } else { "" };
        for (word, members) in parts(self.kind(row)) {
            let text = self.columns.get(members).map(|column| column.cell(row).to_string());
            if let Some(text) = text.filter(|text| !text.is_empty() && text != "null") {
                let above = if members == &["threshold"] { above } else { "" };
                out.push(format!("{above}{word}{}", shown_short(&text, VALUE)));
            }
        }
        out.extend(self.canaries.get(&row).map(|percent| format!("to {percent} %")));
        out.extend(self.approvals.get(&row).map(|words| format!("– {words}")));
        out.join(" ")
    }

    /// All rows with something wrong.
    pub(super) fn damaged(&self) -> &BTreeMap<u32, &'static str> {
        &self.damage
    }

    /// Whether a measured value is above the threshold beside it.
    fn is_above(&self, row: u32) -> bool {
        let number =
            |name: &'static str| -> Option<f64> { self.columns.get(&[name][..])?.cell(row).to_string().parse().ok() };
        self.kind(row) == Kind::Monitor
            && number("value").zip(number("threshold")).is_some_and(|(value, threshold)| value > threshold)
    }

    /// What is wrong with the record of a row, in a word.
    pub(super) fn damage(&self, row: u32) -> Option<&'static str> {
        self.damage.get(&row).copied()
    }

    /// Whether a row has a line of its own, also where those of its kind are folded.
    pub(super) fn stands_out(&self, row: u32) -> bool {
        self.damage(row).is_some() || self.is_above(row)
    }

    /// The name of the log, where there are several.
    pub(super) fn log(&self, row: u32) -> Option<&str> {
        if !self.evidence.has_several_logs() {
            return None;
        }
        self.evidence.place(row).map(|(log, _)| log.index.origin.as_str())
    }
}
