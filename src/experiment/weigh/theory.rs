//! Theories: a scenario, what it says otherwise, and the null in which nothing crowds out.

use crate::engine::given::Given;
use crate::experiment::arms::{self, Arm};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::asked::check_states;
use crate::experiment::history::on_record;
use crate::model::parameters::CROWDING;
use crate::scenario::{Loaded, Scenario};

/// What the scenario itself is called among theories, and what the one without crowding is called.
pub const BASELINE: &str = "baseline";
/// See [`BASELINE`].
pub const NULL: &str = "null";

/// A theory that can be weighed.
#[derive(Clone, Debug)]
pub struct Theory {
    /// Name: [`BASELINE`], [`NULL`], or that of a counterfactual.
    pub name: String,
    /// What it says, in words; may be empty.
    pub title: String,
    /// The text that makes it of the scenario, as counterfactuals are asked for; none of the scenario itself.
    pub text: Option<String>,
    /// The scenario that says so.
    pub scenario: Scenario,
}

/// The theories: the scenario, those asked for, and the null, where none of them is it.
///
/// # Errors
/// If one is asked for twice, is not valid, changes nothing, changes who exists, or changes what the record says.
pub fn theories(
    baseline: &Loaded,
    base: &Scenario,
    asked: &[String],
    until: Option<i32>,
) -> Result<Vec<Theory>, ExperimentError> {
    let (given, _) = on_record(base, until)?;
    let title = "the scenario as it stands".to_string();
    let mut theories = vec![Theory { name: BASELINE.into(), title, text: None, scenario: base.clone() }];
    let arms = arms::build(
        asked.iter().map(|text| arms::ask(baseline, text)).collect::<Result<_, _>>()?,
        base,
        false,
    )?;
    for (arm, text) in arms.into_iter().zip(asked) {
        if [BASELINE, NULL].contains(&arm.name.as_str()) {
            let found = format!("`{}` is always weighed, and no other theory can be called so", arm.name);
            return Err(ExperimentError::Asked(found));
        }
        check_states(&base.world, &arm.scenario.world, &arm.name).map_err(|_| {
            let found = format!("counterfactual `{}` changes who exists", arm.name);
            ExperimentError::asked(found, Some("a theory must explain the same states".into()))
        })?;
        check_record(&arm, until, &given)?;
        let Arm { name, title, scenario } = arm;
        theories.push(Theory { name, title, text: Some(text.clone()), scenario });
    }
    let null = null(baseline)?;
    if theories.iter().all(|theory| theory.scenario.world != null.scenario.world) {
        theories.push(null);
    }
    if theories.len() < 2 {
        let found = format!("{} is the null itself, and no other theory was given", base.name);
        let hint = "name a counterfactual, or \"TITLE: path=value; path=value\"";
        return Err(ExperimentError::asked(found, Some(hint.into())));
    }
    Ok(theories)
}

/// The scenario without crowding.
fn null(baseline: &Loaded) -> Result<Theory, ExperimentError> {
    let off: Vec<String> = CROWDING.iter().map(|name| format!("parameters.{name}=0")).collect();
    let text = format!("{NULL}: {}", off.join("; "));
    let scenario = arms::scenario(arms::ask(baseline, &text)?.loaded, false)?;
    let title = "nothing crowds out: the four crowding coefficients are 0".to_string();
    Ok(Theory { name: NULL.into(), title, text: Some(text), scenario })
}

/// The scenario and those asked for, in this order, where [`NULL`] is the scenario without crowding: theories of what is not on record yet. They differ in
/// numbers alone, so that what one leaves on record the others can be held against.
///
/// # Errors
/// If one is not valid, changes nothing, or changes more than numbers.
pub fn rivals(baseline: &Loaded, base: &Scenario, asked: &[String]) -> Result<Vec<Theory>, ExperimentError> {
    let title = "the scenario as it stands".to_string();
    let mut all = vec![Theory { name: BASELINE.into(), title, text: None, scenario: base.clone() }];
    for text in asked {
        let theory = if text == NULL {
            let theory = null(baseline)?;
            if theory.scenario.world == base.world {
                let found = format!("{} is the null itself", base.name);
                return Err(ExperimentError::asked(found, Some("name another rival".into())));
            }
            theory
        } else {
            let Arm { name, title, scenario } =
                arms::build(vec![arms::ask(baseline, text)?], base, false)?.remove(0);
            Theory { name, title, text: Some(text.clone()), scenario }
        };
        if !theory.scenario.world.shares_structure(&base.world) {
            let found = format!("counterfactual `{}` changes more than numbers", theory.name);
            let hint = "switch off what an institution does, not the institution";
            return Err(ExperimentError::asked(found, Some(hint.into())));
        }
        all.push(theory);
    }
    Ok(all)
}

/// Refuses a theory under which the record says something else: what it leaves unsaid could not be held against it.
fn check_record(arm: &Arm, until: Option<i32>, given: &Given) -> Result<(), ExperimentError> {
    let refuse = |what: &str| {
        let hint =
            "a theory must explain the same record; switch off what an institution does, not the institution";
        Err(ExperimentError::asked(format!("counterfactual `{}`: {what}", arm.name), Some(hint.into())))
    };
    match on_record(&arm.scenario, until) {
        Ok((theirs, _)) if theirs.blake3() == given.blake3() => Ok(()),
        Ok(_) => refuse("it changes what is on record"),
        Err(error) => refuse(&error.to_string()),
    }
}
