//! What holds of every filter: trees print and read back, nothing panics, logic is logic, chips are the whole.

use proptest::prelude::*;

use probity::query::complete::complete;
use probity::query::value::Interval;
use probity::query::value::number::Number;
use probity::query::value::pattern::{Glob, Matcher, Regex};
use probity::query::value::time::TimeRange;
use probity::query::value::version::Version;
use probity::query::{self, Alias, Document, Expr, Field, FieldType, Mark, Path, Term, Test, Unknown};

use super::records::Facts;

/// Names with everything in them that the grammar has a use for.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("version".to_owned()),
        Just("0".to_owned()),
        Just("tag".to_owned()),
        "[-@/a.:<>=*\"\\\\() \u{202e}\u{a0}é..]{0,4}",
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![name(), "[0-9]{1,3}", "2026-03-0[1-9]", "[0-9]\\.[0-9]", Just("or".to_owned()), "[ -~é\u{7}]{1,6}"]
}

fn field() -> impl Strategy<Value = Field> {
    prop_oneof![
        (0..Alias::ALL.len()).prop_map(|at| Field::Alias(&Alias::ALL[at])),
        proptest::collection::vec(name(), 1..4).prop_map(|members| Field::Path(Path::new(members).unwrap())),
    ]
}

fn pattern() -> impl Strategy<Value = Matcher> {
    prop_oneof![
        "[ab]{0,2}\\*[ab*]{0,3}".prop_map(|text| Matcher::Glob(Glob::new(&text).unwrap())),
        "[ab(]|a\\\\/b|\\^[ab]{1,3} ?\\$".prop_filter_map("a regex", |text| Regex::new(&text).ok().map(Matcher::Regex)),
    ]
}

fn interval<T: Clone + std::fmt::Debug>(
    value: impl Strategy<Value = T> + Clone,
    is_less: impl Fn(&T, &T) -> bool + Clone,
) -> impl Strategy<Value = Interval<T>> {
    (0..5, value.clone(), value).prop_map(move |(form, a, b)| match form {
        0 => Interval::Below(a),
        1 => Interval::UpTo(a),
        2 => Interval::Above(a),
        3 => Interval::From(a),
        _ if is_less(&b, &a) => Interval::Within(b, a),
        _ => Interval::Within(a, b),
    })
}

fn number() -> impl Strategy<Value = Number> + Clone {
    "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,5})?(e-?[0-9]{1,3})?".prop_map(|text| Number::parse(&text).unwrap())
}

fn numbers() -> impl Strategy<Value = Test> {
    interval(number(), |a, b| a < b).prop_map(Test::Number)
}

fn versions() -> impl Strategy<Value = Test> {
    let version = "[v]?[0-9]{1,2}\\.[0-9]{1,3}(-rc[0-9])?".prop_map(|text| Version::parse(&text).unwrap());
    interval(version, |a, b| a.precedence(b).is_lt()).prop_map(Test::Version)
}

fn times() -> impl Strategy<Value = Test> {
    let text = "20[0-9]{2}-0[1-9]-[12][0-8](T1[0-9](:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?)?";
    (text, text, 0..6).prop_map(|(a, b, form)| {
        let (a, b) = (TimeRange::parse(&a).unwrap(), TimeRange::parse(&b).unwrap());
        Test::Time(match form {
            0 => a.before(),
            1 => a.up_to(),
            2 => a.since(),
            3 => a.after(),
            4 => a,
            _ => TimeRange::spanning(a, b).unwrap_or(b),
        })
    })
}

fn order() -> impl Strategy<Value = Test> {
    interval(any_text().boxed(), |a, b| a < b).prop_map(Test::Order)
}

fn is() -> impl Strategy<Value = Test> {
    prop_oneof![any_text().prop_map(Matcher::Text), pattern()].prop_map(Test::Is)
}

fn has_texts(field: &Field) -> bool {
    let is_open = !matches!(field, Field::Alias(Alias { name: "version_source" | "line_state", .. }));
    is_open && matches!(field.field_type(), FieldType::Text | FieldType::Any | FieldType::Version)
}

