//! The proof files of a slice: the nodes that stand for what was withheld. Which nodes these must be follows from size
//! and ranges alone; a file that lists any other is refused, so that no node can stand for a record that is present.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use super::anchors::Anchor;
use super::assemble::container_finding;
use super::code::Code;
use super::finding::{Finding, Findings};
use super::report::{Check, Checks};
use crate::bundle::container::{Container, ReadError};
use crate::bundle::limits::MAX_PROOF_BYTES;
use crate::bundle::reading::LogError;
use crate::record::sealed::parse_hex;
use crate::tlog::merkle::{Node, check_range_proof};

/// The proof files of a bundle, by the size in their name.
pub struct Proofs<'a> {
    by_size: BTreeMap<u64, &'a str>,
    misnamed: Vec<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofFile<'a> {
    size: u64,
    #[serde(borrow)]
    nodes: Vec<(u8, u64, &'a str)>,
}

impl<'a> Proofs<'a> {
    /// Sorts `proofs/<size>.json` by size.
    pub fn new(paths: &'a [String]) -> Self {
        let mut proofs = Self { by_size: BTreeMap::new(), misnamed: Vec::new() };
        for path in paths {
            let name = path.strip_prefix("proofs/").and_then(|name| name.strip_suffix(".json")).unwrap_or_default();
            match name.parse::<u64>() {
                Ok(size) if size.to_string() == name => {
                    proofs.by_size.insert(size, path);
                }
                _ => proofs.misnamed.push(path),
            }
        }
        proofs
    }

    /// Findings for files that no checkpoint needs: sizes up to which the bundle is whole, and sizes of no checkpoint.
    /// `needed` is sorted by size.
    pub fn superfluous(&self, needed: &[(u64, &Anchor)], findings: &mut Findings) {
        let is_needed = |size: &u64| needed.binary_search_by_key(size, |(needed, _)| *needed).is_ok();
        let needless = self.by_size.iter().filter(|(size, _)| !is_needed(size));
        for path in needless.map(|(_, path)| path).chain(&self.misnamed) {
            findings.add(Finding::new(Code::SliceProofSuperfluous).file(*path));
        }
    }

    /// The nodes for the checkpoint of that size, where the file is there and is what it must be.
    pub fn read(
        &mut self,
        container: &mut Container,
        size: u64,
        ranges: &[Range<u64>],
        anchor: &Anchor,
        findings: &mut Findings,
        checks: &mut Checks,
    ) -> Result<Option<Vec<Node>>, LogError> {
        let Some(path) = self.by_size.get(&size) else {
            let finding = if anchor.supplied {
                Finding::new(Code::VerifySkipped).adding(
                    "The slice has no proof for the checkpoint supplied; ask for one with a proof of that size.",
                )
            } else {
                Finding::new(Code::SliceProofMissing)
            };
            findings.add(finding.file(anchor.name.as_str()));
            checks.skip(Check::SliceProof, 1, "there is no proof of that size");
            return Ok(None);
        };
        let bytes = match container.read(path, MAX_PROOF_BYTES) {
            Ok(bytes) => bytes,
            Err(ReadError::Io { path, source }) => return Err(LogError::Io { path, source }),
            Err(ReadError::Fault(fault)) => {
                findings.add(container_finding(&fault));
                return Ok(None);
            }
            Err(ReadError::Missing) => return Ok(None),
        };
        let nodes = parse(&bytes, size).and_then(|nodes| {
            check_range_proof(size, ranges, &nodes).map_err(|error| error.to_string())?;
            Ok(nodes)
        });
        checks.note(Check::SliceProof, nodes.is_ok());
        match nodes {
            Ok(nodes) => Ok(Some(nodes)),
            Err(reason) => {
                findings.add(
                    Finding::new(Code::SliceProofWrong).file(*path).differs(
                        "the nodes that size and ranges ask for",
                        crate::record::text::shown_short(&reason, 200),
                    ),
                );
                Ok(None)
            }
        }
    }
}

/// Reads a proof file for the size in its name. Never panics, whatever `bytes` are.
pub fn parse(bytes: &[u8], size: u64) -> Result<Vec<Node>, String> {
    let file: ProofFile<'_> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if file.size != size {
        return Err(format!("the file says size {}", file.size));
    }
    file.nodes
        .into_iter()
        .map(|(level, index, hash)| {
            let hash = parse_hex(hash.as_bytes()).ok_or("a hash that is not 64 lower-case hex digits")?;
            Ok(Node { level, index, hash })
        })
        .collect::<Result<_, &str>>()
        .map_err(str::to_owned)
}
