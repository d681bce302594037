//! The arms of a comparison: a base, and counterfactuals by name or as assignments in words. It simulates nothing.

use crate::excerpt::excerpt;
use crate::experiment::error::ExperimentError;
use crate::experiment::paired;
use crate::scenario::{Loaded, Scenario, theories};

/// A counterfactual beside the base.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Name: the counterfactual's id, or what it is called where it is asked for.
    pub name: String,
    /// Title; empty where it has none.
    pub title: String,
    /// What is simulated.
    pub scenario: Scenario,
}

/// A counterfactual that is asked for, and not yet built.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What it is called.
    pub name: String,
    /// The title of a theory.
    pub title: Option<String>,
    /// The scenario with what it changes.
    pub loaded: Loaded,
}

/// A scenario with tiers and adoptions pinned to its record.
///
/// # Errors
/// If it has no record, or is not valid.
pub fn observed(mut loaded: Loaded, scenario: &Scenario) -> Result<Scenario, ExperimentError> {
    if pin(&mut loaded, scenario)? == 0 {
        let found = format!(
            "--observed: {} has no record to pin: it needs [observed.tiers.REGIME] or [observed.adoptions.INSTRUMENT]",
            scenario.name
        );
        return Err(ExperimentError::Asked(found));
    }
    Ok(loaded.build_alone()?)
}

/// Pins every rating regime and instrument with a record to it; how many there were.
fn pin(loaded: &mut Loaded, scenario: &Scenario) -> Result<usize, ExperimentError> {
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

/// What the scenario itself is called among arms and theories.
pub const BASELINE: &str = "baseline";

/// How the text of a theory as an arm begins: `theory backlash`.
pub const THEORY: &str = "theory ";

/// A counterfactual of a scenario, from its name, from `theory NAME` (see [`theories::read`]), from `TITLE: path=value; path=value`, or from assignments alone.
///
/// # Errors
/// If there is no such counterfactual, it has no name, or a path leads nowhere.
///
/// ```
/// use suasion::{experiment::arms, scenario::Scenario};
/// let asean = Scenario::load("asean").unwrap();
/// let asked = arms::ask(&asean, "one-off: parameters.overjustification=0").unwrap();
/// assert_eq!(asked.name, "one-off");
/// let base = asean.build().unwrap();
/// let arm = &arms::build(vec![asked], &base, false).unwrap()[0];
/// assert_ne!(arm.scenario.world, base.world);
/// let same = arms::build(vec![arms::ask(&asean, "title='other'").unwrap()], &base, false);
/// assert!(same.unwrap_err().to_string().contains("changes nothing that is simulated"));
/// ```
pub fn ask(baseline: &Loaded, text: &str) -> Result<Asked, ExperimentError> {
    let mut loaded = baseline.clone();
    if let Some(reference) = text.strip_prefix(THEORY) {
        let theory = theories::read(reference.trim())?;
        loaded.apply_theory(&theory)?;
        return Ok(Asked { name: theory.name, title: Some(theory.head.title), loaded });
    }
    let (name, assignments) = read(text);
    if name.is_empty() {
        let found = format!("a counterfactual without a name: `{}`", excerpt(text));
        let hint = "give a title before the colon, or leave the colon out";
        return Err(ExperimentError::asked(found, Some(hint.into())));
    }
    if assignments.is_empty() {
        loaded.apply_counterfactual(&name)?;
    }
    let by =
        if name == text.trim() { "counterfactual ".to_string() } else { format!("counterfactual {name}: ") };
    for assignment in assignments {
        loaded.set_by(assignment, Some(by.clone()))?;
    }
    Ok(Asked { name, title: None, loaded })
}

/// A counterfactual of a name and assignments, as `NAME: PATH=VALUE; ...` asks for it.
///
/// # Errors
/// If an assignment leads nowhere.
///
/// ```
/// use suasion::experiment::arms;
/// let asean = suasion::scenario::Scenario::load("asean").unwrap();
/// let fast = arms::ask_named(&asean, "fast".into(), &["parameters.drift=0.5".into()]).unwrap();
/// let same = arms::ask(&asean, "fast: parameters.drift=0.5").unwrap();
/// assert_eq!(fast.loaded.build().unwrap().world, same.loaded.build().unwrap().world);
/// ```
pub fn ask_named(baseline: &Loaded, name: String, assignments: &[String]) -> Result<Asked, ExperimentError> {
    let mut loaded = baseline.clone();
    for assignment in assignments {
        loaded.set_by(assignment, Some(format!("counterfactual {name}: ")))?;
    }
    Ok(Asked { name, title: None, loaded })
}

/// The counterfactuals asked for as arms beside the base; with `observed`, their record pinned too.
///
/// # Errors
/// If one is asked for twice, is not valid, does not pair with the base, or changes nothing that is simulated.
pub fn build(all: Vec<Asked>, base: &Scenario, observed: bool) -> Result<Vec<Arm>, ExperimentError> {
    let mut arms: Vec<Arm> = Vec::new();
    for Asked { name, loaded, title: title_of_theory } in all {
        let bad = |what: &str| ExperimentError::Asked(format!("counterfactual `{name}`: {what}"));
        if arms.iter().any(|earlier| earlier.name == name) {
            return Err(bad("asked for twice"));
        }
        if name == BASELINE {
            return Err(bad("what it is held against is called so; give it another name"));
        }
        let scenario = scenario(loaded, observed)?;
        paired::check(&base.world, &scenario.world).map_err(|error| bad(&error.to_string()))?;
        if scenario.world == base.world && scenario.observed.observation != base.observed.observation {
            let what = "changes how states are observed alone ([observation]), and nothing that is simulated";
            let hint = "what is on record is read in one way under all: set these numbers for all by --set, or fit them, as `suasion weigh --refit` does (--prior observation.NAME)";
            return Err(bad(&format!("{what}; {hint}")));
        }
        if scenario.world == base.world {
            return Err(bad("changes nothing that is simulated: both arms are the same world"));
        }
        let of_file = || scenario.counterfactuals.iter().find(|c| c.id == name).map(|c| c.title.clone());
        arms.push(Arm { title: title_of_theory.or_else(of_file).unwrap_or_default(), name, scenario });
    }
    Ok(arms)
}

/// What is simulated of a counterfactual; with `observed`, its record pinned.
///
/// # Errors
/// If it is not valid.
pub fn scenario(mut loaded: Loaded, observed: bool) -> Result<Scenario, ExperimentError> {
    let scenario = loaded.build_alone()?;
    if !observed {
        return Ok(scenario);
    }
    pin(&mut loaded, &scenario)?;
    Ok(loaded.build_alone()?)
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

/// A counterfactual in words, the same for all spellings of what it assigns. Without a title it is called as it is spelt.
pub fn plain(text: &str) -> String {
    match read(text) {
        (name, assignments) if name != text.trim() => {
            let assignments: Vec<String> = assignments.into_iter().map(crate::scenario::plain).collect();
            format!("{name}: {}", assignments.join("; "))
        }
        _ => text.into(),
    }
}

/// A name as part of a file's name.
pub fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "counterfactual".into() } else { slug }
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
        assert_eq!(plain("off:a = 0.10;b=1.0"), "off: a=0.1; b=1");
        assert_eq!(plain("a = 0.10"), "a = 0.10");
        assert_eq!(slug("Signalling off: a=0"), "signalling-off-a-0");
        assert_eq!(slug("ß"), "counterfactual");
    }
}
