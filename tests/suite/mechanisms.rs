//! Mechanisms that a scenario declares: the model's own terms written again, every side of an equation, switches, and what is refused.

use crate::support::{Nothing, options, trace, trace_with};
use suasion::engine::batch::{Batch, Run};
use suasion::engine::parallel::{Options, simulate};
use suasion::engine::recorder::Recorder;
use suasion::experiment::mechanism;
use suasion::lanes::isa::Isa;
use suasion::model::ledger::{TERM_NAMES, TERMS, term_name, term_title, terms};
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::{Scenario, bundled};

/// A bundled scenario with more said in it.
fn with(name: &str, more: &str) -> Result<Scenario, String> {
    let text = format!("{}\n{more}", bundled::find(name).expect("bundled"));
    let loaded = Scenario::parse(name, &text, None).map_err(|e| e.to_string())?;
    loaded.build_alone().map_err(|e| e.to_string())
}

fn world(more: &str) -> World {
    with("asean", more).unwrap_or_else(|e| panic!("{e}")).world
}

fn plain() -> World {
    world("")
}

const REPLICATES: u32 = 12;

/// The greatest difference of any value of a variable between two worlds.
fn differ(a: &World, b: &World, variable: Variable) -> f64 {
    let [a, b] = [a, b].map(|world| (trace(world, REPLICATES), world));
    let (steps, states) = (a.1.clock.steps(), a.1.states.len());
    let mut most: f64 = 0.0;
    for r in 0..REPLICATES as usize {
        for (step, state) in (0..=steps).flat_map(|step| (0..states).map(move |i| (step, i))) {
            most = most.max((a.0.at(r, step, state, variable) - b.0.at(r, step, state, variable)).abs());
        }
    }
    most
}

/// A term of the model, what turns it off, and the same as a mechanism.
const AGAIN: [(&str, &str, &str); 7] = [
    (
        "persuasion",
        "persuasion",
        "own * heard * (1 - spill_region * reactance) * o * (heard_motivation - motivation)",
    ),
    (
        "domestic_voice",
        "domestic_voice",
        "own * mobilization * (1 - agenda_narrowing * attribution) * (1 - motivation)",
    ),
    (
        "habituation",
        "habituation",
        "own * protection / max(capacity, 0.05) * (1 - attribution) * (1 - motivation)",
    ),
    ("signalling", "signalling", "own * signal * motivation * (1 - motivation)"),
    ("overjustification", "overjustification", "-own * attribution * frame * motivation"),
    ("self_determination", "self_determination", "-own * reactance * motivation"),
    ("drift", "drift", "own * (autochthonous_motivation - motivation)"),
];

const OPENNESS: &str = "[[define]]\nid = \"o\"\nvalue = \"if(phase < 0.5, openness_to_argument[0], if(phase < 1.5, \
openness_to_argument[1], if(phase < 2.5, openness_to_argument[2], if(phase < 3.5, openness_to_argument[3], openness_to_argument[4]))))\"\n";

#[test]
fn terms_of_the_model_written_again_give_the_same_numbers_and_the_same_ledger() {
    let base = plain();
    let before = trace(&base, REPLICATES);
    for (term, parameter, rate) in AGAIN {
        let at = suasion::model::parameters::PARAMETERS.iter().position(|entry| entry.name == parameter);
        let value = base.parameters.values()[at.expect("a parameter")];
        let more = format!(
            "{OPENNESS}[[parameter]]\nid = \"own\"\ndefault = {value:?}\nrange = [-1.0, 1.0]\n\
             [[mechanism]]\nid = \"again\"\nadds_to = \"motivation\"\nrate = \"{rate}\"\ntitle = \"said again\"\n"
        );
        let mut again = world(&more);
        again.parameters.values_mut()[at.expect("a parameter")] = 0.0;
        assert_eq!((terms(&again), term_name(&again, TERMS)), (TERMS + 1, "again"));
        assert_eq!(term_title(&again, TERMS), "said again");
        let after = trace(&again, REPLICATES);
        let k = TERM_NAMES.iter().position(|name| *name == term).expect("a term");
        let (mut most, mut moved): (f64, f64) = (0.0, 0.0);
        for (x, y) in before.values().iter().zip(after.values()) {
            most = most.max((x - y).abs());
        }
        for (x, y) in before.ledger.iter().zip(&after.ledger) {
            most = most.max((x[k] - y[TERMS]).abs());
            moved = moved.max(y[TERMS].abs());
            assert_eq!(y[k], 0.0);
        }
        assert!(most < 1e-12, "{term}: {most}");
        assert!(moved > 1e-4, "{term} moves nothing: {moved}");
    }
}

