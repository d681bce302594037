//! A scenario as calibrations see it: parameters by path go into its world, statistics of what an observer would record
//! come out. What is fitted is the scenario's own record, or a part of it.
//!
//! Numbers of the world are written into a copy of it, and so are those that only the scenario's tree knows, once they are compiled. Links
//! of a panel code its states anew; numbers of how states are observed change what is seen of a run.

use super::distance::Target;
use super::generation::{Simulator, Trial};
use super::parameter::{LINK, Parameter, ParameterOf};
use super::skill;
use crate::engine::batch::{Batch, Run};
use crate::engine::parallel::simulate_batch;
use crate::engine::timeline::Timeline;
use crate::evidence::frame::{Frame, HoldOut};
use crate::evidence::panel::Coding;
use crate::evidence::patterns::{STATISTICS, fill};
use crate::evidence::record::Record;
use crate::evidence::verdict::{Verdict, judge};
use crate::evidence::watch::{READ, Watch};
use crate::experiment::error::ExperimentError;
use crate::lanes::isa::Isa;
use crate::lanes::lane::LANES;
use crate::model::observation::{OBSERVATION, Observation};
use crate::model::world::World;
use crate::scenario::{Factors, Loaded, Scenario, keeps_joint_rules};

/// A scenario whose parameters are fitted to its record.
#[derive(Debug)]
pub struct Case {
    loaded: Loaded,
    base: World,
    timeline: Timeline,
    frame: Frame,
    observed: Record,
    observation: Observation<f64>,
    coding: Option<Coding>,
    parameters: Vec<Parameter>,
    /// Those of the scenario compiled, in their order; none where there are none, or they must be set in its tree.
    factors: Option<Factors>,
    targets: Vec<Target>,
    /// Positions of the targets among all statistics.
    kept: Vec<usize>,
    replicates: u32,
    isa: Isa,
}

impl Case {
    /// A scenario, the part of its record that is fitted, and the parameters to fit. `statistics` are names of statistics or
    /// of patterns; none: all that the record has data for.
    ///
    /// # Errors
    /// If the record has no data for a statistic, a path leads nowhere, or a prior reaches values that no scenario may have.
    pub fn new(
        loaded: Loaded,
        parameters: Vec<Parameter>,
        statistics: &[String],
        hold_out: HoldOut,
        coding: Option<Coding>,
        (replicates, isa): (u32, Isa),
    ) -> Result<Case, ExperimentError> {
        let scenario = loaded.build_alone()?;
        let frame = hold_out.fitted(Frame::new(&scenario));
        let observed = Record::observed(&scenario.observed, &frame);
        let (targets, kept) = targets(&scenario, &frame, &observed, statistics)?;
        let (base, observation) = (scenario.world, scenario.observed.observation);
        let timeline = Timeline::new(&base);
        let case = Case {
            loaded,
            base,
            timeline,
            frame,
            observed,
            observation,
            coding,
            parameters,
            factors: None,
            targets,
            kept,
            replicates,
            isa,
        };
        case.check()?;
        Ok(Case { factors: case.compiled(), ..case })
    }

