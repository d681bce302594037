//! `map`: a picture of a sweep over two axes of a grid.

use super::page::Page;
use super::place::{ReplaceArg, put_files};
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use suasion::excerpt::number;
use suasion::experiment::arms::slug;
use suasion::experiment::map::{Map as Laid, Request};
use suasion_show::heatmap::HeatMap;
use suasion_show::picture::{Content, Picture};

/// What is drawn where nobody says.
const OUTCOME: &str = "protection";

/// Draw a map of an outcome over two axes of a sweep
///
/// DIR is the folder of a sweep over a grid. Other axes are averaged over. With --against each point is shown as its
/// difference from the point that has this value and is the same otherwise. Of a sweep in a history (`suasion sweep --given`)
/// the map is of the history.
#[derive(Debug, Args)]
pub(super) struct Map {
    /// Folder of the sweep's results
    dir: PathBuf,
    /// Which outcome: protection, motivation.IDN@2010
    #[arg(long, value_name = "OUTCOME", default_value = OUTCOME)]
    outcome: String,
    /// Path of the horizontal axis (default: the last but one)
    #[arg(long, value_name = "PATH")]
    x: Option<String>,
    /// Path of the vertical axis (default: the last)
    #[arg(long, value_name = "PATH")]
    y: Option<String>,
    /// Show differences from this value of an axis: regime.tvpa.severity=0
    #[arg(long, value_name = "PATH=VALUE", value_parser = parse_reference)]
    against: Option<(String, f64)>,
    /// Picture to write, as SVG and PNG, without ending (default: beside DIR, by a name that tells the picture)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    how: ReplaceArg,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

fn parse_reference(text: &str) -> Result<(String, f64), String> {
    let parts = text.split_once('=').and_then(|(path, x)| Some((path.trim(), x.trim().parse::<f64>().ok()?)));
    parts
        .map(|(path, x)| (path.to_string(), x))
        .ok_or_else(|| "expected a path and a number: regime.tvpa.severity=0".into())
}

/// The usual name of a picture, which tells pictures of one sweep apart.
fn usual(dir: &Path, request: &Request) -> PathBuf {
    let mut name = format!("{}-map", dir.file_name().unwrap_or_default().to_string_lossy());
    let against = request.against.as_ref().map(|(path, value)| format!("less-{path}-{}", number(*value)));
    let axes = [("x", &request.x), ("y", &request.y)];
    let axes = axes.iter().filter_map(|(axis, path)| path.as_ref().map(|path| format!("{axis}-{path}")));
    let outcome = Some(request.outcome.clone()).filter(|outcome| outcome != OUTCOME);
    for part in outcome.into_iter().chain(axes).chain(against) {
        name = format!("{name}-{}", slug(&part));
    }
    dir.with_file_name(name)
}

impl Map {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let request = Request { outcome: self.outcome, x: self.x, y: self.y, against: self.against };
        let out = self.out.clone().unwrap_or_else(|| usual(&self.dir, &request));
        let map = Laid::of(&self.dir, &request)?;
        let unit = if map.unit == "-" { String::new() } else { format!(" ({})", map.unit) };
        let (title, scale) = match &map.against {
            Some(against) => {
                (format!("{}: difference from {against}", map.outcome), format!("difference{unit}"))
            }
            None => (format!("{}: mean", map.outcome), format!("mean{unit}")),
        };
        let title = if map.given.is_some() { format!("{title}, in the history") } else { title };
        let picture = Picture {
            title,
            x: map.x.path.clone(),
            y: map.y.path.clone(),
            content: Content::Map(HeatMap { x: map.x.values, y: map.y.values, values: map.values, scale }),
        };
        let ended = |ending: &str| PathBuf::from(format!("{}.{ending}", out.display()));
        put_files(
            &[(ended("svg"), picture.svg()?.into_bytes()), (ended("png"), picture.png()?)],
            self.how.replace,
        )?;
        if !self.quiet {
            page.say(format!("{} and {}", ended("svg").display(), ended("png").display()));
        }
        page.print()
    }
}
