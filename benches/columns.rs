//! What a window does while somebody clicks and drags: filters, facets, histograms and orders over columns.
//!
//! `cargo bench --bench columns`. `PROBITY_BENCH_ROWS` sets the number of rows (1 000 000). One core. What `frame`
//! measures is all that one change of a filter costs. The memory of each column is printed before.

#![allow(clippy::expect_used, reason = "a bench without its data cannot go on")]
#![allow(clippy::cast_possible_truncation, reason = "small remainders")]

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use chrono::DateTime;
use divan::{Bencher, black_box};
use probity::columns::{
    Bitmap, Column, ColumnBuilder, Histogram, Piece, Selection, Seqs, SortBy, Table, Times, Value, compose, concat,
    facet, histogram, sort,
};
use probity::query::{self, Expr, FieldType, Unknown};

const FACETS: [&str; 10] = [
    "kind",
    "model.id",
    "model.version",
    "metadata.region",
    "metadata.channel",
    "result",
    "reviewed",
    "tags",
    "metadata.note",
    "user",
];

struct Data {
    table: Table,
    rows: u32,
}

static DATA: OnceLock<Data> = OnceLock::new();

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }
}

fn rows() -> u32 {
    std::env::var("PROBITY_BENCH_ROWS").map_or(1_000_000, |text| text.parse().expect("a number of rows"))
}

/// The stretches that workers hand over.
const STRETCH: u32 = 8192;

fn build(rows: u32, order: FieldType, mut fill: impl FnMut(&mut Piece, u32, u32)) -> Column {
    let (mut builder, mut piece) = (ColumnBuilder::new(), Piece::new());
    for start in (0..rows).step_by(STRETCH as usize) {
        let count = STRETCH.min(rows - start);
        piece.clear();
        for row in 0..count {
            fill(&mut piece, row, start + row);
        }
        builder.append(start, count, &piece);
    }
    builder.finish(rows, order).expect("few values")
}

fn column(field: &str, rows: u32) -> Column {
    let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ field.len() as u64);
    let mut text = String::new();
    let mut pick = move |piece: &mut Piece, row: u32, prefix: &str, count: u64| {
        text.clear();
        // Some are much more frequent than others.
        let number = random.next(count).min(random.next(count));
        write!(text, "{prefix}{number}").expect("written");
        piece.push(row, Value::Text(&text));
    };
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    match field {
        "kind" => build(rows, FieldType::Text, |piece, row, _| {
            let kind = if random.next(20) == 0 { "review" } else { "decision" };
            piece.push(row, Value::Text(kind));
        }),
        "model.id" => build(rows, FieldType::Text, |piece, row, _| pick(piece, row, "credit-scoring-", 6)),
        "model.version" => build(rows, FieldType::Version, |piece, row, at| {
            // Deployed one after the other.
            let version = ["2.3", "2.4", "2.4.1", "2.10"][(u64::from(at) * 4 / u64::from(rows)) as usize];
            piece.push(row, Value::Text(version));
        }),
        "metadata.region" => build(rows, FieldType::Any, |piece, row, _| pick(piece, row, "eu-", 12)),
        "metadata.channel" => build(rows, FieldType::Any, |piece, row, _| pick(piece, row, "c", 4)),
        "result" => build(rows, FieldType::Any, |piece, row, _| pick(piece, row, "r", 3)),
        "reviewed" => {
            build(rows, FieldType::Boolean, |piece, row, _| piece.push(row, Value::Boolean(random.next(9) == 0)))
        }
        "tags" => build(rows, FieldType::Any, |piece, row, _| {
            for _ in 0..random.next(4) {
                pick(piece, row, "tag", 5);
            }
        }),
        "metadata.note" => build(rows, FieldType::Any, |piece, row, _| {
            if random.next(30) == 0 {
                pick(piece, row, "a longer note, number ", 200);
            }
        }),
        "user" => build(rows, FieldType::Text, |piece, row, _| pick(piece, row, "user-", 9000)),
        "context.ip" => build(rows, FieldType::Any, |piece, row, _| pick(piece, row, "10.0.", 300_000)),
        "confidence" => {
            let mut text = String::new();
            build(rows, FieldType::Number, |piece, row, _| {
                text.clear();
                write!(text, "{}", random.next(1 << 53) as f64 / (1_u64 << 53) as f64).expect("written");
                piece.push(row, Value::Number(&text));
            })
        }
        "amount" => {
            let mut text = String::new();
            build(rows, FieldType::Any, |piece, row, _| {
                text.clear();
                write!(text, "{}", random.next(5000) * 10).expect("written");
                piece.push(row, Value::Number(&text));
            })
        }
        _ => unreachable!("no such field"),
    }
}

