// The panel beside a list, with what a row is about. On narrow screens it covers the list.

class Panel {
  constructor({ label, onClose }) {
    this.body = el("div", { class: "panel-body" });
    this.node = el("aside", { class: "panel", "aria-label": label, tabindex: "0", hidden: true }, this.body);
    this.onClose = onClose;
    addEventListener("resize", () => this.node.isConnected && this.cover());
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.onClose();
    });
  }

  // `key` tells whether this is a new thing, which is then read from its top.
  show(key, heading, ...content) {
    const close = el("button", { type: "button", class: "button small close", onclick: () => this.onClose() }, "Close");
    heading.tabIndex = -1;
    this.body.replaceChildren(el("div", { class: "panel-head" }, heading, close), ...content.filter(Boolean));
    this.node.hidden = false;
    if (key !== this.key) {
      this.node.scrollTop = 0;
      if (this.covers() || this.wantFocus) heading.focus({ preventScroll: true });
    }
    this.wantFocus = false;
    this.key = key;
    this.cover();
  }

  hide() {
    this.node.hidden = true;
    this.key = null;
    this.cover();
  }

  covers() {
    return getComputedStyle(this.node).position === "fixed";
  }

  // While it covers everything else, nothing else can be reached by keyboard.
  cover() {
    const covering = !this.node.hidden && this.covers();
    document.documentElement.classList.toggle("covered", covering);
    for (const other of document.querySelectorAll(".head, nav, .filters, .list, footer")) other.inert = covering;
  }
}

// Leaves nothing unreachable when another page takes over.
function uncover() {
  document.documentElement.classList.remove("covered");
  for (const other of document.querySelectorAll("[inert]")) other.inert = false;
}

const section = (title, ...content) => el("section", {}, el("h3", {}, title), ...content);
