//! Records the digest of a run and, if wanted, its summary, in one pass over the values.
//!
//! The pass is compiled for each instruction set; all give the same bits. It keeps no row.

use crate::estimate::Groups;
use crate::output::digest::{Digest, LaneHash};
use crate::output::error::OutputError;
use crate::output::held::Held;
use crate::output::kept::Kept;
use crate::output::summary::Summary;
use crate::output::view::View;
use std::sync::Arc;
use suasion_engine::batch::Batch;
use suasion_engine::recorder::Recorder;
use suasion_lanes::isa::{Isa, Task};
use suasion_lanes::lane::Lane;
use suasion_model::variable::Variable;
use suasion_model::world::World;

/// Records the digest and the summary of the batches it sees.
#[derive(Clone, Debug)]
pub struct EnsembleRecorder {
    isa: Isa,
    variables: Vec<Variable>,
    /// Room for the values of a state, by variable.
    values: Vec<Lane>,
    hash: LaneHash,
    digest: Digest,
    summary: Option<Held>,
    /// Where not all variables are kept in the summary: their places, and room for their values.
    kept: Option<(Vec<usize>, Vec<Lane>)>,
}

impl EnsembleRecorder {
    /// A recorder for batches of this world, with a summary of what is kept; without one it has the digest alone.
    pub fn new(world: &World, isa: Isa, kept: Option<&Kept>) -> EnsembleRecorder {
        let variables = Variable::all(world);
        let places = kept.and_then(|kept| kept.places(world));
        EnsembleRecorder {
            isa,
            values: vec![Lane::ZERO; variables.len()],
            variables,
            hash: LaneHash::default(),
            digest: Digest::default(),
            summary: kept.map(|kept| Held::new(world, kept)),
            kept: places.map(|places| (places.clone(), vec![Lane::ZERO; places.len()])),
        }
    }

    /// The same, keeping apart what replicates of each group of a posterior's draws show.
    #[must_use]
    pub fn under(mut self, world: &World, groups: &Arc<Groups>) -> EnsembleRecorder {
        if let Some(summary) = &mut self.summary {
            summary.keep_draws(world, groups);
        }
        self
    }

    /// Adds what another recorder saw: batches of other replicates of the same world.
    ///
    /// # Errors
    /// If the two are of different worlds.
    pub fn merge(&mut self, other: &EnsembleRecorder) -> Result<(), OutputError> {
        if let (Some(to), Some(from)) = (&mut self.summary, &other.summary) {
            to.merge(from)?;
        }
        self.digest.merge(other.digest);
        Ok(())
    }

    /// The digest of the batches that have come to their end.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The summary of the batches seen, where one is kept.
    pub fn summary(&mut self) -> Option<&Summary> {
        self.summary.as_mut().map(Held::summary)
    }

    /// The summary and the digest.
    pub fn into_parts(self) -> (Option<Summary>, Digest) {
        (self.summary.map(Held::into_summary), self.digest)
    }

    fn record(&mut self, view: &impl View, row: usize) {
        // Compiled apart: what is kept whole is taken as it stands.
        match self.kept {
            None => self.isa.run(Record::<_, true> { recorder: self, view, row }),
            Some(_) => self.isa.run(Record::<_, false> { recorder: self, view, row }),
        }
    }

    #[inline(always)]
    fn record_lanes<const ALL: bool>(&mut self, view: &impl View, row: usize) {
        if row == 0 {
            self.hash = LaneHash::default();
        }
        let width = view.width();
        if let Some(summary) = &mut self.summary {
            summary.open(row, width);
        }
        // Of its own, so that it need not go through memory.
        let mut hash = self.hash;
        for state in 0..view.world().states.len() {
            view.ask(state);
            view.values(state, &self.variables, &mut self.values);
            for value in &self.values {
                hash.add(*value);
            }
            if let Some(summary) = &mut self.summary {
                let values = match &mut self.kept {
                    Some((places, kept)) if !ALL => {
                        for (to, place) in kept.iter_mut().zip(places.iter()) {
                            *to = self.values[*place];
                        }
                        &*kept
                    }
                    _ => &self.values,
                };
                summary.take(row, state, values, width);
                if let Some(by_draw) = summary.by_draw() {
                    by_draw.add((row, state), values, view.replicates(), width);
                }
            }
        }
        if let Some(summary) = &mut self.summary {
            summary.close(row, width);
        }
        self.hash = hash;
    }

    fn end(&mut self, view: &impl View) {
        self.digest.merge(self.hash.finish(view.replicates(), view.width()));
    }
}

