//! What can be observed of a state beside grades and adoptions, and how probable it is: reactions to reports, speech, stated reasons, attitudes, voice,
//! scores of practice, sanctions.
//!
//! Nothing here feeds back. Each observable is a row of one table, [`OBSERVABLES`]: its name, what it reads of a state, and the density of a reading.
//! Another observable is another row. The numbers of all of them are in [`OBSERVATION`], each named after its observable. A reading that is not on record is
//! missing, and says nothing.

mod numbers;
mod scores;

pub use numbers::{OBSERVATION, Observation};
pub use scores::{Practised, score};

use crate::condition;
use crate::state::Variables;
use scores::{SCORED, Scoring, scoring};
use suasion_lanes::lane::{Lane, Mask};
use suasion_lanes::math::{exp, inverse_normal, ln_scalar};

/// What an observer sees of a state at the end of a year.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// What it is and does.
    pub variables: Variables,
    /// What it did at the end of the year before.
    pub before: Practised,
    /// The grader's view of it, in units of the grader's score.
    pub view: Lane,
    /// Its grade, 0 to 4.
    pub grade: Lane,
    /// Share of the sanctions on it that are waived.
    pub waived: Lane,
}

impl Seen {
    /// What is seen of a state that nobody grades, and of which nothing was seen before.
    pub fn of(variables: Variables) -> Seen {
        let [view, grade, waived] = [Lane::ZERO; 3];
        Seen { variables, before: Practised::NOTHING, view, grade, waived }
    }
}

/// What was seen of a state in a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The value: a share or an index in [0, 1]; of a reaction [`NEGATIVE`], [`NONE`] or [`COOPERATIVE`]; a score from 1 to 5; whether sanctions were
    /// imposed, 1 or 0.
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
    /// A whole score from 1 to 5, in `[observed.practice]`.
    Score,
    /// Yes or no, in `[observed.sanctions]` of the regime that demands a law, else the first.
    Imposed,
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
    /// One of five scores, by an ordered probit: of a practice, by position in [`Practised::scored`].
    Score(usize),
    /// Whether sanctions were imposed: a rule, and an error.
    Imposed,
}

/// All that can be observed.
pub const OBSERVABLES: [Observable; 9] = [
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
    Observable {
        name: "prosecution",
        meaning: "score of prosecution, 1 to 5",
        form: Form::Score,
        density: Density::Score(0),
    },
    Observable {
        name: "protection",
        meaning: "score of protection, 1 to 5",
        form: Form::Score,
        density: Density::Score(1),
    },
    Observable {
        name: "prevention",
        meaning: "score of prevention, 1 to 5",
        form: Form::Score,
        density: Density::Score(2),
    },
    Observable {
        name: "sanctioned",
        meaning: "whether sanctions were imposed",
        form: Form::Imposed,
        density: Density::Imposed,
    },
];

/// Position in [`OBSERVABLES`] of reactions to reports.
pub const REACTION: usize = 0;
/// Positions of the scores of practice in [`OBSERVABLES`]: prosecution, protection, prevention.
pub const SCORES: [usize; 3] = [5, 6, 7];
/// Position in [`OBSERVABLES`] of whether sanctions were imposed.
pub const SANCTIONED: usize = 8;

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
/// let o = Observation { reaction_negative: -3.0, reaction_reactance: 6.0, ..Observation::default() };
/// let o = Observation { reaction_cooperative: -2.0, reaction_motivation: 3.0, ..o };
/// let [negative, cooperative] = reactions(&o, &v).map(|p| p.0[0]);
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

/// Whether the rule has sanctions imposed: in tier 3, where no more of them is waived than counts.
fn imposed(o: &Observation<f64>, seen: &Seen) -> Mask {
    seen.grade.ge(Lane::splat(4.0)) & seen.waived.lt(Lane::splat(o.sanctioned_waived))
}

impl Observable {
    /// Whether its density hangs on a number of [`OBSERVATION`]: on those that begin with its name, but for cuts, by which scores are given without an error.
    ///
    /// ```
    /// use suasion::model::observation::{OBSERVABLES, SCORES};
    /// assert!(OBSERVABLES[1].hangs_on("speech_sd") && !OBSERVABLES[1].hangs_on("voice_sd"));
    /// let prosecution = OBSERVABLES[SCORES[0]];
    /// assert!(prosecution.hangs_on("prosecution_thresholds") && !prosecution.hangs_on("prosecution_cuts"));
    /// ```
    pub fn hangs_on(&self, number: &str) -> bool {
        number.strip_prefix(self.name).is_some_and(|rest| rest.starts_with('_') && rest != "_cuts")
    }

