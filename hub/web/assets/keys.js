// Lists by keyboard: "/" goes to the filter, j and k from row to row, Enter opens (it is a link).
const isTyping = (target) =>
  target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog");

const rows = () => [...document.querySelectorAll("[data-list] tr[data-row]")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const filter = document.querySelector("[data-list] [data-filter-text]");
    if (!filter) return;
    event.preventDefault();
    filter.focus();
    filter.select();
  } else if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
  }
});

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  const row = all[Math.min(Math.max(next, 0), all.length - 1)];
  const goal = row.querySelector("a[href]") ?? row;
  if (goal === row) row.tabIndex = -1;
  goal.focus();
  row.scrollIntoView({ block: "nearest" });
}
