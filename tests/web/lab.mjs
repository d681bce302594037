// `suasion lab` in a real browser: a slider is dragged and the curve moves, histories are compared, a tour is taken, a ledger is
// read, a link is opened again; by mouse, by keyboard and for readers of the screen, at the width of a projector and of a phone.
// Usage: node lab.mjs PROGRAM [FOLDER FOR SCREENSHOTS]

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [program, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "suasion-lab-"));

/** Starts a lab and waits for its address. */
function lab(...words) {
  const child = spawn(program, ["lab", ...words, "--no-open"]);
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(data);
      if (address) resolve({ address: address[0], end: () => new Promise((done) => child.on("exit", done).kill("SIGINT")) });
    });
    child.stderr.on("data", (data) => reject(new Error(`lab ${words}: ${data}`)));
  });
}

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
});
const asked = [];
const complaints = [];

/** Opens a page of a lab, and keeps what it asks for and complains of. */
async function open(address, { width = 1366, height = 768, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, ...options });
  const page = await context.newPage();
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address);
  if (options.javaScriptEnabled !== false) await settled(page);
  return page;
}

const curve = (page, state, kind) => page.getAttribute(`#panels [data-state="${state}"] path.${kind}`, "d");
const words = (page) => page.textContent("#words");

/** Waits until a run is drawn. */
const settled = (page) => page.waitForFunction(() => document.querySelector("#panels path.base")?.getAttribute("d"));

/** Waits until a text or attribute of the page is as wished. */
async function until(what, get, wanted) {
  const end = Date.now() + 20_000;
  let last;
  while (Date.now() < end) {
    last = await get();
    if (wanted(last)) return last;
    await new Promise((wait) => setTimeout(wait, 30));
  }
  assert.fail(`${what}: still ${last}`);
}

async function shot(page, name) {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: name.startsWith("phone") || name.endsWith("-400") });
}