#[test]
fn the_ledger_with_own_terms_sums_to_the_change() {
    let own = world(
        "[[mechanism]]\nid = \"a\"\nadds_to = \"motivation\"\nrate = \"-0.4 * reactance * motivation\"\n\
         [[mechanism]]\nid = \"b\"\nadds_to = \"motivation\"\nrate = \"0.3 * commitment * (1 - motivation)\"\n",
    );
    let run = trace(&own, 5);
    let (years, states, per_year) = (own.clock.years(), own.states.len(), own.clock.steps_per_year as usize);
    for (r, year, i) in (0..5).flat_map(|r| (0..years).flat_map(move |y| (0..states).map(move |i| (r, y, i))))
    {
        let terms = &run.ledger[(r * years + year) * states + i];
        let at = |y: usize| run.at(r, y * per_year, i, Variable::Motivation);
        assert_eq!(terms.len(), TERMS + 2);
        assert!((terms.iter().sum::<f64>() - (at(year + 1) - at(year))).abs() < 1e-14);
    }
}

fn on(target: &str, how: &str, key: &str, expression: &str) -> World {
    world(&format!("[[mechanism]]\nid = \"m\"\n{how} = \"{target}\"\n{key} = \"{expression}\"\n"))
}

#[test]
fn every_side_of_the_model_can_be_reached() {
    let base = plain();
    let last = |world: &World, v: Variable| trace(world, 4).last(0, v)[0];
    // A target of 0 lets a stock decay: it stays below what it was, and near 0 in the end.
    for (target, variable, low) in [
        ("enforcement_target", Variable::Enforcement, 1e-6),
        ("protection_target", Variable::Protection, 0.05),
        ("attribution_target", Variable::Attribution, 1e-9),
        ("reactance_target", Variable::Reactance, 1e-9),
    ] {
        let off = on(target, "scales", "by", "0");
        assert!(last(&off, variable) < low, "{target}");
        let full = on(target, "adds_to", "by", "2");
        let most = trace(&full, 4);
        let end = most.last(0, variable)[0];
        assert!(end > last(&base, variable) && end <= 1.0, "{target}: {end}");
    }
    assert!(last(&on("rhetoric_target", "adds_to", "by", "1"), Variable::Rhetoric) > 0.95);
    assert!(
        last(&on("mobilization", "adds_to", "rate", "0.5 * (1 - mobilization)"), Variable::Mobilization)
            > 0.5
    );
    // Nobody moves up where the hazard is 0.
    let still = trace(&on("spiral_up", "scales", "by", "0"), 8);
    let steps = base.clock.steps();
    for (r, i) in (0..8).flat_map(|r| (0..base.states.len()).map(move |i| (r, i))) {
        for step in 0..steps {
            let [now, next] = [step, step + 1].map(|step| still.at(r, step, i, Variable::Phase));
            assert!(next <= now);
        }
    }
    // A great hazard everywhere: all are at the top, and none beyond it.
    let up = trace(&on("spiral_up", "adds_to", "rate", "1000"), 4);
    assert!(up.last(0, Variable::Phase).iter().all(|k| (3.0..=4.0).contains(k)));
    let down = trace(&on("spiral_down", "adds_to", "rate", "1000"), 4);
    assert!(down.last(0, Variable::Phase).iter().all(|k| (0.0..=1.0).contains(k)));
}

#[test]
fn a_number_added_to_the_log_hazard_multiplies_the_hazard() {
    let base = plain();
    let law = base.instruments.iter().position(|j| j.id == "law").expect("a law");
    let mut doubled = base.clone();
    doubled.instruments[law].hazard *= 2.0;
    let own = on("adoption.law", "adds_to", "by", "ln(2)");
    assert!(differ(&own, &doubled, Variable::Adopted(law)) == 0.0);
    assert!(differ(&own, &base, Variable::Adopted(law)) > 0.0);
    for instrument in &mut doubled.instruments {
        instrument.hazard *= if instrument.id == "law" { 1.0 } else { 2.0 };
    }
    let all = on("adoption", "adds_to", "by", "ln(2)");
    for j in 0..base.instruments.len() {
        assert!(differ(&all, &doubled, Variable::Adopted(j)) == 0.0);
    }
}

