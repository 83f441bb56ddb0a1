//! Proposals of `probity map`, through the program: what a person gets to read for sources as they come, and what is said
//! where nothing can be proposed.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use probity::import::Mapping;
use tempfile::TempDir;

/// Runs the program in a folder of its own, in which `name` holds `content`.
fn run(name: &str, content: &[u8], args: &[&str]) -> (Option<i32>, String, String) {
    let folder: TempDir = tempfile::tempdir().expect("a folder");
    let stdin = if name == "-" {
        Stdio::piped()
    } else {
        fs::write(folder.path().join(name), content).expect("written");
        Stdio::null()
    };
    let mut command = Command::new(cargo_bin!("probity"));
    command.args(args).current_dir(folder.path()).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(content).expect("fed");
    }
    let output = child.wait_with_output().expect("ended");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The proposal for a file of that name. It is a mapping, and its comments can be read without scrolling.
fn proposed_for(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = if name == "-" { name.to_owned() } else { format!("./{name}") };
    let (code, text, stderr) = run(name, content.as_ref(), &["map", &path]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    Mapping::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    for line in text.lines().filter(|line| line.starts_with('#')) {
        assert!(line.chars().count() <= 120, "{line}");
    }
    assert!(!text.contains("1 rows") && !text.contains("1 different"), "{text}");
    text
}

fn proposed(content: impl AsRef<[u8]>) -> String {
    proposed_for("s.x", content)
}

/// What is said where there is nothing to propose.
fn refused(content: impl AsRef<[u8]>) -> String {
    let (code, stdout, stderr) = run("s.x", content.as_ref(), &["map", "s.x"]);
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    stderr
}

#[track_caller]
fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[track_caller]
fn has_not(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "{part} is in\n{text}");
    }
}

/// Rows of a CSV file below this header.
fn rows(header: &str, count: usize, row: impl Fn(usize) -> String) -> String {
    let mut out = format!("{header}\n");
    for n in 0..count {
        writeln!(out, "{}", row(n)).expect("memory");
    }
    out
}

#[test]
fn personal_data_stays_out_of_comments() {
    let text = proposed(rows("id,customer_id,name,geburtsdatum,kontakt,income", 30, |n| {
        let date = if n == 7 { "unbekannt".to_owned() } else { format!("{:02}.03.1980", 1 + n % 28) };
        format!("r{n},K-77{n},Ada Lovelace {n},{date},ada{n}@example.org,{n}")
    }));
    has_not(&text, &["Lovelace", "K-77", "1980", "unbekannt", "example.org"]);
    has(
        &text,
        &[
            "# All different: not shown here\n# Hashed: the same person stays the same.",
            "subject.id_hash = { field = \"customer_id\", hash = \"blake3\" }",
            "input.data.name = { field = \"name\", seal = true }",
            // Of what kind a column is, its values say as well.
            "input.data.kontakt = { field = \"kontakt\", seal = true }",
            "# All different: 0, 1, 2\ninput.metadata.income",
        ],
    );
}

#[test]
fn what_is_of_a_person_is_sealed_and_is_no_time_of_a_decision() {
    let names = "birthdate dob date_of_birth Geburtsdatum Vorname nachname Straße strasse Telefon handy Kontonummer IBAN Adresse \
                 Full-Name customerName home_address contact_email";
    for name in names.split(' ') {
        let text = proposed(format!(
            "{name},decided\n1980-03-01 00:00:00,2026-03-01 09:30:00\n1981-03-01 00:00:00,2026-03-02 09:30:00\n"
        ));
        has(&text, &[&format!("{{ field = \"{name}\", seal = true }}"), "timestamp = { field = \"decided\""]);
    }
    for name in ["plz", "email_verified", "model_name"] {
        has_not(&proposed(format!("{name},v\ntrue,x\nfalse,y\n")), &["seal"]);
    }
}

