//! A name for a file that is handed out: what it is from, and a hint at the filter. What the filter is in full stands in the sidecar.

use std::path::{Path, PathBuf};

use chrono::DateTime;

use super::Form;
use crate::app::{Filter, file_name};
use crate::report::export::SIDECAR;

/// Characters of the hint.
const HINT: usize = 48;

/// So many files of one name are told apart by a number.
const SAME: u32 = 99;

/// The name without its ending.
#[must_use]
pub fn stem(bundle: Option<&Path>, filter: &Filter, form: Form) -> String {
    let name = bundle.map(file_name).unwrap_or_default();
    let bundle = name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("records");
    let kind = filter.kind().map(|kind| kind.name().to_owned());
    let chips = filter.query().chips.iter().enumerate().filter(|(at, _)| !filter.is_suspended(*at));
    let conditions = chips.map(|(_, chip)| chip.expr.to_string());
    let day = |nanos| DateTime::from_timestamp_nanos(nanos).format("%Y-%m-%d").to_string();
    let range = filter.range().map(|(from, to)| format!("{} to {}", day(from), day(to)));
    let words: Vec<String> = match form {
        Form::Export(_) | Form::Slice => kind.into_iter().chain(conditions).chain(range).collect(),
        // A document is not about what is filtered.
        Form::Report(_) | Form::Dossier(_) => Vec::new(),
    };
    let what = match form {
        Form::Export(_) => "",
        Form::Slice => "slice",
        Form::Report(_) => "report",
        Form::Dossier(_) => "dossier",
    };
    [bundle, &hint(&words.join(" ")), what].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A filter in characters that every system has in names.
pub(in crate::app) fn hint(filter: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in filter.chars() {
        match c {
            c if c.is_alphanumeric() || c == '.' => out.push(c),
            '<' => out.push_str("-under-"),
            '>' => out.push_str("-over-"),
            '-' if matches!(before, ' ' | '(') => out.push_str("-not-"),
            _ => out.push('-'),
        }
        before = c;
    }
    let mut hint = String::new();
    for part in out.split('-').map(|part| part.trim_matches('.')).filter(|part| !part.is_empty()) {
        if hint.chars().count() + part.chars().count() >= HINT {
            break;
        }
        if !hint.is_empty() {
            hint.push('-');
        }
        hint.push_str(part);
    }
    hint
}

/// The first name that is free, in the first folder that has room for it; in the first folder where none has.
pub(super) fn free(folders: &[PathBuf], stem: &str, ending: &str, is_free: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    // Folders have no ending.
    let ending = if ending.is_empty() { String::new() } else { format!(".{ending}") };
    let first = |folder: &PathBuf| folder.join(format!("{stem}{ending}"));
    let taken = |path: &Path| {
        let sidecar = path.with_file_name(format!("{}{SIDECAR}", file_name(path)));
        [path, &sidecar].iter().any(|path| std::fs::symlink_metadata(path).is_ok())
    };
    let in_folder = |folder: &PathBuf| {
        let more = (2..=SAME).map(|number| folder.join(format!("{stem}-{number}{ending}")));
        let name = std::iter::once(first(folder)).chain(more).find(|path| !taken(path))?;
        is_free(&name).then_some(name)
    };
    folders.iter().find_map(in_folder).or_else(|| folders.first().map(first))
}

/// The form that the ending of a name asks for, among those that are offered together with one.
#[must_use]
pub fn form_of(path: &Path, like: Form) -> Option<Form> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    like.group().into_iter().find(|form| match form {
        Form::Slice => ending == "zip",
        form => form.ending() == ending,
    })
}

