//! `suasion lab`: a local page on which a scenario is turned and looked at while it runs.

use super::exit::BadInput;
use super::shared::{EngineArgs, REPLICATES, SEEDS, ScenarioArgs, whole};
use super::signals::on_stop;
use crate::lab::{Given, Lab as Server, Scenes};
use anyhow::Result;
use clap::Args;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::Arc;
use suasion::scenario::{Scenario, theories};
use tokio::sync::Notify;

/// Teach with a scenario on a local web page: sliders, live trajectories, the network, tours
///
/// Opens a page in the browser that runs the scenario as it is changed there. It needs no internet, answers to this
/// machine alone, and ends with Ctrl-C.
#[derive(Debug, Args)]
pub(super) struct Lab {
    /// A bundled scenario (see `suasion list`) or a scenario file, which is read again when it changes
    #[arg(default_value = "asean")]
    scenario: String,
    /// Lay a theory over the scenario: a bundled one (see `suasion theories`) or a file (may be repeated)
    #[arg(long, value_name = "NAME")]
    theory: Vec<String>,
    /// Set a value of the baseline (may be repeated)
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Number of replicates
    #[arg(long, value_name = "N", value_parser = whole::<u64>(REPLICATES))]
    replicates: Option<u64>,
    /// Seed of all draws
    #[arg(long, value_name = "N", value_parser = whole::<u64>(SEEDS))]
    seed: Option<u64>,
    #[command(flatten)]
    engine: EngineArgs,
    /// Port (default: a free one)
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = whole::<u16>(0..=u16::MAX.into()))]
    port: u16,
    /// Print the address alone, open no browser
    #[arg(long)]
    no_open: bool,
}

impl Lab {
    pub(super) fn run(self) -> Result<()> {
        let options = self.engine.options()?;
        let files = self.theory.iter().filter(|theory| theories::is_path(theory));
        let beside = files.map(|theory| PathBuf::from(theories::parts(theory).0)).collect();
        let theories = self.theory.iter().map(|name| ["--theory".to_string(), name.clone()]);
        let set = self.set.iter().map(|set| ["--set".to_string(), set.clone()]);
        let arguments = theories.chain(set).flatten().collect();
        let scenario = ScenarioArgs {
            scenario: self.scenario.clone(),
            theory: self.theory,
            under: Vec::new(),
            set: self.set,
            counterfactual: None,
            replicates: self.replicates,
            seed: self.seed,
            years: None,
        };
        let load = Box::new(move || scenario.set(Scenario::load(&scenario.scenario)?));
        let given = Given { reference: self.scenario, arguments, beside, load };
        let scenes = Scenes::open(given).map_err(BadInput)?;
        let lab = Server::bind(self.port, scenes, options).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow::Error::from(BadInput(format!(
                "--port {}: in use, perhaps by another lab; leave --port out for a free one",
                self.port
            ))),
            ErrorKind::PermissionDenied => {
                BadInput(format!("--port {}: not allowed; ports from 1024 on are", self.port)).into()
            }
            _ => anyhow::Error::from(error).context("the lab cannot listen on 127.0.0.1"),
        })?;
        let stopped = Arc::new(Notify::new());
        let stop = Arc::clone(&stopped);
        on_stop(move || stop.notify_one())?;
        let address = lab.address();
        let mut out = std::io::stdout().lock();
        writeln!(out, "the lab is at {address}  (Ctrl-C ends it)")?;
        out.flush()?;
        drop(out);
        if !self.no_open && open::that_detached(&address).is_err() {
            // A machine without a browser: the address is printed.
            writeln!(std::io::stderr(), "no browser could be opened; open the address in one")?;
        }
        lab.serve(stopped.notified())?;
        Ok(())
    }
}
