//! What recorders read of a batch between two steps: values of variables, one or all of a state.
//!
//! It changes nothing.

use crate::batch::{Batch, StateLanes, VOICE};
use crate::prefetch;
use crate::step;
use suasion_lanes::lane::Lane;
use suasion_model::assess;
use suasion_model::region;
use suasion_model::ties::Sums;
use suasion_model::variable::Variable;

/// Variables that a state has for each rating regime.
const OF_REGIME: usize = 5;

impl Batch<'_> {
    /// Asks for what a state further on shows: whoever goes through the states in order says where they are.
    #[inline(always)]
    pub fn ask(&self, state: usize) {
        let ahead = state + prefetch::AHEAD;
        if ahead < self.states.len() && self.states.len() >= prefetch::FAR {
            prefetch::ask(&self.states[ahead].variables);
            prefetch::ask(&self.states[ahead].bearing.capacity);
            for g in 0..self.fields.len() {
                prefetch::ask_at(&self.rated, ahead * self.fields.len() + g);
            }
        }
    }

    /// The current value of a variable of a state. Flows are those of [`Batch::update_flows`].
    #[inline(always)]
    pub fn value(&self, state: usize, variable: Variable) -> Lane {
        let v = &self.states[state].variables;
        let rated = |g: usize| &self.rated[state * self.fields.len() + g];
        match variable {
            Variable::Motivation => v.motivation,
            Variable::Enforcement => v.enforcement,
            Variable::Protection => v.protection,
            Variable::Rhetoric => v.rhetoric,
            Variable::Mobilization => v.mobilization,
            Variable::Attribution => v.attribution,
            Variable::Reactance => v.reactance,
            Variable::Pressure => v.pressure,
            Variable::Commitment => v.commitment,
            Variable::ComplianceGap => v.commitment - v.protection / self.states[state].bearing.capacity,
            Variable::Phase => v.phase,
            Variable::Adopted(j) => self.adopted[state * self.worlds[0].instruments.len() + j].to_lane(),
            Variable::Tier(g) => rated(g).tier,
            Variable::Standing(g) => rated(g).standing,
            Variable::Merit(g) => rated(g).merit,
            Variable::Score(g) => rated(g).score,
            Variable::View(g) => self.fields[g].view_sd * rated(g).view,
            Variable::FlowOut => self.flows.of(state).0,
            Variable::FlowIn => self.flows.of(state).1,
            Variable::Own(at) | Variable::OwnNumber(at) => {
                self.own[state * self.worlds[0].theory.said.columns() + at]
            }
        }
    }

    /// The current values of all variables of a state, in the order of [`Variable::all`]: [`Batch::value`] of each, without
    /// looking up which comes next.
    #[inline(always)]
    pub fn values(&self, state: usize, out: &mut [Lane]) {
        let instruments = self.worlds[0].instruments.len();
        let StateLanes { variables: v, bearing, .. } = &self.states[state];
        let fixed = [
            v.motivation,
            v.enforcement,
            v.protection,
            v.rhetoric,
            v.mobilization,
            v.attribution,
            v.reactance,
            v.pressure,
            v.commitment,
            v.commitment - v.protection / bearing.capacity,
            v.phase,
        ];
        let Some((first, rest)) = out.split_first_chunk_mut() else { return };
        *first = fixed;
        let (adopted, rest) = rest.split_at_mut(instruments);
        for (out, flags) in adopted.iter_mut().zip(&self.adopted[state * instruments..]) {
            *out = flags.to_lane();
        }
        let (own, columns) = (self.worlds[0].theory.said.records(), self.worlds[0].theory.said.columns());
        let (grades, rest) = rest.split_at_mut(OF_REGIME * self.fields.len());
        let (flows, last) = rest.split_at_mut(rest.len() - own);
        last.copy_from_slice(&self.own[state * columns..][..own]);
        let rated = self.fields.iter().zip(&self.rated[state * self.fields.len()..]);
        for (of, (fields, rated)) in grades.as_chunks_mut::<OF_REGIME>().0.iter_mut().zip(rated) {
            *of = [rated.tier, rated.standing, rated.merit, rated.score, fields.view_sd * rated.view];
        }
        if let [out, into] = flows {
            (*out, *into) = self.flows.of(state);
        }
    }

    /// By state: how much its peers count (`hearing`), and how much of that is heard in argument (`heard`), as a step from here
    /// would have them ([`region::hearing`]).
    pub fn hearing(&self) -> Vec<[Lane; 2]> {
        let topology = self.timeline.topology(self.topology);
        let openness = |state: usize| self.states[state].bearing.openness;
        let sums = |members: &[u32]| {
            let mut sums = Sums::ZERO;
            for &member in members {
                let member = member as usize;
                sums.add(openness(member), self.weights.counted(member, [self.shown[member][VOICE]]));
            }
            sums
        };
        let sums: Vec<Sums<1>> = topology.members.iter().map(|members| sums(members)).collect();
        let voice = |state: usize| [self.shown[state][VOICE]];
        let of = |state: usize| {
            let peers = self.weights.peers_of(topology, state, openness(state));
            let [heard] = peers.mean(voice(state), voice, |c| &sums[c]);
            [Lane::ONE, heard].map(|voice| {
                region::hearing(peers.inverse(), peers.tied(), voice, self.parameters.hearing_half)
            })
        };
        (0..self.states.len()).map(of).collect()
    }

    /// What a rating regime would say in the report of a step of a state as it is now: merit, score and grade, without the grader's error.
    ///
    /// It counts what is demanded then, and how far the bar has risen by then; of the state it knows what holds now.
    pub fn would_say(&self, state: usize, rating: usize, step: usize) -> [Lane; 3] {
        let (world, clock, fields) = (self.worlds[0], self.timeline.clock, &self.fields[rating]);
        let (instruments, ratings) = (world.instruments.len(), self.fields.len());
        let StateLanes { variables: v, bearing, .. } = &self.states[state];
        let adopted = &self.adopted[state * instruments..][..instruments];
        let law = step::law_share(self.timeline, rating, step, adopted);
        let merit = assess::merit(fields, law, v.enforcement, v.protection, bearing.capacity);
        let year = clock.start + (step / clock.steps_per_year as usize) as i32;
        let (of, mut rated) = (&world.ratings[rating], self.rated[state * ratings + rating]);
        let part = self.timeline.report_in(rating, step).map_or(0.0, |number| of.reports[number]);
        let rise = of.years_of_rise(f64::from(year) + part);
        let score = assess::score(fields, merit, rated.strategic_value, Lane::ZERO, rated.view, rise);
        assess::grade(fields, of.rules(clock.date(step)), &mut rated, score);
        [merit, score, rated.tier]
    }

    /// Share of its sanctions that a rating regime waives for a state: waiver x strategic value.
    #[inline(always)]
    pub fn waived(&self, state: usize, rating: usize) -> Lane {
        self.fields[rating].waiver * self.rated[state * self.fields.len() + rating].strategic_value
    }
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