/// The name with the ending of another form; what ends in none of them gets it behind.
#[must_use]
pub fn with_ending(name: &str, form: Form) -> String {
    let is_name = |stem: &&str| !stem.is_empty() && !stem.ends_with(std::path::is_separator);
    let without = |form: Form| name.strip_suffix(&format!(".{}", form.ending())).filter(is_name);
    let stem = form.group().into_iter().find_map(without).unwrap_or(name);
    format!("{stem}.{}", form.ending())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Unknown;
    use crate::record::Kind;
    use crate::report::stream::Stream;
    use crate::report::{export, issue};

    const PDF: Form = Form::Report(issue::Form::Pdf);
    const XLSX: Form = Form::Export(export::Form::Xlsx);

    #[test]
    fn names_hint_at_the_filter() {
        for (bundle, text, kind, form, expected) in [
            ("/a/lending.audit.zip", "", None, XLSX, "lending"),
            ("lending.audit.zip", "", None, Form::Slice, "lending-slice"),
            ("lending", "result:deny", Some(Kind::Decision), XLSX, "lending-decision-result-deny"),
            ("x.jsonl", "-result:deny confidence<0.6", None, XLSX, "x-not-result-deny-confidence-under-0.6"),
            ("x", "user:\"../ä b\"", None, XLSX, "x-user-ä-b"),
            (".zip", "", None, XLSX, "records"),
            ("lending.audit.zip", "result:deny", None, PDF, "lending-report"),
        ] {
            let mut filter = Filter::default();
            filter.set_text(text, &Unknown);
            filter.set_kind(kind);
            assert_eq!(stem(Some(Path::new(bundle)), &filter, form), expected, "{bundle} {text}");
        }
        let mut filter = Filter::default();
        filter.set_text(&"wwwwwwwww ".repeat(20), &Unknown);
        assert!(stem(None, &filter, XLSX).len() <= HINT + 8);
        filter.clear();
        filter.set_range(Some((1_777_593_600_000_000_000, 1_777_680_000_000_000_000)));
        assert_eq!(stem(None, &filter, XLSX), "records-2026-05-01-to-2026-05-02");
    }

    #[test]
    fn the_ending_follows_the_form() {
        for (name, form, expected) in [
            ("/a/b.csv", XLSX, "/a/b.xlsx"),
            ("b.audit.zip", XLSX, "b.xlsx"),
            ("b.xlsx", Form::Slice, "b.audit.zip"),
            ("b.c", XLSX, "b.c.xlsx"),
            ("/a/.csv", XLSX, "/a/.csv.xlsx"),
            ("b.html", PDF, "b.pdf"),
        ] {
            assert_eq!(with_ending(name, form), expected);
        }
        for (name, like, expected) in [
            ("a.csv", Form::Slice, Some(Form::Export(export::Form::Stream(Stream::Csv)))),
            ("a.ZIP", XLSX, Some(Form::Slice)),
            ("a.html", PDF, Some(Form::Report(issue::Form::Html))),
            ("a.json", PDF, None),
            ("a.json", Form::Dossier(issue::Form::Pdf), Some(Form::Dossier(issue::Form::Json))),
            ("a", XLSX, None),
        ] {
            assert_eq!(form_of(Path::new(name), like), expected, "{name}");
        }
    }

    #[test]
    fn names_that_are_taken_are_not_proposed() {
        let folder = tempfile::tempdir().unwrap();
        let (full, room) = (folder.path().join("no"), folder.path().to_owned());
        let propose = || free(&[full.clone(), room.clone()], "a", "csv", &|path| !path.starts_with(&full));
        assert_eq!(propose(), Some(room.join("a.csv")));
        std::fs::write(room.join("a.csv"), "").unwrap();
        std::fs::write(room.join("a-2.csv.provenance.json"), "").unwrap();
        assert_eq!(propose(), Some(room.join("a-3.csv")));
        assert_eq!(free(std::slice::from_ref(&full), "a", "csv", &|_| false), Some(full.join("a.csv")));
        std::fs::create_dir(room.join("b")).unwrap();
        assert_eq!(free(std::slice::from_ref(&room), "b", "", &|_| true), Some(room.join("b-2")));
    }
}
