//! Tests of the container as its reader sees it: a file or folder in, entries, faults and contents out.

mod bare_tests;
mod builder;
mod every_byte;
mod folder_tests;
mod zip_archive_faults;
mod zip_hostile;
mod zip_member_faults;
mod zip_valid;

use std::collections::BTreeMap;
use std::io::Write as _;

use super::*;

/// The container in these bytes, as a file. The file lives as long as the guard.
fn open_bytes(bytes: &[u8]) -> (Container, tempfile::NamedTempFile) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let container = Container::open(file.path()).unwrap();
    (container, file)
}

fn kinds(container: &Container) -> Vec<FaultKind> {
    container.faults().iter().map(|fault| fault.kind).collect()
}

fn paths(container: &Container) -> Vec<&str> {
    container.entries().iter().map(|entry| entry.path.as_str()).collect()
}

/// All members with their contents, or the first error.
fn contents(container: &mut Container) -> Result<BTreeMap<String, Vec<u8>>, ReadError> {
    let paths: Vec<String> = container.entries().iter().map(|entry| entry.path.clone()).collect();
    let read = |path: String| container.read(&path, u64::MAX).map(|content| (path, content));
    paths.into_iter().map(read).collect()
}

fn fault_of(result: Result<Vec<u8>, ReadError>) -> FaultKind {
    match result {
        Err(ReadError::Fault(fault)) => fault.kind,
        other => panic!("no fault: {other:?}"),
    }
}
