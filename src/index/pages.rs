//! Rows by the million, written as pages of SQLite's file format by hand: <https://sqlite.org/fileformat2.html>. SQLite
//! itself takes ten times as long for them, most of it to find out for each value what is known here beforehand: rows
//! come in the order of their row ids, and nobody reads the file until it is whole.
//!
//! SQLite makes the file, its tables and everything else in it; a connection and these pages take turns. It knows
//! nothing of what tables are for, nor checks what their columns demand: tests ask SQLite itself (`integrity_check`).

#![allow(
    clippy::cast_possible_truncation,
    reason = "places in a page and numbers of its cells are below 2^13; numbers are cut into bytes on purpose"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::write::Value;

/// Bytes of a page, all of them usable.
pub(super) const PAGE_BYTES: usize = 8192;

/// A payload up to this length stands in its leaf (U − 35, §1.6).
const MAX_LOCAL: usize = PAGE_BYTES - 35;

/// Of a longer one at least so much does ((U − 12) · 32 / 255 − 23).
const MIN_LOCAL: usize = (PAGE_BYTES - 12) * 32 / 255 - 23;

/// What an overflow page holds behind the number of the next one.
const OVERFLOW_BYTES: usize = PAGE_BYTES - 4;

/// The page with the byte that SQLite locks files by is left empty (§1.5).
const LOCK_PAGE: u32 = ((1_u32 << 30) / PAGE_BYTES as u32) + 1;

/// Children of an interior page at most: each takes 4 bytes for its number, 2 for its place, up to 9 for its key.
const FAN: usize = 500;

const LEAF: u8 = 0x0d;
const LEAF_HEADER: usize = 8;
const INTERIOR: u8 = 0x05;
const INTERIOR_HEADER: usize = 12;

/// Appends rows to tables that are still empty.
#[derive(Debug)]
pub(super) struct Pages {
    out: Out,
    /// Tables by the number of their root page.
    tables: BTreeMap<u32, Table>,
    header: Vec<u8>,
    body: Vec<u8>,
}

#[derive(Debug)]
struct Out {
    file: BufWriter<File>,
    /// The number of the page that is written next.
    next: u32,
}

/// A table that is being filled.
#[derive(Debug)]
struct Table {
    leaf: Leaf,
    /// The pages below the root: their numbers, and the last row id below each.
    children: Vec<(u32, i64)>,
    last: Option<i64>,
}

/// Cells from the end of the page to the front, and their places from the front to the end.
#[derive(Debug)]
struct Leaf {
    page: Vec<u8>,
    cells: usize,
    /// Where the first cell begins.
    start: usize,
}

fn refused(reason: &str) -> io::Error {
    io::Error::other(reason.to_owned())
}

impl Pages {
    /// Goes on behind what SQLite wrote. No connection has the file open.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::options().read(true).write(true).open(path)?;
        let mut header = [0; 100];
        file.read_exact(&mut header)?;
        let bytes = file.seek(SeekFrom::End(0))?;
        let page_bytes = u16::from_be_bytes([header[16], header[17]]);
        let is_whole =
            bytes.is_multiple_of(PAGE_BYTES as u64) && bytes / PAGE_BYTES as u64 == u64::from(page_count(&header));
        // Other pages, or some of every page kept back.
        if usize::from(page_bytes) != PAGE_BYTES || header[20] != 0 || !is_whole {
            return Err(refused("SQLite laid out the file in another way than it was asked to"));
        }
        let out = Out { file: BufWriter::with_capacity(1 << 20, file), next: page_count(&header) + 1 };
        Ok(Self { out, tables: BTreeMap::new(), header: Vec::new(), body: Vec::new() })
    }

    /// Adds a row to the table whose root page is `root`: its columns in their order, the first of which is the row id and
    /// ascends from row to row.
    pub(super) fn push<'v>(&mut self, root: u32, row: i64, cells: impl Iterator<Item = Value<'v>>) -> io::Result<()> {
        let table = self.tables.entry(root).or_insert_with(Table::new);
        if table.last.is_some_and(|last| row <= last) {
            return Err(refused("rows are not in their order"));
        }
        self.header.clear();
        self.body.clear();
        // The row id itself is not stored twice.
        self.header.push(0);
        for cell in cells {
            encode(cell, &mut self.header, &mut self.body);
        }
        table.push(row, &self.header, &self.body, &mut self.out)
    }

    /// Writes what is left, and tells SQLite how long the file is now.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let mut roots = Vec::new();
        for (root, table) in std::mem::take(&mut self.tables) {
            roots.push((root, table.finish(&mut self.out)?));
        }
        let pages = self.out.next - 1;
        self.out.file.flush()?;
        let file = self.out.file.get_mut();
        for (root, page) in roots {
            file.seek(SeekFrom::Start(u64::from(root - 1) * PAGE_BYTES as u64))?;
            file.write_all(&page)?;
        }
        file.seek(SeekFrom::Start(28))?;
        file.write_all(&pages.to_be_bytes())?;
        file.seek(SeekFrom::End(0))?;
        Ok(())
    }
}

