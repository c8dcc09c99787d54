// Puts the pages together, and shows the one that the address names.

const makers = { findings: findingsPage, access: accessPage, accounts: accountsPage, checks: checksPage };
const titles = { findings: "Findings", access: "Access", accounts: "Accounts", checks: "Checks" };
const made = {};
const content = document.getElementById("content");
const verdictTitle = document.title;
const nav = el("nav", { "aria-label": "Pages" }, el("ul", {}, PAGES.map((page) => el("li", {}, el("a", { href: address(page), "data-page": page }, titles[page])))));

function showRoute() {
  const { page, query } = readRoute();
  const view = (made[page] ??= makers[page]());
  if (content.firstChild !== view.node) {
    uncover();
    content.replaceChildren(view.node);
    document.title = `${titles[page]} · ${verdictTitle}`;
  }
  for (const link of nav.querySelectorAll("a")) {
    if (link.dataset.page === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  view.show(query);
}

// The bars of the chart lead to their findings.
for (const bar of document.querySelectorAll(".bars li[data-severity]")) {
  const link = el("a", { href: address("findings", { severity: bar.dataset.severity, state: "new" }) });
  link.append(...bar.childNodes, el("span", { class: "unseen" }, " findings"));
  bar.append(link);
}

addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = made[readRoute().page]?.search;
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  }
  if (event.key === "Escape" && !typing) document.querySelector(".panel:not([hidden]) .close")?.click();
});
// The skip link is the one address that is no page.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  content.focus();
});
// Also for links and addresses typed in.
addEventListener("popstate", showRoute);

// A reload goes to the open finding, not to where the page was scrolled before.
if (readRoute().query.has("open")) {
  history.scrollRestoration = "manual";
  addEventListener("load", () => setTimeout(() => (history.scrollRestoration = "auto")));
}
content.before(nav);
showRoute();
preparePrinting(() => (made.findings ??= findingsPage()).items());
prepareSearch();
