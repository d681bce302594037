//! `suasion params`: the parameter, trait and regime-field tables, as the code has them.

use super::exit::BadInput;
use super::numbers::ends;
use super::page::Page;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use suasion::excerpt::excerpt;
use suasion::model::observation::OBSERVATION;
use suasion::model::parameters::PARAMETERS;
use suasion::model::table::Entry;
use suasion::model::traits::{SENDER_STANDING, STRATEGIC_VALUE, TRAITS};
use suasion::model::world::RATING_FIELDS;
use suasion::scenario::nearest;

#[derive(Debug, Args)]
pub(super) struct Params {
    /// Show only entries whose path or meaning contains this, or a path in a scenario, as regime.tvpa
    filter: Option<String>,
    /// As a Markdown table
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What a path in a scenario is for any state or regime, as the tables have it: `regime.tvpa.severity` is `regime.ID.severity`.
fn of_any(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('.').collect();
    if !matches!(parts[..], ["state" | "regime", _, ..]) {
        return None;
    }
    parts[1] = "ID";
    Some(parts.join("."))
}

impl Params {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let asked = self.filter.as_deref().unwrap_or("");
        let regime = [STRATEGIC_VALUE, SENDER_STANDING];
        let tables: [(&str, &[Entry]); 5] = [
            ("parameters.", PARAMETERS),
            ("state.ID.", TRAITS),
            ("state.ID.", &regime),
            ("regime.ID.", RATING_FIELDS),
            ("observation.", OBSERVATION),
        ];
        let entries = tables.iter().flat_map(|(prefix, entries)| entries.iter().map(move |e| (*prefix, e)));
        let all: Vec<(String, &Entry)> =
            entries.map(|(prefix, e)| (format!("{prefix}{}", e.path()), e)).collect();
        let having = |filter: &str| {
            let has = |text: &str| text.to_lowercase().contains(&filter.to_lowercase());
            all.iter().filter(|(path, e)| has(path) || has(e.meaning)).cloned().collect::<Vec<_>>()
        };
        let mut wanted = having(asked);
        if let Some(any) = of_any(asked).filter(|_| wanted.is_empty()) {
            wanted = having(&any);
        }
        if wanted.is_empty() {
            let hint = nearest(asked, all.iter().flat_map(|(path, e)| [path.as_str(), e.name]));
            let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
            let message = format!(
                "no parameter, trait or regime field has `{}` in its path or meaning{hint} (`suasion params` shows all)",
                excerpt(asked)
            );
            return Err(BadInput(message).into());
        }
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
