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
const HEAD = "sealed by the browser:";
let sealer;

function fetchSealer(address) {
  sealer ||= new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed });
    document.head.append(script);
  });
  return sealer;
}

// The names of the fields with what was typed in them; none where this browser cannot seal.
async function sealed(form, data) {
  const typed = [...form.querySelectorAll("[data-seal]")].filter((field) => field.value);
  if (!form.dataset.sealer || !typed.length) return {};
  await fetchSealer(form.dataset.sealer);
  const found = await Promise.all(typed.map((field) => globalThis.kamkorSeal(form.dataset, field.value)));
  typed.forEach((field, place) => data.set(field.name, HEAD + found[place]));
  return Object.fromEntries(typed.map((field) => [field.name, field.value]));
}

function show(html, typed) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  if (document.querySelector(".govuk-error-summary"))
    for (const field of document.querySelectorAll("[data-seal]")) if (typed[field.name]) field.value = typed[field.name];
  scrollTo(0, 0);
  const first = document.querySelector(".govuk-error-summary") || document.querySelector("main");
  first.tabIndex = -1;
  first.focus();
  beginWork();
}

async function send(form, data) {
  if (works.has(form)) data.set("work", await works.get(form));
  const typed = await sealed(form, data).catch(() => ({}));
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) });
  if (answer.redirected) location.replace(answer.url);
  else show(await answer.text(), typed);
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
