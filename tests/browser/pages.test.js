// Access, accounts and checks; the states of a report; paper; and the page without JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { browser, made, open, sample, settled, texts, visit } from "./support.js";

const report = JSON.parse(readFileSync(sample.replace(/html$/, "json"), "utf8"));
let chromium;
before(async () => (chromium = await browser({ viewport: { width: 1280, height: 3000 } })));
after(() => chromium.close());

test("accounts tell how they are set up, and count what reaches them", async () => {
  const page = await open(chromium.context, sample, "#/accounts", { ready: "tbody [data-place]" });
  assert.equal(await page.locator("tbody [data-place]").count(), report.accounts.length);
  const enabled = report.accounts.filter((one) => one.local_auth_disabled === false && one.id.includes("/databaseAccounts/"));
  assert.equal(await page.locator("h1:visible").innerText(), `${report.accounts.length} accounts, ${enabled.length} with key-based authentication enabled`);
  for (const one of report.accounts) {
    const row = page.locator("tbody tr", { has: page.getByRole("link", { name: one.name, exact: true }) });
    const told = (await row.locator(".num .unseen").allInnerTexts()).map((word) => word.trim().toLowerCase());
    const concerning = report.findings.filter((found) => found.state === "new" && (found.account === one.id || found.reach?.named.includes(one.id)));
    assert.deepEqual(told, ["critical", "high", "medium", "low", "note"].filter((word) => concerning.some((found) => found.severity === word)), one.name);
    const numbers = (await row.locator(".num").allInnerTexts()).join(" ").match(/\d+/g) ?? [];
    assert.equal(numbers.reduce((sum, value) => sum + Number(value), 0), concerning.length, one.name);
  }
  // What could not be read is unknown, and never none.
  const unread = page.locator("tbody tr", { hasText: "staging-orders" });
  assert.match(await unread.innerText(), /Unknown[\s\S]*Not checked[\s\S]*couldn.t be read/);
  await page.getByRole("button", { name: /^Keys enabled/ }).click();
  await settled(page);
  assert.equal(await page.locator("tbody [data-place]").count(), enabled.length);
  await visit(page, "#/accounts?open=cosmos-ledger");
  const panel = await page.locator(".panel").innerText();
  for (const told of ["North Europe", "everywhere, ledger", "support-tool", "deviates from the policy", "matches the policy"]) assert.ok(panel.includes(told), told);
  page.sound();
});

test("who can read keys is told where keys are enabled", async () => {
  const page = await open(chromium.context, sample, "#/accounts?show=keys", { ready: "tbody [data-place]" });
  const legacy = await page.locator("tbody tr", { hasText: "staging-legacy" }).innerText();
  const readers = report.ways.filter((way) => way.way === "read-keys" && !way.eligible && way.certain_accounts > 0 && (way.azure_scope === "/" || way.azure_scope.includes("managementGroups") || way.azure_scope.toLowerCase().startsWith("/subscriptions/0c05a0c5-0000-4000-8000-000000000002")));
  assert.ok(readers.length > 0);
  for (const way of readers) assert.ok(legacy.includes(way.principal.name), `${way.principal.name}: ${legacy}`);
  page.sound();
});

test("checks say what was looked for, and where not", async () => {
  const page = await open(chromium.context, sample, "#/checks", { ready: ".checks-table" });
  const rows = page.locator(".checks-table tbody tr");
  assert.ok((await rows.count()) >= 20);
  for (const [id, value] of Object.entries(report.summary.by_check)) {
    assert.equal(await page.locator(`#check-${id} td[data-label=Findings]`).innerText(), String(value), id);
  }
  assert.ok((await page.locator("#check-excess-access .chip").count()) > 0, "access of some accounts was not compared");
  await page.locator("#check-denied-access").getByRole("link", { name: "1" }).click();
  await page.waitForSelector(".list .row");
  assert.equal(await page.locator(".list .row").count(), 1);
  page.sound();
});

test("the head shrinks to the bar on other pages", async () => {
  const page = await open(chromium.context, sample, "#/access", { ready: ".answer" });
  assert.ok(!(await page.locator(".overview").isVisible()));
  const bar = await page.locator(".bar-verdict").innerText();
  assert.match(bar.replace(/\s+/g, " "), new RegExp(`^Failed ?${report.summary.by_severity.critical} Critical ?${report.summary.by_severity.high} High$`));
  page.sound();
});

