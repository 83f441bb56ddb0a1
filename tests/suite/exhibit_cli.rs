//! `probity exhibit` through the binary: the same picture again, what is found out, and what must not be handed out.

use std::path::Path;

use serde_json::Value;

use crate::common::{Export, Log};
use crate::desk::Desk;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");
const TAMPERED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-tampered.audit.zip");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.vkey");
const AT: &str = "2026-11-02T08:00:00Z";

#[track_caller]
fn done(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// Exit code and what is said.
fn check(desk: &Desk, folder: &str, bundle: Option<&str>) -> (Option<i32>, String) {
    let bundle = bundle.map_or(Vec::new(), |bundle| vec!["--bundle", bundle]);
    let output = desk.run(&[&["exhibit", "--check", folder], &bundle[..]].concat());
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Changes the sidecar, and the hashes of files in it so that they fit.
fn forge(desk: &Desk, folder: &str, change: impl FnOnce(&mut Value)) {
    let path = desk.path(folder).join("exhibit.json");
    let mut sidecar = json(&path);
    change(&mut sidecar);
    for pointer in ["/image", "/records/file"] {
        let Some(told) = sidecar.pointer_mut(pointer).filter(|told| told.is_object()) else { continue };
        let bytes = std::fs::read(desk.path(folder).join(told["name"].as_str().unwrap())).unwrap();
        told["bytes"] = bytes.len().into();
        told["blake3"] = blake3::hash(&bytes).to_hex().as_str().into();
        told["sha256"] = sha256(&bytes).into();
    }
    std::fs::write(&path, serde_json::to_vec_pretty(&sidecar).unwrap()).unwrap();
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every view is drawn the same to the byte by two processes, and holds against the bundle, damaged or not.
#[test]
fn another_process_draws_the_same() {
    let desk = Desk::new();
    for (view, bundle) in [
        ("timeline", SAMPLE),
        ("records", SAMPLE),
        ("integrity", TAMPERED),
        ("models", SAMPLE),
        ("overview", SAMPLE),
        ("records", TAMPERED),
    ] {
        let (a, b) = (format!("a-{view}-{}", bundle.len()), format!("b-{view}-{}", bundle.len()));
        for folder in [&a, &b] {
            done(&desk, &["exhibit", bundle, "--trust", KEY, "--view", view, "--title", "A", "--at", AT, "-o", folder]);
        }
        let read = |folder: &str| std::fs::read(desk.path(folder).join("exhibit.png")).unwrap();
        assert!(read(&a) == read(&b), "{view}");
        assert_eq!(json(&desk.path(&a).join("exhibit.json")), json(&desk.path(&b).join("exhibit.json")), "{view}");
        let (code, told) = check(&desk, &a, Some(bundle));
        assert_eq!(code, Some(0), "{view}: {told}");
        assert!(told.contains("the same picture to the byte") && !told.contains("DIFFERS"), "{told}");
        let (code, told) = check(&desk, &a, None);
        assert!(code == Some(0) && told.contains("skipped  drawn again") && told.contains("skipped  facts"), "{told}");
    }
}

/// A pixel, the sidecar, a record: each is found out, also where the hashes were altered to match.
#[test]
fn what_was_altered_is_found_out() {
    let desk = Desk::new();
    let args = ["exhibit", SAMPLE, "--trust", KEY, "--view", "records", "--filter", "kind:review", "--at", AT];
    let fresh = |folder: &str| {
        done(&desk, &[&args[..], &["-o", folder]].concat());
    };
    // A pixel.
    fresh("pixel");
    let path = desk.path("pixel").join("exhibit.png");
    let mut reader =
        png::Decoder::new(std::io::BufReader::new(std::fs::File::open(&path).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    pixels[frame.width as usize * 300 * 3 + 600] ^= 0x40;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, frame.width, frame.height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    std::fs::write(&path, out).unwrap();
    let (code, told) = check(&desk, "pixel", None);
    assert!(code == Some(1) && told.contains("DIFFERS  picture"), "{told}");
    forge(&desk, "pixel", |_| {});
    assert_eq!(check(&desk, "pixel", None).0, Some(0), "only the bundle shows it");
    let (code, told) = check(&desk, "pixel", Some(SAMPLE));
    assert!(code == Some(1) && told.contains("DIFFERS  drawn again"), "{told}");
    // What the sidecar says.
    for (n, (pointer, value)) in [
        ("/told/query/records", Value::from(1)),
        ("/told/query/filter", "kind:decision".into()),
        ("/told/evidence/0/verdict/integrity", "broken".into()),
        ("/told/showing", "rows 1 – 2 of 3".into()),
        ("/told/not_proven/0", "Nothing.".into()),
        ("/request/title", "Another title".into()),
        ("/request/number", "Exhibit 9".into()),
        ("/request/made/by", "somebody else".into()),
        ("/request/shown/first_row", Value::from(3)),
        ("/request/shown/filter", "kind:outcome".into()),
        ("/records/count", Value::from(99)),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = format!("told{n}");
        fresh(&folder);
        forge(&desk, &folder, |sidecar| *sidecar.pointer_mut(pointer).unwrap() = value);
        let (code, told) = check(&desk, &folder, Some(SAMPLE));
        assert!(code == Some(1) && told.contains("DIFFERS"), "{pointer}: {told}");
    }
    // A record: the slice of another filter in its place.
    fresh("record");
    done(&desk, &["slice", SAMPLE, "kind:outcome", "-o", "other.zip"]);
    std::fs::copy(desk.path("other.zip"), desk.path("record").join("records.audit.zip")).unwrap();
    forge(&desk, "record", |_| {});
    let (code, told) = check(&desk, "record", None);
    assert!(code == Some(1) && told.contains("DIFFERS  proofs"), "{told}");
    // Another bundle.
    fresh("bundle");
    let (code, told) = check(&desk, "bundle", Some(TAMPERED));
    assert!(code == Some(1) && told.contains("other bundles than those of the exhibit"), "{told}");
}

/// Every byte that is handed out, archives unpacked.
pub(crate) fn all_bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(&bytes[..])) {
            for at in 0..zip.len() {
                let mut member = zip.by_index(at).unwrap();
                let mut bytes = Vec::new();
                std::io::copy(&mut member, &mut bytes).unwrap();
                let raw = zstd::decode_all(&bytes[..]).unwrap_or(bytes);
                out.push((format!("{name}/{}", member.name().unwrap()), raw));
            }
        }
        out.push((name, bytes));
    }
    out
}

/// A redacted value stands nowhere in what is handed out.
#[test]
fn what_is_redacted_stands_nowhere() {
    let desk = Desk::new();
    let records = (0..12).map(|n| {
        let person = if n % 3 == 0 { "Zachary Quillfeather" } else { "someone else" };
        let note = if n == 4 { "asked zachary quillfeather himself" } else { "-" };
        format!(
            r#"{{"kind":"decision","audit_id":"d{n}","timestamp":"2026-03-01T00:00:{n:02}Z","model":{{"id":"m"}},"input":{{"name":"{person}","note":"{note}"}},"output":{{"decision":"deny"}}}}"#
        )
        .into_bytes()
    });
    let log = Log::of(records, 4);
    desk.put("a.zip", crate::common::zip(&Export::whole(&log).files()));
    let hidden = |folder: &str| {
        for (name, bytes) in all_bytes(&desk.path(folder)) {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            assert!(!text.contains("quillfeather") && !text.contains("zachary"), "{folder}/{name}");
        }
        assert_eq!(check(&desk, folder, Some("a.zip")).0, Some(0), "{folder}");
        json(&desk.path(folder).join("exhibit.json"))
    };
    // The field itself: every record has it, so none is handed out.
    let filter = "input.name:\"Zachary Quillfeather\"";
    let base = ["exhibit", "a.zip", "--view", "records", "--at", AT, "--columns", "id,input.name,input.note"];
    let title = "Decisions on Zachary Quillfeather";
    let redact = "input.name=privacy of a third party";
    done(&desk, &[&base[..], &["--filter", filter, "--title", title, "--redact", redact, "-o", "field"]].concat());
    let told = hidden("field");
    assert_eq!((&told["records"]["count"], &told["records"]["handed"]), (&4.into(), &0.into()));
    assert_eq!(told["records"]["withheld"].as_array().map(Vec::len), Some(4));
    assert_eq!(told["told"]["query"]["filter"], "[redacted]");
    assert_eq!(told["request"]["shown"]["filter"], "@0 or @3 or @6 or @9");
    assert_eq!(told["request"]["title"], "[redacted]");
    // A rectangle over the table.
    done(&desk, &[&base[..], &["--filter", filter, "--redact-rect", "0,60,1440,500=privacy", "-o", "rect"]].concat());
    let told = hidden("rect");
    assert_eq!(told["records"]["handed"], 0);
    assert_eq!(told["told"]["query"]["filter"], "[redacted]");
    // The value is also what somebody wrote elsewhere.
    let redact = "input.note=privacy";
    done(&desk, &[&base[..], &["--filter", "@4", "--redact", redact, "-o", "note"]].concat());
    assert_eq!(json(&desk.path("note").join("exhibit.json"))["records"]["handed"], 0);
}

/// Numbers go on, and the journal has the digests.
#[test]
fn exhibits_are_numbered_and_on_record() {
    let desk = Desk::new();
    done(&desk, &["case", "new", "c.probity-case", SAMPLE]);
    let args = ["exhibit", SAMPLE, "--case", "c.probity-case", "--view", "overview", "--prefix", "P-"];
    for (n, folder) in [(1, "one"), (2, "two")] {
        done(&desk, &[&args[..], &["-o", folder]].concat());
        let sidecar = json(&desk.path(folder).join("exhibit.json"));
        assert_eq!(sidecar["request"]["number"], format!("P-{n:04}"));
        let journal = done(&desk, &["case", "journal", "c.probity-case", "--json"]);
        for name in ["exhibit.png", "exhibit.json"] {
            let digest = blake3::hash(&std::fs::read(desk.path(folder).join(name)).unwrap()).to_hex();
            assert!(journal.contains(digest.as_str()), "{name}: {journal}");
        }
        assert_eq!(check(&desk, folder, Some(SAMPLE)).0, Some(0));
    }
    assert!(done(&desk, &["case", "show", "c.probity-case"]).contains("P-0002"));
}

/// A part of a view: what is left out is not counted, not handed out and not in the picture; as a zip as well.
#[test]
fn a_part_is_kept() {
    let desk = Desk::new();
    let args = ["exhibit", SAMPLE, "--trust", KEY, "--view", "records", "--at", AT];
    done(&desk, &[&args[..], &["-o", "whole"]].concat());
    // From the middle of the third row to the end of the fifth.
    let part = ["--part", "0,93,500,65"];
    done(&desk, &[&args[..], &part, &["-o", "part"]].concat());
    done(&desk, &[&args[..], &part, &["-o", "part.zip"]].concat());
    done(&desk, &[&args[..], &part, &["-o", "again.zip"]].concat());
    let (whole, told) = ("whole/exhibit.json", "part/exhibit.json");
    let (whole, told) = (json(&desk.path(whole)), json(&desk.path(told)));
    assert_eq!(whole["request"].get("part"), None, "exhibits of before are still understood");
    assert_eq!(told["request"]["part"], serde_json::json!([0.0, 93.0, 500.0, 65.0]));
    assert_eq!((&told["records"]["count"], &told["records"]["handed"]), (&3.into(), &3.into()));
    assert!(told["told"]["showing"].as_str().unwrap().starts_with("rows 3 – 5 of 20"), "{}", told["told"]["showing"]);
    assert!(told["image"]["height"].as_u64() < whole["image"]["height"].as_u64());
    for name in ["part", "part.zip"] {
        let (code, told) = check(&desk, name, Some(SAMPLE));
        assert!(code == Some(0) && told.contains("the same picture to the byte"), "{told}");
    }
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert!(read("part.zip") == read("again.zip"), "the same exhibit is the same file");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(read("part.zip"))).unwrap();
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).unwrap();
        assert_eq!(member.compression(), zip::CompressionMethod::Stored);
        let mut bytes = Vec::new();
        std::io::copy(&mut member, &mut bytes).unwrap();
        assert!(bytes == read(&format!("part/{}", member.name().unwrap())), "{:?}", member.name());
    }
    // A byte of the picture in the zip.
    let mut bytes = read("part.zip");
    let at = bytes.windows(4).position(|window| window == b"IDAT").unwrap() + 40;
    bytes[at] ^= 1;
    desk.put("odd.zip", bytes);
    assert_ne!(check(&desk, "odd.zip", None).0, Some(0));
    for (part, expected) in [
        ("0,0,4,4", "leaves nothing of the view"),
        ("5000,0,100,100", "leaves nothing of the view"),
        ("1,2,3", "four numbers"),
        ("0,0,inf,4", "four numbers"),
    ] {
        let output = desk.run(&[&args[..], &["--part", part, "-o", "x"]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && stderr.contains(expected), "{part}: {stderr}");
    }
    assert!(!desk.path("x").exists());
}

