//! The records that a report names, with their hashes: what ties its words to the evidence.

use std::collections::BTreeMap;

use super::{Report, part};
use crate::analysis::story::Place;
use crate::evidence::{Evidence, EvidenceError};
use crate::record::figures::grouped;
use crate::record::sealed::hex;
use crate::record::text::shown_short;
use crate::report::document::{Block, Column, Face, Section, Table, Text};
use crate::report::words::{counted, when};

/// None where no record is named.
pub(super) fn section(report: &Report<'_>) -> Result<Option<Section>, EvidenceError> {
    let mut cited: BTreeMap<u32, Place> = BTreeMap::new();
    for told in &report.found.told {
        told.story.clone().each_place(&mut |place| drop(cited.insert(place.row, place.clone())));
    }
    if cited.is_empty() {
        return Ok(None);
    }
    let mut blocks = vec![Block::Text(Text::plain(
        "Every record that this document names by its place. The hash is the one that the record has in the chain; of a damaged record it is \
         the one that its line states.",
    ))];
    blocks.push(Block::Table(table(report.evidence, &cited)?));
    let filters = report.found.told.iter().filter_map(|told| told.story.affected.as_ref());
    for affected in filters {
        // A slice is cut out of one bundle.
        let (subcommand, file, what) = match report.evidence.logs().len() {
            1 => ("slice", "affected.audit.zip", "hands them out with the proof of where they stand in the log"),
            _ => ("query", "affected.jsonl", "hands them out"),
        };
        let command = crate::report::again::Command::new(subcommand)
            .bundles(report.evidence)
            .word(&affected.filter)
            .option("--output", Some(file));
        blocks.push(Block::Text(Text::plain(format!(
            "The {} are not listed one by one. This command {what}:",
            counted(affected.count, "affected record", "affected records")
        ))));
        blocks.push(Block::Verbatim(command.to_string()));
    }
    let mut section = part("Records named in this report", blocks);
    section.on_new_page = true;
    Ok(Some(section))
}

/// The hash of a record; `None` where its line states none.
fn hash(evidence: &Evidence, row: u32) -> Result<Option<[u8; 32]>, EvidenceError> {
    let Some((log, row)) = evidence.place(row) else { return Ok(None) };
    Ok(log.index.hashes_of(row..row + 1)?.into_iter().next().flatten())
}

/// Records with their places and hashes.
pub(in crate::report) fn table(evidence: &Evidence, cited: &BTreeMap<u32, Place>) -> Result<Table, EvidenceError> {
    let has_several = evidence.logs().len() > 1;
    let mut rows = Vec::with_capacity(cited.len());
    for (row, place) in cited {
        let hash = hash(evidence, *row)?;
        let mut seq = Text::plain(place.seq.map_or_else(|| "no seq".to_owned(), grouped));
        if let Some(word) = place.damage {
            seq = seq.and_face(Face::Strong, format!(" ({word})"));
        }
        let mut cells = vec![seq];
        if has_several {
            cells.push(Text::plain(place.log.as_deref().map(|log| shown_short(log, 80)).unwrap_or_default()));
        }
        cells.extend([
            Text::plain(place.id.as_deref().map(|id| shown_short(id, 80)).unwrap_or_default()),
            Text::plain(when(place.at)),
            hash.map_or_else(|| Text::quiet("not determinable"), |hash| Text::mono(hex(&hash))),
        ]);
        rows.push(cells);
    }
    let mut columns = vec![Column::figures("seq")];
    if has_several {
        columns.push(Column::words("log"));
    }
    columns.extend([Column::words("audit_id"), Column::words("time (UTC)"), Column::digests("hash")]);
    Ok(Table { caption: "Records and their hashes".to_owned(), columns, rows, note: None })
}