/// Recording one row, of all variables or of some.
struct Record<'a, V, const ALL: bool> {
    recorder: &'a mut EnsembleRecorder,
    view: &'a V,
    row: usize,
}

impl<V: View, const ALL: bool> Task for Record<'_, V, ALL> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.recorder.record_lanes::<ALL>(self.view, self.row);
    }
}

impl Recorder for EnsembleRecorder {
    fn start(&mut self, batch: &Batch) {
        self.record(batch, 0);
    }
    fn year(&mut self, batch: &Batch, year: usize) {
        self.record(batch, year + 1);
    }
    fn finish(&mut self, batch: &Batch) {
        self.end(batch);
    }
}

#[cfg(test)]
pub(super) use tests::fake_ensemble;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::{Fake, world};
    use proptest::prelude::*;
    use suasion_lanes::lane::LANES;

    fn feed(recorder: &mut EnsembleRecorder, mut fake: Fake, years: usize) {
        for row in 0..=years {
            fake.time = row as u32;
            recorder.record(&fake, row);
        }
        recorder.end(&fake);
    }

    /// The summary and digest of made-up batches: (first replicate, replicates), each range cut into batches of up to 8.
    pub fn fake_ensemble(world: &World, ranges: &[(u32, u32)]) -> (Summary, Digest) {
        let mut recorder = EnsembleRecorder::new(world, Isa::detect(), Some(&Kept::All));
        for &(first, count) in ranges {
            for batch in (first..first + count).step_by(LANES) {
                let width = LANES.min((first + count - batch) as usize);
                feed(&mut recorder, Fake::new(world, batch, width), world.clock.years());
            }
        }
        let (summary, digest) = recorder.into_parts();
        (summary.unwrap(), digest)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_grouping_and_order_merges_to_the_same(cuts in prop::collection::vec(1u32..20, 1..8), seed in any::<u64>()) {
            let world = world();
            let mut first = 0;
            let mut parts = Vec::new();
            for &count in &cuts {
                parts.push((first, count));
                first += count;
            }
            let whole = fake_ensemble(&world, &[(0, first)]);
            // A shuffle, and a tree of merges instead of a chain.
            parts.sort_by_key(|part| (u64::from(part.0) + 1).wrapping_mul(seed | 1));
            let mut pieces: Vec<_> = parts.iter().map(|part| fake_ensemble(&world, std::slice::from_ref(part))).collect();
            while pieces.len() > 1 {
                let (summary, digest) = pieces.remove(0);
                let at = pieces.len() / 2;
                pieces[at].0.merge(&summary).unwrap();
                pieces[at].1.merge(digest);
            }
            prop_assert!(pieces[0].0 == whole.0);
            prop_assert_eq!(pieces[0].1, whole.1);
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same() {
        let world = world();
        let all = Isa::available().into_iter().map(|isa| {
            let mut recorder = EnsembleRecorder::new(&world, isa, Some(&Kept::All));
            feed(&mut recorder, Fake::new(&world, 0, 8), 3);
            feed(&mut recorder, Fake::new(&world, 8, 5), 3);
            recorder.into_parts()
        });
        let all: Vec<_> = all.collect();
        assert!(all.iter().all(|parts| *parts == all[0]));
    }

    #[test]
    fn the_digest_is_the_same_without_a_summary_and_tells_one_bit() {
        let world = world();
        let digest = |flip, summary: bool| {
            let mut recorder = EnsembleRecorder::new(&world, Isa::detect(), summary.then_some(&Kept::All));
            let mut fake = Fake::new(&world, 0, 8);
            fake.flip = flip;
            feed(&mut recorder, fake, 3);
            recorder.digest()
        };
        let whole = digest(None, true);
        assert_eq!(whole, digest(None, false));
        for flip in [(0, 0, 0), (7, 2, 3), (3, 1, 2)] {
            assert_ne!(whole, digest(Some(flip), false), "{flip:?}");
        }
        // A replicate in the padding is nobody's.
        assert_eq!(whole, digest(Some((8, 0, 0)), false));
    }

    #[test]
    fn summaries_of_other_worlds_are_not_merged() {
        let mut longer = world();
        longer.clock.end += 1;
        let error = fake_ensemble(&world(), &[(0, 1)]).0.merge(&Summary::new(&longer)).unwrap_err();
        let expected = "results of different worlds cannot be merged: states, years, variables or volumes of corridors differ";
        assert_eq!(error.to_string(), expected);
    }
}
