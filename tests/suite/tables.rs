//! Tables as people have them: the invented panel of `examples/panel`, rewritten as pandas, R, Stata and spreadsheets write
//! tables, gives the same scenario or a sentence that helps; so do the tables of a scenario and of other commands.

use crate::commands::{stderr, suasion};
use crate::support::ROOT;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const PANEL: [&str; 10] = [
    "tip_tiers.csv",
    "laws.csv",
    "palermo.csv",
    "ties.csv",
    "covariates.csv",
    "covariates_asean.csv",
    "p3_index.csv",
    "sanctions.csv",
    "tip_reactions.csv",
    "regions.csv",
];

fn example(name: &str) -> String {
    let path = Path::new(ROOT).join("examples/panel").join(name);
    fs::read_to_string(path).expect("an example")
}

/// A folder with the invented tables in `data`, each as `rewrite` gives it.
fn folder(rewrite: impl Fn(&str, String) -> Vec<u8>) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("data")).expect("made");
    for name in PANEL {
        let bytes = rewrite(name, example(name));
        if !bytes.is_empty() {
            fs::write(folder.path().join("data").join(name), bytes).expect("written");
        }
    }
    folder
}

/// The texts of the scenario that the tables make.
fn made(folder: &TempDir) -> Vec<String> {
    let output = suasion(folder.path(), &["panel", "data", "--out", "made", "--quiet"]);
    assert!(output.status.success(), "{}", stderr(&output));
    ["scenario.toml", "states.csv", "ties.csv", "observed.csv", "imputed.csv"]
        .map(|name| fs::read_to_string(folder.path().join("made").join(name)).expect("made"))
        .to_vec()
}

fn refused(folder: &Path, arguments: &[&str], expected: &str) {
    let output = suasion(folder, arguments);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
    assert!(told.contains(expected), "expected {expected}\nfound {told}");
    assert!(!told.contains("fault of this program"), "{told}");
}

/// The rows of a table without notes, each cell as `cell` gives it (by column and text).
fn cells(text: &str, separator: &str, cell: impl Fn(&str, &str) -> String) -> String {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().expect("names").split(',').collect();
    let mut out = header.join(separator) + "\n";
    for line in lines {
        let row: Vec<String> =
            header.iter().zip(line.split(',')).map(|(name, text)| cell(name, text)).collect();
        out += &(row.join(separator) + "\n");
    }
    out
}

#[test]
fn the_invented_panel_is_made_run_and_validated() {
    let folder = folder(|_, text| text.into_bytes());
    let texts = made(&folder);
    assert!(texts[0].contains("title = \"Côte d'Ambre & Isles\""), "{}", texts[0]);
    assert!(
        texts[1].contains(",cote-d-ambre-and-isles,") && texts[1].contains("QRO,Rovany,"),
        "{}",
        texts[1]
    );
    assert!(
        texts[2].contains("QSA,QTA,0.008,land border,1958,1974")
            && texts[2].contains("QSA,QTA,0.008,land border,1991,\n")
    );
    for how in ["first later year", "other covariates in its place", "mean of its region"] {
        assert!(texts[4].contains(how), "{how}: {}", texts[4]);
    }
    let validated = suasion(folder.path(), &["validate", "made/scenario.toml", "--replicates", "8"]);
    assert!(validated.status.success(), "{}", stderr(&validated));
}

/// What rewrites a table as another program would.
type Rewrite<'a> = Box<dyn Fn(String) -> String + 'a>;

