//! What an audit found, as tables: a row for each claim, for each claim and setting, and for each claim and draw.

use super::trial::{Answers, Drawn, Tried};
use super::verdict::Chance;
use super::{Audit, Audited, Judged};
use crate::estimate::Estimate;
use crate::experiment::compare::{Described, Making};

/// One of the chances of a claim.
type Of = fn(&Judged) -> Option<Chance>;

/// A column of what each claim has in some setting, with its interval; left out where a claim has none.
fn estimates(making: &mut Making, name: &str, meaning: &str, of: &Answers) {
    let Some(of) = of.iter().copied().collect::<Option<Vec<Estimate>>>() else { return };
    making.number(name, "-", meaning, of.iter().map(|e| e.mean).collect());
    let ends = [("low", "lower"), ("high", "upper")];
    for (n, (end, word)) in ends.into_iter().enumerate() {
        let of_one = |e: &Estimate| e.interval.map(|interval| [interval.low, interval.high][n]);
        let meaning = format!("{word} end of its 95 % interval");
        making.optional(&format!("{name}_{end}"), "-", &meaning, of.iter().map(of_one).collect());
    }
}

impl Audited {
    /// A row for each claim: what is claimed, what came of it, and the verdict.
    pub fn table(&self, audit: &Audit) -> Described {
        let mut making = Making::default();
        let list = &audit.list;
        let world = &audit.base.world;
        making.text("claim", "name of the claim", list.iter().map(|c| c.id.clone()).collect());
        making.text("where", "which page says it", list.iter().map(|c| c.whence.clone()).collect());
        let labels = list.iter().map(|c| c.outcome.label(world)).collect();
        making.text("outcome", "number that it is about", labels);
        let meaning =
            "counterfactual whose difference from the scenario it is about; empty: the scenario's own number";
        let texts = list.iter().map(|c| c.counterfactual.clone().unwrap_or_default()).collect();
        making.text("counterfactual", meaning, texts);
        let meaning = "where it is said to be true: free, history or both";
        making.text("within", meaning, list.iter().map(|c| c.within().to_string()).collect());
        let meaning = "sign, or range, that is claimed";
        making.text("claimed", meaning, list.iter().map(|c| c.claimed.to_string()).collect());
        estimates(&mut making, "free", "mean in free runs", &self.defaults.free);
        if let Some(history) = &self.defaults.history {
            estimates(&mut making, "history", "mean in the history", history);
        }
        if let Some(null) = self.beside.first() {
            estimates(&mut making, "null_free", "mean in free runs without any crowding", &null.free);
            if let Some(history) = &null.history {
                estimates(&mut making, "null_history", "mean in the history without any crowding", history);
            }
        }
        let kinds: [(&str, &str, Of); 3] = [
            ("prior", "the prior, in free runs", |judged| judged.prior),
            ("prior_history", "the prior, each conditioned on the record", |judged| judged.prior_given),
            ("posterior", "the posterior, in free runs", |judged| judged.posterior),
        ];
        for (name, meaning, chance) in kinds {
            let each =
                |of: fn(Chance) -> f64| self.judged.iter().map(|j| chance(j).map(of)).collect::<Vec<_>>();
            let meaning = |what: &str| format!("share of the draws of {meaning} in which it {what}");
            making.optional(&format!("{name}_true"), "share", &meaning("is true"), each(|c| c.holds));
            let what = meaning("has the wrong sign");
            making.optional(&format!("{name}_wrong"), "share", &what, each(|c| c.wrong));
        }
        let of_judged = |of: fn(&Judged) -> String| self.judged.iter().map(of).collect::<Vec<String>>();
        making.text("verdict", "verdict", of_judged(|judged| judged.verdict.to_string()));
        let meaning = "what a fragile claim is fragile to";
        making.text("fragile_to", meaning, of_judged(|judged| judged.to.join(", ")));
        let expected = list.iter().map(|c| c.expected.map_or_else(String::new, |e| e.to_string())).collect();
        making.text("expected", "verdict that the file expects, where it says one", expected);
        let meaning = "the sentence";
        making.text("sentence", meaning, list.iter().map(|c| c.sentence.clone()).collect());
        making.end()
    }

    /// A row for each claim and setting, free and in the history.
    pub fn trials(&self, audit: &Audit) -> Described {
        let mut rows: Vec<(&str, &str, &str, Estimate, bool)> = Vec::new();
        for (k, claim) in audit.list.iter().enumerate() {
            for Tried { name, free, history, .. } in std::iter::once(&self.defaults).chain(&self.beside) {
                let both = [("free", free[k]), ("history", history.as_ref().and_then(|all| all[k]))];
                for (within, estimate) in both {
                    let Some(estimate) = estimate else { continue };
                    rows.push((&claim.id, name, within, estimate, claim.claimed.holds(estimate.mean)));
                }
            }
        }
        let mut making = Making::default();
        making.text("claim", "name of the claim", rows.iter().map(|r| r.0.to_string()).collect());
        let meaning = "defaults, null, other steps of a year, other seeds";
        making.text("setting", meaning, rows.iter().map(|r| r.1.to_string()).collect());
        making.text("within", "free runs or the history", rows.iter().map(|r| r.2.to_string()).collect());
        making.whole("n", "-", "replicates", rows.iter().map(|r| r.3.n as i32).collect());
        making.number(
            "mean",
            "-",
            "mean of the number that the claim is about",
            rows.iter().map(|r| r.3.mean).collect(),
        );
        making.spread("mean", "-", &rows.iter().map(|r| r.3).collect::<Vec<Estimate>>());
        making.whole(
            "holds",
            "-",
            "1 where the mean is as claimed, else 0",
            rows.iter().map(|r| i32::from(r.4)).collect(),
        );
        making.end()
    }

    /// A row for each claim and draw of the prior and of the posterior.
    pub fn draws(&self, audit: &Audit) -> Described {
        let kinds = [
            ("prior", "free", &self.prior),
            ("prior", "history", &self.prior_given),
            ("posterior", "free", &self.posterior),
        ];
        let mut rows: Vec<(&str, &str, &str, i32, f64)> = Vec::new();
        for (kind, within, drawn) in kinds {
            let Some(Drawn { draws, .. }) = drawn else { continue };
            for (k, claim) in audit.list.iter().enumerate() {
                rows.extend(draws.iter().filter_map(|(draw, means)| {
                    Some((claim.id.as_str(), kind, within, *draw as i32, means[k]?))
                }));
            }
        }
        let mut making = Making::default();
        making.text("claim", "name of the claim", rows.iter().map(|r| r.0.to_string()).collect());
        making.text("from", "prior or posterior", rows.iter().map(|r| r.1.to_string()).collect());
        making.text("within", "free runs or the history", rows.iter().map(|r| r.2.to_string()).collect());
        making.whole("draw", "-", "number of the draw", rows.iter().map(|r| r.3).collect());
        let meaning = "mean over the draw's replicates of the number that the claim is about";
        making.number("mean", "-", meaning, rows.iter().map(|r| r.4).collect());
        making.end()
    }
}
