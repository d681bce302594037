//! The page on what can be said of another norm: each of its pieces is put into the case of one's own, and does something there.

use crate::support::{ROOT, bits_at_end};
use std::collections::BTreeSet;
use std::fs;
use suasion::engine::batch::Run;
use suasion::lanes::isa::Isa;
use suasion::model::world::World;
use suasion::scenario::Scenario;
use toml::{Table, Value};

fn page(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/docs/howto/{name}")).expect("readable")
}

/// Completes what is there, and adds what is not: entries are those of one id.
fn put(into: &mut Table, piece: Table) {
    for (key, value) in piece {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(there)), Value::Table(more)) => put(there, more),
            (Some(Value::Array(there)), Value::Array(entries)) if entries.iter().all(Value::is_table) => {
                for entry in entries {
                    let id = entry.get("id").cloned();
                    let same = there.iter_mut().find(|other| id.is_some() && other.get("id") == id.as_ref());
                    match (same, entry) {
                        (Some(Value::Table(there)), Value::Table(more)) => there.extend(more),
                        (_, entry) => there.push(entry),
                    }
                }
            }
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

/// Everything of every state at the end of some runs.
fn ends(world: &World) -> Vec<u64> {
    let runs: Vec<Run> = (0..8).map(|replicate| Run::new(world, 3, replicate)).collect();
    bits_at_end(&runs, Isa::detect(), runs.len())
}

#[test]
fn every_piece_of_the_page_can_be_said_and_moves_something() {
    let own = page("own-case.md");
    let case = own.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a case");
    let case: Table = case.parse().expect("TOML");
    let build = |table: &Table| {
        let text = toml::to_string(table).expect("TOML");
        let built = Scenario::parse("case", &text, None).and_then(|loaded| loaded.build());
        built.unwrap_or_else(|error| panic!("{error}\n{text}"))
    };
    let plain = build(&case);
    let before = ends(&plain.world);
    let page = page("any-norm.md");
    let mut pieces = BTreeSet::new();
    for rest in page.split("```toml ").skip(1) {
        let (name, rest) = rest.split_once('\n').expect("a name");
        let piece: Table = rest
            .split("```")
            .next()
            .expect("a block")
            .parse()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut whole = case.clone();
        put(&mut whole, piece);
        let with = build(&whole);
        assert_ne!(with.world, plain.world, "{name}");
        assert_ne!(ends(&with.world), before, "{name} moves nothing");
        assert!(pieces.insert(name), "{name} twice");
    }
    // A row of the table for each.
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains("](#")).count();
    assert_eq!((pieces.len(), rows), (20, 20), "{pieces:?}");
}
