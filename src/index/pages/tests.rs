use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::*;

const TABLES: &str = "PRAGMA page_size = 8192; \
     CREATE TABLE before (a TEXT); INSERT INTO before VALUES ('here'); \
     CREATE TABLE a (row INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB) STRICT; \
     CREATE TABLE b (row INTEGER PRIMARY KEY, x INTEGER NOT NULL) STRICT; \
     CREATE TABLE empty (row INTEGER PRIMARY KEY) STRICT;";

fn root(connection: &Connection, table: &str) -> u32 {
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    connection.query_row(sql, [table], |row| row.get(0)).expect("a table")
}

/// One value of each type, any of which may be missing.
type Cells = (Option<i64>, Option<f64>, Option<String>, Option<Vec<u8>>);

fn values(cells: &Cells) -> [Value<'_>; 4] {
    [
        cells.0.map_or(Value::Null, Value::Integer),
        cells.1.map_or(Value::Null, Value::Real),
        cells.2.as_deref().map_or(Value::Null, Value::Text),
        cells.3.as_deref().map_or(Value::Null, Value::Blob),
    ]
}

/// What SQLite reads is what was written to two tables at once, and it finds nothing to complain of.
fn round_trip(rows: &[(i64, Cells)], others: i64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x");
    let connection = Connection::open(&path).expect("SQLite");
    connection.execute_batch(TABLES).expect("tables");
    let roots = ["a", "b"].map(|table| root(&connection, table));
    connection.close().expect("closed");
    let mut pages = Pages::open(&path).expect("pages");
    let mut other = 0..others;
    for (row, cells) in rows {
        pages.push(roots[0], *row, values(cells).into_iter()).expect("a row");
        for n in other.by_ref().take(7) {
            pages.push(roots[1], n, [Value::Integer(n * n)].into_iter()).expect("a row");
        }
    }
    for n in other {
        pages.push(roots[1], n, [Value::Integer(n * n)].into_iter()).expect("a row");
    }
    pages.finish().expect("written");
    drop(pages);
    let connection = Connection::open(&path).expect("SQLite");
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
    assert_eq!(check, "ok");
    let mut statement = connection.prepare("SELECT row, i, r, t, b FROM a ORDER BY row").expect("SQL");
    let mut found = statement.query([]).expect("rows");
    for (row, cells) in rows {
        let read = found.next().expect("a row").expect("as many");
        assert_eq!(read.get_ref(0).expect("a value"), ValueRef::Integer(*row));
        for (n, value) in values(cells).iter().enumerate() {
            assert_eq!(read.get_ref(n + 1).expect("a value"), value.stored(), "{row} {n}");
        }
        // Found by its row id as well.
        let by_id = connection.query_row("SELECT count(*) FROM a WHERE row = ?1", [row], |row| row.get::<_, i64>(0));
        assert_eq!(by_id, Ok(1));
    }
    assert!(found.next().expect("the end").is_none());
    let sums = connection
        .query_row("SELECT count(*), sum(x) FROM b", [], |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?)));
    assert_eq!(sums, Ok((others, (others > 0).then(|| (0..others).map(|n| n * n).sum()))));
    // SQLite goes on behind them.
    drop(found);
    drop(statement);
    connection
        .execute_batch(
            "CREATE TABLE later (a); INSERT INTO later SELECT zeroblob(9000) FROM before; DELETE FROM empty; VACUUM",
        )
        .expect("SQL");
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
    assert_eq!(check, "ok");
}

#[test]
fn tables_of_every_height() {
    for others in [0, 1, 2, 600, 1000, 200_000, 1_400_000] {
        round_trip(&[], others);
    }
}

#[test]
fn payloads_around_every_bound() {
    let bounds =
        [MIN_LOCAL, MAX_LOCAL, PAGE_BYTES, MIN_LOCAL + OVERFLOW_BYTES, MAX_LOCAL + OVERFLOW_BYTES, 3 * OVERFLOW_BYTES];
    let lengths = bounds.iter().flat_map(|bound| bound - 24..bound + 24).chain([1 << 20, 0, 50, 60, 70]);
    let rows = lengths
        .enumerate()
        .map(|(n, length)| (n as i64 * 3 - 100, (None, None, None, Some(vec![7; length]))))
        .collect::<Vec<_>>();
    round_trip(&rows, 10);
}

#[test]
fn rows_out_of_order_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x");
    Connection::open(&path).expect("SQLite").execute_batch(TABLES).expect("tables");
    let mut pages = Pages::open(&path).expect("pages");
    for (row, is_fine) in [(3, true), (3, false), (2, false), (4, true)] {
        assert_eq!(pages.push(4, row, std::iter::empty()).is_ok(), is_fine);
    }
    std::fs::write(&path, [0; PAGE_BYTES]).expect("written");
    assert!(Pages::open(&path).is_err());
}

#[test]
fn the_page_of_the_lock_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x");
    let file = File::create(&path).expect("a file");
    let mut out = Out { file: BufWriter::new(file), next: LOCK_PAGE - 1 };
    assert_eq!(u64::from(LOCK_PAGE - 1) * PAGE_BYTES as u64, 1 << 30);
    assert_eq!(out.overflow(&[1; 2 * OVERFLOW_BYTES]).expect("pages"), LOCK_PAGE - 1);
    assert_eq!(out.next, LOCK_PAGE + 2);
    out.file.flush().expect("written");
    let bytes = std::fs::read(&path).expect("a file");
    assert_eq!(bytes.len(), 3 * PAGE_BYTES);
    assert_eq!(bytes[..4], (LOCK_PAGE + 1).to_be_bytes());
    assert!(bytes[PAGE_BYTES..2 * PAGE_BYTES].iter().all(|byte| *byte == 0));
    assert_eq!(bytes[2 * PAGE_BYTES..2 * PAGE_BYTES + 5], [0, 0, 0, 0, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sqlite_reads_what_was_written(
        start in prop_oneof![Just(i64::MIN), any::<i32>().prop_map(i64::from), Just(i64::MAX - 4000)],
        rows in prop::collection::vec((1..9_i64, (
            prop::option::of(prop_oneof![any::<i64>(), (0..64_u32, any::<i64>()).prop_map(|(shift, number)| number >> shift)]),
            prop::option::of(prop_oneof![any::<f64>().prop_filter("SQLite has none", |number| !number.is_nan()), (-3..3_i32).prop_map(f64::from)]),
            prop::option::of("\\PC{0,40}"),
            prop::option::of(prop_oneof![
                6 => prop::collection::vec(any::<u8>(), 0..200),
                1 => (7000..20_000_usize).prop_map(|length| vec![9; length]),
            ]),
        )), 0..400),
        others in 0..3000_i64,
    ) {
        let mut row = start;
        let rows: Vec<(i64, Cells)> = rows.into_iter().map(|(step, cells)| {
            row = row.saturating_add(step);
            (row, cells)
        }).collect();
        round_trip(&rows, others);
    }
}
