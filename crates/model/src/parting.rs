//! Where two worlds part: the step until which they say the same. It compares what worlds say, and runs nothing.

use crate::world::{RatingFields, Series, World};

/// In place of a date that a run has not come to.
const LATER: f64 = f64::INFINITY;

impl World {
    /// The first step in which this world and another, of the same years, do not say the same; none where they are the same throughout.
    ///
    /// Numbers differ from the start, dated things from their date: events, ties, memberships, engagement, arguments, when a regime begins, ends or rates
    /// a state, when an instrument opens or is given as adopted. States, regimes, communities and instruments that one world alone has differ from the start.
    ///
    /// ```
    /// let mut asean = suasion::scenario::Scenario::load("asean").unwrap();
    /// let world = asean.build_alone().unwrap().world;
    /// let mut other = |name: &str| {
    ///     let mut arm = asean.clone();
    ///     arm.apply_counterfactual(name).unwrap();
    ///     arm.build_alone().unwrap().world
    /// };
    /// assert_eq!(world.parts_from(&world), None);
    /// assert_eq!(world.parts_from(&other("no-tvpa")), Some(0));
    /// // Its first tie is of 29 October 2004; the next step begins with 2005, four years after the start.
    /// assert_eq!(world.parts_from(&other("networks")), Some(16));
    /// ```
    pub fn parts_from(&self, other: &World) -> Option<usize> {
        if self == other {
            return None;
        }
        // What worlds say until a step they say until every earlier one.
        let (mut same, mut apart) = (0, self.clock.steps());
        while same < apart {
            let middle = same + (apart - same) / 2;
            if self.as_of(middle) == other.as_of(middle) {
                same = middle + 1;
            } else {
                apart = middle;
            }
        }
        Some(same).filter(|step| *step < self.clock.steps())
    }

    /// What the world says of a run until a step and in it: all that comes later is left out.
    fn as_of(&self, step: usize) -> World {
        let mut world = self.clone();
        let clock = self.clock;
        let is_there = |date: f64| clock.step_from(date) <= step;
        let known = |date: f64| if is_there(date) { date } else { LATER };
        let retain = |series: &mut Series| series.retain(|(from, _)| is_there(*from));
        world.events.retain(|event| is_there(event.at));
        world.ties.retain(|tie| is_there(tie.from));
        for tie in &mut world.ties {
            tie.until = known(tie.until);
        }
        for community in &mut world.communities {
            retain(&mut community.engagement);
            community.argument.retain(|level| is_there(level.from));
            community.members.retain(|member| is_there(member.from));
            for member in &mut community.members {
                member.until = known(member.until);
            }
        }
        for convention in &mut world.conventions {
            retain(&mut convention.strength);
        }
        for rating in &mut world.ratings {
            if !is_there(rating.from) {
                rating.fields = RatingFields::default();
            }
            let dates = [&mut rating.from, &mut rating.until, &mut rating.bar_from];
            let watch = rating.watch.iter_mut().flat_map(|watch| [&mut watch.from, &mut watch.limit_from]);
            for date in dates.into_iter().chain(watch) {
                *date = known(*date);
            }
            for from in &mut rating.rated_from {
                *from = from.filter(|from| is_there(*from));
            }
            for until in rating.rated_until.iter_mut().flatten() {
                *until = known(*until);
            }
            rating.demands.retain(|demand| is_there(demand.from));
            for demand in &mut rating.demands {
                demand.until = known(demand.until);
            }
            rating.imposed.retain(|sanction| is_there(sanction.from));
            for sanction in &mut rating.imposed {
                sanction.until = known(sanction.until);
            }
            for years in rating.pinned.iter_mut().flatten() {
                years.truncate(step / clock.steps_per_year as usize + 1);
            }
        }
        for instrument in &mut world.instruments {
            if !is_there(instrument.opens) {
                (instrument.hazard, instrument.ramp) = (0.0, 0.0);
            }
            instrument.opens = known(instrument.opens);
            for date in &mut instrument.adopted {
                *date = date.filter(|date| is_there(*date));
            }
        }
        world
    }
}

#[cfg(test)]
mod tests {
    use suasion::scenario::Scenario;

    #[test]
    fn numbers_part_worlds_at_the_start_and_dates_when_they_come() {
        let world = |assignments: &[&str]| {
            let mut loaded = Scenario::load("asean").unwrap();
            for assignment in assignments {
                loaded.set(assignment).unwrap();
            }
            loaded.build_alone().unwrap().world
        };
        let base = world(&[]);
        for (assignments, expected) in [
            (&["parameters.drift=0.5"][..], Some(0)),
            (&["state.MYS.capacity=0.5"], Some(0)),
            // A year and a half before the end, four steps a year.
            (&["regime.tvpa.until=2014.5"], Some(54)),
            (&["regime.tvpa.until=2014.4"], Some(54)),
            (&["regime.tvpa.until=2040"], None),
            (&["regime.asean.left.MMR=2008.1"], Some(29)),
            (&["regime.asean.left.MMR=2040"], None),
        ] {
            assert_eq!(base.parts_from(&world(assignments)), expected, "{assignments:?}");
        }
    }
}
