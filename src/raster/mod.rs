//! Triangles and textures to pixels, on the CPU: the pictures of the window without a graphics card.
//!
//! [`egui::Context::tessellate`] turns a frame into meshes; [`Raster`] draws them the same to the byte every time: coverage
//! by integer edge functions with the top-left rule, colours in fixed point, nothing that depends on threads or on the
//! order of a hash map. Pictures look as the window does: colours are multiplied and blended as premultiplied sRGB values,
//! without going through linear light, as egui's own OpenGL painter does, and the target has eight bits a channel. What
//! that painter does besides (dithering of gradients, mipmaps) is left out; it changes no value by more than one.
//!
//! What comes in is egui's, and so is one doubt: the glyphs in its font texture are drawn by a rasteriser that fuses
//! multiplication and addition where a processor can. Between processors that can and that cannot, the edge of a glyph may
//! differ by a shade; on the same kind of processor it does not.
//!
//! Three masters: picture tests, exhibits that anyone can draw again and compare by hash, and pictures for documents.
//! Paint callbacks need a graphics card and are refused.

mod picture;
mod shade;
#[cfg(test)]
mod tests;
mod texture;
mod triangle;

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, Primitive};
use egui::{Color32, Context, FullOutput, Rect, TextureId, TexturesDelta};

pub use picture::Picture;
use texture::Texture;
use triangle::Clip;

/// Why no picture came of it.
#[derive(Debug, thiserror::Error)]
pub enum RasterError {
    /// A paint callback would have to run on a graphics card.
    #[error("the frame holds a paint callback, which only a graphics card can draw")]
    Callback,
    /// A mesh names a texture that was never handed over.
    #[error("the frame uses the texture {0:?}, which was never handed over")]
    MissingTexture(TextureId),
    /// A part of a texture lies outside of it, or has not as many pixels as its size says.
    #[error("an update of the texture {0:?} does not fit it")]
    BadTexture(TextureId),
    /// No side of a picture may be zero or longer than [`MAX_SIDE`].
    #[error("a picture of {0} × {1} pixels: each side has to be between 1 and {MAX_SIDE}")]
    Size(u32, u32),
    /// The picture could not be written as PNG.
    #[error("cannot write the picture as PNG")]
    Png(#[from] png::EncodingError),
}

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 16_384;

/// The textures of one [`Context`], and what draws its frames.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, Texture>,
    /// To be forgotten when the next update comes: the frame that frees a texture still draws it.
    freed: Vec<TextureId>,
}

impl Raster {
    /// Knows no texture yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over what changed in the textures since the last frame, and empties `delta`.
    ///
    /// # Errors
    /// [`RasterError::BadTexture`], after everything else was taken over.
    pub fn update(&mut self, delta: &mut TexturesDelta) -> Result<(), RasterError> {
        for id in self.freed.drain(..) {
            self.textures.remove(&id);
        }
        let mut bad = None;
        for (id, parts) in delta.set.drain() {
            for part in parts {
                let taken = match part.pos {
                    None => Texture::new(&part).map(|texture| self.textures.insert(id, texture)).is_some(),
                    Some(at) => self.textures.get_mut(&id).is_some_and(|texture| texture.replace(at, &part)),
                };
                if !taken {
                    bad = Some(RasterError::BadTexture(id));
                }
            }
        }
        self.freed.extend(delta.free.drain());
        delta.clear();
        bad.map_or(Ok(()), Err)
    }

    /// Draws `primitives` over `background` into a picture of `size` pixels.
    ///
    /// # Errors
    /// All of [`RasterError`] but the PNG's.
    pub fn paint(
        &self,
        size: [u32; 2],
        pixels_per_point: f32,
        background: Color32,
        primitives: &[ClippedPrimitive],
    ) -> Result<Picture, RasterError> {
        if size.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(RasterError::Size(size[0], size[1]));
        }
        let mut picture = Picture::filled(size, background);
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { return Err(RasterError::Callback) };
            let clip = Clip::new(*clip_rect, pixels_per_point, size);
            if clip.is_empty() || mesh.indices.is_empty() {
                continue;
            }
            let texture = self.textures.get(&mesh.texture_id).ok_or(RasterError::MissingTexture(mesh.texture_id))?;
            triangle::mesh(&mut picture, mesh, texture, pixels_per_point, clip);
        }
        Ok(picture)
    }

    /// Draws what a frame of `ctx` gave, `screen` points large.
    ///
    /// # Errors
    /// As [`Raster::update`] and [`Raster::paint`].
    pub fn frame(
        &mut self,
        ctx: &Context,
        mut output: FullOutput,
        screen: Rect,
        background: Color32,
    ) -> Result<Picture, RasterError> {
        self.update(&mut output.textures_delta)?;
        let scale = output.pixels_per_point;
        let primitives = ctx.tessellate(output.shapes, scale);
        self.paint(pixels(screen, scale), scale, background, &primitives)
    }
}

/// How many pixels `screen` has at `pixels_per_point`.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates; paint checks")]
pub fn pixels(screen: Rect, pixels_per_point: f32) -> [u32; 2] {
    let size = (screen.size() * pixels_per_point).round();
    [size.x as u32, size.y as u32]
}
