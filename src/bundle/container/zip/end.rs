//! The end of a zip: the end of central directory record, its zip64 form and the locator (APPNOTE 4.3.14 to 4.3.16).
//! It must be the last thing of the file, and the records must join without a gap.

use std::fs::File;
use std::io;

use super::super::fault::{FaultKind, Faults, Oddity};
use super::super::limits::{MAX_CENTRAL_DIRECTORY_BYTES, MAX_ENTRIES};
use super::super::read_at;
use super::fields::{SENTINEL_16, SENTINEL_32, malformed, mismatch, u16_at, u32_at, u64_at};

const END_BYTES: usize = 22;
const LOCATOR_BYTES: usize = 20;
const END64_BYTES: usize = 56;
/// An end record, the longest comment, and what may stand directly before it.
const TAIL_BYTES: usize = END64_BYTES + LOCATOR_BYTES + END_BYTES + 65_535;

/// Where the central directory is, within the limits and the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Directory {
    pub(super) offset: u64,
    pub(super) bytes: u64,
    pub(super) entries: u64,
}

/// Finds the central directory. `None` if it cannot be read; a fault says why.
pub(super) fn find_directory(file: &File, length: u64, faults: &mut Faults) -> io::Result<Option<Directory>> {
    let tail_length = length.min(TAIL_BYTES as u64);
    let tail_start = length - tail_length;
    let mut tail = vec![0; usize::try_from(tail_length).unwrap_or(0)];
    let count = read_at(file, &mut tail, tail_start)?;
    tail.truncate(count);
    let Some(at) = find_end(&tail) else {
        let expected = "an end of central directory record at the end";
        let oddity = Oddity::new(FaultKind::Truncated, expected, "none");
        faults.add(oddity, None, Some(length));
        return Ok(None);
    };
    let end = &tail[at..];
    let comment = usize::from(u16_at(end, 20));
    let trailing = end.len() - END_BYTES;
    if comment > trailing {
        let expected = format!("a comment of {comment} bytes");
        let oddity = Oddity::new(FaultKind::Truncated, expected, format!("{trailing} bytes"));
        faults.add(oddity, None, Some(length));
    } else if trailing > 0 {
        let expected = "nothing after the end of central directory record";
        let actual = format!("{trailing} bytes, of which {comment} are its comment");
        let oddity = Oddity::new(FaultKind::TrailingData, expected, actual);
        faults.add(oddity, None, Some(tail_start + (at + END_BYTES) as u64));
    }
    let end_offset = tail_start + at as u64;
    match read_end(&tail, at, tail_start) {
        Ok((directory, records_start)) => {
            let checked = check_place(directory, records_start);
            for oddity in checked.faults {
                faults.add(oddity.0, None, Some(oddity.1));
            }
            Ok(checked.directory)
        }
        Err(oddity) => {
            faults.add(oddity, None, Some(end_offset));
            Ok(None)
        }
    }
}

/// The end record that ends the file; failing that, the last one that there is.
fn find_end(tail: &[u8]) -> Option<usize> {
    let last = tail.len().checked_sub(END_BYTES)?;
    (0..=last).rev().find(|&at| tail[at..].starts_with(b"PK\x05\x06"))
}