/** Serious complaints of axe. */
async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const serious = violations.filter((v) => ["serious", "critical"].includes(v.impact));
  const told = serious.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html.slice(0, 160)).join("\n  ")}`);
  assert.equal(told.join("\n"), "", where);
}

const tests = {
  async "a slider is dragged and the curve moves while it is"({ asean }) {
    const page = await open(asean.address, { width: 1920, height: 1080 });
    assert.equal(await page.locator("#panels li").count(), 10);
    assert.equal(await page.locator(".slider").count(), 5);
    assert.equal(await curve(page, "MYS", "change"), "");
    await shot(page, "projector");
    const slider = page.locator('.slider[data-path="parameters.overjustification"] input[type="range"]');
    const box = await slider.boundingBox();
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.18, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 8 });
    const during = await until("a curve while the button is down", () => curve(page, "MYS", "change"), Boolean);
    await page.mouse.move(box.x + box.width * 0.95, y, { steps: 8 });
    await until("another curve further on", () => curve(page, "MYS", "change"), (d) => d && d !== during);
    await page.mouse.up();
    assert.match(await words(page), /with the change 0\.\d\d/);
    await shot(page, "projector-dragged");
    // By keyboard, from where it stands.
    const before = await until("a curve at rest", () => curve(page, "MYS", "change"), Boolean);
    await slider.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
    await until("a curve after the arrow keys", () => curve(page, "MYS", "change"), (d) => d !== before);
    const back = page.locator('.slider[data-path="parameters.overjustification"] .back');
    await back.click();
    await until("no second curve", () => curve(page, "MYS", "change"), (d) => d === "");
    await page.context().close();
  },

  async "a counterfactual beside the baseline, the ledger of a state, and a link to both"({ asean }) {
    const page = await open(asean.address);
    await page.selectOption("#counterfactual", "no-tvpa");
    await until("the words of the comparison", () => words(page), (text) => text.includes("with the change"));
    assert.match(await page.textContent("#legend"), /The unilateral regime never existed/);
    await page.click('#panels [data-state="MYS"] button');
    await until("the ledger", () => page.textContent("#ledger-title"), (text) => text === "Why did Malaysia move?");
    await until("its terms", () => page.textContent("#ledger-table"), (text) => text.includes("self determination"));
    assert.match(await page.textContent("#ledger-text"), /^In the model, motivation of Malaysia rises from 0\.29 at the start of 2001 to 0\.54/);
    assert.match(await page.textContent("#ledger-beside"), /ends at 0\.69: \+0\.15/);
    assert.match(await words(page), /^Malaysia, motivation at the end of 2015: 0\.54, with the change 0\.69\.$/);
    await page.locator("#year").fill("5");
    await until("the year", () => words(page), (text) => text.includes("at the end of 2005"));
    const link = await until("a link", () => page.evaluate(() => location.hash), (hash) => hash.includes("row=5") && hash.includes("state=MYS"));
    await shot(page, "laptop-ledger");
    await accessible(page, "a comparison with its ledger");
    const again = await open(asean.address + link);
    await until("the same picture", () => curve(again, "MYS", "change"), Boolean);
    assert.equal(await curve(again, "MYS", "change"), await curve(page, "MYS", "change"));
    assert.equal(await words(again), await words(page));
    await until("the same ledger", () => again.textContent("#ledger-beside"), (text) => /ends at 0\.69/.test(text));
    const said = await words(page);
    await again.reload();
    await until("the same words after a reload", () => words(again), (text) => text === said);
    await page.context().close();
    await again.context().close();
  },

  async "any number is found, and shared as link, command and TOML"({ asean }) {
    const page = await open(asean.address);
    await page.fill("#find", "malaysia openness");
    await page.locator("#found button").first().click();
    const path = "state.MYS.openness.mean";
    const number = page.locator(`.slider[data-path="${path}"] input[type="number"]`);
    assert.equal(await page.evaluate(() => document.activeElement.closest(".slider")?.dataset.path), path);
    await number.fill("0.9");
    await until("a second curve", () => curve(page, "MYS", "change"), Boolean);
    const good = await words(page);
    // Beyond its range: the sentence, and no picture, which would be of another setting.
    await number.fill("7");
    await until("a sentence", () => page.textContent("#trouble"), (text) => text.includes("found 7, expected a number from 0 to 1"));
    for (const kind of ["base", "change"]) assert.equal(await curve(page, "MYS", kind), "");
    assert.match(await page.textContent("#legend"), /^Nothing is shown/);
    await shot(page, "laptop-trouble");
    await number.fill("0.9");
    await until("no sentence", () => page.isHidden("#trouble"), Boolean);
    assert.equal(await words(page), good);
    await page.click("#share-open");
    await until("the counterfactual", () => page.inputValue("#take-counterfactual"), (text) => text.includes(`"${path}" = 0.9`));
    assert.equal(await page.inputValue("#take-command"), `suasion run asean --set '${path}=0.9' --replicates 1000 --seed 2016`);
    assert.match(await page.inputValue("#take-link"), /set=state\.MYS\.openness\.mean%3D0\.9/);
    assert.match(await page.inputValue("#take-scenario"), /^# A resolved scenario/);
    await accessible(page, "the dialogue");
    await shot(page, "laptop-share");
    await page.click("#share-close");
    await page.click("#numbers summary");
    await until("a row for each state", () => page.locator("#numbers tbody tr").count(), (n) => n === 10);
    await page.context().close();
  },

  async "in the history the page shows the record, a slider replays it, and numbers are conditioned anew"({ asean }) {
    for (const [width, height] of [[1500, 900], [400, 850]]) {
      const page = await open(`${asean.address}#scenario=asean&state=MYS`, { width, height });
      const free = await curve(page, "MYS", "base");
      assert.equal(await page.locator("#panels .record rect").count(), 0);
      await page.check("#given");
      await until("what the history says", () => page.textContent("#given-text"), (text) => /200 runs that show the record to 2015 \(2000 particles/.test(text));
      assert.notEqual(await curve(page, "MYS", "base"), free);
      assert.ok(await page.locator('#panels [data-state="MYS"] .record rect').count() === 15);
      assert.match(await page.textContent("#legend"), /The scenario in the history.*record: tiers 1 to 3 of tvpa/);
      // It is asked for a while after what was set has come to rest.
      await page.waitForTimeout(700);
      await until("the ledger at rest", () => page.getAttribute("#ledger", "aria-busy"), (busy) => busy === null);
      await accessible(page, `the history at ${width}`);
      await shot(page, `history-${width}`);
      await page.selectOption("#counterfactual", "no-tvpa");
      await until("a counterfactual", () => page.textContent("#given-text"), (text) => text.includes("the same states with the same luck, and other institutions"));
      await page.selectOption("#counterfactual", "");
      const number = page.locator('.slider[data-path="parameters.overjustification"] input[type="number"]');
      await number.fill("0.9");
      await until("what a parameter does", () => page.textContent("#given-text"), (text) => text.includes("It need not show the record any more"));
      const replayed = await until("a curve", () => curve(page, "MYS", "change"), Boolean);
      await until("time", () => page.textContent("#ran"), (text) => Number(/in ([\d.]+) ms/.exec(text)[1]) < 1000);
      await page.check("#anew");
      // What is said and what is drawn change together, once the history is made.
      await until("a history anew", () => page.textContent("#given-text"), (text) => /conditioned anew under what is set/.test(text));
      assert.notEqual(await curve(page, "MYS", "change"), replayed);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} of ${width}`);
      await shot(page, `history-anew-${width}`);
      // A link opens it again; a scenario without a record has no switch.
      const link = await until("a link", () => page.evaluate(() => location.hash), (hash) => hash.includes("given=anew"));
      const again = await open(asean.address + link, { width, height });
      await until("the same", () => curve(again, "MYS", "change"), (d) => d);
      assert.ok(await again.isChecked("#anew"));
      await again.selectOption("#scenario", "teaching/spiral");
      await until("no switch", () => again.isHidden("#history"), Boolean);
      await again.context().close();
      await page.context().close();
    }
  },

  async "a theory is chosen, written over, mended at its character, turned, shared and taken away"({ asean }) {
    const page = await open(asean.address, { width: 1500, height: 900 });
    assert.ok(await page.isHidden("#beyond"));
    await page.click('#panels [data-state="MMR"] button');
    const free = /: (0\.\d\d)\.$/.exec(await words(page))[1];
    await page.click("#theory summary");
    await page.selectOption("#theory-shelf", "backlash");
    assert.match(await page.inputValue("#theory-text"), /title = "Backlash against shaming"/);
    await page.click("#theory-lay");
    await until("a curve under the theory", () => curve(page, "MMR", "change"), Boolean);
    // The baseline is the scenario without it.
    assert.ok((await words(page)).includes(`: ${free}, with the change `), await words(page));
    assert.match(await page.textContent("#legend"), /With the change: the theory "Backlash against shaming"/);
    assert.match(await page.textContent("#beyond"), /Laid over the scenario: Backlash against shaming/);
    assert.equal(await page.locator("#beyond math").count(), 1);
    const first = page.locator(".slider").first();
    assert.equal(await first.getAttribute("data-path"), "parameters.backlash");
    const before = await curve(page, "MMR", "change");
    await first.locator('input[type="number"]').fill("0");
    await until("no effect", async () => (await curve(page, "MMR", "base")) === (await curve(page, "MMR", "change")), Boolean);
    assert.ok((await words(page)).includes(`: ${free}, with the change ${free}.`), await words(page));
    await first.locator('input[type="number"]').fill("1");
    await until("a greater one", () => curve(page, "MMR", "change"), (d) => d !== before);
    await until("its words", () => words(page), (text) => !text.includes(`with the change ${free}.`));
    await until("a term of the ledger", () => page.textContent("#ledger-table"), (text) => text.includes("backlash against shaming"));
    const link = await until("a link", () => page.evaluate(() => location.hash), (hash) => hash.includes("theory=backlash") && hash.includes("state=MMR"));
    await page.evaluate(() => (document.getElementById("formulas").open = true));
    await shot(page, "theory-1500");
    await accessible(page, "a theory");
    const again = await open(asean.address + link, { width: 400, height: 850, isMobile: true, hasTouch: true });
    await until("the same ledger", () => again.textContent("#ledger-table"), (text) => text.includes("backlash against shaming"));
    assert.ok(await again.evaluate(() => document.documentElement.scrollWidth) <= 400);
    await shot(again, "theory-400");
    await again.context().close();
    // Written over: an error stands at its character, and leaves the picture.
    const good = await curve(page, "MMR", "change");
    const text = await page.inputValue("#theory-text");
    await page.fill("#theory-text", text.replace("reactance", "reactanse"));
    await page.focus("#theory-text");
    await page.keyboard.press("Control+Enter");
    const told = await until("what is wrong", () => page.textContent("#theory-trouble"), Boolean);
    assert.match(told, /^theory\.toml:\d+:\d+ \(theory of the page\): mechanism\.backlash_against_shaming\.rate: there is no `reactanse` here; did you mean `reactance`\?/);
    assert.match(await page.locator("#theory-trouble pre").last().textContent(), /\n +\^{9}$/);
    assert.equal(await page.evaluate(() => { const box = document.getElementById("theory-text"); return box.value.slice(box.selectionStart, box.selectionStart + 9); }), "reactanse");
    assert.equal(await curve(page, "MMR", "change"), good);
    await shot(page, "theory-wrong");
    await accessible(page, "a theory that is wrong");
    for (const [wrong, sentence] of [["", /it says nothing|title/], ["version = 2\ntitle = ", /theory\.toml:2/], [text.replace("range = [0.0, 1.0]", "range = [1.0, 0.0]"), /the lower first/]]) {
      await page.fill("#theory-text", wrong);
      await page.click("#theory-lay");
      await until("what is wrong", () => page.textContent("#theory-trouble"), (found) => sentence.test(found));
    }
    // A variable of its own is drawn on both sides; the page's own example is laid over as it stands.
    await page.fill("#theory-text", `${text}\n[[variable]]\nid = "fatigue"\nchange = "0.5 * (frame - fatigue)"\n`);
    await page.click("#theory-lay");
    await until("another link", () => page.evaluate(() => location.hash), (hash) => hash.includes("fatigue"));
    await page.selectOption("#variable", "fatigue");
    await until("fatigue", () => page.textContent("#trajectories-title"), (title) => title.startsWith("Fatigue"));
    assert.ok((await curve(page, "MMR", "base")) && (await curve(page, "MMR", "change")));
    await page.click("#share-open");
    await until("the command", () => page.inputValue("#take-command"), (command) => /^suasion run asean --theory theory\.toml --set 'parameters\.backlash=1' /.test(command));
    assert.match(await page.inputValue("#take-theory"), /id = "fatigue"/);
    assert.match(await page.inputValue("#take-scenario"), /\[\[theory\]\]/);
    await page.click("#share-close");
    // In the history: the baseline shows the record, the theory is replayed or conditioned anew.
    await page.check("#given");
    await until("a history", () => page.textContent("#given-text"), (said) => said.includes("the same luck under another theory"));
    await page.check("#anew");
    await until("a history anew", () => page.textContent("#given-text"), (said) => said.includes("conditioned anew under what is set"));
    await page.uncheck("#given");
    // With a counterfactual: on one side, or on both.
    await page.selectOption("#counterfactual", "no-tvpa");
    await until("its words", () => page.textContent("#legend"), (said) => /^As the scenario has it.*never existed.*; the theory "Backlash against shaming"; 1 number set/.test(said));
    await page.check("#both");
    await until("both", () => page.textContent("#legend"), (said) => /^Baseline; the theory "Backlash against shaming"; 1 number set.*With the change: The unilateral regime never existed/.test(said));
    await page.uncheck("#both");
    await page.selectOption("#counterfactual", "");
    // Taken away, what was written stays in the box, and is laid again as it was.
    const written = await page.inputValue("#theory-text");
    await page.click("#theory-off");
    await until("no second curve", () => curve(page, "MMR", "change"), (d) => d === "");
    assert.ok(await page.isHidden("#beyond"));
    assert.ok(await page.isHidden("#trouble"));
    assert.equal(await page.inputValue("#variable"), "motivation");
    await page.selectOption("#theory-shelf", "cascade");
    await page.selectOption("#theory-shelf", "");
    assert.equal(await page.inputValue("#theory-text"), written);
    await page.click("#theory-lay");
    await until("again", () => page.textContent("#beyond"), (said) => said.includes("Backlash against shaming"));
    // A tour tells of the scenario as it is.
    await page.selectOption("#scenario", "teaching/spiral");
    await until("the tour", () => page.isVisible("#tour-open"), Boolean);
    await page.evaluate(() => (document.getElementById("theory").open = true));
    await page.selectOption("#theory-shelf", "cascade");
    await page.click("#theory-lay");
    await until("a cascade", () => page.textContent("#beyond"), (said) => said.includes("Norm cascade"));
    await page.click("#tour-open");
    await until("none", () => page.isHidden("#beyond"), Boolean);
    await until("the first step", () => page.textContent("#tour-count"), (count) => count === "Step 1 of 6");
    await page.context().close();
  },

  async "a link to a theory that is wrong opens the scenario, with the text and what is wrong with it"({ asean }) {
    for (const [theory, told] of [["nope", /^theory\.toml:1/], ["version = 2\ntitle = 'T'\nargument = 'A'\n[[mechanism]]\nid = 'm'\nadds_to = 'motivation'\nrate = '-0.1 * frmae'\n", /did you mean `frame`/]]) {
      const page = await open(`${asean.address}#scenario=teaching/spiral&show=protection&theory=${encodeURIComponent(theory)}`);
      const found = await until("what is wrong", () => page.textContent("#theory-trouble"), Boolean);
      assert.match(found, told);
      assert.equal(await page.inputValue("#theory-text"), theory);
      assert.equal(await page.inputValue("#scenario"), "teaching/spiral");
      assert.match(await page.textContent("#trajectories-title"), /^Protection/);
      // Mended, it is laid.
      await page.fill("#theory-text", "version = 2\ntitle = 'T'\nargument = 'A'\n[[mechanism]]\nid = 'm'\nadds_to = 'motivation'\nrate = '-0.1 * motivation'\n");
      await page.click("#theory-lay");
      await until("a theory", () => page.textContent("#beyond"), (said) => said.includes("Laid over the scenario: T"));
      assert.ok(await page.isHidden("#theory-trouble"));
      await page.context().close();
    }
  },

  async "a tour sets the page and points"({ asean }) {
    const page = await open(asean.address);
    assert.ok(await page.isHidden("#tour-open"));
    await page.selectOption("#scenario", "teaching/spiral");
    await page.locator("#tour-open").click();
    await until("the first step", () => page.textContent("#tour-count"), (text) => text === "Step 1 of 6");
    assert.equal(await page.evaluate(() => document.activeElement.id), "tour-title");
    await until("what it points at", () => page.locator('.look[data-state="aldova"]').count(), (n) => n === 1);
    await shot(page, "laptop-tour");
    await accessible(page, "a tour");
    await page.click("#tour-next");
    await until("the counterfactual of the second", () => page.inputValue("#counterfactual"), (value) => value === "nobody-watches");
    await until("no climb", () => words(page), (text) => text.includes("with the change 0."));
    await page.click("#tour-next");
    const box = page.locator('.slider[data-path="state.aldova.attention"] input[type="number"]');
    await until("the slider of the third", () => box.inputValue(), (value) => value === "0.1");
    assert.equal(await page.inputValue("#counterfactual"), "");
    await page.click("#tour-next");
    await page.click("#tour-next");
    await until("the ledger of the fifth", () => page.textContent("#ledger-title"), (text) => text === "Why did Aldova move?");
    // A link to a step opens the tour there.
    const link = await until("a link", () => page.evaluate(() => location.hash), (hash) => hash.includes("step=4"));
    const again = await open(asean.address + link);
    await until("the fifth step", () => again.textContent("#tour-count"), (text) => text === "Step 5 of 6");
    await again.context().close();
    await page.click("#tour-next");
    assert.equal(await page.textContent("#tour-next"), "Finish");
    await page.click("#tour-next");
    assert.ok(await page.isHidden("#tour"));
    await page.context().close();
  },

  async "the network moves through the years"({ asean }) {
    const page = await open(asean.address, { reducedMotion: "reduce" });
    const phases = () => page.$$eval("#graph .node .number", (all) => all.map((text) => text.textContent).join(""));
    const end = await phases();
    await page.locator("#year").fill("0");
    const start = await until("another picture", phases, (text) => text !== end);
    assert.match(await page.getAttribute("#graph", "aria-label"), /in phase 1, denial/);
    assert.equal(await page.getAttribute("#year", "aria-valuetext"), "at the start of 2001");
    await page.click("#play");
    await until("years going by", () => page.inputValue("#year"), (value) => Number(value) >= 3);
    await page.click("#play");
    assert.notEqual(await phases(), start);
    await page.locator("#graph .node").first().click();
    await until("the ledger of a node", () => page.textContent("#ledger-title"), (text) => text === "Why did Brunei Darussalam move?");
    await page.context().close();
  },

  async "a file edited into nonsense leaves the last good picture"() {
    const path = join(folder, "mine.toml");
    const good = 'version = 2\ntitle = "Mine"\n[time]\nstart = 2001\nend = 2006\n[runs]\nreplicates = 50\n[[state]]\nid = "A"\nname = "A state"\nopenness = 0.7\n';
    writeFileSync(path, good);
    const mine = await lab(path);
    const page = await open(mine.address);
    const before = await curve(page, "A", "base");
    writeFileSync(path, good.replace("0.7", "7"));
    await until("its sentence", () => page.textContent("#trouble"), (text) => text.includes("mine.toml:11: state.A.openness: found 7, expected a number from 0 to 1"));
    assert.equal(await curve(page, "A", "base"), before);
    writeFileSync(path, good.replace("0.7", "0.0").replace("Mine", "Mended"));
    await until("no sentence", () => page.isHidden("#trouble"), Boolean);
    await until("the new picture", () => curve(page, "A", "base"), (d) => d && d !== before);
    assert.match(await page.title(), /^Mended/);
    // A link to what no scenario of this lab has.
    const lost = await open(`${mine.address}#scenario=nowhere.toml&set=parameters.drift%3D0.1`);
    assert.match(await lost.textContent("#trouble"), /this lab has no scenario `nowhere.toml`/);
    assert.ok(await curve(lost, "A", "base"));
    await mine.end();
    await until("that the lab has ended", () => page.textContent("#trouble"), (text) => text.includes("does not answer"));
    assert.ok(await curve(page, "A", "base"));
    await page.context().close();
    await lost.context().close();
  },

  async "a theory's file that is edited is read again"({ asean }) {
    const path = join(folder, "own.toml");
    const text = await (await fetch(`${asean.address}api/scenarios`)).json().then(({ theory_page }) => theory_page);
    writeFileSync(path, text);
    const own = await lab("asean", "--theory", path);
    const page = await open(own.address);
    assert.match(await page.textContent("#beyond"), /Laid over the scenario: My theory/);
    assert.equal(await page.locator(".slider").first().getAttribute("data-path"), "parameters.fading");
    await page.click('#panels [data-state="MYS"] button');
    const before = await words(page);
    writeFileSync(path, text.replace("default = 0.05", "default = 0.25"));
    await until("other words", () => words(page), (now) => now.startsWith("Malaysia") && now !== before);
    writeFileSync(path, text.replace("mobilization)", "mobilisation)"));
    await until("its sentence", () => page.textContent("#trouble"), (told) => told.includes("did you mean `mobilization`"));
    await own.end();
    await page.context().close();
  },

  async "a phone's width is enough"({ asean }) {
    for (const width of [390, 320]) {
      const page = await open(`${asean.address}#scenario=asean&beside=no-tvpa&state=KHM`, { width, height: 844, hasTouch: true, isMobile: true });
      await until("the ledger", () => page.textContent("#ledger-beside"), Boolean);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} of ${width}`);
      await accessible(page, `a width of ${width}`);
      await shot(page, `phone-${width}`);
      await page.context().close();
    }
  },

  async "between a phone and a laptop there are two columns, and states do not lie on one another"({ asean }) {
    const page = await open(`${asean.address}#scenario=asean&beside=no-tvpa&replicates=50`, { width: 1024 });
    const box = (id) => page.locator(id).boundingBox();
    const [controls, curves] = [await box("#controls"), await box("#trajectories")];
    assert.ok(curves.x >= controls.x + controls.width && curves.width > 600, `${JSON.stringify([controls, curves])}`);
    assert.ok(await page.locator("#panels li").first().boundingBox().then((panel) => panel.width > 200));
    for (const scenario of ["asean", "world", "teaching/two-communities", "teaching/spiral"]) {
      const other = await open(`${asean.address}#scenario=${scenario}&replicates=10`);
      const circles = await other.$$eval("#graph .node > circle:not(.before)", (all) => all.map((c) => ["cx", "cy", "r"].map((key) => Number(c.getAttribute(key)))));
      circles.forEach(([x, y, r], i) => circles.slice(0, i).forEach(([a, b]) => assert.ok(Math.hypot(x - a, y - b) > 2 * r, `${scenario}: ${[x, y, a, b, r]}`)));
      await other.context().close();
    }
    await page.context().close();
  },

  async "on a phone the tour stays in sight beside what it points at"({ asean }) {
    const page = await open(`${asean.address}#scenario=teaching/spiral&replicates=50`, { width: 400, height: 800, hasTouch: true, isMobile: true });
    await page.locator("#tour-open").click();
    for (let step = 1; step <= 6; step++) {
      await until(`step ${step}`, () => page.textContent("#tour-count"), (text) => text === `Step ${step} of 6`);
      const seen = await until("the card and what it points at", () => page.evaluate(() => {
        const [card, target] = [document.getElementById("tour"), document.querySelector(".look")].map((e) => e?.getBoundingClientRect());
        return { top: card.top, bottom: card.bottom, right: card.right, target: target?.top };
      }), ({ top, bottom, target }) => top >= -1 && bottom < 800 && (target === undefined || (target < 800 && target > bottom - 1)));
      assert.ok(seen.right <= 400, JSON.stringify(seen));
      await page.click("#tour-next");
    }
    await page.context().close();
  },

  async "a large world and small ones fit too"({ asean }) {
    for (const [scenario, states] of [["world", 180], ["teaching/two-communities", 8], ["teaching/fine-is-a-price-small", 1]]) {
      const page = await open(`${asean.address}#scenario=${scenario}`);
      await until("its panels", () => page.locator("#panels li").count(), (n) => n === states);
      await settled(page);
      await shot(page, `laptop-${scenario.replace("/", "-")}`);
      await page.context().close();
    }
  },

  async "a browser without JavaScript gets a sentence"({ asean }) {
    const page = await open(asean.address, { javaScriptEnabled: false });
    assert.match(await page.innerText("body"), /^The lab draws its pictures with JavaScript/);
    await page.context().close();
  },
};

let failed = 0;
const asean = await lab("asean");
try {
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test({ asean });
      // Refusals are answers: the browser's log of them is no complaint of the page.
      const real = complaints.splice(0).filter((text) => !/status of (409|422|404)|ERR_CONNECTION_REFUSED/.test(text));
      assert.deepEqual(real, []);
      console.log(`  ok: ${name}`);
    } catch (error) {
      failed++;
      console.log(`  FAILED: ${name}\n${error.stack}`);
    }
  }
  const outside = asked.filter((url) => !url.startsWith("http://127.0.0.1:") && !url.startsWith("data:"));
  assert.deepEqual(outside, [], "requests outside this machine");
  assert.ok(asked.length > 50);
} finally {
  await asean.end();
  await browser.close();
  rmSync(folder, { recursive: true });
}
if (failed) process.exit(1);
