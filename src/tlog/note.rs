//! C2SP signed notes: a text and the signature lines under it, read strictly.
//! Finds signatures, and verifies one under a given key; whom to trust is not decided here.
//!
//! Format: <https://c2sp.org/signed-note>; cosignatures: <https://c2sp.org/tlog-cosignature>.

mod key;
#[cfg(test)]
mod key_tests;
mod private;

pub use key::{KeyError, KeyKind, SignatureError, Verified, VerifierKey};
pub use private::{SigningKey, WitnessKey};

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The largest note that is read, in bytes: 1 MiB.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// The most signature lines that a note may have.
pub const MAX_SIGNATURES: usize = 100;

/// What every signature line begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// Why bytes are not a signed note. Lines count from 1, over the whole note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More than [`MAX_NOTE_BYTES`].
    #[error("the note has {0} bytes, more than the {MAX_NOTE_BYTES} that are read")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("byte {0} is not UTF-8")]
    NotUtf8(usize),
    /// A character below U+0020 other than LF.
    #[error("line {line} holds the control character U+{:04X}", u32::from(*.character))]
    ControlCharacter {
        /// The line that holds it.
        line: usize,
        /// The character.
        character: char,
    },
    /// The last line has no LF.
    #[error("line {line} does not end with a line feed")]
    NoFinalLineFeed {
        /// The last line.
        line: usize,
    },
    /// No text, an empty line and signatures.
    #[error("no empty line parts the text from its signatures")]
    NoSeparator,
    /// Nothing after the empty line.
    #[error("no signature follows the text")]
    NoSignature,
    /// More than [`MAX_SIGNATURES`].
    #[error("the note has {0} signature lines, more than the {MAX_SIGNATURES} that are read")]
    TooManySignatures(usize),
    /// A line after the separator that is not a signature line.
    #[error("line {line}: {what}")]
    SignatureLine {
        /// The line at fault.
        line: usize,
        /// What is wrong with it.
        what: SignatureLineFault,
    },
}

/// What is wrong with a signature line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureLineFault {
    /// It does not begin with an em dash and a space.
    #[error("does not begin with an em dash and a space")]
    Prefix,
    /// Not a key name, a space and the signature.
    #[error("has no space after the key name")]
    NoSpace,
    /// See [`valid_key_name`].
    #[error("the key name is empty or holds white space or a plus sign")]
    Name,
    /// Not canonical, padded standard base64.
    #[error("the signature is not canonical base64")]
    Base64,
    /// Not more than the four bytes of the key id.
    #[error("the signature is too short to hold a key id and a signature")]
    TooShort,
}

/// A note that is well formed; none of its signatures has been verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote<'a> {
    /// The text that is signed, its last line feed included.
    pub text: &'a str,
    /// The signature lines in their order; at least one. Names and key ids may occur more than once.
    pub signatures: Vec<SignatureLine<'a>>,
}

/// One signature line. Name and key id only say which key to try: anybody can write them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine<'a> {
    /// The name of the key.
    pub name: &'a str,
    /// The first four bytes of a digest of name and key, big-endian.
    pub key_id: u32,
    /// What follows the key id; its meaning is up to the kind of the key. Not empty.
    pub payload: Vec<u8>,
}

impl<'a> SignedNote<'a> {
    /// Reads a note. The text ends at the last empty line; nothing follows the last signature line.
    ///
    /// # Errors
    /// See [`NoteError`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge(bytes.len()));
        }
        let note = std::str::from_utf8(bytes).map_err(|error| NoteError::NotUtf8(error.valid_up_to()))?;
        if let Some((at, character)) = find_control(note) {
            return Err(NoteError::ControlCharacter { line: line_at(note, at), character });
        }
        if !note.ends_with('\n') {
            return Err(NoteError::NoFinalLineFeed { line: line_at(note, note.len()) });
        }
        let separator = note.rfind("\n\n").ok_or(NoteError::NoSeparator)?;
        let (text, rest) = note.split_at(separator + 1);
        let lines = rest.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n')).ok_or(NoteError::NoSignature)?;
        let count = lines.split('\n').count();
        if count > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures(count));
        }
        let first = line_at(note, separator + 2);
        let signatures = lines
            .split('\n')
            .zip(first..)
            .map(|(text, line)| parse_signature_line(text).map_err(|what| NoteError::SignatureLine { line, what }))
            .collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }
}

