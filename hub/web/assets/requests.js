// htmx: the token on every write, and answers that are not what the page asked for.
import htmx from "htmx.org";
import { toast } from "./toasts.js";

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (WRITES.has(request.method.toUpperCase())) request.headers["X-CSRFToken"] = token();
});

// htmx 4 swaps 4xx and 5xx too: a form with its errors (422) goes in, a problem page becomes a toast.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  const landed = new URL(response.raw.url || location.href, location.href);
  if (response.raw.redirected && landed.pathname === "/login") {
    event.preventDefault();
    const here = encodeURIComponent(location.pathname + location.search);
    location.assign(`/login?next=${here}`);
  } else if (response.status >= 400 && (response.status !== 422 || text.includes("data-problem"))) {
    event.preventDefault();
    const page = new DOMParser().parseFromString(text, "text/html");
    const said = [...page.querySelectorAll("[data-problem-title], [data-problem-detail]")];
    toast(said.map((part) => part.textContent.trim()).join(" · ") || toast.words.failed, "danger");
  }
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.quiet) toast(toast.words.offline, "danger");
});

// A plain form goes once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.closest("[hx-post]")) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

export { htmx };
