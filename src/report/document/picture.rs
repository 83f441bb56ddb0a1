//! The pictures of a document: PNG, read before it is trusted.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Limits, Reader};
use thiserror::Error;

use super::Picture;

/// Pixels that a picture may have at most: about 8000 by 8000.
const MOST: u64 = 64_000_000;

/// Why a picture cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    /// It is no PNG, or one that ends too early.
    #[error("it is not a sound PNG file: {0}")]
    Broken(String),
    /// Its channels are not of 8 bits, or not RGB or RGBA.
    #[error("it is a PNG file of another kind than RGB or RGBA of 8 bits")]
    Kind,
    /// It is not as large as it is said to be.
    #[error("it is {0} by {1} pixels, not {2} by {3}")]
    Size(u32, u32, u32, u32),
    /// It has more pixels than a page can show.
    #[error("it has more than {MOST} pixels")]
    Large,
}

/// Whether the picture's head says what the document says.
pub(super) fn check(picture: &Picture) -> Result<(), PictureError> {
    open(picture).map(|_| ())
}

/// The picture's pixels, three bytes each, row by row; on white where it can be seen through.
pub(super) fn pixels(picture: &Picture) -> Result<Vec<u8>, PictureError> {
    let mut reader = open(picture)?;
    let has_alpha = reader.info().color_type == ColorType::Rgba;
    let size = reader.output_buffer_size().ok_or(PictureError::Large)?;
    let mut bytes = vec![0; size];
    reader.next_frame(&mut bytes).map_err(broken)?;
    Ok(if has_alpha { bytes.as_chunks::<4>().0.iter().flat_map(on_white).collect() } else { bytes })
}

fn open(picture: &Picture) -> Result<Reader<Cursor<&[u8]>>, PictureError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(picture.png.as_slice()), Limits { bytes: 1 << 29 });
    decoder.ignore_checksums(false);
    let reader = decoder.read_info().map_err(broken)?;
    let info = reader.info();
    if info.bit_depth != BitDepth::Eight || !matches!(info.color_type, ColorType::Rgb | ColorType::Rgba) {
        return Err(PictureError::Kind);
    }
    if (info.width, info.height) != (picture.width, picture.height) {
        return Err(PictureError::Size(info.width, info.height, picture.width, picture.height));
    }
    if u64::from(info.width) * u64::from(info.height) > MOST {
        return Err(PictureError::Large);
    }
    Ok(reader)
}

fn broken(error: impl std::error::Error) -> PictureError {
    PictureError::Broken(error.to_string())
}

fn on_white(&[red, green, blue, alpha]: &[u8; 4]) -> [u8; 3] {
    [red, green, blue].map(|channel| {
        let (channel, alpha) = (u16::from(channel), u16::from(alpha));
        // At most 255, so that nothing is cut.
        u8::try_from((channel * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::Text;

    /// A picture of `width` by `height` whose pixels are all `pixel`.
    fn picture(width: u32, height: u32, color: ColorType, pixel: &[u8]) -> Picture {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, width, height);
        encoder.set_color(color);
        let count = usize::try_from(width * height).expect("fits");
        encoder.write_header().expect("head").write_image_data(&pixel.repeat(count)).expect("pixels");
        Picture { png, width, height, alt: String::new(), caption: Text::default() }
    }

    #[test]
    fn pixels_stand_on_white() {
        let seen = |color, pixel: &[u8]| pixels(&picture(2, 1, color, pixel)).expect("sound");
        assert_eq!(seen(ColorType::Rgb, &[1, 2, 3]), [1, 2, 3, 1, 2, 3]);
        assert_eq!(seen(ColorType::Rgba, &[0, 0, 0, 255]), [0; 6]);
        assert_eq!(seen(ColorType::Rgba, &[0, 0, 0, 0]), [255; 6]);
        assert_eq!(seen(ColorType::Rgba, &[0, 255, 0, 51]), [204, 255, 204, 204, 255, 204]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let sound = picture(3, 3, ColorType::Rgb, &[0; 3]);
        let cut = Picture { png: sound.png[..40].to_vec(), ..sound.clone() };
        assert!(matches!(pixels(&cut), Err(PictureError::Broken(_))));
        assert!(matches!(pixels(&Picture { png: Vec::new(), ..sound.clone() }), Err(PictureError::Broken(_))));
        assert_eq!(pixels(&Picture { width: 4, ..sound.clone() }), Err(PictureError::Size(3, 3, 4, 3)));
        assert_eq!(pixels(&picture(1, 1, ColorType::Grayscale, &[0])), Err(PictureError::Kind));
        for at in 0..sound.png.len() {
            let mut png = sound.png.clone();
            png[at] ^= 0x55;
            // Whatever it is, it is an answer.
            let _ = pixels(&Picture { png, ..sound.clone() });
        }
    }
}
