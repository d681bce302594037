//! Where results go: the usual name of a job's folder, what is done about results that are there, and how that is told.

use super::exit::BadInput;
use super::notice::notice;
use super::page::Page;
use super::shared::ScenarioArgs;
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use suasion::experiment::arms::slug;
use suasion::experiment::job::{Claimed, Job};
use suasion::output::leftover::recover;
use suasion::output::manifest::Manifest;
use suasion::output::place::Place;
use suasion::output::single::{put_file, refuse_to_put};

/// Letters that the counterfactuals and such in a name may have together; more are a hash.
const WORDS: usize = 60;

#[derive(Clone, Debug, Default, Args)]
pub(super) struct PlaceArgs {
    /// Folder for the results (default: in out/, by a name that tells the job)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub how: ReplaceArg,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct ReplaceArg {
    /// Replace results that are there: those of another job, or of this one, which is then done again
    #[arg(long)]
    pub replace: bool,
    /// Nothing is kept but the manifest: to see what the job would write.
    #[arg(skip)]
    pub rehearsal: bool,
}

impl PlaceArgs {
    /// The folder that was asked for, or the usual one.
    pub(super) fn target(&self, usual: Name) -> PathBuf {
        self.out.clone().unwrap_or_else(|| usual.folder())
    }
}

impl ReplaceArg {
    /// Claims a place for a job. What a kill had left there is told.
    pub(super) fn claim(self, target: &Path, job: &Job, silent: bool) -> Result<Claimed> {
        if self.rehearsal {
            return Ok(Claimed::Free(Place::rehearsal(target)));
        }
        put_back(target, silent)?;
        Ok(job.claim(target, self.replace)?)
    }
}

/// Puts back what a kill had left, and tells it.
pub(super) fn put_back(target: &Path, silent: bool) -> Result<()> {
    for told in recover(target)? {
        if !silent {
            notice(&told);
        }
    }
    Ok(())
}

/// Puts files of the user's, all or none: what is there with other content is replaced with `replace` alone.
pub(super) fn put_files(files: &[(PathBuf, Vec<u8>)], replace: bool) -> Result<()> {
    let all: Vec<(&Path, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice())).collect();
    refuse_to_put(&all, replace)?;
    for (path, content) in all {
        put_file(path, content, replace)?;
    }
    Ok(())
}

/// A line that says that a job was done before.
pub(super) fn done_before(target: &Path, manifest: &Manifest) -> String {
    format!(
        "done before: {} holds these results; digest {} (--replace does it again)",
        target.display(),
        manifest.digest
    )
}

/// Tells that a job was done before: as JSON, where that is asked for.
pub(super) fn tell_done(
    mut page: Page,
    target: &Path,
    manifest: &Manifest,
    quiet: bool,
    json: Option<String>,
) -> Result<()> {
    page.say(format!("{}\n{}", manifest.scenario.title, done_before(target, manifest)));
    page.end(json.map(|json| json.trim_end().to_string()), quiet)
}

/// A file of finished results as it is, for what a command prints of them.
pub(super) fn kept(target: &Path, name: &str) -> Result<String> {
    let path = target.join(name);
    std::fs::read_to_string(&path)
        .map_err(|error| BadInput(format!("{} cannot be read: {error}", path.display())).into())
}

/// What finished results said as JSON, with the folder where they are.
pub(super) fn kept_json(target: &Path, name: &str) -> Result<String> {
    let json = serde_json::from_str(&kept(target, name)?)?;
    with_folder(json, target)
}

/// JSON with the folder where the results are.
pub(super) fn with_folder(mut json: serde_json::Value, folder: &Path) -> Result<String> {
    json["folder"] = folder.display().to_string().into();
    Ok(serde_json::to_string_pretty(&json)?)
}

/// The usual name of a job's folder, which tells jobs apart: words for what is short, and a hash of the rest. What is not asked
/// for is not in it.
#[derive(Clone, Debug)]
pub(super) struct Name {
    words: Vec<String>,
    rest: Vec<String>,
}

impl Name {
    /// The name of a command's usual job on a scenario: `compare-asean`.
    pub(super) fn new(
        before: Option<&str>,
        args: &ScenarioArgs,
        scenario: &str,
        after: Option<&str>,
    ) -> Name {
        // Panels and folders of results have files of one name: their folders tell them apart.
        let folder = Path::new(&args.scenario).parent().and_then(Path::file_name);
        let scenario = match folder {
            Some(folder) if scenario == "scenario" => folder.to_string_lossy().into_owned(),
            _ => scenario.replace(['/', '\\'], "-"),
        };
        let words = before.into_iter().chain([scenario.as_str()]).chain(after);
        Name { words: words.map(String::from).collect(), rest: Vec::new() }
    }

