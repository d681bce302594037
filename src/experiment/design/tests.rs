//! Tests of the designs: known points, and the properties by which each earns its name.

use super::*;
use crate::scenario::Scenario;
use std::collections::BTreeSet;

fn axis(path: &str, low: f64, high: f64) -> Axis {
    Axis { path: path.into(), low, high, values: Vec::new() }
}

fn unit_axes(n: usize) -> Vec<Axis> {
    (0..n).map(|j| axis(&format!("x{j}"), 0.0, 1.0)).collect()
}

fn points(plan: &Plan) -> Vec<Vec<f64>> {
    (0..plan.len() as u64).map(|i| plan.point(i)).collect()
}

fn plan(method: Method, axes: Vec<Axis>, seed: u64) -> Plan {
    Plan::new(method, axes, seed).unwrap()
}

#[test]
fn a_grid_counts_with_its_last_axis_first() {
    let mut axes = unit_axes(3);
    for (axis, values) in axes.iter_mut().zip([vec![0.0, 1.0], vec![5.0], vec![-1.0, 3.0, 2.0]]) {
        axis.values = values;
    }
    let expected: [[f64; 3]; 6] = [
        [0.0, 5.0, -1.0],
        [0.0, 5.0, 3.0],
        [0.0, 5.0, 2.0],
        [1.0, 5.0, -1.0],
        [1.0, 5.0, 3.0],
        [1.0, 5.0, 2.0],
    ];
    assert_eq!(points(&plan(Method::Grid, axes, 1)), expected);
}

#[test]
fn the_number_of_points_is_known_however_large() {
    let mut axes = unit_axes(4);
    for axis in &mut axes {
        axis.values = (0..1_000_000).map(f64::from).collect();
    }
    let large = plan(Method::Grid, axes.clone(), 1);
    assert_eq!(large.len(), 10_u128.pow(24));
    assert_eq!(large.point(10_u64.pow(18) + 2), [1.0, 0.0, 0.0, 2.0]);
    let many: Vec<Axis> = (0..30).map(|j| Axis { path: format!("x{j}"), ..axes[0].clone() }).collect();
    assert_eq!(plan(Method::Grid, many, 1).len(), u128::MAX);
    let k5 = || unit_axes(5);
    let count = |method| plan(method, k5(), 1).len();
    assert_eq!(count(Method::Saltelli { samples: 1024, second_order: false }), 1024 * 7);
    assert_eq!(count(Method::Saltelli { samples: 1024, second_order: true }), 1024 * 12);
    assert_eq!(count(Method::Morris { trajectories: 10, levels: 4 }), 60);
    assert_eq!(count(Method::LatinHypercube { points: 1_000_000_000_000 }), 1_000_000_000_000);
}

#[test]
fn every_stratum_of_a_latin_hypercube_holds_one_point() {
    for (n, axes) in [(1, 1), (2, 3), (7, 2), (100, 5), (1000, 20)] {
        let all = points(&plan(Method::LatinHypercube { points: n }, unit_axes(axes), 2016));
        for j in 0..axes {
            let strata: BTreeSet<u64> = all.iter().map(|x| (x[j] * n as f64) as u64).collect();
            assert!(strata.into_iter().eq(0..n), "axis {j} of {axes}, {n} points");
        }
    }
}

#[test]
fn axes_of_a_latin_hypercube_are_independent_and_jitter_is_uniform() {
    let n = 4000;
    let all = points(&plan(Method::LatinHypercube { points: n }, unit_axes(20), 7));
    for a in 0..20 {
        for b in 0..a {
            let covariance: f64 = all.iter().map(|x| (x[a] - 0.5) * (x[b] - 0.5)).sum::<f64>() / n as f64;
            // Correlation of n pairs has standard error 1/sqrt(n); 190 pairs of axes.
            assert!(
                (12.0 * covariance).abs() < 4.5 / (n as f64).sqrt(),
                "axes {a} and {b}: {}",
                12.0 * covariance
            );
        }
        let jitter: f64 = all.iter().map(|x| (x[a] * n as f64).fract()).sum::<f64>() / n as f64;
        assert!((jitter - 0.5).abs() < 4.5 / (12.0 * n as f64).sqrt(), "axis {a}: mean jitter {jitter}");
    }
}

