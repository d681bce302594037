//! The coefficients of a panel: numbers that its links name. The plan declares them, so that they can be fitted, and a user gives others in a file.

use super::error::PanelError;
use crate::input;
use crate::model::table::MOST;
use crate::scenario::nearest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// A number that links name, as a plan declares it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficient {
    /// What it is where nothing else is said.
    pub value: f64,
    /// Lower end of its usual range: its prior where none is given.
    pub low: f64,
    /// Upper end of its usual range.
    pub high: f64,
    /// The least that it may be; without it -1000.
    least: Option<f64>,
    /// The most that it may be; without it 1000.
    most: Option<f64>,
    /// Its unit; without it none.
    pub unit: Option<String>,
    /// What it is.
    #[serde(default)]
    pub meaning: String,
}

impl Coefficient {
    /// The ends between which it may lie.
    pub fn limits(&self) -> (f64, f64) {
        (self.least.unwrap_or(-MOST), self.most.unwrap_or(MOST))
    }

    fn admits(&self, x: f64) -> bool {
        let (least, most) = self.limits();
        (least..=most).contains(&x)
    }

    /// What is wrong with its numbers, by key: found, and expected.
    pub(super) fn wrong(&self) -> Option<(&'static str, String, String)> {
        let (least, most) = self.limits();
        let beyond = |x: f64| !(least..=most).contains(&x);
        if least.is_nan() || most.is_nan() || least > most {
            return Some(("most", format!("{most}"), format!("at least {least}, the least that it may be")));
        }
        let named = [("value", self.value), ("low", self.low), ("high", self.high)];
        let beyond = named.into_iter().find(|(_, x)| beyond(*x));
        if let Some((key, x)) = beyond {
            return Some((key, format!("{x}"), format!("a number from {least} to {most}")));
        }
        (self.low >= self.high)
            .then(|| ("high", format!("{}", self.high), format!("more than {}, the lower end", self.low)))
    }
}

/// The coefficients of a plan, each with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficients {
    of: Arc<BTreeMap<String, Coefficient>>,
    values: Vec<f64>,
}

impl Coefficients {
    /// Those of a plan, as it gives them.
    pub(super) fn new(of: Arc<BTreeMap<String, Coefficient>>) -> Coefficients {
        let values = of.values().map(|coefficient| coefficient.value).collect();
        Coefficients { of, values }
    }

    /// Each with its name and what it is, by name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Coefficient)> {
        self.of.iter().map(|(name, coefficient)| (name.as_str(), coefficient))
    }

    /// Values by name.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// Where one stands, by name.
    ///
    /// # Errors
    /// If there is none of this name: the nearest that there is, as a hint, where one is near.
    pub fn position(&self, name: &str) -> Result<usize, Option<String>> {
        self.of
            .keys()
            .position(|of| of == name)
            .ok_or_else(|| nearest(name, self.of.keys().map(String::as_str)))
    }

    /// The same coefficients with what a file gives: TOML, a number for each name.
    ///
    /// # Errors
    /// If the file cannot be read, is not TOML, names an unknown coefficient, or gives a value that is out of bounds.
    pub fn read(self, path: &Path) -> Result<Self, PanelError> {
        let text = input::text(path).map_err(|wrong| PanelError::one(wrong.to_string()))?;
        self.parse(&text, &path.display().to_string())
    }

    /// The same from a text; `file` is what errors call it.
    ///
    /// ```
    /// use suasion::evidence::panel::Plan;
    /// let given = Plan::bundled().coefficients().parse("spread = 0.1", "mine.toml").unwrap();
    /// let of = |name: &str| given.values()[given.position(name).unwrap()];
    /// assert_eq!((of("spread"), of("capacity_base")), (0.1, 0.2));
    /// let error = Plan::bundled().coefficients().parse("spred = 0.1", "mine.toml").unwrap_err();
    /// assert_eq!(error.to_string(), "mine.toml: spred: no such coefficient; did you mean `spread`?");
    /// ```
    ///
    /// # Errors
    /// As [`Coefficients::read`].
    pub fn parse(mut self, text: &str, file: &str) -> Result<Self, PanelError> {
        let table: toml::Table = text.parse().map_err(|reason: toml::de::Error| {
            PanelError::one(format!("{file}: not TOML: {}", reason.message()))
        })?;
        let mut error = PanelError::default();
        for (name, value) in &table {
            let number = value.as_float().or(value.as_integer().map(|i| i as f64));
            let known = self.of.iter().enumerate().find(|(_, (of, _))| *of == name);
            match (known.map(|(i, (_, entry))| (i, entry)), number) {
                (Some((i, entry)), Some(x)) if entry.admits(x) => self.values[i] = x,
                (Some((_, entry)), _) => {
                    let (least, most) = entry.limits();
                    error.add(format!(
                        "{file}: {name}: found {value}, expected a number from {least} to {most}"
                    ));
                }
                (None, _) => {
                    let hint = nearest(name, self.of.keys().map(String::as_str));
                    let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
                    error.add(format!("{file}: {name}: no such coefficient{hint}"));
                }
            }
        }
        error.finish()?;
        Ok(self)
    }

    /// As a file that [`Coefficients::parse`] reads back.
    pub fn text(&self) -> String {
        let mut text = String::from("# The coefficients by which the panel was coded.\n");
        for ((name, Coefficient { low, high, meaning, .. }), value) in self.of.iter().zip(&self.values) {
            let meaning = if meaning.is_empty() { String::new() } else { format!("{meaning}; ") };
            // A text takes every line.
            let _ = writeln!(text, "{name} = {value:?} # {meaning}{low} to {high}");
        }
        text
    }
}