/// Whether `name` can name a key, and thus a log: not empty, no white space (as Unicode defines it), no `+`.
#[must_use]
pub fn valid_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

/// The first character that no note may hold, and its byte offset.
pub(super) fn find_control(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|&(_, c)| c < ' ' && c != '\n')
}

/// The number of the line that holds byte `at`, from 1.
fn line_at(note: &str, at: usize) -> usize {
    1 + note.bytes().take(at).filter(|&byte| byte == b'\n').count()
}

fn parse_signature_line(line: &str) -> Result<SignatureLine<'_>, SignatureLineFault> {
    let rest = line.strip_prefix(SIGNATURE_PREFIX).ok_or(SignatureLineFault::Prefix)?;
    let (name, base64) = rest.split_once(' ').ok_or(SignatureLineFault::NoSpace)?;
    if !valid_key_name(name) {
        return Err(SignatureLineFault::Name);
    }
    let signature = STANDARD.decode(base64).map_err(|_| SignatureLineFault::Base64)?;
    match signature.split_first_chunk() {
        Some((key_id, payload)) if !payload.is_empty() => {
            Ok(SignatureLine { name, key_id: u32::from_be_bytes(*key_id), payload: payload.to_vec() })
        }
        _ => Err(SignatureLineFault::TooShort),
    }
}

