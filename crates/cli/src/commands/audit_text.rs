//! What an audit says on the terminal: what comes out, under what it holds, and how many claims are likely to be false.

use super::numbers::{interval, percentage, plain, signed};
use super::page::Page;
use super::table::Table;
use suasion::estimate::Estimate;
use suasion::experiment::audit::{Answers, Audit, Audited, Chance, Claim, Judged, Verdict};

/// Letters of a hash that are told.
const HASH: usize = 12;

/// A number as a claim has it: with its sign where it is a difference.
fn number(claim: &Claim, x: f64) -> String {
    if claim.counterfactual.is_some() { signed(x) } else { plain(x) }
}

/// Number and interval of a claim; dashes where there is none.
fn both(claim: &Claim, answers: &Answers, k: usize) -> [String; 2] {
    match answers[k] {
        Some(Estimate { mean, interval: of, .. }) => {
            [number(claim, mean), interval(of, |x| number(claim, x))]
        }
        None => ["-".into(), String::new()],
    }
}

/// Says all of it.
pub(super) fn say(page: &mut Page, audit: &Audit, done: &Audited) {
    let (claims, n) = (&audit.claims, audit.list.len());
    page.say(&audit.base.title);
    let hash = &claims.blake3[..HASH];
    page.say(format!("{}, written {}, blake3 {hash}\n", count(n, "claim"), claims.written));
    let history = done.defaults.history.as_ref();
    let mut found = Table::of("claim").numbers(["free", "interval"]);
    if history.is_some() {
        found = found.numbers(["history", "interval"]);
    }
    for (k, claim) in audit.list.iter().enumerate() {
        let mut row = vec![claim.id.clone()];
        row.extend(both(claim, &done.defaults.free, k));
        row.extend(history.into_iter().flat_map(|history| both(claim, history, k)));
        found.row(row);
    }
    page.table(found);
    let particles = audit.plan.map_or(String::new(), |plan| format!(", {} particles", plan.particles));
    page.say(format!(
        "means at the defaults over {} replicates, with 95 % intervals{particles}; differences are counterfactual less scenario\n",
        audit.base.replicates
    ));
    conditions(page, audit, done);
    notes(page, audit, done);
}

/// Under what each claim holds.
fn conditions(page: &mut Page, audit: &Audit, done: &Audited) {
    let null = done.beside.first();
    let null_given = null.and_then(|null| null.history.as_ref());
    let mut table = Table::of("claim").numbers(["claimed", "null"]);
    if null_given.is_some() {
        table = table.numbers(["null, history"]);
    }
    let chances: [(&str, bool); 3] = [
        ("wrong: prior", done.prior.is_some()),
        ("wrong: prior, history", done.prior_given.is_some()),
        ("wrong: posterior", done.posterior.is_some()),
    ];
    table = table.numbers(chances.iter().filter(|(_, there)| *there).map(|(head, _)| *head));
    table = table.note("verdict");
    let share = |chance: Option<Chance>| chance.map_or("-".into(), |chance| percentage(chance.wrong));
    for (k, (claim, judged)) in audit.list.iter().zip(&done.judged).enumerate() {
        let mut row = vec![claim.id.clone(), claim.claimed.to_string()];
        row.extend(null.map(|null| both(claim, &null.free, k)[0].clone()));
        row.extend(null_given.map(|null| both(claim, null, k)[0].clone()));
        let all = [judged.prior, judged.prior_given, judged.posterior];
        row.extend(
            all.into_iter().zip(chances).filter(|(_, (_, there))| *there).map(|(chance, _)| share(chance)),
        );
        row.push(judged.words());
        table.row(row);
    }
    page.table(table);
}

/// What the columns rest on, and how many of the claims are likely to be false.
fn notes(page: &mut Page, audit: &Audit, done: &Audited) {
    page.say("null: every crowding coefficient 0; wrong: share of the draws in which the mean has not the sign that is claimed (of a level's range: lies outside)");
    let each = audit.each();
    if let Some(prior) = &done.prior {
        let (draws, parameters) = (prior.draws.len(), audit.priors.len());
        let refused = if prior.refused == 0 {
            String::new()
        } else {
            format!("; {} more made no valid scenario and were left out", prior.refused)
        };
        page.say(format!(
            "prior: {draws} draws of {}, {each} free replicates each{refused}",
            count(parameters, "parameter")
        ));
        if audit.plan.is_some() && done.prior_given.is_none() {
            page.say("no draw is conditioned on the record anew, which would take a filter each: what prior and posterior say of a claim about the history is the answer of free runs (--given-draws N conditions some)");
        }
    }
    if let Some(given) = &done.prior_given {
        let refused = if given.refused == 0 {
            String::new()
        } else {
            format!(", and {} under which what is on record cannot be", given.refused)
        };
        page.say(format!(
            "prior, history: the first {} of them, each by a filter of its own{refused}",
            given.draws.len()
        ));
    }
    match (&audit.posterior, &done.posterior) {
        (Some(posterior), Some(drawn)) => {
            let (draws, parameters) = (drawn.draws.len(), posterior.paths().len());
            page.say(format!(
                "posterior: {draws} of {} draws of {} of {}, {each} free replicates each",
                posterior.len(),
                count(parameters, "parameter"),
                posterior.name()
            ));
        }
        _ => page.say(
            "no posterior: nothing is said of what a record leaves open of the parameters (--posterior FILE)",
        ),
    }
    for (name, why) in &done.not_tried {
        page.say(format!("not tried: {name}: {why}"));
    }
    let kinds = [Verdict::ByConstruction, Verdict::Supported, Verdict::Fragile, Verdict::Unsupported];
    let of_kind = |kind: &Verdict| done.judged.iter().filter(|judged| judged.verdict == *kind).count();
    let counts: Vec<String> = kinds.iter().map(|kind| format!("{kind} {}", of_kind(kind))).collect();
    page.say(format!("\n{}: {}", count(audit.list.len(), "claim"), counts.join(", ")));
    let chances = [
        ("prior", done.expected_false(|judged| judged.prior)),
        ("posterior", done.expected_false(|judged| judged.posterior)),
    ];
    let told = chances.into_iter().filter_map(|(name, sum)| Some(format!("{:.1} over the {name}", sum?)));
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        page.say(format!("expected number of false claims: {}", told.join(", ")));
    }
    // Of claims of which the file expects nothing the table says it.
    let expects = |(claim, judged): &(&Claim, &Judged)| claim.expected.is_some() && !judged.is_met;
    for (claim, judged) in audit.list.iter().zip(&done.judged).filter(expects) {
        let expected = claim.expected.map_or_else(String::new, |verdict| verdict.to_string());
        page.say(format!("{} was expected to be {expected}, and is {}", claim.id, judged.words()));
    }
}

fn count(n: usize, of: &str) -> String {
    if n == 1 { format!("1 {of}") } else { format!("{n} {of}s") }
}
