// Shows events as they happen, filters them by the text of the search field, and pauses. Without it, the page shows the last ones.
"use strict";
(() => {
  const table = document.getElementById("events"), body = table.tBodies[0];
  const search = document.getElementById("q"), pause = document.getElementById("pause"), live = document.getElementById("live");
  const most = 5 * Number(table.dataset.most);
  let waiting = [], isPaused = false, isPlanned = false;

  function cell(row, content, code) {
    const inner = document.createElement(code ? "code" : "bdi");
    inner.append(content ?? "");
    row.insertCell().append(inner);
  }

  function rowOf(event) {
    const row = document.createElement("tr");
    const time = document.createElement("time");
    time.dateTime = time.textContent = event.time;
    row.insertCell().append(time);
    cell(row, event.operation);
    const tag = document.createElement("span");
    tag.className = event.outcome === "ok" ? "tag good" : "tag bad";
    tag.textContent = event.outcome;
    row.insertCell().append(tag);
    cell(row, event.reason);
    if (event.user && event.pool) {
      const link = document.createElement("a");
      link.href = table.dataset.user.replace("POOL", () => encodeURIComponent(event.pool)).replace("USER", () => encodeURIComponent(event.user));
      link.textContent = event.user;
      cell(row, link);
    } else cell(row, event.user);
    cell(row, event.pool, true);
    cell(row, event.client, true);
    return row;
  }

  function filter(row) {
    row.hidden = !row.textContent.toLowerCase().includes(search.value.trim().toLowerCase());
    return row;
  }

  function show() {
    isPlanned = false;
    if (isPaused || !waiting.length) return;
    body.prepend(...waiting.splice(0).map((event) => filter(rowOf(event))).reverse());
    while (body.rows.length > most) body.lastElementChild.remove();
  }

  let source = null;
  function listen() {
    const mine = new EventSource(table.dataset.stream);
    let isFirst = true;
    source = mine;
    mine.onopen = () => {
      if (isFirst) body.replaceChildren(); // the stream begins with what the page has shown, and what came since
      isFirst = false;
      live.textContent = isPaused ? "paused" : "live";
    };
    mine.onerror = () => { live.textContent = mine.readyState === EventSource.CLOSED ? "not live: reload the page" : "connecting"; };
    mine.onmessage = (message) => {
      waiting.push(JSON.parse(message.data));
      if (waiting.length > most) waiting.shift();
      if (!isPlanned) isPlanned = Boolean(setTimeout(show, 50));
    };
  }
  listen();
  // A browser opens six connections to a server: a tab that nobody sees takes none, unless it is paused.
  document.addEventListener("visibilitychange", () => {
    if (isPaused) return;
    source.close();
    if (!document.hidden) { waiting = []; listen(); }
  });
  search.addEventListener("input", () => [...body.rows].forEach(filter));
  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "continue" : "pause";
    live.textContent = isPaused ? "paused" : "live";
    show();
  });
})();
