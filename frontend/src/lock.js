// Locks the vault after some minutes without use, counted over all open pages.
// A page with unsaved text is covered instead of left, so that nothing typed is lost.
import { hasUnsavedText } from "./forms.js";

const CHECK_EVERY = 5000;
const USES = ["keydown", "pointerdown", "scroll"];
const TELL_EVERY = 1000;

let last = Date.now();

export function start() {
  const seconds = Number(document.body.dataset.idleLock);
  const form = document.querySelector("form[data-lock]");
  if (!seconds || !form) return;

  const pages = "BroadcastChannel" in window ? new BroadcastChannel("kamkor-use") : null;
  if (document.body.hasAttribute("data-no-idle-lock")) {
    // An open contact: nor may another page lock the vault under it.
    setInterval(() => pages?.postMessage(Date.now()), CHECK_EVERY);
    return;
  }
  const used = () => {
    if (Date.now() - last < TELL_EVERY) return;
    last = Date.now();
    pages?.postMessage(last);
  };
  if (pages) pages.onmessage = (message) => (last = Math.max(last, message.data));
  USES.forEach((name) => document.addEventListener(name, used, { passive: true, capture: true }));
  watch(seconds, form);
}

function watch(seconds, form) {
  const timer = setInterval(() => {
    if (Date.now() - last < seconds * 1000) return;
    clearInterval(timer);
    if (hasUnsavedText()) cover(form, () => watch(seconds, form));
    else form.submit();
  }, CHECK_EVERY);
}

async function cover(form, opened) {
  const page = [...document.body.children].filter((element) => !element.hidden);
  page.forEach((element) => (element.hidden = true));
  const covering = document.getElementById("locked").content.firstElementChild.cloneNode(true);
  document.body.append(covering);
  covering.querySelector("button").addEventListener("click", async () => {
    if (!(await isOpenAgain())) {
      covering.querySelector("[data-still-locked]").hidden = false;
      return;
    }
    covering.remove();
    page.forEach((element) => (element.hidden = false));
    opened();
  });
  covering.querySelector("a").focus();
  await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
}

/** The server decides: it answers this page itself only when the vault is open. Its form token is taken over. */
async function isOpenAgain() {
  const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return false;
  const token = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(await answer.text());
  const inputs = document.querySelectorAll("input[name=csrfmiddlewaretoken]");
  if (token) inputs.forEach((input) => (input.value = token[1]));
  return true;
}
