// Puts the pages together, and shows the one that the address names.

const makers = { findings: findingsPage, access: accessPage, accounts: accountsPage, checks: checksPage };
const made = {};
const content = document.getElementById("content");
const overview = document.getElementById("overview");
const verdictTitle = document.title;
document.documentElement.classList.add("scripted-page");

function showRoute() {
  const { page, query } = readRoute();
  const view = (made[page] ??= makers[page]());
  const isOther = content.firstChild !== view.node;
  // The head is for the page of findings; on the others the bar says the verdict.
  overview.hidden = page !== "findings";
  document.querySelector(".bar-verdict").hidden = page === "findings";
  if (isOther) {
    uncover();
    content.replaceChildren(view.node);
    document.title = `${view.title} · ${verdictTitle}`;
  }
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.dataset.page === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (isOther && made.shown && !query.has("open") && !query.has("cause")) scrollTo(0, 0);
  made.shown = page;
  view.show(query);
}

// What the page without JavaScript links to has an address here.
for (const link of document.querySelectorAll(".tabs a")) link.href = address(link.dataset.page);
for (const link of overview.querySelectorAll(".causes a")) {
  const [kind, ...rest] = link.getAttribute("href").slice(1).split("-");
  link.href = address("findings", kind === "f" ? { open: rest.join("-") } : { cause: rest.join("-") });
}
for (const code of overview.querySelectorAll(".cmd pre")) code.replaceWith(...commandBox(code.textContent).childNodes);
// Phones show the first of the causes.
const later = overview.querySelectorAll(".causes .later").length;
if (later > 0) {
  const list = overview.querySelector(".causes");
  const more = el("button", { type: "button", class: "btn causes-more" }, `${later} more`);
  more.addEventListener("click", () => {
    list.classList.add("all");
    list.querySelector(".later a").focus();
  });
  list.append(more);
}

addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = made[readRoute().page]?.search;
    if (!field || document.documentElement.classList.contains("covered")) return;
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
showRoute();
preparePrinting(() => (made.findings ??= findingsPage()).groups());
prepareSearch();
