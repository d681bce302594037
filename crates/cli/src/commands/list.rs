//! `suasion list`: the bundled scenarios, or the counterfactuals, regimes and instruments of one.

use super::page::Page;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use suasion::scenario::{Scenario, bundled};

#[derive(Debug, Args)]
pub(super) struct List {
    /// A scenario, to list its counterfactuals, regimes and instruments
    scenario: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let Some(name) = self.scenario else {
            let mut rows = Vec::new();
            for name in bundled::names() {
                let scenario = Scenario::load(name)?.build_alone()?;
                rows.push([name.to_string(), scenario.title]);
            }
            if self.json {
                return page.json(&entries("name", &rows));
            }
            page.table(Table::bare(rows));
            return page.print();
        };
        let scenario = Scenario::load(&name)?.build()?;
        let titled = |kind: &str, id: &str| {
            let path = format!("{kind}.{id}");
            [path.clone(), scenario.titles.get(&path).cloned().unwrap_or_default()]
        };
        let world = &scenario.world;
        let mut rows: Vec<[String; 2]> = Vec::new();
        rows.extend(world.ratings.iter().map(|r| titled("regime", &r.id)));
        rows.extend(world.conventions.iter().map(|r| titled("regime", &r.id)));
        rows.extend(world.communities.iter().map(|r| titled("regime", &r.id)));
        rows.extend(world.instruments.iter().map(|r| titled("instrument", &r.id)));
        let counterfactuals = &scenario.counterfactuals;
        rows.extend(counterfactuals.iter().map(|c| [format!("counterfactual.{}", c.id), c.title.clone()]));
        if self.json {
            let all = json!({ "name": scenario.name, "title": scenario.title, "description": scenario.description,
                "in_words": scenario.in_words(), "entries": entries("path", &rows) });
            return page.json(&all);
        }
        page.say(format!("{}\n", scenario.title));
        if let Some(description) = &scenario.description {
            page.say(format!("{}\n", description.trim()));
        }
        page.say(format!("{}\n", scenario.in_words()));
        page.table(Table::bare(rows));
        page.print()
    }
}

fn entries(key: &str, rows: &[[String; 2]]) -> Value {
    rows.iter().map(|row| json!({ key: row[0], "title": row[1] })).collect()
}
