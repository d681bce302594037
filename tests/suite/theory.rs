//! What must hold whatever the numbers: the model against theory, not against yesterday's output.
//!
//! The numbers are those of `docs/model.md`, "What must hold".

use crate::support::{mean, scenario, trace, tvpa, world};
use nalgebra::{DMatrix, Matrix5, SymmetricEigen};
use proptest::prelude::*;
use suasion::model::ledger::{TERM_NAMES, TERMS};
use suasion::model::parameters::{PARAMETERS, Parameters};
use suasion::model::table::Bound;
use suasion::model::variable::{Variable, VariableKind};
use suasion::model::world::World;
use suasion::scenario::Scenario;

/// A `[parameters]` table in which everything is 0 that may be, except what is given.
fn only(given: &str) -> String {
    let mut lines = vec!["[parameters]".to_string(), given.to_string()];
    let mut done: Vec<&str> = Vec::new();
    for entry in PARAMETERS {
        let named =
            given.lines().any(|line| line.split('=').next().is_some_and(|key| key.trim() == entry.name));
        if named || done.contains(&entry.name) || entry.bound == Bound::Positive {
            continue;
        }
        done.push(entry.name);
        let length = PARAMETERS.iter().filter(|e| e.name == entry.name).count();
        let value =
            if entry.element.is_some() { format!("{:?}", vec![0.0; length]) } else { "0.0".to_string() };
        lines.push(format!("{} = {value}", entry.name));
    }
    lines.join("\n")
}

fn head(years: u32, steps_per_year: u32) -> String {
    format!(
        "version = 2\ntitle = \"test\"\n[time]\nstart = 2000\nend = {}\nsteps_per_year = {steps_per_year}\n",
        2000 + years
    )
}

#[test]
fn t01_without_forcing_motivation_drifts_to_its_autochthonous_level() {
    let text = head(30, 4)
        + &only("drift = 0.2")
        + "\n[[state]]\nid = \"A\"\nintrinsic_motivation = 0.9\nautochthonous_motivation = 0.25\n";
    let run = trace(&world(&text), 3);
    let mut expected = 0.9_f64;
    for step in 0..=120 {
        let m = run.at(2, step, 0, Variable::Motivation);
        assert!((m - expected).abs() < 1e-12, "step {step}: {m} is not {expected}");
        expected = 0.25 + (expected - 0.25) * (1.0 - 0.2 * 0.25);
    }
}

/// States with open ears in communities, tied by a path with unequal weights.
fn persuaded(communities: &[&[usize]], weights: &[(usize, usize, f64)], participatory: f64) -> String {
    let parameters = format!(
        "persuasion = 0.6\npull_down = 1.0\nopenness_to_argument = [1.0, 1.0, 1.0, 1.0, 1.0]\nparticipatory = {participatory}"
    );
    let mut text = head(60, 4) + &only(&parameters);
    for (i, m) in [0.1, 0.9, 0.4, 0.7, 0.2].iter().enumerate() {
        let openness = [0.2, 0.9, 0.5, 0.1, 1.0][i];
        text += &format!("\n[[state]]\nid = \"S{i}\"\nintrinsic_motivation = {m}\nopenness = {openness}\n");
    }
    for (c, members) in communities.iter().enumerate() {
        let ids: Vec<String> = members.iter().map(|i| format!("S{i}")).collect();
        text += &format!(
            "\n[[regime]]\nid = \"c{c}\"\nkind = \"community\"\nmembers = {ids:?}\nengagement = 1.0\ntie_weight = 0.0\n"
        );
    }
    for (a, b, weight) in weights {
        text += &format!("\n[[tie]]\nbetween = [\"S{a}\", \"S{b}\"]\nweight = {weight}\n");
    }
    text
}

#[test]
fn t02_persuasion_alone_leads_to_consensus_at_the_rate_of_the_second_eigenvalue() {
    let weights = [(0, 1, 1.0), (1, 2, 0.5), (2, 3, 2.0), (3, 4, 1.0), (0, 4, 0.25)];
    for participatory in [0.0, 2.0] {
        let text = persuaded(&[&[0, 1, 2, 3, 4]], &weights, participatory);
        let run = trace(&world(&text), 1);
        let openness = [0.2, 0.9, 0.5, 0.1, 1.0];
        let mut a = DMatrix::<f64>::zeros(5, 5);
        for (i, j, w) in weights {
            a[(i, j)] = w * (1.0 + participatory * openness[i] * openness[j]);
            a[(j, i)] = a[(i, j)];
        }
        // dm_i = rate w_i / (w_i + half) (mbar_i - m_i) = rate sum_j a_ij (m_j - m_i) / (w_i + half).
        let half = Parameters::default().hearing_half;
        let heavy: Vec<f64> = (0..5).map(|i| a.row(i).sum() + half).collect();
        let normalized = DMatrix::from_fn(5, 5, |i, j| {
            let flow = if i == j { half - heavy[i] } else { a[(i, j)] };
            flow / (heavy[i] * heavy[j]).sqrt()
        });
        let mut eigenvalues: Vec<f64> = SymmetricEigen::new(normalized).eigenvalues.iter().copied().collect();
        eigenvalues.sort_by(f64::total_cmp);
        let m = |step: usize, i: usize| run.at(0, step, i, Variable::Motivation);
        // What goes from one to another comes back in proportion: this weighted mean is conserved.
        let consensus = (0..5).map(|i| heavy[i] * m(0, i)).sum::<f64>() / heavy.iter().sum::<f64>();
        assert!((0..5).all(|i| (m(240, i) - consensus).abs() < 1e-4) && consensus > 0.1 && consensus < 0.9);
        let distance = |step: usize| (0..5).map(|i| (m(step, i) - consensus).powi(2)).sum::<f64>().sqrt();
        let rate = (distance(220) / distance(180)).powf(1.0 / 40.0);
        // The largest is 0, of the consensus.
        let expected = 1.0 + 0.6 * 0.25 * eigenvalues[3];
        assert!((rate - expected).abs() < 1e-6, "decay {rate} a step, expected {expected}");
    }
}

#[test]
fn t02_two_parts_reach_two_consensuses() {
    let text = persuaded(&[&[0, 1], &[2, 3, 4]], &[(0, 1, 1.0), (2, 3, 1.0), (3, 4, 1.0)], 0.0);
    let run = trace(&world(&text), 1);
    let m = |i: usize| run.at(0, 240, i, Variable::Motivation);
    assert!((m(0) - 0.5).abs() < 1e-9 && (m(1) - 0.5).abs() < 1e-9);
    // Degrees 1, 2 and 1, each with hearing_half.
    let second = (1.1 * 0.4 + 2.1 * 0.7 + 1.1 * 0.2) / 4.3;
    assert!((2..5).all(|i| (m(i) - second).abs() < 1e-4));
}

