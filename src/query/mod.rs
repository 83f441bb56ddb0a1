//! The filter language: from the text of a filter to a tree of questions, as `assets/spec/filter-language.md` defines it.
//! No I/O and no index: what a filter selects is computed elsewhere, from the tree.
//!
//! [`parse`] reads a text into a [`Query`]: the tree ([`Expr`]) and the chips that a window shows. All that the text
//! decides is decided then. Names are fields ([`field`]), operands are values of the field's type ([`value`]), so the
//! same text means the same over any log; a [`Vocabulary`] only tells wrong names from right ones and completes them.
//! A tree prints back ([`std::fmt::Display`]) as canonical text. [`matches`](mod@matches) answers a tree over one
//! record, slowly and plainly: what computes selections faster is tested against it. [`Sieve`] is the part of that which
//! reads a log's lines, for terms that no column answers.
//!
//! ```
//! use probity::query::{self, Unknown};
//!
//! # fn main() -> Result<(), query::Error> {
//! let query = query::parse("model:credit-scoring version>=2.4 -user:svc* (a or b)", &Unknown)?;
//! assert_eq!(query.expr.to_string(), "model:credit-scoring version>=2.4 -user:svc* (a or b)");
//! assert_eq!(query.without(3), "model:credit-scoring version>=2.4 -user:svc*");
//!
//! let error = query::parse("confidence<0,6", &Unknown).unwrap_err();
//! assert_eq!(error.hint("confidence<0,6").as_deref(), Some("did you mean 0.6?"));
//! # Ok(())
//! # }
//! ```

pub mod at;
pub mod chips;
pub mod complete;
mod document;
pub mod error;
pub mod expr;
pub mod field;
pub mod matches;
mod nearest;
mod operand;
mod parse;
mod print;
mod scan;
pub mod sieve;
mod typed;
pub mod value;
pub mod vocabulary;

pub use chips::Chip;
pub use complete::complete;
pub use document::Document;
pub use error::{Error, Fault, Fix, Span};
pub use expr::{Expr, Mark, Term, Test};
pub use field::{Alias, Field, FieldType, Path};
pub use matches::{Resolver, matches};
pub use print::value_text;
pub use sieve::Sieve;
pub use vocabulary::{Unknown, Vocabulary};

/// The longest text of a filter, in bytes.
pub const MAX_BYTES: usize = 64 << 10;

/// The deepest nesting of parentheses and negations.
pub const MAX_DEPTH: usize = 64;

/// The most regexes in one filter: each may take [`value::pattern::MAX_REGEX_BYTES`].
pub const MAX_REGEXES: usize = 32;

/// A filter that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The text it was read from.
    pub text: String,
    /// What it asks.
    pub expr: Expr,
    /// The pieces that all have to hold, in the order of the text. Together they are `expr`.
    pub chips: Vec<Chip>,
    /// Aliases that do not mean on every record what they usually mean.
    pub shadowed: Vec<Shadowed>,
}

/// An alias of a filter whose name some records use for a member of their own, which counts on those records. Something
/// to tell the user: a writer of logs could hide a decision that way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadowed {
    /// Where the alias stands in the text.
    pub span: Span,
    /// The alias.
    pub alias: &'static Alias,
}

/// Reads a filter. White space alone is the filter that every record passes.
///
/// # Errors
/// [`Error`], the first thing that is wrong, with its place and a likely fix.
pub fn parse(text: &str, vocabulary: &dyn Vocabulary) -> Result<Query, Error> {
    parse::Parser::parse(text, vocabulary)
}
