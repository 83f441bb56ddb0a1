//! The tables of an index. `assets/spec/index-schema.md` says what they hold; a test compares the two.
//!
//! Two readers, two forms: people with any SQLite tool read the tables and views; the program reads the columns, which lie
//! in `field.data`.

use std::fmt::Write as _;

use crate::record::Kind;

/// `application_id` of an index: "PrIx".
pub const APPLICATION_ID: i32 = 0x5072_4978;

/// `user_version` of an index that this program writes. One with another is made anew: an index is a cache. It goes up also where
/// findings that an index keeps are others.
pub const VERSION: i32 = 4;

/// The tables, in SQL.
pub const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE segment (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, first_row INTEGER NOT NULL, records INTEGER NOT NULL,
  raw_bytes INTEGER NOT NULL, blake3 TEXT) STRICT;
CREATE TABLE stretch (
  first_row INTEGER PRIMARY KEY, records INTEGER NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL, checksum BLOB NOT NULL) STRICT;
CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE state (id INTEGER PRIMARY KEY, name TEXT NOT NULL, meaning TEXT NOT NULL) STRICT;
CREATE TABLE record (
  row INTEGER PRIMARY KEY, seq INTEGER, kind INTEGER NOT NULL, state INTEGER NOT NULL, time_ns INTEGER, audit_id TEXT,
  hash BLOB, segment INTEGER NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE field (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, is_alias INTEGER NOT NULL, records INTEGER NOT NULL,
  nulls INTEGER NOT NULL, booleans INTEGER NOT NULL, numbers INTEGER NOT NULL, texts INTEGER NOT NULL,
  nested INTEGER NOT NULL, examples TEXT NOT NULL, same_as INTEGER, data BLOB, checksum BLOB) STRICT;
CREATE TABLE value (
  field INTEGER NOT NULL, code INTEGER NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (field, code)) STRICT, WITHOUT ROWID;
CREATE TABLE link (row INTEGER PRIMARY KEY, decision INTEGER NOT NULL) STRICT;
CREATE TABLE reference (row INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL) STRICT;
CREATE TABLE telling (row INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE finding (
  id INTEGER PRIMARY KEY, code TEXT NOT NULL, severity TEXT NOT NULL, axis TEXT NOT NULL, seq INTEGER, end_seq INTEGER,
  segment TEXT, line INTEGER, offset INTEGER, expected TEXT, actual TEXT, meaning TEXT NOT NULL) STRICT;
CREATE TABLE verification (
  id INTEGER PRIMARY KEY, options TEXT NOT NULL UNIQUE, report TEXT NOT NULL, checksum BLOB NOT NULL) STRICT;
CREATE TABLE checksum (name TEXT PRIMARY KEY, blake3 BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE vector (name TEXT PRIMARY KEY, data BLOB NOT NULL, checksum BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

/// A column of the table of a kind: its name, and the field that fills it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindColumn {
    /// Its name in SQL.
    pub name: &'static str,
    /// What it holds.
    pub source: ColumnSource,
}

/// What fills a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnSource {
    /// The value at a path, or of an alias (a name of one member that is one), as a code of `value`.
    Code(&'static str),
    /// The number there.
    Number(&'static str),
    /// The row of the decision that the record names.
    Decision,
}

use ColumnSource::{Code, Decision, Number};

const fn code(name: &'static str, field: &'static str) -> KindColumn {
    KindColumn { name, source: Code(field) }
}

const fn number(name: &'static str, field: &'static str) -> KindColumn {
    KindColumn { name, source: Number(field) }
}

/// The tables of the kinds, and their columns after `row`. Fields are written as in filters.
pub const KINDS: [(Kind, &[KindColumn]); 15] = [
    (
        Kind::Decision,
        &[
            code("model", "model"),
            code("version", "version"),
            code("version_source", "version_source"),
            code("result", "result"),
            number("confidence", "confidence"),
            code("user", "user"),
            code("outcome", "outcome"),
            code("reviewed", "reviewed"),
            code("overridden", "overridden"),
            code("correct", "correct"),
            code("subject_group", "subject.group"),
        ],
    ),
    (
        Kind::Outcome,
        &[KindColumn { name: "decision", source: Decision }, code("label", "label"), code("source", "source")],
    ),
    (
        Kind::Review,
        &[
            KindColumn { name: "decision", source: Decision },
            code("reviewer", "reviewer"),
            code("action", "action"),
            code("new_result", "new_result"),
            code("reason", "reason"),
            number("seconds", "seconds"),
        ],
    ),
    (
        Kind::Deployment,
        &[
            code("model", "model"),
            code("version", "version"),
            code("previous_version", "model.previous_version"),
            code("action", "action"),
            code("environment", "environment"),
            code("deployer", "deployer"),
            code("approved_by", "approvals.by"),
            code("change_request", "change_request"),
            number("traffic_percent", "traffic_percent"),
            code("artifact_hash", "artifact_hash"),
        ],
    ),
    (
        Kind::Training,
        &[
            code("model", "model"),
            code("version", "version"),
            code("artifact_hash", "artifact_hash"),
            code("dataset_id", "training_data.dataset_id"),
            code("dataset_version", "training_data.dataset_version"),
            code("git_commit", "code.git_commit"),
            code("approved_by", "approved_by"),
        ],
    ),
    (
        Kind::System,
        &[
            code("system_id", "system_id"),
            code("purpose", "purpose"),
            code("risk_level", "risk_level"),
            code("models", "models"),
            code("owner", "owner"),
            code("result_path", "result.path"),
        ],
    ),
    (
        Kind::Access,
        &[
            code("user", "user"),
            code("role", "subject.role"),
            code("action", "action"),
            code("resource", "resource"),
            code("result", "result"),
            code("source_ip", "source_ip"),
            number("rows", "rows"),
            number("bytes", "bytes"),
        ],
    ),
    (
        Kind::Roster,
        &[
            code("user", "user"),
            code("role", "role"),
            code("permissions", "permissions"),
            code("active", "active"),
            code("left_on", "left_on"),
            code("manager", "manager"),
        ],
    ),
    (
        Kind::Change,
        &[
            code("change_request", "change_request"),
            code("state", "state"),
            code("requested_by", "requested_by"),
            code("approved_by", "approved_by"),
            code("subject", "subject"),
        ],
    ),
    (
        Kind::Dataset,
        &[
            code("dataset_id", "dataset_id"),
            code("version", "\"version\""),
            code("data_hash", "data_hash"),
            code("approved_by", "approved_by"),
        ],
    ),
    (
        Kind::Incident,
        &[
            code("incident_id", "incident_id"),
            code("state", "state"),
            code("severity", "severity"),
            code("model", "model"),
            code("version", "version"),
            code("window_from", "window.from"),
            code("window_to", "window.to"),
            code("summary", "summary"),
        ],
    ),
    (
        Kind::Monitor,
        &[
            code("metric", "metric"),
            number("value", "value"),
            number("threshold", "threshold"),
            code("model", "model"),
            code("version", "version"),
            code("window_from", "window.from"),
            code("window_to", "window.to"),
        ],
    ),
    (
        Kind::Erasure,
        &[
            number("erased_seq", "\"seq\""),
            code("pointer", "pointer"),
            code("basis", "basis"),
            code("authorised_by", "authorised_by"),
        ],
    ),
    (Kind::Log, &[code("event", "event"), code("origin", "origin"), code("reason", "reason")]),
    (Kind::Custody, &[code("user", "user"), code("action", "action"), code("tag", "tag"), code("type", "value.type")]),
];

/// The instant of `time_ns` as RFC 3339 text, to the nanosecond.
const TIME: &str = "CASE WHEN r.time_ns IS NOT NULL THEN \
strftime('%Y-%m-%dT%H:%M:%S', (r.time_ns - ((r.time_ns % 1000000000) + 1000000000) % 1000000000) / 1000000000, 'unixepoch') \
|| printf('.%09dZ', ((r.time_ns % 1000000000) + 1000000000) % 1000000000) END";

/// The name of the table of a kind. That of `log` records cannot be `log`s own name in the plural of the others.
pub fn table(kind: Kind) -> String {
    match kind {
        Kind::Log => "log_event".to_owned(),
        kind => kind.name().to_owned(),
    }
}

/// The name of the view of a kind.
pub fn view(kind: Kind) -> String {
    match kind {
        Kind::Access => "accesses".to_owned(),
        Kind::Roster => "rosters".to_owned(),
        Kind::Custody => "custody_entries".to_owned(),
        Kind::Training => "trainings".to_owned(),
        kind => format!("{}s", table(kind)),
    }
}

/// The tables of the kinds, in SQL.
pub fn kind_tables() -> String {
    let mut sql = String::new();
    for (kind, columns) in KINDS {
        let _ = write!(sql, "CREATE TABLE {} (row INTEGER PRIMARY KEY", table(kind));
        for column in columns {
            let sql_type = if matches!(column.source, Number(_)) { "REAL" } else { "INTEGER" };
            let _ = write!(sql, ", {} {sql_type}", column.name);
        }
        sql.push_str(") STRICT;\n");
    }
    sql
}

/// The views, in SQL. `field` gives the id of a field that has values.
pub fn views(field: impl Fn(&str) -> Option<i64>) -> String {
    let mut sql = format!(
        "CREATE VIEW records AS SELECT r.row, r.seq, k.name AS kind, s.name AS line_state, {TIME} AS time, r.time_ns, r.audit_id, \
         lower(hex(r.hash)) AS hash, g.path AS segment, r.offset, r.bytes FROM record r JOIN kind k ON k.id = r.kind \
         JOIN state s ON s.id = r.state JOIN segment g ON g.id = r.segment;\n\
         CREATE VIEW findings AS SELECT code, severity, axis, seq, end_seq, segment, line, offset, expected, actual, meaning \
         FROM finding;\n\
         CREATE VIEW fields AS SELECT name, is_alias, records, nulls, booleans, numbers, texts, nested, examples, \
         data IS NOT NULL OR same_as IS NOT NULL AS has_column FROM field;\n"
    );
    for (kind, columns) in KINDS {
        let _ = write!(
            sql,
            "CREATE VIEW {} AS SELECT r.row, r.seq, s.name AS line_state, {TIME} AS time, r.time_ns, r.audit_id",
            view(kind)
        );
        for column in columns {
            match column.source {
                Code(name) => match field(name) {
                    Some(id) => {
                        let _ = write!(
                            sql,
                            ", (SELECT text FROM value WHERE field = {id} AND code = d.{0}) AS {0}",
                            column.name
                        );
                    }
                    None => {
                        let _ = write!(sql, ", NULL AS {}", column.name);
                    }
                },
                Number(_) => {
                    let _ = write!(sql, ", d.{}", column.name);
                }
                Decision => {
                    let _ = write!(
                        sql,
                        ", d.{0} AS decision_row, (SELECT audit_id FROM record WHERE row = d.{0}) AS {0}",
                        column.name
                    );
                }
            }
        }
        let _ = writeln!(sql, " FROM {} d JOIN record r ON r.row = d.row JOIN state s ON s.id = r.state;", table(kind));
    }
    sql
}
