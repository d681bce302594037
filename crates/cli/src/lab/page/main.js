// The page: what is set, what is asked of the lab, and what is shown of the answer.

import * as ledger from "./ledger.js";
import * as network from "./network.js";
import * as panels from "./panels.js";
import * as past from "./history.js";
import { Gone, get, post } from "./server.js";
import { changes, fromFragment, plain, toFragment, told } from "./setting.js";
import * as share from "./share.js";
import * as sliders from "./sliders.js";
import { html, number, sentence } from "./svg.js";
import * as table from "./table.js";
import * as theory from "./theory.js";
import * as tour from "./tour.js";

const by = (id) => document.getElementById(id);
/** Between two looks at whether the scenario's file has changed. */
const WATCH = 1500;
/** A run that takes longer is given up for a newer one. */
const PATIENCE = 1500;
/** Lines of a trouble that are shown. */
const MOST_LINES = 4;

let offered = null; // the scenarios on offer
let scenario = null; // the scenario as the lab describes it
let setting = null; // what is set
let answer = null; // the last run
let seen = ""; // version and trouble of the file, as last seen

// --- Troubles ---------------------------------------------------------------------------------------------------------

const troubles = { file: null, run: null };

function trouble(kind, text) {
  if (troubles[kind] === text) return;
  troubles[kind] = text;
  const all = Object.values(troubles).filter(Boolean);
  by("trouble").replaceChildren(...(all.length ? sentence(all.join("\n")) : []));
  by("trouble").hidden = !all.length;
}

const fileTrouble = (text) => text && `The scenario's file, or one that is read with it, has changed and cannot be used; what is shown is the last that could.\n${first(text)}`;

/** The first lines of a sentence of many, so that the picture stays in sight. */
function first(text) {
  const lines = text.split("\n");
  const more = lines.length - MOST_LINES;
  return more > 1 ? [...lines.slice(0, MOST_LINES), `and ${more} more, which suasion check lists`].join("\n") : text;
}

// --- Running ----------------------------------------------------------------------------------------------------------

let running = null; // { abort, begun }
let again = false;

/** Runs what is set. While a run is under way the newest setting waits, so that a drag shows as many runs as can be done. */
async function run() {
  if (running) {
    again = true;
    if (performance.now() - running.begun > PATIENCE) running.abort.abort();
    return;
  }
  const mine = { abort: new AbortController(), begun: performance.now() };
  running = mine;
  by("trajectories").setAttribute("aria-busy", "true");
  const asked = { setting: told(setting), variable: setting.variable };
  try {
    // Made first, and not given up while a slider is dragged.
    if (asked.setting.given && !(await past.made(asked.setting, scenario))) mine.begun = performance.now();
    const got = await post("/api/run", asked, mine.abort.signal);
    if (asked.setting.scenario === setting.scenario) {
      answer = { ...got, setting: asked.setting, variable: scenario.variables.find((v) => v.name === asked.variable) };
      drop(asked.setting, got.dropped);
      trouble("run", null);
      trouble("file", fileTrouble(got.trouble));
      show();
    }
  } catch (error) {
    if (error.name !== "AbortError" && !error.superseded) {
      trouble("run", error.message);
      if (!again && !isShown(asked)) clear();
    }
  } finally {
    if (running === mine) running = null;
    if (!running) by("trajectories").removeAttribute("aria-busy");
  }
  if (again) {
    again = false;
    run();
  } else {
    settle();
  }
}

/** Whether the picture is of this setting and variable. */
const isShown = ({ setting: of, variable }) => answer !== null && answer.variable.name === variable && JSON.stringify(answer.setting) === JSON.stringify(of);

/** Takes out of the setting what its counterfactual has not, unless the baseline has it set too. */
function drop(of, dropped) {
  if (of.both || of.counterfactual !== setting.counterfactual) return;
  const lost = dropped.filter((path) => setting.set[path] === of.set[path]);
  if (!lost.length) return;
  setting.set = Object.fromEntries(Object.entries(setting.set).filter(([path]) => !lost.includes(path)));
  controls();
}

/** Shows nothing: what is set was refused, and the picture of another setting would be taken for its own. */
function clear() {
  answer = null;
  explained = "";
  panels.clear();
  network.clear();
  table.clear();
  ledger.clear();
  by("legend").textContent = "Nothing is shown: what is set was refused. The sentence below says why.";
  for (const id of ["words", "ran", "dropped"]) by(id).textContent = "";
}

let settling = 0;

/** Once nothing moves any more: the ledger, the words for readers of the screen, the link. */
function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    history.replaceState(null, "", toFragment(setting));
    by("spoken").textContent = by("words").textContent;
    explain();
  }, 250);
}

let explained = "";

