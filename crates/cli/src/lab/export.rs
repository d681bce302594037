//! A setting as text to take away: a counterfactual in TOML, the whole scenario, and commands.

use super::histories::PARTICLES;
use super::refusal::Refusal;
use super::scenes::{Scene, Scenes};
use super::setting::Setting;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use suasion::scenario::Scenario;

/// The id that a counterfactual taken from the lab has.
const ID: &str = "from-the-lab";

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
    let beside = setting.given && !setting.is_anew() && !numbers.is_empty();
    let command = if beside { "compare" } else { "run" };
    let mut words = vec!["suasion".to_string(), command.into(), scene.reference.clone()];
    if scene.reference == scenes.given().reference {
        words.extend(scenes.given().arguments.iter().cloned());
    }
    if beside {
        // With a counterfactual the numbers are one more, to be added to the file.
        let values: Vec<String> = numbers.iter().map(|(path, x)| format!("{path}={x}")).collect();
        match &setting.counterfactual {
            None => words.extend(["--against".into(), format!("{ID}: {}", values.join("; "))]),
            Some(_) => words.push(ID.into()),
        }
    } else {
        if let Some(id) = &setting.counterfactual {
            words.extend(["--counterfactual".into(), id.clone()]);
        }
        for (path, x) in numbers {
            words.extend(["--set".into(), format!("{path}={x}")]);
        }
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