fn data() -> &'static Data {
    DATA.get_or_init(|| {
        let rows = rows();
        let (mut times, mut seqs) = (Times::new(), Seqs::new());
        let mut random = Random(7);
        for row in 0..u64::from(rows) {
            // Nearly in order.
            let nanos = 1_772_000_000_000_000_000 + row * 31_000_000 + random.next(200_000_000);
            times.push((row % 5000 != 0).then(|| DateTime::from_timestamp_nanos(nanos as i64)));
        }
        seqs.push_run(1, rows);
        let mut table = Table::new(Arc::new(times), Arc::new(seqs));
        for field in FACETS.into_iter().chain(["confidence", "amount", "context.ip"]) {
            let column = column(field, rows);
            println!("{field:>18}: {:6.2} bytes a row, {} values", bytes_a_row(column.memory()), column.values().len());
            table.insert(field, Arc::new(column));
        }
        println!("{:>18}: {:6.2} bytes a row", "time", bytes_a_row(table.times().memory()));
        println!("{:>18}: {:6.2} bytes a row", "the whole table", bytes_a_row(table.memory()));
        Data { table, rows }
    })
}

fn bytes_a_row(bytes: usize) -> f64 {
    bytes as f64 / f64::from(rows())
}

fn expr(text: &str) -> Expr {
    query::parse(text, &Unknown).expect("a filter").expr
}

impl Data {
    fn column(&self, field: &str) -> &Column {
        self.table.column(field).expect("a column")
    }

    fn select(&self, expr: &Expr) -> Bitmap {
        self.table.select(expr, &|_| None).expect("answered")
    }

    fn half(&self) -> Bitmap {
        self.select(&expr("confidence<0.5"))
    }
}

fn main() {
    data();
    divan::main();
}

const FILTERS: [&str; 3] = [
    "kind:decision confidence<0.6 metadata.region:eu-2",
    "kind:decision confidence<0.95 -metadata.region:eu-2",
    "model.version>=2.4 (result:r0 or result:r1) time>=2026-02-26",
];

/// One change of a filter: the selection, ten facets, the histogram and the first rows.
#[divan::bench(args = FILTERS, sample_count = 20, sample_size = 1)]
fn frame(bencher: Bencher<'_, '_>, filter: &str) {
    let (data, expr) = (data(), expr(filter));
    bencher.bench_local(|| {
        let selection = Selection::new(data.select(&expr));
        let mut sum = selection.count();
        for field in FACETS {
            sum += black_box(facet(data.column(field), selection.bitmap(), 12)).distinct;
        }
        let spread: Histogram = histogram(data.table.times(), None, None, selection.bitmap(), 1500);
        let cells: usize = (0..60)
            .filter_map(|at| selection.row(at))
            .map(|row| FACETS.iter().map(|field| data.column(field).cell(row).to_string().len()).sum::<usize>())
            .sum();
        (sum, spread, cells)
    });
}

#[divan::bench(args = FILTERS, sample_count = 20, sample_size = 1)]
fn selecting(bencher: Bencher<'_, '_>, filter: &str) {
    let (data, expr) = (data(), expr(filter));
    bencher.bench_local(|| data.select(&expr));
}

