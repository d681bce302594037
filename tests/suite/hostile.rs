//! Hostile command lines: every command with every option given what it should not get. None panics, hangs or eats memory;
//! each ends with exit code 0, 1 or 2, and a refusal is one `error:` and leaves the folder as it was.
#![cfg(unix)]

#[path = "hostile/lines.rs"]
mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, lchown, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// No command takes longer, on a machine that others use and in a program that is not optimized.
const PATIENCE: Duration = Duration::from_secs(120);

/// Memory that a command may ask for, in KiB: what reads without end shall not take the machine with it.
const MEMORY: u32 = 6 << 20;

/// Whom commands are run as where the tests are run by root, who may write anywhere: nobody.
const NOBODY: u32 = 65534;

/// The program, where nobody in particular can run it, and whether it is to be run so.
struct Program {
    folder: TempDir,
    nobody: bool,
}

impl Program {
    fn new() -> Program {
        let folder = TempDir::new().expect("a folder");
        fs::copy(env!("CARGO_BIN_EXE_suasion"), folder.path().join("suasion")).expect("copied");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("ours");
        let nobody = fs::metadata(folder.path()).expect("readable").uid() == 0;
        Program { folder, nobody }
    }

    /// Runs it in a folder, with so much memory.
    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")]);
        command.arg(self.folder.path().join("suasion")).current_dir(folder).stdin(Stdio::null());
        if self.nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// Gives a folder and all in it to whom commands are run as.
    fn give(&self, folder: &Path) {
        if self.nobody {
            for path in listing(folder).keys().map(PathBuf::as_path).chain([folder]) {
                lchown(path, Some(NOBODY), Some(NOBODY)).expect("root may");
            }
        }
    }
}

/// A folder of good and bad things, made anew after each command that wrote something.
struct Place<'a> {
    program: &'a Program,
    good: &'a Path,
    outer: TempDir,
    before: BTreeMap<PathBuf, String>,
}

impl<'a> Place<'a> {
    fn new(program: &'a Program, good: &'a Path) -> Place<'a> {
        let outer = TempDir::new().expect("a folder");
        let mut place = Place { program, good, outer, before: BTreeMap::new() };
        place.fill();
        place
    }

    fn work(&self) -> PathBuf {
        self.outer.path().join("work")
    }

    fn fill(&mut self) {
        let here = self.work();
        if here.exists() {
            fs::set_permissions(here.join("readonly"), fs::Permissions::from_mode(0o755)).expect("ours");
            fs::remove_dir_all(&here).expect("removable");
        }
        copy(self.good, &here);
        fs::create_dir_all(here.join("taken")).expect("a folder");
        fs::write(here.join("taken/thesis.txt"), "years of work").expect("writable");
        fs::create_dir_all(here.join("hollow")).expect("a folder");
        fs::write(here.join("empty"), "").expect("writable");
        fs::write(here.join("bytes"), [0xff, 0xfe, 0x00, 0x80]).expect("writable");
        fs::write(here.join("control"), "a\x1b[31m\x07 = \x7f\r\n\x08\n").expect("writable");
        fs::write(here.join("line"), "x".repeat(1 << 20)).expect("writable");
        fs::write(here.join("numbers"), "1e999 nan\n-inf 5\n\n3\n").expect("writable");
        fs::write(here.join("deep"), "[".repeat(100_000)).expect("writable");
        symlink("loop", here.join("loop")).expect("a link");
        symlink("nowhere/at/all", here.join("dangling")).expect("a link");
        // Reached by a link, so that nothing can replace the machine's own.
        symlink("/dev/zero", here.join("zero")).expect("a link");
        symlink("/dev/null", here.join("null")).expect("a link");
        let made = Command::new("mkfifo").arg(here.join("fifo")).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo is there");
        for name in [
            "bytes", "control", "line", "deep", "zero", "null", "fifo", "loop", "dangling", "hollow", "empty",
        ] {
            symlink(name, here.join(format!("{name}.toml"))).expect("a link");
            for key in ["states", "ties", "observed"] {
                let text = format!(
                    "version = 2\ntitle = 'x'\n{key} = '{name}'\ntime = {{ start = 2001, end = 2003 }}\n{}",
                    if key == "states" { "" } else { "[[state]]\nid = 'A'\n" }
                );
                fs::write(here.join(format!("{key}-{name}.toml")), text).expect("writable");
            }
        }
        fs::create_dir(here.join("readonly")).expect("a folder");
        for name in ["secret", "secret.toml"] {
            fs::write(here.join(name), "secret").expect("writable");
        }
        for (name, mode) in [("secret", 0o000), ("secret.toml", 0o000), ("readonly", 0o555)] {
            fs::set_permissions(here.join(name), fs::Permissions::from_mode(mode)).expect("ours");
        }
        self.program.give(self.outer.path());
        self.before = listing(self.outer.path());
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("readable").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// All that is below a folder, and what it is.
fn listing(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder).expect("readable").flatten() {
            let kind = entry.file_type().expect("a type");
            let what = if kind.is_dir() {
                left.push(entry.path());
                "folder".to_string()
            } else if kind.is_symlink() {
                format!("link to {:?}", fs::read_link(entry.path()))
            } else if kind.is_fifo() {
                "fifo".to_string()
            } else {
                let about = entry.metadata().expect("readable");
                format!("file of {} bytes, {:?}", about.len(), about.modified())
            };
            found.insert(entry.path(), what);
        }
    }
    found
}

