// Makes the pictures of the sample report that the documentation shows. Needs pngquant (Debian's package of that name).
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { browser, open, sample, settled } from "./support.js";

const folder = path.resolve(import.meta.dirname, "../../docs/images");
const LEDGER = "e9830dbf5db648688f6b9bc10784dddd";

mkdirSync(folder, { recursive: true });
for (const colorScheme of ["light", "dark"]) {
  const chromium = await browser({ colorScheme, viewport: { width: 1440, height: 1000 } });
  const page = await open(chromium.context, sample, `#/findings?open=${LEDGER}`, { ready: ".panel .chain" });
  await settled(page);
  const file = path.join(folder, `report-${colorScheme}.png`);
  await page.screenshot({ path: file });
  execFileSync("pngquant", ["--force", "--strip", "--output", file, "64", file]);
  await chromium.close();
}
