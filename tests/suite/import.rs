//! Imports as they are used: mappings and what becomes of rows, the bundle read back, and the program on broken sources.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::desk::Desk;
use probity::bundle::container::Container;
use probity::bundle::line::Line;
use probity::bundle::manifest::{Manifest, Producer};
use probity::bundle::segment::SegmentDecoder;
use probity::bundle::writer::{BundleWriter, Form};
use probity::import::rows::Rows;
use probity::import::{Failure, ImportError, Imported, Importer, Mapping, Settings, Source, Watch, propose};
use probity::integrity::{Options, Unwatched, verify};
use probity::record::sealed::Disclosure;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

const AT: &str = "2026-11-21T12:00:00Z";

/// Hears of failures.
#[derive(Default)]
struct Heard(Vec<Failure>);

impl Watch for Heard {
    fn failed(&mut self, _: &str, failure: &Failure) {
        self.0.push(failure.clone());
    }

    fn doubted(&mut self, _: &str, _: &Failure) {}

    fn progress(&mut self, _: u64, _: u64) {}
}

/// What an import gave.
struct Import {
    folder: TempDir,
    imported: Imported,
    failures: Vec<Failure>,
}

impl Import {
    fn path(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// The records between the one that opens the log and the one behind the source, and that last one.
    fn records(&self) -> (Vec<Value>, Value) {
        let mut records: Vec<Value> =
            texts(&self.path()).iter().map(|text| serde_json::from_str(text).expect("JSON")).collect();
        let last = records.pop().expect("the record behind the source");
        let first = records.remove(0);
        assert_eq!((&first["event"], &last["event"]), (&json!("opened"), &json!("imported")));
        (records, last)
    }
}

/// The records of a bundle as they stand in it.
fn texts(path: &Path) -> Vec<String> {
    let mut container = Container::open(path).expect("opened");
    let manifest = Manifest::parse(&container.read("manifest.json", 1 << 20).expect("read")).expect("a manifest");
    let mut decoder = SegmentDecoder::new().expect("a context");
    let (mut records, mut raw) = (Vec::new(), Vec::new());
    for segment in &manifest.segments {
        decoder.decode(&container.read(&segment.path, 9 << 20).expect("read"), &mut raw).expect("decoded");
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            let line = Line::parse(line.strip_suffix(b"\n").expect("an LF")).expect("a line");
            records.push(String::from_utf8(line.record.to_vec()).expect("UTF-8"));
        }
    }
    records
}

fn import_with(mapping: &str, name: &str, content: &[u8], is_strict: bool) -> Result<Import, ImportError> {
    let folder = tempfile::tempdir().expect("a folder");
    let producer = Producer { name: "test".to_owned(), version: "1".to_owned() };
    let mut bundle =
        BundleWriter::create(&folder.path().join("out"), Form::Folder, "log.test/a", producer).expect("a writer");
    let parsed = Mapping::parse(mapping).unwrap_or_else(|error| panic!("{error} in\n{mapping}"));
    let settings = Settings {
        mapping: Some(&parsed),
        mapping_file: Some(("map.toml", mapping)),
        zone: None,
        at: AT,
        hmac_key: None,
        is_strict,
    };
    let mut heard = Heard::default();
    let source = Source::of(Path::new(name), Box::new(Cursor::new(content.to_vec())))?;
    let imported = Importer::begin(settings, &mut bundle).expect("begun").source(source, &mut heard)?;
    bundle.finish(AT).expect("finished");
    Ok(Import { folder, imported, failures: heard.0 })
}

fn import(mapping: &str, name: &str, content: impl AsRef<[u8]>) -> Import {
    import_with(mapping, name, content.as_ref(), false).expect("imported")
}

/// One record of this kind with these members.
fn mapping(members: &str) -> String {
    format!("[source]\nzone = \"UTC\"\n[[record]]\nkind = \"decision\"\naudit_id = {{ field = \"id\" }}\n{members}\n")
}

/// What one value becomes: the member `x` of the record, or why the row does not fit.
fn value_of(spec: &str, source: &str) -> Result<Option<Value>, String> {
    let import = import(&mapping(&format!("x = {spec}")), "s", source);
    match import.failures.first() {
        Some(failure) => Err(failure.to_string().replacen("line 2: ", "", 1).replacen("line 1: ", "", 1)),
        None => Ok(import.records().0[0].get("x").cloned()),
    }
}

#[test]
fn what_values_become() {
    let number = json!(0.5);
    for (spec, csv, expected) in [
        ("\"c\"", "", Ok(Some(json!("c")))),
        ("[1, true, 2.5, { a = \"b\" }]", "", Ok(Some(json!([1, true, 2.5, {"a": "b"}])))),
        ("2026-03-01T09:30:00Z", "", Ok(Some(json!("2026-03-01T09:30:00Z")))),
        ("{ field = \"v\" }", "a b", Ok(Some(json!("a b")))),
        ("{ field = 2 }", "a b", Ok(Some(json!("a b")))),
        ("{ field = \"v\" }", "", Ok(None)),
        ("{ field = \"v\", default = 7 }", "", Ok(Some(json!(7)))),
        ("{ field = \"v\", required = true }", "", Err("v: no value, and the record needs one")),
        ("{ field = \"v\", as = \"number\" }", "0.5", Ok(Some(number.clone()))),
        ("{ field = \"v\", as = \"number\" }", "1.234,5", Err("v: not a number: \"1.234,5\"")),
        ("{ field = \"v\", as = \"boolean\" }", "TRUE", Ok(Some(json!(true)))),
        ("{ field = \"v\", as = \"json\" }", "[1]", Ok(Some(json!([1])))),
        (
            "{ field = \"v\", as = \"json\" }",
            "{\"\"a\"\":{\"\"$sealed\"\":1}}",
            Err("v: not JSON: the reserved member"),
        ),
        ("{ field = \"v\", values = { a = 1, b = \"B\" } }", "b", Ok(Some(json!("B")))),
        ("{ field = \"v\", values = { a = 1 } }", "b", Err("v: not in the table of values: \"b\"")),
        ("{ field = \"v\", values = { a = 1 }, else = [] }", "b", Ok(Some(json!([])))),
        ("{ field = \"v\", as = \"time\" }", "2026-03-01 09:30:00.5", Ok(Some(json!("2026-03-01T09:30:00.5Z")))),
        ("{ field = \"v\", format = \"unix-ms\" }", "1772370000250", Ok(Some(json!("2026-03-01T13:00:00.250Z")))),
        ("{ field = \"v\", as = \"time\" }", "soon", Err("v: not a time: \"soon\"")),
        (
            "{ field = \"v\", as = \"time\", zone = \"Europe/Berlin\" }",
            "2026-03-29 02:30:00",
            Err(
                "v: clocks in Europe/Berlin never showed this time: they were set forward over it: \"2026-03-29 02:30:00\"",
            ),
        ),
        (
            "{ field = \"v\", hash = \"sha256\" }",
            "abc",
            Ok(Some(json!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))),
        ),
        ("{ this = \"source\" }", "", Ok(Some(json!("s")))),
        ("{ this = \"row\", as = \"number\" }", "", Ok(Some(json!(1)))),
        ("{ this = \"line\" }", "", Ok(Some(json!("2")))),
        ("{ id_of = \"decision\" }", "", Ok(Some(json!("r")))),
        ("{ a.b = { field = \"v\" }, c = {} }", "", Ok(Some(json!({"c": {}})))),
        ("{ a.b = { field = \"v\" } }", "", Ok(None)),
        ("[{ by = { field = \"v\" } }, { by = \"c\" }]", "", Ok(Some(json!([{"by": "c"}])))),
        ("{ from = { field = \"v\" } }", "1", Ok(Some(json!({"from": "1"})))),
        ("{ field = \"v\", empty = [\"NA\"] }", "NA", Ok(None)),
        ("{ field = \"v\", as = \"number\", empty = [\"NA\"] }", "NA", Ok(None)),
        ("{ hash = \"abc\", format = \"x\" }", "", Ok(Some(json!({"hash": "abc", "format": "x"})))),
    ] {
        let cell = if csv.contains("\"\"") || csv.contains(',') { format!("\"{csv}\"") } else { csv.to_owned() };
        let found = value_of(spec, &format!("id,v\nr,{cell}\n"));
        match (&found, &expected) {
            (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{spec} {csv}: {found}"),
            _ => assert_eq!(found, expected.map_err(str::to_owned), "{spec} {csv}"),
        }
    }
    for (spec, member, expected) in [
        ("{ field = \"v\" }", "1.50", Ok(Some(serde_json::from_str("1.50").expect("JSON")))),
        ("{ field = \"v\" }", "null", Ok(Some(Value::Null))),
        ("{ field = \"v\", required = true }", "null", Err("v: no value, and the record needs one")),
        ("{ field = \"v.a.0\" }", "{\"a\":[\"x\"]}", Ok(Some(json!("x")))),
        ("{ field = \"/v/b~1c\" }", "{\"b/c\":2}", Ok(Some(json!(2)))),
        ("{ field = \"v.a\" }", "7", Ok(None)),
        ("{ field = \"v\", as = \"number\" }", "\"\"", Ok(None)),
        ("{ field = \"v\" }", "\"\"", Ok(Some(json!("")))),
        ("{ field = \"v\", as = \"text\" }", "17", Ok(Some(json!("17")))),
        ("{ field = \"v\", as = \"number\" }", "\"17\"", Ok(Some(json!(17)))),
        ("{ field = \"v\", as = \"number\" }", "[17]", Err("v: an object or array")),
        ("{ field = \"v\", format = \"unix-s\" }", "1772370000", Ok(Some(json!("2026-03-01T13:00:00Z")))),
        ("{ field = \"v\", values = { true = \"yes\" } }", "true", Ok(Some(json!("yes")))),
    ] {
        let found = value_of(spec, &format!("{{\"id\":\"r\",\"v\":{member}}}\n"));
        match (&found, &expected) {
            (Err(found), Err(expected)) => assert!(found.starts_with(expected), "{spec} {member}: {found}"),
            _ => assert_eq!(found, expected.map_err(str::to_owned), "{spec} {member}"),
        }
    }
}

