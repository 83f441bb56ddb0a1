//! Puts printed records in an order, in bounded memory: each goes to the part of the output that its place is in, and a part
//! that grows goes on in a temporary file. In the end one part after the other is read and put in order.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write as _};

use super::{PrintError, Stop};

/// The most bytes in memory, about.
const BUDGET: u64 = 64 << 20;

/// The most parts; each may have a file open.
const MAX_PARTS: u64 = 128;

/// Records on their way to their places.
pub(super) struct Spill {
    budget: u64,
    /// The first place.
    start: u32,
    /// Places of a part.
    span: u32,
    parts: Vec<Part>,
}

/// Records of some places, in the order in which they came: place, length, bytes.
#[derive(Default)]
struct Part {
    memory: Vec<u8>,
    /// Where the system allows it, it has no name, so that not even a killed program leaves it behind.
    file: Option<File>,
    /// In the file.
    bytes: u64,
}

impl Spill {
    /// For `count` records of about so many bytes in all.
    pub(super) fn new(count: usize, bytes: u64) -> Self {
        Self::over(0, u32::try_from(count).unwrap_or(u32::MAX), bytes, BUDGET)
    }

    fn over(start: u32, count: u32, bytes: u64, budget: u64) -> Self {
        let parts = bytes.div_ceil(budget).clamp(1, MAX_PARTS.min(u64::from(count).max(1)));
        let span = u64::from(count).div_ceil(parts).max(1);
        let parts = u64::from(count).div_ceil(span).max(1);
        Self {
            budget,
            start,
            span: u32::try_from(span).unwrap_or(u32::MAX),
            parts: (0..parts).map(|_| Part::default()).collect(),
        }
    }

    /// Takes a record that belongs to a place.
    pub(super) fn put(&mut self, place: u32, record: &[u8]) -> Result<(), PrintError> {
        let in_memory = self.budget / self.parts.len() as u64;
        let last = self.parts.len() - 1;
        let part = &mut self.parts[((place.saturating_sub(self.start) / self.span) as usize).min(last)];
        part.memory.extend_from_slice(&place.to_le_bytes());
        part.memory.extend_from_slice(&u32::try_from(record.len()).unwrap_or(u32::MAX).to_le_bytes());
        part.memory.extend_from_slice(record);
        if part.memory.len() as u64 > in_memory { part.flush().map_err(trouble) } else { Ok(()) }
    }

    /// Gives all records in the order of their places.
    pub(super) fn drain(self, take: &mut dyn FnMut(&[u8]) -> Result<(), Stop>) -> Result<(), PrintError> {
        for (at, mut part) in (0..).zip(self.parts) {
            let start = self.start + at * self.span;
            let bytes = part.bytes + part.memory.len() as u64;
            // Where long records crowd in few places a part is larger than it was to be.
            if bytes > 2 * self.budget && self.span > 1 && part.file.is_some() {
                part.flush().map_err(trouble)?;
                let mut parts = Self::over(start, self.span, bytes, self.budget);
                part.each(|place, record| parts.put(place, record))?;
                drop(part);
                parts.drain(take)?;
            } else {
                part.in_order(take)?;
            }
        }
        Ok(())
    }
}

impl Part {
    fn flush(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile()?);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.memory)?;
            self.bytes += self.memory.len() as u64;
            self.memory.clear();
        }
        Ok(())
    }

    /// Gives the records of the file as they came.
    fn each(&mut self, mut take: impl FnMut(u32, &[u8]) -> Result<(), PrintError>) -> Result<(), PrintError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.seek(SeekFrom::Start(0)).map_err(trouble)?;
        let mut reader = BufReader::with_capacity(1 << 20, &mut *file).take(self.bytes);
        let mut record = Vec::new();
        while reader.limit() > 0 {
            let mut head = [0; 8];
            reader.read_exact(&mut head).map_err(trouble)?;
            let [place, length] = words(head);
            record.resize(length as usize, 0);
            reader.read_exact(&mut record).map_err(trouble)?;
            take(place, &record)?;
        }
        Ok(())
    }

    /// Gives the records by their places.
    fn in_order(mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), Stop>) -> Result<(), PrintError> {
        let mut bytes = std::mem::take(&mut self.memory);
        if let Some(mut file) = self.file.take() {
            file.seek(SeekFrom::Start(0)).map_err(trouble)?;
            bytes.reserve(usize::try_from(self.bytes).unwrap_or_default());
            file.read_to_end(&mut bytes).map_err(trouble)?;
        }
        let mut records: Vec<(u32, usize, usize)> = Vec::new();
        let mut at = 0;
        while let Some(head) = bytes.get(at..at + 8).and_then(|head| head.try_into().ok()) {
            let [place, length] = words(head);
            let end = at + 8 + length as usize;
            records.push((place, at + 8, end));
            at = end;
        }
        records.sort_unstable();
        let mut block = Vec::with_capacity(BLOCK * 2);
        for (_, start, end) in records {
            block.extend_from_slice(bytes.get(start..end).unwrap_or_default());
            if block.len() >= BLOCK {
                take(&block)?;
                block.clear();
            }
        }
        Ok(take(&block)?)
    }
}

/// Bytes that are given at a time.
const BLOCK: usize = 1 << 18;

fn words(head: [u8; 8]) -> [u32; 2] {
    let (words, _) = head.as_chunks::<4>();
    [u32::from_le_bytes(words[0]), u32::from_le_bytes(words[1])]
}

fn trouble(source: io::Error) -> PrintError {
    PrintError::Temporary { folder: std::env::temp_dir(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_in_order() {
        for (count, length, estimate, budget) in [
            (0, 0, 0, 100),
            (1, 5, 5, 100),
            (1000, 7, 7000, 1 << 20),
            (1000, 7, 7000, 512),
            // Much more than was estimated, and crowded in the first places.
            (1000, 70, 10, 512),
            (1000, 300, 7000, 4096),
        ] {
            let mut spill = Spill::over(0, count, estimate, budget);
            let record = |place: u32| {
                let length = if place < 50 { length * 20 } else { length };
                format!("{place}:{}\n", "x".repeat(length))
            };
            for n in 0..count {
                let place = (n * 7919 + 13) % count;
                assert!(spill.put(place, record(place).as_bytes()).is_ok());
            }
            let mut out = Vec::new();
            let drained = spill.drain(&mut |bytes| {
                out.extend_from_slice(bytes);
                Ok(())
            });
            assert!(drained.is_ok());
            let expected: String = (0..count).map(record).collect();
            assert!(out == expected.as_bytes(), "{count} {length} {budget}");
        }
    }
}
