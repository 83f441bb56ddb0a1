//! What the timeline draws: lanes, each with the records that it stands for. Made off the window's thread, drawn from as it is.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::analysis::series::Series;

/// The records of a lane, or of a part of one.
#[derive(Debug, Clone)]
pub struct Pair {
    /// All there are.
    pub whole: Arc<Series>,
    /// Those that pass the filter.
    pub shown: Arc<Series>,
}

/// Everything on one axis.
#[derive(Debug)]
pub struct Lanes {
    /// Which question it answers.
    pub generation: u64,
    /// Whether more lanes are being gathered.
    pub is_part: bool,
    /// Whether the filter lets every record pass.
    pub is_whole: bool,
    /// The model that lanes of one model are about; `None` where no record names one.
    pub model: Option<String>,
    /// The models that could be looked at, those with the most decisions first.
    pub models: Vec<String>,
    /// What the colours of the decisions stand for.
    pub grouping: Grouping,
    /// The first and the last time that can be true, in nanoseconds since 1970, UTC.
    pub extent: (i64, i64),
    /// The lanes, as they stand at first.
    pub lanes: Vec<Lane>,
    /// Lanes that cannot be: what they would show, and why they do not.
    pub absent: Vec<(&'static str, String)>,
}

/// What the colours of the decisions stand for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// The versions of the model that is looked at.
    #[default]
    Version,
    /// Its results.
    Result,
    /// All models.
    Model,
}

impl Grouping {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::Version, Self::Result, Self::Model];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Result => "result",
            Self::Model => "model",
        }
    }
}

/// A lane.
#[derive(Debug, Clone)]
pub struct Lane {
    /// What it is kept by: the same in every log.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Of what, and how.
    pub note: String,
    /// Its rows, as a filter.
    pub filter: String,
    /// What there is to see.
    pub body: Body,
    /// Whether it is shown before anybody chose.
    pub is_usual: bool,
}

/// What a lane shows.
#[derive(Debug, Clone)]
pub enum Body {
    /// Versions in service.
    Served(Vec<ServedModel>),
    /// Bars, stacked in this order from the bottom.
    Density(Vec<Band>),
    /// A share over time.
    Share(Share),
    /// Ticks, a row each.
    Ticks(Vec<TickRow>),
    /// Incidents.
    Incidents(Vec<Flag>),
    /// A measured value.
    Monitor(Monitor),
    /// Times that cannot be true: on no axis.
    Untrue {
        /// Records without a time that can be placed.
        without: u32,
        /// Records whose time is cut off from all others, in the order of time: when, how many.
        cut_off: Vec<(DateTime<Utc>, u32)>,
    },
}

/// A part of the bars.
#[derive(Debug, Clone)]
pub struct Band {
    /// What it stands for.
    pub name: String,
    /// How it looks.
    pub look: Look,
    /// Its records.
    pub records: Pair,
    /// Its rows, as a filter.
    pub filter: String,
}

/// How a part of a lane looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The category of that number.
    Category(usize),
    /// An adverse result.
    Adverse,
    /// A favourable result.
    Favourable,
    /// Neither.
    Between,
    /// What has no name of its own here.
    Other,
}

/// A model in service.
#[derive(Debug, Clone)]
pub struct ServedModel {
    /// Its id.
    pub id: String,
    /// When its versions were, by time.
    pub spans: Vec<ServedSpan>,
}

/// A version in service.
#[derive(Debug, Clone)]
pub struct ServedSpan {
    /// From, in nanoseconds since 1970.
    pub from: i64,
    /// To; the last time of the log where it did not end.
    pub to: i64,
    /// The version.
    pub version: String,
    /// The number of its colour.
    pub colour: usize,
    /// Whether a deployment says so; else it is what decisions name.
    pub is_deployed: bool,
    /// The record that says so.
    pub row: Option<u32>,
    /// What is to be said of it: who approved, that it is a rollback.
    pub remark: String,
    /// Whether that is a reason to look closer.
    pub is_remarkable: bool,
    /// Whether it put an earlier version back.
    pub is_rollback: bool,
    /// Whether what says so passes the filter.
    pub is_shown: bool,
    /// What happened to the record that says so, where it is not as it was chained.
    pub damage: Option<&'static str>,
    /// What is to be said of the part that lies beside another version.
    pub trial: String,
}