#[test]
fn t02_persuasion_follows_openness_ties_and_engagement_from_the_step_in_which_they_change() {
    let participatory = 2.0;
    let text = persuaded(&[&[0, 1, 2, 3, 4]], &[(0, 1, 1.0), (0, 4, 0.25)], participatory)
        .replace(
            "engagement = 1.0",
            "engagement = [{ from = 2000, value = 1.0 }, { from = 2003, value = 0.5 }]",
        )
        .replace("tie_weight = 0.0", "tie_weight = 0.8")
        + "\n[[tie]]\nbetween = [\"S0\", \"S3\"]\nweight = 2.0\nfrom = 2002\n"
        + "\n[[event]]\nat = 2001\nstate = \"S1\"\nset = { openness = 0.1 }\n";
    let run = trace(&world(&text), 1);
    let m = |step: usize, i: usize| run.at(0, step, i, Variable::Motivation);
    for step in 0..16 {
        let openness = [0.2, if step < 4 { 0.9 } else { 0.1 }, 0.5, 0.1, 1.0];
        let (mut sum, mut all) = (0.0, 0.0);
        // A tie to each of the four others by the community, and three more.
        let member = if step < 12 { 0.2 } else { 0.1 };
        for (peer, weight, from) in [
            (1, 1.0, 0),
            (4, 0.25, 0),
            (3, 2.0, 8),
            (1, member, 0),
            (2, member, 0),
            (3, member, 0),
            (4, member, 0),
        ] {
            if step >= from {
                let weight = weight * (1.0 + participatory * openness[0] * openness[peer]);
                sum += weight * m(step, peer);
                all += weight;
            }
        }
        let hearing = all / (all + Parameters::default().hearing_half);
        let expected = m(step, 0) + 0.6 * hearing * (sum / all - m(step, 0)) * 0.25;
        assert!(
            (m(step + 1, 0) - expected).abs() < 1e-12,
            "step {step}: {} is not {expected}",
            m(step + 1, 0)
        );
    }
}

#[test]
fn t03_phases_under_constant_covariates_follow_the_matrix_exponential() {
    let text = head(5, 365)
        + &only("spiral_up = [1.4, 0.65, 1.9, 0.6]\nspiral_down = [0.5, 0.4, 0.3, 0.6]")
        + "\n[[state]]\nid = \"A\"\nintrinsic_motivation = 0.6\nsecurity_framing = 0.0\nopenness = 0.5\ncapacity = 1.0\nattention = 0.4\ninitial_phase = 2\n";
    let replicates = 6000;
    let run = trace(&world(&text), replicates);
    // m = .6, d = .2, r = .5, p / kappa = .6, X = A = C = 0
    let up = [1.4 * 0.4, 0.65 * 0.2, 1.9 * 0.5 * 0.2, 0.6 * 0.6 * 0.6];
    let down = [0.5 * 0.6, 0.4 * 0.8 * 0.4, 0.3 * 0.4, 0.6 * 0.4];
    let mut generator = Matrix5::<f64>::zeros();
    for k in 0..4 {
        generator[(k, k + 1)] = up[k];
        generator[(k, k)] -= up[k];
        generator[(k + 1, k)] = down[k];
        generator[(k + 1, k + 1)] -= down[k];
    }
    let expected = (generator * 5.0).exp();
    let phases = run.last(0, Variable::Phase);
    let mut chi_square = 0.0;
    for k in 0..5 {
        let count = phases.iter().filter(|p| **p == k as f64).count() as f64;
        let expected = expected[(2, k)] * f64::from(replicates);
        chi_square += (count - expected).powi(2) / expected;
    }
    assert!(chi_square < 18.5, "chi-square of {chi_square} with 4 degrees of freedom (p < .001)");
}

#[test]
fn t04_adoption_under_a_constant_hazard_is_exponential() {
    let text = head(60, 12)
        + &only("")
        + "\n[[state]]\nid = \"A\"\nintrinsic_motivation = 0.5\n\n[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.1\n";
    let replicates = 4000;
    let run = trace(&world(&text), replicates);
    let share_by = |step: usize| {
        mean(&(0..run.replicates()).map(|r| run.at(r, step, 0, Variable::Adopted(0))).collect::<Vec<_>>())
    };
    let worst = (0..=720)
        .map(|step| (share_by(step) - (1.0 - (-0.1 * step as f64 / 12.0).exp())).abs())
        .fold(0.0, f64::max);
    let statistic = worst * f64::from(replicates).sqrt();
    assert!(statistic < 1.95, "Kolmogorov-Smirnov statistic of {statistic} (p < .001)");
    let median = (0..=720).find(|step| share_by(*step) >= 0.5).expect("half adopt") as f64 / 12.0;
    assert!((median - std::f64::consts::LN_2 / 0.1).abs() < 0.5, "median {median}");
}

#[test]
fn t05_the_ledger_sums_to_the_change_in_motivation_in_every_step() {
    // One step a year, so that a yearly ledger is that of a step; and the flagship, whose years have four.
    let mut yearly = scenario(include_str!("../../scenarios/asean.toml")).world;
    for steps_per_year in [1, 4] {
        yearly.clock.steps_per_year = steps_per_year;
        let run = trace(&yearly, 50);
        let (years, states) = (yearly.clock.years(), yearly.states.len());
        let mut clamped = 0;
        for r in 0..50 {
            for year in 0..years {
                for i in 0..states {
                    let terms = &run.ledger[(r * years + year) * states + i];
                    let step = |y: usize| run.at(r, y * steps_per_year as usize, i, Variable::Motivation);
                    let change = step(year + 1) - step(year);
                    assert!(
                        (terms.iter().sum::<f64>() - change).abs() < 2e-16 * 10.0 * f64::from(steps_per_year)
                    );
                    clamped += usize::from(terms[TERMS - 1] != 0.0);
                }
            }
        }
        assert!(clamped < 50 * years * states);
    }
}

/// A watch list from before the start.
const WATCH: &str = "watch = { grade = \"2WL\", from = 2000, limit = 4, limit_from = 2009 }\n";

/// One rated state without ties, with a law to pass, under a regime that only threatens.
fn sanctioned(parameters: &str, state: &str, regime: &str) -> String {
    format!(
        "{}[parameters]\n{parameters}\n[[state]]\nid = \"A\"\nsanction_sensitivity = 1.0\n{state}\n\
         [[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.05\n\
         [[regime]]\nid = \"g\"\nkind = \"rating\"\ndemands = [\"law\"]\n{}\n",
        head(20, 4),
        tvpa(&format!("shame = [0.0, 0.0, 0.0, 0.0]\n{WATCH}{regime}"))
    )
}

