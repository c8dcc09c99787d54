// Access, accounts and checks; paper; and the page without JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { browser, made, open, sample, settled, texts, visit } from "./support.js";

const report = JSON.parse(readFileSync(sample.replace(/html$/, "json"), "utf8"));
let chromium;
before(async () => (chromium = await browser()));
after(() => chromium.close());

const letters = async (cell) => (await cell.locator(".slot").allInnerTexts()).join("");

test("the matrix shows who may do what where", async () => {
  const page = await open(chromium.context, sample, "#/access?account=staging-catalog", { ready: ".matrix tr[data-place]" });
  const account = report.accounts.find((one) => one.name === "staging-catalog");
  // Those with roles of its own, and those who have a way round them.
  const around = report.ways.filter((way) => account.id.toLowerCase().startsWith(way.azure_scope.toLowerCase()) || !way.azure_scope.startsWith("/subscriptions/"));
  const ids = new Set([...account.principals.map((one) => one.id), ...around.map((way) => way.principal.id)]);
  assert.equal(await page.locator(".matrix tr[data-place]").count(), ids.size);
  await visit(page, "#/access?account=cosmos-sessions");
  await page.waitForSelector(".matrix tr[data-place]");
  assert.equal(await letters(page.locator(".matrix .cell").first()), "MR·WD···");
  await visit(page, "#/access?account=cosmos-rbacsample");
  await page.getByText("Keys open this account").waitFor();
  assert.equal(await letters(page.locator(".matrix .cell").first()), "MRQWDX·*");
  page.sound();
});

test("ways round the roles stand beside them, and lead to the Azure role", async () => {
  const page = await open(chromium.context, sample, "#/access?account=cosmos-payments", { ready: ".matrix .way" });
  const row = page.locator(".matrix tr[data-place]", { hasText: "Paul Payments" });
  assert.deepEqual(await texts(row, ".way"), ["yes", "yes", "yes", "yes"]);
  // Where keys are disabled, their columns say so.
  const heads = await texts(page, ".matrix thead .group-way");
  assert.deepEqual(heads.map((head) => head.includes("keys are disabled")), heads.map((head) => head.includes("keys")));
  await row.locator(".cell").first().click();
  const panel = await page.locator(".panel").innerText();
  for (const told of ["Paul Payments", "DocumentDB Account Contributor", "Microsoft.DocumentDB/databaseAccounts/", "Keys are disabled"]) assert.ok(panel.includes(told), `${told}\n${panel}`);
  await page.reload();
  await page.locator(".panel").waitFor();
  // A role that must be activated first is told apart.
  const eligible = page.locator(".matrix tr[data-place]", { hasText: "On Call" });
  assert.ok((await texts(eligible, ".way")).includes("eligible"));
  page.sound();
});

test("a cell leads to its grants", async () => {
  const page = await open(chromium.context, sample, "#/access?account=cosmos-sessions", { ready: ".matrix .cell" });
  const cell = page.locator(".matrix .cell").first();
  assert.match(await cell.locator(".unseen").innerText(), /in \/dbs\/sessions\/colls\/live: metadata, read, write, delete/);
  await cell.focus();
  await page.keyboard.press("Enter");
  const panel = await page.locator(".panel").innerText();
  for (const told of ["11a0f004-0000-4000-8000-000000000001", "Session Writer", "sqlDatabases/containers/items/delete", "delete items"]) assert.ok(panel.includes(told), told);
  assert.equal(await cell.getAttribute("aria-expanded"), "true");
  await page.reload();
  await page.locator(".panel").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "hidden" });
  page.sound();
});

test("wide scopes reach narrow ones, and what is only possible is told apart", async () => {
  const page = await open(chromium.context, made("matrix"), "#/access", { ready: ".matrix .cell" });
  assert.ok((await page.locator(".matrix .cell.inherited").count()) > 0);
  assert.ok((await page.locator(".matrix .slot.possible").count()) > 0);
  const label = await page.locator(".matrix .cell.inherited .unseen").first().innerText();
  assert.match(label, /through a wider scope/);
  const all = await page.locator(".matrix").getAttribute("aria-rowcount");
  assert.equal(all, "501");
  assert.ok((await page.locator(".matrix tr[data-place]").count()) < 100, "only rows in view are drawn");
  await page.getByLabel("Principal contains").fill("app-00042");
  await page.waitForFunction(() => document.querySelectorAll(".matrix tr[data-place]").length === 1);
  page.sound();
});

