// The tour: steps of text that set the page and point at what to see.

const card = document.getElementById("tour");
const open = document.getElementById("tour-open");
const part = (name) => document.getElementById(`tour-${name}`);

let steps = [];
let at = null;
let go = () => {};

/** Says what is to be called when a step is taken (its index, or none at the end). */
export function listen(onStep) {
  go = onStep;
  open.addEventListener("click", () => go(0));
  part("back").addEventListener("click", () => at > 0 && go(at - 1));
  part("next").addEventListener("click", () => go(at + 1 < steps.length ? at + 1 : null));
  part("close").addEventListener("click", () => go(null));
}

/** Takes the tour of a scenario. */
export function offer(tour) {
  steps = tour;
  open.hidden = !tour.length;
}

/** The step at an index; none where the tour has no such step. */
export const step = (index) => (index === null ? undefined : steps[index]);

/** Shows a step, or none; `focus` moves a reader to it. */
export function show(index, focus) {
  at = step(index) ? index : null;
  card.hidden = at === null;
  if (at === null) {
    look(null);
    if (focus) open.focus();
    return;
  }
  const { title, text } = steps[at];
  part("count").textContent = `Step ${at + 1} of ${steps.length}`;
  part("title").textContent = title;
  part("text").textContent = text;
  part("back").disabled = at === 0;
  part("next").textContent = at + 1 < steps.length ? "Next" : "Finish";
  look(steps[at].look);
  if (focus) part("title").focus({ preventScroll: true });
}

/** Marks what a step points at. */
function look(what) {
  for (const marked of document.querySelectorAll(".look")) marked.classList.remove("look");
  if (!what) return;
  const target = what.startsWith("ledger.") ? document.getElementById("ledger")
    : what.startsWith("state.") ? document.querySelector(`#panels [data-state="${CSS.escape(what.slice(6))}"]`)
    : document.getElementById({ sliders: "controls", trajectories: "trajectories", network: "network" }[what]);
  target?.classList.add("look");
  // On a narrow page the text stays above and what it points at comes below it.
  document.documentElement.style.setProperty("--tour-height", `${card.offsetHeight}px`);
  if (target && matchMedia("(max-width: 75rem)").matches) target.scrollIntoView({ block: "start" });
}

/** The state whose ledger a step opens; none where it opens none. */
export const opens = (step) => (step.look?.startsWith("ledger.") ? step.look.slice(7) : null);
