//! Times and places of records as stories and lineages print them.

use std::fmt::Write as _;

use super::text::grouped;
use crate::analysis::Instant;
use crate::analysis::story::Place;
use crate::record::text::shown_short;

/// Columns of the labels.
pub(super) const LABEL: usize = 12;

/// A text of a record, cut; a dash where there is none.
pub(super) fn short(text: Option<&str>) -> String {
    text.map_or_else(|| "–".to_owned(), |text| shown_short(text, 80))
}

/// `2026-04-17 19:42:07.318`, UTC, as everywhere in such a text.
pub(super) fn when(at: Option<Instant>) -> String {
    match at {
        None => "no time".to_owned(),
        Some(at) => at.to_string().trim_end_matches('Z').replacen('T', " ", 1),
    }
}

/// Columns of a time to the millisecond.
pub(super) const TIME: usize = 23;

/// Where a record is, and what is wrong with it.
pub(super) fn place(place: &Place) -> String {
    let seq = place.seq.map_or_else(|| "no seq".to_owned(), |seq| format!("seq {}", grouped(seq)));
    let mut out = match &place.log {
        None => seq,
        Some(log) => format!("{seq} of {}", shown_short(log, 60)),
    };
    if let Some(word) = place.damage {
        let _ = write!(out, " (record {word})");
    }
    out
}
