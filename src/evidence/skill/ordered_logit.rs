//! Ordered logit: the probability of being at or below each of some ordered categories, by Newton's method.
//!
//! `P(category <= k) = logistic(cut[k] - sum of slope x)`. Two categories make it a plain logit. The slopes are held by a small ridge, so
//! that covariates that say the same, or separate the categories, still have a finite fit.

use crate::lanes::math;

/// Penalty on half the square of each slope; covariates are standardized.
const RIDGE: f64 = 1e-2;
/// Newton steps at most.
const STEPS: usize = 100;

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderedLogit {
    /// Cut points, ascending: one fewer than categories.
    cuts: Vec<f64>,
    slopes: Vec<f64>,
    means: Vec<f64>,
    scales: Vec<f64>,
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + math::exp_scalar(-x))
}

impl OrderedLogit {
    /// Fits `categories` (0 to `count - 1`) on covariates, a row per case. None where fewer than two categories occur.
    ///
    /// ```
    /// use suasion::evidence::skill::ordered_logit::OrderedLogit;
    /// // Half of the cases without, three quarters of those with the covariate are in the upper category.
    /// let rows: Vec<Vec<f64>> = (0..8000).map(|i| vec![f64::from(i % 2)]).collect();
    /// let categories: Vec<usize> = (0..8000).map(|i| if i % 2 == 0 { i / 2 % 2 } else { usize::from(i / 2 % 4 > 0) }).collect();
    /// let fit = OrderedLogit::fit(&rows, &categories, 2).unwrap();
    /// assert!((fit.probabilities(&[0.0])[1] - 0.5).abs() < 1e-3);
    /// assert!((fit.probabilities(&[1.0])[1] - 0.75).abs() < 1e-3);
    /// ```
    pub fn fit(rows: &[Vec<f64>], categories: &[usize], count: usize) -> Option<OrderedLogit> {
        let mut seen = vec![0_u32; count];
        for category in categories {
            seen[*category] += 1;
        }
        if seen.iter().filter(|cases| **cases > 0).count() < 2 {
            return None;
        }
        let width = rows.first()?.len();
        let (means, scales) = standard(rows, width);
        let mut model = OrderedLogit { cuts: start(&seen), slopes: vec![0.0; width], means, scales };
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| model.standardized(row)).collect();
        let mut best = model.likelihood(&rows, categories);
        for _ in 0..STEPS {
            let Some(step) = model.step(&rows, categories) else { break };
            let (mut share, mut gain) = (1.0, 0.0);
            // Half the step until it helps: far from the top the parabola may lead astray, and cuts may cross.
            while share > 1e-6 {
                let tried = model.moved(&step, share);
                let value = tried.likelihood(&rows, categories);
                if value > best {
                    (gain, best, model) = (value - best, value, tried);
                    break;
                }
                share *= 0.5;
            }
            if gain < 1e-9 {
                break;
            }
        }
        Some(model)
    }

    /// Probability of each category.
    pub fn probabilities(&self, row: &[f64]) -> Vec<f64> {
        self.of_standardized(&self.standardized(row))
    }

    fn of_standardized(&self, row: &[f64]) -> Vec<f64> {
        let eta = self.eta(row);
        let below: Vec<f64> = self.cuts.iter().map(|cut| logistic(cut - eta)).chain([1.0]).collect();
        let mut last = 0.0;
        below.into_iter().map(|p| p - std::mem::replace(&mut last, p)).collect()
    }

    fn standardized(&self, row: &[f64]) -> Vec<f64> {
        row.iter()
            .zip(self.means.iter().zip(&self.scales))
            .map(|(x, (mean, scale))| (x - mean) / scale)
            .collect()
    }

    fn eta(&self, row: &[f64]) -> f64 {
        row.iter().zip(&self.slopes).map(|(x, slope)| x * slope).sum()
    }

    fn likelihood(&self, rows: &[Vec<f64>], categories: &[usize]) -> f64 {
        if self.cuts.windows(2).any(|pair| pair[0] >= pair[1]) {
            return f64::NEG_INFINITY;
        }
        let penalty: f64 = self.slopes.iter().map(|slope| 0.5 * RIDGE * slope * slope).sum();
        let cases = rows.iter().zip(categories);
        let sum: f64 = cases.map(|(row, k)| math::ln_scalar(self.of_standardized(row)[*k].max(1e-300))).sum();
        sum - penalty
    }

    fn moved(&self, step: &[f64], share: f64) -> OrderedLogit {
        let mut moved = self.clone();
        let unknowns = moved.cuts.iter_mut().chain(&mut moved.slopes);
        unknowns.zip(step).for_each(|(x, d)| *x += share * d);
        moved
    }

    /// Newton's step: minus the inverse of the curvature times the gradient, with the expected curvature.
    fn step(&self, rows: &[Vec<f64>], categories: &[usize]) -> Option<Vec<f64>> {
        let (cuts, n) = (self.cuts.len(), self.cuts.len() + self.slopes.len());
        let mut gradient = vec![0.0; n];
        let mut curvature = vec![vec![0.0; n]; n];
        for (row, category) in rows.iter().zip(categories) {
            let eta = self.eta(row);
            let below: Vec<f64> = self.cuts.iter().map(|cut| logistic(cut - eta)).collect();
            let dense: Vec<f64> = below.iter().map(|p| p * (1.0 - p)).collect();
            let edge = |k: usize| (k < cuts).then(|| (below[k], dense[k]));
            for k in 0..=cuts {
                let (upper, lower) = (edge(k), k.checked_sub(1).and_then(edge));
                let p = (upper.map_or(1.0, |e| e.0) - lower.map_or(0.0, |e| e.0)).max(1e-12);
                // Derivative of this category's probability: by its cuts, and by the slopes.
                let by_slope = lower.map_or(0.0, |e| e.1) - upper.map_or(0.0, |e| e.1);
                let mut d = vec![0.0; n];
                if let Some((_, dense)) = upper {
                    d[k] = dense;
                }
                if let Some((_, dense)) = lower {
                    d[k - 1] = -dense;
                }
                d[cuts..].iter_mut().zip(row).for_each(|(d, x)| *d = by_slope * x);
                for i in 0..n {
                    if k == *category {
                        gradient[i] += d[i] / p;
                    }
                    for j in 0..=i {
                        curvature[i][j] += d[i] * d[j] / p;
                    }
                }
            }
        }
        for i in 0..n {
            if i >= cuts {
                gradient[i] -= RIDGE * self.slopes[i - cuts];
                curvature[i][i] += RIDGE;
            } else {
                curvature[i][i] += 1e-9;
            }
        }
        solve(&mut curvature, gradient)
    }
}

