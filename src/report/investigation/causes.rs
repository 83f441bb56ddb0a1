//! What may have caused an incident: the candidates in order, each with what speaks for and against it, and what was looked for and
//! not found.

use super::part;
use crate::analysis::causes::{Candidate, Causes, Looked, Rows, Signal};
use crate::analysis::statistics::p_words;
use crate::record::figures::grouped;
use crate::record::text::{shown, shown_short};
use crate::report::document::{Block, Face, Fact, Section, Text};
use crate::report::words::counted;

/// So many signals of a kind that is no candidate are told.
const LISTED: usize = 6;

pub(super) fn section(causes: &Causes) -> Section {
    let mut blocks = vec![Block::Text(Text::quiet(capital(causes.caveat)))];
    let mut facts = Vec::new();
    for (name, rows) in [("Affected", &causes.affected), ("Held against", &causes.reference)] {
        if let Some(rows) = rows {
            facts.push(Fact::new(name, self::rows(rows)));
        }
    }
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
    if causes.window.is_none() {
        blocks.push(Block::Text(Text::plain("Nothing was looked for: there is no window.")));
    } else if causes.candidates.is_empty() {
        blocks.push(Block::Text(Text::plain("No signal is above its threshold.")));
    }
    for candidate in &causes.candidates {
        self::candidate(&mut blocks, candidate);
    }
    looked_for(&mut blocks, causes);
    unknown(&mut blocks, &causes.not_determinable);
    part(format!("{}: likely causes", shown_short(&causes.name, 120)), blocks)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn rows(rows: &Rows) -> Text {
    Text::plain(format!("{}: ", counted(rows.count, "record", "records"))).and_face(Face::Mono, shown(&rows.filter))
}

fn candidate(blocks: &mut Vec<Block>, candidate: &Candidate) {
    let about = [&candidate.model, &candidate.version, &candidate.actor];
    let about: Vec<String> = about.into_iter().flatten().map(|name| shown_short(name, 60)).collect();
    let about = if about.is_empty() { String::new() } else { format!(" · {}", about.join(" ")) };
    let strength = candidate.strength.words();
    blocks.push(Block::Heading(format!("{}. {}{about} · {strength}", candidate.rank, candidate.kind.title())));
    for (name, signals) in [("Speaks for it", &candidate.speaks_for), ("Speaks against it", &candidate.speaks_against)]
    {
        blocks.push(Block::Text(Text::strong(name)));
        blocks.push(match signals.is_empty() {
            true => Block::Text(Text::quiet("Nothing was found.")),
            false => Block::List(signals.iter().map(signal).collect()),
        });
    }
    blocks.push(Block::Text(Text::strong("Recommended: ").and(shown(&candidate.recommended))));
}

fn signal(signal: &Signal) -> Text {
    let mut text = Text::plain(shown(&signal.text));
    if let Some(compared) = signal.compared {
        let q = signal.q.map(|q| format!(", q {}", p_words(q))).unwrap_or_default();
        text = text.and(format!(" (n {} and {}{q})", grouped(compared.reference_of), grouped(compared.current_of)));
    }
    if let Some(found) = &signal.rows {
        let of = rows(found);
        text = text.and("\n");
        text.0.extend(of.0);
    }
    text
}

fn looked_for(blocks: &mut Vec<Block>, causes: &Causes) {
    let looked: Vec<&Looked> = causes.looked_for.iter().filter(|looked| looked.candidates == 0).collect();
    if looked.is_empty() || causes.window.is_none() {
        return;
    }
    blocks.push(Block::Heading("Looked for, and no signal above its threshold".to_owned()));
    let said = looked.into_iter().map(|looked| {
        let mut text = Text::strong(looked.kind.title()).and(format!(", that is: {}.", looked.definition));
        for signal in looked.below.iter().take(LISTED) {
            text = text.and("\n");
            text.0.extend(self::signal(signal).0);
        }
        let more = looked.below.len().saturating_sub(LISTED);
        if more > 0 {
            text = text.and_face(Face::Quiet, format!("\nand {}", counted(more as u64, "more", "more")));
        }
        if looked.below.is_empty() {
            // Reasons begin with the name of the kind.
            let kind = looked.kind.title().to_lowercase();
            let is_unknown = causes.not_determinable.iter().any(|line| line.starts_with(&kind));
            let why = if is_unknown { "\nNot determinable, see below." } else { "\nNothing of the kind is on record." };
            text = text.and_face(Face::Quiet, why);
        }
        text
    });
    blocks.push(Block::List(said.collect()));
}

/// What cannot be told, under a heading of its own.
pub(super) fn unknown(blocks: &mut Vec<Block>, lines: &[String]) {
    if !lines.is_empty() {
        blocks.push(Block::Heading("Not determinable".to_owned()));
        blocks.push(Block::List(lines.iter().map(|line| Text::plain(shown(without_advice(line)))).collect()));
    }
}

/// A line without what it advises whoever sits at a command line: ` (--from and --to give one)` at its end.
fn without_advice(line: &str) -> &str {
    match line.rfind(" (--") {
        Some(at) if line.ends_with(')') => &line[..at],
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_for_a_command_line_stays_out_of_documents() {
        for (line, expected) in [
            ("when it happened: no window (--from and --to give one)", "when it happened: no window"),
            ("anything (--x) else", "anything (--x) else"),
            ("a -- b", "a -- b"),
            ("", ""),
        ] {
            assert_eq!(without_advice(line), expected);
        }
    }
}
