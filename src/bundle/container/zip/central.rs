//! Entries of the central directory (APPNOTE 4.3.12), and what each of them must be on its own.

use super::super::fault::{FaultKind, Faults, Oddity};
use super::super::limits::{MAX_ENTRIES, MAX_RATIO, RATIO_FREE_BYTES};
use super::end::Directory;
use super::extra;
use super::fields::{SENTINEL_32, malformed, u16_at, u32_at};

const HEADER_BYTES: usize = 46;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Flag bits: encrypted, strong encryption, masked headers.
const ENCRYPTED_FLAGS: u16 = 1 | 1 << 6 | 1 << 13;
/// Sizes and CRC-32 follow the data.
const DESCRIPTOR_FLAG: u16 = 1 << 3;
/// The name is UTF-8.
const UTF8_FLAG: u16 = 1 << 11;
/// Two bits that tell how hard deflate tried, and the two above.
const ALLOWED_FLAGS: u16 = 1 << 1 | 1 << 2 | DESCRIPTOR_FLAG | UTF8_FLAG;

/// An entry of the central directory.
#[derive(Debug)]
pub(super) struct Central<'a> {
    /// Where the entry stands in the file.
    pub(super) at: u64,
    pub(super) version_needed: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) time: u16,
    pub(super) date: u16,
    pub(super) crc32: u32,
    pub(super) compressed_bytes: u64,
    pub(super) uncompressed_bytes: u64,
    /// As it stands there: of a folder with the `/`.
    pub(super) name: &'a [u8],
    comment_bytes: u16,
    disk: u16,
    external_attributes: u32,
    /// Where the local header stands in the file.
    pub(super) header_offset: u64,
    /// The local header is so far back that only a zip64 field can say where.
    pub(super) has_large_offset: bool,
    extra_oddity: Option<Oddity>,
}

/// Parses the central directory. The second value says whether it was parsed to its end.
pub(super) fn parse<'a>(bytes: &'a [u8], directory: &Directory, faults: &mut Faults) -> (Vec<Central<'a>>, bool) {
    let mut centrals = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let at = directory.offset + (bytes.len() - rest.len()) as u64;
        if centrals.len() as u64 == MAX_ENTRIES {
            let expected = format!("at most {MAX_ENTRIES} members");
            faults.add(Oddity::new(FaultKind::CountLimit, expected, "more"), None, Some(at));
            return (centrals, false);
        }
        let Some((central, after)) = Central::parse(rest, at) else {
            let actual = "none, or one that goes beyond the directory";
            faults.add(malformed("an entry of the central directory", actual), None, Some(at));
            return (centrals, false);
        };
        centrals.push(central);
        rest = after;
    }
    if centrals.len() as u64 != directory.entries || (bytes.len() as u64) < directory.bytes {
        let expected = format!("{} entries as the end record says", directory.entries);
        let oddity = malformed(expected, centrals.len().to_string());
        faults.add(oddity, None, Some(directory.offset));
    }
    (centrals, true)
}

impl<'a> Central<'a> {
    /// Parses the entry at the start of `bytes`; returns it and what follows.
    fn parse(bytes: &'a [u8], at: u64) -> Option<(Central<'a>, &'a [u8])> {
        if bytes.len() < HEADER_BYTES || !bytes.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (fixed, rest) = bytes.split_at(HEADER_BYTES);
        let (name, rest) = rest.split_at_checked(u16_at(fixed, 28).into())?;
        let (extra, rest) = rest.split_at_checked(u16_at(fixed, 30).into())?;
        let (_comment, rest) = rest.split_at_checked(u16_at(fixed, 32).into())?;
        let small = [u32_at(fixed, 24), u32_at(fixed, 20), u32_at(fixed, 42)];
        let resolved = extra::zip64(extra).and_then(|field| extra::resolve(small, field));
        let (numbers, extra_oddity) = match resolved {
            Ok(numbers) => (numbers, None),
            Err(oddity) => (small.map(u64::from), Some(oddity)),
        };
        let central = Central {
            at,
            version_needed: u16_at(fixed, 6),
            flags: u16_at(fixed, 8),
            method: u16_at(fixed, 10),
            time: u16_at(fixed, 12),
            date: u16_at(fixed, 14),
            crc32: u32_at(fixed, 16),
            uncompressed_bytes: numbers[0],
            compressed_bytes: numbers[1],
            header_offset: numbers[2],
            has_large_offset: small[2] == SENTINEL_32,
            name,
            comment_bytes: u16_at(fixed, 32),
            disk: u16_at(fixed, 34),
            external_attributes: u32_at(fixed, 38),
            extra_oddity,
        };
        Some((central, rest))
    }

