// What this browser keeps: sealed, each under its mark. What is done stays as a receipt without content.
import { DATABASE, ITEMS } from "./names.js";

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(ITEMS, { keyPath: "mark" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run(mode, work) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = opened.transaction(ITEMS, mode);
      const asked = work(transaction.objectStore(ITEMS));
      transaction.oncomplete = () => resolve(asked.result); // only now it lies on the disk
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    opened.close();
  }
}

export const put = (item) => run("readwrite", (items) => items.put(item));
export const remove = (mark) => run("readwrite", (items) => items.delete(mark));
export const get = (mark) => run("readonly", (items) => items.get(mark));
export const all = async () =>
  (await run("readonly", (items) => items.getAll())).sort((one, other) => (one.made < other.made ? -1 : 1));
