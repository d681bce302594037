//! `suasion theories`: the bundled theories, or what one argues.

use super::page::Page;
use super::table::Table;
use anyhow::Result;
use clap::Args;
use serde_json::json;
use suasion::scenario::theories;

#[derive(Debug, Args)]
pub(super) struct Theories {
    /// A bundled theory or the file of one, to say what it argues
    theory: Option<String>,
    /// Print its file, as a beginning for one of your own
    #[arg(long, requires = "theory", conflicts_with = "json")]
    text: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Theories {
    pub(super) fn run(self, mut page: Page) -> Result<()> {
        let Some(name) = self.theory else {
            let all = theories::names().map(theories::read).collect::<Result<Vec<_>, _>>()?;
            if self.json {
                let all: Vec<_> =
                    all.iter().map(|one| json!({ "name": one.name, "title": one.head.title })).collect();
                return page.json(&all);
            }
            let told =
                |one: theories::TheoryText| [one.name, format!("{} ({})", one.head.title, one.head.source)];
            page.table(Table::bare(all.into_iter().map(told)));
            page.say("\nsuasion theories NAME says what one argues; --theory NAME lays it over a scenario");
            return page.print();
        };
        let theory = theories::read(&name)?;
        let head = &theory.head;
        if self.json {
            return page.json(&json!({ "name": theory.name, "title": head.title, "argument": head.argument,
                "predicts": head.predicts, "source": head.source, "text": theory.text }));
        }
        if self.text {
            page.copy(theory.text.trim_end());
            return page.print();
        }
        page.say(format!("{} ({})\n\n{}", head.title, head.source, head.argument));
        if !head.predicts.is_empty() {
            page.say(format!("\nWhat it predicts: {}", head.predicts));
        }
        // A theory fits whatever scenario has what it names; the flagship has what those of the shelf do.
        let command = |words: &[&str]| shlex::try_join(words.iter().copied());
        page.say("");
        for (words, what) in [
            (&["lab", "asean", "--theory", &name][..], "its picture: curves with it and without"),
            (
                &["compare", "asean", "--theory", &name],
                "the same as tables; `suasion report` makes a page of the folder",
            ),
            (&["weigh", "asean", "--theory", &name], "what the record says of it"),
            (&["theories", &name, "--text"], "its mechanisms"),
        ] {
            page.copy(format!("{} # {what}", command(&[&["suasion"], words].concat())?));
        }
        page.print()
    }
}