    /// Whether the entry stands for a folder.
    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }

    /// The name without the `/` that marks a folder.
    pub(super) fn plain_name(&self) -> &'a [u8] {
        self.name.strip_suffix(b"/").unwrap_or(self.name)
    }

    pub(super) fn is_deflated(&self) -> bool {
        self.method == DEFLATED
    }

    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & DESCRIPTOR_FLAG != 0
    }

    /// What the entry must be on its own; the first oddity counts. Names are checked together with all others.
    pub(super) fn check(&self) -> Result<(), Oddity> {
        if let Some(oddity) = &self.extra_oddity {
            return Err(oddity.clone());
        }
        if self.flags & ENCRYPTED_FLAGS != 0 {
            let actual = format!("flags 0x{:04x}", self.flags);
            return Err(Oddity::new(FaultKind::Encrypted, "a member in the clear", actual));
        }
        if self.flags & !ALLOWED_FLAGS != 0 {
            let expected = "only the flags for deflate levels, data descriptors and UTF-8";
            return Err(malformed(expected, format!("flags 0x{:04x}", self.flags)));
        }
        if self.flags & UTF8_FLAG == 0 && !self.name.is_ascii() {
            let expected = "a name in UTF-8 that says so";
            let oddity = Oddity::new(FaultKind::UnsafePath, expected, "another encoding");
            return Err(oddity);
        }
        if self.disk != 0 {
            return Err(malformed("a zip on one disk", format!("disk {}", self.disk)));
        }
        if self.comment_bytes != 0 {
            let actual = format!("a comment of {} bytes", self.comment_bytes);
            return Err(Oddity::new(FaultKind::TrailingData, "no comment", actual));
        }
        self.check_type()?;
        self.check_sizes()
    }

    /// The upper half of the external attributes is a Unix mode, whatever system the entry names:
    /// that field is outside the evidence, so it must not decide.
    fn check_type(&self) -> Result<(), Oddity> {
        let expected = if self.is_folder() { "a folder" } else { "a regular file" };
        match (self.external_attributes >> 28, self.is_folder()) {
            (0, _) | (0o10, false) | (0o04, true) => Ok(()),
            (0o12, _) => Err(Oddity::new(FaultKind::Symlink, expected, "a symbolic link")),
            (other, _) => {
                let actual = format!("file type 0o{other:02o}");
                Err(Oddity::new(FaultKind::SpecialFile, expected, actual))
            }
        }
    }

    fn check_sizes(&self) -> Result<(), Oddity> {
        let (compressed, uncompressed) = (self.compressed_bytes, self.uncompressed_bytes);
        if !matches!(self.method, STORED | DEFLATED) {
            let actual = format!("method {}", self.method);
            return Err(Oddity::new(FaultKind::UnsupportedMethod, "stored or deflated", actual));
        }
        if self.is_folder() && (compressed, uncompressed, self.crc32) != (0, 0, 0) {
            return Err(malformed("a folder without data", format!("{compressed} bytes")));
        }
        if self.method == STORED && compressed != uncompressed {
            let expected = format!("{uncompressed} bytes stored");
            return Err(malformed(expected, format!("{compressed} bytes")));
        }
        if uncompressed > RATIO_FREE_BYTES && uncompressed > compressed.saturating_mul(MAX_RATIO) {
            let expected = format!("at most {MAX_RATIO} bytes for each compressed one");
            let actual = format!("{uncompressed} bytes from {compressed}");
            return Err(Oddity::new(FaultKind::RatioLimit, expected, actual));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_stops_at_the_limit_whatever_the_end_record_says() {
        let limit = usize::try_from(MAX_ENTRIES).unwrap_or(0);
        let mut entry = b"PK\x01\x02".to_vec();
        entry.resize(HEADER_BYTES, 0);
        for (count, limited) in [(limit, 0), (limit + 1, 1)] {
            let bytes = entry.repeat(count);
            let directory = Directory { offset: 0, bytes: bytes.len() as u64, entries: count as u64 };
            let mut faults = Faults::default();
            let (centrals, complete) = parse(&bytes, &directory, &mut faults);
            assert_eq!(centrals.len(), limit);
            assert_eq!(complete, limited == 0);
            assert_eq!(faults.count(FaultKind::CountLimit), limited);
        }
    }
}
