//! What is shown, whoever looks: all that a picture of a view is drawn from beside the evidence, so that anybody can draw the same
//! picture again. Nothing in it is about a user: no cursor, no selection, no theme.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::layout::{self, Layout};
use super::models;
use super::places::Places;
use super::settings::Results;
use super::timeline::arrange::Arrangement;
use super::timeline::lanes::Grouping;
use super::{App, Command, ThemeChoice, View, shape};
use crate::case::entry::Value;
use crate::evidence::SortKey;
use crate::jobs::Waker;
use crate::record::Kind;

/// What is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Which view.
    pub view: View,
    /// The filter, as it reads in full; empty for every record.
    pub filter: String,
    /// The kind of the records, by name, where one was chosen beside the filter.
    pub kind: Option<String>,
    /// The stretch of time that is looked at, both ends in it, where that is not all of it.
    pub time: Option<[DateTime<Utc>; 2]>,
    /// The order of the rows: names of fields, `-` before those that descend; empty for the usual one.
    pub order: Vec<String>,
    /// The place of the first row in that order.
    pub first_row: u64,
    /// The columns of the table, where they were changed.
    pub columns: Option<Layout>,
    /// The lanes of the timeline.
    pub lanes: Arrangement,
    /// The model that lanes of one model are about, where one was chosen.
    pub model: Option<String>,
    /// What the colours of decisions stand for.
    pub grouping: Grouping,
    /// What of the models is looked at.
    pub models: models::Looked,
    /// The bundle that Integrity shows, by its place, where one was chosen.
    pub bundle: Option<usize>,
    /// A second zone, by its name.
    pub zone: Option<String>,
    /// How results are read where a log does not say that.
    pub results: Option<Results>,
    /// Marks and spans of the case.
    pub marks: Vec<Value>,
}

impl Shown {
    /// A view as it is at first.
    #[must_use]
    pub fn new(view: View) -> Self {
        Self {
            view,
            filter: String::new(),
            kind: None,
            time: None,
            order: Vec::new(),
            first_row: 0,
            columns: None,
            lanes: Arrangement::default(),
            model: None,
            grouping: Grouping::default(),
            models: models::Looked::default(),
            bundle: None,
            zone: None,
            results: None,
            marks: Vec::new(),
        }
    }

    /// The chosen kind.
    fn kind(&self) -> Option<Kind> {
        let name = self.kind.as_deref()?;
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The stretch of time as a filter writes it.
    #[must_use]
    pub fn time_words(&self) -> Option<String> {
        let [from, to] = self.time?;
        let words = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        Some(format!("{}..{}", words(from), words(to)))
    }
}

impl App {
    /// An app in which nobody works, for a picture of what is shown: nothing of it is selected or under a pointer, and tools are not
    /// drawn. `user` is a place of its own, which may be thrown away.
    #[must_use]
    pub fn still(waker: Waker, user: Places, shown: &Shown) -> Self {
        let mut app = Self::new(waker, user);
        app.is_still = true;
        app.is_detail_open = false;
        app.settings.theme = ThemeChoice::Light;
        app.settings.zone.clone_from(&shown.zone);
        app.settings.results.clone_from(&shown.results);
        app.settings.lanes = shown.lanes.clone();
        if let Some(columns) = &shown.columns {
            app.settings.columns.insert(layout::key(shown.kind()).to_owned(), columns.clone());
        }
        app
    }

    /// Whether nobody works in it: it is there for a picture.
    #[must_use]
    pub fn is_still(&self) -> bool {
        self.is_still
    }

    /// Shows that, once the evidence is open.
    pub fn show(&mut self, shown: &Shown) {
        self.apply(Command::SetFilter(shown.filter.clone()));
        self.apply(Command::SetKind(shown.kind()));
        let nanos = |at: DateTime<Utc>| at.timestamp_nanos_opt();
        let time = shown.time.and_then(|[from, to]| nanos(from).zip(nanos(to)));
        self.apply(Command::SetRange(time));
        let key = |name: &String| {
            let (name, descends) = name.strip_prefix('-').map_or((name.as_str(), false), |name| (name, true));
            Some(SortKey { field: shape::field(name)?, descends })
        };
        self.apply(Command::Sort(shown.order.iter().filter_map(key).collect()));
        if let Some(model) = &shown.model {
            self.apply(Command::LookAtModel(model.clone()));
        }
        self.apply(Command::GroupBy(shown.grouping));
        self.models = shown.models.clone();
        if let Some(bundle) = shown.bundle {
            self.apply(Command::ShowBundle(bundle));
        }
        for mark in &shown.marks {
            self.apply(Command::Put(mark.clone()));
        }
        self.apply(Command::Show(shown.view));
    }

    /// What is shown now; `first_row` is the place of the first row that is seen.
    #[must_use]
    pub fn shown(&self, first_row: u64) -> Shown {
        let words = |key: &SortKey| format!("{}{}", if key.descends { "-" } else { "" }, key.field);
        let marks = self.session().and_then(|session| session.case()).map(|case| {
            let values = case.items().flat_map(|(_, item)| item.values());
            values.filter(|value| matches!(value, Value::Mark { .. } | Value::Span { .. })).cloned().collect()
        });
        let filter = self.filter.conditions();
        Shown {
            view: self.view(),
            filter: filter.to_string(),
            kind: self.filter.kind().map(|kind| kind.name().to_owned()),
            time: self.filter.range().map(|(from, to)| [from, to].map(DateTime::from_timestamp_nanos)),
            order: self.order().iter().map(words).collect(),
            first_row,
            columns: self.layout().cloned(),
            lanes: self.settings.lanes.clone(),
            model: self.looked.model.clone(),
            grouping: self.looked.grouping,
            models: self.models.clone(),
            bundle: self.bundle,
            zone: self.settings.zone.clone(),
            results: self.settings.results.clone(),
            marks: marks.unwrap_or_default(),
        }
    }
}
