//! What can be observed of a state beside grades and adoptions, and how probable it is: reactions to reports, speech, stated reasons, attitudes, voice.
//!
//! Nothing here feeds back. Each observable is a row of one table, [`OBSERVABLES`]: its name, what it reads of a state, and the density of a reading.
//! Another observable is another row. The numbers of all of them are in [`OBSERVATION`]. A reading that is not on record is missing, and says nothing.

use crate::lanes::lane::Lane;
use crate::lanes::math::{exp, inverse_normal};
use crate::model::condition;
use crate::model::state::Variables;
use crate::model::table::table;

table! {
    /// The numbers of how states are observed.
    pub struct Observation, OBSERVATION, source "a judgement: fitted to no record";
    numbers {
        reaction_negative = -3.0, -6.0 to 0.0, Any, "-", "log odds of a negative reaction, against none, in a state without reactance";
        reaction_reactance = 6.0, 0.0 to 12.0, Any, "-", "what reactance adds to the log odds of a negative reaction, at u = 1";
        reaction_cooperative = -2.0, -6.0 to 1.0, Any, "-", "log odds of a cooperative reaction, against none, in a state without motivation";
        reaction_motivation = 3.0, 0.0 to 8.0, Any, "-", "what motivation adds to the log odds of a cooperative reaction, at m = 1";
        reaction_coverage = 1.0, 0.0 to 1.0, PositiveShare, "-", "share of reactions that come on record, where the record does not say it";
        speech_motivation = 0.5, 0.0 to 1.0, Share, "-", "share of motivation in what speech shows; the rest is rhetoric, since words precede belief";
        speech_sd = 0.1, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a reading of speech";
        reasons_floor = 0.05, 0.0 to 0.3, Share, "-", "share of stated reasons that name sanctions, in a state that ascribes nothing to them";
        reasons_attribution = 0.8, 0.0 to 1.0, Share, "-", "what attribution adds to the share of stated reasons that name sanctions, at a = 1";
        reasons_sd = 0.15, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a share of stated reasons";
        attitudes_floor = 0.2, 0.0 to 0.6, Share, "-", "share of respondents who hold the norm, in a state without motivation";
        attitudes_motivation = 0.5, 0.0 to 1.0, Share, "-", "what motivation adds to the share of respondents who hold the norm, at m = 1";
        attitudes_sd = 0.1, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a survey's share, beside that of its sample";
        voice_government = 0.6, 0.0 to 1.0, Share, "-", "share of its recommendations to others that are on the norm, in a state that means it and ascribes nothing: times m (1 - a)";
        voice_sd = 0.15, 0.02 to 0.5, Positive, "-", "standard deviation of the error of a share of recommendations";
    }
    lists {}
}

/// What was seen of a state in a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The value: a share or an index in [0, 1]; of a reaction [`NEGATIVE`], [`NONE`] or [`COOPERATIVE`].
    pub value: f64,
    /// What the record says of how well it was seen: the standard error of a survey's share, in (0, 1]; the share of reactions that come on record, in (0, 1].
    pub with: Option<f64>,
}

/// A negative reaction.
pub const NEGATIVE: f64 = -1.0;
/// Neither a negative nor a cooperative reaction.
pub const NONE: f64 = 0.0;
/// A cooperative reaction.
pub const COOPERATIVE: f64 = 1.0;

/// How a record says a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `negative`, `none` or `cooperative`; the record may say what share of reactions it holds.
    Reaction,
    /// A number from 0 to 1.
    Share,
    /// A number from 0 to 1, with a standard error if that is known.
    Survey,
}

/// Something observable: a row of [`OBSERVABLES`].
#[derive(Clone, Copy, Debug)]
pub struct Observable {
    /// Its table in the record, its column, and its name.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// How a record says a reading.
    pub form: Form,
    density: Density,
}

/// The density of a reading.
#[derive(Clone, Copy, Debug)]
enum Density {
    /// One of three categories, by a multinomial logit.
    Reaction,
    /// Normal, about a mean, with a standard deviation.
    Normal { mean: fn(&Observation<f64>, &Variables) -> Lane, sd: fn(&Observation<f64>, Option<f64>) -> f64 },
}

