//! The bundles that a case is about: known by log identity and digest, and found again where they are now.

use std::path::{Path, PathBuf};

use super::Case;
use super::digest::Digest;
use super::entry::{Action, BundleRef, Value};
use super::error::CaseError;
use crate::index::{Index, digest_of};
use crate::integrity::Report;
use crate::tlog::note::VerifierKey;

/// So many files of a folder are looked at to find a bundle again.
const MAX_LOOKED_AT: usize = 16;

/// Where a bundle of a case is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There, by its digest.
    At(PathBuf),
    /// Where it was is another bundle now.
    Changed(PathBuf),
    /// Nowhere that was looked.
    Missing,
}

impl BundleRef {
    /// The bundle that a report is about, under the name of its file.
    #[must_use]
    pub fn of(report: &Report, path: &Path) -> Self {
        let name = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        Self {
            origin: report.log.origin.clone().unwrap_or_default(),
            size: report.log.size,
            root: report.log.root.map(Digest),
            digest: report.bundle_digest.map(Digest),
            name: name.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        }
    }

    /// The same log, up to the same record, whatever files it lies in.
    #[must_use]
    pub fn is_same_log(&self, other: &Self) -> bool {
        self.root.is_some() && (&self.origin, self.size, self.root) == (&other.origin, other.size, other.root)
    }
}

impl Case {
    /// The bundles of the case, and the items that name them.
    #[must_use]
    pub fn bundles(&self) -> Vec<(Digest, &BundleRef)> {
        let mut out: Vec<(Digest, &BundleRef)> = Vec::new();
        for (item, there) in self.state().items() {
            for value in there.values() {
                if let Value::Bundle(bundle) = value
                    && !out.iter().any(|(_, known)| known.digest.is_some() && known.digest == bundle.digest)
                {
                    out.push((item, bundle));
                }
            }
        }
        out
    }

    /// Looks for a bundle: where it was seen, beside the case, and beside the places where it was.
    ///
    /// # Errors
    /// [`CaseError::Store`].
    pub fn find(&self, bundle: &BundleRef) -> Result<Found, CaseError> {
        let Some(digest) = bundle.digest else { return Ok(Found::Missing) };
        let is_it = |path: &Path| matches!(digest_of(path), Ok(Some(found)) if found == digest.0);
        let seen = self.store.places(&digest.to_string())?;
        if let Some(path) = seen.iter().find(|path| is_it(path)) {
            return Ok(Found::At(path.clone()));
        }
        let parent = |path: &Path| path.parent().map(Path::to_owned);
        let here = std::path::absolute(self.path()).ok().as_deref().and_then(parent);
        let folders: Vec<PathBuf> = here.into_iter().chain(seen.iter().filter_map(|path| parent(path))).collect();
        let named = folders.iter().map(|folder| folder.join(&bundle.name)).find(|path| is_it(path));
        let found = named.or_else(|| {
            let first = folders.first()?;
            let files = std::fs::read_dir(first).ok()?.flatten().map(|entry| entry.path());
            files.filter(|path| may_be_bundle(path)).take(MAX_LOOKED_AT).find(|path| is_it(path))
        });
        Ok(match (found, seen.into_iter().find(|path| path.exists())) {
            (Some(path), _) => Found::At(path),
            (None, Some(path)) => Found::Changed(path),
            (None, None) => Found::Missing,
        })
    }

    /// Puts on record that a bundle was opened; the first time, also that the case is about it. Where it was verified for that, or
    /// `is_verified` says that it was, the verdict is kept as well.
    ///
    /// # Errors
    /// As [`Case::put`].
    pub fn opened(
        &mut self,
        index: &Index,
        by: &str,
        trust: &[VerifierKey],
        is_verified: bool,
    ) -> Result<(), CaseError> {
        let bundle = BundleRef::of(&index.report, index.bundle());
        let place = std::path::absolute(index.bundle()).unwrap_or_else(|_| index.bundle().to_owned());
        let path = place.to_string_lossy().into_owned();
        let is_known = self
            .bundles()
            .iter()
            .any(|(_, known)| **known == bundle || (known.digest.is_some() && known.digest == bundle.digest));
        let digest = bundle.digest.map(|digest| digest.to_string()).unwrap_or_default();
        let mut actions = Vec::new();
        if !is_known {
            actions.push(Action::Put { item: None, value: Value::Bundle(bundle.clone()), replaces: Vec::new() });
        }
        actions.push(Action::Opened { bundle, path, by: by.to_owned() });
        if index.is_new || is_verified {
            actions.push(verified(&index.report, index.bundle(), trust));
        }
        let seen = crate::record::time::shown(chrono::Utc::now());
        self.append_with(actions, |change| change.place(&digest, &place, &seen)).map(drop)
    }

    /// Puts on record what a verification of a bundle came to.
    ///
    /// # Errors
    /// As [`Case::put`].
    pub fn verified(&mut self, report: &Report, path: &Path, trust: &[VerifierKey]) -> Result<(), CaseError> {
        self.record(verified(report, path, trust))
    }

    /// Keeps where a bundle is now.
    ///
    /// # Errors
    /// [`CaseError::ReadOnly`], [`CaseError::Store`].
    pub fn located(&mut self, bundle: &BundleRef, path: &Path) -> Result<(), CaseError> {
        if let Some(why) = self.read_only() {
            return Err(CaseError::ReadOnly { path: self.path().to_owned(), why: why.to_owned() });
        }
        let digest = bundle.digest.map(|digest| digest.to_string()).unwrap_or_default();
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let seen = crate::record::time::shown(chrono::Utc::now());
        let change = self.store.change()?;
        change.place(&digest, &path, &seen)?;
        change.commit()
    }
}

/// The entry about a verification.
fn verified(report: &Report, path: &Path, trust: &[VerifierKey]) -> Action {
    let axes = report.verdict.axes().into_iter();
    Action::Verified {
        bundle: BundleRef::of(report, path),
        path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned(),
        verdict: axes.map(|(axis, value)| (axis.name().to_owned(), value.to_owned())).collect(),
        findings: report.finding_counts.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect(),
        trusted: trust.iter().map(ToString::to_string).collect(),
    }
}

/// Whether a file looks like a bundle by its name, or a folder by what is in it.
fn may_be_bundle(path: &Path) -> bool {
    let is_named = path
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| matches!(extension.to_ascii_lowercase().as_str(), "zip" | "jsonl" | "zst"));
    (is_named && path.is_file()) || (path.is_dir() && path.join("manifest.json").is_file())
}
