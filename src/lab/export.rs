//! A setting as text to take away: a counterfactual in TOML, the whole scenario, and commands.

use super::refusal::Refusal;
use super::scenes::{Scene, Scenes};
use super::setting::Setting;
use serde_json::{Value, json};

/// The id that a counterfactual taken from the lab has.
const ID: &str = "from-the-lab";

/// The texts of a setting.
pub(super) fn export(scenes: &Scenes, scene: &Scene, setting: &Setting) -> Result<Value, Refusal> {
    // Built first: a text that does not run is worth nothing.
    let scenario = setting.changed(scene)?.build_alone()?;
    let counterfactual = setting.counterfactual.as_deref();
    let toml = scene.loaded.as_counterfactual(ID, "As set in the lab", counterfactual, &setting.set);
    Ok(json!({
        "counterfactual": toml,
        "scenario": scenario.resolved(),
        "command": command(scenes, scene, setting)?,
    }))
}

/// The command that runs what the page shows beside the baseline.
fn command(scenes: &Scenes, scene: &Scene, setting: &Setting) -> Result<String, Refusal> {
    let mut words = vec!["suasion".to_string(), "run".into(), scene.reference.clone()];
    if scene.reference == scenes.given().reference {
        words.extend(scenes.given().arguments.iter().cloned());
    }
    if let Some(id) = &setting.counterfactual {
        words.extend(["--counterfactual".into(), id.clone()]);
    }
    for (path, x) in &setting.set {
        words.extend(["--set".into(), format!("{path}={x}")]);
    }
    if let Some(n) = setting.replicates {
        words.extend(["--replicates".into(), n.to_string()]);
    }
    if let Some(seed) = setting.seed {
        words.extend(["--seed".into(), seed.to_string()]);
    }
    Ok(shlex::try_join(words.iter().map(String::as_str))?)
}
