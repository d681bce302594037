//! Goldens: what every command prints and writes, on small made-up inputs, held as snapshots in `snapshots/`.
//!
//! A snapshot shows a change; it does not say whether the change is right. Output changes on purpose only:
//! `INSTA_UPDATE=always cargo test --test main goldens` writes the snapshots anew, the difference is read line by line, and
//! is committed with what made it.
//!
//! What varies from run to run is replaced before it is held: the folder, the program's path and version, elapsed and
//! estimated seconds, free space, and the platform of a manifest. Numbers are real, of few replicates; pages are held as their text, JSON
//! with the first element of each list, long tables by their first rows.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use textwrap::core::display_width;

#[path = "goldens/designs.rs"]
mod designs;
#[path = "goldens/look.rs"]
mod look;
#[path = "goldens/record.rs"]
mod record;
#[path = "goldens/refusals.rs"]
mod refusals;
#[path = "goldens/results.rs"]
mod results;

/// What is said of a table in parts.
const IN_PARTS: &str = "--wide: in one)";

/// Commands in a folder of their own, and what they printed and wrote so far.
struct Session {
    folder: TempDir,
    columns: u32,
    text: String,
}

impl Session {
    /// A folder with `three.toml` in it, at a terminal of so many columns.
    fn new(columns: u32) -> Session {
        let folder = TempDir::new().expect("a folder");
        let session = Session { folder, columns, text: String::new() };
        session.write("three.toml", include_str!("goldens/three.toml"));
        session
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("writable");
    }

    fn output(&self, line: &str) -> std::process::Output {
        let words = shlex::split(line).expect("words");
        let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
        command.args(words).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("COLUMNS", self.columns.to_string());
        // No Slurm of this machine is asked for anything.
        command.env("PATH", "/nowhere").output().expect("it starts")
    }

    fn told(&mut self, line: &str, shown: impl FnOnce(&str) -> String) {
        let output = self.output(line);
        let _ = writeln!(self.text, "$ suasion {line}");
        self.text += &shown(&String::from_utf8(output.stdout).expect("UTF-8"));
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        for said in errors.lines() {
            let _ = writeln!(self.text, "stderr: {said}");
        }
        match output.status.code() {
            Some(0) => {}
            code => {
                let _ = writeln!(self.text, "exit code {code:?}");
            }
        }
        self.text += "\n";
    }

    /// Runs a command and keeps all that it says, which fits its terminal.
    fn run(&mut self, line: &str) {
        let folder = self.folder.path().to_path_buf();
        let columns = self.columns as usize;
        self.told(line, |text| {
            for said in text.lines() {
                let is_path = |word: &str| word.contains('/') && folder.join(word).exists();
                let to_copy = said.contains("suasion ") || said.split_whitespace().any(is_path);
                assert!(
                    display_width(said) <= columns || to_copy,
                    "suasion {line}: wider than {columns}: {said}"
                );
            }
            assert!(
                columns < 200 || !text.contains(IN_PARTS),
                "suasion {line}: in parts at {columns} columns"
            );
            text.to_string()
        });
    }

    /// Runs a command and keeps the first lines and the number of the others.
    fn head(&mut self, line: &str, lines: usize) {
        self.told(line, |text| head(text, lines));
    }

    /// Runs a command that prints JSON and keeps its shape.
    fn json(&mut self, line: &str) {
        self.told(line, |text| match serde_json::from_str(text) {
            Ok(value) => shape(&value),
            Err(error) => format!("no JSON: {error}\n{text}"),
        });
    }

