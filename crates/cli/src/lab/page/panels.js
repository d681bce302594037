// The trajectories: a panel for each state, all on the same axes, the baseline in grey and what is beside it in colour.

import { band, html, line, svg, value } from "./svg.js";

const list = document.getElementById("panels");
const EDGE = { left: 30, right: 40, top: 8, bottom: 18 };
/** Height of the strip of the record, with its distance from the axis. */
const STRIP = { height: 7, gap: 3 };
/** Tiers, from light to dark as they are worse; a year without a grade has none. */
const SHADES = ["#dbe7f3", "#9db7d3", "#4f6f96", "#1b2b45"];

/** The colour of a grade among those of a regime, best first: the worse, the darker; none of what is no grade. */
export const shade = (grades, grade) => {
  const at = grades.indexOf(grade);
  return at < 0 ? undefined : SHADES[Math.round((at * (SHADES.length - 1)) / (grades.length - 1))];
};

let panels = [];
let shown = null;
let cursor = 0;
let size = { width: 0, height: 0 };

/** Columns that make the panels of a wide screen largest. */
function columns(count, width, height) {
  // Below these a panel says nothing: more rows than fit are scrolled to.
  const least = { width: 150, height: 100 };
  const most = Math.max(1, Math.min(count, Math.floor(width / least.width)));
  let best = [0, most];
  for (let c = 1; c <= most; c++) {
    const w = width / c, h = height / Math.ceil(count / c);
    if (h < least.height) continue;
    // Empty places at the end count against a layout.
    const room = Math.min(w / 1.5, h) * Math.sqrt(count / (c * Math.ceil(count / c)));
    if (room > best[0]) best = [room, c];
  }
  return best[1];
}

/** Makes a panel for each state; `choose` hears which is clicked. */
export function build(states, choose) {
  panels = states.map((state, at) => {
    const picture = svg("svg", { "aria-hidden": "true" });
    const parts = {};
    for (const name of ["grid", "record", "cursor", "base-band", "change-band", "base", "change", "labels"]) {
      parts[name] = svg(["grid", "labels", "cursor", "record"].includes(name) ? "g" : "path", { class: name });
      picture.append(parts[name]);
    }
    const said = html("span", { className: "hidden" });
    const button = html("button", { type: "button" }, html("span", { className: "name" }, state.name), said, picture);
    button.addEventListener("click", () => choose(state.id));
    return { state, at, button, said, picture, parts };
  });
  list.replaceChildren(...panels.map(({ button }) => html("li", {}, button)));
  lay();
}

function lay() {
  const wide = matchMedia("(min-width: 75rem)").matches;
  const fit = wide ? columns(panels.length, list.clientWidth, list.clientHeight) : panels.length > 1 && list.clientWidth > 300 ? Math.max(2, Math.floor(list.clientWidth / 260)) : 1;
  list.style.setProperty("--columns", fit);
  const first = panels[0]?.picture.getBoundingClientRect();
  size = { width: first?.width ?? 0, height: first?.height ?? 0 };
  draw();
}

new ResizeObserver(lay).observe(list);

/** Shows a run: `variable` with its axis, `base` and `changed` pictures, and which state is chosen. */
export function show(run) {
  shown = run;
  draw();
}

/** Takes the curves away, with what is said of them; the frames stay. */
export function clear() {
  shown = null;
  for (const { parts, said } of panels) {
    for (const name of ["base-band", "change-band", "base", "change"]) parts[name].setAttribute("d", "");
    for (const name of ["cursor", "labels"]) parts[name].replaceChildren();
    said.textContent = "";
  }
}

/** Moves the line of the year. */
export function point(row) {
  cursor = row;
  if (shown) for (const panel of panels) drawCursor(panel);
}

function axis() {
  const { variable, base, changed } = shown;
  let { low, high } = variable;
  // What has no end by itself ends where the bands do, and holds 0.
  const furthest = (end, of) => of(...[base, changed].filter(Boolean).flatMap((picture) => (picture.band?.[end] ?? picture.mean).flat()), 0);
  high ??= Math.max(furthest(1, Math.max), 1e-6) * 1.05;
  low ??= furthest(0, Math.min) * 1.05;
  return { low, high };
}

function scales() {
  const { low, high } = shown.axis;
  const last = shown.base.mean[0].length - 1;
  const { width, height } = size;
  const bottom = EDGE.bottom + (shown.record ? STRIP.height + STRIP.gap : 0);
  return {
    last,
    x: (i) => EDGE.left + ((width - EDGE.left - EDGE.right) * i) / Math.max(last, 1),
    y: (v) => height - bottom - ((height - EDGE.top - bottom) * (v - low)) / (high - low),
  };
}

function draw() {
  if (!shown || size.width < 40 || size.height < 30) return;
  shown.axis = axis();
  shown.scales = scales();
  for (const panel of panels) drawPanel(panel);
}

