//! `probity verify` against the hash tools that an auditor would reach for, all in one run: SHA-256 over the same
//! uncompressed bytes by coreutils and by OpenSSL, and `zstd -dc | sha256sum` from the compressed segments.
//!
//! `cargo bench --bench verify`; `PROBITY_BENCH_RECORDS` sets the number of records (1 000 000), each about 1 KB. Tools
//! that are not installed are left out. What counts is the ratio within a run; peak memory is printed at the end.