#[test]
fn years_of_two_digits() {
    for (content, expected) in [
        ("v,x\n01.01.25 10:00,a\n31.01.25 11:00,b\n", "field = \"v\", format = \"%d.%m.%y %H:%M\" }"),
        ("v,x\n1/31/25 14:05,a\n3/1/25 9:05,b\n", "field = \"v\", format = \"%m/%d/%y %H:%M\" }"),
        ("Datum,x\n01.01.25,a\n31.01.25,b\n", "field = \"Datum\", format = \"%d.%m.%y\", fill = \"start\" }"),
        ("decided_on,x\n01.01.25,a\n31.01.25,b\n", "field = \"decided_on\", format = \"%d.%m.%y\", fill = \"start\" }"),
        ("Eingangszeit,x\n01.01.25 10:00:09,a\n", "format = \"%d.%m.%y %H:%M:%S%.f\" }"),
    ] {
        let text = proposed(content);
        has(&text, &[expected, "# ASSUMED: years of two digits from 00 to 69 are 2000 to 2069"]);
        has_not(&text, &["%Y"]);
    }
    // Four digits are a whole year, whatever else has four.
    let text = proposed("when,x\n01.01.2025 10:00:00,a\n31.01.2025 11:00:00,b\n");
    has(&text, &["format = \"%d.%m.%Y %H:%M:%S%.f\""]);
    has_not(&text, &["two digits"]);
    // Neither versions nor what only looks like a date.
    for content in
        ["version,x\n2.3.1,a\n2.3.2,b\n", "version,x\n1.1.25,a\n1.2.10,b\n", "code,x\n01.01.25,a\n02.01.25,b\n"]
    {
        has_not(&proposed(content), &["timestamp ="]);
    }
    // The order of day and month, where nothing tells.
    has(&proposed("v,x\n3/1/25 14:05,a\n"), &["# ASSUMED: the day stands before the month", "%d/%m/%y %H:%M"]);
    has(
        &proposed("v,x\n03/01/2025 02:05 PM,a\n"),
        &["# ASSUMED: the month stands before the day", "%m/%d/%Y %I:%M %p"],
    );
}

#[test]
fn columns_without_a_name() {
    let text = proposed(rows(",model,score", 12, |n| format!("{n},m,0.{n}")));
    has(&text, &["# Column 1: left out, for it only counts the rows", "model.id = { field = \"model\" }"]);
    has_not(&text, &["columns =", "audit_id"]);
    // One that says something is called by its number.
    let text = proposed("id,,model\na,x,m\nb,y,m\nc,y,m\n");
    has(&text, &["input.metadata.column_2 = { field = 2 }"]);
}

#[test]
fn texts_for_no_value_are_of_their_column() {
    let text = proposed(rows("id,country,income,ok,label,note", 20, |n| match n {
        0 => "a0,NA,NA,NULL,NA,\\N".to_owned(),
        1 => "a1,NA,n/a,true,1,x".to_owned(),
        _ => format!("a{n},DE,{n}.5,false,{n},x"),
    }));
    has(
        &text,
        &[
            "input.metadata.country = { field = \"country\" }",
            "# 2 different: NA, DE",
            "input.metadata.income = { field = \"income\", as = \"number\", empty = [\"NA\", \"n/a\"] }",
            "input.metadata.ok = { field = \"ok\", as = \"boolean\", empty = [\"NULL\"] }",
            "when = [{ field = \"label\", empty = false }, { field = \"label\", is_not = [\"NA\"] }]",
            "label = { field = \"label\", as = \"number\", empty = [\"NA\"] }",
            // No word in any language: databases write it in columns of text as well.
            "input.metadata.note = { field = \"note\", empty = [\"\\\\N\"] }",
            "; none in 2 rows",
        ],
    );
    has_not(&text, &["\nempty = "]);
}

#[test]
fn an_id_is_never_there_twice() {
    let ids = |last: usize| rows("id,x", 3_000, |n| format!("r{},{}", if n == 2_999 { last } else { n }, n % 3));
    has(&proposed(ids(2_999)), &["audit_id = { field = \"id\" }"]);
    let text = proposed(ids(2_000));
    has(&text, &["No column looks like an id", "# Many different: r0, r1, r2"]);
    has_not(&text, &["audit_id ="]);
}

#[test]
fn bare_quotes() {
    let copy = |n: usize| format!("{n}\t2026-03-01 09:30:00+00\tsaid \"no\" to {n}\t\\N");
    let text = proposed(rows("id\tat\tnote\tend", 30, copy));
    has(&text, &["delimiter = \"\\t\"", "quote = \"\"", "proposed from its 30 rows", "timestamp = { field = \"at\""]);
    has(&proposed("id|note\n1|a \"b\" c\n2|d\"\n"), &["delimiter = \"|\"", "quote = \"\""]);
    has(&proposed("id;note\n1;{\"a\":1}\n2;{}\n"), &["quote = \"\"", "as = \"json\""]);
    // On a tie, and where most quotes enclose fields, they are quotes.
    has_not(&proposed("id\tnote\n1\t\"a\"\n2\tb\n"), &["quote"]);
    let enclosed = |n: usize| if n == 5 { "5\tx\"".to_owned() } else { format!("{n}\t\"x\"") };
    let text = proposed(rows("id\tnote", 30, enclosed));
    has(&text, &["One row of the sample could not be read: line 7: a quote within a field"]);
    has_not(&text, &["quote ="]);
}

