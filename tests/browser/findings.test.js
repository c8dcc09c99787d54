// The page of findings: the answer, the list in groups, search, filters, deep links, history, keyboard, copying.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { browser, hashQuery, made, open, sample, settled, texts, visit } from "./support.js";

const report = JSON.parse(readFileSync(sample.replace(/html$/, "json"), "utf8"));
const SEVERITIES = ["critical", "high", "medium", "low", "note"];
const NEW = report.findings.filter((one) => one.state === "new");
const number = (test) => NEW.filter(test).length;
const concerns = (one, account) => [one.account, ...(one.reach?.named ?? [])].some((id) => id?.endsWith(`/${account}`));
const LEDGER = report.findings.find((one) => one.check === "denied-access");
// As it is read: commands over several lines, object ids behind names in short, sentences with a capital.
const flat = (text) => text.replaceAll("`", "").replaceAll(" \\\n", " ").replace(/\(([0-9a-f]{8})-[0-9a-f-]{23}([0-9a-f]{4})\)/g, "($1…$2)").replace(/\s+/g, " ").trim().toLowerCase();
const title = (word) => word.charAt(0).toUpperCase() + word.slice(1);

let chromium;
// High enough for every row.
before(async () => (chromium = await browser({ viewport: { width: 1280, height: 1200 + 60 * report.findings.length } })));
after(() => chromium.close());
const opened = (hash) => open(chromium.context, sample, hash, { ready: ".list .row, .empty" });
const rows = (page) => page.locator(".list .row");
const ungrouped = (rest = "") => `#/findings?group=none${rest}`;
const counted = async (place) => {
  const words = await place.locator(":scope > span").allInnerTexts();
  return Object.fromEntries(words.map((text) => text.trim().split(/\s+/).reverse()).map(([word, value]) => [word.toLowerCase(), Number(value.replaceAll(",", ""))]));
};
const tallied = (findings) => Object.fromEntries(SEVERITIES.map((word) => [word, findings.filter((one) => one.severity === word).length]).filter(([, value]) => value > 0));

test("the head is the answer", async () => {
  const page = await opened();
  const { summary, snapshot } = report;
  const severe = SEVERITIES.slice(0, 3).reduce((sum, word) => sum + summary.by_severity[word], 0);
  assert.equal(await page.locator("h1").innerText(), `Failed: ${severe} of ${summary.findings} findings are Medium or higher`);
  const facts = await page.locator(".facts").innerText();
  for (const said of ["2 Nov 2026, 08:00 UTC", `${snapshot.accounts} accounts in ${snapshot.subscriptions} subscriptions`, "policies/contoso.yaml"]) assert.ok(facts.includes(said), said);
  assert.ok((await page.locator("footer").innerText()).includes(snapshot.tenant));
  const first = await texts(page, ".causes .what");
  assert.ok(first.length >= 1 && first.length <= 5, `${first.length} causes`);
  const unchecked = page.locator("#not-checked");
  await unchecked.locator("summary").click();
  const told = await unchecked.innerText();
  // Code is marked by its letters there.
  for (const row of summary.not_checked) assert.ok(told.toLowerCase().includes(row.why.toLowerCase().replaceAll("`", "")), row.why);
  page.sound();
});

test("what to fix first leads to the finding or the cause", async () => {
  const page = await opened();
  const links = page.locator(".causes a");
  for (let at = 0; at < (await links.count()); at++) {
    await visit(page, "#/findings");
    const name = (await links.nth(at).locator(".what b").innerText()).replace(/\.$/, "");
    await links.nth(at).click();
    await settled(page);
    const place = hashQuery(page).has("open") ? page.locator(".panel h2") : page.locator(".grp:focus .t");
    assert.equal((await place.innerText()).replace(/\.$/, ""), name);
  }
  page.sound();
});

