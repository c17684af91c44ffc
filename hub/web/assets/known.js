// Fields that offer what is in use: the words come when somebody goes there, and once.
document.addEventListener("focusin", async (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.dataset.known || !field.list) return;
  const words = field.list;
  if (words.dataset.filled) return;
  words.dataset.filled = "yes";
  const answer = await fetch(field.dataset.known, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { names } = await answer.json();
  words.replaceChildren(...names.map((name) => new Option(name, name)));
});
