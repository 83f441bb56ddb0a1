//! The window, without a screen: journeys by keyboard and mouse, heard as a screen reader hears it, and pictures drawn on the CPU.

mod picture;

mod documents;
mod exhibits;
mod gallery;
mod guide;
mod handed;
mod held;
mod keyboard;
mod keys;
mod made;
mod models;
mod records;
mod room;
mod shell;
mod sources;
mod table;
mod timeline;
mod told;
mod views;

/// A user of their own for each window: what they write meets nobody else's.
fn user() -> probity::app::places::Places {
    static USERS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    static HOME: std::sync::LazyLock<std::path::PathBuf> = std::sync::LazyLock::new(|| {
        let home = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("users");
        // Those of the run before.
        let _ = std::fs::remove_dir_all(&home);
        home
    });
    let number = USERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    probity::app::places::Places::within(&HOME.join(number.to_string()))
}
