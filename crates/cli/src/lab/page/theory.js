// The theory: a box in which one is written or chosen, what is wrong with it, and what is laid over the scenario.

import { html } from "./svg.js";

const by = (id) => document.getElementById(id);
const box = by("theory-text");
const shelf = by("theory-shelf");
/** Where an error stands in the text of the page. */
const PLACE = /^theory\.toml:(\d+)(?::(\d+))?/;

let bundled = new Map(); // texts by name
let page = ""; // what a new one begins with
let shown; // the theory that the box was last brought to

/** Takes the theories that are bundled, and the text that a new one begins with. */
export function offer({ theories, theory_page }) {
  bundled = new Map(theories.map(({ name, text }) => [name, text]));
  page = theory_page;
  const option = (value, text) => html("option", { value }, text);
  shelf.replaceChildren(option("", "a page to write over"), ...theories.map(({ name, title }) => option(name, title)));
}

/** Brings the box and what stands below it to what is set, and to the scenario as the lab describes it. */
export function show({ theory }, { theories, formulas }) {
  if (theory !== shown || !box.value) {
    shown = theory;
    box.value = bundled.get(theory) ?? theory ?? page;
    shelf.value = bundled.has(theory) ? theory : "";
    trouble(null);
  }
  by("theory-off").disabled = theory === null;
  const titles = theories.map(({ title }) => html("p", {}, "Laid over the scenario: ", html("b", {}, title)));
  const heads = theories.flatMap(({ argument, predicts, source }) => [
    argument && html("p", {}, argument),
    predicts && html("p", {}, html("b", {}, "It predicts: "), predicts),
    source && html("p", { className: "note" }, `Source: ${source}`),
  ]);
  const equations = formulas.map(({ title, markup }) => {
    const formula = html("div", { className: "formula", tabIndex: 0, role: "group", "aria-label": title });
    // Made by the program of names and numbers alone, which it has escaped.
    formula.innerHTML = markup;
    formula.prepend(html("p", {}, title));
    return formula;
  });
  const more = [...heads.filter(Boolean), ...equations];
  const summary = html("summary", {}, theories.length ? "Its argument and formulas" : "What the scenario says beyond the model");
  by("beyond").replaceChildren(...titles, ...(more.length ? [html("details", {}, summary, ...more)] : []));
  by("beyond").hidden = !heads.length && !equations.length;
}

/** Says what is wrong with the text, and puts the cursor there. */
export function trouble(sentence) {
  const parts = [];
  for (const line of (sentence ?? "").split("\n")) {
    // A line of the text, and the mark below its character, keep their columns.
    const name = /^ {4}/.test(line) ? "PRE" : "P";
    const last = parts.at(-1);
    if (name === "PRE" && last?.tagName === name) last.textContent += `\n${line}`;
    else parts.push(html(name, name === "PRE" ? { tabIndex: 0 } : {}, line));
  }
  by("theory-trouble").replaceChildren(...parts);
  by("theory-trouble").hidden = !sentence;
  if (!sentence) return;
  by("theory").open = true;
  const [, line, column] = PLACE.exec(sentence) ?? [];
  if (!line) return;
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const from = start + (column ? column - 1 : 0);
  box.setSelectionRange(from, column ? from + 1 : start + (lines[line - 1] ?? "").length);
}

/** The text of a theory, by its name or itself. */
export const textOf = (theory) => bundled.get(theory) ?? theory ?? "";

/** Says what is to be called when a theory is laid over the scenario (name or text), or taken away (nothing). */
export function listen(lay) {
  const take = () => {
    const same = [...bundled].find(([, text]) => text === box.value);
    return lay(same ? same[0] : box.value);
  };
  by("theory-lay").addEventListener("click", take);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      take();
    }
  });
  by("theory-off").addEventListener("click", () => lay(null));
  shelf.addEventListener("change", () => {
    box.value = bundled.get(shelf.value) ?? page;
    trouble(null);
  });
}
