//! A plot as PDF and PNG, made of its SVG with the font that the program brings along: no system font is looked for.

use std::path::PathBuf;
use std::sync::Arc;
use suasion::output::error::OutputError;
use svg2pdf::usvg::{Options, Tree, fontdb};

/// Dots of a PNG in each unit of 1/96 inch: 300 an inch.
const DOTS: f32 = 300.0 / 96.0;

fn told(what: &str, error: impl std::fmt::Display) -> OutputError {
    OutputError::Encode { path: PathBuf::from(what), reason: error.to_string() }
}

fn tree(svg: &str) -> Result<Tree, OutputError> {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(ttf_noto_sans::REGULAR.to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| told("the plot", error))
}

/// As PDF: vector lines, letters as text, the font embedded.
///
/// # Errors
/// If the SVG is none, or cannot be converted.
pub fn pdf(svg: &str) -> Result<Vec<u8>, OutputError> {
    let page = svg2pdf::PageOptions { dpi: 96.0 };
    svg2pdf::to_pdf(&tree(svg)?, svg2pdf::ConversionOptions::default(), page)
        .map_err(|error| told("the PDF", error))
}

/// As PNG, with 300 dots an inch.
///
/// # Errors
/// If the SVG is none, or too large to be drawn.
pub fn png(svg: &str) -> Result<Vec<u8>, OutputError> {
    let tree = tree(svg)?;
    let [width, height] = [tree.size().width(), tree.size().height()].map(|x| (x * DOTS).ceil() as u32);
    let mut sheet = resvg::tiny_skia::Pixmap::new(width, height)
        .ok_or_else(|| told("the PNG", "it would have no or too many dots"))?;
    resvg::render(&tree, resvg::tiny_skia::Transform::from_scale(DOTS, DOTS), &mut sheet.as_mut());
    sheet.encode_png().map_err(|error| told("the PNG", error))
}
