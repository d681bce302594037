//! What rating regimes would say of the states of a scenario at the start: so that nobody sets thresholds blind.

use crate::engine::batch::{Batch, Run};
use crate::engine::timeline::Timeline;
use crate::lanes::isa::Isa;
use crate::lanes::lane::LANES;
use crate::model::world::{MOST_GRADES, Rating};
use crate::scenario::Scenario;

/// Replicates over which it is computed, at most.
const REPLICATES: u32 = 400;
/// The most states times regimes times replicates.
const MOST: usize = 4_000_000;

/// What a rating regime would say of a state as it is at the start, in its first report on it, without the grader's error.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstGrade {
    /// Index of the rating regime.
    pub rating: usize,
    /// Index of the state.
    pub state: usize,
    /// Mean merit over replicates.
    pub merit: f64,
    /// Mean score.
    pub score: f64,
    /// The lowest score, and the highest.
    pub scores: [f64; 2],
    /// Code of the grade of the mean score, from 1, the best.
    pub grade: usize,
    /// Share of replicates by code of their grade, from 1.
    pub shares: Vec<f64>,
    /// How much the mean score lacks to the next better grade; none of the best.
    pub to_better: Option<f64>,
    /// How far the mean score may fall before the next worse grade; none of the worst.
    pub to_worse: Option<f64>,
}

/// What each rating regime would say of each state that it rates: regimes and states in order.
///
/// Traits and the view that a grader has of a state are drawn as a run would, in up to 400 replicates (fewer of very large scenarios). What is demanded, how far the bar has
/// risen and whether there is a watch list yet are as at the first report; nothing that happens before it counts. A regime that never reports in the run says nothing.
///
/// ```
/// use suasion::experiment::grades::first_grades;
/// use suasion::scenario::Scenario;
/// let asean = Scenario::load("asean").unwrap().build_alone().unwrap();
/// let grades = first_grades(&asean);
/// assert_eq!(grades.len(), 10);
/// let singapore = grades.iter().find(|of| asean.world.states[of.state].id == "SGP").unwrap();
/// // In 2001 there is no watch list yet: tier 2 lies between .56 and -.06.
/// assert_eq!(singapore.grade, 2);
/// assert!((singapore.to_better.unwrap() - (0.56 - singapore.score)).abs() < 1e-12);
/// assert!((singapore.to_worse.unwrap() - (singapore.score + 0.06)).abs() < 1e-12);
/// ```
pub fn first_grades(scenario: &Scenario) -> Vec<FirstGrade> {
    let world = &scenario.world;
    let timeline = Timeline::new(world);
    let (n, ratings) = (world.states.len(), world.ratings.len());
    let first = |g: usize, i: usize| {
        (0..world.clock.steps()).find(|step| timeline.reports(g, *step) && timeline.rates(g, i, *step))
    };
    let pairs = (0..ratings).flat_map(|g| (0..n).map(move |i| (g, i)));
    let asked: Vec<(usize, usize, usize)> = pairs.filter_map(|(g, i)| Some((g, i, first(g, i)?))).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let affordable = (MOST / (n * ratings.max(1))).clamp(LANES, REPLICATES as usize) as u32;
    let replicates = scenario.replicates.clamp(1, affordable);
    let mut sums = vec![Sum::default(); asked.len()];
    let numbers: Vec<u32> = (0..replicates).collect();
    let mut batch: Option<Batch> = None;
    for lanes in numbers.chunks(LANES) {
        let runs: Vec<Run> =
            lanes.iter().map(|replicate| Run::new(world, scenario.seed, *replicate)).collect();
        let batch = match &mut batch {
            Some(batch) => {
                batch.restart(&runs);
                batch
            }
            none => none.insert(Batch::new(&runs, &timeline, Isa::detect(), false)),
        };
        for (sum, (g, i, step)) in sums.iter_mut().zip(&asked) {
            let said = batch.would_say(*i, *g, *step);
            for lane in 0..runs.len() {
                sum.add(said.map(|of| of.0[lane]));
            }
        }
    }
    let each = sums.iter().zip(&asked);
    each.map(|(sum, (g, i, step))| {
        let rating = &world.ratings[*g];
        sum.first_grade(rating, (*g, *i), world.clock.date(*step), f64::from(replicates))
    })
    .collect()
}

/// What replicates come to.
#[derive(Clone, Debug)]
struct Sum {
    merit: f64,
    score: f64,
    scores: [f64; 2],
    counts: [f64; MOST_GRADES],
}

impl Default for Sum {
    fn default() -> Sum {
        let scores = [f64::INFINITY, f64::NEG_INFINITY];
        Sum { merit: 0.0, score: 0.0, scores, counts: [0.0; MOST_GRADES] }
    }
}

