//! The work of whoever investigated: notes, tags, marks of time, and the exhibits that were taken. Said as theirs, not as the
//! evidence's.

use super::part;
use crate::case::entry::{Records, Value};
use crate::case::numbered;
use crate::case::state::{Item, State, Version};
use crate::record::figures::grouped;
use crate::record::text::{shown, shown_short};
use crate::report::document::{Block, Column, Section, Table, Text};
use crate::report::words::{counted, time_of};

/// So many records of a note are named.
const NAMED: usize = 8;

/// None where there is nothing of the kind.
pub(super) fn section(state: &State) -> Option<Section> {
    let mut blocks = vec![Block::Text(Text::quiet(
        "What follows is the word of those who are named, as the case keeps it. It is no part of the evidence.",
    ))];
    let items = state.items();
    let said: Vec<&Version> =
        items.iter().flat_map(|(_, item)| in_order(item)).filter(|version| version.value.is_some()).collect();
    notes(&mut blocks, &said);
    times(&mut blocks, &said);
    tags(&mut blocks, state);
    exhibits(&mut blocks, &said);
    (blocks.len() > 1).then(|| {
        let mut section = part("Work on the case", blocks);
        section.on_new_page = true;
        section
    })
}

/// What an item is said to be; where people disagree, each of it.
fn in_order(item: &Item) -> Vec<&Version> {
    let mut current: Vec<_> = item.current().collect();
    current.sort_by_key(|(entry, version)| (version.timestamp, *entry));
    current.into_iter().map(|(_, version)| version).collect()
}

fn who(version: &Version) -> [Text; 2] {
    let at = time_of(&crate::record::time::shown(version.timestamp));
    [Text::plain(at), Text::plain(shown_short(&version.actor, 80))]
}

fn places(on: &Records) -> String {
    let several = on.0.len() > 1;
    let place = |(log, seq, _): (&str, u64, _)| match several {
        true => format!("{} of {}", grouped(seq), shown_short(log, 60)),
        false => grouped(seq),
    };
    let named: Vec<String> = on.iter().take(NAMED).map(place).collect();
    let more = on.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {} more", grouped(more as u64)) } else { String::new() };
    match named.is_empty() {
        true => "the case".to_owned(),
        false => format!("seq {}{more}", named.join(", ")),
    }
}

fn notes(blocks: &mut Vec<Block>, said: &[&Version]) {
    let rows: Vec<Vec<Text>> = said
        .iter()
        .filter_map(|version| {
            let Some(Value::Note { on, text }) = &version.value else { return None };
            let [at, by] = who(version);
            let text = text.lines().map(shown).collect::<Vec<_>>().join("\n");
            Some(vec![at, by, Text::plain(places(on)), Text::plain(text)])
        })
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            caption: "Notes".to_owned(),
            columns: ["written (UTC)", "by", "on", "note"].map(Column::words).into(),
            rows,
            note: None,
        }));
    }
}

fn times(blocks: &mut Vec<Block>, said: &[&Version]) {
    let time = |at: &chrono::DateTime<chrono::Utc>| time_of(&crate::record::time::shown(*at));
    let rows: Vec<Vec<Text>> = said
        .iter()
        .filter_map(|version| {
            let (at, text) = match &version.value {
                Some(Value::Mark { at, text }) => (time(at), text),
                Some(Value::Span { from, to, text }) => (format!("{} to {}", time(from), time(to)), text),
                _ => return None,
            };
            let [written, by] = who(version);
            Some(vec![Text::plain(at), Text::plain(shown(text)), by, written])
        })
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            caption: "Marked times".to_owned(),
            columns: ["time (UTC)", "what it says", "by", "written (UTC)"].map(Column::words).into(),
            rows,
            note: None,
        }));
    }
}

fn tags(blocks: &mut Vec<Block>, state: &State) {
    let rows: Vec<Vec<Text>> = state
        .tags()
        .map(|tag| {
            let mut records: Vec<_> = state.tagged(tag).map(|(_, _, hash)| hash).collect();
            records.sort_unstable();
            records.dedup();
            vec![Text::plain(shown_short(tag, 200)), Text::plain(counted(records.len() as u64, "record", "records"))]
        })
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            caption: "Tags".to_owned(),
            columns: vec![Column::words("tag"), Column::figures("records")],
            rows,
            note: None,
        }));
    }
}

fn exhibits(blocks: &mut Vec<Block>, said: &[&Version]) {
    let rows: Vec<Vec<Text>> = said
        .iter()
        .filter_map(|version| {
            let Some(Value::Exhibit { number, prefix, title, digest }) = &version.value else { return None };
            let [at, by] = who(version);
            Some(vec![
                Text::strong(shown(&numbered(prefix, *number))),
                Text::plain(shown(title)),
                by,
                at,
                Text::mono(digest.to_string()),
            ])
        })
        .collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            caption: "Exhibits".to_owned(),
            columns: vec![
                Column::words("number"),
                Column::words("what it shows"),
                Column::words("taken by"),
                Column::words("at (UTC)"),
                Column::digests("BLAKE3 of its sidecar"),
            ],
            rows,
            note: Some("Each is checked against the bundle with probity exhibit --check.".into()),
        }));
    }
}
