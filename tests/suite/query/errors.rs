//! Wrong texts: what is said, where, and what is offered instead.

use probity::query::{self, Fault};

/// The message, the marked part as `start..end`, and the text after the fix.
#[track_caller]
fn wrong(text: &str) -> (String, std::ops::Range<usize>, Option<String>) {
    let error = query::parse(text, &super::Log).expect_err(text);
    let fixed = error.fix.as_ref().map(|fix| fix.apply(text));
    (error.to_string(), error.span, fixed)
}

#[test]
fn messages_places_and_fixes() {
    let too_much = "there is nothing behind";
    for (text, message, span, fixed) in [
        // Structure.
        ("result:deny \"x", "the quote that begins here is never closed", 12..13, Some("result:deny \"x\"")),
        ("kind:\"a\\", "the quote that begins here is never closed", 5..6, Some("kind:\"a\\\"")),
        ("(a (b)", "the parenthesis that opens here is never closed", 0..1, Some("(a (b))")),
        ("a (", "the parenthesis that opens here is never closed", 2..3, Some("a ")),
        ("a) b", "no parenthesis is open that this one could close", 1..2, Some("a b")),
        ("a () b", "there is nothing between the parentheses", 2..4, Some("a  b")),
        ("a or", &format!("{too_much} \"or\""), 2..4, Some("a ")),
        ("a or or b", &format!("{too_much} \"or\""), 2..4, Some("a  or b")),
        ("(a and)", &format!("{too_much} \"and\""), 3..6, Some("(a )")),
        ("a not", &format!("{too_much} \"not\""), 2..5, Some("a ")),
        ("not or a", &format!("{too_much} \"not\""), 0..3, Some(" or a")),
        ("a - b", &format!("{too_much} \"-\""), 2..3, Some("a  b")),
        ("-or b", &format!("{too_much} \"-\""), 0..1, Some("or b")),
        ("OR a", "there is nothing before \"OR\" that it could join", 0..2, Some(" a")),
        ("(and a)", "there is nothing before \"and\" that it could join", 1..4, Some("( a)")),
        // Words.
        (
            "ab\"c\"",
            "a quote within a word: begin the word with it, or the name behind a point",
            2..3,
            Some("ab \"c\""),
        ),
        (
            "@1..\"or\"",
            "a quote within a word: begin the word with it, or the name behind a point",
            4..5,
            Some("@1.. \"or\""),
        ),
        ("\"a\"b", "text directly behind a closing quote", 3..4, Some("\"a\" b")),
        ("kind:\"a\"\"b\"", "text directly behind a closing quote", 8..9, Some("kind:\"a\" \"b\"")),
        (
            "\"a\".\"b\"",
            "a quote within a word: begin the word with it, or the name behind a point",
            0..7,
            Some("\"\\\"a\\\".\\\"b\\\"\""),
        ),
        (
            "\"C:\\temp\"",
            "in quotes a backslash stands before \" or \\, or in \\u{…} with the hex digits of a character",
            3..5,
            Some("\"C:\\\\temp\""),
        ),
        (
            "\"\\u{d800}\"",
            "in quotes a backslash stands before \" or \\, or in \\u{…} with the hex digits of a character",
            1..3,
            Some("\"\\\\u{d800}\""),
        ),
        ("us\u{200b}er", "the character \\u{200b} does not show; in quotes it is written that way", 2..5, Some("user")),
        (
            "/etc/passwd",
            "text directly behind a regex; a text that begins with a slash goes in quotes, and (?i) ignores case",
            5..11,
            Some("\"/etc/passwd\""),
        ),
        (
            "group:/loans x",
            "the regex that begins here is never closed; a text that begins with a slash goes in quotes",
            6..7,
            Some("group:\"/loans\" x"),
        ),
        ("//", "an empty regex finds itself in every text", 0..2, Some("")),
        ("\"\"", "an empty text is in every record", 0..2, Some("")),
        ("note:\"\"", "an empty text is in every record", 5..7, None),
        ("/(/", "no regex: unclosed group", 0..3, None),
        (
            "group:/\\w{999}/",
            "the regex takes more than 1048576 bytes of memory; make its counts or character classes smaller",
            6..15,
            None,
        ),
        (":x", "there is no field before \":\"; a text that holds it goes in quotes", 0..1, None),
        ("group <= 3", "there is no field before \"<=\"; a text that holds it goes in quotes", 6..8, Some("group<=3")),
        ("metadata..region:x", "a name is missing in this path: points stand between names", 9..9, None),
        (".region:x", "a name is missing in this path: points stand between names", 0..0, None),
        // Fields.
        ("modle:x", "no record has a field \"modle\"", 0..5, Some("model:x")),
        ("a -has:verison", "no record has a field \"verison\"", 7..14, Some("a -has:version")),
        ("region:eu", "no record has a field \"region\"", 0..6, Some("metadata.region:eu")),
        ("metadata.regoin:eu", "no record has a field \"metadata.regoin\"", 0..15, Some("metadata.region:eu")),
        ("\"model\":x", "no record has a field \"\\\"model\\\"\"", 0..7, Some("model:x")),
        ("tags:x", "no record has a field \"tags\"", 0..4, Some("tag:x")),
        ("-http://x y", "a text with two slashes goes in quotes", 1..9, Some("-\"http://x\" y")),
        ("has:", "there is no value behind \"has:\"", 0..4, None),
        ("has:group:x", "has: only asks whether there is a value", 9..10, Some("group:x")),
        ("has>group", "has has no order; it goes with a colon", 3..4, Some("has:group")),
        ("group: x", "there is no value behind \"group:\"", 0..6, Some("group:x")),
        ("group: or x", "there is no value behind \"group:\"", 0..6, Some("has:group or x")),
        ("(group:)", "there is no value behind \"group:\"", 1..7, Some("(has:group)")),
        ("group>", "there is no value behind \"group>\"", 0..6, None),
        ("group:..", "there is no value behind \"..\"", 6..8, None),
        ("result=deny", "equality is written with a colon", 0..11, Some("result:deny")),
        ("metadata.region!=eu", "equality is written with a colon", 0..19, Some("-metadata.region:eu")),
        ("confidence:<0.6", "one operator too many: it is field:value or field<value", 10..12, Some("confidence<0.6")),
        // Values.
        ("confidence<0,6", "confidence is a number; \"0,6\" is none", 11..14, Some("confidence<0.6")),
        ("confidence:.5..high", "confidence is a number; \".5\" is none", 11..13, Some("confidence:0.5..high")),
        ("confidence:high", "confidence is a number; \"high\" is none", 11..15, None),
        ("confidence:0.*", "wildcards and regexes are for texts; confidence is a number", 11..14, None),
        ("time:/x/", "wildcards and regexes are for texts; time is a time", 5..8, None),
        (
            "time>yesterday",
            "\"yesterday\" is no time: write it as 2026, 2026-03, 2026-03-01 or 2026-03-01T09:30:00Z",
            5..14,
            None,
        ),
        ("time:2026-02-30", "\"2026-02-30\" is no time: there is no such date", 5..15, None),
        ("group:2026-02-30", "\"2026-02-30\" is no time: there is no such date", 6..16, None),
        ("time<2026-03-01T25:00", "\"2026-03-01T25:00\" is no time: there is no such time of day", 5..21, None),
        (
            "version>=canary",
            "\"canary\" is no version, so nothing is before or after it; versions have numbers, such as 2.4 or 2.4-rc1",
            9..15,
            None,
        ),
        ("version>=2.*", "a text with wildcards is no end of a range, and nothing is before or after it", 9..12, None),
        (
            "group>high",
            "\"high\" is no number, time or version; to compare as text, put it in quotes",
            6..10,
            Some("group>\"high\""),
        ),
        ("reviewed:yes", "\"yes\" is no value of reviewed; there are true, false", 9..12, None),
        ("reviewed>false", "reviewed is true or false: nothing is greater or less", 8..9, Some("reviewed:false")),
        ("correct:true..false", "correct is true or false: nothing is greater or less", 8..19, None),
        (
            "version_source:infered",
            "\"infered\" is no value of version_source; there are recorded, inferred, ambiguous, unknown",
            15..22,
            Some("version_source:inferred"),
        ),
        (
            "kind:acess",
            "\"acess\" is no value of kind; there are decision, outcome, review, deployment, training, system, access, roster, \
             change, dataset, incident, monitor, erasure, log",
            5..10,
            Some("kind:access"),
        ),
        ("group::x", "one operator too many: it is field:value or field<value", 5..7, Some("group:x")),
        ("tag>x", "tag has no order; it goes with a colon", 3..4, Some("tag:x")),
        ("tag:a..b", "tag has no order; it goes with a colon", 4..8, None),
        // Ranges.
        ("confidence:0.6..0.2", "the range ends before it begins", 11..19, Some("confidence:0.2..0.6")),
        ("time:2026-03-08..2026-03-01", "the range ends before it begins", 5..27, Some("time:2026-03-01..2026-03-08")),
        ("version:2.10..2.4", "the range ends before it begins", 8..17, Some("version:2.4..2.10")),
        ("id:\"b c\"..a", "the range ends before it begins", 3..11, Some("id:a..\"b c\"")),
        ("@50..42", "the range ends before it begins", 0..7, Some("@42..50")),
        (
            "group:1..2026-03-01",
            "the ends of the range are not of one type: both numbers, both times or both versions",
            6..19,
            None,
        ),
        (
            "group:../etc",
            "a range of texts needs both ends; a text with two points goes in quotes",
            6..12,
            Some("group:\"../etc\""),
        ),
        (
            "user:a..",
            "a range of texts needs both ends; a text with two points goes in quotes",
            5..8,
            Some("user:\"a..\""),
        ),
        ("group<1..2", "a range goes with a colon: field:a..b", 6..10, Some("group:1..2")),
        ("@", "\"@\" is no place in the log; places are whole numbers from 0, as in @42 or @42..50", 0..1, None),
        ("@x..", "\"@x..\" is no place in the log; places are whole numbers from 0, as in @42 or @42..50", 0..4, None),
        (
            "@99999999999999999999",
            "\"@99999999999999999999\" is no place in the log; places are whole numbers from 0, as in @42 or @42..50",
            0..21,
            None,
        ),
    ] {
        assert_eq!(wrong(text), (message.to_owned(), span, fixed.map(str::to_owned)), "{text}");
    }
}

