//! `probity report` and `probity dossier` through the binary: what stands in them is what the evidence says, the same comes out again, and
//! nothing that somebody wrote into the evidence acts on who reads them.

use std::path::Path;

use serde_json::Value;

use crate::common::{Export, Log};
use crate::desk::Desk;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.audit.zip");
const TAMPERED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-tampered.audit.zip");
const SLICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending-slice.audit.zip");
const TRUTH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.truth.json");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/lending.vkey");
const AT: &str = "2026-11-02T08:00:00Z";

#[track_caller]
fn done(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// What the report says is what the truth of the sample says, and what the other commands say.
#[test]
fn a_report_tells_what_happened() {
    let desk = Desk::new();
    done(&desk, &["report", SAMPLE, "--trust", KEY, "--at", AT, "-o", "r.html"]);
    let html = text(&desk.path("r.html"));
    let truth = json(Path::new(TRUTH));
    let digest = json(&desk.path("r.html.provenance.json"))["evidence"][0]["digest"].as_str().unwrap().to_owned();
    let story: Value =
        serde_json::from_str(&done(&desk, &["incident", SAMPLE, "--trust", KEY, "INC-2026-014", "--json"])).unwrap();
    let affected = story["affected"]["ids_blake3"].as_str().unwrap();
    let causes: Value =
        serde_json::from_str(&done(&desk, &["causes", SAMPLE, "--trust", KEY, "INC-2026-014", "--json"])).unwrap();
    for said in [
        "INC-2026-014",
        "Evidence and verdict",
        "Likely causes",
        "FRE 902".replace("FRE ", "Rule ").as_str(),
        "What is not proven",
        "That what was recorded is true",
        "data:image/png;base64,",
        digest.as_str(),
        affected,
        causes["candidates"][0]["recommended"].as_str().unwrap().split('`').next().unwrap(),
    ] {
        assert!(html.contains(&escaped(said)), "{said}");
    }
    assert!(truth.to_string().contains("INC-2026-014"));
    // Each record that is named stands in the list of hashes.
    for step in story["steps"].as_array().unwrap() {
        let place = format!("@{}", step["record"]["seq"]);
        let line = done(&desk, &["slice", SAMPLE, &place, "-o", &format!("{place}.audit.zip")]);
        assert!(line.contains("1 of"), "{line}");
        let hash = hash_of(&desk, &place);
        assert!(html.contains(&hash), "{place} {hash}");
    }
    // Nothing is loaded, and nothing runs.
    for forbidden in ["<script", "src=\"http", "@import", "url(http", "<link", "<iframe", "javascript:", "onload"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

/// The hash of a record, by the slice that holds it alone.
fn hash_of(desk: &Desk, place: &str) -> String {
    use probity::bundle::line::Line;
    let evidence = probity::evidence::Evidence::open(
        &[desk.path(&format!("{place}.audit.zip"))],
        &probity::integrity::Options::default(),
        &probity::index::Choice { cache: Some(desk.path("cache")), ..Default::default() },
        &probity::integrity::Unwatched,
    )
    .unwrap();
    let line = evidence.line(0).unwrap().unwrap();
    let hash = Line::parse(&line.bytes).unwrap().hash;
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Two processes write the same bytes; the command in the sidecar is the one that was typed.
#[test]
fn the_same_report_comes_out_again() {
    let desk = Desk::new();
    std::fs::copy(SAMPLE, desk.path("lending.audit.zip")).unwrap();
    for name in ["r.pdf", "r.html"] {
        let args = ["report", "lending.audit.zip", "INC-2026-014", "--at", AT, "-o", name];
        done(&desk, &args);
        let first = std::fs::read(desk.path(name)).unwrap();
        let sidecar = json(&desk.path(&format!("{name}.provenance.json")));
        assert_eq!(sidecar["format"], "probity-report/1");
        assert_eq!(sidecar["file"]["blake3"], blake3::hash(&first).to_hex().as_str());
        assert_eq!(sidecar["document"]["kind"], "Investigation report");
        assert_eq!(
            sidecar["again"],
            format!("probity report lending.audit.zip INC-2026-014 --at {AT} --output {name}")
        );
        std::fs::remove_file(desk.path(name)).unwrap();
        std::fs::remove_file(desk.path(&format!("{name}.provenance.json"))).unwrap();
        done(&desk, &args);
        assert!(first == std::fs::read(desk.path(name)).unwrap(), "{name}");
    }
    let pdf = std::fs::read(desk.path("r.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let has = |wanted: &str| pdf.windows(wanted.len()).any(|window| window == wanted.as_bytes());
    for wanted in ["pdfaid:part", "/MarkInfo", "/StructTreeRoot", "/OutputIntents"] {
        assert!(has(wanted), "{wanted}");
    }
}

/// Keys and thresholds are part of what a report says, and so of the command that makes it again.
#[test]
fn what_a_report_was_made_with_is_in_its_command() {
    let desk = Desk::new();
    std::fs::copy(SAMPLE, desk.path("lending.audit.zip")).unwrap();
    std::fs::copy(KEY, desk.path("bank.vkey")).unwrap();
    desk.put("mine.toml", "[causes]\nreference_days = 20\n");
    let args =
        "report lending.audit.zip --trust bank.vkey --thresholds mine.toml --at 2026-11-02T08:00:00Z --output r.html";
    done(&desk, &args.split(' ').collect::<Vec<_>>());
    let again = json(&desk.path("r.html.provenance.json"))["again"].as_str().unwrap().to_owned();
    let first = std::fs::read(desk.path("r.html")).unwrap();
    std::fs::rename(desk.path("r.html"), desk.path("kept")).unwrap();
    std::fs::remove_file(desk.path("r.html.provenance.json")).unwrap();
    done(&desk, &again.split(' ').skip(1).collect::<Vec<_>>());
    assert!(first == std::fs::read(desk.path("r.html")).unwrap(), "{again}");
    assert!(again.contains("--trust bank.vkey") && again.contains("--thresholds mine.toml"), "{again}");
}

/// What speaks against the evidence stands on the first page; what is missing and withheld is said.
#[test]
fn a_report_on_damaged_evidence_says_so_first() {
    let desk = Desk::new();
    done(&desk, &["report", TAMPERED, "--trust", KEY, "--at", AT, "-o", "t.html"]);
    let html = text(&desk.path("t.html"));
    let summary = &html[..html.find("Checkpoints").unwrap()];
    assert!(summary.contains("integrity broken"));
    assert!(html.contains("CHAIN_BROKEN_LINK") && html.contains("CHAIN_TRUNCATED"), "findings are listed");
    assert!(html.contains("as found") || html.contains("As found"));
    done(&desk, &["report", SLICE, "--trust", KEY, "--at", AT, "-o", "s.html"]);
    let html = text(&desk.path("s.html"));
    assert!(html.contains("withheld"));
    assert!(html.contains("Records that are not here"));
}

/// The work of the case is in its report, and the report on its record.
#[test]
fn a_case_is_reported_with_its_work() {
    let desk = Desk::new();
    std::fs::copy(SAMPLE, desk.path("lending.audit.zip")).unwrap();
    done(&desk, &["case", "new", "c.probity-case", "lending.audit.zip", "--title", "Easter"]);
    done(
        &desk,
        &["note", "lending.audit.zip", "@10", "--case", "c.probity-case", "--text", "asked the <deployer> about it"],
    );
    done(&desk, &["tag", "lending.audit.zip", "@11", "--tag", "suspicious", "--case", "c.probity-case"]);
    let exhibit = ["exhibit", "lending.audit.zip", "--view", "overview", "--title", "The whole", "--prefix", "P-"];
    done(&desk, &[&exhibit[..], &["--case", "c.probity-case", "-o", "one"]].concat());
    done(&desk, &["report", "c.probity-case", "--at", AT, "-o", "r.html"]);
    let html = text(&desk.path("r.html"));
    for said in ["asked the &lt;deployer&gt; about it", "suspicious", "P-0001", "The whole", "Easter"] {
        assert!(html.contains(said), "{said}");
    }
    let sidecar = blake3::hash(&std::fs::read(desk.path("one").join("exhibit.json")).unwrap()).to_hex();
    assert!(html.contains(sidecar.as_str()));
    let journal = done(&desk, &["case", "journal", "c.probity-case", "--json"]);
    let digest = blake3::hash(html.as_bytes()).to_hex();
    assert!(journal.contains(digest.as_str()) && journal.contains("investigation report, html"), "{journal}");
}

/// A log without incidents, a stretch of time, and no log at all.
#[test]
fn what_there_is_not_is_said() {
    let desk = Desk::new();
    let log = Log::ordinary(40, 12);
    crate::common::write_folder(&Export::whole(&log).files(), &desk.path("plain"));
    done(&desk, &["report", "plain", "--at", AT, "-o", "none.html"]);
    assert!(text(&desk.path("none.html")).contains("No incident is on record in these bundles"));
    let stretch = ["report", SAMPLE, "--name", "Easter", "--from", "2026-04-03", "--to", "2026-04-06", "--at", AT];
    done(&desk, &[&stretch[..], &["--model", "credit-scoring", "-o", "easter.html"]].concat());
    let html = text(&desk.path("easter.html"));
    assert!(html.contains("Easter") && html.contains("as given"));
    desk.put("taken.pdf", b"mine");
    for (args, expected) in [
        (&["report", SAMPLE, "-o", "r.txt"][..], "let the name end in .pdf or .html"),
        (&["report", SAMPLE, "-o", "r.json"], "let the name end in .pdf or .html"),
        (&["report", SAMPLE, "INC-0", "-o", "r.pdf"], "there is no such incident"),
        (&["report", SAMPLE, "-o", "taken.pdf"], "taken.pdf: exists already"),
        (&["report", SAMPLE, "--at", "noon", "-o", "r.pdf"], "--at: not a time"),
        (&["report", SAMPLE, "--from", "2026-04-03", "-o", "r.pdf"], "--name"),
        (&["dossier", SAMPLE, "nobody", "-o", "d.pdf"], "no record has this id"),
        (&["dossier", SAMPLE, "--subject", "nobody", "-o", "d.pdf"], "no decision here is about this person"),
        (&["dossier", SAMPLE, "-o", "d.pdf"], "<ID>"),
        (&["dossier", SAMPLE, "cs-000184", "-o", "d.doc"], "let the name end in"),
    ] {
        let output = desk.run(args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(expected), "{args:?}: {stderr}");
    }
    assert_eq!(std::fs::read(desk.path("taken.pdf")).unwrap(), b"mine");
    assert!(!desk.path("taken.pdf.provenance.json").exists() && !desk.path("d.pdf").exists());
}

/// The root that a proof leads to, computed as the standard says and not by Probity.
fn climbed(record: &Value) -> String {
    use sha2::Digest as _;
    let bytes = |hex: &Value| -> Vec<u8> {
        let hex = hex.as_str().unwrap();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    let node = |parts: &[&[u8]]| sha2::Sha256::digest(parts.concat()).to_vec();
    let mut hash = node(&[&[0], &bytes(&record["hash"])]);
    assert_eq!(hash, bytes(&record["proof"]["leaf"]));
    for sibling in record["proof"]["path"].as_array().unwrap() {
        let other = bytes(&sibling["hash"]);
        let is_left = sibling["to"].as_u64().unwrap() < record["seq"].as_u64().unwrap();
        hash = if is_left { node(&[&[1], &other, &hash]) } else { node(&[&[1], &hash, &other]) };
    }
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every proof of a dossier leads to the root that the checkpoint states, climbed by somebody else's rules.
#[test]
fn a_dossier_proves_where_its_records_stand() {
    let desk = Desk::new();
    let args = ["dossier", SAMPLE, "cs-000184", "--trust", KEY, "--at", AT];
    done(&desk, &[&args[..], &["-o", "d.json"]].concat());
    let dossier = json(&desk.path("d.json"));
    assert_eq!(dossier["format"], "probity-dossier/1");
    let records = dossier["records"].as_array().unwrap();
    assert!(records.len() > 3, "what belongs to a decision goes with it");
    for record in records {
        assert_eq!(record["proof"]["holds"], true, "{record}");
        assert_eq!(climbed(record), record["proof"]["root"].as_str().unwrap());
    }
    let own = dossier["decisions"][0]["record"].as_str().unwrap();
    let exported = done(&desk, &["query", SAMPLE, "audit_id:cs-000184 kind:decision", "--format", "jsonl"]);
    assert_eq!(own, exported.trim_end(), "the evidence's own bytes");
    let lineage: Value =
        serde_json::from_str(&done(&desk, &["lineage", SAMPLE, "--trust", KEY, "cs-000184", "--json"])).unwrap();
    assert_eq!(dossier["decisions"][0]["lineage"], lineage);
    // The same as a document.
    done(&desk, &[&args[..], &["-o", "d.html"]].concat());
    let html = text(&desk.path("d.html"));
    for record in records {
        assert!(html.contains(record["hash"].as_str().unwrap()));
    }
    assert!(html.contains("Result and explanation, as recorded") && html.contains("as signed"));
    done(&desk, &[&args[..], &["-o", "d.pdf"]].concat());
    assert!(std::fs::read(desk.path("d.pdf")).unwrap().starts_with(b"%PDF-"));
}

/// All decisions about a person, and no other.
#[test]
fn a_person_gets_every_decision_about_them() {
    let desk = Desk::new();
    let one = done(
        &desk,
        &["query", SAMPLE, "audit_id:cs-000184 kind:decision", "--columns", "subject.id_hash", "--format", "csv"],
    );
    let subject = one.lines().nth(1).unwrap().trim();
    let filter = format!("kind:decision subject.id_hash:\"{subject}\"");
    let count: usize = done(&desk, &["query", SAMPLE, &filter, "--count"]).trim().parse().unwrap();
    done(&desk, &["dossier", SAMPLE, "--subject", subject, "--at", AT, "-o", "p.json"]);
    let dossier = json(&desk.path("p.json"));
    assert_eq!(dossier["decisions"].as_array().unwrap().len(), count);
    assert_eq!(
        (dossier["subject"].as_str(), dossier["query"]["filter"].as_str()),
        (Some(subject), Some(filter.as_str()))
    );
}

/// A decision that no checkpoint covers is told as what it is: nothing of it is proven.
#[test]
fn a_dossier_of_what_nobody_signed_says_so() {
    let desk = Desk::new();
    let altered =
        done(&desk, &["query", TAMPERED, "kind:decision @16000..17000", "--columns", "seq", "--format", "csv"]);
    let seq = altered.lines().nth(1).unwrap().trim();
    done(&desk, &["dossier", TAMPERED, &format!("@{seq}"), "--trust", KEY, "--at", AT, "-o", "d.json"]);
    let dossier = json(&desk.path("d.json"));
    let own = dossier["records"]
        .as_array()
        .unwrap()
        .iter()
        .find(|record| record["seq"].as_u64() == seq.parse().ok())
        .unwrap();
    assert_ne!(own["proof"]["holds"], true, "{own}");
    done(&desk, &["dossier", TAMPERED, &format!("@{seq}"), "--trust", KEY, "--at", AT, "-o", "d.html"]);
    let html = text(&desk.path("d.html"));
    assert!(html.contains("not as signed") || html.contains("not proven"));
}

/// What somebody wrote into the evidence stands in the document as text.
#[test]
fn what_is_written_in_the_evidence_is_text() {
    let desk = Desk::new();
    let evil = r#"<script>alert(1)</script>\u202e\u0000</td></table><img src=x onerror=alert(1)>"#;
    let lines = [
        format!(
            r#"{{"kind":"incident","timestamp":"2026-03-02T00:00:00Z","incident_id":"INC-1","state":"detected","summary":"{evil}","model":{{"id":"{evil}"}},"window":{{"from":"2026-03-01T00:00:00Z","to":"2026-03-02T00:00:00Z"}}}}"#
        ),
        format!(
            r#"{{"kind":"decision","timestamp":"2026-03-01T09:30:00Z","audit_id":"d-1","model":{{"id":"{evil}","version":"1"}},"input":{{}},"output":{{"result":"{evil}"}}}}"#
        ),
    ];
    desk.put("evil.jsonl", lines.join("\n").as_bytes());
    done(&desk, &["pack", "evil.jsonl", "--origin", "log.test/evil", "-o", "evil.audit.zip"]);
    done(&desk, &["report", "evil.audit.zip", "--at", AT, "-o", "r.html"]);
    done(&desk, &["dossier", "evil.audit.zip", "d-1", "--at", AT, "-o", "d.html"]);
    for name in ["r.html", "d.html"] {
        let html = text(&desk.path(name));
        assert!(html.contains("&lt;script&gt;"), "{name}: it is shown");
        assert!(!html.contains("<script") && !html.contains("<img src=x") && !html.contains('\u{202e}'), "{name}");
    }
    done(&desk, &["report", "evil.audit.zip", "--at", AT, "-o", "r.pdf"]);
    done(&desk, &["dossier", "evil.audit.zip", "d-1", "--at", AT, "-o", "d.pdf"]);
}
