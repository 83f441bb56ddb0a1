//! One zip for each thing that can be wrong with a member's headers.

use super::builder::{Member, archive, deflated, stored};
use super::*;
use FaultKind::*;

/// `good` with one other member, which has exactly this fault; `good` stays readable.
#[test]
fn faults_of_one_member() {
    let bad = || stored("bad", b"content");
    let symlink = 0o120_777 << 16;
    let cases: Vec<(&str, FaultKind, Member)> = vec![
        ("local name", HeaderMismatch, bad().local(30, b"B")),
        ("local version", HeaderMismatch, bad().local(4, &[10])),
        ("local flags", HeaderMismatch, bad().local(6, &[2])),
        ("local method", HeaderMismatch, bad().local(8, &[8])),
        ("local time", HeaderMismatch, bad().local(10, &[0])),
        ("local date", HeaderMismatch, bad().local(12, &[0])),
        ("local crc", HeaderMismatch, bad().local(14, &[0; 4])),
        ("local compressed", HeaderMismatch, bad().local(18, &[8])),
        ("local uncompressed", HeaderMismatch, bad().local(22, &[8])),
        ("descriptor crc", HeaderMismatch, bad().streamed(true, false).with(|m| m.descriptor[4] ^= 1)),
        ("descriptor size", HeaderMismatch, bad().streamed(false, false).with(|m| m.descriptor[4] ^= 1)),
        ("descriptor large", HeaderMismatch, bad().streamed(true, true).with(|m| m.descriptor[23] ^= 1)),
        ("no descriptor", HeaderMismatch, bad().streamed(true, true).with(|m| m.descriptor.clear())),
        ("local crc beside descriptor", HeaderMismatch, bad().streamed(true, true).local(14, &[1])),
        ("zip64 size", HeaderMismatch, bad().with(|m| m.local_extra = [&b"\x01\0\x10\0"[..], &[9; 16]].concat())),
        (
            "zip64 length",
            Malformed,
            bad().with(|m| {
                m.local_extra = [&b"\x01\0\x08\0"[..], &[7, 0, 0, 0, 0, 0, 0, 0]].concat();
            }),
        ),
        ("sentinel", Malformed, bad().local(18, &[0xff; 4])),
        ("flag bit 4", Malformed, bad().with(|m| m.flags = 1 << 4)),
        ("flag bit 15", Malformed, bad().with(|m| m.flags = 1 << 15)),
        ("disk", Malformed, bad().central(34, &[1])),
        ("unicode path", Malformed, bad().with(|m| m.central_extra = b"up\0\0".to_vec())),
        ("local unicode path", Malformed, bad().with(|m| m.local_extra = b"up\0\0".to_vec())),
        ("aes", Malformed, bad().with(|m| m.central_extra = b"\x01\x99\0\0".to_vec())),
        ("extra cut", Malformed, bad().with(|m| m.local_extra = b"UT\x05\0abcd".to_vec())),
        ("stored sizes", Malformed, bad().both(22, &[8])),
        ("folder with data", Malformed, stored("bad/", b"x").with(|m| m.external = 0)),
        ("encrypted", Encrypted, bad().with(|m| m.flags = 1)),
        ("strongly encrypted", Encrypted, bad().with(|m| m.flags = 1 | 1 << 6)),
        ("masked", Encrypted, bad().with(|m| m.flags = 1 << 13)),
        ("method 9", UnsupportedMethod, bad().with(|m| m.method = 9)),
        ("method 93", UnsupportedMethod, bad().with(|m| m.method = 93)),
        ("comment", TrailingData, bad().with(|m| m.comment = b"hidden".to_vec())),
        ("symlink", Symlink, bad().with(|m| m.external = symlink)),
        (
            "symlink from FAT",
            Symlink,
            bad().with(|m| {
                m.external = symlink;
                m.central.push((5, vec![0]));
            }),
        ),
        ("device", SpecialFile, bad().with(|m| m.external = 0o020_644 << 16)),
        ("fifo", SpecialFile, bad().with(|m| m.external = 0o010_644 << 16)),
        ("folder without slash", SpecialFile, bad().with(|m| m.external = 0o040_755 << 16)),
        ("up", UnsafePath, stored("../bad", b"")),
        ("absolute", UnsafePath, stored("/bad", b"")),
        ("drive", UnsafePath, stored("C:/bad", b"")),
        ("backslash", UnsafePath, stored("..\\bad", b"")),
        ("empty", UnsafePath, stored("", b"")),
        ("root", UnsafePath, stored("/", b"").with(|m| m.external = 0)),
        ("device name", UnsafePath, stored("log/aux.txt", b"")),
        ("bidi", UnsafePath, stored("a\u{202e}b", b"").with(|m| m.flags = 1 << 11)),
        ("NUL", UnsafePath, stored("good\0bad", b"")),
        ("not said to be UTF-8", UnsafePath, stored("b\u{e4}d", b"")),
        (
            "not UTF-8",
            UnsafePath,
            stored("bad", b"").with(|m| {
                m.name = b"b\xe4d".to_vec();
                m.flags = 1 << 11;
            }),
        ),
        ("ratio", RatioLimit, deflated("bad", b"x").both(22, &[0, 0, 0, 1])),
    ];
    for (what, kind, bad) in cases {
        let name = bad.name.strip_suffix(b"/").unwrap_or(&bad.name);
        let shown = super::super::path::escape(name);
        for members in [[stored("good", b"g"), bad.clone()], [bad.clone(), stored("good", b"g")]] {
            let (mut container, _file) = open_bytes(&archive(&members).bytes);
            assert_eq!(kinds(&container), [kind], "{what}: {:?}", container.faults());
            assert_eq!(container.faults()[0].path.as_deref(), Some(shown.as_str()), "{what}");
            assert_eq!(paths(&container), ["good"], "{what}");
            assert_eq!(container.read("good", 9).unwrap(), b"g");
            assert_eq!(container.fault_count(kind), 1);
        }
    }
}
