//! What sets the stories apart: the records that tell each of them, beyond the world that they share.

use super::Story;
use super::clock::{DAY, HOUR, MINUTE, Millis, Zone, local};
use super::models::{CREDIT, CREDIT_2_3_1, CREDIT_2_4_0, MODELS};
use super::people::{HASTY_ENGINEER, INSIDER, OPERATIONS, PIPELINE, account};
use super::plan::{Body, Plan, Planned};
use super::random::Random;
use super::records::Access;
use super::script::{DRIFT_FROM, HASTY, INSIDER_FROM, INSIDER_LEFT, PROBES_FROM, PROBES_TO, PROPER, ROLLBACK, Stage};
use crate::record::Kind;

/// The table of applicants in the feature store; nobody reads it as a whole.
pub(super) const APPLICANTS: &str = "feature-store/applicants";
/// What the insider reads.
pub(super) const CUSTOMERS: &str = "warehouse/customers";
/// The broker who probes.
pub(super) const PROBER: &str = "partner-77";

const INCIDENT: &str = "INC-2026-014";

/// Adds the story's own records.
pub(super) fn add(plan: &mut Plan, story: Story) {
    match story {
        Story::Lending => lending(plan),
        Story::Version => version(plan),
        Story::Drift => drift(plan),
        Story::Access => access(plan),
        Story::Adversarial => adversarial(plan),
        Story::None => {}
    }
}

fn lending(plan: &mut Plan) {
    let stage =
        Stage { at: HASTY, version: CREDIT_2_4_0, previous: Some(CREDIT_2_3_1), percent: 100, is_rollback: false };
    plan.change(local(4, 17, 20, 55), "CR-0412", "requested", HASTY_ENGINEER, None, &stage);
    plan.change(local(4, 17, 21, 20), "CR-0412", "approved", HASTY_ENGINEER, Some(HASTY_ENGINEER), &stage);
    plan.deployment(&stage, "CR-0412", HASTY_ENGINEER, &[(HASTY_ENGINEER, local(4, 17, 21, 20))]);
    rollback_request(plan);

    denied(plan, local(4, 17, 23, 48), PIPELINE, APPLICANTS);
    let reads = (plan.records / 300).max(24);
    bulk(plan, PIPELINE, APPLICANTS, &[(local(4, 18, 2, 9), 95), (local(4, 19, 1, 34), 80)], reads, (41_000, 52_500));

    let model = Some((CREDIT, None));
    let bad = Some((CREDIT, Some("2.4.0")));
    let window = Some((HASTY, ROLLBACK));
    for (at, state, model, window, words) in [
        (
            local(4, 28, 9, 12),
            "opened",
            model,
            None,
            "complaint of Nguyễn Thị Hương, self-employed: application denied although last year's tax assessment was enclosed",
        ),
        (
            local(4, 28, 14, 40),
            "aware",
            model,
            None,
            "reviewers report many denials of self-employed applicants that do not hold",
        ),
        (
            local(4, 29, 8, 30),
            "updated",
            bad,
            Some((HASTY, local(4, 29, 8, 30))),
            "denials of self-employed applicants rose with 2.4.0; rollback prepared",
        ),
        (
            ROLLBACK + 17 * MINUTE,
            "contained",
            bad,
            window,
            "2.3.1 serves again; affected applications are being looked through",
        ),
        (local(4, 30, 16, 5), "notified", bad, window, "serious incident reported: unjustified denials in one segment"),
        (
            local(5, 20, 11, 0),
            "closed",
            bad,
            window,
            "2.4.1 in service; affected applicants written to; CR-0412 left to internal audit",
        ),
    ] {
        plan.incident(at, (INCIDENT, state, "high"), model, window, words);
    }
    // What a forger of this log would like to lose with its last days.
    let words = "internal audit: CR-0412 was approved by its own requester; reads of applicants in the nights after it unexplained";
    plan.incident(local(5, 29, 16, 5), ("INC-2026-021", "opened", "medium"), None, window, words);
}

fn version(plan: &mut Plan) {
    rollback_request(plan);
    let (model, bad) = (Some((CREDIT, None)), Some((CREDIT, Some("2.4.0"))));
    let window = Some((PROPER, ROLLBACK));
    for (at, state, model, window, words) in [
        (local(4, 27, 9, 5), "opened", model, None, "reviewers override far more often than usual, in every segment"),
        (local(4, 27, 15, 30), "aware", model, None, "scores of 2.4.0 scatter; defaults among first instalments rise"),
        (ROLLBACK + 12 * MINUTE, "contained", bad, window, "2.3.1 serves again"),
        (local(4, 30, 15, 20), "notified", bad, window, "serious incident reported"),
        (local(5, 20, 10, 30), "closed", bad, window, "2.4.1 in service; regression tests extended"),
    ] {
        plan.incident(at, (INCIDENT, state, "high"), model, window, words);
    }
}

fn drift(plan: &mut Plan) {
    let model = Some((CREDIT, None));
    for (at, state, words) in [
        (local(5, 12, 9, 40), "opened", "more defaults among new credits than forecast"),
        (
            local(5, 12, 16, 0),
            "aware",
            "incomes stated have fallen since mid-April, most on the coast; no change of the model",
        ),
        (local(5, 19, 11, 0), "updated", "limits for automatic approval lowered; retraining on recent data requested"),
    ] {
        let window = (state == "updated").then_some((DRIFT_FROM, local(5, 19, 11, 0)));
        plan.incident(at, (INCIDENT, state, "medium"), model, window, words);
    }
}

