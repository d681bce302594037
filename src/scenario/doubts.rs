//! What is valid in a scenario and hardly meant, in sentences: gradings the wrong way round, numbers that do nothing, expressions that may have no value.

use super::document::Document;
use super::observed::Observed;
use super::validate;
use crate::model::theory::target::Target;
use crate::model::world::{Change, End, Rating, World};

/// Every doubt about a world and its record.
pub(super) fn all(world: &World, observed: &Observed, document: &Document) -> Vec<String> {
    let graded = world.ratings.iter().enumerate().flat_map(|(g, rating)| {
        let on_record =
            observed.tiers.get(g).is_some_and(|tiers| tiers.iter().any(|years| !years.is_empty()));
        // A run of fewer years leaves out what it leaves out.
        let dated = if document.narrowed { Vec::new() } else { of_dates(rating, world) };
        of_rating(rating, on_record).into_iter().chain(of_end(rating, world)).chain(dated)
    });
    graded
        .chain(of_exits(world))
        .chain(validate::doubts(world))
        .chain(validate::doubts_of_units(world, document))
        .collect()
}

/// Mechanisms on leaving, where no instrument that they are on can be left.
fn of_exits(world: &World) -> Vec<String> {
    let can = |j: usize| world.instruments[j].exit.is_some_and(|exit| exit.hazard > 0.0);
    let idle = |target: Target| match target {
        Target::Exit => !(0..world.instruments.len()).any(can),
        Target::ExitOf(j) => !can(j),
        _ => false,
    };
    let mechanisms = world.theory.said.mechanisms.iter().filter(|mechanism| idle(mechanism.target));
    mechanisms
        .map(|of| {
            format!("mechanism.{}: it does nothing, since nothing that it is on has an `exit_hazard`", of.id)
        })
        .collect()
}

/// An end that no run sees: of an instrument that nobody adopts, or that opens later.
fn of_end(rating: &Rating, world: &World) -> Option<String> {
    let Some(End::Adopts(j)) = rating.ends_on else { return None };
    let instrument = &world.instruments[j];
    let given = instrument.adopted.iter().any(Option::is_some)
        || world.events.iter().any(|event| matches!(event.change, Change::Adopt(_, of) if of == j));
    let why = if instrument.opens >= f64::from(world.clock.end) {
        "it opens after the run"
    } else if instrument.hazard == 0.0 {
        "its hazard is 0"
    } else {
        return None;
    };
    (!given)
        .then(|| format!("regime.{}.ends_on: `{}` is never adopted, since {why}", rating.id, instrument.id))
}

/// What is dated so that it does nothing, or misses the report that it is meant for.
fn of_dates(rating: &Rating, world: &World) -> Vec<String> {
    let (start, end) = (f64::from(world.clock.start), f64::from(world.clock.end));
    let mut found: Vec<String> = Vec::new();
    if rating.from >= end || rating.until <= start {
        found.push(format!("it is in force in no year of the run, {start} to {}", end - 1.0));
        return named(rating, found);
    }
    let mut from: Vec<(f64, Option<usize>)> =
        rating.rated_from.iter().enumerate().filter_map(|(i, from)| Some(((*from)?, Some(i)))).collect();
    if from.is_empty() {
        found.push("rates: it rates no state".into());
    }
    from.push((rating.from, None));
    let missed = |date: f64| {
        let of_date = world.clock.step_from(date);
        let inside = start < date && date < end;
        let report = rating.reports.iter().map(|part| date.floor() + part).find(|report| {
            let of_report = world.clock.step_from(date.floor()) + world.clock.step_of_year(report.fract());
            date <= *report && of_date == of_report + 1
        });
        report.filter(|_| inside)
    };
    if let Some((date, report, state)) = from.iter().find_map(|(date, i)| Some((*date, missed(*date)?, *i))) {
        let key = state.map_or("from".into(), |i| format!("rated_from.{}", world.states[i].id));
        let steps = f64::from(world.clock.steps_per_year);
        let early = date.floor() + ((date.fract() * steps).floor()) / steps;
        found.push(format!(
            "{key}: {date} is after the step begins in which it reports, at {report:.2}, so that this report is missed; {early:.3} is early enough"
        ));
    }
    for demand in &rating.demands {
        let id = &world.instruments[demand.instrument].id;
        if demand.from >= end || demand.until <= start {
            found.push(format!("demands: `{id}` is demanded in no year of the run"));
        }
    }
    if !rating.demands.is_empty() && rating.demands.iter().all(|demand| demand.weight == 0.0) {
        found.push("demands: all that is demanded weighs 0".into());
    }
    for imposed in &rating.imposed {
        if imposed.from >= end || imposed.until <= start {
            let id = &world.states[imposed.state].id;
            found.push(format!("imposed: what is imposed on {id} from {} is outside the run", imposed.from));
        }
    }
    named(rating, found)
}

