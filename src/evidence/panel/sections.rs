//! The sections of a plan as they are written, and what can be told of them alone.

use super::coefficients::Coefficient;
use super::countries::Codes;
use crate::excerpt::quoted;
use crate::model::observation::{Form as Reading, OBSERVABLES};
use crate::model::world::NOT_RATED;
use crate::scenario::{Piece, Problem, nearest};
use serde::Deserialize;
use std::collections::BTreeMap;
use suasion_expression::syntax::parse;

/// Cells that a row must have to count, by column.
pub(super) type Where = BTreeMap<String, String>;

/// A table of names.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub table: String,
    pub state: String,
    pub name: String,
}

/// A table of regions.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Regions {
    pub table: Option<String>,
    #[serde(default)]
    pub optional: bool,
    pub state: Option<String>,
    pub region: Option<String>,
    /// Whether a state that the table does not have lies where geography and history put it.
    #[serde(default)]
    pub by_geography: bool,
}

/// A table of a regime's grades.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grades {
    pub table: String,
    #[serde(default)]
    pub optional: bool,
    pub state: String,
    pub year: String,
    pub grade: String,
    #[serde(default)]
    pub r#where: Where,
    /// Which grade other words of the table mean.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
}

/// A table of an instrument's adoptions.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adopted {
    pub table: String,
    #[serde(default)]
    pub optional: bool,
    pub state: String,
    pub date: Option<String>,
    pub year: Option<String>,
    pub status: Option<String>,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
    #[serde(default)]
    pub r#where: Where,
}

/// A table of readings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Observed {
    pub table: String,
    #[serde(default)]
    pub optional: bool,
    pub state: String,
    pub year: String,
    pub value: Option<String>,
    pub with: Option<String>,
    pub negative: Option<String>,
    pub cooperative: Option<String>,
    pub any: Option<String>,
    #[serde(default)]
    pub r#where: Where,
}

/// A table of sanctions.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sanctioned {
    pub table: String,
    #[serde(default)]
    pub optional: bool,
    pub state: String,
    pub year: String,
    pub imposed: String,
    #[serde(default)]
    pub r#where: Where,
}

/// A table of ties.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ties {
    pub table: String,
    pub a: String,
    pub b: String,
    pub from: Option<String>,
    pub until: Option<String>,
    #[serde(default)]
    pub r#where: Where,
    pub kind: Option<String>,
    pub weight: String,
}

/// A table of covariates: long, with a row for each variable, or wide, with a column for each.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Covariates {
    pub table: String,
    #[serde(default)]
    pub optional: bool,
    pub state: String,
    pub year: String,
    pub variable: Option<String>,
    pub value: Option<String>,
}

/// A covariate: the range of its values, and what stands in where there is none.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Covariate {
    pub low: f64,
    pub high: f64,
    pub column: Option<String>,
    pub stand_in: Option<String>,
    #[serde(default)]
    #[allow(dead_code, reason = "for people who read the plan")]
    meaning: String,
}

/// Numbers of the communities that regions are.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Communities {
    pub tie_weight: String,
    pub engagement: String,
}

/// A plan as it is written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    pub scenario: String,
    #[serde(default)]
    pub codes: Codes,
    pub names: Option<Names>,
    pub regions: Option<Regions>,
    #[serde(default)]
    pub grades: BTreeMap<String, Grades>,
    #[serde(default)]
    pub adopted: BTreeMap<String, Adopted>,
    #[serde(default)]
    pub observed: BTreeMap<String, Observed>,
    #[serde(default)]
    pub sanctioned: BTreeMap<String, Sanctioned>,
    pub ties: Option<Ties>,
    #[serde(default)]
    pub covariates: Vec<Covariates>,
    #[serde(default)]
    pub covariate: BTreeMap<String, Covariate>,
    #[serde(default)]
    pub coefficients: BTreeMap<String, Coefficient>,
    #[serde(default)]
    pub traits: BTreeMap<String, String>,
    pub spread: Option<String>,
    pub communities: Option<Communities>,
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

/// What is told of a key: what was found, what was expected, and a hint.
type Tell<'a> = &'a mut dyn FnMut(&str, &str, &str, Option<&str>);

