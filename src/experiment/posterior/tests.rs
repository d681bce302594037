//! What a posterior's file may be, which draw a replicate sees, and what an arm's folder keeps.

use super::*;
use crate::scenario::Scenario;

fn text(rows: &str) -> String {
    format!("suasion,draw,weight,distance,parameters.drift,regime.tvpa.severity\n{rows}")
}

fn three() -> Posterior {
    let rows = "0.2.0,0,0.2,1,0.01,1\n0.2.0,1,0.3,1,0.02,2\n0.2.0,2,0.5,1,0.03,3\n";
    Posterior::parse("three.csv", &text(rows)).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "as worlds are built")]
fn build(loaded: Loaded) -> Result<World, ExperimentError> {
    Ok(loaded.build_alone()?.world)
}

fn overlaid(counterfactual: bool, set: &str) -> impl Fn(Loaded) -> Result<Loaded, ExperimentError> {
    let set = set.to_string();
    move |mut loaded| {
        if counterfactual {
            loaded.apply_counterfactual("no-tvpa")?;
        }
        if !set.is_empty() {
            loaded.set(&set)?;
        }
        Ok(loaded)
    }
}

#[test]
fn draws_come_by_weight_and_are_those_of_the_replicate_in_every_arm() {
    let posterior = three();
    let counts = (0..10_000).fold([0; 3], |mut counts, r| {
        counts[posterior.draw(5, r)] += 1;
        counts
    });
    for (count, share) in counts.iter().zip([0.2, 0.3, 0.5]) {
        assert!((f64::from(*count) / 10_000.0 - share).abs() < 0.02, "{counts:?}");
    }
    let loaded = Scenario::load("asean").unwrap();
    let go = AtomicBool::new(false);
    let arm = |counterfactual| {
        let (threads, overlay) = (NonZeroUsize::new(2).unwrap(), overlaid(counterfactual, ""));
        posterior.worlds(&loaded, (5, 40), threads, &go, overlay, build).unwrap()
    };
    let (base, other) = (arm(false), arm(true));
    assert_eq!(base.of, other.of);
    for r in 0..40 {
        let draw = posterior.draw(5, r);
        let drift = |drawn| Worlds::new(&drawn_base(), Some(drawn)).of(r).parameters.drift;
        assert_eq!([drift(&base), drift(&other)], [posterior.values(draw)[0]; 2]);
    }
}

#[test]
fn the_worlds_of_draws_are_those_that_are_built_one_by_one() {
    let posterior = Posterior::read(BUNDLED).unwrap();
    let loaded = Scenario::load("asean").unwrap();
    let (go, threads) = (AtomicBool::new(false), NonZeroUsize::MIN);
    let [drift, capacity] = ["parameters.drift=0.1", "state.IDN.capacity=0.5"];
    for (counterfactual, set) in [(false, ""), (true, ""), (false, drift), (true, capacity)] {
        let overlay = overlaid(counterfactual, set);
        let used: Vec<usize> = (0..60).map(|r| posterior.draw(5, r)).collect();
        let mut first: Vec<usize> = used.iter().map(|draw| posterior.alike()[*draw]).collect();
        first.sort_unstable();
        first.dedup();
        let factors = posterior.compiled(&loaded, &first, &overlay, build).expect("numbers alone differ");
        let worlds = posterior.worlds(&loaded, (5, 60), threads, &go, &overlay, build).unwrap();
        let base = drawn_base();
        for (r, draw) in used.into_iter().enumerate() {
            let mut tree = loaded.clone();
            posterior.set(draw, &mut tree).unwrap();
            let tree = build(overlay(tree).unwrap()).unwrap();
            assert!(factors.world(posterior.values(draw)).is_some_and(|world| world == tree), "draw {draw}");
            assert!(*Worlds::new(&base, Some(&worlds)).of(r as u32) == tree, "replicate {r}");
        }
    }
}

