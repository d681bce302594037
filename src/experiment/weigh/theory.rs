//! Theories: a scenario, what it says otherwise, and the null in which nothing crowds out.

use crate::engine::given::Given;
use crate::experiment::arms::{self, Arm};
use crate::experiment::error::ExperimentError;
use crate::experiment::history::asked::check_states;
use crate::experiment::history::on_record;
use crate::model::parameters::CROWDING;
use crate::scenario::{Loaded, Scenario};

pub use crate::experiment::arms::BASELINE;

/// What the theory without crowding is called.
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
        check_record(&arm, base, until, &given)?;
        check_other(&theories, &arm)?;
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
/// If one is not valid, changes nothing, changes more than numbers, or is the same world as another.
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
        check_observation(&theory.name, &theory.scenario, base)?;
        if let Some(same) = all.iter().find(|other| other.scenario.world == theory.scenario.world) {
            return Err(same_world(&theory.name, same));
        }
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
fn check_record(
    arm: &Arm,
    base: &Scenario,
    until: Option<i32>,
    given: &Given,
) -> Result<(), ExperimentError> {
    if given.observes() {
        check_observation(&arm.name, &arm.scenario, base)?;
    }
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

/// Refuses a theory that says otherwise how states are observed: the record is read in one way under all.
fn check_observation(name: &str, scenario: &Scenario, base: &Scenario) -> Result<(), ExperimentError> {
    if scenario.observed.observation == base.observed.observation {
        return Ok(());
    }
    let found = format!("counterfactual `{name}`: it changes how states are observed ([observation])");
    let hint = "what is on record is read in one way under all theories: set these numbers for all by --set, or give them priors";
    Err(ExperimentError::asked(found, Some(hint.into())))
}

/// Refuses a theory that is the same world as an earlier one: nothing tells them apart, and both would share one weight.
fn check_other(earlier: &[Theory], arm: &Arm) -> Result<(), ExperimentError> {
    let same = earlier.iter().find(|theory| theory.scenario.world == arm.scenario.world);
    same.map_or(Ok(()), |same| Err(same_world(&arm.name, same)))
}

fn same_world(name: &str, other: &Theory) -> ExperimentError {
    let found = format!("counterfactual `{name}` is the same world as `{}`", other.name);
    ExperimentError::asked(found, Some("nothing can tell them apart: name one of them".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observation::{REACTION, position};

    const RATED: &str = r#"
        version = 2
        title = "Reactions, and no grades on record"
        [time]
        start = 2001
        end = 2006
        [[state]]
        id = "A"
        [[state]]
        id = "B"
        [[regime]]
        id = "tv"
        kind = "rating"
        grades = ["good", "bad"]
        thresholds = [0.5]
        [observed.reaction]
        A = { 2002 = "negative", 2005 = "none" }
        [observed.speech]
        B = { 2003 = 0.4 }
        [counterfactual.none]
        remove = ["regime.tv"]
        [counterfactual.early]
        set = { "regime.tv.until" = 2004 }
    "#;

    #[test]
    fn to_a_regime_that_is_not_there_nobody_reacts() {
        let loaded = Scenario::parse("rated", RATED, None).unwrap();
        let base = loaded.build().unwrap();
        let reactions = |scenario: &Scenario| {
            let (given, _) = on_record(scenario, None).unwrap();
            let of = |observable: usize, state: usize, year: usize| {
                given.reading(observable, state, year).is_some()
            };
            (of(REACTION, 0, 1), of(REACTION, 0, 4), of(position("speech").unwrap(), 1, 2))
        };
        let arm = |name: &str| arms::ask(&loaded, name).unwrap().loaded.build_alone().unwrap();
        assert_eq!(reactions(&base), (true, true, true));
        assert_eq!(reactions(&arm("none")), (false, false, true));
        assert_eq!(reactions(&arm("early")), (true, false, true));
        for name in ["none", "early"] {
            let error = theories(&loaded, &base, &[name.to_string()], None).unwrap_err().to_string();
            assert!(error.contains("it changes what is on record"), "{error}");
        }
    }

    #[test]
    fn theories_have_names_differ_and_read_the_record_in_one_way() {
        let loaded = Scenario::parse("rated", RATED, None).unwrap();
        let base = loaded.build().unwrap();
        let refused = |asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(|text| (*text).to_string()).collect();
            theories(&loaded, &base, &asked, None).unwrap_err().to_string()
        };
        for (asked, expected) in [
            (&[": parameters.drift=0.1"][..], "without a name"),
            (&["X: parameters.drift=0.1", "Y: parameters.drift=0.10"], "`Y` is the same world as `X`"),
            (&["X: observation.speech_sd=0.3"], "changes how states are observed alone"),
            (
                &["X: observation.speech_sd=0.3; parameters.drift=0.1"],
                "changes how states are observed ([observation])",
            ),
            (
                &["X: parameters.signalling=zz"],
                "counterfactual X: parameters.signalling=zz: parameters.signalling",
            ),
            (&["X: parameters.signalling=1; drift"], "counterfactual X: drift: no `=`"),
            (&["parameters.signalling=zz"], "counterfactual parameters.signalling=zz: parameters.signalling"),
        ] {
            let told = refused(asked);
            assert!(told.contains(expected) && !told.contains("--set parameters"), "{asked:?}: {told}");
        }
        let same = ["X: parameters.drift=0.1".to_string(), "Y: parameters.drift=0.1".to_string()];
        let told = rivals(&loaded, &base, &same).unwrap_err().to_string();
        assert!(told.contains("`Y` is the same world as `X`"), "{told}");
        let told = rivals(&loaded, &base, &["X: observation.speech_sd=0.3; parameters.drift=0.1".into()]);
        assert!(told.unwrap_err().to_string().contains("changes how states are observed"));
    }
}
