//! A setting as text to take away: a counterfactual in TOML, the whole scenario, and commands.

use super::histories::PARTICLES;
use super::refusal::Refusal;
use super::scenes::{Scene, Scenes, THEORY_FILE};
use super::setting::Setting;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use suasion::scenario::{Scenario, theories};

/// The id that a counterfactual taken from the lab has.
const ID: &str = "from-the-lab";

/// What no single command says.
const BOTH: &str = "A theory and a counterfactual at once, replayed in the history of the scenario without them, are no single command: save the whole scenario, or leave the history.";

/// The texts of a setting.
pub(super) fn export(scenes: &Scenes, scene: &Scene, setting: &Setting) -> Result<Value, Refusal> {
    // Built first: a text that does not run is worth nothing.
    let scenario = setting.changed(scene)?.build_alone()?;
    let counterfactual = setting.counterfactual.as_deref();
    let numbers = setting.numbers(scene)?;
    let toml = scene.loaded.as_counterfactual(ID, "As set in the lab", counterfactual, &numbers);
    Ok(json!({
        "counterfactual": toml,
        "scenario": scenario.resolved(),
        "command": command(scenes, scene, (setting, &numbers), &scenario)?,
    }))
}

/// The command that runs what the page shows beside the baseline.
fn command(
    scenes: &Scenes,
    scene: &Scene,
    (setting, numbers): (&Setting, &BTreeMap<String, f64>),
    scenario: &Scenario,
) -> Result<String, Refusal> {
    // Numbers that replay the scenario's history are a counterfactual of it; set by an option they would be conditioned on.
    let beside = setting.given && !setting.is_anew() && (!numbers.is_empty() || setting.theory.is_some());
    let values: Vec<String> = numbers.iter().map(|(path, x)| format!("{path}={x}")).collect();
    // A text is written on the page alone, and to be saved.
    let theory = setting.theory.as_deref().map(|theory| {
        let is_bundled = theories::names().any(|name| name == theory);
        if is_bundled { theory } else { THEORY_FILE }
    });
    if beside && theory.is_some() && setting.counterfactual.is_some() {
        return Ok(BOTH.into());
    }
    let command = if beside { "compare" } else { "run" };
    let mut words = vec!["suasion".to_string(), command.into(), scene.reference.clone()];
    if scene.reference == scenes.given().reference {
        words.extend(scenes.given().arguments.iter().cloned());
    }
    if beside {
        // With a counterfactual the numbers are one more, to be added to the file.
        match (&setting.counterfactual, theory) {
            (None, Some(theory)) if values.is_empty() => words.extend(["--theory".into(), theory.into()]),
            (None, Some(theory)) => {
                words.extend(["--theory".into(), format!("{theory}: {}", values.join("; "))]);
            }
            (None, None) => words.extend(["--against".into(), format!("{ID}: {}", values.join("; "))]),
            (Some(_), _) => words.push(ID.into()),
        }
    } else {
        if let Some(id) = &setting.counterfactual {
            words.extend(["--counterfactual".into(), id.clone()]);
        }
        words.extend(theory.into_iter().flat_map(|theory| ["--theory".into(), theory.into()]));
        words.extend(values.into_iter().flat_map(|value| ["--set".into(), value]));
    }
    // Said even where they are the scenario's: the command is to give the same digest wherever it goes.
    words.extend(["--replicates".into(), scenario.replicates.to_string()]);
    words.extend(["--seed".into(), scenario.seed.to_string()]);
    if setting.given {
        let particles = PARTICLES.max(scenario.replicates);
        words.extend(["--given".into(), format!("record:particles={particles}")]);
    }
    Ok(shlex::try_join(words.iter().map(String::as_str))?)
}
