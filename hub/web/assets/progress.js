// Progress bars: their width from numbers, as the CSP allows no inline style.
export function showProgress(root) {
  for (const block of root.querySelectorAll("[data-progress]")) {
    set(block, Number(block.dataset.done), Number(block.dataset.total));
  }
}

export function set(block, done, total) {
  const percent = total > 0 ? Math.min(100, (100 * done) / total) : 0;
  const bar = block.querySelector('[role="progressbar"]');
  bar.setAttribute("aria-valuenow", String(Math.round(percent)));
  bar.firstElementChild.style.width = `${percent}%`;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const text = block.querySelector("[data-progress-text]");
  text.textContent = `${numbers.format(done)} / ${numbers.format(total)}`;
  Object.assign(block.dataset, { done, total });
}
