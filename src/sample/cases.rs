//! One decision as the sample's world makes it: who asks, what the model answers, and what would turn out true. Scores,
//! confidences and chances are whole numbers in parts of 1 000.

use super::Story;
use super::clock::Millis;
use super::models::{CREDIT, FRAUD, MODELS};
use super::random::{Random, mixed};
use super::script::Script;
use super::texts::{BROKER, COAST, WRONGED};

/// Below this, credit is denied; from [`CREDIT_APPROVED`] on it is approved; between them a person is asked.
const CREDIT_DENIED: i64 = 500;
const CREDIT_APPROVED: i64 = 560;

const MONTHLY_INCOMES: [i64; 4] = [2700, 2900, 1050, 1850];
const AMOUNTS: [i64; 10] = [2000, 3000, 5000, 8000, 10_000, 12_000, 15_000, 20_000, 30_000, 40_000];
const AMOUNT_WEIGHTS: [u64; 10] = [8, 10, 16, 12, 16, 10, 10, 9, 6, 3];
const PAYMENTS: [i64; 9] = [900, 1900, 2700, 4500, 8900, 15_000, 32_000, 79_000, 240_000];

/// What a decision is about and how it goes.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) version: usize,
    pub(super) segment: usize,
    pub(super) group: usize,
    pub(super) region: usize,
    pub(super) channel: usize,
    /// Monthly, in euro.
    pub(super) income: i64,
    /// With the bank, in months.
    pub(super) tenure: i64,
    /// Credit and limit in euro, payments in cent.
    pub(super) amount: i64,
    /// Stands for the person.
    pub(super) subject: u64,
    /// Stands for everything that the model is given.
    pub(super) input: u64,
    pub(super) score: i64,
    pub(super) confidence: i64,
    /// Index into the model's results.
    pub(super) result: usize,
    /// What would turn out bears out a favourable result.
    pub(super) is_good: bool,
    /// An attentive reviewer sees that the result is wrong.
    pub(super) is_wrong: bool,
    /// Random bits for what does not matter: sessions, latencies, which optional member is missing.
    pub(super) chaff: u64,
}

impl Case {
    /// The ordinary case of this seed. One seed gives one person with one wish.
    pub(super) fn ordinary(script: &Script, model: usize, at: Millis, seed: u64) -> Self {
        let random = &mut Random::new(seed);
        let version = script.live(model, at, random.below(100));
        let drift = script.drift(at);
        let segment = random.weighted(&[50, 22, 13, 15]);
        let coast = 12 + (30 * drift / 1000).unsigned_abs();
        let region = random.weighted(&[20, 18, 14, 20, 16, coast]);
        let group = match segment {
            2 => random.weighted(&[85, 14, 1, 0]),
            3 => random.weighted(&[0, 0, 22, 78]),
            _ => random.weighted(&[17, 41, 40, 2]),
        };
        let tail = if random.chance(80) { random.between(0, 150) } else { 0 };
        let ratio = 45 + random.between(0, 55) + random.between(0, 55) + tail;
        let loss = if region == COAST { 330 } else { 120 } * drift / 1000;
        let income = MONTHLY_INCOMES[segment] * ratio / 100 * (1000 - loss) / 10_000 * 10;
        let months = [240, 180, 60, 460][segment];
        let mut case = Self {
            version,
            segment,
            group,
            region,
            channel: random.weighted(&[44, 26, 18, 12]),
            income,
            tenure: random.between(1, months),
            amount: 0,
            subject: mixed(seed),
            input: mixed(seed ^ 0xa5a5),
            score: 0,
            confidence: 0,
            result: 0,
            is_good: true,
            is_wrong: false,
            chaff: random.bits(),
        };
        match model {
            CREDIT => case.credit(script, drift, ratio, random),
            FRAUD => case.payment(random),
            _ => case.limit(random),
        }
        case
    }

    /// One of many applications by one broker that differ in little and creep up to the cut-off.
    pub(super) fn probe(script: &Script, at: Millis, step: u64, steps: u64, random: &mut Random) -> Self {
        let progress = i64::try_from(step * 1000 / steps.max(1)).unwrap_or_default();
        let mut case = Self::ordinary(script, CREDIT, at, random.bits());
        case.segment = 0;
        case.group = 1;
        case.region = 3;
        case.channel = BROKER;
        case.income = (2400 + progress * 3 / 10 + random.between(0, 4) * 10) / 10 * 10;
        case.tenure = 3;
        case.amount = 15_000;
        case.input = mixed(step ^ 0x5eed);
        let score = 480 + progress * 97 / 1000 + random.bell(9);
        // The income was made up.
        case.decide_credit(score, 420, 1000, random);
        case.is_good = random.chance(120);
        case
    }