#[test]
fn a_given_adoption_and_the_end_of_a_regime_take_effect_in_their_step() {
    let text = sanctioned("", "", "until = 2002.5")
        .replace("hazard = 0.05", "hazard = 0.0\nadopted = { A = 2001.25 }");
    let run = trace(&world(&text), 1);
    for step in 0..=20 {
        // A row holds what is so after so many steps.
        let adopted = run.at(0, step, 0, Variable::Adopted(0));
        assert_eq!(adopted == 1.0, step > 5, "adopted after {step} steps: {adopted}");
        let tier = run.at(0, step, 0, Variable::Tier(0));
        assert_eq!(tier > 0.0, (3..=10).contains(&step), "tier after {step} steps: {tier}");
    }
}

#[test]
fn given_adoptions_hold_in_every_replicate_and_come_in_their_year() {
    // A hazard that would have nearly all adopt within the first years, were the dates not given.
    let resting = "spiral_up = [0.0, 0.0, 0.0, 0.0]\nspiral_down = [0.0, 0.0, 0.0, 0.0]";
    let text =
        sanctioned(resting, "", "").replace("hazard = 0.05", "hazard = 3.0\nadopted = { A = 2003.79 }");
    let text = text
        + "[[state]]\nid = \"B\"\n[[instrument]]\nid = \"c\"\nkind = \"convention\"\nhazard = 3.0\nadopted = { B = 2004 }\n";
    let world = world(&text);
    let (law, convention) = (Variable::Adopted(1), Variable::Adopted(0));
    let run = trace(&world, 50);
    let year_end = |year: usize| 4 * (year + 1 - 2000);
    for replicate in 0..50 {
        let held = |step: usize, state: usize, what| run.at(replicate, step, state, what) == 1.0;
        // Within the last quarter of 2003: in the row of 2003, and not before.
        assert!(!held(year_end(2003) - 1, 0, law) && held(year_end(2003), 0, law));
        // A whole year: from its first step, so that its report counts it, and not in the row of the year before.
        assert!(!held(year_end(2003), 1, convention) && held(year_end(2003) + 1, 1, convention));
        // The others adopt as they will.
        assert!(held(year_end(2003), 1, law) && held(year_end(2003), 0, convention));
    }
}

const NULL: &str = "signalling = 0.0\noverjustification = 0.0\nself_determination = 0.0\nagenda_narrowing = 0.0\nattribution_rate = 0.0\nreactance_rate = 0.0\ndisplacement = 0.0\nvolatility = 0.0";

#[test]
fn t06_without_crowding_sanctions_never_lower_motivation_or_effort() {
    let state = "intrinsic_motivation = 0.3\nopenness = 0.6\nattention = 0.2";
    let on = trace(&world(&sanctioned(NULL, state, "severity = 1.2")), 500);
    let off = trace(&world(&sanctioned(NULL, state, "severity = 0.0")), 500);
    let mut raised = 0;
    for r in 0..500 {
        for step in 0..=80 {
            for v in [Variable::Motivation, Variable::Enforcement, Variable::Protection] {
                let (with, without) = (on.at(r, step, 0, v), off.at(r, step, 0, v));
                assert!(with >= without - 1e-15, "replicate {r}, step {step}: {v:?} {with} < {without}");
                raised += usize::from(with > without);
            }
        }
    }
    assert!(raised > 10_000, "sanctions must do something for this to mean anything");
}

#[test]
fn t07_where_there_is_nothing_to_crowd_out_sanctions_work() {
    let parameters = "persuasion = 0.0\nargumentation = 0.0\ndomestic_voice = 0.0\nhabituation = 0.0";
    let state = "intrinsic_motivation = 0.0";
    let on = trace(&world(&sanctioned(parameters, state, "severity = 1.2")), 100);
    let off = trace(&world(&sanctioned(parameters, state, "severity = 0.0")), 100);
    assert!(on.last(0, Variable::Motivation).iter().all(|m| *m == 0.0));
    let (with, without) = (on.last(0, Variable::Enforcement), off.last(0, Variable::Enforcement));
    assert!(with.iter().zip(&without).all(|(a, b)| a > b), "enforcement must rise in every replicate");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn t08_every_variable_stays_in_its_range(
        shares in prop::collection::vec(0.0..=1.0_f64, 40),
        at in prop::collection::vec(0.0..=1.0_f64, PARAMETERS.len()),
    ) {
        let mut world = bounded_world(&shares);
        for (k, entry) in PARAMETERS.iter().enumerate() {
            world.parameters.values_mut()[k] = entry.low + at[k] * (entry.high - entry.low);
        }
        let run = trace(&world, 16);
        let width = run.variables().len();
        for (at, x) in run.values().iter().enumerate() {
            let v = run.variables()[at % width];
            let state = at / width % world.states.len();
            let slack = 1e-12;
            let (low, high) = match v.kind() {
                VariableKind::NonNegative => (0.0, f64::MAX),
                VariableKind::Real => (f64::MIN, f64::MAX),
                VariableKind::Code => (0.0, v.values(&world) as f64 - 1.0),
                VariableKind::Bounded if v == Variable::ComplianceGap => (-1.0, 1.0),
                VariableKind::Flag | VariableKind::Bounded => (0.0, 1.0),
            };
            prop_assert!(*x >= low - slack && *x <= high + slack, "{v:?} of state {state} is {x}");
        }
    }
}

/// Four states with everything the model has, traits from a list of shares; steps small enough for any rate in range.
fn bounded_world(shares: &[f64]) -> World {
    let mut text = head(6, 24);
    for i in 0..4 {
        let t = &shares[i * 9..];
        text += &format!(
            "[[state]]\nid = \"S{i}\"\nintrinsic_motivation = {}\nautochthonous_motivation = {}\nsecurity_framing = {}\nsanction_sensitivity = {}\ncontrol_aversion = {}\ncapacity = {}\nopenness = {}\nattention = {}\nsender_standing = {}\nstrategic_value = {}\ninitial_phase = {{ probabilities = [0.2, 0.2, 0.2, 0.2, 0.2] }}\n",
            t[0],
            t[1],
            t[2],
            3.0 * t[3],
            t[4],
            0.02 + 0.98 * t[5],
            t[6],
            t[7],
            t[8],
            shares[36 + i],
        );
    }
    text += include_str!("bounded_world.toml");
    world(&text)
}

#[test]
fn t09_the_order_of_entries_changes_no_bit() {
    let text = include_str!("../../scenarios/asean.toml");
    let mut document: toml::Table = text.parse().expect("valid");
    for list in ["state", "tie", "regime", "instrument", "corridor"] {
        if let Some(toml::Value::Array(entries)) = document.get_mut(list) {
            entries.reverse();
        }
    }
    let reversed = toml::to_string(&document).expect("valid");
    let (a, b) = (trace(&world(text), 24), trace(&world(&reversed), 24));
    let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(a.values()), bits(b.values()));
}

