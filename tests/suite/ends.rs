//! Demands have dates and weights, and a rating regime ends for a state by what the state does.

use crate::support::{Trace, trace, world};
use std::process::Command;
use suasion::model::variable::Variable;
use tempfile::TempDir;

const TIER: Variable = Variable::Tier(0);
const STEPS: usize = 40;

/// Two states under a regime whose merit is what it demands, with a law and a treaty to adopt; four steps a year from 2000.
fn two(law: &str, treaty: &str, regime: &str) -> String {
    format!(
        "version = 2\ntitle = \"Ends\"\ntime = {{ start = 2000, end = 2010 }}\n\
         [[state]]\nid = \"A\"\nsanction_sensitivity = 0.8\nstrategic_value = 0.9\nsender_standing = 0.6\n\
         [[state]]\nid = \"B\"\nsanction_sensitivity = 0.8\nsender_standing = 0.6\n\
         [[instrument]]\nid = \"law\"\nkind = \"law\"\n{law}\n\
         [[instrument]]\nid = \"treaty\"\nkind = \"treaty\"\n{treaty}\n\
         [[regime]]\nid = \"eu\"\nkind = \"rating\"\ngrades = [\"ready\", \"near\", \"far\"]\nthresholds = [0.9, 0.4]\nweight_law = 1.0\n\
         threat = [0.0, 0.5, 1.0]\nshame = [0.0, 0.3, 0.6]\n{regime}\n"
    )
}

fn bits(run: &Trace) -> Vec<u64> {
    run.values().iter().map(|x| x.to_bits()).collect()
}

const GIVEN: &str = "hazard = 0.0\nadopted = { A = 2005.5 }";

#[test]
fn an_end_by_a_given_adoption_or_by_joining_is_the_end_at_its_date() {
    let of = |end: &str| {
        let club = "[[regime]]\nid = \"club\"\nkind = \"community\"\nmembers = [\"A\", \"B\"]\njoined = { A = 2005.5, B = 2020 }\nengagement = 0.2\n";
        let regime =
            format!("demands = [\"law\"]\npoliticization = 0.1\npoliticization_cost = 0.5\n{end}\n{club}");
        trace(&world(&two("hazard = 0.1", GIVEN, &regime)), 40)
    };
    let dated = of("rated_until = { A = 2005.5 }");
    assert!(bits(&of("ends_on = { adopts = \"treaty\" }")) == bits(&dated));
    assert!(bits(&of("ends_on = { joins = \"club\" }")) == bits(&dated));
    assert!(bits(&of("")) != bits(&dated));
    assert!((0..40).all(|r| dated.at(r, 22, 0, TIER) > 0.0 && dated.at(r, 23, 0, TIER) == 0.0));
}

#[test]
fn a_regime_ends_in_each_run_with_the_step_after_its_own_adoption_and_for_good() {
    let of = |replicates: u32| {
        let regime = "demands = [\"law\", \"treaty\"]\nends_on = { adopts = \"treaty\" }";
        trace(&world(&two("hazard = 0.1", "hazard = 0.02", regime)), replicates)
    };
    let run = of(60);
    let mut ended = 0;
    for (replicate, state) in (0..60).flat_map(|r| [(r, 0), (r, 1)]) {
        let adopted = |step: usize| run.at(replicate, step, state, Variable::Adopted(1)) == 1.0;
        let at = (0..=STEPS).find(|step| adopted(*step)).unwrap_or(STEPS + 1);
        // Rows hold what is so after so many steps; the first report is in the third.
        for step in 3..=STEPS {
            let rated = run.at(replicate, step, state, TIER) > 0.0;
            assert_eq!(rated, step <= at, "replicate {replicate}, state {state}, step {step}, adopted {at}");
        }
        ended += usize::from(at < STEPS);
    }
    assert!((30..=119).contains(&ended), "{ended} of 120 ends");
    // A run has its bits whether those beside it end or not.
    let alone = of(1);
    for step in 0..=STEPS {
        for state in 0..2 {
            for variable in run.variables() {
                let [one, other] = [&alone, &run].map(|run| run.at(0, step, state, *variable).to_bits());
                assert_eq!(one, other, "{variable:?} in step {step}");
            }
        }
    }
}

#[test]
fn what_was_pressed_is_forgotten_and_pushes_to_nothing_once_a_regime_has_ended() {
    let of = |end: &str| {
        let regime = format!("demands = [\"law\"]\n{end}");
        trace(&world(&two("hazard = 0.05", GIVEN, &regime)), 2000)
    };
    let (goes_on, ends) = (of(""), of("ends_on = { adopts = \"treaty\" }"));
    let pressure = |run: &Trace, state: usize| run.at(0, STEPS, state, Variable::Pressure);
    assert!(pressure(&ends, 0) < 0.01 && pressure(&ends, 1) == pressure(&goes_on, 1));
    // Of those without a law when it ends, fewer pass one in the year after: as many as nobody presses, 1 - exp(-.05).
    let passed = |run: &Trace, state: usize| {
        let has = |r: usize, step: usize| run.at(r, step, state, Variable::Adopted(0)) == 1.0;
        let without: Vec<usize> = (0..2000).filter(|r| !has(*r, 22)).collect();
        without.iter().filter(|r| has(**r, 26)).count() as f64 / without.len() as f64
    };
    assert!(passed(&ends, 0) < 0.6 * passed(&goes_on, 0), "{} {}", passed(&ends, 0), passed(&goes_on, 0));
}

