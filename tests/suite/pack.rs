//! `probity pack` and `probity keygen` as they are used: through the binary, on files.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use crate::desk::Desk;
use assert_cmd::cargo::cargo_bin;
use probity::bundle::append::Appender;
use probity::bundle::container::Container;
use probity::bundle::line::Line;
use probity::bundle::manifest::Manifest;
use probity::bundle::segment::SegmentDecoder;
use probity::tlog::checkpoint::Checkpoint;
use probity::tlog::note::{SignedNote, SigningKey, Verified, VerifierKey};

const ORIGIN: &str = "log.test/a";

/// Stdout of a run that went well.
fn ok(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The message of a run that exits 2.
fn refused(output: &Output) -> String {
    let message = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.starts_with("probity: "), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

/// The records of a bundle as they lie in it, after its structure was looked at.
fn records(path: &Path) -> (Manifest, Vec<String>) {
    let mut container = Container::open(path).expect("opened");
    assert_eq!(container.faults(), []);
    let manifest = Manifest::parse(&container.read("manifest.json", 1 << 20).expect("read")).expect("a manifest");
    let mut decoder = SegmentDecoder::new().expect("a context");
    let (mut records, mut raw) = (Vec::new(), Vec::new());
    for segment in &manifest.segments {
        decoder.decode(&container.read(&segment.path, 9 << 20).expect("read"), &mut raw).expect("decoded");
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            let line = Line::parse(line.strip_suffix(b"\n").expect("an LF")).expect("a line");
            assert_eq!(line.seq, records.len() as u64);
            records.push(String::from_utf8(line.record.to_vec()).expect("UTF-8"));
        }
    }
    (manifest, records)
}

#[test]
fn records_go_in_verbatim() {
    let desk = Desk::new();
    desk.put("a.jsonl", "{\"n\": 1.0}\n\n  \t\n {\"n\":\"\\u00e9 é\"}\t\r\n");
    desk.put("b.jsonl", "{ \"n\" : [ ] }");
    for extra in [&[][..], &["--dir"]] {
        let output = if extra.is_empty() { "out.audit.zip" } else { "out" };
        let args = ["pack", "a.jsonl", "-", "b.jsonl", "--origin", ORIGIN, "-o", output];
        let text = ok(&desk.run_with_input(&[&args, extra].concat(), b"{\"n\":3}\n"));
        let (manifest, found) = records(&desk.path(output));
        assert_eq!(found, ["{\"n\": 1.0}", "{\"n\":\"\\u00e9 é\"}", "{\"n\":3}", "{ \"n\" : [ ] }"]);
        assert_eq!((manifest.origin.as_str(), manifest.log_size), (ORIGIN, 4));
        assert_eq!(manifest.producer.name, "probity");
        assert!(manifest.checkpoints.is_empty());
        for expected in [
            "blank lines 2 skipped",
            "records     4\n",
            ORIGIN,
            &manifest.segments[0].last,
            "no --key was given",
            output,
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }
    assert_eq!(desk.names(), ["a.jsonl", "b.jsonl", "out", "out.audit.zip"]);
}

#[test]
fn equal_records_make_equal_logs() {
    let desk = Desk::new();
    desk.put("a.jsonl", "{\"n\":1}\n".repeat(20_000));
    for name in ["1", "2"] {
        ok(&desk.run(&["pack", "a.jsonl", "--origin", ORIGIN, "--dir", "-o", name]));
    }
    let of = |name: &str| {
        let mut container = Container::open(&desk.path(name)).expect("opened");
        let paths: Vec<String> = container.entries().iter().map(|entry| entry.path.clone()).collect();
        let mut read = |path: &String| container.read(path, 1 << 30).expect("read");
        let created = records(&desk.path(name)).0.created;
        let contents: Vec<String> =
            paths.iter().map(|path| String::from_utf8_lossy(&read(path)).replace(&created, "")).collect();
        (paths, contents)
    };
    assert_eq!(of("1"), of("2"));
}

#[test]
fn the_end_of_the_log_is_signed() {
    let desk = Desk::new();
    let vkey = ok(&desk.run(&["keygen", "--name", ORIGIN, "-o", "key"]));
    let key = VerifierKey::parse(&vkey).expect("a key");
    assert_eq!(fs::read_to_string(desk.path("key.vkey")).expect("read"), vkey);
    let private = fs::read_to_string(desk.path("key")).expect("read");
    assert_eq!(SigningKey::parse(&private).expect("a key").verifier_key(), &key);
    assert!(private.ends_with('\n'));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(desk.path("key")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    desk.put("a.jsonl", "{}\n{}\n");
    let text = ok(&desk.run(&["pack", "a.jsonl", "--key", "key", "-o", "out"]));
    assert!(text.contains("size 2, signed by log.test/a+"), "{text}");
    let (manifest, _) = records(&desk.path("out"));
    assert_eq!(manifest.origin, ORIGIN, "the key's name");
    let mut container = Container::open(&desk.path("out")).expect("opened");
    let note = container.read("checkpoints/2.note", 9999).expect("read");
    let note = SignedNote::parse(&note).expect("a note");
    assert_eq!(key.verify(note.text, &note.signatures[0].payload), Ok(Verified::Signature));
    assert_eq!(Checkpoint::parse_text(note.text).expect("a checkpoint").size, 2);
    let offered: Vec<String> = container
        .entries()
        .iter()
        .filter(|entry| entry.path.starts_with("keys/"))
        .map(|entry| entry.path.clone())
        .collect();
    assert_eq!(container.read(&offered[0], 9999).expect("read"), vkey.as_bytes());
    let message = refused(&desk.run(&["pack", "a.jsonl", "--key", "key", "--origin", "log.test/b", "-o", "x"]));
    assert!(message.contains("log.test/a") && message.contains("log.test/b"), "{message}");
    desk.put("bad", "PRIVATE+KEY+secret");
    let message = refused(&desk.run(&["pack", "a.jsonl", "--key", "bad", "-o", "x"]));
    assert!(message.contains("bad: ") && !message.contains("secret"), "{message}");
    assert!(refused(&desk.run(&["pack", "a.jsonl", "--key", "none", "-o", "x"])).contains("none: "));
}

#[test]
fn keygen_overwrites_nothing_and_leaves_no_half() {
    for taken in ["key", "key.vkey"] {
        let desk = Desk::new();
        desk.put(taken, "mine");
        let message = refused(&desk.run(&["keygen", "--name", ORIGIN, "-o", "key"]));
        assert!(message.contains(&format!("{taken}: exists")), "{message}");
        assert_eq!(desk.names(), [taken]);
        assert_eq!(fs::read_to_string(desk.path(taken)).expect("read"), "mine");
    }
    let desk = Desk::new();
    assert!(refused(&desk.run(&["keygen", "--name", "a b", "-o", "key"])).contains("--name"));
    assert!(refused(&desk.run(&["keygen", "--name", ORIGIN, "-o", "no/key"])).contains("no/key"));
    assert_eq!(desk.names(), [""; 0]);
}

#[test]
fn the_first_record_may_name_the_log() {
    let desk = Desk::new();
    let opened = format!(r#"{{"kind":"log","event":"opened","origin":"{ORIGIN}"}}"#);
    desk.put("a.jsonl", format!("\n {opened}\n{{}}\n"));
    ok(&desk.run(&["pack", "a.jsonl", "-o", "a"]));
    assert_eq!(records(&desk.path("a")).0.origin, ORIGIN);
    ok(&desk.run(&["pack", "a.jsonl", "--origin", "log.test/b", "-o", "b"]));
    assert_eq!(records(&desk.path("b")).0.origin, "log.test/b");
    for first in
        [r#"{"kind":"log","event":"closed","origin":"x"}"#, r#"{"origin":"x"}"#, r#"{"kind":"log","event":"opened"}"#]
    {
        desk.put("c.jsonl", format!("{first}\n{opened}\n"));
        assert!(refused(&desk.run(&["pack", "c.jsonl", "-o", "c"])).contains("--origin"), "{first}");
    }
}

#[test]
fn a_chained_log_is_taken_over() {
    let desk = Desk::new();
    let mut appender = Appender::open(&desk.path("log.jsonl"), ORIGIN).expect("opened");
    let opened = format!(r#"{{"kind":"log","event":"opened","origin":"{ORIGIN}"}}"#);
    for record in [opened.as_str(), "{ }", "{}"] {
        appender.append(record).expect("appended");
    }
    drop(appender);
    let log = fs::read_to_string(desk.path("log.jsonl")).expect("read");
    ok(&desk.run(&["pack", "log.jsonl", "-o", "a"]));
    assert_eq!(records(&desk.path("a")).1, [opened.as_str(), "{ }", "{}"]);
    ok(&desk.run_with_input(&["pack", "-", "-o", "b", "--origin", ORIGIN], log.as_bytes()));
    let last = |name: &str| records(&desk.path(name)).0.segments[0].last.clone();
    assert_eq!(last("a"), last("b"));
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    for (text, place) in [
        (log.replace("{ }", "{  }"), "line 2: the hash does not fit"),
        ([lines[0], lines[2]].concat(), "line 2: seq 2"),
        (log.trim_end().to_owned(), "line 3: the line is incomplete"),
        (lines[0].trim_end().to_owned(), "line 1: the line is incomplete"),
        (log.replacen('\n', "\n\n", 1), "line 2: not a line of a chained log"),
        (format!("\n{log}"), "line 2: blank lines"),
        (lines[1..].concat(), "line 1: a chained log that does not begin"),
    ] {
        desk.put("bad.jsonl", text);
        let message = refused(&desk.run(&["pack", "bad.jsonl", "-o", "c", "--origin", ORIGIN]));
        assert!(message.contains(&format!("bad.jsonl: {place}")), "{message}");
    }
    let message = refused(&desk.run(&["pack", "log.jsonl", "-o", "c", "--origin", "log.test/b"]));
    assert!(message.contains("line 1") && message.contains("log.test/b"), "{message}");
    assert!(refused(&desk.run(&["pack", "log.jsonl", "log.jsonl", "-o", "c"])).contains("on its own"));
    assert_eq!(desk.names(), ["a", "b", "bad.jsonl", "log.jsonl"]);
}

#[test]
fn what_is_refused_leaves_nothing() {
    let desk = Desk::new();
    let long = format!("{{}}\n{{\"a\":\"{}\"}}\n", "x".repeat(1 << 20));
    let endless = "x".repeat(5 << 20);
    let table: &[(&[u8], &str)] = &[
        (b"{}\n{\"a\":1,\"a\":2}\n", "line 2: the member name \"a\" occurs twice"),
        (b"{}\n\n[]\n", "line 3: not a JSON object"),
        (b"{}\n{\"a\":\"\xff\"}\n", "line 2: not UTF-8 at byte 6"),
        (b"{}\n{\r}\n", "line 2: a line break at byte 1"),
        (b"{}\n{\n}\n", "line 2: not a JSON object"),
        (b"\xff\xfe{\0}\0", "UTF-16"),
        (b"\x1f\x8b\x08", "after line 0: cannot be decompressed"),
        (b"a;b\n1;2\n", "line 1: not a JSON object; other files need a mapping"),
        (b"", "no records"),
        (b"\n \n", "no records"),
        (long.as_bytes(), "line 2: 1048584 bytes; a record has at most 1048576"),
        (endless.as_bytes(), "line 1: longer than"),
    ];
    for (content, reason) in table {
        desk.put("a.jsonl", content);
        for extra in [&[][..], &["--dir"]] {
            let args = [&["pack", "a.jsonl", "--origin", ORIGIN, "-o", "out"], extra].concat();
            let message = refused(&desk.run(&args));
            assert!(message.starts_with("probity: a.jsonl: ") && message.contains(reason), "{message}");
        }
    }
    desk.put("a.jsonl", "{\"a\":}\n");
    assert!(refused(&desk.run(&["pack", "a.jsonl", "-o", "out"])).contains("a.jsonl: line 1: not valid JSON"));
    desk.put("a.jsonl", "{}\n");
    for (args, reason) in [
        (&["a.jsonl", "-o", "out"][..], "--origin"),
        (&["a.jsonl", "-o", "out", "--origin", "a b"], "origin"),
        (&["a.jsonl", "none.jsonl", "-o", "out", "--origin", ORIGIN], "none.jsonl: "),
        (&["a.jsonl", ".", "-o", "out", "--origin", ORIGIN], ".: a folder"),
        (&["-", "-", "-o", "out", "--origin", ORIGIN], "only once"),
        (&["a.jsonl", "-o", "no/out", "--origin", ORIGIN], "no/out: "),
        (&["a.jsonl", "-o", "a.jsonl", "--origin", ORIGIN], "a.jsonl: exists"),
        (&["a.jsonl", "-o", ".", "--origin", ORIGIN], ".: "),
    ] {
        let message = refused(&desk.run(&[&["pack"], args].concat()));
        assert!(message.contains(reason), "{message}");
    }
    assert_eq!(desk.names(), ["a.jsonl"]);
    assert_eq!(fs::read_to_string(desk.path("a.jsonl")).expect("read"), "{}\n");
}

#[test]
#[cfg(unix)]
fn an_unreadable_input_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    desk.put("a.jsonl", "{}\n");
    fs::set_permissions(desk.path("a.jsonl"), fs::Permissions::from_mode(0o000)).expect("set");
    if fs::File::open(desk.path("a.jsonl")).is_err() {
        let message = refused(&desk.run(&["pack", "a.jsonl", "-o", "out", "--origin", ORIGIN]));
        assert!(message.contains("a.jsonl: "), "{message}");
    }
    // A folder that takes no files, which root may ignore as well.
    fs::set_permissions(desk.path("a.jsonl"), fs::Permissions::from_mode(0o600)).expect("set");
    fs::create_dir(desk.path("shut")).expect("made");
    fs::set_permissions(desk.path("shut"), fs::Permissions::from_mode(0o500)).expect("set");
    if fs::write(desk.path("shut/x"), "").is_err() {
        let message = refused(&desk.run(&["pack", "a.jsonl", "-o", "shut/out", "--origin", ORIGIN]));
        assert!(message.contains("shut/out: "), "{message}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_broken_pipe_is_quiet() {
    let desk = Desk::new();
    desk.put("a.jsonl", "{}\n");
    let mut command = desk.command(&["pack", "a.jsonl", "-o", "out", "--origin", ORIGIN]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = command.stdout(writer).stderr(Stdio::piped()).output().expect("started");
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    assert_eq!(records(&desk.path("out")).1, ["{}"]);
    let full = fs::File::options().write(true).open("/dev/full").expect("opened");
    let output = desk.command(&["keygen", "--name", "x", "-o", "key"]).stdout(full).output().expect("started");
    assert!(refused(&output).contains("standard output"));
}

/// The disk fills up under the real program, as far as that can be had: a limit on the size of files.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_nothing() {
    let desk = Desk::new();
    let noise: String =
        (0..30_000_u32).map(|n| format!("{{\"n\":\"{}\"}}\n", blake3::hash(&n.to_le_bytes()))).collect();
    desk.put("a.jsonl", noise);
    for extra in ["", "--dir"] {
        let program = cargo_bin!("probity").display().to_string();
        let script =
            format!("trap '' XFSZ; ulimit -f 200; exec {program} pack a.jsonl -o out --origin {ORIGIN} {extra}");
        let mut shell = std::process::Command::new("bash");
        let output = shell.args(["-c", &script]).current_dir(desk.0.path()).output().expect("started");
        let message = refused(&output);
        assert!(message.contains("out: ") && message.contains("log/0"), "{message}");
        assert_eq!(desk.names(), ["a.jsonl"]);
    }
}

#[test]
fn a_killed_pack_leaves_nothing_under_the_name() {
    for extra in [&[][..], &["--dir"]] {
        let desk = Desk::new();
        let mut command = desk.command(&[&["pack", "-", "-o", "out", "--origin", ORIGIN], extra].concat());
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        let mut input = child.stdin.take().expect("a pipe");
        for n in 0..20_000_u32 {
            writeln!(input, "{{\"n\":\"{}\"}}", blake3::hash(&n.to_le_bytes())).expect("fed");
        }
        input.flush().expect("fed");
        let partial = || desk.names().into_iter().find(|name| name.ends_with(".partial"));
        let start = Instant::now();
        while partial().is_none() && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(partial().is_some());
        child.kill().expect("killed");
        child.wait().expect("ended");
        assert!(!desk.path("out").exists());
        // What is left says by its name what it is, and is in nobody's way.
        assert!(desk.names().iter().all(|name| name.starts_with(".out.") && name.ends_with(".partial")));
        ok(&desk.run_with_input(&[&["pack", "-", "-o", "out", "--origin", ORIGIN], extra].concat(), b"{}\n"));
        assert_eq!(records(&desk.path("out")).1, ["{}"]);
    }
}

#[test]
fn wrong_use_exits_2() {
    let desk = Desk::new();
    for args in [&[][..], &["pack"], &["pack", "a.jsonl"], &["keygen", "-o", "x"], &["unpack"]] {
        assert_eq!(desk.run(args).status.code(), Some(2), "{args:?}");
    }
    assert_eq!(desk.run(&["--help"]).status.code(), Some(0));
    assert_eq!(desk.run(&["--version"]).status.code(), Some(0));
}
