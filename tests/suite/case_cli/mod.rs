//! The case through the real binary: work is kept, asked for in filters, put on record, verified and merged.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

fn tampered() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending-tampered.audit.zip")
}

/// A folder with a bundle, and a home of its own.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/lending.audit.zip");
        std::fs::copy(sample, folder.path().join("lending.audit.zip")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_probity"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path().join("home"))
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("XDG_DATA_HOME", self.folder.path().join("data"))
            .env("PROBITY_ACTOR", "ann")
            .output()
            .unwrap()
    }

    /// What a command prints that ends with this code.
    #[track_caller]
    fn out(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says on standard error.
    #[track_caller]
    fn error(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

#[test]
fn a_case_from_its_making_to_its_journal() {
    let desk = Desk::new();
    let case = "a.probity-case";
    desk.out(0, &["case", "key", "ann.example/probity"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = desk.path("config/probity/custody.key");
        let key = if key.exists() { key } else { desk.path("home/Library/Application Support/probity/custody.key") };
        if key.exists() {
            assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    desk.error(2, &["case", "key", "another"]);
    desk.out(0, &["case", "new", case, "lending.audit.zip", "--title", "Lending"]);
    desk.error(2, &["case", "new", case]);
    assert_eq!(desk.out(0, &["tag", case, "@42", "@43", "--tag", "odd"]), "2 of 2 records got the tag odd\n");
    assert_eq!(desk.out(0, &["tag", case, "@42", "--tag", "odd"]), "0 of 1 record got the tag odd\n");
    desk.out(0, &["note", case, "@42", "--text", "Income was read as monthly"]);
    desk.out(0, &["note", case, "--text", "About the whole"]);
    desk.out(0, &["tag", case, "--filter", "kind:review", "--tag", "reviews"]);
    let incident = ["--from", "2026-04-01T00:00:00Z", "--to", "2026-04-30T23:59:59Z", "--filter", "result:deny"];
    desk.out(0, &[&["case", "incident", case, "INC-1"], &incident[..]].concat());

    let count = |filter: &str| desk.out(0, &["query", case, filter, "--count"]);
    assert_eq!(count("tag:odd"), "2\n");
    assert_eq!(count("note:monthly tag:odd"), "1\n");
    assert_eq!(count("tag:reviews"), count("kind:review"));
    assert_eq!(count("incident:INC-1"), count("result:deny time:2026-04-01..2026-04-30"));
    let rows = desk.out(0, &["query", case, "tag:odd", "--format", "jsonl"]);
    let journal = desk.out(0, &["case", "journal", case, "--json"]);
    let last: serde_json::Value = serde_json::from_str(journal.lines().last().unwrap()).unwrap();
    assert_eq!(last["action"], "exported");
    assert_eq!(last["filter"], "tag:odd");
    assert_eq!(last["records"], 2);
    assert_eq!(last["digest"], blake3::hash(rows.as_bytes()).to_hex().to_string(), "the digest is of what went out");

    let show: serde_json::Value = serde_json::from_str(&desk.out(0, &["case", "show", case, "--json"])).unwrap();
    assert_eq!(show["titles"][0], "Lending");
    assert_eq!(show["bundles"][0]["state"], "found");
    assert_eq!(show["tags"].as_array().unwrap().len(), 2);
    assert!(desk.out(0, &["case", "show", case]).contains("Income was read as monthly"));

    assert!(desk.out(0, &["case", "undo", case]).contains("INC-1"));
    assert!(desk.out(0, &["case", "undo", case]).contains("reviews on"));
    assert_eq!(count("has:incident"), "0\n");
    assert_eq!(count("tag:reviews"), "0\n");
    desk.out(0, &["case", "redo", case]);
    assert_eq!(count("tag:reviews"), count("kind:review"));
    let days = ["INC-2", "--from", "2026-04-03", "--to", "2026-04-06"];
    desk.out(0, &[&["case", "incident", case], &days[..]].concat());
    assert_eq!(count("incident:INC-2"), count("time:2026-04-03..2026-04-06"));

    let verified: serde_json::Value = serde_json::from_str(&desk.out(0, &["case", "verify", case, "--json"])).unwrap();
    let verdict = &verified["journals"][0]["report"]["verdict"];
    assert_eq!((&verdict["integrity"], &verdict["completeness"]), (&"intact".into(), &"whole".into()));
    assert_eq!(verdict["authorship"], "trusted", "by the user's own key");
    assert_eq!(verified["bundles"][0]["report"]["verdict"]["integrity"], "intact");

    // The journal is a bundle as any other.
    desk.out(0, &["case", "journal", case, "--bundle", "journal.audit.zip"]);
    desk.out(0, &["verify", "journal.audit.zip"]);
    let exports = desk.out(0, &["query", "journal.audit.zip", "kind:custody action:exported user:ann", "--count"]);
    assert_ne!(exports, "0\n");
    desk.error(2, &["case", "journal", case, "--bundle", "journal.audit.zip"]);
}

#[test]
fn drafts_become_cases() {
    let desk = Desk::new();
    let error = desk.error(2, &["query", "lending.audit.zip", "tag:odd"]);
    assert!(error.contains("none is open"), "{error}");
    let error = desk.error(0, &["tag", "lending.audit.zip", "@7", "--tag", "odd"]);
    assert!(error.contains("draft"), "{error}");
    assert_eq!(desk.out(0, &["query", "lending.audit.zip", "tag:odd", "--count"]), "1\n");
    let out = desk.out(0, &["case", "save", "lending.audit.zip", "a.probity-case"]);
    assert!(out.contains("1 tag"), "{out}");
    assert_eq!(desk.out(0, &["query", "a.probity-case", "tag:odd", "--count"]), "1\n");
    desk.error(2, &["query", "lending.audit.zip", "tag:odd"]);
    let with = ["query", "lending.audit.zip", "tag:odd", "--count", "--case", "a.probity-case"];
    assert_eq!(desk.out(0, &with), "1\n");
    desk.error(2, &["case", "save", "lending.audit.zip", "b.probity-case"]);
}

#[test]
fn wrong_ids_change_nothing() {
    let desk = Desk::new();
    desk.out(0, &["case", "new", "a.probity-case", "lending.audit.zip"]);
    for (arguments, expected) in [
        (&["tag", "a.probity-case", "@42", "none-such", "--tag", "x"][..], "no record has this id"),
        (&["tag", "a.probity-case", "@999999", "--tag", "x"], "no record has this id"),
        (&["tag", "a.probity-case", "@x", "--tag", "x"], "no number"),
        (&["tag", "a.probity-case", "--tag", "x"], "give ids, or --filter"),
        (&["tag", "a.probity-case", "--filter", "id:nobody", "--tag", "x"], "nothing is tagged"),
        (&["case", "incident", "a.probity-case", "I", "--from", "yesterday"], "write it as 2026"),
        (&["tag", "a.probity-case", "@1", "--tag", " x"], "white space"),
        (&["tag", "a.probity-case", "--filter", "nonsense::", "--tag", "x"], "not understood"),
        (&["note", "a.probity-case", "@1", "--text", "  "], "empty"),
        (&["note", "a.probity-case", "--edit", "0000", "--text", "x"], "no note"),
        (&["case", "undo", "lending.audit.zip"], "no case of Probity"),
        (&["case", "incident", "a.probity-case", "I", "--filter", "(("], "not understood"),
        (&["case", "locate", "a.probity-case", "a.probity-case"], "no bundle of the case"),
    ] {
        let error = desk.error(2, arguments);
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
    let journal = desk.out(0, &["case", "journal", "a.probity-case"]);
    assert!(!journal.contains("tagged") && !journal.contains("note:"), "{journal}");
}

#[test]
fn two_cases_are_merged_and_conflicts_told() {
    let desk = Desk::new();
    desk.out(0, &["case", "new", "a.probity-case", "lending.audit.zip"]);
    let note = desk.out(0, &["note", "a.probity-case", "@5", "--text", "first"]);
    let name = note.split_whitespace().nth(1).unwrap().to_owned();
    std::fs::copy(desk.path("a.probity-case"), desk.path("b.probity-case")).unwrap();
    desk.out(0, &["note", "a.probity-case", "--edit", &name, "--text", "by one"]);
    desk.out(0, &["note", "b.probity-case", "--edit", &name, "--text", "by the other"]);
    desk.out(0, &["tag", "b.probity-case", "@6", "--tag", "theirs"]);
    let out = desk.out(0, &["case", "merge", "a.probity-case", "b.probity-case"]);
    assert!(out.contains("by one") && out.contains("by the other") && out.contains("for you to decide"), "{out}");
    assert_eq!(desk.out(0, &["query", "a.probity-case", "tag:theirs", "--count"]), "1\n");
    assert_eq!(desk.out(0, &["query", "a.probity-case", "note:one", "--count"]), "1\n");
    assert_eq!(desk.out(0, &["query", "a.probity-case", "note:other", "--count"]), "1\n");
    desk.out(0, &["case", "verify", "a.probity-case", "--journal-only"]);
    // Into a new one, and what is damaged is told.
    desk.out(0, &["case", "merge", "new.probity-case", "a.probity-case", "b.probity-case"]);
    // Whoever a note says that it is by, the journal that it stands in is named.
    assert!(desk.out(0, &["case", "show", "new.probity-case"]).contains("ann, in the journal probity.case/"));
    assert!(!desk.out(0, &["case", "show", "b.probity-case"]).contains("in the journal"));
    let connection = rusqlite::Connection::open(desk.path("b.probity-case")).unwrap();
    connection.execute("UPDATE entry SET record = replace(record, 'theirs', 'others')", []).unwrap();
    let error = desk.error(2, &["case", "merge", "new.probity-case", "b.probity-case"]);
    assert!(error.contains("hash differs"), "{error}");
    assert!(desk.out(1, &["case", "verify", "b.probity-case", "--journal-only"]).contains("broken"));
    desk.error(2, &["tag", "b.probity-case", "@1", "--tag", "x"]);
    // It can still be asked.
    assert_eq!(desk.out(0, &["query", "b.probity-case", "note:other", "--count"]), "1\n");
}

/// What a colleague rewrote is named, with what it was, and can be said again.
#[test]
fn what_was_taken_back_is_shown_and_said_again() {
    let desk = Desk::new();
    desk.out(0, &["case", "new", "a.probity-case", "lending.audit.zip"]);
    let note = desk.out(0, &["note", "a.probity-case", "@5", "--text", "it was refused\nby hand"]);
    let name = note.split_whitespace().nth(1).unwrap().to_owned();
    desk.out(0, &["tag", "a.probity-case", "@6", "--tag", "mine"]);
    desk.out(0, &["case", "merge", "b.probity-case", "a.probity-case"]);
    desk.out(0, &["note", "b.probity-case", "--edit", &name, "--text", "all was well"]);
    desk.out(0, &["tag", "b.probity-case", "@6", "--tag", "mine", "--remove"]);
    let error = desk.error(0, &["case", "merge", "a.probity-case", "b.probity-case"]);
    assert!(error.contains("2 things were changed or taken back by somebody else"), "{error}");
    let shown = desk.out(0, &["case", "show", "a.probity-case"]);
    let (_, back) = shown.split_once("CHANGED OR TAKEN BACK").unwrap();
    assert!(back.contains("note: it was refused") && back.contains("tag mine on 1 record"), "{back}");
    assert!(back.contains("changed by ann") && back.contains("taken away by ann"), "{back}");
    let json: serde_json::Value =
        serde_json::from_str(&desk.out(0, &["case", "show", "a.probity-case", "--json"])).unwrap();
    assert_eq!(json["overruled"].as_array().unwrap().len(), 2);
    desk.error(2, &["case", "restore", "a.probity-case", "ffffffff"]);
    assert_eq!(desk.out(0, &["case", "restore", "a.probity-case"]), "2 things hold again\n");
    assert_eq!(desk.out(0, &["query", "a.probity-case", "note:refused tag:mine", "--count"]), "0\n");
    assert_eq!(desk.out(0, &["query", "a.probity-case", "note:refused or tag:mine", "--count"]), "2\n");
    assert!(desk.out(0, &["case", "journal", "a.probity-case"]).contains("it was refused ⏎ by hand"));
    desk.out(0, &["case", "verify", "a.probity-case", "--journal-only"]);
}

/// Without a key that can be used nothing is written that would have to be signed; questions are answered all the same.
#[test]
#[cfg(unix)]
fn a_key_that_others_can_read_keeps_nobody_from_reading() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    desk.out(0, &["case", "key", "ann.example/probity"]);
    let places = ["config/probity/custody.key", "home/Library/Application Support/probity/custody.key"];
    let key = places.map(|place| desk.path(place)).into_iter().find(|place| place.exists()).unwrap();
    desk.out(0, &["case", "new", "a.probity-case", "lending.audit.zip"]);
    desk.out(0, &["note", "a.probity-case", "@5", "--text", "seen"]);
    let before = std::fs::read(desk.path("a.probity-case")).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(desk.out(0, &["query", "a.probity-case", "note:seen", "--count"]), "1\n");
    assert!(desk.error(0, &["query", "a.probity-case", "note:seen"]).contains("chmod 600"));
    desk.out(0, &["case", "show", "a.probity-case"]);
    assert!(desk.out(3, &["case", "verify", "a.probity-case"]).contains("chmod 600"));
    for refused in [&["note", "a.probity-case", "@6", "--text", "x"][..], &["case", "new", "b.probity-case"]] {
        assert!(desk.error(2, refused).contains("chmod 600"));
    }
    assert!(std::fs::read(desk.path("a.probity-case")).unwrap() == before);
    assert!(!desk.path("b.probity-case").exists());
    // A key that is away, as one on a stick, is told as well.
    let away = key.with_extension("away");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::rename(&key, &away).unwrap();
    assert!(desk.error(0, &["note", "a.probity-case", "@6", "--text", "x"]).contains("the key is not here"));
    std::os::unix::fs::symlink(desk.path("nowhere"), &key).unwrap();
    assert!(desk.error(2, &["note", "a.probity-case", "@6", "--text", "x"]).contains("leads nowhere"));
    std::fs::remove_file(&key).unwrap();
    std::fs::rename(&away, &key).unwrap();
    assert!(desk.out(3, &["case", "verify", "a.probity-case", "--journal-only"]).contains("not signed by your key"));
    desk.out(0, &["case", "sign", "a.probity-case"]);
    desk.out(0, &["case", "verify", "a.probity-case", "--journal-only"]);
    desk.error(2, &["case", "merge", "new.probity-case", "nothing.probity-case"]);
    assert!(!desk.path("new.probity-case").exists());
}

/// What does not show, or turns text around, is written out in JSON as well.
#[test]
fn json_of_a_case_does_nothing_to_a_terminal() {
    let desk = Desk::new();
    desk.out(0, &["case", "new", "a.probity-case", "lending.audit.zip"]);
    desk.out(0, &["note", "a.probity-case", "--text", "a\u{202e}b\u{9b}31m"]);
    for command in [&["case", "show"][..], &["case", "journal"]] {
        let out = desk.out(0, &[command, &["a.probity-case", "--json"]].concat());
        assert!(!out.contains('\u{202e}') && !out.contains('\u{9b}') && out.contains("a\\u202eb\\u009b31m"), "{out}");
    }
}

#[test]
fn a_bundle_that_moved_is_located() {
    let desk = Desk::new();
    desk.out(0, &["case", "new", "a.probity-case", "lending.audit.zip"]);
    std::fs::create_dir(desk.path("away")).unwrap();
    std::fs::rename(desk.path("lending.audit.zip"), desk.path("away/moved.audit.zip")).unwrap();
    let error = desk.error(2, &["query", "a.probity-case", ""]);
    assert!(error.contains("locate"), "{error}");
    assert!(desk.out(0, &["case", "show", "a.probity-case"]).contains("not found"));
    assert_eq!(desk.run(&["case", "verify", "a.probity-case"]).status.code(), Some(3));
    // Something else at its place speaks against the case; that nothing is there does not.
    std::fs::copy(tampered(), desk.path("lending.audit.zip")).unwrap();
    assert!(desk.out(1, &["case", "verify", "a.probity-case"]).contains("is another bundle now"));
    std::fs::remove_file(desk.path("lending.audit.zip")).unwrap();
    desk.out(0, &["case", "locate", "a.probity-case", "away/moved.audit.zip"]);
    assert!(desk.out(0, &["query", "a.probity-case", "kind:system", "--count"]).trim().parse::<u32>().is_ok());
    std::fs::write(desk.path("lending.audit.zip"), "{}").unwrap();
    assert!(desk.out(0, &["case", "show", "a.probity-case"]).contains("moved.audit.zip"));
}

/// A file that may not grow any more is refused as a full disk is: nothing is lost, and it is said.
#[test]
#[cfg(target_os = "linux")]
fn without_room_it_is_said_and_nothing_is_lost() {
    let desk = Desk::new();
    desk.out(0, &["case", "new", "a.probity-case", "lending.audit.zip"]);
    desk.out(0, &["note", "a.probity-case", "@1", "--text", "kept"]);
    let kilobytes = std::fs::metadata(desk.path("a.probity-case")).unwrap().len() / 1024;
    let note = "x".repeat(60_000);
    let output = Command::new("bash")
        .args(["-c", &format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", kilobytes + 8), "bash"])
        .args([env!("CARGO_BIN_EXE_probity"), "note", "a.probity-case", "@2", "--text", &note])
        .current_dir(desk.folder.path())
        .env("XDG_CACHE_HOME", desk.path("cache"))
        .env("XDG_CONFIG_HOME", desk.path("config"))
        .env("XDG_DATA_HOME", desk.path("data"))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("a.probity-case") && (error.contains("disk")), "{error}");
    assert_eq!(desk.out(0, &["query", "a.probity-case", "note:kept", "--count"]), "1\n");
    desk.out(0, &["case", "verify", "a.probity-case", "--journal-only"]);
    desk.out(0, &["note", "a.probity-case", "@2", "--text", &note]);
}
