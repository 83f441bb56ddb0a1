//! The lines that a sieve finds are those that the plain evaluation finds, whatever the lines are.

use chrono::FixedOffset;
use proptest::prelude::*;
use proptest::sample::select;

use probity::bundle::line::Line;
use probity::query::value::Interval;
use probity::query::value::number::Number;
use probity::query::value::pattern::{Glob, Matcher, Regex};
use probity::query::value::version::Version;
use probity::query::{self, Alias, Document, Expr, Field, Mark, Path, Resolver, Sieve, Term, Test, Unknown};
use probity::record::check;

/// What a sieve knows of a record.
struct Known(u64, Option<FixedOffset>);

impl Resolver for Known {
    fn seq(&self) -> u64 {
        self.0
    }

    fn zone(&self) -> Option<FixedOffset> {
        self.1
    }
}

fn read_line(line: &[u8]) -> Option<(u64, &[u8])> {
    Line::parse(line).map(|line| (line.seq, line.record))
}

fn zone() -> Option<FixedOffset> {
    FixedOffset::east_opt(3600)
}

fn plainly(terms: &[Term], lines: &[u8], first_row: u32) -> Vec<Vec<u32>> {
    let mut rows: Vec<&[u8]> = lines.split(|byte| *byte == b'\n').collect();
    if rows.last().is_some_and(|row| row.is_empty()) {
        rows.pop();
    }
    let passes = |term: &Term, line: &[u8]| {
        let Some((seq, record)) = read_line(line) else { return false };
        let Some(record) = std::str::from_utf8(record).ok().filter(|record| check(record).is_ok()) else {
            return false;
        };
        query::matches(&Expr::Term(term.clone()), &Document::parse(record).unwrap(), &Known(seq, zone()))
    };
    let of_term = |term| (first_row..).zip(&rows).filter(|(_, line)| passes(term, line)).map(|(row, _)| row).collect();
    terms.iter().map(of_term).collect()
}

fn found(terms: &[Term], lines: &[u8], first_row: u32) -> Vec<Vec<u32>> {
    let mut out = vec![Vec::new(); terms.len()];
    Sieve::new(terms, zone(), read_line).scan(lines, first_row, &mut out);
    out
}

fn line(seq: u64, record: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Line { seq, prev: [0xab; 32], hash: [0x0c; 32], record }.write(&mut out);
    out
}

/// The terms side by side of a filter.
fn terms(filter: &str) -> Vec<Term> {
    let parts = match query::parse(filter, &Unknown).unwrap_or_else(|error| panic!("{}", error.report(filter))).expr {
        Expr::And(parts) => parts,
        part => vec![part],
    };
    parts.into_iter().map(|part| if let Expr::Term(term) = part { term } else { panic!("{filter}") }).collect()
}

/// Characters with lower cases of more bytes, of fewer, and of two characters; those that have escapes of their own; two
/// units; and some that are often beside each other.
const CHARS: &str = "aabkkKiiI1.0 -*ßẞsſäÄå\u{212a}\u{212b}İİ\u{307}ıȺⱥΣςσ\"/\\\n\t\u{7f}\u{85}\u{1f600}𐐀𐐨";

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(CHARS.chars().collect::<Vec<_>>()), 0..6).prop_map(String::from_iter)
}

fn escape(c: char, upper: bool) -> String {
    let unit = |unit: &u16| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    c.encode_utf16(&mut [0; 2]).iter().map(unit).collect()
}

/// A JSON string in one of the ways to write it.
fn written(text: &str, ways: &[u8]) -> String {
    let mut out = "\"".to_owned();
    for (c, way) in text.chars().zip(ways.iter().cycle()) {
        match (way, c) {
            (0, _) => out.push_str(&escape(c, false)),
            (1, _) => out.push_str(&escape(c, true)),
            (2, '/') => out.push_str("\\/"),
            (_, '\n') => out.push_str("\\n"),
            (_, '"' | '\\') => out.extend(['\\', c]),
            (_, c) if c < ' ' => out.push_str(&escape(c, false)),
            _ => out.push(c),
        }
    }
    out + "\""
}

