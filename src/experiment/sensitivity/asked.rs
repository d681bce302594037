//! A sensitivity analysis as people ask for it: what is swept for it, and what of a finished sweep is analysed.

use super::{Analysis, Bootstrap, Measure, analyse, laid};
use crate::experiment::design::{self, Plan, usual_axes};
use crate::experiment::error::ExperimentError;
use crate::experiment::sweep::{Request, Results};
use crate::scenario::{Axis, Design, Loaded, Scenario};

/// Outcomes where none is asked for: means over states in the last year.
const OUTCOMES: [&str; 3] = ["motivation", "protection", "enforcement"];
/// Trajectories of Morris and base samples of Sobol where nothing says otherwise.
const TRAJECTORIES: u64 = 50;
const SAMPLES: u64 = 1024;
/// Where a scenario says how long a step is, and how short it is made here at most.
const STEPS: &str = "time.steps_per_year";
const MOST_STEPS: u32 = 52;

/// An analysis that is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How sensitivity is measured.
    pub measure: Measure,
    /// Axes (none: every parameter over its usual range), samples, levels and replicates.
    pub design: design::Asked,
    /// Outcomes; none: motivation, protection and enforcement.
    pub outcomes: Vec<String>,
    /// Whether the length of a step stays as it is.
    pub keep_steps: bool,
}

/// The sweep of an analysis.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The scenario that points vary.
    pub base: Scenario,
    /// Its points and outcomes.
    pub request: Request,
    /// What was chosen or changed for it, a sentence each.
    pub notices: Vec<String>,
}

impl Asked {
    /// The sweep to run. Steps of `loaded` are made shorter where the axes need it.
    ///
    /// # Errors
    /// If the scenario is not valid, or the design cannot be laid.
    pub fn lay(&self, loaded: &mut Loaded) -> Result<Swept, ExperimentError> {
        let mut base = loaded.build()?;
        let mut design = self.design.clone();
        let mut notices = Vec::new();
        if design.axes.is_empty() {
            design.axes = usual_axes("parameters.*");
            let own = base.world.theory.ranges();
            design.axes.extend(own.map(|(path, low, high)| Axis { path, low, high, values: Vec::new() }));
            let count = design.axes.len();
            let own = base.sweep.as_ref().map_or_else(String::new, |sweep| {
                let axes = sweep
                    .axes
                    .iter()
                    .map(|axis| format!("--axis '{}={}..{}'", axis.path, axis.low, axis.high));
                format!("; the scenario's [sweep] would be {}", axes.collect::<Vec<_>>().join(" "))
            });
            notices.push(format!(
                "ranked are the {count} parameters, each over its usual range, and neither traits nor numbers of regimes (--axis \
                 names others){own}"
            ));
        }
        if !self.keep_steps {
            let shorter;
            (base, shorter) = shorten_steps(loaded, base, &design.axes)?;
            notices.extend(shorter);
        }
        let (method, samples) = match self.measure {
            Measure::Morris => (Design::Morris, TRAJECTORIES),
            Measure::Sobol { .. } => (Design::Saltelli, SAMPLES),
        };
        design.design = Some(method);
        design.samples.get_or_insert(samples);
        if let Measure::Sobol { second_order } = self.measure {
            design.second_order = second_order;
        }
        let (plan, design, replicates) = design.lay(base.sweep.as_ref(), base.seed)?;
        let outcomes = match &self.outcomes[..] {
            [] => OUTCOMES.map(String::from).to_vec(),
            asked => asked.to_vec(),
        };
        let request =
            Request { plan, design, replicates, common_random_numbers: true, outcomes, trajectories: false };
        Ok(Swept { base, request, notices })
    }
}