#[test]
fn numbers_keep_the_digits_of_the_source() {
    let import = import(&mapping("x = { field = \"v\", as = \"number\" }"), "s", "id,v\nr,0.1234500\n");
    assert!(texts(&import.path())[1].ends_with("\"x\":0.1234500}"), "{:?}", texts(&import.path()));
}

const LOANS: &str = r#"
# Of 3 people, such as Anna Beispiel.
[source]
format = "csv"
delimiter = ";"
decimal = ","
zone = "Europe/Berlin"
empty = ["NULL"]

[[skip]]
field = "status"
is = ["test"]

[[record]]
kind = "decision"
timestamp = { field = "when", format = "%d.%m.%Y %H:%M" } # Anna
model.id = "scoring"
input.metadata.income = { field = "income", as = "number" }
output.result = { field = "result", values = { ja = "approve", nein = "deny" } }

[[record]]
kind = "outcome"
when = { field = "repaid", empty = false }
timestamp = { field = "settled", format = "%d.%m.%Y", fill = "start" }
decision = { id_of = "decision" }
label = { field = "repaid", as = "boolean" }

[[record]]
kind = "review"
when = [{ field = "reviewer", empty = false }, { field = "result", is_not = "ja" }]
timestamp = { field = "when", format = "%d.%m.%Y %H:%M" }
decision = { id_of = 1 }
reviewer = { field = "reviewer" }
action = "confirm"
"#;

#[test]
fn one_row_becomes_several_records() {
    let csv = "when;income;result;status;repaid;settled;reviewer;note\n\
               01.03.2026 09:30;1234,50;ja;live;1;01.07.2026;anna;\n\
               01.03.2026 09:31;NULL;nein;live;;;anna;\"a\nb\"\n\
               01.03.2026 09:32;1;ja;test;1;;;\n\
               01.03.2026 09:33;viel;ja;live;;;;\n\
               01.03.2026 09:34;1;ja;live;1;bald;;\n\
               29.03.2026 02:30;1;ja;live;;;;\n\
               01.03.2026 09:35;1;ja;live\n\
               \n\
               01.07.2026 09:36;1;vielleicht;live;;;;\n";
    let import = import(LOANS, "loans.2026.csv", csv);
    let (records, behind) = import.records();
    assert_eq!(
        records,
        [
            json!({"kind":"decision","timestamp":"2026-03-01T09:30:00+01:00","audit_id":"loans:1","model":{"id":"scoring"},
                   "input":{"metadata":{"income":1234.50}},"output":{"result":"approve"}}),
            json!({"kind":"outcome","timestamp":"2026-07-01T00:00:00+02:00","audit_id":"loans:1:outcome",
                   "decision":"loans:1","label":true}),
            json!({"kind":"decision","timestamp":"2026-03-01T09:31:00+01:00","audit_id":"loans:2","model":{"id":"scoring"},
                   "output":{"result":"deny"}}),
            json!({"kind":"review","timestamp":"2026-03-01T09:31:00+01:00","audit_id":"loans:2:review",
                   "decision":"loans:2","reviewer":"anna","action":"confirm"}),
        ]
    );
    let failures: Vec<String> = import.failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "line 6: income: not a number: \"viel\"",
            "line 7: settled: not of the form \"%d.%m.%Y\": \"bald\"",
            "line 8: when: clocks in Europe/Berlin never showed this time: they were set forward over it: \"29.03.2026 02:30\"",
            "line 9: 4 fields, where there are 8 columns",
            "line 11: result: not in the table of values: \"vielleicht\"",
        ]
    );
    assert_eq!(behind["rows"], json!({"read": 8, "skipped": 1, "failed": 5}));
    assert_eq!(behind["source"]["name"], json!("loans.2026.csv"));
    assert_eq!(behind["source"]["blake3"], json!(blake3::hash(csv.as_bytes()).to_hex().as_str()));
    assert_eq!(behind["source"]["bytes"], json!(csv.len()));
    assert_eq!(behind["source"]["records"], json!(4));
    assert_eq!(behind["zone"], json!("Europe/Berlin"));
    assert_eq!(behind["unused_columns"], json!(["note"]));
    assert_eq!(behind["failures"].as_array().map(Vec::len), Some(5));
    // What stood there may be personal, and is not put on record.
    assert_eq!(behind["failures"][0], json!({"line": 6, "reason": "income: not a number"}));
    // The mapping itself lies in the bundle, under the digest that the record names.
    let digest = behind["mapping"]["blake3"].as_str().expect("a digest");
    let attached = fs::read_to_string(import.path().join("attachments").join(digest)).expect("read");
    assert!(!attached.contains("Anna") && LOANS.contains("Anna"), "{attached}");
    assert_eq!(attached.parse::<toml::Table>().expect("TOML"), LOANS.parse::<toml::Table>().expect("TOML"));
    assert_eq!(import.imported.blank, 1);
    let Err(error) = import_with(LOANS, "loans.csv", csv.as_bytes(), true) else { panic!("not stopped") };
    assert_eq!(error.to_string(), "loans.csv: line 6: income: not a number: \"viel\"");
}

