// Every suggested slider of the bundled scenarios with every counterfactual, in a real browser: the curves shown are those of the
// digests shown, which are those of the setting in the link; or a refusal is shown, and no curve.
// Usage: node settings.mjs PROGRAM

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";

const [program] = process.argv.slice(2);
const REPLICATES = 16;

const child = spawn(program, ["lab", "asean", "--no-open"]);
const address = await new Promise((resolve, reject) => {
  child.stdout.on("data", (data) => {
    const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(data);
    if (found) resolve(found[0]);
  });
  child.stderr.on("data", (data) => reject(new Error(`${data}`)));
});
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
});
const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });

/** Asks the lab itself, beside the page. */
async function ask(path, body) {
  const options = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(new URL(path, address), options);
  return { status: response.status, ...(await response.json()) };
}

/** What the page shows: both digests, the ends of the curves by state, whether there are any, and what it says. */
const shown = () => page.evaluate(() => {
  const text = (id) => document.getElementById(id).textContent;
  const ends = (kind) => Object.fromEntries([...document.querySelectorAll("#panels li")].map((item) => [item.dataset.state, item.querySelector(`.end-${kind}`)?.textContent ?? ""]));
  const drawn = (kind) => [...document.querySelectorAll(`#panels path.${kind}`)].filter((path) => path.getAttribute("d")).length;
  return {
    digests: /digests? (.*)$/.exec(text("ran"))?.[1].split(" and ") ?? [],
    base: ends("base"), change: ends("change"), drawn: [drawn("base"), drawn("change")],
    legend: text("legend"), dropped: text("dropped"), trouble: document.getElementById("trouble").hidden ? "" : text("trouble"),
    link: location.hash, set: Object.fromEntries([...document.querySelectorAll(".slider.moved")].map((row) => [row.dataset.path, Number(row.querySelector('input[type="number"]').value)])),
  };
});

/** The picture of a setting as the lab computes it: digests, and the ends of curves as the page writes them. */
async function computed(setting) {
  const answer = await ask("/api/run", { page: "beside", variable: "motivation", setting });
  if (answer.status !== 200) return { refused: answer.error };
  const ends = (run) => Object.fromEntries((run?.states ?? []).map((id, i) => [id, run.mean[i].at(-1).toFixed(2)]));
  return { digests: [answer.base, answer.changed].filter(Boolean).map((run) => run.digest.slice(0, 8)), base: ends(answer.base), change: ends(answer.changed), dropped: answer.dropped };
}

/** Waits until what is shown is of a setting, and holds it against what the lab computes of that setting. */
async function agrees(what, setting) {
  const wanted = await computed(setting);
  // Two settings may have the same digests: where a counterfactual takes away what a slider sets. So the notice counts, too.
  const settled = (seen) => JSON.stringify(seen.digests) === JSON.stringify(wanted.digests) && (seen.dropped !== "") === wanted.dropped.length > 0;
  const end = Date.now() + 20_000;
  let seen;
  do {
    seen = await shown();
    if (wanted.refused) {
      if (seen.trouble.includes(wanted.refused.split("\n")[0])) break;
    } else if (!seen.trouble && settled(seen)) break;
    await new Promise((wait) => setTimeout(wait, 20));
  } while (Date.now() < end);
  if (wanted.refused) {
    assert.ok(seen.trouble.includes(wanted.refused.split("\n")[0]), `${what}: ${wanted.refused}\nshown: ${seen.trouble}`);
    assert.deepEqual([seen.drawn, seen.digests], [[0, 0], []], what);
    assert.match(seen.legend, /^Nothing is shown/, what);
    return wanted;
  }
  assert.deepEqual(seen.digests, wanted.digests, what);
  for (const kind of ["base", "change"]) {
    for (const [id, text] of Object.entries(seen[kind])) assert.equal(text, wanted[kind][id] ?? "", `${what}: ${kind} of ${id}`);
  }
  assert.equal(seen.dropped !== "", wanted.dropped.length > 0, `${what}: ${seen.dropped}`);
  // The sliders that stand as moved are those that count.
  const counts = Object.keys(setting.set).filter((path) => setting.both || !wanted.dropped.includes(path));
  assert.deepEqual(Object.keys(seen.set).sort(), counts.sort(), what);
  return wanted;
}

