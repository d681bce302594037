//! Mechanisms on what others see and hear of a state, and on the pressure of one of several regimes: each held against what it says.

use crate::own::{REPLICATES, everybody, moves_nothing, shown, told, world};
use crate::support::{Nothing, trace};
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::Scenario;

fn mechanism(id: &str, how: &str, side: &str, by: &str) -> String {
    format!("[[mechanism]]\nid = \"{id}\"\n{how} = \"{side}\"\nby = \"{by}\"\n")
}

/// The world under mechanisms, and the same in which none acts.
fn both(more: &str) -> [World; 2] {
    let with = world(more);
    let mut off = with.clone();
    off.theory.on.fill(false);
    [off, with]
}

#[test]
fn what_changes_nothing_moves_no_bit() {
    for (side, how, by) in [
        ("voice", "scales", "1"),
        ("voice", "adds_to", "0"),
        ("tie_weight", "scales", "1"),
        ("pressure_target.tvpa", "scales", "1"),
        ("pressure_target.tvpa", "adds_to", "0"),
    ] {
        moves_nothing(&world(""), &world(&mechanism("x", how, side, by)));
        // Switched off, what would move does not.
        let [off, _] = both(&mechanism("x", how, side, "0.3 * motivation"));
        moves_nothing(&world(""), &off);
    }
}

#[test]
fn who_is_scaled_down_is_heard_less_by_so_much() {
    // Where all speak alike but for the mechanism, the mean that is heard is one weighted by it.
    let heard = shown("heard_there", "heard_motivation");
    let same =
        shown("weighted", "peers((1 - attribution) * motivation) / max(peers(1 - attribution), 0.001)");
    let mut with =
        world(&format!("{heard}{same}{}", mechanism("doubt", "scales", "voice", "1 - attribution")));
    with.parameters.silence = 0.0;
    let run = trace(&with, REPLICATES);
    for (r, i) in everybody() {
        for step in [1, 20, 60] {
            let [x, y] = [0, 1].map(|own| run.at(r, step, i, Variable::Own(own)));
            assert!((x - y).abs() < 1e-12 && x > 0.0, "{x} {y}");
        }
    }
    // A state that nobody hears persuades nobody; added to beyond 1 all speak as loudly as can be.
    let silent = world(&format!("{heard}{}", mechanism("hush", "scales", "voice", "0")));
    let [run, plain] = [&silent, &world("")].map(|world| trace(world, REPLICATES));
    for (r, i) in everybody() {
        let own = run.at(r, 59, i, Variable::Motivation);
        assert_eq!(run.at(r, 60, i, Variable::Own(0)), own, "alone, it hears itself");
        assert_ne!(own, plain.at(r, 59, i, Variable::Motivation));
    }
    let mut loud = world(&format!("{heard}{}", mechanism("shout", "adds_to", "voice", "5")));
    let mut alike = world(&heard);
    (loud.parameters.silence, alike.parameters.silence) = (0.5, 0.0);
    let [x, y] = [&loud, &alike].map(|world| trace(world, REPLICATES));
    for (r, i) in everybody() {
        let [x, y] = [&x, &y].map(|run| run.at(r, 40, i, Variable::Motivation));
        assert!((x - y).abs() < 1e-12, "{x} {y}");
    }
}

#[test]
fn who_counts_more_among_peers_weighs_more_in_their_means() {
    // One step from the start, so that both worlds are where they were: the mean under the mechanism is one weighted by it without.
    for (by, of) in [
        ("capacity", "motivation"),
        ("if(capacity > 0.5, 3, 0.5)", "protection"),
        ("1 + motivation", "openness"),
    ] {
        let under = world(&format!(
            "{}{}",
            shown("mean", &format!("peers({of})")),
            mechanism("great", "scales", "tie_weight", by)
        ));
        let without = world(&shown("mean", &format!("peers(({by}) * {of}) / max(peers({by}), 0.001)")));
        let [x, y] = [&under, &without].map(|world| trace(world, REPLICATES));
        for (r, i) in everybody() {
            let [x, y] = [&x, &y].map(|run| run.at(r, 1, i, Variable::Own(0)));
            assert!((x - y).abs() < 1e-12, "{by}: {x} {y}");
        }
    }
    // Ties that weigh nothing: a state has no peers, and is its own mean.
    let alone = world(&format!(
        "{}{}",
        shown("mean", "peers(motivation)"),
        mechanism("cut", "scales", "tie_weight", "0")
    ));
    let run = trace(&alone, REPLICATES);
    for (r, i) in everybody() {
        assert_eq!(run.at(r, 60, i, Variable::Own(0)), run.at(r, 59, i, Variable::Motivation));
    }
    // A factor of all alike counts with how much peers count at all: as a community that ties so much more.
    let mut twice = world("");
    twice.communities[0].tie_weight *= 2.0;
    for tie in &mut twice.ties {
        tie.weight *= 2.0;
    }
    let told = world(&mechanism("twice", "scales", "tie_weight", "2"));
    let [x, y] = [&twice, &told].map(|world| trace(world, REPLICATES));
    for (r, i) in everybody() {
        for variable in [Variable::Motivation, Variable::Rhetoric, Variable::Commitment] {
            let [x, y] = [&x, &y].map(|run| run.at(r, 60, i, variable));
            assert!((x - y).abs() < 1e-9, "{variable:?}: {x} {y}");
        }
    }
}

