//! A look at JSON lines: which paths their objects have, and whether they are records already.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::collected::Collected;
use super::{MAX_COLUMNS, Records, SAMPLE_ROWS, Survey, in_memory};
use crate::import::mapping::Lines;
use crate::import::rows::{NextLine, TextLines, too_long};
use crate::import::source::SourceError;
use crate::record::{self, Facts, Remark};

pub(super) fn survey(sample: &[u8]) -> Result<Survey, SourceError> {
    let mut survey = Survey::new(Lines::Jsonl);
    let mut lines = TextLines::new(in_memory(sample)?);
    let mut paths = Paths::default();
    let (mut format, mut logger, mut chained) = (0, 0, 0);
    loop {
        let (line, text) = match lines.next_line()? {
            NextLine::End => break,
            _ if survey.rows == SAMPLE_ROWS => {
                survey.is_whole = false;
                break;
            }
            NextLine::TooLong { line } => {
                survey.fault(line, &too_long());
                continue;
            }
            NextLine::Line { line, text } => (line, text),
        };
        match read(text) {
            Err(reason) => survey.fault(line, &reason),
            Ok((facts, value)) => {
                survey.rows += 1;
                chained += u64::from(crate::bundle::line::Line::parse(text).is_some());
                let is_implied = facts.remarks.contains(&Remark::KindImplied);
                // Others have a model and an output as well, but neither an id nor a time where a record has them.
                let is_whole = ["audit_id", "timestamp"].iter().all(|name| value.get(name).is_some());
                logger += u64::from(is_implied && is_whole);
                format += u64::from(!is_implied && facts.kind != record::Kind::Other);
                flatten("", &value, 0, &mut |path, value| paths.add(path, value));
            }
        }
    }
    let rows = survey.rows;
    let is_most = |count: u64| count > 0 && count * 10 >= rows * 9;
    let records = [(chained, Records::Chained), (logger, Records::Logger), (format, Records::Format)];
    survey.records = records.into_iter().find(|(count, _)| is_most(*count)).map(|(_, records)| records);
    survey.unseen = paths.others.len();
    survey.columns = paths.columns.into_iter().map(|(name, column)| column.column(name, None)).collect();
    Ok(survey)
}

fn read(text: &[u8]) -> Result<(Facts<'_>, serde_json::Value), String> {
    let text = std::str::from_utf8(text).map_err(|_| "not UTF-8".to_owned())?;
    let facts = record::check(text).map_err(|fault| fault.to_string())?;
    let value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok((facts, value))
}

/// The paths in the order in which they come.
#[derive(Default)]
struct Paths {
    at: HashMap<String, usize>,
    columns: Vec<(String, Collected)>,
    /// Hashes of those that are not looked at.
    others: HashSet<u64>,
}

impl Paths {
    fn add(&mut self, path: &str, value: &serde_json::Value) {
        let at = match self.at.get(path) {
            Some(at) => *at,
            None if self.columns.len() < MAX_COLUMNS => {
                self.at.insert(path.to_owned(), self.columns.len());
                self.columns.push((path.to_owned(), Collected::default()));
                self.columns.len() - 1
            }
            None => {
                let mut hasher = DefaultHasher::new();
                path.hash(&mut hasher);
                self.others.insert(hasher.finish());
                return;
            }
        };
        if let Some((_, column)) = self.columns.get_mut(at) {
            column.add_json(value);
        }
    }
}

/// The paths of an object's single values and arrays.
fn flatten(path: &str, value: &serde_json::Value, depth: usize, found: &mut impl FnMut(&str, &serde_json::Value)) {
    match value {
        serde_json::Value::Object(members) if depth < 16 && (depth == 0 || !members.is_empty()) => {
            // One name that a dotted path cannot say makes the whole path a pointer.
            for (name, value) in members {
                let token = crate::record::sealed::escape_token(name);
                let path = match path {
                    "" if name.contains('.') || name.starts_with('/') || name.is_empty() => format!("/{token}"),
                    "" => name.clone(),
                    path if path.starts_with('/') => format!("{path}/{token}"),
                    path if name.contains('.') || name.is_empty() => {
                        let tokens = path.split('.').map(crate::record::sealed::escape_token);
                        format!("/{}/{token}", tokens.collect::<Vec<_>>().join("/"))
                    }
                    path => format!("{path}.{name}"),
                };
                flatten(&path, value, depth + 1, found);
            }
        }
        value => found(path, value),
    }
}
