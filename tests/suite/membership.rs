//! Members who join a community and leave it: from the step of the date on as if they had never been in, before it as if they stayed.

use crate::commands::{digest, stderr, stdout, suasion};
use crate::support::{Trace, options, same_bits_in_any_company, trace, trace_with, world};
use std::fs;
use suasion::lanes::isa::Isa;
use suasion::model::ties::Topology;
use suasion::model::variable::Variable;
use suasion::model::world::World;
use suasion::scenario::Scenario;

/// Terms of the ledger that come from peers and from the region.
const PERSUASION: usize = 0;
const REGIONAL_ARGUMENT: usize = 2;

const YEARS: usize = 10;
const STATES: usize = 4;
const B: usize = 1;
const REPLICATES: u32 = 9;

/// Four states, from 2000 on, with a law to adopt and a club of those who are named; `more` goes on with the club.
fn text(steps: usize, members: &str, more: &str) -> String {
    let states = ["A", "B", "C", "D"].iter().zip([0.3, 0.8, 0.5, 0.6]).map(|(id, openness)| {
        format!("[[state]]\nid = \"{id}\"\nopenness = {openness}\nintrinsic_motivation = {{ mean = 0.45, sd = 0.15 }}\ninitial_phase = \"tactical\"\n")
    });
    format!(
        "version = 2\ntitle = \"Club\"\n[time]\nstart = 2000\nend = 2010\nsteps_per_year = {steps}\n[parameters]\nparticipatory = 0.8\nmobilization_rise = 0.1\n{}\
         [[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.08\n\
         [[regime]]\nid = \"club\"\nkind = \"community\"\nmembers = {members}\ntie_weight = 0.3\nframing = 0.7\n{more}",
        states.collect::<String>()
    )
}

const ALL: &str = "[\"A\", \"B\", \"C\", \"D\"]";
const WITHOUT_B: &str = "[\"A\", \"C\", \"D\"]";
const ALWAYS: &str = "engagement = 0.6\nargument = 0.5\n";

/// All are members, and always engaged.
fn club(steps: usize, more: &str) -> World {
    world(&text(steps, ALL, &format!("{ALWAYS}{more}")))
}

fn bits(run: &Trace) -> Vec<u64> {
    run.values().iter().map(|x| x.to_bits()).collect()
}

/// The first row, after so many steps, in which any state differs between two runs; none where none does.
fn first_difference(steps: usize, a: &Trace, b: &Trace) -> Option<usize> {
    let differs = |row: usize| {
        let all = (0..REPLICATES as usize).flat_map(|r| (0..STATES).map(move |i| (r, i)));
        let mut values = all.flat_map(|(r, i)| a.variables().iter().map(move |v| (r, i, *v)));
        values.any(|(r, i, v)| a.at(r, row, i, v).to_bits() != b.at(r, row, i, v).to_bits())
    };
    (0..=YEARS * steps).find(|row| differs(*row))
}

/// A term of the ledger of a state by year, over all runs.
fn term(run: &Trace, state: usize, year: usize, term: usize) -> Vec<f64> {
    (0..REPLICATES as usize).map(|r| run.ledger[(r * YEARS + year) * STATES + state][term]).collect()
}

#[test]
fn from_its_date_on_a_state_hears_nobody_and_before_no_bit_moves() {
    for (steps, date, step) in [
        (1, 2005.0, 5),
        (1, 2004.1, 5),
        (4, 2005.0, 20),
        (4, 2004.8, 20),
        (4, 2004.75, 19),
        (12, 2005.0, 60),
        (12, 2004.95, 60),
    ] {
        let stays = trace(&club(steps, ""), REPLICATES);
        let leaves = trace(&club(steps, &format!("left = {{ B = {date:?} }}\n")), REPLICATES);
        // The row after the first step that begins at or after the date is the first that can differ, and it does.
        assert_eq!(first_difference(steps, &stays, &leaves), Some(step + 1), "{steps} {date}");
        for year in 0..YEARS {
            for what in [PERSUASION, REGIONAL_ARGUMENT] {
                let moved = term(&leaves, B, year, what);
                if year < 4 {
                    assert!(moved == term(&stays, B, year, what) && moved.iter().any(|x| *x != 0.0));
                } else if year >= 5 {
                    assert!(moved.iter().all(|x| *x == 0.0), "{steps} {date}, {year}: {moved:?}");
                }
                // The others go on hearing one another, and their region.
                assert!(term(&leaves, 0, year, what).iter().any(|x| *x != 0.0));
            }
        }
    }
}