async function explain() {
  if (!setting.state) {
    explained = "";
    ledger.clear();
    return;
  }
  const asked = { setting: told(setting), state: setting.state };
  const key = JSON.stringify([asked, scenario.version]);
  if (key === explained || !answer) return;
  explained = key;
  ledger.waiting(nameOf(setting.state));
  by("ledger").setAttribute("aria-busy", "true");
  try {
    const got = await post("/api/ledger", asked);
    if (explained === key) ledger.show(got, nameOf(setting.state), answer);
  } catch (error) {
    if (explained === key) explained = "";
    // What is wrong with the numbers is told of the run already.
    if (!error.superseded && !troubles.run) trouble("run", error.message);
  } finally {
    by("ledger").removeAttribute("aria-busy");
  }
}

// --- Showing ----------------------------------------------------------------------------------------------------------

/** A state's name, or its id where the name would not fit into a line. */
const nameOf = (id) => {
  const name = scenario.states.find((state) => state.id === id)?.name ?? id;
  return name.length > 24 ? id : name;
};
const row = () => Math.min(setting.row ?? Infinity, scenario.end - scenario.start);

function show() {
  const { base, changed, variable } = answer;
  by("trajectories-title").textContent = `${variable.label[0].toUpperCase()}${variable.label.slice(1)} (${variable.unit})`;
  by("meaning").textContent = variable.meaning;
  legend();
  panels.show({ variable, base, changed, chosen: setting.state, record: answer.given && scenario.record });
  past.say(answer);
  at();
  const runs = `${base.replicates} replicates`;
  const digest = changed ? `digests ${base.digest.slice(0, 8)} and ${changed.digest.slice(0, 8)}` : `digest ${base.digest.slice(0, 8)}`;
  by("ran").textContent = `${runs} in ${number(answer.milliseconds)} ms; ${digest}`;
}

/** Says what the curves are: of the setting that was run, whatever has been set since. */
function legend() {
  const { base, changed, setting: of, dropped } = answer;
  const own = scenario.counterfactuals.find((c) => c.id === of.counterfactual)?.title;
  const key = (kind, text) => html("span", { className: "key" }, html("span", { className: `line ${kind}` }), text);
  const told = (title) => `the theory "${title}"`;
  const count = (set) => (set ? `${set} ${set === 1 ? "number" : "numbers"} set` : null);
  const titles = scenario.theories.map(({ title }) => told(title));
  const laid = of.theory === null ? null : titles.pop();
  const all = Object.keys(of.set).length;
  const both = of.both && of.counterfactual;
  const scenes = answer.given ? "The scenario in the history" : both ? "Baseline" : "As the scenario has it";
  const parts = [key("base", [scenes, ...titles, ...(both ? [laid, count(all)] : [])].filter(Boolean).join("; "))];
  if (changed) {
    const what = [own, ...(both ? [] : [laid, count(all - dropped.length)])].filter(Boolean).join("; ");
    parts.push(key("change", `With the change: ${what}`));
  }
  if (answer.absent) parts.push(key("change", "With the change there is no such variable"));
  const shown = changed ?? base;
  if (answer.given) parts.push(past.legend(scenario.record));
  if (shown.band) parts.push(html("span", { className: "key" }, html("span", { className: `swatch ${changed ? "change" : "base"}` }), "nine in ten replicates"));
  by("legend").replaceChildren(...parts);
  const names = dropped.map((path) => sliders.called(path));
  by("dropped").textContent = names.length ? `Not set beside the baseline, since "${own}" leaves nothing of it: ${names.join("; ")}.` : "";
}

/** What hangs on the year: the line in the panels, the network, the words. */
function at() {
  const { base, changed } = answer;
  const r = row();
  panels.point(r);
  network.draw(base, changed, r, setting.state);
  by("year").value = r;
  const when = panels.when(base, r);
  by("year-text").textContent = r === 0 ? `start of ${base.start}` : `end of ${base.start + r - 1}`;
  by("year").setAttribute("aria-valuetext", when);
  const id = setting.state ?? panels.most(r)?.id ?? scenario.states[0].id;
  const lead = setting.state || !changed ? "" : scenario.states.length > 1 ? "Changed most: " : "";
  if (by("numbers").open) table.show(answer, scenario, r);
  by("words").textContent = `${lead}${nameOf(id)}, ${panels.words(id, r)}.`;
}