#[test]
fn a_latin_hypercube_of_very_many_points_is_laid_point_by_point() {
    let n = 1_000_000_000_000;
    let design = plan(Method::LatinHypercube { points: n }, unit_axes(2), 3);
    let strata: BTreeSet<u64> = (0..1000).map(|i| (design.point(n - 1 - i)[1] * n as f64) as u64).collect();
    assert_eq!(strata.len(), 1000);
    // Of the same program as below.
    let last = plan(Method::LatinHypercube { points: n }, unit_axes(2), 2016).point(n - 1);
    assert_eq!((last[0] * n as f64) as u64, 735_251_501_607);
}

#[test]
fn the_seed_changes_what_is_drawn_and_only_that() {
    let axes = || unit_axes(3);
    for method in [Method::LatinHypercube { points: 50 }, Method::Morris { trajectories: 10, levels: 4 }] {
        assert_eq!(points(&plan(method, axes(), 1)), points(&plan(method, axes(), 1)));
        assert_ne!(points(&plan(method, axes(), 1)), points(&plan(method, axes(), 2)));
    }
    for method in [Method::Sobol { points: 50 }, Method::Saltelli { samples: 10, second_order: true }] {
        assert_eq!(points(&plan(method, axes(), 1)), points(&plan(method, axes(), 2)));
    }
    // Adding an axis moves no other.
    let method = Method::LatinHypercube { points: 50 };
    let (three, four) = (plan(method, axes(), 1), plan(method, unit_axes(4), 1));
    assert!((0..50).all(|i| three.point(i)[..] == four.point(i)[..3]));
}

/// Values of a program in another language that follows the description of the draws.
#[test]
fn drawn_points_are_those_of_the_recipe() {
    let drawn = |method| plan(method, vec![axis("a", 0.0, 1.0), axis("b", -2.0, 2.0)], 2016).point(3);
    assert_eq!(
        drawn(Method::LatinHypercube { points: 10 }),
        [0.866_753_444_925_416_3, -1.256_290_530_366_823]
    );
    assert_eq!(drawn(Method::Morris { trajectories: 4, levels: 4 }), [1.0, 0.666_666_666_666_666_5]);
}

/// Values of `scipy.stats.qmc.Sobol(d, scramble=False)`, SciPy 1.17.1.
#[test]
fn the_sobol_sequence_is_that_of_scipy() {
    let seven = plan(Method::Sobol { points: 1 << 40 }, unit_axes(7), 1);
    assert_eq!(seven.point(0), [0.0; 7]);
    assert_eq!(seven.point(5), [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875]);
    let far = plan(Method::Sobol { points: 1 << 40 }, unit_axes(3), 1).point(123_456_789);
    assert_eq!(far, [0.975_897_736_847_400_7, 0.792_431_928_217_411, 0.006_405_912_339_687_347]);
    let wide = plan(Method::Sobol { points: 1024 }, unit_axes(1000), 1);
    let known: [(u64, usize, f64); 5] = [
        (1, 999, 0.5),
        (2, 999, 0.75),
        (777, 500, 0.870_117_187_5),
        (1023, 21, 0.018_554_687_5),
        (1000, 3, 0.676_757_812_5),
    ];
    for (i, j, expected) in known {
        assert_eq!(wide.point(i)[j], expected, "point {i}, dimension {j}");
    }
}

#[test]
fn projections_of_the_sobol_sequence_fill_every_box() {
    let design = plan(Method::Sobol { points: 256 }, unit_axes(2), 1);
    for (across, down) in [(256, 1), (16, 16), (64, 4), (1, 256)] {
        let boxes: BTreeSet<(u64, u64)> = (0..256)
            .map(|i| design.point(i))
            .map(|x| ((x[0] * f64::from(across)) as u64, (x[1] * f64::from(down)) as u64))
            .collect();
        assert_eq!(boxes.len(), 256, "{across} by {down}");
    }
}

