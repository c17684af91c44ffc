// What is pushed by the server becomes DOM events `live:<event>` on the body; without it we poll.
import { io } from "socket.io-client";
import { htmx } from "./requests.js";
import { set } from "./progress.js";

const POLL_MS = 4000;
const FOLLOW_MS = 2000;
let polling = 0;
let following = 0;

export function follow(rooms) {
  const url = document.querySelector('meta[name="live-url"]')?.content;
  startPolling();
  if (!url || !rooms().length) return;
  const socket = io(url, {
    transports: ["websocket"],
    query: { tab: crypto.randomUUID?.() ?? String(Math.random()) },
    reconnectionDelayMax: 15000,
    auth: (send) => ticket(rooms()).then(send),
  });
  socket.on("connect", () => {
    stopPolling();
    refresh(); // what was said while we were away
  });
  socket.on("disconnect", startPolling);
  socket.on("connect_error", startPolling);
  socket.on("push", hear);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}

async function ticket(rooms) {
  const query = new URLSearchParams(rooms.map((room) => ["room", room]));
  const answer = await fetch(`/live/ticket?${query}`, { headers: { Accept: "application/json" } })
    .catch(() => null);
  return answer?.ok ? answer.json() : {};
}

function hear({ room, event, payload }) {
  if (event === "progress") {
    for (const block of document.querySelectorAll("[data-progress]")) {
      if (block.dataset.room === room) set(block, payload.done, payload.total);
    }
  }
  following ||= setTimeout(refreshFollowers, FOLLOW_MS);
  const detail = { room, ...payload };
  document.body.dispatchEvent(new CustomEvent(`live:${event}`, { bubbles: true, detail }));
}

function startPolling() {
  if (!polling) polling = setInterval(refresh, POLL_MS);
}

function stopPolling() {
  clearInterval(polling);
  polling = 0;
}

// What is bulky follows at leisure, and never under the hands of somebody at work in it.
function refreshFollowers() {
  following = 0;
  for (const part of document.querySelectorAll("[data-follow]")) {
    if (!part.contains(document.activeElement)) load(part, part.dataset.follow, "outerHTML");
  }
}

function load(part, address, swap) {
  const target = `#${CSS.escape(part.id)}`;
  htmx.ajax("GET", address, { target, select: target, swap });
}

function refresh() {
  if (document.hidden) return;
  refreshFollowers();
  for (const part of document.querySelectorAll("[data-poll]")) {
    load(part, part.dataset.poll, "outerMorph");
  }
}
