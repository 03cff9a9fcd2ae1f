// A little work for each form, so that whoever sends thousands pays for it. It begins while the page is read.
const BITS = 14;
const AT_ONCE = 64;

async function isDone(text) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return ((found[0] << 8) | found[1]) >> (16 - BITS) === 0;
}

async function look(mark) {
  for (let from = 0; ; from += AT_ONCE) {
    const tries = Array.from({ length: AT_ONCE }, (_, index) => from + index);
    const done = await Promise.all(tries.map((number) => isDone(`${mark}:${number}`)));
    const index = done.indexOf(true);
    if (index >= 0) return String(from + index);
  }
}

// The answer for a form, or nothing where the browser has no means to look for it.
export function begin(form) {
  const mark = form.elements.once && form.elements.once.value;
  return mark && window.crypto && crypto.subtle ? look(mark).catch(() => "") : Promise.resolve("");
}
