//! What in the records of an incident does not fit together, or is missing. It is told, never put right.

use std::fmt;

use super::State;
use crate::record::text::shown_short;

/// What does not fit together, or is missing. Rows are those of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// No record says that it was opened.
    NeverOpened,
    /// No record says that it was closed.
    NeverClosed,
    /// A record has no state, or one that the format does not have.
    UnknownState {
        /// The record.
        row: u32,
        /// What it says.
        stated: Option<String>,
    },
    /// A state stands behind one that comes later in the life of an incident.
    BackwardState {
        /// The record.
        row: u32,
        /// Its state.
        state: State,
        /// The state before.
        behind: State,
    },
    /// A state is stated a second time; for the steps, the first counts.
    Again {
        /// The later record.
        row: u32,
        /// Its state.
        state: State,
    },
    /// A record states an earlier time than the one before it in the log.
    BackwardTime {
        /// The record.
        row: u32,
    },
    /// A record has no time that can be placed.
    NoTime {
        /// The record.
        row: u32,
    },
    /// A record names another model than the ones before.
    OtherModel {
        /// The record.
        row: u32,
        /// The model before.
        before: String,
    },
    /// A record names another version than the ones before.
    OtherVersion {
        /// The record.
        row: u32,
        /// The version before.
        before: String,
    },
    /// A window that ends before it begins, or lacks an end.
    OddWindow {
        /// The record.
        row: u32,
    },
}

impl Remark {
    /// The row that it is about.
    #[must_use]
    pub fn row(&self) -> Option<u32> {
        match self {
            Self::NeverOpened | Self::NeverClosed => None,
            Self::UnknownState { row, .. }
            | Self::BackwardState { row, .. }
            | Self::Again { row, .. }
            | Self::BackwardTime { row }
            | Self::NoTime { row }
            | Self::OtherModel { row, .. }
            | Self::OtherVersion { row, .. }
            | Self::OddWindow { row } => Some(*row),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverOpened => f.write_str("no record says that it was opened"),
            Self::NeverClosed => f.write_str("no record says that it was closed"),
            Self::UnknownState { stated: None, .. } => f.write_str("a record without a state"),
            Self::UnknownState { stated: Some(stated), .. } => {
                write!(f, "a state that the format does not have: {}", shown_short(stated, 60))
            }
            Self::BackwardState { state, behind, .. } => {
                write!(f, "{} stands behind {} in the log", state.name(), behind.name())
            }
            Self::Again { state, .. } => {
                write!(f, "{} is stated again; the first one counts for the steps", state.name())
            }
            Self::BackwardTime { .. } => f.write_str("a record states an earlier time than the one before it"),
            Self::NoTime { .. } => f.write_str("a record without a time that can be placed"),
            Self::OtherModel { before, .. } => {
                write!(f, "a record names another model than {} before", shown_short(before, 60))
            }
            Self::OtherVersion { before, .. } => {
                write!(f, "a record names another version than {} before", shown_short(before, 60))
            }
            Self::OddWindow { .. } => {
                f.write_str("a window without a beginning or an end, or that ends before it begins")
            }
        }
    }
}