fn page_count(header: &[u8; 100]) -> u32 {
    u32::from_be_bytes([header[28], header[29], header[30], header[31]])
}

impl Out {
    /// Appends a page, and says its number.
    fn append(&mut self, page: &[u8]) -> io::Result<u32> {
        let number = self.upcoming()?;
        self.file.write_all(page)?;
        self.next = number.checked_add(1).ok_or_else(|| refused("too many pages"))?;
        Ok(number)
    }

    /// The number of the page that is appended next.
    fn upcoming(&mut self) -> io::Result<u32> {
        if self.next == LOCK_PAGE {
            self.file.write_all(&[0; PAGE_BYTES])?;
            self.next += 1;
        }
        Ok(self.next)
    }

    /// Writes the rest of a payload into pages of its own, and says the number of the first.
    fn overflow(&mut self, mut rest: &[u8]) -> io::Result<u32> {
        let first = self.upcoming()?;
        let mut page = vec![0; PAGE_BYTES];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(OVERFLOW_BYTES));
            // They stand one behind the other, but for the page that nothing stands in.
            let own = self.upcoming()?;
            let next = match (later.is_empty(), own + 1) {
                (true, _) => 0,
                (false, LOCK_PAGE) => LOCK_PAGE + 1,
                (false, next) => next,
            };
            page[..4].copy_from_slice(&next.to_be_bytes());
            page[4..4 + now.len()].copy_from_slice(now);
            page[4 + now.len()..].fill(0);
            self.append(&page)?;
            rest = later;
        }
        Ok(first)
    }
}

impl Table {
    fn new() -> Self {
        Self { leaf: Leaf::new(), children: Vec::new(), last: None }
    }

    fn push(&mut self, row: i64, header: &[u8], body: &[u8], out: &mut Out) -> io::Result<()> {
        let header_bytes = header.len() + length_of_length(header.len());
        let payload = header_bytes + body.len();
        let local = match payload <= MAX_LOCAL {
            true => payload,
            false => match MIN_LOCAL + (payload - MIN_LOCAL) % OVERFLOW_BYTES {
                local if local <= MAX_LOCAL => local,
                _ => MIN_LOCAL,
            },
        };
        let (mut front, mut length) = ([0; 27], 0);
        for number in [payload as u64, row.cast_unsigned(), header_bytes as u64] {
            length += varint(number, &mut front[length..]);
        }
        let in_front = length - length_of_length(header.len());
        let cell = in_front + local + if local < payload { 4 } else { 0 };
        if !self.leaf.has_room(cell) {
            self.flush(out)?;
        }
        if local == payload {
            self.leaf.push(&[&front[..length], header, body]);
        } else {
            // Long rows are rare: put together first, and then divided.
            let whole = [&front[in_front..length], header, body].concat();
            let (here, there) = whole.split_at(local);
            let first = out.overflow(there)?;
            self.leaf.push(&[&front[..in_front], here, &first.to_be_bytes()]);
        }
        self.last = Some(row);
        Ok(())
    }

    /// Puts the leaf into the file.
    fn flush(&mut self, out: &mut Out) -> io::Result<()> {
        if let Some(last) = self.last.filter(|_| self.leaf.cells > 0) {
            self.children.push((out.append(self.leaf.page())?, last));
            self.leaf.clear();
        }
        Ok(())
    }

    /// The root page.
    fn finish(mut self, out: &mut Out) -> io::Result<Vec<u8>> {
        if self.children.is_empty() {
            return Ok(self.leaf.page().to_vec());
        }
        self.flush(out)?;
        let mut level = self.children;
        while level.len() > FAN {
            // Of about one size, so that none has only one child.
            let size = level.len().div_ceil(level.len().div_ceil(FAN));
            let mut above = Vec::with_capacity(level.len() / size + 1);
            let mut rest = level.as_slice();
            while !rest.is_empty() {
                let take = if rest.len() <= FAN { rest.len() } else { size };
                let (children, later) = rest.split_at(take);
                let Some((_, last)) = children.last() else { break };
                above.push((out.append(&interior(children))?, *last));
                rest = later;
            }
            level = above;
        }
        if let [(only, _)] = level[..] {
            return Err(refused(&format!("page {only} stands alone below its root")));
        }
        Ok(interior(&level))
    }
}

