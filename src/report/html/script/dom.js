// Makes elements. Text always becomes a text node, so no name can become markup.

function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", `ic ${className}`.trim());
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const unseen = (words) => el("span", { class: "unseen" }, words);
// A severity told by shape, word and color; the word only for screen readers where the shape is enough.
const severityIcon = (severity) => el("span", {}, icon(severity, `sev-${severity}`), unseen(`${titleCase(severity)}: `));
const severityLabel = (severity) => el("span", { class: `kind sev-${severity}` }, icon(severity), titleCase(severity));

// Counts by severity (the mildest first in the array), the worst first; those that are zero are left out.
function severityCounts(counts, className = "cnts") {
  const told = WORST_FIRST.map((rank) => (counts[rank] ? el("span", {}, icon(severities[rank], `sev-${severities[rank]}`), number(counts[rank]), unseen(` ${titleCase(severities[rank])}`)) : className === "num" ? el("span") : null));
  return el("span", { class: className }, told);
}

// What stands in backticks: a name is bold, an id, path, pattern or setting is code. An object id behind a name is shortened.
const CODE = /[/*_:=<>{}\\$|[\]#&;"']|[a-z][A-Z]|^[0-9a-f]{8}-|^(any|deny|except|grants|match|principals|roles|waivers)$/;
const NAMED_ID = /^(.+) \(([0-9a-f]{8}-[0-9a-f-]{27})\)$/;
function quoted(piece) {
  const [, name, id] = NAMED_ID.exec(piece) ?? [];
  if (id && !CODE.test(name)) return [el("b", {}, name), " (", el("code", { title: id }, shortId(id)), ")"];
  return CODE.test(piece) ? el("code", {}, piece) : el("b", {}, piece);
}

// Text in which names stand in backticks, more of them than the name has together (code spans of CommonMark).
const QUOTED = /(`+)(?:(.*?[^`])\1(?!`))?/s;
function rich(words) {
  const told = ([text, run, name]) => (name === undefined ? [text, run] : [text, quoted(name.replace(/^ (.*[^ ].*) $/s, "$1"))]);
  const pieces = words.split(QUOTED);
  return pieces.flatMap((_, i) => (i % 3 === 0 ? told(pieces.slice(i, i + 3)) : []));
}

// The same as a sentence of its own: with a capital, and a full stop.
function sentence(words) {
  const whole = /^[a-z]/.test(words) ? titleCase(words) : words;
  return rich(/[.!?…]$/.test(whole) || whole === "" ? whole : `${whole}.`);
}

const number = (value) => (value === null || value === undefined ? "unknown" : value.toLocaleString("en"));
const count = (value, one, many) => `${number(value)} ${value === 1 ? one : many}`;
// `a, b and c`; of many, the first and how many more.
function listed(names, most = Infinity) {
  const shown = names.length > most + 1 ? [...names.slice(0, most), `${number(names.length - most)} more`] : names;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
const chip = (words, maybe = false) => el("span", { class: maybe ? "chip maybe" : "chip" }, words);

// Name and value pairs; values that are empty are left out.
function details(pairs) {
  const shown = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false);
  return el("dl", { class: "dl" }, shown.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

const disclosure = (summary, ...content) => el("details", { class: "disclose" }, el("summary", {}, el("span", { class: "chev" }), summary), ...content);

// Tells users of screen readers what changed.
function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}

// What is copied is what is shown: a name with hidden characters cannot smuggle anything into a shell.
function copyButton(label, content, { done = "Copied", className = "btn" } = {}) {
  const button = el("button", { type: "button", class: className }, label);
  button.addEventListener("click", async () => {
    const copied = await copy(content());
    announce(copied ? done : "Copying failed. Select the text instead.");
    button.textContent = copied ? "Copied" : "Copying failed";
    setTimeout(() => (button.textContent = label), 1500);
  });
  return button;
}

async function copy(content) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    // Older browsers offer no clipboard to a page from disk.
    const area = el("textarea", { readonly: true, class: "unseen" });
    area.value = content;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

const LINE = 72;
// A command over several lines, as a POSIX shell takes it: broken before an option, never within quotes.
function brokenUp(command) {
  const pieces = command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+|\s+/gs) ?? [];
  if (command.length <= LINE || pieces.join("") !== command || command.includes("\n")) return command;
  const options = [];
  for (const piece of pieces) {
    if (piece.startsWith("--") && options.length) options.push(piece);
    else options.push((options.pop() ?? "") + piece);
  }
  const lines = [];
  for (const option of options.map((one) => one.trim())) {
    const last = lines.at(-1);
    if (lines.length > 1 && last.length + option.length < LINE) lines[lines.length - 1] = `${last} ${option}`;
    else lines.push(lines.length ? `  ${option}` : option);
  }
  return lines.join(" \\\n");
}

function commandBox(command, label = "Command") {
  const shown = brokenUp(command);
  return el("div", { class: "cmd" }, el("pre", { tabindex: "0", role: "region", "aria-label": label }, shown), copyButton("Copy", () => shown, { done: `${label} copied`, className: "copy" }));
}
