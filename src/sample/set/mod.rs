//! The demonstration set: the lending story, the same after somebody tried to hide what happened, a slice of it for
//! somebody who may see no more, and records of other programs to import.

mod forgery;
mod loans;

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::files::{truth_text, write_new};
use super::{CREATED, DEFAULT_RECORDS, DEFAULT_SEED, Error, Request, Story, Truth, generate, producer};
use crate::bundle::slice;
use crate::bundle::writer::Form;
use crate::integrity::Watch;

/// Files of the set, in the order in which they are written.
pub const FILES: [&str; 9] = [
    "lending.audit.zip",
    "lending.truth.json",
    "lending.vkey",
    "lending-tampered.audit.zip",
    "lending-tampered.truth.json",
    "lending-slice.audit.zip",
    "loans.jsonl",
    "loans.hmac-key",
    "loans.csv",
];

/// Records shown before and after each one that tells the story.
const AROUND: u64 = 3;

/// Writes the set into `folder`, which is made where it does not exist. Returns the files written.
///
/// # Errors
/// [`Error::Exists`] where one of the files is there already: then none is written. Otherwise see [`Error`]; files that
/// were complete before it remain.
pub fn write(folder: &Path, watch: &dyn Watch) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::File { path: folder.to_path_buf(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let paths = FILES.map(|name| folder.join(name));
    for path in &paths {
        if path.try_exists().map_err(failed)? {
            return Err(Error::Exists { path: path.clone() });
        }
    }
    let [bundle, truth, vkey, forged, forged_truth, slice, jsonl, key, csv] = &paths;
    let request = Request { story: Story::Lending, records: DEFAULT_RECORDS, seed: DEFAULT_SEED };
    let sample = generate(&request, bundle, Form::Zip, watch)?;
    write_new(truth, truth_text(&sample.truth)?.as_bytes())?;
    write_new(vkey, format!("{}\n", sample.vkey).as_bytes())?;
    let forgery = forgery::forge(bundle, &sample.truth, forged)?;
    write_new(forged_truth, truth_text(&forgery)?.as_bytes())?;
    slice::write(bundle, slice, Form::Zip, &ranges(&sample.truth), producer(), CREATED)?;
    write_new(jsonl, &loans::jsonl()?)?;
    write_new(key, loans::HMAC_KEY.as_bytes())?;
    write_new(csv, &loans::csv())?;
    Ok(paths.to_vec())
}

/// The first records, without which the others cannot be read (who is who, how results are to be taken), and a few around
/// each event of the incident.
fn ranges(truth: &Truth) -> Vec<Range<u64>> {
    let opening =
        truth.events.iter().filter(|event| event.what == "version_in_service").map(|event| event.seq + 1).max();
    let mut ranges: Vec<Range<u64>> = opening.map(|end| 0..end).into_iter().collect();
    let told = truth.events.iter().skip_while(|event| event.what != "change_approved_by_requester");
    for event in told {
        let range = event.seq.saturating_sub(AROUND)..(event.seq + AROUND + 1).min(truth.records);
        match ranges.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    ranges
}
