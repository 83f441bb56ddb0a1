//! Where a column goes in a decision, and what is done to it there.

use std::collections::HashMap;

use super::roles::{Role, has_own_place, path_of, speaks_alone};
use super::{Column, Content, Survey, quoted};
use crate::import::mapping::Lines;

/// A member of a record: its path, and the value as the mapping has it.
pub(super) struct Member {
    pub(super) path: Vec<String>,
    pub(super) value: String,
}

/// How the columns of a survey are named in a mapping.
pub(super) struct Fields<'s> {
    survey: &'s Survey,
    /// How often a name stands in the header.
    counts: HashMap<&'s str, usize>,
}

impl<'s> Fields<'s> {
    pub(super) fn new(survey: &'s Survey) -> Self {
        let mut counts = HashMap::new();
        for name in &survey.names {
            *counts.entry(name.as_str()).or_default() += 1;
        }
        Self { survey, counts }
    }

    /// A column as the mapping names it: by its number where a name would not do, or is not there.
    pub(super) fn name(&self, at: usize) -> String {
        let name = &self.survey.columns[at].name;
        let is_own = !name.is_empty() && self.counts.get(name.as_str()) == Some(&1);
        if is_own || self.survey.lines == Lines::Jsonl { quoted(name) } else { (at + 1).to_string() }
    }

    /// A value made of a column, with this said of it.
    pub(super) fn value(&self, at: usize, how: &str) -> String {
        let texts: Vec<String> = self.survey.columns[at].empty.iter().map(|text| quoted(text)).collect();
        let empty = if texts.is_empty() { String::new() } else { format!(", empty = [{}]", texts.join(", ")) };
        format!("{{ field = {}{how}{empty} }}", self.name(at))
    }

    /// The members of a decision that the columns become. `None` where there is no place left for one, or none is wanted.
    pub(super) fn members(&self, roles: &[Option<Role>]) -> Vec<Option<Member>> {
        let columns = &self.survey.columns;
        let mut members: Vec<Option<Member>> = columns.iter().map(|_| None).collect();
        let is_wanted = |at: &usize| {
            let is_apart = matches!(roles[*at], Some(Role::Time | Role::Label | Role::LabelTime | Role::Index));
            !is_apart && columns[*at].content != Content::Empty
        };
        // What stands in its place already keeps it, whatever else would go there.
        let keeps = |at: &usize| self.keeps_place(*at, roles[*at]);
        let (first, then): (Vec<usize>, Vec<usize>) = (0..columns.len()).filter(is_wanted).partition(keeps);
        let mut taken = Taken::default();
        for at in first.into_iter().chain(then) {
            let path = self.places(at, roles[at]).into_iter().find(|path| taken.take(path));
            members[at] = path.map(|path| Member { path, value: self.value(at, self.how(at, roles[at])) });
        }
        members
    }

    fn keeps_place(&self, at: usize, role: Option<Role>) -> bool {
        let is_moved = matches!(role, Some(Role::Id | Role::Subject));
        !is_moved && has_own_place(&path_of(self.survey, at))
    }

    /// Where a column may go, the best place first.
    fn places(&self, at: usize, role: Option<Role>) -> Vec<Vec<String>> {
        let tokens = path_of(self.survey, at);
        let last = match tokens.last() {
            Some(last) if !last.is_empty() => last.clone(),
            _ => format!("column_{}", at + 1),
        };
        let path = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        let wanted = match role {
            _ if self.keeps_place(at, role) => tokens.clone(),
            Some(Role::Id) => path(&["audit_id"]),
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
            Some(Role::Group) => path(&["subject", "group", &last]),
            Some(Role::Personal) => path(&["input", "data", &last]),
            _ => match &tokens[..] {
                [.., parent, last] if !speaks_alone(last) => path(&["input", "metadata", parent, last]),
                _ => path(&["input", "metadata", &last]),
            },
        };
        let part = if role == Some(Role::Personal) { "data" } else { "metadata" };
        let nested = ["input", part].into_iter().map(str::to_owned).chain(tokens).collect();
        let numbered = format!("{last}_{}", at + 1);
        vec![wanted, nested, path(&["input", part, &numbered])]
    }

    /// What is done to a column.
    fn how(&self, at: usize, role: Option<Role>) -> &'static str {
        match role {
            Some(Role::Subject) => ", hash = \"blake3\"",
            Some(Role::Personal) => ", seal = true",
            Some(Role::Id | Role::ModelId | Role::ModelVersion | Role::User | Role::Session | Role::Group) => "",
            _ => kind(&self.survey.columns[at], self.survey.lines),
        }
    }

    /// Whether values of a column can fail to be what the mapping says of them.
    pub(super) fn is_converted(&self, at: usize, role: Option<Role>) -> bool {
        self.how(at, role).starts_with(", as")
    }
}

/// How a column is converted: text of a CSV file has no type of its own.
pub(super) fn kind(column: &Column, lines: Lines) -> &'static str {
    match (lines, &column.content) {
        (Lines::Csv, Content::Number) => ", as = \"number\"",
        (Lines::Csv, Content::Boolean) => ", as = \"boolean\"",
        (Lines::Csv, Content::Json) => ", as = \"json\"",
        _ => "",
    }
}

/// The places that are taken: none may hold another or lie within one.
#[derive(Default)]
struct Taken {
    /// Whether a value stands at a path, or the path leads to one.
    paths: HashMap<Vec<String>, bool>,
}

impl Taken {
    fn take(&mut self, path: &[String]) -> bool {
        let is_value = |end: usize| self.paths.get(&path[..end]).copied();
        let is_within = (1..path.len()).any(|end| is_value(end) == Some(true));
        if is_within || is_value(path.len()).is_some() || path.iter().any(|name| name == "$sealed") {
            return false;
        }
        for end in 1..=path.len() {
            self.paths.insert(path[..end].to_vec(), end == path.len());
        }
        true
    }
}
