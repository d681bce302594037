//! The page: HTML with the figures in it, and nothing to be fetched. It decides nothing about what is shown.

use super::Report;
use super::figure::{Data, Figure};
use super::findings::Findings;
use crate::plot::escape;
use std::fmt::Write as _;
use suasion::experiment::comparison::Luck;
use suasion::output::error::OutputError;
use suasion::scenario::theories::Head;

/// By which a page of this program is known.
pub const GENERATOR: &str = concat!("suasion ", env!("CARGO_PKG_VERSION"));

/// Bytes of a figure's data that a page carries.
const MOST_DATA: usize = 400_000;
/// Rows of a figure's data that a page shows as a table.
const MOST_ROWS: usize = 250;

const STYLE: &str = include_str!("page.css");

/// Writes HTML to a string, which cannot fail.
macro_rules! html {
    ($out:expr, $($arg:tt)*) => { { let _ = writeln!($out, $($arg)*); } };
}

pub(super) fn html(report: &Report) -> Result<String, OutputError> {
    let mut out = String::new();
    let title = escape(&report.scenario.title);
    let kind = escape(&report.kind);
    // The policy has a browser fetch nothing, whatever a title may say.
    html!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"{GENERATOR}\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{kind}: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>"
    );
    html!(out, "<header>\n<p class=\"kind\">{kind}</p>\n<h1>{title}</h1>\n</header>\n<main>");
    findings(&mut out, report);
    run(&mut out, report);
    contents(&mut out, report);
    for figure in &report.figures {
        section(&mut out, report, figure)?;
    }
    if !report.left_out.is_empty() {
        html!(out, "<section aria-labelledby=\"left-out\">\n<h2 id=\"left-out\">Not on this page</h2>\n<ul>");
        report.left_out.iter().for_each(|what| html!(out, "<li>{}</li>", escape(what)));
        html!(out, "</ul>\n</section>");
    }
    html!(
        out,
        "<section aria-labelledby=\"limits\">\n<h2 id=\"limits\">What these results cannot tell</h2>\n<p>A fit is not a cause, and a difference between two scenarios is a property of the model until evidence holds it to the world. Intervals are about the luck of the replicates and the spread of traits, not about parameters that are wrong.</p>\n</section>"
    );
    facts(&mut out, report);
    html!(
        out,
        "</main>\n<footer><p>Made by {GENERATOR}. The page needs no network and no script.</p></footer>\n</body>\n</html>"
    );
    Ok(out)
}

/// What was run, in words and as facts.
fn run(out: &mut String, report: &Report) {
    let manifest = &report.manifest;
    html!(out, "<section aria-labelledby=\"run\">\n<h2 id=\"run\">What was run</h2>");
    if let Some(description) = &report.scenario.description {
        html!(out, "<p>{}</p>", escape(description.trim()));
    }
    html!(out, "<p>{}</p>", escape(&report.scenario.in_words()));
    if !manifest.scenario.changes.is_empty() {
        let changes: Vec<String> = manifest
            .scenario
            .changes
            .iter()
            .map(|change| format!("<code>{}</code>", escape(change)))
            .collect();
        html!(out, "<p>Changed from the scenario's file: {}.</p>", changes.join("; "));
    }
    let luck = match &report.given {
        Some((_, luck)) if luck == Luck::Fresh.name() => "with luck that regimes and instruments draw anew",
        _ => "on the same luck",
    };
    if let Some((asked, _)) = &report.given {
        html!(
            out,
            "<p><b>In the history</b> (<code style=\"overflow-wrap:anywhere\">{}</code>): every replicate of the baseline has the luck that its states must have had, given what is on record of them, and shows that record. Numbers hold under the model and its parameters. Where free runs stand beside, they are the average of all histories that the model can tell.</p>",
            escape(asked)
        );
    }
    if !report.arms.is_empty() {
        html!(out, "<p>It is the baseline, beside which stand, {luck}:</p>\n<ul>");
        for (name, title) in &report.arms {
            let title = if title.is_empty() { String::new() } else { format!(": {}", escape(title)) };
            html!(out, "<li><b>{}</b>{title}</li>", escape(name));
        }
        html!(out, "</ul>");
    }
    formulas(out, report);
    html!(out, "</section>");
}

