// What is set on the page, and the same as the fragment of a link. It draws nothing.

/** A setting of a scenario in which nothing is changed. */
export function plain(scenario) {
  return {
    scenario, theory: null, set: {}, counterfactual: null, both: false, replicates: null, seed: null, given: false, anew: false,
    variable: "motivation", state: null, row: null, sliders: null, step: null,
  };
}

/** What the lab is told of a setting. */
export function told(setting) {
  const { scenario, theory, set, counterfactual, both, replicates, seed, given, anew } = setting;
  return { scenario, theory, set, counterfactual, both, replicates, seed, given, anew: anew && given };
}

/** Whether anything is beside the baseline. */
export const changes = (setting) => setting.theory !== null || setting.counterfactual !== null || Object.keys(setting.set).length > 0;

/** The fragment of a link to the setting. */
export function toFragment(setting) {
  const query = new URLSearchParams();
  query.set("scenario", setting.scenario);
  query.set("show", setting.variable);
  if (setting.counterfactual) query.set("beside", setting.counterfactual);
  if (setting.theory !== null) query.set("theory", setting.theory);
  if (setting.both) query.set("both", "1");
  if (setting.given) query.set("given", setting.anew ? "anew" : "1");
  for (const [path, value] of Object.entries(setting.set)) query.append("set", `${path}=${value}`);
  for (const path of setting.sliders ?? []) query.append("slider", path);
  for (const key of ["replicates", "seed", "state", "row", "step"]) {
    if (setting[key] !== null) query.set(key, setting[key]);
  }
  return `#${query}`;
}

/** The setting of a link; none where the fragment names no scenario. */
export function fromFragment(fragment) {
  const query = new URLSearchParams(fragment.replace(/^#/, ""));
  const scenario = query.get("scenario");
  if (!scenario) return null;
  const setting = plain(scenario);
  setting.variable = query.get("show") ?? setting.variable;
  setting.counterfactual = query.get("beside");
  setting.theory = query.get("theory");
  setting.both = query.get("both") === "1";
  setting.given = query.has("given");
  setting.anew = query.get("given") === "anew";
  for (const assignment of query.getAll("set")) {
    const at = assignment.lastIndexOf("=");
    const value = Number(assignment.slice(at + 1));
    if (at > 0 && Number.isFinite(value)) setting.set[assignment.slice(0, at)] = value;
  }
  if (query.has("slider")) setting.sliders = query.getAll("slider");
  for (const key of ["replicates", "seed", "row", "step"]) {
    const value = query.has(key) ? Number(query.get(key)) : NaN;
    if (Number.isSafeInteger(value) && value >= 0) setting[key] = value;
  }
  setting.state = query.get("state");
  return setting;
}
