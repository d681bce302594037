//! Audits: claims as a file, held against the scenario that they are about, as tables.

use crate::arrow::{Table, described};
use crate::attended::attended;
use crate::progress::Progress;
use crate::{arguments, raise};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use suasion::experiment::audit::{Asked, Audit as Library};
use suasion::experiment::calibrate;

/// What an audit found of each claim.
#[pyclass(frozen, module = "suasion")]
pub struct Audit {
    /// One row per claim: what is claimed, what came out free and in the history, under the null, how often it is true and of the wrong sign over
    /// prior and posterior, and the verdict.
    #[pyo3(get)]
    claims: Py<Table>,
    /// One row per claim and setting (defaults, null, other steps, other seeds), free and in the history.
    #[pyo3(get)]
    trials: Py<Table>,
    /// One row per claim and draw of the prior and of the posterior; none where nothing was drawn.
    #[pyo3(get)]
    draws: Option<Py<Table>>,
    /// Expected number of false claims, over the `prior` and over the `posterior`, where there are such.
    #[pyo3(get)]
    expected_false: BTreeMap<&'static str, f64>,
    /// Sentences on the claims whose verdict is not the one that the file expects; where it expects none, that are neither supported nor by construction.
    #[pyo3(get)]
    unmet: Vec<String>,
    /// BLAKE3 hash of the file of claims.
    #[pyo3(get)]
    blake3: String,
    /// Day on which the file says that it was written.
    #[pyo3(get)]
    written: String,
    /// Digest of the scenario's free runs, that of `suasion audit`.
    #[pyo3(get)]
    digest: String,
    /// Name of the scenario.
    #[pyo3(get)]
    scenario: String,
    count: usize,
}

#[pymethods]
impl Audit {
    fn __repr__(&self) -> String {
        format!("<suasion.Audit of {} claims about {}, written {}>", self.count, self.scenario, self.written)
    }
}

/// Holds the claims of a file against the scenario that it names, as `suasion audit` does.
///
/// Each claim is tried free and in the history, under the null, with other time steps and seeds, over `draws` (200) of the prior and of the posterior; 0 draws
/// neither. `scenario` and `posterior` take the place of those that the file names; `prior` is text as for `suasion audit --prior`, or a list of it. `given_draws` of the
/// draws are conditioned on the record, each with a filter of `particles`. Tables: `claims`, `trials`, `draws`.
#[pyfunction]
#[pyo3(signature = (path, *, scenario=None, posterior=None, prior=None, draws=None, given_draws=None, replicates=None, particles=None, seed=None,
    threads=None, progress=None))]
pub fn audit(
    py: Python<'_>,
    path: PathBuf,
    scenario: Option<String>,
    posterior: Option<PathBuf>,
    prior: Option<&Bound<'_, PyAny>>,
    draws: Option<&Bound<'_, PyAny>>,
    given_draws: Option<&Bound<'_, PyAny>>,
    replicates: Option<&Bound<'_, PyAny>>,
    particles: Option<&Bound<'_, PyAny>>,
    seed: Option<&Bound<'_, PyAny>>,
    threads: Option<&Bound<'_, PyAny>>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Audit> {
    let options = arguments::options(threads)?;
    let usual = Asked::default();
    let whole = |name: &str, given: Option<&Bound<'_, PyAny>>, least: u64| {
        given.map(|given| arguments::whole(name, given, least)).transpose()
    };
    let few = |name: &str, given: Option<&Bound<'_, PyAny>>, usual: u32| -> PyResult<u32> {
        Ok(whole(name, given, 0)?.map_or(usual, |n| u32::try_from(n).unwrap_or(u32::MAX)))
    };
    let asked = Asked {
        scenario,
        posterior: posterior.map(|path| path.to_string_lossy().into_owned()),
        priors: arguments::texts("prior", prior)?.iter().map(|text| calibrate::Asked::option(text)).collect(),
        replicates: whole("replicates", replicates, 1)?,
        seed: whole("seed", seed, 0)?,
        particles: arguments::small("particles", particles)?,
        draws: few("draws", draws, usual.draws)?,
        given_draws: few("given_draws", given_draws, usual.given_draws)?,
    };
    let audit = py.detach(|| Library::read(&path, &asked)).map_err(raise)?;
    let progress = Progress::new(py, progress, "parts")?;
    let work = |stop: &_| audit.run(options, stop, &|share| progress.share(share));
    let done = attended(py, &progress, work, raise)?;
    let table = |of| described(py, of, &audit.base);
    let sums = [
        ("prior", done.expected_false(|judged| judged.prior)),
        ("posterior", done.expected_false(|judged| judged.posterior)),
    ];
    Ok(Audit {
        claims: table(done.table(&audit))?,
        trials: table(done.trials(&audit))?,
        draws: (audit.draws > 0).then(|| table(done.draws(&audit))).transpose()?,
        expected_false: sums.into_iter().filter_map(|(name, sum)| Some((name, sum?))).collect(),
        unmet: done.unmet(&audit),
        blake3: audit.claims.blake3.clone(),
        written: audit.claims.written.clone(),
        digest: done.digest.to_string(),
        scenario: audit.base.name.clone(),
        count: audit.list.len(),
    })
}
