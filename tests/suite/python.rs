//! The signatures that Python makes, and the text that they are made of: vectors made by Python itself, a naive twin
//! for floats, and that no byte of a record can change under its signature.
//!
//! `tests/vectors/python-signatures.jsonl` was written by `tests/vectors/python_signatures.py` under Python 3.11.

use probity::record::check;
use probity::record::python::PythonDumps;
use probity::record::signature::{HmacKey, Outcome, SignatureChecker, check_signature};
use proptest::prelude::*;

#[derive(serde::Deserialize)]
struct Vector {
    key: String,
    canonical: String,
    record: String,
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("../vectors/python-signatures.jsonl");
    text.lines().map(|line| serde_json::from_str(line).expect("a vector")).collect()
}

fn key(text: &str) -> HmacKey {
    HmacKey::from_file_bytes(text.as_bytes()).unwrap()
}

fn dump(record: &str) -> Option<String> {
    PythonDumps::default().dump(record).map(|dumped| String::from_utf8(dumped.text.to_vec()).expect("ASCII"))
}

#[test]
fn what_python_signed_is_valid_under_its_key_alone() {
    let vectors = vectors();
    assert!(vectors.len() >= 40, "{}", vectors.len());
    for Vector { key: secret, canonical, record } in &vectors {
        assert!(check(record).is_ok(), "{record}");
        assert_eq!(dump(record).as_deref(), Some(canonical.as_str()), "{record}");
        assert_eq!(check_signature(record, &key(secret)), Outcome::Valid, "{record}");
        assert_eq!(check_signature(record, &key(&format!("{secret}\nx"))), Outcome::Invalid, "{record}");
    }
    // One checker after the other record: no buffer carries anything over.
    let mut checker = SignatureChecker::new(&key(&vectors[0].key));
    for vector in &vectors {
        let expected = if vector.key == vectors[0].key { Outcome::Valid } else { Outcome::Invalid };
        assert_eq!(checker.check(&vector.record), expected, "{}", vector.record);
    }
}

/// Every byte of what was signed, changed to others, in a record that is written as it was signed: where it still is
/// a record, the signature fails, unless the change was one of spelling.
#[test]
fn no_byte_changes_under_its_signature() {
    let vector = vectors().into_iter().find(|vector| vector.canonical.contains("credit-risk")).unwrap();
    let signature = key(&vector.key).sign(&vector.record).unwrap();
    let signed = |content: &str| content.replacen('{', &format!("{{\"signature\": \"{signature}\", "), 1);
    let mut checker = SignatureChecker::new(&key(&vector.key));
    assert_eq!(checker.check(&signed(&vector.canonical)), Outcome::Valid);
    let (mut tried, mut same) = (0, 0);
    for at in 1..vector.canonical.len() {
        for other in *b"a7 ,\"x" {
            let mut bytes = vector.canonical.clone().into_bytes();
            if bytes[at] == other {
                continue;
            }
            bytes[at] = other;
            let altered = signed(&String::from_utf8(bytes).unwrap());
            if check(&altered).is_err() {
                continue;
            }
            // The last digit of a float may be another and the float the same.
            let spelled = dump(&altered).as_deref() == Some(vector.canonical.as_str());
            same += usize::from(spelled);
            tried += 1;
            let expected = if spelled { Outcome::Valid } else { Outcome::Invalid };
            assert_eq!(checker.check(&altered), expected, "byte {at}: {altered}");
        }
    }
    assert!(tried > vector.canonical.len() && same <= 2, "{tried} {same}");
}

#[test]
fn numbers_as_python_writes_them() {
    for (text, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("0e0", "0.0"),
        ("0.00", "0.0"),
        ("1.50", "1.5"),
        ("1E5", "100000.0"),
        ("1e-5", "1e-05"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("0.000012", "1.2e-05"),
        ("1e15", "1000000000000000.0"),
        ("1e16", "1e+16"),
        ("9999999999999998.0", "9999999999999998.0"),
        ("12345678901234567890.0", "1.2345678901234567e+19"),
        ("123456789012345.6", "123456789012345.6"),
        ("1234567890123456.7", "1234567890123456.8"),
        ("5e-324", "5e-324"),
        ("1e-400", "0.0"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("9007199254740993.0", "9007199254740992.0"),
        ("9007199254740993", "9007199254740993"),
        // Equally near to …3.2 and …3.3, to …6.62 and …6.63.
        ("647656051944063.25", "647656051944063.2"),
        ("647656051944063.75", "647656051944063.8"),
        ("240657436577626.625", "240657436577626.62"),
        ("7.2911220195563975e-304", "7.291122019556398e-304"),
        ("340282366920938463463374607431768211456", "340282366920938463463374607431768211456"),
    ] {
        assert_eq!(dump(&format!("{{\"a\":{text}}}")), Some(format!("{{\"a\": {expected}}}")), "{text}");
    }
}

#[test]
fn what_is_no_record_is_refused() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [
        "",
        "{",
        "}",
        "{}x",
        "[]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":tru}",
        "{\"a\":\"",
        "{\"a\":\"\\",
        &deep,
        "{\"a\":\"\\u12",
        "{\"a\":\"\\u00é\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\" 1}",
        "{\"a\":1 2}",
        "{a:1}",
        "{\"a\":[1 2]}",
    ] {
        assert_eq!(dump(text), None, "{text:.40}");
    }
}

