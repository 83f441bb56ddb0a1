//! Modules depend downwards only, in the order that the crate's documentation states.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top down; a module may use those after it.
const LAYERS: [&str; 22] = [
    "cli",
    "capture",
    "ui",
    "app",
    "jobs",
    "report",
    "case",
    "analysis",
    "evidence",
    "index",
    "columns",
    "query",
    "sample",
    "import",
    "integrity",
    "bundle",
    "tlog",
    "record",
    "raster",
    "fonts",
    "desktop",
    "os",
];

/// What a module may not use although it stands lower: the two at the bottom know nothing of each other, and filters
/// and columns know nothing of where records come from.
const APART: [(&str, &str); 7] = [
    ("tlog", "record"),
    ("query", "integrity"),
    ("query", "bundle"),
    ("query", "tlog"),
    ("columns", "integrity"),
    ("columns", "bundle"),
    ("columns", "tlog"),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, out);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            out.push(entry);
        }
    }
}

/// The modules of the crate that a source names by `crate::…`, also inside braces.
fn used(source: &str) -> Vec<&'static str> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    LAYERS
        .into_iter()
        .filter(|module| {
            code.split("crate::").skip(1).any(|rest| match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().is_some_and(|list| {
                    list.split([',', '{']).any(|item| item.trim().split("::").next() == Some(module))
                }),
                None => rest.split(|c: char| !c.is_alphanumeric() && c != '_').next() == Some(module),
            })
        })
        .collect()
}

#[test]
fn modules_depend_downwards_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut folders: Vec<String> = fs::read_dir(&src)
        .expect("src")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut known = LAYERS.map(str::to_owned);
    known.sort();
    assert_eq!(folders, known, "a module that has no place in the order");
    for (rank, module) in LAYERS.into_iter().enumerate() {
        let mut files = Vec::new();
        sources(&src.join(module), &mut files);
        for file in files {
            for other in used(&fs::read_to_string(&file).expect("a source")) {
                let up = LAYERS.iter().position(|layer| *layer == other).expect("a layer") < rank;
                if up || APART.contains(&(module, other)) {
                    wrong.push(format!("{} uses {other}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "modules that reach up:\n{}", wrong.join("\n"));
}

#[test]
fn uses_are_seen_in_every_form() {
    assert_eq!(used("use crate::bundle::line::Line;"), ["bundle"]);
    assert_eq!(used("use crate::{record, tlog::merkle};"), ["tlog", "record"]);
    assert_eq!(used("let x = crate::integrity::verify();"), ["integrity"]);
    assert_eq!(used("// crate::cli\nuse super::line;"), [""; 0]);
}
