//! Instruments that can be left, and what adopting costs: dates, pushes, luck, facts, and what is refused.

use crate::commands::{digest, stderr, stdout, suasion};
use crate::support::{Trace, same_bits_in_any_company, trace, world};
use std::fs;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::Scenario;

const STATES: usize = 12;
const STEPS: usize = 4;

/// States that have had a treaty from the start, and an instrument beside it that they may adopt.
fn text(treaty: &str, more: &str) -> String {
    format!(
        "version = 2\ntitle = \"Club\"\n[time]\nstart = 2000\nend = 2010\nsteps_per_year = {STEPS}\n[[population]]\nid = \"s\"\ncount = {STATES}\nintrinsic_motivation = {{ mean = 0.5, sd = 0.1 }}\n[[regime]]\nid = \"club\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.5\n[[instrument]]\nid = \"other\"\nkind = \"law\"\nhazard = 0.05\n[[instrument]]\nid = \"treaty\"\nkind = \"treaty\"\n{treaty}\n{more}"
    )
}

/// All are in from the start.
fn all_in() -> String {
    let dates: Vec<String> = (1..=STATES).map(|i| format!("s-{i:02} = 1999")).collect();
    format!("hazard = 0.0\nadopted = {{ {} }}\n", dates.join(", "))
}

fn leaves(more: &str) -> World {
    world(&text(&format!("{}exit_hazard = 0.2\n{more}", all_in()), ""))
}

const TREATY: Variable = Variable::Adopted(1);

fn share(run: &Trace, step: usize) -> f64 {
    let all = (0..run.replicates()).flat_map(|r| (0..STATES).map(move |i| (r, i)));
    all.map(|(r, i)| run.at(r, step, i, TREATY)).sum::<f64>() / (run.replicates() * STATES) as f64
}

#[test]
fn a_constant_hazard_of_leaving_gives_exponential_dates_by_luck_of_its_own() {
    let run = trace(&leaves(""), 400);
    for years in [1, 3, 5, 10] {
        let expected = (-0.2 * years as f64).exp();
        let found = share(&run, years * STEPS);
        // Four standard errors.
        let error = (expected * (1.0 - expected) / (400 * STATES) as f64).sqrt();
        assert!((found - expected).abs() < 4.0 * error, "{years}: {found} {expected}");
    }
    // Nobody comes back whose adoption was given, and nobody leaves the other.
    for (r, i) in (0..40).flat_map(|r| (0..STATES).map(move |i| (r, i))) {
        for step in 1..=10 * STEPS {
            assert!(run.at(r, step, i, TREATY) <= run.at(r, step - 1, i, TREATY));
            assert!(run.at(r, step, i, Variable::Adopted(0)) >= run.at(r, step - 1, i, Variable::Adopted(0)));
        }
    }
    // Where leaving is possible and does not happen, no bit moves.
    let (can, cannot) =
        (world(&text(&format!("{}exit_hazard = 0\n", all_in()), "")), world(&text(&all_in(), "")));
    let [x, y] = [&can, &cannot].map(|world| trace(world, 20));
    assert_eq!(x.values(), y.values());
    // A mechanism that lets nobody go does the same, and one that hurries lets all go at once.
    let told = |by: &str| {
        let exit = format!("[[mechanism]]\nid = \"x\"\nadds_to = \"exit.treaty\"\nby = \"{by}\"\n");
        trace(&world(&text(&format!("{}exit_hazard = 0.2\n", all_in()), &exit)), 20)
    };
    assert_eq!(share(&told("-600"), 10 * STEPS), 1.0);
    assert_eq!(share(&told("600"), 1), 0.0);
    let twice = world(&text(
        &format!("{}exit_hazard = 0.1\n", all_in()),
        "[[mechanism]]\nid = \"x\"\nadds_to = \"exit\"\nby = \"ln(2)\"\n",
    ));
    let [x, y] = [&twice, &leaves("")].map(|world| share(&trace(world, 50), 20));
    assert!((x - y).abs() < 1e-9, "{x} {y}");
}

#[test]
fn resentment_drives_out_and_motivation_keeps() {
    let at_end = |more: &str| share(&trace(&leaves(more), 60), 10 * STEPS);
    let plain = at_end("");
    assert!(at_end("exit_motivation = -4\n") > plain + 0.2);
    // Nobody is pressed here, so that none resents anything.
    assert_eq!(at_end("exit_reactance = 5\n"), plain);
    let pressed = |more: &str| {
        let card = "[[regime]]\nid = \"card\"\nkind = \"rating\"\ngrades = [\"good\", \"bad\"]\nthresholds = [5]\nshame = [0.0, 2.0]\n";
        share(&trace(&world(&text(&format!("{}exit_hazard = 0.2\n{more}", all_in()), card)), 60), 10 * STEPS)
    };
    assert!(pressed("exit_reactance = 20\n") < pressed("") - 0.02);
}

