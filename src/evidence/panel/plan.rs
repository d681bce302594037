//! What the tables of a panel are: which column of which table holds the grades, the adoptions, the readings, the ties and the covariates, and by which links
//! states are coded from these. A folder says it in `panel.toml`; one that does not is read by the plan of the Trafficking in Persons report.

use super::coefficients::{Coefficient, Coefficients};
use super::countries::Codes;
use super::error::PanelError;
use super::links::{Links, expression};
use super::sections::{
    Adopted, Covariate, Covariates, Grades, Names, Observed, Regions, Sanctioned, Ties, Wire,
};
use crate::input;
use crate::scenario::{Form, ScenarioError};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use suasion_expression::scalar::evaluate;
use suasion_expression::syntax::Tree;

/// Name of the plan in a folder of tables, and beside a scenario that was made by it.
pub const PLAN: &str = "panel.toml";

/// The plan of a folder that brings none.
const BUNDLED: &str = include_str!("../../../scenarios/panel/panel.toml");
/// The scenario that it puts its states in.
const BUNDLED_SCENARIO: &str = include_str!("../../../scenarios/panel/scenario.toml");

/// A plan: what the tables of a panel are, and the links by which its states are coded. Two are equal that say the same, to the letter.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it says, to the letter.
    pub text: String,
    pub(super) scenario: String,
    pub(super) codes: Codes,
    pub(super) names: Option<Names>,
    pub(super) regions: Option<Regions>,
    pub(super) grades: BTreeMap<String, Grades>,
    pub(super) adopted: BTreeMap<String, Adopted>,
    pub(super) observed: BTreeMap<String, Observed>,
    pub(super) sanctioned: BTreeMap<String, Sanctioned>,
    pub(super) ties: Option<Ties>,
    pub(super) tables: Vec<Covariates>,
    pub(super) covariates: BTreeMap<String, Covariate>,
    pub(super) links: Links,
    stand_ins: Vec<Option<Tree>>,
    coefficients: Arc<BTreeMap<String, Coefficient>>,
    /// Whether the scenario is the bundled one.
    is_bundled: bool,
}

impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// The value of an expression where every name has one; none where one has not, or it has no finite value.
pub(super) fn number_of(tree: &Tree, names: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
    evaluate(tree, names).filter(|x| x.is_finite())
}

impl Plan {
    /// The plan of a folder of tables that brings none: those of the Trafficking in Persons report.
    pub fn bundled() -> Arc<Plan> {
        static PARSED: LazyLock<Arc<Plan>> = LazyLock::new(|| {
            let parsed = Plan::parse(PLAN, BUNDLED).map(|plan| Plan { is_bundled: true, ..plan });
            Arc::new(parsed.unwrap_or_else(|error| unreachable!("the bundled plan: {error}")))
        });
        PARSED.clone()
    }

    /// The plan of a folder: what its `panel.toml` says, and where there is none, the bundled one.
    ///
    /// # Errors
    /// If it cannot be read, or is no plan: with file, line and key.
    ///
    /// ```
    /// use suasion::evidence::panel::Plan;
    /// let examples = std::path::Path::new("examples");
    /// assert_eq!(Plan::of_folder(&examples.join("panel")).unwrap(), Plan::bundled());
    /// assert_ne!(Plan::of_folder(&examples.join("panel-of-your-own")).unwrap(), Plan::bundled());
    /// ```
    pub fn of_folder(folder: &Path) -> Result<Arc<Plan>, PanelError> {
        let path = folder.join(PLAN);
        // The folder of a file that is named alone is the one that one stands in.
        if !folder.as_os_str().is_empty() && !folder.is_dir() {
            return Err(PanelError::one(format!("there is no folder {}", folder.display())));
        }
        if !path.exists() {
            return Ok(Plan::bundled());
        }
        let text = input::text(&path).map_err(|wrong| PanelError::one(wrong.to_string()))?;
        if text == BUNDLED {
            return Ok(Plan::bundled());
        }
        Ok(Arc::new(Plan::parse(&path.display().to_string(), &text)?))
    }

