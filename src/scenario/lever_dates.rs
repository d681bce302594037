//! The dates of a scenario that can be turned: of regimes, instruments, ties and events. Each lies between the dates that
//! must come before and after it. A rating regime without dates is in force for the whole run, and an instrument opens at
//! its start.

use super::Scenario;
use super::document::{Node, Value};
use super::levers::{Lever, MANY};
use super::report::label;
use crate::model::table::Bound;

/// Dates of a regime or instrument that may lie anywhere in the run: key, name and meaning.
const ANYWHERE: [(&str, &str, &str); 3] = [
    ("bar_from", "bar from", "from when the bar rises"),
    ("watch.from", "watch list from", "date from which the watch list exists"),
    ("watch.limit_from", "watch limit from", "date from which the limit of years on the watch list counts"),
];

/// Dates by state: key, name after the state's id, and meaning.
const BY_STATE: [(&str, &str, &str); 5] = [
    ("rated_until", "rated until", "until when the state is rated"),
    ("rated_from", "rated from", "when the state comes to be rated"),
    ("joined", "joins", "when the state joins the community"),
    ("left", "leaves", "when the state leaves the community"),
    ("adopted", "adopts", "when the state adopts the instrument, as a fact"),
];

/// Dates of one state of which the first comes before the second.
const IN_ORDER: [(&str, &str); 2] = [("rated_from", "rated_until"), ("joined", "left")];

const OPENS: &str = "when the instrument can first be adopted";

/// Levels over time, whose dates are in order.
const SERIES: [&str; 3] = ["strength", "engagement", "argument"];

/// Whose dates are gathered, and where they go.
struct Dates<'a> {
    all: &'a mut Vec<Lever>,
    path: String,
    of: String,
    node: &'a Node,
    /// First and last date of the run.
    run: (f64, f64),
}

impl Dates<'_> {
    fn given(&self, key: &str) -> Option<f64> {
        key.split('.').try_fold(self.node, |node, key| node.get(key)).and_then(Node::number)
    }

    fn push(&mut self, key: &str, name: &str, at: f64, (low, high): (f64, f64), meaning: &str) {
        let lever = Lever::plain(format!("{}.{key}", self.path), &self.of, name, Bound::Date, "yr");
        self.all.push(lever.within(at, low, high, meaning));
    }

    /// A date that may lie anywhere between two ends, where it is given.
    fn date(&mut self, key: &str, name: &str, between: (f64, f64), meaning: &str) {
        if let Some(at) = self.given(key) {
            self.push(key, name, at, between, meaning);
        }
    }

    /// From when until when something holds, where that is given.
    fn span(&mut self, (from, until): (Option<f64>, Option<f64>), what: &str) {
        let (start, end) = self.run;
        if let Some(at) = from {
            let before = days_after(until.unwrap_or(end), -1.0);
            self.push("from", "from", at, (start, before), &format!("from when {what}"));
        }
        if let Some(at) = until {
            let after = days_after(from.unwrap_or(start), 1.0);
            self.push("until", "until", at, (after, end), &format!("until when {what}"));
        }
    }

    fn by_state(&mut self) {
        // An adoption is not before the instrument opens, nor at the end of the run.
        let low = self.given("opens").unwrap_or(self.run.0);
        for (key, name, meaning) in BY_STATE {
            let Some(Value::Table(table)) = self.node.get(key).map(|node| &node.value) else { continue };
            let dated: Vec<(String, f64)> =
                table.iter().filter_map(|(id, node)| Some((id.to_string(), node.number()?))).collect();
            for (id, at) in dated {
                let (mut low, mut high) = (low, days_after(self.run.1, -1.0));
                for (first, second) in IN_ORDER {
                    if let Some(before) = self.given(&format!("{first}.{id}")).filter(|_| key == second) {
                        low = low.max(days_after(before, 1.0));
                    }
                    if let Some(after) = self.given(&format!("{second}.{id}")).filter(|_| key == first) {
                        high = high.min(days_after(after, -1.0));
                    }
                }
                self.push(&format!("{key}.{id}"), &format!("{id} {name}"), at, (low, high), meaning);
            }
        }
    }

    /// An instrument opens before anybody has adopted it.
    fn last_opening(&self) -> f64 {
        let adopted = self.node.get("adopted").map(|node| &node.value);
        let Some(Value::Table(table)) = adopted else { return self.run.1 };
        table.iter().filter_map(|(_, node)| node.number()).fold(self.run.1, f64::min)
    }

    fn series(&mut self) {
        for key in SERIES {
            let Some(list) = self.node.get(key).and_then(Node::list) else { continue };
            let from = |j: usize| list.get(j)?.get("from").and_then(Node::number);
            for j in 0..list.len() {
                let Some(at) = from(j) else { continue };
                let low =
                    j.checked_sub(1).and_then(from).map_or(self.run.0, |before| days_after(before, 1.0));
                let high = from(j + 1).map_or(self.run.1, |after| days_after(after, -1.0));
                let name = format!("{key}, date {}", j + 1);
                self.push(&format!("{key}[{j}].from"), &name, at, (low, high), "from when this level holds");
            }
        }
    }
}