/// An interior page: all children but the last with their last row id, and the last.
fn interior(children: &[(u32, i64)]) -> Vec<u8> {
    let mut page = vec![0; PAGE_BYTES];
    let Some(((last, _), others)) = children.split_last() else { return page };
    let mut start = PAGE_BYTES;
    for (n, (child, row)) in others.iter().enumerate() {
        let mut cell = [0; 13];
        cell[..4].copy_from_slice(&child.to_be_bytes());
        let length = 4 + varint(row.cast_unsigned(), &mut cell[4..]);
        start -= length;
        page[start..start + length].copy_from_slice(&cell[..length]);
        let place = INTERIOR_HEADER + 2 * n;
        page[place..place + 2].copy_from_slice(&(start as u16).to_be_bytes());
    }
    put_header(&mut page, INTERIOR, others.len(), start);
    page[8..12].copy_from_slice(&last.to_be_bytes());
    page
}

fn put_header(page: &mut [u8], page_type: u8, cells: usize, start: usize) {
    page[0] = page_type;
    page[3..5].copy_from_slice(&(cells as u16).to_be_bytes());
    page[5..7].copy_from_slice(&(start as u16).to_be_bytes());
}

impl Leaf {
    fn new() -> Self {
        Self { page: vec![0; PAGE_BYTES], cells: 0, start: PAGE_BYTES }
    }

    fn has_room(&self, cell: usize) -> bool {
        LEAF_HEADER + 2 * (self.cells + 1) + cell <= self.start
    }

    /// Adds a cell, for which there is room.
    fn push(&mut self, parts: &[&[u8]]) {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        self.start -= length;
        let mut at = self.start;
        for part in parts {
            self.page[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        let place = LEAF_HEADER + 2 * self.cells;
        self.page[place..place + 2].copy_from_slice(&(self.start as u16).to_be_bytes());
        self.cells += 1;
    }

    fn page(&mut self) -> &[u8] {
        put_header(&mut self.page, LEAF, self.cells, self.start);
        let free = LEAF_HEADER + 2 * self.cells..self.start;
        self.page[free].fill(0);
        &self.page
    }

    fn clear(&mut self) {
        (self.cells, self.start) = (0, PAGE_BYTES);
    }
}

/// A value as a record has it (§2.1): its serial type into the header, its bytes into the body.
fn encode(value: Value<'_>, header: &mut Vec<u8>, body: &mut Vec<u8>) {
    let mut long = |of_type: u64, bytes: &[u8]| {
        let mut number = [0; 9];
        let length = varint(bytes.len() as u64 * 2 + of_type, &mut number);
        header.extend_from_slice(&number[..length]);
        body.extend_from_slice(bytes);
    };
    match value {
        Value::Text(text) => long(13, text.as_bytes()),
        Value::Blob(bytes) => long(12, bytes),
        Value::Integer(number) => {
            let bytes = number.to_be_bytes();
            let (of_type, length) = match number {
                0 => (8, 0),
                1 => (9, 0),
                -0x80..=0x7f => (1, 1),
                -0x8000..=0x7fff => (2, 2),
                -0x80_0000..=0x7f_ffff => (3, 3),
                -0x8000_0000..=0x7fff_ffff => (4, 4),
                -0x8000_0000_0000..=0x7fff_ffff_ffff => (5, 6),
                _ => (6, 8),
            };
            header.push(of_type);
            body.extend_from_slice(&bytes[8 - length..]);
        }
        // SQLite has no value that is no number.
        Value::Real(number) if !number.is_nan() => {
            header.push(7);
            body.extend_from_slice(&number.to_be_bytes());
        }
        Value::Real(_) | Value::Null => header.push(0),
    }
}

/// How many bytes a header of that length needs for its own length, these bytes among it.
fn length_of_length(header: usize) -> usize {
    let mut bytes = 1;
    while header + bytes >= 1 << (7 * bytes) {
        bytes += 1;
    }
    bytes
}

/// Writes a number of 64 bits as a varint (§1.6), and says how many bytes it took: nine at most.
fn varint(number: u64, out: &mut [u8]) -> usize {
    if number >> 56 != 0 {
        // The ninth byte has eight bits of its own.
        out[8] = number as u8;
        for (n, byte) in out[..8].iter_mut().enumerate() {
            *byte = (number >> (8 + 7 * (7 - n))) as u8 | 0x80;
        }
        return 9;
    }
    let mut length = 1;
    while number >> (7 * length) != 0 {
        length += 1;
    }
    for (n, byte) in out[..length].iter_mut().enumerate() {
        let more = if n + 1 < length { 0x80 } else { 0 };
        *byte = (number >> (7 * (length - 1 - n))) as u8 & 0x7f | more;
    }
    length
}

#[cfg(test)]
mod tests;
