//! What is chosen: the records that work is done on, and the filters that the case keeps.

use super::ask::Rows;
use super::{App, View};
use crate::case::Digest;
use crate::case::entry::Value;

impl App {
    /// How many records are selected: what is tagged, and what a note is on.
    #[must_use]
    pub fn chosen(&self) -> u64 {
        match self.places.iter().map(|(from, to)| to - from + 1).sum() {
            0 => u64::from(self.selected.is_some()),
            several => several,
        }
    }

    /// The filters that the case keeps under a name: each with its item, its name and its text.
    #[must_use]
    pub fn saved_filters(&self) -> Vec<(Digest, String, String)> {
        let case = self.session.as_ref().and_then(|session| session.case());
        let Some(case) = case.filter(|case| case.count_of("filter") > 0) else { return Vec::new() };
        let values = case.items().flat_map(|(item, held)| held.values().into_iter().map(move |value| (item, value)));
        let filters = values.filter_map(|(item, value)| match value {
            Value::Filter { name, filter } => Some((item, name.clone(), filter.clone())),
            _ => None,
        });
        filters.collect()
    }

    /// The rows that are selected: what is tagged, and what a note is on.
    #[must_use]
    pub fn rows_chosen(&self) -> Vec<u32> {
        self.rows_or_chosen(Vec::new())
    }

    /// The rows that a note is being written on: those that are selected, unless it is gone on with one that was begun.
    #[must_use]
    pub fn rows_noted(&self) -> Vec<u32> {
        self.noted.clone().unwrap_or_else(|| self.rows_chosen())
    }

    /// The rows given, or else those that are selected.
    pub(super) fn rows_or_chosen(&self, rows: Vec<u32>) -> Vec<u32> {
        let answered = self.table_rows();
        let (true, Some(answered)) = (rows.is_empty() && !self.places.is_empty(), answered) else {
            return self.rows_or_selected(rows);
        };
        let places = self.places.iter().flat_map(|(from, to)| *from..=*to);
        places.filter_map(|place| answered.row(u32::try_from(place).ok()?)).collect()
    }

    /// The rows of the table of the view.
    #[must_use]
    pub fn table_rows(&self) -> Option<&Rows> {
        let answered = &self.session.as_ref()?.answered;
        if self.view == View::Timeline { answered.below.as_ref() } else { answered.rows.as_ref() }
    }

    /// The rows given, or else the record shown.
    pub(super) fn rows_or_selected(&self, rows: Vec<u32>) -> Vec<u32> {
        if rows.is_empty() { self.selected.into_iter().collect() } else { rows }
    }
}