    /// Runs a command whose words are held elsewhere.
    fn quietly(&mut self, line: &str) {
        let output = self.output(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Keeps the names of what is in a folder.
    fn names(&mut self, folder: &str) {
        let entries = fs::read_dir(self.path(folder)).expect("a folder").flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        let _ = writeln!(self.text, "in {folder}: {}\n", names.join(", "));
    }

    /// Keeps the first lines of a file, and the number of the others.
    fn file(&mut self, name: &str, lines: usize) {
        let text = fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = if name.ends_with(".json") {
            shape(&serde_json::from_str(&text).expect("JSON"))
        } else {
            head(&text, lines)
        };
        let _ = writeln!(self.text, "--- {name}\n{text}");
    }

    /// Keeps the schema of a Parquet file, what it says of itself, and its first rows.
    fn parquet(&mut self, name: &str) {
        let _ = writeln!(self.text, "--- {name}\n{}", parquet(&self.path(name)));
    }

    /// Keeps the text of a page.
    fn page(&mut self, name: &str) {
        let html = fs::read_to_string(self.path(name)).expect("a page");
        let _ = writeln!(self.text, "--- {name}, its text\n{}", text_of(&html));
    }

    /// Holds what was kept against the snapshot of this name.
    fn hold(self, name: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_filters(vec![
            (r#""elapsed_seconds": [0-9.e-]+"#, r#""elapsed_seconds": "[TIME]""#),
            (r#""seconds": [0-9.e-]+"#, r#""seconds": "[TIME]""#),
            (r#"(?s)"platform": \{.*?\}"#, r#""platform": "[PLATFORM]""#),
            (r"\b(in|about) [0-9.]+ s\b", "$1 [TIME]"),
            (r"of which [0-9.]+ [KMGT]iB is free", "of which [SPACE] is free"),
            (r"(processors: )[0-9.]+ s\b", "${1}[TIME]"),
        ]);
        let here = self.folder.path().canonicalize().expect("the folder");
        let version = env!("CARGO_PKG_VERSION");
        let text = self
            .text
            .replace(&*here.to_string_lossy(), "[FOLDER]")
            .replace(&*self.folder.path().to_string_lossy(), "[FOLDER]")
            .replace(env!("CARGO_BIN_EXE_suasion"), "[PROGRAM]")
            .replace(&format!("suasion {version}"), "suasion [VERSION]")
            .replace(&format!("\"{version}\""), "\"[VERSION]\"");
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

fn head(text: &str, lines: usize) -> String {
    let mut shown: String = text.lines().take(lines).flat_map(|line| [line, "\n"]).collect();
    let left = text.lines().count().saturating_sub(lines);
    if left > 0 {
        let _ = writeln!(shown, "[and {left} more lines]");
    }
    shown
}

/// JSON with the first element of each list, and the number of the others.
fn shape(value: &serde_json::Value) -> String {
    use serde_json::Value;
    fn shorten(value: &Value) -> Value {
        match value {
            Value::Array(all) if all.len() > 2 => {
                let rest = Value::String(format!("[and {} more]", all.len() - 1));
                Value::Array(vec![shorten(&all[0]), rest])
            }
            Value::Array(all) => Value::Array(all.iter().map(shorten).collect()),
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shorten(value))).collect(),
            other => other.clone(),
        }
    }
    format!("{}\n", serde_json::to_string_pretty(&shorten(value)).expect("JSON"))
}

/// Rows of a Parquet file that are shown.
const ROWS: usize = 4;

fn parquet(path: &Path) -> String {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let about = reader.metadata().file_metadata();
    let mut schema = Vec::new();
    parquet::schema::printer::print_schema(&mut schema, about.schema());
    let mut text = String::from_utf8(schema).expect("UTF-8");
    for pair in about.key_value_metadata().into_iter().flatten() {
        let _ = writeln!(text, "{} = {}", pair.key, pair.value.as_deref().unwrap_or("nothing"));
    }
    let _ = writeln!(text, "{} rows", about.num_rows());
    for row in reader.get_row_iter(None).expect("rows").take(ROWS) {
        let _ = writeln!(text, "{}", row.expect("a row"));
    }
    text
}

/// The words of a page: headings, paragraphs and tables; a picture is its title and description.
fn text_of(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out += &rest[..at];
        rest = &rest[at..];
        let Some(end) = rest.find('>') else { break };
        let tag = rest[1..end].split([' ', '\n']).next().unwrap_or("");
        rest = &rest[end + 1..];
        match tag {
            "style" | "script" => {
                let close = format!("</{tag}>");
                rest = rest.find(&close).map_or("", |at| &rest[at + close.len()..]);
            }
            // Letters in a picture are held by the picture itself.
            "text" => rest = rest.find("</text>").map_or("", |at| &rest[at + "</text>".len()..]),
            "td" | "th" => out += " | ",
            "b" | "/b" | "code" | "/code" | "em" | "/em" | "a" | "/a" | "span" | "/span" | "strong"
            | "/strong" | "/td" | "/th" => {}
            _ => out += "\n",
        }
    }
    out += rest;
    let lines = out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).flat_map(|line| [line, "\n".into()]).collect()
}

#[test]
fn wide_tables_are_in_parts_unless_they_may_be_wide() {
    let said = |session: &Session, line: &str| String::from_utf8(session.output(line).stdout).expect("UTF-8");
    for line in [
        "explain three.toml --state BER --threads 2",
        "validate three.toml --threads 2 --replace",
        "run three.toml --summary-only --threads 2 --replace",
        "list asean",
    ] {
        let (narrow, vast) = (Session::new(80), Session::new(100_000));
        let (parts, wide) = (said(&narrow, line), said(&narrow, &format!("{line} --wide")));
        assert!(!wide.contains(IN_PARTS), "{line}");
        assert!(parts.contains(IN_PARTS) || parts.lines().count() > wide.lines().count(), "{line}");
        let lasting =
            |text: &str| text.lines().filter(|l| !l.contains("out/")).collect::<Vec<_>>().join("\n");
        assert_eq!(lasting(&wide), lasting(&said(&vast, line)), "{line}");
    }
}
