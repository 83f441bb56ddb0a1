//! The text of the records that come by themselves: decisions, reviews, outcomes, accesses. Member names and their order
//! are those of the format's specification, section 15; what it does not define stands in `metadata`.

use super::cases::Case;
use super::clock::{Millis, Zone, write_time};
use super::json::Json;
use super::models::{CREDIT, FRAUD, MODELS, VERSIONS};
use super::people::account;
use super::random::mixed;
use super::texts::{
    AGENTS, BRANCH, BROKER, CHANNELS, CONFIRM_REASONS, CREDIT_REASONS, FRAUD_REASONS, GROUPS, HOSTS, LIMIT_REASONS,
    NAMES, OVERRIDE_REASONS, PURPOSES, REGIONS, SEGMENTS,
};

/// Begins a record: `kind`, `timestamp`, `audit_id`, `actor`.
pub(super) fn begin(json: &mut Json, kind: &str, at: Millis, zone: Zone, id: (&str, u64), actor: &str) {
    json.clear();
    json.open().string("kind", kind).name("timestamp").buffer().push(b'"');
    write_time(at, zone, json.buffer());
    json.buffer().push(b'"');
    json.id("audit_id", id.0, id.1, 6);
    if !actor.is_empty() {
        json.string("actor", actor);
    }
}

/// What is written the same in every decision of a version.
pub(super) fn version_text(version: usize) -> String {
    let hash = |what: &str| super::models::version_hash(version, what);
    let preprocessing = match VERSIONS[version].name {
        "2.4.0" => "features/8.0",
        "2.4.1" => "features/8.1",
        _ => "features/7.4",
    };
    format!(
        concat!(
            r#","reproducibility":{{"weights_hash":"{}","config_hash":"{}","preprocessing":"{}","#,
            r#""runtime":"onnxruntime 1.19.2, x86_64, cpu, deterministic","seed":42}}"#
        ),
        hash("weights"),
        hash("config"),
        preprocessing
    )
}

/// Everything of a decision that its case does not say.
#[derive(Debug)]
pub(super) struct Circumstances<'a> {
    pub(super) host: usize,
    /// The reproducibility member of the version.
    pub(super) version_text: &'a str,
    /// Digest of the sealed application, 64 hex digits.
    pub(super) seal: Option<&'a str>,
    /// Who asked, where it is not drawn.
    pub(super) asker: Option<&'static str>,
}

/// A few bits of the case's chaff, one choice each.
fn roll(case: &Case, choice: u64, bound: u64) -> u64 {
    mixed(case.chaff ^ choice) % bound
}

fn choose<'a>(case: &Case, choice: u64, from: &[&'a str]) -> &'a str {
    from[usize::try_from(roll(case, choice, from.len() as u64)).unwrap_or_default()]
}

/// Whether this decision's version is left out, as some callers of the limit service do.
pub(super) fn states_version(model: usize, case: &Case) -> bool {
    model == CREDIT || model == FRAUD || roll(case, 1, 100) != 0
}

/// Ends the record that [`begin`] began.
pub(super) fn decision(json: &mut Json, model: usize, case: &Case, circumstances: &Circumstances<'_>) {
    let about = &MODELS[model];
    json.object("model").string("id", about.id);
    if states_version(model, case) {
        json.string("version", VERSIONS[case.version].name);
    }
    json.string("type", about.algorithm).close();
    json.object("input").hex("hash", "", case.input, 16);
    if let Some(digest) = circumstances.seal {
        json.object("data").string("$sealed", digest).close();
    }
    input_metadata(json, model, case);
    json.close();
    output(json, model, case);
    context(json, model, case, circumstances.asker);
    json.object("subject").hex("id_hash", "", case.subject, 12);
    if roll(case, 2, 40) != 0 {
        json.string("group", GROUPS[case.group]);
    }
    json.close().raw(circumstances.version_text);
    json.object("metadata").string("host", HOSTS[circumstances.host]).number("latency_ms", 11 + roll(case, 3, 60));
    json.string("environment", "production");
    if case.channel == BRANCH && roll(case, 4, 6) == 0 {
        let what = ["Rückfrage mit", "appointment with", "Unterlagen von"][case.result];
        json.string("note", &format!("{what} {}", choose(case, 5, &NAMES)));
    }
    json.close();
    compliance(json, model);
    json.close();
}

fn input_metadata(json: &mut Json, model: usize, case: &Case) {
    json.object("metadata").number("income", case.income.unsigned_abs());
    if roll(case, 6, 50) != 0 {
        json.number("tenure", case.tenure.unsigned_abs());
    }
    json.string("region", REGIONS[case.region]).string("segment", SEGMENTS[case.segment]);
    json.string("channel", CHANNELS[case.channel]);
    match model {
        CREDIT => {
            json.number("amount", case.amount.unsigned_abs()).string("currency", "EUR");
            json.string("purpose", choose(case, 7, &PURPOSES));
        }
        FRAUD => {
            json.decimal("amount", case.amount.unsigned_abs(), 2).string("currency", "EUR");
            json.string("payment", choose(case, 8, &["card", "card", "transfer", "wallet"]));
        }
        _ => {
            json.number("limit", case.amount.unsigned_abs()).string("currency", "EUR");
        }
    }
    json.close();
}