#[test]
fn sealed_fields_can_be_opened_and_erased() {
    let map = mapping(
        "input.data.name = { field = \"v\", seal = true }\ninput.data.\"a/b\" = { field = \"v\", seal = true }",
    );
    let import = import(&map, "s", "id,v\nr,Zoë\nq,\n");
    let (records, _) = import.records();
    assert_eq!(records[1], json!({"kind": "decision", "audit_id": "q"}));
    let disclosures = fs::read_to_string(import.path().join("disclosures.jsonl")).expect("disclosures");
    let pointers: Vec<(u64, String, String)> = disclosures
        .lines()
        .map(|line| {
            let disclosure = Disclosure::parse(line).expect("a disclosure");
            let opened = disclosure.open().expect("opened");
            (disclosure.seq, disclosure.pointer.to_string(), format!("{}={}", opened.name, opened.value))
        })
        .collect();
    assert_eq!(
        pointers,
        [
            (1, "/input/data/name".to_owned(), "name=\"Zoë\"".to_owned()),
            (1, "/input/data/a~1b".to_owned(), "a/b=\"Zoë\"".to_owned())
        ]
    );
    let report = verify(&import.path(), &Options::default(), &Unwatched).expect("verified");
    assert_eq!((report.seals.sealed, report.seals.disclosed), (2, 2));
    fs::write(import.path().join("disclosures.jsonl"), "").expect("erased");
    let report = verify(&import.path(), &Options::default(), &Unwatched).expect("verified");
    assert_eq!((report.seals.undisclosed, report.seals.mismatched), (2, 0));
}

#[test]
fn what_is_no_mapping() {
    let one = |line: &str| mapping(line);
    let source = |line: &str| format!("[source]\n{line}\n[[record]]\nkind = \"decision\"\n");
    let record = |line: &str| format!("[[record]]\nkind = \"decision\"\n{line}\n");
    for (text, expected) in [
        (String::new(), "the mapping: it says no [[record]]"),
        ("a = [\n".to_owned(), "line 1: not TOML: "),
        ("\n\na = 1 2\n".to_owned(), "line 3: not TOML: "),
        ("recrod = 1".to_owned(), "the mapping: unknown key \"recrod\"; there are source, skip, record"),
        ("[record]\nkind = \"decision\"".to_owned(), "record: write [[record]], in double brackets"),
        ("[[record]]\nmodel.id = \"x\"".to_owned(), "record 1: it says no kind"),
        (one("x = { field = \"v\", az = 1 }"), "record 1.x: unknown key \"az\"; there are field, this, as"),
        (one("x = { field = 0 }"), "record 1.x.field: columns are numbered from 1"),
        (one("x = { field = \"v\", this = \"row\" }"), "record 1.x: either field"),
        (one("x = { this = \"file\" }"), "record 1.x: this is"),
        (one("x = { field = \"v\", as = \"int\" }"), "record 1.x.as: there are"),
        (one("x = { field = \"v\", as = \"text\", hash = \"blake3\" }"), "record 1.x: as and hash exclude each other"),
        (one("x = { field = \"v\", hash = \"md5\" }"), "record 1.x.hash: there are"),
        (one("x = { field = \"v\", zone = \"UTC\" }"), "record 1.x.zone: it goes with as = \"time\""),
        (one("x = { field = \"v\", as = \"time\", zone = \"CEST\" }"), "record 1.x.zone: \"UTC\", an offset"),
        (one("x = { field = \"v\", format = \"%Y\" }"), "record 1.x.format: \"%Y\" does not read what it writes"),
        (one("x = { field = \"v\", format = \"rfc\" }"), "record 1.x.format: \"rfc\" is no time format"),
        (one("x = { field = \"v\", fill = \"start\" }"), "record 1.x.fill: it goes with"),
        (one("x = { field = \"v\", else = 1 }"), "record 1.x.else: it goes with values"),
        (one("x = { field = \"v\", required = 1 }"), "record 1.x.required: true or false"),
        (one("x = { field = \"v\", required = true, default = 1 }"), "record 1.x: a required value needs no default"),
        (one("x = [{ field = \"v\", seal = true }]"), "record 1.x 1: values within arrays cannot be sealed"),
        (one("x = { id_of = \"review\" }"), "record 1.x: id_of names"),
        (one("x = { id_of = 2 }"), "record 1.x: id_of names"),
        (one("x = nan"), "record 1.x: JSON has no such number"),
        (one("x.\"$sealed\" = \"a\""), "record 1.x.$sealed: the name is reserved"),
        (one("when = { field = \"v\" }"), "record 1.when: one of is"),
        (one("when = { field = \"v\", is = 1.5 }"), "record 1.when.is: a text"),
        (one("when = 1"), "record 1.when: a condition such as"),
        ("[[record]]\nkind = \"decision\"\naudit_id = \"x\"".to_owned(), "record 1.audit_id: an id comes from a field"),
        (record("audit_id = { field = \"a\", seal = true }"), "record 1.audit_id: an id cannot be sealed"),
        (record("audit_id = { field = \"a\", default = \"x\" }"), "record 1.audit_id: an id that all rows"),
        (record("audit_id = { field = \"a\", as = \"number\" }"), "record 1.audit_id: an id is the field's text"),
        (record("timestamp = \"yesterday\""), "record 1.timestamp: \"yesterday\" is no time"),
        (record("timestamp = { field = \"a\", default = 5 }"), "record 1.timestamp: 5 is no time"),
        (record("timestamp = { field = \"a\", as = \"text\" }"), "record 1.timestamp: a record's time is read with"),
        (record("timestamp = { field = \"a\", seal = true }"), "record 1.timestamp: a record's time cannot be sealed"),
        (one("x = { feild = \"v\" }"), "record 1.x: it has \"feild\", but names no field"),
        (one("x = { fiel = \"v\", seal = true }"), "record 1.x: it has \"seal\", but names no field"),
        ("[[record]]\nkind = \"decision\"\n".repeat(101), "record: a row becomes at most 100 records"),
        (source("delimiter = \"ab\""), "source.delimiter: one ASCII character"),
        (source("delimiter = \";\"\nquote = \";\""), "source.quote: one ASCII character"),
        (source("encoding = \"utf-7\""), "source.encoding: there are"),
        (source("decimal = \",\"\ngroup = \",\""), "source.group: the same"),
        (source("columns = []"), "source.columns: no names"),
        (source("format = \"jsonl\"\ndelimiter = \",\""), "source.delimiter: JSON lines have none"),
        (source("zone = 1"), "source.zone: a text belongs there"),
        (source("ambiguous = \"yes\""), "source.ambiguous: there are"),
        (source("empty = [1]"), "source.empty: a list of texts"),
    ] {
        let error = Mapping::parse(&text).map(drop).expect_err(&text).to_string();
        assert!(error.starts_with(expected), "{error}\nfor\n{text}");
    }
}

