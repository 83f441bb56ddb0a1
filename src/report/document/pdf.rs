//! Documents as PDF: PDF/A-2a, for archives. Fonts and pictures are inside, every part is named for those who cannot see the page,
//! and the same document is the same bytes.

mod blocks;
mod columns;
mod faces;
mod flow;
mod lines;
mod look;
mod paint;
mod passage;
mod table;
mod tree;

use std::sync::Arc;

use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::image::{BitsPerComponent, CustomImage, Image, ImageColorspace};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::{Document as File, SerializeSettings};
use thiserror::Error;

use super::picture::{self, PictureError};
use super::shown::shown_line;
use super::{Block, Document, Picture};
use blocks::{Setter, short};
use faces::{Faces, Fonts};
use paint::Painter;

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PdfError {
    /// A picture cannot be drawn: what it shows, and why.
    #[error("a picture cannot be drawn ({alt}): {source}")]
    Picture {
        /// What it shows.
        alt: String,
        /// What is wrong with it.
        source: PictureError,
    },
    /// One of the program's fonts cannot be read.
    #[error("the font {0} cannot be read")]
    Font(&'static str),
    /// When the document was made is not said in RFC 3339 in UTC; a PDF for archives has to say it.
    #[error("when the document was made is not a date in UTC: {0}")]
    Made(String),
    /// The file would not be PDF/A: what stands against it.
    #[error("the PDF cannot be written: {0}")]
    Written(String),
}

/// Letters of a title that programs are shown.
const TITLE: usize = 200;

/// Letters of a foot; more do not fit into its two lines.
const FOOT: usize = 300;

/// The document as a PDF. The same document is the same bytes.
///
/// # Errors
///
/// Where a picture is broken, or the document does not say when it was made. All text can be written.
pub fn write(document: &Document) -> Result<Vec<u8>, PdfError> {
    let made = date(&document.made).ok_or_else(|| PdfError::Made(short(&shown_line(&document.made), 40)))?;
    let pictures = pictures(document)?;
    let fonts = Fonts::read()?;
    let mut faces = Faces::new(&fonts);
    let mut setter = Setter::new(&mut faces);
    setter.document(document);
    let Setter { tree, flow, .. } = setter;
    let mut file = File::new_with(settings()?);
    let foot = short(&shown_line(&document.foot), FOOT);
    let mut painter = Painter { faces: &mut faces, tree, pictures: &pictures, sections: &flow.sections, foot: &foot };
    painter.draw(&flow.pages, &mut file);
    file.set_tag_tree(painter.tree.finish());
    file.set_outline(outline(document, &flow.sections));
    file.set_metadata(metadata(document, made));
    file.finish().map_err(|error| PdfError::Written(format!("{error}: {error:?}")))
}

fn settings() -> Result<SerializeSettings, PdfError> {
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_A).finish();
    let configuration = configuration.map_err(|error| PdfError::Written(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}

fn metadata(document: &Document, made: DateTime) -> Metadata {
    let line = |text: &str| short(&shown_line(text), 1000);
    let metadata = Metadata::new()
        .title(line(&document.title))
        .description(line(&document.kind))
        .creator(line(&document.program))
        .producer(line(&document.program))
        .language("en".to_owned())
        .creation_date(made);
    if document.author.is_empty() { metadata } else { metadata.authors(vec![line(&document.author)]) }
}

/// A date of RFC 3339 in UTC; none where it is none.
fn date(made: &str) -> Option<DateTime> {
    let bytes = made.as_bytes();
    let ends = bytes.last().is_some_and(|last| matches!(last, b'Z' | b'z')) || made.ends_with("+00:00");
    let is_shape = bytes.len() >= 20 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[13] == b':' && bytes[16] == b':';
    if !ends || !is_shape {
        return None;
    }
    let two = |at: usize| {
        made.get(at..at + 2).filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<u8>().ok()
    };
    let year = made.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    let date = DateTime::new(year).month(two(5)?).day(two(8)?).hour(two(11)?).minute(two(14)?).second(two(17)?);
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}

fn outline(document: &Document, sections: &[(usize, f32)]) -> Outline {
    let mut outline = Outline::new();
    for (index, (section, (page, y))) in document.sections.iter().zip(sections).enumerate() {
        let title = format!("{} {}", index + 1, short(&shown_line(&section.title), TITLE));
        let place = XyzDestination::new(*page, Point::from_xy(0.0, (y - 12.0).max(0.0)));
        outline.push_child(OutlineNode::new(title, place));
    }
    outline
}

/// All pictures of a document, in its order.
fn pictures(document: &Document) -> Result<Vec<Image>, PdfError> {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    blocks.filter_map(|block| if let Block::Picture(picture) = block { Some(image(picture)) } else { None }).collect()
}

fn image(picture: &Picture) -> Result<Image, PdfError> {
    let failed = |source| PdfError::Picture { alt: short(&shown_line(&picture.alt), TITLE), source };
    let pixels = picture::pixels(picture).map_err(failed)?;
    let pixels = Pixels { bytes: pixels.into(), size: (picture.width, picture.height) };
    Image::from_custom(pixels, false).map_err(|error| failed(PictureError::Broken(error)))
}

/// Pixels of three bytes, row by row.
#[derive(Clone, Hash)]
struct Pixels {
    bytes: Arc<[u8]>,
    size: (u32, u32),
}

impl CustomImage for Pixels {
    fn color_channel(&self) -> &[u8] {
        &self.bytes
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        None
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        self.size
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        None
    }

    fn color_space(&self) -> ImageColorspace {
        ImageColorspace::Rgb
    }
}

#[cfg(test)]
mod tests;
