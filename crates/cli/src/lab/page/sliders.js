// The sliders: those suggested, those that were found by searching, and what they are set to.

import { html, number } from "./svg.js";

const list = document.getElementById("sliders");
const find = document.getElementById("find");
const found = document.getElementById("found");
const count = document.getElementById("found-count");

/** Results of a search that are shown, at most. */
const MOST = 12;

let levers = new Map();
let changed = () => {};
let added = () => {};

/** Where a slider stands on its way, in steps that people would choose. */
function step(lever) {
  if (lever.unit === "yr") return 0.25;
  return 10 ** Math.floor(Math.log10((lever.high - lever.low || 1) / 50));
}

/** A value as the slider has it, without the tail of a binary fraction. */
const tidy = (x) => Number(x.toPrecision(10));

/** Says what is to be called: when a slider is moved (path, value or none), and when one is added (path). */
export function listen(onChange, onAdd) {
  changed = onChange;
  added = onAdd;
  find.addEventListener("input", search);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") found.querySelector("button")?.click();
    if (event.key === "Escape") {
      find.value = "";
      search();
    }
  });
}

/** The number at a path, as the scenario has it. */
export const lever = (path) => levers.get(path);

/** What the number at a path is called. */
export const called = (path) => {
  const own = levers.get(path);
  return own ? `${own.of === "parameters" ? "" : `${own.of}: `}${own.name}` : path;
};

/** Takes the numbers of a scenario. */
export function offer(all) {
  levers = new Map(all.map((lever) => [lever.path, lever]));
  find.value = "";
  search();
}

/** Shows sliders at their values; `set` holds what differs from the scenario. */
export function show(paths, set) {
  const wanted = paths.filter((path) => levers.has(path));
  const there = [...list.children].map((row) => row.dataset.path);
  if (wanted.join("\n") !== there.join("\n")) {
    list.replaceChildren(...wanted.map(row));
  }
  for (const row of list.children) {
    const own = levers.get(row.dataset.path);
    const value = set[own.path] ?? (own.varies ? Number(own.value.toPrecision(3)) : tidy(own.value));
    const [box, range] = row.querySelectorAll("input");
    range.value = value;
    // What somebody is typing is theirs until it is a number.
    if (document.activeElement !== box) box.value = value;
    const moved = own.path in set;
    row.classList.toggle("moved", moved);
    row.querySelector(".back").hidden = !moved;
  }
}

function row(path) {
  const own = levers.get(path);
  const id = `slider-${path.replace(/[^\w-]/g, "_")}`;
  const here = own.varies ? `differs among them, mean ${number(own.value)}` : `scenario ${number(own.value)}`;
  const range = html("input", { type: "range", id, min: own.low, max: own.high, step: "any" });
  range.step = step(own);
  // A value off the grid of steps would be moved onto it.
  if (Math.abs((own.value - own.low) / step(own) - Math.round((own.value - own.low) / step(own))) > 1e-9) range.step = "any";
  range.value = own.value;
  range.setAttribute("aria-describedby", `${id}-note`);
  // A tick where the scenario stands.
  range.setAttribute("list", `${id}-tick`);
  const tick = html("datalist", { id: `${id}-tick` }, html("option", { value: own.value }));
  const box = html("input", { type: "number", step: "any", "aria-label": `${own.of}: ${own.name}, as a number` });
  if (own.least !== null) box.min = own.least;
  if (own.most !== null) box.max = own.most;
  const back = html("button", { type: "button", className: "back", hidden: true, title: "As the scenario has it" }, "reset");
  back.setAttribute("aria-label", `reset ${own.of}: ${own.name}, as the scenario has it`);
  range.addEventListener("input", () => changed(path, tidy(Number(range.value))));
  box.addEventListener("input", () => box.value !== "" && Number.isFinite(box.valueAsNumber) && changed(path, box.valueAsNumber));
  back.addEventListener("click", () => {
    changed(path, null);
    range.focus();
  });
  const whose = own.of === "parameters" ? "" : `${own.of}: `;
  const element = html(
    "div",
    { className: "slider" },
    html("label", { htmlFor: id }, html("span", { className: "of" }, whose), own.name),
    box,
    range,
    tick,
    html("p", { className: "note", id: `${id}-note` }, `${own.meaning} (${own.unit === "-" ? "no unit" : own.unit}); ${here} `, back),
  );
  element.dataset.path = path;
  return element;
}

function search() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) {
    found.replaceChildren();
    count.textContent = "";
    return;
  }
  const hits = [];
  for (const own of levers.values()) {
    const head = `${own.of} ${own.name} ${own.path}`.toLowerCase().replaceAll("_", " ");
    const all = `${head} ${own.path} ${own.meaning}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) continue;
    // First what is called so, then what has it in its name, then what means it.
    hits.push([words.includes(own.name.toLowerCase()) ? 0 : words.every((word) => head.includes(word)) ? 1 : 2, own]);
  }
  hits.sort((a, b) => a[0] - b[0]);
  const shown = hits.slice(0, MOST).map(([, own]) => {
    const button = html("button", { type: "button" }, html("span", { className: "of" }, `${own.of}: `), own.name);
    button.title = own.meaning;
    button.addEventListener("click", () => {
      find.value = "";
      search();
      added(own.path);
      document.getElementById(`slider-${own.path.replace(/[^\w-]/g, "_")}`)?.focus();
    });
    return html("li", {}, button);
  });
  found.replaceChildren(...shown);
  count.textContent = hits.length > MOST ? `${hits.length} found, the first ${MOST} shown` : `${hits.length} found`;
}
