//! The records that a story has however long its log is: who is on the roster, which versions go into service, incidents,
//! what is measured. They are set before anything else, and the rest of the log fills the room that they leave.

use super::clock::{DAY, HOUR, MINUTE, Millis, START, Wall, Zone, date_text, local, time_text};
use super::json::Json;
use super::models::{CREDIT, LIMIT, MODELS, VERSIONS, version_hash};
use super::people::{ACCOUNTS, Account, DATA_PROTECTION, ENGINEER, LEAVER, MODEL_RISK, OPERATIONS};
use super::records::Access;
use super::script::{Script, Stage};
use super::{Story, chapters};
use crate::record::Kind;

/// A record whose time is set.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) at: Millis,
    pub(super) kind: Kind,
    pub(super) zone: Zone,
    pub(super) actor: &'static str,
    pub(super) body: Body,
    /// What it is called among the truth's events.
    pub(super) event: Option<&'static str>,
}

/// What it says after `actor`.
#[derive(Debug)]
pub(super) enum Body {
    /// The members as they are, from the first comma to the last brace.
    Text(String),
    /// A measured value: known only when the log has come that far.
    Monitor(Metric),
    /// One access; `is_key` where it is among those that the story is about.
    Access { access: Access, is_key: bool },
    /// The n-th of so many applications of one broker.
    Probe { step: u64, steps: u64 },
    /// The first sealed value is erased.
    Erasure,
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Metric {
    pub(super) model: usize,
    pub(super) segment: Option<usize>,
    pub(super) what: Measure,
    /// In parts of 10 000.
    pub(super) threshold: u64,
}

/// How it is measured, always over the seven days up to the last midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Adverse results ÷ decisions.
    Adverse,
    /// Overrides ÷ reviews, by the time of the review.
    Override,
    /// Population stability index of the incomes against those of the first 28 days.
    Psi,
}

/// The plan of one log.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) items: Vec<Planned>,
    /// Records that the log will have.
    pub(super) records: u64,
}

impl Plan {
    /// Everything that is set in this story, in order of time.
    pub(super) fn of(script: &Script, origin: &str, records: u64) -> Self {
        let mut plan = Self { items: Vec::new(), records };
        plan.opening(origin);
        for stage in script.stages.iter().flatten() {
            plan.stage(stage, script.story);
        }
        plan.rhythm();
        plan.everyday();
        chapters::add(&mut plan, script.story);
        plan.items.sort_by_key(|item| item.at);
        plan
    }

    /// Adds a record in the bank's own time; `members` writes what follows `actor`.
    pub(super) fn add(
        &mut self,
        at: Millis,
        kind: Kind,
        actor: &'static str,
        event: Option<&'static str>,
        members: impl FnOnce(&mut Json),
    ) {
        let mut json = Json::default();
        // A member before it, so that the first one gets its comma.
        json.raw("0");
        members(&mut json);
        json.close();
        let text = String::from_utf8_lossy(&json.bytes()[1..]).into_owned();
        self.items.push(Planned { at, kind, zone: Zone::Local, actor, body: Body::Text(text), event });
    }

    /// Whether the log is too short for daily measurements.
    fn is_sparse(&self) -> bool {
        self.records < 10_000
    }

    fn opening(&mut self, origin: &str) {
        self.add(START, Kind::Log, "", Some("log_opened"), |json| {
            json.string("event", "opened").string("origin", origin).string("zone", "UTC");
            json.string("reason", "first quarter of operation under the new logging policy");
        });
        for (n, account) in (0..).zip(&ACCOUNTS) {
            self.roster(START + 5000 + n * 90, account, None);
        }
        for (n, model) in (0..).zip(&MODELS) {
            self.add(START + 30_000 + n * 400, Kind::System, MODEL_RISK, None, |json| {
                json.string("system_id", model.system)
                    .string("purpose", model.purpose)
                    .string("risk_level", model.risk);
                json.name("models").raw(&format!("[\"{}\"]", model.id)).string("owner", "user-1004");
                json.object("result").string("path", "output.result.decision");
                json.name("adverse").raw(&format!("[\"{}\"]", model.adverse));
                json.name("favourable").raw(&format!("[\"{}\"]", model.favourable.join("\",\"")));
                json.name("outcome_positive").raw(&format!("[\"{}\"]", model.labels[0])).close();
            });
        }
    }

