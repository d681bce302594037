// Sharing: the setting as a link, a command, a counterfactual and a scenario.

import { post } from "./server.js";
import { toFragment, told } from "./setting.js";
import { written } from "./theory.js";

const dialog = document.getElementById("share");
const copied = document.getElementById("copied");
const field = (name) => document.getElementById(`take-${name}`);

/** Opens the dialogue for a setting. */
export async function open(setting) {
  copied.textContent = "";
  field("link").value = location.href.split("#")[0] + toFragment(setting);
  for (const name of ["command", "counterfactual", "scenario"]) field(name).value = "";
  field("theory").value = written(setting.theory) ?? "";
  document.getElementById("take-theory-row").hidden = written(setting.theory) === null;
  // A counterfactual sets numbers and takes away: it lays no theory.
  document.getElementById("take-counterfactual-row").hidden = setting.theory !== null;
  dialog.showModal();
  try {
    const texts = await post("/api/export", { setting: told(setting) });
    for (const name of ["command", "counterfactual", "scenario"]) field(name).value = texts[name];
  } catch (error) {
    copied.textContent = error.message;
  }
}

document.getElementById("share-close").addEventListener("click", () => dialog.close());
for (const button of dialog.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.value);
      copied.textContent = "Copied.";
    } catch {
      // A browser that keeps the clipboard to itself: the text is selected, to be copied by hand.
      from.select();
      copied.textContent = "The browser does not let the page copy; the text is selected, copy it with the keyboard.";
    }
  });
}
