//! One zip for each thing that can be wrong with its end records, and for bytes that belong to nothing.

use super::builder::{Archive, archive, stored};
use super::*;
use FaultKind::*;

#[test]
fn faults_of_the_archive() {
    let two = || archive(&[stored("a", b"alpha"), stored("b", b"beta")]);
    let cut = |bytes: usize| {
        let mut a = two();
        a.bytes.truncate(a.bytes.len() - bytes);
        a
    };
    let followed_by = |more: &[u8]| {
        let mut a = two();
        a.bytes.extend(more);
        a
    };
    let inserted = |at: fn(&Archive) -> usize| {
        let mut a = two();
        let place = at(&a);
        a.bytes.splice(place..place, *b"hidden");
        a
    };
    let zip64 = |at: usize, patch: &[u8]| {
        let a = two().with_zip64_end().end_field(0, b"P");
        let start = a.end - 76;
        let mut a = a;
        a.bytes[start + at..start + at + patch.len()].copy_from_slice(patch);
        a
    };
    let both: &[&str] = &["a", "b"];
    let cases: Vec<(&str, FaultKind, Archive, &[&str])> = vec![
        ("cut in the end record", Truncated, cut(1), &[]),
        ("cut in the directory", Truncated, cut(30), &[]),
        ("cut in a member", Truncated, cut(120), &[]),
        ("comment cut", Truncated, two().end_field(20, &[5]), both),
        (
            "comment",
            TrailingData,
            {
                let mut a = two().end_field(20, &[5]);
                a.bytes.extend(b"hello");
                a
            },
            both,
        ),
        ("a byte after the end", TrailingData, followed_by(b"\n"), both),
        (
            "before the first member",
            TrailingData,
            archive(&[stored("a", b"").with(|m| m.before = b"PK\x03\x04".to_vec()), stored("b", b"")]),
            both,
        ),
        (
            "between members",
            TrailingData,
            archive(&[stored("a", b""), stored("b", b"").with(|m| m.before = b"?".to_vec())]),
            both,
        ),
        (
            "before the directory",
            TrailingData,
            archive(&[stored("a", b""), stored("b", b"").with(|m| m.descriptor = b"?".to_vec())]),
            both,
        ),
        ("before the end record", TrailingData, inserted(|a| a.end), both),
        (
            "a member that the directory leaves out",
            TrailingData,
            {
                let a = archive(&[stored("a", b""), stored("c", b""), stored("b", b"")]);
                let size = (a.end - a.central) / 3;
                let mut a = a.end_field(8, &[2, 0, 2, 0, u8::try_from(size * 2).unwrap()]);
                a.bytes.drain(a.central + size..a.central + 2 * size);
                a
            },
            both,
        ),
        ("fewer entries", Malformed, two().end_field(8, &[1, 0, 1, 0]), both),
        ("more entries", Malformed, two().end_field(8, &[3, 0, 3, 0]), both),
        ("entries on this disk", Malformed, two().end_field(8, &[1]), &[]),
        ("disk", Malformed, two().end_field(4, &[1]), &[]),
        ("disk of the directory", Malformed, two().end_field(6, &[1]), &[]),
        ("directory beyond the end", Malformed, two().end_field(16, &[0xff, 0xff]), &[]),
        ("directory size beyond 64 bits", Malformed, zip64(40, &[0xff, 0xff, 0xff, 0, 0, 0, 0, 0]), &[]),
        ("zip64 without record", Malformed, zip64(0, b"?"), &[]),
        ("zip64 record size", Malformed, zip64(4, &[45]), &[]),
        ("zip64 version needed", Malformed, zip64(14, &[46]), &[]),
        ("zip64 disk", Malformed, zip64(16, &[1]), &[]),
        ("zip64 entries on this disk", Malformed, zip64(24, &[1]), &[]),
        ("zip64 locator", HeaderMismatch, zip64(64, &[0]), &[]),
        ("zip64 disks", Malformed, zip64(72, &[2]), &[]),
        ("zip64 differs", HeaderMismatch, two().with_zip64_end().end_field(10, &[7, 0]), &[]),
        ("zip64 offset", Malformed, zip64(48, &[0xff; 8]), &[]),
        (
            "entry count",
            CountLimit,
            { zip64(24, &[&200_001u64.to_le_bytes()[..], &200_001u64.to_le_bytes()].concat()) },
            &[],
        ),
        ("directory size", SizeLimit, zip64(40, &(65u64 << 20).to_le_bytes()), &[]),
    ];
    for (what, kind, archive, readable) in cases {
        let (mut container, _file) = open_bytes(&archive.bytes);
        assert_eq!(container.form(), Form::Zip);
        assert_eq!(kinds(&container), [kind], "{what}: {:?}", container.faults());
        assert_eq!(container.faults()[0].path, None, "{what}");
        assert_eq!(paths(&container), readable, "{what}");
        assert!(contents(&mut container).is_ok());
    }
}
