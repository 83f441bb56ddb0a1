//! What could stand where the cursor is: fields, operators, values with how many records have them.

use super::error::Span;
use super::expr::Mark;
use super::field::{Alias, Field, FieldType, KEYWORDS, Path};
use super::parse::word_end;
use super::print::{ends_word, quoted, value_text};
use super::scan::{Op, Scanner};
use super::value::pattern::fold;
use super::vocabulary::{KnownValue, Vocabulary};

/// What is being written at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completing {
    /// A field, a word such as `or`, or a text to search for.
    Field,
    /// The field behind `has:`.
    Has,
    /// The operator behind a field that is written out.
    Operator(Field),
    /// A value of a field.
    Value(Field),
    /// A tag, note or incident.
    Mark(Mark),
    /// A regex or a place in the log: nothing to offer.
    Nothing,
}

/// What could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is being written.
    pub completing: Completing,
    /// What a candidate takes the place of.
    pub span: Span,
    /// What is written of it before the cursor, without quotes.
    pub prefix: String,
    /// What could stand there, the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// Something that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is put in.
    pub text: String,
    /// What it means, where there is something to say.
    pub meaning: Option<&'static str>,
    /// How many records have it, where that is known.
    pub records: Option<u64>,
}

/// What could stand in `text` at `cursor` (bytes; one within a character counts as before it), at most `limit`
/// candidates. The rest of the text need not be right.
#[must_use]
pub fn complete(text: &str, cursor: usize, vocabulary: &dyn Vocabulary, limit: usize) -> Completion {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let Some(Span { start, end }) = word_at(text, cursor) else {
        return offer(Completing::Field, cursor..cursor, String::new(), vocabulary, limit);
    };
    let word = &text[start..end];
    if word.starts_with(['/', '@']) {
        return Completion {
            completing: Completing::Nothing,
            span: start..end,
            prefix: word.to_owned(),
            candidates: Vec::new(),
        };
    }
    let operator = operator(word).map(|(at, op)| (start + at, op)).filter(|(at, _)| *at < cursor);
    let Some((at, op)) = operator else {
        let name_end = self::operator(word).map_or(end, |(at, _)| start + at);
        let prefix = unquoted(&text[start..cursor]);
        return offer(Completing::Field, start..name_end, prefix, vocabulary, limit);
    };
    let name = &text[start..at];
    let mut from = at + op.text().len();
    if cursor < from {
        // Between the two characters of an operator.
        return offer(Completing::Nothing, at..from, String::new(), vocabulary, limit);
    }
    if name == "has" && op == Op::Colon {
        return offer(Completing::Has, from..end, unquoted(&text[from..cursor]), vocabulary, limit);
    }
    if text[from..cursor].starts_with('/') {
        return offer(Completing::Nothing, from..end, text[from..cursor].to_owned(), vocabulary, limit);
    }
    let mut until = end;
    // In a range the end that the cursor is in; in quotes two points are a text.
    if !text[from..end].contains('"')
        && let Some(points) = text[from..end].find("..").map(|points| from + points)
    {
        if cursor >= points + 2 { from = points + 2 } else { until = points.max(cursor) }
    }
    let prefix = unquoted(&text[from..cursor]);
    let completing = match (Mark::find(name), field(name)) {
        (Some(mark), _) => Completing::Mark(mark),
        (None, Some(field)) => Completing::Value(field),
        (None, None) => Completing::Nothing,
    };
    offer(completing, from..until, prefix, vocabulary, limit)
}

/// The word that the cursor is in or directly behind.
fn word_at(text: &str, cursor: usize) -> Option<Span> {
    let mut scanner = Scanner::new(text);
    loop {
        scanner.skip_space();
        let start = scanner.at;
        match scanner.peek() {
            Some('(' | ')' | '-') if start < cursor => {
                scanner.at += 1;
                continue;
            }
            Some(_) if start < cursor => {}
            _ => return None,
        }
        let end = word_end(text, start).max(start + 1);
        if end >= cursor {
            return Some(start..end);
        }
        scanner.at = end;
    }
}

/// The first operator of a word that stands outside quotes, and where.
fn operator(word: &str) -> Option<(usize, Op)> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in word.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            _ => {
                if let Some(op) = Op::of(&word[at..]) {
                    return (at > 0).then_some((at, op));
                }
            }
        }
    }
    None
}

/// A text without its quotes; the escapes of those that are not closed yet are resolved as far as they go.
fn unquoted(text: &str) -> String {
    let (mut out, mut is_escaped) = (String::new(), false);
    for c in text.chars() {
        match c {
            '\\' if !is_escaped => is_escaped = true,
            '"' if !is_escaped => {}
            c => {
                is_escaped = false;
                out.push(c);
            }
        }
    }
    out
}

/// The field of a name as it stands in a filter.
fn field(name: &str) -> Option<Field> {
    if let Some(alias) = Alias::find(name) {
        return Some(Field::Alias(alias));
    }
    let path = super::parse(&format!("has:{name}"), &super::Unknown).ok()?;
    match path.expr {
        super::Expr::Term(super::Term::Field { field, .. }) => Some(field),
        _ => None,
    }
}