/// So many days after a date; before it, where they are negative.
fn days_after(date: f64, days: f64) -> f64 {
    ((date + days / 365.0) * 1000.0).round() / 1000.0
}

impl Scenario {
    /// Dates of regimes, instruments, ties and events.
    pub(super) fn dates(&self, all: &mut Vec<Lever>) {
        let clock = &self.world.clock;
        let run = (f64::from(clock.start), f64::from(clock.end));
        for section in ["regime", "instrument", "tie", "event"] {
            let entries = self.document.entries(section);
            if section == "tie" && entries.len() > MANY {
                continue;
            }
            for (i, node) in entries.iter().enumerate() {
                let named = label(section, i, node);
                let of = named.replace('.', " ");
                // Ties have no names: their paths count them.
                let path = if section == "tie" { format!("tie[{i}]") } else { named };
                let mut dates = Dates { all, path, of, node, run };
                match section {
                    "regime" => {
                        let (from, until) = (dates.given("from"), dates.given("until"));
                        let whole = node.get("kind").and_then(Node::text) == Some("rating");
                        let or = |date: Option<f64>, end: f64| date.or(whole.then_some(end));
                        dates.span((or(from, run.0), or(until, run.1)), "the regime is in force");
                        for (key, name, meaning) in ANYWHERE {
                            dates.date(key, name, run, meaning);
                        }
                        dates.series();
                    }
                    "instrument" => {
                        // What builds up after opening (its hazard, its part in commitment) would begin anew, and nobody has
                        // adopted before.
                        let at_start = self.world.parameters.commitment_ramp == 0.0
                            && dates.given("ramp").is_none_or(|ramp| ramp == 0.0)
                            && dates.last_opening() >= run.0;
                        if let Some(at) = dates.given("opens").or(at_start.then_some(run.0)) {
                            dates.push("opens", "opens", at, (run.0, dates.last_opening()), OPENS);
                        }
                    }
                    "tie" => dates.span((dates.given("from"), dates.given("until")), "the tie holds"),
                    _ => dates.date("at", "date", (run.0, days_after(run.1, -1.0)), "when the event comes"),
                }
                dates.by_state();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Scenario, bundled};

    #[test]
    fn of_two_dates_of_a_state_the_second_stays_after_the_first() {
        let text = "version = 2\ntitle = \"Dates\"\ntime = { start = 2000, end = 2010 }\n\
             [[state]]\nid = \"A\"\n[[state]]\nid = \"B\"\n[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.1\n\
             [[regime]]\nid = \"club\"\nkind = \"community\"\nmembers = \"all\"\nengagement = 0.5\n\
             joined = { B = 2003.5 }\nleft = { B = 2006.5 }\n\
             [[regime]]\nid = \"card\"\nkind = \"rating\"\ngrades = [\"good\", \"bad\"]\nthresholds = [0.5]\n\
             demands = [\"law\"]\nrated_from = { A = 2002.5 }\nrated_until = { A = 2008.5 }\n";
        let loaded = Scenario::parse("dates", text, None).unwrap();
        let levers = loaded.build_alone().unwrap().levers();
        for (path, low, high) in [
            ("regime.club.joined.B", 2000.0, 2006.497),
            ("regime.club.left.B", 2003.503, 2009.997),
            ("regime.card.rated_from.A", 2000.0, 2008.497),
            ("regime.card.rated_until.A", 2002.503, 2009.997),
        ] {
            let lever = levers.iter().find(|lever| lever.path == path).expect("a lever");
            assert_eq!((lever.low, lever.high), (low, high), "{path}");
            for end in [low, high] {
                let mut turned = loaded.clone();
                turned.set_number(path, end).unwrap();
                turned.build_alone().unwrap_or_else(|error| panic!("{path}={end}: {error}"));
            }
        }
    }

    /// At both ends of its range a date is one that the scenario can have.
    #[test]
    fn every_date_of_every_bundled_scenario_can_go_to_the_ends_of_its_range() {
        let mut tried = Vec::new();
        for name in bundled::names().filter(|name| *name != "world") {
            let loaded = Scenario::load(name).unwrap();
            for lever in loaded.build_alone().unwrap().levers() {
                if lever.unit != "yr" {
                    continue;
                }
                for end in [lever.low, lever.high] {
                    let mut turned = loaded.clone();
                    turned.set_number(&lever.path, end).unwrap();
                    turned
                        .build_alone()
                        .unwrap_or_else(|error| panic!("{name}, {}={end}: {error}", lever.path));
                }
                tried.push(lever.path);
            }
        }
        for path in [
            "regime.tvpa.until",
            "instrument.actip.opens",
            "regime.protocol.strength[0].from",
            "tie[11].from",
        ] {
            assert!(tried.iter().any(|tried| tried == path), "{path} is not among {tried:?}");
        }
    }
}