test("one set of numbers in the head, the tabs, the groups and the JSON report", async () => {
  const page = await opened();
  const { summary } = report;
  assert.deepEqual(await texts(page, ".count strong"), SEVERITIES.map((word) => String(summary.by_severity[word])));
  assert.deepEqual(await texts(page, ".states .n"), [summary.findings, summary.known, summary.waived, summary.fixed].map(String));
  assert.deepEqual(await texts(page, ".tabs .n"), [summary.findings, report.accounts.length, Object.keys(summary.by_check).length].map(String).slice(0, 2).concat(await page.locator(".tabs .n").last().innerText()));
  assert.equal(await rows(page).count(), summary.findings);
  await visit(page, "#/findings?group=check");
  for (const [id, value] of Object.entries(summary.by_check)) {
    const counts = await counted(page.locator(".grp", { has: page.getByText(id, { exact: true }) }).locator(".cnts"));
    assert.deepEqual(counts, tallied(NEW.filter((one) => one.check === id)), id);
    assert.equal(Object.values(counts).reduce((sum, one) => sum + one, 0), value, id);
  }
  // Filters change the groups, and never the head.
  await visit(page, "#/findings?group=check&account=sandbox-lab");
  let sum = 0;
  for (const one of await page.locator(".grp .cnts").all()) sum += Object.values(await counted(one)).reduce((all, value) => all + value, 0);
  assert.equal(sum, number((one) => concerns(one, "sandbox-lab")));
  assert.equal(await rows(page).count(), sum);
  assert.equal(await page.locator(".list-status").innerText(), `${sum} of ${summary.findings} findings`);
  assert.deepEqual(await texts(page, ".count strong"), SEVERITIES.map((word) => String(summary.by_severity[word])));
  page.sound();
});

test("the first finding is seen without scrolling", async () => {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    const small = await browser({ viewport });
    try {
      const page = await open(small.context, sample, "", { ready: ".list .row" });
      const { y, height } = await rows(page).first().boundingBox();
      console.log(`first finding at ${viewport.width}×${viewport.height}: ${Math.round(y)} to ${Math.round(y + height)}`);
      assert.ok(y + height <= viewport.height, `${y + height}`);
      page.sound();
    } finally {
      await small.close();
    }
  }
});

test("every finding is told in full, as the JSON report has it", async () => {
  const page = await opened();
  for (const one of report.findings) {
    await visit(page, `#/findings?open=${one.fingerprint}`);
    await page.locator(".panel details").evaluateAll((all) => all.forEach((each) => (each.open = true)));
    const panel = flat(await page.locator(".panel").innerText());
    const told = [one.title, one.message, one.check, title(one.severity), one.fingerprint, one.subject, one.waiver?.reason, one.waiver?.expires, one.remedy?.summary, ...(one.remedy?.steps ?? []).map((step) => step.command), one.policy && `${one.policy.file}:${one.policy.line}:${one.policy.column}`];
    for (const text of told.filter(Boolean)) assert.ok(panel.includes(flat(text)), `${one.check} does not tell: ${text}\n${panel}`);
  }
  page.sound();
});