#[test]
fn who_left_before_the_run_was_never_a_member_of_it_and_who_leaves_after_it_stays() {
    for steps in [1, 4, 12] {
        let never = bits(&trace(&world(&text(steps, WITHOUT_B, ALWAYS)), REPLICATES));
        let always = bits(&trace(&club(steps, ""), REPLICATES));
        let of = |more: &str| bits(&trace(&club(steps, more), REPLICATES));
        for before in ["left = { B = 1999.5 }\n", "left = { B = 2000 }\n"] {
            assert!(of(before) == never, "{steps} {before}");
        }
        // In and out within a step: a member in none.
        assert!(of("joined = { B = 2003.01 }\nleft = { B = 2003.02 }\n") == never);
        for after in ["left = { B = 2010 }\n", "left = { B = 2050 }\nsource = \"made up\"\n"] {
            assert!(of(after) == always, "{steps} {after}");
        }
        assert!(never != always);
    }
}

#[test]
fn the_others_weigh_and_argue_as_if_it_had_never_been_in() {
    for steps in [1, 4, 12] {
        // Nobody is engaged before 2005, so that nothing but membership from then on can matter.
        let later =
            "engagement = [{ from = 2005, value = 0.6 }]\nargument = [{ from = 2005, value = 0.5 }]\n";
        for tie in ["", "[[tie]]\nbetween = [\"A\", \"B\"]\nweight = 0.2\n"] {
            let run = |members: &str, more: &str| {
                trace(&world(&text(steps, members, &format!("{later}{more}{tie}"))), REPLICATES)
            };
            let never = run(WITHOUT_B, "");
            let left = run(ALL, "left = { B = 2005 }\n");
            assert!(bits(&left) == bits(&never), "{steps} {tie}");
            assert!(bits(&run(ALL, "")) != bits(&never));
            // A tie of their own still ties them.
            let heard = term(&left, B, 7, PERSUASION);
            assert_eq!(heard.iter().any(|x| *x != 0.0), !tie.is_empty());
        }
        // Whatever came before, the same states are tied from then on, and not before.
        let [left, never, always] =
            [club(steps, "left = { B = 2005 }\n"), world(&text(steps, WITHOUT_B, ALWAYS)), club(steps, "")];
        assert!(Topology::at(&left, 2005.0) == Topology::at(&never, 2005.0));
        assert!(Topology::at(&left, 2004.9) == Topology::at(&always, 2004.9));
        assert_eq!(Topology::at(&left, 2005.0).members, [[0, 2, 3]]);
    }
}

#[test]
fn who_joins_and_leaves_is_in_between() {
    for steps in [1, 4, 12] {
        let never = trace(&world(&text(steps, WITHOUT_B, ALWAYS)), REPLICATES);
        let joins = trace(&club(steps, "joined = { B = 2003 }\n"), REPLICATES);
        let guest = trace(&club(steps, "joined = { B = 2003 }\nleft = { B = 2006 }\n"), REPLICATES);
        assert_eq!(first_difference(steps, &guest, &never), Some(3 * steps + 1));
        assert_eq!(first_difference(steps, &guest, &joins), Some(6 * steps + 1));
        for year in 0..YEARS {
            let moved = term(&guest, B, year, REGIONAL_ARGUMENT).iter().any(|x| *x != 0.0);
            assert_eq!(moved, (3..6).contains(&year), "{steps}, {year}");
        }
    }
}

