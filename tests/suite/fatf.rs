//! The bundled case `fatf`: its facts hang together, and what its page says of it is so.

use crate::support::{mean, scenario_of, trace};
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::{Ground, Scenario};

#[test]
fn facts_hang_together() {
    let scenario = scenario_of("fatf");
    let (world, observed) = (&scenario.world, &scenario.observed);
    assert_eq!(world.ratings[0].reports.len(), 3);
    let all = (0..world.states.len()).flat_map(|i| (2008..2021).map(move |year| (i, year)));
    let recorded = all.filter(|(i, year)| observed.tier(0, *i, *year).is_some()).count();
    assert_eq!(recorded, 216);
    let grade = |id: &str, year: i32| {
        let state = world.states.iter().position(|state| state.id == id).expect("a state");
        observed.tier(0, state, year).map(|code| world.ratings[0].grade(usize::from(code)).to_string())
    };
    assert_eq!(grade("PAK", 2009).as_deref(), Some("black"));
    assert_eq!(grade("PAK", 2015).as_deref(), Some("clean"));
    assert_eq!(grade("TUR", 2012).as_deref(), Some("dark"));
    assert_eq!(grade("ETH", 2017), None, "an entry that is recalled alone");
    let bare: Vec<String> =
        scenario.sources().into_iter().filter(|value| value.ground == Ground::None).map(|v| v.path).collect();
    assert!(bare.is_empty(), "{bare:?}");
}

#[test]
fn what_the_page_says_is_what_comes_out() {
    let of = |counterfactual: Option<&str>| {
        let mut loaded = Scenario::load("fatf").expect("bundled");
        if let Some(id) = counterfactual {
            loaded.apply_counterfactual(id).expect("a counterfactual");
        }
        let world = loaded.build().expect("valid").world;
        let law = world.instruments.iter().position(|of| of.id == "aml-law").expect("the law");
        let run = trace(&world, 200);
        let over = |of: &dyn Fn(usize, usize) -> f64| {
            mean(
                &(0..200)
                    .flat_map(|r| (0..20).map(move |i| (r, i)))
                    .map(|(r, i)| of(r, i))
                    .collect::<Vec<_>>(),
            )
        };
        let clean = |r: usize, i: usize| f64::from(u8::from(run.at(r, 96, i, Variable::Tier(0)) == 1.0));
        [
            over(&|r, i| run.at(r, 96, i, Variable::Adopted(law))),
            if world.ratings.is_empty() { 0.0 } else { over(&clean) },
            over(&|r, i| run.at(r, 156, i, Variable::Motivation)),
        ]
    };
    let near = |found: [f64; 3], page: [f64; 3]| {
        assert!(
            found.iter().zip(page).all(|(a, b)| (a - b).abs() < 0.025),
            "{found:?}, on the page {page:?}"
        );
    };
    near(of(None), [0.70, 0.75, 0.40]);
    near(of(Some("no-list")), [0.39, 0.0, 0.43]);
    near(of(Some("no-banks")), [0.61, 0.69, 0.47]);
    near(of(Some("no-shame")), [0.56, 0.62, 0.37]);
    near(of(Some("no-plans")), [0.61, 0.78, 0.42]);
    near(of(Some("null")), [0.70, 0.76, 0.47]);
}

/// Of the spells on the list that begin by 2015, the shares that end within one to five years.
fn spells_that_end(world: &World) -> [f64; 5] {
    let run = trace(world, 200);
    let per_year = world.clock.steps_per_year as usize;
    let (mut ended, mut all) = ([0.0; 5], 0.0);
    for (r, i) in (0..200).flat_map(|r| (0..world.states.len()).map(move |i| (r, i))) {
        let mut since = None;
        for step in 0..=world.clock.steps() {
            let listed = run.at(r, step, i, Variable::Tier(0)) > 1.0;
            match since {
                None if listed && step < 8 * per_year => since = Some(step),
                Some(first) if !listed => {
                    all += 1.0;
                    for (years, ended) in (1..).zip(&mut ended) {
                        *ended += f64::from(u8::from(step - first <= years * per_year));
                    }
                    since = None;
                }
                _ => {}
            }
        }
        all += f64::from(u8::from(since.is_some()));
    }
    ended.map(|ended| ended / all)
}

#[test]
fn spells_on_the_list_last_as_long_as_on_record() {
    let world = |counterfactual: &[&str]| {
        let mut loaded = Scenario::load("fatf").expect("bundled");
        for id in counterfactual {
            loaded.apply_counterfactual(id).expect("a counterfactual");
        }
        loaded.build().expect("valid").world
    };
    let found = spells_that_end(&world(&[]));
    // By plenary, all jurisdictions: FATF's statements, 65 spells that begin 2009 to 2018.
    let recorded = [0.05, 0.20, 0.47, 0.81, 0.92];
    assert!(found.iter().zip(recorded).all(|(a, b)| (a - b).abs() < 0.07), "{found:?}");
    let without = spells_that_end(&world(&["no-plans"]));
    assert!(without[0] > 0.4, "{without:?}");
}
