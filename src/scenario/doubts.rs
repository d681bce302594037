//! What is valid in a scenario and hardly meant, in sentences: gradings the wrong way round, numbers that do nothing, expressions that may have no value.

use super::observed::Observed;
use super::validate;
use crate::model::world::{Change, End, Rating, World};

/// Every doubt about a world and its record.
pub(super) fn all(world: &World, observed: &Observed) -> Vec<String> {
    let graded = world.ratings.iter().enumerate().flat_map(|(g, rating)| {
        let on_record =
            observed.tiers.get(g).is_some_and(|tiers| tiers.iter().any(|years| !years.is_empty()));
        of_rating(rating, on_record).into_iter().chain(of_end(rating, world))
    });
    graded.chain(validate::doubts(world)).collect()
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
    found.into_iter().map(|what| format!("regime.{}.{what}", rating.id)).collect()
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
