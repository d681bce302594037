// The history: a switch by which every run shows the record, what the page then says of it, and the wait while it is made.

import { get, post } from "./server.js";
import { shade } from "./panels.js";
import { html, number } from "./svg.js";

const by = (id) => document.getElementById(id);
/** Between two looks at how much of a history is made. */
const LOOK = 200;
/** Rows that a history of the lab has at most. */
const ROWS = 200;

let done = ""; // the setting whose histories are there

/** What the histories of a setting depend on. */
function key({ scenario, theory, set, both, counterfactual, replicates, seed, anew }, version) {
  return JSON.stringify([scenario, version, theory, Math.min(replicates ?? ROWS, ROWS), seed, anew && [set, both && counterfactual]]);
}

/** Has the histories of a setting made, and shows how far that is; true where they were there already. */
export async function made(setting, { version }) {
  const wanted = key(setting, version);
  if (wanted === done) return true;
  const bar = by("given-progress");
  const look = setInterval(async () => {
    const { share } = await get("/api/progress").catch(() => ({ share: 0 }));
    bar.value = share;
  }, LOOK);
  bar.value = 0;
  bar.hidden = false;
  by("given-text").textContent = "Finding the luck that the states must have had, given the record ...";
  try {
    await post("/api/condition", { setting });
    done = wanted;
  } finally {
    clearInterval(look);
    bar.hidden = true;
    by("given-text").textContent = "";
  }
  return false;
}

/** Whether a number says what an institution does: such a change is a counterfactual in the history. */
const isInstitution = (path) => /^(regime|instrument)\./.test(path);

/** Says what the curves are in the history. */
export function say({ given, setting }) {
  if (!given) {
    by("given-text").textContent = "";
    return;
  }
  const others = setting.theory !== null || Object.keys(setting.set).some((path) => !isInstitution(path));
  const own = setting.theory !== null || Object.keys(setting.set).length > 0;
  const parts = [`${given.rows} runs that show the record to ${given.until} (${given.particles} particles; log-likelihood ${number(given.log_likelihood)}).`];
  if (setting.anew && own) {
    parts.push("With the change: conditioned anew under what is set, so it shows the record too. The two curves differ in what the record lets one believe, not in an effect.");
  } else if (others) {
    parts.push("With the change: the same luck under another theory, other parameters or states. It need not show the record any more, and nothing was conditioned on it again.");
  } else if (setting.counterfactual || own) {
    parts.push("With the change: the same states with the same luck, and other institutions.");
  }
  by("given-text").textContent = parts.join(" ");
}

/** The key of the record in the legend. */
export function legend(record) {
  const tiers = record.tiers ? record.grades.map((tier) => html("i", { title: `tier ${tier}`, style: `background: ${shade(record.grades, tier)}` })) : [];
  const words = [record.tiers && `record: tiers ${record.grades[0]} to ${record.grades.at(-1)} of ${record.regime}, darker is worse`, record.adoptions.length && "\u25be adopted"].filter(Boolean).join("; ");
  return html("span", { className: "key" }, html("span", { className: "strip", "aria-hidden": "true" }, ...tiers), words);
}

/** Replicates as the box shows them. */
export const replicates = ({ given, replicates }, scenario) => (given ? Math.min(replicates ?? scenario.replicates, ROWS) : (replicates ?? scenario.replicates));

/** Brings the switch to what is set. */
export function controls(setting, { record }) {
  by("history").hidden = !record;
  by("given").checked = setting.given;
  by("anew").checked = setting.anew;
  by("anew-label").hidden = !setting.given || (setting.theory === null && !Object.keys(setting.set).length);
}

/** Hears the switch; `change` changes what is set. */
export function listen(change) {
  by("given").addEventListener("change", () => change({ given: by("given").checked, anew: false }));
  by("anew").addEventListener("change", () => change({ anew: by("anew").checked }));
}
