//! Upper bounds that hold before anything is allocated, whatever a file says of itself. A bound that was hit is named
//! in a finding; `assets/spec/bundle-format.md` lists them.

/// Longest segment in bytes before compression.
pub const MAX_SEGMENT_RAW_BYTES: usize = 8 << 20;
/// Most lines in a segment.
pub const MAX_SEGMENT_LINES: u64 = 8192;
/// Longest segment file in bytes: what 8 MiB that do not compress can grow to, generously.
pub const MAX_SEGMENT_FILE_BYTES: u64 = 9 << 20;
/// Largest zstd window of a segment, as a power of two: no more than a segment holds.
pub const SEGMENT_WINDOW_LOG: u32 = 23;
/// Largest zstd window of a bare `.jsonl.zst`, as a power of two: what zstd itself reads without being told.
pub const BARE_WINDOW_LOG: u32 = 27;
/// Most segments in a manifest.
pub const MAX_SEGMENTS: usize = 150_000;
/// Most ranges of a slice.
pub const MAX_RANGES: usize = 1 << 20;
/// Longest manifest in bytes.
pub const MAX_MANIFEST_BYTES: u64 = 64 << 20;
/// Most checkpoints that are looked at.
pub const MAX_CHECKPOINTS: usize = 10_000;
/// Longest checkpoint file in bytes.
pub const MAX_NOTE_BYTES: u64 = 1 << 20;
/// Longest key file in bytes.
pub const MAX_KEY_BYTES: u64 = 4096;
/// Most key files that are looked at.
pub const MAX_KEYS: usize = 1_000;
/// Longest slice proof in bytes.
pub const MAX_PROOF_BYTES: u64 = 64 << 20;
/// Longest line of `disclosures.jsonl` in bytes: a record's worth in base64 and some.
pub const MAX_DISCLOSURE_LINE_BYTES: usize = 2 << 20;
