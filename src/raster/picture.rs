//! A drawn picture: pixels, and PNG out of them.

use egui::Color32;

use super::RasterError;

/// Pixels from the top left, row by row: red, green, blue, alpha, as sRGB values with premultiplied alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

impl Picture {
    pub(super) fn filled(size: [u32; 2], color: Color32) -> Self {
        let [width, height] = size.map(|side| side as usize);
        Self { width, height, pixels: vec![color.to_array(); width * height] }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// One pixel, counted from the top left, or none outside.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<[u8; 4]> {
        (x < self.width).then(|| self.pixels.get(y * self.width + x).copied()).flatten()
    }

    /// All bytes, four a pixel.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.pixels.as_flattened()
    }

    /// The pixels of row `y` from `start` to before `end`; both were clipped.
    pub(super) fn span(&mut self, y: usize, start: usize, end: usize) -> &mut [[u8; 4]] {
        let row = y * self.width;
        self.pixels.get_mut(row + start..row + end).unwrap_or_default()
    }

    /// The picture as PNG, without any metadata: the same bytes for the same pixels.
    ///
    /// # Errors
    /// [`RasterError::Png`] if the encoder fails, which it does not on memory.
    #[allow(clippy::cast_possible_truncation, reason = "no side is longer than MAX_SIDE")]
    pub fn to_png(&self) -> Result<Vec<u8>, RasterError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        let opaque = self.pixels.iter().all(|pixel| pixel[3] == 255);
        let data: Vec<u8> = if opaque {
            encoder.set_color(png::ColorType::Rgb);
            self.pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect()
        } else {
            encoder.set_color(png::ColorType::Rgba);
            self.pixels.iter().copied().flat_map(straight).collect()
        };
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&data)?;
        writer.finish()?;
        Ok(bytes)
    }
}

/// A pixel with its alpha taken out of the colours, as PNG has it.
#[allow(clippy::cast_possible_truncation, reason = "clamped to a byte")]
fn straight([r, g, b, a]: [u8; 4]) -> [u8; 4] {
    let divide = |value: u8| {
        if a == 0 { 0 } else { ((u32::from(value) * 255 + u32::from(a) / 2) / u32::from(a)).min(255) as u8 }
    };
    [divide(r), divide(g), divide(b), a]
}
