// The panel with what was opened. On phones it covers everything else.

class Panel {
  constructor({ label, onClose }) {
    this.node = el("aside", { class: "panel", "aria-label": label, tabindex: "0", hidden: true });
    this.onClose = onClose;
    this.narrow = matchMedia("(max-width: 760px)");
    this.narrow.addEventListener("change", () => this.node.isConnected && this.cover());
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.onClose();
    });
  }

  // `key` tells whether this is another thing, which is then read from its top. `kind`: what stands in the panel's bar; `move`:
  // buttons there.
  show(key, { kind = null, move = [], heading, content }) {
    const close = el("button", { type: "button", class: "icon-btn close", "aria-label": "Close", onclick: () => this.onClose() }, icon("close"));
    heading.tabIndex = -1;
    this.node.replaceChildren(el("div", { class: "panel-bar" }, kind, el("span", { class: "space" }), move, close), el("div", { class: "panel-in" }, heading, content));
    this.node.hidden = false;
    if (key !== this.key) {
      this.node.scrollTop = 0;
      heading.focus({ preventScroll: true });
    }
    this.key = key;
    this.cover();
  }

  hide() {
    this.node.hidden = true;
    this.key = null;
    this.cover();
  }

  cover() {
    const isOpen = !this.node.hidden;
    document.documentElement.classList.toggle("opened", isOpen);
    setCovered(isOpen && this.narrow.matches, this.node);
  }
}

// While something covers everything else, nothing else can be reached by keyboard.
function setCovered(covered, panel) {
  document.documentElement.classList.toggle("covered", covered);
  for (const other of document.querySelectorAll(".bar, .overview, main > .page > *, footer, .skip")) {
    if (other !== panel) other.inert = covered;
  }
}

// Leaves nothing unreachable when another page takes over.
function uncover() {
  document.documentElement.classList.remove("covered", "opened");
  for (const other of document.querySelectorAll("[inert]")) other.inert = false;
}

const section = (title, ...content) => el("section", { class: "sec" }, el("h3", {}, title), ...content);
