//! The world of each replicate of an arm: the arm's own for all, or that of the draw that the replicate sees.

use crate::engine::batch::Run;
use crate::engine::history::History;
use crate::estimate::Groups;
use crate::model::world::World;

/// The worlds of an arm under a posterior: one for each draw that some replicate sees.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub(super) worlds: Vec<World>,
    /// World of each replicate.
    pub(super) of: Vec<u32>,
}

impl Drawn {
    /// Number of draws that some replicate sees.
    pub fn len(&self) -> usize {
        self.worlds.len()
    }

    /// The world of each draw that some replicate sees, and these replicates.
    pub fn by_draw(&self) -> impl Iterator<Item = (&World, Vec<u32>)> {
        let mut seen = vec![Vec::new(); self.worlds.len()];
        for (replicate, world) in self.of.iter().enumerate() {
            seen[*world as usize].push(replicate as u32);
        }
        self.worlds.iter().zip(seen)
    }

    /// Whether no replicate sees any.
    pub fn is_empty(&self) -> bool {
        self.worlds.is_empty()
    }
}

/// The world of each replicate of an arm: the same for all, or that of its draw.
#[derive(Clone, Copy, Debug)]
pub struct Worlds<'w> {
    /// The arm's own world: its states and years are those of every draw.
    pub base: &'w World,
    drawn: Option<&'w Drawn>,
    history: Option<&'w History>,
    anew: Option<usize>,
}

impl<'w> Worlds<'w> {
    /// The worlds of an arm; those of `drawn`, if there are such.
    pub fn new(base: &'w World, drawn: Option<&'w Drawn>) -> Worlds<'w> {
        Worlds { base, drawn, history: None, anew: None }
    }

    /// The same with the luck of a history, if there is one: replicates are its rows.
    pub fn within(self, history: Option<&'w History>) -> Worlds<'w> {
        Worlds { history, ..self }
    }

    /// The same with fresh luck in a history, from a step on, of what regimes and instruments draw.
    pub fn anew(self, anew: Option<usize>) -> Worlds<'w> {
        Worlds { anew, ..self }
    }

    /// The run of a replicate.
    pub fn run(&self, seed: u64, replicate: u32) -> Run<'w> {
        Run::new(self.of(replicate), seed, replicate).within(self.history).anew(self.anew)
    }

    /// The worlds that replicates are in, each with the number of its replicates, of so many in all.
    pub fn shares(&self, replicates: u32) -> Vec<(&'w World, u32)> {
        let Some(drawn) = self.drawn else { return vec![(self.base, replicates)] };
        let mut counts = vec![0; drawn.worlds.len()];
        drawn.of.iter().for_each(|world| counts[*world as usize] += 1);
        drawn.worlds.iter().zip(counts).collect()
    }

    /// The groups of replicates by the draws that they see; none where all see one world.
    pub fn groups(&self) -> Groups {
        self.drawn.map_or_else(Groups::default, |drawn| Groups::new(&drawn.of))
    }

    /// The world of a replicate.
    pub fn of(&self, replicate: u32) -> &'w World {
        self.drawn.map_or(self.base, |drawn| &drawn.worlds[drawn.of[replicate as usize] as usize])
    }
}

impl<'w> From<&'w World> for Worlds<'w> {
    fn from(base: &'w World) -> Self {
        Worlds { base, drawn: None, history: None, anew: None }
    }
}
