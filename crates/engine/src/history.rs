//! A history: runs whose luck is that which the states must have had, given what is on record.
//!
//! A draw is a pure function of the seed, a replicate number, the state, the date and what draws. So a history is a table: whose replicate number each
//! state of each row draws with, once for its traits and once a year. What the record pins down (the grader's luck at a report, the draws of an
//! adoption) is a table beside it, filled by running the rows once under the record. Any world of the same states can then be run with that luck.

use crate::given::Given;
use suasion_lanes::lane::{LANES, Lane};
use suasion_lanes::randomness::Drawer;
use suasion_model::world::World;

/// Whose replicate numbers states draw with: by row, state, and column; the first column is of what is drawn once, the others of the years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage {
    rows: usize,
    states: usize,
    years: usize,
    numbers: Vec<u32>,
}

impl Lineage {
    /// A table of `rows` times `states` times one more than `years` numbers.
    ///
    /// # Panics
    /// If there are not as many.
    pub fn new(rows: usize, states: usize, years: usize, numbers: Vec<u32>) -> Lineage {
        assert_eq!(numbers.len(), rows * states * (years + 1), "a number for each row, state and column");
        Lineage { rows, states, years, numbers }
    }

    /// Rows: replicates that the history has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// States.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Years on record.
    pub fn years(&self) -> usize {
        self.years
    }

    /// The numbers of a state in a row: of what is drawn once, then of each year.
    #[inline(always)]
    pub fn of(&self, row: usize, state: usize) -> &[u32] {
        let columns = self.years + 1;
        &self.numbers[(row * self.states + state) * columns..][..columns]
    }

    /// Puts other numbers in place of those of a state in a row.
    pub fn replace(&mut self, row: usize, state: usize, numbers: &[u32]) {
        let columns = self.years + 1;
        self.numbers[(row * self.states + state) * columns..][..columns].copy_from_slice(numbers);
    }

    /// All numbers, by row, state and column.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }
}

/// The draws that the record pins down, by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Pins {
    given: Given,
    ratings: Vec<Drawer>,
    instruments: Vec<Drawer>,
    states: usize,
    steps: usize,
    /// By row, state, rating regime and year: the grader's error and the change of its view, as standard normal numbers.
    reports: Vec<[f64; 2]>,
    /// By row, state, instrument and step: the uniform draw of an adoption.
    adoptions: Vec<f64>,
}

impl Pins {
    /// Room for the pins of some rows of a world under a record.
    pub fn new(world: &World, given: Given, rows: usize) -> Pins {
        let (n, years) = (world.states.len(), given.years());
        let steps = years * world.clock.steps_per_year as usize;
        Pins {
            ratings: world.ratings.iter().map(|rating| rating.drawer).collect(),
            instruments: world.instruments.iter().map(|instrument| instrument.drawer).collect(),
            states: n,
            steps,
            reports: vec![[0.0; 2]; rows * n * world.ratings.len() * years],
            adoptions: vec![0.0; rows * n * world.instruments.len() * steps],
            given,
        }
    }

    /// The record that pins.
    pub fn given(&self) -> &Given {
        &self.given
    }

    fn report_at(&self, row: usize, state: usize, rating: usize, year: usize) -> usize {
        ((row * self.states + state) * self.ratings.len() + rating) * self.given.years() + year
    }

    fn adoption_at(&self, row: usize, state: usize, instrument: usize, step: usize) -> usize {
        ((row * self.states + state) * self.instruments.len() + instrument) * self.steps + step
    }

    /// The grader's luck in each lane's row, where it is pinned.
    #[inline(always)]
    pub(super) fn report(
        &self,
        rows: &[u32; LANES],
        state: usize,
        rating: usize,
        year: usize,
    ) -> Option<[Lane; 2]> {
        self.given.grade(rating, state, year)?;
        let of = |what: usize| {
            Lane::from_fn(|l| self.reports[self.report_at(rows[l] as usize, state, rating, year)][what])
        };
        Some([of(0), of(1)])
    }

    /// The draw of an adoption in each lane's row, where it is pinned.
    #[inline(always)]
    pub(super) fn adoption(
        &self,
        rows: &[u32; LANES],
        state: usize,
        instrument: usize,
        step: usize,
    ) -> Option<Lane> {
        if !self.given.knows_adoption(instrument, state, step) {
            return None;
        }
        Some(Lane::from_fn(|l| self.adoptions[self.adoption_at(rows[l] as usize, state, instrument, step)]))
    }

    /// Writes down the grader's luck of a row.
    pub fn set_report(&mut self, row: usize, state: usize, rating: usize, year: usize, luck: [f64; 2]) {
        let at = self.report_at(row, state, rating, year);
        self.reports[at] = luck;
    }

    /// Writes down the draw of an adoption of a row.
    pub fn set_adoption(&mut self, row: usize, state: usize, instrument: usize, step: usize, draw: f64) {
        let at = self.adoption_at(row, state, instrument, step);
        self.adoptions[at] = draw;
    }

    /// The same of other rows.
    fn of_rows(&self, rows: &[(&Pins, usize)]) -> Pins {
        let reports = self.states * self.ratings.len() * self.given.years();
        let adoptions = self.states * self.instruments.len() * self.steps;
        let row = |of: usize, number: usize| number * of..(number + 1) * of;
        Pins {
            reports: rows
                .iter()
                .flat_map(|(pins, k)| pins.reports[row(reports, *k)].iter().copied())
                .collect(),
            adoptions: rows
                .iter()
                .flat_map(|(pins, k)| pins.adoptions[row(adoptions, *k)].iter().copied())
                .collect(),
            given: self.given.clone(),
            ratings: self.ratings.clone(),
            instruments: self.instruments.clone(),
            ..*self
        }
    }

    /// Where in the pins the rating regimes of another world are, and its instruments; none for what the history does not know.
    pub(super) fn places(&self, world: &World) -> Places {
        let find = |all: &[Drawer], drawer: Drawer| all.iter().position(|one| *one == drawer);
        Places {
            ratings: world.ratings.iter().map(|rating| find(&self.ratings, rating.drawer)).collect(),
            instruments: world.instruments.iter().map(|j| find(&self.instruments, j.drawer)).collect(),
        }
    }
}

/// Where in the pins of a history the rating regimes and instruments of a world are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub ratings: Vec<Option<usize>>,
    pub instruments: Vec<Option<usize>>,
}

/// A history.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Whose numbers states draw with.
    pub lineage: Lineage,
    /// What the record pins down.
    pub pins: Option<Pins>,
}

impl History {
    /// A history of rows of others, which are of the same states, years and record: row k is that of `rows[k]`, by its number there.
    ///
    /// # Panics
    /// If some have pins and some have none, or there is no row.
    pub fn of_rows(rows: &[(&History, usize)]) -> History {
        let first = rows[0].0;
        let numbers = rows.iter().flat_map(|(history, row)| {
            let lineage = &history.lineage;
            let each = lineage.states * (lineage.years + 1);
            lineage.numbers[row * each..][..each].iter().copied()
        });
        let Lineage { states, years, .. } = first.lineage;
        let lineage = Lineage::new(rows.len(), states, years, numbers.collect());
        let pins = first.pins.as_ref().map(|like| {
            let of = rows.iter().map(|(history, row)| {
                let pins = history.pins.as_ref();
                (pins.expect("rows that go together are pinned together"), *row)
            });
            like.of_rows(&of.collect::<Vec<_>>())
        });
        History { lineage, pins }
    }
}
