//! Diffusion: how much likelier a state adopts where its region has, given its last tier.
//!
//! Proportional hazards with a rate for each last tier: the rates are profiled out, so one slope is sought by Newton's
//! method.

use crate::evidence::frame::Frame;
use crate::evidence::record::Record;
use crate::lanes::math;

/// Newton steps; the likelihood is concave in one unknown, and five are enough in practice.
const STEPS: usize = 30;
/// Largest slope looked for: where adoption follows the region without exception, there is no finite one.
const LARGEST: f64 = 8.0;

/// State-years at risk that share a last tier: how many have each share of the region, so that equal ones are counted once.
#[derive(Default)]
struct Stratum {
    at_risk: Vec<(f64, f64)>,
    events: f64,
    sum: f64,
}

/// Log hazard ratio of the law between a region in which no other state has it at the end of the year before and one in which
/// all have, given the state's last tier; NaN where nobody adopts, or all regions stand alike.
pub(super) fn by_region(record: &Record, frame: &Frame) -> f64 {
    let mut members = vec![0_u32; frame.region_count];
    frame.regions.iter().for_each(|region| members[*region] += 1);
    let mut strata: [Stratum; 5] = Default::default();
    for year in 1..frame.counted {
        let mut adopted = vec![0_u32; frame.region_count];
        for (state, region) in frame.regions.iter().enumerate() {
            adopted[*region] += u32::from(record.law[state] < year as i16);
        }
        let mut at_risk = vec![[0_u32; 5]; frame.region_count];
        for state in frame.counted_states().filter(|state| record.law[*state] >= year as i16) {
            let region = frame.regions[state];
            if members[region] < 2 {
                continue;
            }
            let tier = usize::from(record.tier(state, year - 1));
            at_risk[region][tier] += 1;
            if record.law[state] == year as i16 {
                strata[tier].events += 1.0;
                strata[tier].sum += f64::from(adopted[region]) / f64::from(members[region] - 1);
            }
        }
        for (region, tiers) in at_risk.iter().enumerate() {
            for (tier, count) in tiers.iter().enumerate().filter(|(_, count)| **count > 0) {
                let share = f64::from(adopted[region]) / f64::from(members[region] - 1);
                strata[tier].at_risk.push((share, f64::from(*count)));
            }
        }
    }
    slope(&strata)
}

/// The slope b that makes `sum over events of b x - sum over strata of events ln(sum over at risk of exp(b x))` largest.
fn slope(strata: &[Stratum]) -> f64 {
    let mut b = 0.0_f64;
    for _ in 0..STEPS {
        let (mut gradient, mut curvature) = (0.0, 0.0);
        for stratum in strata.iter().filter(|stratum| stratum.events > 0.0) {
            let (mut s0, mut s1, mut s2) = (0.0, 0.0, 0.0);
            for &(x, count) in &stratum.at_risk {
                let w = count * math::exp_scalar(b * x);
                s0 += w;
                s1 += w * x;
                s2 += w * x * x;
            }
            let mean = s1 / s0;
            gradient += stratum.sum - stratum.events * mean;
            curvature += stratum.events * (s2 / s0 - mean * mean);
        }
        if curvature <= 1e-12 {
            return if b.abs() >= LARGEST { b } else { f64::NAN };
        }
        let next = (b + (gradient / curvature).clamp(-2.0, 2.0)).clamp(-LARGEST, LARGEST);
        if (next - b).abs() < 1e-9 {
            return next;
        }
        b = next;
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_where_the_likelihood_is_largest() {
        let strata = [
            Stratum { at_risk: vec![(0.0, 40.0), (0.3, 25.0), (0.8, 10.0)], events: 9.0, sum: 3.1 },
            Stratum { at_risk: vec![(0.1, 12.0), (0.9, 6.0)], events: 5.0, sum: 2.9 },
        ];
        let likelihood = |b: f64| -> f64 {
            strata
                .iter()
                .map(|s| {
                    let total: f64 = s.at_risk.iter().map(|(x, n)| n * math::exp_scalar(b * x)).sum();
                    b * s.sum - s.events * math::ln_scalar(total)
                })
                .sum()
        };
        let best = slope(&strata);
        let finest = (-4000..4000)
            .map(|i| f64::from(i) / 1000.0)
            .max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b)));
        assert!((best - finest.unwrap()).abs() <= 1e-3, "{best} {finest:?}");
    }

    #[test]
    fn there_is_no_slope_without_events_or_contrast() {
        assert!(slope(&[Stratum::default()]).is_nan());
        let alike = Stratum { at_risk: vec![(0.5, 10.0)], events: 2.0, sum: 1.0 };
        assert!(slope(&[alike]).is_nan());
    }
}
