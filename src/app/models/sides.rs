//! What is compared: two versions, two stretches of time, or two filters, as selections with names.

use super::Side;
use crate::analysis::decisions::Decisions;
use crate::analysis::versions::ModelVersions;
use crate::analysis::versions::stretches::{Stretch, Stretches};
use crate::bundle::reading::Watch;
use crate::columns::{Bitmap, Selection};
use crate::evidence::Evidence;

/// A side that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) rows: Selection,
}

/// What is compared where nobody chose: the version in the window of an incident with the one before it, else the last version that
/// can be held against the one before.
pub(super) fn usual(model: &ModelVersions) -> Option<[Side; 2]> {
    let comparable = || model.rows.iter().filter_map(|row| Some((row, row.against.as_ref().ok()?.place)));
    let in_incident = comparable().find(|(row, _)| !row.incidents.is_empty());
    let (row, before) = in_incident.or_else(|| comparable().next_back())?;
    Some([Side::Stretch(before), Side::Stretch(row.place)])
}

/// Finds a side among the decisions of the model. `rows` are those that pass the filter in the stretch of time that is looked at,
/// `timeless` those that pass it whatever their time.
pub(super) fn find(
    side: &Side,
    evidence: &Evidence,
    decisions: &Decisions,
    stretches: &Stretches,
    (rows, timeless): (&Selection, &dyn Fn() -> Result<Selection, String>),
    watch: &dyn Watch,
) -> Result<Found, String> {
    match side {
        Side::Stretch(place) => {
            let stretch = stretches.all().get(*place).ok_or_else(|| "There is no such version".to_owned())?;
            let here = rows.iter().filter(|row| stretches.of_row(*row) == Some(*place));
            Ok(Found { name: name(stretch), rows: Selection::new(Bitmap::from_rows(evidence.rows(), here)) })
        }
        Side::Range(from, to) => {
            let within = |row: &u32| evidence.times().nanos(*row).is_some_and(|at| (*from..=*to).contains(&at));
            let all = timeless()?;
            let here = Bitmap::from_rows(evidence.rows(), all.iter().filter(within));
            Ok(Found { name: format!("{} – {}", second(*from), second(*to)), rows: Selection::new(here) })
        }
        Side::Filter(text) => {
            let query = evidence.parse(text).map_err(|error| format!("{text}: {error}"))?;
            let found = evidence.select(&query.expr, watch).map_err(|error| error.to_string())?;
            let mut here = decisions.among(&found).bitmap().clone();
            here.and(rows.bitmap());
            Ok(Found { name: text.clone(), rows: Selection::new(here) })
        }
    }
}

/// An instant to the second, as names of ranges have it: `2026-04-17 19:42:07`.
fn second(nanos: i64) -> String {
    chrono::DateTime::from_timestamp_nanos(nanos).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// What a stretch of service is called.
fn name(stretch: &Stretch) -> String {
    stretch.version.clone().unwrap_or_else(|| "version not known".to_owned())
}
