//! Times and places of records as stories and lineages print them.

pub(super) use crate::report::words::{duration, minute, place, short, when};

/// Columns of the labels.
pub(super) const LABEL: usize = 12;

/// Columns of a time to the millisecond.
pub(super) const TIME: usize = 23;
