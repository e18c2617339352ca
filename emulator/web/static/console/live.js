// Shows the newest content of [data-live] whenever something has happened at the server. Without it, one reloads the page.
"use strict";
(() => {
  const shown = document.querySelector("[data-live]");
  let timer = 0;
  async function refresh() {
    timer = 0;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    // What a person has opened or is using stays as it is.
    if (!fresh || fresh.innerHTML === shown.dataset.last || shown.querySelector("details[open]")) return;
    shown.dataset.last = fresh.innerHTML;
    shown.replaceChildren(...fresh.childNodes);
  }
  new EventSource("/_emulator/events").onmessage = () => {
    timer ||= setTimeout(() => refresh().catch(() => {}), 300);
  };
})();
