//! Mutants of the bundled scenarios: keys lost, doubled and misspelt, values swapped, made extreme or of another type, lists
//! permuted, dates out of order, tables removed, and the text itself damaged. A mutant is refused in a sentence that names
//! its place, or it runs: to finite numbers, with the same digest on two instruction sets. Nothing panics, and nothing hangs.
//!
//! Mutants are numbered, and each is a function of its number. `SUASION_MUTANTS` says how many, and `SUASION_LONG=1` takes
//! 100,000; `SUASION_MUTANT=N` prints the text of one and what came of it.

#[path = "mutants/edits.rs"]
mod edits;

use edits::{Luck, mutant};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use suasion::engine::batch::{Batch, Run};
use suasion::engine::parallel::simulate_batch;
use suasion::engine::recorder::Recorder;
use suasion::engine::timeline::Timeline;
use suasion::lanes::isa::Isa;
use suasion::lanes::lane::{LANES, Lane};
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::output::digest::Digest;
use suasion::output::ensemble::EnsembleRecorder;
use suasion::output::kept::Kept;
use suasion::output::summary::Summary;
use suasion::output::summary_csv;
use suasion::scenario::{Scenario, ScenarioError, bundled};

/// States times steps of what is run; a mutant that is larger runs for fewer years.
const MOST_WORK: usize = 1500;

/// States times steps of one year beyond which a mutant is built and not run.
const TOO_MUCH_WORK: usize = 20_000;

/// No mutant takes longer, on a machine that others use.
const PATIENCE: Duration = Duration::from_secs(20);

/// Letters of a refusal beyond which it is no sentence.
const LONGEST_SENTENCE: usize = 1500;

/// What came of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Ran,
    Refused,
    TooLarge,
}

