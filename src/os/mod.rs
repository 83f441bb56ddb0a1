//! What the operating system says where a file cannot be read or written, in plain words: the same in the window and on the command
//! line. What it has no words for is told as the system tells it.

pub mod shell;

use std::fmt;
use std::io::{Error, ErrorKind};

/// The system's number for a device that failed (`EIO`) and for too many open files (`EMFILE`), on every Unix.
const FAILED: i32 = 5;
/// See [`FAILED`].
const TOO_MANY_OPEN: i32 = 24;

/// An error of the system in plain words, to stand behind the path that it is about and a colon.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'e>(pub &'e Error);

/// The words for an error; `None` where there are none.
fn words(error: &Error) -> Option<&'static str> {
    // What a program said itself is said in its words. Those of temporary files repeat the system's, and add their own names.
    if error.get_ref().is_some_and(|own| !own.to_string().contains(" (os error ")) {
        return None;
    }
    Some(match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "the system does not allow access to it",
        ErrorKind::AlreadyExists => "it exists already",
        ErrorKind::IsADirectory => "it is a folder, not a file",
        ErrorKind::NotADirectory => "a part of the path is a file, not a folder",
        ErrorKind::DirectoryNotEmpty => "the folder is not empty",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "the space that you may use on the disk is full",
        ErrorKind::FileTooLarge => "it is larger than the disk allows",
        ErrorKind::ReadOnlyFilesystem => "the disk can only be read",
        ErrorKind::InvalidFilename => "the name is too long or not allowed",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "another program is using it",
        ErrorKind::TimedOut => "the disk or the network did not answer in time",
        ErrorKind::OutOfMemory => "there is not enough memory",
        _ if cfg!(unix) && error.raw_os_error() == Some(FAILED) => "the disk could not read or write it",
        _ if cfg!(unix) && error.raw_os_error() == Some(TOO_MANY_OPEN) => "too many files are open",
        _ => return None,
    })
}

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match words(self.0) {
            Some(words) => f.write_str(words),
            None => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_told_in_words_and_the_rest_as_the_system_tells_it() {
        let of = |kind: ErrorKind| Plain(&Error::from(kind)).to_string();
        assert_eq!(of(ErrorKind::NotFound), "there is no such file or folder");
        assert_eq!(of(ErrorKind::StorageFull), "the disk is full");
        assert_eq!(Plain(&Error::other("the file changed")).to_string(), "the file changed");
        assert_eq!(Plain(&Error::new(ErrorKind::NotFound, "no such member")).to_string(), "no such member");
        let folder = tempfile::tempdir().unwrap();
        let inside = tempfile::NamedTempFile::new_in(folder.path().join("none")).unwrap_err();
        assert!(inside.to_string().contains(" at path "), "{inside}");
        assert_eq!(
            Plain(&inside).to_string(),
            "there is no such file or folder",
            "its own temporary name is nobody's business"
        );
        let missing = std::fs::read("/no/such/file").unwrap_err();
        assert_eq!(Plain(&missing).to_string(), "there is no such file or folder");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn numbers_of_the_system_have_words() {
        for (number, told) in [
            (2, "there is no such file or folder"),
            (5, "the disk could not read or write it"),
            (13, "the system does not allow access to it"),
            (20, "a part of the path is a file, not a folder"),
            (21, "it is a folder, not a file"),
            (24, "too many files are open"),
            (28, "the disk is full"),
            (30, "the disk can only be read"),
        ] {
            assert_eq!(Plain(&Error::from_raw_os_error(number)).to_string(), told, "{number}");
        }
        assert!(Plain(&Error::from_raw_os_error(95)).to_string().contains("95"), "what has no words keeps its number");
    }
}