/// Python's `repr` of a float, slowly: of the shortest decimals that read back the nearest one, of two the even one.
fn naive_repr(value: f64) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let value = value.abs();
    // No float has more digits than that.
    let exact = format!("{value:.800e}");
    let (all, exponent) = exact.split_once('e').unwrap();
    let (all, exponent): (String, i32) = (all.replace('.', ""), exponent.parse().unwrap());
    let nearest = |count: usize| {
        let (kept, rest) = all.split_at(count);
        let down: u64 = kept.parse().unwrap();
        let half = format!("5{}", "0".repeat(rest.len() - 1));
        let up_first = rest > half.as_str() || rest == half && down % 2 == 1;
        let order = if up_first { [down + 1, down] } else { [down, down + 1] };
        let places = exponent + 1 - i32::try_from(count).unwrap();
        order.into_iter().find(|digits| format!("{digits}e{places}").parse() == Ok(value)).map(|n| (n, places))
    };
    let (digits, places) = (1..=17).find_map(nearest).unwrap();
    let digits = digits.to_string();
    // Rounding up may have made it one digit longer.
    let exponent = places + i32::try_from(digits.len()).unwrap() - 1;
    if value != 0.0 && !(-4..16).contains(&exponent) {
        let fraction = digits[1..].trim_end_matches('0');
        let dot = if fraction.is_empty() { "" } else { "." };
        return format!("{sign}{}{dot}{fraction}e{exponent:+03}", &digits[..1]);
    }
    let padded = format!("{}{digits}{}", "0".repeat(20), "0".repeat(20));
    let (whole, fraction) = padded.split_at(usize::try_from(21 + exponent).unwrap());
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let or_zero = |text: &str| if text.is_empty() { "0".to_owned() } else { text.to_owned() };
    format!("{sign}{}.{}", or_zero(whole), or_zero(fraction))
}

fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |value| value.is_finite()),
        (-1_000_000_i64..1_000_000, -12..12).prop_map(|(n, exponent)| n as f64 * 10_f64.powi(exponent)),
        (-1074..1024).prop_map(|exponent: i32| 2_f64.powi(exponent)),
        (0_u64..100_000_000).prop_map(|n| n as f64 / 10_000.0),
        // Halfway between two decimals, some of them.
        (1_u64..1 << 53, -26..26).prop_map(|(n, exponent)| n as f64 * 2_f64.powi(exponent)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, ..ProptestConfig::default() })]

    /// However a float is spelled, it is written as the naive twin writes it.
    #[test]
    fn floats_are_those_of_a_naive_twin(value in any_float(), more in 17_usize..30) {
        let expected = format!("{{\"a\": {}}}", naive_repr(value));
        for spelling in [format!("{value:e}"), format!("{value:.more$e}"), format!("{value:?}"), naive_repr(value)] {
            // An integer's text is not a float's.
            let spelling = if spelling.contains(['.', 'e']) { spelling } else { format!("{spelling}.0") };
            prop_assert_eq!(dump(&format!("{{\"a\":{spelling}}}")), Some(expected.clone()), "{}", spelling);
        }
    }

    /// Short decimals take a way of their own.
    #[test]
    fn short_decimals_are_those_of_a_naive_twin(whole in 0_u64..100_000_000, fraction in "[0-9]{1,12}") {
        let text = format!("{whole}.{fraction}");
        let expected = format!("{{\"a\": {}}}", naive_repr(text.parse().unwrap()));
        prop_assert_eq!(dump(&format!("{{\"a\":{text}}}")), Some(expected));
    }
}
