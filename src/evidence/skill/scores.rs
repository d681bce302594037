//! Scores of a forecast and of its references, part by part of the record; and how well its probabilities are calibrated.

use super::forecast::Forecast;
use super::reference::References;
use super::scored::{Scored, Sums};
use crate::evidence::frame::{Frame, HoldOut};
use crate::evidence::record::{NEVER, Record};
use crate::model::world::{Rating, World};
use std::ops::Range;

pub use crate::model::world::worse_from;

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
    /// The worse half of the grades, in words (`2WL or 3`).
    pub worse: String,
    /// Calibration of a grade in the worse half, and of "has a law".
    pub calibration: [Vec<Bin>; 2],
}

/// Ranked probability score of a distribution over ordered categories against what happened: the mean over the inner
/// boundaries of the squared error of the cumulative distribution; 0 is perfect, 1 the worst.
///
/// ```
/// use suasion::evidence::skill::scores::rps;
/// assert_eq!(rps(&[0.0, 1.0, 0.0, 0.0], 1), 0.0);
/// assert_eq!(rps(&[1.0, 0.0, 0.0, 0.0], 3), 1.0);
/// assert!((rps(&[0.25; 4], 0) - (0.5625 + 0.25 + 0.0625) / 3.0).abs() < 1e-15);
/// ```
pub fn rps(forecast: &[f64], happened: usize) -> f64 {
    let mut below = 0.0;
    let mut sum = 0.0;
    let boundaries = forecast.len().saturating_sub(1);
    for (k, p) in forecast.iter().enumerate().take(boundaries) {
        below += p;
        let error = below - f64::from(u8::from(happened <= k));
        sum += error * error;
    }
    sum / boundaries as f64
}

/// States from which on half of them are held out unless something else is said.
const ENOUGH_STATES: usize = 8;

/// The years of the run that are on record, by their places: from the first to the last with a grade, or all without any.
pub fn on_record(record: &Record, frame: &Frame) -> Range<usize> {
    let rated = |year: &usize| frame.counted_states().any(|state| record.tier(state, *year) > 0);
    let first = (0..frame.counted).find(rated);
    let last = (0..frame.counted).rev().find(rated);
    first.zip(last).map_or(0..frame.counted, |(first, last)| first..last + 1)
}

/// What is held out where nobody says: the last third of the years on record, and half of the states where there are eight.
pub fn default_split(record: &Record, frame: &Frame) -> HoldOut {
    let years = on_record(record, frame);
    let last = years.end.max(years.start + 1) - 1;
    let [first, last] = [years.start, last].map(|year| frame.first + year as i32);
    HoldOut::last_third((first, last), frame.count() >= ENOUGH_STATES)
}

/// The skill of a forecast: in the part that is fitted on, and in what is held out of it, other states and later years.
pub fn skill(
    forecast: &Forecast,
    record: &Record,
    world: &World,
    (frame, held): (&Frame, HoldOut),
) -> Vec<Skill> {
    let years = on_record(record, frame);
    let fitted = held.fitted(frame.clone());
    let references = References::new(record, world, (&fitted, frame), &years);
    let held_by = frame.rating.map(|g| &world.ratings[g]);
    let [first, last] = [years.start, years.end.max(1) - 1].map(|year| frame.first + year as i32);
    let until = fitted.counted.clamp(years.start, years.end);
    let to = held.after.map_or(last, |after| after.min(last));
    let whose = if held.states { "fitted half of the states" } else { "all states" };
    let mut parts = vec![(format!("{whose}, {first}-{to}"), false, fitted, years.start..until)];
    if held.states {
        let other = frame.clone().half(1);
        parts.push((format!("other half of the states, {first}-{last}"), true, other, years.clone()));
    }
    if until < years.end {
        parts.push((format!("all states, {}-{last}", to + 1), true, frame.clone(), until..years.end));
    }
    parts
        .into_iter()
        .map(|(part, out_of_sample, frame, years)| {
            let (tiers, laws, calibration) = score(forecast, record, &references, &frame, years);
            let worse = held_by.map_or(String::new(), Rating::worse_grades);
            Skill { part, out_of_sample, tiers, laws, worse, calibration }
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
        tiers.next_state();
        laws.next_state();
        for year in years.clone() {
            if let Some(happened) = usize::from(record.tier(state, year)).checked_sub(1)
                && let Some(p) = forecast.tier(state, year)
            {
                let others = references.tier(state, year).map(|p| p.map(|p| rps(&p, happened)));
                tiers.add(rps(&p, happened), others);
                let worse = worse_from(p.len());
                curves[0].add(p[worse..].iter().sum(), happened >= worse);
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
#[derive(Clone, Debug, Default)]
pub struct Curve([(f64, f64, usize); 10]);

impl Curve {
    /// Adds a case: a probability, and whether what it was of happened.
    pub fn add(&mut self, p: f64, happened: bool) {
        let bin = &mut self.0[((p * 10.0) as usize).min(9)];
        *bin = (bin.0 + p, bin.1 + f64::from(u8::from(happened)), bin.2 + 1);
    }

    /// The bins that have cases.
    pub fn bins(self) -> Vec<Bin> {
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
