// What JavaScript adds: times in the reader's zone, pages that follow the ledger live, commands
// that can be copied, tips on plots, progress while the ledger is verified. Every page works without
// it.
"use strict";

const zone = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = zone.format(moment);
  }
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, properties);
}

function copyButtons(root) {
  if (!navigator.clipboard) return;
  for (const command of root.querySelectorAll("pre.command:not(:has(.copy))")) {
    const text = command.textContent.trim();
    const button = element("button", "Copy", { type: "button", className: "copy" });
    button.setAttribute("aria-label", `Copy: ${text}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    command.append(button);
  }
}

// A plot's words, which a browser shows after a while, are shown at once and beside the pointer.
function tips(root) {
  for (const title of root.querySelectorAll("svg.plot title")) {
    const mark = title.parentElement;
    if (mark.matches("svg.plot")) {
      mark.setAttribute("aria-label", title.textContent);
      mark.removeAttribute("aria-labelledby");
    } else mark.dataset.tip = title.textContent;
    title.remove();
  }
}

const tip = element("div", "", { className: "tip", hidden: true });
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest?.("[data-tip]");
  tip.hidden = !mark;
  if (!mark) return;
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = mark.dataset.tip;
});
document.addEventListener("pointermove", (event) => {
  if (tip.hidden) return;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - width - 8);
  const above = event.clientY + 18 + height > window.innerHeight;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above ? event.clientY - height - 10 : event.clientY + 18}px`;
});

function decorate(root) {
  localTimes(root);
  copyButtons(root);
  tips(root);
}

// -- following the ledger ----------------------------------------------------------------------

function swap(before, after) {
  const open = [...before.querySelectorAll("details[open]")].map((d) => d.id).filter(Boolean);
  const focus = before.contains(document.activeElement) ? document.activeElement : null;
  const same = focus?.id ? `#${CSS.escape(focus.id)}`
    : focus?.getAttribute("href") ? `a[href="${CSS.escape(focus.getAttribute("href"))}"]` : null;
  const adopted = document.adoptNode(after);
  before.replaceWith(adopted);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  decorate(adopted);
  if (same) adopted.querySelector(same)?.focus();
}

// Somebody is writing here: only the parts without forms are drawn again, and a note says so.
function redrawAround(main, drawn) {
  const mark = (root) => root.querySelector("[data-mark]")?.dataset.mark;
  const changed = mark(main) !== mark(drawn);
  for (const part of main.querySelectorAll("[data-live]")) {
    const after = drawn.getElementById(part.id);
    if (after && !part.contains(document.activeElement)) swap(part, after);
  }
  if (!changed || document.getElementById("changed")) return;
  const note = element("div", "", { id: "changed", className: "note changed" });
  note.setAttribute("role", "status");
  const words = "Changed while you were writing. What is shown is up to date and your text is "
    + "kept; the forms themselves are as they were.";
  const button = element("button", "Reload", { type: "button", className: "button plain small" });
  button.addEventListener("click", () => location.reload());
  note.append(element("span", words), button);
  main.prepend(note);
}

// A page is drawn again by the server and put in place of the old one, unless it is the answer to
// a form.
async function redraw() {
  const main = document.querySelector("main");
  if (main.hasAttribute("data-still")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rail = [document.querySelector("nav.rail"), drawn.querySelector("nav.rail")];
  if (rail[0] && rail[1] && !rail[0].contains(document.activeElement)) swap(...rail);
  const writing = main.contains(document.activeElement) && document.activeElement.closest("form");
  if (writing || main.querySelector("[data-dirty]")) redrawAround(main, drawn);
  else if (drawn.querySelector("main")) swap(main, drawn.querySelector("main"));
}

document.addEventListener("input", (event) => {
  event.target.closest("form")?.setAttribute("data-dirty", "");
});

// -- verifying ---------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-verify]") || !("EventSource" in window)) return;
  const place = document.getElementById("verification");
  if (!place) return;
  event.preventDefault();
  const form = event.target;
  const [bar, says] = [place.querySelector("progress"), place.querySelector("[role=status]")];
  // Until it is done, the page is not drawn again under it.
  form.setAttribute("data-dirty", "");
  form.querySelector("button").disabled = true;
  place.hidden = bar.hidden = false;
  says.className = "";
  says.textContent = "Verifying …";
  bar.removeAttribute("value");
  const events = new EventSource("/ledger/verify/events");
  const end = (text, className, link) => {
    events.close();
    bar.hidden = true;
    says.className = className;
    says.textContent = text;
    if (link) says.append(" ", element("a", link.text, { href: link.href }));
    form.querySelector("button").disabled = false;
  };
  events.addEventListener("progress", (message) => {
    const { done, total } = JSON.parse(message.data);
    Object.assign(bar, { max: total, value: done });
    bar.textContent = `${done} of ${total}`;
  });
  events.addEventListener("verified", (message) => {
    const found = JSON.parse(message.data);
    const entry = found.broken?.position;
    const link = entry && { text: `Entry ${entry}`, href: `/ledger/${entry}` };
    const more = [...found.findings, `Head ${found.head}, ${found.seconds} s.`].join(" ");
    end(`${found.says} ${more}`, found.sound ? "note" : "note nogo", link);
  });
  events.addEventListener("failed", (message) => end(JSON.parse(message.data).says, "note nogo"));
  events.onerror = () => end("The connection was lost; try again.", "note nogo");
});

// -- start -------------------------------------------------------------------------------------

decorate(document);
if (document.querySelector("nav.rail") && "EventSource" in window) {
  let waiting;
  new EventSource("/events").addEventListener("entry", () => {
    clearTimeout(waiting);
    waiting = setTimeout(redraw, 400);
  });
}

// While the server measures, no entry is written: the page is drawn again every few seconds.
setInterval(() => { if (document.querySelector("[data-measuring]")) redraw(); }, 3000);

// Traffic grows no ledger: where it is shown, the page is drawn again while somebody looks.
setInterval(() => {
  if (!document.hidden && document.querySelector("[data-traffic]")) redraw();
}, 10000);
