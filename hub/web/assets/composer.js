// Writing a message: variables put in by click or key, languages as tabs, the e-mail in its frame.
let last = null;

document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-words]")) last = target;
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-insert]");
  if (button) insert(button.closest("[data-tabs]"), button.dataset.insert);
});

function insert(words, text) {
  const shown = words.querySelector('[role="tabpanel"]:not([hidden])') ?? words;
  const field = last && shown.contains(last) ? last : shown.querySelector("[data-words]");
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(tab) {
  for (const other of tab.parentElement.querySelectorAll('[role="tab"]')) {
    const isChosen = other === tab;
    other.setAttribute("aria-selected", String(isChosen));
    other.tabIndex = isChosen ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !isChosen;
  }
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
for (const list of document.querySelectorAll('[data-tabs] [role="tablist"]')) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  list.addEventListener("click", ({ target }) => {
    const tab = target.closest('[role="tab"]');
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    choose(next);
    next.focus();
  });
  const faulty = tabs.find((tab) => panel(tab).querySelector(".is-invalid"));
  const own = tabs.find((tab) => panel(tab).lang === document.documentElement.lang);
  const written = [own, ...tabs].find((tab) => tab && isWritten(panel(tab)));
  choose(faulty ?? written ?? own ?? tabs[0]);
}

function isWritten(part) {
  return [...part.querySelectorAll("[data-words]")].some((field) => field.value.trim());
}

function panel(tab) {
  return document.getElementById(tab.getAttribute("aria-controls"));
}

// A link to a field in the other tab, or in closed details, shows it first.
document.addEventListener("click", ({ target }) => {
  const link = target.closest('a[href^="#field-"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  const hidden = field.closest('[role="tabpanel"][hidden]');
  if (hidden) choose(document.getElementById(hidden.getAttribute("aria-labelledby")));
  const details = field.closest("details");
  if (details) details.open = true;
});

// What was checked is no longer what stands in the form: the check waits until it is saved.
document.addEventListener("input", ({ target }) => {
  const guarded = target.form?.dataset.guards;
  if (!guarded || target.closest("#preview, #test") || target.type === "search") return;
  const check = document.getElementById(guarded);
  if (check) check.inert = true;
  document.querySelector("[data-unsaved]").hidden = false;
});

// The e-mail goes into its own frame with its own policy; that is no save of the form.
document.addEventListener("submit", (event) => {
  if (event.submitter?.formTarget) delete event.target.dataset.sent;
});
let pending = 0;
document.addEventListener("htmx:after:swap", () => {
  clearTimeout(pending);
  pending = setTimeout(showMail, 100);
});

function showMail() {
  const pane = document.querySelector("[data-mail-pane]");
  if (!pane) return;
  pane.hidden = !document.querySelector("#preview [data-has-html]");
  const button = pane.querySelector("[data-mail-button]");
  if (!pane.hidden) button.form.requestSubmit(button);
}