/// A test that the field's type has.
fn test(field: &Field) -> BoxedStrategy<Test> {
    match (field, field.field_type()) {
        (Field::Alias(Alias { name: "line_state", .. }), _) => {
            Just(Test::Is(Matcher::Text("altered".to_owned()))).boxed()
        }
        (Field::Alias(Alias { name: "version_source", .. }), _) => {
            Just(Test::Is(Matcher::Text("inferred".to_owned()))).boxed()
        }
        (_, FieldType::Text) => prop_oneof![Just(Test::Present), is(), order()].boxed(),
        (_, FieldType::Number) => prop_oneof![Just(Test::Present), numbers()].boxed(),
        (_, FieldType::Time) => prop_oneof![Just(Test::Present), times()].boxed(),
        (_, FieldType::Version) => prop_oneof![Just(Test::Present), is(), versions()].boxed(),
        (_, FieldType::Boolean) => {
            prop_oneof![Just(Test::Present), Just(Test::Is(Matcher::Text("true".to_owned())))].boxed()
        }
        (_, FieldType::Any) => {
            prop_oneof![Just(Test::Present), is(), numbers(), times(), order(), any_versions()].boxed()
        }
    }
}

/// Where the field has no type, versions of which both ends read as numbers are numbers.
fn any_versions() -> impl Strategy<Value = Test> {
    let version = "[0-9]\\.[0-9]\\.[0-9]".prop_map(|text| Version::parse(&text).unwrap());
    interval(version, |a, b| a.precedence(b).is_lt()).prop_map(Test::Version)
}

fn term() -> impl Strategy<Value = Expr> {
    let text = any_text().prop_filter("no text", |text| !text.is_empty()).prop_map(Matcher::Text);
    let text = prop_oneof![text, pattern()].boxed();
    prop_oneof![
        4 => field().prop_flat_map(|field| (Just(field.clone()), test(&field)))
            .prop_map(|(field, test)| Term::Field { field, test }),
        1 => (0_u64..20, 0_u64..20).prop_map(|(a, b)| Term::Seq { from: a.min(b), to: a.max(b) }),
        1 => (0_u64..20).prop_map(|from| Term::Seq { from, to: u64::MAX }),
        2 => text.clone().prop_map(Term::Text),
        1 => (proptest::sample::select(&Mark::ALL[..]), proptest::option::of(text))
            .prop_map(|(mark, matcher)| Term::Mark { mark, matcher }),
    ]
    .prop_map(Expr::Term)
}

fn expr() -> impl Strategy<Value = Expr> {
    term().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Expr::negated),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Expr::and),
            proptest::collection::vec(inner, 1..4).prop_map(Expr::or),
        ]
    })
}

fn regexes(expr: &Expr) -> usize {
    expr.to_string().matches('/').count()
}

/// Records with the members that the filters above ask for.
fn record() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        any_text().prop_map(serde_json::Value::from),
        (-5_i64..2030).prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
    ];
    let value = value.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            proptest::collection::btree_map(name(), inner, 0..3)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    });
    proptest::collection::btree_map(name(), value, 0..5)
        .prop_map(|members| serde_json::Value::from(members.into_iter().collect::<serde_json::Map<_, _>>()).to_string())
}

/// A filter as somebody may have written it: canonical, then damaged.
fn damaged() -> impl Strategy<Value = String> {
    (expr(), any::<proptest::sample::Index>(), proptest::option::of("[-\"()/:<>.@*\\\\ a1]"), any::<bool>()).prop_map(
        |(expr, at, put, is_cut)| {
            let mut chars: Vec<char> = expr.to_string().chars().collect();
            let at = at.index(chars.len() + 1);
            if is_cut && at < chars.len() {
                chars.remove(at);
            }
            let put: Vec<char> = put.unwrap_or_default().chars().collect();
            chars.splice(at..at, put);
            chars.into_iter().collect()
        },
    )
}

