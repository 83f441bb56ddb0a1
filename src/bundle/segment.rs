//! The bytes of segments: exactly one zstd frame, nothing after it, never more than the caller allows.

use std::io::{self, Read};

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation as _, OutBuffer};

use super::limits::{BARE_WINDOW_LOG, MAX_SEGMENT_RAW_BYTES, SEGMENT_WINDOW_LOG};

/// The first four bytes of a zstd frame (RFC 8878 §3.1.1). Skippable frames begin otherwise, and are refused.
pub const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What is wrong with a compressed stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// Not a zstd frame, or a damaged one.
    #[error("cannot be decompressed: {0}")]
    Undecodable(String),
    /// The frame ends before its last block.
    #[error("the zstd frame is cut off")]
    CutOff,
    /// The frame asks for a larger window than is allowed.
    #[error("the zstd frame asks for a window of more than 2^{0} bytes")]
    Window(u32),
    /// More output than the caller allows.
    #[error("more than {0} bytes after decompression")]
    TooLong(usize),
    /// A second frame after the first.
    #[error("a second zstd frame follows at byte {0}")]
    SecondFrame(u64),
    /// Bytes after the frame that are no frame.
    #[error("bytes follow the zstd frame at byte {0}")]
    Trailing(u64),
}

fn after_frame(rest: &[u8], at: u64) -> Result<(), FrameFault> {
    match rest {
        [] => Ok(()),
        rest if rest.starts_with(&ZSTD_MAGIC) => Err(FrameFault::SecondFrame(at)),
        // A skippable frame is a frame as well (RFC 8878 §3.1.2).
        [first, 0x2a, 0x4d, 0x18, ..] if first & 0xf0 == 0x50 => Err(FrameFault::SecondFrame(at)),
        _ => Err(FrameFault::Trailing(at)),
    }
}

/// zstd names its error only by a text; the window is the one that has a meaning of its own here.
fn fault(error: &io::Error, window_log: u32) -> FrameFault {
    let text = error.to_string();
    if text.contains("much memory") { FrameFault::Window(window_log) } else { FrameFault::Undecodable(text) }
}

fn decoder(window_log: u32) -> io::Result<Decoder<'static>> {
    let mut decoder = Decoder::new()?;
    decoder.set_parameter(DParameter::WindowLogMax(window_log))?;
    Ok(decoder)
}

/// Decompresses segments one after another, keeping zstd's working memory.
pub struct SegmentDecoder {
    decoder: Decoder<'static>,
}

impl SegmentDecoder {
    /// Fails only where zstd cannot allocate its context.
    pub fn new() -> io::Result<Self> {
        Ok(Self { decoder: decoder(SEGMENT_WINDOW_LOG)? })
    }

    /// Decompresses the whole file of a segment into `out`, which is overwritten. On a fault `out` holds what could be
    /// decompressed before it, so that the lines in it can still be looked at.
    pub fn decode(&mut self, file: &[u8], out: &mut Vec<u8>) -> Result<(), FrameFault> {
        if !file.starts_with(&ZSTD_MAGIC) {
            out.clear();
            return Err(FrameFault::Undecodable("it does not begin like a zstd frame".to_owned()));
        }
        self.decoder.reinit().map_err(|error| fault(&error, SEGMENT_WINDOW_LOG))?;
        // No clear() first: what is left of the last segment is overwritten, and need not be zeroed before.
        out.resize(MAX_SEGMENT_RAW_BYTES + 1, 0);
        let mut input = InBuffer::around(file);
        let mut written = 0;
        let outcome = loop {
            let mut output = OutBuffer::around(&mut out[written..]);
            let remaining = self.decoder.run(&mut input, &mut output);
            let produced = output.pos();
            written += produced;
            match remaining {
                Err(error) => break Err(fault(&error, SEGMENT_WINDOW_LOG)),
                Ok(_) if written > MAX_SEGMENT_RAW_BYTES => break Err(FrameFault::TooLong(MAX_SEGMENT_RAW_BYTES)),
                Ok(0) => break after_frame(&file[input.pos()..], input.pos() as u64),
                Ok(_) if input.pos() == file.len() && produced == 0 => break Err(FrameFault::CutOff),
                Ok(_) => {}
            }
        };
        out.truncate(written.min(MAX_SEGMENT_RAW_BYTES));
        outcome
    }
}

/// Why a stream of lines ends early.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The zstd frame is faulty.
    #[error("{0}")]
    Frame(FrameFault),
}

/// The lines of a bare file, plain or compressed, as a stream of bytes.
pub enum ByteStream<R> {
    /// `.jsonl`
    Plain(R),
    /// `.jsonl.zst`
    Zstd(Box<FrameReader<R>>),
}

impl<R: Read> ByteStream<R> {
    /// A stream over a plain file.
    pub fn plain(inner: R) -> Self {
        Self::Plain(inner)
    }

    /// A stream over a file that is one zstd frame.
    pub fn zstd(inner: R) -> io::Result<Self> {
        Ok(Self::Zstd(Box::new(FrameReader {
            inner,
            decoder: decoder(BARE_WINDOW_LOG)?,
            buffer: vec![0; 128 << 10],
            start: 0,
            end: 0,
            consumed: 0,
            finished: false,
        })))
    }

