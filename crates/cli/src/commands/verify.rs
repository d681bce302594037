//! `suasion verify`: do the job of a folder again, and compare every file.

use super::Cli;
use super::audit::CLAIMS;
use super::exit::{BadInput, Interrupted};
use super::page::Page;
use super::place::put_back;
use super::progress::Progress;
use super::resampled::Resampled;
use super::results::{POSTERIOR_READ, SOURCE, theory_in};
use super::shared::EngineArgs;
use super::signals::stop_flag;
use anyhow::{Context, Result, bail};
use clap::{Args, Parser};
use std::path::{Path, PathBuf};
use suasion::evidence::panel::{CODING, PLAN, USED};
use suasion::experiment::audit::COMMAND as AUDIT;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::posterior::{BUNDLED, POSTERIOR};
use suasion::experiment::sweep::{Begun, Results, Store, Sweep, Sweeping};
use suasion::experiment::unfinished;
use suasion::output::manifest::{FileEntry, JobEntry, MANIFEST, Manifest};
use suasion::output::place::{SENSITIVITY, SENSITIVITY_JOB};
use suasion::output::writer::Format;
use suasion::scenario::theories;

/// Do the job of a folder again, and compare every file
///
/// What run, compare, explain, sweep, merge, sensitivity, calibrate, validate and weigh wrote is made again from what the folder
/// keeps, without a shortcut, and every file and digest is compared: it takes as long as the job took. The tables of a panel
/// are in no folder; --tables names them.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A folder of results
    folder: PathBuf,
    /// Folder of the tables from which `suasion panel` made the folder
    #[arg(long, value_name = "DIR")]
    tables: Option<PathBuf>,
    #[command(flatten)]
    engine: EngineArgs,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print what was verified as JSON
    #[arg(long)]
    json: bool,
}

/// What was made again.
struct Made {
    /// In words.
    what: String,
    digest: String,
    files: Vec<FileEntry>,
}

