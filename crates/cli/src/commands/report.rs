//! `report`: the page of a folder of results, or one of its figures for a paper.

use super::exit::BadInput;
use super::page::Page;
use super::place::put_back;
use super::shared::EngineArgs;
use super::signals::stop_flag;
use super::table::Table;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use suasion::experiment::arms::slug;
use suasion::experiment::error::ExperimentError;
use suasion::output::error::OutputError;
use suasion::output::single::put_file;
use suasion_show::plot::print;
use suasion_show::report::{Report as Laid, Request};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FigureFormat {
    Svg,
    Pdf,
    Png,
}

impl FigureFormat {
    fn ending(self) -> &'static str {
        match self {
            FigureFormat::Svg => "svg",
            FigureFormat::Pdf => "pdf",
            FigureFormat::Png => "png",
        }
    }

    fn of(path: &Path) -> Option<FigureFormat> {
        let ending = path.extension()?.to_str()?;
        FigureFormat::value_variants().iter().copied().find(|format| format.ending() == ending)
    }
}

/// Make one page of a folder of results: what was run, figures, their data; or one figure for a paper
///
/// DIR is what run, compare, explain, condition, sweep, merge or sensitivity wrote. The page is a single HTML file that needs no network:
/// figures with units and descriptions, their numbers as downloads, and what the page leaves out.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// Folder of results
    dir: PathBuf,
    /// Write one figure instead of the page, 170 mm wide; `help` lists the figures of DIR
    #[arg(long, value_name = "NAME")]
    figure: Option<String>,
    /// Format of the figure (default: by the ending of --out, else svg)
    #[arg(long, value_enum, requires = "figure")]
    format: Option<FigureFormat>,
    /// A state to show, by id or name, instead of all or their regions (may be repeated)
    #[arg(long, value_name = "ID")]
    state: Vec<String>,
    /// File to write (default: DIR/report.html; a figure: DIR-NAME.svg beside DIR)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that is there with other content
    #[arg(long, visible_alias = "force")]
    replace: bool,
    #[command(flatten)]
    engine: EngineArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print what was written, and the names of the figures, as JSON
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}

impl Report {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let options = self.engine.options()?;
        put_back(&self.dir, self.quiet || self.json)?;
        let stop = stop_flag()?;
        let report =
            Laid::read(&self.dir, Request { states: &self.state, options, stop: &stop }).map_err(told)?;
        if self.figure.as_deref() == Some("help") {
            if self.json {
                return page.json(&names(&report));
            }
            page.table(Table::bare(report.figures.iter().map(|f| [f.name.clone(), f.title.clone()])));
            return page.print();
        }
        let (path, content) = match &self.figure {
            None => {
                let path = self.out.clone().unwrap_or_else(|| self.dir.join("report.html"));
                (path, report.page().map_err(told)?.into_bytes())
            }
            Some(name) => {
                let figure = report.figure(name).map_err(told)?;
                let given = self.out.as_deref().and_then(FigureFormat::of);
                let format = self.format.or(given).unwrap_or(FigureFormat::Svg);
                let svg = figure.svg()?;
                let content = match format {
                    FigureFormat::Svg => svg.into_bytes(),
                    FigureFormat::Pdf => print::pdf(&svg)?,
                    FigureFormat::Png => print::png(&svg)?,
                };
                let beside = || {
                    let dir = self.dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    let of: Vec<String> = [dir, figure.name.clone()]
                        .into_iter()
                        .chain(self.state.iter().map(|state| slug(state)))
                        .collect();
                    self.dir.with_file_name(format!("{}.{}", of.join("-"), format.ending()))
                };
                (self.out.clone().unwrap_or_else(beside), content)
            }
        };
        let (bytes, is_new) = (content.len(), put_file(&path, &content, self.replace)?);
        if self.json {
            return page
                .json(&serde_json::json!({ "file": path, "bytes": bytes, "figures": names(&report) }));
        }
        if !self.quiet {
            let what = if is_new { "written to" } else { "as it was written before:" };
            page.copy(format!("{what} {}", path.display()));
        }
        page.print()
    }
}

fn names(report: &Laid) -> Vec<serde_json::Value> {
    report.figures.iter().map(|f| serde_json::json!({ "name": f.name, "title": f.title })).collect()
}

/// A folder whose tables cannot be read is bad input.
fn told(error: ExperimentError) -> anyhow::Error {
    match error {
        ExperimentError::Output(
            error @ (OutputError::Decode { .. } | OutputError::Manifest { .. } | OutputError::Read { .. }),
        ) => BadInput(error.to_string()).into(),
        other => other.into(),
    }
}