    /// Reads some bytes into `out`; 0 means the proper end.
    pub fn fill(&mut self, out: &mut [u8]) -> Result<usize, StreamError> {
        match self {
            Self::Plain(inner) => loop {
                match inner.read(out) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => return Ok(other?),
                }
            },
            Self::Zstd(reader) => reader.fill(out),
        }
    }

    /// Reads the file to its end without looking at it: after a fault, for whoever hashes what is read.
    pub fn drain(&mut self) -> Result<(), StreamError> {
        let inner = match self {
            Self::Plain(inner) => inner,
            Self::Zstd(reader) => &mut reader.inner,
        };
        io::copy(inner, &mut io::sink())?;
        Ok(())
    }
}

/// Reads exactly one zstd frame.
pub struct FrameReader<R> {
    inner: R,
    decoder: Decoder<'static>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes of the file before `start`.
    consumed: u64,
    finished: bool,
}

impl<R: Read> FrameReader<R> {
    /// Refills the buffer once it is used up; false at the end of the file.
    fn refill(&mut self) -> io::Result<bool> {
        if self.start < self.end {
            return Ok(true);
        }
        (self.start, self.end) = (0, 0);
        loop {
            match self.inner.read(&mut self.buffer) {
                Ok(bytes) => {
                    self.end = bytes;
                    return Ok(bytes > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn fill(&mut self, out: &mut [u8]) -> Result<usize, StreamError> {
        while !self.finished {
            if !self.refill()? {
                return Err(StreamError::Frame(FrameFault::CutOff));
            }
            let mut input = InBuffer::around(&self.buffer[self.start..self.end]);
            let mut output = OutBuffer::around(&mut *out);
            let remaining = self.decoder.run(&mut input, &mut output);
            let (read, produced) = (input.pos(), output.pos());
            self.start += read;
            self.consumed += read as u64;
            match remaining {
                Err(error) => return Err(StreamError::Frame(fault(&error, BARE_WINDOW_LOG))),
                Ok(0) => self.finished = true,
                Ok(_) => {}
            }
            if produced > 0 {
                return Ok(produced);
            }
        }
        if self.refill()? {
            return after_frame(&self.buffer[self.start..self.end], self.consumed)
                .map(|()| 0)
                .map_err(StreamError::Frame);
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(data: &[u8]) -> Vec<u8> {
        zstd::encode_all(data, 3).expect("compressed")
    }

    fn both(file: &[u8]) -> (Result<Vec<u8>, FrameFault>, Result<Vec<u8>, FrameFault>) {
        let mut out = Vec::new();
        let whole = SegmentDecoder::new().expect("a context").decode(file, &mut out).map(|()| out);
        let mut stream = ByteStream::zstd(file).expect("a context");
        let (mut all, mut some) = (Vec::new(), [0; 1000]);
        let streamed = loop {
            match stream.fill(&mut some) {
                Ok(0) => break Ok(all),
                Ok(bytes) => all.extend_from_slice(&some[..bytes]),
                Err(StreamError::Frame(fault)) => break Err(fault),
                Err(StreamError::Io(error)) => panic!("{error}"),
            }
        };
        (whole, streamed)
    }

    #[test]
    fn one_frame_and_nothing_else() {
        let data = b"some lines\n".repeat(5000);
        let good = frame(&data);
        assert_eq!(both(&good), (Ok(data.clone()), Ok(data)));
        let joined = |tail: &[u8]| [&good, tail].concat();
        let at = good.len() as u64;
        for (file, expected) in [
            (joined(&frame(b"x")), FrameFault::SecondFrame(at)),
            (joined(&frame(b"")), FrameFault::SecondFrame(at)),
            (joined(&[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]), FrameFault::SecondFrame(at)),
            (joined(b"\n"), FrameFault::Trailing(at)),
            (good[..good.len() - 1].to_vec(), FrameFault::CutOff),
            (good[..10].to_vec(), FrameFault::CutOff),
        ] {
            let (whole, streamed) = both(&file);
            assert_eq!((whole, streamed), (Err(expected.clone()), Err(expected)));
        }
        assert_eq!(both(&frame(b"")), (Ok(Vec::new()), Ok(Vec::new())));
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0][..], &good].concat();
        assert!(both(&skippable).0.is_err());
        assert!(both(b"{}\n").0.is_err());
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = frame(&vec![0; 64 << 20]);
        assert!(bomb.len() < 16 << 10);
        let mut out = Vec::new();
        let mut decoder = SegmentDecoder::new().expect("a context");
        assert_eq!(decoder.decode(&bomb, &mut out), Err(FrameFault::TooLong(MAX_SEGMENT_RAW_BYTES)));
        assert_eq!(out.len(), MAX_SEGMENT_RAW_BYTES);
        assert_eq!(decoder.decode(&frame(b"after"), &mut out), Ok(()));
        assert_eq!(out, b"after");
    }

    #[test]
    fn a_huge_window_is_refused() {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).expect("a context");
        encoder.window_log(28).expect("a window");
        io::Write::write_all(&mut encoder, &vec![7; 1 << 20]).expect("written");
        let file = encoder.finish().expect("finished");
        assert_eq!(both(&file).1, Err(FrameFault::Window(BARE_WINDOW_LOG)));
        assert_eq!(both(&file).0, Err(FrameFault::Window(SEGMENT_WINDOW_LOG)));
    }
}