    /// With a word, if there is one.
    pub(super) fn word(mut self, word: Option<impl Into<String>>) -> Name {
        self.words.extend(word.map(Into::into));
        self
    }

    /// With names of what is set beside, as far as they are short.
    pub(super) fn names(self, names: &[String]) -> Name {
        let slugs: Vec<String> = names.iter().map(|name| slug(name)).collect();
        // A name that is more than a word is told by its hash, since others may have the same words.
        let plain = names.iter().zip(&slugs).all(|(name, slug)| name == slug);
        if plain && slugs.iter().map(|slug| slug.len() + 1).sum::<usize>() <= WORDS {
            return slugs.into_iter().fold(self, |name, slug| name.word(Some(slug)));
        }
        self.option("name", names)
    }

    /// With what an option was given; nothing where it was not.
    pub(super) fn option<T: ToString>(mut self, option: &str, given: impl IntoIterator<Item = T>) -> Name {
        self.rest.extend(given.into_iter().map(|value| format!("--{option}={}", value.to_string())));
        self
    }

    /// With what the options of a scenario change of it. A counterfactual is a word where it is what is run.
    pub(super) fn of(self, scenario: &ScenarioArgs, counterfactual_as_word: bool) -> Name {
        let counterfactual: Vec<String> = scenario.counterfactual.iter().cloned().collect();
        let name = if counterfactual_as_word {
            self.names(&counterfactual)
        } else {
            self.option("counterfactual", counterfactual)
        };
        let theories: Vec<String> = scenario.theory.iter().map(|name| format!("theory-{name}")).collect();
        name.names(&theories)
            .word(scenario.years.map(|(first, last)| format!("{first}-{last}")))
            .word(scenario.replicates.map(|n| format!("{n}-replicates")))
            .word(scenario.seed.map(|seed| format!("seed-{seed}")))
            .option("set", scenario.set.iter().map(|set| suasion::scenario::plain(set)))
    }

    /// The folder.
    pub(super) fn folder(self) -> PathBuf {
        let mut name = self.words.join("-");
        if !self.rest.is_empty() {
            let hash = blake3::hash(self.rest.join("\0").as_bytes()).to_hex();
            name = format!("{name}-{}", &hash[..6]);
        }
        PathBuf::from("out").join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(set: &[&str], counterfactual: Option<&str>) -> ScenarioArgs {
        ScenarioArgs {
            scenario: "asean".into(),
            theory: Vec::new(),
            under: Vec::new(),
            set: set.iter().map(ToString::to_string).collect(),
            counterfactual: counterfactual.map(String::from),
            replicates: None,
            seed: None,
            years: None,
        }
    }

    fn name(args: &ScenarioArgs) -> String {
        Name::new(None, args, "asean", None).of(args, true).folder().to_string_lossy().replace('\\', "/")
    }

    #[test]
    fn the_name_tells_the_job() {
        assert_eq!(name(&args(&[], None)), "out/asean");
        assert_eq!(name(&args(&[], Some("no-tvpa"))), "out/asean-no-tvpa");
        let all = ScenarioArgs {
            years: Some((2001, 2010)),
            replicates: Some(20),
            seed: Some(5),
            ..args(&[], None)
        };
        assert_eq!(name(&all), "out/asean-2001-2010-20-replicates-seed-5");
        let set = name(&args(&["parameters.drift=0"], None));
        assert!(set.starts_with("out/asean-") && set.len() == "out/asean-123456".len(), "{set}");
        assert_ne!(set, name(&args(&["parameters.drift=0.1"], None)));
        assert_eq!(set, name(&args(&["parameters.drift = 0.0"], None)));
        let compare = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            Name::new(Some("compare"), &args(&[], None), "teaching/spiral", None).names(&names).folder()
        };
        assert_eq!(compare(&[]), Path::new("out/compare-teaching-spiral"));
        assert_eq!(compare(&["no-tvpa", "b"]), Path::new("out/compare-teaching-spiral-no-tvpa-b"));
        let long = compare(&["x".repeat(70).as_str()]);
        assert!(long.to_string_lossy().len() < 50 && long != compare(&["y".repeat(70).as_str()]));
        assert_ne!(compare(&["A b"]), compare(&["a-b"]));
        let panel = ScenarioArgs { scenario: "out/panel/scenario.toml".into(), ..args(&[], None) };
        assert_eq!(
            Name::new(Some("validate"), &panel, "scenario", None).folder(),
            Path::new("out/validate-panel")
        );
    }
}
