//! Instruments: what can be adopted, by whom, and adoptions that are given.

use super::context::{Context, text};
use super::regimes::{dated, flags};
use crate::lanes::randomness::Drawer;
use crate::model::table::Bound;
use crate::model::world::{Exit, Instrument, InstrumentKind};
use crate::scenario::document::Node;
use crate::scenario::observed::Observed;
use crate::scenario::report::{label, origin};
use crate::scenario::wire;
use crate::scenario::wire_values::Number;
use std::collections::BTreeMap;

/// Instruments, in id order.
pub(super) fn instruments(context: &mut Context<'_>, observed: &Observed) -> Vec<Instrument> {
    let document = context.document;
    let mut entries: Vec<(usize, &Node)> = document.entries("instrument").iter().enumerate().collect();
    entries.sort_by(|a, b| text(a.1, "id").cmp(&text(b.1, "id")));
    let mut instruments = Vec::new();
    for (i, node) in entries {
        let path = label("instrument", i, node);
        let Some(wire) = context.report.read::<wire::Instrument>(node, &path) else { continue };
        let ramp = wire.ramp.map_or(0.0, |ramp| ramp.0);
        for (key, x) in [("hazard", wire.hazard.0), ("ramp", ramp)] {
            context.check_bound(node, &path, key, x, Bound::NonNegative);
        }
        let exit = exit(context, node, &path, &wire);
        let mut instrument = Instrument {
            drawer: Drawer::instrument(&wire.id),
            kind: match wire.kind {
                wire::InstrumentKind::Convention => InstrumentKind::Convention,
                wire::InstrumentKind::Law => InstrumentKind::Law,
                wire::InstrumentKind::Treaty => InstrumentKind::Treaty,
                wire::InstrumentKind::Nhri => InstrumentKind::Nhri,
            },
            opens: wire.opens.map_or(f64::NEG_INFINITY, |opens| opens.0),
            hazard: wire.hazard.0,
            ramp,
            eligible: flags(context, node, &path, "eligible", wire.eligible),
            adopted: vec![None; context.states.len()],
            cost: cost(context, node, &path, wire.cost.as_ref()),
            exit,
            withdrawn: vec![None; context.states.len()],
            pinned: wire.pinned,
            id: wire.id,
        };
        if wire.pinned {
            pin(context, observed, &mut instrument, node, &path);
        }
        for (state, date, at, path) in dated(context, node, &path, "adopted", wire.adopted.as_ref()) {
            if date >= f64::from(context.clock.end) {
                if !context.document.narrowed {
                    let expected = format!("a date before the end, {}", context.clock.end);
                    context.report.expected(at, path, date.to_string(), expected);
                }
                instrument.adopted[state] = None;
                continue;
            }
            adopt(context, &mut instrument, state, date, (at, &path));
        }
        for (state, date, at, path) in dated(context, node, &path, "withdrawn", wire.withdrawn.as_ref()) {
            withdraw(context, &mut instrument, state, date, (at, &path));
        }
        context.title("instrument", &instrument.id, wire.title);
        instruments.push(instrument);
    }
    instruments
}

/// What adopting costs each state; nothing where nobody says.
fn cost(
    context: &mut Context<'_>,
    node: &Node,
    path: &str,
    given: Option<&BTreeMap<String, Number>>,
) -> Vec<f64> {
    let Some(given) = given.filter(|given| !given.is_empty()) else { return Vec::new() };
    let mut all = vec![0.0; context.states.len()];
    for (id, x) in given {
        let at = node.get("cost").map_or(node.origin, |table| origin(table, id));
        let path = format!("{path}.cost.{id}");
        if !Bound::Any.admits(x.0) {
            context.report.expected(at, path.clone(), x.0.to_string(), Bound::Any.describe());
        }
        if let Some(state) = context.state(id, at, &path) {
            all[state] = x.0;
        }
    }
    all
}

