// The address of what is shown: `#/findings?severity=high&open=<fingerprint>`. The hash is the only state, so links, reload, back
// and forward work by themselves.

const PAGES = ["findings", "access", "accounts", "checks"];

function readRoute() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  // As the page without JavaScript has it: a finding, or a cause.
  const short = /^([fc])-(.+)$/.exec(path);
  if (short) return { page: "findings", query: new URLSearchParams(short[1] === "f" ? { open: short[2] } : { cause: short[2] }) };
  return { page: PAGES.includes(path) ? path : "findings", query: new URLSearchParams(query) };
}

// The address of a page; keys without a value are left out.
function address(page, query = {}) {
  const known = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== "" && value !== null && value !== undefined) known.set(key, value);
  }
  const encoded = known.toString();
  return `#/${page}${encoded ? `?${encoded}` : ""}`;
}

// The address of this page with some keys changed.
function changed(changes) {
  const { page, query } = readRoute();
  return address(page, { ...Object.fromEntries(query), ...changes });
}

// Goes there. While somebody types or scrolls through a list, the address is replaced: back should undo a step, not a letter.
function go(hash, { replace = false } = {}) {
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  showRoute();
}
