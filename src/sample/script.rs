//! What happens in each story, and when: the versions that serve, what is wrong with them, the time in which it shows.
//! Everything else is the same world.

use super::Story;
use super::clock::{DAY, END, MINUTE, Millis, START, local};
use super::models::{CREDIT_2_3_1, CREDIT_2_4_0, CREDIT_2_4_1, FRAUD_1_8_2, FRAUD_1_9_0, LIMIT_0_9_4, LIMIT_0_10_0};

/// A version takes over a share of its model's decisions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    pub(super) at: Millis,
    pub(super) version: usize,
    pub(super) previous: Option<usize>,
    /// Below 100 the previous version goes on beside it.
    pub(super) percent: u64,
    pub(super) is_rollback: bool,
}

/// A time of which the rates are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phase {
    pub(super) name: &'static str,
    pub(super) from: Millis,
    pub(super) to: Millis,
}

/// A story.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) story: Story,
    /// By model, in order of time.
    pub(super) stages: [Vec<Stage>; 3],
    pub(super) phases: Vec<Phase>,
}

/// One host's clock is wrong for two days.
pub(super) const SKEWED_HOST: usize = 2;
pub(super) const SKEW: Millis = -6 * MINUTE - 40_000;
pub(super) const SKEW_FROM: Millis = local(3, 10, 6, 0);
pub(super) const SKEW_TO: Millis = local(3, 12, 11, 30);

/// 2.4.0 goes into service on a Friday night in `lending`, and is rolled back twelve days later.
pub(super) const HASTY: Millis = local(4, 17, 21, 42) + 7_318;
pub(super) const ROLLBACK: Millis = local(4, 29, 10, 5) + 41_090;
/// 2.4.0 goes into service properly in `version` and `none`.
pub(super) const PROPER_CANARY: Millis = local(4, 14, 9, 30) + 12_400;
pub(super) const PROPER: Millis = local(4, 17, 10, 10) + 3_700;
/// 2.4.1 follows.
pub(super) const FIXED_CANARY: Millis = local(5, 11, 9, 40) + 22_150;
pub(super) const FIXED: Millis = local(5, 13, 10, 15) + 9_900;
/// The other two models' new versions, in every story.
pub(super) const FRAUD_CANARY: Millis = local(3, 17, 9, 20) + 33_000;
pub(super) const FRAUD_FULL: Millis = local(3, 19, 10, 0) + 18_420;
pub(super) const LIMIT_FULL: Millis = local(3, 24, 9, 50) + 5_060;
/// Applications change over two weeks in `drift`.
pub(super) const DRIFT_FROM: Millis = local(4, 13, 0, 0);
pub(super) const DRIFT_TO: Millis = local(4, 27, 0, 0);
/// Somebody probes for three days in `adversarial`.
pub(super) const PROBES_FROM: Millis = local(4, 20, 0, 0);
pub(super) const PROBES_TO: Millis = local(4, 23, 0, 0);
/// The insider's last weeks in `access`.
pub(super) const INSIDER_FROM: Millis = local(3, 23, 0, 0);
pub(super) const INSIDER_LEFT: Millis = local(4, 10, 17, 0);
pub(super) const INSIDER_TO: Millis = local(4, 22, 0, 0);

impl Script {
    pub(super) fn of(story: Story) -> Self {
        let fraud = vec![
            begin(FRAUD_1_8_2, 2),
            stage(FRAUD_CANARY, FRAUD_1_9_0, FRAUD_1_8_2, 10),
            stage(FRAUD_FULL, FRAUD_1_9_0, FRAUD_1_8_2, 100),
        ];
        let limit = vec![begin(LIMIT_0_9_4, 3), stage(LIMIT_FULL, LIMIT_0_10_0, LIMIT_0_9_4, 100)];
        let mut credit = vec![begin(CREDIT_2_3_1, 1)];
        let rollback = Stage { is_rollback: true, ..stage(ROLLBACK, CREDIT_2_3_1, CREDIT_2_4_0, 100) };
        let fixed =
            [stage(FIXED_CANARY, CREDIT_2_4_1, CREDIT_2_3_1, 10), stage(FIXED, CREDIT_2_4_1, CREDIT_2_3_1, 100)];
        let proper =
            [stage(PROPER_CANARY, CREDIT_2_4_0, CREDIT_2_3_1, 10), stage(PROPER, CREDIT_2_4_0, CREDIT_2_3_1, 100)];
        let window = match story {
            Story::Lending => {
                credit.push(stage(HASTY, CREDIT_2_4_0, CREDIT_2_3_1, 100));
                credit.push(rollback);
                credit.extend(fixed);
                (HASTY, ROLLBACK)
            }
            Story::Version => {
                credit.extend(proper);
                credit.push(rollback);
                credit.extend(fixed);
                (PROPER, ROLLBACK)
            }
            Story::None => {
                credit.extend(proper);
                (PROPER, ROLLBACK)
            }
            Story::Drift => (DRIFT_FROM, DRIFT_TO),
            Story::Access => (INSIDER_FROM, INSIDER_TO),
            Story::Adversarial => (PROBES_FROM, PROBES_TO),
        };
        let names = if story == Story::Drift { ["before", "shift", "drifted"] } else { ["before", "during", "after"] };
        let bounds = [START, window.0, window.1, END];
        let phases = (0..3).map(|n| Phase { name: names[n], from: bounds[n], to: bounds[n + 1] }).collect();
        Self { story, stages: [credit, fraud, limit], phases }
    }

    /// The version that answers at this time; `roll` is a random number below 100.
    pub(super) fn live(&self, model: usize, at: Millis, roll: u64) -> usize {
        let stages = &self.stages[model];
        let next = stages.partition_point(|stage| stage.at <= at);
        let stage = &stages[next.saturating_sub(1)];
        match stage.previous {
            Some(previous) if roll >= stage.percent => previous,
            _ => stage.version,
        }
    }

    /// Index of the phase.
    pub(super) fn phase(&self, at: Millis) -> usize {
        self.phases.partition_point(|phase| phase.to <= at).min(self.phases.len() - 1)
    }

    /// How far the applications have changed, in parts of 1 000.
    pub(super) fn drift(&self, at: Millis) -> i64 {
        if self.story == Story::Drift { ((at - DRIFT_FROM) * 1000 / (DRIFT_TO - DRIFT_FROM)).clamp(0, 1000) } else { 0 }
    }

    /// Whether this version misreads incomes (of whom, the story says).
    pub(super) fn is_bad(&self, version: usize) -> bool {
        version == CREDIT_2_4_0 && matches!(self.story, Story::Lending | Story::Version)
    }

    /// How much more attentive reviewers have become since a bad version is in service, in parts of 1 000.
    pub(super) fn attention(&self, at: Millis) -> u64 {
        let phase = &self.phases[1];
        let days = ((at - phase.from) / DAY).clamp(0, 10).unsigned_abs();
        1000 + 30 * days
    }
}

fn begin(version: usize, minute: i64) -> Stage {
    Stage { at: START + minute * MINUTE + 400, version, previous: None, percent: 100, is_rollback: false }
}

fn stage(at: Millis, version: usize, previous: usize, percent: u64) -> Stage {
    Stage { at, version, previous: Some(previous), percent, is_rollback: false }
}
