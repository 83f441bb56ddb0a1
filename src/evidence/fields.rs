//! The fields of the evidence: which there are, and their columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lines;
use super::several::{self, Joint};
use super::{Evidence, EvidenceError, Log};
use crate::bundle::reading::Watch;
use crate::columns::{
    Bitmap, Column, ColumnBuilder, Facet, Histogram, Piece, Selection, Spread, TooVaried, Value, compose, concat,
    facet, histogram, spread,
};
use crate::index::Counts;
use crate::query::{Alias, Expr, Field, FieldType, Path, Query, Term, Test, Unknown};

/// A field of any of the bundles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogued {
    /// As it is written in filters.
    pub name: String,
    /// What it is.
    pub field: Field,
    /// How often which type of value stands there, in all bundles; nothing for aliases.
    pub counts: Counts,
    /// Some values.
    pub examples: Vec<String>,
    /// Whether every bundle that has it has a column of it.
    pub has_column: bool,
    /// Its place in each bundle's index, where that has it.
    pub(super) places: Vec<Option<usize>>,
}

/// Every field of the bundles, by name.
pub(super) fn catalogue(logs: &[Log]) -> Vec<Catalogued> {
    let mut by_name: BTreeMap<(bool, String), Catalogued> = BTreeMap::new();
    for (n, log) in logs.iter().enumerate() {
        for (place, info) in log.index.fields.iter().enumerate() {
            let Some(field) = read(&info.name) else { continue };
            let known = by_name.entry((info.is_alias, info.name.clone())).or_insert_with(|| Catalogued {
                name: info.name.clone(),
                field,
                counts: Counts::default(),
                examples: Vec::new(),
                has_column: true,
                places: vec![None; logs.len()],
            });
            known.counts.add(info.counts);
            known.has_column &= info.has_column;
            for example in &info.examples {
                if known.examples.len() < 3 && !known.examples.contains(example) {
                    known.examples.push(example.clone());
                }
            }
            known.places[n] = Some(place);
        }
    }
    by_name.into_values().collect()
}

/// The field with that canonical text.
fn read(name: &str) -> Option<Field> {
    match crate::query::parse(&format!("has:{name}"), &Unknown).ok()?.expr {
        Expr::Term(Term::Field { field, .. }) => Some(field),
        _ => None,
    }
}

impl Evidence {
    /// The field of that name, as filters write it; `id` is the record's own, also where records have a member of that name.
    ///
    /// # Errors
    /// What is wrong with the name, and a likely fix.
    pub fn field(&self, name: &str) -> Result<Field, String> {
        let text = format!("has:{}", if name == "id" { "audit_id" } else { name });
        match self.parse(&text) {
            Ok(Query { expr: Expr::Term(Term::Field { field, test: Test::Present }), .. }) => Ok(field),
            Ok(_) => Err("this is not the name of one field".to_owned()),
            Err(error) => {
                let hint = error.hint(&text).map(|hint| format!(" — {hint}")).unwrap_or_default();
                Err(format!("{error}{hint}"))
            }
        }
    }

    /// Every field, in the order of names, aliases behind paths.
    #[must_use]
    pub fn fields(&self) -> &[Catalogued] {
        &self.fields
    }

    pub(super) fn catalogued(&self, name: &str) -> Option<&Catalogued> {
        let is_alias = Alias::find(name).is_some();
        let key = (is_alias, name);
        let at =
            self.fields.partition_point(|field| (matches!(field.field, Field::Alias(_)), field.name.as_str()) < key);
        self.fields.get(at).filter(|field| field.name == name)
    }

    /// Whether records have texts at the path of an alias' own name.
    pub(super) fn is_shadowed(&self, alias: &str) -> bool {
        let own = self.catalogued(&format!("\"{alias}\""));
        own.is_some_and(|own| own.counts.texts + own.counts.numbers + own.counts.booleans > 0)
    }

