//! The sample bank's three models: what they decide, how often, how their results are read, and which versions there are.

/// A model. Results stand from adverse to favourable.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) id: &'static str,
    pub(super) system: &'static str,
    pub(super) purpose: &'static str,
    pub(super) risk: &'static str,
    pub(super) algorithm: &'static str,
    /// Prefix of its decisions' ids.
    pub(super) prefix: &'static str,
    pub(super) service: &'static str,
    pub(super) results: &'static [&'static str],
    pub(super) adverse: &'static str,
    pub(super) favourable: &'static [&'static str],
    /// What bears out a favourable result, and what an adverse one.
    pub(super) labels: [&'static str; 2],
    /// Share of all that comes by itself, in parts of 1 000.
    pub(super) share: u64,
    /// Of 1 000 decisions, about how many are reviewed, and of how many an outcome is known in the end.
    pub(super) expected: [u64; 2],
    /// Shortest and longest time until the outcome is known, in days.
    pub(super) outcome_days: (i64, i64),
    pub(super) dataset: &'static str,
}

pub(super) const CREDIT: usize = 0;
pub(super) const FRAUD: usize = 1;
pub(super) const LIMIT: usize = 2;

pub(super) const MODELS: [Model; 3] = [
    Model {
        id: "credit-scoring",
        system: "consumer-lending",
        purpose: "decides on applications for consumer credit",
        risk: "high",
        algorithm: "gradient-boosted trees",
        prefix: "cs-",
        service: "svc-scoring",
        results: &["deny", "refer", "approve"],
        adverse: "deny",
        favourable: &["approve"],
        labels: ["repaid", "defaulted"],
        share: 500,
        expected: [175, 420],
        outcome_days: (6, 40),
        dataset: "applications",
    },
    Model {
        id: "fraud-screen",
        system: "payment-screening",
        purpose: "holds payments that look fraudulent until a person has looked at them",
        risk: "limited",
        algorithm: "gradient-boosted trees",
        prefix: "fs-",
        service: "svc-fraud",
        results: &["hold", "pass"],
        adverse: "hold",
        favourable: &["pass"],
        labels: ["legitimate", "fraud"],
        share: 300,
        expected: [40, 110],
        outcome_days: (2, 21),
        dataset: "payments",
    },
    Model {
        id: "limit-advisor",
        system: "card-limits",
        purpose: "advises on the limits of credit cards",
        risk: "limited",
        algorithm: "logistic regression",
        prefix: "la-",
        service: "svc-limits",
        results: &["lower", "keep", "raise"],
        adverse: "lower",
        favourable: &["keep", "raise"],
        labels: ["on-time", "late"],
        share: 120,
        expected: [50, 300],
        outcome_days: (14, 45),
        dataset: "card-accounts",
    },
];

/// A version of a model.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) model: usize,
    pub(super) name: &'static str,
    pub(super) data: &'static str,
    pub(super) changelog: &'static str,
}

pub(super) const CREDIT_2_3_1: usize = 0;
pub(super) const CREDIT_2_4_0: usize = 1;
pub(super) const CREDIT_2_4_1: usize = 2;
pub(super) const FRAUD_1_8_2: usize = 3;
pub(super) const FRAUD_1_9_0: usize = 4;
pub(super) const LIMIT_0_9_4: usize = 5;
pub(super) const LIMIT_0_10_0: usize = 6;

pub(super) const VERSIONS: [Version; 7] = [
    Version { model: CREDIT, name: "2.3.1", data: "2025-12", changelog: "calibration on the data of 2025" },
    Version {
        model: CREDIT,
        name: "2.4.0",
        data: "2026-03",
        changelog: "income features rebuilt; faster preprocessing (features/8.0)",
    },
    Version {
        model: CREDIT,
        name: "2.4.1",
        data: "2026-04",
        changelog: "features/8.1: yearly incomes are no longer read as monthly ones; tests by segment",
    },
    Version { model: FRAUD, name: "1.8.2", data: "2025-11", changelog: "thresholds by country" },
    Version { model: FRAUD, name: "1.9.0", data: "2026-02", changelog: "device signals added" },
    Version { model: LIMIT, name: "0.9.4", data: "2025-10", changelog: "first version in service" },
    Version { model: LIMIT, name: "0.10.0", data: "2026-02", changelog: "income from account movements" },
];

/// 64 hex digits that stand for a file of the version, the same in every record that names it.
pub(super) fn version_hash(version: usize, what: &str) -> String {
    let Version { model, name, .. } = VERSIONS[version];
    blake3::hash(format!("{} {name} {what}", MODELS[model].id).as_bytes()).to_hex().to_string()
}
