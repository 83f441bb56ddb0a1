//! Writes a mapping for a source from a first look at it. What a column's name suggests is a guess: every line says what
//! it rests on, and what was assumed is marked as that.

mod roles;

use super::convert::string;
use super::csv::Encoding;
use super::mapping::Lines;
use super::paths::tokens;
pub use super::survey::{Column, Content, Records, Survey, survey};
use crate::record::text::shown_short;
use roles::{Role, roles};

/// A proposal for the source named `file_name`.
#[must_use]
pub fn propose(survey: &Survey, file_name: &str) -> String {
    let name = shown_short(file_name, 100);
    if let Some(records) = survey.records {
        return needs_none(records, &name);
    }
    let mut writer = Writer { survey, out: String::new() };
    writer.head(&name);
    writer.source();
    let roles = roles(survey);
    let role = |wanted: Role| (0..roles.len()).find(|at| roles[*at] == Some(wanted));
    writer.decision(&roles, role(Role::Time));
    if let Some(label) = role(Role::Label) {
        writer.outcome(label, role(Role::LabelTime), role(Role::Time));
    }
    writer.out
}

fn needs_none(records: Records, name: &str) -> String {
    let (what, how) = match records {
        Records::Chained => ("lines of a chained log", "--key FILE"),
        Records::Format => ("records of the bundle format", "--origin NAME"),
        Records::Logger => (
            "decisions as the common AI audit logger writes them",
            "--origin NAME [--hmac-key FILE]\n#\n# Times without a zone are taken as UTC; --zone states another offset",
        ),
    };
    format!("# {name} needs no mapping: its lines are {what}.\n#\n#     probity pack {name} -o OUT.audit.zip {how}\n")
}

