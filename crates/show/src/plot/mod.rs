//! Plots for pages and papers: 170 mm wide, vector, with letters that are letters; small multiples, rows of bars, maps and networks.
//!
//! Readable in greyscale and by the colour-blind: lines differ by dash and lightness, fills by lightness, and what is
//! there is named beside it. It draws what it is given and computes no statistic.

mod canvas;
mod grade;
mod key;
mod labels;
mod multiples;
mod network;
pub mod print;
mod rows;

pub use grade::shade_of_grade;
pub use key::{Key, Swatch};
pub use multiples::{Layer, Multiples, Panel, Scale, columns, field};
pub use network::{Group, Network, Node, Tie};
pub use rows::{Bar, Rows, RowsPanel};

use crate::heatmap::HeatMap;
use canvas::{Canvas, FINE};
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use std::path::PathBuf;
use suasion::output::error::OutputError;

/// Width of a plot: 170 mm, the text of a journal's page, at 96 units an inch.
pub const WIDTH: f64 = 643.0;

/// What is drawn.
#[derive(Clone, Debug)]
pub enum Plot {
    /// Small multiples over a common axis.
    Multiples(Multiples),
    /// Rows of bars: shares, or a waterfall.
    Rows(Rows),
    /// Numbers over two axes, which are named.
    Map(HeatMap, [String; 2]),
    /// Who is tied to whom.
    Network(Network),
}

impl Plot {
    /// Width and height, in units of 1/96 inch.
    pub fn size(&self) -> (f64, f64) {
        let height = match self {
            Plot::Multiples(plot) => plot.height(),
            Plot::Rows(plot) => plot.height(),
            Plot::Map(..) => {
                let (width, height) = HeatMap::size();
                WIDTH * f64::from(height) / f64::from(width)
            }
            Plot::Network(plot) => plot.height(),
        };
        (WIDTH, height.ceil())
    }

    /// As SVG, with a title and a description for those who do not see it. `id` begins the ids in it, which a page must
    /// have once.
    ///
    /// # Errors
    /// If it cannot be drawn.
    pub fn svg(&self, id: &str, title: &str, description: &str) -> Result<String, OutputError> {
        let (inside, (wide, high)) = self.drawn()?;
        let (width, height) = self.size();
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {wide} {high}\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{inside}</svg>\n",
            escape(title),
            escape(description),
        ))
    }

    /// As SVG with its title above it, for a file that stands alone.
    ///
    /// # Errors
    /// If it cannot be drawn.
    pub fn headed_svg(&self, title: &str) -> Result<String, OutputError> {
        const HEAD: f64 = 30.0;
        let (inside, (wide, high)) = self.drawn()?;
        let (width, height) = self.size();
        let unit = f64::from(wide) / width;
        let letters = f64::min(14.0, 14.0 * (width - 24.0) / canvas::width(title, 14.0));
        let [head, left, base] = [HEAD, 12.0, 20.0].map(|x| (x * unit).round());
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{}\" viewBox=\"0 0 {wide} {}\">\n<title>{title}</title>\n<rect width=\"{wide}\" height=\"{head}\" fill=\"#FFFFFF\"/>\n<text x=\"{left}\" y=\"{base}\" font-family=\"sans-serif\" font-size=\"{:.1}\">{title}</text>\n<g transform=\"translate(0 {head})\">\n{inside}</g>\n</svg>\n",
            height + HEAD,
            f64::from(high) + head,
            letters * unit,
            title = escape(title),
        ))
    }

    /// What is within the SVG, and how wide and high it is in its own units.
    fn drawn(&self) -> Result<(String, (u32, u32)), OutputError> {
        let told = |reason: String| OutputError::Encode { path: PathBuf::from("the plot"), reason };
        let (width, height) = self.size();
        let mut text = String::new();
        let size = match self {
            Plot::Map(..) => HeatMap::size(),
            _ => ((width * FINE) as u32, (height * FINE) as u32),
        };
        {
            let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
            let canvas = Canvas::new(&area).map_err(told)?;
            match self {
                Plot::Multiples(plot) => plot.draw(&canvas),
                Plot::Rows(plot) => plot.draw(&canvas),
                Plot::Map(map, [x, y]) => map.draw(&area, (x, y), 1),
                Plot::Network(plot) => plot.draw(&canvas),
            }
            .map_err(told)?;
            area.present().map_err(|error| told(error.to_string()))?;
        }
        // The library's own opening tag knows neither a size apart from its units, nor people who listen.
        let inside = text.split_once(">\n").map_or("", |(_, inside)| inside);
        Ok((inside.trim_end().trim_end_matches("</svg>").to_string(), size))
    }
}

/// Text as XML and HTML have it, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
