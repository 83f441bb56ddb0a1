#![allow(clippy::expect_used, reason = "a test that gets no picture has failed")]

use egui::epaint::{ClippedPrimitive, ImageDelta, Mesh, Primitive, Vertex, WHITE_UV};
use egui::{Color32, ColorImage, Pos2, Rect, TextureId, TextureOptions, TexturesDelta, pos2, vec2};

use super::*;

const FONT: TextureId = TextureId::Managed(0);
const BLACK: [u8; 4] = [0, 0, 0, 255];

/// A raster whose first texture is one white texel.
fn raster() -> Raster {
    let mut raster = Raster::new();
    set(&mut raster, FONT, None, [1, 1], &[Color32::WHITE], TextureOptions::LINEAR).expect("a texture");
    raster
}

fn set(
    raster: &mut Raster,
    id: TextureId,
    pos: Option<[usize; 2]>,
    size: [usize; 2],
    texels: &[Color32],
    options: TextureOptions,
) -> Result<(), RasterError> {
    let image = ColorImage { size, source_size: vec2(1.0, 1.0), pixels: texels.to_vec() };
    let mut delta = TexturesDelta::default();
    delta.push(id, ImageDelta { image: image.into(), options, pos });
    raster.update(&mut delta)
}

fn triangles(points: &[(f32, f32)], indices: &[u32], color: Color32) -> Mesh {
    let vertices = points.iter().map(|(x, y)| Vertex { pos: pos2(*x, *y), uv: WHITE_UV, color }).collect();
    Mesh { indices: indices.to_vec(), vertices, texture_id: FONT }
}

fn draw(raster: &Raster, size: u32, meshes: Vec<Mesh>) -> Picture {
    let clip_rect = Rect::from_min_max(Pos2::ZERO, pos2(1e6, 1e6));
    let primitives: Vec<ClippedPrimitive> =
        meshes.into_iter().map(|mesh| ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }).collect();
    raster.paint([size, size], 1.0, Color32::BLACK, &primitives).expect("a picture")
}

/// `#` where something was drawn.
fn shape(picture: &Picture) -> Vec<String> {
    (0..picture.height())
        .map(|y| {
            let mark = |x| if picture.pixel(x, y) == Some(BLACK) { '.' } else { '#' };
            (0..picture.width()).map(mark).collect()
        })
        .collect()
}

#[test]
fn a_pixel_is_covered_if_its_centre_is() {
    let mesh = triangles(&[(0.0, 0.0), (4.0, 0.0), (0.0, 4.0)], &[0, 1, 2], Color32::WHITE);
    // Centres on the long edge do not belong to it: it is neither a top nor a left one.
    assert_eq!(shape(&draw(&raster(), 4, vec![mesh.clone()])), ["###.", "##..", "#...", "...."]);
    let other = triangles(&[(4.0, 0.0), (4.0, 4.0), (0.0, 4.0)], &[0, 1, 2], Color32::WHITE);
    assert_eq!(shape(&draw(&raster(), 4, vec![other])), ["...#", "..##", ".###", "####"]);
    let turned = triangles(&[(0.0, 0.0), (4.0, 0.0), (0.0, 4.0)], &[2, 1, 0], Color32::WHITE);
    assert!(draw(&raster(), 4, vec![turned]) == draw(&raster(), 4, vec![mesh]), "winding does not matter");
    let small = triangles(&[(0.6, 0.6), (1.4, 0.6), (1.4, 1.4)], &[0, 1, 2], Color32::WHITE);
    assert_eq!(shape(&draw(&raster(), 2, vec![small])), ["..", ".."], "no centre lies in it");
}

#[test]
fn an_edge_that_two_share_is_drawn_once() {
    let half = Color32::from_rgba_premultiplied(100, 100, 100, 128);
    // A fan around a crooked point: every pixel of the square belongs to exactly one triangle.
    for centre in [(8.0, 8.0), (7.3, 9.1), (8.5, 8.5), (0.5, 3.25), (15.99, 0.01)] {
        let points = [(0.0, 0.0), (5.5, 0.0), (16.0, 0.0), (16.0, 16.0), (3.2, 16.0), (0.0, 16.0), centre];
        let indices: Vec<u32> = (0..6).flat_map(|corner| [6, corner, (corner + 1) % 6]).collect();
        let picture = draw(&raster(), 16, vec![triangles(&points, &indices, half)]);
        for y in 0..16 {
            for x in 0..16 {
                assert_eq!(picture.pixel(x, y), Some([100, 100, 100, 255]), "{x} {y} around {centre:?}");
            }
        }
    }
}

#[test]
fn nothing_is_drawn_outside_of_the_clip_rectangle() {
    let mesh = triangles(&[(-50.0, -50.0), (100.0, -50.0), (-50.0, 100.0)], &[0, 1, 2], Color32::WHITE);
    let clip_rect = Rect::from_min_max(pos2(1.0, 2.0), pos2(2.6, 3.4));
    let primitives = [ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }];
    let picture = raster().paint([5, 5], 1.0, Color32::BLACK, &primitives).expect("a picture");
    assert_eq!(shape(&picture), [".....", ".....", ".##..", ".....", "....."]);
    let doubled = raster().paint([6, 6], 2.0, Color32::BLACK, &primitives).expect("a picture");
    assert_eq!(shape(&doubled)[4..], ["..###.", "..###."], "points become pixels");
}

