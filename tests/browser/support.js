// Opens reports in a real Chromium, and holds them to what every report promises: no network, no error, no dialog.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = path.resolve(import.meta.dirname, "../..");
export const sample = path.join(root, "reports/sample/report.html");
export const made = (name) => path.join(root, "target/browser", `${name}.html`);

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

// A browser with a profile of its own. `options` are Playwright's, such as `colorScheme`.
export async function browser(options = {}) {
  const profile = mkdtempSync(path.join(tmpdir(), "cosmos-rbac-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

// Opens a report. `wrong` collects every breach of the promise; `sound` fails on the first.
export async function open(context, file, hash = "", { ready = "main .page" } = {}) {
  assert.ok(existsSync(file), `${file} is missing; tests/run makes it`);
  const url = pathToFileURL(file).href;
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => wrong.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.stack}`));
  page.on("request", (request) => request.url().split("#")[0] === url || wrong.push(`request: ${request.url()}`));
  page.on("popup", (popup) => wrong.push(`popup: ${popup.url()}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.goto(url + hash, { waitUntil: "commit" });
  if (ready) await page.waitForSelector(ready);
  return Object.assign(page, { wrong, sound: () => assert.deepEqual(wrong, []) });
}

// Follows an address inside the page, as a link would.
export async function visit(page, hash) {
  await page.evaluate((to) => (location.hash = to), hash);
  await page.waitForFunction((to) => location.hash === to, hash);
  await settled(page);
}

// Two frames: what a change asked for has been drawn.
export const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

export const texts = (page, selector) => page.locator(selector).allInnerTexts();
export const hashQuery = (page) => new URLSearchParams(new URL(page.url()).hash.split("?")[1] ?? "");
