//! An instant in results: nanoseconds inside, RFC 3339 in UTC outside.

use std::fmt;

use chrono::DateTime;
use serde::{Serialize, Serializer};

use crate::record::time::shown;

/// Nanoseconds since 1970 (UTC); in text and JSON RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub i64);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(DateTime::from_timestamp_nanos(self.0)))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
