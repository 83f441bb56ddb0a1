//! A line of the log: `{"seq":0,"prev":"…","hash":"…","record":{…}}`, exactly, and the hash that chains it.

use crate::record::sealed::{hex, parse_hex};
use crate::tlog::merkle::Hash;

/// The first bytes of every record hash's input: another use of BLAKE3 can never give the same input.
const DOMAIN: &[u8] = b"probity-record-v1\n";

/// `prev` of the record with seq 0.
pub const GENESIS: Hash = [0; 32];

/// The largest seq that a line may state; keeps every size within 63 bits.
pub const MAX_SEQ: u64 = (1 << 63) - 1;

/// The longest line in bytes, its LF included: the longest record and the longest envelope around it.
pub const MAX_LINE_BYTES: usize = crate::record::MAX_RECORD_BYTES + ENVELOPE_BYTES;

/// The longest envelope: member names, 19 digits, two hashes, the closing brace and the LF.
const ENVELOPE_BYTES: usize = br#"{"seq":,"prev":"","hash":"","record":}"#.len() + 19 + 64 + 64 + 1;

/// A line's four members. `record` borrows the exact bytes that were hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Place in the log, from 0.
    pub seq: u64,
    /// The preceding line's `hash`, as this line states it.
    pub prev: Hash,
    /// This line's hash, as it states it.
    pub hash: Hash,
    /// The record's bytes, from its first brace to its last.
    pub record: &'a [u8],
}

impl<'a> Line<'a> {
    /// Reads a line without its LF. `None` where it is not exactly of the form above; what stands in `record` beyond
    /// its outer braces is not looked at.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(br#"{"seq":"#)?;
        let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
        let seq = parse_seq(&rest[..digits])?;
        let rest = rest[digits..].strip_prefix(br#","prev":""#)?;
        let (prev, rest) = rest.split_at_checked(64)?;
        let rest = rest.strip_prefix(br#"","hash":""#)?;
        let (hash, rest) = rest.split_at_checked(64)?;
        let record = rest.strip_prefix(br#"","record":"#)?.strip_suffix(b"}")?;
        if record.len() < 2 || record[0] != b'{' || record[record.len() - 1] != b'}' {
            return None;
        }
        Some(Self { seq, prev: parse_hex(prev)?, hash: parse_hex(hash)?, record })
    }

    /// Appends the line, LF included.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"seq":"#);
        out.extend_from_slice(self.seq.to_string().as_bytes());
        out.extend_from_slice(br#","prev":""#);
        out.extend_from_slice(hex(&self.prev).as_bytes());
        out.extend_from_slice(br#"","hash":""#);
        out.extend_from_slice(hex(&self.hash).as_bytes());
        out.extend_from_slice(br#"","record":"#);
        out.extend_from_slice(self.record);
        out.extend_from_slice(b"}\n");
    }
}

/// Decimal digits without a leading zero, at most [`MAX_SEQ`].
fn parse_seq(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 19 || (digits[0] == b'0' && digits.len() > 1) {
        return None;
    }
    let seq = digits.iter().fold(0_u64, |seq, digit| seq * 10 + u64::from(digit - b'0'));
    (seq <= MAX_SEQ).then_some(seq)
}

/// Computes record hashes for one log. Keeps a buffer: one contiguous input is markedly faster than several updates.
#[derive(Debug, Clone)]
pub struct RecordHasher {
    input: Vec<u8>,
    prefix: usize,
}

impl RecordHasher {
    /// A hasher for the log named `origin`.
    pub fn new(origin: &str) -> Self {
        let mut input = DOMAIN.to_vec();
        input.extend_from_slice(origin.as_bytes());
        input.push(b'\n');
        Self { prefix: input.len(), input }
    }

    /// BLAKE3(`probity-record-v1\n` ‖ origin ‖ `\n` ‖ decimal seq ‖ `\n` ‖ prev ‖ record).
    pub fn hash(&mut self, seq: u64, prev: &Hash, record: &[u8]) -> Hash {
        self.input.truncate(self.prefix);
        let mut digits = [0; 20];
        let mut first = digits.len();
        let mut rest = seq;
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.input.extend_from_slice(&digits[first..]);
        self.input.push(b'\n');
        self.input.extend_from_slice(prev);
        self.input.extend_from_slice(record);
        *blake3::hash(&self.input).as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_round_trips() {
        for seq in [0, 7, 10, MAX_SEQ] {
            let line = Line { seq, prev: [1; 32], hash: [0xfe; 32], record: br#"{"a":"}"}"# };
            let mut text = Vec::new();
            line.write(&mut text);
            assert_eq!(text.pop(), Some(b'\n'));
            assert_eq!(Line::parse(&text), Some(line));
        }
    }

    #[test]
    fn only_the_exact_form_is_a_line() {
        let mut good = Vec::new();
        Line { seq: 12, prev: [1; 32], hash: [2; 32], record: b"{}" }.write(&mut good);
        good.pop();
        assert!(Line::parse(&good).is_some());
        let text = String::from_utf8(good.clone()).expect("ASCII");
        for wrong in [
            text.replace("12", "012"),
            text.replace("12", "-1"),
            text.replace("12", ""),
            text.replace("12", "9223372036854775808"),
            text.replace("12", "99999999999999999999"),
            text.replace("12", "12 "),
            text.replace("01", "0A"),
            text.replace("prev", "Prev"),
            text.replace("{}", "[]"),
            text.replace("{}", "{} "),
            text.replace("{}", ""),
            text.replace("{}", "{"),
            format!(" {text}"),
            format!("{text} "),
            String::new(),
        ] {
            assert_eq!(Line::parse(wrong.as_bytes()), None, "{wrong}");
        }
        for at in 0..good.len() {
            assert_eq!(Line::parse(&good[..at]), None);
        }
    }

    #[test]
    fn the_hash_is_that_of_the_specification() {
        let mut hasher = RecordHasher::new("log.example/a");
        for seq in [0, 9, 10, 12_345, MAX_SEQ] {
            let mut input = format!("probity-record-v1\nlog.example/a\n{seq}\n").into_bytes();
            input.extend_from_slice(&[7; 32]);
            input.extend_from_slice(br#"{"k":1}"#);
            assert_eq!(hasher.hash(seq, &[7; 32], br#"{"k":1}"#), *blake3::hash(&input).as_bytes());
        }
    }

    #[test]
    fn the_longest_line_fits_the_limit() {
        let record = format!("{{\"a\":\"{}\"}}", "x".repeat(crate::record::MAX_RECORD_BYTES - 8));
        let mut text = Vec::new();
        Line { seq: MAX_SEQ, prev: [1; 32], hash: [2; 32], record: record.as_bytes() }.write(&mut text);
        assert_eq!(text.len(), MAX_LINE_BYTES);
    }
}