#[divan::bench(args = FACETS.into_iter().chain(["confidence", "amount", "context.ip"]), sample_count = 20, sample_size = 1)]
fn facet_of_half(bencher: Bencher<'_, '_>, field: &str) {
    let (data, half) = (data(), data().half());
    bencher.bench_local(|| facet(data.column(field), &half, 12));
}

#[divan::bench(args = FACETS.into_iter().chain(["confidence", "amount", "context.ip"]), sample_count = 20, sample_size = 1)]
fn facet_of_all(bencher: Bencher<'_, '_>, field: &str) {
    let (data, all) = (data(), Bitmap::all(data().rows));
    bencher.bench_local(|| facet(data.column(field), &all, 12));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn histogram_of_half(bencher: Bencher<'_, '_>) {
    let (data, half) = (data(), data().half());
    bencher.bench_local(|| histogram(data.table.times(), None, None, &half, 1500));
}

#[divan::bench(args = ["kind", "user", "context.ip", "amount", "confidence", "tags", "metadata.note"], sample_count = 10, sample_size = 1)]
fn sort_all(bencher: Bencher<'_, '_>, field: &str) {
    let (data, all) = (data(), Bitmap::all(data().rows));
    bencher.bench_local(|| sort(&all, &[(SortBy::Column(data.column(field)), true)]));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn sort_all_by_time(bencher: Bencher<'_, '_>) {
    let (data, all) = (data(), Bitmap::all(data().rows));
    bencher.bench_local(|| sort(&all, &[(SortBy::Time(data.table.times()), false)]));
}

#[divan::bench(args = ["kind", "user", "confidence", "amount", "tags"], sample_count = 5, sample_size = 1)]
fn bytes_there_and_back(bencher: Bencher<'_, '_>, field: &str) {
    let data = data();
    bencher.bench_local(|| Column::from_bytes(&data.column(field).to_bytes()));
}

#[divan::bench(args = ["kind", "user", "confidence", "tags"], sample_count = 5, sample_size = 1)]
fn concat_twice(bencher: Bencher<'_, '_>, field: &str) {
    let column = data().column(field);
    bencher.bench_local(|| concat(&[column, column]));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn compose_of_two(bencher: Bencher<'_, '_>) {
    let data = data();
    let sources = [data.column("user"), data.column("metadata.region")];
    bencher.bench_local(|| compose(data.rows, |row| Some(row as usize % 2), &sources, FieldType::Text));
}

/// Texts that are ready: what remains is the piece's own work.
#[divan::bench(args = [1, 2, 12, 9000, 1_000_000], sample_count = 5, sample_size = 1)]
fn push_a_million(bencher: Bencher<'_, '_>, distinct: u64) {
    let mut random = Random(3);
    let texts: Vec<String> = (0..1_000_000).map(|_| format!("user-{}", random.next(distinct))).collect();
    bencher.bench_local(|| {
        let mut piece = Piece::new();
        for stretch in texts.chunks(STRETCH as usize) {
            piece.clear();
            for (row, text) in (0..).zip(stretch) {
                piece.push(row, Value::Text(text));
            }
        }
        piece
    });
}

#[divan::bench(args = ["kind", "user", "confidence"], sample_count = 5, sample_size = 1)]
fn append_and_finish(bencher: Bencher<'_, '_>, field: &str) {
    let data = data();
    let column = data.column(field);
    let pieces: Vec<Piece> = (0..data.rows)
        .step_by(STRETCH as usize)
        .map(|start| {
            let mut piece = Piece::new();
            for row in 0..STRETCH.min(data.rows - start) {
                column.cell(start + row).values().for_each(|value| piece.push(row, value));
            }
            piece.prepare();
            piece
        })
        .collect();
    bencher.bench_local(|| {
        let mut builder = ColumnBuilder::new();
        for (start, piece) in (0..data.rows).step_by(STRETCH as usize).zip(&pieces) {
            builder.append(start, STRETCH.min(data.rows - start), piece);
        }
        builder.finish(data.rows, column.order())
    });
}