/// A share of decisions over time: so many of so many.
#[derive(Debug, Clone)]
pub struct Share {
    /// Those that count.
    pub hits: Pair,
    /// Of these.
    pub of: Pair,
    /// In words: of what.
    pub of_what: &'static str,
}

/// A row of ticks.
#[derive(Debug, Clone)]
pub struct TickRow {
    /// Whose; empty where the lane says it.
    pub name: String,
    /// Its records.
    pub records: Pair,
    /// Those among them that stand out as tall ticks.
    pub tall: Option<Pair>,
    /// Its rows, as a filter.
    pub filter: String,
    /// What is out of the pattern, by time.
    pub remarks: Vec<Remark>,
}

/// Something to be said of a stretch of a row.
#[derive(Debug, Clone)]
pub struct Remark {
    /// From, in nanoseconds since 1970.
    pub from: i64,
    /// To, included.
    pub to: i64,
    /// How much it matters: the least number the most.
    pub rank: u8,
    /// What.
    pub text: String,
    /// Its records.
    pub rows: Vec<u32>,
    /// Whether any of them passes the filter.
    pub is_shown: bool,
}

impl Remark {
    /// Whether it is said in words on the lane: what is usual at night is marked only.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.rank < 3
    }
}

/// An incident.
#[derive(Debug, Clone)]
pub struct Flag {
    /// Its id, as it is shown.
    pub id: String,
    /// Its id, as it is on record.
    pub key: String,
    /// When it was opened, or first told of.
    pub at: i64,
    /// Its window, as its latest record states it.
    pub window: Option<(i64, i64)>,
    /// Its states.
    pub states: Vec<FlagState>,
    /// Whether any of its records passes the filter.
    pub is_shown: bool,
}

/// A state of an incident.
#[derive(Debug, Clone)]
pub struct FlagState {
    /// When, in nanoseconds since 1970.
    pub at: i64,
    /// Which.
    pub state: String,
    /// The record that says so.
    pub row: u32,
    /// Whether that passes the filter.
    pub is_shown: bool,
}

/// A measured value over time.
#[derive(Debug, Clone)]
pub struct Monitor {
    /// When it was measured, and what, by time; only what passes the filter.
    pub points: Vec<(i64, f64)>,
    /// Beyond this it is out of bounds: the threshold of the last measurement that states one.
    pub threshold: Option<f64>,
    /// The least and the greatest value of all, also those that do not pass.
    pub range: (f64, f64),
    /// Two measurements further apart than this are not joined, in nanoseconds.
    pub longest_step: i64,
}

impl Lanes {
    /// The lane of an id.
    #[must_use]
    pub fn lane(&self, id: &str) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.id == id)
    }

    /// The instants at which what serves of the model that is looked at changes, in order: a version comes, or one that was beside another
    /// goes.
    #[must_use]
    pub fn edges(&self) -> Vec<i64> {
        let (first, last) = self.extent;
        let mut edges: Vec<i64> =
            self.served().flat_map(|model| &model.spans).flat_map(|span| [span.from, span.to]).collect();
        edges.retain(|at| *at > first && *at < last);
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// When the versions of the model that is looked at served.
    fn served(&self) -> impl Iterator<Item = &ServedModel> {
        let of = |lane: &'_ Lane| matches!(lane.body, Body::Served(_));
        let models = self.lanes.iter().filter(move |lane| of(lane)).flat_map(|lane| match &lane.body {
            Body::Served(models) => &models[..],
            _ => &[],
        });
        models.filter(|model| Some(&model.id) == self.model.as_ref())
    }

    /// When versions of the model that is looked at came into service: instants with what came, by time.
    pub fn boundaries(&self) -> impl Iterator<Item = &ServedSpan> {
        let first = self.extent.0;
        self.served().flat_map(move |model| model.spans.iter().filter(move |span| span.from > first))
    }
}