#[test]
fn who_has_left_may_come_again_and_luck_of_adopting_is_as_it_was() {
    let open = "hazard = 0.2\n";
    let stays = trace(&world(&text(open, "")), 60);
    let goes = trace(&world(&text(&format!("{open}exit_hazard = 0.5\n"), "")), 60);
    let (mut left, mut again) = (0, 0);
    for (r, i) in (0..60).flat_map(|r| (0..STATES).map(move |i| (r, i))) {
        let of = |run: &Trace, step: usize| run.at(r, step, i, TREATY);
        let (mut before, mut gone) = (of(&goes, 0), false);
        for step in 1..=10 * STEPS {
            let now = of(&goes, step);
            left += usize::from(now < before);
            again += usize::from(now > before && gone);
            gone |= now < before;
            before = now;
        }
    }
    assert!(left > 100 && again > 20, "{left} {again}");
    // Until anybody has left, all adopt as they do where nobody can leave.
    for r in 0..60 {
        let first = (1..=10 * STEPS)
            .find(|step| (0..STATES).any(|i| goes.at(r, *step, i, TREATY) < goes.at(r, step - 1, i, TREATY)));
        for step in 0..first.unwrap_or(10 * STEPS) {
            for i in 0..STATES {
                for variable in [TREATY, Variable::Adopted(0), Variable::Motivation] {
                    assert_eq!(
                        goes.at(r, step, i, variable).to_bits(),
                        stays.at(r, step, i, variable).to_bits()
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_given_happens_in_every_replicate() {
    let dated = format!("{}withdrawn = {{ s-03 = 2004 }}\n", all_in());
    let back = "[[event]]\nat = 2006\nstate = \"s-03\"\nadopt = \"treaty\"\n[[event]]\nat = 2007.5\nstate = [\"s-04\", \"s-05\"]\nwithdraw = \"treaty\"\n";
    let run = trace(&world(&text(&dated, back)), 20);
    for r in 0..20 {
        let at = |year: f64, i: usize| run.at(r, ((year - 2000.0) * STEPS as f64) as usize, i, TREATY);
        assert_eq!(
            [2003.75, 2004.25, 2005.75, 2006.25, 2009.75].map(|year| at(year, 2)),
            [1.0, 0.0, 0.0, 1.0, 1.0]
        );
        assert_eq!([2007.25, 2007.75, 2009.75].map(|year| at(year, 3)), [1.0, 0.0, 0.0]);
        assert_eq!(at(2009.75, 5), 1.0);
    }
}

#[test]
fn of_dates_in_one_step_the_later_counts_and_what_is_given_is_not_left_at_once() {
    // On the first day of the run, and in one step with an adoption.
    let first = format!("{}withdrawn = {{ s-01 = 2000 }}\n", all_in());
    let events = "[[event]]\nat = 2003.05\nstate = \"s-02\"\nwithdraw = \"treaty\"\n[[event]]\nat = 2003.1\nstate = \"s-02\"\nadopt = \"treaty\"\n[[event]]\nat = 2004.05\nstate = \"s-03\"\nadopt = \"treaty\"\n[[event]]\nat = 2004.1\nstate = \"s-03\"\nwithdraw = \"treaty\"\n";
    let run = trace(&world(&text(&first, events)), 3);
    for r in 0..3 {
        let at = |step: usize, i: usize| run.at(r, step, i, TREATY);
        assert_eq!(
            [at(0, 0), at(1, 0), at(40, 0), at(12, 1), at(13, 1), at(16, 2), at(17, 2)],
            [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]
        );
    }
    // However likely leaving is, who is brought in on a date is in for that step.
    let back = "[[event]]\nat = 2005\nstate = \"s-04\"\nadopt = \"treaty\"\n";
    let run = trace(&world(&text(&format!("{}exit_hazard = 900\n", all_in()), back)), 3);
    assert_eq!([20, 21, 22].map(|step| run.at(1, step, 3, TREATY)), [0.0, 1.0, 0.0]);
}

#[test]
fn in_fewer_years_who_had_left_before_is_out_and_what_is_kept_reads_back() {
    let given =
        format!("{}withdrawn = {{ s-03 = 2003.4 }}\ncost = {{ s-05 = 0.0 }}\nexit_hazard = 0.1\n", all_in());
    let mut loaded = Scenario::parse("club", &text(&given, ""), None).unwrap();
    loaded.years(2005..2008).unwrap();
    let few = loaded.build_alone().unwrap();
    let run = trace(&few.world, 4);
    for r in 0..4 {
        assert_eq!(
            [run.at(r, 0, 2, TREATY), run.at(r, 12, 2, TREATY), run.at(r, 0, 3, TREATY)],
            [0.0, 0.0, 1.0]
        );
    }
    let again = Scenario::parse("again", &few.resolved(), None).unwrap().build_alone().unwrap();
    assert_eq!(again.world, few.world);
}

#[test]
fn what_costs_is_adopted_later() {
    let open = "hazard = 0.2\n";
    let costs = world(&text(&format!("{open}cost = {{ s-01 = 600.0, s-02 = -600.0, s-03 = 0.0 }}\n"), ""));
    let run = trace(&costs, 30);
    for r in 0..30 {
        assert_eq!([run.at(r, 10 * STEPS, 0, TREATY), run.at(r, 3 * STEPS, 1, TREATY)], [0.0, 1.0]);
    }
    let nothing = trace(&world(&text(&format!("{open}cost = {{ s-03 = 0.0 }}\n"), "")), 10);
    assert_eq!(nothing.values(), trace(&world(&text(open, "")), 10).values());
    // A cost of ln 2 halves the hazard: as one half as great, for one who is alone.
    let one = |hazard: f64, cost: f64| {
        let text = format!(
            "version = 2\ntitle = \"One\"\n[time]\nstart = 2000\nend = 2010\n[[state]]\nid = \"a\"\n[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = {hazard}\ncost = {{ a = {cost:?} }}\n"
        );
        trace(&world(&text), 200)
    };
    let [x, y] = [one(0.1, 0.0), one(0.2, std::f64::consts::LN_2)];
    let differ =
        (0..200).filter(|r| x.at(*r, 40, 0, Variable::Adopted(0)) != y.at(*r, 40, 0, Variable::Adopted(0)));
    assert_eq!(differ.count(), 0);
}

#[test]
fn bits_hang_neither_on_the_instruction_set_nor_on_company() {
    let world =
        world(&text("hazard = 0.2\nexit_hazard = 0.3\nexit_motivation = -1\ncost = { s-05 = 0.7 }\n", ""));
    same_bits_in_any_company(&world);
}

#[test]
fn it_goes_through_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let treaty = "hazard = 0.2\nadopted = { s-01 = 1999 }\nwithdrawn = { s-01 = 2005 }\nexit_hazard = 0.1\nexit_reactance = 1.5\ncost = { s-02 = 0.4 }\n";
    fs::write(at.join("club.toml"), text(treaty, "[observed.adoptions.treaty]\ns-02 = 2003.2\n")).unwrap();
    let suasion = |words: &[&str]| {
        let told = suasion(at, words);
        (told.status.code(), stdout(&told) + &stderr(&told))
    };
    let run = |words: &[&str]| {
        let (code, told) = suasion(words);
        assert_eq!(code, Some(0), "{words:?}: {told}");
        told
    };
    run(&["run", "club.toml", "--replicates", "20", "--out", "r"]);
    run(&["verify", "r"]);
    // What is kept of it reads back as the same.
    run(&["run", "r/scenario.toml", "--replicates", "20", "--out", "again"]);
    assert_eq!(digest(&at.join("r")), digest(&at.join("again")));
    assert!(
        run(&["explain", "club.toml", "--state", "s-01", "--replicates", "20"]).contains("leaves treaty")
    );
    let axis = ["--axis", "instrument.treaty.exit_hazard=0..0.4", "--samples", "3", "--replicates", "5"];
    run(&[&["sweep", "club.toml", "--out", "s"], &axis[..]].concat());
    run(&[
        "compare",
        "club.toml",
        "--against",
        "stay: instrument.treaty.exit_hazard=0",
        "--replicates",
        "20",
        "--out",
        "c",
    ]);
    run(&["run", "club.toml", "--set", "instrument.treaty.cost.s-02=1.5", "--replicates", "5", "--out", "k"]);
    // What is on record of an adoption does not say that the state stayed.
    let (code, told) = suasion(&["condition", "club.toml", "--particles", "200"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.replace('\n', " ").contains("treaty can be left, and its adoptions are on record"),
        "{told}"
    );
    let (code, told) =
        suasion(&["power", "club.toml", "--against", "slow: parameters.drift=0", "--histories", "2"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.replace('\n', " ").contains("treaty can be left"), "{told}");
    // Events have the dates that are given, of what was withdrawn too; what is simulated has the end of its step.
    run(&[
        "run",
        "club.toml",
        "--replicates",
        "20",
        "--format",
        "csv",
        "--set",
        "instrument.treaty.exit_hazard=0",
        "--out",
        "e",
    ]);
    let events = fs::read_to_string(at.join("e/events.csv")).unwrap();
    let of = events.lines().filter(|line| line.contains(",s-01,") && line.contains(",adoption,treaty,"));
    let of: Vec<&str> = of.collect();
    assert_eq!(of.len(), 20, "{of:?}");
    assert!(of.iter().all(|line| line.ends_with(",s-01,2005.0,adoption,treaty,1,0")), "{of:?}");
}

#[test]
fn what_is_wrong_is_told_with_a_way_out() {
    let idle = "[[mechanism]]\nid = \"x\"\nadds_to = \"exit.other\"\nby = \"1\"\n";
    let doubts = crate::support::scenario(&text("hazard = 0.1\nexit_hazard = 0.1\n", idle)).doubts();
    assert_eq!(doubts, ["mechanism.x: it does nothing, since nothing that it is on has an `exit_hazard`"]);
    for (treaty, more, expected) in [
        (
            "hazard = 0.1\nexit_hazard = -0.1\n",
            "",
            "instrument.treaty.exit_hazard: found -0.1, expected a number from 0",
        ),
        (
            "hazard = 0.1\nexit_reactance = 1\n",
            "",
            "it says why states leave, and the instrument cannot be left; give it an `exit_hazard`",
        ),
        (
            "hazard = 0.1\nadopted = { s-01 = 2004 }\npinned = true\nexit_hazard = 0.1\n",
            "",
            "a hazard of leaving what is adopted as on record alone",
        ),
        ("hazard = 0.1\nexit_hasard = 0.1\n", "", "did you mean `exit_hazard`?"),
        ("hazard = 0.1\nwithdrawn = { s-99 = 2004 }\n", "", "s-99"),
        (
            "hazard = 0.1\nwithdrawn = { s-01 = 2014 }\n",
            "",
            "expected a date inside the run, from 2000 and before 2010",
        ),
        (
            "hazard = 0.1\nadopted = { s-01 = 2005 }\nwithdrawn = { s-01 = 2004 }\n",
            "",
            "found 2004, expected a date after its adoption, 2005",
        ),
        (
            "hazard = 0.1\neligible = [\"s-02\"]\nwithdrawn = { s-01 = 2004 }\n",
            "",
            "a withdrawal by a state that cannot have adopted it",
        ),
        ("hazard = 0.1\ncost = { s-01 = 5000 }\n", "", "instrument.treaty.cost.s-01: found 5000"),
        ("hazard = 0.1\ncost = { s-77 = 0.5 }\n", "", "s-77"),
        (
            "hazard = 0.1\n",
            "[[event]]\nat = 2004\nstate = \"s-01\"\nwithdraw = \"treety\"\n",
            "did you mean `treaty`?",
        ),
        (
            "hazard = 0.1\n",
            "[[event]]\nat = 2004\nregime = \"club\"\nwithdraw = \"treaty\"\n",
            "a regime leaves nothing",
        ),
        (
            "hazard = 0.1\n",
            "[[event]]\nat = 2004\nstate = \"s-01\"\nadopt = \"treaty\"\nwithdraw = \"treaty\"\n",
            "one value of a number at a date",
        ),
        ("hazard = 0.1\n", "[[event]]\nat = 2004\nstate = \"s-01\"\n", "give `set`, `adopt` or `withdraw`"),
        (
            "hazard = 0.1\n",
            "[[mechanism]]\nid = \"x\"\nscales = \"exit\"\nby = \"2\"\n",
            "the hazard is multiplied by c where ln(c) is added to its logarithm",
        ),
    ] {
        let found =
            Scenario::parse("club", &text(treaty, more), None).and_then(|loaded| loaded.build_alone());
        let found = found.err().map_or_else(|| panic!("{treaty}{more}"), |error| error.to_string());
        assert!(found.contains(expected), "{treaty}{more}: {found}");
    }
}
