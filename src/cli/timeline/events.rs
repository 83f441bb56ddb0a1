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
        let deployments = Deployments::of(evidence, watch)?.events.into_iter();
        let approvals = deployments
            .filter(|event| matches!(event.action.as_deref(), Some("deploy" | "rollback")))
            .map(|event| (event.row, event.approval.words()))
            .collect();
        Ok(Self { evidence, kinds: evidence.kinds()?, columns, approvals, damage: evidence.damage() })
    }

    /// The kind of a row.
    pub(super) fn kind(&self, row: u32) -> Kind {
        let place = self.kinds.get(row as usize).map_or(usize::MAX, |place| usize::from(*place));
        Kind::ALL.get(place).copied().unwrap_or(Kind::Other)
    }

    /// The line of a row; characters that do not show are spelled out.
    pub(super) fn text(&self, row: u32) -> String {
        let mut out: Vec<String> = Vec::new();
        for (word, members) in parts(self.kind(row)) {
            let text = self.columns.get(members).map(|column| column.cell(row).to_string());
            if let Some(text) = text.filter(|text| !text.is_empty() && text != "null") {
                out.push(format!("{word}{}", shown_short(&text, VALUE)));
            }
        }
        out.extend(self.approvals.get(&row).map(|words| format!("– {words}")));
        out.join(" ")
    }

    /// What is wrong with the record of a row, in a word.
    pub(super) fn damage(&self, row: u32) -> Option<&'static str> {
        self.damage.get(&row).copied()
    }

    /// Whether a row has a line of its own, also where those of its kind are folded.
    pub(super) fn stands_out(&self, row: u32) -> bool {
        self.damage(row).is_some()
    }

    /// The name of the log, where there are several.
    pub(super) fn log(&self, row: u32) -> Option<&str> {
        if !self.evidence.has_several_logs() {
            return None;
        }
        self.evidence.place(row).map(|(log, _)| log.index.origin.as_str())
    }
}
