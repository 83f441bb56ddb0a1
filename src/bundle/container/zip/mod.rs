//! A zip as a container: the central directory and every local header are read here, in bounded memory, and must agree
//! and account for every byte of the file. No member's content is read; that is `member`'s business.
//! Formats: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.

mod central;
mod end;
mod extra;
mod fields;
mod local;

use std::fs::File;
use std::io;

use self::central::Central;
use super::Entry;
use super::fault::{FaultKind, Faults, Oddity};
use super::listing::{Candidate, list as list_candidates};
use super::member::ZipMember;
use super::read_at;

/// Lists the members of a zip of `length` bytes.
pub(super) fn list(file: &File, length: u64, faults: &mut Faults) -> io::Result<(Vec<Entry>, Vec<ZipMember>)> {
    let Some(directory) = end::find_directory(file, length, faults)? else {
        return Ok((Vec::new(), Vec::new()));
    };
    // The size was checked against its limit and lies within the file.
    let mut bytes = vec![0; usize::try_from(directory.bytes).unwrap_or(0)];
    let count = read_at(file, &mut bytes, directory.offset)?;
    bytes.truncate(count);
    let (centrals, complete) = central::parse(&bytes, &directory, faults);
    let members = check_members(file, directory.offset, &centrals, complete, faults)?;
    let candidates = centrals
        .iter()
        .zip(members)
        .map(|(central, (data_offset, faulty))| Candidate {
            name: central.plain_name().to_vec(),
            is_folder: central.is_folder(),
            bytes: central.uncompressed_bytes,
            offset: Some(central.at),
            faulty,
            place: ZipMember {
                data_offset,
                compressed_bytes: central.compressed_bytes,
                crc32: central.crc32,
                is_deflated: central.is_deflated(),
            },
        })
        .collect();
    Ok(list_candidates(candidates, faults))
}

/// The bytes that a member occupies, from its local header to the end of its data or data descriptor.
#[derive(Debug, Clone, Copy)]
struct Extent {
    member: usize,
    start: u64,
    end: u64,
}

/// Compares all local headers and extents. Returns where each member's data starts and whether it is faulty.
fn check_members(
    file: &File,
    directory_offset: u64,
    centrals: &[Central<'_>],
    complete: bool,
    faults: &mut Faults,
) -> io::Result<Vec<(u64, bool)>> {
    let mut members: Vec<(u64, bool)> = vec![(0, false); centrals.len()];
    for (index, central) in centrals.iter().enumerate() {
        if let Err(oddity) = central.check() {
            faults.add(oddity, Some(central.plain_name()), Some(central.at));
            members[index].1 = true;
        }
    }
    let mut order: Vec<usize> = (0..centrals.len()).collect();
    order.sort_by_key(|&index| centrals[index].header_offset);
    let mut extents: Vec<Extent> = Vec::with_capacity(order.len());
    let mut buffer = Vec::new();
    for (position, &index) in order.iter().enumerate() {
        let central = &centrals[index];
        let next = order.get(position + 1);
        let limit = next.map_or(directory_offset, |&next| centrals[next].header_offset);
        let found = local::compare(file, central, limit.min(directory_offset), &mut buffer)?;
        if let Err(oddity) = found.agreement
            && !members[index].1
        {
            faults.add(oddity, Some(central.plain_name()), Some(central.header_offset));
            members[index].1 = true;
        }
        members[index].0 = found.data_offset;
        if let Some(end) = found.end {
            extents.push(Extent { member: index, start: central.header_offset, end });
        }
    }
    check_extents(&extents, directory_offset, complete, centrals, &mut members, faults);
    Ok(members)
}

/// Every byte before the central directory must belong to exactly one member. `extents` is sorted by start.
fn check_extents(
    extents: &[Extent],
    directory_offset: u64,
    complete: bool,
    centrals: &[Central<'_>],
    members: &mut [(u64, bool)],
    faults: &mut Faults,
) {
    let mut overlapping = |member: usize, actual: String, faults: &mut Faults| {
        let expected = "bytes of its own";
        let oddity = Oddity::new(FaultKind::Overlap, expected, actual);
        let central = &centrals[member];
        faults.add(oddity, Some(central.plain_name()), Some(central.header_offset));
        members[member].1 = true;
    };
    let gap = |from: u64, to: u64, faults: &mut Faults| {
        let actual = format!("{} bytes that belong to nothing", to - from);
        let oddity = Oddity::new(FaultKind::TrailingData, "a member", actual);
        faults.add(oddity, None, Some(from));
    };
    // The extent that reaches farthest so far, and whether it was reported.
    let mut farthest: Option<(Extent, bool)> = None;
    for &extent in extents {
        let covered = farthest.map_or(0, |(extent, _)| extent.end);
        let mut reported = false;
        if let Some((other, other_reported)) = &mut farthest
            && extent.start < other.end
        {
            let name = super::path::escape_within(centrals[other.member].name, 80);
            overlapping(extent.member, format!("shares bytes with {name}"), faults);
            reported = true;
            if !*other_reported {
                let name = super::path::escape_within(centrals[extent.member].name, 80);
                overlapping(other.member, format!("shares bytes with {name}"), faults);
                *other_reported = true;
            }
        } else if extent.start > covered && complete {
            gap(covered, extent.start, faults);
        }
        if extent.end > directory_offset && !reported {
            let actual = "reaches into the central directory".to_owned();
            overlapping(extent.member, actual, faults);
            reported = true;
        }
        if extent.end >= covered {
            farthest = Some((extent, reported));
        }
    }
    let covered = farthest.map_or(0, |(extent, _)| extent.end);
    if covered < directory_offset && complete {
        gap(covered, directory_offset, faults);
    }
}
