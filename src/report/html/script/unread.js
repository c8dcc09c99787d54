// What the scan did not read, in one line for every page: no count and no "nobody" stands without it.

// Comparisons with the policy; everything else is something that could not be read.
const STATED = new Set(["policy", "checks", "access", "denied-actions", "roles", "local-auth", "key-metadata-writes", "key-age", "key-readers", "account-writers", "role-admins", "identity-admins"]);

function unreadWords() {
  const byWhat = new Map();
  for (const [title, why, where, what] of data.not_checked) {
    if (STATED.has(what)) continue;
    if (!byWhat.has(what)) byWhat.set(what, { title: text(title), why: text(why), where: new Set(), isAnywhere: false });
    const one = byWhat.get(what);
    if (where) where.forEach((a) => one.where.add(a));
    else one.isAnywhere = true;
  }
  const told = [...byWhat.entries()].map(([what, { title, why, where, isAnywhere }]) => {
    if (what === "accounts") return `${title} (${why})`;
    if (isAnywhere || where.size === 0) return title;
    return `${title} in ${where.size === 1 ? accountName([...where][0]) : count(where.size, "account", "accounts")}`;
  });
  if (told.length) return `Not read in full: ${listed(told)}.`;
  return data.complete ? "" : "Not everything could be read.";
}

// Nothing where everything was read.
function unreadLine() {
  const words = unreadWords();
  return words ? el("p", { class: "unread" }, icon("part"), " ", rich(words), " ", el("a", { class: "link", href: address("findings") }, "Details")) : null;
}
