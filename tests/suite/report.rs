//! Reports: pages that need nothing else, for what each command leaves; the same bytes again; figures in each format; bad
//! input in a sentence.

use crate::commands::{stderr, stdout, suasion};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Runs a command that must succeed.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = suasion(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

/// The page of a folder of results, after checks that every page passes.
fn page(folder: &Path, dir: &str) -> String {
    assert_eq!(done(folder, &["report", dir]), format!("written to {dir}/report.html\n"));
    let path = folder.join(dir).join("report.html");
    let page = fs::read_to_string(&path).expect("it is there");
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(page.trim_end().ends_with("</html>"));
    for outside in ["http://", "https://", "<script", "<link", "<img", "url(", "@import", "src="] {
        assert!(!page.contains(outside), "{dir}: {outside}");
    }
    let count = |what: &str| page.matches(what).count();
    let svgs = count("<svg ");
    assert!(svgs > 0, "{dir}: a page without a figure");
    for part in ["role=\"img\"", "<desc id=", "<title id=", "<figcaption>", "class=\"data\""] {
        assert_eq!(count(part), svgs, "{dir}: {part}");
    }
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{dir}: an id twice");
    assert!(!page.contains("NaN") && !page.contains(">inf<"), "{dir}");
    page
}

fn headings(page: &str) -> Vec<&str> {
    let headings = page.split("-heading\">").skip(1).filter_map(|rest| rest.split('<').next());
    headings.filter(|heading| !heading.trim().is_empty()).collect()
}

/// The data of a figure, decoded.
fn data(page: &str, figure: &str) -> Vec<Vec<String>> {
    let section = page.split(&format!("<section id=\"{figure}\"")).nth(1).expect("the figure is there");
    let address = section
        .split("href=\"data:text/csv;charset=utf-8,")
        .nth(1)
        .expect("data")
        .split('"')
        .next()
        .expect("an end");
    let mut bytes = Vec::new();
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex = [rest.next().expect("hex"), rest.next().expect("hex")];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).expect("hex"), 16).expect("hex"));
        } else {
            bytes.push(byte);
        }
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    reader.records().map(|r| r.expect("CSV").iter().map(str::to_string).collect()).collect()
}

#[test]
fn effects_taken_apart_have_a_figure_with_the_numbers_of_their_table() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let asked = ["--replicates", "16", "--quiet", "--effects", "--format", "csv", "--out", "e"];
    let outcomes = ["--outcome", "motivation.*", "--outcome", "protection.MYS"];
    done(at, &[&["compare", "asean", "no-tvpa"][..], &asked, &outcomes].concat());
    let page = page(at, "e");
    assert!(headings(&page).contains(&"Direct effects and spillovers: no-tvpa"), "{:?}", headings(&page));
    let table = fs::read_to_string(at.join("e/effects-no-tvpa.csv")).expect("readable");
    let table: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| table[0].iter().position(|head| *head == name).expect(name);
    let drawn = data(&page, "effects-no-tvpa");
    assert_eq!(drawn.len() - 1, 3 * (table.len() - 1));
    for (row, parts) in table[1..].iter().zip(drawn[1..].chunks_exact(3)) {
        for part in parts {
            assert_eq!((part[0].as_str(), part[2].as_str()), (row[column("state")], row[column("variable")]));
            let there: f64 = row[column(&part[3])].parse().expect("a number");
            assert!((part[4].parse::<f64>().expect("a number") - there).abs() < 1e-6, "{part:?} {row:?}");
        }
    }
    // The first variable is drawn, and what is not is told.
    assert!(
        page.contains("motivation at the end of 2015") && page.contains("1 further rows are in the data")
    );
}