/// Reads any text: an error lies within it, a filter prints and reads back, and completion answers anywhere.
fn read(text: &str) -> Result<(), TestCaseError> {
    match query::parse(text, &Unknown) {
        Ok(query) => {
            let printed = query.expr.to_string();
            let again = query::parse(&printed, &Unknown);
            prop_assert_eq!(again.as_ref().map(|query| &query.expr), Ok(&query.expr), "{} → {}", text, printed);
            let beside = query::parse("a or b", &Unknown).map(|query| query.expr).unwrap();
            let with = query.with(&beside);
            let joined = Expr::and([query.expr.clone(), beside]);
            if with.len() <= query::MAX_BYTES {
                prop_assert_eq!(
                    query::parse(&with, &Unknown).map(|query| query.expr),
                    Ok(joined),
                    "{} in {}",
                    text,
                    with
                );
            }
            for (at, chip) in query.chips.iter().enumerate() {
                let negated = query::parse(&query.negated(at), &Unknown).map(|query| query.expr);
                let parts = query.chips.iter().enumerate();
                let parts = parts
                    .map(|(other, chip)| if other == at { chip.expr.clone().negated() } else { chip.expr.clone() });
                prop_assert_eq!(negated, Ok(Expr::and(parts)), "{} negated at {}: {}", text, at, query.negated(at));
                let without = query::parse(&query.without(at), &Unknown).map(|query| query.expr);
                prop_assert_eq!(without, Ok(query.active(|other| other == at)), "{} without {}", text, at);
                prop_assert_eq!(
                    query::parse(query.chip_text(chip), &Unknown).map(|query| query.expr),
                    Ok(chip.expr.clone())
                );
            }
        }
        Err(error) => {
            prop_assert!(text.get(error.span.clone()).is_some(), "{:?} in {}", error, text);
            if let Some(fix) = &error.fix {
                prop_assert!(text.get(fix.span.clone()).is_some(), "{:?} in {}", error, text);
            }
            prop_assert!(!error.report(text).is_empty());
        }
    }
    for cursor in 0..=text.len().min(40) {
        let completion = complete(text, cursor, &super::Log, 5);
        prop_assert!(text.get(completion.span.clone()).is_some(), "{} at {}: {:?}", text, cursor, completion);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn trees_print_and_read_back(expr in expr().prop_filter("too many regexes", |expr| regexes(expr) < 32)) {
        let printed = expr.to_string();
        let again = query::parse(&printed, &Unknown);
        prop_assert_eq!(again.map(|query| query.expr), Ok(expr), "{}", printed);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        read(&text)?;
    }

    #[test]
    fn texts_of_the_language_are_read_or_refused(text in "([-\"()/:<>=.@*\\\\ \u{200b}é]|or |not |a|1|version|time|2026-03|has:|tag:){0,14}") {
        read(&text)?;
    }

    #[test]
    fn damaged_filters_are_read_or_refused(text in damaged()) {
        read(&text)?;
    }

    #[test]
    fn logic_is_logic((a, b, json, seq) in (expr(), expr(), record(), 0_u64..20)) {
        let record = Document::parse(&json).expect("JSON");
        let facts = Facts { seq, ..Facts::default() };
        let is = |expr: &Expr| query::matches(expr, &record, &facts);
        let not = |expr: &Expr| expr.clone().negated();
        prop_assert_eq!(is(&not(&a)), !is(&a));
        prop_assert_eq!(is(&not(&not(&a))), is(&a));
        let and = Expr::and([a.clone(), b.clone()]);
        let or = Expr::or([a.clone(), b.clone()]);
        prop_assert_eq!(is(&and), is(&a) && is(&b));
        prop_assert_eq!(is(&or), is(&a) || is(&b));
        prop_assert_eq!(is(&not(&and)), is(&Expr::or([not(&a), not(&b)])));
        prop_assert_eq!(is(&not(&or)), is(&Expr::and([not(&a), not(&b)])));
    }

    #[test]
    fn a_value_is_found_by_what_is_put_in_for_it(text in any_text(), field in field().prop_filter("no texts", has_texts)) {
        let filter = format!("{field}:{}", query::value_text(&text, field.field_type()));
        let expected = Expr::Term(Term::Field { field, test: Test::Is(Matcher::Text(text)) });
        prop_assert_eq!(query::parse(&filter, &Unknown).map(|query| query.expr), Ok(expected), "{}", filter);
    }
}