    /// A line of the roster; `left` where the person has left.
    pub(super) fn roster(&mut self, at: Millis, account: &Account, left: Option<(Millis, &'static str)>) {
        self.add(at, Kind::Roster, "user-1012", left.map(|(_, event)| event), |json| {
            json.string("user", account.id);
            if !account.name.is_empty() {
                json.string("name", account.name);
            }
            json.string("role", account.role);
            json.name("permissions").raw(&match account.permissions {
                _ if left.is_some() => "[]".to_owned(),
                permissions => format!("[\"{}\"]", permissions.join("\",\"")),
            });
            json.boolean("active", left.is_none());
            if let Some((on, _)) = left {
                json.string("left_on", &date_text(on));
            }
            if !account.manager.is_empty() {
                json.string("manager", account.manager);
            }
        });
    }

    /// A version's way into service: data, training, change request, deployment. What the versions in service at the
    /// beginning went through is recorded when the log is opened.
    fn stage(&mut self, stage: &Stage, story: Story) {
        let is_first = stage.previous.is_none();
        let is_new = !stage.is_rollback && (stage.percent < 100 || !has_canary(stage.version, story));
        if is_new {
            let back = |time: Millis| if is_first { START + 40_000 + stage.version_offset() } else { stage.at - time };
            self.dataset(back(13 * DAY + 4 * HOUR), stage);
            self.training(back(9 * DAY + 7 * HOUR) + 300, stage);
        }
        if story == Story::Lending && stage.at == super::script::HASTY {
            // Told apart: nothing about it is as it should be.
            return;
        }
        let change = change_of(stage);
        if is_new && !is_first {
            let (requested, approved) = (stage.at - 4 * DAY - 2 * HOUR, stage.at - 22 * HOUR);
            self.change(requested, change, "requested", ENGINEER, None, stage);
            self.change(approved, change, "approved", ENGINEER, Some(MODEL_RISK), stage);
        }
        if is_first {
            let recorded = START + 50_000 + stage.version_offset();
            self.change(recorded, change, "implemented", ENGINEER, Some(MODEL_RISK), stage);
        }
        let approvals = match (is_first, stage.is_rollback) {
            (true, _) => [(MODEL_RISK, local(1, 12, 10, 0)), (OPERATIONS, local(1, 12, 15, 30))],
            (_, true) => [(MODEL_RISK, stage.at - 38 * MINUTE), ("user-1012", stage.at - 21 * MINUTE)],
            _ => [(MODEL_RISK, stage.at - 22 * HOUR), (OPERATIONS, stage.at - 3 * HOUR)],
        };
        self.deployment(stage, change, if stage.is_rollback { OPERATIONS } else { ENGINEER }, &approvals);
        if stage.version == super::models::FRAUD_1_9_0 && stage.percent == 100 {
            self.retirement(stage.at + 2 * DAY + 3 * HOUR, super::models::FRAUD_1_8_2, "CR-0391");
        }
    }

    fn dataset(&mut self, at: Millis, stage: &Stage) {
        let version = &VERSIONS[stage.version];
        self.add(at, Kind::Dataset, ENGINEER, None, |json| {
            json.string("dataset_id", MODELS[version.model].dataset).string("version", version.data);
            json.string("data_hash", &version_hash(stage.version, "data")).string("approved_by", MODEL_RISK);
        });
    }

    fn training(&mut self, at: Millis, stage: &Stage) {
        let version = &VERSIONS[stage.version];
        let hash = |what| version_hash(stage.version, what);
        self.add(at, Kind::Training, ENGINEER, None, |json| {
            model_member(json, stage.version, None);
            json.string("artifact_hash", &hash("weights")).object("training_data");
            json.string("dataset_id", MODELS[version.model].dataset).string("dataset_version", version.data);
            json.string("data_hash", &hash("data")).object("splits").decimal("train", 80, 2).decimal("test", 20, 2);
            json.close().close().object("hyperparameters").number("trees", 600).number("depth", 6);
            json.decimal("learning_rate", 5, 2).close().object("code").string("git_commit", &hash("commit")[..40]);
            json.string("training_script", "train/fit.py").string("dependencies", "requirements-2026.lock").close();
            json.object("environment").string("python", "3.12.9").string("platform", "linux/amd64").close();
            json.object("random_seeds").number("global", 42).number("split", 7).close();
            json.object("metrics").decimal("auc", 871 + u64::from(hash("auc").as_bytes()[0] % 20), 3).close();
            json.string("approved_by", MODEL_RISK);
        });
    }

    /// A step of a change request.
    pub(super) fn change(
        &mut self,
        at: Millis,
        id: &str,
        state: &str,
        requester: &'static str,
        approver: Option<&'static str>,
        stage: &Stage,
    ) {
        let version = &VERSIONS[stage.version];
        let actor = approver.unwrap_or(requester);
        let event = (approver == Some(requester)).then_some("change_approved_by_requester");
        self.add(at, Kind::Change, actor, event, |json| {
            json.string("change_request", id).string("state", state).string("requested_by", requester);
            if let Some(approver) = approver {
                json.string("approved_by", approver);
            }
            let what = format!("{} {} into service: {}", MODELS[version.model].id, version.name, version.changelog);
            json.string("subject", &what);
        });
    }

    /// A version goes into service, or back into it.
    pub(super) fn deployment(
        &mut self,
        stage: &Stage,
        change: &str,
        deployer: &'static str,
        approvals: &[(&str, Millis)],
    ) {
        let version = &VERSIONS[stage.version];
        let event = match (stage.previous, stage.is_rollback, stage.percent) {
            (None, ..) => "version_in_service",
            (_, true, _) => "rollback",
            (.., 100) => "deployment",
            _ => "canary",
        };
        self.add(stage.at, Kind::Deployment, deployer, Some(event), |json| {
            model_member(json, stage.version, stage.previous);
            json.string("action", if stage.is_rollback { "rollback" } else { "deploy" });
            json.string("environment", "production").string("deployer", deployer).string("change_request", change);
            let list: Vec<String> = approvals
                .iter()
                .map(|(by, at)| format!("{{\"by\":\"{by}\",\"at\":\"{}\"}}", time_text(*at, Zone::Local)))
                .collect();
            json.name("approvals").raw(&format!("[{}]", list.join(",")));
            json.number("traffic_percent", stage.percent);
            json.string(
                "changelog",
                match event {
                    "version_in_service" => "in service since January; recorded when the log was opened",
                    "rollback" => "back to the version before because of INC-2026-014",
                    _ => version.changelog,
                },
            );
            json.string("artifact_hash", &version_hash(stage.version, "weights"));
            json.string("test_report_hash", &version_hash(stage.version, "test report"));
        });
    }

    fn retirement(&mut self, at: Millis, version: usize, change: &str) {
        self.add(at, Kind::Deployment, OPERATIONS, Some("retirement"), |json| {
            model_member(json, version, None);
            json.string("action", "retire").string("environment", "production").string("deployer", OPERATIONS);
            json.string("change_request", change).number("traffic_percent", 0);
            json.string("artifact_hash", &version_hash(version, "weights"));
        });
    }

    /// Heartbeats and measurements.
    fn rhythm(&mut self) {
        let step = if self.is_sparse() { 7 } else { 1 };
        let metric = |model, segment, what, threshold| Metric { model, segment, what, threshold };
        let adverse = |model, threshold| metric(model, None, Measure::Adverse, threshold);
        for day in 1..92 {
            let midnight = START + day * DAY;
            let is_monday = Wall::at(midnight + HOUR).weekday == 0;
            if !self.is_sparse() || is_monday {
                self.add(midnight + 30_000, Kind::Log, "", None, |json| {
                    json.string("event", "heartbeat");
                });
            }
            let mut metrics = Vec::new();
            if day >= 8 && (step == 1 || is_monday) {
                metrics.extend([adverse(0, 3200), adverse(1, 1200), adverse(2, 2400)]);
                metrics.push(metric(CREDIT, None, Measure::Override, 1200));
            }
            if day >= 8 && is_monday {
                metrics.extend((0..4).map(|segment| metric(CREDIT, Some(segment), Measure::Adverse, 4200)));
            }
            // With fewer records the index is all noise.
            if day >= 36 && self.records >= 3000 && (step == 1 || is_monday) {
                metrics.push(metric(CREDIT, None, Measure::Psi, 2500));
            }
            for (n, metric) in (0..).zip(metrics) {
                self.items.push(Planned {
                    at: midnight + 4 * HOUR + n * 350,
                    kind: Kind::Monitor,
                    zone: Zone::Utc,
                    actor: "",
                    body: Body::Monitor(metric),
                    event: None,
                });
            }
        }
    }

    /// What happens in every story and is nothing to worry about, beside one erasure.
    fn everyday(&mut self) {
        let left = local(3, 20, 17, 0);
        self.roster(left + 40 * MINUTE, super::people::account(LEAVER), Some((left, "left")));
        for (at, state, words) in [
            (local(3, 5, 10, 0), "opened", "exercise: limit-advisor answers nobody; no customer is affected"),
            (local(3, 5, 11, 30), "closed", "exercise over; hand-over took 14 minutes"),
        ] {
            let model = Some((LIMIT, None));
            self.incident(at, ("INC-2026-009", state, "exercise"), model, None, words);
        }
        let at = local(4, 9, 11, 20);
        self.items.push(Planned {
            at,
            kind: Kind::Erasure,
            zone: Zone::Local,
            actor: DATA_PROTECTION,
            body: Body::Erasure,
            event: Some("erasure"),
        });
    }

    /// A step in the life of an incident: id, state, severity.
    pub(super) fn incident(
        &mut self,
        at: Millis,
        (id, state, severity): (&str, &str, &str),
        model: Option<(usize, Option<&str>)>,
        window: Option<(Millis, Millis)>,
        summary: &str,
    ) {
        let event = match (id, state) {
            ("INC-2026-009", _) => None,
            (_, "opened") => Some("incident_opened"),
            (_, "aware") => Some("incident_aware"),
            (_, "contained") => Some("incident_contained"),
            (_, "notified") => Some("incident_notified"),
            (_, "closed") => Some("incident_closed"),
            _ => Some("incident_updated"),
        };
        self.add(at, Kind::Incident, super::people::INCIDENT_LEAD, event, |json| {
            json.string("incident_id", id).string("state", state).string("severity", severity);
            if let Some((model, version)) = model {
                json.object("model").string("id", MODELS[model].id);
                if let Some(version) = version {
                    json.string("version", version);
                }
                json.close();
            }
            if let Some((from, to)) = window {
                json.object("window").string("from", &time_text(from, Zone::Local));
                json.string("to", &time_text(to, Zone::Local)).close();
            }
            json.string("summary", summary);
            if state == "notified" {
                json.string("authority", "supervisory authority for example banks");
            }
        });
    }
}

impl Stage {
    /// Keeps apart what is recorded when the log is opened.
    fn version_offset(&self) -> Millis {
        i64::try_from(self.version).unwrap_or_default() * 1000
    }
}

fn model_member(json: &mut Json, version: usize, previous: Option<usize>) {
    let about = &VERSIONS[version];
    json.object("model").string("id", MODELS[about.model].id).string("version", about.name);
    if let Some(previous) = previous {
        json.string("previous_version", VERSIONS[previous].name);
    }
    json.close();
}

/// Whether the version goes through a canary in this story.
fn has_canary(version: usize, story: Story) -> bool {
    match VERSIONS[version].name {
        "2.4.0" => story != Story::Lending,
        "2.4.1" | "1.9.0" => true,
        _ => false,
    }
}

/// The change request under which a stage happens.
fn change_of(stage: &Stage) -> &'static str {
    match (VERSIONS[stage.version].name, stage.is_rollback) {
        (_, true) => "CR-0415",
        ("2.4.0", _) => "CR-0407",
        ("2.4.1", _) => "CR-0421",
        ("1.9.0", _) => "CR-0391",
        ("0.10.0", _) => "CR-0396",
        ("1.8.2", _) => "CR-0341",
        ("0.9.4", _) => "CR-0318",
        _ => "CR-0362",
    }
}