#[test]
fn every_mutant_of_a_bundled_scenario_runs_or_is_refused_in_a_sentence() {
    let trees: Vec<(&str, &str, toml::Table)> = bundled::names()
        .map(|name| {
            let text = bundled::find(name).expect("it is bundled");
            (name, text, text.parse().expect("TOML"))
        })
        .collect();
    let text_of = |number: usize| {
        let mut luck = Luck::of(number as u64);
        // One of 180 states takes as long as fifty others: it comes a tenth as often.
        let (small, large): (Vec<_>, Vec<_>) = trees.iter().partition(|(name, ..)| *name != "world");
        let of = if luck.below(10 * small.len() + 1) == 0 { large } else { small };
        let (name, text, tree) = *luck.pick(&of).expect("there are some");
        (*name, mutant(text, tree, &mut luck))
    };
    if let Ok(number) = std::env::var("SUASION_MUTANT") {
        let number = number.parse().expect("SUASION_MUTANT is a number");
        let (name, text) = text_of(number);
        println!("{text}\n{number}, of {name}: {:?}", fate(number, name, &text));
        return;
    }
    let count = match std::env::var("SUASION_MUTANTS") {
        Ok(count) => count.parse().expect("SUASION_MUTANTS is a number"),
        Err(_) if std::env::var_os("SUASION_LONG").is_some() => 100_000,
        Err(_) if cfg!(debug_assertions) => 400,
        Err(_) => 20_000,
    };
    let (next, fates) = (AtomicUsize::new(0), [const { AtomicUsize::new(0) }; 3]);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let (name, text) = text_of(number);
                    let begun = Instant::now();
                    let found = catch_unwind(AssertUnwindSafe(|| fate(number, name, &text)));
                    let found = found.unwrap_or_else(|_| Err("panicked".into()));
                    let found = if begun.elapsed() > PATIENCE {
                        Err(format!("took {:?}", begun.elapsed()))
                    } else {
                        found
                    };
                    match found {
                        Ok(fate) => drop(fates[fate as usize].fetch_add(1, Ordering::Relaxed)),
                        Err(what) => {
                            wrong.lock().expect("no panic while it is held").push((number, name, what));
                        }
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().expect("no panic while it was held");
    // What is no matter of words first.
    wrong.sort_unstable_by_key(|(number, _, what)| (what.starts_with("refused"), *number));
    let [ran, refused, large] = fates.map(AtomicUsize::into_inner);
    println!("{count} mutants: {ran} ran, {refused} were refused, {large} were too large to run here");
    let told: Vec<String> =
        wrong.iter().take(20).map(|(number, name, what)| format!("{number}, of {name}: {what}")).collect();
    assert!(wrong.is_empty(), "{} mutants (SUASION_MUTANT=N prints one):\n{}", wrong.len(), told.join("\n"));
    assert!(3 * ran >= count, "{ran} of {count} mutants ran: at least a third should");
}

/// What comes of a mutant, or what is wrong with that.
fn fate(number: usize, name: &str, text: &str) -> Result<Fate, String> {
    let mut luck = Luck::of(!(number as u64));
    let mut loaded = match Scenario::parse(name, text, None) {
        Ok(loaded) => loaded,
        Err(error) => return sentences(&error),
    };
    let scenario = match loaded.build() {
        Ok(scenario) => scenario,
        Err(error) => return sentences(&error),
    };
    // What tells of a scenario must not fail either.
    let (in_words, unsourced) = (scenario.in_words(), scenario.sources());
    if in_words.is_empty() || unsourced.iter().any(|value| value.path.is_empty()) {
        return Err("nothing is told of it".into());
    }
    let mut scenario = scenario;
    if luck.below(3) == 0
        && let Some(id) = luck.pick(&loaded.counterfactuals())
    {
        loaded
            .apply_counterfactual(id)
            .map_err(|error| format!("a counterfactual that was checked: {error}"))?;
        scenario = loaded.build().map_err(|error| format!("a counterfactual that was checked: {error}"))?;
    }
    let clock = &scenario.world.clock;
    let a_year = scenario.world.states.len().saturating_mul(clock.steps_per_year as usize);
    if a_year > TOO_MUCH_WORK {
        return Ok(Fate::TooLarge);
    }
    let years = (MOST_WORK / a_year.max(1)).clamp(1, 1000);
    if (clock.end - clock.start) as usize > years {
        let start = clock.start;
        let narrowed = loaded.years(start..start + years as i32);
        scenario = match narrowed.and_then(|()| loaded.build_alone()) {
            Ok(scenario) => scenario,
            Err(error) => return sentences(&error),
        };
    }
    let world = &scenario.world;
    let (narrow, _) = watch(&scenario, Isa::Baseline)?;
    let (wide, summary) = watch(&scenario, Isa::detect())?;
    if narrow != wide {
        return Err(format!("digests {narrow} and {wide} on two instruction sets"));
    }
    refuse_what_is_no_number(&summary, world)?;
    if number.is_multiple_of(8) {
        let again =
            Scenario::parse("resolved", &scenario.resolved(), None).and_then(|loaded| loaded.build_alone());
        let again = again.map_err(|error| format!("its resolved form: {error}"))?;
        if again.world != *world {
            return Err("its resolved form is another world".into());
        }
    }
    Ok(Fate::Ran)
}

/// A refusal says what is wrong, and where.
fn sentences(error: &ScenarioError) -> Result<Fate, String> {
    let good = |place: bool, what: &str, sentence: &str| {
        let long = sentence.chars().count() > LONGEST_SENTENCE;
        // Of an expression its line stands below, with what is wrong underlined.
        let odd = |c: char| c.is_control() && c != '\n';
        place && !what.trim().is_empty() && !long && !sentence.contains(odd)
    };
    let (ok, shown) = match error {
        ScenarioError::Invalid { problems, .. } => {
            let bad = problems.iter().find(|problem| {
                // What is missing at the root has neither line nor path, and is named in the sentence.
                let named = problem.line.is_some() || !problem.path.is_empty();
                let place = named || problem.found.contains('`');
                !good(place, &problem.found, &problem.to_string())
            });
            (!problems.is_empty() && bad.is_none(), bad.map(ToString::to_string).unwrap_or_default())
        }
        ScenarioError::Syntax { line, message, .. } => {
            let sentence = error.to_string();
            (good(*line > 0, message, &sentence), sentence)
        }
        other => (false, other.to_string()),
    };
    if ok { Ok(Fate::Refused) } else { Err(format!("refused in no sentence: {:.600}", format!("{shown:?}"))) }
}

/// Sees that every value of every step is a number, and takes the digest.
struct Watch {
    variables: Vec<Variable>,
    ensemble: EnsembleRecorder,
    wrong: Option<String>,
}

impl Watch {
    fn look(&mut self, batch: &Batch, when: &str) {
        if self.wrong.is_some() {
            return;
        }
        let finite = |lane: &Lane| lane.0[..batch.width()].iter().all(|x| x.is_finite());
        for (i, state) in batch.world().states.iter().enumerate() {
            let of = |v: &&Variable| !finite(&batch.value(i, **v));
            let wrong = self.variables.iter().find(of).map(|v| format!("{v:?}"));
            let terms = batch.ledger(i).is_some_and(|terms| !terms.iter().all(finite));
            if let Some(what) = wrong.or(terms.then(|| "the ledger".to_string())) {
                self.wrong = Some(format!("{what} of {} is no number {when}", state.id));
                return;
            }
        }
    }
}

impl Recorder for Watch {
    fn start(&mut self, batch: &Batch) {
        self.look(batch, "at the start");
        self.ensemble.start(batch);
    }
    fn step(&mut self, batch: &Batch, step: usize) {
        self.look(batch, "after a step");
        self.ensemble.step(batch, step);
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        self.ensemble.year(batch, year);
    }
    fn finish(&mut self, batch: &Batch) {
        self.ensemble.finish(batch);
    }
}

/// Runs a few replicates; the digest and the summary, or the first value that is no number.
fn watch(scenario: &Scenario, isa: Isa) -> Result<(Digest, Summary), String> {
    let world: &World = &scenario.world;
    let timeline = Timeline::new(world);
    let runs: [Run; LANES] = std::array::from_fn(|r| Run::new(world, scenario.seed, r as u32));
    let ensemble = EnsembleRecorder::new(world, isa, Some(&Kept::All));
    let mut watch = Watch { variables: Variable::all(world), ensemble, wrong: None };
    simulate_batch(&runs[..5], &timeline, isa, true, &mut watch)
        .expect("what is not finite is seen by the watch");
    if let Some(wrong) = watch.wrong {
        return Err(wrong);
    }
    let (summary, digest) = watch.ensemble.into_parts();
    Ok((digest, summary.ok_or("no summary")?))
}

/// Sees that a summary is of numbers.
fn refuse_what_is_no_number(summary: &Summary, world: &World) -> Result<(), String> {
    let mut table = Vec::new();
    summary_csv::write(summary, world, &mut table).map_err(|error| error.to_string())?;
    let table = String::from_utf8(table).map_err(|error| error.to_string())?;
    // A state may have such a name, and so may a grade.
    let names =
        || world.states.iter().map(|state| &state.id).chain(world.ratings.iter().flat_map(|g| &g.grades));
    let is_name = |cell: &str| names().any(|name| name == cell);
    let wrong = |cell: &&str| ["NaN", "nan", "inf", "-inf"].contains(cell) && !is_name(cell);
    match table.split([',', '\n']).find(wrong) {
        Some(cell) => Err(format!("{cell} in the summary")),
        None => Ok(()),
    }
}