impl Sum {
    fn add(&mut self, [merit, score, grade]: [f64; 3]) {
        self.merit += merit;
        self.score += score;
        self.scores = [self.scores[0].min(score), self.scores[1].max(score)];
        self.counts[grade as usize - 1] += 1.0;
    }

    fn first_grade(
        &self,
        rating: &Rating,
        (g, state): (usize, usize),
        date: f64,
        replicates: f64,
    ) -> FirstGrade {
        let score = self.score / replicates;
        // Before a watch list exists its band belongs to the grade above: the threshold between the two says nothing.
        let absent = rating.rules(date).watch.filter(|watch| !watch.exists).map(|watch| watch.grade);
        let cuts: Vec<(usize, f64)> = rating
            .cuts(&rating.fields)
            .iter()
            .enumerate()
            .map(|(above, cut)| (above + 1, *cut))
            .filter(|(above, _)| absent != Some(above + 1))
            .collect();
        let passed = cuts.iter().position(|(_, cut)| score >= *cut).unwrap_or(cuts.len());
        let named = |grade: usize| if absent == Some(grade) { grade - 1 } else { grade };
        FirstGrade {
            rating: g,
            state,
            merit: self.merit / replicates,
            score,
            scores: self.scores,
            grade: cuts.get(passed).map_or(rating.grades.len(), |(above, _)| named(*above)),
            shares: self.counts[..rating.grades.len()].iter().map(|count| count / replicates).collect(),
            to_better: passed.checked_sub(1).map(|above| cuts[above].1 - score),
            to_worse: cuts.get(passed).map(|(_, cut)| score - cut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_grades;
    use crate::scenario::Scenario;

    const WORLD: &str =
        "version = 2\ntitle = \"Grades\"\ntime = { start = 2001, end = 2004 }\nruns = { replicates = 20 }\n";
    const STATES: &str = "[[state]]\nid = \"A\"\ncapacity = 1.0\n[[state]]\nid = \"B\"\ncapacity = 1.0\n\
        [[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.0\nadopted = { A = 2000 }\n\
        [[instrument]]\nid = \"treaty\"\nkind = \"treaty\"\nhazard = 0.0\n";

    /// A regime whose merit is what it demands alone.
    fn regime(more: &str) -> String {
        format!(
            "{WORLD}{STATES}[[regime]]\nid = \"g\"\nkind = \"rating\"\ngrades = [\"a\", \"b\", \"c\"]\nthresholds = [0.6, 0.2]\nweight_law = 1.0\n{more}\n"
        )
    }

    /// State, score, grade, and how far the next better and the next worse one are.
    type Said = (usize, f64, usize, Option<f64>, Option<f64>);

    fn of(text: &str) -> Vec<Said> {
        let scenario = Scenario::parse("test", text, None).unwrap().build().unwrap();
        first_grades(&scenario)
            .into_iter()
            .map(|of| (of.state, of.score, of.grade, of.to_better, of.to_worse))
            .collect()
    }

    #[test]
    fn a_grade_is_that_of_what_is_demanded_at_the_first_report() {
        let both = of(&regime("demands = [\"law\", \"treaty\"]"));
        assert_eq!(both, [(0, 0.5, 2, Some(0.6 - 0.5), Some(0.5 - 0.2)), (1, 0.0, 3, Some(0.2), None)]);
        // The treaty is demanded later, and then counts three times as much.
        let treaty = |from: f64| {
            of(&regime(&format!(
                "demands = [\"law\", {{ instrument = \"treaty\", from = {from}, weight = 3 }}]"
            )))
        };
        assert_eq!(treaty(2002.0)[0], (0, 1.0, 1, None, Some(0.4)));
        assert_eq!(treaty(2000.0)[0], (0, 0.25, 2, Some(0.35), Some(0.25 - 0.2)));
    }

    #[test]
    fn the_band_of_a_watch_list_that_is_not_there_yet_is_that_of_the_grade_above() {
        let demands = "demands = [\"law\", \"treaty\"]\nbar_rise = 0.4\nbar_from = 2001";
        // Half a year of the rise: .3 of A, which is the watch list; .2 below of B.
        let listed = of(&regime(&format!("{demands}\nwatch = {{ grade = \"b\" }}")));
        assert_eq!((listed[0].2, listed[1].2), (2, 3));
        let not_yet = of(&regime(&format!("{demands}\nwatch = {{ grade = \"b\", from = 2002 }}")));
        assert_eq!((not_yet[0].2, not_yet[0].3, not_yet[1].2), (1, None, 3));
    }

    #[test]
    fn who_is_never_reported_on_has_no_grade() {
        assert_eq!(of(&regime("rates = [\"B\"]")).len(), 1);
        assert_eq!(of(&regime("rated_until = { A = 2001.5 }")).len(), 1);
        assert!(of(&regime("from = 2003.6")).is_empty());
    }
}