#[test]
fn the_documents_example_and_the_mappings_that_are_shipped_are_mappings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("assets/spec/mapping.md")).expect("read").replace("\r\n", "\n");
    let example = document.split("```toml example=loans\n").nth(1).and_then(|rest| rest.split("```").next());
    Mapping::parse(example.expect("an example")).expect("a mapping");
    let read = |name: &str| fs::read_to_string(root.join("sample-data/mappings").join(name)).expect("read");

    // The columns are those of the sources; the rows are made up.
    let employment = import(
        &read("us-census-employment.toml"),
        "decisions.csv",
        "id,AGEP,SCHL,MAR,RELP,DIS,ESP,CIT,MIG,MIL,ANC,NATIVITY,DEAR,DEYE,DREM,SEX,RAC1P,year,prediction,predicted_probability,employed\n\
         7,30,21,1,0,2,0,1,1,4,2,1,2,2,2,2,1,2016,1,0.75,0\n",
    );
    assert_eq!(employment.failures, []);
    assert_eq!(employment.imported.unused_columns, [""; 0]);
    let (records, _) = employment.records();
    assert_eq!(records[0]["output"], json!({"result": "employed", "probability": 0.75}));
    assert_eq!(records[0]["subject"], json!({"group": {"SEX": "2", "RAC1P": "1"}}));
    assert_eq!((&records[1]["decision"], &records[1]["label"]), (&json!("7"), &json!("not employed")));
    assert_eq!(records[1]["timestamp"], json!("2016-01-01T00:00:00-05:00"));

    let requests = import(
        &read("azure-llm.toml"),
        "AzureLLMInferenceTrace_code.csv",
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.1234560,12,3\n",
    );
    assert_eq!(
        requests.records().0,
        [
            json!({"kind": "decision", "timestamp": "2023-11-16T18:00:00.1234560Z", "audit_id": "AzureLLMInferenceTrace_code:1",
                "model": {"id": "llm-code", "type": "llm"}, "input": {"metadata": {"context_tokens": 12}},
                "output": {"generated_tokens": 3}})
        ]
    );
}

#[test]
fn the_sources_that_are_shipped_are_imported() {
    let desk = Desk::new();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    for name in ["loans.csv", "loans.jsonl", "loans.hmac-key", "mappings/loans.toml"] {
        let file = Path::new(name).file_name().expect("a name").to_str().expect("UTF-8");
        desk.put(file, fs::read(sample.join(name)).expect("read"));
    }
    let (code, stdout, stderr) = desk.line("pack loans.csv --map loans.toml --origin log.test/a -o csv --dir");
    assert_eq!(code, Some(1));
    assert_eq!(
        stderr.lines().map(|line| line.split(": ").skip(2).collect::<Vec<_>>().join(": ")).collect::<Vec<_>>(),
        [
            "Score: not a number: \"0,6x2\"",
            "Eingang: not of the form \"%d.%m.%Y %H:%M:%S\": \"31.02.2026 09:61:00\"",
            "7 fields, where there are 16 columns"
        ]
    );
    assert!(stdout.contains("rows        320 read, 9 skipped, 3 did not fit;"), "{stdout}");
    // Every test row that is skipped, and every outcome, counted by another program's reader.
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_path(desk.path("loans.csv")).expect("opened");
    let rows: Vec<csv::StringRecord> =
        reader.records().map(|row| row.expect("UTF-8")).filter(|row| row.len() == 16).collect();
    assert_eq!(rows.iter().filter(|row| &row[12] == "TEST").count(), 9);
    let fit = |row: &&csv::StringRecord| &row[12] != "TEST" && !row[7].contains('x') && !row[1].starts_with("31.02.");
    let kinds = |kind: &str| {
        texts(&desk.path("csv")).iter().filter(|text| text.starts_with(&format!("{{\"kind\":\"{kind}\""))).count()
    };
    assert_eq!(kinds("decision"), rows.iter().filter(fit).count());
    assert_eq!(kinds("outcome"), rows.iter().filter(fit).filter(|row| !row[14].is_empty()).count());

    let (code, stdout, _) = desk.line("pack loans.jsonl --hmac-key loans.hmac-key --origin log.test/a -o jsonl");
    assert!(code == Some(0) && stdout.contains("signatures  320 fit the key\n"), "{stdout}");
    let (code, text, _) = desk.line("verify jsonl --hmac-key loans.hmac-key");
    assert!(code == Some(0) && text.contains("320 record signatures"), "{text}");
}

#[test]
fn headers_that_do_not_go_with_the_mapping() {
    for (members, csv, expected) in [
        ("x = { field = \"w\" }", "id,v\n", "s: there is no field `w`; the header has id, v"),
        ("x = { field = 3 }", "id,v\n", "s: there is no column 3; there are 2 columns"),
        (
            "x = { field = \"v\" }",
            "id,v,v\n",
            "s: the header has `v` in columns 2 and 3; name the column by its number",
        ),
        ("x = { field = \"v\" }", "", "s: line 1: the header cannot be read: the source is empty"),
        ("x = { field = \"v\" }", "id,\"v\n", "s: line 1: the header cannot be read: a quote is opened"),
        ("x = { field = 1 }", "{\"id\":1}\n", "s: JSON lines have no column 1; name it"),
    ] {
        let Err(error) = import_with(&mapping(members), "s", csv.as_bytes(), false) else { panic!("{csv} imported") };
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    // Two columns of one name are no fault where neither is wanted, and can be told apart by number.
    let import = import(&mapping("x = { field = 3 }"), "s", " id ,v,v\na,1,2\n");
    assert_eq!(import.records().0[0]["x"], json!("2"));
}

#[test]
fn broken_json_lines_are_counted_and_listed() {
    let lines: &[&[u8]] = &[
        b"{\"id\":\"a\"}",
        b"{\"id\":\"b\",\"id\":\"c\"}",
        b"[1]",
        b"{\"id\":\"\xff\"}",
        b"{\"id\":NaN}",
        b"",
        b"  {\"id\":\"d\"}\t\r",
        b"{\"id\":\"\\ud800\"}",
        b"{\"id\":\"e\"",
    ];
    let import = import(&mapping("x = { field = \"v\" }"), "s", lines.join(&b'\n'));
    let ids: Vec<Value> = import.records().0.iter().map(|record| record["audit_id"].clone()).collect();
    assert_eq!(ids, [json!("a"), json!("d")]);
    let failed: Vec<u64> = import.failures.iter().map(|failure| failure.line).collect();
    assert_eq!(failed, [2, 3, 4, 5, 8, 9]);
    assert!(import.failures[0].reason.contains("occurs twice"), "{:?}", import.failures);
    assert!(import.failures[2].reason.contains("not UTF-8"), "{:?}", import.failures);
}

#[test]
fn a_reference_leads_somewhere() {
    let map = |id: &str| {
        format!(
            "[[record]]\nkind = \"decision\"\n{id}when = {{ field = \"v\", empty = false }}\n\
             [[record]]\nkind = \"outcome\"\ndecision = {{ id_of = \"decision\" }}\n"
        )
    };
    // The decision is not made of the second row: an id that was made for it would be nobody's.
    let made = import(&map(""), "s", "id,v\na,1\nb,\n");
    assert_eq!(made.imported.rows.failed, 1);
    assert_eq!(made.failures[0].reason, "it refers to a record that is not made of this row, and has no id of its own");
    // An id that the row states may be that of a record from elsewhere.
    let stated = import(&map("audit_id = { field = \"id\" }\n"), "s", "id,v\na,1\nb,\n");
    assert_eq!(stated.records().0.last().map(|record| record["decision"].clone()), Some(json!("b")));
}

#[test]
fn a_row_gives_all_of_its_records_or_none() {
    let map = "[[record]]\nkind = \"decision\"\n[[record]]\nkind = \"outcome\"\nx = { field = \"v\" }\n";
    // The second record would hold the line break.
    let import = import(map, "s", "{\"v\":{\"a\":\r1}}\n{\"v\":{\"a\":2}}\r\n");
    assert_eq!(import.failures.iter().map(|failure| failure.line).collect::<Vec<_>>(), [1]);
    let (records, behind) = import.records();
    assert_eq!((records.len(), &behind["source"]["records"]), (2, &json!(2)));
}

#[test]
fn what_is_wrong_with_a_row_goes_on_record_without_its_values() {
    let map = mapping("input.data.birth = { field = \"v\", format = \"%Y-%m-%d\", fill = \"start\", seal = true }");
    let import = import(&map, "s", "id,v\n1,1980-02-31\n2,1980-02-28\n");
    assert_eq!(import.failures[0].to_string(), "line 2: v: not of the form \"%Y-%m-%d\": \"1980-02-31\"");
    for text in texts(&import.path()) {
        assert!(!text.contains("1980"), "{text}");
    }
    // Names of members are content too.
    let map = mapping("x = { field = \"v\", as = \"json\" }");
    let lines = r#"{"id":"a","v":"{\"Anna\":1,\"Anna\":2}"}
{"id":"b","Anna":1,"Anna":2}
{"id":"c","v":{"Anna":{"$sealed":1}}}
{"id":"d","v":"1"}
"#;
    let import = self::import(&map, "s", lines);
    let told: Vec<String> = import.failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 1: v: not JSON: a member name occurs twice in one object: \"Anna\"",
            "line 2: a member name occurs twice in one object: \"Anna\"",
            "line 3: the reserved member $sealed is misused: \"/v/Anna\""
        ]
    );
    for text in texts(&import.path()) {
        assert!(!text.contains("Anna"), "{text}");
    }
}

