//! Forecasts and their scores as tables.

use super::{Forecasts, Foretold, Knows, Score, Scored, Source, What};
use crate::experiment::compare::{Described, Making};

impl What {
    fn kind(self) -> &'static str {
        match self {
            What::Tier(_) => "tier",
            What::Adopted(_) => "adopted",
        }
    }
}

impl Forecasts<'_> {
    /// A year of the run in the calendar.
    fn calendar(&self, year: usize) -> i32 {
        self.scenario.world.clock.start + year as i32
    }

    fn knows(&self, knows: Knows) -> String {
        match knows {
            Knows::Origin => format!("until {}", self.told.until),
            Knows::YearBefore => "until the year before".into(),
        }
    }

    /// Scores: a row for what is forecast, by what it is scored, what is known, how many years ahead and who forecasts.
    pub fn score_table(&self) -> Described {
        let rows: Vec<(&Scored, &Score)> =
            self.scored.iter().flat_map(|of| of.scores.iter().map(move |score| (of, score))).collect();
        let mut making = Making::default();
        let text = |f: &dyn Fn(&Scored, &Score) -> String| rows.iter().map(|(of, s)| f(of, s)).collect();
        let whole = |f: fn(&Score) -> usize| rows.iter().map(|(_, s)| f(s) as i32).collect();
        let number = |f: fn(&Score) -> f64| rows.iter().map(|(_, s)| f(s)).collect();
        let some = |f: fn(&Score) -> Option<f64>| rows.iter().map(|(_, s)| f(s)).collect();
        making.text("what", "what is forecast: tier or adopted", text(&|of, _| of.what.kind().into()));
        making.text("id", "id of the rating regime or instrument", text(&|of, _| self.id(of.what).into()));
        making.text("known", "what is known of the record", text(&|of, _| self.knows(of.knows)));
        let meaning = "all state-years, or those in which the state adopts nothing";
        making.text("years", meaning, text(&|of, _| if of.quiet { "no adoption" } else { "all" }.into()));
        making.text("measure", "rps, log or brier; lower is better", text(&|of, _| of.measure.id().into()));
        let ahead = |score: &Score| score.ahead.map_or_else(|| "all".into(), |ahead| ahead.to_string());
        making.text("ahead", "years ahead", text(&|_, score| ahead(score)));
        making.text("source", "who forecasts", text(&|_, score| score.source.id().into()));
        making.whole("cases", "-", "state-years", whole(|score| score.cases));
        making.whole("states", "-", "states that they are of", whole(|score| score.states));
        making.number("score", "-", "mean over cases", number(|score| score.mean));
        let meaning = "score from the history less this one, in the same cases; 0 of itself";
        making.number("difference", "-", meaning, number(|score| score.difference.map_or(0.0, |d| d.mean)));
        let end = |which: &str| format!("{which} end of its 95 % interval, by states drawn anew");
        let low = some(|s| s.difference.map_or(Some(0.0), |d| Some(d.interval?.low)));
        let high = some(|s| s.difference.map_or(Some(0.0), |d| Some(d.interval?.high)));
        making.optional("ci_low", "-", &end("lower"), low);
        making.optional("ci_high", "-", &end("upper"), high);
        making.end()
    }

    /// Forecasts: a row for each state, year, what may come, what is known and who forecasts.
    pub fn table(&self) -> Described {
        let world = &self.scenario.world;
        let mut rows: Vec<(&Foretold, usize, Source, f64)> = Vec::new();
        for one in &self.foretold {
            let categories = match one.what {
                What::Tier(g) => 0..world.ratings[g].grades.len(),
                What::Adopted(_) => 1..2,
            };
            for category in categories {
                let by = Source::ALL.iter().zip(&one.by);
                rows.extend(
                    by.filter_map(|(source, p)| Some((one, category, *source, p.as_ref()?[category]))),
                );
            }
        }
        let variable = |one: &Foretold, category: usize| {
            let id = self.id(one.what).replace('-', "_");
            match one.what {
                What::Tier(g) => format!("tier_{id}={}", world.ratings[g].grades[category]),
                What::Adopted(_) => format!("adopted_{id}"),
            }
        };
        let mut making = Making::default();
        let ids = rows.iter().map(|(one, ..)| world.states[one.state].id.clone()).collect();
        making.text("state", "id of the state", ids);
        let years = rows.iter().map(|(one, ..)| self.calendar(one.year)).collect();
        making.whole("year", "yr", "year, at its end", years);
        let what = rows.iter().map(|(one, category, ..)| variable(one, *category)).collect();
        making.text("variable", "what may come", what);
        let known = rows.iter().map(|(one, ..)| self.knows(one.knows)).collect();
        making.text("known", "what is known of the record", known);
        making.whole("ahead", "yr", "years ahead", rows.iter().map(|(one, ..)| one.ahead as i32).collect());
        let sources = rows.iter().map(|(_, _, source, _)| source.id().to_string()).collect();
        making.text("source", "who forecasts", sources);
        let p = rows.iter().map(|(.., p)| *p).collect();
        making.number("probability", "share", "probability that it comes", p);
        let came = rows.iter().map(|(one, category, ..)| i32::from(one.came == *category)).collect();
        making.whole("came", "-", "1 where it came, else 0", came);
        making.end()
    }
}
