//! What bundles are called: by their files, and where two files are called the same by as much of their folders as tells them
//! apart.

use std::path::Path;

use super::file_name;

/// The names of bundles that are open together, all of them different unless the paths are the same.
#[must_use]
pub fn names(paths: &[&Path]) -> Vec<String> {
    let called = |path: &Path, folders: usize| {
        let mut name = file_name(path);
        for folder in path.ancestors().skip(1).take(folders).filter_map(Path::file_name) {
            name = format!("{}/{name}", folder.to_string_lossy());
        }
        name
    };
    let most = paths.iter().map(|path| path.components().count()).max().unwrap_or_default();
    let name = |path: &&Path| {
        let is_alone = |folders: &usize| {
            let own = called(path, *folders);
            paths.iter().filter(|other| called(other, *folders) == own).count() == 1
        };
        // Where nothing tells them apart the file has to do.
        called(path, (0..most).find(is_alone).unwrap_or_default())
    };
    paths.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_files_are_told_apart_by_their_folders() {
        for (paths, expected) in [
            (&["/a/x.zip"][..], &["x.zip"][..]),
            (&["/a/x.zip", "/a/y.zip"], &["x.zip", "y.zip"]),
            (&["/a/x.zip", "/b/x.zip", "/b/y.zip"], &["a/x.zip", "b/x.zip", "y.zip"]),
            (&["/a/c/x.zip", "/b/c/x.zip"], &["a/c/x.zip", "b/c/x.zip"]),
            (&["x.zip", "/x.zip/x.zip"], &["x.zip", "x.zip/x.zip"]),
            (&["/a/x.zip", "/a/x.zip"], &["x.zip", "x.zip"]),
            (&[], &[]),
        ] {
            let paths: Vec<&Path> = paths.iter().map(Path::new).collect();
            assert_eq!(names(&paths), expected, "{paths:?}");
        }
    }
}