    /// The numbers that only the tree knows, of a value for each parameter.
    fn of_scenario<'p>(
        parameters: &'p [&'p Parameter],
        values: &'p [f64],
    ) -> impl Iterator<Item = (&'p str, f64)> {
        let all = parameters.iter().zip(values);
        let known = all.filter(|(parameter, _)| parameter.of == ParameterOf::Scenario);
        known.map(|(parameter, x)| (parameter.path.as_str(), *x))
    }

    /// What only the tree knows, compiled: within the priors, where that can be done.
    fn compiled(&self) -> Option<Factors> {
        let known = |parameter: &&Parameter| parameter.of == ParameterOf::Scenario;
        let known: Vec<&Parameter> = self.parameters.iter().filter(known).collect();
        let at = |share: f64| known.iter().map(move |parameter| parameter.prior.quantile(share));
        let compile = |share: f64| {
            let [a, b] = Factors::near(&at(share).collect::<Vec<_>>(), at(0.05).zip(at(0.95)));
            Factors::compile([&a, &b], |values| {
                self.in_tree(
                    known.iter().map(|parameter| parameter.path.as_str()).zip(values.iter().copied()),
                )
            })
        };
        if known.is_empty() { None } else { [0.5, 0.25, 0.75].into_iter().find_map(compile) }
    }

    /// The world with numbers set by way of the tree.
    fn in_tree<'p>(&self, numbers: impl Iterator<Item = (&'p str, f64)>) -> Result<World, ExperimentError> {
        let mut changed = None;
        for (path, x) in numbers {
            changed.get_or_insert_with(|| self.loaded.clone()).set_number(path, x)?;
        }
        Ok(match changed {
            Some(loaded) => loaded.build_alone()?.world,
            None => self.base.clone(),
        })
    }

    /// The parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// What is fitted.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Whose record is fitted, and which years of it.
    pub(super) fn frame(&self) -> &Frame {
        &self.frame
    }

    /// What is fitted, and what is held out, in words.
    pub fn fitted(&self) -> String {
        let (first, last) = (self.frame.first, self.frame.first + self.frame.counted as i32 - 1);
        let end = self.base.clock.end - 1;
        let later = if last < end { format!("; {}-{end} are held out", last + 1) } else { String::new() };
        let states = format!("{} of {} states", self.frame.count(), self.base.states.len());
        format!("{states}, {first}-{last}{later}")
    }

    /// Agent-steps of a trial.
    pub fn agent_steps(&self) -> u64 {
        u64::from(self.replicates) * (self.base.states.len() * self.base.clock.steps()) as u64
    }

    /// How the panel is coded whose links are fitted; none where no link is.
    pub fn coding(&self) -> Option<&Coding> {
        let is_link = |p: &Parameter| matches!(p.of, ParameterOf::Coding(_));
        self.coding.as_ref().filter(|_| self.parameters.iter().any(is_link))
    }

    /// The values that the scenario has at the paths; none for one that only a scenario file can tell.
    pub fn current(&self) -> Vec<Option<f64>> {
        let coefficients = self.coding.as_ref().map(|coding| &coding.coefficients);
        self.parameters.iter().map(|p| p.of.current(&self.base, &self.observation, coefficients)).collect()
    }

    /// Near both ends of each prior, with the others as the scenario has them or as a draw has them, so that a wrong one is
    /// named.
    fn check(&self) -> Result<(), ExperimentError> {
        if self.coding.as_ref().is_some_and(|coding| !coding.codes(&self.base)) {
            let found = "the tables of --panel are not those from which this scenario was made, or it was changed since";
            let hint = Some("make it anew with `suasion panel`".into());
            return Err(ExperimentError::asked(found.to_string(), hint));
        }
        let links: Vec<&str> = self.parameters.iter().filter_map(|p| p.path.strip_prefix(LINK)).collect();
        for p in &self.parameters {
            let coded = self.coding.as_ref().and_then(|coding| coding.sets(&p.path, links.iter().copied()));
            if let Some(link) = coded {
                let found = format!("{} is set from {LINK}{link}, which is fitted too", p.path);
                return Err(ExperimentError::asked(found, Some("give a prior to one of the two".into())));
            }
        }
        for (k, parameter) in self.parameters.iter().enumerate() {
            for share in [1e-9, 1.0 - 1e-9] {
                let x = parameter.prior.quantile(share);
                let alone = self.place(&[parameter], &[x]);
                alone.or_else(|error| self.among_others(k, x).ok_or(error)).map_err(|error| {
                    let Parameter { path, prior, .. } = parameter;
                    ExperimentError::Asked(format!("the prior {prior} of {path} goes too far: {error}"))
                })?;
            }
        }
        Ok(())
    }

    /// The world of a draw with one parameter at a value, which may be valid beside others and not beside the scenario's own:
    /// the end of an event after its start.
    fn among_others(&self, k: usize, x: f64) -> Option<World> {
        [0.05, 0.25, 0.5, 0.75, 0.95].iter().find_map(|share| {
            let mut values: Vec<f64> = self.parameters.iter().map(|p| p.prior.quantile(*share)).collect();
            values[k] = x;
            self.world(&values).ok()
        })
    }

    /// The world with some parameters at some values.
    fn place(&self, parameters: &[&Parameter], values: &[f64]) -> Result<World, ExperimentError> {
        let all = parameters.len() == self.parameters.len();
        let numbers = || Self::of_scenario(parameters, values);
        let written = self.factors.as_ref().filter(|_| all).and_then(|factors| {
            factors.each_within_its_bound(&numbers().map(|(_, x)| x).collect::<Vec<f64>>())
        });
        let mut world = written.map_or_else(|| self.in_tree(numbers()), Ok)?;
        if !world.shares_structure(&self.base) {
            let found = "a parameter changes who is there, or when".to_string();
            return Err(ExperimentError::asked(
                found,
                Some("only how much of something can be fitted".into()),
            ));
        }
        if let Some(coding) = &self.coding {
            let mut coefficients = coding.coefficients.clone();
            let mut linked = false;
            for (parameter, x) in parameters.iter().zip(values) {
                if let ParameterOf::Coding(k) = parameter.of {
                    coefficients.values_mut()[k] = *x;
                    linked = true;
                }
            }
            if linked {
                coding.recode(&coefficients, &mut world).map_err(ExperimentError::Asked)?;
            }
        }
        for (parameter, x) in parameters.iter().zip(values) {
            if let ParameterOf::World(factor) = parameter.of
                && let Some(number) = world.factor_mut(factor)
            {
                *number = *x;
            }
        }
        Ok(world)
    }

    /// The world with all parameters at these values.
    ///
    /// # Errors
    /// If they make no valid scenario.
    pub fn world(&self, values: &[f64]) -> Result<World, ExperimentError> {
        self.place(&self.parameters.iter().collect::<Vec<_>>(), values)
    }
}

