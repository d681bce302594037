//! `suasion audit`: claims as a file, tried free and in the history, under the null, with other steps and seeds, over prior and posterior.

use super::audit_text;
use super::exit::BadInput;
use super::given::told;
use super::page::Page;
use super::place::{Name, PlaceArgs, kept_json, tell_done, with_folder};
use super::posterior::PosteriorArgs;
use super::results::{POSTERIOR_READ, Results, records};
use super::shared::{EngineArgs, FormatArg, REPLICATES, SEEDS, ScenarioArgs, given, whole};
use super::signals::stop_flag;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;
use std::path::{Path, PathBuf};
use suasion::experiment::audit::{Asked, Audit as Library, Audited, COMMAND, DRAWS};
use suasion::experiment::calibrate;
use suasion::experiment::history::{LEAST_PARTICLES, MOST_PARTICLES};
use suasion::experiment::job::{Claimed, Job};
use suasion::experiment::posterior::{BUNDLED, POSTERIOR, Posterior};
use suasion::output::manifest::JobEntry;

/// Name of the file that keeps what is printed as JSON.
const AUDIT: &str = "audit.json";
/// Name of the file that keeps the claims.
pub(super) const CLAIMS: &str = "claims.toml";

/// Hold claims about a scenario against it: a file of sentences, each with an outcome and a sign or a range
///
/// Each claim is tried free and in the history, under the null (no crowding at all), with other time steps and seeds, over draws of the prior, and over a
/// posterior. The verdicts: by construction (true in at least 95 % of the draws of the prior), supported (true wherever it was tried), fragile (true at the
/// defaults, and to what it is fragile), unsupported. The file is hashed, and its hash and date are in the result.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// A file of claims (TOML)
    claims: PathBuf,
    /// Take this scenario instead of the one that the file names
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Hold the claims against this posterior instead of the one that the file names: a posterior.csv of `suasion calibrate`, or `bundled`
    #[arg(long, value_name = "FILE")]
    posterior: Option<String>,
    /// A prior, as for calibrate: PATH for its usual range, or PATH=uniform(0, 1) (may be repeated; default: the scenario's [prior], else parameters.*)
    #[arg(long, value_name = "PATH[=PRIOR]")]
    prior: Vec<String>,
    /// A file of priors, as for calibrate, before those of --prior; `bundled`: those to which the bundled posterior was fitted
    #[arg(long, value_name = "FILE")]
    priors: Option<String>,
    /// Draws of the prior, and of the posterior; 0: neither
    #[arg(long, value_name = "N", default_value_t = DRAWS, value_parser = whole::<u32>(0..=100_000))]
    draws: u32,
    /// Draws of the prior that are conditioned on the record too, each by a filter of its own
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u32>(0..=100_000))]
    given_draws: u32,
    /// Number of replicates
    #[arg(long, value_name = "N", value_parser = whole::<u64>(REPLICATES))]
    replicates: Option<u64>,
    /// Particles of each filter, by state (default: 20000, or as many as replicates)
    #[arg(long, value_name = "N", value_parser = whole::<u32>(LEAST_PARTICLES as u64..=MOST_PARTICLES as u64))]
    particles: Option<u32>,
    /// Seed of all draws; the two after it are tried too
    #[arg(long, value_name = "N", value_parser = whole::<u64>(SEEDS))]
    seed: Option<u64>,
    /// End with exit code 1 if a verdict is not the one that the file expects; where it expects none, if a claim is neither supported nor by construction
    #[arg(long)]
    hold: bool,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print verdicts and trials as JSON instead of text
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let audit = Library::read(&self.claims, &self.asked()?)?;
        let options = self.engine.options()?;
        let args = self.scenario_args(&audit);
        let target = self.place.target(self.usual(&args, &audit));
        let job = self.job(&audit);
        let silent = self.quiet || self.json;
        let place = match self.place.how.claim(&target, &job, silent)? {
            Claimed::Free(place) => place,
            Claimed::Finished(manifest) => {
                let kept = kept_json(&target, AUDIT)?;
                let unmet = unmet(&serde_json::from_str(&kept)?);
                tell_done(page, &target, &manifest, self.quiet, self.json.then_some(kept))?;
                return self.held(&unmet);
            }
        };
        let mut results = Results::begin(place, &job, FormatArg::Csv, &audit.base)?;
        let stop = stop_flag()?;
        let done = told(silent, |progress| Ok(audit.run(options, &stop, progress)?))?;
        let json = json(&audit, &done);
        results.table("audit", &done.table(&audit))?;
        results.table("trials", &done.trials(&audit))?;
        if audit.draws > 0 {
            results.table("draws", &done.draws(&audit))?;
        }
        results.file(AUDIT, (serde_json::to_string_pretty(&json)? + "\n").as_bytes())?;
        results.file(CLAIMS, audit.claims.text.as_bytes())?;
        results.keep(&args, &PosteriorArgs::default(), None)?;
        keep_draws(&mut results, &audit)?;
        let path = results.commit(&audit.base, &[], &done.digest.to_string(), Some(options))?;
        audit_text::say(&mut page, &audit, &done);
        page.copy(format!("written to {}", path.display()));
        let unmet = unmet(&json);
        page.end(self.json.then(|| with_folder(json, &path)).transpose()?, self.quiet)?;
        self.held(&unmet)
    }

    fn asked(&self) -> Result<Asked> {
        let mut priors = self.priors.as_deref().map_or(Ok(Vec::new()), calibrate::Asked::read)?;
        priors.extend(self.prior.iter().map(|text| calibrate::Asked::option(text)));
        if self.draws == 0 && (self.posterior.is_some() || !priors.is_empty()) {
            let message = "--draws 0 draws neither from a prior nor from a posterior, and one is given; leave one of the two out";
            return Err(BadInput(message.into()).into());
        }
        Ok(Asked {
            scenario: self.scenario.clone(),
            posterior: self.posterior.clone(),
            priors,
            replicates: self.replicates,
            seed: self.seed,
            particles: self.particles,
            draws: self.draws,
            given_draws: self.given_draws,
        })
    }

    /// The scenario as other commands would be asked for it.
    fn scenario_args(&self, audit: &Library) -> ScenarioArgs {
        ScenarioArgs {
            scenario: audit.reference.clone(),
            theory: Vec::new(),
            under: Vec::new(),
            set: Vec::new(),
            counterfactual: None,
            replicates: self.replicates,
            seed: self.seed,
            years: None,
        }
    }

    fn usual(&self, args: &ScenarioArgs, audit: &Library) -> Name {
        let stem = self.claims.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let posterior = audit.posterior.as_ref().filter(|_| self.posterior.is_some());
        Name::new(Some(COMMAND), args, &audit.base.name, stem.as_deref())
            .of(args, false)
            .option("scenario", &self.scenario)
            .option("posterior", posterior.map(|posterior| posterior.entry().blake3))
            .option("prior", &self.prior)
            .option("priors", &self.priors)
            .option("draws", (self.draws != DRAWS).then_some(self.draws))
            .option("given-draws", (self.given_draws > 0).then_some(self.given_draws))
            .option("particles", self.particles)
    }

    fn job(&self, audit: &Library) -> Job {
        let priors: Vec<String> = audit.priors.iter().map(|p| format!("{}={}", p.path, p.prior)).collect();
        let drawn = audit.draws > 0;
        let arguments = [
            given("replicates", self.replicates),
            given("seed", self.seed),
            given("prior", priors.iter().filter(|_| drawn)),
            given("draws", [self.draws]),
            given("given-draws", [self.given_draws]),
            given("particles", self.particles),
        ];
        let mut entry = JobEntry::new(COMMAND)
            .with("claims", audit.claims.blake3.as_str())
            .with("written", audit.claims.written.as_str())
            .with("draws", self.draws)
            .with("given_draws", self.given_draws)
            .asked_by(arguments.concat());
        if drawn {
            entry = entry.with("prior", priors);
        }
        if let Some(plan) = audit.plan {
            entry = entry.with("particles", plan.particles);
        }
        Job::new(entry, &audit.base).drawn_from(audit.posterior.as_ref().map(Posterior::entry))
    }

    /// With --hold, an error where a verdict is not as it should be.
    fn held(&self, unmet: &[String]) -> Result<()> {
        if !self.hold {
            return Ok(());
        }
        match unmet {
            [] => Ok(()),
            [one] => bail!("--hold: a claim does not hold: {one}"),
            all => bail!("--hold: {} claims do not hold: {}", all.len(), all.join("; ")),
        }
    }
}