/// Rates beyond those of the scenario may need shorter steps: as many a year as the highest of all axes together.
fn shorten_steps(
    loaded: &mut Loaded,
    base: Scenario,
    axes: &[Axis],
) -> Result<(Scenario, Option<String>), ExperimentError> {
    let mut highest = loaded.clone();
    for axis in axes {
        highest.set_number(&axis.path, axis.high)?;
    }
    let given = base.world.clock.steps_per_year;
    let mut needed = given;
    while needed < MOST_STEPS {
        highest.set(&format!("{STEPS}={needed}"))?;
        match highest.build_alone() {
            Err(error) if error.problems().iter().all(|problem| problem.path == STEPS) => needed += 1,
            // What else may be wrong, the check of the points tells.
            _ => break,
        }
    }
    if needed == given || needed == MOST_STEPS {
        return Ok((base, None));
    }
    loaded.set(&format!("{STEPS}={needed}"))?;
    let notice =
        format!("{STEPS} is {needed} instead of {given}: the fastest rates of the axes need shorter steps");
    Ok((loaded.build()?, Some(notice)))
}

/// What is analysed.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What it is called.
    pub title: String,
    /// How sensitivity is measured.
    pub measure: Measure,
    /// The points.
    pub plan: Plan,
    /// Whether they are those at which the outcomes are; else the plan only names the axes.
    pub known: bool,
    /// Name and values of each outcome.
    pub outcomes: Vec<(String, Vec<f64>)>,
}

impl Subject {
    /// A finished sweep as a subject. `measure` is needed where the points are from elsewhere; `ranges` are those of their
    /// axes; no outcome asked for means all; `name` is what errors call the sweep.
    ///
    /// # Errors
    /// If its design is for no analysis, or it has not the outcomes.
    pub fn of(
        results: &Results,
        measure: Option<Measure>,
        outcomes: &[String],
        ranges: &[Axis],
        name: &str,
    ) -> Result<Subject, ExperimentError> {
        let description = &results.layout.description;
        let laid = description.design.method(description.points);
        let asked = |found: String| ExperimentError::Asked(found);
        let measure = match (laid.and_then(Measure::of), laid) {
            (Some(measure), _) => measure,
            (None, None) => measure.ok_or_else(|| {
                asked("the points are from elsewhere; say what they are for with --method".into())
            })?,
            (None, Some(_)) => {
                return Err(asked(format!(
                    "{name} is a sweep of another design; sensitivity needs one of --design morris or saltelli"
                )));
            }
        };
        let places = match outcomes {
            [] => (0..results.layout.outcomes.len()).collect(),
            asked => results.find(asked)?,
        };
        let label = |place: usize| results.layout.outcomes[place].label(&results.layout.world);
        let outcomes = places.into_iter().map(|place| (label(place), results.means(place))).collect();
        let title = format!(
            "{}\n{} design points, {} replicates of each, on common random numbers",
            description.scenario.title, description.points, description.replicates
        );
        Ok(Subject {
            title,
            measure,
            plan: results.layout.plan.clone().with_ranges(ranges),
            known: true,
            outcomes,
        })
    }

    /// Analyses every outcome.
    ///
    /// # Errors
    /// If the points are not the design that the measure needs, value by value, or the values do not fit it or are no finite
    /// numbers.
    pub fn analyse(&self, bootstrap: Bootstrap) -> Result<Vec<Analysis>, ExperimentError> {
        if self.known {
            let fits = |values: &[f64]| values.len() as u128 == self.plan.len();
            if let Some((name, values)) = self.outcomes.iter().find(|(_, values)| !fits(values)) {
                let (found, expected) = (values.len(), self.plan.len());
                let what = format!(
                    "{name}: {found} outcomes, expected {expected}, one for each point of the design"
                );
                return Err(ExperimentError::Asked(what));
            }
            if self.plan.is_table() {
                laid::check(self.measure, &self.plan).map_err(ExperimentError::Asked)?;
            }
        }
        let outcomes = self.outcomes.iter();
        outcomes.map(|(name, values)| analyse(self.measure, &self.plan, name, values, &bootstrap)).collect()
    }
}
