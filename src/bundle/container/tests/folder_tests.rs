//! Folders: links, special files, names, and files that change behind the listing.

use std::fs;

use super::*;

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let full = folder.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, content).unwrap();
    }
    folder
}

#[test]
fn files_in_byte_order() {
    let folder = folder(&[("log/1", b"one"), ("log/0", b""), ("manifest.json", b"{}"), ("log-a", b"x")]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let mut container = Container::open(folder.path()).unwrap();
    assert_eq!(container.form(), Form::Folder);
    assert_eq!(container.faults(), []);
    assert_eq!(paths(&container), ["log-a", "log/0", "log/1", "manifest.json"]);
    assert_eq!(container.read("log/1", 3).unwrap(), b"one");
    assert_eq!(fault_of(container.read("log/1", 2)), FaultKind::SizeLimit);
    assert!(matches!(container.read("log", 9), Err(ReadError::Missing)));
    assert!(matches!(container.read("../log/1", 9), Err(ReadError::Missing)));
}

#[cfg(unix)]
#[test]
fn links_special_files_and_names() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;

    let folder = folder(&[
        ("good", b"1"),
        ("a\\b", b""),
        ("nul.txt", b""),
        ("dots./x", b""),
        ("Case", b""),
        ("case", b""),
        ("e\u{301}", b""),
        ("\u{e9}", b""),
        ("1/2/3/4/5/6/7/8/9", b""),
    ]);
    let root = folder.path();
    symlink("/etc/passwd", root.join("link")).unwrap();
    symlink("/etc", root.join("folder-link")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(root.join("fifo")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    fs::write(root.join(std::ffi::OsStr::from_bytes(b"\xff\xfe")), b"").unwrap();

    let mut container = Container::open(root).unwrap();
    let found: BTreeMap<&str, FaultKind> =
        container.faults().iter().map(|fault| (fault.path.as_deref().unwrap(), fault.kind)).collect();
    let expected = BTreeMap::from([
        ("link", FaultKind::Symlink),
        ("folder-link", FaultKind::Symlink),
        ("dangling", FaultKind::Symlink),
        ("fifo", FaultKind::SpecialFile),
        ("socket", FaultKind::SpecialFile),
        ("\\u{ff}\\u{fe}", FaultKind::UnsafePath),
        ("a\\u{5c}b", FaultKind::UnsafePath),
        ("nul.txt", FaultKind::UnsafePath),
        ("dots.", FaultKind::UnsafePath),
        ("1/2/3/4/5/6/7/8/9", FaultKind::UnsafePath),
        ("Case", FaultKind::NameCollision),
        ("case", FaultKind::NameCollision),
        ("e\u{301}", FaultKind::NameCollision),
        ("\u{e9}", FaultKind::NameCollision),
    ]);
    assert_eq!(found, expected);
    assert_eq!(container.faults().len(), expected.len());
    assert_eq!(paths(&container), ["good"]);
    assert_eq!(fault_of(container.read("link", 9)), FaultKind::Symlink);

    // The folder that the user names may be a link.
    let link = tempfile::tempdir().unwrap();
    symlink(root, link.path().join("bundle")).unwrap();
    let mut container = Container::open(&link.path().join("bundle")).unwrap();
    assert_eq!(container.read("good", 1).unwrap(), b"1");
}

/// What an unreadable folder holds cannot be known; one unreadable file is its own reader's error.
#[cfg(unix)]
#[test]
fn what_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("a", b"1"), ("log/b", b"2")]);
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let (file, log) = (folder.path().join("a"), folder.path().join("log"));
    set(&file, 0);
    set(&log, 0);
    if fs::read_dir(&log).is_err() {
        // Not so for the superuser, who may read everything.
        let error = Container::open(folder.path()).unwrap_err();
        assert!(matches!(&error, OpenError::Io { path, .. } if *path == log), "{error}");
        set(&log, 0o700);
        let mut container = Container::open(folder.path()).unwrap();
        let error = container.read("a", 9).unwrap_err();
        assert!(matches!(&error, ReadError::Io { path, .. } if *path == file), "{error}");
    }
    set(&log, 0o700);
}

#[test]
fn files_that_change_behind_the_listing() {
    let folder = folder(&[("a", b"1234"), ("b", b"1234"), ("gone", b""), ("other", b"1234")]);
    let mut container = Container::open(folder.path()).unwrap();
    fs::write(folder.path().join("a"), b"123").unwrap();
    fs::write(folder.path().join("b"), b"12345").unwrap();
    fs::remove_file(folder.path().join("gone")).unwrap();
    assert_eq!(fault_of(container.read("a", 9)), FaultKind::Truncated);
    assert_eq!(fault_of(container.read("b", 9)), FaultKind::SizeLimit);
    match container.read("gone", 9) {
        Err(ReadError::Io { path, .. }) => assert_eq!(path, folder.path().join("gone")),
        other => panic!("{other:?}"),
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        fs::write(folder.path().join("new"), b"1234").unwrap();
        fs::rename(folder.path().join("new"), folder.path().join("other")).unwrap();
        assert_eq!(fault_of(container.read("other", 9)), FaultKind::HeaderMismatch);
        fs::remove_file(folder.path().join("other")).unwrap();
        symlink("a", folder.path().join("other")).unwrap();
        assert_eq!(fault_of(container.read("other", 9)), FaultKind::Symlink);
    }
}

#[test]
fn a_file_that_changes_while_it_is_read() {
    use std::io::Read as _;
    let folder = folder(&[("a", b"12345678")]);
    for (length, kind) in [(6, FaultKind::Truncated), (9, FaultKind::SizeLimit)] {
        fs::write(folder.path().join("a"), b"12345678").unwrap();
        let mut container = Container::open(folder.path()).unwrap();
        let mut reader = container.stream("a").unwrap();
        reader.read_exact(&mut [0; 4]).unwrap();
        let file = fs::OpenOptions::new().write(true).open(folder.path().join("a")).unwrap();
        file.set_len(length).unwrap();
        let mut rest = Vec::new();
        let error = ReadError::from_stream(reader.read_to_end(&mut rest).unwrap_err()).unwrap();
        assert!(matches!(&error, ReadError::Fault(fault) if fault.kind == kind), "{error}");
        assert!(rest.len() <= 4);
    }
}
