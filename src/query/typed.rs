//! From what stands behind an operator to a test: each type reads its operands in its own way.

use super::error::{Error, Fault, Span, shown};
use super::expr::Test;
use super::field::{Alias, Field, FieldType, Values};
use super::nearest;
use super::operand::{Operands, matcher};
use super::print::quoted;
use super::scan::{Name, Op, Operand, Value};
use super::value::number::Number;
use super::value::pattern::Matcher;
use super::value::time::TimeRange;
use super::value::version::Version;
use super::value::{Interval, Ordered};

/// The operand of a field, read as its type asks.
pub(super) struct Typed<'f, 'o, 'a> {
    field: &'f Field,
    op: Op,
    operands: &'o mut Operands<'a>,
}

/// What the operand of an ordering is.
enum Bound {
    Number(Number),
    Version(Version),
    Time(TimeRange),
    Text(String),
}

impl<'f, 'o, 'a> Typed<'f, 'o, 'a> {
    pub(super) fn new(field: &'f Field, op: Op, operands: &'o mut Operands<'a>) -> Self {
        Self { field, op, operands }
    }

    pub(super) fn test(&mut self, value: Value<'_>, name: &Name<'_>) -> Result<Test, Error> {
        let op_span = name.span.end..name.span.end + self.op.text().len();
        if self.op != Op::Colon && !self.field.field_type().has_order() {
            return Err(Error::new(Fault::BooleanOrder(self.field.to_string()), op_span.clone()).or(op_span, ":"));
        }
        match value {
            Value::Regex(source, span) => {
                self.is_for_texts(&span)?;
                Ok(Test::Is(Matcher::Regex(self.operands.regex(source, span)?)))
            }
            Value::One(operand) if self.op == Op::Colon => self.equal(&operand),
            Value::One(operand) => {
                let bound = self.bound(&operand)?;
                Ok(self.ordered(bound))
            }
            Value::Range(_, _, span) if self.op != Op::Colon => {
                Err(Error::new(Fault::RangeOrder, span).or(op_span, ":"))
            }
            Value::Range(from, to, span) => self.range(from, to, span),
            Value::None(..) | Value::Name(_) => Err(Error::new(Fault::EmptyText, op_span)),
        }
    }

    /// Patterns are for texts.
    fn is_for_texts(&self, span: &Span) -> Result<(), Error> {
        let field_type = self.field.field_type();
        match field_type {
            FieldType::Text | FieldType::Version | FieldType::Any => Ok(()),
            FieldType::Number | FieldType::Time | FieldType::Boolean => {
                let fault = Fault::PatternOfType { field: self.field.to_string(), type_name: field_type.name() };
                Err(Error::new(fault, span.clone()))
            }
        }
    }

    fn equal(&mut self, operand: &Operand<'_>) -> Result<Test, Error> {
        if let Matcher::Glob(glob) = matcher(operand) {
            self.is_for_texts(&operand.span)?;
            return Ok(Test::Is(Matcher::Glob(glob)));
        }
        let text = || Test::Is(Matcher::Text(operand.text.clone().into_owned()));
        Ok(match self.field.field_type() {
            FieldType::Number => Test::Number(one(self.number(operand)?)),
            FieldType::Time => Test::Time(self.time(operand)?),
            FieldType::Text | FieldType::Boolean => {
                self.known_value(operand)?;
                text()
            }
            // Quotes ask for exactly this text.
            _ if operand.is_quoted => text(),
            FieldType::Version => {
                Version::parse(&operand.text).map_or_else(text, |version| Test::Version(one(version)))
            }
            FieldType::Any if TimeRange::is_shape(&operand.text) => Test::Time(self.time(operand)?),
            FieldType::Any => Number::parse(&operand.text).map_or_else(text, |number| Test::Number(one(number))),
        })
    }

