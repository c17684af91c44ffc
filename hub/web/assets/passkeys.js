// Passkeys: the browser's authenticator asks and answers; the server checks.
import { toast } from "./toasts.js";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const token = () => document.querySelector('meta[name="csrf-token"]').content;

async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body ?? {}),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

function opened(options) {
  const list = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = list(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = list(options.allowCredentials);
  return found;
}

function closed(credential) {
  const { response } = credential;
  const told = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    told.attestationObject = text(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = text(response.authenticatorData);
    told.signature = text(response.signature);
    told.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: told,
    clientExtensionResults: credential.getClientExtensionResults() };
}

async function prove(button) {
  const publicKey = opened(await post("/login/passkey/question"));
  const credential = closed(await navigator.credentials.get({ publicKey }));
  const remember = document.querySelector('input[name="remember"]')?.checked ?? false;
  return post("/login/passkey", { credential, remember, next: button.dataset.next });
}

async function make() {
  const publicKey = opened(await post("/login/passkey/new"));
  const credential = closed(await navigator.credentials.create({ publicKey }));
  return post("/login/passkey/keep", { credential, name: document.getElementById("passkey-name")?.value });
}

const acts = { prove, make };

export function offer() {
  if (!window.PublicKeyCredential) return;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const problem = document.querySelector("[data-passkey-problem]");
      if (problem) problem.hidden = true;
      button.disabled = true;
      try {
        location.assign((await acts[button.dataset.passkey](button)).to);
      } catch {
        button.disabled = false;
        if (problem) {
          problem.textContent = problem.dataset.text;
          problem.hidden = false;
        } else toast(toast.words.failed, "danger");
      }
    });
  }
}
