//! What a column may be for, guessed from its name and from what stands in it.

use super::{Column, Content, Survey};
use crate::import::mapping::Lines;
use crate::import::paths::tokens;
use crate::import::survey::words;

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
    /// The number of the row, as pandas writes it before the first column: nothing that the log says.
    Index,
}

/// Names that suggest a role, in small letters without signs, best first. The first column that has one takes the role,
/// unless several may.
const NAMES: [(Role, bool, &str); 15] = [
    (
        Role::Id,
        false,
        "auditid decisionid requestid recordid eventid transactionid insertid uuid id vorgang vorgangsnummer \
         vorgangsid antragsnummer antragsid",
    ),
    (Role::ModelId, false, "modelid modelname model modell"),
    (Role::ModelVersion, false, "modelversion version modellversion"),
    (
        Role::LabelTime,
        false,
        "outcomedate outcometime outcomeat outcomeon labeldate labeltime labelledat labeledat settledat settled \
         resultdate repaidat observedat ergebnisam",
    ),
    (
        Role::Label,
        false,
        "outcome label actual actuallabel target groundtruth truth ytrue observed employed defaulted repaid ergebnis",
    ),
    (
        Role::Result,
        false,
        "prediction predicted predictedlabel predictedclass predictionlabel predictionclass predictionresult \
         predictionvalue result decision output verdict ypred recommendation \
         entscheidung",
    ),
    (Role::Confidence, false, "confidence probability predictedprobability score proba ypredproba konfidenz"),
    (Role::Explanation, false, "explanation reason reasons begründung"),
    (Role::User, false, "userid user username actor operator sachbearbeiter sachbearbeitung"),
    (Role::Session, false, "sessionid session"),
    (Role::Address, false, "ipaddress ip clientip sourceip remoteip"),
    (Role::Agent, false, "useragent"),
    (
        Role::Subject,
        false,
        "subjectid customerid customer applicantid applicant clientid patientid personid accountid kundennummer kundenid \
         kundennr",
    ),
    (
        Role::Group,
        true,
        "sex gender race rac1p ethnicity age agegroup agep nationality religion disability geschlecht alter altersgruppe \
         nationalität staatsangehörigkeit",
    ),
    (
        Role::Personal,
        true,
        "fullname customername applicantname clientname patientname personname employeename contactname \
         accountholder holdername maidenname middlename birthname dateofbirth placeofbirth birthplace bankaccount \
         accountnumber creditcard cardnumber antragsteller antragstellerin vollername kundenname kontoinhaber mobil \
         mobilnummer mobiltelefon wohnort steuerid sozialversicherungsnummer personalausweis ausweisnummer",
    ),
];

/// Words in a name that say that it is of a person, whatever stands beside them.
const PERSONAL: &str = "firstname forename lastname surname familyname email emailaddress mail phone phonenumber mobile \
    telephone address street ssn iban birthdate birthday dob passport vorname nachname familienname geburtsname \
    geburtsdatum geburtstag geburtsort adresse anschrift strasse straße telefon telefonnummer handy handynummer \
    kontonummer";

/// What has a name and is no person.
const THINGS: &str = "model service logger log app application resource system host process event feature features tool \
    function module file dataset table job pipeline container pod cluster environment project product";

/// Names that say nothing without what they are of.
const BARE: [&str; 5] = ["id", "uuid", "name", "version", "ip"];

/// Others that say little alone.
const VAGUE: [&str; 6] = ["type", "kind", "value", "label", "status", "code"];

/// Whether a member's name says what it is without the object that it stands in.
pub(super) fn speaks_alone(name: &str) -> bool {
    let name = plain(name);
    !BARE.iter().chain(&VAGUE).any(|other| *other == name)
}

/// Names that suggest the time of a decision, best first; without one it is the first column of times.
const TIMES: &str = "timestamp decidedat decidedon decisiontime decisiondate entschiedenam zeitstempel datetime eventtime \
    asctime time ts createdat created date requesttime zeit zeitpunkt datum eingang erstelltam";

/// The members of a decision that hold others. What stands in one of them in the source stands in its place.
const PARTS: [&str; 8] =
    ["model", "input", "output", "context", "subject", "reproducibility", "metadata", "compliance"];

/// The path of a column: of CSV its name alone.
pub(super) fn path_of(survey: &Survey, at: usize) -> Vec<String> {
    let name = &survey.columns[at].name;
    if survey.lines == Lines::Jsonl { tokens(name) } else { vec![name.clone()] }
}

/// Whether a JSON value stands where a decision has it already.
pub(super) fn has_own_place(path: &[String]) -> bool {
    path.len() > 1 && PARTS.contains(&path[0].as_str())
}

/// The name without case and signs.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A column's name, as it is compared.
struct Called {
    /// The last part of its path.
    last: String,
    /// What that is a part of.
    parent: Option<String>,
    words: Vec<String>,
    /// The part of a decision that it stands in.
    part: Option<String>,
}

impl Called {
    fn new(path: &[String]) -> Self {
        let last = path.last().map_or("", String::as_str);
        Self {
            last: plain(last),
            parent: path.len().checked_sub(2).map(|at| plain(&path[at])),
            words: words(last),
            part: has_own_place(path).then(|| path[0].clone()),
        }
    }

    /// `user.id` is a `userid`, and no `id`.
    fn is(&self, want: &str) -> bool {
        let Some(parent) = &self.parent else { return self.last == want };
        let is_whole = want.strip_prefix(parent.as_str()) == Some(&self.last);
        let is_bare = BARE.contains(&self.last.as_str());
        (is_whole && self.last != "name") || (self.last == want && !is_bare)
    }

