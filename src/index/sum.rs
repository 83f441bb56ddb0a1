//! Checksums over rows of the tables that the program reads, so that an index which was damaged gives an error and never
//! another answer. They keep out accidents; whoever can write the file can write them as well.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params};

/// The tables that are read as a whole, and the rows that their checksum covers. Not among them: `record`, of which each
/// stretch has its own, columns and vectors, which lie beside theirs, and what people alone read.
pub(super) const SUMMED: [(&str, &str); 6] = [
    ("meta", "SELECT name, value FROM meta ORDER BY name"),
    ("segment", "SELECT id, path, first_row, records, raw_bytes, blake3 FROM segment ORDER BY id"),
    ("stretch", "SELECT first_row, records, segment, offset, bytes, checksum FROM stretch ORDER BY first_row"),
    (
        "field",
        "SELECT id, name, is_alias, records, nulls, booleans, numbers, texts, nested, examples, same_as FROM field ORDER BY id",
    ),
    ("reference", "SELECT row, kind, name FROM reference ORDER BY row"),
    ("telling", "SELECT row, text FROM telling ORDER BY row"),
];

/// The rows of `record` of one stretch.
pub(super) const OF_STRETCH: &str = "SELECT row, seq, kind, state, time_ns, audit_id, hash, segment, offset, bytes FROM record \
     WHERE row >= ?1 AND row < ?2 ORDER BY row";

/// BLAKE3 over values, one after the other, each with its type and its length.
#[derive(Debug, Default)]
pub(super) struct Sum {
    hasher: blake3::Hasher,
    waiting: Vec<u8>,
}

impl Sum {
    pub(super) fn add(&mut self, value: ValueRef<'_>) {
        let mut put = |of_type: u8, bytes: &[u8]| {
            self.waiting.push(of_type);
            self.waiting.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            self.waiting.extend_from_slice(bytes);
        };
        match value {
            ValueRef::Null => put(0, &[]),
            ValueRef::Integer(value) => put(1, &value.to_le_bytes()),
            ValueRef::Real(value) => put(2, &value.to_bits().to_le_bytes()),
            ValueRef::Text(bytes) => put(3, bytes),
            ValueRef::Blob(bytes) => put(4, bytes),
        }
        if self.waiting.len() > 1 << 16 {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
    }

    pub(super) fn finish(mut self) -> [u8; 32] {
        self.hasher.update(&self.waiting);
        *self.hasher.finalize().as_bytes()
    }

    /// Over the rows that a question is answered with.
    pub(super) fn of(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<[u8; 32]> {
        let mut sum = Self::default();
        let mut statement = connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                sum.add(row.get_ref(column)?);
            }
        }
        Ok(sum.finish())
    }
}