#[test]
fn a_run_has_its_page_with_the_numbers_of_its_summary() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    done(
        at,
        &[
            "run",
            "asean",
            "--replicates",
            "30",
            "--quiet",
            "--set",
            "parameters.signalling=0",
            "--out",
            "out/asean",
        ],
    );
    let page = page(at, "out/asean");
    assert_eq!(
        headings(&page),
        [
            "Motivation over time",
            "Protection over time",
            "Enforcement over time",
            "Phases of the spiral model over time",
            "Tiers by tvpa against the record",
            "Adoption of instruments",
            "What moved motivation",
            "Map of ties"
        ]
    );
    for said in
        ["<code>parameters.signalling=0</code>", "10 states over 15 years, 2001 to 2015", "2016 (0x7e0)"]
    {
        assert!(page.contains(said), "{said}");
    }
    let manifest = fs::read_to_string(at.join("out/asean/manifest.json")).expect("readable");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert!(page.contains(manifest["digest"].as_str().expect("a digest")));
    // A number of the page is that of the summary.
    let summary = fs::read_to_string(at.join("out/asean/summary.csv")).expect("readable");
    let line = summary.lines().find(|l| l.starts_with("MYS,2015,motivation,")).expect("a row");
    let mean = line.split(',').nth(5).expect("a mean");
    let trajectories = data(&page, "trajectories-motivation");
    let row = trajectories.iter().find(|row| row[0] == "MYS" && row[1] == "2015").expect("a row");
    let (told, mean): (f64, f64) = (row[3].parse().expect("a number"), mean.parse().expect("a number"));
    assert!((told - mean).abs() < 1e-6, "{told} {mean}");
    // It opens with what came out, which is of the summary too: the mean of the states' means, and the lowest and the highest.
    let means: Vec<f64> = summary
        .lines()
        .filter(|line| line.split(',').skip(1).take(2).eq(["2015", "motivation"]))
        .map(|line| line.split(',').nth(5).and_then(|mean| mean.parse().ok()).expect("a mean"))
        .collect();
    let low = means.iter().copied().fold(f64::INFINITY, f64::min);
    let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let said = format!(
        "motivation is {:.2} on average over 10 states, from {low:.2} in the lowest to {high:.2} in the highest",
        means.iter().sum::<f64>() / 10.0
    );
    assert!(
        page.find(&said).is_some_and(|at| at < page.find("What was run").expect("it is there")),
        "{said}"
    );
    assert!(page.contains("<td>law adopted (share of states)</td>"));
    // Shares of phases and of tiers are whole, and the terms of the ledger add up to the change.
    let sum = |figure: &str, value: usize| -> f64 {
        let rows = data(&page, figure);
        let mine = rows.iter().filter(|row| row[0] == "THA" && row[1] == "2010");
        mine.map(|row| row[value].parse::<f64>().expect("a number")).sum()
    };
    assert!((sum("phases", 4) - 1.0).abs() < 1e-5 && (sum("tiers", 3) - 1.0).abs() < 1e-5);
    let ledger: Vec<(String, f64)> = data(&page, "ledger")
        .iter()
        .filter(|row| row[0] == "MYS")
        .map(|row| (row[1].clone(), row[2].parse().expect("a number")))
        .collect();
    let (start, end) = (ledger[0].1, ledger[ledger.len() - 1].1);
    let terms: f64 = ledger[1..ledger.len() - 1].iter().map(|term| term.1).sum();
    assert!((start + terms - end).abs() < 1e-5, "{ledger:?}");
    assert!((end - mean).abs() < 1e-6);
    // The tier on record is marked: Malaysia was in tier 3 in 2007.
    let tiers = data(&page, "tiers");
    let row = tiers.iter().find(|row| row[..3] == ["MYS", "2007", "3"]).expect("a row");
    assert_eq!(row[4], "1");
    // The same folder gives the same bytes, and the folder stays one that a run replaces.
    let again = suasion(at, &["report", "out/asean", "--out", "again.html", "--threads", "1"]);
    assert!(again.status.success(), "{}", stderr(&again));
    assert_eq!(fs::read_to_string(at.join("again.html")).expect("readable"), page);
    done(at, &["report", "out/asean", "--quiet"]);
    done(at, &["run", "asean", "--replicates", "5", "--quiet", "--replace", "--out", "out/asean"]);
    assert!(!at.join("out/asean/report.html").exists());
}

