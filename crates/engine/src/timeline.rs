//! The timeline of a world: what changes before which step. Made once, shared by every batch of one structure.

use suasion_model::ties::Topology;
use suasion_model::world::{Change, Clock, Demand, End, Event, Rating, World};

/// What changes before each step. It holds indices and steps alone; values are read per lane from each lane's world.
#[derive(Debug)]
pub struct Timeline {
    /// The run's calendar.
    pub clock: Clock,
    /// Events by step: indices into `world.events`.
    events: Vec<(usize, usize)>,
    /// Adoptions and withdrawals that are given, by the step before which they hold.
    adoptions: Vec<Given>,
    /// Those dated within a step, by that step: they hold from its end on, and so belong to its year.
    adoptions_within: Vec<Given>,
    /// Whether each instrument's adoption by each state is simulated: it is open to the state and no date is given.
    pub simulates: Vec<Vec<bool>>,
    /// Steps from which another topology holds, with that topology.
    topologies: Vec<(usize, Topology)>,
    /// Steps in which engagement or the strength of arguments changes, ascending.
    series: Vec<usize>,
    /// First step in which each instrument is open.
    pub opens: Vec<usize>,
    /// First step, and step after the last, in which each rating regime is in force.
    pub in_force: Vec<(usize, usize)>,
    /// Steps of the year in which each rating regime reports, ascending.
    report: Vec<Vec<usize>>,
    /// First step in which each rating regime rates each state; none: never.
    pub rated_from: Vec<Vec<Option<usize>>>,
    /// Step from which each rating regime rates each state no more; none: as long as it is in force.
    rated_until: Vec<Vec<Option<usize>>>,
    /// What each rating regime demands: instrument, first step, step after the last, weight.
    demands: Vec<Vec<(usize, usize, usize, f64)>>,
    /// Sanctions that were imposed: rating regime, state, first step, step after the last, size.
    imposed: Vec<(usize, usize, usize, usize, f64)>,
    /// Steps in which what states feel of the rating regimes must be computed anew.
    refresh: Vec<bool>,
    /// Steps before which something changes from outside.
    changes: Vec<bool>,
}

/// An adoption that is given, or a withdrawal: step, state and instrument, and whether the state has it then. Of those in one step the later counts.
type Given = (usize, usize, usize, bool);

/// Adoptions and withdrawals that are given, in order: those that hold from a step on, and those of a date within a step, which hold from its end.
fn given_adoptions(world: &World) -> (Vec<Given>, Vec<Given>) {
    let clock = world.clock;
    let steps = clock.steps();
    let of_event = |event: &Event| match event.change {
        Change::Adopt(i, j) => Some((event.at, i, j, true)),
        Change::Withdraw(i, j) => Some((event.at, i, j, false)),
        _ => None,
    };
    let of_record = world.instruments.iter().enumerate().flat_map(|(j, instrument)| {
        [(&instrument.adopted, true), (&instrument.withdrawn, false)].into_iter().flat_map(
            move |(dates, has)| {
                dates.iter().enumerate().filter_map(move |(i, date)| date.map(|date| (date, i, j, has)))
            },
        )
    });
    let mut dated: Vec<(f64, usize, usize, bool)> =
        world.events.iter().filter_map(of_event).chain(of_record).collect();
    // What comes later in a step is what holds after it.
    dated.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut adoptions, mut within) = (Vec::new(), Vec::new());
    for (date, i, j, has) in dated {
        match clock.within(date) {
            Some(s) if s < steps => within.push((s, i, j, has)),
            _ => adoptions.push((clock.step_from(date).min(steps), i, j, has)),
        }
    }
    adoptions.sort_by_key(|given| given.0);
    within.sort_by_key(|given| given.0);
    (adoptions, within)
}