function drawPanel(panel) {
  const { base, changed, axis, scales } = shown;
  const { x, y, last } = scales;
  const { parts, picture, state, button, said } = panel;
  const of = (run) => run?.states.indexOf(state.id) ?? -1;
  const b = of(base), c = of(changed);
  // The axes stay while the curves move.
  const frame = [size.width, size.height, axis.low, axis.high, base.start, last, Boolean(shown.record)].join(" ");
  if (panel.frame !== frame) {
    panel.frame = frame;
    picture.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    const grid = [axis.low, (axis.low + axis.high) / 2, axis.high].flatMap((v) => [
      svg("line", { x1: x(0), x2: x(last), y1: y(v), y2: y(v) }),
      svg("text", { x: EDGE.left - 4, y: y(v) + 4, "text-anchor": "end" }, Number(v.toPrecision(2))),
    ]);
    grid.push(svg("text", { x: x(0), y: size.height - 4, "text-anchor": "start" }, base.start));
    grid.push(svg("text", { x: x(last), y: size.height - 4, "text-anchor": "end" }, base.start + last - 1));
    parts.grid.replaceChildren(...grid);
    drawRecord(panel);
  }
  const bands = (run, i) => (run?.band && i >= 0 ? band(run.band[0][i], run.band[1][i], x, y) : "");
  // What is beside may have fewer years; a line ends where its years do.
  const lines = (run, i) => (run && i >= 0 ? line(run.mean[i].slice(0, last + 1), x, y) : "");
  parts["base-band"].setAttribute("d", changed ? "" : bands(base, b));
  parts["change-band"].setAttribute("d", bands(changed, c));
  parts.base.setAttribute("d", lines(base, b));
  parts.change.setAttribute("d", lines(changed, c));
  const ends = [];
  for (const [kind, run, i] of [["base", base, b], ["change", changed, c]]) {
    const end = i >= 0 ? run.mean[i][Math.min(last, run.mean[i].length - 1)] : null;
    if (end !== null) ends.push([kind, end]);
  }
  let at = ends.map(([, v]) => y(v) + 4);
  // Two numbers that would lie on one another part, the higher value above.
  if (at.length === 2 && Math.abs(at[0] - at[1]) < 13) {
    const mean = (at[0] + at[1]) / 2, up = ends[0][1] >= ends[1][1] ? -6.5 : 6.5;
    at = [mean + up, mean - up];
  }
  parts.labels.replaceChildren(
    ...ends.map(([kind, v], i) => svg("text", { class: `end-${kind}`, x: x(last) + 5, y: at[i] }, value(v))),
  );
  drawCursor(panel);
  button.setAttribute("aria-pressed", shown.chosen === state.id);
  said.textContent = `: ${words(state.id, last)}. Why did this move?`;
}

/** The record below the curves: a strip of tiers, and marks where something was adopted. */
function drawRecord({ parts, at }) {
  const { record, scales: { x, last }, base } = shown;
  if (!record) {
    parts.record.replaceChildren();
    return;
  }
  const top = size.height - EDGE.bottom - STRIP.height;
  const items = (record.tiers?.[at] ?? []).slice(0, last).flatMap((tier, i) =>
    shade(record.grades, tier) ? [svg("rect", { x: x(i), y: top, width: Math.max(x(i + 1) - x(i) - 0.6, 0.4), height: STRIP.height, fill: shade(record.grades, tier) })] : []);
  for (const { dates } of record.adoptions) {
    const date = dates[at];
    if (date === null) continue;
    const place = x(date - base.start);
    if (date >= base.start && date - base.start <= last) items.push(svg("path", { d: `M${place - 3.5} ${top - 1}L${place + 3.5} ${top - 1}L${place} ${top + 5}Z` }));
  }
  parts.record.replaceChildren(...items);
}

/** What is on record of a state in the year of a row, in words; nothing where nothing is shown. */
function recorded({ at }, row) {
  const { record, base } = shown;
  if (!record || row === 0) return "";
  const year = base.start + row - 1;
  const tier = record.tiers?.[at]?.[row - 1];
  const grade = tier && tier !== "NR" ? [`tier ${tier}`] : [];
  const adopted = record.adoptions.filter(({ dates }) => dates[at] !== null && dates[at] < year + 1).map(({ id }) => `${id} adopted`);
  return [...grade, ...adopted].length ? `; on record in ${year}: ${[...grade, ...adopted].join(", ")}` : "";
}

function drawCursor({ parts }) {
  const { x, y, last } = shown.scales;
  const at = x(Math.min(cursor, last));
  const { low, high } = shown.axis;
  parts.cursor.replaceChildren(svg("line", { x1: at, x2: at, y1: y(low), y2: y(high) }));
}

/** What a row is called. */
export const when = (run, row) => (row === 0 ? `at the start of ${run.start}` : `at the end of ${run.start + row - 1}`);

/** A state's value at a row in words. */
export function words(id, row) {
  const { base, changed, variable } = shown;
  const of = (run) => {
    const i = run?.states.indexOf(id) ?? -1;
    return i < 0 ? undefined : run.mean[i][Math.min(row, run.mean[i].length - 1)];
  };
  const b = of(base), c = of(changed);
  const beside = c === undefined ? (changed ? ", not there with the change" : "") : `, with the change ${value(c)}`;
  const panel = panels.find(({ state }) => state.id === id);
  return `${variable.label} ${when(base, row)}: ${b === undefined ? "not there" : value(b)}${beside}${panel ? recorded(panel, row) : ""}`;
}

/** The state that the change moves most at a row, and by how much. */
export function most(row) {
  const { base, changed } = shown;
  let best = null;
  if (!changed) return null;
  base.states.forEach((id, b) => {
    const c = changed.states.indexOf(id);
    if (c < 0) return;
    const [there, here] = [changed.mean[c][Math.min(row, changed.mean[c].length - 1)], base.mean[b][row]];
    if (there === null || here === null) return;
    const by = Math.abs(there - here);
    if (!best || by > best.by) best = { id, by };
  });
  return best;
}
