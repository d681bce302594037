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

/** Radius of a state's circle, where all fit. */
const NODE = 19;
/** Width into which the places must fit. */
const ROOM = 340;

/** The circle on which so many states stand, each at least this far from the next. */
const ring = (n, apart) => (n === 1 ? 0 : apart / 2 / Math.sin(Math.PI / Math.max(n, 2)));

/** Centres of groups of these sizes, side by side on a circle that is just large enough. */
function centres(sizes) {
  if (sizes.length === 1) return [[MIDDLE, MIDDLE]];
  const next = (i) => sizes[(i + 1) % sizes.length];
  const turn = (radius, i) => 2 * Math.asin(Math.min(1, (sizes[i] + next(i)) / 2 / radius));
  const whole = (radius) => sizes.reduce((sum, _, i) => sum + turn(radius, i), 0);
  // Two that are neighbours on both sides stand across from one another.
  let low = Math.max(...sizes.map((size, i) => (size + next(i)) / 2)), high = 4 * sizes.reduce((sum, size) => sum + size, 0);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (whole(middle) > 2 * Math.PI) low = middle;
    else high = middle;
  }
  const stretch = (2 * Math.PI) / whole(high);
  let at = -Math.PI / 2;
  return sizes.map((_, i) => {
    const centre = [MIDDLE + high * Math.cos(at), MIDDLE + high * Math.sin(at)];
    at += stretch * turn(high, i);
    return centre;
  });
}

/** Places the states of a scenario, none on another: on one circle, or each community on a circle of its own. */
export function build(of, choose) {
  scenario = of;
  places = new Map();
  const ids = of.states.map((state) => state.id);
  const claimed = new Set();
  groups = of.communities.map((community) => {
    const members = community.members.map((i) => ids[i]).filter((id) => !claimed.has(id));
    members.forEach((id) => claimed.add(id));
    return { community, members };
  });
  const alone = ids.filter((id) => !claimed.has(id));
  const parts = groups.filter((group) => group.members.length);
  const all = alone.length ? [...parts, { community: null, members: alone }] : parts;
  // Room for a name of some letters beside the circle, where there are names.
  const apart = 2 * NODE + (ids.length <= 20 ? 48 : ids.length <= 60 ? 24 : 8);
  const rings = all.map((part) => ring(part.members.length, apart));
  const middles = centres(rings.map((inner) => inner + apart / 2));
  all.forEach((part, i) => {
    part.centre = middles[i];
    part.radius = rings[i];
    const order = part.members.length <= 60 ? walk(part.members, of.ties) : part.members;
    order.forEach((id, j) => places.set(id, order.length === 1 ? part.centre : circle(j, order.length, part.radius, part.centre)));
  });
  groups = all;
  shrink(ids.length === 1 ? 44 : NODE);
  frame();
  graph.onclick = (event) => {
    const id = event.target.closest("[data-state]")?.dataset.state;
    if (id) choose(id);
  };
}

/** Brings places and circles to the room that there is. */
function shrink(node) {
  const [width, height] = [0, 1].map((k) => {
    const all = [...places.values()].map((place) => place[k]);
    return Math.max(...all) - Math.min(...all);
  });
  const by = Math.min(1, ROOM / (Math.max(width, height) + 2 * node));
  const near = ([x, y]) => [MIDDLE + by * (x - MIDDLE), MIDDLE + by * (y - MIDDLE)];
  for (const [id, place] of places) places.set(id, near(place));
  for (const group of groups) Object.assign(group, { centre: near(group.centre), radius: by * group.radius });
  radius = by * node;
}

/** Takes the states away: nothing is known of them. */
export function clear() {
  graph.replaceChildren();
  graph.setAttribute("aria-label", "Nothing is shown");
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
