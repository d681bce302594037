// The trajectories as a table: for those who would rather read numbers, and for readers of the screen.

import { when } from "./panels.js";
import { html, value } from "./svg.js";

/** Takes the numbers away. */
export const clear = () => document.querySelector("#numbers table").replaceChildren();

/** Writes the start, the year chosen and the end of each state, of the baseline and of what is beside it. */
export function show({ base, changed }, scenario, row) {
  const points = [...new Set([0, row, base.mean[0].length - 1])];
  const sides = changed ? [["baseline", base], ["with the change", changed]] : [["mean", base]];
  const head = ["State", ...points.flatMap((p) => sides.map(([side]) => `${when(base, p)}, ${side}`))];
  const cell = (run, id, p) => {
    const i = run.states.indexOf(id);
    return i < 0 ? "" : value(run.mean[i][Math.min(p, run.mean[i].length - 1)]);
  };
  const rows = scenario.states.map((state) => {
    const cells = points.flatMap((p) => sides.map(([, run]) => html("td", { className: "figure" }, cell(run, state.id, p))));
    return html("tr", {}, html("th", { scope: "row" }, state.name), ...cells);
  });
  document.querySelector("#numbers table").replaceChildren(
    html("thead", {}, html("tr", {}, ...head.map((h) => html("th", { scope: "col" }, h)))),
    html("tbody", {}, ...rows),
  );
}
