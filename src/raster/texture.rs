//! Textures in memory, and the texel that a place in them gives.

use egui::epaint::ImageDelta;
use egui::{ImageData, TextureFilter, TextureOptions, TextureWrapMode};

/// Bits after the point in a texture coordinate.
pub(super) const TEXEL_BITS: u32 = 32;

pub(super) struct Texture {
    pub(super) width: i64,
    pub(super) height: i64,
    texels: Vec<[u8; 4]>,
    options: TextureOptions,
}

impl Texture {
    /// A whole texture; none if the image has no pixels or not as many as its size says.
    pub(super) fn new(delta: &ImageDelta) -> Option<Self> {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size;
        if width == 0 || height == 0 || width.checked_mul(height)? != image.pixels.len() {
            return None;
        }
        let texels = image.pixels.iter().map(egui::Color32::to_array).collect();
        Some(Self {
            width: i64::try_from(width).ok()?,
            height: i64::try_from(height).ok()?,
            texels,
            options: delta.options,
        })
    }

    /// Puts a part at `at`; false if it does not fit.
    pub(super) fn replace(&mut self, at: [usize; 2], delta: &ImageDelta) -> bool {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size;
        let own = usize::try_from(self.width).unwrap_or(0);
        let rows = usize::try_from(self.height).unwrap_or(0);
        let fits = at[0].checked_add(width).is_some_and(|end| end <= own)
            && at[1].checked_add(height).is_some_and(|end| end <= rows)
            && width.checked_mul(height) == Some(image.pixels.len());
        if fits && width > 0 {
            for (row, pixels) in image.pixels.chunks_exact(width).enumerate() {
                let start = (at[1] + row) * own + at[0];
                for (texel, pixel) in self.texels[start..start + width].iter_mut().zip(pixels) {
                    *texel = pixel.to_array();
                }
            }
            self.options = delta.options;
        }
        fits
    }

    /// Whether texels are blended, where one pixel covers `texels_a_pixel` of them.
    pub(super) fn blends(&self, texels_a_pixel: f64) -> bool {
        let filter = if texels_a_pixel > 1.0 { self.options.minification } else { self.options.magnification };
        filter == TextureFilter::Linear
    }

    /// Four channels as 8.8 fixed point at `(u, v)`, in texels with [`TEXEL_BITS`] after the point.
    #[inline]
    pub(super) fn sample(&self, u: i64, v: i64, blend: bool) -> [u32; 4] {
        if !blend {
            let texel = self.texel(u >> TEXEL_BITS, v >> TEXEL_BITS);
            return texel.map(|channel| u32::from(channel) << 8);
        }
        // Eight bits between two texels, as graphics cards have.
        let place = |value: i64| (value - (1 << (TEXEL_BITS - 1)) + (1 << (TEXEL_BITS - 9))) >> (TEXEL_BITS - 8);
        let (u, v) = (place(u), place(v));
        let (x, y, right, down) = (u >> 8, v >> 8, part(u), part(v));
        if right == 0 && down == 0 {
            return self.texel(x, y).map(|channel| u32::from(channel) << 8);
        }
        let [a, b] = [self.texel(x, y), self.texel(x + 1, y)];
        let [c, d] = [self.texel(x, y + 1), self.texel(x + 1, y + 1)];
        let mut out = [0; 4];
        for (channel, value) in out.iter_mut().enumerate() {
            let top = u32::from(a[channel]) * (256 - right) + u32::from(b[channel]) * right;
            let bottom = u32::from(c[channel]) * (256 - right) + u32::from(d[channel]) * right;
            *value = (top * (256 - down) + bottom * down + 128) >> 8;
        }
        out
    }

    #[inline]
    fn texel(&self, x: i64, y: i64) -> [u8; 4] {
        let x = wrap(x, self.width, self.options.wrap_mode);
        let y = wrap(y, self.height, self.options.wrap_mode);
        usize::try_from(y * self.width + x).ok().and_then(|at| self.texels.get(at)).copied().unwrap_or_default()
    }
}

/// The eight bits after the point.
#[inline]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "eight bits")]
fn part(value: i64) -> u32 {
    (value & 255) as u32
}

#[inline]
fn wrap(at: i64, size: i64, mode: TextureWrapMode) -> i64 {
    match mode {
        TextureWrapMode::ClampToEdge => at.clamp(0, size - 1),
        TextureWrapMode::Repeat => at.rem_euclid(size),
        TextureWrapMode::MirroredRepeat => {
            let twice = at.rem_euclid(2 * size);
            if twice < size { twice } else { 2 * size - 1 - twice }
        }
    }
}
