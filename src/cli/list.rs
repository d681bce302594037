//! `suasion list`: the bundled scenarios, or the counterfactuals, regimes and instruments of one.

use super::table::aligned;
use crate::scenario::{Scenario, bundled};
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct List {
    /// A scenario, to list its counterfactuals, regimes and instruments
    scenario: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(self) -> Result<()> {
        let mut out = std::io::stdout().lock();
        let Some(name) = self.scenario else {
            let mut rows = Vec::new();
            for name in bundled::names() {
                let scenario = Scenario::load(name)?.build_alone()?;
                rows.push(vec![name.to_string(), scenario.title]);
            }
            if self.json {
                writeln!(out, "{}", serde_json::to_string_pretty(&entries("name", &rows))?)?;
            } else {
                write!(out, "{}", aligned(&rows))?;
            }
            return Ok(());
        };
        let scenario = Scenario::load(&name)?.build()?;
        let titled = |kind: &str, id: &str| {
            let path = format!("{kind}.{id}");
            vec![path.clone(), scenario.titles.get(&path).cloned().unwrap_or_default()]
        };
        let world = &scenario.world;
        let mut rows: Vec<Vec<String>> = Vec::new();
        rows.extend(world.ratings.iter().map(|r| titled("regime", &r.id)));
        rows.extend(world.conventions.iter().map(|r| titled("regime", &r.id)));
        rows.extend(world.communities.iter().map(|r| titled("regime", &r.id)));
        rows.extend(world.instruments.iter().map(|r| titled("instrument", &r.id)));
        let counterfactuals = &scenario.counterfactuals;
        rows.extend(
            counterfactuals.iter().map(|c| vec![format!("counterfactual.{}", c.id), c.title.clone()]),
        );
        if self.json {
            let all = json!({ "name": scenario.name, "title": scenario.title, "description": scenario.description,
                "in_words": scenario.in_words(), "entries": entries("path", &rows) });
            writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
            return Ok(());
        }
        writeln!(out, "{}\n", scenario.title)?;
        if let Some(description) = &scenario.description {
            writeln!(out, "{}\n", description.trim())?;
        }
        writeln!(out, "{}\n", scenario.in_words())?;
        write!(out, "{}", aligned(&rows))?;
        Ok(())
    }
}

fn entries(key: &str, rows: &[Vec<String>]) -> Vec<Value> {
    rows.iter().map(|row| json!({ key: row[0], "title": row[1] })).collect()
}
