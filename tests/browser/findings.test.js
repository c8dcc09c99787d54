// The list of findings: search, filters, sort, deep links, history, keyboard, copying.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { browser, hashQuery, open, sample, settled, texts, visit } from "./support.js";

const report = JSON.parse(readFileSync(sample.replace(/html$/, "json"), "utf8"));
const ALL = report.findings.length;
const number = (test) => report.findings.filter(test).length;
const concerns = (one, account) => [one.account, ...(one.reach?.named ?? [])].some((id) => id?.endsWith(`/${account}`));
const LEDGER = report.findings.find((one) => one.check === "denied-access");
const flat = (text) => text.replaceAll("`", "").replace(/\s+/g, " ").trim();

let chromium;
// High enough for every row.
before(async () => (chromium = await browser({ viewport: { width: 1280, height: 800 + 60 * ALL } })));
after(() => chromium.close());
const opened = (hash) => open(chromium.context, sample, hash);
const rows = (page) => page.locator("tr[data-place]");
const status = (page) => page.locator(".filters .status").innerText();

test("the head says what it comes to", async () => {
  const page = await opened();
  const head = await page.locator(".head").innerText();
  for (const said of ["FAIL", `${report.summary.findings} findings`, report.snapshot.tenant, "2026-11-02 08:00:00 UTC", "policies/contoso.yaml", "Incomplete: not everything could be read", "role assignments of staging-orders could not be read"]) {
    assert.ok(head.includes(said), `the head does not say: ${said}`);
  }
  assert.deepEqual(await texts(page, ".bar-number"), Object.values(report.summary.by_severity).map(String));
  page.sound();
});

test("every finding is told in full, as the JSON report has it", async () => {
  const page = await opened();
  for (const one of report.findings) {
    await visit(page, `#/findings?open=${one.fingerprint}`);
    const panel = flat(await page.locator(".panel").innerText());
    const told = [one.message, one.check, one.severity, one.fingerprint, one.subject, one.waiver?.reason, one.waiver?.expires, one.remedy?.summary, ...(one.remedy?.steps ?? []).map((step) => step.command), one.policy && `${one.policy.file}:${one.policy.line}:${one.policy.column}`];
    for (const text of told.filter(Boolean)) assert.ok(panel.includes(flat(text)), `${one.check} does not tell: ${text}\n${panel}`);
  }
  page.sound();
});

test("the proof is a sentence", async () => {
  const page = await opened(`#/findings?open=${LEDGER.fingerprint}`);
  assert.equal(
    flat(await page.locator(".sentence-box").innerText()),
    "support-tool may delete items in /dbs/ledger, because assignment 11a0f002-0000-4000-8000-000000000002 gives it the role Cosmos DB Built-in Data Contributor, whose sqlDatabases/containers/items/* covers sqlDatabases/containers/items/delete.",
  );
  const panel = await page.locator(".panel").innerText();
  for (const heading of ["Why it matters", "How to fix it", "Judged by"]) assert.ok(panel.includes(heading));
  page.sound();
});

test("what an Azure role reaches is told with its accounts", async () => {
  const wide = report.findings.find((one) => one.check === "self-grant" && one.reach.accounts > 1);
  const page = await opened(`#/findings?open=${wide.fingerprint}`);
  const panel = await page.locator(".panel").innerText();
  for (const id of wide.reach.named) assert.ok(panel.includes(id.split("/").pop()), id);
  assert.ok(panel.includes(`Accounts concerned (${wide.reach.accounts})`));
  const sentence = flat(await page.locator(".sentence-box").innerText());
  assert.ok(sentence.includes(`grant access to the data from ${wide.witness.azure_scope} downwards`), sentence);
  assert.ok(sentence.includes(`gives it the role ${wide.witness.role_definition.name}`), sentence);
  await page.locator(".panel .rows a").first().click();
  await page.locator(".matrix .way").first().waitFor();
  page.sound();
});

test("search and filters narrow the list, and stand in the address", async () => {
  const page = await opened();
  assert.equal(await rows(page).count(), ALL);
  await page.getByLabel("Search").fill("ledger append");
  await page.waitForFunction(() => location.hash.includes("q=ledger"));
  assert.equal(await rows(page).count(), 1);
  assert.equal(await status(page), `1 of ${ALL} findings`);
  await page.getByRole("button", { name: "Clear filters" }).click();
  assert.equal(await rows(page).count(), ALL);
  assert.equal(await page.getByLabel("Search").inputValue(), "");

  await page.locator(".chip.sev-high").click();
  await page.locator(".chip.sev-critical").click();
  assert.equal(hashQuery(page).get("severity"), "critical,high");
  const bad = (one) => ["critical", "high"].includes(one.severity);
  assert.equal(await rows(page).count(), number(bad));
  await page.getByLabel("State").selectOption("waived");
  assert.equal(await rows(page).count(), number((one) => bad(one) && one.state === "waived"));
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Check", { exact: true }).selectOption("role-drift");
  assert.deepEqual(await texts(page, "tr[data-place] td.col-check"), ["role-drift"]);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Account").fill("sandbox-lab");
  await page.waitForFunction(() => location.hash.includes("account="));
  // What reaches the account from above concerns it, too.
  const wanted = number((one) => concerns(one, "sandbox-lab"));
  assert.ok(wanted > number((one) => one.account?.endsWith("/sandbox-lab")));
  assert.equal(await rows(page).count(), wanted);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Principal").fill("reporting");
  await page.waitForFunction(() => location.hash.includes("principal="));
  assert.deepEqual(await texts(page, "tr[data-place] td.col-principal"), ["reporting"]);
  await page.getByLabel("Search").fill("nothing has this");
  await page.getByText("No finding matches the filters.").waitFor();
  page.sound();
});

