//! `assets/spec/filter-language.md` and the code say the same.

use std::path::{Path, PathBuf};

use probity::query::field::{Place, TYPED, Values};
use probity::query::{self, Alias, MAX_BYTES, MAX_DEPTH, MAX_REGEXES, Unknown};

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/spec/filter-language.md")
}

fn document() -> String {
    std::fs::read_to_string(path()).unwrap().replace("\r\n", "\n")
}

/// The rows below a header, without their outer bars.
fn table(text: &str, header: &str) -> Vec<Vec<String>> {
    let (_, rest) = text.split_once(header).unwrap_or_else(|| panic!("no table {header}"));
    let rows = rest.lines().skip(1).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

fn row(alias: &Alias) -> String {
    let sources = alias.sources.iter().map(|source| {
        let kinds: Vec<&str> = source.kinds.iter().map(|kind| kind.name()).collect();
        let place = match &source.place {
            Place::Path(members) => format!("`{}`", members.join(".")),
            Place::Derived(_) => "derived".to_owned(),
        };
        if kinds.is_empty() { place } else { format!("{place} of `{}`", kinds.join("`, `")) }
    });
    let sources: Vec<String> = sources.collect();
    let values = match alias.values {
        Values::Only(values) => format!(": `{}`", values.join("`, `")),
        Values::Usual(_) | Values::Unknown => String::new(),
    };
    format!("| `{}` | {} | {} | {}{values} |", alias.name, alias.field_type.name(), sources.join("; "), alias.meaning)
}

const ALIASES: &str = "| alias | type | where | what it is |\n|---|---|---|---|\n";

/// `PROBITY_BLESS=1` writes the table.
#[test]
fn aliases_are_those_of_the_code() {
    let right: Vec<String> = Alias::ALL.iter().map(row).collect();
    let text = document();
    let (before, rest) = text.split_once(ALIASES).expect("the table");
    let there: Vec<&str> = rest.lines().take_while(|line| line.starts_with('|')).collect();
    if there == right {
        return;
    }
    if std::env::var_os("PROBITY_BLESS").is_some_and(|value| value == "1") {
        let after: String = rest.lines().skip(there.len()).flat_map(|line| [line, "\n"]).collect();
        std::fs::write(path(), format!("{before}{ALIASES}{}\n{after}", right.join("\n"))).unwrap();
        return;
    }
    panic!("the aliases are\n{}\nand not\n{}\nPROBITY_BLESS=1 rewrites them.", right.join("\n"), there.join("\n"));
}

#[test]
fn typed_paths_are_those_of_the_code() {
    let rows = table(&document(), "| path | type |\n");
    let mut listed: Vec<(String, String)> = Vec::new();
    for row in rows {
        listed.extend(row[0].split(", ").map(|path| (path.trim_matches('`').to_owned(), row[1].clone())));
    }
    let mut right: Vec<(String, String)> =
        TYPED.iter().map(|(path, field_type)| (path.join("."), field_type.name().to_owned())).collect();
    listed.sort();
    right.sort();
    assert_eq!(listed, right);
}

/// Every example is read, and is written back as the table says.
#[test]
fn examples_read_as_they_say() {
    let text = document();
    let mut examples = 0;
    for header in ["| text | canonical |\n", "| time | canonical |\n"] {
        for row in table(&text, header) {
            let [text, printed] = [&row[0], &row[1]].map(|cell| cell.trim_matches('`').to_owned());
            let query = query::parse(&text, &Unknown).unwrap_or_else(|error| panic!("{}", error.report(&text)));
            assert_eq!(query.expr.to_string(), printed, "{text}");
            examples += 1;
        }
    }
    for row in table(&text, "| wrong | what is said |\n") {
        let text = row[0].trim_matches('`').to_owned();
        let error = query::parse(&text, &Unknown).expect_err(&text);
        let hint = error.hint(&text).map_or_else(String::new, |hint| format!(" — {hint}"));
        assert_eq!(format!("{error}{hint}"), row[1], "{text}");
        examples += 1;
    }
    for block in text.split("```text example\n").skip(1) {
        for text in block.split("```").next().unwrap().lines() {
            query::parse(text, &Unknown).unwrap_or_else(|error| panic!("{}", error.report(text)));
            examples += 1;
        }
    }
    assert!(examples > 25, "{examples} examples");
}

#[test]
fn limits_are_those_of_the_code() {
    let expected = [
        ("Text of a filter", format!("{MAX_BYTES} bytes")),
        ("Nesting of parentheses and negations", format!("{MAX_DEPTH} levels")),
        ("Regexes in a filter", MAX_REGEXES.to_string()),
        ("Memory of a compiled regex", format!("{} bytes", query::value::pattern::MAX_REGEX_BYTES)),
    ];
    let rows = table(&document(), "| limit | value |\n");
    let rows: Vec<(String, String)> = rows.into_iter().map(|row| (row[0].clone(), row[1].replace(' ', ""))).collect();
    assert_eq!(rows, expected.map(|(name, value)| (name.to_owned(), value.replace(' ', ""))));
}
