//! Peer ties: who is tied to whom over time, with which weight, and the mean over a state's peers.
//!
//! `W_ij` is proportional to `tie_ij (1 + participatory delta_i delta_j)`, rows summing to 1 (participatory
//! regionalism, Acharya 2003). A community ties all its members pairwise with one weight; since the weight is
//! separable in delta, its part of a mean is two sums per community, never a clique of edges.

use crate::world::World;
use std::collections::BTreeMap;
use std::ops::Range;
use suasion_lanes::lane::{Lane, Mask};

/// Members summed in one piece; pieces are added in order, so that any split over threads gives the same bits.
pub const PIECE: usize = 1024;

/// Sum of weights from which a state has peers at all: one over it is a number that means of peers can be multiplied with.
const LEAST: f64 = 1e-100;

/// Sums of some quantities x over a community, and of delta x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums<const N: usize> {
    plain: [Lane; N],
    open: [Lane; N],
}

impl<const N: usize> Sums<N> {
    /// Sums over nobody.
    pub const ZERO: Sums<N> = Sums { plain: [Lane::ZERO; N], open: [Lane::ZERO; N] };

    /// Adds a member.
    #[inline(always)]
    pub fn add(&mut self, openness: Lane, x: [Lane; N]) {
        for q in 0..N {
            self.plain[q] += x[q];
            self.open[q] += openness * x[q];
        }
    }

    /// The sum of a quantity over all members.
    #[inline(always)]
    pub fn of(&self, quantity: usize) -> Lane {
        self.plain[quantity]
    }

    /// Adds the sums over others.
    #[inline(always)]
    pub fn merge(&mut self, other: &Sums<N>) {
        for q in 0..N {
            self.plain[q] += other.plain[q];
            self.open[q] += other.open[q];
        }
    }
}

/// Who is tied to whom between two dates: indices alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Topology {
    edge_start: Vec<u32>,
    neighbours: Vec<u32>,
    tie_start: Vec<u32>,
    ties: Vec<u32>,
    membership_start: Vec<u32>,
    memberships: Vec<u32>,
    /// Members of each community, in id order.
    pub members: Vec<Vec<u32>>,
    /// Pieces of communities: community and range of its members.
    pub pieces: Vec<(usize, Range<usize>)>,
    setting: Vec<u32>,
    /// What engages and addresses states: communities and conventions, once for all states that share them.
    pub settings: Vec<(Vec<u32>, Vec<u32>)>,
}

impl Topology {
    /// The ties and memberships in force at a date.
    pub fn at(world: &World, date: f64) -> Topology {
        let n = world.states.len();
        let mut directed: Vec<(u32, u32, u32)> = Vec::new();
        for (t, tie) in world.ties.iter().enumerate() {
            if tie.from <= date && date < tie.until {
                directed.push((tie.a as u32, tie.b as u32, t as u32));
                directed.push((tie.b as u32, tie.a as u32, t as u32));
            }
        }
        directed.sort_unstable();
        let (mut edge_start, mut neighbours) = (vec![0; n + 1], Vec::new());
        let (mut tie_start, mut ties) = (Vec::new(), Vec::new());
        let mut last = None;
        for &(from, to, tie) in &directed {
            if last != Some((from, to)) {
                last = Some((from, to));
                neighbours.push(to);
                tie_start.push(ties.len() as u32);
                edge_start[from as usize + 1] += 1;
            }
            ties.push(tie);
        }
        tie_start.push(ties.len() as u32);
        let members: Vec<Vec<u32>> = world
            .communities
            .iter()
            .map(|c| {
                c.members.iter().filter(|member| member.at(date)).map(|member| member.state as u32).collect()
            })
            .collect();
        let mut membership_start = vec![0; n + 1];
        for member in members.iter().flatten() {
            membership_start[*member as usize + 1] += 1;
        }
        for i in 0..n {
            edge_start[i + 1] += edge_start[i];
            membership_start[i + 1] += membership_start[i];
        }
        let mut memberships = vec![0; membership_start[n] as usize];
        let mut next = membership_start.clone();
        for (c, members) in members.iter().enumerate() {
            for member in members {
                memberships[next[*member as usize] as usize] = c as u32;
                next[*member as usize] += 1;
            }
        }
        let pieces = members
            .iter()
            .enumerate()
            .flat_map(|(c, m)| (0..m.len()).step_by(PIECE).map(move |s| (c, s..m.len().min(s + PIECE))))
            .collect();
        let mut topology = Topology {
            edge_start,
            neighbours,
            tie_start,
            ties,
            membership_start,
            memberships,
            members,
            pieces,
            setting: Vec::with_capacity(n),
            settings: Vec::new(),
        };
        let mut numbers = BTreeMap::new();
        for i in 0..n {
            let heard = (0..world.conventions.len()).filter(|c| world.conventions[*c].addresses[i]);
            let setting = (topology.communities_of(i).to_vec(), heard.map(|c| c as u32).collect::<Vec<_>>());
            let next = numbers.len() as u32;
            topology.setting.push(*numbers.entry(setting).or_insert(next));
        }
        topology.settings = vec![Default::default(); numbers.len()];
        for (setting, number) in numbers {
            topology.settings[number as usize] = setting;
        }
        topology
    }

