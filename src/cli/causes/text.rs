//! Likely causes as text: the candidates in order, what was looked for beside them, and what could not be looked for.

use std::fmt::Write as _;

use crate::analysis::Instant;
use crate::analysis::causes::{Candidate, Causes, Looked, Rows, Signal};
use crate::analysis::statistics::p_words;
use crate::cli::text::{count, grouped, labelled, wrap};
use crate::record::text::{shown, shown_short};

/// Columns of the labels.
const LABEL: usize = 16;
/// So many signals are listed where none of them is above its threshold; --json lists all.
const LISTED: usize = 6;

/// All of it.
pub(super) fn causes(causes: &Causes) -> String {
    let mut out = String::new();
    let title: Vec<String> =
        std::iter::once(&causes.name).chain(&causes.model).map(|name| shown_short(name, 80)).collect();
    let _ = writeln!(out, "Likely causes of {}: {}", title.join(" · "), causes.caveat);
    for log in &causes.logs {
        labelled(
            &mut out,
            "Log",
            LABEL,
            &format!("{}, {}", shown(&log.origin), count(log.rows.into(), "line", "lines")),
        );
    }
    if let Some(window) = &causes.window {
        let source = if window.source == "given" { "as given" } else { "as the incident states it" };
        let text = format!("{} to {} UTC, {source}", when(window.from), when(window.to));
        labelled(&mut out, "Window", LABEL, &text);
    }
    for (label, rows) in [("Affected", &causes.affected), ("Held against", &causes.reference)] {
        if let Some(rows) = rows {
            labelled(&mut out, label, LABEL, &self::rows(rows));
        }
    }
    out.push_str("\nCANDIDATES\n");
    if causes.window.is_none() {
        out.push_str("  Nothing was looked for: there is no window (--from and --to give one).\n");
    } else if causes.affected.as_ref().is_some_and(|rows| rows.count == 0) && causes.candidates.is_empty() {
        out.push_str("  No decision is affected, so nothing was measured in decisions; what happened near the window\n  has no signal above its threshold.\n");
    } else if causes.candidates.is_empty() {
        out.push_str("  No signal above its threshold.\n");
    }
    for candidate in &causes.candidates {
        self::candidate(&mut out, candidate);
    }
    looked_for(&mut out, causes);
    if !causes.not_determinable.is_empty() {
        out.push_str("\nNOT DETERMINABLE\n");
        for line in &causes.not_determinable {
            labelled(&mut out, "  -", 4, &shown(line));
        }
    }
    let limits = &causes.thresholds.causes;
    let text = format!(
        "a difference counts with q < {} and from PSI {} (strong: {}) or Cohen's h {} (strong: {}) on, with {} decisions or more on \
         each side; held against {} days before the window. --json has the threshold of every signal, --thresholds changes them.",
        limits.q,
        limits.psi_moderate,
        limits.psi_strong,
        limits.h_moderate,
        limits.h_strong,
        limits.least_decisions,
        limits.reference_days
    );
    out.push('\n');
    labelled(&mut out, "Thresholds", LABEL, &text);
    out
}

fn when(at: Instant) -> String {
    at.to_string().trim_end_matches('Z').replacen('T', " ", 1)
}

fn rows(rows: &Rows) -> String {
    format!("{}: {}", count(rows.count, "record", "records"), shown(&rows.filter))
}

fn candidate(out: &mut String, candidate: &Candidate) {
    let about = [&candidate.model, &candidate.version, &candidate.actor];
    let about: Vec<String> = about.into_iter().flatten().map(|name| shown_short(name, 60)).collect();
    let about = if about.is_empty() { String::new() } else { format!(" · {}", about.join(" ")) };
    let (title, strength) = (candidate.kind.title(), candidate.strength.words());
    let _ = writeln!(out, "{:>3} {title}{about} · {strength}", candidate.rank);
    for (label, signals) in [("for", &candidate.speaks_for), ("against", &candidate.speaks_against)] {
        for (place, signal) in signals.iter().enumerate() {
            let label = if place == 0 { format!("    {label}") } else { String::new() };
            labelled(out, &label, LABEL, &self::signal(signal));
            if let Some(rows) = &signal.rows {
                wrap(out, LABEL + 2, &self::rows(rows));
            }
        }
        if signals.is_empty() {
            labelled(out, &format!("    {label}"), LABEL, "nothing found");
        }
    }
    labelled(out, "    recommended", LABEL, &shown(&candidate.recommended));
    out.push('\n');
}

fn signal(signal: &Signal) -> String {
    let mut out = shown(&signal.text).into_owned();
    if let Some(compared) = signal.compared {
        let _ = write!(out, " (n {} and {}", grouped(compared.reference_of), grouped(compared.current_of));
        if let Some(q) = signal.q {
            let _ = write!(out, ", q {}", p_words(q));
        }
        out.push(')');
    }
    out
}

fn looked_for(out: &mut String, causes: &Causes) {
    let looked: Vec<&Looked> = causes.looked_for.iter().filter(|looked| looked.candidates == 0).collect();
    if looked.is_empty() || causes.window.is_none() {
        return;
    }
    out.push_str("\nLOOKED FOR, and no signal above its threshold\n");
    for looked in looked {
        let _ = writeln!(out, "  {}", looked.kind.title());
        wrap(out, 6, &format!("would be: {}", looked.definition));
        for signal in looked.below.iter().take(LISTED) {
            wrap(out, 6, &format!("- {}", self::signal(signal)));
        }
        let more = looked.below.len().saturating_sub(LISTED);
        if more > 0 {
            wrap(out, 6, &format!("… and {}; --json lists all.", count(more as u64, "more", "more")));
        }
        if looked.below.is_empty() {
            // Reasons begin with the name of the kind.
            let kind = looked.kind.title().to_lowercase();
            let is_unknown = causes.not_determinable.iter().any(|line| line.starts_with(&kind));
            let text = if is_unknown { "- not determinable, see below" } else { "- nothing of the kind is on record" };
            wrap(out, 6, text);
        }
    }
}