#[test]
fn what_programs_make_of_a_table_is_read_as_the_table() {
    let expected = made(&folder(|_, text| text.into_bytes()));
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // pandas makes floats of whole numbers in a column with gaps, and writes its own names of truth.
    let pandas = |name: &str, text: &str| match text {
        "TRUE" => "True".into(),
        "FALSE" => "False".into(),
        text if whole(text) && name != "tier" => format!("{text}.0"),
        text => text.to_string(),
    };
    let numbers = |_: &str, text: &str| match text {
        "TRUE" => "1.0".into(),
        "FALSE" => "0".into(),
        "1" | "2" | "3" => format!("{text}.0"),
        "" => "NA".into(),
        text => text.to_string(),
    };
    let stata = |_: &str, text: &str| match text {
        "" => ".".into(),
        text if whole(text) => format!("{text}."),
        text => text.to_string(),
    };
    let bank = |_: &str, text: &str| if text.is_empty() { "..".into() } else { text.to_string() };
    let dates = |name: &str, text: &str| match name {
        "action_date" if !text.is_empty() => format!("{text} 00:00:00"),
        _ => text.to_string(),
    };
    let codes =
        |name: &str, text: &str| if name.starts_with("iso3") { text.to_lowercase() } else { text.into() };
    let named = |text: &str| {
        let plain = cells(text, ",", |_, text| text.to_string());
        let rows = plain
            .lines()
            .enumerate()
            .map(|(i, row)| if i == 0 { format!("\"\",{row}\n") } else { format!("\"{i}\",{row}\n") });
        rows.collect::<String>()
    };
    let rewrites: [(&str, Rewrite<'_>); 9] = [
        ("pandas", Box::new(move |text| cells(&text, ",", pandas))),
        ("numbers", Box::new(move |text| cells(&text, ",", numbers))),
        ("Stata", Box::new(move |text| cells(&text, ",", stata))),
        ("World Bank", Box::new(move |text| cells(&text, ",", bank))),
        ("times of day", Box::new(move |text| cells(&text, ",", dates))),
        ("a byte-order mark", Box::new(|text| format!("\u{feff}{text}"))),
        ("Windows", Box::new(|text| text.replace('\n', "\r\n"))),
        ("names of rows", Box::new(move |text| named(&text))),
        ("spaces", Box::new(|text| cells(&text, " , ", |_, text| text.to_string()))),
    ];
    for (what, rewrite) in rewrites {
        assert_eq!(made(&folder(|_, text| rewrite(text).into_bytes())), expected, "{what}");
    }
    // Codes of these states are in no list, so small letters are refused with what was expected.
    let small = folder(|_, text| cells(&text, ",", codes).into_bytes());
    refused(
        small.path(),
        &["panel", "data", "--out", "made"],
        "found state \"qma\", expected a code of three capital letters",
    );
    // Both directions of a dyad are one border.
    let both = folder(|name, text| {
        let turned = cells(&text, ",", |_, text| text.to_string());
        let turned = turned.lines().skip(1).filter(|_| name == "ties.csv").map(|line| {
            let parts: Vec<&str> = line.splitn(3, ',').collect();
            format!("{},{},{}\n", parts[1], parts[0], parts[2])
        });
        (text.clone() + &turned.filter(|line| line.contains("land_border")).collect::<String>()).into_bytes()
    });
    assert_eq!(made(&both), expected);
}

#[test]
fn what_is_no_table_of_a_panel_is_refused_with_what_helps() {
    type Rewrite = Box<dyn Fn(&str) -> Vec<u8>>;
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let cases: [(&str, Rewrite, &str); 12] = [
        (
            "palermo.csv",
            Box::new(|text| cells(text, ";", |_, x| x.into()).into_bytes()),
            "data/palermo.csv:1: found one column, `iso3;action_date;action_year;status`; columns are separated by commas",
        ),
        (
            "laws.csv",
            Box::new(|text| cells(text, "\t", |_, x| x.into()).into_bytes()),
            "columns are separated by commas",
        ),
        (
            "regions.csv",
            Box::new(|text| {
                text.replace('ô', "\u{fffd}")
                    .chars()
                    .map(|c| if c == '\u{fffd}' { 0xf4 } else { c as u8 })
                    .collect()
            }),
            "data/regions.csv:6: not UTF-8 text; save the file as UTF-8",
        ),
        (
            "laws.csv",
            Box::new(move |text| [vec![0xff, 0xfe], utf16(text)].concat()),
            "data/laws.csv: UTF-16 text; save the file as UTF-8",
        ),
        (
            "laws.csv",
            Box::new(|_| b"PK\x03\x04\x14\x00\x06\x00".to_vec()),
            "data/laws.csv: a spreadsheet or another ZIP archive",
        ),
        (
            "laws.csv",
            Box::new(|text| text.replace('\n', "\r").into_bytes()),
            "data/laws.csv:1: a bare carriage return",
        ),
        (
            "covariates.csv",
            Box::new(|text| {
                cells(text, ",", |name, x| {
                    if name == "value" { format!("\"{}\"", x.replace('.', ",")) } else { x.into() }
                })
                .into_bytes()
            }),
            "a decimal number has a point, and thousands no separator",
        ),
        (
            "covariates.csv",
            Box::new(|text| {
                text.lines()
                    .enumerate()
                    .map(|(i, line)| if i < 2 { format!("{line}\n") } else { format!("{i},{line}\n") })
                    .collect::<String>()
                    .into_bytes()
            }),
            "found 5 cells, expected 4; the columns are iso3, year, variable, value; a cell more than there are columns: if it is the name of the row",
        ),
        (
            "tip_tiers.csv",
            Box::new(|text| text.replace(",2WL", ",2.5").into_bytes()),
            "tier: found \"2.5\", expected NR, 1, 2, 2WL, 3, SC or WL; codes that are numbers differ between data sets",
        ),
        (
            "tip_tiers.csv",
            Box::new(|text| text.replace(",SC", ",555").into_bytes()),
            "tier: found \"555\", expected NR, 1, 2, 2WL, 3, SC or WL",
        ),
        (
            "regions.csv",
            Box::new(|text| text.replace("eastern-basin", "protocol").into_bytes()),
            "the region `protocol` would be called as something else in the scenario is",
        ),
        (
            "regions.csv",
            Box::new(|text| text.replacen("eastern-basin", "Eastern Basin", 1).into_bytes()),
            "would be `eastern-basin`, as `",
        ),
    ];
    for (file, rewrite, expected) in cases {
        let folder = folder(|name, text| if name == file { rewrite(&text) } else { text.into_bytes() });
        refused(folder.path(), &["panel", "data", "--out", "made"], expected);
        assert!(!folder.path().join("made").exists());
    }
}

/// A scenario of three states with its tables in a folder.
fn scenario(states: &str, ties: &str, observed: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("states.csv", states);
    write("ties.csv", ties);
    write("observed.csv", observed);
    write(
        "s.toml",
        "version = 2\ntitle = \"Three\"\nstates = \"states.csv\"\nties = \"ties.csv\"\nobserved = \"observed.csv\"\n\
         time = { start = 2001, end = 2004 }\n[[regime]]\nid = \"tvpa\"\nkind = \"rating\"\ndemands = [\"law\"]\nfrom = 2001\ngrades = [\"1\", \"2\", \"2WL\", \"3\"]\nthresholds = [0.56, 0.14, -0.06]\n\
         [[instrument]]\nid = \"law\"\nkind = \"law\"\nhazard = 0.1\n",
    );
    folder
}

const STATES: &str = "id,capacity,capacity.sd,initial_phase\nA,0.5,0.1,1\nB,0.5,,3\nNA,0.5,,\n";
const TIES: &str = "a,b,weight,from,until\nA,B,1,2001,2002.5\nA,NA,2,,\n";
const OBSERVED: &str = "state,year,tier.tvpa,adopted.law,protection,sanctioned.tvpa\nA,2001,2,,3,1\nA,2002,3,2002.409,,0\nB,2001,NR,,,\n";

fn world(folder: &TempDir) -> (suasion::model::world::World, suasion::scenario::Observed) {
    let path = folder.path().join("s.toml");
    let scenario =
        suasion::scenario::Scenario::load(&path.to_string_lossy()).and_then(|loaded| loaded.build());
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    (scenario.world, scenario.observed)
}

#[test]
fn the_tables_of_a_scenario_are_read_by_the_same_reader() {
    let expected = world(&scenario(STATES, TIES, OBSERVED));
    assert_eq!(expected.0.states.len(), 3, "NA is Namibia");
    let states = "\"\",id,capacity,capacity.sd,initial_phase\n\"1\",A,.5,1e-1,1.0\n\"2\",B,0.50,NA,3.\n\"3\",NA,0.5,..,null\n";
    let ties = "a,b,weight,from,until\nB,A,1.0,2001.0,2002.5\nNA,A,2,.,NaN\nA,NA,2,,\n";
    let observed = "Unnamed: 0,state,year,tier.tvpa,adopted.law,protection,sanctioned.tvpa\n0,A,2001.0,2.0,NA,3.0,TRUE\n1,A,2002.,3.0,2002-05-29,,no\n2,B,2001,SC,..,.,\n";
    assert_eq!(world(&scenario(states, ties, observed)), expected);
}

#[test]
fn what_a_table_of_a_scenario_cannot_say_is_refused_with_its_line() {
    let cases = [
        (
            ["0.5,0.1,1", "\"0,5\",0.1,1", ""],
            "states.csv:2: state.A.capacity.mean: found \"0,5\", expected a finite number; a decimal number has a point",
        ),
        (["0.5,0.1,1", "0.5,0.1,1.5", ""], "states.csv:2: state.A.initial_phase: found 1.5"),
        (
            ["2001,2002.5", "2001,2002-02-30", ""],
            "ties.csv:2: until: found \"2002-02-30\", expected a date; there is no such day",
        ),
        (
            ["2001,2002.5", "2001,2002.5\nB,A,2,2001.0,2002.5", ""],
            "ties.csv:3: tie.B-A: the same tie with another weight; the first is at ties.csv:2",
        ),
        (["tier.tvpa", "tier.tpva", ""], "observed.csv:1: tier.tpva: unknown column; did you mean `tvpa`?"),
        (
            ["A,2001,2,", "A,2001,2.5,", ""],
            "observed.csv:2: observed.tiers.tvpa.A.2001: found \"2.5\", expected \"NR\" (not rated), \"1\", \"2\", \"2WL\" or \"3\"; codes that are numbers",
        ),
        (
            ["3,1\n", "3,maybe\n", ""],
            "observed.csv:2: observed.A.2001: sanctioned.tvpa: found \"maybe\", expected yes or no",
        ),
        (
            ["2002.409", "2002-13-01", ""],
            "observed.csv:3: observed.A.2002: adopted.law: found \"2002-13-01\", expected a date; there is no such month",
        ),
        (
            [",3,1", ",,1", ""],
            "observed.csv:1: protection: no cell of the column says anything; leave the column out",
        ),
    ];
    for ([from, to, _], expected) in cases {
        let change = |text: &str| text.replacen(from, to, 1);
        assert!([STATES, TIES, OBSERVED].iter().any(|text| text.contains(from)), "{from}");
        let folder = scenario(&change(STATES), &change(TIES), &change(OBSERVED));
        refused(folder.path(), &["check", "s.toml"], expected);
    }
    // Two spells, and ties of two kinds, stand beside each other.
    let spells = "a,b,weight,from,until,kind\nA,B,1,,2002,border\nB,A,1,2002,,border\nA,B,1,,2002,trade\n";
    let folder = scenario(STATES, spells, OBSERVED);
    let path = folder.path().join("s.toml");
    let read = suasion::scenario::Scenario::load(&path.to_string_lossy()).and_then(|loaded| loaded.build());
    let read = read.expect("valid");
    assert_eq!(read.world.ties.len(), 3);
    // And in the resolved scenario, which does not know the kinds.
    let again =
        suasion::scenario::Scenario::parse("s", &read.resolved(), None).and_then(|loaded| loaded.build());
    assert_eq!(again.expect("valid").world, read.world);
    let none = scenario(STATES, TIES, "state,year,tier.tvpa\n");
    refused(
        none.path(),
        &["check", "s.toml"],
        "observed.csv:1: there is no row below the names of the columns",
    );
}

#[test]
fn files_that_are_no_files_of_data_are_refused_and_nothing_of_them_is_told() {
    let folder = scenario(STATES, TIES, OBSERVED);
    let here = folder.path();
    fs::create_dir(here.join("data")).expect("made");
    let names = |file: &str| {
        let text = fs::read_to_string(here.join("s.toml")).expect("written");
        fs::write(here.join("other.toml"), text.replace("\"ties.csv\"", &format!("{file:?}")))
            .expect("written");
    };
    names("secret");
    fs::write(here.join("secret"), "root:$6$hash:19000:0:99999\nother:x\n").expect("written");
    let output = suasion(here, &["check", "other.toml"]);
    assert!(stderr(&output).contains("secret:1: its first line names no column that such a table has; it needs the columns a, b, weight"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("root"), "{}", stderr(&output));
    fs::write(here.join("posterior.csv"), "suasion,draw,weight,distance,parameters.drift\n")
        .expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::net::UnixListener;
        let socket = here.join("socket");
        let _held = UnixListener::bind(&socket).expect("a socket");
        for (file, what) in [
            ("/dev/zero", "a device, expected a regular file"),
            ("socket", "a socket, expected a regular file"),
        ] {
            names(file);
            refused(
                here,
                &["check", "other.toml"],
                &format!("cannot read {}: {what}", here.join(file).display())
                    .replace(&format!("{}/", here.display()), ""),
            );
            refused(here, &["run", "s.toml", "--posterior", file], what);
            refused(here, &["sweep", "asean", "--points", file], what);
            refused(here, &["indices", file, "--method", "sobol", "--axis", "x=0..1"], what);
            refused(here, &["calibrate", "asean", "--priors", file], what);
            refused(here, &["panel", "data", "--out", "p", "--coefficients", file], what);
        }
        // A link: beside which of its two places tables are sought.
        fs::create_dir(here.join("elsewhere")).expect("made");
        std::os::unix::fs::symlink("../s.toml", here.join("elsewhere/link.toml")).expect("a link");
        refused(
            here,
            &["check", "elsewhere/link.toml"],
            "tables are sought beside elsewhere/link.toml, which is a link to ../s.toml, and not beside that",
        );
    }
}

#[test]
fn points_and_outcomes_from_elsewhere_must_be_the_design() {
    let folder = TempDir::new().expect("a folder");
    let here = folder.path();
    let axes = ["--axis", "x=0..1", "--axis", "y=0..1"];
    let laid = suasion(
        here,
        &[&["design", "--design", "saltelli", "--samples", "4", "--out", "p.csv"][..], &axes].concat(),
    );
    assert!(laid.status.success(), "{}", stderr(&laid));
    let points = fs::read_to_string(here.join("p.csv")).expect("points");
    let outcomes: Vec<String> =
        points.lines().skip(1).enumerate().map(|(i, _)| format!("{}", (i * i) % 7)).collect();
    let write = |name: &str, text: String| fs::write(here.join(name), text).expect("written");
    let indices = |more: &[&str]| {
        [&["indices", "y.csv", "--method", "sobol"], more]
            .concat()
            .into_iter()
            .map(str::to_string)
            .collect::<Vec<_>>()
    };
    let asked = indices(&["--points", "p.csv"]);
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    write("y.csv", format!("y\n{}\n", outcomes.join("\n")));
    let fine = suasion(here, &asked);
    assert!(fine.status.success(), "{}", stderr(&fine));
    write("y.csv", format!("y\n{}\n", outcomes[1..].join("\n")));
    refused(
        here,
        &asked,
        &format!("y: {} outcomes, expected {}, one for each point", outcomes.len() - 1, outcomes.len()),
    );
    write("y.csv", format!("y\n{}\n\n{}\n", outcomes[..3].join("\n"), outcomes[3..].join("\n")));
    refused(here, &asked, "y.csv:5: found an empty line among the rows, expected a number in each");
    write(
        "y.csv",
        format!(
            "point,y\n{}",
            outcomes.iter().enumerate().map(|(i, y)| format!("{},{y}", i ^ 1)).collect::<Vec<_>>().join("\n")
                + "\n"
        ),
    );
    refused(here, &asked, "y.csv:3: point: found 0, expected 2, the next of the points in their order");
    write("y.csv", format!("y\n{}\n", outcomes.join("\n")));
    let mut swapped: Vec<&str> = points.lines().collect();
    swapped.swap(2, 3);
    write("p.csv", swapped.join("\n"));
    refused(here, &asked, "the points are no design for Sobol indices: point 1 (from 0)");
    // In a sweep's folder too.
    let paths = points.replacen("x,y", "parameters.drift,parameters.persuasion", 1);
    let mut swapped: Vec<&str> = paths.lines().collect();
    swapped.swap(2, 3);
    for (name, lines) in [("good", paths.lines().collect::<Vec<_>>()), ("bad", swapped)] {
        write("q.csv", lines.join("\n"));
        let swept = [
            "sweep",
            "asean",
            "--points",
            "q.csv",
            "--replicates",
            "2",
            "--outcome",
            "motivation",
            "--quiet",
            "--out",
            name,
        ];
        let swept = suasion(here, &swept);
        assert!(swept.status.success(), "{}", stderr(&swept));
    }
    let fine = suasion(here, &["sensitivity", "good", "--method", "sobol", "--quiet"]);
    assert!(fine.status.success(), "{}", stderr(&fine));
    refused(
        here,
        &["sensitivity", "bad", "--method", "sobol"],
        "the points are no design for Sobol indices: point 1 (from 0)",
    );
    assert!(!here.join("bad/sensitivity.csv").exists());
    let one = "time.steps_per_year: found 4.5, expected a whole number from 1 to 365";
    let refused = suasion(here, &["run", "asean", "--set", "time.steps_per_year=4.5"]);
    assert!(
        stderr(&refused).contains(one) && stderr(&refused).trim().lines().count() == 1,
        "{}",
        stderr(&refused)
    );
}

#[test]
fn reactions_come_on_record_as_often_as_their_year_says() {
    let only = |with: &'static str| {
        folder(move |name, text| {
            let table = name == "tip_reactions.csv" && !with.is_empty();
            if table {
                format!("iso3,year,negative,cooperative\n{with}").into_bytes()
            } else {
                text.into_bytes()
            }
        })
    };
    // Of two states one reacts in 2003, both do in 2004, and none does in 2002.
    let rows =
        "QMA,2002,0,0\nQNE,2002,0,0\nQMA,2003,0,0\nQNE,2003,2,1\nQMA,2004,0,3\nQNE,2004,1,0\nQNE,2005,NA,1\n";
    let record = made(&only(rows))[3].clone();
    let mut lines = record.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("names");
    let at = |name: &str| header.iter().position(|column| *column == name).expect(name);
    let (reaction, coverage) = (at("reaction"), at("reaction.coverage"));
    let found: Vec<[&str; 4]> = lines
        .filter(|row| !row[reaction].is_empty())
        .map(|row| [row[0], row[1], row[reaction], row[coverage]])
        .collect();
    assert_eq!(
        found,
        [
            ["QMA", "2003", "none", "0.5"],
            ["QMA", "2004", "cooperative", "1"],
            ["QNE", "2003", "negative", "0.5"],
            ["QNE", "2004", "negative", "1"],
        ]
    );
    for (rows, expected) in [
        ("QMA,2003,-1,0\n", "expected a number from 0 to 1000"),
        ("QMA,2003,1.5,0\n", "expected a whole number from 0 to 1000"),
        ("QMA,2003,0,0\nQNE,2003,0,0\n", "no state of the panel has a negative or a cooperative reaction"),
        ("QMA,2003,1,0\nQMA,2003,0,0\n", "contradicts line 2"),
    ] {
        refused(only(rows).path(), &["panel", "data", "--out", "made"], expected);
    }
}