/// What scenarios say beyond the model: their expressions as formulas, and their numbers.
fn formulas(out: &mut String, report: &Report) {
    for (k, (name, scenario)) in report.beyond.iter().enumerate() {
        let theory = &scenario.world.theory;
        let of = if name.is_empty() { String::new() } else { format!(": {}", escape(name)) };
        html!(out, "<h3 id=\"beyond-{k}\">Beyond the model{of}</h3>");
        for Head { title, argument, predicts, source } in &scenario.theories {
            let [title, argument, predicts, source] =
                [title, argument, predicts, source].map(|text| escape(text));
            html!(out, "<p><b>{title}</b>: {argument}</p>");
            if !predicts.is_empty() {
                html!(out, "<p>It predicts: {predicts}</p>");
            }
            if !source.is_empty() {
                html!(out, "<p>Source: {source}.</p>");
            }
        }
        for equation in scenario.equations() {
            let title = escape(&equation.title);
            html!(
                out,
                "<div class=\"formula\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\"><p>{title}</p>\n{}</div>",
                equation.markup
            );
        }
        let numbers = theory.said.parameters.iter().zip(&theory.values);
        let rows: Vec<Vec<String>> = numbers
            .map(|(own, value)| {
                let id = own.id.replace('_', " ");
                let range = format!("{} to {}", own.low, own.high);
                vec![id, value.to_string(), range, own.unit.clone(), own.meaning.clone(), own.source.clone()]
            })
            .chain(theory.said.traits.iter().map(|own| {
                let id = format!("{} (trait)", own.id.replace('_', " "));
                let middle = own
                    .default
                    .median()
                    .map_or_else(String::new, |x| format!("{x:.2}, unless a state gives its own"));
                let range = format!("{} to {}", own.low, own.high);
                vec![id, middle, range, "-".into(), own.meaning.clone(), own.source.clone()]
            }))
            .collect();
        if !rows.is_empty() {
            let columns = ["number", "value", "range", "unit", "meaning", "source"].map(str::to_string);
            html!(
                out,
                "<div class=\"numbers\" tabindex=\"0\" role=\"group\" aria-label=\"parameters beyond the model{of}\">"
            );
            lines(out, &columns, &rows);
            html!(out, "</div>");
        }
    }
}

/// A sentence and a table of what came out.
fn findings(out: &mut String, report: &Report) {
    let Findings { sentence, columns, rows } = &report.findings;
    if sentence.is_empty() {
        return;
    }
    html!(
        out,
        "<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">What came out</h2>\n<p>{}</p>",
        escape(sentence)
    );
    if !rows.is_empty() {
        html!(out, "<div class=\"findings\" tabindex=\"0\" role=\"group\" aria-labelledby=\"findings\">");
        lines(out, columns, rows);
        html!(out, "</div>");
    }
    html!(out, "</section>");
}