#[test]
fn ids_are_never_made_twice() {
    // Rows with an id keep it; without one it is made, also from two sources of one name.
    let folder = tempfile::tempdir().expect("a folder");
    let producer = Producer { name: "test".to_owned(), version: "1".to_owned() };
    let mut bundle =
        BundleWriter::create(&folder.path().join("out"), Form::Folder, "log.test/a", producer).expect("one");
    let map =
        Mapping::parse(&format!("{}[[record]]\nkind = \"outcome\"\n[[record]]\nkind = \"outcome\"\n", mapping("")))
            .expect("a mapping");
    let settings =
        Settings { mapping: Some(&map), mapping_file: None, zone: None, at: AT, hmac_key: None, is_strict: true };
    let mut importer = Importer::begin(settings, &mut bundle).expect("begun");
    for name in ["x/s.csv", "y/s.csv", "s-2.csv"] {
        let source = Source::of(Path::new(name), Box::new(&b"id,v\na,1\n,2\n"[..])).expect("a source");
        importer.source(source, &mut Heard::default()).expect("imported");
    }
    drop(importer);
    bundle.finish(AT).expect("finished");
    let ids: Vec<String> = texts(&folder.path().join("out"))
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).expect("JSON")["audit_id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(
        ids,
        [
            "probity:opened",
            "a",
            "s:1:2",
            "s:1:3",
            "s:2",
            "s:2:2",
            "s:2:3",
            "probity:imported:1",
            "a",
            "s-2:1:2",
            "s-2:1:3",
            "s-2:2",
            "s-2:2:2",
            "s-2:2:3",
            "probity:imported:2",
            "a",
            "s-2-2:1:2",
            "s-2-2:1:3",
            "s-2-2:2",
            "s-2-2:2:2",
            "s-2-2:2:3",
            "probity:imported:3"
        ]
    );
}

// What is packed and read back equals what the mapping says.

/// One way to make a value, as a mapping writes it, and as a naive twin makes it.
#[derive(Debug, Clone)]
enum Way {
    Constant(i64),
    Keep(usize),
    Number(usize),
    Boolean(usize),
    Values(usize),
    Default(usize),
    Row,
}

impl Way {
    fn toml(&self) -> String {
        match self {
            Self::Constant(n) => n.to_string(),
            Self::Keep(c) => format!("{{ field = \"c{c}\" }}"),
            Self::Number(c) => format!("{{ field = \"c{c}\", as = \"number\" }}"),
            Self::Boolean(c) => format!("{{ field = \"c{c}\", as = \"boolean\" }}"),
            Self::Values(c) => format!("{{ field = \"c{c}\", values = {{ \"1\" = \"one\", x = [] }}, else = 9 }}"),
            Self::Default(c) => format!("{{ field = \"c{c}\", default = \"none\" }}"),
            Self::Row => "{ this = \"row\", as = \"number\" }".to_owned(),
        }
    }

    /// `Err` where the row does not fit, `None` where there is no value.
    fn naive(&self, row: &[String], number: usize) -> Result<Option<Value>, ()> {
        let cell = |c: &usize| Some(&row[*c]).filter(|text| !text.is_empty());
        Ok(match self {
            Self::Constant(n) => Some(json!(n)),
            Self::Keep(c) => cell(c).map(|text| json!(text)),
            Self::Number(c) => cell(c).map(|text| text.parse::<u32>().map(|n| json!(n)).map_err(drop)).transpose()?,
            Self::Boolean(c) => match cell(c).map(String::as_str) {
                None => None,
                Some("1" | "yes") => Some(json!(true)),
                Some("0") => Some(json!(false)),
                Some(_) => return Err(()),
            },
            Self::Values(c) => cell(c).map(|text| match text.as_str() {
                "1" => json!("one"),
                "x" => json!([]),
                _ => json!(9),
            }),
            Self::Default(c) => Some(cell(c).map_or(json!("none"), |text| json!(text))),
            Self::Row => Some(json!(number)),
        })
    }
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![
        any::<i64>().prop_map(Way::Constant),
        (0..3_usize).prop_map(Way::Keep),
        (0..3_usize).prop_map(Way::Number),
        (0..3_usize).prop_map(Way::Boolean),
        (0..3_usize).prop_map(Way::Values),
        (0..3_usize).prop_map(Way::Default),
        Just(Way::Row),
    ]
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        prop::sample::select(vec!["0", "1", "7", "yes", "x", "a,b", "\"", "Zoë\n", "€"]).prop_map(str::to_owned),
    ]
}

