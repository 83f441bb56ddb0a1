//! The filter language: texts and their trees, the records they match, what is said of wrong ones, and that nothing
//! breaks it.

mod completes;
mod errors;
mod laws;
mod records;
mod sieve;
mod spec;
mod trees;

use probity::query::vocabulary::{Known, KnownPath, KnownValue};
use probity::query::{Field, Mark, Path, Vocabulary};

/// A log of which every path is known.
struct Log;

const PATHS: [(&str, u64); 9] = [
    ("kind", 900),
    ("audit_id", 1000),
    ("output.result.decision", 400),
    ("metadata.region", 300),
    ("archive.region", 20),
    ("metadata.odd name", 10),
    ("result", 50),
    ("approvals.by", 7),
    ("group", 5),
];

fn path(text: &str) -> Path {
    Path::new(text.split('.').map(str::to_owned).collect()).unwrap()
}

impl Vocabulary for Log {
    fn is_complete(&self) -> bool {
        true
    }

    fn at(&self, wanted: &Path) -> Known {
        for (known, _) in PATHS {
            let known = path(known);
            if known == *wanted {
                return Known::Values;
            }
            if known.members().starts_with(wanted.members()) {
                return Known::Members;
            }
        }
        Known::Nothing
    }

    fn paths(&self) -> Vec<KnownPath> {
        PATHS.iter().map(|(text, records)| KnownPath { path: path(text), records: *records }).collect()
    }

    fn values(&self, field: &Field, part: &str, limit: usize) -> Vec<KnownValue> {
        let known: &[(&str, u64)] = match field.to_string().as_str() {
            "kind" => &[("decision", 400), ("access", 50), ("heartbeat", 3)],
            "metadata.region" => &[("eu west", 200), ("us", 95), ("eu-north", 5), ("007", 1), ("2.50", 1)],
            "user" => &[("svc-a", 7), ("u \"x\"", 2)],
            _ => &[],
        };
        let part = part.to_lowercase();
        let hits = known.iter().filter(|(text, _)| text.to_lowercase().contains(&part));
        hits.take(limit).map(|(text, n)| KnownValue { text: (*text).to_owned(), records: Some(*n) }).collect()
    }

    fn marks(&self, mark: Mark, _: &str, _: usize) -> Vec<KnownValue> {
        match mark {
            Mark::Tag => vec![KnownValue { text: "to check".to_owned(), records: Some(2) }],
            Mark::Note | Mark::Incident => Vec::new(),
        }
    }
}
