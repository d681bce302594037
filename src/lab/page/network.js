// The network of states at a year: who is tied to whom, in which community, in which phase of the spiral.

import { html, svg } from "./svg.js";

export const PHASES = ["repression", "denial", "tactical concessions", "prescriptive status", "rule-consistent behaviour"];

const graph = document.getElementById("graph");
const MIDDLE = 200;

let scenario = null;
let places = new Map();
let radius = 16;
let groups = [];

const circle = (i, n, r, [cx, cy] = [MIDDLE, MIDDLE]) => {
  const turn = (2 * Math.PI * i) / n - Math.PI / 2;
  return [cx + r * Math.cos(turn), cy + r * Math.sin(turn)];
};

/** States so that each stands beside those it is tied to most: the order of a walk along the strongest ties. */
function walk(states, ties) {
  const weight = (a, b) => ties.reduce((sum, t) => sum + ((t.a === a && t.b === b) || (t.a === b && t.b === a) ? t.weight : 0), 0);
  const left = [...states];
  const order = left.splice(0, 1);
  while (left.length) {
    let best = 0;
    left.forEach((state, i) => {
      if (weight(order.at(-1), state) > weight(order.at(-1), left[best])) best = i;
    });
    order.push(...left.splice(best, 1));
  }
  return order;
}

/** Places the states of a scenario: on one circle, or each community on a circle of its own. */
export function build(of, choose) {
  scenario = of;
  places = new Map();
  const ids = of.states.map((state) => state.id);
  const claimed = new Set();
  groups = of.communities.map((community) => {
    const members = community.members.map(([i]) => ids[i]).filter((id) => !claimed.has(id));
    members.forEach((id) => claimed.add(id));
    return { community, members };
  });
  const alone = ids.filter((id) => !claimed.has(id));
  const parts = groups.filter((group) => group.members.length);
  const all = alone.length ? [...parts, { community: null, members: alone }] : parts;
  const largest = Math.max(...all.map((part) => part.members.length));
  const spread = all.length === 1 ? 0 : 108;
  const inner = all.length === 1 ? (ids.length === 1 ? 0 : 145) : Math.min(60, (108 * Math.PI) / all.length - 8);
  all.forEach((part, i) => {
    const centre = all.length === 1 ? [MIDDLE, MIDDLE] : circle(i + 0.5, all.length, spread);
    part.centre = centre;
    part.radius = inner;
    const order = part.members.length <= 60 ? walk(part.members, of.ties) : part.members;
    order.forEach((id, j) => places.set(id, order.length === 1 ? centre : circle(j, order.length, inner, centre)));
  });
  groups = all;
  radius = Math.max(3, Math.min(ids.length === 1 ? 44 : 19, largest === 1 ? 30 : (0.8 * Math.PI * inner) / largest));
  frame();
  graph.onclick = (event) => {
    const id = event.target.closest("[data-state]")?.dataset.state;
    if (id) choose(id);
  };
}

/** Fits the view to the places, with room for names. */
function frame() {
  const [xs, ys] = [0, 1].map((k) => [...places.values()].map((place) => place[k]));
  const span = (all, room, least) => {
    const [low, high] = [Math.min(...all) - room, Math.max(...all) + room];
    const short = Math.max(0, least - (high - low)) / 2;
    return [low - short, high - low + 2 * short];
  };
  const [x, width] = span(xs, radius + 30, 320);
  const [y, height] = span(ys, radius + 20, 160);
  graph.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
}

/** The level of a community at a date. */
const level = (community, date) => community.engagement.reduce((at, [from, value]) => (from <= date ? value : at), 0);

/** Draws the network at a row of a run: phases with the change, where there is one, and of the baseline where it differs. */
export function draw(base, changed, row, chosen) {
  const date = base.start + row;
  const run = changed ?? base;
  const marks = [];
  for (const group of groups) {
    if (!group.community || group.members.length < 2) continue;
    const [cx, cy] = group.centre;
    const engagement = level(group.community, date);
    const ring = svg("circle", { class: "community", cx, cy, r: group.radius, "stroke-opacity": 0.12 + 0.6 * engagement, "stroke-width": 2 + 10 * engagement });
    ring.append(svg("title", {}, `${group.community.title}: engagement ${engagement}`));
    marks.push(ring);
  }
  for (const tie of scenario.ties) {
    if ((tie.from ?? -Infinity) > date || (tie.until ?? Infinity) <= date || !places.has(tie.a) || !places.has(tie.b)) continue;
    const [[x1, y1], [x2, y2]] = [places.get(tie.a), places.get(tie.b)];
    marks.push(svg("line", { class: "tie", x1, y1, x2, y2, "stroke-width": 1 + 2 * Math.min(tie.weight, 2) }));
  }
  const tally = [0, 0, 0, 0, 0];
  for (const state of scenario.states) {
    const i = run.states.indexOf(state.id);
    const [cx, cy] = places.get(state.id);
    const node = svg("g", { class: `node${chosen === state.id ? " chosen" : ""}`, "data-state": state.id });
    const at = (picture, j) => picture.phase[j][Math.min(row, picture.phase[j].length - 1)];
    const phase = i < 0 ? null : at(run, i);
    const b = base.states.indexOf(state.id);
    const before = b < 0 ? null : at(base, b);
    const share = i < 0 ? 0 : run.phase_share[i][Math.min(row, run.phase_share[i].length - 1)];
    if (phase !== null) tally[phase]++;
    const title = phase === null ? `${state.name}: not there` : `${state.name}: phase ${phase}, ${PHASES[phase]}, in ${Math.round(100 * share)}% of the replicates`;
    node.append(
      svg("title", {}, changed && before !== phase && before !== null ? `${title}; without the change ${before}` : title),
      svg("circle", { class: phase === null ? "absent" : `phase-${phase}`, cx, cy, r: radius }),
    );
    if (phase !== null && radius >= 7) node.append(svg("text", { class: `number on-${phase}`, x: cx, y: cy, "font-size": Math.min(20, radius * 1.1) }, phase));
    if (changed && before !== null && before !== phase && radius >= 7) {
      const [bx, by] = [cx - radius * 0.85, cy - radius * 0.85];
      node.append(svg("circle", { class: "before", cx: bx, cy: by, r: radius * 0.52 }), svg("text", { class: "number before", x: bx, y: by, "font-size": radius * 0.75 }, before));
    }
    if (radius >= 7) node.append(svg("text", { class: "who", x: cx, y: cy + radius + 13 }, scenario.states.length <= 20 && state.name.length <= 12 ? state.name : state.id));
    marks.push(node);
  }
  graph.replaceChildren(...marks);
  const told = tally.map((n, phase) => (n ? `${n} in phase ${phase}, ${PHASES[phase]}` : "")).filter(Boolean);
  graph.setAttribute("aria-label", `Most frequent phase of each state${changed ? " with the change" : ""}: ${told.join("; ")}`);
}

/** The key to the colours. */
export function key() {
  const chips = PHASES.map((name, phase) => html("li", {}, html("span", { className: `chip phase-${phase} on-${phase}` }, String(phase)), name));
  document.getElementById("phases").replaceChildren(...chips);
}
