// How long the lab takes from a moved slider to a drawn picture, and how long the same picture would take with Plotly: ten small
// multiples, two lines and two bands each, drawn anew. Not a test: it asserts nothing.
//
// npm install --prefix target/web playwright-core plotly.js-basic-dist-min
// cp benches/lab.mjs target/web/ && node target/web/lab.mjs target/release/suasion

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const ROUNDS = 40;
const lab = spawn(process.argv[2], ["lab", "asean", "--no-open"]);
const address = await new Promise((resolve) => lab.stdout.on("data", (data) => resolve(/http:\S+/.exec(data)[0])));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
const told = (times) => `${Math.min(...times).toFixed(0)} ms at least, ${[...times].sort((a, b) => a - b)[times.length >> 1].toFixed(0)} ms in the middle`;

await page.goto(address);
await page.waitForFunction(() => document.querySelector("#panels path.base")?.getAttribute("d"));
await page.waitForTimeout(1000);

// From the slider's event to the curve's new path, with the run between.
const whole = await page.evaluate(async (rounds) => {
  const slider = document.querySelector('.slider[data-path="parameters.overjustification"] input[type="range"]');
  const curve = document.querySelector("#panels path.change");
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const drawn = new Promise((resolve) => {
      const seen = new MutationObserver(() => resolve(seen.disconnect()));
      seen.observe(curve, { attributes: true });
    });
    const begun = performance.now();
    slider.value = 0.2 + i / 100;
    slider.dispatchEvent(new Event("input"));
    await drawn;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return times;
}, ROUNDS);
console.log(`slider to picture, 1,000 replicates of asean run between: ${told(whole)}`);

// The picture alone.
const asked = { page: "bench", variable: "motivation", setting: { scenario: "asean", counterfactual: "no-tvpa" } };
const answer = await (await fetch(`${address}api/run`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked) })).json();
const own = await page.evaluate(async ([answer, rounds]) => {
  const panels = await import("/panels.js");
  const variable = { name: "motivation", label: "motivation", low: 0, high: 1 };
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const base = structuredClone(answer.base);
    base.mean[0][3] += i / 1000;
    const begun = performance.now();
    panels.show({ variable, base, changed: answer.changed, chosen: null });
    document.body.getBoundingClientRect();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - begun);
  }
  return times;
}, [answer, ROUNDS]);
console.log(`the lab's own panels, drawn: ${told(own)}`);

const plotly = createRequire(import.meta.url).resolve("plotly.js-basic-dist-min");
const bare = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
await bare.setContent('<div id="plot" style="width:1000px;height:850px"></div>');
await bare.evaluate(readFileSync(plotly, "utf8"));
const theirs = await bare.evaluate(async ([answer, rounds]) => {
  const layout = { grid: { rows: 4, columns: 3, pattern: "independent" }, showlegend: false, margin: { t: 20, b: 20, l: 30, r: 10 } };
  const picture = (shift) =>
    answer.base.states.flatMap((_, i) => {
      const axes = { xaxis: `x${i ? i + 1 : ""}`, yaxis: `y${i ? i + 1 : ""}`, x: answer.base.mean[i].map((_, t) => t), type: "scatter", mode: "lines" };
      return [answer.base, answer.changed].flatMap((run) => [
        { ...axes, y: run.band[0][i], line: { width: 0 } },
        { ...axes, y: run.band[1][i], fill: "tonexty", line: { width: 0 } },
        { ...axes, y: run.mean[i].map((v) => v + shift) },
      ]);
    });
  await window.Plotly.newPlot("plot", picture(0), layout, { displayModeBar: false });
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const begun = performance.now();
    await window.Plotly.react("plot", picture(i / 1000), layout, { displayModeBar: false });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - begun);
  }
  return times;
}, [answer, ROUNDS]);
console.log(`Plotly, the same panels drawn anew: ${told(theirs)}`);
await browser.close();
lab.kill("SIGINT");
