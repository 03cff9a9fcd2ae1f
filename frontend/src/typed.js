// What is typed into the forms of a page and not saved yet: taken before the page is locked, put back after.
import { post } from "./lock.js";

const FRAME = new Set(["csrfmiddlewaretoken", "once"]); // belongs to the page and not to its text
const NOT_KEPT = new Set(["password", "file", "submit", "button"]);

const like = (action) =>
  [...document.querySelectorAll("main form")].filter((form) => (form.getAttribute("action") ?? "") === action);
const kept = (form) =>
  [...form.elements].filter(({ name, type }) => name && !FRAME.has(name) && !NOT_KEPT.has(type));

export const unsaved = () => [...document.querySelectorAll("form[data-dirty]")];
export const forget = () => unsaved().forEach((form) => form.removeAttribute("data-dirty"));

export function typed() {
  return unsaved().map((form) => {
    const action = form.getAttribute("action") ?? "";
    const names = new Set(kept(form).map(({ name }) => name));
    const fields = [...new FormData(form)].filter(([name]) => names.has(name));
    return { action, at: like(action).indexOf(form), fields };
  });
}

/** After unlocking the address ends in #kept: what was typed here is asked for and put back. */
export async function start() {
  const template = document.getElementById("locked");
  if (location.hash !== "#kept" || !template) return;
  const page = location.pathname + location.search;
  history.replaceState(null, "", page);
  const answer = await fetch(`${template.dataset.kept}?${new URLSearchParams({ page })}`).catch(() => null);
  if (!answer?.ok) return;
  const { forms } = await answer.json();
  const back = forms.map(({ action, at, fields }) => [like(action)[at], fields]).filter(([form]) => form);
  back.forEach(([form, fields]) => fill(form, fields));
  if (back.length === forms.length) post("drop", { page });
}

function fill(form, fields) {
  const given = new Map();
  fields.forEach(([name, value]) => given.set(name, [...(given.get(name) ?? []), value]));
  for (const field of kept(form)) {
    const values = given.get(field.name) ?? [];
    if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
    else if (field.type === "select-multiple") {
      [...field.options].forEach((option) => (option.selected = values.includes(option.value)));
    } else if (values.length) field.value = values.shift();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
