//! The axes and the design of a sweep, as options of commands.

use super::shared::whole;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use suasion::experiment::design::{Asked, Table, parse_axes};
use suasion::scenario::{Axis, Design, Sweep};

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum DesignArg {
    /// Every combination of levels
    Grid,
    /// Latin hypercube
    LatinHypercube,
    /// Sobol sequence
    Sobol,
    /// Saltelli's design for Sobol indices
    Saltelli,
    /// Morris trajectories
    Morris,
}

#[derive(Debug, Args)]
pub(super) struct DesignArgs {
    /// An axis: parameters.drift=0..0.2, with levels for a grid as 0..0.2:11, or values as 0,0.05,0.2; or a path alone,
    /// for the range that `suasion params` shows, as parameters.drift or 'parameters.*' (may be repeated; instead of
    /// the scenario's [sweep])
    #[arg(long, value_name = "PATH[=RANGE]", value_parser = read_axes)]
    pub axis: Vec<Axes>,
    /// How points are laid (default: grid where every axis has levels, else latin-hypercube)
    #[arg(long, value_enum)]
    pub design: Option<DesignArg>,
    /// Number of points; base samples of saltelli, trajectories of morris
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=u64::MAX))]
    pub samples: Option<u64>,
    /// Saltelli: also the points for indices of pairs
    #[arg(long)]
    pub second_order: bool,
    /// Morris: levels of the grid of each axis, even (default: 4)
    #[arg(long, value_name = "N", value_parser = whole::<u32>(2..=1_000_000))]
    pub levels: Option<u32>,
    /// Points from a file: columns named by paths, or a bare matrix in the order of the axes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["design", "samples"])]
    pub points: Option<PathBuf>,
}

/// What one `--axis` names.
#[derive(Clone, Debug)]
pub(super) struct Axes(pub Vec<Axis>);

/// Reads one `--axis`.
pub(super) fn read_axes(text: &str) -> Result<Axes, String> {
    parse_axes(text).map(Axes)
}

/// The axes of all `--axis`.
pub(super) fn all(given: &[Axes]) -> Vec<Axis> {
    given.iter().flat_map(|axes| axes.0.clone()).collect()
}

impl From<DesignArg> for Design {
    fn from(design: DesignArg) -> Design {
        match design {
            DesignArg::Grid => Design::Grid,
            DesignArg::LatinHypercube => Design::LatinHypercube,
            DesignArg::Sobol => Design::Sobol,
            DesignArg::Saltelli => Design::Saltelli,
            DesignArg::Morris => Design::Morris,
        }
    }
}

impl DesignArgs {
    /// What is asked for; points from a file are read.
    pub(super) fn asked(&self, proposed: Option<&Sweep>, replicates: Option<u64>) -> Result<Asked> {
        let mut asked = Asked {
            axes: all(&self.axis),
            design: self.design.map(Design::from),
            samples: self.samples,
            second_order: self.second_order,
            levels: self.levels,
            points: None,
            replicates,
        };
        if let Some(file) = &self.points {
            asked.points = Some(Table::read(file, &asked.paths(proposed))?);
        }
        Ok(asked)
    }
}
