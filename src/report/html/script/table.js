// A table that only has the rows that can be seen, and rows of blank space for the others. All rows are of one height, which the
// style sheet sets. The arrow keys move through the rows; the tab key passes the table in one step.

const OVERSCAN = 12;

class VirtualTable {
  // columns: { key, label, sort, falling, header, fill(cell, item) }; `falling` ones have the most or the worst first.
  constructor({ label, className, columns, onOpen }) {
    Object.assign(this, { columns, onOpen, items: [], first: 0, last: 0, active: 0, selected: -1 });
    this.head = el("tr", { role: "row", "aria-rowindex": "1" }, columns.map((column) => this.header(column)));
    this.before = this.spacer();
    this.after = this.spacer();
    this.body = el("tbody", { role: "rowgroup" }, this.before, this.after);
    this.node = el(
      "table",
      { class: `virtual ${className}${onOpen ? " opens" : ""}`, role: "table", "aria-label": label },
      el("thead", { role: "rowgroup" }, this.head),
      this.body,
    );
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("click", (event) => this.click(event));
    this.redraw = () => {
      // At most once a frame.
      this.waiting ??= requestAnimationFrame(() => {
        this.waiting = null;
        if (this.node.isConnected) this.draw();
      });
    };
    addEventListener("scroll", this.redraw, { passive: true });
    addEventListener("resize", () => {
      this.height = 0;
      this.redraw();
    });
  }

  spacer() {
    return el("tr", { class: "spacer", "aria-hidden": "true" }, el("td", {}));
  }

  header(column) {
    const cell = el("th", { scope: "col", role: "columnheader", class: `col-${column.key}` });
    if (column.sort) {
      const button = el("button", { type: "button", class: "sort" }, column.label);
      button.addEventListener("click", () => {
        const down = this.sorted === column.key;
        go(changed({ sort: down ? `-${column.key}` : column.key }));
      });
      cell.append(button);
    } else {
      cell.append(column.label);
    }
    return cell;
  }

  // Shows these items, sorted as the headers then say.
  show(items, sorted = "") {
    this.items = items;
    this.sorted = sorted;
    this.active = Math.min(this.active, Math.max(0, items.length - 1));
    this.columns.forEach((column, i) => {
      if (!column.sort) return;
      const cell = this.head.children[i];
      const reversed = sorted === `-${column.key}`;
      if (sorted !== column.key && !reversed) cell.removeAttribute("aria-sort");
      else cell.setAttribute("aria-sort", reversed === Boolean(column.falling) ? "ascending" : "descending");
    });
    this.node.setAttribute("aria-rowcount", items.length + 1);
    this.clear();
    this.draw();
  }

  clear() {
    while (this.before.nextSibling !== this.after) this.before.nextSibling.remove();
    this.first = this.last = 0;
  }

  rowHeight() {
    if (!this.height) {
      this.height = parseFloat(getComputedStyle(this.node).getPropertyValue("--row")) || 48;
    }
    return this.height;
  }

  // Puts the rows in view into the document; rows that stay are left alone, so that focus stays where it is.
  draw() {
    const height = this.rowHeight();
    const top = this.body.getBoundingClientRect().top;
    const from = Math.floor(-top / height) - OVERSCAN;
    const until = Math.ceil((innerHeight - top) / height) + OVERSCAN;
    const last = Math.max(0, Math.min(this.items.length, until));
    const first = Math.max(0, Math.min(last, from));
    const focused = this.body.contains(document.activeElement);
    if (first >= this.last || last <= this.first) {
      this.clear();
      this.first = this.last = first;
    }
    for (; this.first < first; this.first++) this.before.nextSibling.remove();
    for (; this.last > last; this.last--) this.after.previousSibling.remove();
    while (this.first > first) this.before.after(this.row(--this.first));
    while (this.last < last) this.after.before(this.row(this.last++));
    this.before.firstChild.style.height = `${first * height}px`;
    this.after.firstChild.style.height = `${(this.items.length - last) * height}px`;
    this.before.hidden = first === 0;
    this.after.hidden = last === this.items.length;
    // Somebody scrolled the focused row away: keys go on from the rows that are seen.
    if (focused && !this.body.contains(document.activeElement)) {
      this.active = Math.max(first, Math.min(this.active, last - 1));
      this.mark();
      this.rowAt(this.active)?.querySelector("a, button")?.focus({ preventScroll: true });
    } else if (this.active < first || this.active >= last) {
      this.active = Math.min(first + OVERSCAN, last - 1);
      this.mark();
    }
  }

  row(place) {
    const item = this.items[place];
    const row = el("tr", { role: "row", "aria-rowindex": place + 2, "data-place": place });
    for (const column of this.columns) {
      const cell = el(column.header ? "th" : "td", {
        role: column.header ? "rowheader" : "cell",
        scope: column.header ? "row" : null,
        class: `col-${column.key}`,
      });
      column.fill(cell, item);
      row.append(cell);
    }
    this.markRow(row, place, item);
    return row;
  }

  markRow(row, place, item) {
    row.classList.toggle("selected", item === this.selected);
    const link = row.querySelector("a");
    if (!link) return;
    link.tabIndex = place === this.active ? 0 : -1;
    if (item === this.selected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }

  mark() {
    for (let place = this.first; place < this.last; place++) {
      this.markRow(this.rowAt(place), place, this.items[place]);
    }
  }

  rowAt(place) {
    return this.body.children[place - this.first + 1] ?? null;
  }

  // Marks the item that is open, if it is in the table.
  select(item) {
    this.selected = item;
    const place = this.items.indexOf(item);
    if (place >= 0) this.active = place;
    this.mark();
  }

  // Brings a row into view, between the sticky head and the lower edge.
  reveal(place) {
    const height = this.rowHeight();
    const head = this.head.getBoundingClientRect().height;
    const top = this.body.getBoundingClientRect().top + place * height;
    if (top < head) scrollBy(0, top - head);
    else if (top + height > innerHeight) scrollBy(0, top + height - innerHeight + 8);
    this.draw();
  }

  focus(place) {
    this.active = Math.max(0, Math.min(place, this.items.length - 1));
    this.reveal(this.active);
    this.mark();
    this.rowAt(this.active)?.querySelector("a")?.focus({ preventScroll: true });
  }

  key(event) {
    const page = Math.max(1, Math.floor(innerHeight / this.rowHeight()) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || !this.onOpen) return;
    event.preventDefault();
    this.focus(this.active + step);
  }

  click(event) {
    const row = event.target.closest("tr[data-place]");
    // The row's own link opens it; anywhere else in the row does the same.
    if (!row || !this.onOpen || event.target.closest("a, button") || String(getSelection())) return;
    this.active = Number(row.dataset.place);
    this.onOpen(this.items[this.active]);
  }
}
