//! Whether points from elsewhere are the design that an estimator takes them for, value by value. Estimators see outcomes
//! alone, and would make indices of any order of any points.

use super::Measure;
use crate::excerpt::number;
use crate::experiment::design::Plan;

/// What a point may lie beyond the range of an axis, as a share of it: programs round what they write.
const BEYOND: f64 = 1e-9;

/// Checks that the points of a plan are a design for a measure. Morris trajectories are checked in their steps too where
/// their effects are taken.
///
/// # Errors
/// A sentence that names the first point that is not of the design.
pub(super) fn check(measure: Measure, plan: &Plan) -> Result<(), String> {
    within(plan)?;
    match measure {
        Measure::Morris => Ok(()),
        Measure::Sobol { second_order } => saltelli(plan, second_order).map_err(|wrong| {
            let other = saltelli(plan, !second_order).is_ok();
            let hint = match (other, second_order) {
                (true, false) => {
                    "; they are one that has the points of pairs too: say so with --second-order"
                }
                (true, true) => "; they are one without the points of pairs: leave out --second-order",
                _ => "",
            };
            format!("the points are no design for Sobol indices: {wrong}{hint}")
        }),
    }
}

/// Every value in the range of its axis.
fn within(plan: &Plan) -> Result<(), String> {
    let mut point = vec![0.0; plan.axes().len()];
    for i in 0..plan.len() as u64 {
        plan.write_point(i, &mut point);
        for (axis, x) in plan.axes().iter().zip(&point) {
            let room = BEYOND * (axis.high - axis.low);
            if !(axis.low - room..=axis.high + room).contains(x) {
                let (path, [x, low, high]) = (&axis.path, [*x, axis.low, axis.high].map(number));
                return Err(format!(
                    "point {i} (from 0), {path}: found {x}, expected a number from {low} to {high}, the range of the axis"
                ));
            }
        }
    }
    Ok(())
}

/// For each base sample: A; for each axis A with that axis of B; with second order also B with that axis of A; B.
fn saltelli(plan: &Plan, second_order: bool) -> Result<(), String> {
    let k = plan.axes().len();
    let width = if second_order { 2 * k + 2 } else { k + 2 };
    let points = plan.len() as u64;
    if !points.is_multiple_of(width as u64) {
        return Err(format!("{points} points over {k} axes, expected a multiple of {width}"));
    }
    let mut moves = vec![false; k];
    let (mut a, mut b, mut found) = (vec![0.0; k], vec![0.0; k], vec![0.0; k]);
    for first in (0..points).step_by(width) {
        plan.write_point(first, &mut a);
        plan.write_point(first + width as u64 - 1, &mut b);
        for between in 1..width - 1 {
            let (from, other, axis) =
                if between <= k { (&a, &b, between - 1) } else { (&b, &a, between - 1 - k) };
            let point = first + between as u64;
            plan.write_point(point, &mut found);
            for (j, x) in found.iter().enumerate() {
                let expected = if j == axis { other[j] } else { from[j] };
                // Copies of one number, so equal to the last bit.
                if x.to_bits() != expected.to_bits() && *x != expected {
                    let (path, [x, expected]) = (&plan.axes()[j].path, [*x, expected].map(number));
                    let samples = format!("of points {first} and {}", first + width as u64 - 1);
                    return Err(format!(
                        "point {point} (from 0), {path}: found {x}, expected {expected}, {samples}"
                    ));
                }
            }
        }
        moves.iter_mut().zip(a.iter().zip(&b)).for_each(|(moves, (a, b))| *moves |= a != b);
    }
    match moves.iter().position(|moves| !moves) {
        Some(j) => Err(format!("{} is the same at every pair of base points", plan.axes()[j].path)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::design::{Method, Table};
    use crate::scenario::Axis;

    fn points(method: Method, change: impl Fn(&mut Vec<Vec<f64>>)) -> Plan {
        let axes =
            ["x", "y", "z"].map(|path| Axis { path: path.into(), low: -1.0, high: 1.0, values: Vec::new() });
        let plan = Plan::new(method, axes.to_vec(), 1).unwrap();
        let mut rows: Vec<Vec<f64>> = (0..plan.len() as u64).map(|i| plan.point(i)).collect();
        change(&mut rows);
        let paths = axes.iter().map(|axis| axis.path.clone()).collect();
        Plan::from_table(Table { paths, values: rows.concat() }).with_ranges(&axes)
    }

    fn told(second_order: bool, plan: &Plan) -> String {
        check(Measure::Sobol { second_order }, plan).unwrap_err()
    }

    #[test]
    fn a_design_is_known_value_by_value() {
        for second_order in [false, true] {
            let method = Method::Saltelli { samples: 20, second_order };
            assert_eq!(check(Measure::Sobol { second_order }, &points(method, |_| ())), Ok(()));
            let swapped = points(method, |rows| rows.swap(6, 7));
            assert!(told(second_order, &swapped).contains("expected"), "{}", told(second_order, &swapped));
            let sorted = points(method, |rows| rows.sort_by(|a, b| a[0].total_cmp(&b[0])));
            assert!(told(second_order, &sorted).contains("point "));
            let short = points(method, |rows| drop(rows.pop()));
            assert!(told(second_order, &short).contains("expected a multiple of"));
            let still = points(method, |rows| rows.iter_mut().for_each(|row| row[1] = 0.5));
            assert!(told(second_order, &still).contains("y is the same at every pair"));
        }
        // 40 rows are a multiple of 5 and of 8.
        let pairs = points(Method::Saltelli { samples: 5, second_order: true }, |_| ());
        assert!(told(false, &pairs).ends_with("say so with --second-order"), "{}", told(false, &pairs));
        let outside = points(Method::Morris { trajectories: 2, levels: 4 }, |rows| rows[3][2] = 1.5);
        let told = check(Measure::Morris, &outside).unwrap_err();
        assert_eq!(
            told,
            "point 3 (from 0), z: found 1.5, expected a number from -1 to 1, the range of the axis"
        );
        let hypercube = points(Method::LatinHypercube { points: 40 }, |_| ());
        assert!(check(Measure::Sobol { second_order: false }, &hypercube).is_err());
    }
}
