//! What a calibration is, on the command line: scenario, priors, statistics, and what is held out. It runs nothing.

use super::exit::BadInput;
use super::place::Name;
use super::shared::{ScenarioArgs, given};
use anyhow::Result;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use suasion::evidence::panel::{CODING, Coding, Panel, PanelError, Plan, Settings, USED};
use suasion::experiment::calibrate::{Asked, KernelKind, LINK, Parameter};
pub(super) use suasion::experiment::calibrate::{Fit, How};
use suasion::lanes::isa::Isa;
use suasion::scenario::Scenario;

/// Particles, and the share of them that the next tolerance admits, where nobody says.
const PARTICLES: u32 = 1000;
const QUANTILE: f64 = 0.5;

/// What is fitted, and its priors.
#[derive(Debug, Args)]
pub(super) struct PriorArgs {
    /// A parameter to fit: PATH for its usual range, or PATH=uniform(0, 1), normal(mean, sd, low, high),
    /// triangular(low, mode, high), loguniform(low, high) (may be repeated; parameters.*, link.* and observation.* name all;
    /// default: the scenario's [prior], else parameters.*)
    #[arg(long, value_name = "PATH[=PRIOR]")]
    prior: Vec<String>,
    /// A file of priors, before those of --prior: TOML, `"PATH" = "PRIOR"` on each line, or CSV with columns parameter and prior;
    /// `bundled`: those to which the bundled posterior was fitted
    #[arg(long, value_name = "FILE")]
    priors: Option<String>,
}

impl PriorArgs {
    /// The parameters and their priors. Links are those of a coding; without one, of the bundled plan.
    fn parameters(&self, scenario: &Scenario, coding: Option<&Coding>) -> Result<Vec<Parameter>> {
        let bundled = Plan::bundled().coefficients();
        let links = coding.map_or(&bundled, |coding| &coding.coefficients);
        Ok(Parameter::of(self.asked()?, scenario, links)?)
    }

    /// What was asked for, without what stands in its place where nothing was.
    pub(super) fn asked(&self) -> Result<Vec<Asked>> {
        let mut asked = self.priors.as_deref().map_or(Ok(Vec::new()), Asked::read)?;
        asked.extend(self.prior.iter().map(|text| Asked::option(text)));
        Ok(asked)
    }

    /// Whether any was asked for.
    pub(super) fn is_given(&self) -> bool {
        !self.prior.is_empty() || self.priors.is_some()
    }

    /// What was asked for, in the name of a folder: options with their values.
    pub(super) fn tag(&self) -> Vec<(&'static str, String)> {
        // A file that cannot be read is told by whoever reads it for its priors.
        let priors = self.priors.as_ref().map(|path| {
            std::fs::read(path).map_or_else(|_| path.clone(), |text| blake3::hash(&text).to_hex().to_string())
        });
        let each = self.prior.iter().map(|prior| ("prior", prior.clone()));
        each.chain(priors.map(|priors| ("priors", priors))).collect()
    }
}

#[derive(Debug, Args)]
pub(super) struct CalibrateArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    #[command(flatten)]
    priors: PriorArgs,
    /// Folder of the tables from which `suasion panel` made the scenario, whose links are to be fitted too (default: what the
    /// panel wrote beside the scenario)
    #[arg(long, value_name = "DIR")]
    panel: Option<PathBuf>,
    /// Fit a statistic, or all of a pattern, and no other (may be repeated; default: all that the record has data for)
    #[arg(long, value_name = "NAME")]
    statistic: Vec<String>,
    /// What is not fitted: states (every other one), YEAR (what comes after it), states,YEAR, or none
    /// (default: states where there are 20 or more, and 2008)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    hold_out: Vec<String>,
    /// Particles of each generation
    #[arg(long, value_name = "N", default_value_t = PARTICLES, value_parser = super::shared::whole::<u32>(2..=1_000_000))]
    pub particles: u32,
    /// Share of the particles whose distances make the next tolerance; by likelihood: effective sample size that its next power leaves
    #[arg(long, value_name = "SHARE", default_value_t = QUANTILE, value_parser = super::shared::parse_level)]
    pub quantile: f64,
    /// How particles go from generation to generation
    #[arg(long, value_enum, default_value_t)]
    pub kernel: KernelArg,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum KernelArg {
    /// Short chains of those that survive the tolerance, without weights: for many parameters
    #[default]
    Moves,
    /// Each parameter perturbed by itself, with importance weights
    Component,
    /// Perturbed along their correlations, with importance weights
    Multivariate,
}