for (const [name, says, icon] of [
  ["passed", "Passed: no findings in 2 accounts", "pass"],
  ["partly", "Passed for what was checked: no findings in 2 accounts", "part"],
  ["incomplete", "Incomplete: 1 of 2 accounts couldn't be fully read", "part"],
  ["empty", "Nothing to audit: no accounts in 1 subscription", "part"],
]) {
  test(`a report that is ${name} says so`, async () => {
    const page = await open(chromium.context, made(name), "", { ready: "h1:visible" });
    assert.equal(await page.locator("h1:visible").innerText(), says);
    assert.equal(await page.locator("h1:visible use").getAttribute("href"), `#i-${icon}`, "green is for what was checked in full");
    assert.equal(await page.locator(".counts").count(), 0);
    if (name !== "passed" && name !== "empty") assert.ok(await page.locator("#not-checked ul").isVisible());
    if (name !== "empty") assert.ok((await page.locator(".checked").innerText()).includes("Key-based authentication"));
    for (const hash of ["#/access", "#/accounts", "#/checks"]) await visit(page, hash);
    page.sound();
  });
}

test("a gate that is off is no pass", async () => {
  const page = await open(chromium.context, made("ungated"));
  assert.match(await page.locator("h1:visible").innerText(), /^Not gated: \d+ findings, and --fail-on never accepts all of them$/);
  assert.equal(await page.locator("h1:visible use").getAttribute("href"), "#i-part");
  page.sound();
});

test("on paper every finding stands in full, and a reason once", async () => {
  const page = await open(chromium.context, sample);
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  const sheet = await page.locator(".sheet").innerText();
  const counted = report.findings.filter((one) => one.state === "new");
  for (const one of counted) assert.ok(sheet.includes(one.fingerprint), one.fingerprint);
  for (const one of report.accounts) assert.ok(sheet.includes(one.name));
  const reasons = await page.locator(".sheet .card > p.sub:not(.proof)").allInnerTexts();
  assert.equal(new Set(reasons).size, reasons.length);
  const commands = await texts(page, ".sheet pre");
  assert.equal(new Set(commands).size, commands.length);
  assert.ok(!(await page.locator(".tools").isVisible()));
  assert.ok(await page.locator("h1").first().isVisible(), "the summary comes first");
  page.sound();
});

for (const [name, file] of [["the sample", sample], ["a hostile tenant", made("hostile")], ["an empty tenant", made("empty")]]) {
  test(`without JavaScript ${name} can be read`, async () => {
    const plain = await browser({ javaScriptEnabled: false });
    try {
      const page = await open(plain.context, file, "", { ready: ".plain" });
      const text = await page.locator("body").innerText();
      assert.match(text, /Passed|Failed|Incomplete|Nothing to audit/);
      if (file === sample) {
        for (const one of report.findings) assert.ok(text.toLowerCase().includes(one.message.replaceAll("`", "").toLowerCase()), one.message);
        for (const one of report.accounts) assert.ok(text.includes(one.id), one.id);
        assert.ok(text.includes("umid-cosmosid (matches the policy)"));
      }
      // Whatever the head links to is there.
      const links = await page.locator("a[href^='#']:visible").evaluateAll((all) => all.map((one) => one.getAttribute("href").slice(1)).filter((id) => id !== "content" && !document.getElementById(id)));
      assert.deepEqual(links, []);
      assert.equal(await page.locator("img, iframe, object, script:not([type])").count(), 0);
      page.sound();
    } finally {
      await plain.close();
    }
  });
}

test("without JavaScript a huge report shows the worst, and says what it does not show", async () => {
  const plain = await browser({ javaScriptEnabled: false });
  try {
    const page = await open(plain.context, made("big"), "", { ready: ".plain" });
    assert.equal(await page.locator(".plain #findings article, .plain#findings article, #findings article").count(), 2000);
    assert.equal(await page.locator("#findings article .sev-critical").count() > 0, true);
    assert.equal(await page.locator("#findings article b:not(.sev-critical).sev-high").count(), 0);
    assert.match((await texts(page, ".gap-line")).join(" "), /2000 worst findings are shown, 98000 more are not/);
    page.sound();
  } finally {
    await plain.close();
  }
});
