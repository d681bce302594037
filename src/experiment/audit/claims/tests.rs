//! What a file of claims may say, and what is told of one that says something else.

use super::*;

const HEAD: &str = "scenario = \"asean\"\nwritten = 2026-11-29\n";

fn claim(more: &str) -> String {
    format!("[[claim]]\nid = \"a\"\nsentence = \"S\"\nwhere = \"README.md\"\n{more}")
}

fn read(text: &str) -> Result<Vec<Claim>, String> {
    let claims = Claims::parse("c.toml", text).map_err(|error| error.to_string())?;
    let loaded = Scenario::load(&claims.scenario()).map_err(|error| claims.no_scenario(error).to_string())?;
    claims.against(&loaded, &loaded.build().unwrap()).map_err(|error| error.to_string())
}

fn refused(more: &str) -> String {
    read(&format!("{HEAD}{}", claim(more))).unwrap_err()
}

#[test]
fn a_claim_is_read_as_what_it_is_about() {
    let text = claim(
        "outcome = \"motivation@2010\"\nstate = \"MYS\"\ncounterfactual = \"no-tvpa\"\nrange = [0.3, 0.4]\nin = \"history\"\n",
    );
    let other = claim("outcome = \"reached_law\"\nsign = \"0\"\nverdict = \"by construction\"\n")
        .replace("\"a\"", "\"b\"");
    let all = read(&format!("{HEAD}{text}{other}")).unwrap();
    let world = Scenario::load("asean").unwrap().build().unwrap().world;
    assert_eq!(all[0].outcome.label(&world), "motivation.MYS@2010");
    assert_eq!((all[0].within(), all[1].within()), ("history", "both"));
    assert_eq!(all[0].claimed, Claimed::Range(Interval { low: 0.3, high: 0.4 }));
    assert_eq!((all[1].claimed, all[1].expected), (Claimed::Sign(Sign::Nil), Some(Verdict::ByConstruction)));
    assert_eq!(
        beside("docs/c.toml", "mine.toml", true),
        Path::new("docs").join("mine.toml").to_string_lossy()
    );
    assert_eq!(
        (beside("c.toml", "m.toml", true), beside("docs/c.toml", "asean", false)),
        ("m.toml".into(), "asean".into())
    );
}

#[test]
fn what_is_no_claim_is_told_with_file_line_and_key() {
    for (more, expected) in [
        (
            "outcome = \"motivation\"\n",
            "c.toml:3: claim.a: found neither a sign nor a range, expected one of the two",
        ),
        (
            "outcome = \"motivation\"\nsign = \"+\"\nrange = [0, 1]\n",
            "c.toml:9: claim.a.range: found both a sign and a range",
        ),
        (
            "outcome = \"motivation\"\nrange = [1, 0]\n",
            "c.toml:8: claim.a.range: found [1, 0], expected two finite numbers, the lower end first",
        ),
        ("outcome = \"motivation\"\nrange = [1, nan]\n", "claim.a.range: found [1, NaN]"),
        ("outcome = \"motivation\"\nrange = [1]\n", "claim.a.range: found a list of 1"),
        (
            "outcome = \"motivation\"\nsign = \"up\"\n",
            "c.toml:8: claim.a.sign: found \"up\", expected \"+\", \"-\" or \"0\"",
        ),
        (
            "outcome = \"motivation\"\nsing = \"+\"\n",
            "c.toml:8: claim.a.sing: unknown key; did you mean `sign`?",
        ),
        (
            "outcome = \"motivaton\"\nsign = \"+\"\n",
            "c.toml:7: claim.a.outcome: outcome `motivaton`: there is no `motivaton`; did you mean `motivation`?",
        ),
        (
            "outcome = \"motivation.*\"\nsign = \"+\"\n",
            "claim.a.outcome: \"motivation.*\" names 10 numbers, and a claim is about one",
        ),
        (
            "outcome = \"motivation.MYS\"\nstate = \"MYS\"\nsign = \"+\"\n",
            "claim.a.state: found a state, and \"motivation.MYS\" says whose it is",
        ),
        (
            "outcome = \"motivation\"\nstate = \"MSY\"\nsign = \"+\"\n",
            "c.toml:8: claim.a.state: there is no state \"MSY\"; did you mean `MYS`?",
        ),
        (
            "outcome = \"motivation\"\ncounterfactual = \"no-tpva\"\nsign = \"+\"\n",
            "c.toml:8: claim.a.counterfactual: there is no counterfactual `no-tpva`; did you mean `no-tvpa`?",
        ),
        (
            "outcome = \"motivation\"\ncounterfactual = \"parameters.drift=0.03\"\nsign = \"+\"\n",
            "changes nothing that is simulated",
        ),
        (
            "outcome = \"standing_tvpa\"\ncounterfactual = \"no-tvpa\"\nsign = \"+\"\n",
            "standing_tvpa.mean@2015 is in the scenario alone, and not in no-tvpa",
        ),
        (
            "outcome = \"motivation\"\nsign = \"+\"\nin = \"past\"\n",
            "claim.a.in: found \"past\", expected \"free\", \"history\" or \"both\"",
        ),
        (
            "outcome = \"motivation\"\nsign = \"+\"\nverdict = \"true\"\n",
            "claim.a.verdict: found \"true\", expected \"by construction\", ",
        ),
    ] {
        let told = refused(more);
        assert!(told.contains(expected), "{told}\nbeside\n{expected}");
    }
    let two = claim("outcome = \"motivation\"\nsign = \"+\"\n").repeat(2);
    assert!(read(&format!("{HEAD}{two}")).unwrap_err().contains("claim.a.id: found claim 1 has it too"));
    assert!(read("").unwrap_err().contains("claim: found none, expected at least one, as [[claim]]"));
    let of = |scenario: &str, within: &str| {
        let one = claim(&format!("outcome = \"motivation\"\nsign = \"+\"\n{within}"));
        read(&format!("{HEAD}{one}").replace("asean", scenario))
    };
    let told = of("asaen", "").unwrap_err();
    assert!(
        told.starts_with("c.toml:1: scenario: no scenario `asaen`") && told.contains("`asean`"),
        "{told}"
    );
    let told = of("teaching/spiral", "in = \"history\"\n").unwrap_err();
    assert!(told.contains("claim.a.in: teaching/spiral has no record to condition on"), "{told}");
    assert_eq!(of("teaching/spiral", "").unwrap()[0].within(), "free");
}
