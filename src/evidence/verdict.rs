//! Patterns judged: what the record says, what the simulation says, and whether the two agree within the tolerance.

use crate::evidence::frame::Frame;
use crate::evidence::patterns::{PATTERNS, Pattern, STATISTICS, Statistic};

/// States for which the published tolerances stand as they are.
const WORLD: f64 = 180.0;
/// States from which a record is that of the world, so that a published target may stand where the record is silent.
const NEARLY_WORLD: usize = 100;

/// How a pattern came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every statistic of it lies within its tolerance.
    Met,
    /// One does not.
    Missed,
    /// There is nothing to hold it against.
    NoData,
}

impl Verdict {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::NoData => "no data",
        }
    }
}

/// Values over replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simulated {
    /// Mean over the replicates in which the statistic is defined.
    pub mean: f64,
    /// 2.5th percentile of these.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
    /// How many they are.
    pub defined: usize,
}

impl Simulated {
    /// Of the values of replicates, NaN where not defined; none where it is in no replicate.
    ///
    /// ```
    /// use suasion::evidence::verdict::Simulated;
    /// let s = Simulated::of(&[0.1, f64::NAN, 0.3]).unwrap();
    /// assert!((s.mean - 0.2).abs() < 1e-15 && s.low == 0.1 && s.high == 0.3 && s.defined == 2);
    /// assert!(Simulated::of(&[f64::NAN]).is_none());
    /// ```
    pub fn of(values: &[f64]) -> Option<Simulated> {
        let mut defined: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
        let mean = defined.iter().sum::<f64>() / defined.len() as f64;
        defined.sort_by(f64::total_cmp);
        let at =
            |share: f64| defined.get((share * (defined.len().max(1) - 1) as f64).round() as usize).copied();
        Some(Simulated { mean, low: at(0.025)?, high: at(0.975)?, defined: defined.len() })
    }
}

/// A statistic judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Which.
    pub statistic: Statistic,
    /// What the record says, if it does.
    pub observed: Option<f64>,
    /// What it is held against: the record, or the published target where the record of the world is silent.
    pub target: Option<f64>,
    /// Lower end of the tolerance; NaN without a target.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What the simulation says, if there was one and it is defined.
    pub simulated: Option<Simulated>,
}

impl Judged {
    /// Whether the simulated mean lies within the tolerance; none without a target.
    pub fn met(&self) -> Option<bool> {
        self.target?;
        Some(self.simulated.is_some_and(|s| (self.low..=self.high).contains(&s.mean)))
    }
}

/// A pattern judged, with its statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which.
    pub pattern: Pattern,
    /// Its statistics; none of the pattern that is an experiment.
    pub statistics: Vec<Judged>,
    /// How it came out.
    pub verdict: Verdict,
}

/// By how much tolerances are wider for a record of fewer states than the world: `sqrt(180 / states)`, at least 1.
pub fn widening(states: usize) -> f64 {
    (WORLD / states.max(1) as f64).sqrt().max(1.0)
}

/// Judges every pattern. `observed` has the statistics of the record, `simulated` those of each replicate (none: the record
/// alone is told); `experiment` says how the pattern came out that is an experiment of its own.
pub fn judge(frame: &Frame, observed: &[f64], simulated: &[Vec<f64>], experiment: Verdict) -> Vec<Row> {
    let wider = widening(frame.count());
    let judged: Vec<Judged> = STATISTICS
        .iter()
        .enumerate()
        .map(|(i, statistic)| {
            let values: Vec<f64> = simulated.iter().map(|values| values[i]).collect();
            let statistic = statistic.clone();
            let observed = Some(observed[i]).filter(|x| !x.is_nan());
            let in_years = frame.first + frame.counted as i32 > 2012;
            let published = (frame.count() >= NEARLY_WORLD && in_years).then_some(statistic.target);
            let target = observed.or(published);
            let around = |by: f64| target.map_or(f64::NAN, |target| target + by * wider);
            let (low, high) = (around(-statistic.below), around(statistic.above));
            Judged { statistic, observed, target, low, high, simulated: Simulated::of(&values) }
        })
        .collect();
    let mut rows: Vec<Row> = PATTERNS
        .iter()
        .map(|pattern| {
            let of_pattern = judged.iter().filter(|judged| judged.statistic.pattern == pattern.id);
            let statistics: Vec<Judged> = of_pattern.cloned().collect();
            let verdict = if statistics.is_empty() { experiment } else { verdict(&statistics) };
            Row { pattern: pattern.clone(), statistics, verdict }
        })
        .collect();
    // Sanctions are to be as rare as they were while adoption by tier holds.
    let adoption = rows.iter().find(|row| row.pattern.id == "2").map(|row| row.verdict);
    for row in rows.iter_mut().filter(|row| row.pattern.id == "7" && row.verdict == Verdict::Met) {
        if adoption == Some(Verdict::Missed) {
            row.verdict = Verdict::Missed;
        }
    }
    rows
}

/// The verdict of a pattern: met where every statistic of it that has a target is.
pub fn verdict(statistics: &[Judged]) -> Verdict {
    let met: Vec<bool> = statistics.iter().filter_map(Judged::met).collect();
    match met.iter().all(|met| *met) {
        _ if met.is_empty() => Verdict::NoData,
        true => Verdict::Met,
        false => Verdict::Missed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn frame(states: usize) -> Frame {
        let mut frame = Frame::new(&Scenario::load("asean").unwrap().build_alone().unwrap());
        frame.included = vec![true; states];
        frame
    }

    #[test]
    fn a_simulation_of_the_targets_meets_them_and_one_beside_them_does_not() {
        let targets: Vec<f64> = STATISTICS.iter().map(|s| s.target).collect();
        let count = |rows: &[Row], v: Verdict| rows.iter().filter(|row| row.verdict == v).count();
        let rows = judge(&frame(180), &targets, &[targets.clone(), targets.clone()], Verdict::Met);
        assert_eq!(count(&rows, Verdict::Met), PATTERNS.len());
        // Adoption by tier takes sanctions with it.
        let mut beside = targets.clone();
        beside[STATISTICS.iter().position(|s| s.name == "criminalizes_tier_3").unwrap()] += 0.1;
        let rows = judge(&frame(180), &targets, &[beside], Verdict::Missed);
        let missed: Vec<&str> =
            rows.iter().filter(|row| row.verdict == Verdict::Missed).map(|row| &*row.pattern.id).collect();
        assert_eq!(missed, ["2", "7", "9"]);
    }

    #[test]
    fn a_small_record_without_data_misses_nothing() {
        let nothing = vec![f64::NAN; STATISTICS.len()];
        let targets: Vec<f64> = STATISTICS.iter().map(|s| s.target).collect();
        let rows = judge(&frame(10), &nothing, &[targets], Verdict::NoData);
        assert!(rows.iter().all(|row| row.verdict == Verdict::NoData));
    }
}
