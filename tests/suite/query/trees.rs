//! Texts, their canonical form and their chips.

use probity::query::{self, Expr, Field, Term, Unknown};

#[track_caller]
fn canonical(text: &str) -> String {
    let query = query::parse(text, &Unknown).unwrap_or_else(|error| panic!("{}", error.report(text)));
    let printed = query.expr.to_string();
    let again = query::parse(&printed, &Unknown).unwrap_or_else(|error| panic!("{}", error.report(&printed)));
    assert_eq!(again.expr, query.expr, "{text} → {printed}");
    assert_eq!(again.expr.to_string(), printed, "{text}");
    printed
}

#[test]
fn canonical_texts() {
    for (text, printed) in [
        // Structure.
        ("", ""),
        (" \t\n ", ""),
        ("a", "a"),
        ("a b", "a b"),
        ("a and b AND c", "a b c"),
        ("a or b c or d", "a or b c or d"),
        ("(a or b) c", "(a or b) c"),
        ("a(b)c", "a b c"),
        ("((a))", "a"),
        ("(a b) (c d)", "a b c d"),
        ("(a or b) or c", "a or b or c"),
        ("NOT a", "-a"),
        ("not not a", "a"),
        ("--a", "a"),
        ("-(a b)", "-(a b)"),
        ("not (a or b)", "-(a or b)"),
        ("-(a)", "-a"),
        ("not a b", "-a b"),
        ("-a or b", "-a or b"),
        ("or:1 and:2 not:3", "or:1 and:2 not:3"),
        ("\"or\" \"NOT\"", "\"or\" \"NOT\""),
        ("order android notes", "order android notes"),
        // The example of the documentation.
        (
            "model:credit-scoring version>=2.4 result:deny confidence<0.6 -user:svc* \"free text\" \
             time:2026-03-01..2026-03-08 (a or b)",
            "model:credit-scoring version>=2.4 result:deny confidence<0.6 -user:svc* \"free text\" \
             time:2026-03-01T00:00:00Z..2026-03-08T23:59:59Z (a or b)",
        ),
        // Free text.
        ("Größe", "Größe"),
        ("\"a\"", "a"),
        ("\"-a\"", "\"-a\""),
        ("a-b", "a-b"),
        (r#""say \"hi\" \\ \u{202e}""#, r#""say \"hi\" \\ \u{202e}""#),
        ("\"tab\there\"", r#""tab\u{9}here""#),
        ("a..b", "a..b"),
        ("fo**o*", "fo*o*"),
        ("\"fo*o\"", "\"fo*o\""),
        ("/a b(c|d)\\/\"/", "/a b(c|d)\\/\"/"),
        ("x=1", "\"x=1\""),
        ("\"a\" \"b\"", "a b"),
        ("DOM\\user", "DOM\\user"),
        // Fields.
        ("output.result.decision:deny", "output.result.decision:deny"),
        ("\"model\":x model:x", "\"model\":x model:x"),
        ("metadata.\"odd name\".\"a.b\":1", "metadata.\"odd name\".\"a.b\":1"),
        ("\"metadata\".\"region\":x", "metadata.region:x"),
        ("\"has\":x has:has has:\"tag\" \"note\":1", "\"has\":x has:\"has\" has:\"tag\" \"note\":1"),
        ("\"/x\".\"-y\":1", "\"/x\".-y:1"),
        ("\"\":1", "\"\":1"),
        ("approvals.0.by:bob", "approvals.0.by:bob"),
        ("tag.x:1", "tag.x:1"),
        // Values.
        ("a:\"\"", "a:\"\""),
        ("a:http://x:80/y", "a:http://x:80/y"),
        ("a:1.0", "a:1"),
        ("a:-0.50", "a:-0.5"),
        ("a:1e3", "a:1000"),
        ("a:\"1.0\"", "a:\"1.0\""),
        ("a:007", "a:007"),
        ("user:1.0", "user:1.0"),
        ("a:true", "a:true"),
        ("reviewed:\"true\"", "reviewed:true"),
        ("a:svc*", "a:svc*"),
        ("a:\"svc*\"", "a:\"svc*\""),
        ("a:/^x y$/", "a:/^x y$/"),
        ("a:\"/x/\"", "a:\"/x/\""),
        ("a:or", "a:or"),
        ("a:x=1", "a:x=1"),
        // Orderings.
        ("confidence<=0.60", "confidence<=0.6"),
        ("a>-5", "a>-5"),
        ("a:1..2.50", "a:1..2.5"),
        ("a:1..1.0", "a:1"),
        ("a:1..", "a>=1"),
        ("a:..2", "a<=2"),
        ("a:\"b\"..\"c\"", "a:\"b\"..\"c\""),
        ("id:d-1..d-9", "id:\"d-1\"..\"d-9\""),
        ("id>=d-1", "id>=\"d-1\""),
        ("a>\"5\"", "a>\"5\""),
        ("a:\"b\"..\"b\"", "a:\"b\"..\"b\""),
        ("id:d..\"e f\"", "id:\"d\"..\"e f\""),
        // Versions.
        ("version:2.4", "version:2.4"),
        ("version:\"2.4\"", "version:\"2.4\""),
        ("version:2.4..v2.6-rc1", "version:2.4..v2.6-rc1"),
        ("version:canary", "version:canary"),
        ("version:2.*", "version:2.*"),
        ("model.version>2", "model.version>2"),
        ("metadata.engine_version<3", "metadata.engine_version<3"),
        ("a>=2.4.1", "a>=2.4.1"),
        ("a:2.4.1", "a:2.4.1"),
        ("a:2.4..2.4.1", "a:2.4..2.4.1"),
        // Times.
        ("time:2026", "time:2026-01-01T00:00:00Z..2026-12-31T23:59:59Z"),
        ("time<2026-03", "time<2026-03-01T00:00:00Z"),
        ("time<=2026-03-01", "time<2026-03-02T00:00:00Z"),
        ("time>2026-03-01", "time>=2026-03-02T00:00:00Z"),
        ("time>=2026-03-01T09:30+01:00", "time>=2026-03-01T08:30:00Z"),
        ("time:2026-03-01T09:30:00Z", "time:2026-03-01T09:30:00Z"),
        ("time:\"2026-03-01 09:30\"", "time:2026-03-01T09:30:00Z..2026-03-01T09:30:59Z"),
        ("time:2026-03-01..", "time>=2026-03-01T00:00:00Z"),
        ("time:..2026-03-01", "time<2026-03-02T00:00:00Z"),
        ("time>9999", "time>9999-12-31T23:59:59Z"),
        ("a:2026-03-01", "a:2026-03-01T00:00:00Z..2026-03-01T23:59:59Z"),
        ("a:\"2026-03-01\"", "a:\"2026-03-01\""),
        ("a:2026", "a:2026"),
        // Places, marks, presence.
        ("@42", "@42"),
        ("@42..50 @7.. @..9 @5..5", "@42..50 @7.. @0..9 @5"),
        ("seq:42 seq>7", "seq:42 seq>7"),
        ("tag:x tag:\"to check\" tag:a*", "tag:x tag:\"to check\" tag:a*"),
        ("note:\"a b\" note:/x/", "note:\"a b\" note:/x/"),
        ("incident:INC-1", "incident:INC-1"),
        ("has:note has:tag has:incident", "has:note has:tag has:incident"),
        ("has:metadata.region has:version", "has:metadata.region has:version"),
        ("kind:access", "kind:access"),
        ("tag:1.0", "tag:1.0"),
    ] {
        assert_eq!(canonical(text), printed, "{text}");
    }
}

/// Whether a name in quotes is the path and nothing else, and one without is the alias.
#[test]
fn names_are_aliases_unless_they_are_in_quotes() {
    for (text, is_alias) in
        [("result:x", true), ("\"result\":x", false), ("output.result:x", false), ("region:x", false)]
    {
        let query = query::parse(text, &super::Log).or_else(|_| query::parse(text, &Unknown)).unwrap();
        let Expr::Term(Term::Field { field, .. }) = query.expr else { panic!("{text}") };
        assert_eq!(matches!(field, Field::Alias(_)), is_alias, "{text}");
    }
    // Records of the log have a `result` of their own, which the window tells.
    let query = query::parse("kind:access result:x \"result\":y", &super::Log).unwrap();
    let shadowed: Vec<_> = query.shadowed.iter().map(|shadowed| (shadowed.span.clone(), shadowed.alias.name)).collect();
    assert_eq!(shadowed, [(12..18, "result")]);
}

#[test]
fn chips_are_the_pieces_of_the_text() {
    for (text, chips) in [
        ("", &[][..]),
        (" a:1  b:2 ", &["a:1", "b:2"]),
        ("a and -b not (c d) ", &["a", "-b", "not (c d)"]),
        ("a or b", &["a or b"]),
        ("(a or b) c", &["(a or b)", "c"]),
        ("(a or b)", &["(a or b)"]),
        ("(a b)c", &["(a b)", "c"]),
        ("\"x y\"(z)", &["\"x y\"", "(z)"]),
    ] {
        let query = query::parse(text, &Unknown).unwrap();
        let found: Vec<&str> = query.chips.iter().map(|chip| query.chip_text(chip)).collect();
        assert_eq!(found, chips, "{text}");
        assert_eq!(Expr::and(query.chips.iter().map(|chip| chip.expr.clone())), query.expr, "{text}");
    }
}

#[test]
fn chips_are_changed_one_at_a_time() {
    for (text, index, without, negated) in [
        ("a:1 and b:2", 1, "a:1", "a:1 and -b:2"),
        ("a:1 and b:2", 0, "b:2", "-a:1 and b:2"),
        ("a -b  c", 1, "a c", "a b  c"),
        ("not  a", 0, "", "a"),
        ("not(a b)", 0, "", "(a b)"),
        ("a or b", 0, "", "-(a or b)"),
        ("(a or b) c", 0, "c", "-(a or b) c"),
        ("--a", 0, "", "-a"),
        ("a(b)c", 1, "a c", "a -(b) c"),
        ("a(b)c", 0, "(b) c", "-a (b)c"),
    ] {
        let query = query::parse(text, &Unknown).unwrap();
        assert_eq!(query.without(index), without, "{text}");
        assert_eq!(query.negated(index), negated, "{text}");
        let active = query.active(|at| at == index);
        assert_eq!(active, query::parse(without, &Unknown).unwrap().expr, "{text}");
    }
    for (text, condition, with) in
        [("", "a:1", "a:1"), ("a", "b or c", "a (b or c)"), ("a or b ", "-c", "(a or b) -c"), ("a", "", "a")]
    {
        let condition = query::parse(condition, &Unknown).unwrap().expr;
        assert_eq!(query::parse(text, &Unknown).unwrap().with(&condition), with, "{text}");
    }
}