#[test]
fn a_comparison_has_differences_shares_and_arms() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let decompose = "--decompose=signalling,overjustification";
    done(
        at,
        &[
            "compare",
            "asean",
            "no-tvpa",
            "--replicates",
            "20",
            "--quiet",
            "--outcome",
            "motivation",
            decompose,
            "--out",
            "out/compare-asean",
        ],
    );
    let page = page(at, "out/compare-asean");
    let expected = [
        "Differences of motivation",
        "Differences of protection",
        "Differences of enforcement",
        "Motivation in each arm",
        "Protection in each arm",
        "Enforcement in each arm",
        "Adoption, and phases reached, in each arm",
        "Waits for adoption and phases",
        "What never comes",
        "Shares of mechanisms: no-tvpa",
        "Differences of motivation by term of the ledger",
        "Phases of the spiral model over time",
        "Map of ties",
    ];
    assert_eq!(headings(&page), expected);
    let shares = data(&page, "shapley-no-tvpa");
    let value = |name: &str| -> f64 {
        shares.iter().find(|row| row[3] == name).expect(name)[4].parse().expect("a number")
    };
    let sum = value("signalling") + value("overjustification") + value("rest");
    assert!((sum - value("difference")).abs() < 1e-5);
    let differences = data(&page, "differences-motivation");
    let last = differences.iter().find(|row| row[1] == "mean" && row[2] == "2015").expect("a row");
    assert!((last[6].parse::<f64>().expect("a number") - value("difference")).abs() < 1e-6);
    // The page opens with it.
    let row = format!(
        "<td>motivation (0-1)</td><td class=\"n\">{:.2}</td>",
        last[4].parse::<f64>().expect("a number")
    );
    let [opening, ..] = page.split("What was run").collect::<Vec<_>>()[..] else { panic!("no parts") };
    assert!(
        opening.contains(&row)
            && opening.contains(&format!("<td class=\"n\">{:+.3}</td>", value("difference"))),
        "{row}"
    );
    // Waits are those of the table, to the data's decimals.
    let table = fs::read_to_string(at.join("out/compare-asean/differences.csv")).expect("it is there");
    let of_table = |name: &str| -> Vec<f64> {
        let row = table.lines().find_map(|line| line.strip_prefix(&format!("no-tvpa,IDN,2015,{name},")));
        row.expect("a row").split(',').map(|cell| cell.parse().expect("a number")).collect()
    };
    // Replicates, both means, the difference, its deviation and its interval.
    let (years, reached) = (of_table("years_to_law"), of_table("reached_law"));
    let of_table = [years[1], years[2], years[3], years[5], years[6], 1.0 - reached[1], 1.0 - reached[2]];
    let waits = data(&page, "waits");
    assert_eq!(waits, data(&page, "never"));
    let row = waits.iter().find(|row| row[1..3] == ["IDN", "law"]).expect("a row");
    for (cell, value) in row[3..].iter().zip(of_table) {
        assert!((cell.parse::<f64>().expect("a number") - value).abs() < 1e-6, "{row:?}");
    }
    // What is alike in both arms has no panel, and the caption names it.
    assert!(page.contains("so without a panel: actip adopted") && !waits.iter().any(|row| row[2] == "actip"));
    // Two counterfactuals, without a decomposition: how to have one is said.
    done(
        at,
        &[
            "compare",
            "asean",
            "no-tvpa",
            "early-actip",
            "--replicates",
            "8",
            "--quiet",
            "--format",
            "parquet",
            "--out",
            "two",
        ],
    );
    let two = self::page(at, "two");
    assert!(two.contains("suasion compare --decompose") && two.contains("early-actip"));
    assert!(data(&two, "waits").iter().any(|row| row[..3] == ["early-actip", "mean", "actip"]));
}