#[test]
fn what_is_seen_beside_grades_is_told_apart_from_them_wherever_a_chain_stands_beside() {
    let folder = folder(|_, text| text.into_bytes());
    let at = folder.path();
    let made = suasion(at, &["panel", "data", "--out", "made", "--quiet"]);
    assert!(made.status.success(), "{}", stderr(&made));
    let few = ["--particles", "100", "--replicates", "50", "--out", "given", "--json"];
    let told = suasion(at, &[&["condition", "made/scenario.toml"][..], &few].concat());
    assert!(told.status.success(), "{}", stderr(&told));
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let [log, readings] =
        ["log_likelihood", "of_readings"].map(|name| told[name].as_f64().expect("a number"));
    let sum: f64 =
        told["likelihood"].as_array().expect("rows").iter().filter_map(|row| row["readings"].as_f64()).sum();
    assert!(readings < 0.0 && log < readings && (sum - readings).abs() < 1e-6, "{log} {readings} {sum}");
    assert!(suasion(at, &["report", "given"]).status.success());
    let page = fs::read_to_string(at.join("given/report.html")).expect("a page");
    let of = format!(
        "{:.1} of it of grades and adoptions. Beside grades and adoptions a Markov chain",
        log - readings
    );
    assert!(page.contains(&of), "{of}");
    // Cuts are of scores without an error, and change no likelihood.
    let fit = |prior: &str| {
        suasion(at, &["calibrate", "made/scenario.toml", "--likelihood", "--point", "--prior", prior])
    };
    let refused = stderr(&fit("observation.protection_cuts"));
    assert!(refused.contains("nothing is on record that it would change"), "{refused}");
}

