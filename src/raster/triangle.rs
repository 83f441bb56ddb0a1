//! Which pixels a triangle covers: those whose centre lies in it, each edge belonging to one side only.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "coordinates are clamped before they become integers, and to the clip rectangle before they become places"
)]

use egui::Rect;
use egui::epaint::Mesh;

use super::Picture;
use super::shade::{Places, Shade};
use super::texture::Texture;

/// Parts of a pixel in which corners are placed, as graphics cards do.
const PARTS: i64 = 256;
/// Corners beyond this many pixels are taken to lie there: the product of two differences has to fit 63 bits.
const FARTHEST: f64 = 2_000_000.0;

/// The pixels that may be drawn: `left..right`, `top..bottom`.
#[derive(Clone, Copy)]
pub(super) struct Clip {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl Clip {
    /// The clip rectangle rounded to whole pixels, within the picture.
    pub(super) fn new(rect: Rect, pixels_per_point: f32, size: [u32; 2]) -> Self {
        let place = |value: f32, most: u32| (value * pixels_per_point).round().clamp(0.0, most as f32) as i64;
        Self {
            left: place(rect.min.x, size[0]),
            top: place(rect.min.y, size[1]),
            right: place(rect.max.x, size[0]),
            bottom: place(rect.max.y, size[1]),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }
}

#[derive(Clone, Copy)]
struct Corner {
    x: i64,
    y: i64,
}

/// Draws all triangles of `mesh`. Indices beyond the vertices and corners that are no numbers draw nothing.
pub(super) fn mesh(picture: &mut Picture, mesh: &Mesh, texture: &Texture, pixels_per_point: f32, clip: Clip) {
    let corners: Vec<Option<Corner>> = mesh
        .vertices
        .iter()
        .map(|vertex| {
            let place = |value: f32| {
                let pixels = f64::from(value * pixels_per_point).clamp(-FARTHEST, FARTHEST);
                (pixels * PARTS as f64).round() as i64
            };
            let finite = vertex.pos.x.is_finite() && vertex.pos.y.is_finite();
            finite.then(|| Corner { x: place(vertex.pos.x), y: place(vertex.pos.y) })
        })
        .collect();
    for triangle in mesh.indices.chunks_exact(3) {
        let at = [triangle[0] as usize, triangle[1] as usize, triangle[2] as usize];
        let Some(vertices) = at.iter().map(|index| mesh.vertices.get(*index)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let [Some(a), Some(b), Some(c)] = at.map(|index| corners[index]) else { continue };
        let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        // egui winds its triangles either way.
        let (vertices, corners, area) = if area < 0 {
            ([vertices[0], vertices[2], vertices[1]], [a, c, b], -area)
        } else {
            ([vertices[0], vertices[1], vertices[2]], [a, b, c], area)
        };
        let Some((top, bottom)) = rows(corners, clip).filter(|_| area > 0) else { continue };
        let scale = 1.0 / PARTS as f64;
        let places = Places {
            x: corners.map(|corner| corner.x as f64 * scale),
            y: corners.map(|corner| corner.y as f64 * scale),
            area: area as f64 * scale * scale,
        };
        let shade = Shade::new(vertices, &places, texture);
        let edges = [(0, 1), (1, 2), (2, 0)].map(|(from, to)| Edge::new(corners[from], corners[to]));
        for y in top..bottom {
            let (mut left, mut right) = (clip.left, clip.right);
            for edge in &edges {
                edge.narrow(y, &mut left, &mut right);
            }
            if left < right {
                shade.span(picture.span(y as usize, left as usize, right as usize), left as usize, y as usize);
            }
        }
    }
}

/// The rows of pixels whose centres a triangle may cover; none if it lies beside the clip rectangle.
fn rows(corners: [Corner; 3], clip: Clip) -> Option<(i64, i64)> {
    let [a, b, c] = corners;
    let (left, right) = (a.x.min(b.x).min(c.x), a.x.max(b.x).max(c.x));
    if right < clip.left * PARTS || left > clip.right * PARTS {
        return None;
    }
    let first = ceil(a.y.min(b.y).min(c.y) - PARTS / 2, PARTS).max(clip.top);
    let last = (a.y.max(b.y).max(c.y) - PARTS / 2).div_euclid(PARTS).min(clip.bottom - 1);
    (first <= last).then_some((first, last + 1))
}

/// One side of a triangle: what lies right of it, seen from its start, is inside.
struct Edge {
    /// Start of the edge, in parts.
    x: i64,
    y: i64,
    right: i64,
    down: i64,
    /// 0 if pixels on the edge are inside (a top or a left edge), otherwise -1.
    bias: i64,
}

impl Edge {
    fn new(from: Corner, to: Corner) -> Self {
        let (right, down) = (to.x - from.x, to.y - from.y);
        let owns = down < 0 || (down == 0 && right > 0);
        Self { x: from.x, y: from.y, right, down, bias: if owns { 0 } else { -1 } }
    }

    /// Leaves of `left..right` in row `y` what lies inside of the edge.
    fn narrow(&self, y: i64, left: &mut i64, right: &mut i64) {
        let centre = y * PARTS + PARTS / 2;
        // Inside is where at_zero - down * PARTS * x >= 0.
        let at_zero = self.right * (centre - self.y) - self.down * (PARTS / 2 - self.x) + self.bias;
        let step = self.down * PARTS;
        match step.cmp(&0) {
            std::cmp::Ordering::Less => *left = (*left).max(ceil(-at_zero, -step)),
            std::cmp::Ordering::Greater => *right = (*right).min(at_zero.div_euclid(step) + 1),
            std::cmp::Ordering::Equal if at_zero < 0 => *right = *left,
            std::cmp::Ordering::Equal => {}
        }
    }
}

/// The least whole number not below `value / by`, for positive `by`.
fn ceil(value: i64, by: i64) -> i64 {
    -(-value).div_euclid(by)
}
