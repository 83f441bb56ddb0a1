use super::Outcome::{Kept, Removed, Unchanged, Written};
use super::*;

/// A data folder that is not there yet, in one that is.
struct Home {
    folder: tempfile::TempDir,
    place: Place,
}

fn home() -> Home {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::new(folder.path().join("share"));
    Home { folder, place }
}

impl Home {
    fn put(&self, items: &[Item]) -> Vec<(String, Outcome)> {
        let mut seen = Vec::new();
        self.place.put(items, &mut |path, outcome| seen.push((self.name(path), outcome))).expect("put");
        seen
    }

    fn take_away(&self) -> Option<Vec<(String, Outcome)>> {
        let mut seen = Vec::new();
        let folders =
            self.place.take_away(&mut |path, outcome| seen.push((self.name(path), outcome))).expect("taken away")?;
        self.place.sweep(&folders);
        Some(seen)
    }

    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.place.data()).expect("inside").to_str().expect("UTF-8").to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.data().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    fn is_empty(&self) -> bool {
        fs::read_dir(self.folder.path()).expect("a folder").next().is_none()
    }
}

fn items(texts: &[(&str, &str)]) -> Vec<Item> {
    texts.iter().map(|(path, text)| Item::new(*path, *text)).collect()
}

fn seen(outcomes: &[(&str, Outcome)]) -> Vec<(String, Outcome)> {
    outcomes.iter().map(|(path, outcome)| ((*path).to_owned(), *outcome)).collect()
}

#[test]
fn what_is_put_there_can_be_taken_away_without_a_trace() {
    let home = home();
    let files = items(&[("a/one", "1"), ("a/b/two", "2")]);
    assert_eq!(home.take_away(), None);
    assert!(home.is_empty(), "asking leaves no trace");
    assert_eq!(home.put(&files), seen(&[("a/one", Written), ("a/b/two", Written)]));
    assert_eq!((home.text("a/one"), home.text("a/b/two")), ("1".to_owned(), "2".to_owned()));
    assert_eq!(home.put(&files), seen(&[("a/one", Unchanged), ("a/b/two", Unchanged)]));
    assert_eq!(home.take_away(), Some(seen(&[("a/b/two", Removed), ("a/one", Removed)])));
    assert!(home.is_empty());
    assert_eq!(home.take_away(), None);
}

#[test]
fn folders_that_were_there_or_hold_something_else_stay() {
    let home = home();
    fs::create_dir_all(home.path("theirs")).expect("a folder");
    home.put(&items(&[("theirs/one", "1"), ("ours/two", "2"), ("shared/three", "3")]));
    fs::write(home.path("shared/other"), "x").expect("written");
    home.take_away();
    assert!(home.path("theirs").is_dir(), "an empty folder that was there");
    assert!(!home.path("ours").exists());
    assert_eq!(home.text("shared/other"), "x");
    assert!(!home.path("shared/three").exists());
}

#[test]
fn what_is_not_ours_is_kept() {
    let home = home();
    fs::create_dir_all(home.path("folder")).expect("a folder");
    fs::write(home.path("foreign"), "theirs").expect("written");
    let files = items(&[("foreign", "ours"), ("folder", "ours"), ("same", "ours")]);
    fs::write(home.path("same"), "ours").expect("written");
    assert_eq!(home.put(&files), seen(&[("foreign", Kept), ("folder", Kept), ("same", Unchanged)]));
    assert_eq!(home.text("foreign"), "theirs");
    assert_eq!(home.take_away(), Some(seen(&[("same", Removed)])));
    assert_eq!(home.text("foreign"), "theirs");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let home = home();
    let outside = home.folder.path().join("outside");
    fs::write(&outside, "ours").expect("written");
    fs::create_dir_all(home.place.data()).expect("a folder");
    for (name, to) in [("link", outside.clone()), ("nowhere", home.folder.path().join("missing"))] {
        std::os::unix::fs::symlink(to, home.path(name)).expect("a link");
    }
    assert_eq!(home.put(&items(&[("link", "ours"), ("nowhere", "ours")])), seen(&[("link", Kept), ("nowhere", Kept)]));
    home.take_away();
    assert!(home.path("link").is_symlink() && outside.exists());
    assert!(!home.folder.path().join("missing").exists());
}

#[test]
fn what_the_user_changed_is_kept_and_what_we_put_is_renewed() {
    let home = home();
    home.put(&items(&[("edited", "old"), ("renewed", "old"), ("gone", "old"), ("gone-edited", "old")]));
    fs::write(home.path("edited"), "mine").expect("written");
    fs::write(home.path("gone-edited"), "mine").expect("written");
    let newer = items(&[("edited", "new"), ("renewed", "new")]);
    let expected = [("edited", Kept), ("renewed", Written), ("gone", Removed), ("gone-edited", Kept)];
    assert_eq!(home.put(&newer), seen(&expected));
    assert_eq!((home.text("edited"), home.text("renewed")), ("mine".to_owned(), "new".to_owned()));
    assert_eq!(home.take_away(), Some(seen(&[("renewed", Removed)])));
    assert_eq!(home.text("edited"), "mine");
}

#[test]
fn what_was_interrupted_can_be_taken_away_and_gone_on_with() {
    let home = home();
    home.put(&items(&[("one", "old"), ("two", "old")]));
    // Something is in the way of the last file, after the second was replaced.
    fs::write(home.path("file"), "").expect("written");
    let newer = items(&[("one", "new"), ("file/three", "3"), ("two", "new")]);
    let mut ignored = |_: &Path, _: Outcome| {};
    assert!(matches!(home.place.put(&newer, &mut ignored), Err(PlaceError::Io { .. })));
    assert_eq!((home.text("one"), home.text("two")), ("new".to_owned(), "old".to_owned()));
    fs::remove_file(home.path("file")).expect("removed");
    assert_eq!(home.put(&newer), seen(&[("one", Unchanged), ("file/three", Written), ("two", Written)]));
    fs::remove_dir_all(home.path("file")).expect("removed");
    fs::write(home.path("file"), "").expect("written");
    assert!(home.place.put(&items(&[("one", "newest"), ("file/three", "3")]), &mut ignored).is_err());
    assert_eq!(home.take_away(), Some(seen(&[("one", Removed), ("two", Removed)])));
    assert_eq!(home.text("file"), "");
}

#[test]
fn a_list_of_somebody_else_stops_everything() {
    let home = home();
    fs::create_dir_all(home.path("probity")).expect("a folder");
    fs::write(home.path("victim"), "v").expect("written");
    let list = home.path(ledger::PATH);
    for text in [&b"\xff"[..], b"a list", &[b'#'; (1 << 20) + 1]] {
        fs::write(&list, text).expect("written");
        let mut ignored = |_: &Path, _: Outcome| {};
        assert!(matches!(home.place.put(&items(&[("one", "1")]), &mut ignored), Err(PlaceError::Ledger { .. })));
        assert!(matches!(home.place.take_away(&mut ignored), Err(PlaceError::Ledger { .. })));
        assert!(!home.path("one").exists() && home.path("victim").exists());
    }
}