test("another account is picked by name", async () => {
  const page = await open(chromium.context, sample, "#/access");
  await page.getByRole("combobox", { name: "Account" }).fill("cosmos-orders");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Access in cosmos-orders" }).waitFor();
  await page.getByRole("combobox", { name: "Account" }).fill("no such");
  await page.keyboard.press("Enter");
  await page.getByText("No account has that name.").waitFor();
  page.sound();
});

test("accounts tell how they are set up", async () => {
  const page = await open(chromium.context, sample, "#/accounts", { ready: "tr[data-place]" });
  assert.equal(await page.locator("tr[data-place]").count(), report.accounts.length);
  await page.locator("tr[data-place] a", { hasText: "cosmos-ledger" }).click();
  const panel = await page.locator(".panel").innerText();
  for (const told of ["North Europe", "everywhere, ledger", "support-tool", "differs from the policy", "as declared", "Cosmos DB Built-in Data Contributor"]) assert.ok(panel.includes(told), told);
  await page.getByLabel("Show").selectOption("keys");
  const open_ = report.accounts.filter((one) => one.local_auth_disabled === false).length;
  await settled(page);
  assert.equal(await page.locator("tr[data-place]").count(), open_);
  // What could not be read is unknown, and the findings of a row are those that its link leads to.
  await visit(page, "#/accounts?open=staging-orders");
  const unread = await page.locator(".panel").innerText();
  for (const told of ["Role assignments\nunknown", "Principals (unknown)", "the policy has no grants", "couldn't be read: 403"]) assert.ok(unread.includes(told), `${told}\n${unread}`);
  await visit(page, "#/accounts");
  await settled(page);
  const reached = await page.locator("tr[data-place]", { hasText: "cosmos-sessions" }).locator(".severity").allInnerTexts();
  const id = report.accounts.find((one) => one.name === "cosmos-sessions").id;
  const concerning = report.findings.filter((one) => one.state === "new" && (one.account === id || one.reach?.named.includes(id)));
  assert.equal(reached.reduce((sum, one) => sum + Number.parseInt(one, 10), 0), concerning.length);
  await page.getByLabel("Show").selectOption("gaps");
  await settled(page);
  assert.deepEqual(await texts(page, "tr[data-place] .row-link"), report.accounts.filter((one) => one.gaps > 0).map((one) => one.name));
  page.sound();
});

test("checks say what was looked for", async () => {
  const page = await open(chromium.context, sample, "#/checks");
  const cards = await texts(page, ".card h3");
  assert.ok(cards.length >= 20);
  await page.locator(".card", { hasText: "denied-access" }).getByRole("link", { name: "1 finding" }).click();
  await page.waitForSelector("tr[data-place]");
  assert.equal(await page.locator("tr[data-place]").count(), 1);
  page.sound();
});

test("on paper every finding stands in full", async () => {
  const page = await open(chromium.context, sample);
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  const sheet = (await page.locator(".sheet").innerText()).replaceAll("`", "");
  for (const one of report.findings) assert.ok(sheet.includes(one.fingerprint));
  assert.ok(sheet.includes(report.findings.find((one) => one.remedy.command).remedy.command));
  assert.ok(!(await page.locator(".filters").isVisible()));
  page.sound();
});

for (const [name, file] of [["the sample", sample], ["a hostile tenant", made("hostile")], ["an empty tenant", made("empty")]]) {
  test(`without JavaScript ${name} can be read`, async () => {
    const plain = await browser({ javaScriptEnabled: false });
    try {
      const page = await open(plain.context, file, "", { ready: ".plain" });
      const text = await page.locator("body").innerText();
      assert.match(text, /PASS|FAIL|INCOMPLETE|EMPTY/);
      if (file === sample) {
        for (const one of report.findings) assert.ok(text.includes(one.message.replaceAll("`", "")), one.message);
        for (const one of report.accounts) assert.ok(text.includes(one.id), one.id);
        assert.ok(text.includes("umid-cosmosid (as-declared)"));
      }
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
    assert.equal(await page.locator(".plain-findings tbody tr").count(), 2000);
    assert.equal(await page.locator(".plain-findings tbody tr:not(.sev-critical)").count(), 0);
    const notices = await texts(page, ".plain .banner");
    assert.match(notices.join(" "), /2000 worst are shown; 98000 more are not/);
    page.sound();
  } finally {
    await plain.close();
  }
});