    /// That a field with a closed list of values has this one.
    fn known_value(&self, operand: &Operand<'_>) -> Result<(), Error> {
        let known: &'static [&'static str] = match self.field {
            Field::Alias(Alias { values: Values::Only(values), .. }) => values,
            field if field.field_type() == FieldType::Boolean => &["true", "false"],
            // Other kinds are possible; but they must be in the log.
            Field::Alias(alias @ Alias { values: Values::Usual(values), .. }) => {
                let vocabulary = self.operands.vocabulary;
                let field = Field::Alias(alias);
                let is_there =
                    || vocabulary.values(&field, &operand.text, 100).iter().any(|known| known.text == operand.text);
                if !vocabulary.is_complete() || is_there() {
                    return Ok(());
                }
                values
            }
            _ => return Ok(()),
        };
        if known.contains(&operand.text.as_ref()) {
            return Ok(());
        }
        let fault = Fault::UnknownValue { field: self.field.to_string(), value: shown(&operand.text), known };
        let error = Error::new(fault, operand.span.clone());
        Err(match nearest::word(&operand.text, known.iter().map(|&value| value.to_owned())) {
            Some(value) => error.or(operand.span.clone(), value),
            None => error,
        })
    }

    fn number(&self, operand: &Operand<'_>) -> Result<Number, Error> {
        let text = operand.text.as_ref();
        Number::parse(text).ok_or_else(|| {
            let fault = Fault::NotANumber { field: self.field.to_string(), text: shown(text) };
            let error = Error::new(fault, operand.span.clone());
            let mended = text.replacen(',', ".", 1);
            let mended = mended.strip_prefix('+').unwrap_or(&mended);
            let mended = if mended.starts_with('.') { format!("0{mended}") } else { mended.to_owned() };
            if Number::parse(&mended).is_some() { error.or(operand.span.clone(), mended) } else { error }
        })
    }

    fn time(&self, operand: &Operand<'_>) -> Result<TimeRange, Error> {
        TimeRange::parse(&operand.text)
            .map_err(|fault| Error::new(Fault::NotATime { text: shown(&operand.text), fault }, operand.span.clone()))
    }

    fn version(operand: &Operand<'_>) -> Result<Version, Error> {
        Version::parse(&operand.text)
            .ok_or_else(|| Error::new(Fault::NotAVersion { text: shown(&operand.text) }, operand.span.clone()))
    }

    /// The operand of `<` and its like, and each end of a range.
    fn bound(&self, operand: &Operand<'_>) -> Result<Bound, Error> {
        if let Matcher::Glob(_) = matcher(operand) {
            return Err(Error::new(Fault::PatternOrder, operand.span.clone()));
        }
        let text = || operand.text.clone().into_owned();
        Ok(match self.field.field_type() {
            FieldType::Number => Bound::Number(self.number(operand)?),
            FieldType::Time => Bound::Time(self.time(operand)?),
            FieldType::Version => Bound::Version(Self::version(operand)?),
            FieldType::Boolean => {
                return Err(Error::new(Fault::BooleanOrder(self.field.to_string()), operand.span.clone()));
            }
            FieldType::Text => Bound::Text(text()),
            FieldType::Any if operand.is_quoted => Bound::Text(text()),
            FieldType::Any if TimeRange::is_shape(&operand.text) => Bound::Time(self.time(operand)?),
            FieldType::Any => {
                if let Some(number) = Number::parse(&operand.text) {
                    Bound::Number(number)
                } else if Version::is_shape(&operand.text) {
                    Bound::Version(Self::version(operand)?)
                } else {
                    let mut fixed = String::new();
                    let _ = quoted(&mut fixed, &operand.text);
                    let error = Error::new(Fault::NoOrder(shown(&operand.text)), operand.span.clone());
                    return Err(error.or(operand.span.clone(), fixed));
                }
            }
        })
    }

    fn ordered(&self, bound: Bound) -> Test {
        fn interval<T: Clone>(op: Op, value: T) -> Interval<T> {
            match op {
                Op::Less => Interval::Below(value),
                Op::AtMost => Interval::UpTo(value),
                Op::Greater => Interval::Above(value),
                Op::AtLeast => Interval::From(value),
                Op::Colon => one(value),
            }
        }
        match bound {
            Bound::Number(number) => Test::Number(interval(self.op, number)),
            Bound::Version(version) => Test::Version(interval(self.op, version)),
            Bound::Text(text) => Test::Order(interval(self.op, text)),
            Bound::Time(range) => Test::Time(match self.op {
                Op::Less => range.before(),
                Op::AtMost => range.up_to(),
                Op::Greater => range.after(),
                Op::AtLeast => range.since(),
                Op::Colon => range,
            }),
        }
    }

    /// `a..b`, `a..` and `..b`.
    fn range(&mut self, from: Option<Operand<'_>>, to: Option<Operand<'_>>, span: Span) -> Result<Test, Error> {
        if !self.field.field_type().has_order() {
            return Err(Error::new(Fault::BooleanOrder(self.field.to_string()), span));
        }
        let is_text = self.field.field_type() == FieldType::Text;
        let (from, to) = match (from, to) {
            (Some(from), Some(to)) => (from, to),
            (Some(operand), None) | (None, Some(operand)) if is_text || operand.is_quoted && self.is_any() => {
                let fixed = self.written(&span, &operand);
                return Err(Error::new(Fault::OpenTexts, span.clone()).or(span, fixed));
            }
            (Some(from), None) => {
                self.op = Op::AtLeast;
                let bound = self.open(&from, &span)?;
                return Ok(self.ordered(bound));
            }
            (None, Some(to)) => {
                self.op = Op::AtMost;
                let bound = self.open(&to, &span)?;
                return Ok(self.ordered(bound));
            }
            (None, None) => return Err(Error::new(Fault::NoValue("..".to_owned()), span)),
        };
        let backwards = || {
            let quote = |operand: &Operand<'_>| {
                let mut text = operand.text.clone().into_owned();
                if operand.is_quoted {
                    text.clear();
                    let _ = quoted(&mut text, &operand.text);
                }
                text
            };
            Error::new(Fault::Backwards, span.clone()).or(span.clone(), format!("{}..{}", quote(&to), quote(&from)))
        };
        match (self.bound(&from)?, self.bound(&to)?) {
            (Bound::Number(from), Bound::Number(to)) => Ok(Test::Number(within(from, to).ok_or_else(backwards)?)),
            (Bound::Text(from), Bound::Text(to)) => Ok(Test::Order(within(from, to).ok_or_else(backwards)?)),
            (Bound::Time(from), Bound::Time(to)) => {
                Ok(Test::Time(TimeRange::spanning(from, to).ok_or_else(backwards)?))
            }
            (Bound::Version(from), Bound::Version(to)) => Ok(Test::Version(within(from, to).ok_or_else(backwards)?)),
            // `2.4..2.4.1`: the first reads as a number as well.
            (Bound::Version(_), Bound::Number(_)) | (Bound::Number(_), Bound::Version(_)) => {
                let mixed = |_| Error::new(Fault::MixedEnds, span.clone());
                let (from, to) = (Self::version(&from).map_err(mixed)?, Self::version(&to).map_err(mixed)?);
                Ok(Test::Version(within(from, to).ok_or_else(backwards)?))
            }
            _ => Err(Error::new(Fault::MixedEnds, span)),
        }
    }

    fn is_any(&self) -> bool {
        self.field.field_type() == FieldType::Any
    }

    /// The one end of an open range; what has no order was rather a text with two points.
    fn open(&self, operand: &Operand<'_>, span: &Span) -> Result<Bound, Error> {
        self.bound(operand).map_err(|error| match error.fault {
            Fault::NoOrder(_) => {
                let fixed = self.written(span, operand);
                Error::new(Fault::OpenTexts, span.clone()).or(span.clone(), fixed)
            }
            _ => error,
        })
    }

    /// The range as a text in quotes.
    fn written(&self, span: &Span, operand: &Operand<'_>) -> String {
        let text = if operand.span.start == span.start {
            format!("{}..", operand.text)
        } else {
            format!("..{}", operand.text)
        };
        let mut fixed = String::new();
        let _ = quoted(&mut fixed, &text);
        fixed
    }
}

fn one<T: Clone>(value: T) -> Interval<T> {
    Interval::Within(value.clone(), value)
}

fn within<T: Ordered>(from: T, to: T) -> Option<Interval<T>> {
    from.order(&to).is_le().then_some(Interval::Within(from, to))
}