impl Case {
    /// Refuses a parameter that changes no statistic, since only a likelihood hangs on it.
    ///
    /// # Errors
    /// If there is one.
    pub fn has_statistics_alone(&self) -> Result<(), ExperimentError> {
        let changes_none = |p: &&Parameter| match p.of {
            ParameterOf::Observation(k) => !READ.contains(&OBSERVATION[k].name),
            _ => false,
        };
        self.parameters.iter().find(changes_none).map_or(Ok(()), |parameter| {
            let found = format!("{} says how states are observed, and changes no statistic", parameter.path);
            Err(ExperimentError::asked(found, Some("fit it with --likelihood".into())))
        })
    }

    /// How states are observed, with its parameters at these values.
    pub fn observation(&self, values: &[f64]) -> Observation<f64> {
        let mut observation = self.observation;
        for (parameter, x) in self.parameters.iter().zip(values) {
            if let ParameterOf::Observation(k) = parameter.of {
                observation.values_mut()[k] = *x;
            }
        }
        observation
    }
}

impl Simulator for Case {
    fn admits(&self, values: &[f64]) -> bool {
        self.observation(values).rises() && self.world(values).is_ok_and(|world| keeps_joint_rules(&world))
    }

    fn simulate(&self, trials: &[Trial]) -> Result<Vec<f64>, ExperimentError> {
        let worlds = trials.iter().map(|t| self.world(&t.values)).collect::<Result<Vec<World>, _>>()?;
        let replicates = self.replicates as usize;
        let run = |i: usize| {
            Run::new(&worlds[i / replicates], trials[i / replicates].seed, (i % replicates) as u32)
        };
        let runs: Vec<Run> = (0..trials.len() * replicates).map(run).collect();
        let width = self.kept.len();
        let mut all = vec![0.0; STATISTICS.len() + skill::COUNT];
        let mut sums = vec![0.0; trials.len() * width];
        let mut counts = vec![0_u32; trials.len() * width];
        let mut done = 0;
        let observations: Vec<Observation<f64>> =
            trials.iter().map(|trial| self.observation(&trial.values)).collect();
        let mut watch = Watch::new(&self.frame, &self.observation, |_: &Batch, _: usize, record: &Record| {
            let (patterns, skills) = all.split_at_mut(STATISTICS.len());
            fill(record, &self.frame, patterns);
            skill::fill(record, &self.observed, &self.frame, skills);
            let first = done / replicates * width;
            for (k, statistic) in self.kept.iter().enumerate() {
                let x = all[*statistic];
                if !x.is_nan() {
                    sums[first + k] += x;
                    counts[first + k] += 1;
                }
            }
            done += 1;
        });
        for (chunk, lanes) in runs.chunks(LANES).enumerate() {
            for (lane, of_run) in watch.observations.iter_mut().enumerate().take(lanes.len()) {
                *of_run = observations[(chunk * LANES + lane) / replicates];
            }
            simulate_batch(lanes, &self.timeline, self.isa, false, &mut watch)?;
        }
        drop(watch);
        // Over the replicates in which it is defined; none makes NaN.
        Ok(sums.iter().zip(&counts).map(|(sum, n)| sum / f64::from(*n)).collect())
    }
}