test("an opened finding begins with what to do, and proves itself with short ids", async () => {
  const page = await opened(`#/findings?open=${LEDGER.fingerprint}`);
  assert.deepEqual((await texts(page, ".panel .sec > h3")).slice(0, 4), ["What to do", "Why it matters", "Proof", "Details"]);
  assert.equal(
    flat(await page.locator(".proof-sentence").innerText()),
    "support-tool can delete items in /dbs/ledger, because the role cosmos db built-in data contributor is assigned. its pattern sqldatabases/containers/items/* matches sqldatabases/containers/items/delete.",
  );
  const ids = page.locator(".chain .id");
  assert.deepEqual(await ids.evaluateAll((all) => all.map((one) => one.title)), [LEDGER.principal.id, LEDGER.witness.role_assignment, LEDGER.witness.role_definition.id]);
  for (const text of await ids.allInnerTexts()) assert.match(text, /^[0-9a-f]{8}…[0-9a-f]{4}$/);
  const waiver = page.locator(".disclose", { hasText: "Waive this finding" });
  await waiver.locator("summary").click();
  assert.match(await waiver.locator("pre").innerText(), /^ {2}- check: denied-access\n {4}account: cosmos-ledger\n {4}principal: [0-9a-f-]{36} # support-tool\n {4}scope: \/dbs\/ledger\n {4}role: Cosmos DB Built-in Data Contributor\n {4}expires: "2027-01-31"\n {4}reason: "…"$/);
  page.sound();
});

test("a portal link is there where the cloud has a portal", async () => {
  const page = await open(chromium.context, made("ungated"), "#/findings?group=none", { ready: ".list .row" });
  await rows(page).last().click();
  const href = await page.getByRole("link", { name: /in the Azure portal/ }).getAttribute("href");
  assert.match(href, /^https:\/\/portal\.azure\.com\/#resource\/subscriptions\//);
  page.sound();
});

test("what an Azure role reaches is told with its accounts", async () => {
  const wide = report.findings.find((one) => one.check === "self-grant" && one.reach.accounts > 1);
  const page = await opened(`#/findings?open=${wide.fingerprint}`);
  const panel = await page.locator(".panel").innerText();
  for (const id of wide.reach.named) assert.ok(panel.includes(id.split("/").pop()), id);
  assert.ok(panel.includes(`${wide.reach.accounts}: `));
  assert.ok(panel.includes(wide.witness.role_definition.name));
  await page.locator(".panel .reached a").first().click();
  await page.locator(".accounts-table").waitFor();
  page.sound();
});

test("search and filters narrow the list, and stand in the address", async () => {
  const page = await opened();
  await page.getByLabel("Search findings").fill("ledger append");
  await page.waitForFunction(() => location.hash.includes("q=ledger"));
  assert.equal(await rows(page).count(), 1);
  await page.getByRole("button", { name: "Clear filters" }).click();
  assert.equal(await rows(page).count(), NEW.length);
  assert.equal(await page.getByLabel("Search findings").inputValue(), "");

  await page.locator(".count[value=high]").click();
  await page.locator(".count[value=critical]").click();
  assert.equal(hashQuery(page).get("severity"), "high,critical");
  assert.equal(await rows(page).count(), number((one) => ["critical", "high"].includes(one.severity)));
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("button", { name: /^Waived/ }).click();
  assert.equal(await rows(page).count(), report.summary.waived);
  await page.getByRole("button", { name: /^New/ }).click();
  assert.ok(await page.getByRole("button", { name: /^Known/ }).isDisabled());
  await page.getByLabel("Check", { exact: true }).selectOption("role-drift");
  assert.deepEqual(await texts(page, ".row .chk"), ["role-drift"]);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Account", { exact: true }).selectOption("sandbox-lab");
  // What reaches the account from above concerns it, too.
  const wanted = number((one) => concerns(one, "sandbox-lab"));
  assert.ok(wanted > number((one) => one.account?.endsWith("/sandbox-lab")));
  assert.equal(await rows(page).count(), wanted);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Principal", { exact: true }).selectOption("reporting");
  assert.equal(await rows(page).count(), number((one) => one.principal?.name === "reporting"));
  await page.getByLabel("Search findings").fill("nothing has this");
  await page.getByText("No finding matches the filters.").waitFor();
  page.sound();
});

test("what was fixed since an earlier report can be seen", async () => {
  const page = await open(chromium.context, made("ungated"), "", { ready: ".list .row" });
  await page.getByRole("button", { name: /^Fixed 3/ }).click();
  assert.equal(await rows(page).count(), 3);
  assert.match((await texts(page, ".row"))[0], /Some access-00000 was fixed/);
  page.sound();
});

test("an address with filters shows the same after a reload", async () => {
  const page = await opened(`#/findings?severity=medium%2Clow&q=role&group=account&open=${LEDGER.fingerprint}`);
  const shown = await texts(page, ".list");
  assert.ok((await rows(page).count()) > 2);
  await page.reload();
  await page.waitForSelector(".list .row");
  assert.deepEqual(await texts(page, ".list"), shown);
  assert.equal(await page.getByLabel("Search findings").inputValue(), "role");
  assert.equal(await page.locator(".count[value=low]").getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator(".count[value=high]").getAttribute("aria-pressed"), "false");
  assert.ok((await page.locator(".panel").innerText()).includes(LEDGER.fingerprint));
  page.sound();
});

test("groups hold every finding once, the worst first, and close", async () => {
  const page = await opened();
  for (const group of ["check", "account", "principal", "none"]) {
    await visit(page, `#/findings?group=${group}`);
    while (await page.locator(".more-row").count()) await page.locator(".more-row").first().click();
    const all = await rows(page).evaluateAll((nodes) => nodes.map((node) => node.dataset.finding));
    assert.deepEqual([...all].sort(), NEW.map((one) => one.fingerprint).sort(), group);
  }
  const ranks = (await texts(page, ".row .unseen")).map((text) => SEVERITIES.indexOf(text.trim().replace(":", "").toLowerCase()));
  assert.deepEqual(ranks, [...ranks].sort((a, b) => a - b));
  await visit(page, "#/findings?group=account");
  const header = page.locator(".grp").first();
  const before = await rows(page).count();
  await header.click();
  assert.equal(await header.getAttribute("aria-expanded"), "false");
  assert.ok((await rows(page).count()) < before);
  // A link to a finding in it opens it again.
  const inside = NEW.filter((one) => !one.account)[0];
  await visit(page, `#/findings?group=account&open=${inside.fingerprint}`);
  assert.ok(await page.locator(`[data-finding="${inside.fingerprint}"]`).isVisible());
  page.sound();
});

test("back and forward undo and redo steps", async () => {
  const page = await opened(ungrouped());
  await rows(page).first().click();
  assert.equal(hashQuery(page).get("open"), LEDGER.fingerprint);
  await page.locator(".count[value=high]").click();
  await page.getByRole("link", { name: /^Accounts/ }).click();
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
  const page = await opened(ungrouped());
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Search findings");
  await page.keyboard.press("Escape");
  assert.ok(!(await page.evaluate(() => document.activeElement.matches("input"))), "Escape leaves the search");
  await page.keyboard.press("/");
  // Past the filters into the list, which is one stop.
  const place = () => page.evaluate(() => document.activeElement.closest("[data-place]")?.dataset.place ?? null);
  for (let stop = 0; stop < 25 && (await place()) === null; stop++) await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await place(), "2");
  await page.keyboard.press("End");
  assert.equal(await place(), String(NEW.length - 1));
  await page.keyboard.press("Home");
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none");
  await page.keyboard.press("Enter");
  assert.equal(hashQuery(page).get("open"), LEDGER.fingerprint);
  assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest(".panel"))), "the panel has the focus");
  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "hidden" });
  assert.equal(await place(), "0", "focus returns to the row");
  page.sound();
});