#[test]
fn names_mean_what_the_model_means_by_them() {
    // Each is compared with the same number seen elsewhere: a target that is set to it, or a variable of the step before.
    let twins = [
        ("X", "pressure / (pressure + 1)"),
        ("pushed", "X * (1 - defiance * reactance)"),
        ("frame", "saturate(inducement, inducement_half)"),
        (
            "control_aversion * control",
            "control_aversion * min(frame - (signal + frame) / 2 + shame_control * control_by_shame, 1)",
        ),
        ("nhri", "adopted.nhri"),
        ("min(max(year - 2001, 0), 1)", "clamp(year - 2001, 0, 1)"),
    ];
    // What shame makes of control where one regime alone shames.
    let define =
        "[[define]]\nid = \"control_by_shame\"\nvalue = \"shame * (1 - standing.tvpa) / (shame + 1)\"\n";
    for (one, other) in twins {
        let [one, other] = [one, other].map(|by| {
            let scale = format!(
                "[[mechanism]]\nid = \"m\"\nscales = \"attribution_target\"\nby = \"0\"\n\
                [[mechanism]]\nid = \"n\"\nadds_to = \"attribution_target\"\nby = \"abs({by}) / 2\"\n"
            );
            world(&format!("{define}{scale}"))
        });
        let most = differ(&one, &other, Variable::Attribution);
        assert!(most < 1e-12, "{most}");
        assert!(trace(&one, 2).last(0, Variable::Attribution)[0] >= 0.0);
    }
}

const BACKLASH: &str = "[[parameter]]\nid = \"backlash\"\ndefault = 0.15\nrange = [0.0, 1.0]\nunit = \"1/yr\"\n\
meaning = \"motivation lost to shaming\"\nsource = \"judgement\"\n\
[[mechanism]]\nid = \"against\"\ntitle = \"backlash against shaming\"\nadds_to = \"motivation\"\n\
rate = \"-backlash * reactance * saturate(shame, 1) * motivation\"\n";

#[test]
fn a_mechanism_that_is_off_changes_no_bit() {
    let off = world(&format!("{BACKLASH}on = false\n"));
    assert_eq!(trace(&off, 4).values(), trace(&plain(), 4).values());
    let mut switched = world(BACKLASH);
    assert!(trace(&switched, 4).values() != trace(&plain(), 4).values());
    let own = mechanism::own(&[&switched]);
    assert_eq!((own.len(), &*own[0].name, &*own[0].meaning), (1, "against", "backlash against shaming"));
    assert!(own[0].acts_in(&switched) && !own[0].acts_in(&plain()));
    own[0].switch_off(&mut switched);
    assert_eq!(switched, off);
    // Where it makes a difference of 0 it is the same too, but for a zero's sign.
    let mut none = world(BACKLASH);
    none.theory.values[0] = 0.0;
    assert_eq!(trace(&none, 4).values(), trace(&plain(), 4).values());
}

/// Motivation of the first state at the end, by run.
struct Ends(Vec<f64>);

impl Recorder for Ends {
    fn finish(&mut self, batch: &Batch) {
        let lanes = 0..batch.width();
        self.0.extend(lanes.map(|lane| batch.value(0, Variable::Motivation).0[lane]));
    }
}

#[test]
fn the_bits_are_the_same_on_every_instruction_set_and_in_any_company() {
    let own = world(&format!(
        "{BACKLASH}[[mechanism]]\nid = \"leak\"\nscales = \"protection_target\"\nby = \"exp(-reactance ^ 2) + ln(1 + capacity) / 10\"\n"
    ));
    let first = trace_with(&own, 21, options(1, Isa::Baseline));
    for isa in Isa::available() {
        for threads in [1, 2] {
            assert_eq!(trace_with(&own, 21, options(threads, isa)).values(), first.values(), "{isa:?}");
        }
        let split = Options { split_states: Some(true), ..options(2, isa) };
        assert_eq!(trace_with(&own, 21, split).values(), first.values(), "{isa:?}");
    }
    // Beside a run in which the mechanism is off, and one with another number.
    let (mut off, mut more) = (own.clone(), own.clone());
    off.theory.on[0] = false;
    more.theory.values[0] = 0.6;
    assert!(own.shares_structure(&off) && own.shares_structure(&more));
    let worlds = [&own, &off, &more];
    let mut mixed = Vec::new();
    let run = |r: usize| Run::new(worlds[r % 3], 1, (r / 3) as u32);
    let stop = std::sync::atomic::AtomicBool::new(false);
    simulate(
        &own,
        12,
        run,
        Options::default(),
        &stop,
        || Ends(Vec::new()),
        |ends, _| {
            mixed.extend(ends.0);
            Ok::<(), std::convert::Infallible>(())
        },
    )
    .expect("finite");
    for (k, world) in worlds.iter().enumerate() {
        let alone = trace(world, 4).last(0, Variable::Motivation);
        let beside: Vec<f64> = mixed.iter().skip(k).step_by(3).copied().collect();
        assert_eq!(alone, beside);
    }
}