#[test]
fn limits() {
    let deep = |levels: usize| format!("{}a{}", "(".repeat(levels), ")".repeat(levels));
    let parse = |text: &str| query::parse(text, &query::Unknown).map(drop).map_err(|error| error.fault);
    assert_eq!(parse(&deep(query::MAX_DEPTH)), Ok(()));
    assert_eq!(parse(&deep(query::MAX_DEPTH + 1)), Err(Fault::TooDeep));
    assert_eq!(parse(&"(".repeat(query::MAX_BYTES)), Err(Fault::TooDeep));
    assert_eq!(parse(&format!("{}a", "-".repeat(query::MAX_DEPTH))), Ok(()));
    assert_eq!(parse(&format!("{}a", "not ".repeat(query::MAX_DEPTH + 1))), Err(Fault::TooDeep));
    assert_eq!(parse(&"a ".repeat(query::MAX_BYTES / 2)), Ok(()));
    assert_eq!(parse(&"a".repeat(query::MAX_BYTES + 1)), Err(Fault::TooLong(query::MAX_BYTES + 1)));
    assert_eq!(parse(&"/a/ ".repeat(query::MAX_REGEXES)), Ok(()));
    assert_eq!(parse(&"/a/ ".repeat(query::MAX_REGEXES + 1)), Err(Fault::TooManyRegexes));
}

