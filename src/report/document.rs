//! A document for people: what an investigation report or a dossier says, before it is HTML or PDF. It knows nothing of logs; what
//! stands in it was decided by whoever made it. [`html`] and [`pdf`] draw all of it, in its order: the same document is the same bytes.

pub mod html;
pub mod pdf;
pub mod picture;
#[cfg(test)]
mod sample;
mod shown;

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it is: `Investigation report`, `Dossier of a decision`.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// Below the title: names and values, as of the case, the bundle, by whom and when.
    pub head: Vec<Fact>,
    /// By whom, as they call themselves.
    pub author: String,
    /// When it was made: RFC 3339 in UTC.
    pub made: String,
    /// Name and version of the program.
    pub program: String,
    /// At the foot of every page: what ties the page to the evidence. One line.
    pub foot: String,
    /// What it says.
    pub sections: Vec<Section>,
}

/// A numbered part of a document, listed in its contents.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its title, without the number.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Whether it begins a page, where there are pages.
    pub on_new_page: bool,
}

/// A paragraph, a table, and what else there is.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A title below that of the section.
    Heading(String),
    /// A paragraph.
    Text(Text),
    /// What follows from one another or stands beside one another, each a paragraph.
    List(Vec<Text>),
    /// What must not be overlooked: what is broken, or not proven.
    Callout(Callout),
    /// Names and values.
    Facts(Vec<Fact>),
    /// Rows and columns.
    Table(Table),
    /// A picture.
    Picture(Picture),
    /// Text whose line breaks and spaces stay, in letters of one width.
    Verbatim(String),
    /// Lines to be filled in by hand, each with what belongs there: a name, a date, a signature.
    Form(Vec<String>),
}

/// Runs of letters that follow one another. Each `\n` begins a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Run>);

/// Letters of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What they say.
    pub text: String,
    /// How they look.
    pub face: Face,
    /// What their colour means; no meaning is in the colour alone.
    pub tone: Tone,
    /// Where they lead: an address that begins with `https://`.
    pub link: Option<String>,
}

/// How letters look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Face {
    /// As most do.
    #[default]
    Plain,
    /// Bolder.
    Strong,
    /// Paler.
    Quiet,
    /// Of one width: hashes, filters, commands.
    Mono,
}

/// What a colour means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    #[default]
    Neutral,
    /// Holds.
    Good,
    /// To be looked at.
    Warning,
    /// Broken.
    Bad,
}

/// What must not be overlooked.
#[derive(Debug, Clone, PartialEq)]
pub struct Callout {
    /// How bad it is.
    pub tone: Tone,
    /// In a few words.
    pub title: String,
    /// The rest, each a paragraph.
    pub texts: Vec<Text>,
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Text,
}

/// Rows and columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What it shows: above it.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for each column.
    pub rows: Vec<Vec<Text>>,
    /// What is to be known of it: below it.
    pub note: Option<Text>,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Whether its cells end at one line, as figures do.
    pub is_figure: bool,
    /// Whether its cells are broken anywhere, as hashes must be to fit; others are broken between words as long as that can be.
    pub breaks: bool,
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// PNG of 8 bits a channel, RGBA or RGB.
    pub png: Vec<u8>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Below it.
    pub caption: Text,
}

impl Text {
    /// Of one run, as most letters look.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// Of one bolder run.
    pub fn strong(text: impl Into<String>) -> Self {
        Self::default().and_face(Face::Strong, text)
    }

    /// Of one run of letters of one width.
    pub fn mono(text: impl Into<String>) -> Self {
        Self::default().and_face(Face::Mono, text)
    }

    /// Of one paler run.
    pub fn quiet(text: impl Into<String>) -> Self {
        Self::default().and_face(Face::Quiet, text)
    }

    /// Of one run whose colour means something.
    pub fn toned(tone: Tone, text: impl Into<String>) -> Self {
        Self(vec![Run { text: text.into(), face: Face::Strong, tone, link: None }])
    }

    /// With more behind it.
    #[must_use]
    pub fn and(self, text: impl Into<String>) -> Self {
        self.and_face(Face::Plain, text)
    }

    /// With more behind it that looks otherwise.
    #[must_use]
    pub fn and_face(mut self, face: Face, text: impl Into<String>) -> Self {
        self.0.push(Run { text: text.into(), face, tone: Tone::Neutral, link: None });
        self
    }

    /// With an address behind it.
    #[must_use]
    pub fn and_link(mut self, address: impl Into<String>) -> Self {
        let text = address.into();
        self.0.push(Run { link: Some(text.clone()), text, face: Face::Plain, tone: Tone::Neutral });
        self
    }

    /// What it says, without looks.
    #[must_use]
    pub fn words(&self) -> String {
        self.0.iter().map(|run| run.text.as_str()).collect()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

impl Fact {
    /// A name and a value.
    pub fn new(name: impl Into<String>, value: impl Into<Text>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl Column {
    /// Of words.
    pub fn words(title: impl Into<String>) -> Self {
        Self { title: title.into(), is_figure: false, breaks: false }
    }

    /// Of figures.
    pub fn figures(title: impl Into<String>) -> Self {
        Self { title: title.into(), is_figure: true, breaks: false }
    }

    /// Of hashes and the like.
    pub fn digests(title: impl Into<String>) -> Self {
        Self { title: title.into(), is_figure: false, breaks: true }
    }
}
