//! What a container may cost. Every limit is checked before memory is allocated for what it limits.

/// The most members, folders included, that a container may have.
pub const MAX_ENTRIES: u64 = 200_000;

/// The largest central directory of a zip, in bytes. It is read in one piece.
pub const MAX_CENTRAL_DIRECTORY_BYTES: u64 = 64 << 20;

/// The longest path of a member, in bytes of UTF-8.
pub const MAX_PATH_BYTES: usize = 1024;

/// The most components of a member's path.
pub const MAX_PATH_COMPONENTS: usize = 8;

/// The most bytes that all members together may have uncompressed.
pub const MAX_TOTAL_BYTES: u64 = 1 << 40;

/// How many times larger than its compressed form a member may say that it is.
pub const MAX_RATIO: u64 = 1000;

/// Members up to this size, in bytes, may have any ratio: a small file of zeros is no bomb.
pub const RATIO_FREE_BYTES: u64 = 1 << 20;

/// How many faults of one kind are kept with their details; beyond it they are only counted.
pub const MAX_FAULTS_OF_A_KIND: u64 = 1000;
