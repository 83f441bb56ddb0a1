//! Filters and names of fields on the command line, and what is said of wrong ones.

use crate::desk::Desk;
use crate::query_cli::{OPENED, SAMPLE, answer, decision, put, refused, run};

#[test]
fn a_filter_may_begin_with_a_minus() {
    let desk = Desk::new();
    let count = |args: &[&str]| {
        let (stdout, _) = answer(&desk, &[&["query", SAMPLE, "--count"], args].concat());
        stdout.trim().parse::<u32>().unwrap()
    };
    let services = count(&["user:svc*"]);
    assert!(services > 0);
    assert_eq!(count(&["-user:svc*"]), 20_000 - services);
    assert_eq!(count(&["-has:time"]), 0);
    assert_eq!(count(&["-(kind:decision or kind:access)"]) + count(&["kind:decision or kind:access"]), 20_000);
    assert_eq!(count(&[]), 20_000);
    assert_eq!(count(&[""]), 20_000);
    assert_eq!(count(&["--", "-has:id"]), 0);
}

#[test]
fn a_wrong_filter_is_told_with_its_place() {
    let desk = Desk::new();
    for (filter, report) in [
        (
            "kind:decision confidence<0,6",
            "kind:decision confidence<0,6\n                         ^^^\nconfidence is a number; \"0,6\" is none\nhelp: did you mean 0.6?\n",
        ),
        ("verison:2", "verison:2\n^^^^^^^\nno record has a field \"verison\"\nhelp: did you mean version?\n"),
        ("-(a or b", "-(a or b\n ^\nthe parenthesis that opens here is never closed\nhelp: put ) there\n"),
        (
            "user:\u{202e}x",
            "user:\\u{202e}x\n     ^^^^^^^^\nthe character \\u{202e} does not show; in quotes it is written that way\nhelp: take \\u{202e} out\n",
        ),
    ] {
        for command in [&["query"][..], &["facets", "--field", "kind"]] {
            let message = refused(&desk, &[&command[..1], &[SAMPLE, filter], &command[1..]].concat());
            assert_eq!(message, format!("probity: the filter is not understood:\n{report}"));
        }
    }
    let message = refused(&desk, &["query", SAMPLE, "tag:x"]);
    assert_eq!(message, "probity: tag: tags, notes and incidents are kept in a case, and none is open\n");
}

