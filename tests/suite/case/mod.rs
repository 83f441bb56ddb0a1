//! The case file through the library: what is kept, undone, found out, merged, and what a killed program leaves.

mod behind;
mod kept;
mod killed;
mod merged;
mod together;

use std::path::Path;

use probity::case::entry::{Records, Value};
use probity::case::{Author, Case, Digest};
use probity::tlog::note::SigningKey;

/// Who works in tests.
fn author(name: &str) -> Author {
    Author { actor: name.to_owned(), ..Author::default() }
}

/// Somebody with a key, always the same one.
fn signer(name: &str) -> Author {
    Author {
        actor: name.to_owned(),
        key: Some(SigningKey::from_seed(name, &[7; 32]).unwrap().into()),
        ..Author::default()
    }
}

fn open(path: &Path) -> Case {
    Case::open(path, author("ann")).unwrap()
}

/// A record of a log that is called `log.test/a`.
fn record(n: u8) -> Records {
    Records::of([("log.test/a", u64::from(n), Digest([n; 32]))])
}

fn note(text: &str) -> Value {
    Value::Note { on: record(1), text: text.to_owned() }
}

/// The texts of all notes, every version of them.
fn notes(case: &Case) -> Vec<String> {
    let texts = case.state().items().into_iter().flat_map(|(_, item)| {
        item.values()
            .into_iter()
            .filter_map(|value| match value {
                Value::Note { text, .. } => Some(text.clone()),
                _ => None,
            })
            .collect::<Vec<_>>()
    });
    texts.collect()
}
