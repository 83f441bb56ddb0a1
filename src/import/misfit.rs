//! Why a row does not fit. What is wrong and the value that it is wrong with are kept apart: the first goes on record,
//! the second may be somebody's birth date, and is only shown to the person who imports.

use std::fmt;

use crate::bundle::writer::RecordError;
use crate::record::Fault;
use crate::record::text::shown_short;

/// The longest value that is shown, in characters.
const MAX_SHOWN: usize = 60;

/// Why a row does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What is wrong, without anything of the source but names of fields.
    pub reason: String,
    /// The value that it is wrong with.
    pub value: Option<String>,
}

impl Misfit {
    /// Something wrong with a value.
    pub fn of(reason: impl Into<String>, value: &str) -> Self {
        Self { reason: reason.into(), value: Some(value.to_owned()) }
    }

    /// The same, about a field.
    #[must_use]
    pub fn about(self, field: &str) -> Self {
        Self { reason: format!("{field}: {}", self.reason), value: self.value }
    }
}

impl From<String> for Misfit {
    fn from(reason: String) -> Self {
        Self { reason, value: None }
    }
}

impl From<&str> for Misfit {
    fn from(reason: &str) -> Self {
        Self::from(reason.to_owned())
    }
}

impl From<Fault> for Misfit {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::DuplicateKey { name } => Self::of("a member name occurs twice in one object", &name),
            Fault::SealMalformed { pointer } => Self::of("the reserved member $sealed is misused", &pointer),
            other => Self::from(other.to_string()),
        }
    }
}

impl From<RecordError> for Misfit {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Fault(fault) => fault.into(),
            other => Self::from(other.to_string()),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        match &self.value {
            None => Ok(()),
            Some(value) => write!(f, ": \"{}\"", shown_short(value, MAX_SHOWN)),
        }
    }
}
