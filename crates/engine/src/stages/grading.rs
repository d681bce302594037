//! Step 1 of a few states: grades, with luck of their own, pinned by a history, or drawn given the grade on record.

use super::Tile;
use crate::batch::StateLanes;
use crate::step::{Block, NotedOf, Report, Shared, law_share};
use std::ops::Range;
use suasion_lanes::lane::{Flags, LANES, Lane};
use suasion_lanes::math;
use suasion_lanes::randomness::{self, Word, regime_slot};
use suasion_model::assess::{self, Rated};
use suasion_model::condition;

/// 1 assess: the regimes that report grade the states.
#[inline(always)]
pub(crate) fn assess(shared: &Shared, block: &mut Block, range: Range<usize>, tile: &Tile) {
    let (instruments, ratings) = (shared.world.instruments.len(), shared.fields.len());
    for (g, report) in shared.prepared.reports.iter().enumerate() {
        let Some(report) = report else { continue };
        for first in range.clone().step_by(2) {
            let two = first + 1 < range.end;
            let rates = |k: usize| shared.timeline.rates(g, block.first + k, shared.step);
            let rated = [rates(first), two && rates(first + 1)];
            let streams = shared
                .on_account_of_pair(block.first + first, two)
                .unwrap_or_else(|| shared.streams_of_pair(block.first + first, two));
            let mut words = [[[0; LANES]; 2]; 2];
            shared.blocks(&streams, rated, shared.world.ratings[g].drawer, |half, drawn| {
                words[half] = [regime_slot::NOISE, regime_slot::VIEW]
                    .map(|slot| drawn.0[randomness::step_word(shared.prepared.now.step, slot)]);
            });
            for k in first..first + 1 + usize::from(two) {
                let graded = rated[k - first].then_some(&words[k - first]);
                let adopted = &block.adopted[k * instruments..][..instruments];
                let ended = block.ended.get(k * ratings + g).copied();
                let rated = &mut block.rated[k * ratings + g];
                let state = &block.states[k];
                assess_state(
                    shared,
                    (k, block.first + k),
                    (g, tile.added_to_score(shared, g, k - range.start)),
                    report,
                    graded,
                    state,
                    adopted,
                    (rated, ended),
                    &mut block.noted,
                );
            }
        }
    }
}

#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the parts of a state are borrowed one by one")]
fn assess_state(
    shared: &Shared,
    (k, i): (usize, usize),
    (g, told): (usize, Lane),
    report: &Report,
    words: Option<&[Word; 2]>,
    state: &StateLanes,
    adopted: &[Flags],
    (rated, ended): (&mut Rated, Option<Flags>),
    noted: &mut NotedOf,
) {
    let (rating, fields) = (&shared.world.ratings[g], &report.fields);
    let v = &state.variables;
    if let Some([noise, view]) = words {
        let before = *rated;
        let merit = assess::merit(
            fields,
            law_share(shared.timeline, g, shared.step, adopted),
            v.enforcement,
            v.protection,
            state.bearing.capacity,
        );
        let (chi, years) = (rated.strategic_value, report.years_of_rise);
        let year = shared.step / shared.timeline.clock.steps_per_year as usize;
        let [noise, view] = [noise, view].map(randomness::uniform);
        let pinned = shared
            .pins
            .filter(|_| report.last)
            .and_then(|(pins, places)| pins.report(shared.replicates, i, places.ratings[g]?, year));
        let given = shared.given.filter(|_| report.last);
        let grade = given.and_then(|given| given.grade(g, i, year));
        let moved = || if report.views { math::inverse_normal(view) } else { Lane::ZERO };
        let mut luck = pinned.unwrap_or_else(|| [math::inverse_normal(noise), moved()]);
        if given.is_some() {
            let remembered = assess::view(fields, rated.view, Lane::ZERO);
            let base = assess::score(fields, merit, chi, Lane::ZERO, remembered, years) + told;
            let at = k * shared.fields.len() + g;
            noted.expected[at] = condition::grades(fields, report.rules, rated, base);
            if let Some(grade) = grade {
                let band = condition::band(fields, report.rules, rated, usize::from(grade));
                let drawn = condition::graded(fields, base, band, noise, view);
                // A regime that has ended gives no grade.
                let probability = match ended {
                    Some(ended) => ended.to_mask().select(Lane::ZERO, drawn.probability),
                    None => drawn.probability,
                };
                noted.log_density[k] += condition::log(probability);
                luck = [drawn.noise, drawn.view];
            }
            noted.reports[at] = luck;
        }
        let [normal, moved] = luck;
        if report.views {
            rated.view = assess::view(fields, rated.view, moved);
        }
        let score = assess::score(fields, merit, chi, normal, rated.view, years) + told;
        rated.merit = merit;
        assess::grade(fields, report.rules, rated, score);
        if let Some(pinned) = &rating.pinned {
            rated.tier = Lane::splat(f64::from(pinned[i][year]));
        }
        if let Some(ended) = ended {
            rated.keep(&before, ended.to_mask());
        }
    }
    rated.standing = assess::standing(fields, rated.standing, rated.sender_standing, report.politicized);
}
