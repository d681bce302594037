//! The bundled case `accession`: its facts hang together, and what its page says of it is so.

use crate::support::{mean, scenario_of, trace};
use suasion::model::variable::Variable;
use suasion::model::world::{End, World};
use suasion::scenario::{Ground, Scenario};

fn instrument(world: &World, id: &str) -> usize {
    world.instruments.iter().position(|of| of.id == id).expect("an instrument")
}

#[test]
fn facts_hang_together() {
    let scenario = scenario_of("accession");
    let (world, observed) = (&scenario.world, &scenario.observed);
    let [abolition, op2, protocol6] = ["abolition", "op2", "protocol6"].map(|id| instrument(world, id));
    let council = world.communities.iter().find(|of| of.id == "coe").expect("the Council");
    let mut counts = [0; 3];
    for (i, state) in world.states.iter().enumerate() {
        let date = |j: usize| observed.adoption(j, i);
        for (count, j) in counts.iter_mut().zip([abolition, op2, protocol6]) {
            *count += usize::from(date(j).is_some());
        }
        // Nobody ratifies Protocol 6 outside the Council, or in a year before that of abolition.
        if let Some(treaty) = date(protocol6) {
            let abolished = date(abolition).expect("abolition on record");
            assert!(treaty.floor() >= abolished.floor(), "{}", state.id);
            let joined = council.joined(i).expect("a member");
            assert!(treaty.floor() >= joined.floor(), "{}: {treaty} {joined}", state.id);
        }
        // What is given as a fact is what is on record.
        if let Some(fact) = world.instruments[abolition].adopted[i] {
            assert_eq!(date(abolition), Some(fact), "{}", state.id);
        }
    }
    assert_eq!(counts, [22, 19, 19]);
    // What a predecessor deposited is a fact, and on no record.
    let given = &world.instruments[protocol6].adopted;
    let given = world.states.iter().zip(given).filter_map(|(state, date)| date.map(|_| state.id.as_str()));
    assert_eq!(given.collect::<Vec<_>>(), ["CZE", "MNE", "SVK"]);
    // Every number says where it comes from, or that it is judged.
    let bare: Vec<String> =
        scenario.sources().into_iter().filter(|value| value.ground == Ground::None).map(|v| v.path).collect();
    assert!(bare.is_empty(), "{bare:?}");
    let ends: Vec<(&str, Option<End>)> =
        world.ratings.iter().map(|of| (of.id.as_str(), of.ends_on)).collect();
    assert!(matches!(
        ends[..],
        [
            ("coe-accession", Some(End::Joins(_))),
            ("coe-monitoring", Some(End::Adopts(_))),
            ("eu-accession", Some(End::Joins(_)))
        ]
    ));
}

#[test]
fn no_run_ratifies_protocol_6_before_membership_and_abolition() {
    let world = scenario_of("accession").world;
    let [abolition, protocol6] =
        ["abolition", "protocol6"].map(|id| Variable::Adopted(instrument(&world, id)));
    let council = &world.communities[0];
    let run = trace(&world, 40);
    let mut ratified = 0;
    for (i, r) in (0..world.states.len()).flat_map(|i| (0..40).map(move |r| (i, r))) {
        let has = |step: usize, of: Variable| run.at(r, step, i, of) == 1.0;
        let simulated = ["CZE", "MNE", "SVK"].iter().all(|inherited| world.states[i].id != *inherited);
        if let Some(at) = (0..=88).find(|step| simulated && has(*step, protocol6)) {
            assert!(has(at - 1, abolition), "{}", world.states[i].id);
            assert!(
                council.joined(i).expect("a member") <= 1989.0 + at as f64 / 4.0,
                "{}",
                world.states[i].id
            );
            ratified += 1;
        }
    }
    assert!(ratified > 24 * 40 / 2, "{ratified}");
}

#[test]
fn the_order_of_the_counterfactuals_is_that_of_the_page() {
    let of = |counterfactual: Option<&str>| {
        let mut loaded = Scenario::load("accession").expect("bundled");
        if let Some(id) = counterfactual {
            loaded.apply_counterfactual(id).expect("a counterfactual");
        }
        let world = loaded.build().expect("valid").world;
        let abolition = Variable::Adopted(instrument(&world, "abolition"));
        let run = trace(&world, 200);
        let over = |variable: Variable, step: usize| {
            let all = (0..200).flat_map(|r| (0..24).map(move |i| (r, i)));
            mean(&all.map(|(r, i)| run.at(r, step, i, variable)).collect::<Vec<_>>())
        };
        [over(abolition, 48), over(abolition, 88), over(Variable::Motivation, 88)]
    };
    let near = |found: [f64; 3], page: [f64; 3]| {
        assert!(found.iter().zip(page).all(|(a, b)| (a - b).abs() < 0.02), "{found:?}, on the page {page:?}");
    };
    near(of(None), [0.63, 0.88, 0.50]);
    near(of(Some("no-conditionality")), [0.40, 0.59, 0.71]);
    near(of(Some("no-eu")), [0.57, 0.87, 0.58]);
    near(of(Some("no-monitoring")), [0.53, 0.72, 0.56]);
    near(of(Some("strict-council")), [0.72, 0.95, 0.53]);
    near(of(Some("prize-for-ever")), [0.63, 0.88, 0.41]);
    near(of(Some("no-argument")), [0.63, 0.88, 0.37]);
    near(of(Some("null")), [0.63, 0.89, 0.68]);
}
