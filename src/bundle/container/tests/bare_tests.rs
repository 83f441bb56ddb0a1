//! Bare files, forms, and paths that are no container.

use std::io::{Read as _, Write as _};

use super::*;

#[test]
fn the_content_decides_the_form() {
    for (bytes, form, path) in [
        (&b"{\"seq\":0}\n"[..], Form::BareLines, "log.jsonl"),
        (b"", Form::BareLines, "log.jsonl"),
        (b"\xef\xbb\xbf{}", Form::BareLines, "log.jsonl"),
        (b"\x28\xb5\x2f\xfd\x00", Form::BareZstd, "log.jsonl.zst"),
    ] {
        let (mut container, _file) = open_bytes(bytes);
        assert_eq!(container.form(), form);
        assert_eq!(container.faults(), []);
        assert_eq!(container.entries(), [Entry { path: path.to_owned(), bytes: bytes.len() as u64 }]);
        assert_eq!(container.read(path, 100).unwrap(), bytes);
    }
    for bytes in [&b"PK"[..], b"PK\x01\x02", b"\xef\xbb", b"[1]", b" {}", b"\x1f\x8b\x08", b"\0", b"\x28\xb5\x2f"] {
        let (container, _file) = open_bytes(bytes);
        assert_eq!(container.form(), Form::BareLines);
        assert_eq!(kinds(&container), [FaultKind::NotABundle]);
        assert_eq!(container.entries(), []);
    }
}

#[test]
fn a_file_that_changes_while_it_is_read() {
    let (mut container, mut file) = open_bytes(b"{}\n{}\n");
    file.write_all(b"{}\n").unwrap();
    assert_eq!(fault_of(container.read("log.jsonl", 100)), FaultKind::SizeLimit);
    file.as_file().set_len(3).unwrap();
    assert_eq!(fault_of(container.read("log.jsonl", 100)), FaultKind::Truncated);
    let mut streamed = Vec::new();
    let error = container.stream("log.jsonl").unwrap().read_to_end(&mut streamed).unwrap_err();
    assert_eq!(streamed, b"{}\n");
    let error = ReadError::from_stream(error).unwrap();
    assert!(matches!(error, ReadError::Fault(Fault { kind: FaultKind::Truncated, .. })), "{error}");
}

#[test]
fn what_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let error = Container::open(&missing).unwrap_err();
    assert!(matches!(&error, OpenError::Io { path, .. } if *path == missing));
    assert!(error.to_string().contains("missing"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_fifo_does_not_block() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for path in [fifo.as_path(), Path::new("/dev/null")] {
        let error = Container::open(path).unwrap_err();
        assert!(matches!(error, OpenError::NotAFileOrFolder { .. }), "{error}");
    }
}