impl From<KernelArg> for KernelKind {
    fn from(kernel: KernelArg) -> Self {
        match kernel {
            KernelArg::Moves => KernelKind::Moves,
            KernelArg::Component => KernelKind::Component,
            KernelArg::Multivariate => KernelKind::Multivariate,
        }
    }
}

impl CalibrateArgs {
    /// Replicates of each trial: one, unless more are asked for, since the record is one history.
    pub(super) fn replicates(&self) -> u32 {
        self.scenario.replicates.and_then(|n| u32::try_from(n).ok()).unwrap_or(1)
    }

    /// The options that ask for the same fit again: the priors as they were read.
    pub(super) fn arguments(&self, fit: &Fit) -> Vec<String> {
        let priors = fit.case.parameters().iter().map(|p| format!("{}={}", p.path, p.prior));
        [
            self.scenario.arguments(),
            given("prior", priors),
            given("statistic", &self.statistic),
            given("hold-out", (!self.hold_out.is_empty()).then(|| self.hold_out.join(","))),
            given("particles", [self.particles]),
            given("quantile", [self.quantile]),
            given("kernel", self.kernel.to_possible_value().iter().map(PossibleValue::get_name)),
        ]
        .concat()
    }

    /// What of it is asked for, in the name of a folder.
    pub(super) fn named(&self, name: Name) -> Name {
        let usual = (PARTICLES, QUANTILE, KernelArg::default());
        let priors = self.priors.tag();
        priors
            .into_iter()
            .fold(name.of(&self.scenario, true), |name, (option, value)| name.option(option, [value]))
            .option("panel", self.panel.as_ref().map(|_| "panel"))
            .option("statistic", &self.statistic)
            .option("hold-out", &self.hold_out)
            .option("particles", (self.particles != usual.0).then_some(self.particles))
            .option("quantile", (self.quantile != usual.1).then_some(self.quantile))
            .option("kernel", (self.kernel != usual.2).then(|| format!("{:?}", self.kernel)))
    }

    /// What is fitted: the likelihood of the record, or distances between statistics.
    pub(super) fn fit(&self, likelihood: bool, isa: Isa) -> Result<Fit> {
        let loaded = self.scenario.loaded()?;
        let scenario = loaded.build()?;
        let coding = self.coding(&scenario, &self.priors.asked()?)?;
        let parameters = self.priors.parameters(&scenario, coding.as_ref())?;
        if let Some(p) = parameters.iter().find(|p| coding.is_none() && p.path.starts_with(LINK)) {
            let message = format!(
                "{}: links are of a panel, and there is no {CODING} beside {}; give the panel's tables by --panel DIR",
                p.path, self.scenario.scenario
            );
            return Err(BadInput(message).into());
        }
        let (replicates, particles) = (self.replicates(), self.particles);
        let how = How {
            statistics: &self.statistic,
            hold_out: &self.hold_out,
            coding,
            likelihood,
            replicates,
            particles,
            quantile: self.quantile,
            kernel: self.kernel.into(),
        };
        Ok(Fit::new(loaded, parameters, how, isa)?)
    }

    /// How a panel is coded, where its links are fitted: from the tables of --panel, else from what the panel wrote beside its
    /// scenario.
    fn coding(&self, scenario: &Scenario, asked: &[Asked]) -> Result<Option<Coding>> {
        let bad = |error: PanelError| BadInput(error.to_string());
        let beside = Path::new(&self.scenario.scenario).with_file_name(USED);
        let Some(folder) = &self.panel else {
            if !asked.iter().any(|asked| asked.text.trim().starts_with(LINK)) {
                return Ok(None);
            }
            return Ok(Coding::beside(&beside).map_err(bad)?);
        };
        let clock = scenario.world.clock;
        let settings = Settings { start: Some(clock.start), end: Some(clock.end), law: None };
        let panel = Panel::read(folder, &settings).map_err(bad)?;
        let coefficients = panel.plan.coefficients().read(&beside).map_err(bad)?;
        Ok(Some(panel.coding(&coefficients)))
    }
}