    fn credit(&mut self, script: &Script, drift: i64, ratio: i64, random: &mut Random) {
        self.amount = AMOUNTS[random.weighted(&AMOUNT_WEIGHTS)];
        let merit = 558 + (ratio - 100).clamp(-45, 80) * 2 + self.tenure.min(120) / 2 - self.amount / 500
            + [0, -12, -8, 10][self.segment]
            + random.bell(88);
        let mut score = merit + random.bell(36);
        let mut certainty = 1000;
        if script.is_bad(self.version) {
            certainty = 620;
            if script.story == Story::Version {
                score += random.bell(105);
            } else if self.segment == WRONGED {
                // Yearly incomes are taken for monthly ones and cut off.
                score -= 53 + random.between(0, 60);
            }
        }
        // The model knows incomes as they were: what has changed about them it does not see.
        let merit = merit - 85 * drift / 1000;
        self.decide_credit(score, merit, certainty, random);
        self.is_good = random.chance(repaid_permille(merit));
    }

    fn decide_credit(&mut self, score: i64, merit: i64, certainty: i64, random: &mut Random) {
        self.result = match score {
            ..CREDIT_DENIED => 0,
            CREDIT_DENIED..CREDIT_APPROVED => 1,
            _ => 2,
        };
        self.is_wrong = match self.result {
            0 => merit >= 525,
            1 => false,
            _ => merit < 510,
        };
        let margin = (score - (CREDIT_DENIED + CREDIT_APPROVED) / 2).abs() * certainty / 1000;
        self.confidence = (540 + margin * 13 / 10 + random.bell(22)).clamp(310, 988);
        self.score = score.clamp(20, 985);
    }

    fn payment(&mut self, random: &mut Random) {
        self.amount = *random.pick(&PAYMENTS) * random.between(40, 160) / 100;
        let risk = 250 + random.bell(150);
        let score = risk + random.bell(45);
        let fraud = match risk {
            ..400 => 4,
            400..500 => 120,
            500..620 => 480,
            _ => 850,
        };
        self.is_good = !random.chance(fraud);
        self.result = usize::from(score < 500);
        self.is_wrong = self.result == 0 && self.is_good && random.chance(300);
        self.confidence = (620 + (score - 500).abs() + random.bell(20)).clamp(400, 995);
        self.score = score.clamp(3, 997);
    }

    fn limit(&mut self, random: &mut Random) {
        self.amount = *random.pick(&[500, 1000, 1500, 2000, 3000, 5000]);
        let score = 500 + random.bell(150);
        let (result, on_time) = match score {
            ..330 => (0, 480),
            330..600 => (1, 940),
            _ => (2, 972),
        };
        self.result = result;
        self.is_good = random.chance(on_time);
        self.is_wrong = (self.result == 0) == self.is_good && random.chance(130);
        self.confidence = (580 + (score - 465).abs() + random.bell(25)).clamp(350, 985);
        self.score = score.clamp(15, 990);
    }

    pub(super) fn is_adverse(&self, model: usize) -> bool {
        MODELS[model].results[self.result] == MODELS[model].adverse
    }

    /// The result and what turns out disagree. `None` where the result says neither.
    pub(super) fn is_error(&self, model: usize) -> Option<bool> {
        let is_favourable = MODELS[model].favourable.contains(&MODELS[model].results[self.result]);
        (is_favourable || self.is_adverse(model)).then_some(is_favourable != self.is_good)
    }
}

/// Of 1 000 people with this merit, how many repay.
fn repaid_permille(merit: i64) -> u64 {
    const STEPS: [(i64, i64); 8] =
        [(0, 20), (350, 50), (450, 100), (500, 260), (550, 800), (600, 950), (720, 980), (1000, 994)];
    let next = STEPS.iter().position(|(at, _)| merit < *at).unwrap_or(STEPS.len() - 1).max(1);
    let ((low, a), (high, b)) = (STEPS[next - 1], STEPS[next]);
    (a + (b - a) * (merit - low).clamp(0, high - low) / (high - low)).unsigned_abs()
}

/// Whether people stand up against such a denial.
fn is_contested(script: &Script, case: &Case) -> bool {
    script.is_bad(case.version) && (script.story == Story::Version || case.segment == WRONGED)
}

/// Of 1 000 such decisions, how many are reviewed.
pub(super) fn reviewed_permille(script: &Script, model: usize, case: &Case) -> u64 {
    match (model, case.result) {
        (CREDIT, 0) if is_contested(script, case) => 760,
        (CREDIT, _) => [420, 400, 70][case.result],
        (FRAUD, _) => [500, 6][case.result],
        _ => [250, 12, 40][case.result],
    }
}

/// Of 1 000 such decisions, of how many it is known in the end what turned out. Denials that were contested are followed up.
pub(super) fn outcome_permille(script: &Script, model: usize, case: &Case) -> u64 {
    match model {
        CREDIT if is_contested(script, case) => [440, 0, 520][case.result],
        CREDIT => [280, 0, 520][case.result],
        FRAUD => [600, 80][case.result],
        _ => [350, 250, 350][case.result],
    }
}
