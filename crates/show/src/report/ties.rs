//! Map of ties: who is tied to whom at the end of the run, how strongly, and in which community.

use super::figure::{Data, Figure, cell, count, listed};
use super::layout;
use crate::plot::{Group, Key, Network, Node, Plot, Swatch, Tie};
use std::collections::BTreeMap;
use std::fmt::Write;
use suasion::model::world::{Community, World};
use suasion::scenario::Scenario;

/// States that a map can hold, and those whose names it can.
const MOST: usize = 400;
const MOST_NAMED: usize = 60;
/// Pull of a tie in a drawing: some for any, and more up to that of the heaviest.
const PULL: (f64, f64) = (0.3, 0.7);
/// Pull of a community on each of its members.
const COMMUNITY: f64 = 2.0;

/// Who is tied to whom at a date.
struct Tied<'a> {
    scenario: &'a Scenario,
    /// Weight by pair.
    ties: BTreeMap<(usize, usize), f64>,
    heaviest: f64,
    /// Members of each community.
    members: Vec<Vec<usize>>,
}

/// The map at the end of the run; none, and why, where there is nothing to draw or too much.
pub(super) fn figure(scenario: &Scenario, left_out: &mut Vec<String>) -> Option<Figure> {
    let n = scenario.world.states.len();
    if n > MOST {
        left_out.push(format!("The map of ties: {n} states are too many to be drawn; up to {MOST} are."));
        return None;
    }
    let tied = Tied::at(scenario, f64::from(scenario.world.clock.end) - 1e-6);
    if tied.ties.is_empty() && tied.members.iter().all(Vec::is_empty) {
        let what = "The map of ties: the scenario has neither ties nor communities at the end of the run.";
        left_out.push(what.into());
        return None;
    }
    let at = layout::places(n, &tied.links());
    let named = n <= MOST_NAMED;
    let node =
        |i: usize| Node { name: if named { scenario.names[i].clone() } else { String::new() }, at: at[i] };
    let groups = scenario.world.communities.iter().zip(&tied.members).map(|(community, members)| Group {
        name: format!("{}: {}", community.id, count(members.len(), "member")),
        members: members.clone(),
    });
    let drawn = tied.ties.iter().map(|(&between, weight)| Tie { between, weight: tied.share(*weight) });
    Some(Figure {
        name: "ties".into(),
        title: "Map of ties".into(),
        caption: tied.caption(),
        description: tied.description(),
        notes: Vec::new(),
        plot: Plot::Network(Network {
            key: if named { Vec::new() } else { vec![Key::new("a state", Swatch::Mark)] },
            nodes: (0..n).map(node).collect(),
            ties: drawn.collect(),
            groups: groups.collect(),
        }),
        data: tied.data(),
    })
}

impl Tied<'_> {
    fn at(scenario: &Scenario, date: f64) -> Tied<'_> {
        let ties = in_force(&scenario.world, date);
        let members = |community: &Community| {
            community.members.iter().filter(|member| member.at(date)).map(|member| member.state).collect()
        };
        let heaviest = ties.values().copied().fold(0.0, f64::max);
        Tied { scenario, ties, heaviest, members: scenario.world.communities.iter().map(members).collect() }
    }

    /// A weight as a share of the heaviest.
    fn share(&self, weight: f64) -> f64 {
        if self.heaviest > 0.0 { weight / self.heaviest } else { 0.0 }
    }

    /// What pulls states together in the drawing.
    fn links(&self) -> Vec<(usize, usize, f64)> {
        let mut pulls: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (&pair, weight) in &self.ties {
            *pulls.entry(pair).or_default() += PULL.0 + PULL.1 * self.share(*weight);
        }
        for members in &self.members {
            for (k, &a) in members.iter().enumerate() {
                for &b in &members[k + 1..] {
                    *pulls.entry((a, b)).or_default() += COMMUNITY / members.len() as f64;
                }
            }
        }
        pulls.into_iter().map(|((a, b), pull)| (a, b, pull)).collect()
    }

    fn data(&self) -> Data {
        let id = |i: usize| self.scenario.world.states[i].id.clone();
        let mut data = Data::new(&["kind", "a", "b", "weight"]);
        for (&(a, b), weight) in &self.ties {
            data.rows.push(vec!["tie".into(), id(a), id(b), cell(*weight)]);
        }
        for (community, members) in self.scenario.world.communities.iter().zip(&self.members) {
            let weight = cell(community.tie_weight);
            let row = |i: &usize| vec!["member".into(), id(*i), community.id.clone(), weight.clone()];
            data.rows.extend(members.iter().map(row));
        }
        data
    }

    fn caption(&self) -> String {
        let mut caption = String::from("The peers that a state listens to, at the end of the run.");
        if !self.ties.is_empty() {
            let heaviest = self.heaviest;
            let _ = write!(
                caption,
                " Lines: ties, the wider the heavier, up to a weight of {heaviest} (no unit: what counts is a tie's share of the weights of all of a state's ties)."
            );
        }
        let communities = self.scenario.world.communities.iter();
        let communities: Vec<String> = communities.map(|c| format!("{}: {}", c.id, c.tie_weight)).collect();
        if !communities.is_empty() {
            let _ = write!(
                caption,
                " Dashed outlines: communities, with the weight of the tie between any two members ({}).",
                communities.join("; ")
            );
        }
        caption + " Places are chosen so that what is tied is near; they are not geography."
    }

    fn description(&self) -> String {
        let (n, names) = (self.scenario.world.states.len(), &self.scenario.names);
        let mut by_weight: Vec<(&(usize, usize), &f64)> = self.ties.iter().collect();
        by_weight.sort_by(|a, b| b.1.total_cmp(a.1));
        let tell = |((a, b), weight): &(&(usize, usize), &f64)| {
            format!("{} and {} ({weight})", names[*a], names[*b])
        };
        let heavy: Vec<String> = by_weight.iter().map(tell).collect();
        let said = if heavy.is_empty() {
            "No ties beside those of communities.".into()
        } else {
            format!("Heaviest first: {}", listed(&heavy))
        };
        format!("A network of {} and {}. {said}", count(n, "state"), count(self.ties.len(), "tie"))
    }
}

/// Weights of the ties in force at a date; those of one pair added up.
fn in_force(world: &World, date: f64) -> BTreeMap<(usize, usize), f64> {
    let mut ties = BTreeMap::new();
    for tie in world.ties.iter().filter(|tie| tie.from <= date && date < tie.until) {
        *ties.entry((tie.a, tie.b)).or_insert(0.0) += tie.weight;
    }
    ties
}
