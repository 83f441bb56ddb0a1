//! The columns of a table as a user left them: which, in what order, how wide, how many stand still. Kept with the settings, by the
//! kind of the records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{App, shape};
use crate::query::Field;
use crate::record::Kind;

/// So many columns are kept of a kind.
const MAX_COLUMNS: usize = 64;

/// The least and the greatest width that is kept.
const WIDTHS: (f32, f32) = (40.0, 1200.0);

/// The longest name of a column that is kept, in bytes.
const MAX_NAME: usize = 1024;

/// The columns of one kind of records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// The fields behind place and time, in their order, by name.
    pub fields: Vec<String>,
    /// Widths in points, by the name of the column.
    pub widths: BTreeMap<String, f32>,
    /// How many columns stand still at the left; as at first where it does not say.
    pub frozen: Option<usize>,
}

/// The layouts by the name of their kind; that of all kinds together has none.
pub type Layouts = BTreeMap<String, Layout>;

/// The name that the layout of a kind is kept under.
#[must_use]
pub fn key(kind: Option<Kind>) -> &'static str {
    kind.map_or("", Kind::name)
}

impl Layout {
    /// With everything in its bounds.
    fn sane(mut self) -> Self {
        let is_name = |name: &str| !name.is_empty() && name.len() <= MAX_NAME;
        let mut known = std::collections::BTreeSet::new();
        self.fields.retain(|name| is_name(name) && known.insert(name.clone()));
        self.fields.truncate(MAX_COLUMNS);
        self.widths.retain(|name, width| is_name(name) && width.is_finite());
        self.widths = std::mem::take(&mut self.widths)
            .into_iter()
            .take(2 * MAX_COLUMNS)
            .map(|(name, width)| (name, width.clamp(WIDTHS.0, WIDTHS.1)))
            .collect();
        self.frozen = self.frozen.map(|frozen| frozen.min(MAX_COLUMNS));
        self
    }

    /// Takes in what the table shows now. Fields that it does not show because no record has them stay behind the others, with
    /// their widths: another log may have them.
    pub fn take(&mut self, now: Self, is_known: impl Fn(&str) -> bool) {
        let unknown: Vec<String> = self.fields.iter().filter(|name| !is_known(name)).cloned().collect();
        self.fields = now.fields;
        self.fields.extend(unknown);
        self.widths.extend(now.widths);
        self.frozen = now.frozen.or(self.frozen);
        *self = std::mem::take(self).sane();
    }
}

/// Layouts with everything in its bounds, and of kinds that there are.
#[must_use]
pub fn sane(layouts: Layouts) -> Layouts {
    let is_kind = |name: &str| name.is_empty() || Kind::ALL.iter().any(|kind| kind.name() == name);
    layouts.into_iter().filter(|(name, _)| is_kind(name)).map(|(name, layout)| (name, layout.sane())).collect()
}

impl App {
    /// The names of the columns shown, behind place and time: those that were chosen, as far as any record has them.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.columns_of(self.table_kind())
    }

    /// The same of a table of that kind.
    pub(super) fn columns_of(&self, kind: Option<Kind>) -> Vec<String> {
        let layout = self.settings.columns.get(key(kind));
        let chosen =
            layout.map(|layout| layout.fields.iter().filter(|name| self.is_field(kind, name)).cloned().collect());
        chosen.unwrap_or_else(|| shape::columns(kind))
    }

    /// How the columns were left, where they were changed.
    #[must_use]
    pub fn layout(&self) -> Option<&Layout> {
        self.settings.columns.get(key(self.table_kind()))
    }

    /// Whether a name stands for something that records here have, or for all of that kind.
    fn is_field(&self, kind: Option<Kind>, name: &str) -> bool {
        let is_of_records = || {
            let session = self.session.as_ref();
            session.is_none_or(|session| session.evidence().fields().iter().any(|known| known.name == name))
        };
        match shape::field(name) {
            Some(Field::Alias(_)) => true,
            Some(Field::Path(_)) => shape::columns(kind).iter().any(|usual| usual == name) || is_of_records(),
            None => false,
        }
    }

    pub(super) fn keep_layout(&mut self, kind: Option<Kind>, now: Layout) {
        let before = self.columns();
        let mut kept = self.settings.columns.remove(key(kind)).unwrap_or_default();
        kept.take(now, |name| self.is_field(self.table_kind(), name));
        self.settings.columns.insert(key(kind).to_owned(), kept);
        self.keep_settings();
        if before != self.columns() {
            self.ask();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(fields: &[&str]) -> Layout {
        Layout { fields: fields.iter().map(|&name| name.to_owned()).collect(), ..Layout::default() }
    }

    #[test]
    fn what_is_kept_has_bounds() {
        let many: Vec<String> = (0..100).map(|n| format!("f{n}")).collect();
        let widths = [("a", 5.0), ("b", 5e9), ("c", f32::NAN), ("d", 100.0)];
        let widths = widths.map(|(name, width)| (name.to_owned(), width)).into();
        let kept = Layout { fields: many.clone(), widths, frozen: Some(usize::MAX) }.sane();
        assert_eq!(kept.fields, many[..MAX_COLUMNS]);
        let widths: Vec<(&str, f32)> = kept.widths.iter().map(|(name, width)| (name.as_str(), *width)).collect();
        assert_eq!(widths, [("a", 40.0), ("b", 1200.0), ("d", 100.0)]);
        assert_eq!(kept.frozen, Some(MAX_COLUMNS));
        assert_eq!(layout(&["a", "b", "a", ""]).sane(), layout(&["a", "b"]));
        let layouts: Layouts = ["", "decision", "nonsense"].map(|kind| (kind.to_owned(), layout(&["a"]))).into();
        assert_eq!(sane(layouts).into_keys().collect::<Vec<_>>(), ["", "decision"]);
    }

    #[test]
    fn fields_that_no_record_has_are_kept() {
        let mut kept = layout(&["here", "elsewhere", "there"]);
        kept.widths.insert("elsewhere".to_owned(), 300.0);
        kept.take(layout(&["there"]), |name| name != "elsewhere");
        assert_eq!(kept.fields, ["there", "elsewhere"]);
        assert_eq!(kept.widths.get("elsewhere"), Some(&300.0));
    }
}