    /// Number of the setting of a state.
    #[inline(always)]
    pub fn setting_of(&self, state: usize) -> usize {
        self.setting[state] as usize
    }

    /// Where in its lists a topology has what concerns a state, for whoever asks for memory before it is needed.
    #[inline(always)]
    pub fn places_of(&self, state: usize) -> [&u32; 3] {
        [&self.edge_start[state], &self.membership_start[state], &self.setting[state]]
    }

    /// Directed edges (each pair of tied states counts twice).
    pub fn edges(&self) -> usize {
        self.neighbours.len()
    }

    #[inline(always)]
    fn edges_of(&self, state: usize) -> Range<usize> {
        self.edge_start[state] as usize..self.edge_start[state + 1] as usize
    }

    /// Communities that a state belongs to.
    #[inline(always)]
    pub fn communities_of(&self, state: usize) -> &[u32] {
        &self.memberships[self.membership_start[state] as usize..self.membership_start[state + 1] as usize]
    }
}

/// The weights of a topology, one run per lane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// Weight of each directed edge: `tie_ij (1 + participatory delta_i delta_j)`.
    edge: Vec<Lane>,
    /// Weight of the tie between any two members, per community.
    community: Vec<Lane>,
    participatory: Lane,
    /// One over the sum of a state's weights; 0 for a state without ties.
    inverse: Vec<Lane>,
    /// By community, over its members: sums of what they count, and of that times delta.
    members: Vec<[Lane; 2]>,
    /// What every state counts, where not all count 1; empty where they do.
    counts: Vec<Lane>,
}

impl Weights {
    /// Recomputes all weights. `tie(t)` and `community(c)` give the weights of ties and communities, `openness(i)` delta; `counts`, by state, what all
    /// ties to it are multiplied by: nothing of 1.
    #[inline(always)]
    pub fn refresh(
        &mut self,
        topology: &Topology,
        counts: &[Lane],
        participatory: Lane,
        tie: impl Fn(usize) -> Lane,
        community: impl Fn(usize) -> Lane,
        openness: impl Fn(usize) -> Lane,
    ) {
        self.participatory = participatory;
        self.community.clear();
        for c in 0..topology.members.len() {
            self.community.push(community(c));
        }
        self.counts.clear();
        self.counts.extend_from_slice(counts);
        let counted = |i: usize, x: Lane| if counts.is_empty() { x } else { counts[i] * x };
        self.members.clear();
        for members in &topology.members {
            let n = members.len();
            let all = if counts.is_empty() {
                Lane::splat(n as f64)
            } else {
                sum_in_pieces(n, |k| counts[members[k] as usize])
            };
            let open = |i: usize| counted(i, openness(i));
            self.members.push([all, sum_in_pieces(n, |k| open(members[k] as usize))]);
        }
        self.edge.clear();
        self.inverse.clear();
        for i in 0..topology.edge_start.len() - 1 {
            let own = openness(i);
            let mut row = Lane::ZERO;
            for edge in topology.edges_of(i) {
                let mut weight = Lane::ZERO;
                // A loop, not a fold: its closure would not be compiled for the instruction set.
                for &t in
                    &topology.ties[topology.tie_start[edge] as usize..topology.tie_start[edge + 1] as usize]
                {
                    weight += tie(t as usize);
                }
                let peer = topology.neighbours[edge] as usize;
                let weight = counted(peer, weight * (1.0 + participatory * own * openness(peer)));
                self.edge.push(weight);
                row += weight;
            }
            for &c in topology.communities_of(i) {
                let c = c as usize;
                let [all, open] = self.members[c];
                let others = (all - counted(i, Lane::ONE)).max(Lane::ZERO);
                let open = (open - counted(i, own)).max(Lane::ZERO);
                row += self.community[c] * (others + participatory * own * open);
            }
            let tied = row.gt(Lane::splat(LEAST));
            self.inverse.push(tied.select(1.0 / tied.select(row, Lane::ONE), Lane::ZERO));
        }
    }

