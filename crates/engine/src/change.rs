//! What changes a batch from outside before a step: events, given adoptions, ties, engagement and arguments.

use crate::batch::{Batch, Bearing, Setting, VOICE, in_lanes};
use crate::drawing::limits;
use crate::step;
use suasion_lanes::lane::{LANES, Lane};
use suasion_lanes::randomness::{Drawer, regime_once, state_once};
use suasion_model::distribution::Distribution;
use suasion_model::region::Argued;
use suasion_model::traits::{OPENNESS, SECURITY_FRAMING, TRAITS};
use suasion_model::world::{Change, End, Series};

impl Batch<'_> {
    /// Applies what changes before a step.
    #[inline(always)]
    pub(super) fn change(&mut self, step: usize) {
        if self.timeline.changes(step) {
            self.apply(step);
        }
        if !self.ended.is_empty() {
            self.end(step);
        }
    }

    /// Ends rating regimes for states that have adopted what ends them, or were given the grade that does at the report before.
    ///
    /// What states feel is computed anew for all of them in such a step: of those for whom nothing ended it comes to the same bits, so
    /// those of a run do not hang on its company.
    #[inline(always)]
    fn end(&mut self, step: usize) {
        let (world, timeline) = (self.worlds[0], self.timeline);
        let (instruments, ratings) = (world.instruments.len(), world.ratings.len());
        self.ends = false;
        for (g, rating) in world.ratings.iter().enumerate() {
            let Some(end) = rating.ends_on else { continue };
            for i in 0..self.states.len() {
                let rated = &mut self.rated[i * ratings + g];
                let reached = match end {
                    End::Adopts(j) => self.adopted[i * instruments + j].to_mask(),
                    End::Grade(code) if timeline.reports(g, step) => {
                        rated.tier.gt(Lane::ZERO) & !rated.tier.gt(Lane::splat(f64::from(code)))
                    }
                    End::Grade(_) | End::Joins(_) => continue,
                };
                let ended = &mut self.ended[i * ratings + g];
                let ends = reached & !ended.to_mask();
                if ends.any() {
                    ended.set(ends);
                    rated.tier = ends.select(Lane::ZERO, rated.tier);
                    self.ends = true;
                }
            }
        }
    }

    #[inline(always)]
    fn apply(&mut self, step: usize) {
        let timeline = self.timeline;
        let world = self.worlds[0];
        let mut weights = false;
        for e in timeline.events(step) {
            match &world.events[e].change {
                Change::Trait(i, k, _) => {
                    let of: [&Distribution; LANES] =
                        std::array::from_fn(|l| match &self.worlds[l].events[e].change {
                            Change::Trait(_, _, value) => value,
                            _ => &Distribution::Intrinsic,
                        });
                    let (low, high) = limits(TRAITS[*k].bound);
                    let value = self.redraw(*i, (Drawer::STATE, state_once::of_trait(*k)), of, low, high);
                    self.traits[*i].values_mut()[*k] = value;
                    // What the region has made of the framing stays, unless it is the framing that is set.
                    let framing = self.states[*i].bearing.security_framing;
                    self.states[*i].bearing = Bearing::of(&self.traits[*i]);
                    if *k != SECURITY_FRAMING {
                        self.states[*i].bearing.security_framing = framing;
                    }
                    weights |= *k == OPENNESS;
                }
                Change::OwnTrait(i, t, _) => {
                    let of: [&Distribution; LANES] =
                        std::array::from_fn(|l| match &self.worlds[l].events[e].change {
                            Change::OwnTrait(_, _, value) => value,
                            _ => &Distribution::Intrinsic,
                        });
                    let said = &world.theory.said;
                    self.own[i * said.columns() + said.first_trait() + t] =
                        self.draw_own(*i, said.traits[*t].drawer, of);
                }
                Change::StrategicValue(i, g, _) => {
                    let of: [&Distribution; LANES] =
                        std::array::from_fn(|l| match &self.worlds[l].events[e].change {
                            Change::StrategicValue(_, _, value) => value,
                            _ => &Distribution::Intrinsic,
                        });
                    let what = (world.ratings[*g].drawer, regime_once::STRATEGIC_VALUE);
                    self.rated[i * world.ratings.len() + g].strategic_value =
                        self.redraw(*i, what, of, 0.0, 1.0);
                }
                Change::SenderStanding(i, g, _) => {
                    let of: [&Distribution; LANES] =
                        std::array::from_fn(|l| match &self.worlds[l].events[e].change {
                            Change::SenderStanding(_, _, value) => value,
                            _ => &Distribution::Intrinsic,
                        });
                    let what = (world.ratings[*g].drawer, regime_once::SENDER_STANDING);
                    self.rated[i * world.ratings.len() + g].sender_standing =
                        self.redraw(*i, what, of, 0.0, 1.0);
                }
                Change::RatingField(g, field, _) => {
                    let value = Lane::from_fn(|l| match &self.worlds[l].events[e].change {
                        Change::RatingField(_, _, value) => *value,
                        _ => 0.0,
                    });
                    self.fields[*g].values_mut()[*field] = value;
                }
                // Among the given adoptions of the timeline.
                Change::Adopt(..) | Change::Withdraw(..) => {}
            }
        }
        for g in 0..world.ratings.len() {
            if timeline.in_force[g].1 == step {
                self.rated.iter_mut().skip(g).step_by(world.ratings.len()).for_each(|r| r.tier = Lane::ZERO);
            }
        }
        for g in 0..world.ratings.len() {
            for i in timeline.ends(g, step) {
                self.rated[i * world.ratings.len() + g].tier = Lane::ZERO;
            }
        }
        // Of the start, given adoptions, ties and series are there before its first step.
        if step > 0 {
            let mut given = timeline.adoptions(step).peekable();
            if given.peek().is_some() {
                given.for_each(|given| self.hold(given));
                self.refresh_shown(step);
            }
            if let Some(topology) = timeline.topology_from(step) {
                self.topology = topology;
                weights = true;
            }
            if timeline.series_change(step) {
                self.refresh_series(step);
                weights |= !world.communities.is_empty();
            }
        }
        if weights {
            self.refresh_weights();
        }
    }

    #[inline(always)]
    pub(super) fn refresh_weights(&mut self) {
        let worlds = self.worlds;
        let (states, engaged) = (&self.states, &self.engaged);
        let topology = self.timeline.topology(self.topology);
        self.weights.refresh(
            topology,
            &self.known.counts,
            self.parameters.participatory,
            |t| in_lanes(&worlds, |w| w.ties[t].weight),
            |c| {
                let weight = in_lanes(&worlds, |w| w.communities[c].tie_weight);
                // As much as its members are engaged, and shared out among them: so its size does not count.
                engaged[c][0] * weight / (topology.members[c].len().saturating_sub(1).max(1) as f64)
            },
            |i| states[i].bearing.openness,
        );
    }

    /// Engagement of communities and arguments at a step: of several conventions of a state the strongest.
    /// What communities argue hangs on their members' voices, too, and is put in anew with every step.
    #[inline(always)]
    pub(super) fn refresh_series(&mut self, step: usize) {
        let date = self.timeline.clock.date(step) + 1e-6 * self.timeline.clock.dt();
        self.engaged.clear();
        for c in 0..self.worlds[0].communities.len() {
            let engagement = in_lanes(&self.worlds, |w| at(&w.communities[c].engagement, date));
            let argument =
                in_lanes(&self.worlds, |w| w.communities[c].argument(date, w.parameters.autochthony));
            self.engaged.push([engagement, engagement * argument]);
        }
        self.settings.clear();
        for (_, conventions) in &self.timeline.topology(self.topology).settings {
            let mut setting =
                Setting { argument: Lane::ZERO, sender_argument: Lane::ZERO, region: Argued::NOTHING };
            for &c in conventions {
                let strength = in_lanes(&self.worlds, |w| at(&w.conventions[c as usize].strength, date));
                let own = self.worlds[0].conventions[c as usize].sender.is_some();
                let argument = if own { &mut setting.sender_argument } else { &mut setting.argument };
                *argument = argument.max(strength);
            }
            self.settings.push(setting);
        }
    }

    /// What the communities of each setting argue in a step: of several the strongest. The sums of the step must be there.
    #[inline(always)]
    pub(super) fn refresh_region(&mut self) {
        if !self.argues {
            return;
        }
        let topology = self.timeline.topology(self.topology);
        for (setting, (communities, _)) in self.settings.iter_mut().zip(&topology.settings) {
            setting.region = Argued::NOTHING;
            for &c in communities {
                let c = c as usize;
                let all = self.weights.of_members(c);
                let counts = all.gt(Lane::ZERO);
                let mean = counts.select(self.sums[c].of(VOICE) / counts.select(all, Lane::ONE), Lane::ZERO);
                let framed = self.worlds[0].communities[c].framing.is_some();
                let argued = Argued {
                    strength: self.engaged[c][1] * mean,
                    framing: in_lanes(&self.worlds, |w| w.communities[c].framing.unwrap_or(0.0)),
                    framed: if framed { Lane::ONE } else { Lane::ZERO },
                };
                setting.region = setting.region.stronger(&argued);
            }
        }
    }

    /// Recomputes what peers see at the start of a step, after changes from outside.
    #[inline(always)]
    pub(super) fn refresh_shown(&mut self, step: usize) {
        self.refresh_counts(step);
        for i in 0..self.states.len() {
            self.states[i].variables.commitment = self.commitment(i);
            let instruments = self.worlds[0].instruments.len();
            let nhri = step::holds(&self.nhris, &self.adopted[i * instruments..][..instruments]);
            self.shown[i] = step::show(&self.parameters, self.voices, &self.states[i].variables, nhri);
        }
    }
}

fn at(series: &Series, date: f64) -> f64 {
    series.iter().rev().find(|(from, _)| *from <= date).map_or(0.0, |(_, value)| *value)
}
