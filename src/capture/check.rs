//! Checking an exhibit: its files against each other, and with the bundles everything again: the same picture is drawn, the same records
//! are looked up, and what was said is worked out anew. What could not be checked is said.

use std::path::Path;

use super::CaptureError;
use super::drawn::Drawn;
use super::exhibit::{FORMAT, LINES, PICTURE, Renderer, SIDECAR, SLICE, Sidecar};
use super::packed::Place;
use super::stage::Opened;
use super::write::hashed;
use crate::integrity::{Options, Unwatched, verify};
use crate::record::figures::counted;
use crate::tlog::merkle::{leaf_hash, verify_inclusion};

/// The longest sidecar that is read, in bytes.
const MOST_SIDECAR: u64 = 64 << 20;

/// How something came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it was said.
    Holds,
    /// Not as it was said.
    Differs,
    /// Not looked at.
    Skipped,
}

/// Something that was looked at, or was not.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// What.
    pub what: &'static str,
    /// How it came out.
    pub outcome: Outcome,
    /// In words.
    pub words: String,
}

/// Checks the exhibit in a folder or a zip; `opened` has the bundles, or none.
///
/// # Errors
/// [`CaptureError`] where there is no exhibit, or the bundles cannot be opened.
pub fn check(exhibit: &Path, opened: &Opened) -> Result<Vec<Checked>, CaptureError> {
    let place = Place::of(exhibit)?;
    let folder = place.path();
    let sidecar = read(folder)?;
    let mut out = Vec::new();
    let mut say = |what, holds: bool, words: String| {
        out.push(Checked { what, outcome: if holds { Outcome::Holds } else { Outcome::Differs }, words });
    };
    let picture = hashed(&folder.join(PICTURE));
    match &picture {
        Ok(handed) if *handed == sidecar.image.file => {
            say("picture", true, "the picture has the hash that the sidecar states".to_owned());
        }
        Ok(_) => say("picture", false, "the picture is not the one that the sidecar states".to_owned()),
        Err(error) => say("picture", false, error.to_string()),
    }
    files(folder, &sidecar, &mut say);
    withheld(&sidecar, &mut say);
    if opened.paths.is_empty() {
        for (what, words) in [
            ("drawn again", "whether the picture shows what is in the evidence: give the bundle (--bundle)"),
            ("facts", "whether the sidecar says what the evidence says: give the bundle (--bundle)"),
        ] {
            out.push(Checked { what, outcome: Outcome::Skipped, words: words.to_owned() });
        }
        return Ok(out);
    }
    let keys = sidecar.request.trusted.iter().chain(&opened.trusted);
    let opened = Opened { trusted: keys.cloned().collect(), ..opened.clone() };
    let drawn = Drawn::of(&opened, &sidecar.request)?;
    facts(&drawn, &sidecar, &mut say);
    let here = Renderer::here();
    if here == sidecar.renderer {
        let same =
            std::fs::read(folder.join(PICTURE)).is_ok_and(|bytes| drawn.picture.to_png().is_ok_and(|png| png == bytes));
        let words = if same { "the same picture to the byte" } else { "another picture than the one here" };
        say("drawn again", same, format!("drawn from the evidence again: {words}"));
    } else {
        let words = format!(
            "pixels were not compared: it was drawn by {} on {}, this is {} on {}",
            sidecar.renderer.program, sidecar.renderer.processor, here.program, here.processor
        );
        out.push(Checked { what: "drawn again", outcome: Outcome::Skipped, words });
    }
    Ok(out)
}

