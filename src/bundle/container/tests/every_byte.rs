//! Every single-byte change to a small zip is noticed, or is one of those that the module documents.

use std::collections::BTreeSet;
use std::io::{Seek as _, SeekFrom};

use super::builder::{Archive, archive, deflated, stored};
use super::*;

const EXTRA: &[u8] = b"UT\x05\0\x01abcd";

fn sample() -> Archive {
    archive(&[
        stored("manifest.json", b"{\"format\":1}"),
        deflated("log/0", b"line\n").with(|m| {
            m.local_extra = EXTRA.to_vec();
            m.central_extra = EXTRA.to_vec();
        }),
        stored("keys/k", b"vkey").streamed(true, false),
    ])
    .with_zip64_end()
}

/// Whether the change goes unnoticed; fails if what is read has changed unnoticed.
fn is_unnoticed(file: &tempfile::NamedTempFile, bytes: &[u8], expected: &BTreeMap<String, Vec<u8>>) -> bool {
    let mut handle = file.as_file();
    handle.set_len(0).unwrap();
    handle.seek(SeekFrom::Start(0)).unwrap();
    handle.write_all(bytes).unwrap();
    let mut container = Container::open(file.path()).unwrap();
    if !container.faults().is_empty() {
        return false;
    }
    match contents(&mut container) {
        Err(ReadError::Fault(_)) => false,
        Err(other) => panic!("{other}"),
        Ok(found) => {
            assert_eq!(found, *expected, "changed and not noticed");
            true
        }
    }
}

#[test]
fn each_byte_changed_deleted_and_inserted() {
    let sample = sample();
    let bytes = &sample.bytes;
    let (mut container, file) = open_bytes(bytes);
    assert_eq!(container.faults(), []);
    let expected = contents(&mut container).unwrap();
    assert_eq!(expected.len(), 3);

    let mut unnoticed: BTreeSet<(usize, u8)> = BTreeSet::new();
    let masks = [1, 2, 4, 8, 16, 32, 64, 128, 0xff];
    let mut changed = bytes.clone();
    for at in 0..bytes.len() {
        for mask in masks {
            changed[at] ^= mask;
            if is_unnoticed(&file, &changed, &expected) {
                unnoticed.insert((at, mask));
            }
            changed[at] = bytes[at];
        }
        let mut deleted = bytes.clone();
        deleted.remove(at);
        assert!(!is_unnoticed(&file, &deleted, &expected), "deleted at {at}");
    }
    for at in 0..=bytes.len() {
        for byte in [0, b'P', 0xff, bytes[at.min(bytes.len() - 1)]] {
            let mut inserted = bytes.clone();
            inserted.insert(at, byte);
            assert!(!is_unnoticed(&file, &inserted, &expected), "inserted {byte} at {at}");
        }
    }
    assert_eq!(unnoticed, outside_the_evidence(&sample, &masks));
}

/// The list in the module's documentation, for the sample.
fn outside_the_evidence(sample: &Archive, masks: &[u8]) -> BTreeSet<(usize, u8)> {
    let mut outside = BTreeSet::new();
    let mut all = |start: usize, count: usize| {
        outside.extend((start..start + count).flat_map(|at| masks.iter().map(move |&mask| (at, mask))));
    };
    let mut central = sample.central;
    for (name, extra) in [("manifest.json", 0), ("log/0", EXTRA.len()), ("keys/k", 0)] {
        all(central + 4, 2); // version made by
        all(central + 36, 2); // internal attributes
        all(central + 38, 3); // external attributes, below the file type
        if extra > 0 {
            all(central + 46 + name.len() + 4, extra - 4); // times
        }
        central += 46 + name.len() + extra;
    }
    let deflated = 30 + "manifest.json".len() + 12;
    all(deflated + 30 + "log/0".len() + 4, EXTRA.len() - 4); // times
    all(sample.end - 76 + 12, 2); // version made by, zip64
    // Deflate, a stored block: the five bits between its header and the next whole byte.
    let padding = deflated + 30 + "log/0".len() + EXTRA.len();
    outside.extend([8, 16, 32, 64, 128].map(|mask| (padding, mask)));
    // With a data descriptor, the local size may be zero, or the four bytes that it is.
    let streamed = padding + "line\n".len() + 5;
    outside.insert((streamed + 22, 4));
    // The upper byte of the mode: permissions in the lower half, and from "regular file" to "not said".
    let mut central = sample.central;
    for (name, extra) in [("manifest.json", 0), ("log/0", EXTRA.len()), ("keys/k", 0)] {
        outside.extend([1, 2, 4, 8, 128].map(|mask| (central + 41, mask)));
        central += 46 + name.len() + extra;
    }
    outside
}
