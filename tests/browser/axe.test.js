// WCAG 2.1 AA and axe's best practices, for every page in both themes and from the narrowest phone to a wide screen.
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
  ["findings by check", sample, "#/findings?group=check"],
  ["no finding left", sample, "#/findings?q=nothing+has+this"],
  ["an opened finding", sample, `#/findings?open=${denied}`],
  ["a waived finding", sample, `#/findings?state=waived&open=${waived}`],
  ["fixed findings", made("ungated"), "#/findings?state=fixed"],
  ["access", sample, "#/access?can=delete&at=%2Fdbs%2Fledger"],
  ["a principal", sample, "#/access?principal=Paul+Payments"],
  ["accounts", sample, "#/accounts"],
  ["an opened account", sample, "#/accounts?open=cosmos-ledger"],
  ["checks", sample, "#/checks"],
  ["a report that passed", made("passed"), ""],
  ["an incomplete report", made("incomplete"), ""],
  ["an empty report", made("empty"), ""],
];

const WIDTHS = [320, 390, 1024, 1440];
for (const [look, options] of ["light", "dark"].flatMap((colorScheme) => WIDTHS.map((width) => [`${colorScheme}, ${width}`, { colorScheme, viewport: { width, height: 900 } }]))) {
  test(`axe finds nothing (${look})`, async () => {
    const chromium = await browser(options);
    const told = [];
    try {
      for (const [name, file, hash] of VIEWS) {
        const page = await open(chromium.context, file, hash, { ready: "h1:visible" });
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
