//! A rating regime may report several times a year.

use crate::support::{Trace, mean, trace, world};
use std::process::Command;
use suasion::model::variable::Variable;
use tempfile::TempDir;

const TIER: Variable = Variable::Tier(0);

/// One state under a regime, with a law to adopt; twelve steps a year from 2000.
fn one(law: &str, regime: &str) -> String {
    format!(
        "version = 2\ntitle = \"Reports\"\ntime = {{ start = 2000, end = 2008, steps_per_year = 12 }}\n\
         [[state]]\nid = \"A\"\nsanction_sensitivity = 0.8\nsender_standing = 0.6\nstrategic_value = 0.5\n\
         [[instrument]]\nid = \"law\"\nkind = \"law\"\n{law}\n\
         [[regime]]\nid = \"fatf\"\nkind = \"rating\"\ngrades = [\"clean\", \"grey\", \"black\"]\n\
         threat = [0.0, 0.5, 1.0]\ndemands = [\"law\"]\n{regime}\n"
    )
}

const THRICE: &str = "reports = [0.12, 0.46, 0.79]\n";

#[test]
fn one_report_in_a_list_is_one_report() {
    let bits = |regime: &str| {
        let run = trace(
            &world(&one(
                "hazard = 0.1",
                &format!("thresholds = [0.5, 0.2]\nnoise = 0.1\nview_sd = 0.1\n{regime}"),
            )),
            20,
        );
        run.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    };
    assert!(bits("reports = [0.46]") == bits("report = 0.46"));
    assert!(bits(THRICE) != bits("report = 0.46"));
}

#[test]
fn a_state_is_graded_at_each_date_of_the_year() {
    let regime = format!("thresholds = [0.9, 0.4]\nweight_law = 1.0\n{THRICE}");
    // The steps of a year in which it reports are 1, 5 and 9. The law comes with the end of step 39.
    let run = trace(&world(&one("hazard = 0.0\nadopted = { A = 2003.3 }", &regime)), 1);
    for step in 0..=96 {
        let expected = if step < 2 {
            0.0
        } else if step < 42 {
            3.0
        } else {
            1.0
        };
        assert_eq!(run.at(0, step, 0, TIER), expected, "step {step}");
    }
}

/// Correlation of two lists.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(usize) -> f64| (0..a.len()).map(f).sum::<f64>();
    let (ab, aa, bb) = (
        sum(&|i| (a[i] - ma) * (b[i] - mb)),
        sum(&|i| (a[i] - ma) * (a[i] - ma)),
        sum(&|i| (b[i] - mb) * (b[i] - mb)),
    );
    ab / (aa * bb).sqrt()
}

#[test]
fn a_year_of_reports_forgets_and_recovers_as_much_as_one_report_a_year() {
    let of = |reports: &str| {
        let regime = format!(
            "thresholds = [0.9, 0.4]\nview_sd = 0.2\nview_memory = 0.6\nstanding_rate = 0.3\npoliticization = 0.2\npoliticization_cost = 0.3\n{reports}"
        );
        trace(&world(&one("hazard = 0.0", &regime)), 4000)
    };
    let (once, thrice) = (of("report = 0.79\n"), of(THRICE));
    let view = |run: &Trace, step: usize| -> Vec<f64> {
        (0..4000).map(|r| run.at(r, step, 0, Variable::View(0))).collect()
    };
    for run in [&once, &thrice] {
        // The last reports of two years: .6 apart, and as spread as at the start.
        let (one, other) = (view(run, 34), view(run, 46));
        assert!((correlation(&one, &other) - 0.6).abs() < 0.04, "{}", correlation(&one, &other));
        let sd = (mean(&other.iter().map(|x| x * x).collect::<Vec<_>>())).sqrt();
        assert!((sd - 0.2).abs() < 0.01, "{sd}");
    }
    // Four months apart in one year: .6^(1/3), and none is the other's luck.
    let within = correlation(&view(&thrice, 42), &view(&thrice, 46));
    assert!((within - 0.6_f64.powf(1.0 / 3.0)).abs() < 0.02, "{within}");
    let standing = |run: &Trace| run.at(0, 96, 0, Variable::Standing(0));
    // Three small steps of recovery and cost balance a little higher than one large one.
    assert!((standing(&once) - standing(&thrice)).abs() < 0.008, "{} {}", standing(&once), standing(&thrice));
    assert!(standing(&once) < 0.57);
}

#[test]
fn a_limit_in_years_is_as_long_however_often_is_reported() {
    let falls = |reports: &str, given: &str| {
        let regime = format!(
            "thresholds = [0.9, -0.5]\nweight_law = 1.0\nwatch = {{ grade = \"grey\", limit = 2 }}\n{reports}"
        );
        let text =
            one("hazard = 0.0", &regime).replace("[[instrument]]", &format!("{given}\n[[instrument]]"));
        let run = trace(&world(&text), 1);
        (0..=96).find(|step| run.at(0, *step, 0, TIER) == 3.0)
    };
    // On the list from the first report on; the report two years later is one too many.
    assert_eq!((falls("report = 0.12\n", ""), falls(THRICE, "")), (Some(26), Some(26)));
    let before = "initial_tier = { fatf = \"grey\" }\ninitial_watched = { fatf = 1 }";
    assert_eq!((falls("report = 0.12\n", before), falls(THRICE, before)), (Some(14), Some(14)));
}

#[test]
fn a_record_by_years_is_of_the_last_report_of_each() {
    let folder = TempDir::new().expect("a folder");
    let record = "[observed.tiers.fatf]\nfrom = 2000\nA = [\"grey\", \"black\", \"grey\", \"grey\", \"clean\", \"clean\", \"grey\", \"grey\"]\n";
    let regime = format!("thresholds = [0.3, 0.1]\nnoise = 0.2\nview_sd = 0.1\n{THRICE}{record}");
    std::fs::write(folder.path().join("s.toml"), one("hazard = 0.1", &regime)).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
    command.current_dir(folder.path()).args(["run", "s.toml", "--given", "record", "--replicates", "60"]);
    let told = command.args(["--quiet", "--format", "csv", "--out", "o"]).output().expect("it starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let rows = std::fs::read_to_string(folder.path().join("o/trajectories.csv")).expect("written");
    let mut lines = rows.lines();
    let head: Vec<&str> = lines.next().expect("a head").split(',').collect();
    let at = |name: &str| head.iter().position(|column| *column == name).expect("a column");
    let (year, tier) = (at("year"), at("tier_fatf"));
    let grades = ["grey", "black", "grey", "grey", "clean", "clean", "grey", "grey"];
    let mut seen = 0;
    for row in lines.map(|line| line.split(',').collect::<Vec<_>>()) {
        let Some(of) = row[year].parse::<usize>().expect("a year").checked_sub(2000) else { continue };
        assert_eq!(row[tier], grades[of], "{row:?}");
        seen += 1;
    }
    assert_eq!(seen, 60 * 8);
}