#[test]
fn wrong_names_of_columns() {
    let desk = Desk::new();
    for (columns, message) in [
        ("seq,verison", "--columns verison: no record has a field \"verison\" — did you mean version?"),
        ("user_id", "--columns user_id: no record has a field \"user_id\" — did you mean context.user_id?"),
        ("seq,,id", "--columns: a name is missing; names stand with commas between"),
        ("a or b", "--columns a or b: no record has a field \"a\""),
        ("kind) or (has:kind", ""),
        ("kind id", "--columns kind id: this is not the name of one field"),
        ("tag", "--columns tag: this is not the name of one field"),
    ] {
        let told = refused(&desk, &["query", SAMPLE, "--columns", columns]);
        assert!(told.starts_with(&format!("probity: {message}")), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let told = refused(&desk, &["facets", SAMPLE, "--field", "verison"]);
    assert_eq!(told, "probity: --field verison: no record has a field \"verison\" — did you mean version?\n");
}

#[test]
fn columns_by_every_kind_of_name() {
    let desk = Desk::new();
    let records = [
        OPENED.to_owned(),
        decision(1, r#"{"list":[{"a":1},{"a":2}]}"#).replace("\"input\":{}", r#""input":{"odd, \"name\"":5}"#),
    ];
    put(&desk, "a.zip", &records.each_ref().map(String::as_str));
    let columns = r#"id,input."odd, \"name\"",output.list.a,output.list.1.a,model,"model",version_source"#;
    let args = ["query", "a.zip", "kind:decision", "--format", "json", "--columns", columns];
    let (stdout, _) = answer(&desk, &args);
    assert_eq!(
        stdout,
        r#"[
{"id":"d-1","input.\"odd, \\\"name\\\"\"":5,"output.list.a":[1,2],"output.list.1.a":2,"model":"m","\"model\"":{"id":"m","version":"1.1"},"version_source":"recorded"}
]
"#
    );
}

#[test]
fn what_makes_a_filter_empty_is_named() {
    let desk = Desk::new();
    let (code, stdout, stderr) = run(&desk, &["query", SAMPLE, "result:refused confidence<0.6"]);
    assert_eq!((code, stdout.as_str()), (Some(0), ""));
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!(
        lines,
        [
            "probity: result: 1 258 records have a member of that name, and there it counts",
            "probity: no record at all passes result:refused",
            "0 of 20 000 records",
        ]
    );
}

#[test]
fn words_that_the_shell_took_apart() {
    let desk = Desk::new();
    for args in [
        &["query", SAMPLE, "kind:review", "user:a"][..],
        &["query", SAMPLE, "kind:review", "-user:a"],
        &["facets", SAMPLE, "kind:review", "user:a", "--field", "kind"],
    ] {
        let (code, stdout, stderr) = run(&desk, args);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        assert!(stderr.contains("A filter of several words is one argument: put it in quotes"), "{stderr}");
    }
    for args in [&["query", SAMPLE, "--colums", "a"][..], &["verify", SAMPLE, "b.zip"]] {
        let (_, _, stderr) = run(&desk, args);
        assert!(!stderr.contains("A filter of several words"), "{stderr}");
        assert_eq!(stderr.contains("--colums: there is no such option"), args[0] == "query", "{stderr}");
    }
}

#[test]
fn a_column_is_there_once() {
    let desk = Desk::new();
    for columns in [&["--columns", "id,seq,id"][..], &["--columns", "id", "--columns", "id"]] {
        let message = refused(&desk, &[&["query", SAMPLE, "--json"][..], columns].concat());
        assert_eq!(message, "probity: --columns: id is there twice; every column has a name of its own\n");
    }
}

#[test]
fn dates_among_versions_are_pointed_out() {
    let desk = Desk::new();
    for (filter, is_told) in [
        ("model.version>=2026-02", true),
        ("version:2026-02-01..2026-03", true),
        ("-(a or version<2026-02-01)", true),
        ("version:2026-02", false),
        ("version>=2026.02", false),
        ("version<2.4-rc1", false),
        ("time>=2026-02", false),
    ] {
        let (code, _, stderr) = run(&desk, &["query", SAMPLE, filter, "--count"]);
        assert_eq!(code, Some(0), "{stderr}");
        assert_eq!(stderr.contains("reads as the pre-release"), is_told, "{filter}: {stderr}");
    }
    let (_, _, stderr) = run(&desk, &["query", SAMPLE, "model.version>=2026-02", "--count"]);
    assert_eq!(
        stderr,
        "probity: model.version: 2026-02 reads as the pre-release 02 of the version 2026, and so before 2026: as a version, a date is written with points (filter-language.md, section 4)\n"
    );
}

/// A value that is sealed is not in the record, and what an index holds would outlive its erasure.
#[test]
fn sealed_values_are_not_searched_and_that_is_said() {
    let desk = Desk::new();
    let note =
        "sealed in the records; filters and free text do not search sealed values, also where they are disclosed";
    for (filter, is_told) in [
        ("input.data:x", true),
        ("has:input", true),
        ("postcode", true),
        ("kind:decision", false),
        ("metadata.region:x", false),
    ] {
        let (_, _, stderr) = run(&desk, &["query", SAMPLE, filter, "--count"]);
        assert_eq!(stderr.contains(note), is_told, "{filter}: {stderr}");
    }
    let message = refused(&desk, &["query", SAMPLE, "input.data.income>1"]);
    assert!(message.contains("no record has a field") && message.contains(note), "{message}");
    let (stdout, _) = answer(&desk, &["query", SAMPLE, "input.data.\"$sealed\":*", "--count"]);
    assert_eq!(stdout, "193\n");
}