/// Means and standard deviations of the covariates; 1 for one that does not vary.
fn standard(rows: &[Vec<f64>], width: usize) -> (Vec<f64>, Vec<f64>) {
    let n = rows.len() as f64;
    let means: Vec<f64> = (0..width).map(|c| rows.iter().map(|row| row[c]).sum::<f64>() / n).collect();
    let scales = (0..width).map(|c| {
        let variance = rows.iter().map(|row| (row[c] - means[c]) * (row[c] - means[c])).sum::<f64>() / n;
        if variance > 1e-12 { variance.sqrt() } else { 1.0 }
    });
    let scales = scales.collect();
    (means, scales)
}

/// Cuts of the frequencies alone; a category that does not occur gets a sliver.
fn start(seen: &[u32]) -> Vec<f64> {
    let total: f64 = seen.iter().map(|cases| f64::from(*cases) + 1e-3).sum();
    let mut below = 0.0;
    seen[..seen.len() - 1]
        .iter()
        .map(|cases| {
            below += (f64::from(*cases) + 1e-3) / total;
            math::ln_scalar(below / (1.0 - below))
        })
        .collect()
}

/// Solves a symmetric positive definite system given by its lower triangle (Cholesky); none where it is not definite.
fn solve(a: &mut [Vec<f64>], mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for j in 0..n {
        for i in j..n {
            let sum = a[i][j] - (0..j).map(|k| a[i][k] * a[j][k]).sum::<f64>();
            if i == j {
                if sum <= 0.0 {
                    return None;
                }
                a[j][j] = sum.sqrt();
            } else {
                a[i][j] = sum / a[j][j];
            }
        }
    }
    for i in 0..n {
        b[i] = (b[i] - (0..i).map(|k| a[i][k] * b[k]).sum::<f64>()) / a[i][i];
    }
    for i in (0..n).rev() {
        b[i] = (b[i] - (i + 1..n).map(|k| a[k][i] * b[k]).sum::<f64>()) / a[i][i];
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases from known cuts and slopes, by a fixed sequence of uniforms.
    fn made(count: usize) -> (Vec<Vec<f64>>, Vec<usize>) {
        let uniform = |i: usize, by: f64| (i as f64 * by).fract();
        let rows: Vec<Vec<f64>> = (0..count)
            .map(|i| vec![uniform(i, 0.618_033_988_749_895), uniform(i, 0.754_877_666_246_693)])
            .collect();
        let categories = rows
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let eta = 2.0 * row[0] - 1.5 * row[1];
                let u = uniform(i, 0.569_840_290_998_053);
                [-1.0, 0.5, 1.5].iter().filter(|cut| u > logistic(**cut - eta)).count()
            })
            .collect();
        (rows, categories)
    }

    #[test]
    fn it_finds_the_slopes_and_cuts_that_made_the_cases() {
        let (rows, categories) = made(40_000);
        let fit = OrderedLogit::fit(&rows, &categories, 4).unwrap();
        for (slope, (scale, truth)) in fit.slopes.iter().zip(fit.scales.iter().zip([2.0, -1.5])) {
            assert!((slope / scale - truth).abs() < 0.12, "{} for {truth}", slope / scale);
        }
        let row = [0.3, 0.6];
        let eta = 2.0 * 0.3 - 1.5 * 0.6;
        let below = [-1.0, 0.5, 1.5].map(|cut| logistic(cut - eta));
        let truth = [below[0], below[1] - below[0], below[2] - below[1], 1.0 - below[2]];
        for (p, t) in fit.probabilities(&row).iter().zip(truth) {
            assert!((p - t).abs() < 0.02, "{p} for {t}");
        }
    }

    #[test]
    fn no_small_change_makes_the_likelihood_larger() {
        let (rows, categories) = made(500);
        let fit = OrderedLogit::fit(&rows, &categories, 4).unwrap();
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| fit.standardized(row)).collect();
        let best = fit.likelihood(&rows, &categories);
        for i in 0..5 {
            for by in [-1e-3, 1e-3] {
                let mut step = vec![0.0; 5];
                step[i] = by;
                assert!(fit.moved(&step, 1.0).likelihood(&rows, &categories) < best);
            }
        }
    }

    #[test]
    fn one_category_is_no_choice_and_separated_ones_stay_finite() {
        assert!(OrderedLogit::fit(&[vec![1.0], vec![2.0]], &[1, 1], 3).is_none());
        let rows: Vec<Vec<f64>> = (0..20).map(|i| vec![f64::from(i), 7.0]).collect();
        let categories: Vec<usize> = (0..20).map(|i| usize::from(i >= 10)).collect();
        let fit = OrderedLogit::fit(&rows, &categories, 2).unwrap();
        assert!(fit.slopes.iter().all(|slope| slope.is_finite()));
        assert!(fit.probabilities(&[19.0, 7.0])[1] > 0.99);
    }
}
