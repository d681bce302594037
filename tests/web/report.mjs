// Pages of reports in headless Chromium: nothing is fetched, nothing is wrong for people who listen, nothing runs out of
// the page on a phone, and printing keeps every figure. tests/web/run runs it; with a folder in SHOTS it keeps
// screenshots and prints there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const program = path.resolve(process.argv[2]);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "report-"));
const suasion = (...words) => execFileSync(program, words, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });

suasion("run", "asean", "--replicates", "200", "--quiet", "--out", "run");
suasion("run", "world", "--replicates", "20", "--quiet", "--out", "world", "--summary-only");
suasion("compare", "asean", "no-tvpa", "regional-only", "--replicates", "100", "--quiet", "--out", "compare");
suasion("compare", "asean", "no-tvpa", "--replicates", "40", "--quiet", "--out", "decompose",
  "--outcome", "motivation", "--outcome", "protection", "--decompose=signalling,overjustification,self-determination,agenda_narrowing");
suasion("explain", "asean", "--against", "no-tvpa", "--replicates", "50", "--quiet", "--out", "explain");
const axes = ["--axis", "parameters.signalling=-0.5..0.5:7", "--axis", "regime.tvpa.severity=0..4:6"];
suasion("sweep", "asean", ...axes, "--design", "grid", "--replicates", "10", "--quiet", "--out", "grid");
suasion("sweep", "asean", "--axis", "parameters.signalling=-0.5..0.5", "--axis", "parameters.drift=0..0.2",
  "--samples", "200", "--replicates", "5", "--quiet", "--out", "points");
suasion("sensitivity", "asean", "--method", "morris", "--samples", "10", "--replicates", "5", "--quiet", "--out", "morris");
suasion("sensitivity", "asean", "--method", "sobol", "--samples", "64", "--replicates", "3", "--quiet", "--out", "sobol",
  "--axis", "parameters.drift", "--axis", "parameters.argumentation", "--axis", "parameters.signalling");

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const name of ["run", "world", "compare", "decompose", "explain", "grid", "points", "morris", "sobol"]) {
  suasion("report", name, "--quiet");
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const requests = [], errors = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  const file = path.join(folder, name, "report.html");
  await page.goto(pathToFileURL(file).href);
  assert.deepEqual(requests, [pathToFileURL(file).href], `${name}: the page fetches something`);
  assert.deepEqual(errors, [], `${name}: the browser complains`);

  // The data of the first figure arrive as a file.
  const link = page.locator("a[download]").first();
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const csv = fs.readFileSync(await download.path(), "utf8");
  assert.ok(csv.split("\n").length > 3 && csv.includes(","), `${name}: ${csv.slice(0, 100)}`);

  // Texts stay within their figure.
  const outside = await page.$$eval("figure svg", (all) => all.flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")]
      .filter((text) => {
        const box = text.getBoundingClientRect();
        return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
      })
      .map((text) => text.textContent.trim());
  }));
  assert.deepEqual(outside, [], `${name}: texts beyond their figure`);

  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `${name}: ${wide} wide on a phone`);
  await page.setViewportSize({ width: 1100, height: 900 });

  if (process.env.SHOTS) {
    await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true });
    await page.pdf({ path: path.join(process.env.SHOTS, `${name}.pdf`), preferCSSPageSize: true });
  }

  // The policy of the page keeps scripts out, so the checker is let in by a page of its own.
  const checked = await browser.newContext({ bypassCSP: true });
  const copy = await checked.newPage();
  await copy.goto(pathToFileURL(file).href);
  await copy.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
  await copy.addScriptTag({ path: axe });
  const found = await copy.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.length}: ${v.nodes[0].html.slice(0, 120)})`);
  assert.deepEqual(told, [], `${name}: accessibility`);
  await checked.close();
  await page.close();
  console.log(`${name}: ${Math.round(fs.statSync(file).size / 1000)} kB, nothing fetched, accessible`);
}
await browser.close();
fs.rmSync(folder, { recursive: true });
