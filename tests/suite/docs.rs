//! The documentation is held to the program: its TOML parses, its links lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};
use suasion::scenario::Scenario;

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("CHANGELOG.md"), root.join("benches/README.md")];
    let folders = [root.join("docs"), root.join("docs/howto")];
    let docs = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("readable")).flatten();
    let docs = docs.map(|entry| entry.path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|e| e == "md")));
    pages
}

#[test]
fn every_toml_block_is_a_valid_scenario() {
    let mut blocks = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("readable");
        for block in text.split("```toml\n").skip(1) {
            let toml = block.split("```").next().unwrap_or("");
            if let Err(error) = Scenario::parse("docs", toml, None).and_then(|loaded| loaded.build()) {
                panic!("{}: {error}", page.display());
            }
            blocks += 1;
        }
    }
    assert!(blocks > 0);
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