    /// The column of a field: loaded, or made in one pass over the log where it has none yet. A field that no record has is
    /// a column of nothing.
    ///
    /// # Errors
    /// [`EvidenceError::TooVaried`] where it has more distinct values than a column can hold.
    pub fn column(&self, field: &Field, watch: &dyn Watch) -> Result<Arc<Column>, EvidenceError> {
        let name = field.to_string();
        if let Some(column) = self.loaded(&name)? {
            return Ok(column);
        }
        let known = self.catalogued(&name);
        if let Field::Alias(alias) = field {
            let column = match (&self.logs[..], known) {
                _ if alias.is_of_line() => match lines::meaning(alias) {
                    Some(derived) => Some(Arc::new(self.column_of_lines(derived)?)),
                    None => None,
                },
                _ if is_of_rows(alias) => Some(self.column_of_rows(alias, watch)?),
                ([only], Some(known)) if known.has_column && self.reading.is_none() => match known.places[0] {
                    Some(place) => only.index.column(place)?,
                    None => None,
                },
                // Its records name each other across logs, or are made of fields whose columns were not there before.
                _ => self.joined(watch)?.column(alias.name),
            };
            return self.keep(name.clone(), column.ok_or(EvidenceError::TooVaried(name))?);
        }
        let mut parts = Vec::with_capacity(self.logs.len());
        for (n, log) in self.logs.iter().enumerate() {
            let place = known.and_then(|known| known.places[n]);
            let column = match (place, field) {
                // At lists a number picks an element; the index knows such names as those of members alone.
                (_, Field::Path(path)) if path.picks() => log.index.make_column(path, watch)?,
                (Some(place), Field::Path(_)) if log.index.fields[place].has_column => log.index.column(place)?,
                (Some(_), Field::Path(path)) => log.index.make_column(path, watch)?,
                // Beyond the paths that are told apart there are others.
                (None, Field::Path(path)) if log.index.beyond > 0 => log.index.make_column(path, watch)?,
                (None, _) | (_, Field::Alias(_)) => Some(nothing(log.index.rows, field)?),
            };
            parts.push(column.ok_or_else(|| EvidenceError::TooVaried(name.clone()))?);
        }
        let column = match &parts[..] {
            [only] => Arc::clone(only),
            parts => {
                let parts: Vec<&Column> = parts.iter().map(AsRef::as_ref).collect();
                Arc::new(concat(&parts).map_err(|_| EvidenceError::TooVaried(name.clone()))?)
            }
        };
        self.keep(name, column)
    }

    /// The column of an alias that no index has one of: what every row has, or nearly every row has another of.
    fn column_of_rows(&self, alias: &'static Alias, watch: &dyn Watch) -> Result<Arc<Column>, EvidenceError> {
        let path = |name: &str| Path::new(vec![name.to_owned()]).map(Field::Path);
        let too_varied = || EvidenceError::TooVaried(alias.name.to_owned());
        // The record's own member of that name, where it has a text, comes before all else.
        let own = match path(alias.name).filter(|_| self.is_shadowed(alias.name)) {
            Some(own) => Some(self.column(&own, watch)?),
            None => None,
        };
        let meant = match (alias.name, path("timestamp"), path("audit_id")) {
            ("time", Some(timestamp), _) => self.column(&timestamp, watch)?,
            ("id", _, Some(id)) => self.column(&id, watch)?,
            _ => Arc::new(self.column_of_seqs().map_err(|_| too_varied())?),
        };
        let has_own = |row: u32| own.as_ref().is_some_and(|own| own.cell(row).texts().next().is_some());
        let pick = |row: u32| match alias.name {
            _ if has_own(row) => Some(1),
            "time" => self.times.nanos(row).map(|_| 0),
            _ => Some(0),
        };
        let sources: Vec<&Column> = std::iter::once(&meant).chain(&own).map(AsRef::as_ref).collect();
        compose(self.rows(), pick, &sources, alias.field_type).map(Arc::new).map_err(|_| too_varied())
    }

