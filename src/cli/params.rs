//! `suasion params`: the parameter, trait and regime-field tables, as the code has them.

use super::numbers::ends;
use super::page::Page;
use super::table::Table;
use crate::model::parameters::PARAMETERS;
use crate::model::table::Entry;
use crate::model::traits::{SENDER_STANDING, STRATEGIC_VALUE, TRAITS};
use crate::model::world::RATING_FIELDS;
use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Params {
    /// Show only entries whose path or meaning contains this
    filter: Option<String>,
    /// As a Markdown table
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Params {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let filter = self.filter.as_deref().unwrap_or("").to_lowercase();
        let regime = [STRATEGIC_VALUE, SENDER_STANDING];
        let tables: [(&str, &[Entry]); 4] = [
            ("parameters.", PARAMETERS),
            ("state.ID.", TRAITS),
            ("state.ID.", &regime),
            ("regime.ID.", RATING_FIELDS),
        ];
        let entries = tables.iter().flat_map(|(prefix, entries)| entries.iter().map(move |e| (*prefix, e)));
        let wanted: Vec<(String, &Entry)> = entries
            .map(|(prefix, e)| (format!("{prefix}{}", e.path()), e))
            .filter(|(path, e)| {
                path.to_lowercase().contains(&filter) || e.meaning.to_lowercase().contains(&filter)
            })
            .collect();
        if self.json {
            let list: Vec<serde_json::Value> = wanted
                .iter()
                .map(|(path, e)| {
                    serde_json::json!({ "path": path, "default": e.default, "low": e.low, "high": e.high,
                        "unit": e.unit, "valid": e.bound.describe(), "meaning": e.meaning, "source": e.source })
                })
                .collect();
            return page.json(&list);
        }
        if self.markdown {
            page.copy("| path | meaning | default | range | unit |\n|---|---|---|---|---|");
            for (path, e) in wanted {
                let Entry { meaning, default, low, high, unit, .. } = e;
                page.copy(format!("| {path} | {meaning} | {default} | {low} to {high} | {unit} |"));
            }
            return page.print();
        }
        let mut table = Table::of("path").numbers(["default", "range"]).texts(["unit"]).note("meaning");
        for (path, e) in &wanted {
            let range = ends([e.low, e.high], |x| x.to_string());
            table.row([path.clone(), e.default.to_string(), range, e.unit.into(), e.meaning.into()]);
        }
        page.table(table);
        page.say("\nwhere the defaults come from");
        let mut sources: Vec<(&str, Vec<&str>)> = Vec::new();
        for (_, Entry { name, source, .. }) in &wanted {
            match sources.iter_mut().find(|(known, _)| known == source) {
                Some((_, names)) if names.last() == Some(name) => (),
                Some((_, names)) => names.push(name),
                None => sources.push((source, vec![name])),
            }
        }
        for (source, names) in sources {
            page.say(format!("{source}:\n  {}", names.join(", ")));
        }
        page.print()
    }
}
