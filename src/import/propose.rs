//! Writes a mapping for a source from a first look at it. What a column's name suggests is a guess: every line says what
//! it rests on, and what was assumed is marked as that.

mod command;
mod places;
mod roles;

use super::convert::string;
use super::csv::Encoding;
use super::mapping::Lines;
pub use super::survey::{Column, Content, Records, Survey, survey};
use crate::record::text::shown_short;
use command::{argument, title};
use places::{Fields, kind};
use roles::{Role, roles};

/// How wide a line of comment may be.
const WIDTH: usize = 110;

/// As many words as this are a sentence.
const PROSE: usize = 4;

/// Fewer rows than these show little.
const FEW_ROWS: u64 = 20;

/// A proposal for the source named `file_name`; `-` is stdin.
#[must_use]
pub fn propose(survey: &Survey, file_name: &str) -> String {
    if let Some(records) = survey.records {
        return needs_none(records, file_name);
    }
    let roles = roles(survey);
    let mut writer = Writer { survey, fields: Fields::new(survey), roles, out: String::new() };
    writer.head(file_name);
    writer.source();
    writer.skip();
    writer.decision();
    if let Some(label) = writer.of(Role::Label) {
        writer.outcome(label);
    }
    writer.out
}

fn needs_none(records: Records, file_name: &str) -> String {
    let (what, how) = match records {
        Records::Chained => ("lines of a chained log", "--key FILE"),
        Records::Format => ("records of the bundle format", "--origin NAME"),
        Records::Logger => (
            "decisions as the common AI audit logger writes them",
            "--origin NAME [--hmac-key FILE]\n#\n# Times without a zone are taken as UTC; --zone states another offset",
        ),
    };
    let (title, input) = (title(file_name), argument(file_name));
    format!("# {title} needs no mapping: its lines are {what}.\n#\n#     probity pack {input} -o OUT.audit.zip {how}\n")
}

/// A count and what is counted.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