#[test]
fn a_column_of_how_well_nothing_was_seen_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    let scenario = "version = 2\ntitle = \"t\"\nobserved = \"o.csv\"\n[time]\nstart = 2001\nend = 2004\n[[state]]\nid = \"A\"\n";
    fs::write(at.join("s.toml"), scenario).expect("written");
    let check = |record: &str| {
        fs::write(at.join("o.csv"), record).expect("written");
        suasion(at, &["check", "s.toml"])
    };
    assert!(check("state,year,attitudes,attitudes.error\nA,2002,0.5,0.02\n").status.success());
    let told = stderr(&check("state,year,attitudes,attitudes.error\nA,2002,0.5,0.02\nA,2003,NA,0.02\n"));
    assert!(
        told.contains("o.csv:3: observed.A.2003: attitudes.error: it says how well `attitudes` was seen, and the row has none"),
        "{told}"
    );
    let told = stderr(&check("state,year,attitudes.error\nA,2002,0.02\n"));
    assert!(
        told.contains("attitudes.error: it says how well `attitudes` was seen, and there is no such column"),
        "{told}"
    );
}

#[test]
fn of_sanctions_rating_regimes_alone_are_offered() {
    let folder = TempDir::new().expect("a folder");
    let regimes =
        "[[regime]]\nid = \"tvpa\"\nkind = \"rating\"\n[[regime]]\nid = \"treaty\"\nkind = \"convention\"\n";
    let scenario = format!(
        "version = 2\ntitle = \"t\"\nobserved = \"o.csv\"\n[time]\nstart = 2001\nend = 2004\n[[state]]\nid = \"A\"\n{regimes}"
    );
    fs::write(folder.path().join("s.toml"), scenario).expect("written");
    fs::write(folder.path().join("o.csv"), "state,year,sanctioned.nosuch\nA,2002,1\n").expect("written");
    let told = stderr(&suasion(folder.path(), &["check", "s.toml"]));
    assert!(
        told.contains("sanctioned.nosuch: unknown column; there is `tvpa`") && !told.contains("treaty"),
        "{told}"
    );
}

