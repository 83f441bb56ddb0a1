//! Keys against the published example of Go's `sumdb/note`, and what must be refused.

use super::key::{encode, key_id};
use super::{KeyError, KeyKind, SignatureError, SignedNote, SigningKey, Verified, VerifierKey, WitnessKey};
use ed25519_dalek::Signer as _;
use proptest::prelude::*;

/// Published with Go's `golang.org/x/mod/sumdb/note`.
const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SKEY: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn verify(key: &VerifierKey, text: &str, line: &str) -> Result<Verified, SignatureError> {
    let note = format!("{text}\n{line}");
    let note = SignedNote::parse(note.as_bytes()).unwrap();
    assert!(key.is_named_by(&note.signatures[0]));
    key.verify(note.text, &note.signatures[0].payload)
}

#[test]
fn published_example() {
    let key = VerifierKey::parse(VKEY).unwrap();
    assert_eq!((key.name(), key.key_id(), key.kind()), ("PeterNeumann", 0xc74f_20a3, KeyKind::Ed25519));
    assert_eq!(key.to_string(), VKEY);
    assert_eq!(verify(&key, TEXT, LINE), Ok(Verified::Signature));
    assert_eq!(verify(&key, &TEXT.replace("answer", "Answer"), LINE), Err(SignatureError::Invalid));

    let private = SigningKey::parse(SKEY).unwrap();
    assert_eq!(private.verifier_key(), &key);
    assert_eq!(private.to_text(), SKEY);
    assert_eq!(private.sign(TEXT), LINE);
}

#[test]
fn one_line_feed_may_end_a_key() {
    assert!(VerifierKey::parse(&format!("{VKEY}\n")).is_ok());
    assert!(SigningKey::parse(&format!("{SKEY}\n")).is_ok());
    for end in ["\n\n", " ", "\r\n"] {
        assert_eq!(VerifierKey::parse(&format!("{VKEY}{end}")), Err(KeyError::Base64), "{end:?}");
    }
}

/// A vkey text with the right id.
fn vkey(name: &str, kind: u8, key: &[u8]) -> String {
    let kind = KeyKind::from(kind);
    format!("{name}+{:08x}+{}", key_id(name, kind, key), encode(kind, key))
}

#[test]
fn malformed_verifier_keys() {
    const FORM: KeyError = KeyError::Form("<name>+<key id>+<base64>");
    let point: [u8; 32] = VerifierKey::parse(VKEY).unwrap().bytes.try_into().unwrap();
    let (mut identity, mut order_two, mut off_curve) = ([0; 32], [0xff; 32], [0; 32]);
    identity[0] = 1;
    (order_two[0], order_two[31]) = (0xec, 0x7f);
    off_curve[0] = 2;
    let table = [
        (String::new(), FORM),
        ("name".into(), FORM),
        ("name+c74f20a3".into(), FORM),
        (VKEY.replace("PeterNeumann", ""), KeyError::Name),
        (VKEY.replace("PeterNeumann", "Peter Neumann"), KeyError::Name),
        (VKEY.replace("PeterNeumann", "Peter\u{1}"), KeyError::Name),
        (VKEY.replace("c74f20a3", "C74F20A3"), KeyError::KeyIdForm),
        (VKEY.replace("c74f20a3", "+74f20a3"), KeyError::KeyIdForm),
        (VKEY.replace("c74f20a3", "c74f20a"), KeyError::KeyIdForm),
        (VKEY.replace("c74f20a3", "0c74f20a3"), KeyError::KeyIdForm),
        (VKEY.replace("a3+", "a4+"), KeyError::KeyIdMismatch { stated: 0xc74f_20a4, computed: 0xc74f_20a3 }),
        (VKEY.replace("10TW", "10T"), KeyError::Base64),
        (VKEY.replace("10TW", "10T-"), KeyError::Base64),
        ("name+c74f20a3+".into(), KeyError::Base64),
        (vkey("name", 1, &point[..31]), KeyError::Length(31)),
        (vkey("name", 4, &[]), KeyError::Length(0)),
        (vkey("name", 1, &[&point[..], &[0]].concat()), KeyError::Length(33)),
        (vkey("name", 1, &off_curve), KeyError::NotAPoint),
        (vkey("name", 1, &[0; 32]), KeyError::Weak),
        (vkey("name", 1, &identity), KeyError::Weak),
        (vkey("name", 4, &order_two), KeyError::Weak),
    ];
    for (text, expected) in table {
        assert_eq!(VerifierKey::parse(&text), Err(expected), "{text:?}");
    }
    assert!(VerifierKey::parse(&vkey("name", 4, &point)).is_ok());
}

#[test]
fn unknown_kinds_are_kept_and_verify_nothing() {
    for key in [&[][..], &[0; 32], &[7; 1312]] {
        let text = vkey("name", 0x06, key);
        let key = VerifierKey::parse(&text).unwrap();
        assert_eq!((key.kind(), key.to_string()), (KeyKind::Unknown(6), text));
        assert_eq!(key.verify(TEXT, &[0; 64]), Err(SignatureError::Unsupported(6)));
    }
}

