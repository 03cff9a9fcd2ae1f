// Who signs out leaves nothing to read in the browser: drafts, receipts and kept pages go. What is sealed to the
// desk and has not been sent stays, without its title: it leaves after the next sign-in.
import { CACHE, DATABASE, ITEMS } from "./field/names.js";

export function start() {
  document.addEventListener("submit", ({ target }) => target.hasAttribute("data-leave") && wipe());
  if (document.body.hasAttribute("data-signed-out")) wipe();
}

function wipe() {
  if (window.caches) caches.delete(CACHE);
  sessionStorage.clear();
  const asked = indexedDB.open(DATABASE);
  asked.onupgradeneeded = () => asked.transaction.abort(); // there was none, and none is made
  asked.onsuccess = () => {
    const items = asked.result.transaction(ITEMS, "readwrite").objectStore(ITEMS);
    items.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      const { state, channel, ...rest } = cursor.value;
      if (channel || ["waiting", "refused"].includes(state)) cursor.update({ ...rest, state, channel, form: null });
      else cursor.delete();
      cursor.continue();
    };
    items.transaction.oncomplete = () => asked.result.close();
  };
}
