//! The words of the sample's records: places, segments, reasons, names of people from everywhere.

pub(super) const SEGMENTS: [&str; 4] = ["salaried", "self-employed", "student", "retired"];
/// The segment that the bad version of the story `lending` wrongs.
pub(super) const WRONGED: usize = 1;

pub(super) const REGIONS: [&str; 6] = ["north", "south", "east", "west", "central", "coast"];
/// The region that more applications come from in the story `drift`.
pub(super) const COAST: usize = 5;

pub(super) const GROUPS: [&str; 4] = ["18-29", "30-44", "45-64", "65+"];
pub(super) const CHANNELS: [&str; 4] = ["web", "app", "branch", "broker"];
pub(super) const BRANCH: usize = 2;
pub(super) const BROKER: usize = 3;
pub(super) const PURPOSES: [&str; 6] = ["car", "furniture", "renovation", "debt consolidation", "education", "other"];
pub(super) const HOSTS: [&str; 3] = ["score-01", "score-02", "score-03"];

/// Names in many scripts: what reads them must not care.
pub(super) const NAMES: [&str; 24] = [
    "Zoë Müller",
    "Łukasz Żak",
    "Nguyễn Thị Hương",
    "Ιωάννα Παπαδοπούλου",
    "Иван Петров",
    "佐藤 健",
    "محمد العلي",
    "שירה כהן",
    "Çağlar Öztürk",
    "José Ñáñez",
    "Siân Prŷs",
    "Þórunn Ægisdóttir",
    "김민준",
    "王小明",
    "अनिता शर्मा",
    "Jürgen Weiß",
    "Aoife Ó Briain",
    "Ștefan Țurcanu",
    "Mária Kováčová",
    "Søren Ørsted",
    "Anna Schmidt",
    "Peter O'Neill",
    "Fatoumata Koné",
    "Katarzyna Dąbrowska",
];

pub(super) const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/133.0 Safari/537.36",
    "ExampleBank/8.4 (Android 15; app)",
    "branch-desk/5.2",
    "broker-gateway/3.0",
];

/// By result of a credit decision: deny, refer, approve.
pub(super) const CREDIT_REASONS: [[&str; 3]; 3] = [
    [
        "instalment too high for the disposable income stated; short history with the bank",
        "disposable income below the threshold for this amount",
        "score below the cut-off; existing obligations weigh most",
    ],
    [
        "score close to the cut-off; documents to be checked by a person",
        "income cannot be confirmed automatically; referred",
        "score close to the cut-off; amount weighs most",
    ],
    [
        "disposable income well above the instalment; long history with the bank",
        "score above the cut-off; stable income weighs most",
        "score above the cut-off; low existing obligations weigh most",
    ],
];

/// Hold, pass.
pub(super) const FRAUD_REASONS: [[&str; 3]; 2] = [
    [
        "new payee, unusual amount for this account",
        "device not seen before, unusual hour",
        "unusual country for this card",
    ],
    ["payee known, amount within the usual range", "usual device and hour", "recurring payment"],
];

/// Lower, keep, raise.
pub(super) const LIMIT_REASONS: [[&str; 3]; 3] = [
    [
        "utilisation high for three months, income lower than before",
        "late instalments in the last quarter",
        "account overdrawn twice",
    ],
    ["no reason for a change", "utilisation within the usual range", "income unchanged"],
    [
        "income higher than before, no late instalments",
        "low utilisation for six months",
        "long history without late instalments",
    ],
];

/// Of reviews that override a denial, a referral or an approval of credit; `%` stands for a name.
pub(super) const OVERRIDE_REASONS: [[&str; 3]; 3] = [
    [
        "income verified by documents of %; the model read it too low",
        "called %: tax assessment supports the income stated",
        "regular income of % confirmed by the branch",
    ],
    ["documents of % complete and in order", "collateral offered by %", "guarantor of % accepted"],
    ["obligations of % at another bank not declared", "employment of % ended last month", "amount too high for %"],
];

pub(super) const CONFIRM_REASONS: [&str; 5] =
    ["ok", "confirmed", "agree with the model", "checked documents, no objection", ""];