/// How states come to leave it; none where nobody does by themselves.
fn exit(context: &mut Context<'_>, node: &Node, path: &str, wire: &wire::Instrument) -> Option<Exit> {
    let number = |given: &Option<Number>| given.as_ref().map_or(0.0, |x| x.0);
    let exit = Exit {
        hazard: number(&wire.exit_hazard),
        reactance: number(&wire.exit_reactance),
        motivation: number(&wire.exit_motivation),
    };
    for ((key, x), bound) in exit.numbers().into_iter().zip([Bound::NonNegative, Bound::Any, Bound::Any]) {
        context.check_bound(node, path, key, x, bound);
    }
    if wire.exit_hazard.is_none() {
        let alone = ["exit_reactance", "exit_motivation"].into_iter().find(|key| node.get(key).is_some());
        if let Some(key) = alone {
            let hint =
                Some("give it an `exit_hazard`, the hazard of leaving per year without any push".into());
            let what = "it says why states leave, and the instrument cannot be left";
            context.report.wrong(origin(node, key), format!("{path}.{key}"), what, hint);
        }
        return None;
    }
    if wire.pinned && exit.hazard > 0.0 {
        let hint = Some("give the dates of withdrawals in `withdrawn`, or take `pinned` out".into());
        let what = "a hazard of leaving what is adopted as on record alone";
        context.report.wrong(origin(node, "exit_hazard"), format!("{path}.exit_hazard"), what, hint);
    }
    Some(exit)
}

/// Notes a withdrawal that is given, unless there is nothing to withdraw from.
fn withdraw(
    context: &mut Context<'_>,
    instrument: &mut Instrument,
    state: usize,
    date: f64,
    (at, path): Place<'_>,
) {
    let (start, end) = (f64::from(context.clock.start), f64::from(context.clock.end));
    let narrowed = context.document.narrowed;
    if date >= end || date < start && !narrowed {
        if !narrowed {
            let expected = format!("a date inside the run, from {start} and before {end}");
            context.report.expected(at, path, date.to_string(), expected);
        }
        return;
    }
    match instrument.adopted[state] {
        Some(adopted) if date <= adopted => {
            let expected = format!("a date after its adoption, {adopted}");
            context.report.expected(at, path, date.to_string(), expected);
        }
        None if instrument.pinned || !instrument.eligible[state] => {
            let hint = Some("give its adoption in `adopted`, or leave the withdrawal out".into());
            context.report.wrong(at, path, "a withdrawal by a state that cannot have adopted it", hint);
        }
        // Who left before a run of fewer years is out from its start.
        _ => instrument.withdrawn[state] = Some(date.max(start)),
    }
}

type Place<'p> = (crate::scenario::document::Origin, &'p str);

/// Notes an adoption that is given, unless it could not have been.
fn adopt(
    context: &mut Context<'_>,
    instrument: &mut Instrument,
    state: usize,
    date: f64,
    (at, path): Place<'_>,
) {
    if !instrument.eligible[state] {
        let hint = Some("add the state to `eligible`, or leave the adoption out".into());
        context.report.wrong(at, path, "adopted by a state that is not eligible", hint);
    } else if date < instrument.opens {
        let expected = format!("a date from its opening, {}", instrument.opens);
        context.report.expected(at, path, date.to_string(), expected);
    } else {
        instrument.adopted[state] = Some(date);
    }
}

/// Takes the record's adoptions; those after the end of the run are of no matter to it.
fn pin(context: &mut Context<'_>, observed: &Observed, instrument: &mut Instrument, node: &Node, path: &str) {
    let id = instrument.id.clone();
    let record =
        context.document.root.get("observed").and_then(|observed| observed.get("adoptions")?.get(&id));
    let Some(record) = record else {
        if node.get("adopted").is_none() {
            let hint = Some(format!("give the record in [observed.adoptions.{id}]"));
            context.report.wrong(
                origin(node, "pinned"),
                format!("{path}.pinned"),
                "nothing is recorded to pin it to",
                hint,
            );
        }
        return;
    };
    let Some(&index) = context.instruments.get(&id) else { return };
    for (state, name) in context.states.clone().iter().map(|(name, &state)| (state, name.clone())) {
        let Some(date) = observed.adoption(index, state) else { continue };
        if date < f64::from(context.clock.end) {
            let path = format!("observed.adoptions.{id}.{name}");
            adopt(context, instrument, state, date, (origin(record, &name), &path));
        }
    }
}