/// Puts a value at a dotted path.
fn put(object: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        None => object[path] = value,
        Some((first, rest)) => put(&mut object[first], rest, value),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_read_back_is_what_the_mapping_says(
        rows in prop::collection::vec([cell(), cell(), cell()], 0..20),
        ways in prop::collection::btree_map(prop::sample::select(vec!["a", "b.x", "b.y", "c.d.e", "f\u{e9}"]), way(), 0..5),
        skip: bool,
        when: bool,
        as_json: bool,
    ) {
        let ways: BTreeMap<&str, Way> = ways;
        let mut map = String::new();
        if skip {
            map.push_str("[[skip]]\nfield = \"c0\"\nis = [\"7\", \"€\"]\n");
        }
        let members: String = ways
            .iter()
            .map(|(path, way)| format!("{} = {}\n", path.split('.').map(|part| format!("\"{part}\"")).collect::<Vec<_>>().join("."), way.toml()))
            .collect();
        map.push_str(&format!("[[record]]\nkind = \"decision\"\n{members}"));
        map.push_str("[[record]]\nkind = \"outcome\"\ndecision = { id_of = \"decision\" }\n");
        if when {
            map.push_str("when = { field = \"c1\", is_not = \"1\" }\n");
        }
        let content = if as_json {
            let object = |row: &[String; 3]| {
                let members: Vec<String> = (0..3)
                    .filter(|c| !row[*c].is_empty())
                    .map(|c| format!("\"c{c}\":{}", json!(row[c])))
                    .collect();
                format!("{{{}}}\n", members.join(","))
            };
            rows.iter().map(object).collect::<String>().into_bytes()
        } else {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["c0", "c1", "c2"]).expect("memory");
            rows.iter().for_each(|row| writer.write_record(row).expect("memory"));
            writer.into_inner().expect("memory")
        };
        let format = if as_json { "jsonl" } else { "csv" };
        let import = import(&format!("[source]\nformat = \"{format}\"\n{map}"), "s.x", content);

        let (mut expected, mut failed, mut skipped) = (Vec::new(), 0, 0);
        for (n, row) in rows.iter().enumerate() {
            if skip && ["7", "€"].contains(&row[0].as_str()) {
                skipped += 1;
                continue;
            }
            let id = format!("s:{}", n + 1);
            let mut record = json!({"kind": "decision", "audit_id": id});
            let mut fits = true;
            for (path, way) in &ways {
                match way.naive(row, n + 1) {
                    Err(()) => fits = false,
                    Ok(None) => {}
                    Ok(Some(value)) => put(&mut record, path, value),
                }
            }
            if !fits {
                failed += 1;
                continue;
            }
            expected.push(record);
            if !when || row[1] != "1" {
                expected.push(json!({"kind": "outcome", "audit_id": format!("{id}:outcome"), "decision": id}));
            }
        }
        let (records, behind) = import.records();
        prop_assert_eq!(&records, &expected, "{}", map);
        prop_assert_eq!(&behind["rows"], &json!({"read": rows.len(), "skipped": skipped, "failed": failed}));
        let report = verify(&import.path(), &Options::default(), &Unwatched).expect("verified");
        prop_assert_eq!(report.records, expected.len() as u64 + 2);
        prop_assert_eq!(report.exit_code(), 0);
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "id", "model", "version", "time", "label", "name", "sex", "result", "a", "a.b", "", "$sealed"
        ])
        .prop_map(str::to_owned),
        "[a-zé\"'\u{7f} .=\\]]{1,4}",
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..2100_i64).prop_map(Value::from),
        cell().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop::collection::btree_map(name(), inner, 0..3).prop_map(|members| json!(members))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever the columns are called and whatever stands in them: what is proposed is a mapping that the source can be
    /// read with.
    #[test]
    fn whatever_is_proposed_can_be_used(
        header in prop::collection::vec(name(), 1..7),
        rows in prop::collection::vec(prop::collection::vec(prop_oneof![cell(), "[0-9.:T-]{1,19}", Just("2026-03-01 09:30:00".to_owned())], 6), 0..5),
        objects in prop::collection::vec(prop::collection::btree_map(name(), json_value(), 0..5), 1..5),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).expect("memory");
        rows.iter().for_each(|row| writer.write_record(&row[..header.len()]).expect("memory"));
        let csv = writer.into_inner().expect("memory");
        let lines: String = objects.iter().map(|object| format!("{}\n", json!(object))).collect();
        for content in [csv, lines.into_bytes()] {
            let source = || Source::of(Path::new("s.x"), Box::new(Cursor::new(content.clone())));
            let survey = propose::survey(&mut source().expect("a source")).expect("looked at");
            let text = propose::propose(&survey, "s.x");
            if survey.columns.is_empty() || survey.records.is_some() {
                continue;
            }
            let mapping = Mapping::parse(&text);
            prop_assert!(mapping.is_ok(), "{:?}\n{text}\n{}", mapping.err(), String::from_utf8_lossy(&content));
            let rows = Rows::open(source().expect("a source"), &mapping.expect("just seen"));
            prop_assert!(rows.is_ok(), "{}\n{text}", rows.err().map(|error| error.to_string()).unwrap_or_default());
        }
    }
}

// Through the program.

const MAP: &str = "[[record]]\nkind = \"decision\"\nx = { field = \"v\", as = \"number\" }\n";

#[test]
fn a_row_that_does_not_fit_is_told_and_the_exit_code_says_so() {
    let desk = Desk::new();
    desk.put("map.toml", MAP);
    desk.put("a.csv", "v\n1\ntwo\n3\n");
    let (code, stdout, stderr) = desk.line("pack a.csv --map map.toml --origin log.test/a -o out");
    assert_eq!((code, stderr.as_str()), (Some(1), "a.csv: line 3: v: not a number: \"two\"\n"));
    assert!(stdout.contains("rows        3 read, 1 did not fit; 2 records made\n"), "{stdout}");
    assert!(stdout.contains("note        decision records have no model, input, output, timestamp\n"), "{stdout}");
    let (code, _, stderr) = desk.line("pack a.csv --map map.toml --origin log.test/a -o strict --strict");
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("probity: a.csv: line 3: v: not a number") && stderr.contains("--strict"), "{stderr}");
    assert!(!desk.path("strict").exists());
    // All of them, however many.
    desk.put("b.csv", format!("v\n1\n{}", "x\n".repeat(50)));
    let args = "pack b.csv --map map.toml --origin log.test/a -o b --failures list.jsonl";
    let (code, _, stderr) = desk.line(args);
    assert_eq!((code, stderr.lines().count()), (Some(1), 20));
    let list = fs::read_to_string(desk.path("list.jsonl")).expect("a list");
    assert_eq!(list.lines().count(), 50);
    assert_eq!(
        list.lines().next(),
        Some(r#"{"in_log":false,"line":3,"reason":"v: not a number","source":"b.csv","value":"x"}"#)
    );
    let (_, _, stderr) = desk.line("pack b.csv --map map.toml --origin log.test/a -o c");
    assert!(stderr.ends_with("… and 30 lines more; --failures FILE lists all of them\n"), "{stderr}");
}