fn access(plan: &mut Plan) {
    let reads = (plan.records / 300).max(24);
    // A month after the log begins: what is out of the ordinary needs something ordinary before it.
    let nights =
        [(local(4, 1, 22, 15), 70), (local(4, 2, 21, 40), 80), (local(4, 7, 21, 55), 100), (local(4, 9, 22, 30), 95)];
    bulk(plan, INSIDER, CUSTOMERS, &nights, reads, (18_000, 33_000));
    for (n, resource) in (0..).zip(["warehouse/board-minutes", "model-registry/credit-scoring", "warehouse/salaries"]) {
        let at = INSIDER_FROM + (9 + 4 * n) * DAY + 20 * HOUR + 13 * MINUTE;
        push_access(plan, at, INSIDER, resource, true, 3 + n.unsigned_abs(), Some("first_seen_resource"));
    }
    plan.roster(INSIDER_LEFT + 25 * MINUTE, account(INSIDER), Some((INSIDER_LEFT, "left")));
    for n in 0..9 {
        let at = INSIDER_LEFT + (1 + n) * DAY + (3 + n % 4) * HOUR + n * 7 * MINUTE;
        denied(plan, at, INSIDER, if n % 3 == 2 { APPLICANTS } else { CUSTOMERS });
    }
    for (at, state, words) in [
        (local(4, 21, 9, 20), "opened", "attempts to log in by an account whose owner has left"),
        (local(4, 21, 13, 45), "aware", "the account read customer data in bulk in its last two weeks"),
        (local(4, 22, 10, 15), "contained", "account and its tokens removed"),
        (local(4, 23, 17, 10), "notified", "breach of personal data reported"),
    ] {
        let window = (state != "opened").then_some((INSIDER_FROM, INSIDER_LEFT));
        plan.incident(at, (INCIDENT, state, "high"), None, window, words);
    }
}

fn adversarial(plan: &mut Plan) {
    let steps = (plan.records / 50).max(60);
    // Three evenings; most on the second.
    let mut random = Random::new(plan.records ^ 0x0bad);
    let mut times: Vec<Millis> = (0..steps)
        .map(|_| {
            let day = i64::try_from(random.weighted(&[25, 45, 30])).unwrap_or_default();
            PROBES_FROM + day * DAY + 19 * HOUR + random.between(0, 4 * HOUR - 1)
        })
        .collect();
    times.sort_unstable();
    for (step, at) in (0..).zip(times) {
        let event = match step {
            0 => Some("first_probe"),
            _ if step == steps - 1 => Some("last_probe"),
            _ => None,
        };
        plan.items.push(Planned {
            at,
            kind: Kind::Decision,
            zone: Zone::Utc,
            actor: MODELS[CREDIT].service,
            body: Body::Probe { step, steps },
            event,
        });
    }
    for (at, state, words) in [
        (
            local(4, 24, 9, 30),
            "opened",
            "one broker sent applications in series; instalments of those approved may not come",
        ),
        (local(4, 24, 14, 0), "aware", "incomes raised step by step until applications were approved"),
        (local(4, 24, 15, 10), "contained", "broker suspended; open approvals revoked"),
    ] {
        let window = (state != "opened").then_some((PROBES_FROM, PROBES_TO));
        plan.incident(at, (INCIDENT, state, "high"), Some((CREDIT, None)), window, words);
    }
}

/// The change request of a rollback: asked for and approved by two, in a hurry.
fn rollback_request(plan: &mut Plan) {
    let stage =
        Stage { at: ROLLBACK, version: CREDIT_2_3_1, previous: Some(CREDIT_2_4_0), percent: 100, is_rollback: true };
    plan.change(ROLLBACK - 55 * MINUTE, "CR-0415", "requested", OPERATIONS, None, &stage);
    plan.change(ROLLBACK - 38 * MINUTE, "CR-0415", "approved", OPERATIONS, Some(super::people::MODEL_RISK), &stage);
}

fn denied(plan: &mut Plan, at: Millis, who: &'static str, resource: &'static str) {
    push_access(plan, at, who, resource, false, 0, Some("access_denied"));
}

fn push_access(
    plan: &mut Plan,
    at: Millis,
    subject: &'static str,
    resource: &'static str,
    is_granted: bool,
    rows: u64,
    event: Option<&'static str>,
) {
    let session = at.unsigned_abs() >> 12;
    let access = Access { subject, action: "read", resource, is_granted, rows, session };
    let body = Body::Access { access, is_key: true };
    plan.items.push(Planned { at, kind: Kind::Access, zone: Zone::Local, actor: subject, body, event });
}

/// `count` reads in some nights, each from a time on for so many minutes.
fn bulk(
    plan: &mut Plan,
    who: &'static str,
    resource: &'static str,
    nights: &[(Millis, i64)],
    count: u64,
    (least, most): (i64, i64),
) {
    let mut random = Random::new(count ^ 0xb01c);
    let nights_count = nights.len() as u64;
    for (night, (from, minutes)) in (0..).zip(nights) {
        let reads = count / nights_count + u64::from(night < count % nights_count);
        for n in 0..reads {
            let step = minutes * MINUTE / i64::try_from(reads).unwrap_or(1).max(1);
            let at = from + i64::try_from(n).unwrap_or_default() * step + random.between(0, step.max(2) - 1);
            let rows = random.between(least, most).unsigned_abs();
            let event = match (night, n) {
                (0, 0) => Some("first_bulk_read"),
                _ if night == nights_count - 1 && n == reads - 1 => Some("last_bulk_read"),
                _ => None,
            };
            push_access(plan, at, who, resource, true, rows, event);
        }
    }
}