#[test]
fn t10_a_fine_is_a_price() {
    let effort = |name: &str| {
        let scenario = Scenario::load(name).and_then(|l| l.build()).expect("bundled");
        let run = trace(&scenario.world, 400);
        let total = |r: usize| {
            let at = |v| run.at(r, scenario.world.clock.steps(), 0, v);
            at(Variable::Enforcement) + at(Variable::Protection)
        };
        mean(&(0..400).map(total).collect::<Vec<_>>())
    };
    let none = effort("teaching/fine-is-a-price-none");
    let small = effort("teaching/fine-is-a-price-small");
    let large = effort("teaching/fine-is-a-price-large");
    assert!(small < none && none < large, "small {small}, none {none}, large {large}");
}

#[test]
fn t11_after_removal_motivation_stays_lower_for_years_and_returns_at_the_rate_of_drift() {
    let parameters = only("pressure_rate = 1.15\nattribution_rate = 0.53\nreactance_rate = 0.6\noverjustification = 0.18\nself_determination = 0.22\ndrift = 0.05")
        .replace("[parameters]\n", "");
    let state = "intrinsic_motivation = 0.6\ncontrol_aversion = 0.9\nsender_standing = 0.1";
    let removal =
        "severity = 1.2\nnoise = 0.0\n[[event]]\nat = 2005\nregime = \"g\"\nset = { severity = 0.0 }";
    let on = trace(&world(&sanctioned(&parameters, state, removal)), 1);
    let never = trace(&world(&sanctioned(&parameters, state, "severity = 0.0\nnoise = 0.0")), 1);
    let loss =
        |step: usize| never.at(0, step, 0, Variable::Motivation) - on.at(0, step, 0, Variable::Motivation);
    assert!((21..=40).all(|step| loss(step) > 0.02), "five years after removal something must be missing");
    assert!(loss(21) > loss(19), "what was learnt under sanctions goes on working when they end");
    let factor = loss(80) / loss(79);
    assert!((factor - (1.0 - 0.05 * 0.25)).abs() < 1e-3, "the loss shrinks by {factor} a step");
}

#[test]
fn t18_a_reward_that_is_felt_as_control_crowds_as_a_threat_does_and_less_below() {
    let fixed = "thresholds = [50.0, 40.0, 30.0]\nnoise = 0.0\nstanding_rate = 0.0\npoliticization_cost = 0.0\nwaiver = 0.0";
    let of = |inducement: &str| {
        let regime = format!("{fixed}\n{inducement}");
        trace(&world(&sanctioned("", "intrinsic_motivation = 0.6\nsender_standing = 0.3", &regime)), 200)
    };
    let threat = of("severity = 1.2\nthreat = [0.0, 0.0, 0.0, 1.0]\nprize = 0.0");
    let reward = |control: f64| {
        of(&format!("severity = 0.0\nprize = 1.2\nreward = [0.0, 0.0, 0.0, 1.0]\nreward_control = {control}"))
    };
    // To the bit: what is felt is the same.
    let bits = |run: &crate::support::Trace| run.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert!(bits(&threat) == bits(&reward(1.0)));
    let motivation = |run: &crate::support::Trace| mean(&run.last(0, Variable::Motivation));
    let all: Vec<f64> = [1.0, 0.75, 0.5, 0.25, 0.0].map(|control| motivation(&reward(control))).to_vec();
    assert!(all.windows(2).all(|pair| pair[1] > pair[0] + 0.001), "{all:?}");
    // A reward that controls nobody is framed as payment all the same.
    let nothing = motivation(&of("severity = 0.0\nprize = 0.0"));
    assert!(all[4] < nothing, "{all:?}, with nothing {nothing}");
}

