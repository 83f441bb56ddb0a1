//! The index and what answers from it, against plain loops over the records: written from the definitions, without
//! columns, codes or SQL.
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "logs of a few thousand rows")]
#![allow(clippy::single_range_in_vec_init, reason = "slices of one range")]
#![allow(
    clippy::needless_range_loop,
    clippy::type_complexity,
    reason = "rows are numbers, and inputs of properties tuples"
)]

mod answers;
mod damaged;
mod files;
mod filters;
mod part;
mod plain;
mod readings;
mod records;
mod several;
mod sql;
mod varied;

use std::path::{Path, PathBuf};

use crate::common::{Export, Log, write_folder};
use probity::bundle::reading::Unwatched;
use probity::evidence::Evidence;
use probity::index::{Choice, Index, IndexError};
use probity::integrity::Options;
use proptest::prelude::ProptestConfig;
use tempfile::TempDir;

/// Cases of a property: few, so that the tests stay fast; `PROPTEST_CASES` sets another number.
fn cases(few: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(few), failure_persistence: None, ..ProptestConfig::default() }
}

/// A log as a bundle, in a folder of its own, with a place for its index beside it.
struct Packed {
    folder: TempDir,
}

impl Packed {
    /// In segments.
    fn new(log: &Log, zstd: bool) -> Self {
        Self::of(&Export { zstd, ..Export::whole(log) })
    }

    fn of(export: &Export) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_folder(&export.files(), &folder.path().join("bundle"));
        Self { folder }
    }

    /// As one bare file.
    fn bare(log: &Log) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bundle"), log.bytes()).unwrap();
        Self { folder }
    }

    fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("the.index")
    }

    fn choice(&self) -> Choice {
        Choice { place: Some(self.place()), ..Choice::default() }
    }

    fn options() -> Options {
        Options { origin: Some(crate::common::ORIGIN.to_owned()), ..Options::default() }
    }

    fn index(&self) -> Result<Index, IndexError> {
        Index::open(&self.bundle(), &Self::options(), &self.choice(), &Unwatched)
    }

    fn open(&self) -> Evidence {
        Evidence::open(&[self.bundle()], &Self::options(), &self.choice(), &Unwatched).unwrap()
    }
}

/// Runs a test in a process of its own whose cache folder is a new one, and is in that process where it is.
fn in_own_cache(test: &str, body: impl FnOnce(&Path)) {
    const MARK: &str = "PROBITY_TEST_CACHE";
    if let Some(folder) = std::env::var_os(MARK) {
        return body(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(MARK, folder.path())
        .env("HOME", folder.path())
        .env("XDG_CACHE_HOME", folder.path().join("cache"))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("1 passed"), "there is no test {test}");
}
