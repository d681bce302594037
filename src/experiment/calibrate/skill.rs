//! How near a simulated record comes to the observed one, state by state and year by year, and not only in its patterns.
//!
//! As statistics they are observed as 0, and their tolerance is what another state's record, picked at random in the same
//! year, would give: a distance of 1 is that of climatology.

use super::distance::Target;
use crate::evidence::frame::Frame;
use crate::evidence::record::Record;
use crate::model::world::MOST_GRADES;

/// How many there are: of tiers, of the law, of the convention.
pub(super) const COUNT: usize = 3;
const NAMES: [(&str, &str); COUNT] =
    [("tier_error", "tiers"), ("law_error", "dates"), ("party_error", "dates")];

/// Mean absolute difference of tiers, in [0, 1] (the ranked probability score of a forecast of one tier), over the
/// country-years that both rate; and shares of country-years in which one alone has the law, and the convention.
pub(super) fn fill(simulated: &Record, observed: &Record, frame: &Frame, into: &mut [f64]) {
    let (mut sum, mut count) = (0_u32, 0_u32);
    let mut apart = [0_u32; 2];
    let dates = [(&simulated.law, &observed.law), (&simulated.convention, &observed.convention)];
    for state in frame.counted_states() {
        for year in 0..frame.counted {
            let (a, b) = (simulated.tier(state, year), observed.tier(state, year));
            if a > 0 && b > 0 {
                sum += u32::from(a.abs_diff(b));
                count += 1;
            }
            for (apart, (a, b)) in apart.iter_mut().zip(&dates) {
                *apart += u32::from((a[state] <= year as i16) != (b[state] <= year as i16));
            }
        }
    }
    into[0] = f64::from(sum) / f64::from(boundaries(frame) * count);
    let cells = (frame.count() * frame.counted) as f64;
    into[1] = f64::from(apart[0]) / cells;
    into[2] = f64::from(apart[1]) / cells;
}

/// Boundaries between grades.
fn boundaries(frame: &Frame) -> u32 {
    frame.grades.max(2) as u32 - 1
}

/// The same numbers as targets: none where the record has nothing, or all states are alike.
pub(super) fn targets(observed: &Record, frame: &Frame) -> Vec<(&'static str, &'static str, Option<Target>)> {
    let mut tiers = (0.0, 0.0);
    let mut apart = [0.0; 2];
    for year in 0..frame.counted {
        let mut grades = [0.0; MOST_GRADES + 1];
        frame.counted_states().for_each(|s| grades[usize::from(observed.tier(s, year))] += 1.0);
        let rated: f64 = grades[1..].iter().sum();
        for a in 1..=frame.grades {
            for b in 1..=frame.grades {
                if rated > 0.0 {
                    tiers.0 +=
                        grades[a] * grades[b] / rated * (a.abs_diff(b) as f64) / f64::from(boundaries(frame));
                }
            }
        }
        tiers.1 += rated;
        for (apart, dates) in apart.iter_mut().zip([&observed.law, &observed.convention]) {
            let share = frame.counted_states().filter(|s| dates[*s] <= year as i16).count() as f64
                / frame.count().max(1) as f64;
            *apart += 2.0 * share * (1.0 - share) / frame.counted as f64;
        }
    }
    let climatology = [tiers.0 / tiers.1, apart[0], apart[1]];
    let target = |((name, pattern), by): ((&'static str, &'static str), f64)| {
        let target =
            Target { name: name.into(), pattern: pattern.into(), observed: 0.0, below: by, above: by };
        (name, pattern, (by > 0.0).then_some(target))
    };
    NAMES.into_iter().zip(climatology).map(target).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn the_record_is_at_no_distance_from_itself_and_climatology_is_a_random_other_state() {
        let scenario = Scenario::load("asean").unwrap().build_alone().unwrap();
        let frame = Frame::new(&scenario);
        let observed = Record::observed(&scenario.observed, &frame);
        let mut own = [f64::NAN; COUNT];
        fill(&observed, &observed, &frame, &mut own);
        assert_eq!(own, [0.0; COUNT]);
        // Each state in turn for all: the mean over states is that of a state picked at random.
        let n = frame.states();
        let mut means = [0.0; COUNT];
        for other in 0..n {
            let mut shuffled = observed.clone();
            for state in 0..n {
                shuffled.law[state] = observed.law[other];
                shuffled.convention[state] = observed.convention[other];
            }
            let mut values = [0.0; COUNT];
            fill(&shuffled, &observed, &frame, &mut values);
            means.iter_mut().zip(values).for_each(|(m, x)| *m += x / n as f64);
        }
        let targets = targets(&observed, &frame);
        for k in 1..COUNT {
            let by = targets[k].2.as_ref().unwrap().above;
            assert!((by - means[k]).abs() < 1e-12, "{k}: {by} {}", means[k]);
        }
        let tiers = targets[0].2.as_ref().unwrap().above;
        assert!((0.05..0.3).contains(&tiers), "{tiers}");
    }
}