struct Writer<'s> {
    survey: &'s Survey,
    fields: Fields<'s>,
    roles: Vec<Option<Role>>,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A comment, over several lines where it is long.
    fn comment(&mut self, text: &str) {
        let mut line = "#".to_owned();
        for word in text.split(' ') {
            if line.chars().count() + 1 + word.chars().count() > WIDTH && line.len() > 1 {
                self.line(&line);
                "#".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    fn of(&self, wanted: Role) -> Option<usize> {
        self.roles.iter().position(|role| *role == Some(wanted))
    }

    fn head(&mut self, file_name: &str) {
        let Survey { rows, is_whole, .. } = *self.survey;
        let rests_on = match (rows, is_whole) {
            (1, true) => "its only row".to_owned(),
            (1, false) => "its first row".to_owned(),
            (_, true) => format!("its {}", counted(rows, "row")),
            (_, false) => format!("its first {}", counted(rows, "row")),
        };
        self.comment(&format!(
            "A mapping for {}, proposed from {rests_on}. It is a guess from names and values: check every line, above \
             all those that say ASSUMED.",
            title(file_name)
        ));
        if rows < FEW_ROWS {
            self.comment("ASSUMED: other rows are like these. So few of them say little.");
        }
        if let (count, Some(first)) = &self.survey.faults {
            let (count, first) = (*count, shown_short(first, 200));
            let text = match count {
                1 => format!("One row of the sample could not be read: {first}"),
                _ => format!("{} of the sample could not be read. The first: {first}", counted(count, "row")),
            };
            self.comment(&text);
        }
        if self.survey.unseen > 0 {
            let (seen, unseen) = (self.survey.columns.len(), self.survey.unseen);
            let what = if self.survey.lines == Lines::Csv { "column" } else { "member" };
            let were = if unseen == 1 { "was" } else { "were" };
            let unseen = counted(unseen as u64, what);
            self.comment(&format!("{unseen} after the first {seen} {were} not looked at, and no line is about them."));
        }
        self.line("#");
        self.line(&format!(
            "#     probity pack {} --map THIS.toml --origin NAME -o OUT.audit.zip",
            argument(file_name)
        ));
    }

    fn source(&mut self) {
        let survey = self.survey;
        self.line("\n[source]");
        match survey.lines {
            Lines::Jsonl => self.line("format = \"jsonl\""),
            Lines::Csv => self.csv(),
        }
        let lacks_zone = |at: usize| matches!(survey.columns[at].content, Content::Time { has_zone: false, .. });
        if [Role::Time, Role::LabelTime].into_iter().filter_map(|role| self.of(role)).any(lacks_zone) {
            self.comment("ASSUMED: times here state no zone. State theirs, such as \"Europe/Berlin\" or \"+02:00\".");
            self.line("zone = \"UTC\"");
        }
    }

    fn csv(&mut self) {
        let survey = self.survey;
        self.line("format = \"csv\"");
        if survey.dialect.delimiter != b',' {
            let delimiter = char::from(survey.dialect.delimiter).to_string();
            self.line(&format!("delimiter = {}", quoted(&delimiter)));
        }
        if survey.dialect.quote.is_none() {
            self.comment("ASSUMED: quotes are characters like any other here: some stand alone.");
            self.line("quote = \"\"");
        }
        if survey.dialect.encoding != Encoding::Utf8 {
            self.comment("ASSUMED: the bytes are not UTF-8, and do not say what they are.");
            self.line("encoding = \"windows-1252\"");
        }
        if survey.notation.point != '.' {
            self.line(&format!("decimal = {}", quoted(&survey.notation.point.to_string())));
        }
        if let Some(group) = survey.notation.group {
            let shown = quoted(&group.to_string());
            self.comment(&format!("ASSUMED: 1{}234 is a thousand and more.", shown_short(&group.to_string(), 1)));
            self.line(&format!("group = {shown}"));
        }
        if !survey.has_header {
            self.comment("The first row looks like data, not like names.");
            let names: Vec<String> = survey.names.iter().map(|name| quoted(name)).collect();
            let list = names.join(", ");
            if list.len() < WIDTH {
                self.line(&format!("columns = [{list}]"));
            } else {
                self.line("columns = [");
                // Names that were made up are short: ten of them fit on a line.
                for names in names.chunks(7) {
                    self.line(&format!("    {},", names.join(", ")));
                }
                self.line("]");
            }
        }
    }

    /// How rows that are no decisions are left out, with a value that looks like a test where there is one.
    fn skip(&mut self) {
        let columns = &self.survey.columns;
        let is_test = |text: &&String| ["test", "dry-run", "dryrun", "dummy"].contains(&text.to_lowercase().as_str());
        let test = |at: usize| columns[at].few.iter().find(is_test).filter(|_| !self.is_hidden(at));
        let found = (0..columns.len()).find_map(|at| test(at).map(|text| (self.fields.name(at), quoted(text))));
        let (field, text) = found.unwrap_or_else(|| (quoted("status"), quoted("test")));
        self.line("\n# Rows that are no decisions can be skipped:");
        self.line(&format!("# [[skip]]\n# field = {field}\n# is = [{text}]"));
    }

    fn decision(&mut self) {
        let survey = self.survey;
        self.line("\n[[record]]");
        self.line("kind = \"decision\"");
        match self.of(Role::Time) {
            Some(time) => self.time(time),
            None => {
                self.comment("No column looks like a time. Records without `timestamp` take no part in any timeline.");
            }
        }
        if self.of(Role::Id).is_none() {
            self.comment("No column looks like an id: ids are made from source and row.");
        }
        let mut has = [false; 3];
        for (at, member) in self.fields.members(&self.roles).into_iter().enumerate() {
            let (role, column) = (self.roles[at], &survey.columns[at]);
            let name = match column.name.as_str() {
                "" => format!("Column {}", at + 1),
                name => shown_short(name, 80),
            };
            match (member, role) {
                (_, Some(Role::Time | Role::Label | Role::LabelTime)) => {}
                (_, Some(Role::Index)) => self.comment(&format!("{name}: left out, for it only counts the rows")),
                (None, _) if column.content == Content::Empty => self.comment(&format!("{name}: nothing in it")),
                // Names that differ in nothing that a key can say.
                (None, _) => self.comment(&format!("{name}: no place of its own is left")),
                (Some(member), _) => {
                    for (has, part) in has.iter_mut().zip(["model", "input", "output"]) {
                        *has |= member.path.first().is_some_and(|first| first == part);
                    }
                    self.about(at, self.fields.is_converted(at, role));
                    let keys: Vec<String> = member.path.iter().map(|name| key(name)).collect();
                    self.line(&format!("{} = {}", keys.join("."), member.value));
                }
            }
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

    fn outcome(&mut self, label: usize) {
        let column = &self.survey.columns[label];
        let field = self.fields.name(label);
        self.line("\n# What turned out true, as a record of its own.");
        self.line("[[record]]");
        self.line("kind = \"outcome\"");
        let is_there = format!("{{ field = {field}, empty = false }}");
        if column.empty.is_empty() {
            self.line(&format!("when = {is_there}"));
        } else {
            // What a value takes for nothing is a text to a condition.
            let texts: Vec<String> = column.empty.iter().map(|text| quoted(text)).collect();
            self.line(&format!("when = [{is_there}, {{ field = {field}, is_not = [{}] }}]", texts.join(", ")));
        }
        match (self.of(Role::LabelTime), self.of(Role::Time)) {
            (Some(time), _) => self.time(time),
            (None, Some(decided)) => {
                self.comment("ASSUMED: no column says when this was known; the decision's time stands for it.");
                let time = self.timestamp(decided);
                self.line(&time);
            }
            (None, None) => {}
        }
        self.line("decision = { id_of = \"decision\" }");
        let how = kind(column, self.survey.lines);
        self.about(label, !how.is_empty());
        self.line(&format!("label = {}", self.fields.value(label, how)));
    }

    fn time(&mut self, at: usize) {
        let column = &self.survey.columns[at];
        self.about(at, true);
        let Content::Time { format, is_filled, is_day_unsure, .. } = column.content else { return };
        if self.roles[at] == Some(Role::Time) && column.filled < self.survey.rows {
            self.comment("Rows without a time will not fit.");
        }
        if is_day_unsure {
            let (first, then) = if format.starts_with("%d") { ("day", "month") } else { ("month", "day") };
            self.comment(&format!("ASSUMED: the {first} stands before the {then}; nothing in the sample tells."));
        }
        if format.contains("%y") {
            self.comment(
                "ASSUMED: years of two digits from 00 to 69 are 2000 to 2069, from 70 to 99 are 1970 to 1999.",
            );
        }
        if is_filled {
            self.comment("The source says no more than this: the start of it stands for it.");
        }
        let time = self.timestamp(at);
        self.line(&time);
    }

    fn timestamp(&self, at: usize) -> String {
        let how = match self.survey.columns[at].content {
            Content::Time { format, is_filled, .. } => {
                let format =
                    if format == "iso" { "as = \"time\"".to_owned() } else { format!("format = {}", quoted(format)) };
                format!(", {format}{}", if is_filled { ", fill = \"start\"" } else { "" })
            }
            _ => String::new(),
        };
        format!("timestamp = {}", self.fields.value(at, &how))
    }

    /// Whether a column holds what must not stand in a comment: that is neither sealed nor hashed.
    fn is_hidden(&self, at: usize) -> bool {
        matches!(self.roles[at], Some(Role::Personal | Role::Subject)) || self.survey.columns[at].is_email
    }

    /// Comments that say what stands in a column, and what will become of it.
    fn about(&mut self, at: usize, is_converted: bool) {
        let (column, rows) = (&self.survey.columns[at], self.survey.rows);
        let missing = match rows.saturating_sub(column.filled) {
            0 => String::new(),
            missing => format!("; none in {}", counted(missing, "row")),
        };
        let is_hidden = self.is_hidden(at);
        let examples: Vec<String> =
            column.examples.iter().map(|text| example(text, column.content != Content::Text)).collect();
        let shown = if is_hidden { "not shown here".to_owned() } else { examples.join(", ") };
        self.comment(&match column.distinct {
            Some(1) if column.filled > 1 => format!("Always the same: {shown}{missing}"),
            Some(1) => format!("One value: {shown}{missing}"),
            _ if column.is_unique => format!("All different: {shown}{missing}"),
            Some(distinct) => format!("{distinct} different: {shown}{missing}"),
            None => format!("Many different: {shown}{missing}"),
        });
        match column.misfits.as_slice() {
            misfits if misfits.is_empty() || !is_converted => {}
            _ if is_hidden => self.comment("Rows will not fit with some of its values."),
            misfits => {
                let misfits: Vec<String> = misfits.iter().map(|text| example(text, false)).collect();
                self.comment(&format!("Rows will not fit with values such as these: {}", misfits.join(", ")));
            }
        }
        if let Some(text) = column.unsure.as_ref().filter(|_| is_converted && !is_hidden) {
            self.comment(&format!(
                "ASSUMED: {} has a fraction, and is no thousands; those need `group` in [source].",
                example(text, true)
            ));
        }
        match self.roles[at] {
            Some(Role::Subject) => {
                self.comment("Hashed: the same person stays the same. A value of which there are few can be guessed.");
            }
            Some(Role::Personal) => {
                self.comment("Looks like personal data: sealed, so that it can be erased later.");
            }
            _ => {}
        }
    }
}

/// A value as a comment shows it. What somebody wrote in words may be about a person, and says nothing of a column.
fn example(text: &str, is_typed: bool) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() >= PROSE && !is_typed { "(words)".to_owned() } else { shown_short(&words.join(" "), 30) }
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
