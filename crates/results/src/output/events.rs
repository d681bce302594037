//! Records adoptions, changes of phase and changes of tier as they happen, as rows of `events`.
//!
//! It compares what stands after a step with what stood before it; two changes of the same thing within one step
//! are one event. What already holds at the start is in `trajectories`, and is no event. A change is dated at the end of its
//! step, but for an adoption or a withdrawal that is given: that has the date given. Of an exit the value falls from 1 to 0.

use crate::output::table::{Table, Text, Values, labels};
use crate::output::view::View;
use std::sync::Arc;
use suasion_engine::batch::Batch;
use suasion_engine::recorder::Recorder;
use suasion_lanes::lane::{LANES, Lane};
use suasion_model::variable::Variable;
use suasion_model::world::{Instrument, Rating, World};

const KINDS: [&str; 3] = ["adoption", "phase", "tier"];
/// Values of flags and phases, before the grades of each regime.
const DIGITS: [&str; 5] = ["0", "1", "2", "3", "4"];

/// A variable whose changes are events.
#[derive(Clone, Copy, Debug)]
struct Watched {
    variable: Variable,
    kind: u32,
    subject: u32,
    /// Position of the variable's value 0 in the list of values.
    values: u32,
}

#[derive(Clone, Copy, Debug)]
struct Change {
    state: u32,
    date: f64,
    watched: u32,
    from: u32,
    to: u32,
}

/// Records events; its table has the columns of [`schema::events`](super::schema::events).
///
/// Rows are in order of replicate, date and state, then adoptions, phase and tiers.
#[derive(Clone, Debug)]
pub struct EventsRecorder {
    watched: Vec<Watched>,
    previous: Vec<Lane>,
    changes: [Vec<Change>; LANES],
    table: Table,
}

impl EventsRecorder {
    /// A recorder for batches of this world.
    pub fn new(world: &World) -> EventsRecorder {
        let mut subjects = vec![""];
        let mut watched = Vec::new();
        for (j, instrument) in world.instruments.iter().enumerate() {
            watched.push(Watched {
                variable: Variable::Adopted(j),
                kind: 0,
                subject: subjects.len() as u32,
                values: 0,
            });
            subjects.push(&instrument.id);
        }
        watched.push(Watched { variable: Variable::Phase, kind: 1, subject: 0, values: 0 });
        let mut values = DIGITS.len() as u32;
        for (g, rating) in world.ratings.iter().enumerate() {
            watched.push(Watched {
                variable: Variable::Tier(g),
                kind: 2,
                subject: subjects.len() as u32,
                values,
            });
            values += 1 + rating.grades.len() as u32;
            subjects.push(&rating.id);
        }
        let grades = world.ratings.iter().flat_map(Rating::codes);
        let text = |labels: Arc<[String]>| Values::Text(Text { labels, codes: Vec::new() });
        let values = labels(DIGITS.into_iter().chain(grades));
        let columns = vec![
            Values::Int32(Vec::new()),
            text(labels(world.states.iter().map(|state| state.id.as_str()))),
            Values::Double(Vec::new()),
            text(labels(KINDS)),
            text(labels(subjects)),
            text(values.clone()),
            text(values),
        ];
        EventsRecorder {
            watched,
            previous: Vec::new(),
            changes: Default::default(),
            table: Table { columns },
        }
    }

    /// The rows of the batches seen, in the order seen.
    pub fn into_table(self) -> Table {
        self.table
    }

    fn begin(&mut self, view: &impl View) {
        let states = 0..view.world().states.len();
        self.previous.clear();
        self.previous
            .extend(states.flat_map(|state| self.watched.iter().map(move |w| view.value(state, w.variable))));
    }

    fn compare(&mut self, view: &impl View, step: usize) {
        let clock = view.world().clock;
        let end = clock.date(step + 1);
        // A date on which the step begins is of it, whatever its rounding.
        let begin = clock.date(step) - 2e-6 * clock.dt();
        let mut previous = self.previous.iter_mut();
        for state in 0..view.world().states.len() {
            for ((index, watched), before) in self.watched.iter().enumerate().zip(&mut previous) {
                let after = view.value(state, watched.variable);
                if *before == after {
                    continue;
                }
                // A date that is given, where it is of this step: what is simulated has the step's end.
                let of_step =
                    |dates: &[Option<f64>]| dates[state].filter(|date| begin < *date && *date < end);
                let (adopted, withdrawn) = match watched.variable {
                    Variable::Adopted(j) => {
                        let Instrument { adopted, withdrawn, .. } = &view.world().instruments[j];
                        (of_step(adopted), of_step(withdrawn))
                    }
                    _ => (None, None),
                };
                for lane in 0..view.width() {
                    let (from, to) = (before.0[lane], after.0[lane]);
                    if from != to {
                        self.changes[lane].push(Change {
                            state: state as u32,
                            date: if from < to { adopted } else { withdrawn }.unwrap_or(end),
                            watched: index as u32,
                            from: from as u32 + watched.values,
                            to: to as u32 + watched.values,
                        });
                    }
                }
                *before = after;
            }
        }
    }