#[test]
fn what_stops_an_import_leaves_nothing() {
    let desk = Desk::new();
    desk.put("map.toml", MAP);
    desk.put("a.csv", "v\n1\n");
    desk.put("bad.csv", "v\nx\n");
    desk.put("bad.toml", "[[record]]\nkin = 1\n");
    desk.put("cut.csv.gz", &gzip(b"v\n1\n2\n")[..20]);
    desk.put("utf16.csv", b"\xff\xfev\0\n\0");
    desk.put("utf16.toml", b"\xff\xfe[\0");
    desk.put("opened.jsonl", r#"{"kind":"log","event":"opened","zone":"UTC"}"#);
    desk.put("log.jsonl", r#"{"model":{},"output":{}}"#);
    desk.put("plain.jsonl", r#"{"kind":"decision"}"#);
    desk.put("array.jsonl", "[{\"a\":1}]\n");
    desk.put("pretty.jsonl", "{\n  \"a\": 1\n}\n");
    let line = r#"{"seq":0,"prev":"0000000000000000000000000000000000000000000000000000000000000000","hash":"0000000000000000000000000000000000000000000000000000000000000000","record":{}}"#;
    desk.put("chained.jsonl", format!("{line}\n"));
    let log = "--origin log.test/a -o out";
    for (args, expected) in [
        ("pack a.csv --map map.toml -o out".to_owned(), "a log needs a name"),
        (format!("pack a.csv --map none.toml {log}"), "none.toml: "),
        (format!("pack a.csv --map bad.toml {log}"), "bad.toml: record 1: it says no kind"),
        (format!("pack bad.csv --map map.toml {log}"), "no row became a record"),
        (format!("pack a.csv none.csv --map map.toml {log}"), "none.csv: "),
        (format!("pack a.csv . --map map.toml {log}"), ".: a folder"),
        (format!("pack utf16.csv --map map.toml {log}"), "utf16.csv: is UTF-16"),
        (format!("pack cut.csv.gz --map map.toml {log}"), "cut.csv.gz: after line"),
        (format!("pack a.csv --map map.toml --zone UTC {log}"), "cannot be used with"),
        (format!("pack a.csv --map map.toml --failures a.csv {log}"), "a.csv: exists already, and is not overwritten"),
        (format!("pack a.csv --map map.toml --failures out {log}"), "out: is to be the bundle"),
        (format!("pack bad.csv --map map.toml --strict --failures list {log}"), "bad.csv: line 2: v: not a number"),
        (format!("pack a.csv --map utf16.toml {log}"), "utf16.toml: is UTF-16"),
        (format!("pack opened.jsonl --zone +02:00 {log}"), "--zone: the first record opens the log"),
        (format!("pack log.jsonl chained.jsonl {log} --strict"), "chained.jsonl: line 1: a line of a chained log"),
        (format!("pack plain.jsonl chained.jsonl {log}"), "chained.jsonl: line 1: a line of a chained log"),
        (format!("pack array.jsonl {log}"), "array.jsonl: line 1: not a JSON object; a JSON array"),
        (format!("pack pretty.jsonl {log}"), "pretty.jsonl: line 1: an object over several lines"),
        (format!("pack a.csv --map map.toml --at noon {log}"), "--at \"noon\""),
        (format!("pack a.csv {log}"), "a.csv: line 1: not a JSON object; other files need a mapping"),
        ("map none.csv".to_owned(), "none.csv: "),
        ("map utf16.csv".to_owned(), "utf16.csv: is UTF-16"),
    ] {
        let (code, _, stderr) = desk.line(&args);
        assert!(code == Some(2) && stderr.contains(expected), "{args}: {code:?} {stderr}");
        assert!(!desk.path("out").exists() && !desk.path("list").exists(), "{args}");
    }
    assert_eq!(fs::read_to_string(desk.path("a.csv")).expect("read"), "v\n1\n");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn compressed_sources_are_read_as_they_are() {
    let desk = Desk::new();
    desk.put("map.toml", MAP);
    let csv = b"v\n1\n2\n";
    // Two members behind each other are one stream, as gzip and zstd have it.
    desk.put("a.csv.gz", [gzip(&csv[..4]), gzip(&csv[4..])].concat());
    let half = |part: &[u8]| zstd::bulk::compress(part, 3).expect("memory");
    desk.put("b.csv.zst", [half(&csv[..4]), half(&csv[4..])].concat());
    let args = "pack a.csv.gz b.csv.zst --map map.toml --origin log.test/a -o out --dir --at 2026-11-21T12:00:00Z";
    let (code, _, stderr) = desk.line(args);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let records: Vec<Value> =
        texts(&desk.path("out")).iter().map(|text| serde_json::from_str(text).expect("JSON")).collect();
    assert_eq!(records.len(), 7);
    for (at, file) in [(3, "a.csv.gz"), (6, "b.csv.zst")] {
        let stored = fs::read(desk.path(file)).expect("read");
        assert_eq!(records[at]["source"]["name"], json!(file));
        assert_eq!(records[at]["source"]["blake3"], json!(blake3::hash(&stored).to_hex().as_str()));
        assert_eq!(records[at]["source"]["bytes"], json!(stored.len()));
    }
    // Given the time, an import can be repeated to the byte.
    let (code, ..) = desk.line(&args.replace("-o out", "-o again"));
    assert_eq!(code, Some(0));
    for file in ["manifest.json", "log/000000.jsonl.zst"] {
        assert_eq!(fs::read(desk.path("out").join(file)).ok(), fs::read(desk.path("again").join(file)).ok(), "{file}");
    }
}

/// Rows without end, and the most memory that the program took for them, in KiB.
#[cfg(target_os = "linux")]
fn peak_of(desk: &Desk, name: &str, bytes: u64, chunk: &[u8]) -> u64 {
    let _ = fs::remove_dir_all(desk.path(name));
    let mut command = desk.command(&["pack", "-", "--map", "map.toml", "--origin", "log.test/a", "-o", name, "--dir"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"v\n").expect("fed");
    let mut sent = 0;
    while sent < bytes {
        stdin.write_all(chunk).expect("fed");
        sent += chunk.len() as u64;
    }
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("its status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    drop(stdin);
    assert!(child.wait().expect("ended").code().is_some());
    peak.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_source() {
    let desk = Desk::new();
    desk.put("map.toml", MAP);
    let digits = "7".repeat(180);
    let rows = format!("1.{digits}\n").repeat(350);
    // Quotes that are never closed, and lines without end.
    let quotes = format!("\"1.{digits}\n7\n").repeat(350) + "x";
    let endless = "x".repeat(64 << 10);
    for (name, chunk) in [("rows", rows), ("quotes", quotes), ("endless", endless)] {
        let small = peak_of(&desk, name, 4 << 20, chunk.as_bytes());
        let large = peak_of(&desk, name, 24 << 20, chunk.as_bytes());
        assert!(large < small + 16_000, "{name}: {small} KiB for 4 MiB, {large} KiB for 32 MiB");
        assert!(large < 120_000, "{name}: {large} KiB");
    }
}

#[test]
fn a_proposal_is_a_mapping_that_fits() {
    let desk = Desk::new();
    for (name, content, expected) in [
        (
            "german.csv",
            &b"Vorgang;Zeit;Modell;Version;Einkommen;Entscheidung;Name\n1;01.03.2026 09:30:00;m;2.3.1;1234,5;ja;M\xfcller\n\
               2;13.03.2026 09:30:00;m;2.4.0;NA;nein;Ott\n"[..],
            &["delimiter = \";\"", "decimal = \",\"", "encoding = \"windows-1252\"", "empty = [\"NA\"]",
              "timestamp = { field = \"Zeit\", format = \"%d.%m.%Y %H:%M:%S%.f\" }", "audit_id = { field = \"Vorgang\" }",
              "output.result = { field = \"Entscheidung\" }", "input.data.Name = { field = \"Name\", seal = true }",
              "input.metadata.Einkommen = { field = \"Einkommen\", as = \"number\", empty = [\"NA\"] }", "zone = \"UTC\""][..],
        ),
        (
            "plain.csv",
            b"2026-03-01T09:30:00Z,1,x\n2026-03-01T09:31:00Z,2,y\n",
            &["columns = [\"column_1\", \"column_2\", \"column_3\"]", "timestamp = { field = \"column_1\", as = \"time\" }"],
        ),
        (
            "events.jsonl",
            b"{\"ts\":1772370000250,\"model\":{\"version\":\"1\"},\"user\":{\"email\":\"a@b\",\"a.b\":1},\"prediction\":true,\"outcome\":\"x\"}\n",
            &["format = \"jsonl\"", "timestamp = { field = \"ts\", format = \"unix-ms\" }",
              "model.version = { field = \"model.version\" }", "input.data.email = { field = \"user.email\", seal = true }",
              "{ field = \"/user/a.b\" }", "output.result = { field = \"prediction\" }", "decision = { id_of = \"decision\" }",
              "label = { field = \"outcome\" }"],
        ),
    ] {
        desk.put(name, content);
        let (code, text, stderr) = desk.line(&format!("map {name}"));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        for line in expected {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        desk.put("map.toml", &text);
        let (code, _, stderr) = desk.line(&format!("pack {name} --map map.toml --origin log.test/a -o {name}.zip --strict"));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{text}");
        assert_eq!(desk.line(&format!("verify {name}.zip")).0, Some(0));
    }
    for (content, expected) in [
        (r#"{"kind":"decision","timestamp":"2026-03-01T09:30:00Z","audit_id":"d"}"#, "records of the bundle format"),
        (r#"{"timestamp":"2026-03-01T09:30:00","audit_id":"d","model":{},"output":{}}"#, "the common AI audit logger"),
    ] {
        desk.put("r.jsonl", content);
        let (code, text, _) = desk.line("map r.jsonl");
        assert!(code == Some(0) && text.contains("needs no mapping") && text.contains(expected), "{text}");
    }
}

#[test]
fn the_loggers_records_go_in_as_they_are() {
    let desk = Desk::new();
    let one = r#"{"audit_id": "a", "timestamp": "2026-03-01T09:30:00.250000", "model": {"id": "m"}, "input": {}, "output": {"result": "deny", "confidence": 1e-07}}"#;
    let bad = r#"{"audit_id": "b", "timestamp": "2026-03-01T09:30:01", "model": {}, "output": {"confidence": NaN}}"#;
    desk.put("log.jsonl", format!("{one}\n\n{bad}\n"));
    let (code, stdout, stderr) = desk.line("pack log.jsonl --origin log.test/a -o out --dir");
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with("log.jsonl: line 3: not valid JSON at byte"), "{stderr}");
    assert!(stdout.contains("decisions of an AI audit logger, as they are"), "{stdout}");
    assert!(stdout.contains("zone        UTC, of times that state none, assumed"), "{stdout}");
    let records = texts(&desk.path("out"));
    assert_eq!(records.len(), 3);
    assert_eq!(records[1], one);
    let opened: Value = serde_json::from_str(&records[0]).expect("JSON");
    assert_eq!((&opened["event"], &opened["zone"]), (&json!("opened"), &json!("UTC")));
    let behind: Value = serde_json::from_str(&records[2]).expect("JSON");
    assert_eq!(behind["rows"], json!({"read": 2, "skipped": 0, "failed": 1}));
    assert_eq!(behind["zone"], json!("UTC"));
    let (_, text, _) = desk.line("verify out");
    assert!(text.contains("2026-03-01T09:30:00.250Z"), "{text}");
    // Another zone can be stated, one with seasons cannot: the records do not say their offset.
    let (code, stdout, _) = desk.line("pack log.jsonl --origin log.test/a -o two --zone -05:00");
    assert!(code == Some(1) && stdout.contains("zone        -05:00, of times that state none\n"), "{stdout}");
    let (code, _, stderr) = desk.line("pack log.jsonl --origin log.test/a -o x --zone Europe/Berlin");
    assert!(code == Some(2) && stderr.contains("use a mapping"), "{stderr}");
    // A source that is a stream of nothing but faults.
    desk.put("log.jsonl", format!("{one}\n"));
    let output = desk.run_with_input(&["pack", "-", "--origin", "log.test/a", "-o", "stdin"], one.as_bytes());
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && stdout.contains("source      stdin"), "{stdout}");
}

#[test]
fn the_records_own_signatures_are_checked() {
    let desk = Desk::new();
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/python-signatures.jsonl");
    let text = fs::read_to_string(vectors).expect("read");
    // The vectors hold records as a logger wrote them, with the key they were signed under.
    let vectors: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of_key = |key: &str| -> Vec<String> {
        let lines = vectors.iter().filter(|vector| vector["key"] == key);
        lines.filter_map(|vector| vector["record"].as_str().map(str::to_owned)).collect()
    };
    let key = "audit-secret";
    let lines = of_key(key);
    assert!(lines.len() > 10, "{}", lines.len());
    desk.put("key", format!("{key}\n"));
    desk.put("log.jsonl", lines.join("\n"));
    let (code, stdout, stderr) = desk.line("pack log.jsonl --hmac-key key --origin log.test/a -o out --dir");
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert!(stdout.contains(&format!("signatures  {} fit the key\n", lines.len())), "{stdout}");
    let records = texts(&desk.path("out"));
    assert_eq!(records[1..records.len() - 1], lines);
    let behind: Value = serde_json::from_str(&records[records.len() - 1]).expect("JSON");
    assert_eq!(behind["signatures"], json!({"valid": lines.len(), "invalid": 0, "missing": 0}));

    // One record altered, one without its signature: both go in as they are, and are told.
    let mut altered = lines.clone();
    altered[3] = altered[3].replacen('{', "{\"zz\":1,", 1);
    assert_ne!(altered[3], lines[3]);
    altered.push(r#"{"audit_id": "u", "timestamp": "2026-03-01T09:30:00", "model": {}, "output": {}}"#.to_owned());
    desk.put("log.jsonl", altered.join("\n"));
    let (code, stdout, stderr) = desk.line("pack log.jsonl --hmac-key key --origin log.test/a -o two --dir");
    assert_eq!(code, Some(1));
    assert_eq!(stderr, "log.jsonl: line 4: the record's own signature does not fit the key\n");
    assert!(stdout.contains("1 do not; these records are in the log as they are; 1 without one"), "{stdout}");
    let records = texts(&desk.path("two"));
    assert_eq!(records[1..records.len() - 1], altered);
    let behind: Value = serde_json::from_str(&records[records.len() - 1]).expect("JSON");
    assert_eq!(
        behind["signatures"],
        json!({"valid": lines.len() - 1, "invalid": 1, "missing": 1, "invalid_lines": [4]})
    );
    let (code, _, stderr) = desk.line("pack log.jsonl --hmac-key key --origin log.test/a -o three --strict");
    assert!(code == Some(2) && stderr.contains("line 4: the record's own signature"), "{stderr}");

    desk.put("wrong", "another key");
    let (code, stdout, _) = desk.line("pack log.jsonl --hmac-key wrong --origin log.test/a -o four");
    assert!(code == Some(1) && stdout.contains("not one signature fits"), "{stdout}");
    desk.put("empty", "");
    let (code, _, stderr) = desk.line("pack log.jsonl --hmac-key empty --origin log.test/a -o five");
    assert!(code == Some(2) && stderr.contains("empty: the key is empty"), "{stderr}");
}
