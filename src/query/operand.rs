//! From words to terms: names become fields, and the limits on what a filter may hold are kept.

use super::error::{Error, Fault, Span, shown};
use super::expr::{Expr, Mark, Term, Test};
use super::field::{Alias, DAMAGED, Derived, Field, Path, Place};
use super::nearest;
use super::scan::{Body, Name, Op, Operand, Value, Word};
use super::typed::Typed;
use super::value::pattern::{Glob, Matcher, Regex, RegexFault};
use super::vocabulary::{Known, Vocabulary, is_allowed};
use super::{MAX_REGEXES, Shadowed};

/// Makes terms, and keeps count of what there may not be too much of.
pub(super) struct Operands<'a> {
    pub(super) vocabulary: &'a dyn Vocabulary,
    regexes: usize,
    pub(super) shadowed: Vec<Shadowed>,
}

impl<'a> Operands<'a> {
    pub(super) fn new(vocabulary: &'a dyn Vocabulary) -> Self {
        Self { vocabulary, regexes: 0, shadowed: Vec::new() }
    }

    pub(super) fn term(&mut self, word: Word<'_>) -> Result<Expr, Error> {
        let span = word.span;
        Ok(Expr::Term(match word.body {
            Body::Place(text) => place(text, span)?,
            Body::Regex(source) => Term::Text(Matcher::Regex(self.regex(source, span)?)),
            Body::Text(operand) if operand.text.is_empty() => {
                return Err(Error::new(Fault::EmptyText, span.clone()).or(span, ""));
            }
            Body::Text(operand) => {
                if !operand.is_quoted {
                    self.no_equals_sign(&operand)?;
                }
                Term::Text(matcher(&operand))
            }
            Body::Test { name, op, value } => {
                let term = self.test(&name, op, value)?;
                if is_damaged(&term) {
                    return Ok(Expr::Term(intact(term)).negated());
                }
                term
            }
        }))
    }

    /// `result=deny` searches for that very text; nobody means that where `result` is a field.
    fn no_equals_sign(&self, operand: &Operand<'_>) -> Result<(), Error> {
        let Some((left, right)) = operand.text.split_once(['=', '≠']) else { return Ok(()) };
        let name = left.strip_suffix('!').unwrap_or(left);
        let members: Vec<String> = name.split('.').map(str::to_owned).collect();
        let is_field = Alias::find(name).is_some()
            || Mark::find(name).is_some()
            || Path::new(members).is_some_and(|path| self.vocabulary.at(&path) != Known::Nothing);
        if !is_field {
            return Ok(());
        }
        let minus = if left.ends_with('!') { "-" } else { "" };
        let right = right.strip_prefix('=').unwrap_or(right);
        let (span, fixed) = (operand.span.clone(), format!("{minus}{name}:{right}"));
        Err(Error::new(Fault::EqualsSign, span.clone()).or(span, fixed))
    }