    /// Of a state: the weights of its edges, one over the sum of its weights, and its peers by way of edges.
    #[inline(always)]
    pub fn of<'a>(&'a self, topology: &'a Topology, state: usize) -> (&'a [Lane], &'a Lane, &'a [u32]) {
        let edges = topology.edges_of(state);
        (&self.edge[edges.clone()], &self.inverse[state], &topology.neighbours[edges])
    }

    /// The peers of a state, whose openness is given, at hand for one mean after another.
    #[inline(always)]
    pub fn peers_of<'a>(&'a self, topology: &'a Topology, state: usize, openness: Lane) -> Peers<'a> {
        let (weights, &inverse, neighbours) = self.of(topology, state);
        Peers {
            weights,
            neighbours,
            communities: topology.communities_of(state),
            community: &self.community,
            openness,
            exchange: self.participatory * openness,
            counts: self.counts.get(state).unwrap_or(&Lane::ONE),
            inverse,
            tied: inverse.gt(Lane::ZERO),
        }
    }

    /// Quantities of a state as they go into the sums over communities: times what it counts.
    #[inline(always)]
    pub fn counted<const N: usize>(&self, state: usize, x: [Lane; N]) -> [Lane; N] {
        match self.counts.get(state) {
            None => x,
            Some(counts) => x.map(|x| *counts * x),
        }
    }

    /// What the members of a community count together.
    #[inline(always)]
    pub fn of_members(&self, community: usize) -> Lane {
        self.members[community][0]
    }
}

/// The peers of a state and what they weigh.
#[derive(Clone, Copy, Debug)]
pub struct Peers<'a> {
    weights: &'a [Lane],
    neighbours: &'a [u32],
    communities: &'a [u32],
    community: &'a [Lane],
    openness: Lane,
    exchange: Lane,
    /// What the state itself counts among the peers of others.
    counts: &'a Lane,
    inverse: Lane,
    tied: Mask,
}

impl Peers<'_> {
    /// One over the sum of the weights; 0 without peers.
    #[inline(always)]
    pub fn inverse(&self) -> Lane {
        self.inverse
    }

    /// Whether there are any.
    #[inline(always)]
    pub fn tied(&self) -> Mask {
        self.tied
    }

    /// Means of some quantities over the peers: `sum_j W_ij x_j`. A state without ties is its own peer, so that every
    /// difference to its peers is 0.
    ///
    /// `own` are x of the state itself and `quantities(j)` those of another; `sums(c)` are the sums over a community of what is counted
    /// ([`Weights::counted`]), of which the state's own part is taken off.
    #[inline(always)]
    pub fn mean<'a, const N: usize>(
        &self,
        own: [Lane; N],
        quantities: impl Fn(usize) -> [Lane; N],
        sums: impl Fn(usize) -> &'a Sums<N>,
    ) -> [Lane; N] {
        let mut sum = [Lane::ZERO; N];
        for (weight, &peer) in self.weights.iter().zip(self.neighbours) {
            let x = quantities(peer as usize);
            for q in 0..N {
                sum[q] += *weight * x[q];
            }
        }
        // Multiplied where it is 1 too: a choice here would cost every mean.
        let mut part = own;
        for q in 0..N {
            part[q] = *self.counts * own[q];
        }
        for &c in self.communities {
            let c = c as usize;
            let (weight, Sums { plain, open }) = (self.community[c], sums(c));
            for q in 0..N {
                sum[q] += weight * (plain[q] - part[q] + self.exchange * (open[q] - self.openness * part[q]));
            }
        }
        for q in 0..N {
            sum[q] = self.tied.select(sum[q] * self.inverse, own[q]);
        }
        sum
    }
}

/// Sum of `f(0..n)` by pieces of [`PIECE`], each in order, then the pieces in order.
#[inline(always)]
pub fn sum_in_pieces(n: usize, f: impl Fn(usize) -> Lane) -> Lane {
    let mut total = Lane::ZERO;
    for start in (0..n).step_by(PIECE) {
        let mut piece = Lane::ZERO;
        for k in start..n.min(start + PIECE) {
            piece += f(k);
        }
        total += piece;
    }
    total
}