#[test]
fn sources_without_a_row_are_refused_with_what_they_look_like() {
    for (content, expected) in [
        (&b"[{\"id\":1},{\"id\":2}]"[..], "a JSON array; one object a line is needed, as `jq -c '.[]'` makes"),
        (b"\n [\n  {\n\"id\":1}]", "a JSON array; one object a line is needed, as `jq -c '.[]'` makes"),
        (b"{\n  \"id\": 1\n}\n", "objects over several lines; one object a line is needed, as `jq -c .` makes"),
        (b"{ \"id\":\n 1}\n{ \"id\":\n 2}\n", "objects over several lines; one object a line is needed"),
        (b"{x}\n{y}\n", "no line could be read as a JSON object; line 1: "),
        (b"PAR1\x15\0\x15\0", "it is a Parquet file; export it as CSV or as JSON lines"),
        (b"x\0\x01\x02\nx\0\n", "it holds no lines of text"),
        (b"<?xml version=\"1.0\"?>\n<a/>\n", "it is XML or HTML"),
        (b"", "there are no rows in it"),
        (b"\n\n", "there are no rows in it"),
        (
            b"id,time,model\n",
            "a header and no rows: nothing shows what the columns hold; it begins with \"id,time,model\"",
        ),
        (
            b"Decisions of March\n\nid,model,score\na,m,1\nb,m,2\n",
            "the first row has 1 field, but most have 3 fields, from line 3 on; where a title stands above the names, \
             leave it out, as `tail -n +3` does",
        ),
        (
            b"x,y\n1,2,3\n2,3,4\n3,4,5\n",
            "the first row has 2 fields, but most have 3 fields, from line 2 on; where the names lack one for the first",
        ),
        (b"a \"b\", \"c\"\n", "a row of names, or of values, has to come first"),
    ] {
        let stderr = refused(content);
        assert!(stderr.starts_with("probity: s.x: ") && stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn groups_of_digits() {
    for (content, source, numbers) in [
        ("id;a\nx;3.295,23\ny;12,5\n", "decimal = \",\"\n# ASSUMED: 1.234 is a thousand and more.\ngroup = \".\"\n", 1),
        ("id;a\nx;1,234.50\ny;2.5\n", "group = \",\"\n", 1),
        ("id,a\nx,\"1,234.50\"\ny,2.5\n", "group = \",\"\n", 1),
        ("id,a\nx,\"1,234\"\ny,\"12,500\"\n", "group = \",\"\n", 1),
        ("id;a\nx;0,5\ny;2\n", "decimal = \",\"\n", 1),
        ("id,a\nx,\"0,5\"\ny,\"2,25\"\n", "decimal = \",\"\n", 1),
        ("id;a\nx;1'234.50\ny;2.25\n", "group = \"'\"\n", 1),
        ("id;a\nx;1\u{a0}234,50\ny;2,25\n", "decimal = \",\"\n", 1),
        // Most columns decide: one that is written otherwise stays text.
        ("id;a;b;c\nx;0.5;0.25;3.295,23\n", "format = \"csv\"\ndelimiter = \";\"\n\n", 2),
        ("id;a;b;c\nx;0,5;1.000,25;0.5\n", "decimal = \",\"\n# ASSUMED: 1.234", 2),
    ] {
        let text = proposed(content);
        has(&text, &[source]);
        assert_eq!(text.matches("as = \"number\"").count(), numbers, "{text}");
    }
    // A fraction of three digits may be thousands; a leading zero is part of a name.
    has(&proposed("id;a\nx;1.234\ny;12.500\n"), &["# ASSUMED: 1.234 has a fraction, and is no thousands"]);
    has_not(&proposed("id;a\nx;1.234\ny;12.5\n"), &["no thousands"]);
    has_not(&proposed("id;a;plz\nx;007;80331\ny;123;80335\n"), &["as = \"number\""]);
    has_not(&proposed("id;phone_no\nx;030 123 456\ny;301 123 456\n"), &["as = \"number\"", "group ="]);
}

#[test]
fn truth_values_and_json_in_csv() {
    let text = proposed(
        "id;a;b;c;d;e;f;g;h\n\
         x;True;yes;t;1;t;[1, 2];{\"a\":{}};{broken\n\
         y;False;no;f;0;t;[];{\"a\":1.50};{}\n",
    );
    for (name, how) in [
        ("a", ", as = \"boolean\""),
        ("b", ", as = \"boolean\""),
        ("c", ", as = \"boolean\""),
        ("d", ", as = \"number\""),
        // A letter alone may mean anything.
        ("e", ""),
        ("f", ", as = \"json\""),
        ("g", ", as = \"json\""),
        ("h", ""),
    ] {
        has(&text, &[&format!("input.metadata.{name} = {{ field = \"{name}\"{how} }}")]);
    }
    // Two readings of one name are none.
    has_not(&proposed("id;v\nx;\"{\"\"a\"\":1,\"\"a\"\":2}\"\n"), &["as = \"json\""]);
}

#[test]
fn what_stands_in_its_place_keeps_it() {
    let text = proposed(
        r#"{"prediction":"a","email":"a@example.org","model":{"name":"m","id":"x","version":"1"},"output":{"result":"deny","label":"l","score":1},"context":{"user_id":"u","session_id":"s"},"input":{"name":"Ada","customer_id":"c"},"request":{"id":"r"},"user":{"id":"q","name":"Ada"},"logger":{"name":"l"},"service":{"version":"9"},"ts":1772370000250}"#,
    );
    has(
        &text,
        &[
            "\nmodel.name = { field = \"model.name\" }",
            "\nmodel.id = { field = \"model.id\" }",
            "\nmodel.version = { field = \"model.version\" }",
            "\noutput.result = { field = \"output.result\" }",
            "\noutput.label = { field = \"output.label\" }",
            "\noutput.score = { field = \"output.score\" }",
            "\ncontext.user_id = { field = \"context.user_id\" }",
            "\ncontext.session_id = { field = \"context.session_id\" }",
            "\ninput.name = { field = \"input.name\", seal = true }",
            "\nsubject.id_hash = { field = \"input.customer_id\", hash = \"blake3\" }",
            "\naudit_id = { field = \"request.id\" }",
            "\ninput.data.email = { field = \"email\", seal = true }",
            "\ninput.data.name = { field = \"user.name\", seal = true }",
            "{ field = \"logger.name\" }",
            "\ninput.metadata.service.version = { field = \"service.version\" }",
            "timestamp = { field = \"ts\", format = \"unix-ms\" }",
        ],
    );
    has_not(&text, &["outcome", "Ada", "a@example.org"]);
    // The label of an answer is no truth either, and a model and an output alone are no record.
    let text = proposed(r#"{"prediction":{"label":"deny"},"id":"a","model":{"id":"m"},"output":{"x":1}}"#);
    has(&text, &["output.result = { field = \"prediction.label\" }", "audit_id = { field = \"id\" }"]);
}

#[test]
fn numbers_are_times_where_name_and_range_say_so() {
    for (name, value, format) in [
        ("ts", "1772370000", "unix-s"),
        ("created_at", "1772370000250", "unix-ms"),
        ("eventTime", "1772370000250001", "unix-us"),
        ("timestamp_ns", "1772370000250000001", "unix-ns"),
    ] {
        for content in [format!("{name},x\n{value},a\n"), format!("{{\"{name}\":{value}}}\n")] {
            has(&proposed(content), &[&format!("timestamp = {{ field = \"{name}\", format = \"{format}\" }}")]);
        }
        has_not(&proposed(format!("konto,x\n{value},a\n")), &["timestamp ="]);
    }
    // 1973 and 2200 are in no log.
    for value in ["100000000000000", "123456789012", "7258118400"] {
        has_not(&proposed(format!("created_at,x\n{value},a\n")), &["timestamp ="]);
    }
}

#[test]
fn more_columns_than_are_looked_at() {
    let wide = |count: usize, cell: &dyn Fn(usize) -> String| (0..count).map(cell).collect::<Vec<_>>().join(",");
    let (row, header) = (wide(2_003, &|n| n.to_string()), wide(2_003, &|n| format!("v{n}")));
    for (content, is_named) in [(format!("{row}\n{row}\n"), false), (format!("{header}\n{row}\n"), true)] {
        let text = proposed(&content);
        has(&text, &["# 3 columns after the first 2000 were not looked at, and no line is about them."]);
        assert_eq!(text.contains("\"column_2003\""), !is_named, "{is_named}");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("s.csv"), &content).expect("written");
        fs::write(folder.path().join("map.toml"), &text).expect("written");
        let mut command = Command::new(cargo_bin!("probity"));
        command.args(["pack", "s.csv", "--map", "map.toml", "--origin", "log.test/a", "-o", "out", "--strict"]);
        let output = command.current_dir(folder.path()).output().expect("started");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // A name that stands there again further on does not tell columns apart.
    let text = proposed(format!("{header},v0\n{row},7\n"));
    has(&text, &["input.metadata.v0 = { field = 1, as = \"number\" }"]);
    let members: Vec<String> = (0..2_001).map(|n| format!("\"m{n}\":{n}")).collect();
    let text = proposed(format!("{{{}}}\n", members.join(",")));
    has(&text, &["# 1 member after the first 2000 was not looked at"]);
}

#[test]
fn a_line_that_is_too_long_is_one_fault() {
    let long = format!("{{\"id\":\"{}\"}}", "x".repeat(1 << 20));
    let text = proposed(format!("{{\"id\":\"a\"}}\n{long}\n{{\"id\":\"b\"}}\n"));
    has(
        &text,
        &[
            "proposed from its 2 rows",
            "# One row of the sample could not be read: line 2: a line of more than 1048576 bytes",
        ],
    );
    // A sample ends somewhere; that is no fault of the row there.
    let text = proposed(rows("id,text", 5, |n| format!("{n},\"{}\"", "x\n".repeat(500_000))));
    has(&text, &["proposed from its first 4 rows"]);
    has_not(&text, &["could not be read"]);
}

#[test]
fn the_command_can_be_typed() {
    let content = "id,model\na,m\nb,m\n";
    for (name, expected) in [
        ("loans-2026.csv", "pack loans-2026.csv --map"),
        ("my loans.csv", "pack 'my loans.csv' --map"),
        ("größe.csv", "pack 'größe.csv' --map"),
        ("it's.csv", "pack 'it'\\''s.csv' --map"),
        ("-x.csv", "pack ./-x.csv --map"),
        ("-", "pack INPUT --map"),
    ] {
        has(&proposed_for(name, content), &[expected]);
    }
    has(&proposed_for("-", content), &["# A mapping for stdin, proposed from its 2 rows."]);
    let record = br#"{"kind":"decision","timestamp":"2026-03-01T09:30:00Z","audit_id":"d"}"#;
    let (_, text, _) = run("my log.jsonl", record, &["map", "my log.jsonl"]);
    has(&text, &["probity pack 'my log.jsonl' -o OUT.audit.zip"]);
}

#[test]
fn wording() {
    let text = proposed("id,model,x\na,m,\n");
    has(
        &text,
        &["proposed from its only row", "# ASSUMED: other rows are like these", "# One value: m", "# x: nothing in it"],
    );
    let text = proposed(rows("id,model,x", 40, |n| format!("r{n},m,{}", if n == 3 { "" } else { "v" })));
    has(&text, &["proposed from its 40 rows", "# Always the same: v; none in 1 row\n", "# All different: r0, r1, r2"]);
    has_not(&text, &["other rows are like these"]);
    let text = proposed(rows("id,model", 5_001, |n| format!("r{n},m")));
    has(&text, &["proposed from its first 5000 rows"]);
    let broken = rows("id,model", 40, |n| if n % 20 == 3 { format!("r{n}") } else { format!("r{n},m") });
    has(&proposed(broken), &["# 2 rows of the sample could not be read. The first: line 5: 1 field, where"]);
    let text = proposed("time,model\n2026-03-01T09:30:00Z,m\n,m\n");
    has(&text, &["; none in 1 row\n# Rows without a time will not fit.\ntimestamp ="]);
    // Long names and values are wrapped; sentences are not repeated.
    let long = "words-of-a-very-long-value-that and goes-on";
    let text = proposed(rows(&format!("id,{},n", "name".repeat(30)), 40, |n| {
        format!("r{n},{long}{n},{}", if n == 1 { long.to_owned() } else { n.to_string() })
    }));
    has(&text, &["# Rows will not fit with values such as these: words-of-a"]);
    let text = proposed("id,note,n\na,Ms Lovelace called us twice,1\nb,she did,2\n");
    has(&text, &["# All different: (words), she did"]);
    has_not(&text, &["Lovelace"]);
}
