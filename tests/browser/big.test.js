// A hundred thousand findings, and twenty thousand accounts. How long things take is printed, and told in docs/performance.md; how
// long they take elsewhere depends on the machine, so what is held is what makes them quick: few elements, and a bounded file.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { after, before, test } from "node:test";
import { browser, hashQuery, made, open, settled } from "./support.js";

const LIMIT = { bytes: 40e6, elements: 4000, rows: 700 };
const elements = (page) => page.evaluate(() => document.querySelectorAll("*").length);

const READY = ".list [data-place], tbody [data-place]";

let chromium;
before(async () => (chromium = await browser()));
after(() => chromium.close());

for (const [name, hash, rows] of [["big", "#/findings?group=none", "95,001 findings"], ["accounts", "#/accounts", "20,000 accounts"]]) {
  test(`${rows} open with few elements`, async () => {
    assert.ok(statSync(made(name)).size <= LIMIT.bytes, `${statSync(made(name)).size} bytes`);
    const start = performance.now();
    const page = await open(chromium.context, made(name), hash.replace("?group=none", ""), { ready: READY });
    await settled(page);
    console.log(`${name}: ${statSync(made(name)).size} bytes, usable after ${Math.round(performance.now() - start)} ms`);
    assert.equal(await page.locator(".list-status").textContent(), rows);
    assert.ok((await elements(page)) <= LIMIT.elements, `${await elements(page)} elements`);
    page.sound();
    await page.close();
  });

  test(`${rows} scroll, and only those in sight exist`, async () => {
    const page = await open(chromium.context, made(name), hash, { ready: READY });
    await page.waitForTimeout(500);
    const seen = await page.evaluate(async () => {
      const tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ type: "longtask" });
      const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const height = document.documentElement.scrollHeight;
      let empty = 0;
      // In leaps through all of it, then smoothly through a part.
      for (let step = 0; step <= 60; step++) {
        scrollTo(0, (height * step) / 60);
        await frame();
        await frame();
        const middle = document.elementFromPoint(innerWidth / 3, innerHeight / 2);
        if (step > 0 && step < 60 && !middle?.closest("[data-place]")) empty++;
      }
      for (let step = 0; step < 120; step++) {
        scrollBy(0, -90);
        await frame();
      }
      await new Promise((done) => setTimeout(done, 200));
      return { tasks, empty, height, rows: document.querySelectorAll("[data-place]").length };
    });
    assert.ok(seen.height > 1e6 && seen.rows > 0 && seen.rows < LIMIT.rows);
    assert.equal(seen.empty, 0, "rows are there as soon as one has scrolled to them");
    console.log(`${name}: longest task while scrolling ${Math.max(0, ...seen.tasks)} ms`);
    page.sound();
    await page.close();
  });
}

test("the last of a hundred thousand can be searched, grouped and opened", async () => {
  const page = await open(chromium.context, made("big"), "", { ready: ".grp" });
  // So many are grouped by check, and the groups are closed.
  assert.equal(await page.locator(".list .row").count(), 0);
  await page.locator(".grp").first().click();
  assert.equal(await page.locator(".list .row").count(), 10);
  await page.locator(".more-row").click();
  await settled(page);
  assert.ok((await page.locator(".list .row").count()) > 20);
  await page.keyboard.press("/");
  await page.keyboard.type("cosmos-01999");
  await page.waitForFunction(() => /^\d+ of 95,001 findings$/.test(document.querySelector(".list-status").textContent));
  await page.locator(".row").last().click();
  await page.locator(".panel").waitFor();
  assert.match(await page.locator(".panel").innerText(), /cosmos-01999/);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await settled(page);
  const fingerprint = hashQuery(page).get("open");
  await page.reload();
  await page.locator(".row[aria-current]").waitFor();
  assert.ok((await page.locator(".panel").innerText()).includes(fingerprint), "a deep link leads to its row among all");
  assert.ok(await page.locator(".row[aria-current]").evaluate((row) => row.getBoundingClientRect().bottom <= innerHeight));
  page.sound();
});

test("who can what in two thousand accounts is answered at once", async () => {
  const page = await open(chromium.context, made("big"), "#/access", { ready: ".answer-table tbody tr" });
  const times = [];
  for (const can of ["read", "manage", "any"]) {
    const start = performance.now();
    await page.getByLabel("Action").selectOption(can);
    await settled(page);
    times.push(Math.round(performance.now() - start));
  }
  console.log(`answers after ${times.join(", ")} ms`);
  assert.ok((await elements(page)) <= 4 * LIMIT.elements, `${await elements(page)} elements`);
  page.sound();
});