/** Brings the controls to what is set. */
function controls() {
  by("scenario").value = setting.scenario;
  by("variable").value = setting.variable;
  by("counterfactual").value = setting.counterfactual ?? "";
  by("both").checked = setting.both;
  past.controls(setting, scenario);
  theory.show(setting, scenario);
  by("both-label").hidden = !setting.counterfactual;
  by("both-text").textContent = setting.theory === null ? "Set the sliders in the baseline too" : "Lay the theory and set the sliders in the baseline too";
  by("replicates").value = past.replicates(setting, scenario);
  by("seed").value = setting.seed ?? scenario.seed;
  by("reset").disabled = !changes(setting);
  const wanted = setting.sliders ?? scenario.sliders;
  const more = Object.keys(setting.set).filter((path) => !wanted.includes(path));
  sliders.show([...wanted, ...more], setting.set);
}

// --- Changing ---------------------------------------------------------------------------------------------------------

/** Changes what is set, and runs it. */
function change(what) {
  Object.assign(setting, what);
  controls();
  run();
}

function turn(path, value) {
  const set = { ...setting.set };
  if (value === null || (value === sliders.lever(path)?.value && !sliders.lever(path).varies)) delete set[path];
  else set[path] = value;
  change({ set });
}

function choose(state) {
  setting.state = setting.state === state ? null : state;
  if (answer) show();
  settle();
}

async function go(step, focus = true) {
  // A tour tells of the scenario as it is; the theory stays in its box.
  if (setting.theory !== null) await open({ ...setting, theory: null, set: {} });
  const wanted = tour.step(step);
  if (wanted) {
    const year = wanted.year === null || wanted.year === undefined ? null : wanted.year - scenario.start + 1;
    Object.assign(setting, {
      set: { ...wanted.set }, counterfactual: wanted.counterfactual ?? null, both: false,
      variable: wanted.show ?? "motivation", state: tour.opens(wanted), row: year, step,
    });
    controls();
    run();
  } else {
    setting.step = null;
    settle();
  }
  tour.show(step, focus);
}

/** Takes a scenario as the lab describes it now; what is set in it stays where it still can be. */
function take(described) {
  scenario = described;
  seen = `${described.version} ${described.trouble ?? ""}`;
  document.title = `${scenario.title} · suasion lab`;
  sliders.offer(scenario.levers);
  tour.offer(scenario.tour);
  const option = (value, text) => html("option", { value }, text);
  by("variable").replaceChildren(...scenario.variables.map((v) => option(v.name, v.label)));
  by("counterfactual").replaceChildren(option("", "the scenario, with the sliders"), ...scenario.counterfactuals.map((c) => option(c.id, c.title)));
  by("replicates").max = scenario.most_replicates;
  by("year").max = scenario.end - scenario.start;
  const lost = Object.keys(setting.set).filter((path) => !sliders.lever(path));
  for (const path of lost) delete setting.set[path];
  const names = scenario.variables.map((v) => v.name);
  if (!names.includes(setting.variable)) setting.variable = names[0];
  if (!scenario.counterfactuals.some((c) => c.id === setting.counterfactual)) setting.counterfactual = null;
  if (!scenario.states.some((state) => state.id === setting.state)) setting.state = null;
  setting.sliders = setting.sliders?.filter((path) => sliders.lever(path)) ?? null;
  if (!setting.sliders?.length) setting.sliders = null;
  if (!scenario.record) Object.assign(setting, { given: false, anew: false });
  panels.build(scenario.states, choose);
  for (const [i, item] of [...by("panels").children].entries()) item.dataset.state = scenario.states[i].id;
  network.build(scenario, choose);
  trouble("file", fileTrouble(scenario.trouble));
  trouble("run", lost.length ? `This scenario has no ${lost.join(", ")}: left out.` : null);
  return lost;
}

/** A scenario as the lab describes it, under the theory that is set. */
const describe = (wanted) => (wanted.theory === null ? get("/api/scenario", { scenario: wanted.scenario }) : post("/api/scenario", { setting: told(wanted) }));

let laying = null; // the newest that is asked for

/** Lays a theory over the scenario, or takes it away; one that is wrong leaves all as it was. */
async function lay(text) {
  const mine = { scenario: setting.scenario };
  laying = mine;
  const isNewest = () => laying === mine && setting.scenario === mine.scenario;
  try {
    const described = await describe({ ...setting, theory: text });
    if (!isNewest()) return;
    theory.trouble(null);
    // What is set of a theory that goes goes with it.
    const there = new Set(described.levers.map(({ path }) => path));
    const set = Object.fromEntries(Object.entries(setting.set).filter(([path]) => there.has(path)));
    await open({ ...setting, theory: text, set }, described);
  } catch (error) {
    if (isNewest()) theory.trouble(error.message);
  }
}

