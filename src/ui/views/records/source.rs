//! The rows that pass, as the table asks for them: only cells that are seen are made.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::app::Session;
use crate::app::ask::Rows;
use crate::app::facts::Facts;
use crate::columns::{Column, Value};
use crate::evidence::{Evidence, Marks};
use crate::query::Mark as MarkOf;
use crate::record::sealed::hex;
use crate::record::{Kind, time};
use crate::ui::icon::{self, Icon};
use crate::ui::table::{self, Cell, Ink, Lead, Mark, RowStyle, TableSource};
use crate::ui::theme::VerdictState;
use crate::ui::words;

use super::columns::{BUNDLE, MARK, SEQ, TIME, ZONED};

/// So far back the record of the same model is looked for, to see whether its version is another.
const BACK: u64 = 24;

/// Marks of the user's, as they stand in the first column.
const NOTED: (Icon, Ink, &str) = (icon::NOTE, Ink::Accent, "note");
/// See [`NOTED`].
const TAGGED: (Icon, Ink, &str) = (icon::TAG, Ink::Text2, "tagged");

/// What a column shows.
enum Shown<'a> {
    Mark,
    Seq,
    Time,
    Zoned,
    Bundle,
    /// `None` while it is not there yet; an error where there will be none.
    Field(&'a str, Option<&'a Result<Arc<Column>, String>>),
}

/// The rows of a session under its filter.
pub(super) struct Source<'a> {
    rows: Option<&'a Rows>,
    evidence: &'a Evidence,
    facts: &'a Facts,
    kinds: &'a [u8],
    shown: Vec<Shown<'a>>,
    marks: Option<Arc<Marks>>,
    version: Option<&'a Column>,
    model: Option<&'a Column>,
    overridden: Option<&'a Column>,
    /// Whether rows are in the order of the log or of time.
    is_in_time: bool,
    zone: Option<Tz>,
    /// Whether the first column has room for words.
    is_wide: bool,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        session: &'a Session,
        rows: &'a Rows,
        columns: &'a table::Columns,
        is_in_time: bool,
        zone: Option<Tz>,
    ) -> Self {
        let answered = &session.answered;
        let shown = columns.list.iter().map(|column| match column.key.as_str() {
            MARK => Shown::Mark,
            SEQ => Shown::Seq,
            TIME => Shown::Time,
            ZONED => Shown::Zoned,
            BUNDLE => Shown::Bundle,
            name => Shown::Field(name, answered.columns.get(name)),
        });
        let column = |name: &str| answered.columns.get(name).and_then(|column| column.as_deref().ok());
        Self {
            rows: Some(rows),
            evidence: session.evidence(),
            facts: session.facts(),
            kinds: session.evidence().kinds().unwrap_or_default(),
            shown: shown.collect(),
            marks: session.evidence().marks(),
            version: column("version"),
            model: column("model"),
            overridden: column("overridden"),
            is_in_time,
            zone,
            is_wide: !session.facts().damage.is_empty(),
        }
    }

    fn zoned(&self, row: u32) -> Option<String> {
        Some(words::zoned(self.evidence.times().instant(row)?, self.zone?))
    }

    /// What the bundle of a row is called.
    fn bundle(&self, row: u32) -> &'a str {
        let at = crate::app::findings::bundle_of(self.evidence, row);
        at.and_then(|at| self.facts.names.get(at)).map_or("", String::as_str)
    }

    /// The row of the log at a place of the table.
    pub(super) fn row(&self, place: u64) -> Option<u32> {
        self.rows.and_then(|rows| rows.row(u32::try_from(place).ok()?))
    }

    /// What a cell holds, as the record writes it.
    pub(super) fn value(&self, place: u64, column: usize) -> Option<String> {
        let row = self.row(place)?;
        Some(match self.shown.get(column)? {
            Shown::Mark => self.mark(row).words().into_owned(),
            Shown::Seq => self.evidence.seqs().seq(row).map_or_else(String::new, |seq| seq.to_string()),
            Shown::Time => self.evidence.times().instant(row).map_or_else(String::new, time::shown),
            Shown::Zoned => self.zoned(row).unwrap_or_default(),
            Shown::Bundle => self.bundle(row).to_owned(),
            Shown::Field(_, Some(Ok(column))) => column.cell(row).to_string(),
            Shown::Field(..) => return None,
        })
    }

    /// The value of a cell that a filter can ask for.
    pub(super) fn text(&self, place: u64, column: usize) -> Option<String> {
        let row = self.row(place)?;
        match self.shown.get(column)? {
            Shown::Field(_, Some(Ok(column))) => column.cell(row).texts().next().map(str::to_owned),
            // Filters ask for bundles by their digest: names are this machine's own.
            Shown::Bundle => self.evidence.place(row)?.0.index.report.bundle_digest.as_ref().map(hex),
            _ => None,
        }
    }

    /// What is wrong with a record, and what the user noted on it.
    fn mark(&self, row: u32) -> Cell<'a> {
        let has = |mark: MarkOf| self.marks.as_ref().is_some_and(|marks| marks.has(mark, row));
        let noted = match (has(MarkOf::Note), has(MarkOf::Tag)) {
            (false, false) => &[][..],
            (true, false) => &[NOTED],
            (false, true) => &[TAGGED],
            (true, true) => &[NOTED, TAGGED],
        };
        match (self.facts.damage.get(&row).copied(), noted) {
            (Some(word), noted) => {
                let state = if word == "invalid" { VerdictState::Unverifiable } else { VerdictState::Broken };
                let lead = Lead::Icon(state.icon(), Ink::Verdict(state));
                Cell::text(word).ink(Ink::Verdict(state)).lead(lead).trail(noted)
            }
            (None, []) => Cell::default(),
            (None, [(icon, ink, word), more @ ..]) => Cell::text(*word)
                .ink(Ink::Text2)
                .lead(Lead::Icon(*icon, *ink))
                .trail(if self.is_wide { more } else { &[] }),
        }
    }

    fn field(&self, name: &str, column: &'a Column, row: u32) -> Cell<'a> {
        let cell = column.cell(row);
        let mut values = cell.values();
        let (first, second) = (values.next(), values.next());
        drop(values);
        let Some(first) = first.filter(|first| *first != Value::Null) else {
            return if cell.is_absent() { Cell::none() } else { Cell::text("null").ink(Ink::Faint) };
        };
        if second.is_some() {
            return Cell::text(cell.to_string());
        }
        let text = match first {
            Value::Number(text) => words::number(text),
            Value::Nested => return Cell::text("{…}").ink(Ink::Faint),
            value => value.text().unwrap_or_default().to_owned(),
        };
        match name {
            "version" => {
                let model = self.model.map(|column| column.cell(row));
                let model = model.as_ref().and_then(|cell| cell.texts().next()).unwrap_or_default();
                let colour = Ink::Category(self.facts.colours.place(model, &text));
                Cell::text(text).lead(Lead::Bar(colour))
            }
            "result" => {
                // Others have results as well; what the system record says is about decisions.
                let is_decision = self.kinds.get(row as usize) == Some(&Kind::Decision.place());
                let lead = if is_decision { self.result(&text) } else { Lead::None };
                Cell::text(text).lead(lead)
            }
            "confidence" | "output.confidence" => {
                let share = text.parse::<f32>().ok().filter(|share| (0.0..=1.0).contains(share));
                Cell::figure(text).lead(share.map_or(Lead::None, Lead::Meter))
            }
            "reviewed" | "overridden" => self.review(name, &text, row),
            _ if matches!(first, Value::Number(_)) => Cell::figure(text),
            _ => Cell::text(text),
        }
    }

    /// What became of a decision under review, in one word.
    fn review(&self, name: &str, text: &str, row: u32) -> Cell<'a> {
        let is_over = self.overridden.is_some_and(|column| column.cell(row).texts().any(|text| text == "true"));
        match (name, text) {
            (_, "true") if is_over || name == "overridden" => {
                Cell::text("override").strong().lead(Lead::Icon(icon::ARROW_U_UP_LEFT, Ink::Text2))
            }
            (_, "true") => Cell::text("reviewed"),
            _ => Cell::none(),
        }
    }

    fn result(&self, text: &str) -> Lead {
        match (self.facts.adverse.contains(text), self.facts.favourable.contains(text)) {
            (true, false) => Lead::Mark(Mark::Filled),
            (false, true) => Lead::Mark(Mark::Outlined),
            _ if self.facts.adverse.is_empty() && self.facts.favourable.is_empty() => Lead::None,
            _ => Lead::Mark(Mark::Half),
        }
    }
}

