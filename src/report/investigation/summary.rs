//! What a report says, on its first page: what was examined, whether it holds, what happened, and what none of it proves.

use super::{Report, Told, part};
use crate::analysis::bundles::absences;
use crate::integrity::told::axes_against;
use crate::integrity::verdict::Integrity;
use crate::record::text::shown_short;
use crate::report::document::{Block, Callout, Section, Text, Tone};
use crate::report::words::{counted, minute};

pub(super) fn section(report: &Report<'_>) -> Section {
    let mut blocks = vec![Block::Text(examined(report).into())];
    blocks.extend(against(report));
    let told: Vec<Text> = report.found.told.iter().map(|told| incident(told).into()).collect();
    match told.len() {
        0 => blocks.push(Block::Text(Text::plain(
            "No incident is on record in these bundles, and none was named: no story is told.",
        ))),
        _ => blocks.push(Block::List(told)),
    }
    let said = &report.provenance.not_proven;
    blocks.push(Block::Callout(Callout {
        tone: Tone::Warning,
        title: "What is not proven".to_owned(),
        texts: said.iter().map(|text| Text::plain(text.as_str())).collect(),
    }));
    let absent = absences(report.evidence);
    if !absent.is_empty() {
        blocks.push(Block::Callout(Callout {
            tone: Tone::Warning,
            title: "Records that are not here".to_owned(),
            texts: absent.into_iter().map(Text::plain).collect(),
        }));
    }
    part("Summary", blocks)
}

fn examined(report: &Report<'_>) -> String {
    let logs = report.evidence.logs();
    let bundles = counted(logs.len() as u64, "bundle", "bundles");
    let records = counted(report.evidence.rows().into(), "line", "lines");
    let mut out = format!("Examined: {bundles} with {records}");
    let extent = logs.iter().filter_map(|log| log.index.report.times);
    let extent = extent.reduce(|(first, last), (from, to)| (first.min(from), last.max(to)));
    if let Some((first, last)) = extent {
        let nanos = |at: chrono::DateTime<chrono::Utc>| at.timestamp_nanos_opt().map(minute).unwrap_or_default();
        out.push_str(&format!(", whose times lie between {} and {} UTC", nanos(first), nanos(last)));
    }
    out.push_str(". How each verified stands in section 2.");
    out
}

/// What speaks against the bundles, or that nothing does.
fn against(report: &Report<'_>) -> Vec<Block> {
    let mut out = Vec::new();
    for log in report.evidence.logs() {
        let of_log = &log.index.report;
        let name = log.index.bundle().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = shown_short(&name, 120);
        let axes: Vec<String> = axes_against(of_log).iter().map(|(axis, word)| format!("{axis} {word}")).collect();
        let standing = crate::integrity::told::standing(of_log);
        let (tone, title) = if !axes.is_empty() {
            (Tone::Bad, format!("{name}: {}", axes.join(", ")))
        } else if of_log.verdict.integrity == Integrity::Unverifiable {
            (Tone::Warning, format!("{name}: nothing was there to verify it against"))
        } else {
            (Tone::Good, format!("{name}: no check that ran speaks against it"))
        };
        out.push(Block::Callout(Callout {
            tone,
            title,
            texts: if standing.is_empty() { Vec::new() } else { vec![standing.into()] },
        }));
    }
    out
}

/// A story in two sentences.
fn incident(told: &Told) -> String {
    let story = &told.story;
    let mut out = shown_short(&story.name, 120);
    if let Some(window) = &story.window {
        out.push_str(&format!(", {} to {} UTC", minute(window.from.0), minute(window.to.0)));
    }
    match &story.affected {
        Some(affected) => {
            out.push_str(&format!(": {} affected", counted(affected.decisions, "decision is", "decisions are")));
            if let Some(share) = affected.figures.overridden_of_reviewed.rate {
                out.push_str(&format!("; people overrode {:.1} % of those that were reviewed", 100.0 * share));
            }
            out.push('.');
        }
        None => out.push_str(": which decisions are affected is not determinable."),
    }
    match told.causes.candidates.first() {
        Some(first) => {
            let about = [&first.model, &first.version, &first.actor];
            let about: Vec<String> = about.into_iter().flatten().map(|name| shown_short(name, 60)).collect();
            let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(" ")) };
            let more = told.causes.candidates.len().saturating_sub(1) as u64;
            let more = if more > 0 { format!(", before {}", counted(more, "other", "others")) } else { String::new() };
            out.push_str(&format!(
                " The likeliest cause among those looked for: {}{about}, {}{more}. This is no verdict.",
                first.kind.title().to_lowercase(),
                first.strength.words(),
            ));
        }
        None if told.causes.window.is_none() => out.push_str(" Causes were not looked for: there is no window."),
        None => out.push_str(" No signal of a cause is above its threshold."),
    }
    out
}