#[test]
fn malformed_private_keys() {
    const FORM: KeyError = KeyError::Form("PRIVATE+KEY+<name>+<key id>+<base64>");
    let (log, witness) = (SigningKey::parse(SKEY).unwrap(), WitnessKey::generate("w").unwrap());
    let seed = &log.0.secret.as_bytes()[..];
    let with = |kind: u8, seed: &[u8]| format!("PRIVATE+KEY+PeterNeumann+c74f20a3+{}", encode(kind.into(), seed));
    let computed = key_id("Peter", KeyKind::Ed25519, &log.0.public.bytes);
    let table = [
        (VKEY.to_owned(), FORM),
        (SKEY.replace("PRIVATE", "private"), FORM),
        ("PRIVATE+KEY+name".to_owned(), FORM),
        (with(1, &seed[1..]), KeyError::Length(31)),
        (with(6, seed), KeyError::WrongKind { expected: 1, found: 6 }),
        (witness.to_text(), KeyError::WrongKind { expected: 1, found: 4 }),
        (SKEY.replace("PeterNeumann", "Peter"), KeyError::KeyIdMismatch { stated: 0xc74f_20a3, computed }),
    ];
    for (text, expected) in table {
        assert_eq!(SigningKey::parse(&text).unwrap_err(), expected);
    }
    assert_eq!(WitnessKey::parse(SKEY).unwrap_err(), KeyError::WrongKind { expected: 4, found: 1 });
    assert_eq!(SigningKey::generate("a b").unwrap_err(), KeyError::Name);
    assert_eq!(WitnessKey::generate("").unwrap_err(), KeyError::Name);
}

#[test]
fn generated_keys_differ_and_come_back() {
    let (a, b) = (SigningKey::generate("log.test/a").unwrap(), SigningKey::generate("log.test/a").unwrap());
    assert_ne!(a.verifier_key(), b.verifier_key());
    let again = SigningKey::parse(&a.to_text()).unwrap();
    assert_eq!(VerifierKey::parse(&a.verifier_key().to_string()).as_ref(), Ok(a.verifier_key()));
    assert_eq!(verify(a.verifier_key(), TEXT, &again.sign(TEXT)), Ok(Verified::Signature));
    assert_eq!(WitnessKey::parse(&WitnessKey::generate("w").unwrap().to_text()).unwrap().verifier_key().name(), "w");
}

#[test]
fn debug_shows_no_secret() {
    // `PRIVATE+KEY+<name>+<id>+<base64>`: the base64 itself may hold a plus, so it is not what follows the last one.
    let seed_of = |text: &str| text.splitn(5, '+').nth(4).unwrap().to_owned();
    let seed = seed_of(SKEY);
    let log = format!("{:?}", SigningKey::parse(SKEY).unwrap());
    assert!(log.contains(VKEY) && !log.contains(&seed), "{log}");
    let witness = WitnessKey::generate("w").unwrap();
    let text = witness.to_text();
    let seed = seed_of(&text);
    assert!(seed.len() >= 44 && !format!("{witness:?}").contains(&seed));
}

#[test]
fn cosignatures_cover_the_time() {
    let witness = WitnessKey::generate("witness.test").unwrap();
    let key = witness.verifier_key();
    assert_eq!(key.kind(), KeyKind::Cosignature);
    for unix_seconds in [0, 1_679_315_147, u64::MAX] {
        let line = witness.cosign(TEXT, unix_seconds);
        assert_eq!(verify(key, TEXT, &line), Ok(Verified::Cosignature { unix_seconds }));
    }
    let note = format!("{TEXT}\n{}", witness.cosign(TEXT, 5));
    let payload = SignedNote::parse(note.as_bytes()).unwrap().signatures.remove(0).payload;
    let mut later = payload.clone();
    later[7] = 6;
    assert_eq!(key.verify(TEXT, &later), Err(SignatureError::Invalid));
    for (length, payload) in
        [(0, &[][..]), (7, &payload[..7]), (8, &payload[..8]), (64, &payload[8..]), (71, &payload[1..])]
    {
        assert_eq!(key.verify(TEXT, payload), Err(SignatureError::Length { expected: 72, found: length }));
    }
    // What is signed, to the letter of C2SP tlog-cosignature.
    let message = format!("cosignature/v1\ntime 5\n{TEXT}");
    assert_eq!(payload[8..], witness.0.secret.sign(message.as_bytes()).to_bytes());
}

#[test]
fn signatures_of_the_wrong_length_or_form() {
    let key = VerifierKey::parse(VKEY).unwrap();
    let signature = SigningKey::parse(SKEY).unwrap().0.sign(TEXT);
    assert_eq!(key.verify(TEXT, &signature), Ok(Verified::Signature));
    for found in [0, 63] {
        assert_eq!(key.verify(TEXT, &signature[..found]), Err(SignatureError::Length { expected: 64, found }));
    }
    let longer = [&signature[..], &[0]].concat();
    assert_eq!(key.verify(TEXT, &longer), Err(SignatureError::Length { expected: 64, found: 65 }));

    // S + L is the same scalar: accepting it would give one text two signatures (RFC 8032 §5.1.7 forbids it).
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let (mut malleable, mut carry) = (signature, 0);
    for (byte, add) in malleable[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    assert_eq!(key.verify(TEXT, &malleable), Err(SignatureError::Invalid));
}

proptest! {
    #[test]
    fn arbitrary_texts_never_panic(text in any::<String>(), parts in "(PRIVATE\\+KEY\\+)?a\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]*") {
        for text in [&text, &parts] {
            let _ = (VerifierKey::parse(text), SigningKey::parse(text).is_ok(), WitnessKey::parse(text).is_ok());
        }
    }

    #[test]
    fn any_changed_bit_breaks_a_signature(at in 0usize..64, bit in 0u8..8) {
        let private = SigningKey::parse(SKEY).unwrap();
        let mut signature = private.0.sign(TEXT);
        signature[at] ^= 1 << bit;
        prop_assert_eq!(private.verifier_key().verify(TEXT, &signature), Err(SignatureError::Invalid));
    }
}