impl Timeline {
    /// Compiles the timeline of a world.
    pub fn new(world: &World) -> Timeline {
        let clock = world.clock;
        let steps = clock.steps();
        let step = |date: f64| clock.step_from(date).min(steps);
        let moves =
            |(_, event): &(usize, &Event)| !matches!(event.change, Change::Adopt(..) | Change::Withdraw(..));
        let dated = world.events.iter().enumerate().filter(moves);
        let mut events: Vec<(usize, usize)> = dated.map(|(e, event)| (step(event.at), e)).collect();
        events.sort_by_key(|(s, _)| *s);
        let (adoptions, adoptions_within) = given_adoptions(world);
        let in_force: Vec<(usize, usize)> =
            world.ratings.iter().map(|r| (step(r.from), step(r.until))).collect();
        let of_year = |r: &Rating| r.reports.iter().map(|part| clock.step_of_year(*part)).collect();
        let report: Vec<Vec<usize>> = world.ratings.iter().map(of_year).collect();
        let rated_from =
            world.ratings.iter().map(|r| r.rated_from.iter().map(|d| d.map(step)).collect()).collect();
        let rated_until: Vec<Vec<Option<usize>>> =
            world.ratings.iter().map(|r| ends_dated(world, r).map(|d| d.map(step)).collect()).collect();
        let dated = |d: &Demand| (d.instrument, step(d.from), step(d.until), d.weight);
        let demands = world.ratings.iter().map(|r| r.demands.iter().map(dated).collect()).collect();
        let imposed: Vec<(usize, usize, usize, usize, f64)> = world
            .ratings
            .iter()
            .enumerate()
            .flat_map(|(g, r)| r.imposed.iter().map(move |of| (g, of)))
            .map(|(g, of)| (g, of.state, step(of.from), step(of.until), of.size))
            .collect();
        let mut refresh = vec![false; steps];
        let ends = rated_until.iter().flatten().flatten().copied();
        for s in ends.clone().chain(imposed.iter().flat_map(|of| [of.2, of.3])).filter(|s| *s < steps) {
            refresh[s] = true;
        }
        for (s, _) in &events {
            if *s < steps {
                refresh[*s] = true;
            }
        }
        for (g, &(from, until)) in in_force.iter().enumerate() {
            for first in &report[g] {
                for s in (0..steps).skip(*first).step_by(clock.steps_per_year as usize) {
                    refresh[s] |= (from..until).contains(&s);
                }
            }
            if until < steps {
                refresh[until] = true;
            }
        }
        // Who stands in a grade at the start feels it from the first step on.
        if steps > 0 && world.states.iter().any(|state| state.graded.iter().any(|(tier, _)| *tier > 0)) {
            refresh[0] = true;
        }
        let (topologies, series) = (topologies(world), series_steps(world));
        let mut changes = vec![false; steps];
        let dated = events.iter().map(|event| event.0).chain(adoptions.iter().map(|adoption| adoption.0));
        let dated = dated.chain(topologies.iter().map(|topology| topology.0)).chain(series.iter().copied());
        for s in dated.chain(ends).chain(in_force.iter().map(|force| force.1)).filter(|s| *s < steps) {
            changes[s] = true;
        }
        Timeline {
            clock,
            events,
            adoptions,
            adoptions_within,
            simulates: world
                .instruments
                .iter()
                .map(|j| {
                    j.eligible.iter().zip(&j.adopted).map(|(may, given)| *may && given.is_none()).collect()
                })
                .collect(),
            topologies,
            series,
            // Not held at the last step: what opens after the end is not open there.
            opens: world.instruments.iter().map(|j| clock.step_from(j.opens)).collect(),
            in_force,
            report,
            rated_from,
            rated_until,
            demands,
            imposed,
            refresh,
            changes,
        }
    }

    /// Whether anything changes from outside before a step: nothing in most.
    #[inline]
    pub fn changes(&self, step: usize) -> bool {
        self.changes[step]
    }