#[test]
fn what_is_written_out_in_full_reads_back_as_the_same() {
    let scenario = with("asean", &format!("{BACKLASH}{OPENNESS}")).unwrap();
    let again = Scenario::parse("again", &scenario.resolved(), None).unwrap().build_alone().unwrap();
    assert_eq!(again.world, scenario.world);
    let text = format!("{}\n{BACKLASH}", bundled::find("asean").expect("bundled"));
    let mut loaded = Scenario::parse("asean", &text, None).unwrap();
    loaded.set("parameters.backlash=0.4").unwrap();
    loaded.set("mechanism.against.on=false").unwrap();
    let set = loaded.build().unwrap();
    assert_eq!((set.world.theory.values[0], set.world.theory.on[0]), (0.4, false));
    let lever = set.levers().into_iter().find(|lever| lever.path == "parameters.backlash").unwrap();
    assert_eq!((lever.value, lever.low, lever.high, lever.unit.as_str()), (0.4, 0.0, 1.0, "1/yr"));
    let again = Scenario::parse("again", &set.resolved(), None).unwrap().build_alone().unwrap();
    assert_eq!(again.world, set.world);
}

#[test]
fn what_is_not_finite_ends_the_run_with_mechanism_state_and_year() {
    let scenario = with(
        "asean",
        "[[mechanism]]\nid = \"gone\"\nadds_to = \"enforcement_target\"\nby = \"1 / (year - 2005)\"\n",
    )
    .unwrap();
    let doubts = scenario.doubts();
    assert!(
        doubts[0].starts_with("mechanism.gone.by: a divisor can be 0: `year - 2005` is from -"),
        "{doubts:?}"
    );
    let stop = std::sync::atomic::AtomicBool::new(false);
    let world = &scenario.world;
    for split in [false, true] {
        let options = Options { split_states: Some(split), ..Options::default() };
        let run = |r: usize| Run::new(world, 1, r as u32);
        let done = simulate(
            world,
            3,
            run,
            options,
            &stop,
            || Nothing,
            |_, _| Ok::<(), std::convert::Infallible>(()),
        );
        let told = done.unwrap_err().to_string();
        let said = "`gone`, which the scenario declares, has no finite value for BRN in 2005, replicate 0: a division by 0";
        assert!(told.starts_with(said), "{told}");
    }
}

/// What is told of a file that ends in this.
fn told(more: &str) -> String {
    with("asean", more).map_or_else(|error| error, |_| String::new())
}

fn line_of(more: &str, part: &str) -> usize {
    let text = format!("{}\n{more}", bundled::find("asean").expect("bundled"));
    text[..text.find(part).expect("it is there")].matches('\n').count() + 1
}

