//! The forms in which commands print what they found: one pair of options, the same words everywhere.

use clap::ValueEnum;

/// How a result is printed.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Form<F: Listed> {
    /// How to print it [default: table]
    #[arg(long, value_enum)]
    format: Option<F>,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Forms to choose from.
pub(super) trait Listed: ValueEnum + Clone + Copy + Send + Sync + 'static {
    /// The one that is meant where none is named.
    const USUAL: Self;
    /// The one that `--json` means.
    const JSON: Self;
}

impl<F: Listed> Form<F> {
    /// The form that was asked for, where one was.
    pub(super) fn given(&self) -> Option<F> {
        if self.json { Some(F::JSON) } else { self.format }
    }

    /// The form that was asked for, or the usual one.
    pub(super) fn chosen(&self) -> F {
        self.given().unwrap_or(F::USUAL)
    }
}

/// The forms of a list that is not one of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Listing {
    /// Aligned, for people
    Table,
    /// Comma-separated values with a header (RFC 4180), lines ending in CR LF
    Csv,
    /// One object
    Json,
}

impl Listed for Listing {
    const USUAL: Self = Self::Table;
    const JSON: Self = Self::Json;
}
