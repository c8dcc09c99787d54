// A hundred thousand findings, and twenty thousand accounts.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { after, before, test } from "node:test";
import { browser, hashQuery, made, open, settled } from "./support.js";

const LIMIT = { opened: 1500, longTask: 200, bytes: 40e6, tries: 6 };

const READY = ".list [data-place], tbody [data-place]";

let chromium;
before(async () => (chromium = await browser()));
after(() => chromium.close());

for (const [name, hash, rows] of [["big", "#/findings?group=none", "95,001 findings"], ["accounts", "#/accounts", "20,000 accounts"]]) {
  test(`${rows} open within one and a half seconds`, async () => {
    assert.ok(statSync(made(name)).size <= LIMIT.bytes, `${statSync(made(name)).size} bytes`);
    // The machine may be busy with something else: the best of a few counts.
    const times = [];
    do {
      const start = performance.now();
      const page = await open(chromium.context, made(name), hash.replace("?group=none", ""), { ready: READY });
      await settled(page);
      times.push(Math.round(performance.now() - start));
      assert.equal(await page.locator(".list-status").textContent(), rows);
      page.sound();
      await page.close();
    } while (Math.min(...times) > LIMIT.opened && times.length < LIMIT.tries);
    console.log(`${name}: ${statSync(made(name)).size} bytes, usable after ${times.join(", ")} ms`);
    assert.ok(Math.min(...times) <= LIMIT.opened, `${times} ms`);
  });

  test(`${rows} scroll without long tasks`, async () => {
    const worst = [];
    do {
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
      assert.ok(seen.height > 1e6 && seen.rows > 0 && seen.rows < 700);
      assert.equal(seen.empty, 0, "rows are there as soon as one has scrolled to them");
      worst.push(Math.max(0, ...seen.tasks));
      page.sound();
      await page.close();
    } while (Math.min(...worst) > LIMIT.longTask && worst.length < LIMIT.tries);
    console.log(`${name}: longest task while scrolling ${worst.join(", ")} ms`);
    assert.ok(Math.min(...worst) <= LIMIT.longTask, `${worst} ms`);
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
  assert.ok(Math.min(...times) <= LIMIT.opened, `${times} ms`);
  page.sound();
});
