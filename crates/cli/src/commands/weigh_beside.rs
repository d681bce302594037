//! What `suasion weigh` does beside predicting years: states that are left out, and a few states weighed as whole runs.

use super::notice::notice;
use super::numbers::{plain, signed};
use super::page::Page;
use super::results::{Results, records};
use super::shared::{given, whole};
use super::table::Table;
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::error::ExperimentError;
use suasion::experiment::history::on_record;
use suasion::experiment::weigh::{
    AGREES, BlockCheck, Cost, ERRORS, FEWEST_RUNS, LEAST, LeaveOut, LeftOut, Marginal, SPREADS, Scales,
    Theory, Weighing, blocks, check_blocks, cost, leave_out, left_out_by_state, left_out_fitted,
    left_out_table, marginal, marginal_table, states_of_blocks,
};
use suasion::output::manifest::JobEntry;
use suasion::scenario::{Loaded, Scenario};

/// Draws of the parameters where `--marginal` does not say: the library's `DRAWS`, as a text.
const MISSING: &str = "200";

#[derive(Clone, Debug, Default, Args)]
pub(super) struct BesideArgs {
    /// Also predict states that are left out, by theories that know the record of the others alone (with --refit: fitted to it): `regions`, one
    /// after the other, or a number of folds of states
    #[arg(long, value_name = "regions|N")]
    pub(super) leave_out: Option<LeaveOut>,
    /// Also weigh whole runs, to see whether taking states one by one misleads: on the record of `all` states, or of those named; three at most
    #[arg(long, value_name = "all|ID,ID")]
    pub(super) blocks: Option<String>,
    /// Also find marginal likelihoods: how probable the whole record is over the priors, with these halved and doubled beside; from N draws of the parameters (200)
    #[arg(long, value_name = "N", requires = "refit", num_args = 0..=1, require_equals = true, default_missing_value = MISSING, value_parser = whole::<u32>(2..=1_000_000))]
    pub(super) marginal: Option<u32>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Beside {
    left: Option<LeftOut>,
    check: Option<BlockCheck>,
    marginal: Option<Marginal>,
}

impl BesideArgs {
    /// The options that ask for the same again.
    pub(super) fn arguments(&self) -> Vec<String> {
        [
            given("leave-out", self.leave_out),
            given("blocks", self.blocks.as_ref()),
            given("marginal", self.marginal),
        ]
        .concat()
    }

    /// A job with what was asked for.
    pub(super) fn entry(&self, mut job: JobEntry) -> JobEntry {
        if let Some(by) = self.leave_out {
            job = job.with("leave-out", by.to_string());
        }
        if let Some(blocks) = &self.blocks {
            job = job.with("blocks", blocks.as_str());
        }
        if let Some(draws) = self.marginal {
            job = job.with("marginal", draws);
        }
        job
    }

    /// Refuses what cannot be; the states to be weighed as whole runs.
    ///
    /// # Errors
    /// If there are no such folds or states.
    pub(super) fn check(&self, base: &Scenario, until: i32) -> Result<Option<Vec<usize>>, ExperimentError> {
        if let Some(by) = self.leave_out {
            by.folds(base, &on_record(base, Some(until))?.0)?;
        }
        self.blocks.as_ref().map(|text| states_of_blocks(text, base, until)).transpose()
    }

    /// Says what leaving states out will take, before it begins.
    pub(super) fn say_cost(
        &self,
        theories: &[Theory],
        scales: &Scales,
        options: Options,
        stop: &AtomicBool,
    ) -> Result<()> {
        let Some(by) = self.leave_out else { return Ok(()) };
        let Cost { fits, evaluations, seconds } = cost(theories, by, scales, options, stop)?;
        let what = if fits > 0 { format!("{fits} fits, about ") } else { String::new() };
        let time = match seconds {
            s if s < 90.0 => format!("{s:.0} seconds"),
            s if s < 5400.0 => format!("{:.0} minutes", s / 60.0),
            s => format!("{:.1} hours; fewer --evaluations or --fit-particles take less", s / 3600.0),
        };
        notice(&format!(
            "leaving states out: {what}{evaluations} evaluations of the likelihood, about {time}"
        ));
        Ok(())
    }