    /// Years after which a reading is known. Scores of practice are coded from the report of the year after: so a score of a year counts at the end of the
    /// next, for what the state was at the end of its own, and no forecast from its year knows it.
    pub fn lag(&self) -> usize {
        usize::from(self.form == Form::Score)
    }

    /// In a record that says how well a reading was seen: the key of the reading, and the key of that.
    pub fn parts(&self) -> Option<(&'static str, &'static str)> {
        match self.form {
            Form::Reaction => Some(("reaction", "coverage")),
            Form::Survey => Some(("share", "error")),
            Form::Share | Form::Score | Form::Imposed => None,
        }
    }

    /// Whether it has a table of its own in a record, by its name; scores of practice and sanctions have theirs elsewhere.
    pub fn has_own_table(&self) -> bool {
        !matches!(self.form, Form::Score | Form::Imposed)
    }

    /// The log of the density of a reading, given what the state is; of a category its probability.
    ///
    /// With coverage c, the share of reactions that come on record, a negative one has the probability c P(negative), and none 1 - c (P(negative) + P(cooperative)):
    /// where little comes on record, none says little.
    ///
    /// A score k of practice x, with the view w of the grader: `(1 - lapse) (Phi((c_k - x - view w) / sd) - Phi((c_(k-1) - x - view w) / sd)) + lapse / 5`, of the
    /// thresholds c around it.
    ///
    /// ```
    /// use suasion::lanes::lane::Lane;
    /// use suasion::model::{observation::{NONE, OBSERVABLES, Observation, Practised, Reading, Seen, position}, state::Variables};
    /// let [half, zero] = [0.5, 0.0].map(Lane::splat);
    /// let v = Variables { reactance: half, ..Variables::start(half, zero, half, half, zero, zero) };
    /// let scoring = Observation { prosecution_thresholds: [0.0436, 0.144, 0.17, 0.382], prosecution_sd: 0.1, ..Observation::default() };
    /// let o = Observation { prosecution_lapse: 0.02, sanctioned_error: 0.1, ..scoring };
    /// let o = Observation { reaction_negative: -3.0, reaction_reactance: 6.0, reaction_cooperative: -2.0, reaction_motivation: 3.0, ..o };
    /// let before = Practised { enforcement: Lane::splat(0.1), ..Practised::NOTHING };
    /// let log = |name, value, with| {
    ///     let (reading, seen) = (Reading { value, with }, Seen { before, ..Seen::of(v) });
    ///     OBSERVABLES[position(name).unwrap()].log_density(&o, reading, &seen).0[0]
    /// };
    /// assert!((log("reaction", NONE, None).exp() - 0.383_651_731_190).abs() < 1e-9);
    /// assert!((log("reaction", NONE, Some(0.1)).exp() - 0.938_365_173_119).abs() < 1e-9);
    /// // Speech shows (m + r) / 2 = .25: the density of N(.25, .1) at .35 is 2.4197.
    /// assert!((log("speech", 0.35, None).exp() - 2.419_707_245_191).abs() < 1e-9);
    /// // Attitudes of a mean of .45, with errors of .1 and .1: N(.45, .1414) at .45.
    /// assert!((log("attitudes", 0.45, Some(0.1)).exp() - 2.820_947_917_739).abs() < 1e-9);
    /// // Enforcement of .1 with an error of .1 is scored 2 between .0436 and .144: Phi(.44) - Phi(-.564) = .38365, of which a lapse takes
    /// // .02 and gives back .02 / 5.
    /// assert!((log("prosecution", 2.0, None).exp() - 0.379_981_3).abs() < 1e-6);
    /// // Of a state that nobody grades no sanctions are expected: an error of .1.
    /// assert!((log("sanctioned", 1.0, None).exp() - 0.1).abs() < 1e-12);
    /// ```
    pub fn log_density(&self, o: &Observation<f64>, reading: Reading, seen: &Seen) -> Lane {
        let v = &seen.variables;
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
            Density::Score(k) => {
                let Scoring { thresholds, view, sd, lapse } = scoring(o, k);
                let x = seen.before.scored(Lane::splat(o.prosecution_law))[k] + view * seen.view;
                let (score, far) = (reading.value as usize, Lane::splat(f64::INFINITY));
                // The thresholds below and above the score; the least has none below, the greatest none above.
                let end = |cut: f64| (Lane::splat(cut) - x) * (1.0 / sd);
                let low = if score > 1 { end(thresholds[(score - 2).min(3)]) } else { -far };
                let high = if score < 5 { end(thresholds[score.max(1) - 1]) } else { far };
                condition::log((1.0 - lapse) * condition::between(low, high) + lapse / SCORED)
            }
            Density::Imposed => {
                let (right, wrong) = (1.0 - o.sanctioned_error, o.sanctioned_error);
                let (yes, no) = if reading.value > 0.0 { (right, wrong) } else { (wrong, right) };
                imposed(o, seen).select(Lane::splat(ln_scalar(yes)), Lane::splat(ln_scalar(no)))
            }
        }
    }

    /// A reading of the state in one lane, from a uniform draw in (0, 1): what [`log_density`](Self::log_density) is the density of.
    pub fn draw(
        &self,
        o: &Observation<f64>,
        with: Option<f64>,
        seen: &Seen,
        lane: usize,
        uniform: f64,
    ) -> Reading {
        let v = &seen.variables;
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
            Density::Score(k) => {
                let Scoring { thresholds, view, sd, lapse } = scoring(o, k);
                if uniform < lapse {
                    (1.0 + SCORED * uniform / lapse).floor()
                } else {
                    let normal = inverse_normal(Lane::splat((uniform - lapse) / (1.0 - lapse))).0[lane];
                    let x = seen.before.scored(Lane::splat(o.prosecution_law))[k].0[lane]
                        + view * seen.view.0[lane];
                    f64::from(score(x + sd * normal, thresholds))
                }
            }
            Density::Imposed => {
                let right = uniform >= o.sanctioned_error;
                f64::from(u8::from((imposed(o, seen).to_lane().0[lane] > 0.0) == right))
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
            Form::Score => format!("{} {}", self.name, reading.value),
            Form::Imposed if reading.value > 0.0 => "sanctions imposed".into(),
            Form::Imposed => "no sanctions imposed".into(),
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
        let v = Variables { reactance: u, attribution: a, enforcement: Lane::splat(0.15), ..start };
        let seen = Seen { grade: Lane::splat(4.0), before: Practised::of(&v, zero), ..Seen::of(v) };
        let o = Observation::default();
        let n = 20_000;
        let uniforms = (0..n).map(|k| (f64::from(k) + 0.5) / f64::from(n));
        for observable in &OBSERVABLES {
            let with = [Form::Reaction, Form::Survey].contains(&observable.form).then_some(0.5);
            let drawn: Vec<Reading> =
                uniforms.clone().map(|x| observable.draw(&o, with, &seen, 3, x)).collect();
            let density = |value: f64| {
                suasion_lanes::math::exp_scalar(
                    observable.log_density(&o, Reading { value, with }, &seen).0[3],
                )
            };
            let categories: &[f64] = match observable.form {
                Form::Reaction => &[NEGATIVE, NONE, COOPERATIVE],
                Form::Score => &[1.0, 2.0, 3.0, 4.0, 5.0],
                Form::Imposed => &[0.0, 1.0],
                Form::Share | Form::Survey => &[],
            };
            if categories.is_empty() {
                // Quantiles of the draws against the integral of the density between them.
                let (low, high) = (drawn[n as usize / 4].value, drawn[n as usize / 4 * 3].value);
                let steps = 1000;
                let width = (high - low) / f64::from(steps);
                let inside: f64 =
                    (0..steps).map(|k| density(low + (f64::from(k) + 0.5) * width) * width).sum();
                assert!((inside - 0.5).abs() < 1e-3, "{}: {inside}", observable.name);
            } else {
                let mut sum = 0.0;
                for &value in categories {
                    let share = drawn.iter().filter(|r| r.value == value).count() as f64 / f64::from(n);
                    assert!((share - density(value)).abs() < 1e-3, "{value}: {share}");
                    sum += density(value);
                }
                assert!((sum - 1.0).abs() < 1e-12);
            }
        }
    }
}