/// Reads the end record at `at`, and the zip64 records before it. Returns the directory and where these records start.
fn read_end(tail: &[u8], at: usize, tail_start: u64) -> Result<(Directory, u64), Oddity> {
    let end = &tail[at..];
    let end_offset = tail_start + at as u64;
    let here =
        Directory { offset: u32_at(end, 16).into(), bytes: u32_at(end, 12).into(), entries: u16_at(end, 10).into() };
    let (disks, entries_here) = ((u16_at(end, 4), u16_at(end, 6)), u16_at(end, 8));
    let with_sentinel =
        u16_at(end, 10) == SENTINEL_16 || u32_at(end, 12) == SENTINEL_32 || u32_at(end, 16) == SENTINEL_32;
    let before = (LOCATOR_BYTES + END64_BYTES) as u64;
    let joins_zip64 = here.offset.saturating_add(here.bytes).saturating_add(before) == end_offset;
    let locator = at.checked_sub(LOCATOR_BYTES).map(|at| &tail[at..at + LOCATOR_BYTES]);
    let locator = locator.filter(|locator| locator.starts_with(b"PK\x06\x07"));
    let Some(locator) = locator.filter(|_| with_sentinel || joins_zip64) else {
        if disks != (0, 0) {
            return Err(malformed("a zip on one disk", format!("disks {disks:?}")));
        }
        if entries_here != u16_at(end, 10) {
            return Err(malformed("all entries on one disk", format!("{entries_here} of {}", here.entries)));
        }
        return Ok((here, end_offset));
    };
    let at64 = at.checked_sub(LOCATOR_BYTES + END64_BYTES);
    let record = at64.map(|at| &tail[at..at + END64_BYTES]);
    let Some(record) = record.filter(|record| record.starts_with(b"PK\x06\x06")) else {
        return Err(malformed("a zip64 end of central directory record before its locator", "none"));
    };
    let record_offset = end_offset - before;
    check_zip64(locator, record, record_offset)?;
    let large = Directory { offset: u64_at(record, 48), bytes: u64_at(record, 40), entries: u64_at(record, 32) };
    for (what, small, sentinel, large) in [
        ("disk", disks.0.into(), SENTINEL_16.into(), 0),
        ("disk of the directory", disks.1.into(), SENTINEL_16.into(), 0),
        ("entries on this disk", entries_here.into(), SENTINEL_16.into(), large.entries),
        ("entries", here.entries, SENTINEL_16.into(), large.entries),
        ("directory size", here.bytes, SENTINEL_32.into(), large.bytes),
        ("directory offset", here.offset, u64::from(SENTINEL_32), large.offset),
    ] {
        if small != sentinel && small != large {
            return Err(mismatch(format!("{what} {large} as in the zip64 record"), small.to_string()));
        }
    }
    Ok((large, record_offset))
}

fn check_zip64(locator: &[u8], record: &[u8], record_offset: u64) -> Result<(), Oddity> {
    if u64_at(locator, 8) != record_offset {
        let expected = format!("the zip64 end record at {record_offset}");
        return Err(mismatch(expected, format!("at {}", u64_at(locator, 8))));
    }
    let size = (END64_BYTES - 12) as u64;
    if u64_at(record, 4) != size {
        let expected = format!("a zip64 end record of {size} bytes");
        return Err(malformed(expected, u64_at(record, 4).to_string()));
    }
    if u16_at(record, 14) != 45 {
        return Err(malformed("version needed 45", u16_at(record, 14).to_string()));
    }
    let disks = (u32_at(locator, 4), u32_at(locator, 16), u32_at(record, 16), u32_at(record, 20));
    if disks != (0, 1, 0, 0) {
        return Err(malformed("a zip on one disk", format!("disks {disks:?}")));
    }
    if u64_at(record, 24) != u64_at(record, 32) {
        let actual = format!("{} of {}", u64_at(record, 24), u64_at(record, 32));
        return Err(malformed("all entries on one disk", actual));
    }
    Ok(())
}

struct Checked {
    directory: Option<Directory>,
    faults: Vec<(Oddity, u64)>,
}

/// Compares the directory with the limits and with where the end records start.
fn check_place(directory: Directory, records_start: u64) -> Checked {
    let refuse = |oddity: Oddity| Checked { directory: None, faults: vec![(oddity, records_start)] };
    if directory.entries > MAX_ENTRIES {
        let expected = format!("at most {MAX_ENTRIES} members");
        let oddity = Oddity::new(FaultKind::CountLimit, expected, directory.entries.to_string());
        return refuse(oddity);
    }
    if directory.bytes > MAX_CENTRAL_DIRECTORY_BYTES {
        let expected = format!("a central directory of at most {MAX_CENTRAL_DIRECTORY_BYTES} bytes");
        let oddity = Oddity::new(FaultKind::SizeLimit, expected, directory.bytes.to_string());
        return refuse(oddity);
    }
    let Some(end) = directory.offset.checked_add(directory.bytes).filter(|&end| end <= records_start) else {
        let actual = format!("{} bytes at {}", directory.bytes, directory.offset);
        return refuse(malformed(format!("a central directory that ends at {records_start}"), actual));
    };
    let mut faults = Vec::new();
    if end < records_start {
        let expected = "the end records directly after the central directory";
        let actual = format!("{} bytes between them", records_start - end);
        faults.push((Oddity::new(FaultKind::TrailingData, expected, actual), end));
    }
    Checked { directory: Some(directory), faults }
}