impl TableSource for Source<'_> {
    fn rows(&self) -> u64 {
        self.rows.map_or(0, |rows| rows.count().into())
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell<'_>> {
        let row = self.row(place)?;
        Some(match self.shown.get(column)? {
            Shown::Mark => self.mark(row),
            Shown::Seq => match self.evidence.seqs().seq(row) {
                Some(seq) => Cell::figure(crate::ui::widgets::figures::count(seq)).ink(Ink::Text2),
                None => Cell::none(),
            },
            Shown::Time => match self.evidence.times().instant(row) {
                Some(instant) => Cell::figure(words::time(instant)),
                None => Cell::text("cannot be placed").ink(Ink::Faint),
            },
            Shown::Zoned => self.zoned(row).map_or_else(Cell::none, |text| Cell::figure(text).ink(Ink::Text2)),
            Shown::Bundle => Cell::text(self.bundle(row)).ink(Ink::Text2),
            Shown::Field(name, Some(Ok(column))) => self.field(name, column, row),
            Shown::Field(_, Some(Err(_))) => Cell::text("too varied").ink(Ink::Faint),
            Shown::Field(_, None) => return None,
        })
    }

    fn row_style(&self, place: u64) -> RowStyle {
        let parted = || -> Option<bool> {
            let (version, row) = (self.version?, self.row(place)?);
            let own = version.cell(row);
            let own = own.texts().next()?;
            for back in 1..=BACK.min(place) {
                let before = self.row(place - back)?;
                let of_same = self.model.is_none_or(|model| model.code(before) == model.code(row));
                let cell = version.cell(before);
                // Decisions of other models, and records without a version, stand between.
                if let Some(other) = cell.texts().next().filter(|_| of_same) {
                    return Some(other != own);
                }
            }
            None
        };
        RowStyle { parted: self.is_in_time && parted().unwrap_or_default() }
    }

    fn copied(&self, place: u64, column: usize) -> Option<String> {
        self.value(place, column)
    }
}
