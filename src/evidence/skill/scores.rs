//! Scores of a forecast and of its references, part by part of the record; and how well its probabilities are calibrated.

use super::forecast::{Forecast, GRADES};
use super::reference::References;
use crate::evidence::frame::Frame;
use crate::evidence::record::{NEVER, Record};
use crate::model::world::World;
use std::ops::Range;

/// Last year of the part that is fitted on.
pub const FITTED_TO: i32 = 2008;

/// A mean score over cases: of the forecast, and of each reference over the cases in which it has a forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Cases (state-years).
    pub cases: usize,
    /// Score of the forecast.
    pub forecast: f64,
    /// Scores of climatology, persistence and ordered logit; NaN where there is no case.
    pub references: [f64; 3],
}

/// A bin of a calibration curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Mean probability forecast.
    pub forecast: f64,
    /// Share of cases in which it came true.
    pub observed: f64,
    /// Cases.
    pub cases: usize,
}

/// The skill in a part of the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Skill {
    /// Which part, in words.
    pub part: String,
    /// Whether it was not fitted on.
    pub out_of_sample: bool,
    /// Ranked probability score of tiers.
    pub tiers: Option<Scored>,
    /// Brier score of having a law by the end of each year.
    pub laws: Option<Scored>,
    /// Calibration of "tier 2WL or 3", and of "has a law".
    pub calibration: [Vec<Bin>; 2],
}

/// The names of [`Scored::references`].
pub const REFERENCES: [&str; 3] = References::NAMES;

/// Ranked probability score of a distribution over ordered categories against what happened: the mean over the inner
/// boundaries of the squared error of the cumulative distribution; 0 is perfect, 1 the worst.
///
/// ```
/// use suasion::evidence::skill::scores::rps;
/// assert_eq!(rps(&[0.0, 1.0, 0.0, 0.0], 1), 0.0);
/// assert_eq!(rps(&[1.0, 0.0, 0.0, 0.0], 3), 1.0);
/// assert!((rps(&[0.25; 4], 0) - (0.5625 + 0.25 + 0.0625) / 3.0).abs() < 1e-15);
/// ```
pub fn rps(forecast: &[f64; GRADES], happened: usize) -> f64 {
    let mut below = 0.0;
    let mut sum = 0.0;
    for (k, p) in forecast.iter().enumerate().take(GRADES - 1) {
        below += p;
        let error = below - f64::from(u8::from(happened <= k));
        sum += error * error;
    }
    sum / (GRADES - 1) as f64
}

/// Sums of scores.
#[derive(Default)]
struct Sums {
    forecast: (f64, usize),
    references: [(f64, usize); 3],
}

impl Sums {
    fn add(&mut self, forecast: f64, references: [Option<f64>; 3]) {
        self.forecast = (self.forecast.0 + forecast, self.forecast.1 + 1);
        for (sum, score) in self.references.iter_mut().zip(references) {
            if let Some(score) = score {
                *sum = (sum.0 + score, sum.1 + 1);
            }
        }
    }

    fn scored(&self) -> Option<Scored> {
        let mean = |(sum, count): (f64, usize)| sum / count as f64;
        (self.forecast.1 > 0).then(|| Scored {
            cases: self.forecast.1,
            forecast: mean(self.forecast),
            references: self.references.map(mean),
        })
    }
}

/// The skill of a forecast: in the part that is fitted on (every other state, to 2008), in the other states, and in the later
/// years.
pub fn skill(forecast: &Forecast, record: &Record, world: &World, frame: &Frame) -> Vec<Skill> {
    let fitted = frame.clone().half(0).until(FITTED_TO);
    let references = References::new(record, world, &fitted, frame);
    let other = frame.clone().half(1);
    let later = fitted.counted..frame.counted;
    let last = frame.first + frame.counted as i32 - 1;
    let first = frame.first;
    let to = last.min(FITTED_TO);
    let mut parts = vec![
        (format!("fitted half of the states, {first}-{to}"), false, &fitted, 0..fitted.counted),
        (format!("other half of the states, {first}-{last}"), true, &other, 0..frame.counted),
    ];
    if !later.is_empty() {
        parts.push((format!("all states, {}-{last}", FITTED_TO + 1), true, frame, later));
    }
    parts
        .into_iter()
        .map(|(part, out_of_sample, frame, years)| {
            let (tiers, laws, calibration) = score(forecast, record, &references, frame, years);
            Skill { part, out_of_sample, tiers, laws, calibration }
        })
        .collect()
}

fn score(
    forecast: &Forecast,
    record: &Record,
    references: &References<'_>,
    frame: &Frame,
    years: Range<usize>,
) -> (Option<Scored>, Option<Scored>, [Vec<Bin>; 2]) {
    let (mut tiers, mut laws) = (Sums::default(), Sums::default());
    let mut curves = [Curve::default(), Curve::default()];
    let square =
        |p: f64, happened: bool| (p - f64::from(u8::from(happened))) * (p - f64::from(u8::from(happened)));
    let has_laws = frame.law.is_some() && record.law.iter().any(|law| *law != NEVER);
    for state in frame.counted_states() {
        for year in years.clone() {
            if let Some(happened) = usize::from(record.tier(state, year)).checked_sub(1)
                && let Some(p) = forecast.tier(state, year)
            {
                let others = references.tier(state, year).map(|p| p.map(|p| rps(&p, happened)));
                tiers.add(rps(&p, happened), others);
                curves[0].add(p[2] + p[3], happened >= 2);
            }
            if has_laws {
                let happened = record.law[state] <= year as i16;
                let p = forecast.law(state, year);
                laws.add(
                    square(p, happened),
                    references.law(state, year).map(|p| p.map(|p| square(p, happened))),
                );
                curves[1].add(p, happened);
            }
        }
    }
    (tiers.scored(), laws.scored(), curves.map(Curve::bins))
}

/// Bins of a calibration curve, by tenths of probability.
#[derive(Default)]
struct Curve([(f64, f64, usize); 10]);

impl Curve {
    fn add(&mut self, p: f64, happened: bool) {
        let bin = &mut self.0[((p * 10.0) as usize).min(9)];
        *bin = (bin.0 + p, bin.1 + f64::from(u8::from(happened)), bin.2 + 1);
    }

    fn bins(self) -> Vec<Bin> {
        let filled = self.0.into_iter().filter(|bin| bin.2 > 0);
        filled
            .map(|(p, happened, cases)| Bin {
                forecast: p / cases as f64,
                observed: happened / cases as f64,
                cases,
            })
            .collect()
    }
}
