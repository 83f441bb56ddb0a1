//! Who works at the sample's bank: people, service accounts, and the habits of those who review decisions.

use super::clock::{HOUR, MINUTE, Millis};

/// A person or service account of the roster.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: &'static str,
    /// Empty for services.
    pub(super) name: &'static str,
    pub(super) role: &'static str,
    pub(super) permissions: &'static [&'static str],
    pub(super) manager: &'static str,
    /// Where accesses come from.
    pub(super) address: &'static str,
}

/// Deploys 2.4.0 in the story `lending`, and approves it.
pub(super) const HASTY_ENGINEER: &str = "user-1042";
/// Deploys everything else.
pub(super) const ENGINEER: &str = "user-1017";
/// The two who approve changes.
pub(super) const MODEL_RISK: &str = "user-1008";
pub(super) const OPERATIONS: &str = "user-1021";
/// Opens incidents.
pub(super) const INCIDENT_LEAD: &str = "user-1055";
/// Authorises erasures.
pub(super) const DATA_PROTECTION: &str = "user-1050";
/// Reads too much and leaves, in the story `access`.
pub(super) const INSIDER: &str = "user-1031";
/// Leaves in every story, and nothing comes of it.
pub(super) const LEAVER: &str = "user-1036";
/// Reads in bulk in the story `lending`.
pub(super) const PIPELINE: &str = "svc-features";

const fn person(
    id: &'static str,
    name: &'static str,
    role: &'static str,
    permissions: &'static [&'static str],
    manager: &'static str,
    address: &'static str,
) -> Account {
    Account { id, name, role, permissions, manager, address }
}

const REVIEW: &[&str] = &["decision:read", "decision:review"];
const ANALYSE: &[&str] = &["report:read", "warehouse:read"];
const SERVE: &[&str] = &["feature-store/online:read", "model-registry:read"];

/// The roster when the log begins.
pub(super) const ACCOUNTS: [Account; 25] = [
    person("user-1004", "Renate Großmann", "head of credit risk", &["report:read", "change:request"], "", "10.20.1.4"),
    person(MODEL_RISK, "Łukasz Wójcik", "model risk", &["change:approve", "report:read"], "user-1004", "10.20.1.8"),
    person("user-1012", "Birgit Sørensen", "operations lead", &["change:approve"], "", "10.20.1.12"),
    person(ENGINEER, "José Ibáñez", "ml engineer", &["deploy", "change:request"], "user-1012", "10.20.2.17"),
    person(OPERATIONS, "Ayşe Çelik", "operations", &["change:approve", "deploy"], "user-1012", "10.20.1.21"),
    person(INSIDER, "Martin Kowalski", "data analyst", ANALYSE, "user-1004", "10.20.3.31"),
    person("user-1033", "Nguyễn Thị Lan", "data analyst", ANALYSE, "user-1004", "10.20.3.33"),
    person(LEAVER, "Петър Димитров", "data analyst", ANALYSE, "user-1004", "10.20.3.36"),
    person(HASTY_ENGINEER, "Jonas Brandt", "ml engineer", &["deploy", "change:request"], "user-1012", "10.20.2.42"),
    person(DATA_PROTECTION, "Dr. Ioanna Παππά", "data protection officer", &["erasure:authorise"], "", "10.20.1.50"),
    person(
        INCIDENT_LEAD,
        "Siobhán Ní Dhomhnaill",
        "incident lead",
        &["incident:open", "report:read"],
        "",
        "10.20.1.55",
    ),
    person("user-1060", "Håkon Åsen", "database administrator", &["warehouse:admin"], "user-1012", "10.20.2.60"),
    person("user-1101", "Carla Lopes", "credit reviewer", REVIEW, "user-1004", "10.20.4.101"),
    person("user-1102", "Friedrich Käß", "senior credit reviewer", REVIEW, "user-1004", "10.20.4.102"),
    person("user-1103", "Élodie Çağlayan", "credit reviewer", REVIEW, "user-1004", "10.20.4.103"),
    person("user-1104", "Tomáš Říha", "credit reviewer", REVIEW, "user-1004", "10.20.4.104"),
    person("user-1105", "Giulia D’Aniello", "credit reviewer", REVIEW, "user-1004", "10.20.4.105"),
    person("user-1106", "Aino Mäkelä", "credit reviewer", REVIEW, "user-1004", "10.20.4.106"),
    person("user-1107", "Kwame Owusu", "fraud reviewer", REVIEW, "user-1012", "10.20.4.107"),
    person("user-1108", "山田 花子", "fraud reviewer", REVIEW, "user-1012", "10.20.4.108"),
    person("svc-scoring", "", "scoring service", SERVE, "user-1012", "10.20.9.11"),
    person("svc-fraud", "", "scoring service", SERVE, "user-1012", "10.20.9.12"),
    person("svc-limits", "", "scoring service", SERVE, "user-1012", "10.20.9.13"),
    person(PIPELINE, "", "feature pipeline", &["feature-store/online:write"], "user-1012", "10.20.9.17"),
    person("svc-report", "", "reporting", &["warehouse:read"], "user-1012", "10.20.9.20"),
];

/// The account with this id.
pub(super) fn account(id: &str) -> &'static Account {
    ACCOUNTS.iter().find(|account| account.id == id).unwrap_or(&ACCOUNTS[0])
}

/// How somebody reviews.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reviewer {
    pub(super) id: &'static str,
    /// In words, for the truth file.
    pub(super) habit: &'static str,
    /// Working hours on the wall clock.
    pub(super) from: Millis,
    pub(super) to: Millis,
    /// Shortest and longest time spent on a decision, in seconds.
    pub(super) seconds: (i64, i64),
    /// Of 1 000 wrong decisions this one sees, how many are overridden.
    pub(super) notices: u64,
    /// Of 1 000 right decisions, how many are overridden all the same.
    pub(super) errs: u64,
    /// Share of the work.
    pub(super) weight: u64,
}

const fn reviewer(
    id: &'static str,
    habit: &'static str,
    hours: (i64, i64),
    seconds: (i64, i64),
    rates: (u64, u64),
    weight: u64,
) -> Reviewer {
    let (from, to) = (hours.0 * HOUR, hours.1 * HOUR - 5 * MINUTE);
    Reviewer { id, habit, from, to, seconds, notices: rates.0, errs: rates.1, weight }
}

/// Those who review credit and limit decisions, then those who review payments.
pub(super) const REVIEWERS: [Reviewer; 8] = [
    reviewer("user-1101", "confirms nearly everything, within seconds", (8, 17), (2, 7), (40, 4), 18),
    reviewer("user-1102", "takes long and overrides more", (9, 18), (600, 2400), (920, 60), 12),
    reviewer("user-1103", "usual", (8, 17), (60, 340), (740, 22), 19),
    reviewer("user-1104", "works only mornings", (8, 12), (70, 300), (700, 20), 13),
    reviewer("user-1105", "usual", (8, 17), (55, 280), (720, 21), 18),
    reviewer("user-1106", "usual", (10, 19), (80, 400), (760, 25), 20),
    reviewer("user-1107", "usual", (7, 15), (25, 160), (600, 30), 60),
    reviewer("user-1108", "usual", (14, 22), (30, 190), (600, 30), 40),
];
