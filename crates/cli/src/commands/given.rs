//! `--given`: runs in a history, with the luck that the states must have had.

use super::posterior::{PosteriorArgs, Under};
use super::progress::Progress;
use super::shared::{ScenarioArgs, given};
use super::signals::stop_flag;
use anyhow::Result;
use clap::Args;
use std::sync::Mutex;
use suasion::engine::history::History;
use suasion::engine::parallel::Options;
use suasion::experiment::history::asked::{Asked, Told, check_states};
use suasion::experiment::history::drawn::{ROWS_A_DRAW, condition_drawn};
use suasion::model::world::World;
use suasion::scenario::Scenario;

/// Particles to a row from which rows have so few lines in common that intervals over them hold.
const PARTICLES_A_ROW: f64 = 20.0;
/// Parts in which progress is told.
const PARTS: f64 = 1000.0;

#[derive(Clone, Debug, Default, Args)]
pub(super) struct GivenArgs {
    /// Run in the history: every replicate with the luck that its states must have had, given what is on record: `record`, or a folder that
    /// `suasion condition` wrote
    #[arg(long, value_name = "record|DIR")]
    given: Option<Asked>,
}

/// A history that was asked for, in full.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    asked: Asked,
    /// The scenario whose record conditions: without a counterfactual.
    base: Scenario,
    /// What it is.
    pub told: Told,
    /// Whether each draw of a posterior has one.
    drawn: bool,
}

impl GivenArgs {
    /// What was said of it, as options of another command.
    pub(super) fn options(&self) -> Vec<String> {
        self.given.iter().flat_map(|asked| ["--given".to_string(), asked.to_string()]).collect()
    }

    /// What was asked for, held against the scenario without its counterfactual; `scenario` is it with that.
    /// Under a posterior each draw is conditioned by itself.
    pub(super) fn wanted(
        &self,
        args: &ScenarioArgs,
        scenario: &Scenario,
        posterior: &PosteriorArgs,
    ) -> Result<Option<Wanted>> {
        let Some(asked) = &self.given else { return Ok(None) };
        let base = args.baseline()?.build()?;
        let drawn = posterior.is_given();
        let asked = if drawn { asked.under_draws(&base)? } else { asked.clone() };
        let told = asked.of(&base)?;
        let wanted = Wanted { asked, base, told, drawn };
        if let Some(name) = &args.counterfactual {
            wanted.check_states(&scenario.world, name)?;
        }
        Ok(Some(wanted))
    }
}

impl Wanted {
    /// The options that ask for the same again.
    pub(super) fn arguments(wanted: Option<&Wanted>) -> Vec<String> {
        given("given", wanted.map(|wanted| wanted.told))
    }

    /// What the name of a folder says of it.
    pub(super) fn tag(wanted: Option<&Wanted>) -> Option<String> {
        wanted.map(|wanted| wanted.told.to_string())
    }

    /// Refuses a counterfactual that changes who exists.
    pub(super) fn check_states(&self, world: &World, name: &str) -> Result<()> {
        Ok(check_states(&self.base.world, world, name)?)
    }

    /// The scenario whose record conditions.
    pub(super) fn base(&self) -> &Scenario {
        &self.base
    }

    /// The history; under a posterior with the rows of each draw's own.
    pub(super) fn history(&self, under: Option<&Under>, options: Options, silent: bool) -> Result<History> {
        let stop = stop_flag()?;
        told(silent, |progress| {
            let Some(under) = under else {
                return Ok(self.asked.history(&self.base, options, &stop, progress)?);
            };
            let (drawn, plan) = (under.conditioned(), self.told.plan());
            Ok(condition_drawn(&self.base, drawn, plan, options, &stop, progress)?)
        })
    }

    /// A line that says what the numbers hold.
    pub(super) fn line(&self, scenario: &ScenarioArgs) -> String {
        let Told { until, particles, rows } = self.told;
        let kept = match &self.asked {
            _ if self.drawn => {
                format!("each draw of the parameters conditioned by itself, with {particles} particles")
            }
            Asked::Folder(folder) => format!("kept in {}", folder.display()),
            Asked::Record { .. } => {
                let theories = scenario.under.iter().chain(&scenario.theory);
                let mut command = vec!["suasion", "condition", &scenario.scenario];
                command.extend(theories.flat_map(|theory| ["--theory", theory]));
                let command = shlex::try_join(command.iter().copied()).unwrap_or_else(|_| command.join(" "));
                format!("{particles} particles; {command} keeps it, and shows what it believes")
            }
        };
        // Draws share no past: each has its own particles, and few rows.
        let rows = if self.drawn { rows.min(ROWS_A_DRAW) } else { rows };
        let parameters = if self.drawn { "the draws of its parameters" } else { "its parameters" };
        let few = if f64::from(rows) * PARTICLES_A_ROW > f64::from(particles) {
            format!(
                "\nits {rows} rows come from {particles} particles: with fewer than {PARTICLES_A_ROW} to a row, intervals are narrower than they should be"
            )
        } else {
            String::new()
        };
        format!(
            "in the history: every replicate shows what is on record from {} to {until}, under the model and {parameters} ({kept}){few}",
            self.base.world.clock.start
        )
    }
}

/// Does something that takes a while, with a bar.
pub(super) fn told<T>(silent: bool, task: impl FnOnce(&(dyn Fn(f64) + Sync)) -> Result<T>) -> Result<T> {
    let bar = Mutex::new(Progress::new("parts of the history", PARTS as u64, silent));
    let done = task(&|share| {
        if let Ok(mut bar) = bar.lock() {
            bar.at((share * PARTS) as u64);
        }
    });
    if let Ok(bar) = bar.into_inner() {
        bar.finish();
    }
    done
}