#[test]
fn explanations_sweeps_and_sensitivities_have_pages() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    done(
        at,
        &["explain", "asean", "--against", "no-tvpa", "--replicates", "8", "--quiet", "--out", "explained"],
    );
    let explained = page(at, "explained");
    assert!(headings(&explained).contains(&"What moved motivation"));
    let axes = ["--axis", "parameters.signalling=-0.5..0.5:3", "--axis", "regime.tvpa.severity=0..4:2"];
    let sweep = |name: &str, more: &[&str]| {
        let mut all =
            vec!["sweep", "asean", "--replicates", "3", "--quiet", "--out", name, "--outcome", "protection"];
        all.extend(more);
        done(at, &all);
        page(at, name)
    };
    let grid = sweep("grid", &[&axes[..], &["--design", "grid"]].concat());
    assert_eq!(headings(&grid)[0], "protection.mean@2015 over two axes");
    assert_eq!(data(&grid, "sweep-protection-mean-2015").len(), 1 + 6);
    let points = sweep("points", &["--axis", "parameters.signalling=-0.5..0.5", "--samples", "12"]);
    assert_eq!(headings(&points)[0], "protection.mean@2015 at the design points");
    let screened =
        ["--method", "morris", "--samples", "4", "--replicates", "2", "--quiet", "--out", "morris"];
    done(
        at,
        &[
            &["sensitivity", "asean", "--axis", "parameters.drift", "--axis", "parameters.persuasion"],
            &screened[..],
        ]
        .concat(),
    );
    assert_eq!(headings(&page(at, "morris"))[0], "What the outcomes depend on");
    for file in ["morris/sensitivity.csv", "morris/report.html"] {
        fs::remove_file(at.join(file)).expect("it was there");
    }
    assert!(page(at, "morris").contains("suasion sensitivity morris"));
}

#[test]
fn many_states_are_shown_by_region_and_chosen_ones_by_name() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    done(at, &["run", "world", "--replicates", "4", "--summary-only", "--quiet", "--out", "out/world"]);
    let whole = page(at, "out/world");
    assert!(headings(&whole).contains(&"Motivation of every state"));
    assert!(whole.contains("Not on this page") && whole.contains("by region"));
    assert_eq!(data(&whole, "states").len(), 1 + 180 * 14);
    let id = &data(&whole, "states")[1][0];
    let output = suasion(at, &["report", "out/world", "--state", id, "--out", "one.html"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let one = fs::read_to_string(at.join("one.html")).expect("readable");
    assert_eq!(data(&one, "trajectories-motivation").len(), 1 + 14);
    let lost = suasion(at, &["report", "out/world", "--state", "Atlantis"]);
    assert_eq!(lost.status.code(), Some(2));
    assert!(stderr(&lost).contains("--state: there is no state `Atlantis`"), "{}", stderr(&lost));
}

#[test]
fn a_figure_is_written_in_each_format_without_a_font_of_the_system() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    done(at, &["run", "teaching/spiral", "--replicates", "8", "--quiet", "--out", "spiral"]);
    let list = done(at, &["report", "spiral", "--figure", "help"]);
    assert!(list.starts_with("trajectories-motivation") && list.contains("phases"), "{list}");
    for (format, beginning) in [("svg", &b"<svg xmlns="[..]), ("pdf", b"%PDF-"), ("png", b"\x89PNG")] {
        let written = done(at, &["report", "spiral", "--figure", "phases", "--format", format]);
        assert_eq!(written, format!("written to spiral-phases.{format}\n"));
        let bytes = fs::read(at.join(format!("spiral-phases.{format}"))).expect("it is there");
        assert!(bytes.starts_with(beginning), "{format}");
        if format == "pdf" {
            assert!(bytes.windows(8).any(|part| part == b"NotoSans"), "the font is in it");
        }
    }
    // The ending of the file says the format, and a family's name stands for its first figure.
    done(at, &["report", "spiral", "--figure", "trajectories", "--out", "one.pdf"]);
    assert!(fs::read(at.join("one.pdf")).expect("it is there").starts_with(b"%PDF-"));
}

