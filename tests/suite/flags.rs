//! Every option that a help text or a page of the documentation names is one of the command that it is named with.

use clap::{Command, CommandFactory};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use suasion_cli::commands::Cli;

/// The options of each command, by its words.
type Options = BTreeMap<String, BTreeSet<String>>;

fn gather(command: &Command, words: &str, options: &mut Options, helps: &mut Vec<(String, String)>) {
    for sub in command.get_subcommands() {
        let words = format!("{words} {}", sub.get_name()).trim_start().to_string();
        let arguments = sub.get_arguments();
        let longs =
            arguments.flat_map(|a| a.get_long().into_iter().chain(a.get_all_aliases().into_iter().flatten()));
        options.insert(words.clone(), longs.map(String::from).collect());
        helps.push((words.clone(), sub.clone().render_long_help().to_string()));
        gather(sub, &words, options, helps);
    }
}

fn commands() -> (Options, Vec<(String, String)>) {
    let mut all = Cli::command();
    all.build();
    let (mut options, mut helps) = (Options::new(), Vec::new());
    gather(&all, "", &mut options, &mut helps);
    (options, helps)
}

/// The name of the option that a word begins with, as `--set` in `--set=a.b=1`.
fn option(word: &str) -> Option<&str> {
    let name = word.trim_start_matches(['(', '[', '`', '"', '\'']).strip_prefix("--")?;
    let end = name.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-');
    Some(&name[..end.unwrap_or(name.len())]).filter(|name| !name.is_empty())
}

/// The options in a line of words that its command has not; without a command of its own, it is one of `within`.
fn strangers(line: &str, within: Option<&str>, options: &Options) -> Vec<String> {
    let (mut command, mut wrong) = (within.map(String::from), Vec::new());
    let words: Vec<&str> = line.split_whitespace().collect();
    for (i, word) in words.iter().enumerate() {
        if word.trim_start_matches(['`', '(']) == "suasion" {
            let named = |n: usize| {
                let plain = |word: &&str| word.trim_end_matches(['`', ',', '.', ':', ';', ')']).to_string();
                Some(words.get(i + 1..i + 1 + n)?.iter().map(plain).collect::<Vec<_>>().join(" "))
            };
            command = [named(2), named(1)].into_iter().flatten().find(|name| options.contains_key(name));
        } else if ["|", "&&", "#", ">"].contains(word) || *word == "--" {
            command = None;
        }
        let (Some(name), Some(command)) = (option(word), &command) else { continue };
        if !options[command].contains(name) {
            wrong.push(format!("suasion {command} has no --{name}: {}", line.trim()));
        }
    }
    wrong
}

#[test]
fn options_that_are_named_exist() {
    let (options, helps) = commands();
    let mut wrong = Vec::new();
    for (command, help) in &helps {
        // A sentence goes on over lines; an option begins its own paragraph.
        for paragraph in help.split("\n\n") {
            wrong.extend(strangers(paragraph, Some(command), &options));
        }
    }
    let mut named = 0;
    for page in super::docs::pages() {
        let text = std::fs::read_to_string(&page).expect("readable").replace("\\\n", " ");
        for (i, block) in text.split("```").enumerate() {
            let lines: Vec<&str> = if i % 2 == 1 {
                block.lines().collect()
            } else {
                block.split('`').skip(1).step_by(2).collect()
            };
            for line in lines.iter().filter(|line| line.contains("suasion ")) {
                named += 1;
                let told = strangers(line, None, &options);
                wrong.extend(told.into_iter().map(|told| format!("{}: {told}", page.display())));
            }
        }
    }
    assert!(named > 100, "{named} commands in the documentation");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_option_of_another_command_is_found() {
    let (options, _) = commands();
    let wrong = |line: &str| strangers(line, None, &options).len();
    assert_eq!(wrong("suasion run asean --replicates 100 --set=a.b=1 | head --lines 3"), 0);
    assert_eq!(wrong("suasion sensitivity --outcomes"), 1);
    assert_eq!(wrong("suasion cluster slurm asean --shards 3 --bogus"), 1);
    assert_eq!(strangers("needs --axis, not --axes", Some("sweep"), &options).len(), 1);
}

#[test]
fn every_option_of_a_whole_number_says_what_it_expects() {
    fn check(command: &Command, words: &[String], count: &mut usize) {
        for argument in command.get_arguments() {
            let of_numbers =
                argument.get_value_names().is_some_and(|names| names == ["N"] || names == ["YEAR"]);
            let (Some(long), true) = (argument.get_long(), of_numbers) else { continue };
            for (text, hint) in [
                ("1e0.5", ""),
                ("", ""),
                ("99999999999999999999999", ""),
                ("-1", ""),
                ("2000.0", "; write 2000"),
            ] {
                let line = words.iter().cloned().chain([format!("--{long}={text}")]);
                let told = Cli::command().try_get_matches_from(line).unwrap_err().to_string();
                // One that may stand without a value has brackets around it.
                let expected = ["", "["].map(|by| format!("invalid value '{text}' for '--{long}{by}"));
                assert!(
                    expected.iter().any(|expected| told.contains(expected))
                        && told.contains("': expected a whole number "),
                    "{told}"
                );
                // Some end before it.
                assert!(
                    told.contains(hint) || told.contains("from 1 to 1024") || told.contains("from 1 to 1000"),
                    "{told}"
                );
            }
            *count += 1;
            // As a word of its own, too, but where a word after it would be something else.
            if argument.is_require_equals_set() {
                continue;
            }
            let line = words.iter().cloned().chain([format!("--{long}"), "-5".into()]);
            let told = Cli::read(line.map(OsString::from)).unwrap_err().to_string();
            let expected = format!("invalid value '-5' for '--{long} <");
            assert!(told.contains(&expected) && told.contains("': expected a whole number "), "{told}");
        }
        for sub in command.get_subcommands() {
            check(sub, &[words, &[sub.get_name().to_string()]].concat(), count);
        }
    }
    let (mut count, mut all) = (0, Cli::command());
    all.build();
    check(&all, &["suasion".into()], &mut count);
    assert!(count > 30, "{count} options");
}

#[test]
fn a_number_below_0_is_the_value_of_the_option_before_it() {
    let told = |line: &str| {
        let words = line.split(' ').map(OsString::from);
        Cli::read(words).map(drop).map_err(|error| error.to_string())
    };
    for (line, expected) in [
        ("suasion run asean --years -5-3", "invalid value '-5-3' for '--years <FIRST-LAST>': expected "),
        ("suasion compare asean --level -.5", "invalid value '-.5' for '--level <"),
        (
            "suasion calibrate asean --tolerance -inf",
            "invalid value '-inf' for '--tolerance <DISTANCE>': expected a number",
        ),
        (
            "suasion calibrate asean --quantile -1e-3",
            "invalid value '-1e-3' for '--quantile <SHARE>': expected a number",
        ),
        ("suasion sweep asean --shard -1/3", "invalid value '-1/3' for '--shard <I/N>': "),
        ("suasion sweep asean --axis -1..1", "invalid value '-1..1' for '--axis <PATH[=RANGE]>': "),
    ] {
        let refusal = told(line).unwrap_err();
        assert!(refusal.contains(expected), "{line}: {refusal}");
    }
    // What is no value stays what it is.
    assert!(told("suasion run asean --quiet -5").unwrap_err().contains("'-5'"));
    assert!(told("suasion run --quiet -- -5").is_ok());
    assert!(
        told("suasion run asean --seed --quiet")
            .unwrap_err()
            .contains("a value is required for '--seed <N>'")
    );
}
