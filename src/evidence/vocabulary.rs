//! What is known of the evidence while a filter is typed: its paths, and values with how many records have them. It answers at
//! once: from the catalogue, and from columns that are loaded or can be.

use super::{Evidence, lines};
use crate::columns::{Bitmap, facet};
use crate::query::value::pattern::fold;
use crate::query::vocabulary::{Known, KnownPath, KnownValue};
use crate::query::{Field, Mark, Path, Vocabulary};

/// Values of a field that are looked at for a completion: a field with more is completed from the most frequent ones.
const MAX_VALUES: usize = 100_000;

impl Vocabulary for Evidence {
    fn is_complete(&self) -> bool {
        // Beyond so many paths there are others.
        self.logs.iter().all(|log| log.index.beyond == 0)
    }

    fn at(&self, path: &Path) -> Known {
        match self.catalogued(&path.to_string()) {
            None => Known::Nothing,
            Some(field) if field.counts.booleans + field.counts.numbers + field.counts.texts > 0 => Known::Values,
            Some(_) => Known::Members,
        }
    }

    fn paths(&self) -> Vec<KnownPath> {
        let paths = self.fields().iter().filter_map(|field| match &field.field {
            Field::Path(path) if field.counts.booleans + field.counts.numbers + field.counts.texts > 0 => {
                Some(KnownPath { path: path.clone(), records: field.counts.records })
            }
            _ => None,
        });
        paths.collect()
    }

    fn values(&self, field: &Field, part: &str, limit: usize) -> Vec<KnownValue> {
        let folded = fold(part);
        let is_meant = |text: &str| folded.is_empty() || fold(text).contains(&folded);
        if let Field::Alias(alias) = field
            && let Some(derived) = lines::meaning(alias)
        {
            return self
                .values_of_lines(derived)
                .into_iter()
                .filter(|known| is_meant(&known.text))
                .take(limit)
                .collect();
        }
        // A column that would have to be made is not waited for.
        if !self.has_column(field) {
            return Vec::new();
        }
        let Ok(column) = self.column(field, &crate::bundle::reading::Unwatched) else { return Vec::new() };
        let mut all = Bitmap::all(column.len());
        if let Ok(table) = self.table.lock()
            && let Some(hidden) = table.hidden()
        {
            all.and_not(hidden);
        }
        let values = facet(&column, &all, MAX_VALUES).values.into_iter();
        values
            .filter(|value| is_meant(&value.text))
            .take(limit)
            .map(|value| KnownValue { text: value.text, records: Some(value.count.into()) })
            .collect()
    }

    fn marks(&self, mark: Mark, part: &str, limit: usize) -> Vec<KnownValue> {
        self.known_marks(mark, part, limit)
    }
}
