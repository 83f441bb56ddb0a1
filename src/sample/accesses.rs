//! Who reaches for what on an ordinary day, and what is known of reads in bulk against it.

use super::Story;
use super::chapters::{APPLICANTS, CUSTOMERS};
use super::clock::{DAY, HOUR, Millis, Wall, local};
use super::people::{INSIDER, LEAVER, PIPELINE};
use super::plan::{Body, Plan};
use super::random::Random;
use super::records::Access;
use super::script::{INSIDER_LEFT, Script};
use super::truth::BulkReads;

/// Subject, action, resource, least and most rows, weight. Services first.
type Habit = (&'static str, &'static str, &'static str, (i64, i64), u64);

const SERVICES: [Habit; 6] = [
    ("svc-scoring", "read", "feature-store/online", (1, 40), 24),
    ("svc-fraud", "read", "feature-store/online", (1, 40), 18),
    ("svc-limits", "read", "feature-store/online", (1, 60), 8),
    (PIPELINE, "write", "feature-store/online", (200, 900), 13),
    (PIPELINE, "read", "warehouse/transactions", (400, 2500), 6),
    ("svc-report", "read", "warehouse/decisions", (500, 3000), 9),
];

const PEOPLE: [Habit; 11] = [
    ("user-1033", "read", CUSTOMERS, (5, 200), 14),
    ("user-1033", "read", "warehouse/decisions", (20, 900), 12),
    (INSIDER, "read", CUSTOMERS, (5, 180), 9),
    (INSIDER, "read", "warehouse/decisions", (10, 400), 12),
    (LEAVER, "read", "warehouse/decisions", (10, 400), 12),
    ("user-1060", "maintain", "warehouse", (0, 0), 5),
    ("user-1008", "read", "reports/model-risk", (1, 30), 8),
    ("user-1004", "read", "reports/credit", (1, 20), 6),
    ("user-1017", "read", "model-registry/credit-scoring", (1, 4), 8),
    ("user-1042", "read", "model-registry/fraud-screen", (1, 4), 7),
    ("user-1055", "read", "reports/incidents", (1, 12), 4),
];

/// Reads of at least so many rows are reads in bulk.
const BULK_ROWS: u64 = 10_000;

/// An ordinary access at this time.
pub(super) fn ordinary(script: &Script, at: Millis, random: &mut Random) -> Access {
    let wall = Wall::at(at);
    let are_people_here = wall.is_working_day() && (7 * HOUR..19 * HOUR).contains(&wall.time);
    let is_person = are_people_here && random.chance(340);
    let habits: &[Habit] = if is_person { &PEOPLE } else { &SERVICES };
    let weights: Vec<u64> = habits.iter().map(|habit| habit.4).collect();
    let (mut subject, action, resource, (least, most), _) = habits[random.weighted(&weights)];
    let has_left = subject == LEAVER && at > local(3, 20, 17, 0)
        || subject == INSIDER && script.story == Story::Access && at > INSIDER_LEFT;
    if has_left {
        subject = "user-1033";
    }
    let is_granted = !is_person || !random.chance(12);
    let rows = random.between(least, most).unsigned_abs();
    Access {
        subject,
        action,
        resource: if is_granted { resource } else { "warehouse/salaries" },
        is_granted,
        rows,
        session: random.bits(),
    }
}

/// What the account that reads in bulk did before and then.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    subject: &'static str,
    resource: &'static str,
    first: Option<Millis>,
    /// In the 30 days before the first read in bulk: rows and accesses.
    before: [u64; 2],
    /// Time and rows.
    reads: Vec<(Millis, u64)>,
    seqs: Option<(u64, u64)>,
}

impl Baseline {
    pub(super) fn of(plan: &Plan) -> Self {
        let bulk = plan.items.iter().find_map(|item| match &item.body {
            Body::Access { access, .. } if access.rows >= BULK_ROWS => Some((item.at, access.subject, access.resource)),
            _ => None,
        });
        match bulk {
            Some((at, subject, resource)) => Self { subject, resource, first: Some(at), ..Self::default() },
            None => Self { resource: APPLICANTS, ..Self::default() },
        }
    }

    pub(super) fn access(&mut self, seq: u64, at: Millis, access: &Access, is_key: bool) {
        let Some(first) = self.first else { return };
        if access.subject != self.subject || !access.is_granted {
            return;
        }
        if (first - 30 * DAY..first).contains(&at) {
            self.before[0] += access.rows;
            self.before[1] += 1;
        }
        if is_key && access.rows >= BULK_ROWS {
            self.reads.push((at, access.rows));
            self.seqs = Some((self.seqs.map_or(seq, |(first, _)| first), seq));
        }
    }

    pub(super) fn truth(&self) -> Option<BulkReads> {
        let (first_seq, last_seq) = self.seqs?;
        let rows = self.reads.iter().map(|(_, rows)| rows).sum();
        let reads = self.reads.len() as u64;
        Some(BulkReads {
            subject: self.subject,
            resource: self.resource,
            least_rows: BULK_ROWS,
            reads,
            rows,
            bytes: rows * 212 + reads * 96,
            first_seq,
            last_seq,
            peak_2h_rows: self.peak(),
            baseline_30d_rows: self.before[0],
            baseline_30d_accesses: self.before[1],
        })
    }

    /// The most rows read within two hours from some read on.
    fn peak(&self) -> u64 {
        let (mut peak, mut sum, mut end) = (0, 0, 0);
        for (at, rows) in &self.reads {
            while let Some((_, more)) = self.reads.get(end).filter(|(later, _)| *later < at + 2 * HOUR) {
                sum += more;
                end += 1;
            }
            peak = peak.max(sum);
            sum -= rows;
        }
        peak
    }
}
