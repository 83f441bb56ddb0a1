//! Probity in a desktop: the files that say so are sound and agree with each other and with the command line, and `probity integrate`
//! leaves nothing behind that it put there, and nothing undone that others did.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::cargo::cargo_bin;

use crate::desk::Desk;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// The groups of a desktop entry, each with its keys.
fn groups(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut groups: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut group = String::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            group = name.to_owned();
            assert!(groups.insert(group.clone(), BTreeMap::new()).is_none(), "{name} twice");
        } else {
            let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}: no key"));
            assert!(key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{key}");
            let keys = groups.get_mut(&group).expect("a key stands in a group");
            assert!(keys.insert(key.to_owned(), value.to_owned()).is_none(), "{key} twice");
        }
    }
    groups
}

/// The texts of an element of an XML file that has no such element within itself.
fn texts<'x>(xml: &'x str, element: &str) -> Vec<&'x str> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

/// The values of an attribute of an element.
fn attributes<'x>(xml: &'x str, element: &str, attribute: &str) -> Vec<&'x str> {
    let (open, name) = (format!("<{element} "), format!("{attribute}=\""));
    let tags = xml.split(&open).skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| tag.split(&name).nth(1)?.split('"').next()).collect()
}

fn metainfo() -> String {
    document("assets/desktop/io.github.probity.probity.metainfo.xml")
}

#[test]
fn the_menu_entry_has_what_a_desktop_needs() {
    let groups = groups(&document("assets/desktop/probity.desktop"));
    assert_eq!(groups.keys().collect::<Vec<_>>(), ["Desktop Entry"]);
    let entry = &groups["Desktop Entry"];
    let said = |key: &str| entry.get(key).map_or("", String::as_str);
    for (key, value) in [
        ("Type", "Application"),
        ("Name", "Probity"),
        ("Exec", "probity %F"),
        ("TryExec", "probity"),
        ("Icon", "probity"),
        ("Terminal", "false"),
        // The window's own name for itself.
        ("StartupWMClass", "probity"),
    ] {
        assert_eq!(said(key), value, "{key}");
    }
    for list in ["Categories", "Keywords", "MimeType"] {
        assert!(said(list).ends_with(';') && !said(list).contains(";;"), "{list}: {}", said(list));
    }
    assert!(document("src/ui/run.rs").contains(".with_app_id(\"probity\")"));
}

#[test]
fn entry_types_and_metainfo_agree() {
    let mime = document("assets/desktop/probity-mime.xml");
    let types: BTreeSet<&str> = attributes(&mime, "mime-type", "type").into_iter().collect();
    let entry = document("assets/desktop/probity.desktop");
    let opened = &groups(&entry)["Desktop Entry"]["MimeType"];
    assert_eq!(opened.split_terminator(';').collect::<BTreeSet<_>>(), types);
    let metainfo = metainfo();
    assert_eq!(texts(&metainfo, "mediatype").into_iter().collect::<BTreeSet<_>>(), types);
    assert_eq!(texts(&metainfo, "binary"), ["probity"]);
    assert_eq!(texts(&metainfo, "id"), ["io.github.probity.probity"]);
    assert_eq!(texts(&metainfo, "project_license"), ["Apache-2.0"]);
    assert!(metainfo.contains("<launchable type=\"desktop-id\">probity.desktop</launchable>"));
    assert_eq!(attributes(&mime, "glob", "pattern"), ["*.audit.zip", "*.probity-case"]);
}

#[test]
fn release_and_date_are_the_same_everywhere() {
    let (version, date) = (env!("CARGO_PKG_VERSION"), probity::desktop::RELEASED);
    let metainfo = metainfo();
    assert_eq!(attributes(&metainfo, "release", "version")[0], version);
    assert_eq!(attributes(&metainfo, "release", "date")[0], date);
    let changes = document("CHANGELOG.md");
    let newest = changes.lines().find(|line| line.starts_with("## ")).expect("a release");
    assert_eq!(newest, format!("## {version} - {date}"));
}

/// The magic of a case is that of a real one, and the places at which it is looked for.
#[test]
fn the_type_of_a_case_is_found_in_its_bytes() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["case", "new", "a.probity-case"]).status.code(), Some(0));
    let case = fs::read(desk.path("a.probity-case")).expect("the case");
    let mime = document("assets/desktop/probity-mime.xml");
    let offsets = attributes(&mime, "match", "offset");
    let values = attributes(&mime, "match", "value");
    assert_eq!((offsets, values.clone()), (vec!["0", "68"], vec!["SQLite format 3\\0", "0x50724373"]));
    assert!(case.starts_with(values[0].replace("\\0", "\0").as_bytes()));
    assert_eq!(case[68..72], 0x5072_4373_u32.to_be_bytes());
}

