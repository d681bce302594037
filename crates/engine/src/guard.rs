//! The last guard: every number that a batch shows at the start and at the end of a year must be finite.
//!
//! Scenarios are bounded so that it never speaks. Where one is not, no recorder sees what is not a number: a mean made of
//! it could look like any other. It mends nothing.

use crate::batch::Batch;
use crate::stages::Faulty;
use suasion_lanes::isa::Task;
use suasion_lanes::lane::Lane;
use suasion_model::ledger;
use suasion_model::variable::Variable;
use thiserror::Error;

/// A result of the engine that is not a finite number, the first by state and variable.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.sentence())]
pub struct NotFinite {
    /// Id of the state.
    pub state: String,
    /// Name of the variable, by its column, or of what the scenario declares.
    pub variable: String,
    /// Whether it is the expression of a mechanism or variable that the scenario declares.
    pub mechanism: bool,
    /// Year at whose end it was met; that before the first, at the start.
    pub year: i32,
    /// Replicate.
    pub replicate: u32,
}

impl NotFinite {
    fn sentence(&self) -> String {
        let NotFinite { state, variable, year, replicate, .. } = self;
        if self.mechanism {
            return format!(
                "`{variable}`, which the scenario declares, has no finite value for {state} in {year}, replicate {replicate}: a division by 0, or the root or logarithm of what has none; nothing is kept of the run"
            );
        }
        format!(
            "{variable} of {state} at the end of {year} in replicate {replicate} is not a finite number: numbers of the scenario are together beyond what the model can compute; nothing is kept of the run"
        )
    }
}

impl Batch<'_> {
    /// Refuses what is not finite in a row; row 0 is the start.
    ///
    /// # Errors
    /// If something is not.
    pub(super) fn guard(&self, row: usize) -> Result<(), NotFinite> {
        if let Some((i, fault)) = self.faults.iter().enumerate().find_map(|(i, fault)| Some((i, (*fault)?))) {
            let world = self.world();
            return Err(NotFinite {
                state: world.states[i].id.clone(),
                variable: match fault.of {
                    Faulty::Mechanism(k) => world.theory.said.mechanisms[k].id.clone(),
                    Faulty::Variable(v) => world.theory.said.variables[v].id.clone(),
                },
                mechanism: true,
                year: self.timeline.clock.start - 1 + row as i32,
                replicate: self.replicates[fault.lane],
            });
        }
        if self.isa.run(Finite(self)) { Ok(()) } else { self.find(row).map_or(Ok(()), Err) }
    }

    /// The first number that is not finite. None, where only their sum is not.
    #[cold]
    #[inline(never)]
    fn find(&self, row: usize) -> Option<NotFinite> {
        let world = self.world();
        let variables = Variable::all(world);
        let lane_of = |value: Lane| value.0[..self.width()].iter().position(|x| !x.is_finite());
        for (i, state) in world.states.iter().enumerate() {
            let mut shown = variables.iter().map(|v| (v.name(world), self.value(i, *v)));
            let named = |(name, value): (String, Lane)| Some((name, lane_of(value)?));
            let terms = self.ledger(i).into_iter().flatten().enumerate();
            let mut terms =
                terms.map(|(k, value)| (format!("the term {}", ledger::term_name(world, k)), *value));
            if let Some((variable, lane)) = shown.find_map(named).or_else(|| terms.find_map(named)) {
                return Some(NotFinite {
                    state: state.id.clone(),
                    variable,
                    mechanism: false,
                    year: self.timeline.clock.start - 1 + row as i32,
                    replicate: self.replicates[lane],
                });
            }
        }
        None
    }
}

/// Whether all that a batch shows is finite, from one sum of it: what is not, or no number, never leaves a sum.
struct Finite<'a, 'w>(&'a Batch<'w>);

impl Task for Finite<'_, '_> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        let batch = self.0;
        let mut sum = Lane::ZERO;
        for (i, state) in batch.states.iter().enumerate() {
            batch.ask(i);
            let v = &state.variables;
            // In pairs, so that few additions wait for one another. The gap follows from what is summed.
            let done = (v.motivation + v.enforcement) + (v.protection + v.commitment);
            let said = (v.rhetoric + v.mobilization) + (v.attribution + v.reactance);
            sum += (done + said) + (v.pressure + v.phase);
        }
        for rated in &batch.rated {
            sum += rated.standing + rated.tier;
        }
        if !batch.world().corridors.is_empty() {
            for i in 0..batch.states.len() {
                let (out, into) = batch.flows.of(i);
                sum += out + into;
            }
        }
        for term in batch.ledger.iter().flatten() {
            sum += *term;
        }
        for own in &batch.own {
            sum += *own;
        }
        // Infinities and NaN times zero are no zero.
        (sum * 0.0).eq(Lane::ZERO).all()
    }
}

#[cfg(test)]
mod tests {
    use suasion::engine::batch::{Batch, Run};
    use suasion::engine::guard::NotFinite;
    use suasion::engine::parallel::simulate_batch;
    use suasion::engine::recorder::Recorder;
    use suasion::engine::timeline::Timeline;
    use suasion::lanes::isa::Isa;
    use suasion::model::world::World;
    use suasion::scenario::Scenario;

    /// Counts the rows that it is shown.
    #[derive(Default)]
    struct Rows(usize);

    impl Recorder for Rows {
        fn start(&mut self, _: &Batch) {
            self.0 += 1;
        }
        fn year(&mut self, _: &Batch, _: usize) {
            self.0 += 1;
        }
    }

    fn simulated(change: impl FnOnce(&mut World)) -> (Result<(), NotFinite>, usize) {
        let mut world = Scenario::load("asean").unwrap().build_alone().unwrap().world;
        change(&mut world);
        let runs: Vec<Run> = (5..8).map(|replicate| Run::new(&world, 1, replicate)).collect();
        let mut rows = Rows::default();
        let done = simulate_batch(&runs, &Timeline::new(&world), Isa::detect(), true, &mut rows);
        (done, rows.0)
    }

    #[test]
    fn what_is_finite_passes() {
        assert_eq!(simulated(|_| ()), (Ok(()), 16));
    }

    #[test]
    fn what_is_not_is_named_and_no_recorder_sees_it() {
        // Beyond what a scenario may say. Nothing is felt before the first report.
        let (done, rows) = simulated(|world| world.ratings[0].fields.severity = f64::INFINITY);
        let error = done.unwrap_err();
        let expected = ("BRN", "attribution", 2001, 5);
        assert_eq!((error.state.as_str(), error.variable.as_str(), error.year, error.replicate), expected);
        assert_eq!(rows, 1, "the start alone");
        let said = "attribution of BRN at the end of 2001 in replicate 5 is not a finite number: ";
        assert!(error.to_string().starts_with(said), "{error}");
    }

    #[test]
    fn flows_and_terms_are_held_to_it_too() {
        let (done, rows) = simulated(|world| world.corridors[0].volume = f64::INFINITY);
        let error = done.unwrap_err();
        assert_eq!((error.year, rows), (2000, 0));
        assert!(error.variable.starts_with("flow_"), "{error}");
        // Motivation is limited to its range, which hides what moved it: the ledger does not.
        let (done, _) = simulated(|world| world.parameters.persuasion = f64::NAN);
        assert_eq!(done.unwrap_err().variable, "the term persuasion");
    }
}
