//! What holds for all of the window's sources.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, out);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            out.push(entry);
        }
    }
}

/// What gives a colour without the theme. A placeholder takes the colour that is named where it is drawn, and nothing is no
/// colour.
fn literal(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let named = code.split("Color32::").skip(1).any(|rest| {
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        name.starts_with("from_") || (name.chars().all(|c| c.is_uppercase() || c == '_') && name != "PLACEHOLDER")
    });
    let hex = code.split('#').skip(1).any(|rest| rest.chars().take_while(char::is_ascii_hexdigit).count() >= 6);
    named || hex || code.contains("Rgba::") || code.contains("Hsva::")
}

#[test]
fn colours_live_in_the_theme_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !file.starts_with(folder.join("theme"))) {
        for (number, line) in fs::read_to_string(file).expect("a source").lines().enumerate() {
            if literal(line) {
                wrong.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "colours outside of the theme:\n{}", wrong.join("\n"));
}

#[test]
fn literals_are_seen_and_tokens_are_not() {
    for line in ["Color32::from_rgb(1, 2, 3)", "x = Color32::RED;", "egui::Color32::TRANSPARENT", "\"#ff00aa\""] {
        assert!(literal(line), "{line}");
    }
    for line in ["theme.text", "Color32::PLACEHOLDER", "fn f(color: Color32) {}", "#[test]", "// Color32::RED"] {
        assert!(!literal(line), "{line}");
    }
}

/// What lays its own text out over lines: the text of a record as it stands there, and words in several styles.
const OWN_LINES: [&str; 4] = ["widgets/text.rs", "detail/raw.rs", "views/case/notes.rs", "views/integrity/mod.rs"];

#[test]
fn words_over_several_lines_hold_their_numbers_together() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    files.retain(|file| !OWN_LINES.iter().any(|own| file.ends_with(own)));
    for file in files {
        let code = fs::read_to_string(&file).expect("a source");
        assert!(!code.contains(").wrap()"), "{}: text::wrapped breaks no number", file.display());
    }
}
