//! The walk beside one by `serde_json`, over valid text and over any.

use std::fmt;

use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::*;

/// Everything that is told, in a form to compare.
#[derive(Debug, Default)]
struct Told(Vec<String>);

impl<'a> Visit<'a> for Told {
    fn begin_object(&mut self) -> Step {
        self.0.push("{".to_owned());
        Step::Enter
    }

    fn end_object(&mut self) {
        self.0.push("}".to_owned());
    }

    fn name(&mut self, name: Text<'a>) -> Step {
        let text = decoded(name);
        assert!(name.is(&text) && !name.is(&format!("{text}x")));
        self.0.push(format!("{text:?}:"));
        Step::Enter
    }

    fn begin_list(&mut self) -> Step {
        self.0.push("[".to_owned());
        Step::Enter
    }

    fn end_list(&mut self) {
        self.0.push("]".to_owned());
    }

    fn scalar(&mut self, _: usize, scalar: Scalar<'a>) -> Step {
        self.0.push(match scalar {
            Scalar::Null => "null".to_owned(),
            Scalar::Boolean(value) => value.to_string(),
            Scalar::Number(text) => text.to_owned(),
            Scalar::Text(text) => format!("{:?}", decoded(text)),
        });
        Step::Enter
    }
}

fn decoded(text: Text<'_>) -> String {
    assert_eq!(text.is_escaped, text.raw.contains('\\'));
    text.decode(&mut "left over".to_owned()).to_owned()
}

fn told(text: &str) -> Option<String> {
    let mut told = Told::default();
    walk(text, &mut told).ok().map(|()| told.0.join(" "))
}

/// The members of an object in their order, doubles too.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// What [`told`] has to say, by `serde_json`.
fn expected(json: &str, out: &mut Vec<String>) {
    let json = json.trim_matches([' ', '\n', '\t', '\r']);
    match json.as_bytes()[0] {
        b'{' => {
            out.push("{".to_owned());
            let Members(members) = serde_json::from_str(json).expect("an object");
            for (name, value) in members {
                out.push(format!("{name:?}:"));
                expected(value.get(), out);
            }
            out.push("}".to_owned());
        }
        b'[' => {
            out.push("[".to_owned());
            let items: Vec<&RawValue> = serde_json::from_str(json).expect("a list");
            items.iter().for_each(|item| expected(item.get(), out));
            out.push("]".to_owned());
        }
        b'"' => out.push(format!("{:?}", serde_json::from_str::<String>(json).expect("a string"))),
        _ => out.push(json.to_owned()),
    }
}

fn by_serde(text: &str) -> String {
    let mut out = Vec::new();
    expected(text, &mut out);
    out.join(" ")
}

/// A string with its quotes, written as odd as JSON allows.
fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -!#-\\[\\]-~]{0,12}",
        1 => "[ -!#-\\[\\]-~]{30,80}",
        1 => "[äßİ\u{212a}{}\\[\\]:,ſ\u{7f}\u{1f600}]{1,3}",
        1 => prop::sample::select(vec!["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(|c| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect()),
        1 => "[\0-~]".prop_map(|c| format!("\\u{:04x}", u32::from(c.as_bytes()[0]))),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn space() -> impl Strategy<Value = String> {
    prop_oneof![6 => Just(String::new()), 1 => "[ \n\t\r]{1,3}"]
}

/// A JSON text.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,5})?([eE][-+]?[0-9]{1,2})?",
        string(),
    ];
    let around = |(before, value, after): (String, String, String)| before + &value + &after;
    (space(), scalar, space()).prop_map(around).prop_recursive(6, 60, 6, move |inner| {
        let member =
            (space(), string(), space(), inner.clone()).prop_map(|(a, name, b, value)| a + &name + &b + ":" + &value);
        let list = proptest::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(",")));
        let object = proptest::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")));
        let empty = prop_oneof![Just("{ }".to_owned()), Just("[\n]".to_owned())];
        (space(), prop_oneof![list, object, empty], space()).prop_map(around)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn values_are_those_of_serde_json(text in json()) {
        prop_assert_eq!(told(&text), Some(by_serde(&text)));
    }

    /// Of an object's members each is told, passed over or taken; what is taken reads as that member's value.
    #[test]
    fn what_is_skipped_is_passed_over_whole(
        members in proptest::collection::vec((0_usize..3, json()), 0..6),
        space in space(),
    ) {
        let text: Vec<String> = members.iter().map(|(step, json)| format!("{space}\"{step}\"{space}:{json}")).collect();
        let text = format!("{space}{{{}}}{space}", text.join(","));
        let mut chosen = Chosen::default();
        prop_assert_eq!(walk(&text, &mut chosen), Ok(()));
        let mut expected_all = Vec::new();
        for (step, json) in &members {
            match step {
                0 => expected_all.push(by_serde(json)),
                1 => {}
                _ => expected_all.push(format!("taken {}", json.trim_matches([' ', '\n', '\t', '\r']))),
            }
        }
        prop_assert_eq!(chosen.told.0.join(" "), expected_all.join(" "));
    }

    #[test]
    fn any_text_ends_without_a_panic(text in "([\\[\\]{}:,\"\\\\u0-9a-fntrl ü-]|\\\\ud83d|null|\"a\":){0,40}", cut in 0_usize..40) {
        let walked = told(&text);
        if let Ok(value) = serde_json::from_str::<&RawValue>(&text) {
            // A lone surrogate is found by `check` alone.
            if serde_json::from_str::<serde_json::Value>(value.get()).is_ok() {
                prop_assert_eq!(walked, Some(by_serde(&text)));
            }
        }
        let _ = walk(&text, &mut Chosen::default());
        let raw: String = text.chars().take(cut).collect();
        let _ = decode(&raw, &mut String::new());
    }

    #[test]
    fn any_cut_and_any_other_byte_end_without_a_panic(text in json(), at in any::<prop::sample::Index>(), byte in 0_u8..128) {
        let at = at.index(text.len());
        if text.is_char_boundary(at) {
            let _ = told(&text[..at]);
            let _ = walk(&text[..at], &mut Chosen::default());
            let mut changed = text.clone();
            if text.as_bytes()[at].is_ascii() {
                changed.replace_range(at..=at, &char::from(byte).to_string());
            }
            let _ = told(&changed);
            let _ = walk(&changed, &mut Chosen::default());
        }
    }
}