impl Verify {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        put_back(&self.folder, self.quiet || self.json)?;
        let shown = self.folder.display();
        let manifest = unfinished::manifest(&self.folder, "verify")?;
        if let Some((name, what)) = manifest.changed(&self.folder).into_iter().next() {
            bail!("{} {what}", self.folder.join(name).display());
        }
        let Some(job) = &manifest.job else {
            let message = format!(
                "{shown}: every file is as the manifest says, but version {} did not write down of what job, so it cannot be \
                 done again",
                manifest.version
            );
            return Err(BadInput(message).into());
        };
        let scratch = tempfile::tempdir().context("a folder for what is made again")?;
        let made = match job.command.as_str() {
            "sweep" => self.sweep(&manifest, scratch.path())?,
            "run" | "compare" | "condition" | "audit" | "explain" | "calibrate" | "validate" | "weigh"
            | "power" | "panel" => self.command(&manifest, job, scratch.path())?,
            other => {
                let message = format!("{shown} is of `{other}`, which this version cannot do again");
                return Err(BadInput(message).into());
            }
        };
        self.compare(&manifest, &made)?;
        if self.json {
            return page.json(
                &serde_json::json!({ "verified": true, "command": job.command, "made_again": made.what,
                "digest": made.digest, "replicates": manifest.size.replicates,
                "files": manifest.files.iter().map(|file| &file.name).collect::<Vec<_>>() }),
            );
        }
        if !self.quiet {
            let (files, digest) = (manifest.files.len(), &made.digest);
            page.say(format!(
                "verified: {} again: digest {digest}, and {files} files are as written",
                made.what
            ));
        }
        page.print()
    }

    /// Digest and files are those of the manifest.
    fn compare(&self, manifest: &Manifest, made: &Made) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        let hint = if manifest.version == version {
            String::new()
        } else {
            format!("; it was written by version {}, this is {version}", manifest.version)
        };
        let shown = self.folder.display();
        if made.digest != manifest.digest {
            bail!(
                "{shown}: the digest is {}, and doing it again gives {}{hint}",
                manifest.digest,
                made.digest
            );
        }
        let differs = |file: &&FileEntry| !made.files.contains(file);
        if let Some(file) = manifest.files.iter().find(differs) {
            bail!("{}: doing it again gives another file{hint}", self.folder.join(&file.name).display());
        }
        let is_missing = |file: &&FileEntry| manifest.files.iter().all(|known| known.name != file.name);
        if let Some(file) = made.files.iter().find(is_missing) {
            bail!("{shown}: doing it again also gives {}, which the manifest does not list{hint}", file.name);
        }
        Ok(())
    }

    /// Gives the command of a job again, with what its folder keeps, to write into another place.
    fn command(&self, manifest: &Manifest, job: &JobEntry, scratch: &Path) -> Result<Made> {
        let out = scratch.join("out");
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut words =
            vec!["suasion".to_string(), job.command.clone(), self.scenario(manifest, job, scratch)?];
        if job.command == AUDIT {
            // What is given first is the claims; the scenario that they name may be gone.
            let scenario = std::mem::replace(&mut words[2], text(&self.folder.join(CLAIMS)));
            words.push(format!("--scenario={scenario}"));
        }
        words.extend([format!("--out={}", text(&out)), "--quiet".into()]);
        if job.command == "panel" {
            words.push(format!("--coefficients={}", text(&self.folder.join("coefficients.toml"))));
        } else {
            let EngineArgs { threads, instruction_set } = &self.engine;
            words.extend(threads.iter().map(|n| format!("--threads={n}")));
            words.extend(instruction_set.iter().map(|name| format!("--instruction-set={name}")));
        }
        if let Some(entry) = &manifest.posterior {
            let path = if entry.name == BUNDLED {
                BUNDLED.to_string()
            } else {
                let [read, kept] = [POSTERIOR_READ, POSTERIOR].map(|name| self.folder.join(name));
                let path = scratch.join(self.plain(&entry.name)?);
                std::fs::copy(if read.exists() { read } else { kept }, &path)
                    .with_context(|| path.display().to_string())?;
                text(&path)
            };
            words.push(format!("--posterior={path}"));
        }
        for argument in &job.arguments {
            words.push(self.with_kept_theory(argument, scratch)?);
        }
        let again = Cli::try_parse_from(&words)
            .map_err(|error| BadInput(format!("{}: {MANIFEST}: job: {error}", self.folder.display())))?;
        again.rehearsed().run()?;
        let again = Manifest::read(&out)?;
        Ok(Made { what: said(&again, job), digest: again.digest, files: again.files })
    }

    /// An argument of the job, where it names a theory's file with the copy that the folder keeps, under the name that it had.
    fn with_kept_theory(&self, argument: &str, scratch: &Path) -> Result<String> {
        let Some((start, name)) = theory_in(argument) else { return Ok(argument.to_string()) };
        let kept = self.folder.join(&name);
        if !kept.exists() {
            return Ok(argument.to_string());
        }
        let path = scratch.join(name.trim_start_matches("theory-"));
        std::fs::copy(&kept, &path).with_context(|| kept.display().to_string())?;
        let (_, settings) = theories::parts(&argument[start..]);
        let settings = if settings.is_empty() { String::new() } else { format!(": {}", settings.join("; ")) };
        Ok(format!("{}{}{settings}", &argument[..start], path.to_string_lossy()))
    }

    /// What is given to the command first: the scenario as it was read, by its own name.
    fn scenario(&self, manifest: &Manifest, job: &JobEntry, scratch: &Path) -> Result<String> {
        let shown = self.folder.display();
        if job.command == "panel" {
            let Some(tables) = &self.tables else {
                let message = format!(
                    "{shown}: every file is as it was written, but a panel is made of tables that no folder keeps: name them by \
                     --tables DIR"
                );
                return Err(BadInput(message).into());
            };
            return Ok(tables.to_string_lossy().into_owned());
        }
        let source = self.folder.join(SOURCE);
        if !source.exists() {
            return Ok(manifest.scenario.name.clone());
        }
        let path = scratch.join(format!("{}.toml", self.plain(&manifest.scenario.name)?));
        std::fs::copy(&source, &path).with_context(|| source.display().to_string())?;
        // Where links of a panel are fitted or drawn, the panel is coded anew from what is beside its scenario.
        for kept in
            [CODING, USED, PLAN].map(|name| self.folder.join(name)).into_iter().filter(|kept| kept.exists())
        {
            let beside = scratch.join(kept.file_name().unwrap_or_default());
            std::fs::copy(&kept, &beside).with_context(|| kept.display().to_string())?;
        }
        Ok(path.to_string_lossy().into_owned())
    }

    /// A name of the manifest as that of a file in a folder of our own: whoever wrote it, it leads nowhere else.
    fn plain<'n>(&self, name: &'n str) -> Result<&'n str> {
        if Path::new(name).file_name().is_some_and(|file| file == name) {
            return Ok(name);
        }
        let message = format!("{}: {MANIFEST}: `{name}` is no name of a file", self.folder.display());
        Err(BadInput(message).into())
    }

    /// Sweeps again, and analyses again what was analysed.
    fn sweep(&self, manifest: &Manifest, scratch: &Path) -> Result<Made> {
        let options = self.engine.options()?;
        let layout = Store::finished(&self.folder)?;
        let csv = manifest.files.iter().any(|file| file.name == "outcomes.csv");
        let format = if csv { Format::Csv } else { Format::Parquet };
        let sweep = Sweep::again(layout)?;
        let out = scratch.join("out");
        let sweeping = Sweeping { sweep: &sweep, out: &out, format, replace: false, fresh: false, options };
        let Begun::Ready(work) = sweeping.begin()? else { bail!("{} is there already", out.display()) };
        let stop = stop_flag()?;
        let mut progress = Progress::new("runs", 0, self.quiet || self.json);
        let store = work.simulate(&stop, |done, total| progress.of(done, total));
        progress.finish();
        let stopped = |error| match error {
            ExperimentError::Stopped => Interrupted("stopped; nothing was compared").into(),
            other => anyhow::Error::from(other),
        };
        let merged = work.write(store.map_err(stopped)?, &stop, |_, _, _| ()).map_err(stopped)?;
        let mut what =
            format!("{} points of {} replicates", sweep.layout.description.points, manifest.size.replicates);
        if let Some((asked, hash)) = Resampled::read(&self.folder)? {
            let path = self.folder.join(SENSITIVITY);
            let there = std::fs::read(&path).with_context(|| path.display().to_string())?;
            if blake3::hash(&there).to_hex().as_str() != hash {
                bail!(
                    "{} is not the file that was written: its hash differs from that in {SENSITIVITY_JOB}",
                    path.display()
                );
            }
            let table = asked.table(&Results::read(&merged.folder)?, &self.folder.display().to_string())?;
            if table != there {
                bail!("{}: analysing again gives another table", path.display());
            }
            what = format!("{what}, and {} resamples,", asked.resamples);
        }
        Ok(Made { what, digest: merged.manifest.digest, files: merged.manifest.files })
    }
}

/// What was done again, in words.
fn said(again: &Manifest, job: &JobEntry) -> String {
    let replicates = again.size.replicates;
    let counterfactuals =
        ["counterfactuals", "against"].iter().find_map(|name| job.options.get(*name)?.as_object());
    let arms = counterfactuals.map(|arms| arms.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
    let mut what = match (job.command.as_str(), arms.filter(|arms| !arms.is_empty())) {
        ("calibrate", _) => {
            format!(
                "the fit of {}",
                job.options.get("looks_for").and_then(|v| v.as_str()).unwrap_or_default()
            )
        }
        ("panel", _) => "the coding of the tables".to_string(),
        ("weigh", _) => "the weighing of theories".to_string(),
        ("power", _) => "the histories simulated and their verdicts".to_string(),
        (_, Some(arms)) => format!("{replicates} replicates each of the baseline and {arms}"),
        _ => format!("{replicates} replicates"),
    };
    if job.options.contains_key("decompose") {
        what += ", and the games of the decomposition,";
    }
    if let Some(posterior) = &again.posterior {
        what = format!("{what} under {} draws of {}", posterior.draws, posterior.name);
    }
    what
}