    /// Events that take effect before a step, by index.
    pub fn events(&self, step: usize) -> impl Iterator<Item = usize> + '_ {
        let from = self.events.partition_point(|(s, _)| *s < step);
        self.events[from..].iter().take_while(move |(s, _)| *s == step).map(|(_, e)| *e)
    }

    /// Given adoptions and withdrawals that take effect before a step: state, instrument, and whether the state has it then.
    pub fn adoptions(&self, step: usize) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        of_step(&self.adoptions, step)
    }

    /// The same of those dated within a step, which take effect at its end.
    pub fn adoptions_within(&self, step: usize) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        of_step(&self.adoptions_within, step)
    }

    /// The topology that begins with a step, if one does.
    #[inline]
    pub fn topology_from(&self, step: usize) -> Option<usize> {
        self.topologies.iter().position(|(s, _)| *s == step)
    }

    /// A topology by its number.
    #[inline]
    pub fn topology(&self, number: usize) -> &Topology {
        &self.topologies[number].1
    }

    /// Whether engagement, the strength of arguments, what a community argues or a membership changes with a step.
    #[inline]
    pub fn series_change(&self, step: usize) -> bool {
        self.series.binary_search(&step).is_ok() || self.topology_from(step).is_some()
    }

    /// Whether what states feel of the rating regimes must be computed anew in a step.
    #[inline]
    pub fn refreshes(&self, step: usize) -> bool {
        self.refresh[step]
    }

    /// Whether a rating regime is in force in a step.
    #[inline]
    pub fn in_force(&self, rating: usize, step: usize) -> bool {
        let (from, until) = self.in_force[rating];
        (from..until).contains(&step)
    }

    /// Whether a rating regime reports in a step.
    #[inline]
    pub fn reports(&self, rating: usize, step: usize) -> bool {
        self.report_in(rating, step).is_some()
    }

    /// Which of its reports of the year a rating regime makes in a step, from 0; none in most.
    #[inline]
    pub fn report_in(&self, rating: usize, step: usize) -> Option<usize> {
        let of_year = step % self.clock.steps_per_year as usize;
        self.report[rating].iter().position(|s| *s == of_year).filter(|_| self.in_force(rating, step))
    }

    /// The step of the year in which a rating regime makes its last report: what a record by years is of.
    #[inline]
    pub fn last_report(&self, rating: usize) -> usize {
        self.report[rating].last().copied().unwrap_or_default()
    }

    /// Whether a rating regime rates a state in a step.
    #[inline]
    pub fn rates(&self, rating: usize, state: usize, step: usize) -> bool {
        self.rated_from[rating][state].is_some_and(|from| from <= step)
            && self.rated_until[rating][state].is_none_or(|until| step < until)
    }

    /// States that a rating regime stops rating with a step, while it goes on.
    pub fn ends(&self, rating: usize, step: usize) -> impl Iterator<Item = usize> + '_ {
        self.rated_until[rating]
            .iter()
            .enumerate()
            .filter(move |(_, end)| **end == Some(step))
            .map(|(i, _)| i)
    }

    /// What a rating regime demands in a step: instruments, with what they weigh.
    #[inline]
    pub fn demands(&self, rating: usize, step: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let all = self.demands[rating].iter();
        all.filter(move |of| (of.1..of.2).contains(&step)).map(|of| (of.0, of.3))
    }

    /// Size of the sanctions that a rating regime has imposed on a state in a step; 0 without any.
    #[inline]
    pub fn imposed(&self, rating: usize, state: usize, step: usize) -> f64 {
        let in_force = |of: &&(usize, usize, usize, usize, f64)| {
            (of.0, of.1) == (rating, state) && (of.2..of.3).contains(&step)
        };
        self.imposed.iter().filter(in_force).map(|of| of.4).sum()
    }

    /// Whether a rating regime presses on a state in a step: it rates it, or has imposed sanctions on it.
    #[inline]
    pub fn presses(&self, rating: usize, state: usize, step: usize) -> bool {
        self.rates(rating, state, step) || self.imposed(rating, state, step) > 0.0
    }
}

/// The date, if there is one, from which a rating regime rates each state no more: given, or that of joining a community that ends it.
fn ends_dated<'w>(world: &'w World, rating: &'w Rating) -> impl Iterator<Item = Option<f64>> + 'w {
    let community = match rating.ends_on {
        Some(End::Joins(c)) => Some(&world.communities[c]),
        _ => None,
    };
    rating.rated_until.iter().enumerate().map(move |(i, given)| {
        let joined = community.and_then(|community| community.joined(i));
        match (*given, joined) {
            (Some(given), Some(joined)) => Some(given.min(joined)),
            (given, joined) => given.or(joined),
        }
    })
}

/// The entries of one step, of a list in order of steps.
fn of_step(list: &[Given], step: usize) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
    let from = list.partition_point(|given| given.0 < step);
    list[from..].iter().take_while(move |given| given.0 == step).map(|(_, i, j, has)| (*i, *j, *has))
}

/// A topology for each step in which a tie or a membership begins or ends, the first for step 0.
fn topologies(world: &World) -> Vec<(usize, Topology)> {
    let clock = world.clock;
    let mut dates: Vec<f64> = world.ties.iter().flat_map(|t| [t.from, t.until]).collect();
    let members = world.communities.iter().flat_map(|c| &c.members);
    dates.extend(members.flat_map(|member| [member.from, member.until]));
    let mut steps: Vec<usize> = dates.into_iter().map(|d| clock.step_from(d)).collect();
    steps.push(0);
    steps.sort_unstable();
    steps.dedup();
    steps.retain(|s| *s < clock.steps());
    // The same leeway as in `Clock::step_from`.
    steps.into_iter().map(|s| (s, Topology::at(world, clock.date(s) + 1e-6 * clock.dt()))).collect()
}

fn series_steps(world: &World) -> Vec<usize> {
    let clock = world.clock;
    let engagement = world.communities.iter().flat_map(|c| &c.engagement);
    let strength = world.conventions.iter().flat_map(|c| &c.strength);
    let argument = world.communities.iter().flat_map(|c| &c.argument).map(|level| level.from);
    let dates = engagement.chain(strength).map(|(from, _)| *from).chain(argument);
    let mut steps: Vec<usize> = dates.map(|from| clock.step_from(from)).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}