/// A signature line with its line feed.
fn signature_line(name: &str, key_id: u32, payload: &[u8]) -> String {
    let signature = STANDARD.encode([&key_id.to_be_bytes(), payload].concat());
    format!("{SIGNATURE_PREFIX}{name} {signature}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "text\n";

    fn with_lines(lines: &str) -> String {
        format!("{TEXT}\n{lines}")
    }

    #[test]
    fn well_formed_notes() {
        let note = with_lines("\u{2014} a AAAAAQI=\n\u{2014} b/ü \u{2f}////wA=\n");
        let note = SignedNote::parse(note.as_bytes()).unwrap();
        assert_eq!(note.text, TEXT);
        let expected = [
            SignatureLine { name: "a", key_id: 1, payload: vec![2] },
            SignatureLine { name: "b/ü", key_id: u32::MAX, payload: vec![0] },
        ];
        assert_eq!(note.signatures, expected);
    }

    #[test]
    fn the_last_empty_line_parts_text_and_signatures() {
        let line = "\u{2014} a AAAAAQI=\n";
        let table = [
            (format!("one\n\ntwo\n\n{line}"), "one\n\ntwo\n"),
            (format!("one\n\n\n{line}"), "one\n\n"),
            (format!("one\n\n{line}\n{line}"), "one\n\n\u{2014} a AAAAAQI=\n"),
            (format!("\n\n{line}"), "\n"),
        ];
        for (note, text) in table {
            assert_eq!(SignedNote::parse(note.as_bytes()).unwrap().text, text, "{note:?}");
        }
    }

    #[test]
    fn malformed_notes() {
        use SignatureLineFault as Fault;
        let fault = |what| NoteError::SignatureLine { line: 3, what };
        let control = |line, character| NoteError::ControlCharacter { line, character };
        let table = [
            (String::new(), NoteError::NoFinalLineFeed { line: 1 }),
            ("text".into(), NoteError::NoFinalLineFeed { line: 1 }),
            ("text\n".into(), NoteError::NoSeparator),
            ("text\n\u{2014} a AAAAAQI=\n".into(), NoteError::NoSeparator),
            ("\n\u{2014} a AAAAAQI=\n".into(), NoteError::NoSeparator),
            ("text\n\n".into(), NoteError::NoSignature),
            (with_lines("\u{2014} a AAAAAQI="), NoteError::NoFinalLineFeed { line: 3 }),
            (with_lines("\u{2014} a AAAAAQI=\n\n"), NoteError::NoSignature),
            (with_lines("\u{2014} a AAAAAQI=\nmore"), NoteError::NoFinalLineFeed { line: 4 }),
            (with_lines("\u{2014} a AAAAAQI=\r\n"), control(3, '\r')),
            ("te\txt\n\n\u{2014} a AAAAAQI=\n".into(), control(1, '\t')),
            ("text\n\0\n\n\u{2014} a AAAAAQI=\n".into(), control(2, '\0')),
            (with_lines("- a AAAAAQI=\n"), fault(Fault::Prefix)),
            (with_lines("\u{2013} a AAAAAQI=\n"), fault(Fault::Prefix)),
            (with_lines("\u{2014}a AAAAAQI=\n"), fault(Fault::Prefix)),
            (with_lines(" \u{2014} a AAAAAQI=\n"), fault(Fault::Prefix)),
            (with_lines("\u{2014} aAAAAAQI=\n"), fault(Fault::NoSpace)),
            (with_lines("\u{2014}  AAAAAQI=\n"), fault(Fault::Name)),
            (with_lines("\u{2014} a+b AAAAAQI=\n"), fault(Fault::Name)),
            (with_lines("\u{2014} a\u{a0}b AAAAAQI=\n"), fault(Fault::Name)),
            (with_lines("\u{2014} a\u{2028} AAAAAQI=\n"), fault(Fault::Name)),
            (with_lines("\u{2014} a b AAAAAQI=\n"), fault(Fault::Base64)),
            (with_lines("\u{2014} a  AAAAAQI=\n"), fault(Fault::Base64)),
            (with_lines("\u{2014} a AAAAAQI= \n"), fault(Fault::Base64)),
            (with_lines("\u{2014} a AAAAAQI\n"), fault(Fault::Base64)),
            (with_lines("\u{2014} a AAAAAQJ=\n"), fault(Fault::Base64)),
            (with_lines("\u{2014} a AAAAAQI==\n"), fault(Fault::Base64)),
            (with_lines("\u{2014} a AAAA_QI=\n"), fault(Fault::Base64)),
            (with_lines("\u{2014} a \n"), fault(Fault::TooShort)),
            (with_lines("\u{2014} a AAAA\n"), fault(Fault::TooShort)),
            (with_lines("\u{2014} a AAAAAQ==\n"), fault(Fault::TooShort)),
        ];
        for (note, expected) in table {
            assert_eq!(SignedNote::parse(note.as_bytes()), Err(expected), "{note:?}");
        }
        assert_eq!(SignedNote::parse(b"te\xffxt\n"), Err(NoteError::NotUtf8(2)));
        let second = with_lines("\u{2014} a AAAAAQI=\nx\n");
        let expected = NoteError::SignatureLine { line: 4, what: Fault::Prefix };
        assert_eq!(SignedNote::parse(second.as_bytes()), Err(expected));
    }

    #[test]
    fn limits() {
        let line = "\u{2014} a AAAAAQI=\n";
        let most = with_lines(&line.repeat(MAX_SIGNATURES));
        assert_eq!(SignedNote::parse(most.as_bytes()).unwrap().signatures.len(), MAX_SIGNATURES);
        let more = with_lines(&line.repeat(MAX_SIGNATURES + 1));
        assert_eq!(SignedNote::parse(more.as_bytes()), Err(NoteError::TooManySignatures(MAX_SIGNATURES + 1)));

        let end = with_lines(line);
        let largest = "x".repeat(MAX_NOTE_BYTES - end.len()) + &end;
        assert!(SignedNote::parse(largest.as_bytes()).is_ok());
        let larger = "x".to_owned() + &largest;
        assert_eq!(SignedNote::parse(larger.as_bytes()), Err(NoteError::TooLarge(MAX_NOTE_BYTES + 1)));
    }

    #[test]
    fn key_names() {
        for name in ["a", "example.com/log", "ü", "a-b_c", "\u{200b}"] {
            assert!(valid_key_name(name), "{name:?}");
        }
        for name in ["", " ", "a b", "a+b", "+", "a\n", "a\u{3000}b", "\u{85}"] {
            assert!(!valid_key_name(name), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\u{2014} a+\n=A]*") {
            let _ = SignedNote::parse(&bytes);
            let _ = SignedNote::parse(text.as_bytes());
        }

        #[test]
        fn what_is_written_is_read(
            text in "[^\u{0}-\u{1f}]*(\n[^\u{0}-\u{1f}]*)*\n",
            lines in prop::collection::vec(("[a-z/.]+", any::<u32>(), prop::collection::vec(any::<u8>(), 1..80)), 1..5),
        ) {
            let mut note = format!("{text}\n");
            for (name, key_id, payload) in &lines {
                note += &signature_line(name, *key_id, payload);
            }
            let parsed = SignedNote::parse(note.as_bytes()).unwrap();
            prop_assert_eq!(parsed.text, text);
            let read = parsed.signatures.into_iter().map(|line| (line.name.to_owned(), line.key_id, line.payload));
            prop_assert_eq!(read.collect::<Vec<_>>(), lines);
        }
    }
}
