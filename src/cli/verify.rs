//! `suasion verify`: run the scenario of a folder again and compare digests and files.

use super::exit::{BadInput, Interrupted};
use super::progress::{Progress, stop_flag};
use super::shared::EngineArgs;
use crate::engine::batch::Run;
use crate::engine::parallel::{Options, Stopped, simulate};
use crate::experiment::calibrate::DESCRIPTION;
use crate::experiment::posterior::{Drawn, POSTERIOR, Posterior, Worlds};
use crate::output::ensemble::EnsembleRecorder;
use crate::output::manifest::Manifest;
use crate::scenario::{Loaded, Scenario};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A folder that `suasion run` wrote
    folder: PathBuf,
    #[command(flatten)]
    engine: EngineArgs,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
    /// Print what was verified as JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<()> {
        let options = self.engine.options()?;
        let manifest = Manifest::read(&self.folder)?;
        for file in &manifest.files {
            let path = self.folder.join(&file.name);
            let mut hash = blake3::Hasher::new();
            let opened = File::open(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
            hash.update_reader(opened).with_context(|| format!("{}: cannot be read", path.display()))?;
            if hash.finalize().to_hex().as_str() != file.blake3 {
                bail!(
                    "{}: not the file that the run wrote: its hash differs from the manifest's",
                    path.display()
                );
            }
        }
        if self.folder.join(DESCRIPTION).exists() {
            let folder = self.folder.display();
            let message = format!(
                "{folder} holds a calibration, and its files are as written; `suasion calibrate` with the same options \
                 gives its digest again"
            );
            return Err(BadInput(message).into());
        }
        let path = self.folder.join("scenario.toml");
        let loaded = Scenario::load(&path.to_string_lossy())?;
        let scenario = loaded.build()?;
        let seed = manifest
            .seed()
            .ok_or_else(|| BadInput("manifest.json: seed: not a hexadecimal number".into()))?;
        let replicates = manifest.size.replicates;
        let mut progress = Progress::new("replicates", replicates, self.quiet || self.json);
        let stop = stop_flag()?;
        let world = &scenario.world;
        let mut total = EnsembleRecorder::new(world, options.isa, false);
        let make = || EnsembleRecorder::new(world, options.isa, false);
        let drawn = self.drawn(&manifest, &loaded, options, &stop)?;
        let worlds = Worlds::new(world, drawn.as_ref());
        let run = |r: usize| Run { world: worlds.of(r as u32), seed, replicate: r as u32 };
        let done = simulate(world, replicates as usize, run, options, &stop, make, |block, done| {
            progress.at(done as u64);
            total.merge(&block)
        });
        progress.finish();
        match done {
            Ok(()) => {}
            Err(Stopped::Asked) => return Err(Interrupted("stopped; nothing was compared").into()),
            Err(Stopped::Taking(error)) => return Err(error.into()),
            Err(error @ Stopped::Threads(_)) => return Err(error.into()),
        }
        let digest = total.digest().to_string();
        if digest != manifest.digest {
            let version = env!("CARGO_PKG_VERSION");
            let hint = if manifest.version == version {
                String::new()
            } else {
                format!("; it was written by version {}, this is {version}", manifest.version)
            };
            bail!(
                "{}: the digest is {}, running again gives {digest}{hint}",
                self.folder.display(),
                manifest.digest
            );
        }
        if self.json {
            let all = serde_json::json!({ "verified": true, "digest": digest, "replicates": replicates,
                "files": manifest.files.iter().map(|file| &file.name).collect::<Vec<_>>() });
            writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&all)?)?;
        } else if !self.quiet {
            let files = manifest.files.len();
            writeln!(
                std::io::stdout(),
                "verified: {replicates} replicates give digest {digest} again; {files} files are as written"
            )?;
        }
        Ok(())
    }

    /// The worlds of a run whose parameters were drawn from a posterior: its folder keeps it.
    fn drawn(
        &self,
        manifest: &Manifest,
        loaded: &Loaded,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<Option<Drawn>> {
        if manifest.posterior.is_none() {
            return Ok(None);
        }
        let posterior = Posterior::read(&self.folder.join(POSTERIOR).to_string_lossy())?;
        let posterior = posterior.coded_beside(&self.folder.join("scenario.toml"))?;
        let runs = (manifest.seed().unwrap_or_default(), manifest.size.replicates as u32);
        let build = |loaded: Loaded| Ok(loaded.build_alone()?.world);
        Ok(Some(posterior.worlds(loaded, runs, options.threads, stop, build)?))
    }
}
