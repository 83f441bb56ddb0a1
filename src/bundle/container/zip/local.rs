//! Local headers and data descriptors (APPNOTE 4.3.7 and 4.3.9), compared with the central directory.

use std::fs::File;
use std::io;

use super::super::fault::{FaultKind, Oddity};
use super::super::{path, read_at};
use super::central::Central;
use super::extra;
use super::fields::{malformed, mismatch, u16_at, u32_at, u64_at};

const HEADER_BYTES: usize = 30;
/// Extra fields that are read together with the header; longer ones cost a second read.
const USUAL_EXTRA_BYTES: usize = 64;
const LONGEST_DESCRIPTOR_BYTES: u64 = 24;

/// What stands at a member's place.
pub(super) struct Found {
    /// Where the member's data starts.
    pub(super) data_offset: u64,
    /// Where the data, or its descriptor, ends; `None` if there is no local header.
    pub(super) end: Option<u64>,
    /// The first difference from the central directory.
    pub(super) agreement: Result<(), Oddity>,
}

/// Compares the local header of `central` and its data descriptor.
/// `limit` is where the next thing starts: another local header or the central directory.
pub(super) fn compare(file: &File, central: &Central<'_>, limit: u64, buffer: &mut Vec<u8>) -> io::Result<Found> {
    let none = |oddity| Found { data_offset: 0, end: None, agreement: Err(oddity) };
    let fixed_and_name = HEADER_BYTES + central.name.len();
    read_header(file, buffer, central.header_offset, fixed_and_name + USUAL_EXTRA_BYTES)?;
    if buffer.len() < HEADER_BYTES || !buffer.starts_with(b"PK\x03\x04") {
        let expected = format!("a local header at {}", central.header_offset);
        return Ok(none(malformed(expected, "other bytes")));
    }
    let length = HEADER_BYTES + usize::from(u16_at(buffer, 26)) + usize::from(u16_at(buffer, 28));
    if length > buffer.len() {
        read_header(file, buffer, central.header_offset, length)?;
        if length > buffer.len() {
            let oddity = Oddity::new(FaultKind::Truncated, "a local header", "the end of the file");
            return Ok(none(oddity));
        }
    }
    let data_offset = central.header_offset + length as u64;
    let Some(data_end) = data_offset.checked_add(central.compressed_bytes) else {
        return Ok(none(malformed("data within the file", "an end beyond 64 bits")));
    };
    let mut found = Found { data_offset, end: Some(data_end), agreement: compare_header(&buffer[..length], central) };
    if central.has_descriptor() && data_end <= limit {
        match read_descriptor(file, central, data_end, limit)? {
            Ok(bytes) => found.end = Some(data_end + bytes),
            Err(oddity) => {
                // Whatever follows the data is taken for the broken descriptor if it could be one.
                if limit - data_end <= LONGEST_DESCRIPTOR_BYTES {
                    found.end = Some(limit);
                }
                found.agreement = found.agreement.and(Err(oddity));
            }
        }
    }
    Ok(found)
}

/// Reads up to `length` bytes into `buffer`, which then has as many as there were.
fn read_header(file: &File, buffer: &mut Vec<u8>, offset: u64, length: usize) -> io::Result<()> {
    buffer.clear();
    buffer.resize(length, 0);
    let count = match i64::try_from(offset) {
        Ok(_) => read_at(file, buffer, offset)?,
        Err(_) => 0, // beyond any file
    };
    buffer.truncate(count);
    Ok(())
}

fn compare_header(header: &[u8], central: &Central<'_>) -> Result<(), Oddity> {
    let (name, extra) = header[HEADER_BYTES..].split_at(u16_at(header, 26).into());
    if name != central.name {
        let expected = format!("name {}", path::escape_within(central.name, 80));
        return Err(mismatch(expected, path::escape_within(name, 80)));
    }
    let version_needed = u16_at(header, 4);
    // Python's zipfile raises the version in the central directory alone where a large offset needs zip64.
    let is_raised = central.has_large_offset && central.version_needed == 45;
    if central.version_needed != version_needed && !(is_raised && version_needed < 45) {
        let expected = format!("version needed {}", central.version_needed);
        return Err(mismatch(expected, version_needed.to_string()));
    }
    for (what, of_central, local) in [
        ("flags", central.flags, u16_at(header, 6)),
        ("method", central.method, u16_at(header, 8)),
        ("time", central.time, u16_at(header, 10)),
        ("date", central.date, u16_at(header, 12)),
    ] {
        if of_central != local {
            return Err(mismatch(format!("{what} 0x{of_central:04x}"), format!("0x{local:04x}")));
        }
    }
    let small = [u32_at(header, 22), u32_at(header, 18)];
    let field = extra::zip64(extra)?;
    if let Some(field) = field
        && field.len() != 16
    {
        // APPNOTE 4.5.3: in a local header both sizes must be there.
        return Err(malformed("a local zip64 field with both sizes", format!("{} bytes", field.len())));
    }
    let sizes = extra::resolve(small, field)?;
    let crc32 = u32_at(header, 14);
    // Left to the descriptor; Info-ZIP states the uncompressed size in advance all the same.
    if central.has_descriptor()
        && (crc32, sizes[1]) == (0, 0)
        && (sizes[0] == 0 || sizes[0] == central.uncompressed_bytes)
    {
        return Ok(());
    }
    for (what, of_central, local) in [
        ("CRC-32", central.crc32.into(), crc32.into()),
        ("uncompressed size", central.uncompressed_bytes, sizes[0]),
        ("compressed size", central.compressed_bytes, sizes[1]),
    ] {
        if of_central != local {
            return Err(mismatch(format!("{what} {of_central}"), local.to_string()));
        }
    }
    Ok(())
}

/// Reads the data descriptor at `offset` and returns its length. It has a signature or not, and sizes of 32 or 64
/// bits; nothing in it says which, but each form has its own length, and the length is what is left before `limit`.
fn read_descriptor(file: &File, central: &Central<'_>, offset: u64, limit: u64) -> io::Result<Result<u64, Oddity>> {
    let mut bytes = [0; 24];
    let count = read_at(file, &mut bytes, offset)?;
    let bytes = &bytes[..count];
    let room = limit - offset;
    // The form that fits the room first; then the others, so that it is bytes after a descriptor that are reported.
    let mut forms = [(16, true, false), (24, true, true), (12, false, false), (20, false, true)];
    forms.sort_by_key(|&(length, ..)| length != room);
    for (length, with_signature, is_large) in forms {
        if length <= room && length <= count as u64 && descriptor_matches(bytes, with_signature, is_large, central) {
            return Ok(Ok(length));
        }
    }
    let expected = format!(
        "a data descriptor with CRC-32 {} and sizes {} and {}",
        central.crc32, central.compressed_bytes, central.uncompressed_bytes
    );
    Ok(Err(mismatch(expected, "other bytes")))
}

fn descriptor_matches(bytes: &[u8], with_signature: bool, is_large: bool, central: &Central<'_>) -> bool {
    let bytes = if with_signature {
        match bytes.strip_prefix(b"PK\x07\x08") {
            Some(rest) => rest,
            None => return false,
        }
    } else {
        bytes
    };
    let sizes = if is_large {
        (u64_at(bytes, 4), u64_at(bytes, 12))
    } else {
        (u32_at(bytes, 4).into(), u32_at(bytes, 8).into())
    };
    u32_at(bytes, 0) == central.crc32 && sizes == (central.compressed_bytes, central.uncompressed_bytes)
}
