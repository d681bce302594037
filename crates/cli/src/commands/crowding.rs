//! `suasion compare --crowding`: beside each effect in the history what it is without any crowding, and over draws of a prior and of a posterior.

use super::exit::BadInput;
use super::given::{Wanted, told};
use super::numbers::{ends, signed};
use super::page::Page;
use super::posterior::Under;
use super::results::{Results, records};
use super::shared::whole;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use std::sync::atomic::AtomicBool;
use suasion::engine::parallel::Options;
use suasion::experiment::comparison::{Comparison, Luck};
use suasion::experiment::crowding::{Asked, Beside, DRAWS, MOST_DRAWS, OnEffect, PARTICLES, Says, Summary};
use suasion::experiment::outcome::Outcome;
use suasion::experiment::paired::Pair;

/// States beyond this number are not printed.
const MOST_ROWS: usize = 40;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct CrowdingArgs {
    /// Beside each effect in the history what it is without any crowding, and over draws (40) of a prior on what crowding does, each with a history of its own, and of a posterior; 0: without any
    /// crowding alone
    #[arg(long, value_name = "DRAWS", num_args = 0..=1, require_equals = true, default_missing_value = "40", requires = "given",
        value_parser = whole::<u32>(0..=u64::from(MOST_DRAWS)))]
    crowding: Option<u32>,
}

impl CrowdingArgs {
    /// Whether it was asked for.
    pub(super) fn is_given(self) -> bool {
        self.crowding.is_some()
    }

    /// The option that asks for the same again.
    pub(super) fn arguments(self) -> Vec<String> {
        self.crowding.iter().map(|draws| format!("--crowding={draws}")).collect()
    }

    /// Refuses what it does not go with.
    pub(super) fn check(self, luck: Luck) -> Result<()> {
        if self.is_given() && luck == Luck::Fresh {
            let message = "--crowding is of the difference with kept luck; --luck both has both, and it is of the first";
            return Err(BadInput(message.into()).into());
        }
        Ok(())
    }

    /// Runs what is asked for, says what came of it and keeps it; the rows of the table are given back.
    pub(super) fn say(
        self,
        comparison: &Comparison,
        (wanted, under, pairs): (&Wanted, Option<&Under>, &[Pair]),
        (options, stop, silent): (Options, &AtomicBool, bool),
        (results, page): (&mut Results, &mut Page),
    ) -> Result<Option<Vec<serde_json::Value>>> {
        let Some(draws) = self.crowding else {
            page.say(format!(
                "what crowding does to these numbers is assumed, not on record: --crowding sets beside each what it is without any, and over {DRAWS} draws of a prior"
            ));
            return Ok(None);
        };
        let (conditioned, plan) = (wanted.base(), wanted.told.plan());
        let asked = Asked { comparison, conditioned, plan, draws, prior: OnEffect::default() };
        let settings = under.map(Under::settings);
        // Under a posterior the comparison's own answers are of its draws.
        let defaults = under.is_none().then_some(pairs);
        let beside = told(silent, |progress| {
            Ok(asked.run(defaults, settings.as_deref(), (options, stop), progress)?)
        })?;
        let described = beside.table(comparison);
        results.table("crowding", &described)?;
        results.table("crowding-draws", &beside.draws(comparison))?;
        say(&beside, comparison, page);
        Ok(Some(records(&described)))
    }
}

fn say(beside: &Beside, comparison: &Comparison, page: &mut Page) {
    let base = &comparison.base;
    for (number, arm) in comparison.others.iter().enumerate() {
        page.say(format!("\n{} v. baseline in the history, and what is assumed of crowding", arm.name));
        let mut shown: Vec<Outcome> = Vec::new();
        for outcome in comparison.outcomes.iter() {
            let same = |other: &&Outcome| (other.measure, other.row) == (outcome.measure, outcome.row);
            if shown.iter().any(|other| same(&other)) {
                continue;
            }
            shown.push(*outcome);
            let (measure, year) = (outcome.measure, outcome.year(&base.world));
            page.say(format!("\n{} at the end of {year} ({})", measure.name(&base.world), measure.unit()));
            let group = comparison.outcomes.iter().enumerate().filter(|(_, other)| same(other));
            let mut rows = Table::of("state").numbers(["null"]);
            for (kind, is_there) in
                [("prior", !beside.prior.is_empty()), ("posterior", beside.posterior.is_some())]
            {
                rows = rows.numbers(is_there.then_some([kind, "[90 %]"]).into_iter().flatten());
            }
            let mut rows = rows.numbers(["defaults"]).texts([""]);
            let mut more = 0_usize;
            for (k, outcome) in group {
                let Some(row) = beside.row(number, k) else { continue };
                more += 1;
                if more > MOST_ROWS {
                    continue;
                }
                let place = outcome.place;
                let name = place
                    .state()
                    .map_or_else(|| place.id(&base.world).to_string(), |i| base.names[i].clone());
                let mut cells = vec![name, signed(row.null.mean)];
                let of = |s: Summary| [signed(s.mean), ends([s.low, s.high], signed)];
                cells.extend(row.prior.into_iter().chain(row.posterior).flat_map(of));
                cells.push(signed(row.defaults.mean));
                cells.push(row.says.to_string());
                rows.row(cells);
            }
            if rows.is_empty() {
                page.say("  not in both arms");
                continue;
            }
            page.table(rows);
            if more > MOST_ROWS {
                page.say(format!("... and {} more, in the table of crowding", more - MOST_ROWS));
            }
        }
    }
    page.say(
        "null: no crowding at all; defaults: the scenario's own coefficients; both as means over replicates",
    );
    let OnEffect { mean, sd } = OnEffect::default();
    if !beside.prior.is_empty() {
        page.say(format!(
            "prior: mean over {} draws, each conditioned by itself with {PARTICLES} particles; nine in ten draws are between the ends, which hold parameters alone. \
             What crowding does in five years under pressure is normal there, mean {mean}, sd {sd} standard deviations of motivation between states: a judgement",
            beside.prior.len()
        ));
    }
    match (&beside.posterior, &beside.no_posterior) {
        (Some(draws), _) if beside.fitted => {
            page.say(format!(
                "posterior: {} draws of the one that was given, each conditioned by itself",
                draws.len()
            ));
        }
        (Some(draws), _) => {
            let weights: f64 = draws.iter().map(|draw| draw.weight * draw.weight).sum();
            page.say(format!(
                "posterior: the draws of the prior, weighed by the likelihood of the record (worth {:.0} equal ones); all other parameters are held",
                1.0 / weights
            ));
        }
        (None, Some(why)) => page.say(format!("no posterior: {why}")),
        (None, None) => {}
    }
    if beside.refused > 0 {
        page.say(format!("{} draws are left out, under which what is on record cannot be", beside.refused));
    }
    let [assumed, informed] = [
        (
            Says::Assumed,
            "the posterior is as the prior, or there is none, so the number follows from what is assumed",
        ),
        (Says::Informed, "the posterior is narrower than the prior, or has moved from it"),
    ];
    page.say(format!("{}: {}; {}: {}", assumed.0, assumed.1, informed.0, informed.1));
}