#[test]
fn colours_are_blended_as_premultiplied_values() {
    let below = triangles(&[(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)], &[0, 1, 2], Color32::from_rgb(200, 100, 50));
    let above = Color32::from_rgba_premultiplied(10, 20, 30, 64);
    let picture = draw(&raster(), 2, vec![below, triangles(&[(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)], &[0, 1, 2], above)]);
    // 200 · (1 - 64/255) + 10 = 159.8
    assert_eq!(picture.pixel(0, 0), Some([160, 95, 67, 255]));
    let added = Color32::from_rgba_premultiplied(255, 0, 0, 0);
    let picture = draw(&raster(), 2, vec![triangles(&[(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)], &[0, 1, 2], added)]);
    assert_eq!(picture.pixel(0, 0), Some([255, 0, 0, 255]), "without alpha a colour is added");
}

#[test]
fn colours_run_evenly_between_corners() {
    let mut mesh = triangles(&[(0.0, 0.0), (256.0, 0.0), (0.0, 512.0)], &[0, 1, 2], Color32::BLACK);
    mesh.vertices[1].color = Color32::WHITE;
    let picture = draw(&raster(), 256, vec![mesh]);
    for x in 0..255_u8 {
        let value = picture.pixel(usize::from(x), 0).expect("a pixel")[0];
        assert!(value.abs_diff(x) <= 1, "{x}: {value}");
    }
}

#[test]
fn textures_are_sampled_between_texels_and_beyond_edges() {
    let texels = [Color32::BLACK, Color32::WHITE];
    let picture = |options: TextureOptions, from: f32, to: f32| {
        let mut raster = raster();
        set(&mut raster, TextureId::User(1), None, [2, 1], &texels, options).expect("a texture");
        let corner = |x: f32, y: f32, u: f32| Vertex { pos: pos2(x, y), uv: pos2(u, 0.5), color: Color32::WHITE };
        let vertices = vec![corner(0.0, 0.0, from), corner(8.0, 0.0, to), corner(8.0, 8.0, to), corner(0.0, 8.0, from)];
        let mesh = Mesh { indices: vec![0, 1, 2, 0, 2, 3], vertices, texture_id: TextureId::User(1) };
        let picture = draw(&raster, 8, vec![mesh]);
        assert!((0..8).all(|y| (0..8).all(|x| picture.pixel(x, y) == picture.pixel(x, 0))));
        (0..8).map(|x| picture.pixel(x, 0).expect("a pixel")[0]).collect::<Vec<_>>()
    };
    assert_eq!(picture(TextureOptions::NEAREST, 0.0, 1.0), [0, 0, 0, 0, 255, 255, 255, 255]);
    assert_eq!(picture(TextureOptions::LINEAR, 0.0, 1.0), [0, 0, 32, 96, 159, 223, 255, 255]);
    assert_eq!(picture(TextureOptions::NEAREST_REPEAT, 0.0, 2.0), [0, 0, 255, 255, 0, 0, 255, 255]);
    assert_eq!(picture(TextureOptions::NEAREST_MIRRORED_REPEAT, 0.0, 2.0), [0, 0, 255, 255, 255, 255, 0, 0]);
    assert_eq!(picture(TextureOptions::NEAREST, 1.0, 3.0), [255; 8], "the edge goes on");
}

#[test]
fn a_texture_is_updated_in_part_and_freed_after_its_last_frame() {
    let id = TextureId::User(7);
    let mut raster = raster();
    set(&mut raster, id, None, [2, 2], &[Color32::BLACK; 4], TextureOptions::NEAREST).expect("a texture");
    set(&mut raster, id, Some([1, 1]), [1, 1], &[Color32::WHITE], TextureOptions::NEAREST).expect("a part");
    for (at, size, count) in
        [([1, 1], [2, 1], 2), ([2, 2], [1, 1], 1), ([0, 0], [2, 2], 3), ([usize::MAX, 0], [2, 1], 2)]
    {
        let failed = set(&mut raster, id, Some(at), size, &vec![Color32::RED; count], TextureOptions::NEAREST);
        assert!(matches!(failed, Err(RasterError::BadTexture(bad)) if bad == id), "{at:?} {size:?}");
    }
    let corner = |x: f32, y: f32| Vertex { pos: pos2(x * 2.0, y * 2.0), uv: pos2(x, y), color: Color32::WHITE };
    let vertices = vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0)];
    let mesh = Mesh { indices: vec![0, 1, 2, 0, 2, 3], vertices, texture_id: id };
    assert_eq!(shape(&draw(&raster, 2, vec![mesh.clone()])), ["..", ".#"]);
    let mut delta = TexturesDelta::default();
    delta.free(id);
    raster.update(&mut delta).expect("freed");
    assert_eq!(shape(&draw(&raster, 2, vec![mesh.clone()])), ["..", ".#"], "this frame still shows it");
    raster.update(&mut TexturesDelta::default()).expect("nothing");
    let clip_rect = Rect::EVERYTHING;
    let primitives = [ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }];
    let failed = raster.paint([2, 2], 1.0, Color32::BLACK, &primitives);
    assert!(matches!(failed, Err(RasterError::MissingTexture(missing)) if missing == id));
}

