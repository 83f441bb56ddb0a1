//! `facets` and `fields`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::Desk;
use crate::query_cli::{OPENED, SAMPLE, answer, decision, put};

#[test]
fn facets_count_what_the_records_say() {
    let desk = Desk::new();
    let (lines, _) = answer(&desk, &["query", SAMPLE, "kind:decision", "--format", "jsonl"]);
    let (mut versions, mut without) = (BTreeMap::<String, u64>::new(), 0);
    for line in lines.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        match record["model"]["version"].as_str() {
            Some(version) => *versions.entry(version.to_owned()).or_default() += 1,
            None => without += 1,
        }
    }
    let args = ["facets", SAMPLE, "kind:decision", "--field", "model.version", "--field", "kind", "--json"];
    let (stdout, _) = answer(&desk, &args);
    let counted: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&counted["filter"], &counted["records"]), (&"kind:decision".into(), &20_000.into()));
    let (version, kind) = (&counted["fields"][0], &counted["fields"][1]);
    assert_eq!(version["field"], "model.version");
    assert_eq!(version["distinct"], versions.len());
    assert_eq!(version["without"], without);
    let values = version["values"].as_array().unwrap();
    let found: BTreeMap<String, u64> = values
        .iter()
        .map(|value| (value["value"].as_str().unwrap().to_owned(), value["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(found, versions);
    assert!(values.is_sorted_by_key(|value| std::cmp::Reverse(value["count"].as_u64())));
    assert_eq!(kind["values"][0]["count"], counted["found"]);
    assert_eq!(kind["values"][0]["share"], 1.0);
}

#[test]
fn facets_as_text() {
    let desk = Desk::new();
    let mut records = vec![OPENED.to_owned()];
    records.extend((1..=6).map(|n| decision(n, &format!(r#"{{"t":["x{}","\u0007"]}}"#, n % 2))));
    records.push(decision(7, r#"{"t":""}"#));
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    put(&desk, "a.zip", &records);
    let (stdout, last) = answer(&desk, &["facets", "a.zip", "--field", "output.t"]);
    let expected = "\
output.t: 4 values in 8 records
      6   75.0 %  \\u{0007}
      3   37.5 %  x0
      3   37.5 %  x1
      1   12.5 %  \"\"
      1   12.5 %  (no value)
";
    assert_eq!((stdout.as_str(), last.as_str()), (expected, "8 of 8 records"));
    let (stdout, _) = answer(&desk, &["facets", "a.zip", "--field", "output.t", "--limit", "1"]);
    assert!(stdout.ends_with("  … and 3 more values; --limit is 1\n"), "{stdout}");
    let (stdout, last) = answer(&desk, &["facets", "a.zip", "id:nobody", "--field", "output.t"]);
    assert_eq!((stdout.as_str(), last.as_str()), ("output.t: 0 values in 0 records\n", "0 of 8 records"));
    let message = super::refused(&desk, &["facets", "a.zip", "--field", "time"]);
    assert!(message.contains("--field time: time is hardly ever the same"), "{message}");
}

#[test]
fn fields_are_listed_with_their_types() {
    let desk = Desk::new();
    let records = [
        OPENED.to_owned(),
        decision(1, r#"{"confidence":0.5,"mixed":"a"}"#),
        decision(2, r#"{"confidence":0.25,"mixed":[1,true,null]}"#),
    ];
    put(&desk, "a.zip", &records.each_ref().map(String::as_str));
    let (stdout, last) = answer(&desk, &["fields", "a.zip"]);
    assert_eq!(last, "");
    for line in [
        "field              records  column  values                                examples",
        "output.confidence        2  yes     number                                0.5 · 0.25",
        "output.mixed             2  yes     text 1, number 1, boolean 1, null 1   a · 1 · true",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(stdout.lines().any(|found| squeezed(found) == squeezed(line)), "{line}\n{stdout}");
    }
    let aliases: Vec<&str> = stdout.split_once("\naliases\n").unwrap().1.lines().collect();
    assert_eq!(aliases.len(), 17);
    assert!(aliases[0].starts_with("kind            text     what the record is about"), "{}", aliases[0]);
    let (stdout, _) = answer(&desk, &["fields", "a.zip", "--json"]);
    let catalogue: Value = serde_json::from_str(&stdout).unwrap();
    let mixed = catalogue["fields"].as_array().unwrap().iter().find(|field| field["name"] == "output.mixed").unwrap();
    assert_eq!((&mixed["records"], &mixed["texts"], &mixed["nulls"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!(mixed["has_column"], true);
    assert_eq!(catalogue["aliases"][0]["name"], "kind");
}

#[test]
fn equal_values_count_as_one() {
    let desk = Desk::new();
    let outputs = [r#"{"x":1.0}"#, r#"{"x":"1"}"#, r#"{"x":1}"#, r#"{"x":[1,"1",1.0]}"#, r#"{"x":2}"#, r#"{"x":1.0}"#];
    let records: Vec<String> = (0..).zip(outputs).map(|(n, output)| decision(n, output)).collect();
    put(&desk, "a.zip", &records.iter().map(String::as_str).collect::<Vec<_>>());
    let (stdout, _) = answer(&desk, &["facets", "a.zip", "--field", "output.x", "--json"]);
    let counted: Value = serde_json::from_str(&stdout).unwrap();
    let values = &counted["fields"][0]["values"];
    assert_eq!(
        (&values[0]["value"], &values[0]["type"], &values[0]["count"]),
        (&"1.0".into(), &"mixed".into(), &5.into())
    );
    assert_eq!(
        (&values[1]["value"], &values[1]["type"], &values[1]["count"]),
        (&"2".into(), &"number".into(), &1.into())
    );
    assert_eq!(answer(&desk, &["query", "a.zip", "output.x:1.0", "--count"]).0, "5\n");
    // Of the records found: their type is one.
    let (stdout, _) = answer(&desk, &["facets", "a.zip", "@0", "--field", "output.x", "--json"]);
    let counted: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(counted["fields"][0]["values"][0]["type"], "number");
}

#[test]
fn the_forms_have_one_name_everywhere() {
    let desk = Desk::new();
    put(&desk, "a.zip", &[OPENED, &decision(1, r#"{"t":"a, b"}"#), &decision(2, r#"{"t":""}"#)]);
    for args in
        [&["query", "a.zip", "kind:decision"][..], &["facets", "a.zip", "--field", "kind"], &["fields", "a.zip"]]
    {
        let (short, _) = answer(&desk, &[args, &["--json"]].concat());
        let (long, _) = answer(&desk, &[args, &["--format", "json"]].concat());
        assert!(serde_json::from_str::<Value>(&short).is_ok() && short == long, "{short}");
        let (table, _) = answer(&desk, args);
        assert_eq!(answer(&desk, &[args, &["--format", "table"]].concat()).0, table);
        let (csv, _) = answer(&desk, &[args, &["--format", "csv"]].concat());
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        assert!(csv.contains("\r\n") && reader.records().all(|row| row.is_ok()), "{csv}");
        let (code, _, stderr) = super::run(&desk, &[args, &["--json", "--format", "csv"]].concat());
        assert!(code == Some(2) && stderr.contains("cannot be used with"), "{stderr}");
    }
    let (csv, _) = answer(&desk, &["facets", "a.zip", "--field", "output.t", "--format", "csv"]);
    let third = 1.0 / 3.0;
    assert_eq!(
        csv,
        format!(
            "field,value,type,count,share\r\noutput.t,\"\",text,1,{third}\r\noutput.t,\"a, b\",text,1,{third}\r\noutput.t,,,1,{third}\r\n"
        )
    );
    let (csv, _) = answer(&desk, &["fields", "a.zip", "--format", "csv"]);
    assert!(csv.contains("\r\naudit_id,text,3,3,0,0,0,0,"), "{csv}");
}