/// Values of `SALib.sample.sobol.sample(..., scramble=False, skip_values=16)`, SALib 1.6.0.
#[test]
fn saltelli_designs_are_those_of_salib() {
    let axes = || vec![axis("a", 0.0, 1.0), axis("b", 10.0, 20.0)];
    let first = plan(Method::Saltelli { samples: 2, second_order: false }, axes(), 1);
    let (a, b) = ([0.09375, 0.46875], [14.6875, 16.5625]);
    let (c, d) = ([0.59375, 0.96875], [19.6875, 11.5625]);
    let at = |x: [f64; 2], i: usize, y: [f64; 2], j: usize| [x[i], y[j]];
    let expected = [
        at(a, 0, b, 0),
        at(a, 1, b, 0),
        at(a, 0, b, 1),
        at(a, 1, b, 1),
        at(c, 0, d, 0),
        at(c, 1, d, 0),
        at(c, 0, d, 1),
        at(c, 1, d, 1),
    ];
    assert_eq!(points(&first), expected);
    let pi = std::f64::consts::PI;
    let ishigami = vec![axis("x", -pi, pi), axis("y", -pi, pi), axis("z", -pi, pi)];
    let second = plan(Method::Saltelli { samples: 4, second_order: true }, ishigami, 1);
    let (a, b) = (
        [0.589_048_622_548_086, 2.945_243_112_740_431, 2.945_243_112_740_431],
        [-2.159_844_949_342_982_5, 1.767_145_867_644_258_8, -0.196_349_540_849_362_3],
    );
    let expected = [
        a,
        [b[0], a[1], a[2]],
        [a[0], b[1], a[2]],
        [a[0], a[1], b[2]],
        [a[0], b[1], b[2]],
        [b[0], a[1], b[2]],
        [b[0], b[1], a[2]],
        b,
    ];
    assert_eq!(points(&second)[8..16], expected);
}

#[test]
fn morris_trajectories_move_each_axis_once_by_the_step() {
    for (levels, k) in [(2, 1), (4, 3), (6, 9), (10, 40)] {
        let design = plan(Method::Morris { trajectories: 30, levels }, unit_axes(k), 2016);
        let step = f64::from(levels) / (2.0 * f64::from(levels - 1));
        let all = points(&design);
        for trajectory in all.chunks(k + 1) {
            let mut moved = BTreeSet::new();
            for pair in trajectory.windows(2) {
                let differ: Vec<usize> = (0..k).filter(|&j| pair[0][j] != pair[1][j]).collect();
                assert_eq!(differ.len(), 1);
                assert!(((pair[0][differ[0]] - pair[1][differ[0]]).abs() - step).abs() < 1e-12);
                moved.insert(differ[0]);
            }
            assert_eq!(moved.len(), k);
        }
        let on_grid = |x: f64| {
            (x * f64::from(levels - 1)).fract().min(1.0 - (x * f64::from(levels - 1)).fract()) < 1e-9
        };
        assert!(all.iter().flatten().all(|&x| (0.0..=1.0).contains(&x) && on_grid(x)));
    }
}

#[test]
fn morris_starts_directions_and_orders_are_equally_likely() {
    let (k, trajectories) = (10, 3000);
    let design = plan(Method::Morris { trajectories, levels: 6 }, unit_axes(k), 11);
    let all = points(&design);
    let (mut levels, mut first) = ([0; 6], vec![0; k]);
    for trajectory in all.chunks(k + 1) {
        for j in 0..k {
            levels[(trajectory[0][j] * 5.0).round() as usize] += 1;
            first[j] += usize::from(trajectory[0][j] != trajectory[1][j]);
        }
    }
    let near = |count: usize, n: f64, p: f64| (count as f64 - n * p).abs() < 4.5 * (n * p * (1.0 - p)).sqrt();
    assert!(levels.iter().all(|&c| near(c, (k as u64 * trajectories) as f64, 1.0 / 6.0)), "{levels:?}");
    assert!(first.iter().all(|&c| near(c, trajectories as f64, 0.1)), "{first:?}");
}