test("what is copied is what is shown", async () => {
  await chromium.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await opened(`#/findings?open=${LEDGER.fingerprint}`);
  const read = () => page.evaluate(() => navigator.clipboard.readText());
  const command = page.locator(".panel .steps .cmd").first();
  await command.getByRole("button", { name: "Copy" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await read(), await command.locator("pre").innerText());
  assert.equal((await read()).replaceAll(" \\\n  ", " "), LEDGER.remedy.steps.find((step) => step.command).command);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.includes("#/findings?open=")));
  assert.ok((await read()).endsWith(`report.html#/findings?open=${LEDGER.fingerprint}`));
  // A browser without a clipboard for pages from disk.
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  page.sound();
});

test("a link to a finding that is gone says so", async () => {
  const page = await opened(`#/findings?open=${"0".repeat(32)}`);
  await page.getByText("No such finding").waitFor();
  page.sound();
});

test("the next finding is a step away", async () => {
  const page = await opened(ungrouped(`&open=${LEDGER.fingerprint}`));
  await page.getByRole("button", { name: "Next finding" }).click();
  await settled(page);
  assert.equal(await page.locator(".row[aria-current]").getAttribute("data-place"), "1");
  await page.getByRole("button", { name: "Previous finding" }).click();
  assert.equal(hashQuery(page).get("open"), LEDGER.fingerprint);
  page.sound();
});