#[test]
fn what_cannot_be_reported_is_told_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    done(at, &["run", "asean", "--replicates", "4", "--quiet", "--out", "run"]);
    let refused = |arguments: &[&str], said: &str| {
        let output = suasion(at, arguments);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(said), "{arguments:?}: {told}");
        assert!(!at.join("run/report.html").exists());
    };
    refused(&["report", "none"], "there is no folder none; report takes a folder that a command wrote");
    fs::write(at.join("file"), "text").expect("writable");
    refused(&["report", "file"], "file is no folder");
    fs::create_dir(at.join("empty")).expect("writable");
    refused(&["report", "empty"], "empty holds no results: it has no manifest.json");
    refused(&["report", "run", "--figure", "phase"], "no figure `phase`; did you mean `phases`?");
    refused(&["report", "run", "--figure", "zzz"], "no figure `zzz`; there are trajectories-motivation, ");
    refused(&["report", "run", "--out", "empty"], "empty is a folder");
    refused(&["report", "run", "--out", "file"], "file is there with other content; --replace replaces it");
    assert_eq!(fs::read_to_string(at.join("file")).expect("readable"), "text");
    done(at, &["report", "run", "--out", "file", "--force"]);
    fs::create_dir(at.join("blocks")).expect("writable");

    let damaged = |name: &str, damage: &dyn Fn(&PathBuf), said: &str| {
        let path = at.join("run").join(name);
        let kept = fs::read(&path).expect("readable");
        damage(&path);
        refused(&["report", "run"], said);
        fs::write(&path, kept).expect("writable");
    };
    let manifest = |from: &'static str, to: &'static str| {
        move |path: &PathBuf| {
            let text = fs::read_to_string(path).expect("readable");
            assert!(text.contains(from));
            fs::write(path, text.replace(from, to)).expect("writable");
        }
    };
    damaged(
        "manifest.json",
        &manifest("\"format\": 2", "\"format\": 1"),
        "its format is 1, and this version reads 2; the version that wrote it (",
    );
    damaged(
        "manifest.json",
        &manifest("\"program\": \"suasion\"", "\"program\": \"other\""),
        "is not a manifest of suasion",
    );
    let cut = |path: &PathBuf| fs::write(path, &fs::read(path).expect("readable")[..1000]).expect("writable");
    damaged("trajectories.parquet", &cut, "trajectories.parquet has 1000 bytes, and ");
    damaged(
        "summary.csv",
        &|path| fs::remove_file(path).expect("removable"),
        "summary.csv is missing; run the command again",
    );
    let swapped = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("readable");
        fs::write(path, text.replacen("0.1", "0.2", 1)).expect("writable");
    };
    damaged("summary.csv", &swapped, "summary.csv is not the file that was written");
    // Another version whose runs are others: what needs them is left out, and why is said.
    let path = at.join("run/manifest.json");
    let text = fs::read_to_string(&path).expect("readable");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let digest = value["digest"].as_str().expect("a digest");
    let text = text.replace(digest, &"0".repeat(32)).replace(env!("CARGO_PKG_VERSION"), "0.0.9");
    fs::write(&path, text).expect("writable");
    let page = page(at, "run");
    assert!(page.contains("written by version 0.0.9") && !page.contains("What moved motivation"));
}

#[test]
fn a_title_cannot_break_the_page() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    done(at, &["new", "mine", "--from", "teaching/spiral"]);
    let text = fs::read_to_string(at.join("mine.toml")).expect("readable");
    let title = text.lines().find(|line| line.starts_with("title = ")).expect("a title");
    let text = text.replacen(title, "title = \"A <script>alert(1)</script> & \\\"more\\\"\"", 1);
    fs::write(at.join("mine.toml"), text).expect("writable");
    done(at, &["run", "mine.toml", "--replicates", "3", "--quiet", "--out", "mine"]);
    assert!(page(at, "mine").contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"));
}