test("an address with filters shows the same after a reload", async () => {
  const page = await opened(`#/findings?severity=medium%2Clow&q=role&sort=-account&open=${LEDGER.fingerprint}`);
  const shown = await texts(page, "tr[data-place] td.col-message");
  assert.ok(shown.length > 2 && shown.length < ALL / 2);
  await page.reload();
  await page.waitForSelector("tr[data-place]");
  assert.deepEqual(await texts(page, "tr[data-place] td.col-message"), shown);
  assert.equal(await page.getByLabel("Search").inputValue(), "role");
  assert.ok(await page.locator(".chip.sev-low input").isChecked());
  assert.ok(!(await page.locator(".chip.sev-high input").isChecked()));
  assert.ok((await page.locator(".panel").innerText()).includes(LEDGER.fingerprint));
  page.sound();
});

test("headers sort both ways", async () => {
  const page = await opened();
  const severities = async () => (await texts(page, "tr[data-place] td.col-severity")).map((text) => text.trim().split(/\s/)[0]);
  const order = ["critical", "high", "medium", "low", "note"];
  const ranks = (words) => words.map((word) => order.indexOf(word));
  const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
  assert.deepEqual(ranks(await severities()), sorted(ranks(await severities())));
  await page.getByRole("button", { name: "Severity" }).click();
  assert.deepEqual(ranks(await severities()), sorted(ranks(await severities())).reverse());
  assert.equal(await page.getByRole("columnheader", { name: "Severity" }).getAttribute("aria-sort"), "ascending");
  await page.getByRole("button", { name: "Account", exact: true }).click();
  const names = (await texts(page, "tr[data-place] td.col-account"));
  const accounts = names.filter((name) => name && !/^\d+ accounts?$/.test(name));
  assert.deepEqual(accounts, [...accounts].sort());
  assert.deepEqual(names.slice(-accounts.length), accounts, "what concerns no single account comes first");
  page.sound();
});

test("back and forward undo and redo steps", async () => {
  const page = await opened();
  await page.locator("tr[data-place] a").first().click();
  assert.equal(hashQuery(page).get("open"), LEDGER.fingerprint);
  await page.locator(".chip.sev-high").click();
  await page.getByRole("link", { name: "Accounts", exact: true }).click();
  await page.locator("table.accounts-table").waitFor();
  await page.goBack();
  assert.equal(hashQuery(page).get("severity"), "high");
  await page.goBack();
  assert.equal(hashQuery(page).get("severity"), null);
  assert.ok(await page.locator(".panel").isVisible());
  await page.goBack();
  await page.locator(".panel").waitFor({ state: "hidden" });
  await page.goForward();
  await page.locator(".panel").waitFor();
  page.sound();
});

test("the keyboard is enough", async () => {
  const page = await opened();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  // Past the filters and headers into the list, which is one stop.
  const inList = () => page.evaluate(() => Boolean(document.activeElement.closest("tr[data-place]")));
  for (let stop = 0; stop < 25 && !(await inList()); stop++) await page.keyboard.press("Tab");
  assert.ok(await inList());
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.closest("tr").dataset.place), "2");
  await page.keyboard.press("End");
  assert.equal(await page.evaluate(() => document.activeElement.closest("tr").dataset.place), String(ALL - 1));
  await page.keyboard.press("Home");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none");
  await page.keyboard.press("Enter");
  assert.equal(hashQuery(page).get("open"), LEDGER.fingerprint);
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest(".panel"))), "the panel follows the list");
  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "hidden" });
  assert.ok(await inList(), "focus returns to the list");
  page.sound();
});

test("what is copied is what is shown", async () => {
  await chromium.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await opened(`#/findings?open=${LEDGER.fingerprint}`);
  await page.getByRole("button", { name: "Copy command" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), LEDGER.remedy.command);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.includes("#/findings?open=")));
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.endsWith(`report.html#/findings?open=${LEDGER.fingerprint}`));
  // A browser without a clipboard for pages from disk.
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await page.getByRole("button", { name: "Copy command" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  page.sound();
});

test("a link to a finding that is gone says so", async () => {
  const page = await opened(`#/findings?open=${"0".repeat(32)}`);
  await page.getByText("No such finding").waitFor();
  page.sound();
});

test("the next finding is a step away", async () => {
  const page = await opened(`#/findings?open=${LEDGER.fingerprint}`);
  await page.getByRole("button", { name: "Next" }).click();
  await settled(page);
  const next = await page.locator("tr.selected").getAttribute("data-place");
  assert.equal(next, "1");
  await page.getByRole("button", { name: "Previous" }).click();
  assert.equal(hashQuery(page).get("open"), LEDGER.fingerprint);
  page.sound();
});