#[test]
fn what_hangs_on_a_report_says_nothing_of_a_state_that_it_does_not_grade() {
    let folder = TempDir::new().expect("a folder");
    let at = folder.path();
    assert!(suasion(at, &["new", "mine", "--from", "starter"]).status.success());
    let text = fs::read_to_string(at.join("mine.toml")).expect("a scenario");
    fs::write(at.join("mine.toml"), text.replacen("title =", "observed = \"o.csv\"\ntitle =", 1))
        .expect("written");
    let likelihood = |record: &str| {
        fs::write(at.join("o.csv"), record).expect("written");
        let few = [
            "condition",
            "mine.toml",
            "--particles",
            "60",
            "--replicates",
            "10",
            "--json",
            "--out",
            "o",
            "--replace",
        ];
        let told = suasion(at, &few);
        assert!(told.status.success(), "{}", stderr(&told));
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
        told["log_likelihood"].as_f64().expect("a number")
    };
    // In 2002 there is no regime, in 2003 it does not grade the state.
    let bare = likelihood("state,year,tier.grades\nNOR,2003,NR\nNOR,2004,2\n");
    for year in [2002, 2003] {
        for (column, cell) in [("reaction", "negative"), ("sanctioned.grades", "1")] {
            let rows = if year == 2003 {
                format!("NOR,2003,NR,{cell}")
            } else {
                format!("NOR,2002,,{cell}\nNOR,2003,NR,")
            };
            let record = format!("state,year,tier.grades,{column}\n{rows}\nNOR,2004,2,\n");
            assert_eq!(likelihood(&record), bare, "{column} {year}");
        }
    }
    let graded = likelihood("state,year,tier.grades,reaction\nNOR,2003,NR,\nNOR,2004,2,negative\n");
    assert!(graded < bare, "{graded} {bare}");
}

#[test]
fn a_quote_that_is_never_closed_loses_no_row() {
    let folder = folder(|name, text| match name {
        "p3_index.csv" => format!("{}\n\"IDN", text.trim_end()).into_bytes(),
        _ => text.into_bytes(),
    });
    let lines = fs::read_to_string(folder.path().join("data/p3_index.csv")).expect("a table").lines().count();
    refused(
        folder.path(),
        &["panel", "data", "--out", "made"],
        &format!("p3_index.csv:{lines}: a quote is opened and never closed"),
    );
}