#[test]
fn who_hears_nobody_else_when_others_leave_hears_itself_alone() {
    let alone = trace(&club(4, "left = { A = 2004, B = 2005, D = 2004.5 }\n"), REPLICATES);
    for year in 5..YEARS {
        assert!((0..STATES).all(|i| term(&alone, i, year, PERSUASION).iter().all(|x| *x == 0.0)));
    }
    // An expression that is on engagement sees it, and so does a mean over members.
    let counts = |id: &str, change: &str| {
        format!("[[variable]]\nid = \"{id}\"\nrange = [0.0, 50.0]\nchange = \"{change}\"\n")
    };
    let counts = counts("of", "community.club(engagement.club)") + &counts("own", "engagement.club");
    let run = trace(&club(4, &format!("left = {{ B = 2005 }}\n{counts}")), 1);
    let at_end = |i: usize, variable: usize| run.at(0, YEARS * 4, i, Variable::OwnNumber(variable));
    for (found, expected) in
        [(at_end(B, 1), 3.0), (at_end(0, 1), 6.0), (at_end(B, 0), 6.0), (at_end(0, 0), 6.0)]
    {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}

#[test]
fn what_joining_ended_stays_ended_when_the_member_leaves() {
    let card = |end: &str, steps: usize| {
        let card = format!(
            "[[regime]]\nid = \"card\"\nkind = \"rating\"\ngrades = [\"good\", \"bad\"]\nthresholds = [0.5]\ndemands = [\"law\"]\nthreat = [0.0, 1.0]\nrates = [\"A\", \"B\"]\n{end}\n"
        );
        let dates = "joined = { A = 2020, B = 2003 }\nleft = { B = 2006 }\n";
        trace(&world(&text(steps, ALL, &format!("{ALWAYS}{dates}{card}"))), REPLICATES)
    };
    for steps in [1, 4, 12] {
        let joins = card("ends_on = { joins = \"club\" }", steps);
        assert!(bits(&joins) == bits(&card("rated_until = { B = 2003 }", steps)), "{steps}");
        let tier = |year: usize| joins.at(0, year * steps, B, Variable::Tier(0));
        assert!(tier(3) > 0.0 && tier(4) == 0.0 && tier(YEARS) == 0.0);
    }
}

#[test]
fn bits_hang_neither_on_threads_nor_on_the_instruction_set_nor_on_company() {
    let world = club(4, "joined = { B = 2003 }\nleft = { B = 2006.3, C = 2004.7 }\n");
    same_bits_in_any_company(&world);
    let reference = bits(&trace_with(&world, 21, options(1, Isa::Baseline)));
    for isa in Isa::available() {
        for threads in [1, 2, 5] {
            assert!(bits(&trace_with(&world, 21, options(threads, isa))) == reference, "{isa:?} {threads}");
        }
    }
}

#[test]
fn a_counterfactual_takes_a_member_out_whether_or_not_the_file_has_dates() {
    let what_if = "[counterfactual.out]\nset = { \"regime.club.left.B\" = 2005 }\n";
    for dates in ["", "left = { C = 2008 }\n", "left = { B = 2007 }\n"] {
        let text = text(4, ALL, &format!("{ALWAYS}{dates}{what_if}"));
        let mut loaded = Scenario::parse("club", &text, None).unwrap();
        let base = loaded.build_alone().unwrap().world;
        loaded.apply_counterfactual("out").unwrap();
        let arm = loaded.build_alone().unwrap();
        let written =
            if dates.contains('C') { "left = { B = 2005, C = 2008 }\n" } else { "left = { B = 2005 }\n" };
        let expected = club(4, written);
        assert_eq!(arm.world.communities, expected.communities, "{dates}");
        assert!(bits(&trace(&arm.world, REPLICATES)) == bits(&trace(&expected, REPLICATES)), "{dates}");
        assert_eq!(base.parts_from(&arm.world), Some(20), "{dates}");
        // What is kept of it reads back as the same.
        let again = Scenario::parse("again", &arm.resolved(), None).unwrap().build_alone().unwrap();
        assert_eq!(again.world, arm.world, "{dates}");
    }
    // Who stayed may be taken out by a counterfactual, and then nobody is left.
    let nobody = "left = { A = 2003, B = 2005, C = 2006 }\n[counterfactual.empty]\nremove = [\"state.D\"]\n";
    let mut loaded = Scenario::parse("club", &text(4, ALL, &format!("{ALWAYS}{nobody}")), None).unwrap();
    loaded.apply_counterfactual("empty").unwrap();
    trace(&loaded.build_alone().unwrap().world, 3);
}

#[test]
fn it_goes_through_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let record = "[observed.adoptions.law]\nA = 2003.2\nB = 2006.4\n";
    let dates = "joined = { B = 2002.5 }\nleft = { B = 2007.25 }\n";
    fs::write(at.join("club.toml"), text(4, ALL, &format!("{ALWAYS}{dates}{record}"))).unwrap();
    let run = |words: &[&str]| {
        let told = suasion(at, words);
        let words = format!("{words:?}: {}{}", stdout(&told), stderr(&told));
        assert_eq!(told.status.code(), Some(0), "{words}");
        words
    };
    run(&["check", "club.toml"]);
    run(&["run", "club.toml", "--replicates", "20", "--out", "r"]);
    run(&["verify", "r"]);
    run(&["run", "r/scenario.toml", "--replicates", "20", "--out", "again"]);
    assert_eq!(digest(&at.join("r")), digest(&at.join("again")));
    let told = run(&["explain", "club.toml", "--state", "B", "--replicates", "20"]);
    assert!(told.contains("joins club") && told.contains("leaves club"), "{told}");
    assert!(!run(&["explain", "club.toml", "--state", "A", "--replicates", "20"]).contains("joins club"));
    let stays = ["--against", "stays: regime.club.left.B=2020", "--replicates", "20", "--out", "c"];
    run(&[&["compare", "club.toml"], &stays[..]].concat());
    let axis = ["--axis", "regime.club.left.B=2003..2009", "--samples", "3", "--replicates", "5"];
    run(&[&["sweep", "club.toml", "--out", "s"], &axis[..]].concat());
    // A history knows it as a run does.
    run(&["condition", "club.toml", "--particles", "200", "--replicates", "20", "--out", "h"]);
    run(&["verify", "h"]);
}