const box = (path) => page.locator(`.slider[data-path="${path}"] input[type="number"]`);

let failed = 0, pictures = 0, refusals = 0, dropped = 0;
async function test(what, run) {
  try {
    await run();
  } catch (error) {
    failed++;
    console.log(`  FAILED: ${what}\n${error.stack}`);
  }
}
const count = (wanted) => {
  if (wanted.refused) refusals++;
  else pictures++;
  dropped += wanted.dropped?.length ?? 0;
};

try {
  const { scenarios } = await ask("/api/scenarios");
  const names = scenarios.map((s) => s.reference).filter((name) => name === "asean" || name.startsWith("teaching/"));
  assert.ok(names.length >= 10, `${names}`);
  for (const scenario of names) {
    const offer = await ask(`/api/scenario?${new URLSearchParams({ scenario })}`);
    const other = (path) => {
      const { value, low, high } = offer.levers.find((lever) => lever.path === path);
      return Number((value === high ? low : high).toPrecision(10));
    };
    const plain = { scenario, replicates: REPLICATES, set: {}, counterfactual: null, both: false };
    const fresh = async () => {
      await page.goto("about:blank");
      await page.goto(`${address}#scenario=${scenario}&replicates=${REPLICATES}`);
      await page.waitForFunction(() => document.querySelector("#panels path.base")?.getAttribute("d"));
    };
    const pairs = offer.sliders.map((path) => [path]).concat([offer.sliders.slice(0, 2)]);
    for (const paths of pairs) {
      const set = Object.fromEntries(paths.map((path) => [path, other(path)]));
      for (const { id } of offer.counterfactuals) {
        const what = `${scenario}: ${paths.join(", ")} with ${id}`;
        await test(what, async () => {
          await fresh();
          for (const path of paths) await box(path).fill(`${set[path]}`);
          count(await agrees(`${what}, sliders alone`, { ...plain, set }));
          await page.selectOption("#counterfactual", id);
          count(await agrees(what, { ...plain, set, counterfactual: id }));
        });
        await test(`${what}, the counterfactual first`, async () => {
          await page.click("#reset");
          await page.selectOption("#counterfactual", id);
          count(await agrees(`${what}, the counterfactual alone`, { ...plain, counterfactual: id }));
          await page.check("#both");
          for (const path of paths) await box(path).fill(`${set[path]}`);
          count(await agrees(`${what}, in both`, { ...plain, set, counterfactual: id, both: true }));
          await page.uncheck("#both");
          count(await agrees(`${what}, no longer in both`, { ...plain, set, counterfactual: id }));
        });
      }
      // Out of bounds: a refusal and no curve; and back.
      await test(`${scenario}: ${paths[0]} out of bounds`, async () => {
        const { least, most } = offer.levers.find((lever) => lever.path === paths[0]);
        const bad = most === null ? (least === null ? null : least - 1) : most + 1;
        if (bad === null) return;
        await fresh();
        await box(paths[0]).fill(`${bad}`);
        const wanted = await agrees(`${paths[0]} = ${bad}`, { ...plain, set: { [paths[0]]: bad } });
        assert.ok(wanted.refused, `${paths[0]} = ${bad} is not refused`);
        count(wanted);
        await box(paths[0]).fill(`${set[paths[0]]}`);
        count(await agrees(`${paths[0]} mended`, { ...plain, set: { [paths[0]]: set[paths[0]] } }));
      });
    }
  }
  assert.ok(pictures > 200 && refusals > 20 && dropped > 10, `${pictures} ${refusals} ${dropped}`);
  if (!failed) console.log(`  ok: ${pictures} pictures are those of their digests, ${refusals} refusals show none, ${dropped} numbers were dropped`);
} finally {
  await browser.close();
  await new Promise((done) => child.on("exit", done).kill("SIGINT"));
}
if (failed) process.exit(1);
