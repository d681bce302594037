//! The documentation is held to the program: its TOML parses, its tables are those of the code, its links lead somewhere.

use crate::support::ROOT;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use suasion::model::observation::OBSERVATION;
use suasion::model::parameters::PARAMETERS;
use suasion::model::traits::TRAITS;
use suasion::model::world::RATING_FIELDS;
use suasion::scenario::Scenario;

fn root() -> &'static Path {
    Path::new(ROOT)
}

pub fn pages() -> Vec<PathBuf> {
    let mut pages =
        vec![root().join("README.md"), root().join("CHANGELOG.md"), root().join("benches/README.md")];
    let folders = [root().join("docs"), root().join("docs/howto"), root().join("docs/cases")];
    let docs = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("readable")).flatten();
    let docs = docs.map(|entry| entry.path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|e| e == "md")));
    pages
}

/// What a piece of a scenario in the docs stands in, each part left out where the piece has its own.
const AROUND: [(&str, &str); 9] = [
    ("[time]", "[time]\nstart = 2001\nend = 2016\n"),
    ("id = \"IDN\"", "[[state]]\nid = \"IDN\"\n"),
    ("id = \"THA\"", "[[state]]\nid = \"THA\"\n"),
    ("id = \"KHM\"", "[[state]]\nid = \"KHM\"\n"),
    (
        "id = \"tvpa\"",
        "[[regime]]\nid = \"tvpa\"\nkind = \"rating\"\ngrades = [\"1\", \"2\", \"2WL\", \"3\"]\nthresholds = [0.56, 0.14, -0.06]\nwatch = { grade = \"2WL\" }\n",
    ),
    (
        "id = \"asean\"",
        "[[regime]]\nid = \"asean\"\nkind = \"community\"\nmembers = \"all\"\nengagement = [{ from = 1967, value = 0.2 }]\n",
    ),
    ("id = \"law\"", "[[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.01\n"),
    ("id = \"palermo\"", "[[instrument]]\nid = \"palermo\"\nkind = \"convention\"\nhazard = 0.01\n"),
    ("[runs]", "[runs]\nreplicates = 10\n"),
];

/// The blocks of a page that begin with a fence of this kind: what follows the kind on that line, and the block.
fn blocks<'p>(page: &'p str, kind: &str) -> Vec<(&'p str, &'p str)> {
    let fence = format!("```{kind}");
    let all = page.split(fence.as_str()).skip(1).filter_map(|rest| {
        let (rest, _) = rest.split_once("```")?;
        rest.split_once('\n')
    });
    all.map(|(info, block)| (info.trim(), block)).collect()
}

#[test]
fn every_toml_block_is_a_valid_scenario_or_a_piece_of_one() {
    let mut count = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("readable");
        let folder = tempfile::tempdir().expect("a folder");
        for (name, table) in blocks(&text, "csv") {
            fs::write(folder.path().join(name), table).expect("writable");
        }
        // Its pieces stand in a case of their own ([`crate::any_norm`]).
        if page.ends_with("any-norm.md") {
            continue;
        }
        for (_, block) in blocks(&text, "toml") {
            // A theory has an argument in words, and no scenario around it.
            if block.contains("\nargument = \"") {
                let path = folder.path().join("own.toml");
                fs::write(&path, block).expect("writable");
                let theory = suasion::scenario::theories::read(&path.to_string_lossy());
                let mut asean = Scenario::load("asean").expect("bundled");
                let built =
                    theory.and_then(|theory| asean.apply_theory(&theory)).and_then(|()| asean.build());
                assert!(built.is_ok(), "{}: {}", page.display(), built.unwrap_err());
                count += 1;
                continue;
            }
            let mut whole = block.to_string();
            if !block.contains("version = ") {
                whole = format!("version = 2\ntitle = \"A piece\"\n{block}\n");
                for (mark, part) in AROUND {
                    if !block.contains(mark) {
                        whole.push_str(part);
                    }
                }
            }
            let built =
                Scenario::parse("docs", &whole, Some(folder.path())).and_then(|loaded| loaded.build());
            if let Err(error) = built {
                panic!("{}: {error}\nin\n{whole}", page.display());
            }
            count += 1;
        }
    }
    assert!(count > 15, "{count} blocks");
}

