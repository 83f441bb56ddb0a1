//! Sealed fields against their disclosures: a merge of two streams in the order of seq, so that neither is held.

use std::collections::HashMap;
use std::io::BufRead;
use std::ops::Range;

use super::code::Code;
use super::finding::{Finding, Findings};
use crate::bundle::container::ReadError;
use crate::bundle::limits::MAX_DISCLOSURE_LINE_BYTES;
use crate::bundle::lines::{Ended, read_line};
use crate::record::figures;
use crate::record::sealed::{Disclosure, MIN_SALT_BYTES, Seal, last_token};
use crate::record::text::shown_short;

/// The member path of the disclosures.
pub const PATH: &str = "disclosures.jsonl";

/// The most sealed fields that duplicates and erasures are looked for among.
pub const MAX_SEALS: usize = 2_000_000;

/// The most erasures that are matched.
pub const MAX_ERASURES: usize = 1_000_000;

/// How many sealed fields there are, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SealCounts {
    /// Sealed fields in records whose hash is right.
    pub sealed: u64,
    /// Of these, disclosed by a value that fits.
    pub disclosed: u64,
    /// Not disclosed, and named by an erasure record.
    pub erased: u64,
    /// Not disclosed, and not named by any.
    pub undisclosed: u64,
    /// Disclosures that do not fit.
    pub mismatched: u64,
    /// Disclosures of records that are missing or damaged: not checked.
    pub unchecked: u64,
}

/// A sealed field, reduced to what is needed to find it again: hashes cut to 64 bits.
struct Entry {
    digest: u64,
    seq: u64,
    pointer: u64,
    disclosed: bool,
}

/// Compares sealed fields with disclosures while the log goes by.
pub struct Redactions<R> {
    lines: Option<Lines<R>>,
    next: Option<Owned>,
    entries: Vec<Entry>,
    erasures: Vec<(u64, u64, u64)>,
    counts: SealCounts,
    overflow: bool,
}

struct Owned {
    disclosure: Disclosure<'static>,
    line: u64,
    offset: u64,
}

struct Lines<R> {
    inner: R,
    line: u64,
    offset: u64,
    last: Option<u64>,
}

