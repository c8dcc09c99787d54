// Who can do what: the query sentence against an oracle that reads the snapshot, and a principal's page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { browser, made, open, sample, settled, texts, visit } from "./support.js";

const report = JSON.parse(readFileSync(sample.replace(/html$/, "json"), "utf8"));
const lines = readFileSync(path.join(path.dirname(sample), "contoso.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
const records = lines.filter((line) => line.account);
const directory = new Map(lines.find((line) => line.principals).principals.map((one) => [one.id, one]));
let chromium;
before(async () => (chromium = await browser({ viewport: { width: 1280, height: 8000 } })));
after(() => chromium.close());

const PREFIX = "Microsoft.DocumentDB/databaseAccounts/";
// What counts as reading, writing and deleting, by the kind of the role: the data actions of an API are its own.
const ACTIONS = {
  sql: {
    read: ["sqlDatabases/containers/items/read", "sqlDatabases/containers/readChangeFeed", "sqlDatabases/containers/executeQuery"],
    write: ["sqlDatabases/containers/items/create", "sqlDatabases/containers/items/replace", "sqlDatabases/containers/items/upsert"],
    delete: ["sqlDatabases/containers/items/delete"],
  },
};
// The data actions of the other APIs have one shape.
for (const [kind, word] of [["table", "tables"], ["cassandra", "cassandra"], ["gremlin", "gremlin"]]) {
  const all = (...names) => names.map((name) => `${word}/${name}`);
  ACTIONS[kind] = {
    read: all("containers/entities/read", "containers/readChangeFeed", "containers/executeQuery"),
    write: all("containers/entities/create", "containers/entities/replace", "containers/entities/upsert"),
    delete: all("containers/entities/delete", "delete", "containers/delete"),
  };
}
const matches = (pattern, action) => new RegExp(`^${pattern.toLowerCase().split("*").map((part) => part.replace(/[.()[\]\\^$|+?{}]/g, "\\$&")).join(".*")}$`).test(action.toLowerCase());

// The same in MongoDB's own words, for its users, and what its built-in roles have of it.
const MONGO = { read: ["find"], write: ["insert", "update"], delete: ["remove"] };
const BUILT_IN = { read: ["find"], readWrite: ["find", "insert", "update", "remove"] };

// What a role of MongoDB itself has, with the roles that it inherits.
function* privileges(record, { db, role }) {
  const own = (record.mongo_roles ?? []).find((one) => one.db === db && one.role === role);
  if (!own) return yield { db, collection: "", actions: BUILT_IN[role] ?? [] };
  yield* own.privileges;
  for (const inherited of own.roles) yield* privileges(record, inherited);
}

// Certainly or possibly: a wildcard read as widely as it can be, subtractions ignored, and a role of another kind than the
// account's taken for one that counts.
function expected(can, scope, { account }) {
  const found = new Set();
  const record = records.find((one) => one.account.name === account);
  for (const assignment of record.role_assignments ?? []) {
    const { kind } = assignment;
    const role = (record.role_definitions ?? []).find((one) => one.kind === kind && one.id.split("/").pop().toLowerCase() === assignment.role_definition_id.split("/").pop().toLowerCase());
    const id = record.account.id.toLowerCase();
    const own = assignment.scope.toLowerCase().replace(/\/$/, "");
    if (!role || !own.startsWith(id)) continue;
    // The account's path twice is a mistake that somebody makes, and what is meant is plain.
    const at = own.slice(own.lastIndexOf(id) + id.length);
    if (at && !at.startsWith("/dbs/")) continue;
    if (!(`${at}/`.startsWith(`${scope}/`) || `${scope}/`.startsWith(`${at}/`))) continue;
    const patterns = role.permissions.flatMap((one) => one.data_actions);
    if (ACTIONS[kind ?? "sql"][can].some((action) => patterns.some((pattern) => matches(pattern, PREFIX + action)))) found.add(assignment.principal_id);
  }
  for (const user of record.mongo_users ?? []) {
    for (const { db, collection, actions } of user.roles.flatMap((role) => [...privileges(record, role)])) {
      const at = `/dbs/${db}${collection && `/colls/${collection}`}`.toLowerCase();
      if (!(`${at}/`.startsWith(`${scope}/`) || `${scope}/`.startsWith(`${at}/`))) continue;
      if (actions.some((action) => MONGO[can].includes(action))) found.add(`mongo:${user.db}.${user.user}`);
    }
  }
  return [...found].sort();
}

const section = (page, title) =>
  page.locator(".answer-table").evaluate((table, title) => {
    const rows = [...table.querySelectorAll("tbody tr")];
    const from = rows.findIndex((row) => row.classList.contains("sect") && row.innerText.startsWith(title));
    if (from < 0) return [];
    const rest = rows.slice(from + 1);
    const end = rest.findIndex((row) => row.classList.contains("sect"));
    const here = end < 0 ? rest : rest.slice(0, end);
    return here.map((row) => ({ id: row.dataset.principal ?? "", words: row.innerText, cells: [...row.querySelectorAll(".c4")].map((cell) => cell.innerText.trim().split("\n").pop()) }));
  }, title);

test("the query sentence answers as the snapshot does", async () => {
  const page = await open(chromium.context, sample, "#/access", { ready: ".answer" });
  let asked = 0;
  for (const { account, databases } of records) {
    for (const name of (databases ?? []).slice(0, 3).map((one) => one.name)) {
      for (const can of Object.keys(ACTIONS.sql)) {
        await visit(page, `#/access?${new URLSearchParams({ can, at: `/dbs/${name}`, account: account.name })}`);
        const rows = await section(page, "Through role assignments");
        const wanted = expected(can, `/dbs/${name.toLowerCase()}`, { account: account.name });
        assert.deepEqual([...new Set(rows.map((row) => row.id))].sort(), wanted, `${can} ${account.name} /dbs/${name}`);
        asked++;
      }
    }
  }
  assert.ok(asked > 20, `${asked} questions`);
  page.sound();
});

test("who can delete in the ledger is one sentence", async () => {
  const page = await open(chromium.context, sample, "#/access?can=delete&at=%2Fdbs%2Fledger&account=cosmos-ledger", { ready: ".answer" });
  assert.match(await page.locator(".answer").innerText(), /^2 principals can delete items in cosmos-ledger \/dbs\/ledger\. 4 more can grant themselves access, 1 possibly\.$/);
  assert.match(await page.locator(".answer-more").innerText(), /Account keys give no access: key-based authentication is disabled on cosmos-ledger\./);
  assert.deepEqual(await page.locator("tr.off .c4 .cell").evaluateAll((all) => all.map((one) => one.className)), Array(4).fill("cell no"), "keys that are disabled are grey");
  const support = (await section(page, "Through role assignments")).find((row) => row.words.startsWith("support-tool"));
  assert.match(support.words, /Deviates/);
  // The form says what the address says, and changes it.
  assert.equal(await page.getByLabel("Action").inputValue(), "delete");
  await page.getByLabel("Action").selectOption("read");
  await settled(page);
  assert.match(page.url(), /can=read/);
  await page.getByLabel("Account", { exact: true }).selectOption("cosmos-orders");
  await settled(page);
  assert.match(await page.locator(".answer").innerText(), /^No principal can read items in/);
  page.sound();
});

test("who can read keys is as the JSON report has it", async () => {
  const page = await open(chromium.context, sample, "#/access?can=keys", { ready: ".answer" });
  const rows = await section(page, "Through account keys");
  const wanted = new Set(report.ways.filter((way) => way.way === "read-keys" || way.way === "read-only-keys").map((way) => way.principal.id));
  assert.deepEqual([...new Set(rows.map((row) => row.id))].sort(), [...wanted].sort());
  // Only keys of accounts where keys work count, as on the page of accounts.
  const enabled = report.accounts.filter((one) => one.id.includes("/databaseAccounts/") && (one.local_auth_disabled === false || one.api !== "sql")).length;
  const working = report.ways.filter((way) => wanted.has(way.principal.id) && /read-(only-)?keys/.test(way.way) && way.certain_accounts + way.possible_accounts > way.keys_disabled_accounts);
  const [, sure, of, possible] = /^(\d+) principals can read keys of (\d+) accounts where key-based authentication isn't disabled for certain, (\d+) more possibly\./.exec(await page.locator(".answer").innerText());
  assert.equal(Number(of), enabled);
  assert.equal(Number(sure) + Number(possible), new Set(working.map((way) => way.principal.id)).size);
  page.sound();
});

test("who acts as another identity or restores a copy is never without access", async () => {
  const page = await open(chromium.context, sample, "#/access", { ready: ".answer" });
  const found = report.findings.filter((one) => ["identity-takeover", "restore-copy"].includes(one.check));
  assert.ok(found.length > 1);
  for (const one of found) {
    const isCopy = one.check === "restore-copy";
    for (const account of one.reach.named.map((id) => id.split("/").pop())) {
      for (const can of ["any", "read", ...(isCopy ? [] : ["delete", "keys", "manage"])]) {
        await visit(page, `#/access?${new URLSearchParams({ can, account })}`);
        const row = (await section(page, "Through other identities or restored copies")).find((row) => row.id === one.principal.id);
        assert.ok(row?.words.includes(one.title), `${can} ${one.title}`);
        assert.match(await page.locator(".answer").innerText(), isCopy ? /reading a restored copy/ : /acting as another identity/);
      }
      for (const can of ["any", "delete"]) {
        await visit(page, `#/access?${new URLSearchParams({ can, account, principal: one.principal.id })}`);
        const answer = await page.locator(".answer").innerText();
        assert.match(answer, new RegExp(`can (also )?reach data in ${account}`), `${can}: ${answer}`);
      }
    }
  }
  page.sound();
});

test("every page says what was not read", async () => {
  const page = await open(chromium.context, sample, "#/access", { ready: ".answer" });
  for (const place of ["access?can=delete", "access?can=keys", "accounts", "checks"]) {
    await visit(page, `#/${place}`);
    assert.match((await texts(page, ".unread")).join().trim(), /^Not read in full: role assignments in staging-orders, roles and role assignments in cosmos-vectors, database users in 2 accounts, control of managed identities in 10 accounts and group members in cosmos-sessions\./, place);
  }
  page.sound();
});

test("what is no action or scope is said", async () => {
  const page = await open(chromium.context, sample, "#/access?can=bogus", { ready: ".answer" });
  assert.match((await texts(page, ".answer")).join(), /^bogus is no action\./);
  await visit(page, "#/access?at=/nope");
  assert.match((await texts(page, ".answer")).join(), /^\/nope is no scope\./);
  assert.equal(await page.locator(".answer-table tbody tr:visible").count(), 0);
  page.sound();
});

test("a principal's page tells everything, through groups as well", async () => {
  const page = await open(chromium.context, sample, "#/access", { ready: ".answer" });
  const paul = [...directory.values()].find((one) => one.name === "Paul Payments");
  await visit(page, `#/access?principal=${paul.id}`);
  assert.equal(await page.locator("h1:visible").innerText(), "Paul Payments");
  const groups = [...directory.values()].filter((one) => one.members?.includes(paul.id));
  const head = await page.locator(".page-h").innerText();
  const rows = await section(page, "Through Azure roles");
  const identities = new Set([paul.id, ...groups.map((one) => one.id)]);
  const wanted = new Set(report.ways.filter((way) => identities.has(way.principal.id) && !way.way.endsWith("keys")).map((way) => way.principal.id));
  assert.ok(wanted.size > 1);
  assert.deepEqual([...new Set(rows.map((row) => row.id))].sort(), [...wanted].sort());
  for (const way of report.ways.filter((one) => wanted.has(one.principal.id))) assert.ok(head.includes(way.principal.name), way.principal.name);
  assert.match(await page.locator(".answer").innerText(), /^Paul Payments can /);
  page.sound();
});

test("members of a group are listed", async () => {
  const page = await open(chromium.context, sample, "#/access?can=manage", { ready: ".answer" });
  const group = [...directory.values()].find((one) => one.name === "On Call");
  const row = page.locator("tbody tr", { has: page.getByRole("link", { name: "On Call", exact: true }) }).first();
  const words = await row.innerText();
  for (const id of group.members.filter((id) => directory.get(id)?.kind !== "group")) assert.ok(words.includes(directory.get(id).name), directory.get(id).name);
  page.sound();
});

test("a row leads to its role, and Escape leads back", async () => {
  const page = await open(chromium.context, sample, "#/access?account=cosmos-sessions&can=any", { ready: ".answer-table tbody tr" });
  await page.locator("tbody tr", { hasText: "Session Writer" }).locator(".quiet").click();
  const panel = await page.locator(".panel").innerText();
  for (const told of ["11a0f004-0000-4000-8000-000000000001", "Session Writer", "sqlDatabases/containers/items/delete", "Delete items"]) assert.ok(panel.includes(told), `${told}\n${panel}`);
  await page.reload();
  await page.locator(".panel").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".panel").waitFor({ state: "hidden" });
  await page.locator("tbody tr[data-principal]", { hasText: "Azure role" }).first().locator(".quiet").click();
  assert.match(await page.locator(".panel").innerText(), /Microsoft\.DocumentDB|Microsoft\.Authorization|databaseAccounts|sqlRole|listKeys|write/);
  page.sound();
});

test("what is only possible is told apart, in many rows", async () => {
  const page = await open(chromium.context, made("matrix"), "#/access?can=any", { ready: ".answer-table tbody tr" });
  assert.ok((await page.locator(".cell.possible").count()) > 0);
  assert.ok((await page.locator("tbody tr").count()) < 700, "only rows near the window are there");
  page.sound();
});

test("an account or principal that is not there is said", async () => {
  const page = await open(chromium.context, sample, "#/access?account=no-such", { ready: ".answer" });
  assert.deepEqual(await texts(page, ".answer"), ["This report has no such account or principal."]);
  page.sound();
});

test("an Azure role whose definition couldn't be read possibly gives anything", async () => {
  const page = await open(chromium.context, made("unread-role"), "#/access", { ready: ".answer" });
  const [{ principal: { id } }] = JSON.parse(readFileSync(made("unread-role").replace(/html$/, "json"), "utf8")).ways;
  for (const [can, said] of [
    ["any", /^lone possibly can read, change and delete data in 2 accounts\./],
    ["delete", /^lone possibly can delete data in 2 accounts\./],
    ["manage", /^lone possibly can change 2 accounts\./],
    ["keys", /^lone possibly can read keys of 2 accounts\./],
  ]) {
    await visit(page, `#/access?principal=${id}&can=${can}`);
    assert.match(await page.locator(".answer:visible").innerText(), said, can);
    const rows = await texts(page, ".answer-table tbody tr:not(.sect)");
    assert.ok(rows.length > 0, can);
    for (const row of rows) {
      assert.match(row, /could give anything, as its definition couldn't be read/, can);
      assert.match(row, /Possible[\s\S]*Not checked/, can);
      assert.ok(!row.includes("Yes") && !row.includes("Matches"), row);
    }
  }
  await page.locator(".answer-table .quiet").first().click();
  assert.match(await page.locator(".panel").innerText(), /The role definition couldn't be read, so it could give anything\./);
  page.sound();
});
