// The public pages: leaving at once, and no way back through what was read.
import { start as startQuickExit } from "./quick-exit.js";
import { begin } from "./work.js";

startQuickExit();

// Each step takes the place of the one before, so that Back leads out and not through the pages.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !plain || link.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  location.replace(link.href);
});

// So does a form that was sent: its answer is put where the form stood.
const works = new WeakMap();

function beginWork() {
  for (const form of document.querySelectorAll("form")) if (form.elements.once) works.set(form, begin(form));
}

// What was typed where it must not leave unsealed: sealed here, and put back where the form comes again.
async function sealed(form, data) {
  const field = form.querySelector("[data-seal]");
  if (!field || !field.value || !form.dataset.public || !globalThis.kamkorSeal) return "";
  const found = await globalThis.kamkorSeal(form.dataset, field.value).catch(() => "");
  if (!found) return "";
  data.set("sealed", found);
  data.set(field.name, "");
  return field.value;
}

function show(html, kept) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  const field = document.querySelector("[data-seal]");
  if (field && kept && document.querySelector(".govuk-error-summary")) field.value = kept;
  const held = document.querySelector("[name=sealed]");
  if (held) held.value = "";
  scrollTo(0, 0);
  const first = document.querySelector(".govuk-error-summary") || document.querySelector("main");
  first.tabIndex = -1;
  first.focus();
  beginWork();
}

async function send(form, data) {
  if (works.has(form)) data.set("work", await works.get(form));
  const kept = await sealed(form, data);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) });
  if (answer.redirected) location.replace(answer.url);
  else show(await answer.text(), kept);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  const data = new FormData(form);
  send(form, data).catch(() => form.submit());
});

beginWork();