#[test]
fn a_draw_that_is_refused_is_named_though_others_are_compiled() {
    let rows = [0.5, 0.6, 0.7, 0.8, 1.5].iter().enumerate();
    let rows: Vec<String> = rows.map(|(i, x)| format!("0.2.0,{i},0.2,1,{x}\n")).collect();
    let text = format!("suasion,draw,weight,distance,state.*.capacity\n{}", rows.concat());
    let posterior = Posterior::parse("p.csv", &text).unwrap();
    let (loaded, go) = (Scenario::load("asean").unwrap(), AtomicBool::new(false));
    let worlds = posterior.worlds(&loaded, (5, 40), NonZeroUsize::MIN, &go, Ok, build);
    let told = worlds.unwrap_err().to_string();
    let expected = "the posterior p.csv: draw 4: state.";
    assert!(told.starts_with(expected) && told.contains("found 1.5, expected a number above 0"), "{told}");
}

#[test]
fn a_draw_that_is_refused_is_named_though_no_replicate_sees_it() {
    let rows: Vec<String> = (0..400)
        .map(|i| {
            format!(
                "0.2.0,{i},{},1,{}\n",
                1.0 / 400.0,
                if i == 399 { 1.5 } else { 0.5 + 1e-3 * f64::from(i) }
            )
        })
        .collect();
    let text = format!("suasion,draw,weight,distance,state.*.capacity\n{}", rows.concat());
    let posterior = Posterior::parse("p.csv", &text).unwrap();
    let go = AtomicBool::new(false);
    // Of one replicate, of a few, and of more.
    for replicates in [1, 3, 40] {
        assert!((0..replicates).all(|r| posterior.draw(5, r) != 399));
        let told = |loaded: &Loaded, overlay: fn(Loaded) -> Result<Loaded, ExperimentError>| {
            posterior
                .worlds(loaded, (5, replicates), NonZeroUsize::MIN, &go, overlay, build)
                .map(|drawn| drawn.len())
        };
        let asean = Scenario::load("asean").unwrap();
        let refused = told(&asean, Ok).unwrap_err().to_string();
        assert!(refused.starts_with("the posterior p.csv: draw 399: state."), "{refused}");
        // What an overlay sets instead is no fault of the draw.
        let fixed = |mut loaded: Loaded| {
            loaded.set("state.*.capacity=0.5")?;
            Ok(loaded)
        };
        assert!(told(&asean, fixed).unwrap() <= replicates as usize);
    }
}

fn drawn_base() -> World {
    Scenario::load("asean").unwrap().build_alone().unwrap().world
}