    /// Does it, of theories that were weighed.
    pub(super) fn run(
        &self,
        (baseline, states): (&Loaded, Option<&[usize]>),
        done: &Weighing,
        options: Options,
        stop: &AtomicBool,
        told: &(dyn Fn(f64) + Sync),
    ) -> Result<Beside, ExperimentError> {
        let check = states.map(|states| check_blocks(done, states, options, stop)).transpose()?;
        let theories: Vec<Theory> = done.weighed.iter().map(|w| w.theory.clone()).collect();
        let left = self
            .leave_out
            .map(|by| leave_out(baseline, &theories, by, &done.scales, options, stop, told))
            .transpose()?;
        let marginal = self.marginal.zip(done.scales.refit.as_ref()).map(|(draws, refit)| {
            marginal(baseline, &theories, (&done.scales, refit), draws, options, stop, told)
        });
        Ok(Beside { left, check, marginal: marginal.transpose()? })
    }
}

impl Beside {
    /// Writes the tables; what is printed as JSON, by name.
    pub(super) fn write(&self, done: &Weighing, results: &mut Results) -> Result<[(&'static str, Value); 3]> {
        let [mut left_out, mut checked, mut of_priors] = [const { Value::Null }; 3];
        if let Some(left) = &self.left {
            let tables = [left_out_table(done, left), left_out_by_state(done, left)];
            results.table("left-out", &tables[0])?;
            results.table("left-out-by-state", &tables[1])?;
            let fitted = left_out_fitted(done, left);
            if let Some(fitted) = &fitted {
                results.table("left-out-fitted", fitted)?;
            }
            left_out = json!({
                "folds": left.told(), "clusters": left.clusters.told(), "theories": records(&tables[0]),
                "states": records(&tables[1]), "fitted": fitted.as_ref().map(records),
            });
        }
        if let Some(check) = &self.check {
            let table = blocks(done, check);
            results.table("blocks", &table)?;
            let id = |state: &usize| done.base().world.states[*state].id.clone();
            let states: Vec<String> = check.states.iter().map(id).collect();
            checked = json!({ "states": states, "theories": records(&table) });
        }
        if let Some(marginal) = &self.marginal {
            let table = marginal_table(done, marginal);
            results.table("marginal", &table)?;
            of_priors = json!({ "draws": marginal.particles, "theories": records(&table) });
        }
        Ok([("left_out", left_out), ("blocks", checked), ("marginal", of_priors)])
    }

    /// Says what came of it.
    pub(super) fn say(&self, page: &mut Page, done: &Weighing) {
        match &self.check {
            Some(check) => say_check(page, done, check),
            None => page.say(advice(done)),
        }
        if let Some(left) = &self.left {
            say_left_out(page, done, left);
        }
        if let Some(marginal) = &self.marginal {
            say_marginal(page, done, marginal);
        }
        page.say("");
    }
}

/// That blocks favour weak ties, and how to look.
fn advice(done: &Weighing) -> String {
    let by = |state: usize| {
        let of = |k: usize| done.weighed[k].evaluation.of_state(state, done.judged());
        (1..done.weighed.len()).map(|k| (of(k) - of(0)).abs()).fold(0.0, f64::max)
    };
    let mut states: Vec<usize> = (0..done.base().world.states.len()).collect();
    states.sort_by(|a, b| by(*b).total_cmp(&by(*a)));
    let ids: Vec<&str> =
        states.iter().take(2).map(|state| done.base().world.states[*state].id.as_str()).collect();
    format!(
        "states are weighed one by one, which favours weak ties: before a theory about peers is judged, look whether whole runs say the same of a few (--blocks {})",
        ids.join(",")
    )
}

/// What whole runs say.
fn say_check(page: &mut Page, done: &Weighing, check: &BlockCheck) {
    let base = done.base();
    let names: Vec<&str> = check.states.iter().map(|state| base.names[*state].as_str()).collect();
    page.say(format!("\nwhole runs beside blocks, on the record of {} alone", names.join(", ")));
    let mut table = Table::of("theory")
        .numbers(["blocks, first pass", "blocks", "error", "whole runs", "error", "blocks less"])
        .texts(["blocks and whole runs"]);
    for (k, weighed) in done.weighed.iter().enumerate() {
        let both = &check.both[k];
        table.row([
            weighed.theory.name.clone(),
            plain(both.first),
            plain(both.second.log_likelihood),
            plain(both.second.error),
            plain(both.joint.log_likelihood),
            plain(both.joint.error),
            signed(check.off(k)),
            check.told(k).into(),
        ]);
    }
    page.table(table);
    page.say(format!("they agree within {AGREES} and {ERRORS} simulation errors"));
    for k in 1..done.weighed.len() {
        let by = |of: &dyn Fn(usize) -> f64| signed(of(k) - of(0));
        page.say(format!(
            "{} less the baseline: {} by blocks, {} by whole runs",
            done.weighed[k].theory.name,
            by(&|k| check.both[k].second.log_likelihood),
            by(&|k| check.both[k].joint.log_likelihood)
        ));
    }
    let least = check.both.iter().map(|both| both.effective).fold(f64::INFINITY, f64::min);
    if least < FEWEST_RUNS {
        page.say(format!(
            "in some year whole runs are as good as {least:.0} only, of which nothing is judged: ask for more --particles, or name fewer states"
        ));
    }
}

/// How well states are predicted that were left out.
fn say_left_out(page: &mut Page, done: &Weighing, left: &LeftOut) {
    let until = done.scales.until;
    let years = format!("{} to {until}", done.base().world.clock.start);
    let fitted = if done.scales.refit.is_some() {
        "each theory fitted to the record of the others"
    } else {
        "sensitivity: at the parameters as they stand, which may have been fitted to these states too"
    };
    page.say(format!("\nstates left out, in {}, {years}; {fitted}", left.told()));
    let mut table = Table::of("theory")
        .numbers(["log score", "error", "difference", "s.e."])
        .texts(["from the baseline"]);
    for (k, weighed) in done.weighed.iter().enumerate() {
        let (total, error) = left.scores[k].total();
        let mut row = vec![weighed.theory.name.clone(), format!("{total:.1}"), format!("{error:.2}")];
        if k > 0 {
            let difference = left.difference(k);
            let apart = if difference.tells_apart() { "tells apart" } else { "does not tell apart" };
            row.extend([signed(difference.total), plain(difference.error), apart.into()]);
        }
        table.row(row);
    }
    page.table(table);
    page.say(format!(
        "log score: of the record of states that are left out, given that of all others; s.e.: over {}, with the simulation errors; it tells apart above {LEAST} units and {ERRORS} standard errors",
        left.clusters.told()
    ));
}

/// How probable the record is over the priors.
fn say_marginal(page: &mut Page, done: &Weighing, marginal: &Marginal) {
    let (first, until) = (done.base().world.clock.start, done.scales.until);
    page.say(format!(
        "\nmarginal likelihood of the record of {first} to {until}, over the priors: {} draws, and the same with every prior half and twice as wide",
        marginal.particles
    ));
    let mut table = Table::of("theory")
        .numbers(["halved", "error", "as given", "error", "doubled", "error"])
        .texts(["from the baseline"]);
    for (k, weighed) in done.weighed.iter().enumerate() {
        let mut row = vec![weighed.theory.name.clone()];
        for s in 0..SPREADS.len() {
            let shown = if k == 0 { marginal.evidence[0][s] } else { marginal.difference(k, s) };
            row.extend(match shown {
                Some(e) if k == 0 => [plain(e.log), plain(e.error)],
                Some(e) => [signed(e.log), plain(e.error)],
                None => [String::new(), String::new()],
            });
        }
        if k > 0 {
            let told = if marginal.agree(k) { "all widths agree" } else { "a matter of priors or chance" };
            row.push(told.into());
        }
        table.row(row);
    }
    page.table(table);
    page.say(format!(
        "log marginal likelihood of {}, and what the others have more; error: from the draws as if they were independent; widths agree where all three differ from 0 on one side by {ERRORS} errors; empty: priors so wide reach what cannot be",
        done.weighed[0].theory.name
    ));
}