/// The sidecar of the exhibit in a folder.
///
/// # Errors
/// [`CaptureError::Read`]
pub fn read(folder: &Path) -> Result<Sidecar, CaptureError> {
    let path = folder.join(SIDECAR);
    let refused = |why: String| CaptureError::Read { path: path.clone(), why };
    let length = std::fs::metadata(&path).map_err(|error| refused(crate::os::Plain(&error).to_string()))?.len();
    if length > MOST_SIDECAR {
        return Err(refused("it is too long for the sidecar of an exhibit".to_owned()));
    }
    let bytes = std::fs::read(&path).map_err(|error| refused(crate::os::Plain(&error).to_string()))?;
    let sidecar: Sidecar =
        serde_json::from_slice(&bytes).map_err(|error| refused(format!("not the sidecar of an exhibit: {error}")))?;
    if sidecar.format != FORMAT {
        return Err(refused(format!("its form is {:?}, and {FORMAT} is known here", sidecar.format)));
    }
    Ok(sidecar)
}

/// The records that go with it.
fn files(folder: &Path, sidecar: &Sidecar, say: &mut dyn FnMut(&'static str, bool, String)) {
    let Some(stated) = &sidecar.records.file else { return };
    if stated.name != SLICE && stated.name != LINES {
        return say("records", false, "the sidecar names a file that no exhibit has".to_owned());
    }
    let path = folder.join(&stated.name);
    match hashed(&path) {
        Ok(handed) if handed == *stated => {
            say("records", true, format!("{} has the hash that the sidecar states", stated.name));
        }
        Ok(_) => say("records", false, format!("{} is not the one that the sidecar states", stated.name)),
        Err(error) => say("records", false, error.to_string()),
    }
    if stated.name == SLICE {
        let keys = sidecar.request.trusted.iter().filter_map(|key| crate::tlog::note::VerifierKey::parse(key).ok());
        let options = Options { trust: keys.collect(), ..Options::default() };
        match verify(&path, &options, &Unwatched) {
            Ok(report) => {
                let root = sidecar.told.evidence.iter().find_map(|told| told.bundle.root);
                let is_same = report.log.root.map(crate::case::Digest) == root || report.log.root.is_none();
                let holds = report.exit_code() != 1 && report.records == sidecar.records.handed && is_same;
                let words = if holds { "verify by themselves" } else { "do not verify as they were handed out" };
                say("proofs", holds, format!("the {} {words}", counted(report.records, "record", "records")));
            }
            Err(error) => say("proofs", false, error.to_string()),
        }
    }
}

/// The proofs of records that are not handed out.
fn withheld(sidecar: &Sidecar, say: &mut dyn FnMut(&'static str, bool, String)) {
    let proofs = sidecar.records.withheld.iter().filter_map(|record| Some((record, record.proof.as_ref()?)));
    let mut count = 0;
    let mut holds = true;
    for (record, proof) in proofs {
        count += 1;
        let path: Vec<[u8; 32]> = proof.path.iter().map(|hash| hash.0).collect();
        holds &= verify_inclusion(&leaf_hash(&record.hash.0), record.seq, proof.size, &path, &proof.root.0).is_ok();
    }
    if count > 0 {
        let words =
            if holds { "lead to the roots that they name" } else { "do not all lead to the roots that they name" };
        say(
            "withheld",
            holds,
            format!("the proofs of {} {words}", counted(count, "withheld record", "withheld records")),
        );
    }
}

/// What the sidecar says of the evidence, worked out again.
fn facts(drawn: &Drawn, sidecar: &Sidecar, say: &mut dyn FnMut(&'static str, bool, String)) {
    let same = drawn.told == sidecar.told;
    let bundles: Vec<_> = sidecar.told.evidence.iter().map(|told| told.bundle.digest).collect();
    let here: Vec<_> = drawn.told.evidence.iter().map(|told| told.bundle.digest).collect();
    let words = match (same, bundles == here) {
        (true, _) => "bundles, verdict, counts and rows are as the sidecar says",
        (false, false) => "these are other bundles than those of the exhibit",
        (false, true) => "bundles, verdict, counts or rows are not as the sidecar says",
    };
    say("facts", same, words.to_owned());
    let count = u64::from(drawn.rows.count());
    if count != sidecar.records.count {
        say("count", false, format!("the picture shows or counts {}", counted(count, "record", "records")));
    }
}