/// Keeps what draws were made of, so that the same can be asked for again wherever the folder goes.
fn keep_draws(results: &mut Results, audit: &Library) -> Result<()> {
    let kept = audit.files();
    for (name, text) in &kept {
        results.file(name, text.as_bytes())?;
    }
    let Some(name) = audit.posterior.as_ref().map(Posterior::name) else { return Ok(()) };
    if name != BUNDLED || Path::new(name).exists() {
        let read = std::fs::read_to_string(name).with_context(|| name.to_string())?;
        if kept.iter().all(|(name, text)| *name != POSTERIOR || *text != read) {
            results.file(POSTERIOR_READ, read.as_bytes())?;
        }
    }
    Ok(())
}

/// Verdicts that are not as they should be, in words, of what is printed as JSON.
fn unmet(json: &Value) -> Vec<String> {
    let all = json["unmet"].as_array().map_or(&[][..], Vec::as_slice);
    all.iter().filter_map(|text| text.as_str().map(String::from)).collect()
}

/// What is printed as JSON.
fn json(audit: &Library, done: &Audited) -> Value {
    let claims = &audit.claims;
    let drawn = done.prior.as_ref().map(|prior| {
        serde_json::json!({
            "parameters": audit.priors.iter().map(|p| (p.path.clone(), Value::from(p.prior.to_string()))).collect::<serde_json::Map<_, _>>(),
            "draws": prior.draws.len(), "refused": prior.refused,
        })
    });
    serde_json::json!({
        "file": { "blake3": claims.blake3, "written": claims.written },
        "claims": records(&done.table(audit)),
        "trials": records(&done.trials(audit)),
        "prior": drawn,
        "expected_false": {
            "prior": done.expected_false(|judged| judged.prior),
            "posterior": done.expected_false(|judged| judged.posterior),
        },
        "not_tried": done.not_tried.iter().map(|(name, why)| (name.clone(), Value::from(why.as_str()))).collect::<serde_json::Map<_, _>>(),
        "unmet": done.unmet(audit),
    })
}