fn named(rating: &Rating, found: Vec<String>) -> Vec<String> {
    found.into_iter().map(|what| format!("regime.{}.{what}", rating.id)).collect()
}

fn of_rating(rating: &Rating, on_record: bool) -> Vec<String> {
    let fields = &rating.fields;
    let grades = rating.grades.len();
    let (best, worst) = (&rating.grades[0], &rating.grades[grades - 1]);
    let mut found: Vec<String> = Vec::new();
    for (name, list) in [("shame", &fields.shame), ("threat", &fields.threat)] {
        let (first, last) = (list[0], list[grades - 1]);
        if first > last {
            found.push(format!(
                "{name}: {first} in `{best}`, the best grade, and {last} in `{worst}`, the worst; lists are best first"
            ));
        }
    }
    let (first, last) = (fields.reward[0], fields.reward[grades - 1]);
    if first < last {
        found.push(format!(
            "reward: {first} in `{best}`, the best grade, and {last} in `{worst}`, the worst; lists are best first"
        ));
    }
    if fields.prize == 0.0 && fields.reward.iter().any(|share| *share > 0.0) {
        found.push("reward: it is a share of `prize`, which is 0, and does nothing".into());
    }
    if on_record && fields.noise == 0.0 && fields.view_sd == 0.0 {
        found.push(
            "noise and view_sd are 0: a grader that never errs can hardly have given what is on record, and no history can be conditioned on it; give `noise`, say 0.03"
                .into(),
        );
    }
    named(rating, found)
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Scenario, bundled};

    #[test]
    fn no_bundled_scenario_raises_any() {
        for name in bundled::names() {
            let doubts = Scenario::load(name).unwrap().build_alone().unwrap().doubts();
            assert!(doubts.is_empty(), "{name}: {doubts:?}");
        }
    }

    #[test]
    fn lists_the_wrong_way_round_are_told() {
        let mut loaded = Scenario::load("asean").unwrap();
        assert_eq!(loaded.build().unwrap().doubts(), Vec::<String>::new());
        for set in
            ["shame=[1.0, 0.5, 0.2, 0.0]", "reward=[0.0, 0.0, 0.0, 0.5]", "prize=0", "noise=0", "view_sd=0"]
        {
            loaded.set(&format!("regime.tvpa.{set}")).unwrap();
        }
        let doubts = loaded.build().unwrap().doubts();
        let told = |part: &str| assert!(doubts.iter().any(|doubt| doubt.contains(part)), "{doubts:?}");
        told("regime.tvpa.shame: 1 in `1`, the best grade, and 0 in `3`, the worst");
        told("regime.tvpa.reward: 0 in `1`, the best grade, and 0.5 in `3`");
        told("regime.tvpa.reward: it is a share of `prize`, which is 0");
        told("regime.tvpa.noise and view_sd are 0");
        assert_eq!(doubts.len(), 4, "{doubts:?}");
    }
}