    fn end(&mut self, view: &impl View) {
        for (lane, &replicate) in view.replicates().iter().enumerate().take(view.width()) {
            // Dates given may lie before those of other changes in the same step.
            self.changes[lane].sort_by(|a, b| a.date.total_cmp(&b.date).then(a.state.cmp(&b.state)));
            for change in self.changes[lane].drain(..) {
                let watched = self.watched[change.watched as usize];
                let date = change.date;
                let codes = [change.state, watched.kind, watched.subject, change.from, change.to];
                let mut codes = codes.into_iter();
                for column in &mut self.table.columns {
                    match column {
                        Values::Int32(values) => values.push(replicate as i32),
                        Values::Double(values) => values.push(date),
                        Values::Text(text) => text.codes.extend(codes.next()),
                        Values::Boolean(_) => {}
                    }
                }
            }
        }
    }
}

impl Recorder for EventsRecorder {
    fn start(&mut self, batch: &Batch) {
        self.begin(batch);
    }
    fn step(&mut self, batch: &Batch, step: usize) {
        self.compare(batch, step);
    }
    fn finish(&mut self, batch: &Batch) {
        self.end(batch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::schema;
    use crate::output::testing::{Fake, world};

    fn table(first: u32, end: u32, batch: usize) -> Table {
        let world = world();
        let mut recorder = EventsRecorder::new(&world);
        for first in (first..end).step_by(batch) {
            let mut fake = Fake::new(&world, first, batch.min((end - first) as usize));
            recorder.begin(&fake);
            for step in 0..world.clock.steps() {
                fake.time = step as u32 + 1;
                recorder.compare(&fake, step);
            }
            recorder.end(&fake);
        }
        recorder.into_table()
    }

    fn text(table: &Table, column: usize, row: usize) -> &str {
        match &table.columns[column] {
            Values::Text(text) => text.get(row),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn replaying_the_events_gives_the_end() {
        let world = world();
        let table = table(0, 11, 8);
        assert_eq!(table.columns.len(), schema::events().len());
        let (Values::Int32(replicates), Values::Double(dates)) = (&table.columns[0], &table.columns[2])
        else {
            panic!()
        };
        let mut fake = Fake::new(&world, 8, 3);
        for (variable, kind, subject) in [
            (Variable::Phase, "phase", ""),
            (Variable::Adopted(1), "adoption", "palermo"),
            (Variable::Tier(0), "tier", "tvpa"),
        ] {
            let name = |x: f64| {
                if kind == "tier" { world.ratings[0].grade(x as usize).to_string() } else { x.to_string() }
            };
            fake.time = 0;
            let mut now = name(fake.scalar(9, 2, variable));
            let mut last = 0.0;
            for row in (0..table.rows()).filter(|&row| replicates[row] == 9) {
                assert!(dates[row] >= last, "dates ascend");
                last = dates[row];
                if (text(&table, 1, row), text(&table, 3, row), text(&table, 4, row))
                    == ("THA", kind, subject)
                {
                    assert_eq!(text(&table, 5, row), now);
                    now = text(&table, 6, row).to_string();
                    assert_ne!(text(&table, 5, row), now);
                }
            }
            fake.time = 6;
            assert_eq!(now, name(fake.scalar(9, 2, variable)), "{kind}");
        }
    }

    #[test]
    fn an_event_is_dated_at_the_end_of_its_step() {
        // Replicate 2 of the made-up batch adopts in step 2, of two a year from 2001.
        let table = table(2, 3, 1);
        let row = (0..table.rows()).find(|&row| text(&table, 3, row) == "adoption").unwrap();
        let Values::Double(dates) = &table.columns[2] else { panic!() };
        assert_eq!((dates[row], text(&table, 5, row), text(&table, 6, row)), (2002.5, "0", "1"));
    }

    #[test]
    fn events_do_not_depend_on_the_batches() {
        assert_eq!(table(0, 11, 8), table(0, 11, 3));
    }
}
