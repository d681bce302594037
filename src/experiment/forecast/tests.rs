//! Forecasts against the filter that they come of, the record that they are held against, and what may not be asked.

use super::*;
use crate::evidence::given::given;
use crate::evidence::skill::forecast::Chances;
use crate::experiment::history::{Plan, condition};
use std::num::NonZeroUsize;

static STOP: AtomicBool = AtomicBool::new(false);

fn asean(end: i32, replicates: u32) -> Scenario {
    let mut loaded = Scenario::load("asean").unwrap();
    loaded.years(2001..end).unwrap();
    loaded.set(&format!("runs.replicates={replicates}")).unwrap();
    loaded.build_alone().unwrap()
}

/// One year beyond the record, with grades alone on it: rows that run on show what the filter expects.
#[test]
fn one_year_ahead_runs_from_the_history_show_what_the_filter_expects() {
    let mut scenario = asean(2008, 10);
    scenario.observed.adoptions.iter_mut().for_each(Vec::clear);
    let rows = 2_000;
    let plan = Plan { until: Some(2005), particles: 4_000, rows };
    let done = condition(&scenario, plan, Options::default(), &STOP, &|_| ()).unwrap();
    let predicted = Predicted::of(&scenario, Some(&done.history), rows, &(5..7), Options::default(), &STOP);
    let predicted = predicted.unwrap();
    assert_eq!(predicted.runs(), rows);
    // The filter goes on through a year of which nothing is on record.
    let mut until = scenario.observed.clone();
    until.tiers.iter_mut().flatten().for_each(|years| years.retain(|year, _| *year <= 2005));
    let given = given(&scenario.world, &Timeline::new(&scenario.world), &until, 2006).unwrap();
    let expected = year_by_year(&scenario, &given, 20_000, Options::default(), &STOP, &|_| ()).unwrap();
    let mut compared = 0;
    for state in 0..scenario.world.states.len() {
        let Some(p) = predicted.tier(0, state, 5) else { continue };
        let q = expected[0][state][5].unwrap();
        for (grade, (p, q)) in p.iter().zip(q).enumerate() {
            assert!((p - q).abs() < 0.05, "{} {grade}: {p} {q}", scenario.world.states[state].id);
            compared += 1;
        }
    }
    assert_eq!(compared, 9 * 4, "Brunei is rated from 2009");
}

#[test]
fn forecasts_know_the_record_until_the_origin_and_are_scored_by_what_came() {
    let scenario = asean(2016, 24);
    let asked: Asked = "record:particles=300,rows=40".parse().unwrap();
    let told = origin(&scenario, &asked, Some(2010)).unwrap();
    assert_eq!((told.until, told.particles, told.rows), (2010, 300, 40));
    let of = |threads: usize| {
        let options = Options { threads: NonZeroUsize::new(threads).unwrap(), ..Options::default() };
        let history = asked.made(&scenario, told, options, &STOP, &|_| ()).unwrap();
        Forecasts::new(&scenario, &history, told, options, &STOP, &|_| ()).unwrap()
    };
    let forecasts = of(2);
    assert_eq!(forecasts.last, 2015);
    let again = of(1);
    assert!(forecasts.foretold == again.foretold && forecasts.scored == again.scored);
    let id = |state: usize| scenario.world.states[state].id.as_str();
    let tiers = |knows: Knows| {
        let is_it = move |one: &&Foretold| one.what == What::Tier(0) && one.knows == knows;
        forecasts.foretold.iter().filter(is_it).collect::<Vec<_>>()
    };
    // Ten states, five years, once from each origin.
    assert_eq!((tiers(Knows::Origin).len(), tiers(Knows::YearBefore).len()), (50, 50));
    let malaysia = |knows: Knows, year: usize| {
        *tiers(knows).into_iter().find(|one| id(one.state) == "MYS" && one.year == year).unwrap()
    };
    // Tier 3 in 2014, four years after 2010 with 2WL, and a year after 2013 with 2WL.
    let far = malaysia(Knows::Origin, 13);
    assert_eq!((far.ahead, far.came, far.by[2]), (4, 3, Some(Chances::certain(4, 2))));
    let near = malaysia(Knows::YearBefore, 14);
    assert_eq!((near.ahead, near.came, near.by[2]), (1, 2, Some(Chances::certain(4, 3))));
    for one in &forecasts.foretold {
        for p in one.by.iter().flatten() {
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9 && p.iter().all(|p| *p >= 0.0), "{one:?}");
        }
    }
    // Of adoptions those that had not come by 2010: of the law Singapore, Viet Nam and Laos alone.
    let law = scenario.world.instruments.iter().position(|j| j.id == "law").unwrap();
    let laws = forecasts.foretold.iter().filter(|one| one.what == What::Adopted(law));
    let states: Vec<&str> = laws.clone().filter(|one| one.ahead == 1).map(|one| id(one.state)).collect();
    assert_eq!(states, ["LAO", "SGP", "VNM"]);
    let came: Vec<usize> = laws.filter(|one| id(one.state) == "SGP").map(|one| one.came).collect();
    assert_eq!(came, [0, 0, 0, 1, 1]);
    // Scores are of what came: persistence is right or wrong by whole steps.
    let of_tiers = forecasts.scored.iter().find(|of| of.knows == Knows::Origin && of.measure == Measure::Rps);
    let all =
        |source| *of_tiers.unwrap().scores.iter().find(|s| s.source == source && s.ahead.is_none()).unwrap();
    let last = all(Source::Last);
    let by_hand: f64 = tiers(Knows::Origin)
        .iter()
        .map(|one| {
            let last = one.by[2].unwrap().iter().position(|p| *p > 0.5).unwrap();
            last.abs_diff(one.came) as f64 / 3.0
        })
        .sum();
    assert_eq!(last.cases, 50);
    assert!((last.mean - by_hand / 50.0).abs() < 1e-12);
    let history = all(Source::History);
    assert!((last.difference.unwrap().mean - (history.mean - last.mean)).abs() < 1e-12);
    assert!(last.difference.unwrap().interval.unwrap().holds(last.difference.unwrap().mean));
    assert_eq!(forecasts.left_out, [], "all are graded by 2010");
    // No certain forecast has a log score.
    let logs = forecasts.scored.iter().filter(|of| of.measure == Measure::Log);
    assert!(logs.flat_map(|of| &of.scores).all(|score| score.source != Source::Last));
    assert_eq!(forecasts.table().table.rows(), 2 * 50 * 4 * 5 + 5 * forecasts.foretold.len() - 5 * 100);
}