/// From an empty page to a counterfactual and the record, command by command, with the scenario that the page shows.
#[test]
fn the_page_on_a_case_of_ones_own_is_walked() {
    let page = fs::read_to_string(root().join("docs/howto/own-case.md")).expect("readable");
    let folder = tempfile::tempdir().expect("a folder");
    let (_, case) = blocks(&page, "toml")[0];
    let mut walked = 0;
    for line in blocks(&page, "sh").into_iter().flat_map(|(_, block)| block.lines()) {
        let mut quoted = line.split(" #").next().unwrap_or_default().split('"');
        let mut words: Vec<&str> = quoted.next().unwrap_or_default().split_whitespace().skip(1).collect();
        words.extend(quoted.next());
        // As written, but for what it costs.
        if !["new", "check"].contains(&words[0]) {
            words.extend(["--replicates", "40"]);
        }
        if ["condition", "weigh"].contains(&words[0]) {
            words.extend(["--particles", "200"]);
        }
        let output = Command::new(env!("CARGO_BIN_EXE_suasion"))
            .current_dir(folder.path())
            .args(&words)
            .output()
            .expect("it starts");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        // What the page shows is as it is meant.
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(!said.contains("lists are best first") && !said.contains("does nothing"), "{line}: {said}");
        walked += 1;
        // Once it has been seen as it is, the empty page is filled with the case.
        if walked == 3 {
            fs::write(folder.path().join("mine.toml"), case).expect("writable");
        }
    }
    assert_eq!(walked, 10);
    // A prize is nearest in the best grade, on this page and in the empty one.
    let empty = fs::read_to_string(root().join("scenarios/empty.toml")).expect("readable");
    for text in [page, empty] {
        let list =
            text.split_once("reward = [").and_then(|(_, rest)| rest.split_once(']')).expect("a reward").0;
        let shares: Vec<f64> = list.split(',').map(|share| share.trim().parse().expect("a number")).collect();
        assert!(shares.is_sorted_by(|a, b| a > b), "{list}");
    }
}

/// The page on the format has every key that the schema has; those of the model's tables are on the model page.
#[test]
fn every_key_of_the_format_is_on_its_page() {
    let page = fs::read_to_string(root().join("docs/scenario-format.md")).expect("readable");
    let schema = suasion::scenario::schema::schema();
    let elsewhere: Vec<&str> =
        PARAMETERS.iter().chain(RATING_FIELDS).chain(OBSERVATION).map(|entry| entry.name).collect();
    let mut missing = Vec::new();
    let root_table = String::from("the head");
    let tables = schema["$defs"].as_object().expect("definitions").iter().chain([(&root_table, &schema)]);
    for (name, table) in tables {
        for key in table["properties"].as_object().into_iter().flat_map(serde_json::Map::keys) {
            let written = [
                format!("`{key}`"),
                format!(".{key}`"),
                format!("[{key}"),
                format!("`{key} "),
                format!("`{key}["),
                format!("{key} ="),
            ];
            if !elsewhere.contains(&key.as_str()) && !written.iter().any(|form| page.contains(form)) {
                missing.push(format!("{name}.{key}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    for entry in TRAITS.iter().filter(|entry| entry.name != "autochthonous_motivation") {
        let row = format!("| `{}` | trait | {} |", entry.name, entry.default);
        assert!(page.contains(&row), "{row}");
    }
}

/// `docs/model.md` holds the tables of `suasion params`, between two marks. `SUASION_MINT=1 cargo test docs` writes them.
#[test]
fn the_tables_of_the_model_page_are_those_of_the_code() {
    let page = root().join("docs/model.md");
    let mut text = fs::read_to_string(&page).expect("readable");
    for table in ["parameters.", "state.ID.", "regime.ID.", "observation."] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
        let output = command.args(["params", table, "--markdown"]).output().expect("it starts");
        let expected = String::from_utf8(output.stdout).expect("text");
        assert!(expected.lines().count() > 5, "suasion params {table}: {expected}");
        let (begin, end) = (format!("<!-- suasion params {table} -->\n"), "<!-- end -->");
        let from = text.find(&begin).unwrap_or_else(|| panic!("no mark {begin}")) + begin.len();
        let until = from + text[from..].find(end).expect("an end mark");
        if std::env::var_os("SUASION_MINT").is_some() {
            text.replace_range(from..until, &expected);
            fs::write(&page, &text).expect("writable");
        } else {
            assert_eq!(&text[from..until], expected, "docs/model.md, table of {table}");
        }
    }
}

/// The page names each parameter in an equation, or it documents less than the code does.
#[test]
fn every_parameter_is_in_an_equation_of_the_model_page() {
    let text = fs::read_to_string(root().join("docs/model.md")).expect("readable");
    let equations: String = blocks(&text, "text").into_iter().map(|(_, block)| block).collect();
    let words: Vec<&str> = equations.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    for entry in PARAMETERS.iter().chain(RATING_FIELDS).chain(OBSERVATION) {
        assert!(words.contains(&entry.name), "{} is in no equation", entry.name);
    }
}

#[test]
fn every_relative_link_leads_to_a_file() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("readable");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.contains("://") {
                let target = page.parent().expect("a folder").join(link.split('#').next().unwrap_or(""));
                assert!(target.exists(), "{}: {link}", page.display());
            }
        }
    }
}