#[test]
fn what_is_wrong_is_told_at_its_line_and_column() {
    let rate =
        |rate: &str| format!("[[mechanism]]\nid = \"m\"\nadds_to = \"motivation\"\nrate = \"{rate}\"\n");
    let check = |rate_: &str, column: usize, said: &str, mark: &str| {
        let more = rate(rate_);
        let line = line_of(&more, &format!("rate = \"{rate_}\""));
        let expected =
            format!("asean.toml:{line}:{column}: mechanism.m.rate: {said}\n    {rate_}\n    {mark}");
        assert_eq!(told(&more), expected);
    };
    check(
        "-0.1 * reactanse",
        16,
        "there is no `reactanse` here; did you mean `reactance`?",
        "       ^^^^^^^^^",
    );
    check("0.1 * (X + 1", 15, "this bracket is never closed", "      ^");
    check("sqr(X)", 9, "there is no function `sqr`; did you mean `sqrt`?", "^^^");
    check(
        "X > 0",
        9,
        "the expression is true or false; it should be a number; `if(c, 1, 0)` makes a number of it",
        "^^^^^",
    );
    check(
        "standing.tvpq * 0.1",
        9,
        "there is no `standing.tvpq` here; did you mean `standing.tvpa`?",
        "^^^^^^^^^^^^^",
    );
    // A text over several lines knows the line.
    let several =
        "[[mechanism]]\nid = \"m\"\nadds_to = \"motivation\"\nrate = \"\"\"\n0.1 *\n  reactanse\n\"\"\"\n";
    let line = line_of(several, "  reactanse");
    assert!(
        told(several)
            .starts_with(&format!("asean.toml:{line}:3: mechanism.m.rate: there is no `reactanse` here")),
        "{}",
        told(several)
    );
    // Written with an escape, it is told without a column.
    let escaped = rate("0.1 * reactanse\\u0020");
    let line = line_of(&escaped, "rate = \"0.1 * reactanse\\u");
    assert!(
        told(&escaped).starts_with(&format!("asean.toml:{line}: mechanism.m.rate: there is no")),
        "{}",
        told(&escaped)
    );
}

#[test]
fn what_does_not_fit_is_told_with_a_way_out() {
    let m = "[[mechanism]]\nid = \"m\"\n";
    for (more, said) in [
        (format!("{m}rate = \"1\"\n"), "mechanism.m: neither `adds_to` nor `scales`; one of them names"),
        (
            format!("{m}adds_to = \"motivation\"\nscales = \"spiral_up\"\nrate = \"1\"\n"),
            "both `adds_to` and `scales`",
        ),
        (
            format!("{m}adds_to = \"motivations\"\nrate = \"1\"\n"),
            "there is no `motivations` to be on; did you mean `motivation`?",
        ),
        (format!("{m}adds_to = \"adoption.lax\"\nby = \"1\"\n"), "did you mean `adoption.law`?"),
        (
            format!("{m}scales = \"motivation\"\nby = \"1\"\n"),
            "\"motivation\" cannot be multiplied; it can be added to",
        ),
        (
            format!("{m}adds_to = \"motivation\"\nby = \"1\"\n"),
            "`motivation` changes at a rate per year, which `rate` gives",
        ),
        (format!("{m}scales = \"spiral_up\"\nrate = \"1\"\n"), "a factor is no rate; `by` gives it"),
        (format!("{m}adds_to = \"motivation\"\n"), "no `rate`; `rate` is the expression"),
        (format!("{m}adds_to = \"motivation\"\nrate = 1\n"), "mechanism.m.rate: found 1, expected"),
        (
            format!("{m}adds_to = \"motivation\"\nrate = \"0\"\n{m}adds_to = \"motivation\"\nrate = \"0\"\n"),
            "duplicate id; the first is at asean.toml:",
        ),
        (
            format!("{m}adds_to = \"motivation\"\nrate = \"9 * X\"\n"),
            "found a rate of up to 9 a year, expected rates of motivation that sum to at most 4 a year",
        ),
        (format!("{m}adds_to = \"motivation\"\nrate = \"X / reactance\"\n"), "found a rate without a bound"),
        (format!("{m}adds_to = \"mobilization\"\nrate = \"-X - 4\"\n"), "found a rate of up to 5 a year"),
        (
            "[[mechanism]]\nid = \"shock\"\nadds_to = \"motivation\"\nrate = \"0\"\n".into(),
            "`shock` is a term of the model already, which it would hide",
        ),
        (
            "[[parameter]]\nid = \"frame\"\ndefault = 0\nrange = [0, 1]\n".into(),
            "`frame` is a name of the model already",
        ),
        (
            "[[parameter]]\nid = \"spiral_up\"\ndefault = 0\nrange = [0, 1]\n".into(),
            "`spiral_up` is a parameter of the model already",
        ),
        ("[[parameter]]\nid = \"max\"\ndefault = 0\nrange = [0, 1]\n".into(), "`max` is a function already"),
        (
            "[[parameter]]\nid = \"my-own\"\ndefault = 0\nrange = [0, 1]\n".into(),
            "expected letters without accents, digits and `_`",
        ),
        (
            "[[parameter]]\nid = \"own\"\ndefault = 0\nrange = [1, 1]\n".into(),
            "parameter.own.range: found a list, expected two numbers",
        ),
        (
            "[[parameter]]\nid = \"own\"\ndefault = 1e9\nrange = [0, 1]\n".into(),
            "parameter.own.default: found 1000000000, expected a number from -1000 to 1000",
        ),
        (
            "[[define]]\nid = \"a\"\nvalue = \"b + 1\"\n[[define]]\nid = \"b\"\nvalue = \"a\"\n".into(),
            "it is defined by itself: ",
        ),
        ("[[define]]\nid = \"a\"\nvalue = \"a\"\n".into(), "it is defined by itself: a -> a"),
        (
            "[[define]]\nid = \"a\"\nvalue = \"1\"\n[[parameter]]\nid = \"a\"\ndefault = 0\nrange = [0, 1]\n"
                .into(),
            "`a` is defined at asean.toml:",
        ),
        ("[mechanism]\nid = \"a\"\n".into(), "expected entries, each under [[mechanism]] with two brackets"),
    ] {
        let found = told(&more);
        assert!(found.contains(said), "{more}: {found}");
    }
}

