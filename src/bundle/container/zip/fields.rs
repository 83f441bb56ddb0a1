//! Little-endian numbers at fixed places of a header. The caller has checked the length.

use super::super::fault::{FaultKind, Oddity};

/// The 16-bit number at `at`.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// The 32-bit number at `at`.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

/// The 64-bit number at `at`.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// The value that says "see the zip64 field".
pub(super) const SENTINEL_16: u16 = u16::MAX;
/// The value that says "see the zip64 field".
pub(super) const SENTINEL_32: u32 = u32::MAX;

/// A structure that does not follow its format.
pub(super) fn malformed(expected: impl Into<String>, actual: impl Into<String>) -> Oddity {
    Oddity::new(FaultKind::Malformed, expected, actual)
}

/// Two places that state the same thing differ.
pub(super) fn mismatch(expected: impl Into<String>, actual: impl Into<String>) -> Oddity {
    Oddity::new(FaultKind::HeaderMismatch, expected, actual)
}
