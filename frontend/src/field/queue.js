// What waits leaves in small bundles; one bad item keeps no other back. An item is "sent" when the server has
// said so, with its receipt and by its clock, and never before.
import { digest, seal, show } from "./seal.js";
import * as store from "./store.js";

const BUNDLE = 48 * 1024; // small enough to get through a bad line whole
const MOST = 50; // in one bundle
const AGAIN_AFTER = 20000;
const LEAST = 6 * 1024; // what is lost on the way holds a large bundle up for minutes: then smaller ones
const SOON = 3000;
const PATIENCE = 20000; // and what so many bytes need at 1.5 KB a second
const FORM = "form";
const DAY = 24 * 3600 * 1000;
const KEPT = { draft: 2 * DAY, sent: 14 * DAY };

let told = null;
let changed = () => {};
let busy = false;
let room = BUNDLE;
let asked = false;

export function start(given, whenChanged) {
  told = given;
  changed = whenChanged;
  forgetOld();
  window.addEventListener("online", send);
  setInterval(() => document.hidden || send(), AGAIN_AFTER);
  return send();
}

/** Receipts, and drafts whose tab was closed long ago: one that this tab still opens stays, for the clock may
 * have been put right meanwhile. What waits is never thrown away. */
async function forgetOld() {
  for (const { mark, state, sealed, made } of await listed()) {
    if (Date.now() - new Date(made) <= (KEPT[state] ?? Infinity)) continue;
    if (state !== "draft" || !(await show(sealed))) await store.remove(mark);
  }
}

const ours = (item) => item.channel === (told.link ? told.sendTo : "");
export const listed = async () => (await store.all()).filter(ours);

/** Seal and keep it under its mark; the same mark again changes nothing that was kept before. It is on the disk
 * when this returns, and on its way when there is a line. */
export async function keep(kind, mark, content, form = null, tie = "") {
  const sealed = await seal(told, kind, mark, content);
  const before = await store.get(mark);
  if (!before || before.state === "draft") {
    const channel = told.link ? told.sendTo : "";
    const made = new Date().toISOString();
    await store.put({ mark, kind, form, tie, channel, sealed, made, pair: told.pair, state: "waiting" });
  }
  changed();
  send();
}

export async function send() {
  asked = true;
  if (busy || !navigator.onLine) return;
  busy = true;
  try {
    while (asked) {
      asked = false;
      for (const bundle of bundles((await listed()).filter(({ state }) => state === "waiting"))) {
        if (!(await sendBundle(bundle))) return;
      }
    }
    room = BUNDLE;
  } finally {
    busy = false;
    changed();
  }
}

function bundles(items) {
  const all = [];
  let size = Infinity;
  for (const item of items) {
    if (size + item.sealed.length > room || all[all.length - 1].length === MOST) {
      all.push([]);
      size = 0;
    }
    all[all.length - 1].push(item);
    size += item.sealed.length;
  }
  return all;
}

/** Whether there is a line to go on with. */
async function sendBundle(items) {
  const answer = await post(items);
  if (!answer && room > LEAST) {
    room = LEAST;
    setTimeout(send, SOON);
  }
  if (!answer || answer.status === 429 || answer.status >= 500) return false;
  if (answer.status === 404 || answer.status === 403) {
    changed("out"); // shut out, or signed out: it waits for the next sign-in
    return false;
  }
  const said = answer.ok ? (await answer.json().catch(() => null))?.items : {};
  if (!said) return false;
  if (!answer.ok && items.length > 1) {
    for (const item of items) if (!(await sendBundle([item]))) return false;
    return true;
  }
  for (const item of items) await settle(item, said[item.mark] ?? { state: "refused", problem: String(answer.status) });
  changed();
  return true;
}

async function settle(item, { state, receipt, at, problem }) {
  if (state === "sent") await store.put({ ...item, sealed: null, state, receipt, at });
  else await store.put({ ...item, state: "refused", problem }); // its content stays: it can be tried again
}

async function post(items) {
  const body = new FormData();
  const size = items.reduce((sum, { sealed }) => sum + sealed.length, 0);
  const about = { sent_at: new Date().toISOString(), items: {} };
  for (const { mark, kind, pair, made, tie, sealed } of items) {
    about.items[mark] = { kind, pair, made, tie, digest: await digest(sealed) };
    body.append(mark, new Blob([sealed]), mark);
  }
  body.append("about", JSON.stringify(about));
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE + size / 1.5);
  const how = { method: "POST", body, headers: { "X-Kamkor-Field": "1" }, signal: stop.signal, redirect: "manual" };
  return fetch(told.sendTo, how)
    .catch(() => null)
    .finally(() => clearTimeout(late));
}

export async function tryAgain(mark) {
  const item = await store.get(mark);
  if (item?.state === "refused") await store.put({ ...item, state: "waiting" });
  changed();
  return send();
}

/** One line for each item: what it is, when it was written here, and what became of it. */
export function line(item) {
  const { titles, words } = told;
  const row = document.createElement("li");
  const tag = document.createElement("strong");
  const colours = { waiting: "yellow", sent: "green", refused: "red", draft: "grey" };
  tag.className = `govuk-tag govuk-tag--${colours[item.state]}`;
  tag.textContent = words[item.state];
  const said = [titles[item.form ?? item.kind] ?? "", moment(item.made)];
  if (item.state === "sent") said.push(`${words.receipt} ${item.receipt}`, moment(item.at));
  if (item.state === "refused") said.push(item.problem);
  row.append(tag, ` ${said.filter(Boolean).join(", ")} `);
  row.dataset.state = item.state;
  if (item.state === "draft" && item.form) {
    const go = document.createElement("a");
    Object.assign(go, { href: `forms/${item.form}/${item.tie ? `?for=${item.tie}` : ""}`, className: "govuk-link", textContent: words.goOn });
    row.append(go);
  }
  if (item.state === "refused") {
    const again = document.createElement("button");
    Object.assign(again, { type: "button", className: "kamkor-link-button", textContent: words.send });
    again.addEventListener("click", () => tryAgain(item.mark));
    row.append(again);
  }
  return row;
}

const moment = (stamp) => new Date(stamp).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });

export { FORM };
