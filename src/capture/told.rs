//! What follows from the evidence, and which rows a picture shows.

use std::ops::Range;

use super::CaptureError;
use super::exhibit::{Request, Told};
use super::words::filter_told;
use crate::app::{App, View};
use crate::columns::{Bitmap, Selection};
use crate::evidence::Evidence;
use crate::record::figures::{count, counted};
use crate::report::provenance::{Asked, BundleTold};

/// The rows that a view shows or counts; none where it is about all of the evidence.
pub(super) fn rows_of(app: &App) -> Result<Selection, CaptureError> {
    let session = app.session().ok_or_else(|| CaptureError::Open("nothing is open".to_owned()))?;
    if let Some(error) = &session.answered.error {
        return Err(CaptureError::Asked(error.clone()));
    }
    let rows = match app.view() {
        View::Records | View::Timeline | View::Models => session.answered.rows.as_ref(),
        View::Overview | View::Integrity | View::Case => None,
    };
    Ok(rows.map_or_else(|| Selection::new(Bitmap::none(session.evidence().rows())), |rows| (*rows.selection).clone()))
}

/// The rows of the table that are seen.
pub(super) fn seen_rows(app: &App, found: &Selection, seen: &Range<u64>) -> Selection {
    let mut out = Bitmap::none(found.bitmap().len());
    if let Some(rows) = app.table_rows() {
        let places = seen.clone().filter_map(|place| u32::try_from(place).ok());
        places.filter_map(|place| rows.row(place)).for_each(|row| out.set(row, true));
    }
    Selection::new(out)
}

impl Told {
    pub(super) fn of(
        app: &App,
        evidence: &Evidence,
        request: &Request,
        found: &Selection,
        seen: &Range<u64>,
    ) -> Result<Self, CaptureError> {
        let shown = &request.shown;
        let mut asked = Asked::of(evidence, String::new(), found)?;
        asked.filter = filter_told(request);
        let all = counted(asked.of, "record", "records");
        let showing = match shown.view {
            View::Records if asked.records == 0 => "no record passes the filter".to_owned(),
            View::Records if seen.is_empty() => "no row stands in the part that is shown".to_owned(),
            View::Records => {
                let order = match (&shown.order[..], evidence.logs().len()) {
                    ([], 1) => "in the order of the log".to_owned(),
                    ([], _) => "in the order of time".to_owned(),
                    (order, _) => format!("by {}", order.join(", ")),
                };
                let (first, last) = (seen.start + 1, seen.end);
                format!("rows {} – {} of {}, {order}; of {all}", count(first), count(last), count(asked.records))
            }
            View::Timeline | View::Models => format!("{} of {all}", count(asked.records)),
            View::Overview | View::Integrity | View::Case => all,
        };
        let lanes = app.session().and_then(|session| session.lanes.as_ref());
        let left_out = match (shown.view, lanes) {
            (View::Timeline, Some(Ok(Some(lanes)))) => {
                let lanes = lanes.lanes.iter().filter(|lane| !app.arrangement().is_shown(lane));
                lanes.map(|lane| lane.title.clone()).collect()
            }
            _ => Vec::new(),
        };
        let mut not_proven: Vec<String> = Vec::new();
        for said in evidence.logs().iter().flat_map(|log| &log.index.report.not_proven) {
            if !not_proven.contains(said) {
                not_proven.push(said.clone());
            }
        }
        let evidence = evidence.logs().iter().map(BundleTold::of).collect::<Result<_, _>>()?;
        Ok(Self { evidence, query: asked, showing, left_out, not_proven })
    }
}
