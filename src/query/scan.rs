//! From text to words: where a word begins and ends, and which parts it has. What they mean is the parser's matter.

use super::error::{Error, Fault, Span};
use super::print::{ends_word, quoted};
use crate::record::text::is_hidden;

/// An operator between field and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Colon,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Op {
    pub(super) const ALL: [Self; 5] = [Self::Colon, Self::Less, Self::AtMost, Self::Greater, Self::AtLeast];

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Colon => ":",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The operator that `text` begins with.
    pub(super) fn of(text: &str) -> Option<Self> {
        Some(match text.as_bytes() {
            [b':', ..] => Self::Colon,
            [b'<', b'=', ..] => Self::AtMost,
            [b'<', ..] => Self::Less,
            [b'>', b'=', ..] => Self::AtLeast,
            [b'>', ..] => Self::Greater,
            _ => return None,
        })
    }
}

/// A word of a filter.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub(super) span: Span,
    pub(super) body: Body<'a>,
}

#[derive(Debug)]
pub(super) enum Body<'a> {
    /// A text, alone.
    Text(Operand<'a>),
    /// A regex, alone.
    Regex(&'a str),
    /// What stands behind `@`.
    Place(&'a str),
    /// A field, an operator and a value.
    Test { name: Name<'a>, op: Op, value: Value<'a> },
}

/// A path as it is written.
#[derive(Debug)]
pub(super) struct Name<'a> {
    pub(super) members: Vec<String>,
    /// A name in quotes is a path and nothing else.
    pub(super) is_quoted: bool,
    pub(super) text: &'a str,
    pub(super) span: Span,
}

/// A text as it is written.
#[derive(Debug)]
pub(super) struct Operand<'a> {
    /// Without quotes and escapes.
    pub(super) text: std::borrow::Cow<'a, str>,
    pub(super) is_quoted: bool,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum Value<'a> {
    /// Nothing; the place where it would be, and the white space there if something follows it.
    None(usize, Option<Span>),
    One(Operand<'a>),
    Range(Option<Operand<'a>>, Option<Operand<'a>>, Span),
    Regex(&'a str, Span),
    /// Behind `has:`.
    Name(Name<'a>),
}

/// Reads words of a text that it keeps to itself where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    pub(super) at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Takes `word` where it stands here as a word of its own, in any case.
    pub(super) fn keyword(&mut self, word: &str) -> Option<Span> {
        let head = self.rest().get(..word.len())?;
        let behind = self.rest()[word.len()..].chars().next();
        // A quote behind it would make it a word with a quote in it.
        let is_whole = behind.is_none_or(|c| ends_word(c) && c != '"');
        (head.eq_ignore_ascii_case(word) && is_whole).then(|| {
            self.at += word.len();
            self.at - word.len()..self.at
        })
    }

    /// The word here, which is neither white space nor a parenthesis.
    pub(super) fn word(&mut self) -> Result<Word<'a>, Error> {
        let start = self.at;
        let body = match self.peek() {
            Some('/') => Body::Regex(self.regex()?.0),
            Some('@') => {
                self.at += 1;
                let place = self.run(ends_word);
                self.no_quote()?;
                Body::Place(place)
            }
            _ => self.text_or_test()?,
        };
        Ok(Word { span: start..self.at, body })
    }

    /// Takes characters up to the first that ends them.
    fn run(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let run = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += run.len();
        run
    }

    fn text_or_test(&mut self) -> Result<Body<'a>, Error> {
        let start = self.at;
        let name = self.name()?;
        if let Some(op) = Op::of(self.rest()) {
            let span = self.at..self.at + op.text().len();
            if name.text.is_empty() {
                let error = Error::new(Fault::NoField(op.text()), span.clone());
                // `confidence < 0.6`: no space stands around operators.
                let before = self.text[..start].trim_end();
                let behind = self.text[span.end..].trim_start();
                let is_loose =
                    before.len() < start && !before.is_empty() && !before.ends_with('(') && !behind.is_empty();
                let gap = before.len()..self.text.len() - behind.len();
                return Err(if is_loose { error.or(gap, op.text()) } else { error });
            }
            if let Some(empty) = name.members.iter().position(String::is_empty)
                && !name.is_quoted
            {
                let at = start + name.members.iter().take(empty).map(|member| member.len() + 1).sum::<usize>();
                return Err(Error::new(Fault::EmptyName, at..at));
            }
            self.at = span.end;
            let is_has = name.text == "has" && op == Op::Colon;
            if op == Op::Colon && self.rest().starts_with("//") {
                // An address, not an empty regex with something behind it.
                self.run(ends_word);
                let mut fixed = String::new();
                let _ = quoted(&mut fixed, &self.text[start..self.at]);
                return Err(Error::new(Fault::DoubleSlash, start..self.at).or(start..self.at, fixed));
            }
            let value = if is_has { self.has()? } else { self.value(op)? };
            return Ok(Body::Test { name, op, value });
        }
        // No operator: what looked like a name is a text.
        let span = start..self.at;
        if !name.is_quoted {
            return Ok(Body::Text(Operand { text: name.text.into(), is_quoted: false, span }));
        }
        match <[String; 1]>::try_from(name.members) {
            Ok([text]) => Ok(Body::Text(Operand { text: text.into(), is_quoted: true, span })),
            Err(_) => Err(Error::new(Fault::QuoteInWord, span.clone()).or(span.clone(), {
                let mut fixed = String::new();
                let _ = quoted(&mut fixed, &self.text[span]);
                fixed
            })),
        }
    }

    /// Names with points between them, each perhaps in quotes. Without any quotes it may be no path at all.
    fn name(&mut self) -> Result<Name<'a>, Error> {
        let start = self.at;
        let (mut members, mut is_quoted) = (Vec::new(), false);
        loop {
            if self.peek() == Some('"') {
                members.push(self.quoted()?);
                is_quoted = true;
                if self.peek().is_some_and(|c| c != '.' && c != '"' && !ends_word(c) && Op::of(self.rest()).is_none())
                    || self.peek() == Some('"')
                {
                    let end = self.at;
                    self.run(ends_word);
                    return Err(Error::new(Fault::AfterQuote, end..self.at.max(end + 1)).or(end..end, " "));
                }
            } else {
                let from = self.at;
                let run = self.run(|c| ends_word(c) || matches!(c, ':' | '<' | '>' | '.'));
                if let Some((at, c)) = run.char_indices().find(|(_, c)| is_hidden(*c)) {
                    return Err(hidden(c, from + at));
                }
                members.push(run.to_owned());
                if self.peek() == Some('"') {
                    return Err(Error::new(Fault::QuoteInWord, self.at..self.at + 1).or(self.at..self.at, " "));
                }
            }
            if self.peek() != Some('.') {
                break;
            }
            self.at += 1;
        }
        Ok(Name { members, is_quoted, text: &self.text[start..self.at], span: start..self.at })
    }

    fn has(&mut self) -> Result<Value<'a>, Error> {
        let start = self.at;
        let name = self.name()?;
        if name.text.is_empty() {
            return Ok(self.no_value());
        }
        if let Some(op) = Op::of(self.rest()) {
            return Err(Error::new(Fault::HasValue, self.at..self.at + op.text().len()).or(start - 4..start, ""));
        }
        if !name.is_quoted && name.members.iter().any(String::is_empty) {
            return Err(Error::new(Fault::EmptyName, name.span));
        }
        Ok(Value::Name(name))
    }

    fn value(&mut self, op: Op) -> Result<Value<'a>, Error> {
        let start = self.at;
        match self.peek() {
            None => return Ok(self.no_value()),
            Some('/') if op == Op::Colon => {
                let (regex, span) = self.regex()?;
                return Ok(Value::Regex(regex, span));
            }
            Some(':' | '<' | '>' | '=') if Op::of(self.rest()).is_some() || op != Op::Colon => {
                let double = self.at - op.text().len()..self.at;
                let end = self.at + Op::of(self.rest()).map_or(1, |op| op.text().len());
                let fix = match (op, Op::of(self.rest())) {
                    (Op::Colon, Some(second)) => second.text(),
                    _ => op.text(),
                };
                return Err(Error::new(Fault::DoubleOperator, double.start..end).or(double.start..end, fix));
            }
            _ => {}
        }
        let first = self.operand()?;
        let Some(first) = first else { return Ok(self.no_value()) };
        if first.is_quoted {
            if !self.rest().starts_with("..") {
                return self.behind_quote().map(|()| Value::One(first));
            }
            self.at += 2;
            let last = self.operand()?;
            if last.as_ref().is_some_and(|last| last.is_quoted) {
                self.behind_quote()?;
            }
            return Ok(Value::Range(Some(first), last, start..self.at));
        }
        let span = first.span.clone();
        let text = &self.text[span.clone()];
        let Some((from, to)) = text.split_once("..") else {
            return self.no_quote().map(|()| Value::One(first));
        };
        let end = |text: &'a str, at: usize| {
            let span = at..at + text.len();
            (!text.is_empty()).then_some(Operand { text: text.into(), is_quoted: false, span })
        };
        let (from, at) = (end(from, span.start), span.start + from.len() + 2);
        if to.is_empty() && self.peek() == Some('"') {
            let last = self.operand()?;
            self.behind_quote()?;
            return Ok(Value::Range(from, last, start..self.at));
        }
        self.no_quote()?;
        Ok(Value::Range(from, end(to, at), start..self.at))
    }

    fn no_value(&self) -> Value<'a> {
        let behind = self.rest().trim_start();
        let next = self.text.len() - behind.len();
        let mut ahead = Self { text: self.text, at: next };
        let is_word = !behind.is_empty()
            && !behind.starts_with(['(', ')'])
            && ["or", "and", "not"].iter().all(|word| ahead.keyword(word).is_none());
        Value::None(self.at, (is_word && next > self.at).then_some(self.at..next))
    }

    /// A text in quotes or up to the end of the word.
    fn operand(&mut self) -> Result<Option<Operand<'a>>, Error> {
        let start = self.at;
        if self.peek() == Some('"') {
            let text = self.quoted()?;
            return Ok(Some(Operand { text: text.into(), is_quoted: true, span: start..self.at }));
        }
        let run = self.run(ends_word);
        if let Some((at, c)) = run.char_indices().find(|(_, c)| is_hidden(*c)) {
            return Err(hidden(c, start + at));
        }
        Ok((!run.is_empty()).then_some(Operand { text: run.into(), is_quoted: false, span: start..self.at }))
    }

    /// A quote here would stand within a word.
    fn no_quote(&self) -> Result<(), Error> {
        match self.peek() {
            Some('"') => Err(Error::new(Fault::QuoteInWord, self.at..self.at + 1).or(self.at..self.at, " ")),
            _ => Ok(()),
        }
    }

    /// Behind a closing quote the word ends.
    fn behind_quote(&mut self) -> Result<(), Error> {
        let end = self.at;
        match self.peek() {
            Some(c) if !ends_word(c) || c == '"' => {
                self.run(ends_word);
                Err(Error::new(Fault::AfterQuote, end..self.at.max(end + 1)).or(end..end, " "))
            }
            _ => Ok(()),
        }
    }

    /// The text in the quotes that begin here.
    fn quoted(&mut self) -> Result<String, Error> {
        let start = self.at;
        let mut out = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(out);
                }
                '\\' => {
                    let from = start + at;
                    match chars.next() {
                        Some((_, c @ ('"' | '\\'))) => out.push(c),
                        Some((_, 'u')) => {
                            let behind = &self.text[from + 2..];
                            let (c, length) = escaped(behind).ok_or_else(|| {
                                Error::new(Fault::BadEscape, from..from + 2).or(from..from + 1, "\\\\")
                            })?;
                            out.push(c);
                            for _ in 0..length {
                                chars.next();
                            }
                        }
                        Some((_, c)) => {
                            let span = from..from + 1 + c.len_utf8();
                            return Err(Error::new(Fault::BadEscape, span).or(from..from + 1, "\\\\"));
                        }
                        None => break,
                    }
                }
                c => out.push(c),
            }
        }
        let end = self.text.len();
        self.at = end;
        Err(Error::new(Fault::UnclosedQuote, start..start + 1).or(end..end, "\""))
    }

    /// What stands between the slashes that begin here, and where.
    fn regex(&mut self) -> Result<(&'a str, Span), Error> {
        let start = self.at;
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '/' => {
                    let source = &self.rest()[1..at];
                    self.at += at + 1;
                    let span = start..self.at;
                    let behind = self.at;
                    if self.peek().is_some_and(|c| !ends_word(c) || c == '"') {
                        self.run(ends_word);
                        let mut fixed = String::new();
                        let _ = quoted(&mut fixed, &self.text[start..self.at]);
                        let place = behind..self.at.max(behind + 1);
                        return Err(Error::new(Fault::AfterRegex, place).or(start..self.at, fixed));
                    }
                    return Ok((source, span));
                }
                '\\' => {
                    chars.next();
                }
                c if is_hidden(c) => return Err(hidden(c, start + at)),
                _ => {}
            }
        }
        let word = self.rest().find(ends_word).map_or(self.text.len(), |at| start + at);
        self.at = self.text.len();
        let mut fixed = String::new();
        let _ = quoted(&mut fixed, &self.text[start..word]);
        Err(Error::new(Fault::UnclosedRegex, start..start + 1).or(start..word, fixed))
    }
}

fn hidden(c: char, at: usize) -> Error {
    Error::new(Fault::Hidden(format!("\\u{{{:x}}}", u32::from(c))), at..at + c.len_utf8())
        .or(at..at + c.len_utf8(), String::new())
}

/// The character of `{hex}` and how many characters that takes.
fn escaped(text: &str) -> Option<(char, usize)> {
    let (hex, _) = text.strip_prefix('{')?.split_once('}')?;
    if !(1..=6).contains(&hex.len()) || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, hex.len() + 2))
}
