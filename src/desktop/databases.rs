//! The desktop's own databases of file types and menu entries, which its own programs bring up to date.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

/// The programs, and the folder of the data folder that each is told.
const PROGRAMS: [(&str, &str); 2] = [("update-mime-database", "mime"), ("update-desktop-database", "applications")];

/// What the programs write into these folders themselves.
const WRITTEN: [(&str, &[&str]); 2] = [
    (
        "mime",
        &[
            "XMLnamespaces",
            "aliases",
            "generic-icons",
            "globs",
            "globs2",
            "icons",
            "magic",
            "mime.cache",
            "subclasses",
            "treemagic",
            "types",
            "version",
        ],
    ),
    ("applications", &["mimeinfo.cache"]),
];

/// What became of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Updated {
    /// It is up to date.
    Done,
    /// The program is not there.
    Missing,
    /// The program said this.
    Failed(String),
}

/// Has the databases of a data folder brought up to date: the name of each program, and what came of it.
#[must_use]
pub fn update(data: &Path) -> Vec<(&'static str, Updated)> {
    let there = PROGRAMS.into_iter().filter(|(_, folder)| data.join(folder).is_dir());
    there.map(|(program, folder)| (program, run(program, &data.join(folder)))).collect()
}

fn run(program: &str, folder: &Path) -> Updated {
    match Command::new(program).arg(folder).stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Updated::Done,
        Ok(output) => Updated::Failed(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) if error.kind() == ErrorKind::NotFound => Updated::Missing,
        Err(error) => Updated::Failed(crate::os::Plain(&error).to_string()),
    }
}

/// Removes the databases that stand in those of these folders in which there is nothing else: they are databases of nothing.
pub(super) fn forget(data: &Path, made: &[String]) {
    for (folder, written) in WRITTEN.into_iter().filter(|(folder, _)| made.iter().any(|made| made == folder)) {
        let Ok(entries) = fs::read_dir(data.join(folder)) else { continue };
        let paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        let is_of_nothing = |path: &Path| {
            let is_written = path.file_name().is_some_and(|name| written.iter().any(|written| name == *written));
            is_written || fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
        };
        if paths.iter().all(|path| is_of_nothing(path)) {
            for path in paths {
                // What stays is in nobody's way.
                let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_databases_of_nothing_are_forgotten() {
        let data = tempfile::tempdir().expect("a folder");
        let path = |name: &str| data.path().join(name);
        for (folder, file) in [("mime/packages", None), ("mime/text", None), ("applications", Some("other.desktop"))] {
            fs::create_dir_all(path(folder)).expect("a folder");
            if let Some(file) = file {
                fs::write(path(folder).join(file), "").expect("written");
            }
        }
        for file in ["mime/mime.cache", "mime/globs2", "applications/mimeinfo.cache"] {
            fs::write(path(file), "").expect("written");
        }
        forget(data.path(), &["elsewhere".to_owned()]);
        assert!(path("mime/mime.cache").exists(), "the folder is not ours");
        forget(data.path(), &["mime".to_owned(), "applications".to_owned()]);
        assert_eq!(fs::read_dir(path("mime")).expect("a folder").count(), 0);
        assert!(path("applications/mimeinfo.cache").exists(), "it is of another program too");
    }
}
