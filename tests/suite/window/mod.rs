//! The window, without a screen: journeys by keyboard and mouse, heard as a screen reader hears it, and pictures drawn on the CPU.

mod picture;

mod broken;
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

/// An application for a user of its own: what they write meets nobody else's. Indexes are made once a run, by the program as it is now.
fn app() -> probity::app::App {
    static USERS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    static HOME: std::sync::LazyLock<std::path::PathBuf> = std::sync::LazyLock::new(|| {
        let home = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("users");
        // Those of the run before.
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(home.join("indexes")).expect("a folder");
        home
    });
    let number = USERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let places = probity::app::places::Places::within(&HOME.join(number.to_string()));
    let mut app = probity::app::App::new(probity::jobs::Waker::none(), places);
    app.settings.cache = Some(HOME.join("indexes"));
    app
}
