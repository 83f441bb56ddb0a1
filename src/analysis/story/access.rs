//! Access out of pattern in a story.

use super::told::{AccessTold, FindingTold};
use super::{HOUR, Teller};
use crate::analysis::access::Finding;
use crate::analysis::instant::Instant;

impl Teller<'_> {
    /// Access out of pattern from some days before the window to its end.
    pub(super) fn access(&mut self, (from, to): (i64, i64)) -> AccessTold {
        let start = from.saturating_sub(i64::from(self.thresholds.incident.access_days_before) * 24 * HOUR);
        let pattern = &self.sources.pattern;
        let is_within = |finding: &&Finding| finding.from < to && finding.to >= start;
        let told = |findings: &[Finding]| {
            findings.iter().filter(is_within).map(|finding| self.finding(finding)).collect::<Vec<_>>()
        };
        let (findings, undetermined) = (told(&pattern.findings), told(&pattern.undetermined));
        let mut say = |number: u64, what: [&str; 2], why: &str| {
            if number > 0 {
                let what = what[usize::from(number > 1)];
                self.unknown.push(format!("of {number} {what}: {why}"));
            }
        };
        let accesses = ["access", "accesses"];
        let stretches = ["stretch of accesses whether it is bulk", "stretches of accesses whether they are bulk"];
        say(undetermined.len() as u64, stretches, "too few days are on record before");
        say(
            pattern.unplaced,
            accesses,
            "whether out of pattern, since no account or no time that can be placed is stated",
        );
        say(pattern.unclear_results, accesses, "whether granted or denied; taken as granted");
        say(pattern.without_rows, accesses, "how many rows were reached; counted as none");
        // Elsewhere they are of no account.
        let limits = &self.thresholds.access;
        let least = (i64::from(limits.baseline_least_days) + i64::from(limits.habit_gap_days)) * 24 * HOUR;
        let begin = self.evidence.times().extent().map_or(i64::MAX, |(first, _)| first);
        if start.saturating_sub(begin) < least {
            say(
                pattern.undetermined_nights,
                accesses,
                "whether the account regularly works at night; too few days are on record before",
            );
        }
        AccessTold { from: Instant(start), to: Instant(to), accesses: pattern.accesses, findings, undetermined }
    }

    fn finding(&self, finding: &Finding) -> FindingTold {
        FindingTold {
            kind: finding.kind.name(),
            account: finding.account.clone(),
            resource: finding.resource.clone(),
            count: finding.count,
            figure: finding.figure,
            baseline: finding.baseline,
            baseline_days: finding.baseline_days,
            baseline_rows: finding.baseline_rows,
            threshold: finding.threshold,
            reached: finding.reached,
            from: Instant(finding.from),
            to: Instant(finding.to),
            first: finding.rows.first().map(|row| self.place(*row)),
            last: finding.rows.last().map(|row| self.place(*row)),
            seqs: finding.seqs.clone(),
        }
    }
}