#[test]
fn the_grade_that_ends_a_regime_stands_until_the_next_report_and_none_is_given_after() {
    // A has the law from 2003 on, half of what is demanded: near at the report in the middle of 2003, and out at that of 2004.
    let law = "hazard = 0.0\nadopted = { A = 2003.0 }";
    let regime = "demands = [\"law\", \"treaty\"]\nends_on = { grade = \"near\" }";
    let run = trace(&world(&two(law, "hazard = 0.0", regime)), 9);
    for step in 3..=STEPS {
        let expected = if step < 15 {
            3.0
        } else if step < 19 {
            2.0
        } else {
            0.0
        };
        assert_eq!(run.at(8, step, 0, TIER), expected, "step {step}");
        assert_eq!(run.at(8, step, 1, TIER), 3.0, "B never gets there");
        assert_eq!(run.at(8, step, 0, Variable::Merit(0)), if step < 15 { 0.0 } else { 0.5 }, "step {step}");
    }
}

#[test]
fn who_is_rated_no_more_is_no_politics_of_the_sender() {
    let of = |end: &str| {
        let regime = format!(
            "demands = [\"law\"]\npoliticization = 0.2\npoliticization_cost = 1.0\nstanding_rate = 0.5\n{end}"
        );
        trace(&world(&two("hazard = 0.0", GIVEN, &regime)), 1)
    };
    let standing = |run: &Trace| run.at(0, STEPS, 1, Variable::Standing(0));
    // Only the grades of A are politicized: with it out, the sender's standing goes back to .6.
    let (ends, goes_on) = (of("ends_on = { adopts = \"treaty\" }"), of(""));
    assert!((standing(&ends) - 0.6).abs() < 0.03 && standing(&goes_on) < 0.55, "{}", standing(&goes_on));
}

#[test]
fn demands_count_by_weight_while_they_hold_and_push_no_earlier() {
    let merit = |demands: &str| {
        let regime = format!("demands = [{demands}]");
        let run = trace(&world(&two("hazard = 0.0\nadopted = { A = 1999 }", "hazard = 0.0", &regime)), 1);
        [3, 11, 23].map(|step| run.at(0, step, 0, Variable::Merit(0)))
    };
    // The reports are in the middle of 2000, 2002 and 2005.
    assert_eq!(merit("\"law\", \"treaty\""), [0.5; 3]);
    assert_eq!(merit("\"law\", { instrument = \"treaty\", from = 2002, weight = 3 }"), [1.0, 0.25, 0.25]);
    let revised = "{ instrument = \"law\", until = 2004 }, { instrument = \"treaty\", from = 2004 }";
    assert_eq!(merit(revised), [1.0, 1.0, 0.0]);
    assert_eq!(merit("{ instrument = \"law\", until = 2001 }"), [1.0, 0.0, 0.0]);
    let adopts = |demands: &str| {
        let run =
            trace(&world(&two("hazard = 0.05", "hazard = 0.0", &format!("demands = [{demands}]"))), 500);
        move |step: usize| (0..500).filter(|r| run.at(*r, step, 0, Variable::Adopted(0)) == 1.0).count()
    };
    let (always, later, never) =
        (adopts("\"law\""), adopts("{ instrument = \"law\", from = 2005 }"), adopts(""));
    assert_eq!(later(20), never(20));
    assert!(always(20) > never(20) * 5 / 4 && later(40) > never(40) * 5 / 4);
}

#[test]
fn a_history_that_is_put_away_between_years_remembers_what_has_ended() {
    let folder = TempDir::new().expect("a folder");
    let regime = "demands = [\"law\", \"treaty\"]\nends_on = { adopts = \"treaty\" }\nnoise = 0.1";
    let record = |treaty: &str, grades: &str| {
        let record = format!(
            "[observed.adoptions.treaty]\n{treaty}\n[observed.tiers.eu]\nfrom = 2000\nA = [{grades}]\n"
        );
        let text = two("hazard = 0.1", "hazard = 0.1", &format!("{regime}\n{record}"));
        std::fs::write(folder.path().join("s.toml"), text).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
        command.current_dir(folder.path()).args([
            "run",
            "s.toml",
            "--given",
            "record",
            "--quiet",
            "--replicates",
            "40",
        ]);
        command.args(["--format", "csv", "--out", "o", "--replace"]);
        command.output().expect("it starts")
    };
    let told = record("A = 2003.6", "\"far\", \"far\", \"far\", \"far\"");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let rows = std::fs::read_to_string(folder.path().join("o/trajectories.csv")).expect("written");
    let mut lines = rows.lines();
    let head: Vec<&str> = lines.next().expect("a head").split(',').collect();
    let at = |name: &str| head.iter().position(|column| *column == name).expect("a column");
    let (state, year, tier) = (at("state"), at("year"), at("tier_eu"));
    let mut seen = 0;
    for row in lines.map(|line| line.split(',').collect::<Vec<_>>()).filter(|row| row[state] == "A") {
        let year: i32 = row[year].parse().expect("a year");
        // At the end of 2003 it is out: the treaty came in August.
        assert_eq!(row[tier] != "NR", (2000..2003).contains(&year), "{row:?}");
        seen += 1;
    }
    assert!(seen >= 40 * 10, "{seen}");
    // A grade after that contradicts the record.
    let told = record("A = 2003.6", "\"far\", \"far\", \"far\", \"far\", \"far\", \"far\"");
    assert!(!told.status.success());
}