#[test]
fn what_cannot_be_drawn_is_refused_or_left_out() {
    let callback = egui::PaintCallback { rect: Rect::EVERYTHING, callback: std::sync::Arc::new(()) };
    let primitives = [ClippedPrimitive { clip_rect: Rect::EVERYTHING, primitive: Primitive::Callback(callback) }];
    assert!(matches!(raster().paint([2, 2], 1.0, Color32::BLACK, &primitives), Err(RasterError::Callback)));
    for size in [[0, 5], [5, MAX_SIDE + 1]] {
        assert!(matches!(raster().paint(size, 1.0, Color32::BLACK, &[]), Err(RasterError::Size(..))));
    }
    let wrong = [
        triangles(&[(0.0, 0.0), (f32::NAN, 0.0), (0.0, 4.0)], &[0, 1, 2], Color32::WHITE),
        triangles(&[(0.0, 0.0), (4.0, 0.0), (0.0, 4.0)], &[0, 1, 9], Color32::WHITE),
        triangles(&[(0.0, 0.0), (2.0, 2.0), (4.0, 4.0)], &[0, 1, 2], Color32::WHITE),
    ];
    assert_eq!(shape(&draw(&raster(), 4, wrong.into())), ["...."; 4]);
    let vast = triangles(&[(-1e30, -1e30), (1e30, -1e30), (0.0, 1e30)], &[0, 1, 2], Color32::WHITE);
    assert_eq!(shape(&draw(&raster(), 4, vec![vast])), ["####"; 4], "far corners are no trouble");
}

fn fonts() -> egui::FontDefinitions {
    let mut fonts = egui::FontDefinitions::empty();
    let bytes = include_bytes!("../../assets/fonts/Inter-Regular.otf");
    fonts.font_data.insert("Inter".to_owned(), std::sync::Arc::new(egui::FontData::from_static(bytes)));
    for family in [egui::FontFamily::Proportional, egui::FontFamily::Monospace] {
        fonts.families.insert(family, vec!["Inter".to_owned()]);
    }
    fonts
}

#[test]
fn a_frame_is_the_same_to_the_byte_every_time() {
    let frame = || {
        let ctx = egui::Context::default();
        ctx.set_fonts(fonts());
        ctx.set_theme(egui::Theme::Light);
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(320.0, 200.0));
        let mut raster = Raster::new();
        let mut picture = None;
        for _ in 0..2 {
            let input = egui::RawInput { screen_rect: Some(screen), ..egui::RawInput::default() };
            let output = ctx.run_ui(input, |ui| {
                ui.label("Decision 10\u{202f}216, 2026-05-16 15:41:09.368 UTC, Ελλάδα, Россия, →");
                ui.add(egui::Slider::new(&mut 0.3, 0.0..=1.0).text("share"));
            });
            picture = Some(raster.frame(&ctx, output, screen, Color32::WHITE).expect("a picture"));
        }
        picture.expect("two frames")
    };
    let (one, two) = (frame(), frame());
    assert!(one == two);
    let drawn = one.bytes().chunks_exact(4).filter(|pixel| *pixel != [255; 4]).count();
    assert!((1_000..20_000).contains(&drawn), "{drawn} pixels are not white");
}

#[test]
fn a_png_gives_the_pixels_back() {
    let mesh = triangles(&[(0.0, 0.0), (9.0, 0.0), (0.0, 9.0)], &[0, 1, 2], Color32::from_rgb(12, 200, 77));
    let picture = draw(&raster(), 9, vec![mesh]);
    let bytes = picture.to_png().expect("a PNG");
    assert_eq!(bytes, picture.to_png().expect("a PNG"), "the same bytes every time");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut data = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut data).expect("pixels");
    assert_eq!((info.width, info.height, info.color_type), (9, 9, png::ColorType::Rgb));
    let expected: Vec<u8> = picture.bytes().chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
    assert_eq!(data, expected);
    let clear = raster().paint([1, 1], 1.0, Color32::from_rgba_premultiplied(50, 0, 0, 100), &[]).expect("a picture");
    let mut reader =
        png::Decoder::new(std::io::Cursor::new(clear.to_png().expect("a PNG"))).read_info().expect("a PNG");
    let mut data = [0; 4];
    reader.next_frame(&mut data).expect("pixels");
    assert_eq!(data, [128, 0, 0, 100], "PNG has colours without their alpha");
}