#[test]
fn icons_have_the_sizes_of_their_folders() {
    for size in [16, 32, 48, 64, 128, 256_u32] {
        let name = if size == 256 { "probity.png".to_owned() } else { format!("probity-{size}.png") };
        let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/icon").join(&name)).expect("an icon");
        let header = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
        assert_eq!((header.info().width, header.info().height), (size, size), "{name}");
    }
}

/// All commands, as the help lists them.
fn commands(desk: &Desk) -> Vec<String> {
    let (code, help, _) = desk.line("--help");
    assert_eq!(code, Some(0));
    let list = help.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).filter(|name| name != "help").collect()
}

#[test]
fn completions_know_every_command() {
    let desk = Desk::new();
    let commands = commands(&desk);
    assert!(commands.len() >= 26 && commands.contains(&"integrate".to_owned()), "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, error) = desk.line(&format!("completions {shell}"));
        assert_eq!((code, error.as_str()), (Some(0), ""));
        let words: BTreeSet<&str> =
            script.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).collect::<BTreeSet<_>>();
        for command in &commands {
            assert!(words.contains(command.as_str()), "{shell}: {command}");
        }
    }
    assert_eq!(desk.line("completions tcsh").0, Some(2));
}

#[test]
fn every_command_has_a_man_page() {
    let desk = Desk::new();
    let (code, main, _) = desk.line("man");
    assert_eq!(code, Some(0));
    assert!(main.contains(".TH probity 1 "), "{main}");
    let (code, written, error) = desk.line("man -o man1");
    assert_eq!(code, Some(0), "{error}");
    let pages: BTreeSet<String> = names(&desk.path("man1")).into_iter().collect();
    assert_eq!(written.lines().count(), pages.len());
    for command in commands(&desk) {
        let page = fs::read_to_string(desk.path(&format!("man1/probity-{command}.1"))).expect(&command);
        assert!(
            page.contains(&format!(".TH probity\\-{command} 1 "))
                || page.contains(&format!(".TH probity-{command} 1 "))
        );
        assert!(page.contains(".SH OPTIONS"), "{command}");
        assert!(main.contains(&format!("probity\\-{command}(1)")), "{command}");
    }
    assert!(pages.contains("probity-case-new.1") && !pages.iter().any(|page| page.contains("help")), "{pages:?}");
    // Examples stand as they are.
    let page = fs::read_to_string(desk.path("man1/probity-query.1")).expect("a page");
    assert!(page.contains(".nf\n  probity query"), "{page}");
    // None is overwritten, and where one is in the way none is written.
    fs::write(desk.path("man1/probity.1"), "mine").expect("written");
    fs::remove_file(desk.path("man1/probity-tag.1")).expect("removed");
    let (code, _, error) = desk.line("man -o man1");
    assert_eq!(code, Some(2));
    assert!(error.contains("probity.1: exists already"), "{error}");
    assert_eq!(fs::read_to_string(desk.path("man1/probity.1")).expect("a page"), "mine");
    assert!(!desk.path("man1/probity-tag.1").exists());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
}

/// Every file below a folder, by its path from there on.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                files.insert(entry.strip_prefix(folder).expect("inside").to_str().expect("UTF-8").to_owned());
            }
        }
    }
    files
}

/// The program in a home where the desktop's own programs are not found, so that it alone writes.
#[cfg(all(unix, not(target_vendor = "apple")))]
struct Home(Desk);

#[cfg(all(unix, not(target_vendor = "apple")))]
impl Home {
    fn new() -> Self {
        Self(Desk::new())
    }

    fn share(&self) -> PathBuf {
        self.0.path("data")
    }

