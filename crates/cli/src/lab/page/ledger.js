// The ledger of a state: what each term of the model did to its motivation, in all and year by year.

import { html, number, svg } from "./svg.js";

const title = document.getElementById("ledger-title");
const text = document.getElementById("ledger-text");
const beside = document.getElementById("ledger-beside");
const table = document.getElementById("ledger-table");
const dates = document.getElementById("ledger-dated");

/** Says that no state is chosen. */
export function clear() {
  title.textContent = "Why did this move?";
  text.textContent = "Choose a state to see what moved its motivation.";
  beside.textContent = "";
  dates.replaceChildren();
  table.hidden = true;
}

/** Says that a state's ledger is being made. */
export function waiting(name) {
  title.textContent = `Why did ${name} move?`;
}

/** Draws a ledger, with the tiers and adoptions of the run. */
export function show(ledger, name, run) {
  waiting(name);
  text.textContent = ledger.sentence;
  beside.textContent = ledger.beside ?? "";
  const most = Math.max(...ledger.terms.flatMap((t) => [Math.abs(t.base.total), Math.abs(t.beside?.total ?? 0)]), 1e-6);
  const mostYear = Math.max(...ledger.terms.flatMap((t) => [...t.base.years, ...(t.beside?.years ?? [])].map(Math.abs)), 1e-6);
  const years = ledger.terms[0].base.years.length;
  const last = ledger.start + years - 1;
  const head = ["Term", "Lowers, raises", ledger.beside ? "Base" : "Total"];
  if (ledger.beside) head.push("Change");
  head.push(`${ledger.start} to ${last}`);
  const rows = ledger.terms
    .filter((t) => Math.max(Math.abs(t.base.total), Math.abs(t.beside?.total ?? 0), ...t.base.years.map(Math.abs)) >= 0.0005)
    .map((t) => {
      const cells = [
        html("th", { scope: "row" }, t.name),
        html("td", {}, bars(t, most)),
        html("td", { className: "figure", title: interval(t.base) }, number(t.base.total, true)),
      ];
      if (ledger.beside) cells.push(html("td", { className: "figure change", title: gap(t) }, number(t.beside.total, true)));
      cells.push(html("td", {}, columns(t, mostYear, ledger.start)));
      return html("tr", {}, ...cells);
    });
  const body = html("tbody", {}, ...rows, ...history(run, ledger.state, head.length));
  table.replaceChildren(html("thead", {}, html("tr", {}, ...head.map((h) => html("th", { scope: "col" }, h)))), body);
  table.hidden = false;
  dates.replaceChildren(...ledger.dated.map(([date, what]) => html("li", {}, `${Math.round(date * 100) / 100}: ${what}`)));
}

const ends = ([low, high]) => `${number(low, true)} to ${number(high, true)}`;

const interval = (side) => (side.interval === null ? "" : `95 % interval ${ends(side.interval)}`);

function gap(term) {
  const [by, interval] = term.difference;
  return interval === null ? `difference ${number(by, true)}` : `difference ${number(by, true)}, 95 % interval ${ends(interval)}`;
}

/** The totals of a term as bars from a middle line: lowers to the left, raises to the right. */
function bars(term, most) {
  const picture = svg("svg", { class: "bars", viewBox: "0 0 120 22", "aria-hidden": "true" });
  picture.append(svg("line", { x1: 60, x2: 60, y1: 0, y2: 22 }));
  const bar = (total, y, kind) => {
    const width = (58 * Math.abs(total)) / most;
    picture.append(svg("rect", { class: kind, x: total < 0 ? 60 - width : 60, y, width, height: term.beside ? 8 : 14 }));
  };
  bar(term.base.total, term.beside ? 2 : 4, "base");
  if (term.beside) bar(term.beside.total, 12, "change");
  return picture;
}

/** A term year by year, as columns up and down from a line. */
function columns(term, most, start) {
  const n = term.base.years.length;
  const width = 150 / n;
  const picture = svg("svg", { class: "columns", viewBox: "0 0 150 30", role: "img", preserveAspectRatio: "none" });
  const said = (side) => side.years.map((v, i) => `${start + i}: ${number(v, true)}`).join(", ");
  picture.setAttribute("aria-label", `${term.name}: ${said(term.beside ?? term.base)}`);
  picture.append(svg("line", { x1: 0, x2: 150, y1: 15, y2: 15 }));
  const put = (side, kind, from, share) =>
    side.years.forEach((value, i) => {
      const height = (14 * Math.abs(value)) / most;
      picture.append(svg("rect", { class: kind, x: (i + from) * width, y: value < 0 ? 15 : 15 - height, width: width * share, height }));
    });
  if (term.beside) {
    put(term.base, "base", 0.06, 0.42);
    put(term.beside, "change", 0.5, 0.42);
  } else {
    put(term.base, "base", 0.12, 0.76);
  }
  return picture;
}

/** Tiers and adoptions of the state, from the run: most frequent tier by year, share of replicates that adopted by the end. */
function history({ base, changed }, id, span) {
  const rows = [];
  const wide = (head, what) => html("tr", { className: "tiers" }, html("td", { colSpan: span }, html("p", {}, head), what));
  const sides = [["", base], [" with the change", changed]].filter(([, run]) => run && run.states.includes(id));
  for (const [suffix, run] of sides) {
    const i = run.states.indexOf(id);
    for (const [regime, tiers] of Object.entries(run.tiers)) {
      const cells = tiers[i].slice(1).map((tier, year) => html("span", { className: `tier tier-${tier}`, title: `${run.start + year}: ${tier === "NR" ? "not rated" : `tier ${tier}`}` }, tier));
      rows.push(wide(`Most frequent tier by year (${regime})${suffix}`, html("span", { className: "strip" }, ...cells)));
    }
    const adopted = Object.entries(run.adopted).map(([instrument, shares]) => `${instrument} ${Math.round(100 * shares[i].at(-1))}%`);
    if (adopted.length) rows.push(wide(`Adopted by the end, share of replicates${suffix}`, adopted.join(", ")));
  }
  return rows;
}