#[test]
fn what_an_overlay_fixes_or_removes_is_not_kept() {
    let posterior = three();
    let loaded = Scenario::load("asean").unwrap();
    let kept = |counterfactual: bool, set: &str| {
        let mut changed = loaded.clone();
        if counterfactual {
            changed.apply_counterfactual("no-tvpa").unwrap();
        }
        if !set.is_empty() {
            changed.set(set).unwrap();
        }
        let resolved = changed.build_alone().unwrap().resolved();
        let resolved = Scenario::parse("resolved", &resolved, None).unwrap();
        let kept = posterior.kept(&loaded, &resolved, overlaid(counterfactual, set), build).unwrap();
        kept.paths().into_iter().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(kept(false, ""), ["parameters.drift", "regime.tvpa.severity"]);
    assert_eq!(kept(true, ""), ["parameters.drift"]);
    assert_eq!(kept(false, "parameters.drift=0.1"), ["regime.tvpa.severity"]);
    assert_eq!(
        posterior.text(),
        text("0.2.0,0,0.2,1.0,0.01,1.0\n0.2.0,1,0.3,1.0,0.02,2.0\n0.2.0,2,0.5,1.0,0.03,3.0\n")
    );
}

#[test]
fn the_bundled_draws_are_small_and_make_valid_worlds_of_the_flagship() {
    let bundled = Posterior::read(BUNDLED).unwrap();
    assert!(bundled.len() >= 100 && bundled.text().len() < 200_000);
    let asean = Scenario::load("asean").unwrap();
    for draw in (0..bundled.len()).step_by(50) {
        let mut loaded = asean.clone();
        bundled.set(draw, &mut loaded).unwrap();
        loaded.build_alone().unwrap();
    }
}

#[test]
fn what_is_no_posterior_is_told() {
    let told = |rows: &str| Posterior::parse("p.csv", &text(rows)).unwrap_err().to_string();
    assert_eq!(told("0.2.0,0,0.5,1,0.1,1\n"), "the posterior p.csv: its weights sum to 0.5, expected 1");
    assert_eq!(told(""), "the posterior p.csv: it has no draws");
    assert_eq!(told("0.2.0,0,-1,1,0.1,1\n"), "the posterior p.csv:2: the weight -1 is negative");
    assert!(
        told("0.2.0,0,NaN,1,0.1,1\n")
            .contains("p.csv:2: column weight: found \"NaN\", expected a finite number")
    );
    assert!(told("0.2.0,0,1,1,\"0,1\",1\n").contains("a decimal number has a point"));
    assert_eq!(
        told("0.2.0,0,0.5,1,0.1,1\n0.2.0,1,0.2,1,0.1,1\n0.2.0,0,0.3,1,0.2,1\n"),
        "the posterior p.csv:4: column draw: found 0, which line 2 has, expected each draw once"
    );
    for (draw, found) in [("-1", "\"-1\""), ("0.5", "\"0.5\""), ("", "\"\"")] {
        let expected = format!("p.csv:2: column draw: found {found}, expected a whole number");
        assert!(told(&format!("0.2.0,{draw},1,1,0.1,1\n")).contains(&expected));
    }
    // Those that are left of more draws keep their numbers.
    assert!(Posterior::parse("p.csv", &text("0.2.0,7,0.5,1,0.1,1\n0.2.0,3.0,0.5,1,0.2,1\n")).is_ok());
    assert!(told("9.9.9,0,1,1,0.1,1\n").contains("of version 9.9.9"));
    let other = Posterior::parse("p.csv", "a,b\n1,2\n").unwrap_err().to_string();
    assert!(other.contains("expected suasion,draw,weight,distance"), "{other}");
    let mut loaded = Scenario::load("asean").unwrap();
    let lost = Posterior::parse("p.csv", "suasion,draw,weight,distance,regime.usa.severity\n0.2.0,0,1,1,0\n");
    let lost = lost.unwrap().set(0, &mut loaded).unwrap_err().to_string();
    assert!(lost.contains("the posterior p.csv") && lost.contains("no regime `usa`"), "{lost}");
}

#[test]
fn what_is_around_a_scenario_is_left_out_and_named() {
    let text = "suasion,draw,weight,distance,link.spread,parameters.drift\n0.2.0,0,1,1,0.08,0.1\n";
    let posterior = Posterior::parse("p.csv", text).unwrap();
    assert_eq!((posterior.paths(), posterior.around()), (vec!["parameters.drift"], vec!["link.spread"]));
    let mut loaded = Scenario::load("asean").unwrap();
    posterior.set(0, &mut loaded).unwrap();
    assert_eq!(loaded.build_alone().unwrap().world.parameters.drift, 0.1);
    // Which links there are, the coding of a panel knows: without one any is left out.
    let other = Posterior::parse("p.csv", &text.replace("link.spread", "link.of_mine")).unwrap();
    assert_eq!(other.around(), ["link.of_mine"]);
    let none =
        Posterior::parse("p.csv", "suasion,draw,weight,distance,link.spread\n0.2.0,0,1,1,0.08\n").unwrap();
    let none = none.check(&loaded).unwrap_err().to_string();
    assert_eq!(none, "the posterior p.csv: it has no parameter of this scenario");
}

#[test]
fn what_an_overlay_fixes_of_many_values_has_a_column_of_its_own() {
    let text = "suasion,draw,weight,distance,state.*.openness\n0.2.0,0,0.5,1,0.3\n0.2.0,1,0.5,1,0.6\n";
    let posterior = Posterior::parse("p.csv", text).unwrap();
    let loaded = Scenario::load("asean").unwrap();
    let overlay = overlaid(false, "state.MYS.openness=0.9");
    let resolved = overlay(loaded.clone()).unwrap().build_alone().unwrap().resolved();
    let resolved = Scenario::parse("resolved", &resolved, None).unwrap();
    let kept = posterior.kept(&loaded, &resolved, overlay, build).unwrap();
    assert_eq!(kept.paths(), ["state.*.openness", "state.MYS.openness"]);
    assert_eq!(kept.values(1), [0.6, 0.9]);
}
