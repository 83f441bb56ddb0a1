//! What a column may be for, guessed from its name and from what stands in it.

use super::{Column, Content, Survey};

/// Where a column goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Id,
    Time,
    ModelId,
    ModelVersion,
    Result,
    Confidence,
    Label,
    LabelTime,
    User,
    Session,
    Address,
    Agent,
    Subject,
    Group,
    Personal,
    Explanation,
}

/// Names that suggest a role, without case and signs. The first column that has one takes the role, unless several may.
const NAMES: [(Role, bool, &[&str]); 15] = [
    (
        Role::Id,
        false,
        &[
            "auditid",
            "decisionid",
            "requestid",
            "recordid",
            "eventid",
            "transactionid",
            "uuid",
            "id",
            "vorgang",
            "vorgangsnummer",
        ],
    ),
    (Role::ModelId, false, &["modelid", "modelname", "model", "modell"]),
    (Role::ModelVersion, false, &["modelversion", "version", "modellversion"]),
    (
        Role::LabelTime,
        false,
        &[
            "outcomedate",
            "outcometime",
            "outcomeat",
            "labeldate",
            "labeltime",
            "labelledat",
            "labeledat",
            "settledat",
            "resultdate",
            "repaidat",
            "observedat",
        ],
    ),
    (
        Role::Label,
        false,
        &[
            "outcome",
            "label",
            "actual",
            "actuallabel",
            "target",
            "groundtruth",
            "truth",
            "ytrue",
            "observed",
            "employed",
            "defaulted",
            "ergebnis",
        ],
    ),
    (
        Role::Result,
        false,
        &[
            "prediction",
            "predicted",
            "predictedlabel",
            "predictedclass",
            "result",
            "decision",
            "output",
            "verdict",
            "ypred",
            "recommendation",
            "entscheidung",
        ],
    ),
    (
        Role::Confidence,
        false,
        &["confidence", "probability", "predictedprobability", "score", "proba", "ypredproba", "konfidenz"],
    ),
    (Role::Explanation, false, &["explanation", "reason", "reasons", "begrundung"]),
    (Role::User, false, &["userid", "user", "username", "actor", "operator"]),
    (Role::Session, false, &["sessionid", "session"]),
    (Role::Address, false, &["ipaddress", "ip", "clientip", "sourceip"]),
    (Role::Agent, false, &["useragent"]),
    (
        Role::Subject,
        false,
        &[
            "subjectid",
            "customerid",
            "customer",
            "applicantid",
            "applicant",
            "clientid",
            "patientid",
            "personid",
            "accountid",
            "kundennummer",
        ],
    ),
    (
        Role::Group,
        true,
        &[
            "sex",
            "gender",
            "race",
            "rac1p",
            "ethnicity",
            "age",
            "agegroup",
            "agep",
            "nationality",
            "religion",
            "disability",
            "geschlecht",
        ],
    ),
    (
        Role::Personal,
        true,
        &[
            "name",
            "firstname",
            "lastname",
            "surname",
            "email",
            "emailaddress",
            "phone",
            "phonenumber",
            "address",
            "street",
            "ssn",
            "iban",
            "birthdate",
            "dateofbirth",
            "dob",
            "passport",
        ],
    ),
];

/// Names that suggest the time of a decision, best first; without one it is the first column of times.
const TIMES: [&str; 12] = [
    "timestamp",
    "decidedat",
    "decisiontime",
    "datetime",
    "eventtime",
    "time",
    "ts",
    "createdat",
    "created",
    "date",
    "requesttime",
    "zeit",
];

/// The name without case, signs and folders of a path.
fn plain(name: &str) -> String {
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    last.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the columns' names, and what stands in them, suggest.
pub(super) fn roles(survey: &Survey) -> Vec<Option<Role>> {
    let columns = &survey.columns;
    let names: Vec<String> = columns.iter().map(|column| plain(&column.name)).collect();
    let mut roles: Vec<Option<Role>> = vec![None; columns.len()];
    for (role, may_repeat, wanted) in NAMES {
        let mut found: Vec<usize> = Vec::new();
        // Best name first.
        for want in wanted {
            found.extend((0..columns.len()).filter(|at| names[*at] == *want && roles[*at].is_none()));
        }
        found.retain(|at| fits(role, &columns[*at], survey.rows));
        found.truncate(if may_repeat { usize::MAX } else { 1 });
        for at in found {
            roles[at] = Some(role);
        }
    }
    let is_time = |at: &usize| matches!(columns[*at].content, Content::Time { .. }) && roles[*at].is_none();
    let named = TIMES.iter().find_map(|want| (0..columns.len()).find(|at| names[*at] == *want && is_time(at)));
    if let Some(at) = named.or_else(|| (0..columns.len()).find(is_time)) {
        roles[at] = Some(Role::Time);
    }
    roles
}

/// Whether what stands in a column can have the role.
fn fits(role: Role, column: &Column, rows: u64) -> bool {
    let is_time = matches!(column.content, Content::Time { .. });
    match role {
        // An id is there in every row, and never twice.
        Role::Id => column.filled == rows && column.distinct.is_none_or(|distinct| distinct as u64 == rows) && !is_time,
        Role::LabelTime => is_time,
        Role::Confidence => column.content == Content::Number,
        Role::Label | Role::Result => !is_time && column.content != Content::Empty,
        _ => !is_time,
    }
}