/// All that can be observed.
pub const OBSERVABLES: [Observable; 5] = [
    Observable {
        name: "reaction",
        meaning: "how a government reacted to the report on it",
        form: Form::Reaction,
        density: Density::Reaction,
    },
    Observable {
        name: "speech",
        meaning: "an index of what a government says of the norm",
        form: Form::Share,
        density: Density::Normal {
            mean: |o, v| {
                let weight = o.speech_motivation;
                weight * v.motivation + (1.0 - weight) * v.rhetoric
            },
            sd: |o, _| o.speech_sd,
        },
    },
    Observable {
        name: "reasons",
        meaning: "share of a government's stated reasons that name sanctions",
        form: Form::Share,
        density: Density::Normal {
            mean: |o, v| o.reasons_floor + o.reasons_attribution * v.attribution,
            sd: |o, _| o.reasons_sd,
        },
    },
    Observable {
        name: "attitudes",
        meaning: "share of respondents who hold the norm",
        form: Form::Survey,
        density: Density::Normal {
            mean: |o, v| o.attitudes_floor + o.attitudes_motivation * v.motivation,
            sd: |o, error| {
                let error = error.unwrap_or(0.0);
                (o.attitudes_sd * o.attitudes_sd + error * error).sqrt()
            },
        },
    },
    Observable {
        name: "voice",
        meaning: "share of a government's recommendations to others that are on the norm",
        form: Form::Share,
        density: Density::Normal {
            mean: |o, v| o.voice_government * v.motivation * (1.0 - v.attribution),
            sd: |o, _| o.voice_sd,
        },
    },
];

/// Position of an observable in [`OBSERVABLES`], by name.
///
/// ```
/// use suasion::model::observation::{OBSERVABLES, position};
/// assert_eq!(position("speech").map(|k| OBSERVABLES[k].name), Some("speech"));
/// assert_eq!(position("rumour"), None);
/// ```
pub fn position(name: &str) -> Option<usize> {
    OBSERVABLES.iter().position(|observable| observable.name == name)
}

/// Standard deviations below which an error is that small.
const LEAST_SD: f64 = 1e-6;

/// The probabilities of a negative and of a cooperative reaction, if all come on record: `n / (1 + n + c)` and `c / (1 + n + c)` with
/// `n = exp(negative + reactance u)` and `c = exp(cooperative + motivation m)`.
///
/// ```
/// use suasion::lanes::lane::Lane;
/// use suasion::model::{observation::{Observation, reactions}, state::Variables};
/// let [half, zero] = [0.5, 0.0].map(Lane::splat);
/// let v = Variables { reactance: half, ..Variables::start(half, zero, half, half, zero, zero) };
/// let [negative, cooperative] = reactions(&Observation::default(), &v).map(|p| p.0[0]);
/// // exp(-3 + 3) = 1, exp(-2 + 1.5) = .6065: 1 / 2.6065 and .6065 / 2.6065.
/// assert!((negative - 0.383_651_731_190).abs() < 1e-9 && (cooperative - 0.232_696_537_619).abs() < 1e-9);
/// ```
pub fn reactions(o: &Observation<f64>, v: &Variables) -> [Lane; 2] {
    /// Odds beyond which a probability is 0 or 1 to the last digit.
    const FAR: f64 = 100.0;
    let negative = exp((o.reaction_negative + o.reaction_reactance * v.reactance).clamp(-FAR, FAR));
    let cooperative = exp((o.reaction_cooperative + o.reaction_motivation * v.motivation).clamp(-FAR, FAR));
    let all = 1.0 + negative + cooperative;
    [negative / all, cooperative / all]
}

impl Observable {
    /// The log of the density of a reading, given what the state is; of a category its probability.
    ///
    /// With coverage c, the share of reactions that come on record, a negative one has the probability c P(negative), and none 1 - c (P(negative) + P(cooperative)):
    /// where little comes on record, none says little.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::{observation::{NONE, OBSERVABLES, Observation, Reading, position}, state::Variables};
    /// let [half, zero] = [0.5, 0.0].map(Lane::splat);
    /// let v = Variables { reactance: half, ..Variables::start(half, zero, half, half, zero, zero) };
    /// let log = |name, value, with| {
    ///     let reading = Reading { value, with };
    ///     OBSERVABLES[position(name).unwrap()].log_density(&Observation::default(), reading, &v).0[0]
    /// };
    /// assert!((log("reaction", NONE, None).exp() - 0.383_651_731_190).abs() < 1e-9);
    /// assert!((log("reaction", NONE, Some(0.1)).exp() - 0.938_365_173_119).abs() < 1e-9);
    /// // Speech shows (m + r) / 2 = .25: the density of N(.25, .1) at .35 is 2.4197.
    /// assert!((log("speech", 0.35, None).exp() - 2.419_707_245_191).abs() < 1e-9);
    /// // Attitudes of a mean of .45, with errors of .1 and .1: N(.45, .1414) at .45.
    /// assert!((log("attitudes", 0.45, Some(0.1)).exp() - 2.820_947_917_739).abs() < 1e-9);
    /// ```
    pub fn log_density(&self, o: &Observation<f64>, reading: Reading, v: &Variables) -> Lane {
        match self.density {
            Density::Normal { mean, sd } => {
                condition::reading(reading.value, mean(o, v), sd(o, reading.with).max(LEAST_SD))
            }
            Density::Reaction => {
                let coverage = reading.with.unwrap_or(o.reaction_coverage);
                let [negative, cooperative] = reactions(o, v);
                condition::log(if reading.value < NONE {
                    coverage * negative
                } else if reading.value > NONE {
                    coverage * cooperative
                } else {
                    1.0 - coverage * (negative + cooperative)
                })
            }
        }
    }

