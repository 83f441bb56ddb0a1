//! How every figure was made, and how anybody makes the same again.

use super::{Report, part};
use crate::analysis::causes::Kind;
use crate::analysis::decisions::Measure;
use crate::analysis::thresholds::Thresholds;
use crate::record::figures::grouped;
use crate::report::document::{Block, Column, Face, Fact, Section, Table, Text};

pub(super) fn section(report: &Report<'_>) -> Section {
    let mut blocks = vec![
        Block::Heading("The same again".to_owned()),
        Block::Text(Text::plain(
            "This command makes the document again. It comes out the same to the byte from the same bundles and the same files, the case \
             as it was before, with the same name of whoever makes it (PROBITY_ACTOR), by the same program.",
        )),
        Block::Verbatim(report.again.to_owned()),
        Block::Text(
            Text::plain("How each bundle verifies is told in full by ")
                .and_face(Face::Mono, "probity verify BUNDLE --trust KEY")
                .and(", also by anybody's own program: the format and the rules are published with Probity."),
        ),
        Block::Heading("Hashes".to_owned()),
        Block::Facts(hashes()),
        Block::Heading("Rates".to_owned()),
        Block::Table(rates()),
        Block::Text(Text::plain(
            "Intervals of rates are those of Wilson, of differences those of Newcombe, both of 95 %. Differences of two rates are tested \
             by their z with both shares pooled, distributions of confidence by the test of Kolmogorov and Smirnov, both two-sided. q is the \
             p-value after Benjamini and Hochberg, among all tests of one table. PSI is the population stability index over the deciles of the \
             reference. What has no denominator is not determinable, and no number.",
        )),
    ];
    if !report.found.told.is_empty() {
        blocks.push(Block::Heading("Access out of pattern".to_owned()));
        blocks.push(Block::Text(access(&report.found.thresholds).into()));
        blocks.push(Block::Heading("Likely causes".to_owned()));
        blocks.push(Block::Text(causes(&report.found.thresholds).into()));
        let rows = Kind::ALL.map(|kind| vec![Text::strong(kind.title()), Text::plain(kind.definition())]);
        blocks.push(Block::Table(Table {
            caption: "What is looked for".to_owned(),
            columns: ["cause", "what it would be"].map(Column::words).into(),
            rows: rows.into(),
            note: None,
        }));
    }
    let mut section = part("Methods and definitions", blocks);
    section.on_new_page = true;
    section
}

fn hashes() -> Vec<Fact> {
    [
        (
            "Record hash",
            "BLAKE3 over the name of the log, the record's place, the hash of the record before it and the record's own bytes: whoever \
             changes one of them changes this hash, and those of all records behind it.",
        ),
        (
            "Root of a log",
            "Root of the Merkle tree of RFC 6962 (SHA-256) over the record hashes; a checkpoint is a signed note that states size and root.",
        ),
        ("Bundle digest", "BLAKE3 over the paths of the bundle's files, each with the BLAKE3 of its content: which bundle this report is about."),
        ("Digest of ids", "BLAKE3 over audit_ids, each followed by a line feed, in the order of the log."),
    ]
    .map(|(name, words)| Fact::new(name, words))
    .into()
}

fn rates() -> Table {
    let rows = Measure::ALL.map(|measure| vec![Text::strong(measure.title()), Text::plain(measure.definition())]);
    Table {
        caption: "What is counted, and among what".to_owned(),
        columns: ["rate", "counted ÷ among"].map(Column::words).into(),
        rows: rows.into(),
        note: None,
    }
}

fn access(thresholds: &Thresholds) -> String {
    let limits = &thresholds.access;
    format!(
        "Bulk: more than {} times the account's average of {} days in {} h, and {} rows or more. First seen: after an account's first {} days \
         and {} accesses. Off-hours: between {} and {} h {}, where fewer than {} such nights lie in the {} days that end {} days before. Of \
         incidents, accesses are told from {} days before the window.",
        limits.bulk_factor,
        limits.baseline_days,
        limits.bulk_window_hours,
        grouped(limits.bulk_floor_rows),
        limits.settling_days,
        limits.settling_accesses,
        limits.night_from_hour,
        limits.night_to_hour,
        limits.night_zone,
        limits.regular_nights,
        limits.baseline_days,
        limits.habit_gap_days,
        thresholds.incident.access_days_before,
    )
}

fn causes(thresholds: &Thresholds) -> String {
    let limits = &thresholds.causes;
    format!(
        "A difference counts with q below {} and from PSI {} (strong: {}) or Cohen's h {} (strong: {}) on, with {} decisions or more on each \
         side, held against the {} days before the window. Candidates are ranked by what speaks for them; what goes together need not be \
         cause and effect.",
        limits.q,
        limits.psi_moderate,
        limits.psi_strong,
        limits.h_moderate,
        limits.h_strong,
        limits.least_decisions,
        limits.reference_days,
    )
}
