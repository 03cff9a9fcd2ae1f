// What both pages begin with: what the server has told, and the service worker that keeps the page.
import { CACHE } from "./names.js";

export const told = JSON.parse(document.getElementById("told").textContent);
export const said = (text) => (document.getElementById("said").textContent = text);

/** Wait until the worker keeps what is asked for from now on, but for no longer than a slow telephone needs. */
export async function keepPage(more = []) {
  if (!("serviceWorker" in navigator)) return;
  const patience = new Promise((resolve) => setTimeout(resolve, 5000));
  const controlled = new Promise((resolve) => {
    if (navigator.serviceWorker.controller) resolve();
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
  });
  await Promise.race([navigator.serviceWorker.register(told.worker).then(() => controlled).catch(() => {}), patience]);
  const kept = await caches.open(CACHE);
  if (navigator.onLine) await Promise.all([location.pathname, ...more].map((url) => kept.add(url).catch(() => {})));
}
