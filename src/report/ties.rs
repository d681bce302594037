//! Map of ties: who is tied to whom at the end of the run, how strongly, and in which community.

use super::figure::{Data, Figure, cell, count, listed};
use super::layout;
use crate::model::world::World;
use crate::output::plot::{Group, Key, Network, Node, Plot, Swatch, Tie};
use crate::scenario::Scenario;
use std::collections::BTreeMap;

/// States that a map can hold, and those whose names it can.
const MOST: usize = 400;
const MOST_NAMED: usize = 60;
/// Pull of a tie in a drawing: some for any, and more up to that of the heaviest.
const PULL: (f64, f64) = (0.3, 0.7);
/// Pull of a community on each of its members.
const COMMUNITY: f64 = 2.0;

/// The map; none, and why, where there is nothing to draw or too much.
pub(super) fn figure(scenario: &Scenario, left_out: &mut Vec<String>) -> Option<Figure> {
    let world = &scenario.world;
    let (n, date) = (world.states.len(), f64::from(world.clock.end) - 1e-6);
    let ties = in_force(world, date);
    let members: Vec<Vec<usize>> = world
        .communities
        .iter()
        .map(|c| c.members.iter().filter(|(_, from)| *from <= date).map(|(i, _)| *i).collect())
        .collect();
    if n > MOST {
        left_out.push(format!("The map of ties: {n} states are too many to be drawn; up to {MOST} are."));
        return None;
    }
    if ties.is_empty() && members.iter().all(Vec::is_empty) {
        left_out.push(
            "The map of ties: the scenario has neither ties nor communities at the end of the run.".into(),
        );
        return None;
    }
    let heaviest = ties.values().copied().fold(0.0, f64::max);
    let mut pulls: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (&pair, weight) in &ties {
        *pulls.entry(pair).or_default() +=
            PULL.0 + PULL.1 * if heaviest > 0.0 { weight / heaviest } else { 0.0 };
    }
    for members in &members {
        for (k, &a) in members.iter().enumerate() {
            for &b in &members[k + 1..] {
                *pulls.entry((a, b)).or_default() += COMMUNITY / members.len() as f64;
            }
        }
    }
    let links: Vec<(usize, usize, f64)> = pulls.into_iter().map(|((a, b), pull)| (a, b, pull)).collect();
    let at = layout::places(n, &links);
    let named = n <= MOST_NAMED;
    let nodes = (0..n)
        .map(|i| Node { name: if named { scenario.names[i].clone() } else { String::new() }, at: at[i] });
    let groups = world.communities.iter().zip(&members).map(|(community, members)| Group {
        name: format!("{}: {}", community.id, count(members.len(), "member")),
        members: members.clone(),
    });
    let mut data = Data::new(&["kind", "a", "b", "weight"]);
    let id = |i: usize| world.states[i].id.clone();
    for (&(a, b), weight) in &ties {
        data.rows.push(vec!["tie".into(), id(a), id(b), cell(*weight)]);
    }
    for (community, members) in world.communities.iter().zip(&members) {
        for i in members {
            data.rows.push(vec!["member".into(), id(*i), community.id.clone(), cell(community.tie_weight)]);
        }
    }
    let mut by_weight: Vec<(&(usize, usize), &f64)> = ties.iter().collect();
    by_weight.sort_by(|a, b| b.1.total_cmp(a.1));
    let heavy: Vec<String> = by_weight
        .iter()
        .map(|((a, b), weight)| format!("{} and {} ({weight})", scenario.names[*a], scenario.names[*b]))
        .collect();
    let drawn: Vec<Tie> = ties
        .iter()
        .map(|(&between, weight)| Tie {
            between,
            weight: if heaviest > 0.0 { weight / heaviest } else { 0.0 },
        })
        .collect();
    let said = if heavy.is_empty() {
        "No ties beside those of communities.".into()
    } else {
        format!("Heaviest first: {}", listed(&heavy))
    };
    let communities: Vec<String> = world
        .communities
        .iter()
        .map(|c| format!("{} ties any two members with weight {}", c.id, c.tie_weight))
        .collect();
    let communities = if communities.is_empty() {
        String::new()
    } else {
        format!(" Rings: communities ({}).", communities.join("; "))
    };
    let width = if drawn.is_empty() {
        String::new()
    } else {
        format!(
            " Lines: ties, the wider the heavier, up to a weight of {heaviest} (no unit: shares of a state's attention follow from the weights of all its ties)."
        )
    };
    Some(Figure {
        name: "ties".into(),
        title: "Map of ties".into(),
        caption: format!(
            "The peers that a state listens to, at the end of the run.{width}{communities} Places are chosen so that what is tied is near; they are not geography."
        ),
        description: format!("A network of {} and {}. {said}", count(n, "state"), count(drawn.len(), "tie")),
        notes: Vec::new(),
        plot: Plot::Network(Network {
            key: if named { Vec::new() } else { vec![Key::new("a state", Swatch::Mark)] },
            nodes: nodes.collect(),
            ties: drawn,
            groups: groups.collect(),
        }),
        data,
    })
}

/// Weights of the ties in force at a date; those of one pair added up.
fn in_force(world: &World, date: f64) -> BTreeMap<(usize, usize), f64> {
    let mut ties = BTreeMap::new();
    for tie in world.ties.iter().filter(|tie| tie.from <= date && date < tie.until) {
        *ties.entry((tie.a, tie.b)).or_insert(0.0) += tie.weight;
    }
    ties
}
