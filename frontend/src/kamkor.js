// Everything here is a comfort: each page does its work without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { start as startComponents } from "./components.js";
import { start as startForms } from "./forms.js";
import { start as startKeys } from "./keys.js";
import { start as startLeave } from "./leave.js";
import { start as startLock } from "./lock.js";
import { start as startQuickExit } from "./quick-exit.js";
import { start as startTyped } from "./typed.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  ignoreTitle: true, // a part of another page is fetched; the page stays what it is
  selfRequestsOnly: true,
  historyCacheSize: 0, // nothing of a case stays behind in the browser
  refreshOnHistoryMiss: true,
});
try {
  sessionStorage.removeItem("htmx-current-path-for-history"); // it writes down the page that is open
} catch {
  // A browser that keeps nothing has nothing to take away.
}

// The token comes from any form on the page, so that no readable cookie is needed.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
});
// A refused form comes back with 422 and its messages: show it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) Object.assign(event.detail, { shouldSwap: true, isError: false });
});
document.addEventListener("htmx:load", (event) => startComponents(event.detail.elt));

startComponents(document);
startForms();
startKeys();
startLeave();
startLock();
startQuickExit();
startTyped();
