//! What is offered at the cursor, which stands where the `|` is.

use probity::query::complete::{Completing, complete};

#[track_caller]
fn offered(marked: &str, limit: usize) -> (String, String, Vec<String>) {
    let cursor = marked.find('|').expect("a cursor");
    let text = marked.replacen('|', "", 1);
    let completion = complete(&text, cursor, &super::Log, limit);
    let completing = match &completion.completing {
        Completing::Field => "field".to_owned(),
        Completing::Has => "has".to_owned(),
        Completing::Operator(field) => format!("operator of {field}"),
        Completing::Value(field) => format!("value of {field}"),
        Completing::Mark(mark) => mark.name().to_owned(),
        Completing::Nothing => "nothing".to_owned(),
    };
    let candidates = completion.candidates.iter().map(|candidate| match candidate.records {
        Some(records) => format!("{} {records}", candidate.text),
        None => candidate.text.clone(),
    });
    (completing, format!("{}[{}]", completion.prefix, &text[completion.span.clone()]), candidates.collect())
}

#[test]
fn at_the_cursor() {
    for (text, completing, place, candidates) in [
        ("|", "field", "[]", &["kind", "time"][..]),
        ("a |", "field", "[]", &["kind", "time"]),
        ("ver|", "field", "ver[ver]", &["version", "version_source"]),
        ("(-Ver|sion)", "field", "Ver[Version]", &["version", "version_source"]),
        ("reg|:x", "field", "reg[reg]", &["metadata.region 300", "archive.region 20"]),
        ("metadata.\"odd|", "field", "metadata.odd[metadata.\"odd]", &[]),
        ("a or n|", "field", "n[n]", &["note", "not"]),
        ("has:re|x", "has", "re[rex]", &["result", "reviewed"]),
        ("confidence|", "operator of confidence", "[]", &[":", "<"]),
        ("confidence|<3", "operator of confidence", "[]", &[":", "<"]),
        ("reviewed|", "operator of reviewed", "[]", &[":"]),
        ("x reviewed:t|", "value of reviewed", "t[t]", &["true"]),
        ("kind:|", "value of kind", "[]", &["decision 400", "access 50"]),
        ("kind:e|", "value of kind", "e[e]", &["erasure", "decision 400"]),
        ("metadata.region:|eu", "value of metadata.region", "[eu]", &["\"eu west\" 200", "us 95"]),
        ("-metadata.region:E| a", "value of metadata.region", "E[E]", &["\"eu west\" 200", "eu-north 5"]),
        ("metadata.region:\"eu w|", "value of metadata.region", "eu w[\"eu w]", &["\"eu west\" 200"]),
        ("metadata.region:2.5|", "value of metadata.region", "2.5[2.5]", &["2.50 1"]),
        ("user:u|", "value of user", "u[u]", &["\"u \\\"x\\\"\" 2"]),
        ("user:a..svc|", "value of user", "svc[svc]", &["svc-a 7"]),
        ("user:svc|..z", "value of user", "svc[svc]", &["svc-a 7"]),
        ("line_state:|", "value of line_state", "[]", &["intact", "invalid"]),
        ("line_state:dam|", "value of line_state", "dam[dam]", &["damaged"]),
        ("tag:|", "tag", "[]", &["\"to check\" 2"]),
        ("@4|2", "nothing", "@42[@42]", &[]),
        ("/a|b/", "nothing", "/ab/[/ab/]", &[]),
        ("kind:/a|", "nothing", "/a[/a]", &[]),
        ("\"unclosed ver|", "field", "unclosed ver[\"unclosed ver]", &[]),
        ("ab\"c ver|", "field", "c ver[\"c ver]", &[]),
    ] {
        let (is, at, offered) = offered(text, 2);
        assert_eq!((is.as_str(), at.as_str()), (completing, place), "{text}");
        assert_eq!(offered, candidates, "{text}");
    }
}