/// The statistics that the record has data for, as targets, with their positions among all.
fn targets(
    scenario: &Scenario,
    frame: &Frame,
    observed: &Record,
    asked: &[String],
) -> Result<(Vec<Target>, Vec<usize>), ExperimentError> {
    let mut values = vec![f64::NAN; STATISTICS.len()];
    fill(observed, frame, &mut values);
    let rows = judge(frame, &values, &[], Verdict::NoData);
    let of_patterns = rows.iter().flat_map(|row| &row.statistics).map(|judged| {
        let s = &judged.statistic;
        let target = judged.target.map(|observed| Target {
            name: s.name.to_string(),
            pattern: s.pattern.to_string(),
            observed,
            below: observed - judged.low,
            above: judged.high - observed,
        });
        (&*s.name, &*s.pattern, target)
    });
    let mut known: Vec<(&str, &str, Option<Target>)> = of_patterns.collect();
    known.extend(skill::targets(observed, frame));
    let wanted = |name: &str, pattern: &str| asked.iter().any(|a| a == name || a == pattern);
    for text in asked {
        let named: Vec<_> = known.iter().filter(|(n, p, _)| n == text || p == text).collect();
        if named.is_empty() {
            let names = known.iter().flat_map(|(name, pattern, _)| [*name, *pattern]);
            let hint = crate::scenario::nearest(text, names);
            return Err(ExperimentError::asked(format!("there is no statistic or pattern `{text}`"), hint));
        }
        if named.iter().all(|(_, _, target)| target.is_none()) {
            let found = format!("the record of {} has no data for `{text}`", scenario.name);
            let hint = format!(
                "what is fitted is {} states to {}",
                frame.count(),
                frame.first + frame.counted as i32 - 1
            );
            return Err(ExperimentError::asked(found, Some(hint)));
        }
    }
    let mut targets = Vec::new();
    let mut kept = Vec::new();
    for (i, (name, pattern, target)) in known.into_iter().enumerate() {
        if let Some(target) = target.filter(|_| asked.is_empty() || wanted(name, pattern)) {
            targets.push(target);
            kept.push(i);
        }
    }
    if targets.is_empty() || scenario.observed.is_empty() {
        let found = format!("{} has no record to be fitted", scenario.name);
        let hint = "it needs [observed.tiers.REGIME] or [observed.adoptions.INSTRUMENT]; `suasion panel` makes a scenario that has one";
        return Err(ExperimentError::asked(found, Some(hint.into())));
    }
    Ok((targets, kept))
}
