//! The coefficients of a panel: links from covariates to traits, weights of ties, hazards. One table, so that they can be
//! fitted, and a file in which a user gives others.
#![allow(clippy::doc_markdown, reason = "meanings are equations, which users read as text")]

use super::error::PanelError;
use crate::input;
use crate::model::table;
use crate::model::table::{Entry, FITTED};
use crate::scenario::nearest;
use std::fmt::Write;
use std::path::Path;

table! {
    /// The coefficients by which a panel's states are coded.
    pub struct Coefficients, COEFFICIENTS, source "judgement, on the scale of the bundled scenarios";
    numbers {
        capacity_base = 0.2, -1.0 to 1.0, Any, "logit", "capacity = logistic(this + capacity_effectiveness * government effectiveness)";
        capacity_effectiveness = 0.9, 0.3 to 1.5, Any, "logit", "of World Bank government effectiveness, in standard deviations of the world";
        openness_democracy = 0.5, 0.0 to 1.0, Share, "-", "openness = this * electoral democracy + (1 - this) * core civil society";
        sensitivity_base = 0.05, 0.0 to 0.5, NonNegative, "-", "sanction_sensitivity = this + sensitivity_trade * trade + sensitivity_aid * aid, at most 1";
        sensitivity_trade = 1.0, 0.0 to 3.0, NonNegative, "-", "of trade with the sender as a share of GDP";
        sensitivity_aid = 10.0, 0.0 to 20.0, NonNegative, "-", "of the sender's economic aid as a share of GDP";
        motivation_base = 0.602, -2.0 to 1.0, Any, "logit", "intrinsic_motivation = logistic(this + the two below)", FITTED;
        motivation_openness = 3.9, -1.0 to 4.0, Any, "logit", "of openness less 0.5", FITTED;
        motivation_capacity = -0.0741, -1.0 to 4.0, Any, "logit", "of capacity less 0.5", FITTED;
        framing_base = 0.666, -1.5 to 1.5, Any, "logit", "security_framing = logistic(this + framing_openness * (openness - 0.5))", FITTED;
        framing_openness = 0.429, -3.0 to 1.0, Any, "logit", "of openness less 0.5", FITTED;
        standing_base = 0.45, 0.1 to 0.8, Share, "-", "sender_standing = this + standing_openness * (openness - 0.5), within 0 and 1";
        standing_openness = 0.3, -0.5 to 1.0, Any, "-", "of openness less 0.5";
        aversion = 0.5, 0.0 to 1.0, Share, "-", "control_aversion, the same for all";
        reputation = 1.0, 0.0 to 2.0, NonNegative, "-", "reputation_concern, the same for all";
        attention_base = 0.08, 0.0 to 0.5, Share, "-", "attention = this + attention_organizations * organizations / 10, at most 1";
        attention_organizations = 0.2, 0.0 to 1.0, NonNegative, "-", "of organizations against trafficking, ten as one";
        strategic_base = 0.156, 0.0 to 0.5, Share, "-", "strategic_value = this + strategic_arms * arms, at most 1", FITTED;
        strategic_arms = 0.174, 0.0 to 0.5, NonNegative, "-", "of the decimal logarithm of the sender's military aid, 1 + millions of dollars a year", FITTED;
        phase_base = 0.513, -1.0 to 3.0, Any, "phases", "initial_phase = whole part of this + phase_openness * openness + phase_capacity * capacity, 0 to 3", FITTED;
        phase_openness = 1.0, 0.0 to 4.0, Any, "phases", "of openness";
        phase_capacity = 0.8, 0.0 to 4.0, Any, "phases", "of capacity";
        spread = 0.231, 0.0 to 0.25, NonNegative, "-", "standard deviation of a coded trait in [0, 1]", FITTED;
        border_weight = 0.008, 0.0 to 0.2, NonNegative, "-", "weight of the tie of a land border";
        region_weight = 0.05, 0.001 to 1.0, NonNegative, "-", "weight of a region, which its engagement multiplies and its members share out among them";
        engagement_base = 0.218, 0.0 to 1.0, Share, "-", "engagement of a region = this + engagement_openness * (its mean openness - 0.5), within 0 and 1", FITTED;
        engagement_openness = 1.43, -1.0 to 2.0, Any, "-", "of the region's mean openness less 0.5", FITTED;
        law_hazard = 0.00816, 0.001 to 0.05, NonNegative, "1/yr", "hazard of a law without any push", FITTED;
        convention_hazard = 0.04, 0.005 to 0.2, NonNegative, "1/yr", "hazard of the convention without any push", FITTED;
        convention_ramp = 0.95, 0.0 to 6.0, NonNegative, "yr", "years over which the convention's hazard builds up", FITTED;
    }
    lists {}
}

impl Coefficients<f64> {
    /// The defaults, with what a file gives in their place: TOML, a number for each name.
    ///
    /// # Errors
    /// If the file cannot be read, is not TOML, names an unknown coefficient, or gives a value that is out of bounds.
    pub fn read(path: &Path) -> Result<Self, PanelError> {
        let text = input::text(path).map_err(|wrong| {
            let mut error = PanelError::default();
            error.add(wrong.to_string());
            error
        })?;
        Coefficients::parse(&text, &path.display().to_string())
    }

    /// The same from a text; `file` is what errors call it.
    ///
    /// ```
    /// use suasion::evidence::panel::Coefficients;
    /// let given = Coefficients::parse("spread = 0.1", "mine.toml").unwrap();
    /// assert_eq!((given.spread, given.capacity_base), (0.1, 0.2));
    /// let error = Coefficients::parse("spred = 0.1", "mine.toml").unwrap_err();
    /// assert_eq!(error.to_string(), "mine.toml: spred: no such coefficient; did you mean `spread`?");
    /// ```
    ///
    /// # Errors
    /// As [`Coefficients::read`].
    pub fn parse(text: &str, file: &str) -> Result<Self, PanelError> {
        let mut error = PanelError::default();
        let mut coefficients = Coefficients::default();
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(reason) => {
                error.add(format!("{file}: not TOML: {}", reason.message()));
                return Err(error);
            }
        };
        for (name, value) in &table {
            let number = value.as_float().or(value.as_integer().map(|i| i as f64));
            match (COEFFICIENTS.iter().position(|entry| entry.name == name), number) {
                (Some(i), Some(x)) if COEFFICIENTS[i].bound.admits(x) => coefficients.values_mut()[i] = x,
                (Some(i), _) => {
                    let expected = COEFFICIENTS[i].bound.describe();
                    error.add(format!("{file}: {name}: found {value}, expected {expected}"));
                }
                (None, _) => {
                    let hint = nearest(name, COEFFICIENTS.iter().map(|entry| entry.name));
                    let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
                    error.add(format!("{file}: {name}: no such coefficient{hint}"));
                }
            }
        }
        error.finish()?;
        Ok(coefficients)
    }

    /// As a file that [`Coefficients::parse`] reads back.
    pub fn text(&self) -> String {
        let mut text = String::from("# The coefficients by which the panel was coded.\n");
        for (entry, value) in COEFFICIENTS.iter().zip(self.values()) {
            let Entry { name, meaning, low, high, .. } = entry;
            // A text takes every line.
            let _ = writeln!(text, "{name} = {value:?} # {meaning}; {low} to {high}");
        }
        text
    }
}