fn offer(completing: Completing, span: Span, prefix: String, vocabulary: &dyn Vocabulary, limit: usize) -> Completion {
    let mut candidates = match &completing {
        Completing::Field => fields(&prefix, vocabulary, true),
        Completing::Has => fields(&prefix, vocabulary, false),
        Completing::Value(field) => values(field, &prefix, vocabulary, limit),
        Completing::Mark(mark) => {
            vocabulary.marks(*mark, &prefix, limit).into_iter().map(|known| value(known, FieldType::Text)).collect()
        }
        Completing::Operator(_) | Completing::Nothing => Vec::new(),
    };
    // A field that is written out wants an operator, unless it is the beginning of another one.
    let written = match completing {
        Completing::Field if !prefix.is_empty() && candidates.iter().all(|candidate| candidate.text == prefix) => {
            candidates.first().and_then(|candidate| field(&candidate.text))
        }
        _ => None,
    };
    if let Some(field) = written {
        let has_order = field.field_type().has_order();
        let operators = Op::ALL.into_iter().filter(|op| has_order || *op == Op::Colon);
        let candidates = operators.map(|op| Candidate { text: op.text().to_owned(), meaning: None, records: None });
        let span = span.end..span.end;
        return Completion {
            completing: Completing::Operator(field),
            span,
            prefix: String::new(),
            candidates: candidates.take(limit).collect(),
        };
    }
    candidates.truncate(limit);
    Completion { completing, span, prefix, candidates }
}

/// Fields whose name begins with the prefix, then those that hold it: aliases, then paths by how many records have
/// them, and the words of the language.
fn fields(prefix: &str, vocabulary: &dyn Vocabulary, has_words: bool) -> Vec<Candidate> {
    let folded = fold(prefix);
    let mut found: Vec<(u8, Candidate)> = Vec::new();
    let mut add = |group: u8, candidate: Candidate| {
        let name = fold(&candidate.text);
        let rank = if name.starts_with(&folded) {
            0
        } else if name.contains(&folded) {
            1
        } else {
            return;
        };
        found.push((rank * 4 + group, candidate));
    };
    for alias in Alias::ALL {
        add(0, Candidate { text: alias.name.to_owned(), meaning: Some(alias.meaning), records: None });
    }
    for known in vocabulary.paths() {
        let candidate = Candidate { text: known.path.to_string(), meaning: None, records: Some(known.records) };
        // `kind` is both; the alias means the same and says more.
        if !is_alias_path(&known.path) {
            add(1, candidate);
        }
    }
    let words: &[(&str, &str)] = if has_words { &WORDS } else { &WORDS[..MARKS] };
    for (word, meaning) in words {
        let is_offered = has_words || Mark::find(word).is_some();
        if is_offered {
            add(2, Candidate { text: (*word).to_owned(), meaning: Some(meaning), records: None });
        }
    }
    found.sort_by(|(a_rank, a), (b_rank, b)| {
        a_rank.cmp(b_rank).then_with(|| b.records.cmp(&a.records)).then_with(|| {
            // Aliases and words keep the order of their tables.
            if a.records.is_some() { a.text.cmp(&b.text) } else { std::cmp::Ordering::Equal }
        })
    });
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

fn is_alias_path(path: &Path) -> bool {
    matches!(path.members(), [only] if Alias::find(only).is_some())
}

/// How many of [`WORDS`] are marks; they stand first.
const MARKS: usize = 3;

/// What is no field and can begin a condition.
const WORDS: [(&str, &str); 7] = [
    ("tag", "records with a tag of the case"),
    ("note", "records with a note of the case that holds a text"),
    ("incident", "records that are part of an incident"),
    ("has", "records in which a field has a value"),
    ("not", "everything that does not match"),
    ("or", "either side"),
    ("and", "both sides, as without a word between them"),
];

const _: () = assert!(KEYWORDS.len() == MARKS + 1, "every word before a colon is offered");

fn values(field: &Field, prefix: &str, vocabulary: &dyn Vocabulary, limit: usize) -> Vec<Candidate> {
    let folded = fold(prefix);
    let mut known = vocabulary.values(field, prefix, limit);
    if let Field::Alias(alias) = field {
        for text in alias.values.listed() {
            if !known.iter().any(|known| known.text == *text) {
                known.push(KnownValue { text: (*text).to_owned(), records: None });
            }
        }
    }
    known.retain(|known| fold(&known.text).contains(&folded));
    known.sort_by_key(|known| {
        (!fold(&known.text).starts_with(&folded), std::cmp::Reverse(known.records.unwrap_or_default()))
    });
    known.into_iter().map(|known| value(known, field.field_type())).collect()
}

/// A value as it is written: in quotes where it would be read as something else.
fn value(known: KnownValue, field_type: FieldType) -> Candidate {
    // A number or time as the log has it is one also without quotes, and shows what operators can do with it.
    let is_plain =
        !known.text.is_empty() && !known.text.contains(|c| ends_word(c) || matches!(c, '*' | '/' | '<' | '>'));
    let is_time = super::value::time::TimeRange::parse(&known.text).is_ok();
    let is_number = super::value::number::Number::parse(&known.text).is_some();
    let is_version = field_type == FieldType::Version;
    let text = if is_plain && (is_time || is_number || is_version) && !known.text.contains("..") {
        known.text
    } else if known.text.is_empty() {
        let mut text = String::new();
        let _ = quoted(&mut text, "");
        text
    } else {
        value_text(&known.text, field_type)
    };
    Candidate { text, meaning: None, records: known.records }
}