/// What one needs to run it again, and to know that it is the same.
fn facts(out: &mut String, report: &Report) {
    let manifest = &report.manifest;
    html!(out, "<section aria-labelledby=\"facts\">\n<h2 id=\"facts\">To run it again</h2>");
    let points = manifest.size.points.map(|points| format!("{points} design points, ")).unwrap_or_default();
    let facts = [
        ("Scenario", manifest.scenario.name.clone()),
        (
            "Size",
            format!(
                "{points}{} replicates of {} states, {} steps",
                manifest.size.replicates, manifest.size.states, manifest.size.steps
            ),
        ),
        (
            "Seed",
            format!(
                "{} ({})",
                manifest.seed().map_or_else(String::new, |seed| seed.to_string()),
                manifest.seed
            ),
        ),
        ("Version", format!("{} {}", manifest.program, manifest.version)),
        ("Digest of the trajectories", manifest.digest.clone()),
        ("Hash of the resolved scenario (BLAKE3)", manifest.scenario.blake3.clone()),
    ];
    html!(out, "<dl>");
    for (name, value) in facts {
        html!(out, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
    }
    html!(out, "</dl>\n</section>");
}

fn contents(out: &mut String, report: &Report) {
    html!(out, "<nav aria-label=\"Figures\">\n<h2>Figures</h2>\n<ul>");
    for figure in &report.figures {
        html!(out, "<li><a href=\"#{}\">{}</a></li>", escape(&figure.name), escape(&figure.title));
    }
    html!(out, "</ul>\n</nav>");
}

fn section(out: &mut String, report: &Report, figure: &Figure) -> Result<(), OutputError> {
    let (name, title) = (escape(&figure.name), escape(&figure.title));
    // Within HTML an SVG needs no namespace.
    let svg = figure.svg()?.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    html!(
        out,
        "<section id=\"{name}\" aria-labelledby=\"{name}-heading\">\n<h2 id=\"{name}-heading\">{title}</h2>"
    );
    html!(
        out,
        "<figure>\n<div class=\"plot\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{name}-heading\">\n{svg}\n</div>\n<figcaption>{}</figcaption>\n</figure>",
        escape(&figure.caption)
    );
    if !figure.notes.is_empty() {
        html!(out, "<ul>");
        figure.notes.iter().for_each(|note| html!(out, "<li>{}</li>", escape(note)));
        html!(out, "</ul>");
    }
    let csv = figure.data.csv()?;
    let file = escape(&format!("{}-{}.csv", report.manifest.scenario.name.replace('/', "-"), figure.name));
    if csv.len() <= MOST_DATA {
        let rows = figure.data.rows.len();
        html!(
            out,
            "<p class=\"data\"><a download=\"{file}\" href=\"data:text/csv;charset=utf-8,{}\">Data of “{title}” as CSV</a> ({rows} rows)</p>",
            url(&csv)
        );
    } else {
        html!(
            out,
            "<p class=\"data\">Its data are too many for a page: they are in the folder's tables.</p>"
        );
    }
    if figure.data.rows.len() <= MOST_ROWS && !figure.data.rows.is_empty() {
        table(out, &title, &figure.data);
    }
    html!(out, "</section>");
    Ok(())
}

fn table(out: &mut String, title: &str, data: &Data) {
    html!(
        out,
        "<details>\n<summary>Table of “{title}”</summary>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of {title}\">"
    );
    lines(out, &data.columns, &data.rows);
    html!(out, "</div>\n</details>");
}

/// The lines of a table.
fn lines(out: &mut String, columns: &[String], rows: &[Vec<String>]) {
    html!(out, "<table>\n<thead><tr>");
    for column in columns {
        html!(out, "<th scope=\"col\">{}</th>", escape(column));
    }
    html!(out, "</tr></thead>\n<tbody>");
    for row in rows {
        // Numbers and intervals are not broken into lines.
        let is_number = |cell: &str| cell.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c));
        let class = |cell: &str| if is_number(cell) { " class=\"n\"" } else { "" };
        let cells: Vec<String> =
            row.iter().map(|cell| format!("<td{}>{}</td>", class(cell), escape(cell))).collect();
        html!(out, "<tr>{}</tr>", cells.concat());
    }
    html!(out, "</tbody>\n</table>");
}

/// Text as part of an address: what is no letter, digit, comma or the like is written by its bytes.
fn url(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b",.-_~".contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_any_text() {
        assert_eq!(url("a,b\n1.5,\"ß\"\n"), "a,b%0A1.5,%22%C3%9F%22%0A");
    }
}
