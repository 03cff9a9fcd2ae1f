// Forms: one submit at a time, a warning before typed text is lost, the unseen timer.
import { unsaved } from "./typed.js";

const opened = Date.now();
const AGAIN_AFTER = 10000; // a download leaves the page where it is, so the button must come back

const isWork = (form) => form.method === "post" && form.closest("main") && !form.hasAttribute("data-discard");

function guard(event) {
  const form = event.target;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    return;
  }
  const button = event.submitter || form.querySelector("button:not([type=button])");
  form.setAttribute("data-sent", "");
  button?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), AGAIN_AFTER);
}

function release(form) {
  form.removeAttribute("data-sent");
  form.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
}

function fillTimer(form) {
  const seconds = form.elements.namedItem("seconds");
  if (form.hasAttribute("data-timer") && seconds) {
    seconds.value = String(Math.round((Date.now() - opened) / 1000));
  }
}

export function start() {
  document.addEventListener("submit", (event) => {
    fillTimer(event.target);
    guard(event);
    if (!event.defaultPrevented) event.target.removeAttribute("data-dirty");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    release(form);
    if (event.detail.successful && isWork(form)) form.removeAttribute("data-dirty"); // it has been saved
  });
  document.addEventListener("input", ({ target }) => {
    if (target.form && isWork(target.form)) target.form.setAttribute("data-dirty", "");
  });
  window.addEventListener("beforeunload", (event) => {
    if (!unsaved().length || document.body.hasAttribute("data-public")) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
}
