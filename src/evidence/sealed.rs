//! The sealed members of a record: whether a disclosure shows what they hold, whether an erasure record names them, or neither.

use std::io::BufReader;

use super::{Evidence, EvidenceError, Log};
use crate::bundle::container::Container;
use crate::bundle::limits::MAX_DISCLOSURE_LINE_BYTES;
use crate::bundle::lines::{Ended, read_line};
use crate::bundle::reading::Watch;
use crate::integrity::redact;
use crate::query::Unknown;
use crate::record::check;
use crate::record::sealed::{Disclosure, Seal, hex, last_token};

/// A sealed member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// JSON pointer to it.
    pub pointer: String,
    /// What the bundle discloses of it.
    pub disclosure: Option<Disclosed>,
    /// The record that says that it was erased: its row and seq.
    pub erased_by: Option<(u32, u64)>,
}

/// What a disclosure came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosed {
    /// It fits its seal: the value's JSON text.
    Fits(String),
    /// It does not, and why.
    Differs(String),
}

/// Finds what became of the sealed members of a record.
///
/// # Errors
/// Why its bundle cannot be read.
pub fn read(evidence: &Evidence, row: u32, text: &str, watch: &dyn Watch) -> Result<Vec<Sealed>, String> {
    // A record without any is not looked at further.
    if !text.contains("$sealed") {
        return Ok(Vec::new());
    }
    let (Ok(facts), Some((log, _)), Some(seq)) = (check(text), evidence.place(row), evidence.seqs().seq(row)) else {
        return Ok(Vec::new());
    };
    if facts.seals.is_empty() {
        return Ok(Vec::new());
    }
    let erasures = erasures(evidence, log, seq, watch).map_err(|error| error.to_string())?;
    let mut disclosures = disclosures(log, seq, watch)?;
    let sealed = facts.seals.into_iter().map(|seal| {
        let at = disclosures.iter().position(|(pointer, _)| *pointer == seal.pointer);
        let disclosure = at.map(|at| disclosures.swap_remove(at).1).map(|text| opened(&seal, seq, &text));
        let erased_by = erasures.iter().find(|(pointer, ..)| *pointer == seal.pointer);
        Sealed { disclosure, erased_by: erased_by.map(|(_, row, seq)| (*row, *seq)), pointer: seal.pointer }
    });
    Ok(sealed.collect())
}

/// Holds a disclosure against its seal.
fn opened(seal: &Seal, seq: u64, disclosure: &str) -> Disclosed {
    let disclosure = Disclosure { seq, pointer: seal.pointer.as_str().into(), disclosure: disclosure.into() };
    let digest = disclosure.digest();
    if digest != seal.digest {
        return Disclosed::Differs(format!("its hash is {}, the seal says {}", hex(&digest), hex(&seal.digest)));
    }
    match disclosure.open() {
        Ok(opened) if last_token(&seal.pointer).as_deref() == Some(opened.name.as_str()) => {
            Disclosed::Fits(opened.value)
        }
        Ok(_) => Disclosed::Differs("it was sealed under another name".to_owned()),
        Err(error) => Disclosed::Differs(error.to_string()),
    }
}

/// The disclosures of a record, by pointer. They stand in the order of their records, so that reading stops behind it.
fn disclosures(log: &Log, seq: u64, watch: &dyn Watch) -> Result<Vec<(String, String)>, String> {
    let path = log.index.bundle();
    let trouble = |error: &dyn std::fmt::Display| format!("{}, {}: {error}", path.display(), redact::PATH);
    let mut container = Container::open(path).map_err(|error| trouble(&error))?;
    if !container.contains(redact::PATH) {
        return Ok(Vec::new());
    }
    let member = container.stream(redact::PATH).map_err(|error| trouble(&error))?;
    let mut input = BufReader::with_capacity(1 << 16, member);
    let (mut line, mut found) = (Vec::new(), Vec::new());
    while !watch.is_cancelled() {
        let ended = read_line(&mut input, MAX_DISCLOSURE_LINE_BYTES, &mut line).map_err(|error| trouble(&error))?;
        match ended {
            None | Some(Ended::Bound) => break,
            Some(Ended::LineFeed | Ended::Input) => {}
        }
        // Lines that are none were found, and said, when the bundle was verified.
        let Some(disclosure) = std::str::from_utf8(&line).ok().and_then(Disclosure::parse) else { continue };
        if disclosure.seq > seq {
            break;
        }
        if disclosure.seq == seq {
            found.push((disclosure.pointer.into_owned(), disclosure.disclosure.into_owned()));
        }
    }
    Ok(found)
}

/// Erasures of members of a record, in its own log: pointer, row, seq.
fn erasures(
    evidence: &Evidence,
    log: &Log,
    seq: u64,
    watch: &dyn Watch,
) -> Result<Vec<(String, u32, u64)>, EvidenceError> {
    let filter = format!("kind:erasure \"seq\":{seq}");
    let Ok(query) = crate::query::parse(&filter, &Unknown) else { return Ok(Vec::new()) };
    let rows = match evidence.select(&query.expr, watch) {
        Ok(rows) => rows,
        Err(EvidenceError::TooVaried(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for row in rows.iter() {
        let is_of_log = evidence.place(row).is_some_and(|(of, _)| of.index.origin == log.index.origin);
        let line = if is_of_log { evidence.line(row)? } else { None };
        let Some(line) = line else { continue };
        let record = crate::bundle::line::Line::parse(&line.bytes).map(|line| line.record.to_vec());
        let value: Option<serde_json::Value> = record.and_then(|record| serde_json::from_slice(&record).ok());
        let pointer = value.as_ref().and_then(|value| value.get("pointer")?.as_str());
        if let (Some(pointer), Some(by)) = (pointer, evidence.seqs().seq(row)) {
            found.push((pointer.to_owned(), row, by));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sealed::{Disclosure, commit};

    #[test]
    fn a_disclosure_is_shown_only_where_it_fits_its_seal() {
        let disclosure = commit("data", "{\"name\":\"x\"}", &[7; 16]).expect("sealed");
        let line = Disclosure { seq: 3, pointer: "/input/data".into(), disclosure: disclosure.as_str().into() };
        let seal = |pointer: &str, digest| Seal { pointer: pointer.to_owned(), digest };
        let right = seal("/input/data", line.digest());
        assert_eq!(opened(&right, 3, &disclosure), Disclosed::Fits("{\"name\":\"x\"}".to_owned()));
        for (seal, text) in [
            (seal("/input/data", [0; 32]), disclosure.as_str()),
            (seal("/input/other", line.digest()), disclosure.as_str()),
            (right, "WyJhIl0"),
        ] {
            assert!(matches!(opened(&seal, 3, text), Disclosed::Differs(_)), "{seal:?} {text}");
        }
    }
}