    pub(super) fn regex(&mut self, source: &str, span: Span) -> Result<Regex, Error> {
        if source.is_empty() {
            return Err(Error::new(Fault::EmptyRegex, span.clone()).or(span, ""));
        }
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            return Err(Error::new(Fault::TooManyRegexes, span));
        }
        Regex::new(source).map_err(|fault| match fault {
            RegexFault::TooBig => Error::new(Fault::RegexTooBig, span),
            RegexFault::Syntax(reason) => Error::new(Fault::BadRegex(RegexFault::Syntax(shown(&reason))), span),
        })
    }

    fn test(&mut self, name: &Name<'_>, op: Op, value: Value<'_>) -> Result<Term, Error> {
        let behind = format!("{}{}", shown(name.text), op.text());
        if let Value::None(at, gap) = value {
            let fault = Fault::NoValue(behind);
            let error = Error::new(fault, name.span.start..at);
            if let Some(gap) = gap {
                return Err(error.or(gap, ""));
            }
            // Somebody who leaves the value open mostly wants to know whether there is one.
            let can_have = op == Op::Colon && name.text != "has" && self.field(name).is_ok();
            return Err(if can_have { error.or(name.span.start..at, format!("has:{}", name.text)) } else { error });
        }
        if !name.is_quoted && name.text == "has" {
            let Value::Name(name) = value else {
                return Err(Error::new(Fault::MarkOrder("has"), name.span.end..name.span.end + op.text().len())
                    .or(name.span.end..name.span.end + op.text().len(), ":"));
            };
            if let (false, Some(mark)) = (name.is_quoted, Mark::find(name.text)) {
                return Ok(Term::Mark { mark, matcher: None });
            }
            return Ok(Term::Field { field: self.field(&name)?, test: Test::Present });
        }
        if let (false, Some(mark)) = (name.is_quoted, Mark::find(name.text)) {
            return self.mark(mark, name, op, value);
        }
        let field = self.field(name)?;
        let test = Typed::new(&field, op, self).test(value, name)?;
        Ok(Term::Field { field, test })
    }

    fn mark(&mut self, mark: Mark, name: &Name<'_>, op: Op, value: Value<'_>) -> Result<Term, Error> {
        let op_span = name.span.end..name.span.end + op.text().len();
        let matcher = match value {
            _ if op != Op::Colon => {
                return Err(Error::new(Fault::MarkOrder(mark.name()), op_span.clone()).or(op_span, ":"));
            }
            Value::One(operand) if operand.text.is_empty() => {
                return Err(Error::new(Fault::EmptyText, operand.span));
            }
            Value::One(operand) => matcher(&operand),
            Value::Regex(source, span) => Matcher::Regex(self.regex(source, span)?),
            Value::Range(_, _, span) => return Err(Error::new(Fault::MarkOrder(mark.name()), span)),
            Value::None(..) | Value::Name(_) => return Err(Error::new(Fault::EmptyText, op_span)),
        };
        Ok(Term::Mark { mark, matcher: Some(matcher) })
    }

    /// The field that a name stands for. A name without quotes is an alias where there is one.
    fn field(&mut self, name: &Name<'_>) -> Result<Field, Error> {
        let unknown = || Error::new(Fault::UnknownField(shown(name.text)), name.span.clone());
        let path = Path::new(name.members.clone()).ok_or_else(unknown)?;
        if !name.is_quoted
            && let [only] = path.members()
            && let Some(alias) = Alias::find(only)
        {
            let is_its_own = alias.sources.iter().any(|source| match source.place {
                Place::Derived(Derived::Kind) => true,
                Place::Path(members) => members == [only.as_str()],
                Place::Derived(_) => false,
            });
            if !is_its_own && !alias.is_of_line() && self.vocabulary.at(&path) == Known::Values {
                self.shadowed.push(Shadowed { span: name.span.clone(), alias });
            }
            return Ok(Field::Alias(alias));
        }
        if is_allowed(self.vocabulary, &path) {
            return Ok(Field::Path(path));
        }
        let error = unknown();
        let span = name.span.clone();
        if let Some(field) = nearest::field(name.text, self.vocabulary) {
            return Err(error.or(span, field));
        }
        Err(error)
    }
}

/// `line_state:damaged`, which is said of no line: it stands for all that are not intact.
fn is_damaged(term: &Term) -> bool {
    matches!(term, Term::Field { field: Field::Alias(alias), test: Test::Is(Matcher::Text(text)) }
        if matches!(alias.sources, [source] if source.place == Place::Derived(Derived::LineState)) && text == DAMAGED)
}

fn intact(term: Term) -> Term {
    match term {
        Term::Field { field, .. } => Term::Field { field, test: Test::Is(Matcher::Text("intact".to_owned())) },
        term => term,
    }
}

/// A text as it is asked for: with wildcards where it holds a `*` outside quotes.
pub(super) fn matcher(operand: &Operand<'_>) -> Matcher {
    if !operand.is_quoted
        && let Some(glob) = Glob::new(&operand.text)
    {
        return Matcher::Glob(glob);
    }
    Matcher::Text(operand.text.clone().into_owned())
}

/// What stands behind `@`.
fn place(text: &str, span: Span) -> Result<Term, Error> {
    let fault = || Error::new(Fault::NotAPlace(shown(&format!("@{text}"))), span.clone());
    let number = |text: &str| -> Result<u64, Error> {
        let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| is_plain).ok_or_else(fault)
    };
    let Some((from, to)) = text.split_once("..") else {
        let seq = number(text)?;
        return Ok(Term::Seq { from: seq, to: seq });
    };
    let (first, last) = match (from, to) {
        ("", "") => return Err(fault()),
        ("", to) => (0, number(to)?),
        (from, "") => (number(from)?, u64::MAX),
        (from, to) => (number(from)?, number(to)?),
    };
    if first > last {
        return Err(Error::new(Fault::Backwards, span.clone()).or(span, format!("@{to}..{from}")));
    }
    Ok(Term::Seq { from: first, to: last })
}
