//! C2SP tlog-checkpoints: what a log states about itself (origin, tree size, root), as the text of a signed note.
//! Reads and writes that text strictly; whether the root is right is for the evidence to say.
//!
//! Format: <https://c2sp.org/tlog-checkpoint>.

use super::merkle::{Hash, MAX_TREE_SIZE};
use super::note::{SigningKey, find_control, valid_key_name};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A statement of a log: at this size it had this root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log; see [`valid_key_name`].
    pub origin: String,
    /// The tree size: a number of records, at most 2^63.
    pub size: u64,
    /// The RFC 6962 tree head at this size.
    pub root: Hash,
    /// Further lines, without their line feeds and not empty; nothing is known about their meaning.
    pub extensions: Vec<String>,
}

/// Why a text is not a checkpoint. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The last line has no LF.
    #[error("the text does not end with a line feed")]
    NoFinalLineFeed,
    /// A character below U+0020 other than LF, which no note may hold.
    #[error("the text holds the control character U+{:04X}", u32::from(*.0))]
    ControlCharacter(char),
    /// Fewer than three lines.
    #[error("the text has {0} lines, a checkpoint has at least 3")]
    TooShort(usize),
    /// Line 1 is empty, or holds white space or `+`.
    #[error("line 1: the origin is empty or holds white space or a plus sign")]
    Origin,
    /// Line 2 is not a decimal number without leading zeros, or is above 2^63.
    #[error("line 2: the tree size is not a plain decimal number up to 2^63")]
    Size,
    /// Line 3 is not the canonical base64 of 32 bytes.
    #[error("line 3: the root is not canonical base64 of 32 bytes")]
    Root,
    /// An extension line is empty.
    #[error("line {0}: an extension line is empty")]
    EmptyExtension(usize),
    /// An extension holds a line feed, so that it would read as several.
    #[error("the checkpoint cannot be written as a text that reads back the same")]
    Ambiguous,
}

impl Checkpoint {
    /// Reads the text of a note.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        if let Some((_, character)) = find_control(text) {
            return Err(CheckpointError::ControlCharacter(character));
        }
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::NoFinalLineFeed)?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::TooShort(text.matches('\n').count()));
        };
        if !valid_key_name(origin) {
            return Err(CheckpointError::Origin);
        }
        let size = parse_size(size).ok_or(CheckpointError::Size)?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or(CheckpointError::Root)?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if let Some(empty) = extensions.iter().position(String::is_empty) {
            return Err(CheckpointError::EmptyExtension(empty + 4));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }

    /// The text that [`Self::parse_text`] reads, its last line feed included.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root));
        for extension in &self.extensions {
            text += extension;
            text.push('\n');
        }
        text
    }

    /// The whole note with one signature. Further signature lines may be appended to it.
    ///
    /// # Errors
    /// The [`CheckpointError`] of a text that would not read back as this checkpoint: nothing ambiguous is ever signed.
    pub fn sign(&self, key: &SigningKey) -> Result<String, CheckpointError> {
        let text = self.to_text();
        if Self::parse_text(&text)? != *self {
            return Err(CheckpointError::Ambiguous);
        }
        Ok(format!("{text}\n{}", key.sign(&text)))
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|&size| plain && size <= MAX_TREE_SIZE)
}

#[cfg(test)]
mod tests {
    use super::super::merkle::empty_root;
    use super::super::note::{SignedNote, Verified, WitnessKey};
    use super::*;
    use proptest::prelude::*;

    /// Base64 of the root of the empty tree.
    const EMPTY: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn known_text() {
        let checkpoint = Checkpoint { origin: "log.test/a".into(), size: 0, root: empty_root(), extensions: vec![] };
        let text = format!("log.test/a\n0\n{EMPTY}\n");
        assert_eq!(checkpoint.to_text(), text);
        assert_eq!(Checkpoint::parse_text(&text), Ok(checkpoint.clone()));
        let extended = Checkpoint { extensions: vec!["one".into(), "two +".into()], ..checkpoint };
        assert_eq!(Checkpoint::parse_text(&format!("{text}one\ntwo +\n")), Ok(extended));
    }

