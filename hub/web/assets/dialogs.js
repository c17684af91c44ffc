// Dialogs, the user's menu and other small things a click does. Native elements, no library.
document.addEventListener("click", (event) => {
  const target = event.target;
  const opener = target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement && target.open && isOutside(target, event)) target.close();
  if (target.closest("[data-dismiss]")) target.closest("[data-flash]")?.remove();
  const more = target.closest("[data-more]");
  if (more) more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") !== "true"));
  if (target.closest("[data-back]")) history.back();
  for (const drop of document.querySelectorAll("details[data-drop][open]")) {
    if (!drop.contains(target)) drop.open = false;
  }
});

function isOutside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of document.querySelectorAll("details[data-drop][open]")) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});

for (const button of document.querySelectorAll("[data-back]")) button.hidden = history.length < 2;