/** Opens a setting, of this scenario or another. */
async function open(wanted, known) {
  setting = wanted;
  running?.abort.abort();
  try {
    const described = known ?? (await describe(wanted));
    if (setting !== wanted) return;
    answer = null;
    explained = "";
    const lost = take(described);
    ledger.clear();
    controls();
    tour.show(setting.step, false);
    await run();
    if (lost.length) trouble("run", `This scenario has no ${lost.join(", ")}: left out.`);
  } catch (error) {
    if (setting !== wanted) return;
    if (wanted.theory !== null && !(error instanceof Gone)) {
      // The scenario is there whatever is wrong with the theory, which stands in its box.
      await open({ ...wanted, theory: null });
      theory.refuse(wanted.theory, error.message);
      return;
    }
    trouble("run", error.message);
    // A link to a scenario that this lab does not have: the one it was given.
    if (!(error instanceof Gone) && wanted.scenario !== offered.given && !scenario) {
      await open(plain(offered.given));
      trouble("run", error.message);
    }
  }
}

/** Looks whether the scenario's file has changed, and whether the lab is still there. */
async function watch() {
  try {
    if (document.hidden || !scenario) return;
    const of = setting.scenario;
    const { version, trouble: wrong } = await get("/api/watch", { scenario: of });
    if (troubles.run === new Gone().message) {
      trouble("run", null);
      run();
    }
    if (of !== setting.scenario || seen === `${version} ${wrong ?? ""}`) return;
    if (version === scenario.version) {
      seen = `${version} ${wrong ?? ""}`;
      trouble("file", fileTrouble(wrong));
    } else {
      await open(setting);
    }
  } catch (error) {
    trouble("run", error.message);
  } finally {
    setTimeout(watch, WATCH);
  }
}

// --- Beginning --------------------------------------------------------------------------------------------------------

function listen() {
  by("scenario").addEventListener("change", () => open(plain(by("scenario").value)));
  by("variable").addEventListener("change", () => change({ variable: by("variable").value }));
  by("counterfactual").addEventListener("change", () => change({ counterfactual: by("counterfactual").value || null }));
  by("both").addEventListener("change", () => change({ both: by("both").checked }));
  past.listen(change);
  by("reset").addEventListener("click", () => {
    const plainly = { set: {}, counterfactual: null, both: false };
    if (setting.theory === null) change(plainly);
    else open({ ...setting, ...plainly, theory: null });
    by("controls-title").focus();
  });
  const whole = (key) => () => {
    const box = by(key);
    const value = box.valueAsNumber;
    if (box.value === "" || value === Number(scenario[key])) change({ [key]: null });
    else if (Number.isSafeInteger(value) && value >= 0) change({ [key]: value });
    else trouble("run", `${key}: found ${box.value}, expected a whole number of at least ${key === "seed" ? 0 : 1}`);
  };
  by("replicates").addEventListener("change", whole("replicates"));
  by("seed").addEventListener("change", whole("seed"));
  by("year").addEventListener("input", () => {
    setting.row = Number(by("year").value);
    if (answer) at();
    settle();
  });
  by("play").addEventListener("click", () => play(by("play").getAttribute("aria-pressed") !== "true"));
  by("share-open").addEventListener("click", () => share.open(setting));
  by("full").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  document.addEventListener("fullscreenchange", () => (by("full").textContent = document.fullscreenElement ? "Leave full screen" : "Full screen"));
  by("numbers").addEventListener("toggle", () => by("numbers").open && answer && table.show(answer, scenario, row()));
  addEventListener("hashchange", () => {
    const wanted = fromFragment(location.hash);
    if (wanted && toFragment(wanted) !== toFragment(setting)) open(wanted);
  });
  sliders.listen(turn, (path) => change({ sliders: [...new Set([...(setting.sliders ?? scenario.sliders), path])] }));
  theory.listen(lay);
  tour.listen(go);
}

let playing = 0;

/** Moves through the years, from the start where it stands at the end. */
function play(on) {
  clearInterval(playing);
  by("play").setAttribute("aria-pressed", on);
  by("play").textContent = on ? "Stop" : "Play";
  if (!on) return;
  const last = scenario.end - scenario.start;
  if (row() >= last) setting.row = -1;
  playing = setInterval(() => {
    setting.row = Math.min(row() + 1, last);
    if (answer) at();
    if (setting.row === last) {
      play(false);
      settle();
    }
  }, 700);
}

async function begin() {
  by("lab").hidden = false;
  network.key();
  listen();
  try {
    offered = await get("/api/scenarios");
  } catch (error) {
    trouble("run", error.message);
    return;
  }
  theory.offer(offered);
  by("scenario").replaceChildren(...offered.scenarios.map((s) => html("option", { value: s.reference }, `${s.title}${s.file ? ` (${s.file})` : s.tour ? " (tour)" : ""}`)));
  await open(fromFragment(location.hash) ?? plain(offered.given));
  watch();
}

begin();