fn short(bytes: &[u8; 32]) -> u64 {
    bytes.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn pointer_key(pointer: &str) -> u64 {
    short(blake3::hash(pointer.as_bytes()).as_bytes())
}

impl<R: BufRead> Redactions<R> {
    /// Reads disclosures from `file`, where the bundle has them.
    pub fn new(file: Option<R>) -> Self {
        Self {
            lines: file.map(|inner| Lines { inner, line: 0, offset: 0, last: None }),
            next: None,
            entries: Vec::new(),
            erasures: Vec::new(),
            counts: SealCounts::default(),
            overflow: false,
        }
    }

    /// Takes in the sealed fields of a stretch of the log. `intact` tells whether a record of this stretch is there and
    /// hashes; `end` is the seq after the stretch.
    pub fn feed(
        &mut self,
        seals: Vec<(u64, Seal)>,
        end: u64,
        intact: impl Fn(u64) -> bool,
        findings: &mut Findings,
    ) -> std::io::Result<()> {
        let mut seals = seals.into_iter().peekable();
        while let Some((seq, first)) = seals.next() {
            self.unsealed_before(seq, &intact, findings)?;
            let mut fields = HashMap::from([(first.pointer, (first.digest, false))]);
            while let Some((_, seal)) = seals.next_if(|(other, _)| *other == seq) {
                fields.insert(seal.pointer, (seal.digest, false));
            }
            while let Some(disclosure) = self.take(|next| next == seq, findings)? {
                self.check(&disclosure, &mut fields, findings);
            }
            for (pointer, (digest, disclosed)) in fields {
                self.counts.sealed += 1;
                self.counts.disclosed += u64::from(disclosed);
                if self.entries.len() < MAX_SEALS {
                    let pointer = pointer_key(&pointer);
                    self.entries.push(Entry { digest: short(&digest), seq, pointer, disclosed });
                } else {
                    self.overflow = true;
                    self.counts.undisclosed += u64::from(!disclosed);
                }
            }
        }
        self.unsealed_before(end, &intact, findings)
    }

    /// Takes in what `erasure` records name.
    pub fn erased(&mut self, erasures: &[(u64, u64, String)]) {
        for (by, seq, pointer) in erasures {
            if self.erasures.len() < MAX_ERASURES {
                self.erasures.push((*seq, pointer_key(pointer), *by));
            } else {
                self.overflow = true;
            }
        }
    }

    fn unsealed_before(
        &mut self,
        end: u64,
        intact: &impl Fn(u64) -> bool,
        findings: &mut Findings,
    ) -> std::io::Result<()> {
        while let Some(next) = self.take(|seq| seq < end, findings)? {
            if intact(next.disclosure.seq) {
                findings.add(about(Code::RedactNoSeal, &next));
                self.counts.mismatched += 1;
            } else {
                self.counts.unchecked += 1;
            }
        }
        Ok(())
    }

    fn check(&mut self, next: &Owned, fields: &mut HashMap<String, ([u8; 32], bool)>, findings: &mut Findings) {
        let disclosure = &next.disclosure;
        let mut failed = |finding: Finding| {
            findings.add(finding);
            self.counts.mismatched += 1;
        };
        let Some((digest, disclosed)) = fields.get_mut(disclosure.pointer.as_ref()) else {
            return failed(about(Code::RedactNoSeal, next));
        };
        if *disclosed {
            return failed(about(Code::RedactDuplicate, next));
        }
        let actual = disclosure.digest();
        if actual != *digest {
            let hex = crate::record::sealed::hex;
            return failed(about(Code::RedactDisclosureMismatch, next).differs(hex(digest), hex(&actual)));
        }
        match disclosure.open() {
            Err(error) => failed(about(Code::RedactMalformed, next).differs("[salt, name, value]", error.to_string())),
            Ok(opened) => {
                let name = last_token(&disclosure.pointer);
                if name.as_deref() != Some(opened.name.as_str()) {
                    return failed(
                        about(Code::RedactNameMismatch, next)
                            .differs(shown_short(&name.unwrap_or_default(), 100), shown_short(&opened.name, 100)),
                    );
                }
                if opened.salt_bytes < MIN_SALT_BYTES {
                    findings.add(
                        about(Code::RedactSaltShort, next)
                            .differs(format!("{MIN_SALT_BYTES} bytes"), format!("{} bytes", opened.salt_bytes)),
                    );
                }
                *disclosed = true;
            }
        }
    }

    /// The next disclosure, where its seq is wanted. Lines that are none are findings and are passed over.
    fn take(&mut self, wanted: impl Fn(u64) -> bool, findings: &mut Findings) -> std::io::Result<Option<Owned>> {
        if self.next.is_none()
            && let Some(lines) = &mut self.lines
        {
            self.next = lines.next(findings)?;
            if self.next.is_none() {
                self.lines = None;
            }
        }
        Ok(self.next.take_if(|next| wanted(next.disclosure.seq)))
    }

    /// The end of the log: what is left over, seals that occur twice, erasures without a seal. `declared` are the ranges
    /// of a slice: of a record that it withholds nothing is known here.
    pub fn finish(
        mut self,
        log_end: u64,
        declared: Option<&[Range<u64>]>,
        findings: &mut Findings,
    ) -> std::io::Result<(SealCounts, bool)> {
        while let Some(next) = self.take(|_| true, findings)? {
            if next.disclosure.seq >= log_end {
                findings.add(about(Code::RedactNoSeal, &next));
                self.counts.mismatched += 1;
            } else {
                self.counts.unchecked += 1;
            }
        }
        self.entries.sort_unstable_by_key(|entry| (entry.digest, entry.seq));
        for pair in self.entries.windows(2).filter(|pair| pair[0].digest == pair[1].digest) {
            findings.add(Finding::new(Code::RedactDuplicate).records(pair[1].seq, pair[1].seq).adding(&format!(
                "The same seal stands in records {} and {}.",
                figures::count(pair[0].seq),
                figures::count(pair[1].seq)
            )));
        }
        self.erasures.sort_unstable();
        self.erasures.dedup_by_key(|(seq, pointer, _)| (*seq, *pointer));
        let mut matched = vec![false; self.erasures.len()];
        for entry in &self.entries {
            let at =
                self.erasures.binary_search_by_key(&(entry.seq, entry.pointer), |(seq, pointer, _)| (*seq, *pointer));
            match (at, entry.disclosed) {
                (Ok(at), true) => {
                    matched[at] = true;
                    findings.add(
                        Finding::new(Code::RedactErasedButDisclosed)
                            .records(entry.seq, entry.seq)
                            .adding(&format!("The erasure record is {}.", figures::count(self.erasures[at].2))),
                    );
                }
                (Ok(at), false) => {
                    matched[at] = true;
                    self.counts.erased += 1;
                }
                (Err(_), true) => {}
                (Err(_), false) => self.counts.undisclosed += 1,
            }
        }
        let is_here = |seq: u64| declared.is_none_or(|ranges| ranges.iter().any(|range| range.contains(&seq)));
        if !self.overflow {
            let unmatched = self.erasures.iter().zip(matched).filter(|((seq, ..), matched)| !matched && is_here(*seq));
            for ((seq, _, by), _) in unmatched {
                findings.add_joining(
                    Finding::new(Code::RedactErasureDangling)
                        .records(*by, *by)
                        .adding(&format!("It names a field of record {}.", figures::count(*seq))),
                );
            }
        }
        if self.counts.undisclosed > 0 {
            let count = self.counts.undisclosed;
            findings.add(
                Finding::new(Code::RedactUndisclosed).adding(&format!("There are {} of them.", figures::count(count))),
            );
        }
        Ok((self.counts, self.overflow))
    }
}

fn about(code: Code, next: &Owned) -> Finding {
    let seq = next.disclosure.seq;
    Finding::new(code).records(seq, seq).file(PATH).at(next.line, next.offset).adding(&format!(
        "The field is {} of record {}.",
        shown_short(&next.disclosure.pointer, 200),
        figures::count(seq)
    ))
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self, findings: &mut Findings) -> std::io::Result<Option<Owned>> {
        let mut text = Vec::new();
        loop {
            let start = self.offset;
            let ended = match read_line(&mut self.inner, MAX_DISCLOSURE_LINE_BYTES, &mut text) {
                Ok(Some(ended)) => ended,
                Ok(None) => return Ok(None),
                // A faulty member was found, and reported, when its digest was taken; what is refused is an error.
                Err(error) => match error.downcast::<ReadError>() {
                    Ok(ReadError::Fault(_) | ReadError::Missing) => return Ok(None),
                    Ok(ReadError::Io { source, .. }) => return Err(source),
                    Err(error) => return Err(error),
                },
            };
            self.line += 1;
            self.offset += text.len() as u64 + 1;
            let malformed = |why: &str| {
                Finding::new(Code::RedactMalformed)
                    .file(PATH)
                    .at(self.line, start)
                    .differs("a line of disclosures", why)
            };
            match ended {
                Ended::LineFeed => {}
                Ended::Input => {
                    findings.add(malformed("a line without a line feed"));
                    continue;
                }
                Ended::Bound => {
                    findings.add(malformed("a line that is too long; it and the lines after it were not read"));
                    return Ok(None);
                }
            }
            let parsed = std::str::from_utf8(&text).ok().and_then(Disclosure::parse);
            let Some(disclosure) = parsed else {
                findings.add(malformed("something else"));
                continue;
            };
            if self.last.is_some_and(|last| disclosure.seq < last) {
                findings.add(malformed("a line out of order: seqs must not fall"));
                continue;
            }
            self.last = Some(disclosure.seq);
            let disclosure = Disclosure {
                seq: disclosure.seq,
                pointer: disclosure.pointer.into_owned().into(),
                disclosure: disclosure.disclosure.into_owned().into(),
            };
            return Ok(Some(Owned { disclosure, line: self.line, offset: start }));
        }
    }
}
