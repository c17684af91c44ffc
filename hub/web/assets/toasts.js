// Short messages that go by themselves, read out to those who do not see them.
const box = () => document.getElementById("toasts");

export function toast(text, tone = "info") {
  const note = document.createElement("div");
  note.className = `toast-note toast-${tone}`;
  note.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.setAttribute("aria-label", box().dataset.close);
  close.addEventListener("click", () => note.remove());
  note.append(close);
  box().append(note);
  announce(text);
  if (tone !== "danger") setTimeout(() => note.remove(), 6000);
}

export function announce(text) {
  document.getElementById("announce").textContent = text;
}

toast.words = {
  get failed() { return box().dataset.failed; },
  get offline() { return box().dataset.offline; },
};
