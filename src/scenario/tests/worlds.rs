//! What a valid scenario becomes, and what must be equal to what: a resolved scenario and its origin, an overlay and
//! the same edit, one order of the file and another.

use super::{HEAD, build, load};
use crate::lanes::randomness::{Drawer, state_key};
use crate::model::distribution::Distribution;
use crate::model::observation::Observation;
use crate::model::parameters::Parameters;
use crate::model::world::{Change, Member};
use crate::scenario::{Ground, Scenario, document};
use std::collections::BTreeMap;

/// A scenario with some of everything.
pub(super) const FULL: &str = r#"
version = 2
title = "Full \"quoted\""
description = "several\nlines"
time = { start = 2001, end = 2005, steps_per_year = 2 }
runs = { replicates = 7, seed = 9 }
[parameters]
displacement = 0.1
spiral_up = [1, 1, 1, 1]
[defaults]
openness = { low = 0.1, high = 0.3 }
strategic_value.tvpa = 0.25
[[state]]
id = "THA"
region = "sea"
capacity = { mean = 0.5, sd = 0.1, source = "a" }
initial_phase = "tactical"
[[state]]
id = "IDN"
name = "Indonesia"
region = "sea"
autochthonous_motivation = { alpha = 2, beta = 3 }
strategic_value = 0.4
initial_phase = { probabilities = [0.5, 0.5, 0, 0, 0] }
[[population]]
id = "pop"
count = 3
attention = { low = 0, mode = 0.1, high = 0.5 }
[[tie]]
between = ["THA", "IDN"]
weight = 0.5
from = 2003.4
[[tie]]
between = ["IDN", "pop-2"]
weight = 1
until = 2004
[[regime]]
id = "tvpa"
kind = "rating"
grades = ["1", "2", "2WL", "3"]
thresholds = [0.56, 0.14, -0.06]
severity = 0.7
demands = ["palermo", "law"]
rates = ["sea"]
rated_from = { THA = 2002 }
[[regime]]
id = "eu"
kind = "rating"
grades = ["1", "2", "2WL", "3"]
thresholds = [0.56, 0.14, -0.06]
pinned = true
[[regime]]
id = "asean"
kind = "community"
members = ["sea"]
joined = { THA = 1999 }
engagement = [{ from = 1990, value = 0.1 }, { from = 2003, value = 0.4 }]
[[regime]]
id = "un"
kind = "convention"
addresses = ["asean", "pop-1"]
[[instrument]]
id = "palermo"
kind = "convention"
opens = 2000.95
hazard = 0.042
ramp = 3
adopted = { THA = 2001 }
[[instrument]]
id = "law"
kind = "law"
hazard = 0.01
pinned = true
[[event]]
at = 2003
state = ["IDN", "THA"]
set = { strategic_value.tvpa = 1.0, openness = 0.9 }
adopt = "palermo"
[[event]]
id = "soft"
at = 2002.5
regime = "tvpa"
set = { severity = 0, thresholds = [0.9, 0.5, 0.1], politicization = 0.2 }
[[corridor]]
from = "IDN"
to = "THA"
volume = 100
[observed.tiers.eu]
from = 2000
THA = ["1", "2", "WL", "NR", "NR"]
IDN = { 2003 = "3", 2004 = "NR" }
[observed.adoptions.law]
THA = 2008
IDN = 2002.5
[counterfactual.no-tvpa]
remove = ["regime.tvpa"]
[counterfactual.other]
title = "Other"
set = { "parameters.displacement" = 0, "regime.tvpa.shame[1]" = 0.5, "state.IDN.strategic_value.eu" = 1 }
[[counterfactual.other.regime]]
id = "another"
kind = "rating"
grades = ["1", "2", "2WL", "3"]
thresholds = [0.56, 0.14, -0.06]
[[counterfactual.other.instrument]]
id = "added"
kind = "treaty"
hazard = 0.3
[sweep]
axis = [{ path = "regime.tvpa.severity", low = 0, high = 2 }]
"#;

#[test]
fn a_resolved_scenario_reads_back_as_the_same_world() {
    let base = build(FULL);
    let again = build(&base.resolved());
    assert_eq!(base.world, again.world);
    assert_eq!((&base.names, &base.regions, &base.observed), (&again.names, &again.regions, &again.observed));
    assert_eq!((base.seed, base.replicates, &base.titles), (again.seed, again.replicates, &again.titles));
    assert_eq!(base.resolved(), again.resolved());
    for id in ["no-tvpa", "other"] {
        let mut loaded = load(FULL);
        loaded.apply_counterfactual(id).unwrap();
        let scenario = loaded.build().unwrap();
        assert_eq!(scenario.world, build(&scenario.resolved()).world, "{id}");
    }
}

