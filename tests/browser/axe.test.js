// WCAG 2.1 AA and axe's best practices, for every page in both themes and at the width of a phone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { browser, made, open, sample, settled } from "./support.js";

const report = JSON.parse(readFileSync(sample.replace(/html$/, "json"), "utf8"));
const denied = report.findings.find((one) => one.check === "denied-access").fingerprint;
const waived = report.findings.find((one) => one.state === "waived").fingerprint;
const VIEWS = [
  ["findings", sample, "#/findings?severity=critical%2Chigh%2Cmedium%2Clow%2Cnote"],
  ["no finding left", sample, "#/findings?q=nothing+has+this"],
  ["an opened finding", sample, `#/findings?open=${denied}`],
  ["a waived finding", sample, `#/findings?open=${waived}`],
  ["the matrix", sample, "#/access?account=sandbox-lab"],
  ["an opened cell", made("matrix"), "#/access?cell=0+%2F"],
  ["accounts", sample, "#/accounts"],
  ["an opened account", sample, "#/accounts?open=cosmos-ledger"],
  ["checks", sample, "#/checks"],
  ["an empty report", made("empty"), ""],
];

for (const [look, options] of Object.entries({
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 } },
  "dark phone": { colorScheme: "dark", viewport: { width: 360, height: 740 } },
})) {
  test(`axe finds nothing (${look})`, async () => {
    const chromium = await browser(options);
    const told = [];
    try {
      for (const [name, file, hash] of VIEWS) {
        const page = await open(chromium.context, file, hash);
        await settled(page);
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        told.push(...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) told.push(`${name} is ${wide} pixels too wide`);
        page.sound();
        await page.close();
      }
    } finally {
      await chromium.close();
    }
    assert.deepEqual(told, []);
  });
}