    fn run(&self, program: &Path, args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(program);
        command.arg("integrate").args(args).current_dir(self.0.0.path());
        command.env("HOME", self.0.path("home")).env("XDG_DATA_HOME", self.share());
        command.env("PATH", "/nowhere").env("SHELL", "/bin/zsh").env_remove("MANPATH");
        let output = command.output().expect("started");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    #[track_caller]
    fn integrate(&self, code: i32, args: &[&str]) -> String {
        let (seen, out, error) = self.run(cargo_bin!("probity"), args);
        assert_eq!(seen, Some(code), "{out}{error}");
        out
    }
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn what_is_integrated_can_be_removed_without_a_trace() {
    let home = Home::new();
    assert!(home.integrate(0, &["--remove"]).starts_with("There is nothing of Probity's in "));
    assert!(!home.share().exists());
    let out = home.integrate(0, &[]);
    let put = files(&home.share());
    for file in [
        "applications/probity.desktop",
        "bash-completion/completions/probity",
        "fish/vendor_completions.d/probity.fish",
        "icons/hicolor/16x16/apps/probity.png",
        "icons/hicolor/256x256/apps/probity.png",
        "icons/hicolor/scalable/apps/probity.svg",
        "man/man1/probity-verify.1",
        "man/man1/probity.1",
        "metainfo/io.github.probity.probity.metainfo.xml",
        "mime/packages/probity.xml",
        "zsh/site-functions/_probity",
    ] {
        assert!(put.contains(file), "{file}");
        assert!(out.contains(&format!("written     {}\n", home.share().join(file).display())), "{file}");
    }
    // All but the list of them is told.
    assert_eq!(out.lines().filter(|line| line.starts_with("written ")).count(), put.len() - 1);
    assert!(out.contains("not there   update-mime-database"), "{out}");
    assert!(out.contains("fpath=(") && out.contains("export MANPATH="), "{out}");

    let again = home.integrate(0, &[]);
    assert_eq!(again.lines().filter(|line| line.starts_with("unchanged ")).count(), put.len() - 1);
    assert!(!again.contains("written "));

    let removed = home.integrate(0, &["--remove"]);
    assert_eq!(removed.lines().filter(|line| line.starts_with("removed ")).count(), put.len() - 1);
    assert!(!home.share().exists(), "{:?}", files(&home.share()));
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn what_others_put_there_is_kept() {
    let home = Home::new();
    let put = |name: &str, text: &str| {
        fs::create_dir_all(home.share().join(name).parent().expect("a folder")).expect("a folder");
        fs::write(home.share().join(name), text).expect("written");
    };
    let text = |name: &str| fs::read_to_string(home.share().join(name)).expect(name);
    put("applications/probity.desktop", "[Desktop Entry]\nName=Another\n");
    put("applications/other.desktop", "other");
    let out = home.integrate(1, &[]);
    let kept = format!("kept        {}: it is not as", home.share().join("applications/probity.desktop").display());
    assert!(out.contains(&kept), "{out}");
    assert_eq!(text("applications/probity.desktop"), "[Desktop Entry]\nName=Another\n");
    // One of ours that was edited is not ours any more.
    put("man/man1/probity.1", "my notes");
    let out = home.integrate(1, &["--remove"]);
    assert!(out.contains("probity.1: it is not as"), "{out}");
    let left: Vec<String> = files(&home.share()).into_iter().collect();
    assert_eq!(left, ["applications/other.desktop", "applications/probity.desktop", "man/man1/probity.1"]);
}

#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn the_menu_entry_starts_the_program_from_where_it_lies() {
    let home = Home::new();
    let folder = home.0.path("my \"pro$grams\"");
    fs::create_dir(&folder).expect("a folder");
    let program = folder.join("probity");
    // By another program: a test that starts one meanwhile would keep our copy open for writing, and such a file cannot be started.
    let copied = Command::new("cp").arg(cargo_bin!("probity")).arg(&program).status().expect("started");
    assert!(copied.success());
    let (code, out, error) = home.run(&program, &["--prefix", "usr"]);
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(!home.share().exists(), "a prefix was given");
    let entry = fs::read_to_string(home.0.path("usr/share/applications/probity.desktop")).expect("an entry");
    let keys = &groups(&entry)["Desktop Entry"];
    let whole = program.to_str().expect("UTF-8");
    assert_eq!(keys["TryExec"], whole);
    let quoted = whole.replace('"', r#"\\""#).replace('$', r"\\$");
    assert_eq!(keys["Exec"], format!("\"{quoted}\" %F"));
    // The program that is moved is the one that is started from then on.
    let moved = home.0.path("probity");
    fs::rename(&program, &moved).expect("moved");
    let (code, out, _) = home.run(&moved, &["--prefix", "usr"]);
    assert_eq!((code, out.matches("written ").count()), (Some(0), 1), "{out}");
    let (code, _, _) = home.run(&moved, &["--prefix", "usr", "--remove"]);
    assert_eq!((code, home.0.path("usr/share").exists()), (Some(0), false));
}
