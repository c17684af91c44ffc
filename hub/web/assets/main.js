// What every page needs; sockets and charts are fetched only by pages that ask for them.
import "./requests.js";
import "./dialogs.js";
import "./keys.js";
import "./known.js";
import { showProgress } from "./progress.js";

const rooms = () => {
  const named = document.querySelector('meta[name="live"]')?.content.split(/\s+/) ?? [];
  const shown = [...document.querySelectorAll("[data-room]")].map((part) => part.dataset.room);
  return [...new Set([...named, ...shown])].filter(Boolean);
};

function prepare(root) {
  showProgress(root);
  if (root.querySelector("[data-chart]")) import("./charts.js").then((charts) => charts.draw(root));
  root.querySelector("[data-focus]")?.focus();
}

prepare(document);
document.addEventListener("htmx:after:swap", () => prepare(document));
if (document.querySelector("[data-composer]")) import("./composer.js");
if (document.querySelector("[data-passkey]")) import("./passkeys.js").then((keys) => keys.offer());
if (rooms().length || document.querySelector("[data-poll]")) {
  import("./live.js").then((live) => live.follow(rooms));
}
