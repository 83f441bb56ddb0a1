//! Extra fields of a header (APPNOTE 4.5): the zip64 sizes, and fields about times and owners that are ignored.
//! Everything else is refused, since some readers take names, sizes or keys from it.

use super::super::fault::Oddity;
use super::fields::{SENTINEL_32, malformed, mismatch, u16_at, u64_at};

const ZIP64: u16 = 0x0001;
/// NTFS times, extended timestamp, old Info-ZIP times and owner, Info-ZIP owner.
const IGNORED: [u16; 4] = [0x000a, 0x5455, 0x5855, 0x7875];

/// The content of the zip64 field, if there is one. Every field must be complete, known and there once.
pub(super) fn zip64(extra: &[u8]) -> Result<Option<&[u8]>, Oddity> {
    let mut seen: Vec<u16> = Vec::new();
    let mut found = None;
    let mut rest = extra;
    while !rest.is_empty() {
        if rest.len() < 4 || rest.len() - 4 < usize::from(u16_at(rest, 2)) {
            return Err(malformed("complete extra fields", format!("{} bytes left over", rest.len())));
        }
        let id = u16_at(rest, 0);
        let (content, after) = rest[4..].split_at(usize::from(u16_at(rest, 2)));
        if seen.contains(&id) {
            return Err(malformed("an extra field once", format!("0x{id:04x} twice")));
        }
        seen.push(id);
        if id == ZIP64 {
            found = Some(content);
        } else if !IGNORED.contains(&id) {
            return Err(malformed("only zip64, time and owner extra fields", format!("0x{id:04x}")));
        }
        rest = after;
    }
    Ok(found)
}

/// Puts the numbers of a zip64 field in the place of sentinels, in the order that the format gives: uncompressed size,
/// compressed size, header offset.
///
/// The field has a number for each sentinel. Some writers also give numbers for which there is no sentinel;
/// that is accepted only where every way to read the field gives the same result.
pub(super) fn resolve<const N: usize>(small: [u32; N], field: Option<&[u8]>) -> Result<[u64; N], Oddity> {
    let mut values = small.map(u64::from);
    let sentinels = small.iter().filter(|&&value| value == SENTINEL_32).count();
    let Some(field) = field else {
        if sentinels > 0 {
            return Err(malformed("a zip64 field for the sizes that point to it", "none"));
        }
        return Ok(values);
    };
    let numbers = field.len() / 8;
    let leading = small.iter().take_while(|&&value| value == SENTINEL_32).count();
    let is_exact = numbers == sentinels;
    let is_unambiguous = numbers > sentinels && numbers <= N && leading == sentinels;
    if field.len() % 8 != 0 || !(is_exact || is_unambiguous) {
        let actual = format!("{} bytes", field.len());
        return Err(malformed(format!("a zip64 field with {sentinels} numbers"), actual));
    }
    let mut next = 0;
    for (value, small) in values.iter_mut().zip(small) {
        if is_exact && small != SENTINEL_32 || next == numbers {
            continue;
        }
        let large = u64_at(field, next * 8);
        next += 1;
        if small != SENTINEL_32 && u64::from(small) != large {
            return Err(mismatch(format!("{small} as in the header"), format!("{large} in the zip64 field")));
        }
        *value = large;
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u32 = SENTINEL_32;

    fn field(numbers: &[u64]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// Sizes and offset of a header, the numbers of its field, and what comes out.
    type Case<'a> = ([u32; 3], &'a [u64], Option<[u64; 3]>);

    #[test]
    fn zip64_numbers_stand_for_sentinels() {
        let cases: &[Case<'_>] = &[
            ([1, 2, 3], &[], Some([1, 2, 3])),
            ([S, 2, 3], &[7], Some([7, 2, 3])),
            ([1, S, 3], &[7], Some([1, 7, 3])),
            ([1, S, S], &[7, 8], Some([1, 7, 8])),
            ([S, S, S], &[7, 8, 9], Some([7, 8, 9])),
            // More than needed, but equal.
            ([1, 2, 3], &[1, 2], Some([1, 2, 3])),
            ([S, 2, 3], &[7, 2, 3], Some([7, 2, 3])),
            // More than needed, and different.
            ([1, 2, 3], &[1, 9], None),
            ([S, 2, 3], &[7, 9], None),
            // Could be read in two ways.
            ([1, S, 3], &[1, 7], None),
            // Too few, too many.
            ([S, S, 3], &[7], None),
            ([S, S, S], &[7, 8, 9, 0], None),
        ];
        for (small, numbers, expected) in cases {
            let got = resolve(*small, Some(&field(numbers))).ok();
            assert_eq!(got, *expected, "{small:?} {numbers:?}");
        }
        assert_eq!(resolve([1, 2], None), Ok([1, 2]));
        assert!(resolve([S, 2], None).is_err());
        assert!(resolve([S, 2], Some(&[0; 9])).is_err());
    }

    #[test]
    fn extra_fields_parse_exactly() {
        assert_eq!(zip64(b""), Ok(None));
        assert_eq!(zip64(b"UT\x01\x00a\x01\x00\x02\x00xy"), Ok(Some(&b"xy"[..])));
        for bad in [
            &b"U"[..],
            b"UT\x00",
            b"UT\x01\x00",
            b"UT\x00\x00U",
            b"UT\x00\x00UT\x00\x00",
            b"up\x00\x00",
            b"\x01\x99\x00\x00",
            b"\x00\x00\x00\x00",
        ] {
            assert!(zip64(bad).is_err(), "{bad:?}");
        }
    }
}