#[test]
fn the_order_of_entries_changes_nothing() {
    let mut loaded = load(FULL);
    let expected = loaded.build().unwrap().world;
    let root = loaded.document_mut().root.table_mut().unwrap();
    for section in ["state", "population", "tie", "regime", "instrument", "corridor"] {
        if let document::Value::List(list) = &mut root.get_mut(section).unwrap().value {
            list.reverse();
        }
    }
    assert_eq!(loaded.build().unwrap().world, expected);
}

#[test]
fn an_overlay_is_the_same_as_an_edit() {
    let threat = "severity = 0.7\nthreat = [0, 0, 0, 0.5]";
    let edits = [
        ("parameters.displacement=0.3", "displacement = 0.1", "displacement = 0.3"),
        ("parameters.spiral_up[1]=2", "[1, 1, 1, 1]", "[1, 2, 1, 1]"),
        ("state.THA.capacity.mean=0.6", "mean = 0.5", "mean = 0.6"),
        (
            "state.IDN.strategic_value.tvpa=1",
            "strategic_value = 0.4",
            "strategic_value = { tvpa = 1, eu = 0.4 }",
        ),
        ("tie.IDN-THA.weight=2", "weight = 0.5", "weight = 2"),
        ("regime.tvpa.threat[3]=0.5", "severity = 0.7", threat),
        ("event.soft.at=2003.5", "at = 2002.5", "at = 2003.5"),
        ("regime.asean.engagement[1].value=0.9", "from = 2003, value = 0.4", "from = 2003, value = 0.9"),
        ("runs.seed=10", "seed = 9", "seed = 10"),
    ];
    for (assignment, from, to) in edits {
        let mut loaded = load(FULL);
        loaded.set(assignment).unwrap();
        let (set, edited) = (loaded.build().unwrap(), build(&FULL.replacen(from, to, 1)));
        assert_eq!((set.world, set.seed), (edited.world, edited.seed), "{assignment}");
    }
    // A list of which the file says nothing begins with its defaults.
    let mut observed = load(FULL);
    observed.set("observation.protection_thresholds[1]=0.3").unwrap();
    let mut expected = Observation::default();
    expected.protection_thresholds[1] = 0.3;
    assert_eq!(observed.build().unwrap().observed.observation, expected);
    let mut loaded = load(FULL);
    loaded.set("state.*.openness=0.5").unwrap();
    let world = loaded.build().unwrap().world;
    assert!(world.states.iter().all(|state| state.traits.openness == Distribution::Fixed(0.5)));
    let mut applied = load(FULL);
    applied.apply_counterfactual("no-tvpa").unwrap();
    assert_eq!(applied.build().unwrap().world.ratings.len(), 1);
}

#[test]
fn luck_hangs_on_ids() {
    let drawers = |id: Option<&str>| {
        let mut loaded = load(FULL);
        if let Some(id) = id {
            loaded.apply_counterfactual(id).unwrap();
        }
        let world = loaded.build().unwrap().world;
        let regimes = world.ratings.iter().map(|rating| (rating.id.clone(), rating.drawer));
        regimes.chain(world.instruments.iter().map(|j| (j.id.clone(), j.drawer))).collect::<BTreeMap<_, _>>()
    };
    let (base, less, more) = (drawers(None), drawers(Some("no-tvpa")), drawers(Some("other")));
    assert_eq!(base["tvpa"], Drawer::regime("tvpa"));
    assert_eq!(base["law"], Drawer::instrument("law"));
    assert!(!less.contains_key("tvpa") && more.len() > base.len());
    for other in [less, more] {
        assert!(other.iter().all(|(id, drawer)| base.get(id).is_none_or(|same| same == drawer)));
    }
}

#[test]
fn generated_states_keep_their_luck_at_any_count() {
    let keys = |count: u32| {
        let world = build(&format!("{HEAD}[[population]]\nid = 'w'\ncount = {count}\n")).world;
        world.states.iter().map(|state| state.key).collect::<Vec<_>>()
    };
    let nine = keys(9);
    for count in [10, 99, 100, 1000] {
        assert_eq!(nine, keys(count)[..9], "{count}");
    }
    assert_eq!(nine[6], state_key("w 7"));
}

