// A list or table that only has the rows near the window. Rows stand in blocks. A block out of sight is as high as it was, or
// as it is thought to be, so rows can be of any height. The arrow keys move through the rows; the tab key passes the list in
// one step.

// Rows of a block: those of a table take longer to make.
const [LIST_BLOCK, TABLE_BLOCK] = [40, 20];

class Blocks {
  // `row(place)` makes a row; what is focused in it has `data-focus`, or is the row itself.
  constructor(container, { row, height, table = false, before = null }) {
    Object.assign(this, { size: table ? TABLE_BLOCK : LIST_BLOCK, container, makeRow: row, guess: height, table, before, blocks: [], heights: [], length: 0, active: 0 });
    container.addEventListener("keydown", (event) => this.key(event));
    const later = () => {
      // At most once a frame.
      this.waiting ??= requestAnimationFrame(() => {
        this.waiting = null;
        this.draw();
      });
    };
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", () => {
      if (this.width !== innerWidth) this.forget();
      later();
    });
  }

  show(length, active = 0) {
    this.length = length;
    this.active = Math.max(0, Math.min(active, length - 1));
    this.width = innerWidth;
    this.blocks.forEach((block) => block.remove());
    this.blocks = [];
    this.heights = [];
    for (let first = 0; first < length; first += this.size) {
      this.blocks.push(el(this.table ? "tbody" : "div"));
      this.heights.push(this.guess * Math.min(this.size, length - first));
    }
    this.blocks.forEach((block, at) => this.empty(block, at));
    this.container.append(...this.blocks);
    this.draw();
  }

  // Another width makes other heights.
  forget() {
    this.width = innerWidth;
    this.blocks.forEach((block, at) => {
      this.heights[at] = this.guess * Math.min(this.size, this.length - at * this.size);
      if (block.full) this.heights[at] = block.getBoundingClientRect().height;
      else this.empty(block, at);
    });
  }

  empty(block, at) {
    block.full = false;
    const height = `${this.heights[at]}px`;
    if (!this.table) {
      block.replaceChildren();
      block.style.height = height;
      return;
    }
    // One column more would take its share of the width.
    const cell = el("td", { colspan: String(this.container.tHead?.rows[0]?.cells.length ?? 1) });
    cell.style.height = height;
    block.className = "space";
    block.setAttribute("aria-hidden", "true");
    block.replaceChildren(el("tr", {}, cell));
  }

  fill(at) {
    const block = this.blocks[at];
    if (!block || block.full) return;
    block.full = true;
    if (this.table) {
      block.className = "";
      block.removeAttribute("aria-hidden");
    } else {
      block.style.height = "";
    }
    const rows = [];
    for (let place = at * this.size; place < Math.min(this.length, (at + 1) * this.size); place++) {
      const row = this.makeRow(place);
      row.dataset.place = place;
      const target = this.target(row);
      if (target) target.tabIndex = place === this.active ? 0 : -1;
      rows.push(row);
    }
    block.replaceChildren(...rows);
  }

  // Fills what is near the window, and empties what is far from it.
  draw() {
    if (!this.container.isConnected || this.blocks.length === 0 || this.container.closest("[hidden]")) return;
    for (let pass = 0; pass < 3; pass++) {
      let y = this.blocks[0].getBoundingClientRect().top;
      let isNew = false;
      this.blocks.forEach((block, at) => {
        const height = this.heights[at];
        const isNear = y + height > -innerHeight / 2 && y < 1.5 * innerHeight;
        const isFar = y + height < -3 * innerHeight || y > 4 * innerHeight;
        y += height;
        if (isNear && !block.full) {
          this.fill(at);
          isNew = true;
        } else if (isFar && block.full && !block.contains(document.activeElement)) {
          this.empty(block, at);
        }
      });
      if (!isNew) return;
      this.blocks.forEach((block, at) => {
        if (block.full) this.heights[at] = block.getBoundingClientRect().height;
      });
    }
  }

  // The row of a place, made if it has to be.
  rowAt(place) {
    this.fill(Math.floor(place / this.size));
    return this.blocks[Math.floor(place / this.size)]?.children[place % this.size] ?? null;
  }

  target(row) {
    return row.matches("a, button") ? row : row.querySelector("[data-focus]");
  }

  // Makes the row the one that the tab key reaches.
  activate(place) {
    const old = this.blocks[Math.floor(this.active / this.size)];
    const before = old?.full ? this.target(old.children[this.active % this.size]) : null;
    if (before) before.tabIndex = -1;
    this.active = Math.max(0, Math.min(place, this.length - 1));
    const row = this.rowAt(this.active);
    const target = row && this.target(row);
    if (target) target.tabIndex = 0;
    return target;
  }

  // Brings a row into view, below the bar: first its block, whose height may only be thought, then the row itself.
  reveal(place) {
    const block = this.blocks[Math.floor(place / this.size)];
    if (!block) return;
    const { top: start, bottom: end } = block.getBoundingClientRect();
    if (end < -innerHeight || start > 2 * innerHeight) scrollBy(0, start - innerHeight / 3);
    this.draw();
    const bar = document.querySelector(".bar").getBoundingClientRect().height;
    const { top, bottom } = this.rowAt(place).getBoundingClientRect();
    if (top < bar + 4) scrollBy(0, top - bar - 60);
    else if (bottom > innerHeight) scrollBy(0, bottom - innerHeight + 60);
    this.draw();
  }

  focus(place) {
    this.reveal(Math.max(0, Math.min(place, this.length - 1)));
    this.activate(place)?.focus({ preventScroll: true });
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    const row = event.target.closest("[data-place]");
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || !row || !this.container.contains(row)) return;
    event.preventDefault();
    this.focus(Math.max(0, Math.min(Number(row.dataset.place) + step, this.length - 1)));
  }
}
