// The page of `diff`: it needs no script, fetches nothing, and can be read in both themes and on a phone.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { browser, open, texts } from "./support.js";

const file = path.resolve(import.meta.dirname, "../golden/cli/diff/sample.html");

for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 390, 1280]) {
    test(`a comparison is sound, accessible and fits (${colorScheme}, ${width})`, async () => {
      const chromium = await browser({ colorScheme, viewport: { width, height: 900 } });
      try {
        const page = await open(chromium.context, file, "", { ready: "h1" });
        assert.match(await page.locator("h1").innerText(), /1 principal gained access/);
        assert.deepEqual(await texts(page, "h2"), ["Not compared", "cosmos-ledger", "cosmos-rbacsample", "cosmos-sessions"]);
        assert.equal(await page.locator("tbody tr").count(), 3);
        assert.equal(await page.locator("script").count(), 0);
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`), []);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "it is too wide");
        page.sound();
      } finally {
        await chromium.close();
      }
    });
  }
}
