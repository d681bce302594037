//! Belief as a picture: motivation of each state given the record and in free runs, with the grades on record below it.

use suasion::experiment::history::belief::Belief;
use suasion::model::variable::Variable;
use suasion_show::plot::Plot;
use suasion_show::report::belief::Drawn;

/// The picture.
pub(super) fn plot(belief: &Belief) -> Plot {
    let (scenario, given) = (belief.scenario, &belief.done.given);
    let n = scenario.world.states.len();
    // The first regime whose grades are on record.
    let any = |g: &usize| (0..n).any(|i| (0..given.years()).any(|y| given.grade(*g, i, y).is_some()));
    let rating = (0..scenario.world.ratings.len()).find(any);
    let held = |state: usize, row: usize, free: bool| {
        let of = if free { Belief::free } else { Belief::given };
        of(belief, state, row, Variable::Motivation).map(|d| [d.mean, d.quantiles[0], d.quantiles[4]])
    };
    // A row is the end of the year before it.
    let graded = |state: usize, row: usize| given.grade(rating?, state, row.checked_sub(1)?);
    Drawn {
        scenario,
        variable: "motivation",
        states: Drawn::all(scenario),
        rows: belief.rows(),
        held: &held,
        rating: rating.map(|g| &scenario.world.ratings[g]),
        graded: &graded,
    }
    .plot()
}
