//! The arms of a comparison: a base, and counterfactuals by name or as assignments on the command line. It simulates nothing.

use super::exit::BadInput;
use super::shared::ScenarioArgs;
use crate::experiment::paired;
use crate::scenario::{Loaded, Scenario};
use anyhow::Result;

/// A counterfactual beside the base.
pub(super) struct Arm {
    /// Name: the counterfactual's id, or what the command line calls it.
    pub name: String,
    /// Title.
    pub title: String,
    pub scenario: Scenario,
}

/// The base as named, with what the options change; under `observed`, with the record pinned.
pub(super) fn base(args: &ScenarioArgs, observed: bool) -> Result<Scenario> {
    let scenario = args.load()?;
    if !observed {
        return Ok(scenario);
    }
    let mut loaded = args.baseline()?;
    if let Some(name) = &args.counterfactual {
        loaded.apply_counterfactual(name)?;
    }
    if pin(&mut loaded, &scenario)? == 0 {
        let message = format!(
            "--observed: {} has no record to pin: it needs [observed.tiers.REGIME] or [observed.adoptions.INSTRUMENT]",
            scenario.name
        );
        return Err(BadInput(message).into());
    }
    Ok(loaded.build_alone()?)
}

/// Pins every rating regime and instrument with a record to it; how many there were.
fn pin(loaded: &mut Loaded, scenario: &Scenario) -> Result<usize> {
    let (world, observed) = (&scenario.world, &scenario.observed);
    let mut paths = Vec::new();
    for (rating, tiers) in world.ratings.iter().zip(&observed.tiers) {
        if tiers.iter().any(|years| !years.is_empty()) {
            paths.push(format!("regime.{}.pinned=true", rating.id));
        }
    }
    for (instrument, dates) in world.instruments.iter().zip(&observed.adoptions) {
        if dates.iter().any(Option::is_some) {
            paths.push(format!("instrument.{}.pinned=true", instrument.id));
        }
    }
    for path in &paths {
        loaded.set(path)?;
    }
    Ok(paths.len())
}

/// The counterfactuals asked for, each beside the base; by name, then those of `against`.
pub(super) fn others(
    args: &ScenarioArgs,
    names: &[String],
    against: &[String],
    base: &Scenario,
    observed: bool,
) -> Result<Vec<Arm>> {
    let mut arms: Vec<Arm> = Vec::new();
    for text in names.iter().chain(against) {
        let arm = other(args, text, observed)?;
        let bad = |what: String| BadInput(format!("counterfactual `{}`: {what}", arm.name));
        if arms.iter().any(|earlier| earlier.name == arm.name) {
            return Err(bad("asked for twice".into()).into());
        }
        paired::check(&base.world, &arm.scenario.world).map_err(|error| bad(error.to_string()))?;
        if arm.scenario.world == base.world {
            let what = "changes nothing that is simulated: both arms are the same world";
            return Err(bad(what.into()).into());
        }
        arms.push(arm);
    }
    Ok(arms)
}

fn other(args: &ScenarioArgs, text: &str, observed: bool) -> Result<Arm> {
    let mut loaded = args.baseline()?;
    let (name, assignments) = read(text);
    if assignments.is_empty() {
        loaded.apply_counterfactual(&name)?;
    }
    for assignment in assignments {
        loaded.set(assignment)?;
    }
    let mut scenario = loaded.build_alone()?;
    if observed {
        pin(&mut loaded, &scenario)?;
        scenario = loaded.build_alone()?;
    }
    let title = scenario.counterfactuals.iter().find(|c| c.id == name).map_or("", |c| &c.title);
    Ok(Arm { title: title.to_string(), name, scenario })
}

/// `NAME`, or `TITLE: path=value; path=value`, or assignments alone, which are then their own name.
fn read(text: &str) -> (String, Vec<&str>) {
    let (title, rest) = match text.split_once(':') {
        Some((title, rest)) if !title.contains('=') && rest.contains('=') => (title.trim(), rest),
        _ => (text.trim(), text),
    };
    let assignments: Vec<&str> = if rest.contains('=') {
        rest.split(';').map(str::trim).filter(|part| !part.is_empty()).collect()
    } else {
        Vec::new()
    };
    (title.to_string(), assignments)
}

/// A name as part of a file's name.
pub(super) fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "counterfactual".into() } else { slug }
}

/// A level of confidence, as an argument.
pub(super) fn parse_level(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(level) if level > 0.0 && level < 1.0 => Ok(level),
        _ => Err("expected a number between 0 and 1, as in 0.95".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counterfactual_is_a_name_or_assignments_with_or_without_a_title() {
        assert_eq!(read("no-tvpa"), ("no-tvpa".into(), vec![]));
        let off = "signalling off: parameters.signalling=0; parameters.drift = 0.1";
        assert_eq!(
            read(off),
            ("signalling off".into(), vec!["parameters.signalling=0", "parameters.drift = 0.1"])
        );
        assert_eq!(read("parameters.drift=0"), ("parameters.drift=0".into(), vec!["parameters.drift=0"]));
        assert_eq!(slug("Signalling off: a=0"), "signalling-off-a-0");
        assert_eq!(slug("ß"), "counterfactual");
    }
}
