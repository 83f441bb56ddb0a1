//! Probity in a freedesktop desktop: the menu entry, icons and file types that it brings along, and their way into a user's folder
//! and out of it again. Other systems have no use for any of this.

pub mod databases;
pub mod entry;
mod ledger;
pub mod place;

use std::path::Path;

/// The day of the release that this is, as in the metainfo and in `CHANGELOG.md`.
pub const RELEASED: &str = "2026-11-22";

/// The file types of bundles and cases.
const MIME: &[u8] = include_bytes!("../../assets/desktop/probity-mime.xml");

/// What software centres show.
const METAINFO: &[u8] = include_bytes!("../../assets/desktop/io.github.probity.probity.metainfo.xml");

/// The icons by the folder of their size in the theme, and their endings.
const ICONS: [(&str, &str, &[u8]); 7] = [
    ("16x16", "png", include_bytes!("../../assets/icon/probity-16.png")),
    ("32x32", "png", include_bytes!("../../assets/icon/probity-32.png")),
    ("48x48", "png", include_bytes!("../../assets/icon/probity-48.png")),
    ("64x64", "png", include_bytes!("../../assets/icon/probity-64.png")),
    ("128x128", "png", include_bytes!("../../assets/icon/probity-128.png")),
    ("256x256", "png", include_bytes!("../../assets/icon/probity.png")),
    ("scalable", "svg", include_bytes!("../../assets/icon/probity.svg")),
];

/// A file to be put into the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where: the path from the data folder on, parted by `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Item {
    /// A file.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }
}

/// Whether the system is one whose desktops follow freedesktop.org.
#[must_use]
pub fn is_freedesktop() -> bool {
    cfg!(all(unix, not(any(target_vendor = "apple", target_os = "android"))))
}

/// Menu entry, icons, file types and metainfo of the program that lies at this absolute path.
///
/// # Errors
/// Why no menu entry can start it.
pub fn items(program: &Path) -> Result<Vec<Item>, entry::Unfit> {
    let icons = ICONS
        .into_iter()
        .map(|(size, ending, bytes)| Item::new(format!("icons/hicolor/{size}/apps/probity.{ending}"), bytes));
    let mut items = vec![
        Item::new("applications/probity.desktop", entry::of(program)?),
        Item::new("mime/packages/probity.xml", MIME),
        Item::new("metainfo/io.github.probity.probity.metainfo.xml", METAINFO),
    ];
    items.extend(icons);
    Ok(items)
}