/// A case is not in the bundle: what it says of records is carried as their places, or refused by name.
#[test]
fn what_a_case_says_goes_along() {
    let desk = Desk::new();
    done(&desk, &["case", "new", "c.probity-case", SAMPLE]);
    done(&desk, &["tag", SAMPLE, "--case", "c.probity-case", "--tag", "odd", "@40", "@41", "@77"]);
    let args = ["exhibit", SAMPLE, "--view", "records", "--filter", "tag:odd -@77", "--at", AT];
    let output = desk.run(&[&args[..], &["-o", "x"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && stderr.contains("tag:odd asks what a case says of records"), "{stderr}");
    done(&desk, &[&args[..], &["--case", "c.probity-case", "-o", "a"]].concat());
    let told = json(&desk.path("a/exhibit.json"));
    assert_eq!(told["request"]["shown"]["filter"], "(@40..41 or @77) -@77");
    assert_eq!((&told["told"]["query"]["filter"], &told["records"]["count"]), (&"tag:odd -@77".into(), &2.into()));
    assert_eq!(told["request"]["of_case"], serde_json::json!(["tag:odd"]));
    let (code, told) = check(&desk, "a", Some(SAMPLE));
    assert!(code == Some(0) && told.contains("the same picture to the byte"), "{told}");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let desk = Desk::new();
    desk.put("taken", b"mine");
    for (args, expected) in [
        (&["exhibit", SAMPLE, "--view", "records", "-o", "taken"][..], "taken: exists already"),
        (&["exhibit", SAMPLE, "--view", "records", "--filter", "nope:1", "-o", "x"], "the filter is not understood"),
        (&["exhibit", SAMPLE, "--view", "records", "--size", "10x10", "-o", "x"], "two numbers from 400 to 8000"),
        (&["exhibit", SAMPLE, "--view", "records", "--redact", "reviewer", "-o", "x"], "a reason is missing"),
        (&["exhibit", SAMPLE, "--view", "records", "--redact", "nope=x", "-o", "x"], "nope"),
        (&["exhibit", SAMPLE, "--view", "records", "--redact-rect", "1,2=x", "-o", "x"], "four numbers"),
        (
            &["exhibit", SAMPLE, "--view", "records", "--redact-rect", "0,60,1440,2000=x", "-o", "x"],
            "reaches into the band",
        ),
        (&["exhibit", "nothing.zip", "--view", "records", "-o", "x"], "nothing.zip"),
        (&["exhibit", "--check", "nothing"], "nothing/exhibit.json"),
        (&["exhibit", SAMPLE, "-o", "x"], "--view"),
    ] {
        let output = desk.run(args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(expected), "{args:?}: {stderr}");
    }
    assert!(!desk.path("x").exists());
    desk.put("odd.json", b"{}");
    std::fs::create_dir(desk.path("odd")).unwrap();
    for text in [&b"{}"[..], b"", b"[1]", b"{\"format\":\"probity-exhibit/9\"}"] {
        std::fs::write(desk.path("odd").join("exhibit.json"), text).unwrap();
        assert_eq!(desk.run(&["exhibit", "--check", "odd"]).status.code(), Some(2));
    }
}