#[test]
fn states_have_their_traits_keys_and_regions() {
    let scenario = build(FULL);
    let ids: Vec<&str> = scenario.world.states.iter().map(|state| state.id.as_str()).collect();
    assert_eq!(ids, ["IDN", "THA", "pop-1", "pop-2", "pop-3"]);
    assert_eq!(scenario.names[0], "Indonesia");
    assert_eq!(scenario.regions[2].as_deref(), Some("pop"));
    let [indonesia, thailand, ..] = &scenario.world.states[..] else { panic!("two states at least") };
    assert_eq!(thailand.traits.autochthonous_motivation, Distribution::Intrinsic);
    assert_eq!(thailand.traits.openness, Distribution::Uniform { low: 0.1, high: 0.3 });
    assert_eq!(thailand.initial_phase, [0.0, 0.0, 1.0, 0.0, 0.0]);
    // Rating regimes are eu and tvpa; the default speaks for tvpa alone.
    assert_eq!(thailand.strategic_value, [Distribution::Fixed(0.0), Distribution::Fixed(0.25)]);
    assert_eq!(indonesia.strategic_value, [Distribution::Fixed(0.4), Distribution::Fixed(0.4)]);
    let hash = blake3::hash(b"IDN");
    assert_eq!(indonesia.key, u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap()));
    let world = &scenario.world;
    assert_eq!(world.ratings[0].pinned.as_ref().unwrap()[..2], [vec![0, 0, 4, 0], vec![2, 3, 0, 0]]);
    assert_eq!(world.instruments[0].adopted[..2], [Some(2002.5), None]);
    let member = |state, from| Member { state, from, until: f64::INFINITY };
    assert_eq!(world.communities[0].members, [member(0, f64::NEG_INFINITY), member(1, 1999.0)]);
    assert_eq!(world.conventions[0].addresses, [true, true, true, false, false]);
    assert!(matches!(world.events[0].change, Change::RatingField(1, ..)));
    assert_eq!(world.events.last().map(|event| &event.change), Some(&Change::Adopt(1, 1)));
}

#[test]
fn narrowed_years_leave_out_what_comes_later_and_start_with_what_came_before() {
    let years = |years| {
        let mut loaded = load(FULL);
        loaded.years(years).unwrap();
        loaded.build_alone().unwrap().world.events.iter().map(|event| event.at).collect::<Vec<_>>()
    };
    assert_eq!(years(2001..2003), [2002.5; 5]);
    assert_eq!(years(2004..2005).first(), Some(&2004.0));
}

#[test]
fn tables_beside_the_file_become_states_and_ties() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "s.toml",
        &format!(
            "{HEAD}states = 's.csv'\nties = 't.csv'\n[[regime]]\nid = 'r'\nkind = 'rating'\ngrades = ['good', 'bad']\nthresholds = [0.5]\n"
        ),
    );
    let load = || Scenario::load(folder.path().join("s.toml").to_str().unwrap());
    write("t.csv", "a,b,weight,from\nA,B,0.5,\nB,C,1,2003\n");
    write("s.csv", "id,name,capacity,capacity.sd,strategic_value.r\nA,Ah,0.5,0.1,1\nB,,0.7,,\nC,,,,\n");
    let scenario = load().unwrap().build().unwrap();
    assert_eq!(scenario.world.states[0].traits.capacity, Distribution::Normal { mean: 0.5, sd: 0.1 });
    assert_eq!(scenario.world.states[0].strategic_value, [Distribution::Fixed(1.0)]);
    assert_eq!(scenario.world.ties.len(), 2);
    assert_eq!(build(&scenario.resolved()).world, scenario.world);
    let mut loaded = load().unwrap();
    loaded.set("state.B.capacity=0.2").unwrap();
    assert_eq!(loaded.build().unwrap().world.states[1].traits.capacity, Distribution::Fixed(0.2));

    let check = |text: &str, expected: &str| {
        write("s.csv", text);
        let outcome = load().and_then(|loaded| loaded.build());
        let message = outcome.map_or_else(|error| error.to_string(), |_| "fine".into());
        let here = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
        assert_eq!(message.replace(&here, ""), expected);
    };
    check(
        "id,capacity\nA,0.5\nB,x\nC,2\n",
        "s.csv:3: state.B.capacity: found \"x\", expected a number above 0, at most 1; `capacity`: what the state can do at most (kappa)\n\
         s.csv:4: state.C.capacity: found 2, expected a number above 0, at most 1; `capacity`: what the state can do at most (kappa)",
    );
    check(
        "id,name,name,capcity\nA,,,0.5\n",
        "s.csv:1: name: a column given twice\ns.csv:1: capcity: unknown column; did you mean `capacity`?",
    );
    check("id\nA\nB\nA\nC\n", "s.csv:4: state.A: duplicate id; the first is at s.csv:2");
}

