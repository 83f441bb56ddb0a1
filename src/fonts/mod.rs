//! The bytes of the fonts in `assets/fonts`. Windows and documents draw with these alone, never with those of the host, so that a
//! page is the same everywhere.

/// A font: its name, and the file as it is.
pub type Font = (&'static str, &'static [u8]);

/// Text: Inter.
pub static REGULAR: Font = ("Inter-Regular", include_bytes!("../../assets/fonts/Inter-Regular.otf"));
/// Text that matters more.
pub static MEDIUM: Font = ("Inter-Medium", include_bytes!("../../assets/fonts/Inter-Medium.otf"));
/// Titles.
pub static SEMIBOLD: Font = ("Inter-SemiBold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf"));
/// Letters of one width: hashes, codes, commands.
pub static MONO: Font = ("JetBrainsMono-Regular", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"));
/// Icons; never asked for text.
pub static ICONS: Font = ("Phosphor", include_bytes!("../../assets/fonts/Phosphor.ttf"));

/// The fonts that characters are taken from which no text font has, in the order in which they are asked.
pub static FALLBACK: [Font; 12] = [
    ("NotoSansHebrew", include_bytes!("../../assets/fonts/NotoSansHebrew.ttf")),
    ("NotoSansArabic", include_bytes!("../../assets/fonts/NotoSansArabic.ttf")),
    ("NotoSansArmenian", include_bytes!("../../assets/fonts/NotoSansArmenian.ttf")),
    ("NotoSansGeorgian", include_bytes!("../../assets/fonts/NotoSansGeorgian.ttf")),
    ("NotoSansDevanagari", include_bytes!("../../assets/fonts/NotoSansDevanagari.ttf")),
    ("NotoSansBengali", include_bytes!("../../assets/fonts/NotoSansBengali.ttf")),
    ("NotoSansTamil", include_bytes!("../../assets/fonts/NotoSansTamil.ttf")),
    ("NotoSansTelugu", include_bytes!("../../assets/fonts/NotoSansTelugu.ttf")),
    ("NotoSansThai", include_bytes!("../../assets/fonts/NotoSansThai.ttf")),
    ("NotoEmoji", include_bytes!("../../assets/fonts/NotoEmoji.ttf")),
    ("Hangul", include_bytes!("../../assets/fonts/Hangul.ttf")),
    ("DroidSansFallback", include_bytes!("../../assets/fonts/DroidSansFallback.ttf")),
];
