// The theory: a box in which one is written or chosen, what is wrong with it, and what is laid over the scenario.

import { html, sentence } from "./svg.js";

const by = (id) => document.getElementById(id);
const box = by("theory-text");
const shelf = by("theory-shelf");
/** Where an error stands in the text of the page. */
const PLACE = /^theory\.toml:(\d+)(?::(\d+))?/;

let bundled = new Map(); // texts by name
let page = ""; // what a new one begins with
let draft = null; // what was written last: it stays, whatever is laid over the scenario
let shown; // the theory that the box was last brought to

/** Takes the theories that are bundled, and the text that a new one begins with. */
export function offer({ theories, theory_page }) {
  bundled = new Map(theories.map(({ name, text }) => [name, text]));
  page = theory_page;
  const option = (value, text) => html("option", { value }, text);
  shelf.replaceChildren(option("", "a page to write over"), ...theories.map(({ name, title }) => option(name, title)));
  box.value = page;
}

/** Brings the box and what stands beside the picture to what is set, and to the scenario as the lab describes it. */
export function show({ theory }, { theories, formulas }) {
  if (theory !== shown && theory !== null) write(theory);
  shown = theory;
  by("theory-off").disabled = theory === null;
  const heads = theories.map(({ title, argument, predicts, source }) => {
    const head = html("p", {}, "Laid over the scenario: ", html("b", {}, title));
    const said = [
      argument && html("p", {}, argument),
      predicts && html("p", {}, html("b", {}, "It predicts: "), predicts),
      source && html("p", { className: "note" }, `Source: ${source}`),
    ].filter(Boolean);
    return said.length ? html("details", {}, html("summary", {}, head), ...said) : head;
  });
  const equations = formulas.map(({ title, markup }) => {
    const formula = html("div", { className: "formula", tabIndex: 0, role: "group", "aria-label": title });
    // Made by the program of names and numbers alone, which it has escaped.
    formula.innerHTML = markup;
    formula.prepend(html("p", {}, title));
    return formula;
  });
  const summary = html("summary", {}, "What it says beyond the model, as formulas");
  by("beyond").replaceChildren(...heads, ...(equations.length ? [html("details", { id: "formulas" }, summary, ...equations)] : []));
  by("beyond").hidden = !by("beyond").children.length;
}

/** Writes a theory into the box: a bundled one, or a text, which is kept. */
function write(theory) {
  if (!bundled.has(theory)) draft = theory;
  box.value = bundled.get(theory) ?? theory;
  shelf.value = bundled.has(theory) ? theory : "";
  trouble(null);
}

/** Puts a theory that cannot be laid over the scenario into the box, with what is wrong with it. */
export function refuse(theory, told) {
  write(theory);
  trouble(told);
}

/** Says what is wrong with the text, and puts the cursor there. */
export function trouble(told) {
  by("theory-trouble").replaceChildren(...(told ? sentence(told) : []));
  by("theory-trouble").hidden = !told;
  if (!told) return;
  by("theory").open = true;
  const [, line, column] = PLACE.exec(told) ?? [];
  if (!line) return;
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  // Columns count characters, of which the browser has some in two parts.
  const letters = Array.from(lines[line - 1] ?? "");
  const from = start + letters.slice(0, (column ?? 1) - 1).join("").length;
  box.setSelectionRange(from, from + (column ? (letters[column - 1] ?? "").length : letters.join("").length));
  box.focus();
  box.scrollTop = (box.scrollHeight / lines.length) * (line - 1) - box.clientHeight / 2;
}

/** The text of a theory that is no bundled one. */
export const written = (theory) => (theory === null || bundled.has(theory) ? null : theory);

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
  box.addEventListener("input", () => (draft = box.value));
  by("theory-off").addEventListener("click", () => {
    box.focus();
    lay(null);
  });
  shelf.addEventListener("change", () => {
    box.value = bundled.get(shelf.value) ?? draft ?? page;
    trouble(null);
  });
}
