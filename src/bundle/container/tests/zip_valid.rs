//! Zips that are in order, from several writers.

use std::io::{Cursor, Read as _, Write as _};

use ::zip::write::{SimpleFileOptions, ZipWriter};
use ::zip::{CompressionMethod, DateTime};

use super::builder::{archive, deflated, stored};
use super::*;

fn check(bytes: &[u8], expected: &[(&str, &[u8])]) {
    let (mut container, _file) = open_bytes(bytes);
    assert_eq!(container.faults(), []);
    assert_eq!(container.form(), Form::Zip);
    let expected: BTreeMap<String, Vec<u8>> =
        expected.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec())).collect();
    assert_eq!(contents(&mut container).unwrap(), expected);
    assert!(paths(&container).is_sorted());
    for (path, content) in expected {
        assert!(container.contains(&path));
        let mut streamed = Vec::new();
        container.stream(&path).unwrap().read_to_end(&mut streamed).unwrap();
        assert_eq!(streamed, content);
    }
}

#[test]
fn members_from_the_zip_crate() {
    let long = b"compressible ".repeat(100_000);
    let plain = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for large in [false, true] {
            let options = plain.compression_method(method).large_file(large);
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            writer.add_directory("log/", plain).unwrap();
            for (path, content) in [("manifest.json", &b"{}"[..]), ("log/0", &long), ("empty", b"")] {
                writer.start_file(path, options).unwrap();
                writer.write_all(content).unwrap();
            }
            let bytes = writer.finish().unwrap().into_inner();
            check(&bytes, &[("manifest.json", b"{}"), ("log/0", &long), ("empty", b"")]);
        }
    }
}

#[test]
fn streamed_by_the_zip_crate() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        for large in [false, true] {
            let options = SimpleFileOptions::default().compression_method(method).large_file(large);
            let mut bytes = Vec::new();
            let mut writer = ZipWriter::new_stream(&mut bytes);
            writer.start_file("a", options).unwrap();
            writer.write_all(&[7; 5000]).unwrap();
            writer.start_file("b", options).unwrap();
            writer.finish().unwrap();
            check(&bytes, &[("a", &[7; 5000]), ("b", b"")]);
        }
    }
}

#[test]
fn data_descriptors_of_every_form() {
    for (with_signature, is_large) in [(false, false), (false, true), (true, false), (true, true)] {
        let bytes = archive(&[
            stored("a", b"alpha").streamed(with_signature, is_large),
            deflated("b", b"beta").streamed(with_signature, is_large),
            // As Info-ZIP streams: the uncompressed size is known in advance.
            deflated("c", b"gamma").streamed(with_signature, is_large).local(22, &[5]),
        ])
        .bytes;
        check(&bytes, &[("a", b"alpha"), ("b", b"beta"), ("c", b"gamma")]);
    }
}

#[test]
fn times_owners_folders_and_utf8() {
    let times = [b"UT\x05\x00\x03abcd".to_vec(), b"ux\x0b\x00\x01\x04aaaa\x04bbbb".to_vec()].concat();
    let bytes = archive(&[
        stored("log/", b"").with(|m| m.external = 0o040_755 << 16 | 0x10),
        stored("log/grün", b"1").with(|m| m.flags = 1 << 11),
        deflated("a", b"2").with(|m| {
            m.local_extra = times.clone();
            m.central_extra = times[..9].to_vec();
            m.flags = 1 << 1;
        }),
        stored("b", b"3").with(|m| m.external = 0),
    ])
    .bytes;
    check(&bytes, &[("a", b"2"), ("b", b"3"), ("log/grün", b"1")]);
}

#[test]
fn zip64_everywhere() {
    let sizes = [b"\x01\x00\x10\x00".to_vec(), 5u64.to_le_bytes().to_vec(), 5u64.to_le_bytes().to_vec()].concat();
    let offset = [b"\x01\x00\x18\x00".to_vec(), sizes[4..].to_vec(), vec![0; 8]].concat();
    let member = stored("a", b"alpha").with(|m| {
        m.local_extra = sizes.clone();
        m.central_extra = offset;
    });
    let member = member.both(18, &[0xff; 8]).central(42, &[0xff; 4]);
    check(&archive(std::slice::from_ref(&member)).with_zip64_end().bytes, &[("a", b"alpha")]);
    check(&archive(&[member]).bytes, &[("a", b"alpha")]);
}

