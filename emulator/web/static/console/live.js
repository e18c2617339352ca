// Shows the newest content of [data-live] whenever something has happened at the server. Without it, one reloads the page.
"use strict";
(() => {
  const shown = document.querySelector("[data-live]");
  let timer = 0, last = shown.innerHTML;
  async function refresh() {
    timer = 0;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    // What a person has opened or is using stays as it is.
    if (!fresh || fresh.innerHTML === last || shown.querySelector("details[open]")) return;
    last = fresh.innerHTML;
    shown.replaceChildren(...fresh.childNodes);
  }
  function plan() {
    timer ||= setTimeout(() => refresh().catch(() => {}), 300);
  }
  // A browser opens six connections to a server: a tab that nobody sees takes none.
  let source = null;
  function listen() {
    source?.close();
    source = document.hidden ? null : new EventSource("/_emulator/events");
    if (!source) return;
    source.onopen = plan; // what happened since the page was made, or the connection was lost, is told by no event
    source.onmessage = plan;
  }
  listen();
  document.addEventListener("visibilitychange", listen);
})();