#[test]
fn points_are_scaled_to_their_axes_and_never_past_an_end() {
    // 0.7 is reached from below by (0.7 - 0.1) + 0.1 rounded up: 0.7000000000000001 without the limit.
    let ends = [(0.1, 0.7), (-1e-3, 1e9), (0.3, 0.9), (1e-300, 1.0)];
    let axes: Vec<Axis> = ends.iter().enumerate().map(|(j, (a, b))| axis(&format!("x{j}"), *a, *b)).collect();
    let design = plan(Method::Morris { trajectories: 40, levels: 2 }, axes, 1);
    let mut reached = BTreeSet::new();
    for x in points(&design) {
        for (j, (low, high)) in ends.iter().enumerate() {
            assert!(x[j] >= *low && x[j] <= *high, "{x:?}");
            reached.extend((x[j] == *high).then_some(j));
        }
    }
    assert_eq!(reached.len(), ends.len());
}

#[test]
fn what_cannot_be_laid_is_told() {
    let check = |method: Method, axes: Vec<Axis>, expected: &str| {
        assert_eq!(Plan::new(method, axes, 1).map(drop).unwrap_err().to_string(), expected);
    };
    let sobol = Method::Sobol { points: 8 };
    check(sobol, Vec::new(), "a design needs at least one axis: a path and its lowest and highest value");
    check(sobol, vec![axis("a", 0.0, 1.0), axis("a", 0.0, 2.0)], "a: given twice, expected each axis once");
    let range = "expected a lowest and a higher highest value, and a finite number as their difference";
    check(sobol, vec![axis("a", 1.0, 0.5)], &format!("a: found 1 to 0.5, {range}"));
    check(sobol, vec![axis("a", 1.0, 1.0)], &format!("a: found 1 to 1, {range}"));
    check(sobol, vec![axis("a", f64::NAN, 1.0)], &format!("a: found NaN to 1, {range}"));
    check(sobol, vec![axis("a", -1e308, 1e308)], &format!("a: found -1e308 to 1e308, {range}"));
    check(sobol, unit_axes(1001), "1001 axes, expected at most 1000 for this design");
    let saltelli = Method::Saltelli { samples: 8, second_order: false };
    check(saltelli, unit_axes(501), "501 axes, expected at most 500 for this design");
    check(
        Method::Grid,
        unit_axes(1),
        "x0: a grid needs the values of each axis, or how many levels it has; every one a finite number",
    );
    let hypercube = |points| Method::LatinHypercube { points };
    check(hypercube(0), unit_axes(1), "a design of 0 points has nothing to run; expected at least 1");
    check(
        hypercube(u64::MAX),
        unit_axes(1),
        "18446744073709551615 points are more than a design can tell apart; expected at most 2251799813685248",
    );
    let morris = |trajectories, levels| Method::Morris { trajectories, levels };
    check(morris(0, 4), unit_axes(1), "a design of 0 trajectories has nothing to run; expected at least 1");
    let levels = "levels, expected an even number from 2 to 1000000 for Morris trajectories";
    check(morris(1, 5), unit_axes(1), &format!("5 {levels}"));
    check(morris(1, 0), unit_axes(1), &format!("0 {levels}"));
}

#[test]
fn a_scenario_proposes_its_design() {
    let text = "version = 2\ntitle = \"t\"\n[time]\nstart = 2000\nend = 2002\n[[state]]\nid = \"A\"\n[sweep]\ndesign = \"saltelli\"\nsamples = 8\n\
        [[sweep.axis]]\npath = \"parameters.drift\"\nlow = 0.0\nhigh = 0.1\n";
    let sweep = Scenario::parse("t", text, None).unwrap().build().unwrap().sweep.unwrap();
    assert_eq!(Method::of(&sweep), Method::Saltelli { samples: 8, second_order: false });
    assert_eq!(plan(Method::of(&sweep), sweep.axes, 1).len(), 24);
}

fn read(text: &str, axes: &[&str]) -> Result<Table, String> {
    let axes: Vec<String> = axes.iter().map(ToString::to_string).collect();
    Table::parse("p.csv", text, &axes).map_err(|error| error.to_string())
}

