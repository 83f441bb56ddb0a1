//! The fields of the evidence: which there are, and their columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Evidence, EvidenceError, Log};
use crate::bundle::reading::Watch;
use crate::columns::{Column, ColumnBuilder, Facet, Histogram, Selection, concat, facet, histogram};
use crate::index::Counts;
use crate::query::{Alias, Expr, Field, Term, Unknown};

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
        if let Some(joined) = &self.joined
            && let Field::Alias(alias) = field
        {
            let column = joined.column(alias.name).ok_or_else(|| EvidenceError::TooVaried(name.clone()))?;
            return self.keep(name, column);
        }
        let known = self.catalogued(&name);
        let mut parts = Vec::with_capacity(self.logs.len());
        for (n, log) in self.logs.iter().enumerate() {
            let place = known.and_then(|known| known.places[n]);
            let column = match (place, field) {
                (Some(place), _) if log.index.fields[place].has_column => log.index.column(place)?,
                (Some(_), Field::Path(path)) => log.index.make_column(path, watch)?,
                // A path by numbers of elements is in no catalogue.
                (None, Field::Path(path)) if path.members().iter().any(|name| is_index(name)) => {
                    log.index.make_column(path, watch)?
                }
                (None, Field::Path(_)) => Some(nothing(log.index.rows, field)?),
                (_, Field::Alias(alias)) => self.column_of_alias(log, alias, watch)?,
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

    /// The one alias that is the id alone: the column of its path, made on demand.
    fn column_of_alias(
        &self,
        log: &Log,
        alias: &'static Alias,
        watch: &dyn Watch,
    ) -> Result<Option<Arc<Column>>, EvidenceError> {
        let path = match alias.name {
            "id" if !self.is_shadowed("id") => "audit_id",
            _ => return Ok(None),
        };
        let Some(place) = log.index.field(path) else {
            return Ok(Some(nothing(log.index.rows, &Field::Alias(alias))?));
        };
        if log.index.fields[place].has_column {
            return Ok(log.index.column(place)?);
        }
        match read(path) {
            Some(Field::Path(path)) => Ok(log.index.make_column(&path, watch)?),
            _ => Ok(None),
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

    /// How the rows spread over time: all of them, and those selected.
    #[must_use]
    pub fn histogram(&self, selection: &Selection, range: Option<(i64, i64)>, max_buckets: u32) -> Histogram {
        histogram(&self.times, range, None, selection.bitmap(), max_buckets)
    }
}

/// Whether a name picks an element of a list.
pub(super) fn is_index(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn nothing(rows: u32, field: &Field) -> Result<Arc<Column>, EvidenceError> {
    let column = ColumnBuilder::new().finish(rows, field.field_type());
    column.map(Arc::new).map_err(|_| EvidenceError::TooVaried(field.to_string()))
}