/// As Python's zipfile writes it: beyond 4 GiB only the central header asks for version 45.
/// Needs a file system with holes.
#[cfg(unix)]
#[test]
fn members_beyond_four_gibibytes() {
    use std::io::{Seek as _, SeekFrom};

    const HOLE: u64 = 256 << 30;
    let zip64 = |numbers: &[u64]| {
        let mut field = vec![1, 0, u8::try_from(numbers.len() * 8).unwrap(), 0];
        numbers.iter().for_each(|number| field.extend(number.to_le_bytes()));
        field
    };
    let large = stored("a", b"").both(18, &[0xff; 8]).with(|m| {
        m.local_extra = zip64(&[HOLE, HOLE]);
        m.central_extra = m.local_extra.clone();
    });
    let far = HOLE + 30 + 1 + 20;
    let after = stored("b", b"beta").central(6, &[45]).central(42, &[0xff; 4]);
    let after = after.with(|m| m.central_extra = zip64(&[far]));
    let archive = archive(&[large, after]).with_zip64_end();
    let mut bytes = archive.bytes;
    for (at, place) in [(48, archive.central), (64, archive.end - 76)] {
        let at = archive.end - 76 + at;
        bytes[at..at + 8].copy_from_slice(&(HOLE + place as u64).to_le_bytes());
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let (start, rest) = bytes.split_at(51);
    file.write_all(start).unwrap();
    file.seek(SeekFrom::Start(far)).unwrap();
    file.write_all(rest).unwrap();
    let mut container = Container::open(file.path()).unwrap();
    assert_eq!(container.faults(), []);
    assert_eq!(container.entries()[0].bytes, HOLE);
    assert_eq!(container.read("b", 9).unwrap(), b"beta");
    let mut start = [1; 9];
    let opened = std::time::Instant::now();
    container.stream("a").unwrap().read_exact(&mut start).unwrap();
    assert_eq!(start, [0; 9]);
    let elapsed = opened.elapsed();
    assert!(elapsed.as_secs() < 10, "read on to the end: {elapsed:?}");
    assert_eq!(fault_of(container.read("a", HOLE - 1)), FaultKind::SizeLimit);
}

#[test]
fn archives_without_members() {
    check(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", &[]);
}

#[test]
fn ten_thousand_members() {
    let members: Vec<_> = (0..10_000).map(|n| stored(&format!("attachments/{n:05}"), b"x")).collect();
    let bytes = archive(&members).bytes;
    let (container, file) = open_bytes(&bytes);
    assert_eq!(container.entries().len(), 10_000);
    let start = std::time::Instant::now();
    let again = Container::open(file.path()).unwrap();
    let elapsed = start.elapsed();
    println!("opened in {elapsed:?}");
    assert_eq!(again.faults(), []);
    assert!(elapsed.as_secs() < 2, "{elapsed:?}");
}

#[test]
fn a_stream_that_is_dropped_leaves_the_next_one_whole() {
    let long = vec![3; 100_000];
    let (mut container, _file) = open_bytes(&archive(&[stored("a", &long), stored("b", b"beta")]).bytes);
    let mut start = [0; 10];
    container.stream("a").unwrap().read_exact(&mut start).unwrap();
    assert_eq!(container.read("b", 4).unwrap(), b"beta");
    assert_eq!(container.read("a", 100_000).unwrap(), long);
}

#[test]
fn reading_stops_at_the_cap() {
    let (mut container, _file) = open_bytes(&archive(&[stored("a", b"alpha")]).bytes);
    assert_eq!(container.read("a", 5).unwrap(), b"alpha");
    assert_eq!(fault_of(container.read("a", 4)), FaultKind::SizeLimit);
    assert!(matches!(container.read("b", 4), Err(ReadError::Missing)));
}
