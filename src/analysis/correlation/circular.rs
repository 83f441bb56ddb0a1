//! Whether the window of an incident is that of a version's service. Then the window was drawn around the version, and that the two go
//! together is no finding: it could not be otherwise.

use serde::Serialize;

use crate::analysis::incidents::Window;
use crate::analysis::versions::stretches::{Known, Stretch};
use crate::record::text::shown_short;

/// A bound of a window is one of a service where no more than an hour lies between them: people often state windows by the hour, or
/// from when a deployment was done.
const MOST_APART: i64 = 3_600_000_000_000;

/// Nor more than this part of the shorter of the two: an hour is much of a short one.
const MOST_OF_IT: i64 = 10;

/// A window that follows the service of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Circular {
    /// The version.
    pub version: String,
    /// Whether the window begins where the service does.
    pub begins: bool,
    /// Whether it ends where the service does.
    pub ends: bool,
    /// What that means, in a sentence.
    pub says: String,
}

/// The version whose service the window follows, among stretches of service that the table tells apart: the one with which it begins
/// and ends, else begins, else ends.
pub(super) fn circular<'s>(window: Window, stretches: impl Iterator<Item = &'s Stretch>) -> Option<Circular> {
    let (from, to) = window.from.zip(window.to).filter(|(from, to)| from < to)?;
    let follows = |stretch: &'s Stretch| {
        // Of what was not deployed on record only decisions are known, not when it served.
        let (begin, version) = stretch.from.zip(stretch.version.as_ref())?;
        let length = to.saturating_sub(from);
        let shorter = stretch.to.map_or(length, |end| end.saturating_sub(begin).min(length));
        let apart = MOST_APART.min(shorter / MOST_OF_IT).unsigned_abs();
        let is_near = |a: i64, b: i64| a.abs_diff(b) <= apart;
        let (begins, ends) = (is_near(from, begin), stretch.to.is_some_and(|end| is_near(to, end)));
        (stretch.known == Known::Deployed && (begins || ends)).then_some((begins, ends, version))
    };
    // Of several alike the first.
    let best = stretches
        .filter_map(follows)
        .reduce(|best, next| if (next.0 && next.1, next.0) > (best.0 && best.1, best.0) { next } else { best });
    best.map(|(begins, ends, version)| {
        let (how, much) = match (begins, ends) {
            (true, true) => ("follows", "nothing"),
            (true, false) => ("begins with", "little"),
            _ => ("ends with", "little"),
        };
        let name = shown_short(version, 60);
        let says = format!("The window {how} the service of {name}: that they go together says {much}.");
        Circular { version: version.clone(), begins, ends, says }
    })
}