#[test]
fn grades_of_states_without_one_by_the_origin_are_left_out_and_counted() {
    let foretold = |state: usize, last: Option<Chances>| Foretold {
        what: What::Tier(0),
        knows: Knows::Origin,
        state,
        year: 5,
        ahead: 1,
        adopts: false,
        came: 1,
        by: [Some(Chances::new(&[0.0, 0.5, 0.5, 0.0])), Some(Chances::new(&[0.25; 4])), last, last, last],
    };
    let all = [foretold(0, Some(Chances::new(&[0.1, 0.7, 0.1, 0.1]))), foretold(1, None)];
    let [left] = left_out(&all)[..] else { panic!("one regime") };
    assert_eq!((left.what, left.cases), (What::Tier(0), 1));
    // .25 over three boundaries; .0625, .25 and .0625 over three.
    assert!((left.scores[0] - 0.25 / 3.0).abs() < 1e-15 && (left.scores[1] - 0.375 / 3.0).abs() < 1e-15);
    let counted = scored(&all, [Some(40.0), Some(40.0), None, None, None], 100.0);
    assert!(counted.iter().flat_map(|of| &of.scores).all(|score| score.cases == 1));
}

#[test]
fn a_history_that_knows_what_is_held_out_or_leaves_nothing_to_forecast_is_refused() {
    let scenario = asean(2016, 24);
    let refused = |asked: &str, after: Option<i32>| {
        origin(&scenario, &asked.parse().unwrap(), after).unwrap_err().to_string()
    };
    assert!(refused("record", None).contains("no year is held out"), "{}", refused("record", None));
    let told = refused("record:until=2012", Some(2010));
    assert!(told.contains("years after 2010 are held out") && told.contains("--hold-out 2012"), "{told}");
    let told = refused("record:until=2015", None);
    assert!(told.contains("nothing is on record of asean after that"), "{told}");
    assert!(refused("record:until=1999", None).contains("nothing is on record"));
    assert!(refused("record:particles=20", Some(2010)).contains("20 particles"));
    assert!(refused("record:particles=60,rows=100", Some(2010)).contains("100 replicates need"));
    let told = origin(&scenario, &"record:until=2008".parse().unwrap(), Some(2010)).unwrap();
    assert_eq!((told.until, told.rows), (2008, 24));
    let spiral = Scenario::load("teaching/spiral").unwrap().build_alone().unwrap();
    let told = origin(&spiral, &"record".parse().unwrap(), Some(2010)).unwrap_err().to_string();
    assert!(told.contains("has no record to condition on"), "{told}");
}