fn output(json: &mut Json, model: usize, case: &Case) {
    let reasons: &[&str] = match model {
        CREDIT => &CREDIT_REASONS[case.result],
        FRAUD => &FRAUD_REASONS[case.result],
        _ => &LIMIT_REASONS[case.result],
    };
    json.object("output").object("result").string("decision", MODELS[model].results[case.result]);
    json.decimal("score", case.score.unsigned_abs(), 3).close();
    if roll(case, 9, 250) != 0 {
        json.decimal("confidence", case.confidence.unsigned_abs(), 3);
    }
    if roll(case, 10, 20) != 0 {
        json.string("explanation", choose(case, 11, reasons));
    }
    json.close();
}

fn context(json: &mut Json, model: usize, case: &Case, asker: Option<&'static str>) {
    json.object("context");
    match (asker, case.channel) {
        (Some(asker), _) => {
            json.string("user_id", asker);
        }
        (None, BROKER) => {
            json.id("user_id", "partner-", 60 + roll(case, 12, 16), 2);
        }
        (None, BRANCH) => {
            json.id("user_id", "desk-", 1 + roll(case, 12, 40), 2);
        }
        _ => {
            json.string("user_id", "self-service");
        }
    }
    if model != FRAUD || roll(case, 13, 3) != 0 {
        json.hex("session_id", "s-", roll(case, 14, 1 << 20), 5);
    }
    match asker {
        Some(_) => json.string("ip_address", "203.0.113.77"),
        None if case.channel == BROKER => json.id("ip_address", "203.0.113.", 10 + roll(case, 12, 16), 1),
        None => json.id("ip_address", "10.20.30.", 1 + roll(case, 15, 32), 1),
    };
    if roll(case, 16, 12) != 0 {
        json.string("user_agent", AGENTS[case.channel]);
    }
    json.close();
}

fn compliance(json: &mut Json, model: usize) {
    json.raw(match model {
        CREDIT => {
            r#","compliance":{"policy":"credit-policy/2026-01","legal_basis":"contract","purpose":"assessment of creditworthiness","retention":"P10Y","human_review":"on request","notice":"automated decision, privacy notice 12"}"#
        }
        FRAUD => {
            r#","compliance":{"policy":"payment-policy/2025-09","legal_basis":"legal obligation","purpose":"prevention of fraud","retention":"P5Y","human_review":"before refusal","notice":"terms of payment 7"}"#
        }
        _ => {
            r#","compliance":{"policy":"card-policy/2025-06","legal_basis":"contract","purpose":"management of limits","retention":"P5Y","human_review":"on request","notice":"automated advice, privacy notice 12"}"#
        }
    });
}

/// What waits until somebody has reviewed a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Review {
    pub(super) decision: u32,
    pub(super) seconds: u16,
    pub(super) model: u8,
    pub(super) reviewer: u8,
    pub(super) result: u8,
    pub(super) is_override: bool,
    pub(super) words: u8,
}

/// Ends the record that [`begin`] began.
pub(super) fn review(json: &mut Json, review: &Review, reviewer: &str) {
    let model = &MODELS[usize::from(review.model)];
    let (result, words) = (usize::from(review.result), usize::from(review.words));
    json.id("decision", model.prefix, u64::from(review.decision), 6).string("reviewer", reviewer);
    if review.is_override {
        let new = if result == 0 { model.results.len() - 1 } else { 0 };
        let reasons = OVERRIDE_REASONS[result.min(2)];
        let reason = if usize::from(review.model) == CREDIT {
            reasons[words % 3].replacen('%', NAMES[words % NAMES.len()], 1)
        } else {
            format!("clarified with {}", NAMES[words % NAMES.len()])
        };
        json.string("action", "override").string("new_result", model.results[new]).string("reason", &reason);
    } else {
        json.string("action", "confirm");
        match CONFIRM_REASONS[words % CONFIRM_REASONS.len()] {
            "" => {}
            reason => {
                json.string("reason", reason);
            }
        }
    }
    json.number("seconds", u64::from(review.seconds)).close();
}

/// What waits until the world has shown whether a decision was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) decision: u32,
    pub(super) model: u8,
    pub(super) is_good: bool,
    pub(super) is_adverse: bool,
}

/// Ends the record that [`begin`] began.
pub(super) fn outcome(json: &mut Json, outcome: &Outcome) {
    let model = &MODELS[usize::from(outcome.model)];
    let source = match (usize::from(outcome.model), outcome.is_adverse) {
        (CREDIT, true) => "credit-bureau",
        (CREDIT, false) => "core-banking",
        (FRAUD, _) => "disputes",
        _ => "card-ledger",
    };
    json.id("decision", model.prefix, u64::from(outcome.decision), 6);
    json.string("label", model.labels[usize::from(!outcome.is_good)]).string("source", source).close();
}

/// Somebody reached for something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    pub(super) subject: &'static str,
    pub(super) action: &'static str,
    pub(super) resource: &'static str,
    pub(super) is_granted: bool,
    pub(super) rows: u64,
    pub(super) session: u64,
}

/// Ends the record that [`begin`] began.
pub(super) fn access(json: &mut Json, access: &Access) {
    let who = account(access.subject);
    let kind = if who.name.is_empty() { "service" } else { "person" };
    json.object("subject").string("id", who.id).string("type", kind).string("role", who.role).close();
    json.string("action", access.action).string("resource", access.resource);
    json.string("result", if access.is_granted { "granted" } else { "denied" }).string("source_ip", who.address);
    if access.is_granted {
        json.number("rows", access.rows).number("bytes", access.rows * 212 + 96);
    }
    json.hex("session_id", "a-", access.session, 5).close();
}
