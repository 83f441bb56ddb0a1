//! Filters over the fields that the records have.

use probity::query::value::pattern::{Glob, Matcher, Regex};
use probity::query::{self, Alias, Expr, Field, Path, Term, Test, Unknown};
use proptest::prelude::*;
use proptest::sample::select;

const PATHS: &[&str] = &[
    "model",
    "model.id",
    "model.version",
    "output",
    "output.result",
    "output.result.decision",
    "output.result.0",
    "output.confidence",
    "metadata",
    "metadata.a",
    "metadata.b",
    "metadata.0",
    "metadata.a.b",
    "metadata.a.0",
    "metadata.0.a",
    "metadata.0.0",
    "metadata.1",
    "metadata.\"x.y\"",
    "metadata.version",
    "metadata.\"Größe\"",
    "metadata.\"\"",
    "input",
    "input.a",
    "input.0",
    "input.version",
    "decision",
    "label",
    "action",
    "reviewer",
    "reason",
    "audit_id",
    "timestamp",
    "\"kind\"",
    "\"user\"",
    "\"time\"",
    "\"seq\"",
    "\"id\"",
    "\"log\"",
    "\"line_state\"",
    "\"result\"",
    "\"version\"",
    "\"outcome\"",
    "a",
    "a.0",
    "b",
    "b.a",
    "\"x.y\"",
    "approvals",
    "approvals.by",
    "approvals.0.by",
    "approvals.1",
    "approvals.at",
    "traffic_percent",
    "environment",
    "context.user_id",
    "subject.id",
    "subject.group",
    "seconds",
    "bytes",
    "window.from",
    "active",
    "new_result",
    "nothing.there",
    "result.path",
    "result.adverse",
    "result.adverse.0",
    "models",
    "models.0",
    "event",
    "origin",
    "change_request",
];

/// Tests with operands of every type: they are asked of fields of every type.
const TESTS: &[&str] = &[
    "has:a",
    "a:1",
    "a:\"1\"",
    "a:\"1.0\"",
    "a:0",
    "a<1",
    "a>=1",
    "a:0..2",
    "a>0.1",
    "a<=0.1000000000000000055",
    "a>12345678901234567890123",
    "a:12345678901234567890123",
    "a:\"12345678901234567890123\"",
    "a:100",
    "a:deny",
    "a:*e*",
    "a:d*",
    "a:/^[a-z]+$/",
    "a:/./",
    "a:/(?i)größe/",
    "a:2026-03-01",
    "time:2026-03-01T00:05",
    "time<2026-03-01T00:05:00Z",
    "time>=2026",
    "time:2016-12-31T23:59:59",
    "time<1900",
    "time>2299",
    "time:1969-12-31",
    "time:2026-03-01T00:04:00.123456789Z",
    "version>=2.4",
    "version:2",
    "version<2.10",
    "version:2*",
    "version>2.0",
    "a:true",
    "reviewed:false",
    "reviewed:true",
    "a:\"b\"..\"e\"",
    "id>\"d2\"",
    "id<=\"d1\"",
    "a:\"\"",
    "kind:decision",
    "kind:something",
    "id:d1",
    "id:d*",
    "label:good",
    "version_source:inferred",
    "version_source:ambiguous",
    "model:m",
    "a:\"a*b\"",
    "seq>2",
    "seq:0..4",
    "confidence<0.6",
    "confidence:0.6",
    "user:u1",
    "user:7",
    "a:\"k\\n\\\"q\\\"\"",
    "a:override",
    "a:1e2",
    "time:2026-03-01T00:03:30..2026-03-01T00:05:30",
    "log:*a*",
    "line_state:intact",
    "line_state:altered",
    "a:invalid",
];

/// A field, as it is written.
pub(crate) fn field(text: &str) -> Field {
    match term(&format!("has:{text}")) {
        Term::Field { field, .. } => field,
        _ => panic!("{text} is no field"),
    }
}

fn term(text: &str) -> Term {
    match query::parse(&text.replace("\\n", "\\u{a}"), &Unknown)
        .unwrap_or_else(|error| panic!("{}", error.report(text)))
        .expr
    {
        Expr::Term(term) => term,
        _ => panic!("{text} is no term"),
    }
}

pub(crate) fn fields() -> BoxedStrategy<Field> {
    // Which bundle it is the records do not know.
    let aliases: Vec<&'static Alias> = Alias::ALL.iter().filter(|alias| alias.name != "bundle").collect();
    let alias = select(aliases).prop_map(Field::Alias);
    let names = &["a", "b", "0", "1", "x.y", "version", "id", "model", "output", "metadata", "input", "Größe"][..];
    let path = proptest::collection::vec(select(names).prop_map(str::to_owned), 1..4);
    prop_oneof![
        4 => alias,
        4 => select(PATHS).prop_map(field),
        1 => path.prop_map(|path| Field::Path(Path::new(path).unwrap())),
    ]
    .boxed()
}

fn tests() -> impl Strategy<Value = Test> {
    select(TESTS).prop_map(|text| match term(text) {
        Term::Field { test, .. } => test,
        _ => panic!("{text} is no test"),
    })
}

fn terms() -> impl Strategy<Value = Term> {
    let matcher = prop_oneof![
        select(
            &[
                "deny",
                "größe",
                "abc",
                "1",
                "d1",
                "12345678901234567890123",
                "k",
                "\"",
                "a*b",
                "2026",
                "decision",
                "",
                "u1"
            ][..]
        )
        .prop_map(|text| Matcher::Text(text.to_owned())),
        select(&["d*y", "gr*e", "*", "a*b"][..]).prop_map(|text| Matcher::Glob(Glob::new(text).unwrap())),
        select(&["^d[0-9]$", "(?i)GRÖ", "k\\n", "^$", "."][..])
            .prop_map(|text| Matcher::Regex(Regex::new(text).unwrap())),
    ];
    prop_oneof![
        12 => (fields(), tests()).prop_map(|(field, test)| Term::Field { field, test }),
        2 => fields().prop_map(|field| Term::Field { field, test: Test::Present }),
        2 => matcher.prop_map(Term::Text),
        1 => (0..12_u64, 0..12_u64).prop_map(|(a, b)| Term::Seq { from: a.min(b), to: a.max(b) }),
        1 => (0..12_u64).prop_map(|from| Term::Seq { from, to: u64::MAX }),
    ]
}

/// Any filter without marks.
pub(crate) fn filters() -> BoxedStrategy<Expr> {
    let all = prop_oneof![30 => terms().prop_map(Expr::Term), 1 => Just(Expr::All)];
    all.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Expr::negated),
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Expr::and),
            proptest::collection::vec(inner, 0..4).prop_map(Expr::or),
        ]
    })
    .boxed()
}
