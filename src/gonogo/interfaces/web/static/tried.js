// While a hypothesis is typed: what was registered before and is like it. Without JavaScript the
// button below the statement asks the same.
"use strict";

const PATIENCE = 400;
let waiting;
let asking;

async function ask(text) {
  const place = document.getElementById("tried");
  asking?.abort();
  asking = new AbortController();
  try {
    const address = `/library/tried?${new URLSearchParams({ text: text.slice(0, 2000) })}`;
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asking.signal });
    if (!answer.ok || answer.redirected || !place) return;
    const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = drawn.getElementById("tried");
    if (found) place.replaceChildren(...document.adoptNode(found).childNodes);
  } catch (error) {
    if (error.name !== "AbortError") console.warn(error);
  }
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-tried]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(event.target.value), PATIENCE);
});
