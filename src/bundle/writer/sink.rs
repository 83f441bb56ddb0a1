//! The lowest layer of writing: files, and a guard below the zip crate. Tests put a disk that fills up in its place.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A file being written.
pub(crate) trait Sink: Read + Write + Seek + Send {
    /// Returns once the content is on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// Where new files are made.
pub(crate) trait Disk: Send + Sync {
    /// Makes a file; fails where something has that name.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>>;
}

/// The file system.
pub(crate) struct FileSystem;

impl Disk for FileSystem {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(File::options().read(true).write(true).create_new(true).open(path)?))
    }
}

/// What the zip crate writes to. After the first error, or once given up, it swallows what is written: the crate tries
/// to end the archive when it is dropped, and would complain on stderr. [`Guarded::into_sink`] tells whether it did.
pub(super) struct Guarded {
    sink: Box<dyn Sink>,
    given_up: Arc<AtomicBool>,
}

impl Guarded {
    pub(super) fn new(sink: Box<dyn Sink>) -> (Self, Arc<AtomicBool>) {
        let given_up = Arc::new(AtomicBool::new(false));
        (Self { sink, given_up: Arc::clone(&given_up) }, given_up)
    }

    pub(super) fn into_sink(self) -> io::Result<Box<dyn Sink>> {
        if self.given_up.load(Ordering::Relaxed) {
            return Err(io::Error::other("an earlier write failed"));
        }
        Ok(self.sink)
    }
}

impl Write for Guarded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.given_up.load(Ordering::Relaxed) {
            return Ok(bytes.len());
        }
        let result = self.sink.write(bytes);
        // A write of nothing ends a write_all with an error as well.
        let failed = match &result {
            Ok(count) => *count == 0 && !bytes.is_empty(),
            Err(error) => error.kind() != io::ErrorKind::Interrupted,
        };
        self.given_up.store(failed, Ordering::Relaxed);
        result
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Guarded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.sink.seek(to)
    }
}

/// A disk for tests that has room for so many bytes and is full then.
#[cfg(test)]
pub(crate) mod full {
    use super::*;
    use std::sync::atomic::AtomicU64;

    pub(crate) struct FullDisk(Arc<AtomicU64>);

    impl FullDisk {
        pub(crate) fn with_room_for(bytes: u64) -> Self {
            Self(Arc::new(AtomicU64::new(bytes)))
        }
    }

    struct Metered {
        file: Box<dyn Sink>,
        left: Arc<AtomicU64>,
    }

    impl Disk for FullDisk {
        fn create(&self, path: &Path) -> io::Result<Box<dyn Sink>> {
            Ok(Box::new(Metered { file: FileSystem.create(path)?, left: Arc::clone(&self.0) }))
        }
    }

    impl Read for Metered {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.file.read(buffer)
        }
    }

    impl Write for Metered {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let left = self.left.load(Ordering::Relaxed);
            let count = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 && !bytes.is_empty() {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            let count = self.file.write(&bytes[..count])?;
            self.left.store(left - count as u64, Ordering::Relaxed);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.file.flush()
        }
    }

    impl Seek for Metered {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.file.seek(to)
        }
    }

    impl Sink for Metered {
        fn sync(&mut self) -> io::Result<()> {
            self.file.sync()
        }
    }
}