#[test]
fn reports_mark_the_place() {
    for (text, report) in [
        ("größe modle:x", "größe modle:x\n      ^^^^^\nno record has a field \"modle\"\nhelp: did you mean model?"),
        ("(a", "(a\n^\nthe parenthesis that opens here is never closed\nhelp: put ) there"),
        ("a)", "a)\n ^\nno parenthesis is open that this one could close\nhelp: take ) out"),
        (
            "us\u{202e}er",
            "us\\u{202e}er\n  ^^^^^^^^\nthe character \\u{202e} does not show; in quotes it is written that way\nhelp: take \\u{202e} out",
        ),
        ("a\n)", "a\\u{a})\n      ^\nno parenthesis is open that this one could close\nhelp: take ) out"),
    ] {
        assert_eq!(query::parse(text, &super::Log).expect_err(text).report(text), report);
    }
    // A long filter is cut around the place.
    let text = format!("{}) {}", "a ".repeat(1000), "b ".repeat(1000));
    let report = query::parse(&text, &super::Log).expect_err("a stray parenthesis").report(&text);
    let lines: Vec<&str> = report.lines().collect();
    assert!(lines[0].chars().count() < 200 && lines[0].starts_with('…') && lines[0].ends_with('…'));
    assert_eq!(lines[0].chars().position(|c| c == ')'), lines[1].chars().position(|c| c == '^'));
}