#[test]
fn a_regime_that_ends_for_the_only_state_ends_and_what_was_imposed_is_felt_as_a_threat_of_its_size() {
    let bits = |run: &crate::support::Trace| run.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let of = |regime: &str| trace(&world(&sanctioned("", "sender_standing = 0.3", regime)), 50);
    let still = "standing_rate = 0.0\npoliticization_cost = 0.0";
    let all = of(&format!("until = 2005.5\n{still}"));
    let one = of(&format!("rated_until = {{ A = 2005.5 }}\n{still}"));
    assert!(bits(&all) == bits(&one));
    assert!(bits(&all) != bits(&of(still)));
    assert!(
        (0..50)
            .all(|r| one.at(r, 22, 0, Variable::Tier(0)) > 0.0 && one.at(r, 23, 0, Variable::Tier(0)) == 0.0)
    );
    // Every grade threatened alike from the first report on is as much as sanctions imposed from then on.
    let grades = "thresholds = [50.0, 40.0, 30.0]\nwaiver = 0.0";
    let threat = of(&format!("{still}\n{grades}\nseverity = 0.8\nthreat = [0.0, 0.0, 0.0, 1.0]"));
    let imposed = "imposed = [{ state = \"A\", from = 2000.5, size = 0.5 }, { state = \"A\", from = 2000.5, size = 0.3 }]";
    let imposed = of(&format!("{still}\n{grades}\nseverity = 0.0\n{imposed}"));
    let most = threat.values().iter().zip(imposed.values()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(most < 1e-12, "{most}");
}

/// A graded state without a law, and none to come: where the law alone counts it has no merit.
fn lawless(regime: &str) -> String {
    sanctioned("", "", regime).replace("hazard = 0.05", "hazard = 0.0")
}

#[test]
fn t13_grades_remember_as_the_view_does_and_follow_the_bar() {
    // No merit and no error: tier 1 is a view of at least the bar. Of two normals with correlation c, both are above or
    // below 0 with probability 1/2 + asin(c) / pi.
    let graded = |numbers: &str| {
        let regime = format!(
            "weight_law = 1.0\nnoise = 0.0\npoliticization = 0.0\nthresholds = [0.0, -50.0, -60.0]\nview_sd = 0.2\n{numbers}"
        );
        let text = lawless(&regime).replace(WATCH, "watch = { grade = \"2WL\", from = 2020 }\n");
        trace(&world(&text), 4000)
    };
    let first = |run: &crate::support::Trace, replicate: usize, year: usize| {
        // Reports come in the middle of the year.
        run.at(replicate, 4 * year + 3, 0, Variable::Tier(0)) == 1.0
    };
    let run = graded("view_memory = 0.88\nbar_rise = 0.0");
    for years in [1, 2, 3, 6] {
        let agree = |r: usize| f64::from(u8::from(first(&run, r, 2) == first(&run, r, 2 + years)));
        let found = mean(&(0..4000).map(agree).collect::<Vec<_>>());
        let expected = 0.5 + 0.88_f64.powi(years as i32).asin() / std::f64::consts::PI;
        let error = 4.0 * (expected * (1.0 - expected) / 4000.0).sqrt();
        assert!((found - expected).abs() < error, "{years} years: {found}, expected {expected} +- {error}");
    }
    // From 2002 on the bar rises by half a standard deviation a year: at 2004.5 by 1.25.
    let run = graded("bar_rise = 0.1\nbar_from = 2002.0");
    for (year, below) in [(0, 0.5), (1, 0.5), (4, 0.894_350)] {
        let found =
            1.0 - mean(&(0..4000).map(|r| f64::from(u8::from(first(&run, r, year)))).collect::<Vec<_>>());
        let error = 4.0 * (below * (1.0_f64 - below) / 4000.0).sqrt();
        assert!(
            (found - below).abs() < error,
            "year {year}: {found} below the bar, expected {below} +- {error}"
        );
    }
}

/// Always in the lowest grade, whatever the state does, so that grades cannot answer.
const FIXED_GRADE: &str =
    "thresholds = [50.0, 40.0, 30.0]\nnoise = 0.0\nstanding_rate = 0.0\npoliticization_cost = 0.0";

/// Pressure, resentment and law, and nothing else that could move a law.
const RESENTED: &str = "reactance_rate = 0.6\nattribution_rate = 0.0\noverjustification = 0.0\nself_determination = 0.0\nagenda_narrowing = 0.0\nsignalling = 0.0\nadopt_pressure = 3.0\nadopt_motivation = 0.0\nadopt_mobilization = 0.0\nspiral_up = [0.0, 0.0, 0.0, 0.0]\nspiral_down = [0.0, 0.0, 0.0, 0.0]";

#[test]
fn t15_under_the_same_sanctions_a_state_that_resents_control_legislates_later() {
    let replicates = 400;
    let waits = |defiance: f64, aversion: f64, severity: f64| {
        let state = format!("sender_standing = 0.2\ncontrol_aversion = {aversion}");
        let regime = format!("severity = {severity}\n{FIXED_GRADE}");
        let text = sanctioned(&format!("{RESENTED}\ndefiance = {defiance}"), &state, &regime);
        let run = trace(&world(&text), replicates);
        let wait =
            |r: usize| (0..=80).find(|step| run.at(r, *step, 0, Variable::Adopted(0)) == 1.0).unwrap_or(81);
        (0..replicates as usize).map(wait).collect::<Vec<_>>()
    };
    let later = |a: &[usize], b: &[usize]| {
        assert!(a.iter().zip(b).all(|(a, b)| a >= b), "in some replicate it legislates earlier");
        a.iter().zip(b).filter(|(a, b)| a > b).count()
    };
    let (calm, resentful) = (waits(0.5, 0.0, 1.2), waits(0.5, 1.0, 1.2));
    assert!(later(&resentful, &calm) > 20, "resentment delays");
    assert!(later(&waits(1.0, 1.0, 1.2), &resentful) > 20, "and more, the more it resists");
    assert_eq!(waits(0.0, 1.0, 1.2), waits(0.0, 0.0, 1.2), "without defiance it is a feeling and no more");
    // Above 1 it is a backlash: once resentment has grown, it legislates less than if nobody had pressed.
    let late = |severity: f64| waits(2.0, 1.0, severity).iter().filter(|wait| **wait > 80).count();
    assert!(late(1.2) > late(0.0) + 40, "{} and {}", late(1.2), late(0.0));
}

#[test]
fn t15_shame_alone_is_resented_where_it_is_felt_as_control() {
    let resentment = |shame_control: f64, standing: f64| {
        let state = format!("sender_standing = {standing}\ncontrol_aversion = 1.0");
        let regime = format!("severity = 0.0\n{FIXED_GRADE}");
        let text = sanctioned(&format!("{RESENTED}\nshame_control = {shame_control}"), &state, &regime)
            .replace("shame = [0.0, 0.0, 0.0, 0.0]", "shame = [0.0, 0.0, 0.0, 0.8]");
        mean(&trace(&world(&text), 1).last(0, Variable::Reactance))
    };
    assert_eq!(resentment(0.0, 0.5), 0.0);
    // Shame .8 of a sender of standing one half is .4, in half effects.
    let expected = 0.3 * 0.4 / (0.4 + 1.0) * 0.5;
    assert!((resentment(0.3, 0.5) - expected).abs() < 1e-4, "{}", resentment(0.3, 0.5));
    assert_eq!(resentment(0.3, 1.0), 0.0, "from a sender that is wholly respected it is none");
}

#[test]
fn crowding_of_either_sign_moves_motivation_to_its_side_and_keeps_it_in_range() {
    let motivation = |coefficients: &str| {
        let numbers = format!(
            "{}\nattribution_rate = 0.5\nreactance_rate = 0.6\n{coefficients}",
            "drift = 0.03\nvolatility = 0.0"
        );
        let state = "intrinsic_motivation = 0.5\nsender_standing = 0.2\ncontrol_aversion = 1.0";
        let text = sanctioned(&numbers, state, &format!("severity = 1.2\n{FIXED_GRADE}"));
        let run = trace(&world(&text), 1);
        assert_eq!(
            run.ledger.iter().map(|terms| terms[TERMS - 1].abs()).sum::<f64>(),
            0.0,
            "nothing is cut off"
        );
        run.at(0, 80, 0, Variable::Motivation)
    };
    for name in ["overjustification", "self_determination"] {
        let other = if name == "overjustification" { "self_determination" } else { "overjustification" };
        let of = |x: f64| motivation(&format!("{name} = {x:?}\n{other} = 0.0"));
        assert!(of(0.2) < of(0.0) - 0.05 && of(0.0) + 0.05 < of(-0.2) && of(-0.5) <= 1.0, "{name}");
    }
}

#[test]
fn a_treaty_that_opens_comes_to_count_over_the_years_of_its_ramp() {
    let text = head(20, 4)
        + &only("commitment_ramp = 5.0")
        + "\n[[state]]\nid = \"A\"\n[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.0\nadopted = { A = 1999 }\n\
           [[instrument]]\nid = \"treaty\"\nkind = \"treaty\"\nhazard = 0.0\nopens = 2010\nadopted = { A = 2016.5 }\n";
    let commitment = |text: &str| {
        let run = trace(&world(text), 1);
        (0..=80).map(|step| run.at(0, step, 0, Variable::Commitment)).collect::<Vec<_>>()
    };
    for (step, found) in commitment(&text).into_iter().enumerate() {
        let date = 2000.0 + step as f64 / 4.0;
        let counts = ((date - 2010.0) / 5.0).clamp(0.0, 1.0);
        // A row after so many steps has what is so as of its date; an adoption given for a date holds from the step that begins then.
        let expected = if date > 2016.5 { 1.0 } else { 1.0 / (1.0 + counts) };
        assert!((found - expected).abs() < 1e-12, "{date}: {found}, expected {expected}");
    }
    let at_once = commitment(&text.replace("commitment_ramp = 5.0", "commitment_ramp = 0.0"));
    assert!(at_once[39] == 1.0 && at_once[40] == 0.5);
}

#[test]
fn who_means_it_neither_represses_nor_denies_for_ever() {
    let phases = |spiral_motivation: f64| {
        let numbers = format!(
            "spiral_up = [1.4, 0.65, 1.9, 0.6]\nspiral_down = [0.16, 0.16, 0.16, 0.16]\nspiral_motivation = {spiral_motivation}"
        );
        let text = head(30, 4)
            + &only(&numbers)
            + "\n[[state]]\nid = \"A\"\nintrinsic_motivation = 0.95\nopenness = 0.0\ninitial_phase = 0\n";
        mean(&trace(&world(&text), 200).last(0, Variable::Phase))
    };
    assert_eq!(phases(0.0), 0.0, "nobody presses, nobody looks");
    assert!(phases(1.0) > 1.5);
}

#[test]
fn pressure_by_a_sender_that_rewards_enforcement_moves_framing_to_crime_control() {
    // Enforcement rests at max(pressure, 0) + f m, so it is compared after the sender has gone and pressure with it.
    let effort = |weights: &str| {
        let numbers = only("pressure_rate = 3.0\nenforcement_rate = 4.0\nframing_by_pressure = 0.3")
            .replace("[parameters]\n", "");
        let regime = format!("until = 2010\nseverity = 1.2\n{FIXED_GRADE}\n{weights}");
        let text = sanctioned(&numbers, "intrinsic_motivation = 0.5", &regime)
            .replace("hazard = 0.05", "hazard = 0.0");
        let run = trace(&world(&text), 1);
        run.at(0, 80, 0, Variable::Enforcement)
    };
    let weights = |enforcement: f64| format!("weight_law = 0.0\nenforcement_share = {enforcement}");
    let [none, some, more] = [0.0, 0.3, 0.7].map(|w| effort(&weights(w)));
    // Capacity .6, framing .5, motivation .5.
    assert!((none - 0.15).abs() < 1e-6, "{none}");
    assert!(some > none + 0.01 && more > some + 0.01, "{none}, {some}, {more}");
}

#[test]
fn a_run_that_begins_amid_history_starts_where_it_is_told() {
    let given = "capacity = 0.5\ninitial_motivation = 0.7\ninitial_enforcement = 0.9\ninitial_protection = 0.2\ninitial_rhetoric = 0.6\ninitial_mobilization = 0.3\n\
                 initial_attribution = { low = 0.2, high = 0.4 }\ninitial_reactance = 0.1\ninitial_pressure = 0.8\ninitial_tier = { g = \"2WL\" }\ninitial_watched = { g = 3 }";
    // Always on the watch list by its score; after four years on it a state falls to tier 3.
    let regime = "thresholds = [50.0, 40.0, -1.0]\nnoise = 0.0";
    let text =
        sanctioned("volatility = 0.0", given, regime).replace("limit_from = 2009", "limit_from = 2000");
    let told = trace(&world(&text), 40);
    let at = |step: usize, v: Variable| told.at(0, step, 0, v);
    let start = [
        (Variable::Motivation, 0.7),
        // Practice is at most the capacity.
        (Variable::Enforcement, 0.5),
        (Variable::Protection, 0.2),
        (Variable::Rhetoric, 0.6),
        (Variable::Mobilization, 0.3),
        (Variable::Reactance, 0.1),
        (Variable::Pressure, 0.8),
        (Variable::Tier(0), 3.0),
    ];
    for (v, expected) in start {
        assert_eq!(at(0, v), expected, "{v:?}");
    }
    let drawn: Vec<f64> = (0..40).map(|r| told.at(r, 0, 0, Variable::Attribution)).collect();
    assert!(drawn.iter().all(|a| (0.2..=0.4).contains(a)) && (mean(&drawn) - 0.3).abs() < 0.05);
    // Threatened from the first step on: pressure moves towards what the watch list brings, and not towards none.
    let none = trace(
        &world(&sanctioned(
            "volatility = 0.0",
            &given.replace("initial_tier = { g = \"2WL\" }\ninitial_watched = { g = 3 }", ""),
            regime,
        )),
        1,
    );
    assert!(at(1, Variable::Pressure) > none.at(0, 1, 0, Variable::Pressure) + 0.05);
    // Three years on the list before, and so the second report makes it five.
    assert_eq!([at(3, Variable::Tier(0)), at(7, Variable::Tier(0))], [3.0, 4.0]);
    assert_eq!([none.at(0, 7, 0, Variable::Tier(0)), none.at(0, 0, 0, Variable::Tier(0))], [3.0, 0.0]);
}

#[test]
fn t16_what_one_regime_makes_a_state_feel_adopts_nothing_that_only_another_demands() {
    let numbers = only("pressure_rate = 1.8\nadopt_pressure = 4.0");
    let rates = |id: &str, demands: &str, rates: &str| {
        format!(
            "[[regime]]\nid = \"{id}\"\nkind = \"rating\"\ndemands = [{demands}]\nrates = [{rates}]\n{}\n",
            tvpa(&format!("{FIXED_GRADE}\nseverity = 1.2"))
        )
    };
    let adopts = |regimes: &str| {
        let text = head(20, 4)
            + &numbers
            + "\n[[state]]\nid = \"A\"\nsanction_sensitivity = 1.0\n[[state]]\nid = \"B\"\nsanction_sensitivity = 1.0\n"
            + "[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.05\n[[instrument]]\nid = \"ban\"\nkind = \"law\"\nhazard = 0.05\n"
            + regimes;
        let run = trace(&world(&text), 300);
        // In id order, the ban is the first instrument.
        let when = |instrument: usize| -> Vec<usize> {
            let of = |r: usize| {
                (0..=80).find(|s| run.at(r, *s, 0, Variable::Adopted(instrument)) == 1.0).unwrap_or(81)
            };
            (0..300).map(of).collect()
        };
        let felt = run.at(0, 80, 0, Variable::Pressure);
        ([when(0), when(1)], felt)
    };
    let (nobody, none) = adopts("");
    let (drugs, felt) = adopts(&(rates("drugs", "\"ban\"", "\"A\"") + &rates("tip", "\"law\"", "\"B\"")));
    assert!(none == 0.0 && felt > 0.5, "it is pressed");
    assert_eq!(drugs[1], nobody[1], "A passes no law earlier because of drugs");
    assert!(drugs[0].iter().sum::<usize>() < nobody[0].iter().sum::<usize>() * 3 / 4, "but the ban");
    let (both, felt_of_both) =
        adopts(&(rates("drugs", "\"ban\"", "\"A\"") + &rates("tip", "\"law\"", "\"A\", \"B\"")));
    assert_eq!(both[0], drugs[0], "each pushes to what it demands");
    assert!(both[1].iter().sum::<usize>() < nobody[1].iter().sum::<usize>() * 3 / 4);
    assert!((felt_of_both - 2.0 * felt).abs() < 1e-12, "what is felt is the sum");
}

/// Among peers that a regime may pay, nothing moves but attribution, and one state that listens.
const LISTENS: &str = "persuasion = 0.5\npull_down = 0.0\nhearing_half = 0.1\nopenness_to_argument = [1.0, 1.0, 1.0, 1.0, 1.0]\nopenness_region = [1.0, 1.0, 1.0, 1.0, 1.0]\nattribution_rate = 1.0\nregional_argument = 0.2";

/// A state that listens, L, tied to two peers that mean it and are rated by a regime of this severity.
fn listening(parameters: &str, severity: f64, more: &str) -> String {
    let peer = |id: &str| {
        format!(
            "\n[[state]]\nid = \"{id}\"\nintrinsic_motivation = 0.6\nautochthonous_motivation = 0.6\nsanction_sensitivity = 1.0\n"
        )
    };
    let regime = format!(
        "[[regime]]\nid = \"g\"\nkind = \"rating\"\nrates = [\"P\", \"Q\"]\n{}\n",
        tvpa(&format!("severity = {severity}\n{FIXED_GRADE}"))
    );
    head(10, 4)
        + &only(&format!("{LISTENS}\n{parameters}"))
        + "\n[[state]]\nid = \"L\"\nintrinsic_motivation = 0.1\n"
        + &peer("P")
        + &peer("Q")
        + &regime
        + more
}

const TIED: &str =
    "[[tie]]\nbetween = [\"L\", \"P\"]\nweight = 0.5\n[[tie]]\nbetween = [\"L\", \"Q\"]\nweight = 0.5\n";

#[test]
fn t14_who_believes_it_was_paid_persuades_less() {
    // Silence: only who means it and knows that it does speaks. The peers mean the same in every world.
    let listener = |severity: f64, silence: f64| {
        let text = listening(&format!("silence = {silence}\ncivil_voice = 0.0"), severity, TIED);
        let run = trace(&world(&text), 1);
        assert!(
            (0..=40).all(|step| run.at(0, step, 1, Variable::Motivation) == 0.6),
            "peers stay as they are"
        );
        [1, 40].map(|step| run.at(0, step, 0, Variable::Motivation))
    };
    // In the first step nobody has been paid yet: heard is .5 .6 + .5 .6 = .6, and the mean motivation heard .6.
    let expected = 0.1 + 0.5 * (0.6 / 0.7) * (0.6 - 0.1) * 0.25;
    assert!((listener(1.2, 1.0)[0] - expected).abs() < 1e-12, "a tie without a community is heard");
    let [unpaid, little, much] = [0.0, 0.02, 1.2].map(|severity| listener(severity, 1.0)[1]);
    assert!(unpaid > little + 1e-4 && little > much + 1e-4, "{unpaid}, {little}, {much}");
    let [unpaid, much] = [0.0, 1.2].map(|severity| listener(severity, 0.0)[1]);
    assert_eq!(unpaid, much, "where all speak alike, nobody asks who was paid");
}

/// The region's term of all members over the whole run.
fn argued(world: &World) -> f64 {
    let term = TERM_NAMES.iter().position(|name| *name == "regional_argument").expect("a term");
    trace(world, 1).ledger.iter().map(|terms| terms[term]).sum()
}

#[test]
fn t14_the_sign_of_what_a_regime_does_to_the_region_follows_silence_and_autochthony() {
    let region = "[[regime]]\nid = \"r\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.8\nargument = [{ from = 2001, value = 1.0, answers = \"g\" }]\n[counterfactual.none]\nremove = [\"regime.g\"]\n";
    // What the region argues with the regime, less what it argues without.
    let difference = |silence: f64, autochthony: f64| {
        let numbers = format!("silence = {silence}\ncivil_voice = 0.0\nautochthony = {autochthony}");
        let mut loaded = Scenario::parse("test", &listening(&numbers, 1.2, region), None).expect("valid");
        let with = argued(&loaded.build_alone().expect("valid").world);
        loaded.apply_counterfactual("none").expect("valid");
        with - argued(&loaded.build_alone().expect("valid").world)
    };
    assert!(difference(0.0, 0.0) > 0.01, "all that it argues answers the regime");
    assert!(difference(1.0, 1.0) < -0.01, "it would have come by itself, and the regime silences who argues");
    assert!(difference(0.0, 1.0).abs() < 1e-12, "nobody is silenced, and nothing answered");
    assert!(
        difference(1.0, 0.0) > difference(1.0, 1.0),
        "the less is autochthonous, the more a regime brings"
    );
}

#[test]
fn t14_the_regions_term_falls_as_its_members_put_their_compliance_down_to_payment() {
    let region =
        "[[regime]]\nid = \"r\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.8\nargument = 1.0\n";
    let term = |severity: f64| {
        argued(&world(
            &listening("persuasion = 0.0\nsilence = 1.0\ncivil_voice = 0.0", severity, region).replacen(
                "persuasion = 0.5\n",
                "",
                1,
            ),
        ))
    };
    let terms = [0.0, 0.01, 0.1, 1.0].map(term);
    assert!(terms.windows(2).all(|pair| pair[1] < pair[0]), "{terms:?}");
}

#[test]
fn a_community_is_the_ties_of_its_members_as_engaged_as_it_is_and_no_heavier_for_its_size() {
    let numbers =
        "silence = 0.7\ncivil_voice = 0.3\nparticipatory = 2.0\nadopt_peers = 2.0\nmobilization_rise = 0.4";
    let community = "[[regime]]\nid = \"r\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.5\ntie_weight = 0.8\n";
    let ties: Vec<String> = [("L", "P"), ("L", "Q"), ("P", "Q")]
        .iter()
        .map(|(a, b)| format!("[[tie]]\nbetween = [\"{a}\", \"{b}\"]\nweight = 0.2\n"))
        .collect();
    let instrument = "[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.2\n";
    let of = |more: &str| trace(&world(&listening(numbers, 1.2, &(instrument.to_string() + more))), 20);
    let (one, other) = (of(community), of(&ties.concat()));
    let apart = one.values().iter().zip(other.values()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(apart < 1e-9, "{apart}");
    assert!(
        one.values().iter().zip(of("").values()).any(|(a, b)| (a - b).abs() > 0.01),
        "peers do something"
    );
}

#[test]
fn a_region_that_argues_crime_moves_what_its_members_take_the_norm_to_be_about() {
    // With nothing else at work, enforcement rests at f m, and f moves towards the region's framing of 1.
    let effort = |framing: &str| {
        let region = format!(
            "[[regime]]\nid = \"r\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 1.0\nargument = 1.0\n{framing}\n"
        );
        let text = listening("enforcement_rate = 4.0", 0.0, &region).replace("end = 2010", "end = 2060");
        let run = trace(&world(&text), 1);
        run.at(0, 200, 1, Variable::Enforcement) / run.at(0, 200, 1, Variable::Motivation)
    };
    // Capacity .6, framing .5 and .5 for want of any.
    assert!((effort("") - 0.3).abs() < 1e-3, "{}", effort(""));
    assert!((effort("framing = 1.0") - 0.6).abs() < 1e-3, "{}", effort("framing = 1.0"));
}

#[test]
fn a_senders_own_standard_goes_with_it_and_has_ears_of_its_own() {
    let convention = "[[regime]]\nid = \"standard\"\nkind = \"convention\"\nsender = \"g\"\n[counterfactual.none]\nremove = [\"regime.g\"]\n";
    let mut loaded =
        Scenario::parse("test", &listening("argumentation = 0.1", 0.0, convention), None).expect("valid");
    assert_eq!(loaded.build_alone().expect("valid").world.conventions[0].sender, Some(0));
    let with = trace(&loaded.build_alone().expect("valid").world, 1).last(1, Variable::Motivation);
    loaded.apply_counterfactual("none").expect("valid");
    let without = loaded.build_alone().expect("valid").world;
    assert!(without.conventions.is_empty());
    assert!(with[0] > trace(&without, 1).last(1, Variable::Motivation)[0] + 0.05);
    // Who resents its sender hears the sender's own standard less than a convention of others.
    let heard = |own: &str, spill: &str| {
        let numbers = format!("argumentation = 0.1\nreactance_rate = 1.0\n{spill}");
        let text = listening(&numbers, 1.2, &convention.replace("sender = \"g\"\n", own));
        mean(&trace(&world(&text), 1).last(1, Variable::Motivation))
    };
    let (own, other) = ("sender = \"g\"\n", "");
    assert!(heard(own, "spill_sender = 1.0") < heard(other, "spill_sender = 1.0") - 1e-3);
    assert_eq!(heard(own, "spill_sender = 0.0"), heard(other, "spill_convention = 0.0"));
}

#[test]
fn t13_with_merit_constant_scores_hang_together_as_the_views_do() {
    let regime = "weight_law = 1.0\nnoise = 0.06\npoliticization = 0.0\nview_sd = 0.2\nview_memory = 0.88\nbar_rise = 0.0";
    let run = trace(&world(&lawless(regime)), 4000);
    let of =
        |v: Variable, year: usize| -> Vec<f64> { (0..4000).map(|r| run.at(r, 4 * year + 3, 0, v)).collect() };
    let correlation = |a: &[f64], b: &[f64]| {
        let (ma, mb) = (mean(a), mean(b));
        let product: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).collect();
        let square = |x: &[f64], m: f64| mean(&x.iter().map(|x| (x - m).powi(2)).collect::<Vec<_>>());
        mean(&product) / (square(a, ma) * square(b, mb)).sqrt()
    };
    // Of the variance of a score, .2^2 is the view's and .06^2 the error's.
    let share = 0.04 / (0.04 + 0.0036);
    for years in [1, 2, 4, 8] {
        for (v, of_view) in [(Variable::View(0), 1.0), (Variable::Score(0), share)] {
            let expected = of_view * 0.88_f64.powi(years as i32);
            let found = correlation(&of(v, 3), &of(v, 3 + years));
            let error = 4.0 * (1.0 - expected * expected) / 4000.0_f64.sqrt();
            assert!(
                (found - expected).abs() < error,
                "{v:?}, {years} years: {found}, expected {expected} +- {error}"
            );
        }
    }
    assert!(of(Variable::Merit(0), 5).iter().all(|merit| *merit == 0.0));
}

#[test]
fn t13_the_watch_list_does_not_hang_on_the_steps_a_year() {
    // Merit moves with pressure, law and phases; a fall of the score by .2 puts on the list whoever would be in tier 2.
    let replicates = 1500;
    let listed = |steps: usize| {
        let regime = "thresholds = [0.9, 0.2, -50.0]\nnoise = 0.06\nview_sd = 0.2\nview_memory = 0.7\nbackslide = -0.2\nseverity = 1.2";
        let text = sanctioned("", "intrinsic_motivation = 0.4", regime)
            .replace("steps_per_year = 4", &format!("steps_per_year = {steps}"));
        let run = trace(&world(&text), replicates);
        let on = |r: usize, year: usize| run.at(r, steps * (year + 1), 0, Variable::Tier(0)) == 3.0;
        // Shares of years, since those of one replicate hang together.
        (0..replicates as usize)
            .map(|r| (5..20).filter(|year| on(r, *year)).count() as f64 / 15.0)
            .collect::<Vec<_>>()
    };
    let of = |shares: &[f64]| {
        let m = mean(shares);
        (m, mean(&shares.iter().map(|x| (x - m).powi(2)).collect::<Vec<_>>()) / f64::from(replicates))
    };
    let (quarterly, variance) = of(&listed(4));
    assert!(quarterly > 0.05 && quarterly < 0.5, "{quarterly}");
    for steps in [12, 52] {
        let (found, other) = of(&listed(steps));
        let error = 4.0 * (variance + other).sqrt() + 0.005;
        assert!((found - quarterly).abs() < error, "{steps} steps: {found}, four: {quarterly} +- {error}");
    }
}

#[test]
fn t12_the_sign_of_signalling_follows_the_standing_of_the_sender() {
    let parameters = only("pressure_rate = 1.15\nsignalling = 0.3").replace("[parameters]\n", "");
    let motivation = |standing: f64, severity: f64| {
        let state = format!("intrinsic_motivation = 0.5\nsender_standing = {standing}");
        let regime = format!("severity = {severity}\nstanding_rate = 0.0");
        mean(&trace(&world(&sanctioned(&parameters, &state, &regime)), 8).last(0, Variable::Motivation))
    };
    let never = motivation(0.5, 0.0);
    assert!(motivation(0.9, 1.2) > never + 0.05, "a respected sender crowds in");
    assert!(motivation(0.1, 1.2) < never - 0.05, "a despised one crowds out");
    assert!((motivation(0.5, 1.2) - never).abs() < 1e-12, "at one half the signal is silent");
}