struct Writer<'s> {
    survey: &'s Survey,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn head(&mut self, name: &str) {
        let rows = self.survey.rows;
        self.line(&format!(
            "# A mapping for {name}, proposed from its first {rows} rows. It is a guess from names and values:"
        ));
        self.line("# check every line, above all those that say ASSUMED.");
        if let (count, Some(first)) = &self.survey.faults {
            let (count, first) = (*count, shown_short(first, 200));
            let rows = if count == 1 { "One row" } else { "Rows" };
            self.line(&format!("# {rows} of the sample could not be read ({count}). The first: {first}"));
        }
        self.line("#");
        self.line(&format!("#     probity pack {name} --map THIS.toml --origin NAME -o OUT.audit.zip"));
    }

    fn source(&mut self) {
        let survey = self.survey;
        self.line("\n[source]");
        match survey.lines {
            Lines::Jsonl => self.line("format = \"jsonl\""),
            Lines::Csv => {
                self.line("format = \"csv\"");
                if survey.dialect.delimiter != b',' {
                    let delimiter = char::from(survey.dialect.delimiter).to_string();
                    self.line(&format!("delimiter = {}", quoted(&delimiter)));
                }
                if survey.dialect.encoding != Encoding::Utf8 {
                    self.line("# ASSUMED: the bytes are not UTF-8, and do not say what they are.");
                    self.line("encoding = \"windows-1252\"");
                }
                if survey.has_decimal_comma {
                    self.line("decimal = \",\"");
                }
                if !survey.has_header {
                    self.line("# The first row looks like data, not like names.");
                    let names: Vec<String> = survey.columns.iter().map(|column| quoted(&column.name)).collect();
                    self.line(&format!("columns = [{}]", names.join(", ")));
                }
            }
        }
        let lacks_zone = |column: &Column| matches!(column.content, Content::Time { has_zone: false, .. });
        if survey.columns.iter().any(lacks_zone) {
            self.line("# ASSUMED: times here state no zone. State theirs, such as \"Europe/Berlin\" or \"+02:00\".");
            self.line("zone = \"UTC\"");
        }
        if !survey.empty.is_empty() {
            let texts: Vec<String> = survey.empty.iter().map(|text| quoted(text)).collect();
            self.line("# Texts that mean that there is no value.");
            self.line(&format!("empty = [{}]", texts.join(", ")));
        }
        let is_test = |text: &String| ["test", "dry-run", "dryrun", "dummy"].contains(&text.to_lowercase().as_str());
        let test = |at: usize| survey.columns[at].few.iter().find(|text| is_test(text));
        let found = (0..survey.columns.len()).find_map(|at| test(at).map(|text| (self.field(at), quoted(text))));
        let (field, text) = found.unwrap_or_else(|| (quoted("status"), quoted("test")));
        self.line("\n# Rows that are no decisions can be skipped:");
        self.line(&format!("# [[skip]]\n# field = {field}\n# is = [{text}]"));
    }

    fn decision(&mut self, roles: &[Option<Role>], time: Option<usize>) {
        let survey = self.survey;
        self.line("\n[[record]]");
        self.line("kind = \"decision\"");
        match time {
            Some(time) => self.time(time),
            None => {
                self.line("# No column looks like a time. Records without `timestamp` take no part in any timeline.");
            }
        }
        let mut taken: Vec<Vec<String>> = Vec::new();
        if !roles.contains(&Some(Role::Id)) {
            self.line("# No column looks like an id: ids are made from source and row.");
        }
        let mut has = [false; 3];
        for (at, column) in survey.columns.iter().enumerate() {
            let role = roles[at];
            if matches!(role, Some(Role::Time | Role::Label | Role::LabelTime)) {
                continue;
            }
            if column.content == Content::Empty {
                self.line(&format!("# {}: nothing in it", shown_short(&column.name, 80)));
                continue;
            }
            let Some((path, spec)) = self.member(at, role, &taken) else {
                // Names that differ in nothing that a key can say.
                self.line(&format!("# {}: no place of its own is left", shown_short(&column.name, 80)));
                continue;
            };
            for (has, part) in has.iter_mut().zip(["model", "input", "output"]) {
                *has |= path.first().is_some_and(|first| first == part);
            }
            let keys: Vec<String> = path.iter().map(|name| key(name)).collect();
            taken.push(path);
            let path = keys.join(".");
            self.about(column);
            match role {
                Some(Role::Subject) => self
                    .line("# Hashed: the same person stays the same. A value of which there are few can be guessed."),
                Some(Role::Personal) => {
                    self.line("# Looks like personal data: sealed, so that it can be erased later.");
                }
                _ => {}
            }
            self.line(&format!("{path} = {spec}"));
        }
        for (has, part) in has.into_iter().zip(["model", "input", "output"]) {
            if !has {
                let example = match part {
                    "model" => "model.id = \"NAME\"",
                    "input" => "input.metadata.x = { field = \"x\" }",
                    _ => "output.result = { field = \"x\" }",
                };
                self.line(&format!("# A decision needs `{part}`, and no column suggests it: {example}"));
            }
        }
    }

    fn outcome(&mut self, label: usize, time: Option<usize>, decided: Option<usize>) {
        let survey = self.survey;
        let column = &survey.columns[label];
        self.line("\n# What turned out true, as a record of its own.");
        self.line("[[record]]");
        self.line("kind = \"outcome\"");
        self.line(&format!("when = {{ field = {}, empty = false }}", self.field(label)));
        match (time, decided) {
            (Some(time), _) => self.time(time),
            (None, Some(decided)) => {
                self.line("# ASSUMED: no column says when this was known; the decision's time stands for it.");
                self.time(decided);
            }
            (None, None) => {}
        }
        self.line("decision = { id_of = \"decision\" }");
        self.about(column);
        self.line(&format!("label = {{ field = {}{} }}", self.field(label), kind(column, survey.lines)));
    }

    fn time(&mut self, at: usize) {
        let column = &self.survey.columns[at];
        self.about(column);
        let Content::Time { format, is_filled, is_day_unsure, .. } = column.content else { return };
        if is_day_unsure {
            self.line("# ASSUMED: the day stands before the month; nothing in the sample tells.");
        }
        if is_filled {
            self.line("# The source says no more than this: the start of it stands for it.");
        }
        let format =
            if format == "iso" { ", as = \"time\"".to_owned() } else { format!(", format = {}", quoted(format)) };
        let fill = if is_filled { ", fill = \"start\"" } else { "" };
        self.line(&format!("timestamp = {{ field = {}{format}{fill} }}", self.field(at)));
    }

    /// A column as the mapping names it: by its number where the name would not do.
    fn field(&self, at: usize) -> String {
        let columns = &self.survey.columns;
        let name = &columns[at].name;
        let is_own = columns.iter().filter(|column| column.name == *name).count() == 1;
        if is_own || self.survey.lines == Lines::Jsonl { quoted(name) } else { (at + 1).to_string() }
    }

    /// Where a column goes in a decision, and how; none of `taken` may hold it or lie within it.
    fn member(&self, at: usize, role: Option<Role>, taken: &[Vec<String>]) -> Option<(Vec<String>, String)> {
        let (lines, column) = (self.survey.lines, &self.survey.columns[at]);
        let path = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        let tokens = match lines {
            Lines::Jsonl => tokens(&column.name),
            Lines::Csv => vec![column.name.clone()],
        };
        let last = tokens.last().map_or("", String::as_str);
        let wanted = match role {
            Some(Role::Id) => path(&["audit_id"]),
            _ if is_own(&tokens) => tokens.clone(),
            Some(Role::ModelId) => path(&["model", "id"]),
            Some(Role::ModelVersion) => path(&["model", "version"]),
            Some(Role::Result) => path(&["output", "result"]),
            Some(Role::Confidence) => path(&["output", "confidence"]),
            Some(Role::Explanation) => path(&["output", "explanation"]),
            Some(Role::User) => path(&["context", "user_id"]),
            Some(Role::Session) => path(&["context", "session_id"]),
            Some(Role::Address) => path(&["context", "ip_address"]),
            Some(Role::Agent) => path(&["context", "user_agent"]),
            Some(Role::Subject) => path(&["subject", "id_hash"]),
            Some(Role::Group) => path(&["subject", "group", last]),
            Some(Role::Personal) => path(&["input", "data", last]),
            _ => path(&["input", "metadata", last]),
        };
        let is_free = |path: &Vec<String>| {
            let overlaps = |other: &Vec<String>| other.starts_with(path) || path.starts_with(other);
            !path.iter().any(|name| name == "$sealed") && !taken.iter().any(overlaps)
        };
        let numbered = format!("{last}_{}", at + 1);
        let others = [path(&["input", "metadata", &column.name]), path(&["input", "metadata", &numbered])];
        let path = [wanted].into_iter().chain(others).find(is_free)?;
        let how = match role {
            Some(Role::Subject) => ", hash = \"blake3\"",
            Some(Role::Personal) => ", seal = true",
            Some(Role::Id | Role::ModelId | Role::ModelVersion | Role::User | Role::Session | Role::Group) => "",
            _ => kind(column, lines),
        };
        Some((path, format!("{{ field = {}{how} }}", self.field(at))))
    }

    /// A comment that says what stands in a column.
    fn about(&mut self, column: &Column) {
        let example = |text: &String| shown_short(&text.split_whitespace().collect::<Vec<_>>().join(" "), 30);
        let examples: Vec<String> = column.examples.iter().map(example).collect();
        let distinct = column.distinct.map_or("many".to_owned(), |distinct| distinct.to_string());
        let missing = self.survey.rows.saturating_sub(column.filled);
        let missing = if missing > 0 { format!("; none in {missing} rows") } else { String::new() };
        self.line(&format!("# {distinct} different: {}{missing}", examples.join(", ")));
        if !column.misfits.is_empty() {
            let misfits: Vec<String> = column.misfits.iter().map(example).collect();
            self.line(&format!("# Rows will not fit with values such as these: {}", misfits.join(", ")));
        }
    }
}

/// Whether a JSON value stands where a decision has it already.
fn is_own(tokens: &[String]) -> bool {
    const PARTS: [&str; 8] =
        ["model", "input", "output", "context", "subject", "reproducibility", "metadata", "compliance"];
    tokens.len() > 1 && PARTS.contains(&tokens[0].as_str())
}

/// How a column is converted: text of a CSV file has no type of its own.
fn kind(column: &Column, lines: Lines) -> &'static str {
    if lines == Lines::Csv && column.content == Content::Number { ", as = \"number\"" } else { "" }
}

/// A TOML key, quoted where it has to be.
fn key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// A TOML string: JSON's escapes are TOML's too, but for DEL, which TOML wants escaped.
fn quoted(text: &str) -> String {
    string(text).replace('\u{7f}', "\\u007f")
}