    #[test]
    fn malformed_texts() {
        use CheckpointError::*;
        let with_size = |size: &str| format!("o\n{size}\n{EMPTY}\n");
        let with_root = |root: &str| format!("o\n1\n{root}\n");
        let mut table = vec![
            (String::new(), NoFinalLineFeed),
            ("\n".into(), TooShort(1)),
            ("o\n1\n".into(), TooShort(2)),
            (format!("o\n1\n{EMPTY}"), NoFinalLineFeed),
            (format!("o\r\n1\n{EMPTY}\n"), ControlCharacter('\r')),
            (format!("o\n1\n{EMPTY}\next\0\n"), ControlCharacter('\0')),
            (format!("\n1\n{EMPTY}\n"), Origin),
            (format!("a b\n1\n{EMPTY}\n"), Origin),
            (format!("a+b\n1\n{EMPTY}\n"), Origin),
            (format!("a\u{a0}\n1\n{EMPTY}\n"), Origin),
            (format!("o\n1\n{EMPTY}\n\n"), EmptyExtension(4)),
            (format!("o\n1\n{EMPTY}\next\n\next\n"), EmptyExtension(5)),
        ];
        let sizes = [
            "",
            "-1",
            "+1",
            "01",
            "00",
            " 1",
            "1 ",
            "1.0",
            "0x1",
            "1e3",
            "\u{0661}",
            "9223372036854775809",
            "99999999999999999999",
        ];
        table.extend(sizes.map(|size| (with_size(size), Size)));
        let roots = [
            "",
            "AAAA",
            &EMPTY[..43],
            &EMPTY[1..],
            &EMPTY.replace("uFU=", "uFV="),
            &EMPTY.replace("uFU=", "uFVU"),
            &EMPTY.replace('+', "-"),
            &format!("{EMPTY} "),
            &format!("{EMPTY}{EMPTY}"),
        ];
        table.extend(roots.map(|root| (with_root(root), Root)));
        for (text, expected) in table {
            assert_eq!(Checkpoint::parse_text(&text), Err(expected), "{text:?}");
        }
        for size in ["0", "1", "9223372036854775808"] {
            assert!(Checkpoint::parse_text(&with_size(size)).is_ok(), "{size}");
        }
    }

    /// A fixed key (Go's published example) signs a fixed checkpoint; the signature is deterministic.
    #[test]
    fn signed_note() {
        let skey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let key = SigningKey::parse(skey).unwrap();
        let checkpoint =
            Checkpoint { origin: "PeterNeumann".into(), size: 0, root: empty_root(), extensions: vec!["x".into()] };
        let note = checkpoint.sign(&key).unwrap();
        let text = format!("PeterNeumann\n0\n{EMPTY}\nx\n");
        assert_eq!(note, format!("{text}\n{}", key.sign(&text)));

        let witness = WitnessKey::generate("witness.test").unwrap();
        let cosigned = note.clone() + &witness.cosign(&text, 7);
        let parsed = SignedNote::parse(cosigned.as_bytes()).unwrap();
        assert_eq!(Checkpoint::parse_text(parsed.text), Ok(checkpoint));
        let verified = [
            (key.verifier_key(), Verified::Signature),
            (witness.verifier_key(), Verified::Cosignature { unix_seconds: 7 }),
        ];
        for ((key, expected), line) in verified.into_iter().zip(&parsed.signatures) {
            assert!(key.is_named_by(line));
            assert_eq!(key.verify(parsed.text, &line.payload), Ok(expected));
        }
    }

    #[test]
    fn nothing_ambiguous_is_signed() {
        let key = SigningKey::generate("k").unwrap();
        let good = Checkpoint { origin: "o".into(), size: 1, root: [1; 32], extensions: vec![] };
        let table = [
            (Checkpoint { origin: "a b".into(), ..good.clone() }, CheckpointError::Origin),
            (Checkpoint { origin: "o\n9".into(), ..good.clone() }, CheckpointError::Root),
            (Checkpoint { size: u64::MAX, ..good.clone() }, CheckpointError::Size),
            (Checkpoint { extensions: vec![String::new()], ..good.clone() }, CheckpointError::EmptyExtension(4)),
            (Checkpoint { extensions: vec!["a\nb".into()], ..good.clone() }, CheckpointError::Ambiguous),
            (Checkpoint { extensions: vec!["\t".into()], ..good.clone() }, CheckpointError::ControlCharacter('\t')),
        ];
        for (checkpoint, expected) in table {
            assert_eq!(checkpoint.sign(&key), Err(expected), "{checkpoint:?}");
        }
        assert!(good.sign(&key).is_ok());
    }

    proptest! {
        #[test]
        fn round_trip(
            origin in "[^\\s+\u{0}-\u{20}]+",
            size in 0..=MAX_TREE_SIZE,
            root in any::<Hash>(),
            extensions in prop::collection::vec("[^\u{0}-\u{1f}]+", 0..4),
        ) {
            let checkpoint = Checkpoint { origin, size, root, extensions };
            let text = checkpoint.to_text();
            let parsed = Checkpoint::parse_text(&text).unwrap();
            prop_assert_eq!(&parsed, &checkpoint);
            prop_assert_eq!(parsed.to_text(), text);
        }

        /// Whatever is accepted is the only way to write it.
        #[test]
        fn arbitrary_texts_never_panic(text in any::<String>(), lines in "[a+ \n]{0,3}\n[0-9+]{0,3}\n[A-Z=\n]{0,50}") {
            for text in [text, lines.clone(), format!("{lines}\n{EMPTY}\n")] {
                if let Ok(checkpoint) = Checkpoint::parse_text(&text) {
                    prop_assert_eq!(checkpoint.to_text(), text);
                }
            }
        }
    }
}