/// What is wrong with how a command ended, if anything.
fn wrong(place: &mut Place<'_>, words: &[String]) -> Option<String> {
    let out = TempDir::new().expect("a folder");
    let (stdout, stderr) = (out.path().join("stdout"), out.path().join("stderr"));
    let mut command = place.program.command(&place.work());
    command.args(words);
    command
        .stdout(fs::File::create(&stdout).expect("a file"))
        .stderr(fs::File::create(&stderr).expect("a file"));
    let begun = Instant::now();
    let mut child = command.spawn().expect("it starts");
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            place.fill();
            return Some(format!("took longer than {PATIENCE:?}"));
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let said = String::from_utf8_lossy(&fs::read(&stderr).expect("readable")).into_owned();
    let shown = || said.chars().take(300).collect::<String>();
    let after = listing(place.outer.path());
    let changed = after != place.before;
    let differs: Vec<&PathBuf> =
        after.keys().filter(|path| after.get(*path) != place.before.get(*path)).collect();
    let problem = match status.code() {
        _ if said.contains("panicked") => Some("panicked".to_string()),
        None => Some(format!("ended by signal {:?}", status.signal())),
        Some(0) => None,
        Some(1 | 2) if changed => Some(format!("was refused and wrote {differs:?}")),
        Some(1 | 2) => {
            let errors = said.lines().filter(|line| line.starts_with("error:")).count();
            let visible = said.chars().all(|c| c == '\n' || !c.is_control());
            match errors {
                1 if !visible => Some("sent control characters to the terminal".to_string()),
                1 if said.len() > 20_000 => Some(format!("said {} bytes", said.len())),
                1 => None,
                // Where no command is named, the commands are.
                0 if said.contains("Usage: suasion") => None,
                n => Some(format!("said `error:` {n} times")),
            }
        }
        Some(code) => Some(format!("exit code {code}")),
    };
    if changed {
        place.fill();
    }
    problem.map(|what| format!("{what}: {:?}", shown()))
}

#[test]
fn no_hostile_command_line_panics_hangs_or_is_refused_without_a_sentence() {
    // What good commands leave, to be spoilt by the others.
    let (program, good) = (Program::new(), TempDir::new().expect("a folder"));
    fs::write(good.path().join("three.toml"), include_str!("goldens/three.toml")).expect("writable");
    for line in ["run three.toml --replicates 8 --out ran", "sweep three.toml --replicates 2 --out swept"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_suasion"));
        let output = command.args(line.split(' ')).current_dir(good.path()).output().expect("it starts");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let top =
        || fs::read_dir("/").map(|all| all.flatten().map(|entry| entry.file_name()).collect::<BTreeSet<_>>());
    let top_before = top().expect("readable");
    let lines = lines::all();
    assert!(lines.len() > 500, "{} command lines", lines.len());
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut place = Place::new(&program, good.path());
                while let Some(words) = lines.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(what) = wrong(&mut place, words) {
                        let line: String = shlex::try_join(words.iter().map(String::as_str)).expect("no NUL");
                        let line: String = line.chars().take(160).collect();
                        found
                            .lock()
                            .expect("no panic while it is held")
                            .push(format!("suasion {line}: {what}"));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no panic while it was held");
    found.sort();
    println!("{} hostile command lines", lines.len());
    let beside: Vec<_> = top().expect("readable").difference(&top_before).cloned().collect();
    if !beside.is_empty() {
        found.push(format!("something was written to the root of the file system: {beside:?}"));
    }
    assert!(found.is_empty(), "{} of {} command lines:\n{}", found.len(), lines.len(), found.join("\n"));
}
