//! The chances of verdicts, as a table.

use super::{Chance, Power, Powered, Verdicts};
use crate::experiment::compare::{Described, Making};

/// One row for each theory simulated, way of observing, number of states and last year.
pub fn table(power: &Power, found: &Powered) -> Described {
    let all = &found.verdicts;
    let mut making = Making::default();
    let names = all.iter().map(|v| power.name(v.simulated).to_string()).collect();
    making.text("simulated", "theory under which histories were simulated", names);
    let seen = all.iter().map(|v| found.ways[v.way].name.clone()).collect();
    making.text("observed", "what is observed of every state in every year", seen);
    making.whole("states", "-", "number of states", all.iter().map(|v| v.states as i32).collect());
    making.whole("until", "yr", "last year of the record", all.iter().map(|v| v.until).collect());
    making.whole(
        "verdicts",
        "-",
        "verdicts, each on a simulated history",
        all.iter().map(|v| v.count as i32).collect(),
    );
    let mut chance = |name: &str, meaning: &str, of: &dyn Fn(&Verdicts) -> u32| {
        let chances: Vec<Chance> = all.iter().map(|v| v.chance(of(v))).collect();
        making.number(name, "share", meaning, chances.iter().map(|c| c.share).collect());
        let end = |which: &str| format!("{which} end of its interval over simulated histories");
        making.number(
            &format!("{name}_low"),
            "share",
            &end("lower"),
            chances.iter().map(|c| c.interval.low).collect(),
        );
        making.number(
            &format!("{name}_high"),
            "share",
            &end("upper"),
            chances.iter().map(|c| c.interval.high).collect(),
        );
    };
    chance("for_scenario", "share of verdicts for the scenario", &|v| v.scenario);
    let rival = format!("share of verdicts for its rival, {}", power.name(1));
    chance("for_rival", &rival, &|v| v.rival);
    chance(
        "wrong",
        "share of verdicts that are wrong: all decisions, where neither theory is true",
        &Verdicts::wrong,
    );
    chance("undecided", "share of verdicts that decide nothing", &Verdicts::undecided);
    making.end()
}