/// Enters the members of the outermost object by the name `0`, passes over `1`, takes all others.
#[derive(Debug, Default)]
struct Chosen {
    told: Told,
    depth: usize,
}

impl<'a> Visit<'a> for Chosen {
    fn begin_object(&mut self) -> Step {
        self.depth += 1;
        if self.depth == 1 { Step::Enter } else { self.told.begin_object() }
    }

    fn end_object(&mut self) {
        self.depth -= 1;
        if self.depth > 0 {
            self.told.end_object();
        }
    }

    fn name(&mut self, name: Text<'a>) -> Step {
        match name.raw {
            _ if self.depth > 1 => self.told.name(name),
            "0" => Step::Enter,
            "1" => Step::Skip,
            _ => Step::Take,
        }
    }

    fn begin_list(&mut self) -> Step {
        self.depth += 1;
        self.told.begin_list()
    }

    fn end_list(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.told.end_list();
    }

    fn scalar(&mut self, at: usize, scalar: Scalar<'a>) -> Step {
        self.told.scalar(at, scalar)
    }

    fn taken(&mut self, json: &'a str) {
        self.told.0.push(format!("taken {json}"));
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(told(&nested(MAX_DEPTH)).is_some());
    assert_eq!(told(&nested(MAX_DEPTH + 1)), None);
    assert_eq!(told(&"[".repeat(1 << 20)), None);
    let objects = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    assert!(told(&objects(MAX_DEPTH)).is_some());
    assert_eq!(told(&objects(MAX_DEPTH + 1)), None);
    // What is passed over is counted, not nested.
    let deep = format!("{{\"1\":{},\"2\":{}}}", nested(1000), nested(1000));
    let mut chosen = Chosen::default();
    assert_eq!(walk(&deep, &mut chosen), Ok(()));
    assert_eq!(chosen.told.0, [format!("taken {}", nested(1000))]);
}

#[test]
fn the_visitor_stops_it() {
    struct Until(usize, usize);
    impl<'a> Visit<'a> for Until {
        fn scalar(&mut self, at: usize, _: Scalar<'a>) -> Step {
            (self.0, self.1) = (self.0 + 1, at);
            if self.0 == 2 { Step::Stop } else { Step::Enter }
        }
    }
    let mut until = Until(0, 0);
    assert_eq!(walk(r#"{"a":1,"b":["x",3],,"#, &mut until), Ok(()));
    assert_eq!((until.0, until.1), (2, 12));
}

#[test]
fn what_is_no_json_is_broken() {
    for (text, offset) in [
        ("", 0),
        ("  ", 2),
        ("nul", 0),
        ("{", 1),
        ("[1", 2),
        ("[1}", 2),
        ("{\"a\" 1}", 5),
        ("{\"a\":1]", 6),
        ("{\"a\":1,}", 7),
        ("[1,]", 3),
        ("{a:1}", 1),
        ("\"a", 0),
        ("\"a\\", 0),
        ("\"a\\\"", 0),
        ("1 2", 2),
        ("{}}", 2),
        ("x", 0),
    ] {
        assert_eq!(walk(text, &mut Told::default()), Err(Broken { offset }), "{text:?}");
    }
}

#[test]
fn escapes() {
    for (raw, text) in [
        ("plain", "plain"),
        (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r"A\u0041\u00fc\u00FC\u212a", "AAüü\u{212a}"),
        (r"\ud83d\ude00!", "\u{1f600}!"),
        // No JSON, and nothing to fall over.
        (r"\ud83d", "\u{fffd}"),
        (r"\ud83d\u0041", "\u{fffd}A"),
        (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
        (r"\u12", "\u{fffd}12"),
        (r"\u+123", "\u{fffd}+123"),
        (r"\x", "\u{fffd}"),
        ("\\ü", "\u{fffd}"),
        ("\\uüü", "\u{fffd}üü"),
        ("a\\", "a\u{fffd}"),
    ] {
        assert_eq!(decode(raw, &mut "old".to_owned()), text, "{raw}");
        assert!(Text { raw, is_escaped: raw.contains('\\') }.is(text), "{raw}");
    }
    assert!(!Text { raw: r"\u0061b", is_escaped: true }.is("a"));
    assert!(!Text { raw: r"\u0061", is_escaped: true }.is("ab"));
}