    fn has_word(&self, words: &str) -> bool {
        words.split_whitespace().any(|word| self.last == word || self.words.iter().any(|own| own == word))
    }

    fn is_personal(&self, column: &Column) -> bool {
        // One name for all rows is that of a program, not of a person.
        let is_same = self.parent.is_none() && column.distinct == Some(1) && column.filled >= 10;
        let is_thing =
            || self.parent.as_ref().is_some_and(|parent| THINGS.split_whitespace().any(|thing| thing == parent));
        let is_address_of_person =
            !["ip", "mac", "wallet", "memory"].iter().any(|word| self.words.iter().any(|own| own == word));
        (self.last == "name" && !is_same && !is_thing()) || (self.has_word(PERSONAL) && is_address_of_person)
    }

    /// Whether the name's place in an object lets it have the role: what stands where a decision has it has few left.
    fn allows(&self, role: Role) -> bool {
        // The label of an answer is no truth.
        let is_answer = || {
            ["prediction", "predictions", "result", "response", "answer"]
                .iter()
                .any(|name| self.parent.as_deref() == Some(name))
        };
        if role == Role::Label && is_answer() {
            return false;
        }
        let Some(part) = self.part.as_deref() else { return true };
        match role {
            Role::Personal => match part {
                "model" | "reproducibility" | "compliance" => false,
                "output" => self.last != "name",
                _ => true,
            },
            Role::Subject => matches!(part, "input" | "subject" | "context" | "metadata"),
            Role::Id | Role::Time => matches!(part, "context" | "metadata"),
            _ => false,
        }
    }
}

/// What the columns' names, and what stands in them, suggest.
pub(super) fn roles(survey: &Survey) -> Vec<Option<Role>> {
    let columns = &survey.columns;
    let names: Vec<Called> = (0..columns.len()).map(|at| Called::new(&path_of(survey, at))).collect();
    let mut roles: Vec<Option<Role>> = vec![None; columns.len()];
    if let Some(role) = roles.first_mut().filter(|_| is_index(survey)) {
        *role = Some(Role::Index);
    }
    for (role, may_repeat, wanted) in NAMES {
        let mut found: Vec<usize> = Vec::new();
        // Best name first.
        for want in wanted.split_whitespace() {
            let is = |at: &usize| roles[*at].is_none() && names[*at].is(want) && names[*at].allows(role);
            found.extend((0..columns.len()).filter(is));
        }
        found.retain(|at| fits(role, &columns[*at], survey.rows));
        found.truncate(if may_repeat { usize::MAX } else { 1 });
        for at in found {
            roles[at] = Some(role);
        }
    }
    for (at, name) in names.iter().enumerate() {
        let is_free = roles[at].is_none() && name.allows(Role::Personal);
        if is_free
            && (name.is_personal(&columns[at]) || columns[at].is_email)
            && fits(Role::Personal, &columns[at], survey.rows)
        {
            roles[at] = Some(Role::Personal);
        }
    }
    if !roles.contains(&Some(Role::Id)) {
        // The first column of many exports is what their rows are called by.
        let is_id = |column: &Column| survey.rows >= 10 && fits(Role::Id, column, survey.rows);
        let first = columns.first().filter(|column| survey.lines == Lines::Csv && is_id(column));
        if let Some(role) = first.and_then(|_| roles.first_mut()) {
            role.get_or_insert(Role::Id);
        }
    }
    let is_time = |at: &usize| {
        matches!(columns[*at].content, Content::Time { .. }) && roles[*at].is_none() && names[*at].allows(Role::Time)
    };
    let named =
        TIMES.split_whitespace().find_map(|want| (0..columns.len()).find(|at| names[*at].is(want) && is_time(at)));
    // One that is always there, and says the time of day, rather than the first.
    let lacks = |at: &usize| {
        let is_filled = matches!(columns[*at].content, Content::Time { is_filled: true, .. });
        (columns[*at].filled < survey.rows, is_filled)
    };
    if let Some(at) = named.or_else(|| (0..columns.len()).filter(is_time).min_by_key(lacks)) {
        roles[at] = Some(Role::Time);
    }
    roles
}

/// Whether the first column does nothing but count the rows: it has no name, or the one that pandas makes up for none.
fn is_index(survey: &Survey) -> bool {
    survey.columns.first().is_some_and(|column| {
        let is_nameless = column.name.is_empty() || column.name.starts_with("Unnamed: ");
        let numbers: Vec<u64> = column.examples.iter().filter_map(|text| text.parse().ok()).collect();
        let is_counting =
            numbers.first().is_some_and(|first| *first < 2) && numbers.windows(2).all(|two| two[0] + 1 == two[1]);
        is_nameless && column.is_unique && column.filled == survey.rows && is_counting
    })
}

/// Whether what stands in a column can have the role.
fn fits(role: Role, column: &Column, rows: u64) -> bool {
    let is_time = matches!(column.content, Content::Time { .. });
    let is_flag = column.content == Content::Boolean
        || (!column.few.is_empty() && column.few.iter().all(|text| ["true", "false"].contains(&text.as_str())));
    if column.content == Content::Empty {
        return false;
    }
    match role {
        // An id is there in every row, and never twice.
        Role::Id => column.filled == rows && column.is_unique && !is_time && column.content != Content::Json,
        Role::LabelTime => is_time,
        Role::Confidence => column.content == Content::Number,
        // A birth date is a time, and never that of a decision.
        Role::Personal => !is_flag,
        Role::Subject => column.content != Content::Json,
        _ => !is_time,
    }
}