    /// A plan from its text; `file` is what errors call it.
    ///
    /// ```
    /// use suasion::evidence::panel::Plan;
    /// let told = |text: &str| Plan::parse("panel.toml", text).unwrap_err().to_string();
    /// assert_eq!(told("scenario = 's.toml'\n[adoptd]\n"), "panel.toml:2: adoptd: unknown key; did you mean `adopted`?");
    /// assert_eq!(
    ///     told("scenario = 's.toml'\n[names]\ntable = 'n.csv'\nstate = 's'\nname = 'n'\n[traits]\ncapacity = 'gdp / 2'\n"),
    ///     "panel.toml:7: traits.capacity: there is no `gdp` here; a link knows the plan's covariates and coefficients, and other traits"
    /// );
    /// ```
    ///
    /// # Errors
    /// If it is no plan: with file, line and key.
    pub fn parse(file: &str, text: &str) -> Result<Plan, PanelError> {
        let told = |error: ScenarioError| PanelError::of(&error.to_problems());
        let piece = Form::parse(file, text).and_then(|form| form.whole::<Wire>()).map_err(told)?;
        let mut problems = Vec::new();
        piece.value.check(&piece, &mut problems);
        let Wire { covariate, coefficients, traits, spread, communities, ties, set, .. } = &piece.value;
        let mut stand_ins = Vec::new();
        for (name, covariate) in covariate {
            let text = covariate.stand_in.as_deref();
            stand_ins.push(text.and_then(|text| {
                let key = format!("covariate.{name}.stand_in");
                let of = |other: &str| other != name && piece.value.covariate.contains_key(other);
                let found = expression(text, &of, "the plan's other covariates");
                let tell = |(what, hint): (String, Option<String>)| {
                    problems.push(piece.problem(&key, &what, None, hint.as_deref()));
                };
                found.map_err(tell).ok()
            }));
        }
        let links = Links::new(
            (covariate, coefficients, traits),
            (spread.as_deref(), communities.as_ref(), ties.as_ref().map(|ties| &*ties.weight), set),
            &mut |key, found, hint| problems.push(piece.problem(key, &found, None, hint.as_deref())),
        );
        PanelError::of(&problems).finish()?;
        let wire = piece.value;
        Ok(Plan {
            text: text.into(),
            scenario: wire.scenario,
            codes: wire.codes,
            names: wire.names,
            regions: wire.regions,
            grades: wire.grades,
            adopted: wire.adopted,
            observed: wire.observed,
            sanctioned: wire.sanctioned,
            ties: wire.ties,
            tables: wire.covariates,
            covariates: wire.covariate,
            links,
            stand_ins,
            coefficients: Arc::new(wire.coefficients),
            is_bundled: false,
        })
    }

    /// The same with another kind of law: what rows of `[adopted.law]` must have in the column `kind`.
    ///
    /// # Errors
    /// If its laws have no kinds.
    pub(super) fn with_law(&self, kind: &str) -> Result<Plan, PanelError> {
        if self.adopted.get("law").is_none_or(|adopted| !adopted.r#where.contains_key("kind")) {
            let what = "--law: the plan has no [adopted.law] whose `where` has a `kind`; say which rows count in the plan itself";
            return Err(PanelError::one(what.into()));
        }
        // The plan that is written says what was read.
        let mut text: toml_edit::DocumentMut =
            self.text.parse().map_err(|reason: toml_edit::TomlError| PanelError::one(reason.to_string()))?;
        text["adopted"]["law"]["where"]["kind"] = toml_edit::value(kind);
        Ok(Plan { is_bundled: self.is_bundled, ..Plan::parse(PLAN, &text.to_string())? })
    }

    /// The instruments of whose adoptions it has tables.
    pub fn adopted(&self) -> impl Iterator<Item = &str> {
        self.adopted.keys().map(String::as_str)
    }

    /// The observables of whose readings it has tables.
    pub fn observed(&self) -> impl Iterator<Item = &str> {
        self.observed.keys().map(String::as_str)
    }

    /// Its links.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// Its coefficients, as it gives them.
    pub fn coefficients(&self) -> Coefficients {
        Coefficients::new(self.coefficients.clone())
    }

    /// The scenario that states are put in, and what errors call it.
    pub(super) fn base(&self, folder: &Path) -> Result<(String, String), PanelError> {
        if self.is_bundled {
            return Ok((format!("the bundled {}", self.scenario), BUNDLED_SCENARIO.into()));
        }
        let path = folder.join(&self.scenario);
        let text = input::text(&path).map_err(|wrong| PanelError::one(wrong.to_string()))?;
        Ok((path.display().to_string(), text))
    }

    /// A covariate by where it stands.
    pub(super) fn covariate_at(&self, at: usize) -> (&str, &Covariate) {
        let found = self.covariates.iter().nth(at).map(|(name, of)| (name.as_str(), of));
        found.unwrap_or_else(|| unreachable!("positions are of the plan's own covariates"))
    }

    /// Where a covariate stands.
    pub(super) fn covariate(&self, name: &str) -> Option<usize> {
        self.covariates.keys().position(|of| of == name)
    }

    /// What stands in for a covariate.
    pub(super) fn stand_in(&self, covariate: usize) -> Option<&Tree> {
        self.stand_ins[covariate].as_ref()
    }

    /// The name of a covariate in the tables.
    pub(super) fn column(&self, covariate: usize) -> &str {
        let (name, of) = self.covariate_at(covariate);
        of.column.as_deref().unwrap_or(name)
    }
}