/// Two regimes that press with shame alone, on one state each and on both.
fn pressed(more: &str) -> World {
    let regime = |id: &str, shame: f64| {
        format!(
            "[[regime]]\nid = \"{id}\"\nkind = \"rating\"\ngrades = [\"good\", \"bad\"]\nthresholds = [0.9]\nshame = [0.0, {shame}]\n"
        )
    };
    let text = format!(
        "version = 2\ntitle = \"Two\"\n[time]\nstart = 2000\nend = 2006\n[[state]]\nid = \"a\"\n[[state]]\nid = \"b\"\n{}{}{more}",
        regime("one", 1.0),
        regime("two", 0.6)
    );
    let built = Scenario::parse("two", &text, None).and_then(|loaded| loaded.build_alone());
    built.unwrap_or_else(|error| panic!("{error}")).world
}

#[test]
fn the_pressure_of_one_of_several_regimes_moves_to_what_it_is_told() {
    let at_end = |world: &World| -> Vec<f64> {
        let run = trace(world, 3);
        (0..3)
            .flat_map(|r| (0..2).map(move |i| (r, i)))
            .map(|(r, i)| run.at(r, 24, i, Variable::Pressure))
            .collect()
    };
    let close = |x: &World, y: &World| {
        for (x, y) in at_end(x).into_iter().zip(at_end(y)) {
            assert!((x - y).abs() < 1e-12, "{x} {y}");
        }
    };
    let scaled = |side: &str, by: &str| mechanism(&side.replace('.', "-"), "scales", side, by);
    // Half of all is half of each.
    close(
        &pressed(&scaled("pressure_target", "0.5")),
        &pressed(&(scaled("pressure_target.one", "0.5") + &scaled("pressure_target.two", "0.5"))),
    );
    // Without one there is the other, and what is added to one is what is added to all.
    let none = pressed(&scaled("pressure_target.one", "0"));
    let [with, without] = [at_end(&pressed("")), at_end(&none)];
    assert!(
        with.iter().zip(&without).all(|(with, without)| *without > 0.0 && without < with),
        "{with:?} {without:?}"
    );
    let added = |side: &str| mechanism("more", "adds_to", side, "0.4 * capacity");
    close(&pressed(&added("pressure_target")), &pressed(&added("pressure_target.two")));
    // Both at once: first all that scales, then what is added.
    close(
        &pressed(&(scaled("pressure_target.one", "0.5") + &scaled("pressure_target", "0.5"))),
        &pressed(&(scaled("pressure_target.one", "0.25") + &scaled("pressure_target.two", "0.5"))),
    );
}

#[test]
fn what_is_wrong_is_told() {
    for (more, expected) in [
        (
            mechanism("x", "scales", "voice", "peers(motivation)"),
            "`peers(...)` is of the step itself, which `voice` comes before",
        ),
        (
            mechanism("x", "scales", "voice", "frame"),
            "`frame` is of the step itself, which `voice` comes before",
        ),
        (
            mechanism("x", "scales", "tie_weight", "draw.uniform"),
            "`draw.uniform` is of the step itself, which `tie_weight` comes before",
        ),
        (
            mechanism("x", "adds_to", "tie_weight", "1"),
            "\"tie_weight\" cannot be added to; it can be multiplied",
        ),
        (mechanism("x", "scales", "tie_weigth", "1"), "did you mean `tie_weight`?"),
        (
            mechanism("x", "scales", "pressure_target.nato", "1"),
            "there is no `pressure_target.nato` to be on",
        ),
    ] {
        let found = told("asean", &more).err().unwrap_or_else(|| panic!("{more}"));
        assert!(found.contains(expected), "{more}: {found}");
    }
    // What has no value stops the run with its name.
    for side in ["voice", "tie_weight"] {
        let broken = world(&mechanism("gap", "scales", side, "1 / (phase - phase)"));
        let run = suasion::engine::batch::Run::new(&broken, 1, 0);
        let timeline = suasion::engine::timeline::Timeline::new(&broken);
        let mut batch =
            suasion::engine::batch::Batch::new(&[run], &timeline, suasion::lanes::isa::Isa::Baseline, false);
        let error = suasion::engine::parallel::run_year(&mut batch, 0, &mut Nothing).unwrap_err().to_string();
        assert!(error.contains("gap"), "{error}");
    }
}
