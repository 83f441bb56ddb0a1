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

/// Names that suggest a role, in small letters without signs, best first. The first column that has one takes the role,
/// unless several may.
const NAMES: [(Role, bool, &str); 15] = [
    (
        Role::Id,
        false,
        "auditid decisionid requestid recordid eventid transactionid uuid id vorgang vorgangsnummer antragsnummer",
    ),
    (Role::ModelId, false, "modelid modelname model modell"),
    (Role::ModelVersion, false, "modelversion version modellversion"),
    (
        Role::LabelTime,
        false,
        "outcomedate outcometime outcomeat outcomeon labeldate labeltime labelledat labeledat settledat settled resultdate repaidat observedat ergebnisam",
    ),
    (
        Role::Label,
        false,
        "outcome label actual actuallabel target groundtruth truth ytrue observed employed defaulted repaid ergebnis",
    ),
    (
        Role::Result,
        false,
        "prediction predicted predictedlabel predictedclass result decision output verdict ypred recommendation entscheidung",
    ),
    (Role::Confidence, false, "confidence probability predictedprobability score proba ypredproba konfidenz"),
    (Role::Explanation, false, "explanation reason reasons begründung"),
    (Role::User, false, "userid user username actor operator sachbearbeiter sachbearbeitung"),
    (Role::Session, false, "sessionid session"),
    (Role::Address, false, "ipaddress ip clientip sourceip"),
    (Role::Agent, false, "useragent"),
    (
        Role::Subject,
        false,
        "subjectid customerid customer applicantid applicant clientid patientid personid accountid kundennummer",
    ),
    (Role::Group, true, "sex gender race rac1p ethnicity age agegroup agep nationality religion disability geschlecht"),
    (
        Role::Personal,
        true,
        "name fullname firstname lastname surname email emailaddress phone phonenumber address street ssn iban birthdate dateofbirth dob passport antragsteller vorname nachname geburtsdatum adresse strasse telefon",
    ),
];

/// Names that suggest the time of a decision, best first; without one it is the first column of times.
const TIMES: &str =
    "timestamp decidedat decisiontime datetime eventtime time ts createdat created date requesttime zeit eingang";

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
        for want in wanted.split_whitespace() {
            found.extend((0..columns.len()).filter(|at| names[*at] == want && roles[*at].is_none()));
        }
        found.retain(|at| fits(role, &columns[*at], survey.rows));
        found.truncate(if may_repeat { usize::MAX } else { 1 });
        for at in found {
            roles[at] = Some(role);
        }
    }
    if !roles.contains(&Some(Role::Id)) {
        // The first column of many exports is what their rows are called by.
        let is_id = |column: &Column| survey.rows >= 10 && fits(Role::Id, column, survey.rows);
        if let Some(first) = columns.first().filter(|column| is_id(column)).and_then(|_| roles.first_mut()) {
            first.get_or_insert(Role::Id);
        }
    }
    let is_time = |at: &usize| matches!(columns[*at].content, Content::Time { .. }) && roles[*at].is_none();
    let named = TIMES.split(' ').find_map(|want| (0..columns.len()).find(|at| names[*at] == want && is_time(at)));
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
        Role::Id => column.filled == rows && column.is_unique && !is_time,
        Role::LabelTime => is_time,
        Role::Confidence => column.content == Content::Number,
        Role::Label | Role::Result => !is_time && column.content != Content::Empty,
        _ => !is_time,
    }
}
