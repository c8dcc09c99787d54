// A tenant in which every name is an attack: nothing runs, nothing is fetched, no element comes from data, and the names
// can be seen for what they are.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, made, open, settled, texts, visit } from "./support.js";

let chromium;
// High enough for every row.
before(async () => (chromium = await browser({ viewport: { width: 1280, height: 2000 } })));
after(() => chromium.close());

// Every element that the page makes by itself.
const OWN = new Set(
  "a aside b body button circle code datalist dd details div dl dt em footer form h1 h2 h3 head header html i input kbd label li main meta nav noscript ol option p path pre rect script section select small span strong style summary svg symbol table tbody td th thead title tr ul use".split(" "),
);

async function inert(page) {
  const found = await page.evaluate(() => ({
    names: [...new Set([...document.querySelectorAll("*")].map((node) => node.localName))],
    handlers: [...document.querySelectorAll("*")].flatMap((node) => node.getAttributeNames().filter((name) => name.startsWith("on"))),
    scripts: document.querySelectorAll("script").length,
    links: [...document.querySelectorAll("a")].map((node) => node.getAttribute("href")).filter((href) => !href.startsWith("#")),
    // Characters that hide, or turn the direction of what follows.
    hidden: document.body.innerText.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g),
  }));
  assert.deepEqual(found.names.filter((name) => !OWN.has(name)), []);
  assert.deepEqual(found.handlers, []);
  assert.equal(found.scripts, 2);
  assert.deepEqual(found.links, []);
  assert.equal(found.hidden, null);
}

test("every page of a hostile tenant is inert", async () => {
  const page = await open(chromium.context, made("hostile"), "", { ready: "[data-place]" });
  await inert(page);
  for (const hash of ["#/access", "#/access?can=any", "#/accounts", "#/checks", "#/findings?state=waived", "#/findings?state=fixed", "#/findings?group=check", "#/findings?group=principal", "#/findings"]) {
    await visit(page, hash);
    await inert(page);
  }
  page.sound();
});

test("every finding of a hostile tenant is inert, and shows what it is called", async () => {
  const page = await open(chromium.context, made("hostile"), "", { ready: "[data-place]" });
  const total = Number(await page.locator(".states .n").first().innerText());
  assert.ok(total > 80);
  await page.locator(".list .row").first().click();
  let seen = "";
  for (let i = 0; i < total; i++) {
    seen += await page.locator(".panel").innerText();
    await inert(page);
    if (i + 1 < total) await page.getByRole("button", { name: "Next finding" }).click();
  }
  for (const shown of ["</script><script>alert('script')</script>", "<img src=x onerror=alert('img')>", "\\u{202e}gnp.exe\\u{200b}", "\\u{2028}", "\\x00\\x01\\x07\\x1b[31m\\r\\n\\t", "&lt;script&gt;", "__proto__", "<!--<script>"]) {
    assert.ok(seen.includes(shown), `not shown: ${shown}`);
  }
  page.sound();
});

test("every account and cell of a hostile tenant is inert", async () => {
  const page = await open(chromium.context, made("hostile"), "#/accounts", { ready: "[data-place]" });
  const names = await texts(page, "tbody th .link");
  assert.equal(names.length, 16);
  for (const name of names) {
    await visit(page, `#/accounts?${new URLSearchParams({ open: name })}`);
    assert.equal(await page.locator(".panel h2").innerText(), name);
    await inert(page);
    await visit(page, `#/access?${new URLSearchParams({ account: name, can: "any" })}`);
    await page.locator("tbody .quiet").first().click();
    await settled(page);
    assert.ok(await page.locator(".panel").isVisible());
    await inert(page);
    await page.locator("tbody .who-link").first().evaluate((link) => link.click());
    await settled(page);
    await inert(page);
  }
  await page.pdf();
  page.sound();
});

test("an address cannot break the page", async () => {
  const page = await open(chromium.context, made("hostile"));
  for (const hash of ["#/constructor", "#/findings?sort=constructor", "#/findings?open=%", "#/findings?severity=__proto__&check=__proto__&state=x", "#/access?account=__proto__&can=constructor&principal=toString", "#/access?detail=0 %3Cimg src=x%3E", "#/findings?group=constructor&cause=__proto__", "#f-<img src=x>", "#c-x", "#/accounts?show=constructor&open=toString", "#<img src=x onerror=alert(1)>"]) {
    await visit(page, encodeURI(hash).replaceAll("%25", "%"));
    assert.ok(await page.locator("main .page").isVisible());
    await inert(page);
  }
  page.sound();
});

test("the policy of the page stops what it does not name", async () => {
  const page = await open(chromium.context, made("hostile"));
  const policy = await page.locator("meta[http-equiv]").getAttribute("content");
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^' ]+'; script-src 'sha256-[^' ]+'; /);
  const stopped = await page.evaluate(async () => {
    const blocked = [];
    document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.append("window.ran = true");
    try {
      document.body.append(script);
    } catch {
      blocked.push("trusted types");
    }
    document.body.append(Object.assign(document.createElement("img"), { src: "https://evil.example/x.png" }));
    try {
      document.createElement("p").innerHTML = "<b>x</b>";
    } catch {
      blocked.push("innerHTML");
    }
    await fetch("https://evil.example/").catch(() => {});
    await new Promise((done) => setTimeout(done, 200));
    return { blocked, ran: window.ran };
  });
  assert.equal(stopped.ran, undefined);
  for (const directive of ["img-src", "connect-src", "innerHTML"]) assert.ok(stopped.blocked.includes(directive), `${directive}: ${stopped.blocked}`);
});
