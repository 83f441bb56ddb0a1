//! The colour of every pixel of a span: vertex colour times texel, blended over what is there.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "fixed point: floats are scaled and saturate, integers are clamped before they are narrowed"
)]

use egui::epaint::Vertex;

use super::texture::{TEXEL_BITS, Texture};

/// Bits after the point of a colour that changes along a span.
const COLOR_BITS: u32 = 24;
/// The full value of a channel in 8.8 fixed point.
const FULL: i64 = 255 << 8;

/// A value that changes evenly over the plane, in fixed point.
#[derive(Clone, Copy)]
struct Plane {
    /// At the centre of the pixel (0, 0), as the step to the right and down times the pixel's place is added to it.
    origin: f64,
    right: f64,
    down: f64,
    scale: f64,
}

/// Where the vertices of a triangle lie, in pixels, and twice its area.
pub(super) struct Places {
    pub(super) x: [f64; 3],
    pub(super) y: [f64; 3],
    pub(super) area: f64,
}

impl Plane {
    fn new(places: &Places, values: [f64; 3], scale: f64) -> Self {
        let Places { x, y, area } = places;
        let (one, two) = (values[1] - values[0], values[2] - values[0]);
        let right = (one * (y[2] - y[0]) - two * (y[1] - y[0])) / area;
        let down = (two * (x[1] - x[0]) - one * (x[2] - x[0])) / area;
        let origin = values[0] + right * (0.5 - x[0]) + down * (0.5 - y[0]);
        Self { origin, right, down, scale }
    }

    /// The value at a pixel's centre, and the step to the next pixel.
    fn at(&self, x: usize, y: usize) -> (i64, i64) {
        let value = self.origin + self.right * x as f64 + self.down * y as f64;
        ((value * self.scale) as i64, (self.right * self.scale) as i64)
    }
}

enum Tint {
    /// 8.8 fixed point.
    Flat([u32; 4]),
    Changing([Plane; 4]),
}

enum Texels {
    /// 8.8 fixed point.
    One([u32; 4]),
    Mapped {
        u: Plane,
        v: Plane,
        blend: bool,
    },
}

/// What fills a triangle.
pub(super) struct Shade<'a> {
    tint: Tint,
    texels: Texels,
    texture: &'a Texture,
}

impl<'a> Shade<'a> {
    pub(super) fn new(vertices: [&Vertex; 3], places: &Places, texture: &'a Texture) -> Self {
        let colors = vertices.map(|vertex| vertex.color.to_array());
        let tint = if colors[0] == colors[1] && colors[1] == colors[2] {
            Tint::Flat(colors[0].map(|channel| u32::from(channel) << 8))
        } else {
            let scale = (1_i64 << COLOR_BITS) as f64;
            Tint::Changing(std::array::from_fn(|channel| {
                Plane::new(places, colors.map(|color| f64::from(color[channel])), scale)
            }))
        };
        let scale = (1_i64 << TEXEL_BITS) as f64;
        let us = vertices.map(|vertex| f64::from(vertex.uv.x) * texture.width as f64);
        let vs = vertices.map(|vertex| f64::from(vertex.uv.y) * texture.height as f64);
        let same = |index: usize| vertices[index].uv == vertices[0].uv;
        let texels = if same(1) && same(2) {
            Texels::One(texture.sample((us[0] * scale) as i64, (vs[0] * scale) as i64, texture.blends(0.0)))
        } else {
            let (u, v) = (Plane::new(places, us, scale), Plane::new(places, vs, scale));
            let steps = [u.right.abs(), u.down.abs(), v.right.abs(), v.down.abs()];
            let blend = texture.blends(steps.into_iter().fold(0.0, f64::max));
            Texels::Mapped { u, v, blend }
        };
        Self { tint, texels, texture }
    }

    /// Draws the pixels of row `y` from column `x` on.
    pub(super) fn span(&self, pixels: &mut [[u8; 4]], x: usize, y: usize) {
        match (&self.tint, &self.texels) {
            (Tint::Flat(tint), Texels::One(texel)) => {
                let color = times(*tint, *texel);
                if color[3] == 255 * 255 {
                    pixels.fill(over(color, [0; 4]));
                } else if color != [0; 4] {
                    for pixel in pixels {
                        *pixel = over(color, *pixel);
                    }
                }
            }
            (Tint::Flat(tint), Texels::Mapped { u, v, blend }) => {
                let ((mut u, to_right), (mut v, down)) = (u.at(x, y), v.at(x, y));
                for pixel in pixels {
                    let texel = self.texture.sample(u, v, *blend);
                    if texel != [0; 4] {
                        *pixel = over(times(*tint, texel), *pixel);
                    }
                    (u, v) = (u.wrapping_add(to_right), v.wrapping_add(down));
                }
            }
            (Tint::Changing(planes), texels) => {
                let mut tint = planes.map(|plane| plane.at(x, y));
                let mut place = match texels {
                    Texels::One(_) => ((0, 0), (0, 0)),
                    Texels::Mapped { u, v, .. } => (u.at(x, y), v.at(x, y)),
                };
                for pixel in pixels {
                    let texel = match texels {
                        Texels::One(texel) => *texel,
                        Texels::Mapped { blend, .. } => self.texture.sample(place.0.0, place.1.0, *blend),
                    };
                    let now = tint.map(|(value, _)| {
                        ((value + (1 << (COLOR_BITS - 9))) >> (COLOR_BITS - 8)).clamp(0, FULL) as u32
                    });
                    *pixel = over(times(now, texel), *pixel);
                    for (value, step) in &mut tint {
                        *value = value.wrapping_add(*step);
                    }
                    place.0.0 = place.0.0.wrapping_add(place.0.1);
                    place.1.0 = place.1.0.wrapping_add(place.1.1);
                }
            }
        }
    }
}

/// Two colours in 8.8 fixed point multiplied: channels from 0 to 255².
#[inline]
fn times(tint: [u32; 4], texel: [u32; 4]) -> [u32; 4] {
    std::array::from_fn(|channel| ((u64::from(tint[channel]) * u64::from(texel[channel]) + 32_768) >> 16) as u32)
}

/// A premultiplied colour (channels from 0 to 255²) over a pixel, rounded once.
#[inline]
fn over(color: [u32; 4], below: [u8; 4]) -> [u8; 4] {
    let seen = 65_025 - color[3].min(65_025);
    std::array::from_fn(|channel| {
        ((color[channel] * 255 + u32::from(below[channel]) * seen + 32_512) / 65_025).min(255) as u8
    })
}