#[test]
fn sources_may_stand_at_the_value_in_sources_or_at_the_entry_and_judgement_is_told_apart() {
    let displacement = Parameters::default().displacement;
    let text = format!(
        "{HEAD}[parameters]\ndisplacement = {displacement:?}\ndrift = 0.1\nspillover = 0.2\nsources = {{ spillover = 'x' }}\n\
         [[state]]\nid = 'A'\ncapacity = {{ mean = 0.5, sd = 0.1, source = 'x' }}\nopenness = 0.2\n\
         [[state]]\nid = 'B'\nsource = 'judgement'\nopenness = 0.2\nattention = {{ mean = 0.2, sd = 0.1, source = 'x' }}\n"
    );
    let scenario = build(&text);
    let of = |ground: Ground| -> Vec<String> {
        let all = scenario.sources();
        all.iter().filter(|v| v.ground == ground).map(|v| format!("{}:{}", v.line, v.path)).collect()
    };
    assert_eq!(of(Ground::None), ["6:parameters.drift", "12:state.A.openness"]);
    assert_eq!(of(Ground::Judgement), ["16:state.B.openness"]);
    assert_eq!(of(Ground::Source), ["7:parameters.spillover", "11:state.A.capacity", "17:state.B.attention"]);
}

#[test]
fn references_are_paths_or_bundled_names() {
    let folder = tempfile::tempdir().unwrap();
    let check = |reference: &str, expected: &str| {
        let message = Scenario::load(reference).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    std::fs::write(at("x.toml"), b"version = 2\ntitle = '\xff'\n").unwrap();
    check(&at("x.toml"), "x.toml:2: not UTF-8 text");
    check(&at("none.toml"), "none.toml: ");
    check(&at(""), "a directory");
    check("nonesuch", "no scenario `nonesuch`");
}

#[test]
fn a_resolved_population_stays_a_generator_and_an_event_of_many_states_one_event() {
    let text = format!(
        "{HEAD}population = [{{ id = 'north', count = 2000, openness = {{ low = 0.1, high = 0.9 }} }},\n\
         {{ id = 'south', count = 30, region = 'club' }}]\n\
         state = [{{ id = 'north-00005x', region = 'club' }}, {{ id = 'A', region = 'club' }}]\n\
         [[regime]]\nid = 'club'\nkind = 'community'\nmembers = ['north']\nengagement = 0.4\n\
         [[regime]]\nid = 'tvpa'\nkind = 'rating'\ngrades = ['good', 'bad']\nthresholds = [0.5]\nrates = ['club', 'north-0007']\n\
         [[instrument]]\nid = 'law'\nkind = 'law'\nhazard = 0.1\neligible = ['north']\n\
         [[event]]\nat = 2002\nstate = 'all'\nset = {{ openness = 0.5, attention = 0.5, strategic_value.tvpa = 1 }}\nadopt = 'law'\n\
         [[event]]\nat = 2003\nstate = ['north', 'A']\nset = {{ capacity = 0.5 }}\n\
         [[event]]\nat = 2003.5\nstate = 'north-0001'\nset = {{ capacity = 0.6 }}\n"
    );
    let base = build(&text);
    let resolved = base.resolved();
    assert!(resolved.len() < 8000, "{resolved}");
    let again = build(&resolved);
    assert_eq!(base.world, again.world);
    assert_eq!((&base.names, &base.regions), (&again.names, &again.regions));
    assert_eq!(again.resolved(), resolved);
}

#[test]
fn a_bar_that_nobody_dates_rises_from_a_date_that_could_be_given() {
    let clock = build(&format!("{HEAD}state = [{{ id = 'A' }}]\n")).world.clock;
    let (first, last) = (f64::from(clock.start - 200), f64::from(clock.end));
    for (from, expected) in [(1.0, first), (first + 10.0, first + 10.0), (last + 30.0, last)] {
        let regime = format!(
            "[[regime]]\nid = 'tvpa'\nkind = 'rating'\ngrades = ['good', 'bad']\nthresholds = [0.5]\nfrom = {from}\nbar_rise = 0.01\n"
        );
        let scenario = build(&format!("{HEAD}state = [{{ id = 'A' }}]\n{regime}"));
        assert_eq!(scenario.world.ratings[0].bar_from, expected);
        assert_eq!(build(&scenario.resolved()).world, scenario.world);
    }
}