    /// A reading of the state in one lane, from a uniform draw in (0, 1): what [`log_density`](Self::log_density) is the density of.
    pub fn draw(
        &self,
        o: &Observation<f64>,
        with: Option<f64>,
        v: &Variables,
        lane: usize,
        uniform: f64,
    ) -> Reading {
        let value = match self.density {
            Density::Normal { mean, sd } => {
                let normal = inverse_normal(Lane::splat(uniform)).0[lane];
                mean(o, v).0[lane] + sd(o, with).max(LEAST_SD) * normal
            }
            Density::Reaction => {
                let coverage = with.unwrap_or(o.reaction_coverage);
                let [negative, cooperative] = reactions(o, v).map(|p| coverage * p.0[lane]);
                if uniform < negative {
                    NEGATIVE
                } else if uniform < negative + cooperative {
                    COOPERATIVE
                } else {
                    NONE
                }
            }
        };
        Reading { value, with }
    }

    /// A reading in words, as tables of the record say it: `speech 0.41`, `reaction negative`.
    ///
    /// ```
    /// use suasion::model::observation::{NEGATIVE, OBSERVABLES, Reading};
    /// assert_eq!(OBSERVABLES[0].told(Reading { value: NEGATIVE, with: None }), "reaction negative");
    /// assert_eq!(OBSERVABLES[1].told(Reading { value: 0.412, with: None }), "speech 0.41");
    /// ```
    pub fn told(&self, reading: Reading) -> String {
        match self.form {
            Form::Reaction => format!("{} {}", self.name, reaction(reading.value)),
            Form::Share | Form::Survey => format!("{} {:.2}", self.name, reading.value),
        }
    }
}

/// The word for a reaction.
pub fn reaction(value: f64) -> &'static str {
    if value < NONE {
        "negative"
    } else if value > NONE {
        "cooperative"
    } else {
        "none"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_has_the_density_that_it_is_held_against() {
        let [m, u, a, zero] = [0.6, 0.3, 0.4, 0.0].map(Lane::splat);
        let start = Variables::start(m, zero, m, m, zero, zero);
        let v = Variables { reactance: u, attribution: a, ..start };
        let o = Observation::default();
        let n = 20_000;
        let uniforms = (0..n).map(|k| (f64::from(k) + 0.5) / f64::from(n));
        for observable in &OBSERVABLES {
            let with = (observable.form != Form::Share).then_some(0.5);
            let drawn: Vec<Reading> = uniforms.clone().map(|x| observable.draw(&o, with, &v, 3, x)).collect();
            let density = |value: f64| {
                crate::lanes::math::exp_scalar(observable.log_density(&o, Reading { value, with }, &v).0[3])
            };
            if observable.form == Form::Reaction {
                let mut sum = 0.0;
                for value in [NEGATIVE, NONE, COOPERATIVE] {
                    let share = drawn.iter().filter(|r| r.value == value).count() as f64 / f64::from(n);
                    assert!((share - density(value)).abs() < 1e-3, "{value}: {share}");
                    sum += density(value);
                }
                assert!((sum - 1.0).abs() < 1e-12);
            } else {
                // Quantiles of the draws against the integral of the density between them.
                let (low, high) = (drawn[n as usize / 4].value, drawn[n as usize / 4 * 3].value);
                let steps = 1000;
                let width = (high - low) / f64::from(steps);
                let inside: f64 =
                    (0..steps).map(|k| density(low + (f64::from(k) + 0.5) * width) * width).sum();
                assert!((inside - 0.5).abs() < 1e-3, "{}: {inside}", observable.name);
            }
        }
    }
}
