//! Zips that attack: names that collide, shared data, bombs, contents that lie, damage at random.

use std::io::{Cursor, Write as _};

use ::zip::write::{SimpleFileOptions, ZipWriter};
use proptest::prelude::*;

use super::builder::{Member, archive, crc32, deflated, stored};
use super::*;
use FaultKind::*;

/// What the zip crate would show: one of two equal names.
#[test]
fn equal_names() {
    let (mut container, _file) = open_bytes(&archive(&[stored("a", b"1"), stored("b", b"2"), stored("a", b"3")]).bytes);
    assert_eq!(kinds(&container), [DuplicateEntry; 2]);
    assert_eq!(paths(&container), ["b"]);
    assert_eq!(fault_of(container.read("a", 9)), DuplicateEntry);
}

#[test]
fn names_that_collide() {
    for names in [["Log/a", "log/A"], ["\u{e9}", "e\u{301}"], ["a", "a/b"], ["a", "A/b"], ["a/", "A"]] {
        let folder = |m: &mut Member| {
            m.external = 0;
            m.flags = 1 << 11;
        };
        let members = names.map(|name| stored(name, b"").with(folder));
        let (container, _file) = open_bytes(&archive(&members).bytes);
        assert_eq!(kinds(&container), [NameCollision; 2], "{names:?}");
        assert_eq!(container.entries(), [], "{names:?}");
    }
}

/// A quoted-overlap bomb: many names for the data of one member.
#[test]
fn members_that_share_data() {
    let one = deflated("a", &[0; 1000]);
    let mut members = vec![one.clone(), stored("z", b"")];
    for name in ["b", "c", "d"] {
        members.push(one.clone().with(|m| {
            m.name = name.as_bytes().to_vec();
            m.shares = Some(0);
        }));
    }
    let (container, _file) = open_bytes(&archive(&members).bytes);
    assert_eq!(paths(&container), ["z"]);
    let found = kinds(&container);
    assert_eq!(container.fault_count(Overlap), 4, "{found:?}");

    // A member whose data is the local header and data of the next.
    let inner = archive(&[stored("b", b"beta")]);
    let outer = stored("a", &inner.bytes[..inner.central]);
    let mut members = vec![outer, stored("b", b"beta").with(|m| m.shares = Some(0))];
    members[1].central.push((42, vec![31]));
    let (container, _file) = open_bytes(&archive(&members).bytes);
    assert_eq!(kinds(&container), [Overlap; 2], "{:?}", container.faults());
    assert_eq!(container.entries(), []);

    // A member that reaches into the central directory.
    let long = stored("a", b"alpha").both(18, &[9]).both(22, &[9]);
    let (container, _file) = open_bytes(&archive(&[long]).bytes);
    assert_eq!(kinds(&container), [Overlap]);
}

#[test]
fn contents_that_are_not_what_the_headers_say() {
    let wrong_crc = |m: &mut Member| m.crc32 ^= 1;
    for (what, kind, member) in [
        ("stored crc", Crc, stored("a", b"alpha").with(wrong_crc)),
        ("deflated crc", Crc, deflated("a", b"alpha").with(wrong_crc)),
        ("corrupt block", Crc, deflated("a", b"alpha").with(|m| m.data[3] ^= 1)),
        ("no last block", Crc, deflated("a", b"alpha").with(|m| m.data[0] = 0)),
        ("no data", Crc, deflated("a", b"").with(|m| m.data.clear())),
        ("more than declared", SizeLimit, deflated("a", b"alpha").both(22, &[4])),
        ("more than nothing", SizeLimit, deflated("a", b"alpha").both(22, &[0])),
        ("less than declared", Truncated, deflated("a", b"alpha").both(22, &[6])),
        ("bytes after the stream", TrailingData, deflated("a", b"alpha").with(|m| m.data.extend(b"hidden"))),
    ] {
        let (mut container, _file) = open_bytes(&archive(&[member]).bytes);
        assert_eq!(container.faults(), [], "{what}");
        assert_eq!(fault_of(container.read("a", 99)), kind, "{what}");
    }
}

/// The declared size is small; a reader that trusts the decoder would make it gigabytes.
#[test]
fn a_bomb_stops_at_its_declared_size() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a", SimpleFileOptions::default()).unwrap();
    for _ in 0..64 {
        writer.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    let (container, _file) = open_bytes(&bytes);
    assert_eq!(kinds(&container), [RatioLimit]);
    let end = bytes.len() - 22;
    let central = usize::try_from(u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap())).unwrap();
    for at in [22, central + 24] {
        bytes[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
    }
    let (mut container, _file) = open_bytes(&bytes);
    assert_eq!(container.faults(), []);
    assert_eq!(fault_of(container.read("a", 5000)), SizeLimit);
}

/// The decoder does not tell a stream that ends one byte early from one that needs its last byte for its end.
#[test]
fn one_superfluous_byte_after_a_deflate_stream_is_outside_the_evidence() {
    let member = deflated("a", b"alpha").with(|m| m.data.push(0));
    let (mut container, _file) = open_bytes(&archive(&[member]).bytes);
    assert_eq!(container.read("a", 99).unwrap(), b"alpha");
}

#[test]
fn many_faults_are_counted_and_not_kept() {
    let members: Vec<_> = (0..3000).map(|n| stored(&format!("a/../{n}"), b"")).collect();
    let (container, _file) = open_bytes(&archive(&members).bytes);
    assert_eq!(container.faults().len(), 1000);
    assert_eq!(container.fault_count(UnsafePath), 3000);
    // Equal names and one shared extent: the work must not be quadratic.
    let one = stored("same", b"");
    let mut members = vec![one.clone(); 60_000];
    members[1..].iter_mut().for_each(|m| m.shares = Some(0));
    let start = std::time::Instant::now();
    let (container, _file) = open_bytes(&archive(&members).bytes);
    assert_eq!(container.fault_count(Overlap), 60_000);
    assert_eq!(container.fault_count(DuplicateEntry), 60_000);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn a_zip_that_changes_behind_the_listing() {
    let long = vec![5; 10_000];
    for member in [stored("a", &long), deflated("a", &long)] {
        let (mut container, file) = open_bytes(&archive(&[member]).bytes);
        file.as_file().set_len(5000).unwrap();
        assert_eq!(fault_of(container.read("a", 10_000)), Truncated);
    }
}

#[test]
fn the_test_crc_is_the_one_of_zip() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arbitrary_bytes_do_not_panic(rest in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(rest);
        let (mut container, _file) = open_bytes(&bytes);
        prop_assert!(!container.faults().is_empty());
        let _ = contents(&mut container);
    }

    /// Random damage to a plausible archive gets deeper than random bytes.
    #[test]
    fn damaged_archives_do_not_panic(
        patches in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        zip64 in any::<bool>(),
    ) {
        let mut archive = archive(&[
            stored("a/", b"").with(|m| m.external = 0),
            stored("a/b", b"beta").streamed(true, true),
            deflated("c", b"gamma").with(|m| m.local_extra = b"UT\x05\0\x01abcd".to_vec()),
        ]);
        if zip64 {
            archive = archive.with_zip64_end();
        }
        for (place, byte) in patches {
            let place = place.index(archive.bytes.len());
            archive.bytes[place] = byte;
        }
        let (mut container, _file) = open_bytes(&archive.bytes);
        let _ = contents(&mut container);
    }
}
