// What JavaScript adds: times in the reader's zone, and pages that follow the ledger live.
// Every page works without it.
"use strict";

const zone = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = zone.format(moment);
  }
}

// A page is drawn again by the server and put in place of the old one, unless the reader is
// filling in a form on it or it is the answer to one.
async function redraw() {
  const main = document.querySelector("main");
  const busy = document.activeElement?.closest("form") || main.querySelector("[data-dirty]")
    || main.hasAttribute("data-still");
  if (busy) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = [...main.querySelectorAll("details[open]")].map((d) => d.id).filter(Boolean);
  for (const part of ["main", "nav.rail"]) {
    const before = document.querySelector(part);
    const after = drawn.querySelector(part);
    if (before && after) before.replaceWith(document.adoptNode(after));
  }
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  localTimes(document);
}

document.addEventListener("input", (event) => {
  event.target.closest("form")?.setAttribute("data-dirty", "");
});

localTimes(document);
if (document.querySelector("nav.rail") && "EventSource" in window) {
  let waiting;
  new EventSource("/events").addEventListener("entry", () => {
    clearTimeout(waiting);
    waiting = setTimeout(redraw, 400);
  });
}
