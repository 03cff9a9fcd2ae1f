// Passkeys: the browser signs the server's question, and the page sends the answer as a form.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const known = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

async function create(question) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...question,
      challenge: bytes(question.challenge),
      user: { ...question.user, id: bytes(question.user.id) },
      excludeCredentials: known(question.excludeCredentials),
    },
  });
  const { attestationObject, clientDataJSON } = made.response;
  return answer(made, { attestationObject, clientDataJSON });
}

async function get(question) {
  const used = await navigator.credentials.get({
    publicKey: {
      ...question,
      challenge: bytes(question.challenge),
      allowCredentials: known(question.allowCredentials),
    },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = used.response;
  return answer(used, { authenticatorData, clientDataJSON, signature, userHandle });
}

function answer(credential, response) {
  const parts = Object.entries(response).filter(([, part]) => part);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(parts.map(([name, part]) => [name, text(part)])),
  });
}

const WAYS = { create, get };

function start(form) {
  const question = JSON.parse(form.querySelector("script").textContent).publicKey;
  const failed = form.querySelector("[data-passkey-failed]");
  let asking = false;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation(); // the button stays: whoever cancels may try again
    if (asking) return;
    asking = true;
    failed.hidden = true;
    try {
      form.elements.answer.value = await WAYS[form.dataset.passkey](question);
      form.submit();
    } catch {
      failed.hidden = false; // cancelled, too late, or no passkey here
    }
    asking = false;
  });
}

// A page at a bare number such as 127.0.0.1 cannot have passkeys: they belong to a name.
const possible = "PublicKeyCredential" in window && isSecureContext && !/^[\d.]+$|:/.test(location.hostname);
if (possible) {
  document.querySelectorAll("form[data-passkey]").forEach(start);
  document.querySelectorAll("[data-passkey-impossible]").forEach((note) => (note.hidden = true));
}