fn string(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (text, proptest::collection::vec(0_u8..10, 1..5)).prop_map(|(text, ways)| written(&text, &ways))
}

const NAMES: [&str; 6] = ["a", "b", "0", "1", "kß", "a/b"];
const SCALARS: [&str; 12] =
    ["null", "true", "false", "1", "1.0", "10e-1", "0.5E0", "\"1\"", "\"2.4\"", "\"2026-03-01T00:00:00\"", "[]", "{}"];

/// A value whose objects have members of these names.
fn value(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let scalar = prop_oneof![string(text()), select(&SCALARS[..]).prop_map(str::to_owned)];
    scalar.prop_recursive(3, 16, 4, move |inner| {
        let member = (string(prop_oneof![4 => select(names).prop_map(str::to_owned), 1 => text()]), inner.clone());
        let object = proptest::collection::vec(member, 0..4).prop_map(object);
        prop_oneof![object, proptest::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(", ")))]
    })
}

/// Most doubles are left out: a record that has some is none.
fn object(members: Vec<(String, String)>) -> String {
    let mut seen = std::collections::HashSet::new();
    let members = members.into_iter().filter(|(name, _)| seen.insert(name.clone()));
    let members: Vec<String> = members.map(|(name, value)| format!("{name}:{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// Members that aliases read.
const ALIASED: [&str; 16] = [
    "kind",
    "model",
    "output",
    "timestamp",
    "audit_id",
    "user",
    "version",
    "result",
    "id",
    "reviewer",
    "subject",
    "context",
    "confidence",
    "user_id",
    "seq",
    "time",
];

fn record() -> impl Strategy<Value = String> {
    let free = proptest::collection::vec(
        (string(prop_oneof![select(&NAMES[..]).prop_map(str::to_owned), text()]), value(&NAMES)),
        0..5,
    );
    let known = proptest::collection::vec(
        prop_oneof![
            2 => select(&["\"decision\"", "\"access\"", "\"review\"", "\"deployment\"", "\"log\"", "1"][..])
                .prop_map(|kind| ("\"kind\"".to_owned(), kind.to_owned())),
            2 => select(&["\"2026-03-01T00:30:00\"", "\"2026-03-01T00:00:00Z\"", "\"k\""][..])
                .prop_map(|time| ("\"timestamp\"".to_owned(), time.to_owned())),
            1 => string(text()).prop_map(|id| ("\"audit_id\"".to_owned(), id)),
            2 => (select(&["version", "id"][..]), select(&["\"2.4\"", "\"k\"", "null"][..]))
                .prop_map(|(name, value)| ("\"model\"".to_owned(), format!("{{\"{name}\":{value}}}"))),
            1 => Just(("\"output\"".to_owned(), "{\"confidence\":0.5}".to_owned())),
            2 => (string(select(&ALIASED[..]).prop_map(str::to_owned)), value(&ALIASED)),
        ],
        0..6,
    );
    prop_oneof![free.boxed(), known.boxed()].prop_map(object)
}

const REGEXES: [&str; 19] = [
    "(?m)^k$",
    "[a$^k]k$",
    "(?s)a.k|^/$",
    "^k",
    "i$",
    r"\bk\b",
    "[^a]k",
    "(?i)ß",
    "a|k$",
    "\"",
    r"\\",
    "/",
    "^$",
    "a.*k",
    "[0-9]+",
    "k{2}",
    "\\n",
    "k\\B",
    "",
];

fn matcher() -> impl Strategy<Value = Matcher> {
    prop_oneof![
        3 => text().prop_map(Matcher::Text),
        1 => select(&["ab", "0c", "seq", "record", "hash", "1", "kß", "true", "null", "decision", "2.4"][..])
            .prop_map(|text| Matcher::Text(text.to_owned())),
        2 => (text(), text()).prop_map(|(a, b)| Matcher::Glob(Glob::new(&format!("{a}*{b}")).unwrap())),
        2 => select(&REGEXES[..]).prop_map(|regex| Matcher::Regex(Regex::new(regex).unwrap())).boxed(),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    let number = |text: &str| Number::parse(text).unwrap();
    prop_oneof![
        2 => Just(Test::Present),
        4 => matcher().prop_map(Test::Is),
        1 => Just(Test::Number(Interval::Within(number("0.5"), number("1")))),
        1 => Just(Test::Version(Interval::From(Version::parse("2").unwrap()))),
        1 => text().prop_map(|text| Test::Order(Interval::UpTo(text))),
        1 => Just(terms("time:2026-02-28T23").remove(0)).prop_map(|term| match term {
            Term::Field { test, .. } => test,
            _ => panic!("a field"),
        }),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    let name = || prop_oneof![4 => select(&NAMES[..]).prop_map(str::to_owned), 1 => text()];
    let path = proptest::collection::vec(name(), 1..4).prop_map(|path| Field::Path(Path::new(path).unwrap()));
    let alias = (0..Alias::ALL.len()).prop_map(|at| Field::Alias(&Alias::ALL[at]));
    prop_oneof![
        8 => matcher().prop_map(Term::Text),
        4 => (path, test()).prop_map(|(field, test)| Term::Field { field, test }),
        4 => (alias, test()).prop_map(|(field, test)| Term::Field { field, test }),
        1 => (0_u64..4).prop_map(|from| Term::Seq { from, to: from + 1 }),
        1 => Just(Term::Mark { mark: Mark::Tag, matcher: None }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn rows_are_those_of_the_plain_evaluation(
        records in proptest::collection::vec(record(), 1..8),
        terms in proptest::collection::vec(term(), 1..12),
        first_row in 0_u32..1000,
    ) {
        let lines: Vec<u8> = (0..).zip(&records).flat_map(|(seq, record)| line(seq, record.as_bytes())).collect();
        prop_assert_eq!(found(&terms, &lines, first_row), plainly(&terms, &lines, first_row), "{}", String::from_utf8_lossy(&lines));
    }

    /// A needle is cut out of a record's own texts, so that it is there.
    #[test]
    fn what_is_there_is_found(
        before in text(), needle in text(), behind in text(), ways in proptest::collection::vec(0_u8..10, 1..9), upper in any::<bool>(),
    ) {
        let cased = if upper { needle.to_uppercase() } else { needle.clone() };
        let record = format!("{{\"x\":{},\"y\":{}}}", written(&(before.clone() + &needle + &behind), &ways), written(&(before + &cased + &behind), &ways));
        let terms = [
            Term::Text(Matcher::Text(needle.clone())),
            Term::Text(Matcher::Glob(Glob::new(&format!("*{needle}*")).unwrap())),
        ];
        let lines = line(0, record.as_bytes());
        prop_assert_eq!(found(&terms, &lines, 7), [[7], [7]], "{}", record);
    }

    #[test]
    fn broken_lines_are_rows_with_nothing_in_them(
        records in proptest::collection::vec(record(), 1..6),
        terms in proptest::collection::vec(term(), 1..6),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), select(&b"\n\n\"\\{}[]:,u0k \xff\xc4\r"[..]), 0_u8..3), 0..6),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut lines: Vec<u8> = (0..).zip(&records).flat_map(|(seq, record)| line(seq, record.as_bytes())).collect();
        for (at, byte, way) in edits {
            let at = at.index(lines.len());
            match way {
                0 => lines[at] = byte,
                1 => lines.insert(at, byte),
                _ => drop(lines.remove(at)),
            }
        }
        if is_cut {
            lines.truncate(cut.index(lines.len() + 1));
        }
        prop_assert_eq!(found(&terms, &lines, 0), plainly(&terms, &lines, 0), "{}", String::from_utf8_lossy(&lines));
    }
}

#[test]
fn lines_of_every_kind() {
    let good = r#"{"a":"needle"}"#;
    let text = String::from_utf8(line(1, good.as_bytes())).unwrap();
    let text = text.trim_end();
    let deep = |levels: usize| format!(r#"{{"a":"needle","b":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    for (name, bytes, matches) in [
        ("good", text.into(), true),
        ("a wrong hash", text.replace("0c0c", "1d1d").into_bytes(), true),
        ("empty", Vec::new(), false),
        ("a carriage return", format!("{text}\r").into_bytes(), false),
        ("white space before", format!(" {text}").into_bytes(), false),
        ("cut short", text[..text.len() - 1].into(), false),
        ("a hash that is none", text.replace("0c0c", "0C0C").into_bytes(), false),
        ("in the envelope only", text.replace("needle", "other").replace("prev", "needle").into_bytes(), false),
        ("the record alone", good.into(), false),
        ("not UTF-8", [b"\xff", text.as_bytes()].concat(), false),
        ("not UTF-8 in the record", line(1, b"{\"a\":\"needle\xff\"}"), false),
        ("a double member", line(1, br#"{"a":"needle","a":1}"#), false),
        ("a number that is not finite", line(1, br#"{"a":"needle","b":1e999}"#), false),
        ("a lone surrogate", line(1, br#"{"a":"needle","b":"\ud800"}"#), false),
        ("a member behind it that is cut", line(1, br#"{"a":"needle","b"}"#), false),
        ("two records", line(1, br#"{"a":"needle"}{"a":1}"#), false),
        ("as deep as may be", line(1, deep(63).as_bytes()), true),
        ("too deep", line(1, deep(64).as_bytes()), false),
        (
            "the longest record",
            line(1, format!(r#"{{"a":"needle","b":"{}"}}"#, "x".repeat((1 << 20) - 21)).as_bytes()),
            true,
        ),
        ("too long", line(1, format!(r#"{{"a":"needle","b":"{}"}}"#, "x".repeat((1 << 20) - 20)).as_bytes()), false),
    ] {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let ask = terms("needle a:needle /^needle$/ /need/ a:nee*");
        for (lines, row) in [(bytes.to_vec(), 0), ([bytes, b"\n"].concat(), 0), ([b"x\n\n", bytes, b"\nx"].concat(), 2)]
        {
            let expected = if matches { vec![row + 5] } else { vec![] };
            assert_eq!(found(&ask, &lines, 5), vec![expected; 5], "{name}");
            assert_eq!(found(&ask, &lines, 5), plainly(&ask, &lines, 5), "{name}");
        }
    }
}

#[test]
fn what_is_searched() {
    for (filter, record, matches) in [
        ("needle", r#"{"needle":1}"#, false),
        ("needle", r#"{"a":[{"b":"a NEEDLE b"}]}"#, true),
        ("needle", r#"{"needle":"x","needle2":"needle"}"#, true),
        ("needle", r#"{"a":"n\u0065edle"}"#, true),
        ("needle", r#"{"a":"n\\u0065edle"}"#, false),
        ("a/b", r#"{"a":"a\/b"}"#, true),
        ("1e5", r#"{"a":1E5}"#, true),
        ("0c0c", r#"{"a":1}"#, false),
        ("true", r#"{"a":true}"#, false),
        ("a:true", r#"{"a":true}"#, true),
        ("\"1,2\"", r#"{"a":[1,2]}"#, false),
        ("kelvin", r#"{"a":"\u212Aelvin"}"#, true),
        ("kelvin", "{\"a\":\"\u{212a}elvin\"}", true),
        ("istanbul", "{\"a\":\"\u{130}stanbul\"}", false),
        ("i\u{307}stanbul", "{\"a\":\"\u{130}stanbul\"}", true),
        ("stanbul", "{\"a\":\"\u{130}stanbul\"}", true),
        ("xi", "{\"a\":\"x\u{130}\"}", true),
        ("İ", r#"{"a":"\u0130"}"#, true),
        ("MASSE", "{\"a\":\"maße\"}", false),
        ("maẞe", "{\"a\":\"MAßE\"}", true),
        ("s", "{\"a\":\"\u{17f}\"}", false),
        ("\u{1f600}", r#"{"a":"\ud83d\ude00"}"#, true),
        ("x*z", r#"{"a":"x","b":"z"}"#, false),
        ("/^a\\nb$/", r#"{"a":"a\nb"}"#, true),
        ("/^a$/", r#"{"b":"a"}"#, true),
        ("/a$/", r#"{"b":"ab"}"#, false),
        ("a.b:x", r#"{"a":[{"b":"y"},{"b":["x"]}]}"#, true),
        ("a.1.b:x", r#"{"a":[{"b":"x"},{"b":"y"}]}"#, false),
        ("a.0:x", r#"{"a":{"0":"x"}}"#, true),
        ("a.0.0:x", r#"{"a":[["x"]]}"#, true),
        ("a.0:x", r#"{"a":[["x"]]}"#, true),
        ("a:x", r#"{"b":{"a":"x"}}"#, false),
        ("a:x", r#"{"\u0061":"x"}"#, true),
        ("a:xyz", r#"{"a":"\u0078y\u007a"}"#, true),
        ("has:a", r#"{"a":[]}"#, true),
        ("has:a", r#"{"a":null}"#, false),
        ("has:a.b", r#"{"a":[{"b":null},{"b":{}}]}"#, true),
        ("kind:decision", r#"{"model":1,"output":null}"#, true),
        ("user:x", r#"{"kind":"review","reviewer":"x"}"#, true),
        ("user:x", r#"{"kind":"log","reviewer":"x"}"#, false),
        ("seq:3", r#"{"a":1}"#, true),
        ("time:2026-02-28", r#"{"timestamp":"2026-03-01T00:30:00"}"#, true),
        ("version_source:recorded", r#"{"kind":"decision","model":{"version":"1"}}"#, true),
    ] {
        let (ask, lines) = (terms(filter), line(3, record.as_bytes()));
        let expected: &[u32] = if matches { &[0] } else { &[] };
        assert_eq!(plainly(&ask, &lines, 0), [expected], "{filter} {record} by the plain evaluation");
        assert_eq!(found(&ask, &lines, 0), [expected], "{filter} {record}");
    }
}

/// More lines than are looked at at once, and more terms.
#[test]
fn rows_are_counted_through() {
    let mut lines = Vec::new();
    for seq in 0..3000_usize {
        let padding = "x".repeat(seq * 37 % 400);
        lines.extend(line(seq as u64, format!(r#"{{"n":{seq},"word":"w{}","p":"{padding}"}}"#, seq % 70).as_bytes()));
    }
    lines.pop();
    let terms: Vec<Term> = (0..70).flat_map(|n| terms(&format!("word:w{n} /^w{n}$/"))).collect();
    let found = found(&terms, &lines, 100);
    for (at, rows) in (0_u32..).zip(&found) {
        let expected: Vec<u32> = (0..3000).filter(|row| row % 70 == at / 2).map(|row| row + 100).collect();
        assert_eq!(*rows, expected, "{at}");
    }
}

/// Rows are numbered with 32 bits; there are none beyond.
#[test]
fn rows_end_with_their_numbers() {
    let lines: Vec<u8> = (0..3).flat_map(|seq| line(seq, br#"{"a":"b"}"#)).collect();
    assert_eq!(found(&terms("b"), &lines, u32::MAX - 1), [[u32::MAX - 1, u32::MAX]]);
}
