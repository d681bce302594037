//! The axes and the design of a sweep, as options of commands.

use super::exit::BadInput;
use super::shared::whole;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use suasion::experiment::design::{Asked, Table, axis_text, declared_axis, parse_axes};
use suasion::model::world::World;
use suasion::scenario::{Axis, Design, Scenario};

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
    /// for the range that `suasion params` shows or the scenario declares, as parameters.drift or 'parameters.*' (may be
    /// repeated; instead of the scenario's [sweep])
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
pub(super) enum Axes {
    /// Axes whose ranges are known.
    Known(Vec<Axis>),
    /// A path alone that the model does not know: its range is what the scenario declares, and if it does not, what is wrong.
    Declared(String, String),
}

impl Axes {
    /// As they can be given again.
    pub(super) fn texts(&self) -> Vec<String> {
        match self {
            Axes::Known(axes) => axes.iter().map(axis_text).collect(),
            Axes::Declared(path, _) => vec![path.clone()],
        }
    }
}

/// Reads one `--axis`.
pub(super) fn read_axes(text: &str) -> Result<Axes, String> {
    match parse_axes(text) {
        Ok(axes) => Ok(Axes::Known(axes)),
        Err(wrong) => {
            let path = text.trim();
            // Where a scenario can declare a number of its own.
            let may =
                ["parameters.", "state.", "population."].iter().any(|section| path.starts_with(section));
            if may && !path.contains('=') { Ok(Axes::Declared(path.into(), wrong)) } else { Err(wrong) }
        }
    }
}

/// The axes of all `--axis`, in a scenario that may declare ranges of its own.
pub(super) fn all(given: &[Axes], world: Option<&World>) -> Result<Vec<Axis>> {
    let mut all = Vec::new();
    for axes in given {
        match axes {
            Axes::Known(axes) => all.extend_from_slice(axes),
            Axes::Declared(path, wrong) => match world.and_then(|world| declared_axis(world, path)) {
                Some(axis) => all.push(axis),
                None => return Err(BadInput(format!("--axis {path}: {wrong}")).into()),
            },
        }
    }
    Ok(all)
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
    pub(super) fn asked(&self, base: Option<&Scenario>, replicates: Option<u64>) -> Result<Asked> {
        let proposed = base.and_then(|base| base.sweep.as_ref());
        let mut asked = Asked {
            axes: all(&self.axis, base.map(|base| &base.world))?,
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