#[test]
fn points_are_read_from_tables_of_any_separator() {
    let expected = Table { paths: vec!["a.b".into(), "c".into()], values: vec![0.5, -2.0, 1e-3, 4.0] };
    for text in [
        "a.b,c\n0.5,-2\n1e-3,4\n",
        "\u{feff}\r\na.b, c\r\n0.5, -2\r\n.001, 4\r\n\r\n",
        "\"a.b\";\"c\"\n0.5;-2\n0.001;4\n",
        "a.b\tc\n0.5\t-2\n0.001\t4\n",
        "# written elsewhere\na.b  c\n  0.5   -2\n1.0e-03 4e+00\n",
        "point,a.b,c\n0,0.5,-2\n1,1e-3,4\n",
        "\"\",\"a.b\",\"c\"\n\"1\",0.5,-2\n\"2\",1e-3,4\n",
        "Unnamed: 0,a.b,c\n0,0.5,-2.0\n1,1e-3,4.\n",
    ] {
        assert_eq!(read(text, &[]).as_ref(), Ok(&expected), "{text}");
    }
    let bare = "5.000000000000000000e-01 -2.000000000000000000e+00\n1.0e-03 4\n";
    assert_eq!(read(bare, &["a.b", "c"]), Ok(expected));
    let one = Plan::from_table(read("0.5\n0.25\n", &["a"]).unwrap());
    assert_eq!((one.len(), one.point(1), one.axes()[0].low, one.axes()[0].high), (2, vec![0.25], 0.25, 0.5));
}

#[test]
fn every_bad_cell_is_named() {
    let check = |text: &str, axes: &[&str], expected: &[&str]| {
        assert_eq!(read(text, axes).unwrap_err().lines().collect::<Vec<_>>(), expected, "{text}");
    };
    check(
        "a,b\n1,nan\n2,inf\n1e999,\n3,x y\n4,5\n",
        &[],
        &[
            "p.csv:2: column 2 (b): found \"nan\", expected a finite number",
            "p.csv:3: column 2 (b): found \"inf\", expected a finite number",
            "p.csv:4: column 1 (a): found \"1e999\", expected a finite number",
            "p.csv:4: column 2 (b): found nothing, expected a finite number",
            "p.csv:5: column 2 (b): found \"x y\", expected a finite number",
        ],
    );
    check(
        "a,b\n1,2,3\n1\n",
        &[],
        &[
            "p.csv:2: found 3 cells, expected 2, as in the first line of the table",
            "p.csv:3: found 1 cells, expected 2, as in the first line of the table",
        ],
    );
    check(
        "a,,a,7\n1,2,3,4\n",
        &[],
        &[
            "p.csv:1: column 2: found no name, expected the name of the column, as `parameters.drift`",
            "p.csv:1: column 3: found \"a\" again, expected each name once",
            "p.csv:1: column 4: found `7`, expected the name of the column, as `parameters.drift`",
        ],
    );
    let columns = "found 2 columns without names, expected";
    check(
        "1 2\n",
        &[],
        &[&format!("p.csv:1: {columns} a first line that names them, as `parameters.drift`")],
    );
    check(
        "1 2\n",
        &["a", "b", "c"],
        &[&format!("p.csv:1: {columns} 3 columns, one for each axis, or a first line that names them")],
    );
    check("point\n1\n", &[], &["p.csv:1: found no column but `point`, expected a column of numbers"]);
    check(
        "\n# nothing\n",
        &["a"],
        &["p.csv: found no rows, expected a line of names, then a line of numbers for each point"],
    );
    check(
        "a\n",
        &[],
        &["p.csv: found no rows, expected a line of numbers for each point, after the line of names"],
    );
    let told = read("root:x:0\ndaemon:x:1\n", &[]).unwrap_err();
    assert!(
        told.contains("no row has a number") && !told.contains("root") && !told.contains("daemon"),
        "{told}"
    );
    let many = format!("a,b\n{}", "1,x\n".repeat(1000));
    let told = read(&many, &[]).unwrap_err();
    assert!(told.lines().count() == 21 && told.ends_with("and 980 more"), "{told}");
}