    fn column_of_seqs(&self) -> Result<Column, TooVaried> {
        const STRETCH: u32 = 1 << 16;
        let mut builder = ColumnBuilder::new();
        for first in (0..self.rows()).step_by(STRETCH as usize) {
            let mut piece = Piece::new();
            let rows = STRETCH.min(self.rows() - first);
            for row in 0..rows {
                if let Some(seq) = self.seqs.seq(first + row) {
                    piece.push(row, Value::Number(&seq.to_string()));
                }
            }
            builder.append(first, rows, &piece);
        }
        builder.finish(self.rows(), FieldType::Number)
    }

    /// What is known only by following references: within the bundles together, or within one whose index could not say.
    pub(super) fn joined(&self, watch: &dyn Watch) -> Result<&Joint, EvidenceError> {
        if let Some(joined) = self.joined.get() {
            return Ok(joined);
        }
        let joined = several::join(self, watch)?;
        Ok(self.joined.get_or_init(|| joined))
    }

    /// Whether a column is there, or can be read without a pass over a log.
    pub(super) fn has_column(&self, field: &Field) -> bool {
        let name = field.to_string();
        let is_known = || self.catalogued(&name).is_some_and(|known| known.has_column);
        self.loaded(&name).is_ok_and(|column| column.is_some())
            || match field {
                Field::Alias(alias) if is_of_rows(alias) => false,
                Field::Alias(_) if self.logs.len() > 1 => self.joined.get().is_some(),
                _ => is_known(),
            }
    }

    fn loaded(&self, name: &str) -> Result<Option<Arc<Column>>, EvidenceError> {
        let table = self.table.lock().map_err(|_| EvidenceError::Poisoned)?;
        Ok(table.column(name).cloned())
    }

    fn keep(&self, name: String, column: Arc<Column>) -> Result<Arc<Column>, EvidenceError> {
        let mut table = self.table.lock().map_err(|_| EvidenceError::Poisoned)?;
        table.insert(name, Arc::clone(&column));
        Ok(column)
    }

    /// How often each value of a field stands in a selection, the `limit` most frequent first.
    ///
    /// # Errors
    /// As [`Evidence::column`].
    pub fn facet(
        &self,
        field: &Field,
        selection: &Selection,
        limit: usize,
        watch: &dyn Watch,
    ) -> Result<Facet, EvidenceError> {
        Ok(facet(&*self.column(field, watch)?, selection.bitmap(), limit))
    }

    /// How the numbers of a field spread in a selection, in at most so many stretches.
    ///
    /// # Errors
    /// As [`Evidence::column`].
    pub fn spread(
        &self,
        field: &Field,
        selection: &Selection,
        stretches: usize,
        watch: &dyn Watch,
    ) -> Result<Spread, EvidenceError> {
        Ok(spread(&*self.column(field, watch)?, selection.bitmap(), stretches))
    }

    /// How the rows spread over time: all that count, and those selected.
    #[must_use]
    pub fn histogram(&self, selection: &Selection, range: Option<(i64, i64)>, max_buckets: u32) -> Histogram {
        let whole = self.hidden.as_deref().map(|hidden| {
            let mut whole = Bitmap::all(self.rows());
            whole.and_not(hidden);
            whole
        });
        histogram(&self.times, range, whole.as_ref(), selection.bitmap(), max_buckets)
    }
}

/// Whether an alias stands for what every row has, or nearly every row has another of: no index keeps its column.
fn is_of_rows(alias: &Alias) -> bool {
    matches!(alias.name, "time" | "seq" | "id")
}

fn nothing(rows: u32, field: &Field) -> Result<Arc<Column>, EvidenceError> {
    let column = ColumnBuilder::new().finish(rows, field.field_type());
    column.map(Arc::new).map_err(|_| EvidenceError::TooVaried(field.to_string()))
}