impl Wire {
    /// What can be told of it alone.
    pub fn check(&self, piece: &Piece<Wire>, problems: &mut Vec<Problem>) {
        let mut wrong = |key: &str, found: &str, expected: &str, hint: Option<&str>| {
            problems.push(piece.problem(key, found, Some(expected).filter(|e| !e.is_empty()), hint));
        };
        if self.grades.is_empty() && self.names.is_none() {
            let hint =
                "the states of a panel are those that a regime grades, and without grades those of [names]";
            wrong("", "it has neither [grades] nor [names]", "", Some(hint));
        }
        if let Some(Regions { table, state, region, by_geography, .. }) = &self.regions {
            let given = [table, state, region].iter().filter(|key| key.is_some()).count();
            if given != 3 && (given > 0 || !by_geography) {
                let hint = "or `by_geography = true` alone";
                wrong("regions", "part of a table", "table, state and region", Some(hint));
            }
            if *by_geography && self.codes == Codes::Own {
                let hint = "ids of your own lie nowhere; give their regions in a table";
                wrong("regions.by_geography", "true with codes = \"own\"", "", Some(hint));
            }
        }
        if self.communities.is_some() && self.regions.is_none() {
            wrong("communities", "communities without [regions], whose states they are of", "", None);
        }
        for (regime, grades) in &self.grades {
            if grades.words.values().any(String::is_empty) {
                let hint = format!("a word that means no grade means `{NOT_RATED}`");
                wrong(&format!("grades.{regime}.words"), "an empty text", "a grade", Some(&hint));
            }
        }
        for (instrument, adopted) in &self.adopted {
            let key = |name: &str| format!("adopted.{instrument}.{name}");
            if adopted.date.is_none() && adopted.year.is_none() {
                wrong(
                    &key("date"),
                    "neither `date` nor `year`",
                    "the column of one of them, or of both",
                    None,
                );
            }
            if let Some(both) = adopted.yes.iter().find(|yes| adopted.no.contains(yes)) {
                wrong(&key("no"), &quoted(both), "words that `yes` has not", None);
            }
            let words = !adopted.yes.is_empty() || !adopted.no.is_empty();
            if adopted.status.is_some() && adopted.yes.is_empty() {
                wrong(&key("yes"), "no words", "those of `status` that say that it is adopted", None);
            }
            if adopted.status.is_none() && words {
                wrong(&key("status"), "none", "the column that has these words", None);
            }
        }
        for (name, observed) in &self.observed {
            let table = format!("observed.{name}");
            let Some(form) = OBSERVABLES.iter().find(|o| o.name == name && o.form != Reading::Imposed) else {
                let names = OBSERVABLES.iter().filter(|o| o.form != Reading::Imposed).map(|o| o.name);
                let hint = nearest(name, names.clone())
                    .unwrap_or_else(|| format!("there is {}", names.collect::<Vec<_>>().join(", ")));
                wrong(&table, "nothing of this name can be observed", "", Some(&hint));
                continue;
            };
            let counts = [&observed.negative, &observed.cooperative];
            let counted = counts.iter().filter(|column| column.is_some()).count();
            if form.form == Reading::Reaction {
                if counted + usize::from(observed.value.is_some()) * 2 != 2 {
                    let expected = "either `value`, or `negative` and `cooperative`";
                    wrong(&table, "columns of reactions that do not fit", expected, None);
                }
            } else if observed.value.is_none() || counted > 0 || observed.any.is_some() {
                wrong(&table, "columns that do not fit", "`value`", None);
            }
            let has_more = matches!(form.form, Reading::Reaction | Reading::Survey);
            if observed.with.is_some() && (!has_more || counted > 0) {
                let hint = "`with` is the standard error of attitudes, or the coverage of reactions";
                wrong(&format!("{table}.with"), "a column", "none", Some(hint));
            }
        }
        self.check_numbers(&mut wrong);
    }

    /// The same of covariates and coefficients.
    fn check_numbers(&self, wrong: Tell<'_>) {
        for (k, table) in self.covariates.iter().enumerate() {
            if table.variable.is_some() != table.value.is_some() {
                let hint = "a long table has both, a wide one has a column for each covariate";
                let found = "one of `variable` and `value`";
                wrong("covariates", &format!("{found} in table {}", k + 1), "both or none", Some(hint));
            }
        }
        if !self.covariate.is_empty() && self.covariates.is_empty() {
            wrong("covariate", "covariates without a table", "at least one [[covariates]]", None);
        }
        for (name, covariate) in &self.covariate {
            let ordered =
                covariate.low < covariate.high && covariate.high.is_finite() && covariate.low.is_finite();
            if !ordered {
                let found = format!("{} to {}", covariate.low, covariate.high);
                wrong(&format!("covariate.{name}"), &found, "a range of finite numbers", None);
            }
            if !parse(name).is_ok_and(|tree| tree.names().eq([(name.as_str(), 0..name.len())])) {
                let found = "a name that no link could write";
                let hint = "letters, digits and `_`; `column` says what the table calls it";
                wrong(&format!("covariate.{name}"), found, "", Some(hint));
            }
            if self.coefficients.contains_key(name) {
                wrong(&format!("covariate.{name}"), "a coefficient of this name", "a name of its own", None);
            }
        }
        for (name, coefficient) in &self.coefficients {
            if let Some((key, found, expected)) = coefficient.wrong() {
                wrong(&format!("coefficients.{name}.{key}"), &found, &expected, None);
            }
        }
    }
}