#[test]
fn very_much_is_refused_with_a_sentence() {
    let one =
        |i: usize| format!("[[mechanism]]\nid = \"m{i}\"\nadds_to = \"motivation\"\nrate = \"0.0001 * X\"\n");
    let many = |n: usize| (0..n).map(one).collect::<String>();
    assert!(told(&many(10_000)).contains("mechanism: found 10000 entries, expected at most 1000"));
    assert_eq!(told(&many(50)), "");
    let deep = format!("[[define]]\nid = \"a\"\nvalue = \"{}1{}\"\n", "(".repeat(1000), ")".repeat(1000));
    assert!(told(&deep).contains("brackets are nested more than 100 deep"));
    let long = format!("[[define]]\nid = \"a\"\nvalue = \"{}1\"\n", "1+".repeat(49_000));
    assert!(told(&long).contains("an expression has at most 10000 letters, this one 98001"));
    // A chain of names that doubles each time is computed once each.
    let mut chain = String::new();
    for i in 1..200 {
        let one = i - 1;
        chain.push_str(&format!("[[define]]\nid = \"d{i}\"\nvalue = \"(d{one} + d{one}) / 2\"\n"));
    }
    let last = "[[mechanism]]\nid = \"m\"\nadds_to = \"motivation\"\nrate = \"0.01 * d199\"\n";
    let scenario = with("asean", &format!("[[define]]\nid = \"d0\"\nvalue = \"X\"\n{chain}{last}")).unwrap();
    assert_eq!(scenario.world.theory.said.program.operations(), (399, 0));
    trace(&scenario.world, 1);
}

#[test]
fn fifty_mechanisms_run() {
    let one = |i: usize| {
        format!(
            "[[mechanism]]\nid = \"m{i}\"\nadds_to = \"motivation\"\nrate = \"0.0{i:02} * (X - motivation * reactance ^ 2) * (1 - motivation)\"\n"
        )
    };
    let many = world(&(0..50).map(one).collect::<String>().replace("0.0", "0.00"));
    assert_eq!(terms(&many), TERMS + 50);
    assert!(trace(&many, 2).values().iter().all(|x| x.is_finite()));
}

#[test]
fn a_counterfactual_can_bring_a_mechanism_of_its_own() {
    let more = "[counterfactual.resented]\ntitle = \"Resented\"\n[[counterfactual.resented.mechanism]]\nid = \"own\"\n\
                adds_to = \"motivation\"\nrate = \"-0.1 * reactance * motivation\"\n";
    let text = format!("{}\n{more}", bundled::find("asean").expect("bundled"));
    let mut loaded = Scenario::parse("asean", &text, None).unwrap();
    assert!(loaded.build().unwrap().world.theory.is_empty());
    loaded.apply_counterfactual("resented").unwrap();
    let world = loaded.build().unwrap().world;
    assert_eq!((terms(&world), term_name(&world, TERMS)), (TERMS + 1, "own"));
    // A path of it that is wrong is told in the name of the counterfactual.
    let text = text.replace("-0.1 * reactance", "-0.1 * reactanse");
    let error = Scenario::parse("asean", &text, None).unwrap().build().unwrap_err().to_string();
    assert!(
        error.contains("(counterfactual resented): mechanism.own.rate: there is no `reactanse` here"),
        "{error}"
    );
}
