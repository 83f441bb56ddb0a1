//! What an import leaves on record: the `log` record that opens the log, and the one behind each source (section 15.2
//! of the format).

use serde::Serialize;

use super::{Failure, Imported, RowCounts, Settings, SignatureCounts};
use crate::bundle::writer::{BundleWriter, RecordError, WriteError};
use crate::import::time::Zone;
use crate::record;
use crate::record::sealed::hex;
use crate::record::text::shown_short;

/// The most columns without use that an `imported` record lists.
const MAX_COLUMNS_ON_RECORD: usize = 1000;

#[derive(Serialize)]
struct OpenedRecord<'a> {
    kind: &'a str,
    timestamp: &'a str,
    audit_id: &'a str,
    event: &'a str,
    origin: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

#[derive(Serialize)]
struct ImportedRecord<'a> {
    kind: &'a str,
    timestamp: &'a str,
    audit_id: String,
    event: &'a str,
    source: SourceOnRecord<'a>,
    rows: RowCounts,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    failures: &'a [Failure],
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    ambiguous_times: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unused_columns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mapping: Option<FileOnRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signatures: Option<&'a SignatureCounts>,
}

#[derive(Serialize)]
struct SourceOnRecord<'a> {
    name: &'a str,
    blake3: String,
    bytes: u64,
    records: u64,
}

#[derive(Serialize)]
struct FileOnRecord<'a> {
    name: &'a str,
    blake3: &'a str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this form")]
pub(super) fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Opens the log.
pub(super) fn opened(bundle: &mut BundleWriter, at: &str, zone: Option<Zone>) -> Result<(), WriteError> {
    let origin = bundle.origin().to_owned();
    let record = OpenedRecord {
        kind: "log",
        timestamp: at,
        audit_id: "probity:opened",
        event: "opened",
        origin: &origin,
        zone: zone.map(|zone| zone.to_string()),
    };
    push_own(bundle, &record)
}

/// Says what became of the source with that number.
pub(super) fn imported(
    bundle: &mut BundleWriter,
    settings: &Settings<'_>,
    mapping_digest: Option<&str>,
    number: u64,
    imported: &Imported,
    failures: &[Failure],
) -> Result<(), WriteError> {
    let zone = match settings.mapping {
        Some(mapping) => mapping.source.zone,
        None => settings.zone,
    };
    let record = ImportedRecord {
        kind: "log",
        timestamp: settings.at,
        audit_id: format!("probity:imported:{number}"),
        event: "imported",
        source: SourceOnRecord {
            name: &imported.name,
            blake3: hex(&imported.digest.blake3),
            bytes: imported.digest.bytes,
            records: imported.records,
        },
        rows: imported.rows,
        failures,
        zone: zone.map(|zone| zone.to_string()),
        ambiguous_times: imported.ambiguous_times,
        unused_columns: imported
            .unused_columns
            .iter()
            .take(MAX_COLUMNS_ON_RECORD)
            .map(|name| shown_short(name, 100))
            .collect(),
        mapping: settings.mapping_file.zip(mapping_digest).map(|((name, _), blake3)| FileOnRecord { name, blake3 }),
        signatures: imported.signatures.as_ref(),
    };
    push_own(bundle, &record)
}

fn push_own(bundle: &mut BundleWriter, record: &impl Serialize) -> Result<(), WriteError> {
    let seq = bundle.size();
    let text = serde_json::to_string(record).map_err(|error| WriteError::Record {
        seq,
        error: RecordError::Fault(record::Fault::InvalidJson { offset: 0, reason: error.to_string() }),
    })?;
    bundle.push(text).map(drop)
}
