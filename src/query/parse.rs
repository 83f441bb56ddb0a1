//! From words to a tree: `not` before `and` before `or`, parentheses, and the limits on all of it.

use super::chips::Chip;
use super::error::{Error, Fault, Span};
use super::expr::Expr;
use super::operand::Operands;
use super::print::ends_word;
use super::scan::Scanner;
use super::vocabulary::Vocabulary;
use super::{MAX_BYTES, MAX_DEPTH, Query};

/// What is between two parts of a filter.
enum Joint {
    And(Span),
    Or(Span),
}

pub(super) struct Parser<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    operands: Operands<'a>,
    depth: usize,
    chips: Vec<Chip>,
}

impl<'a> Parser<'a> {
    pub(super) fn parse(text: &'a str, vocabulary: &'a dyn Vocabulary) -> Result<Query, Error> {
        if text.len() > MAX_BYTES {
            return Err(Error::new(Fault::TooLong(text.len()), 0..0));
        }
        let (scanner, operands) = (Scanner::new(text), Operands::new(vocabulary));
        let mut parser = Self { text, scanner, operands, depth: 0, chips: Vec::new() };
        parser.scanner.skip_space();
        if parser.scanner.peek().is_none() {
            return Ok(Query { text: text.to_owned(), expr: Expr::All, chips: Vec::new(), shadowed: Vec::new() });
        }
        let start = parser.scanner.at;
        let expr = parser.any()?;
        if parser.scanner.peek() == Some(')') {
            let at = parser.scanner.at;
            return Err(Error::new(Fault::StrayParenthesis, at..at + 1).or(at..at + 1, ""));
        }
        if let Expr::Or(_) = expr
            && parser.chips.is_empty()
        {
            let span = start..text.trim_end().len();
            parser.chips.push(Chip { span, operand: None, is_bare: false, expr: expr.clone() });
        }
        Ok(Query { text: text.to_owned(), expr, chips: parser.chips, shadowed: parser.operands.shadowed })
    }

    /// `a or b or …`, up to the end or a closing parenthesis.
    fn any(&mut self) -> Result<Expr, Error> {
        let mut parts = vec![self.all()?];
        while let Some(Joint::Or(span)) = self.joint() {
            self.something_behind(&span)?;
            parts.push(self.all()?);
        }
        if parts.len() > 1 && self.depth == 0 {
            // The pieces are not joined by `and`: the whole is one chip.
            self.chips.clear();
        }
        Ok(Expr::or(parts))
    }

    /// `a b and c …`
    fn all(&mut self) -> Result<Expr, Error> {
        let mut parts = Vec::new();
        loop {
            let start = self.scanner.at;
            if let Some(joint) = self.joint() {
                match joint {
                    // Behind nothing, either word has nothing to join.
                    Joint::And(span) | Joint::Or(span) if parts.is_empty() => {
                        let word = self.text[span.clone()].to_owned();
                        return Err(Error::new(Fault::NothingBefore(word), span.clone()).or(span, ""));
                    }
                    Joint::And(span) => self.something_behind(&span)?,
                    Joint::Or(_) => {
                        self.scanner.at = start;
                        break;
                    }
                }
            }
            if self.scanner.peek().is_none_or(|c| c == ')') {
                break;
            }
            parts.push(self.part()?);
        }
        Ok(Expr::and(parts))
    }

    /// One conjunct, which is a chip where it stands in no parentheses.
    fn part(&mut self) -> Result<Expr, Error> {
        let start = self.scanner.at;
        let (expr, operand) = self.not()?;
        if self.depth == 0 {
            let span = start..self.text[..self.scanner.at].trim_end().len();
            let operand = operand.map(|from| from..span.end);
            self.chips.push(Chip { span, operand, is_bare: true, expr: expr.clone() });
        }
        Ok(expr)
    }

    fn joint(&mut self) -> Option<Joint> {
        self.scanner.skip_space();
        let joint = self.scanner.keyword("or").map(Joint::Or).or_else(|| self.scanner.keyword("and").map(Joint::And));
        self.scanner.skip_space();
        joint
    }

    /// That another part follows the word at `span`.
    fn something_behind(&mut self, span: &Span) -> Result<(), Error> {
        self.scanner.skip_space();
        let mut ahead = self.scanner;
        let is_end = ahead.peek().is_none_or(|c| c == ')');
        if is_end || ahead.keyword("or").is_some() || ahead.keyword("and").is_some() {
            let word = self.text[span.clone()].to_owned();
            return Err(Error::new(Fault::NothingBehind(word), span.clone()).or(span.clone(), ""));
        }
        Ok(())
    }

    /// A term, a group, or either negated; then also where what is negated begins.
    fn not(&mut self) -> Result<(Expr, Option<usize>), Error> {
        let start = self.scanner.at;
        let span = if self.scanner.peek() == Some('-') {
            self.scanner.at += 1;
            let next = self.scanner.peek();
            if next.is_none_or(|c| c.is_whitespace() || c == ')') {
                return Err(Error::new(Fault::NothingBehind("-".to_owned()), start..start + 1).or(start..start + 1, ""));
            }
            self.something_behind(&(start..start + 1))?;
            start..start + 1
        } else if let Some(span) = self.scanner.keyword("not") {
            self.something_behind(&span)?;
            span
        } else {
            return self.group().map(|expr| (expr, None));
        };
        let operand = self.scanner.at;
        self.nested(span, |parser| Ok((parser.not()?.0.negated(), Some(operand))))
    }

    fn group(&mut self) -> Result<Expr, Error> {
        let start = self.scanner.at;
        if self.scanner.peek() != Some('(') {
            let word = self.scanner.word()?;
            return self.operands.term(word);
        }
        self.scanner.at += 1;
        self.scanner.skip_space();
        if self.scanner.peek() == Some(')') {
            let span = start..self.scanner.at + 1;
            return Err(Error::new(Fault::EmptyParentheses, span.clone()).or(span, ""));
        }
        let end = self.text.len();
        if self.scanner.peek().is_none() {
            return Err(Error::new(Fault::UnclosedParenthesis, start..start + 1).or(start..start + 1, ""));
        }
        let expr = self.nested(start..start + 1, Self::any)?;
        if self.scanner.peek() != Some(')') {
            return Err(Error::new(Fault::UnclosedParenthesis, start..start + 1).or(end..end, ")"));
        }
        self.scanner.at += 1;
        Ok(expr)
    }

    /// One level deeper.
    fn nested<T>(&mut self, span: Span, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth == MAX_DEPTH {
            return Err(Error::new(Fault::TooDeep, span));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }
}

/// Where the word at `start` ends, also where it is not closed or not well-formed; for completion.
pub(super) fn word_end(text: &str, start: usize) -> usize {
    let mut scanner = Scanner::new(text);
    scanner.at = start;
    match scanner.word() {
        Ok(word) => word.span.end,
        Err(_) => text[scanner.at..].find(ends_word).map_or(text.len(), |at| scanner.at + at),
    }
}
