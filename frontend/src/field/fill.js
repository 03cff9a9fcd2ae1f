// A form in the browser: the engine is loaded when the page stands, drafts are hidden under the key of this
// tab, and what is finished is sealed to the desk.
import { createApp, h, shallowRef } from "vue";
import { keepPage, said, told } from "./page.js";
import { FORM, keep, line, listed, start } from "./queue.js";
import { hide, join, newMark, show } from "./seal.js";
import * as store from "./store.js";

// To what the form is attached: the page itself says nothing of it, as it is kept for every time.
const tie = new URLSearchParams(location.search).get("for") ?? "";
const DRAFT_AFTER = 1500;
const place = document.getElementById("engine");
const passing = told.link || told.preview; // whose answers are not gone on with here
let root = null;
let mark = newMark();
let timer = 0;

// The engine writes styles of its own: with the page's nonce they are allowed, and no others are.
const make = document.createElement.bind(document);
document.createElement = (name, ...more) => {
  const element = make(name, ...more);
  if (String(name).toLowerCase() === "style") element.nonce = told.nonce;
  return element;
};
globalThis.kamkor = { words: told.words, loaded: (found) => (root = found) };

async function packed(data) {
  const made = new Response(data);
  const type = new TextEncoder().encode(`${made.headers.get("Content-Type")}\n`);
  return join(type, new Uint8Array(await made.arrayBuffer()));
}

async function unpacked(bytes) {
  const whole = new Uint8Array(bytes);
  const end = whole.indexOf(10);
  const headers = { "Content-Type": new TextDecoder().decode(whole.slice(0, end)) };
  return new Response(whole.slice(end + 1), { headers }).formData();
}

const idOf = async (data) => /uuid:([0-9a-f-]{36})</.exec(await data.get("xml_submission_file").text())?.[1];

async function keepDraft() {
  if (!root || passing) return;
  const { data } = await root.prepareInstancePayload({ payloadType: "monolithic" });
  mark = (await idOf(data[0])) ?? mark;
  const before = await store.get(mark);
  if (before && before.state !== "draft") return;
  const sealed = await hide(await packed(data[0]));
  await store.put({ mark, kind: FORM, form: told.form, tie, channel: "", sealed, made: new Date().toISOString(), state: "draft" });
}

/** The newest draft of this form, begun at the same place, that this tab can open. */
async function draft() {
  if (passing) return null;
  const drafts = (await listed()).filter(({ state, form, tie: begun }) => state === "draft" && form === told.form && (begun ?? "") === tie).reverse();
  for (const { sealed } of drafts) {
    const opened = await show(sealed);
    if (opened) return unpacked(opened);
  }
  return null;
}

async function finished({ data }, done) {
  clearTimeout(timer);
  mark = (await idOf(data[0])) ?? newMark();
  root = null;
  if (!told.preview) await keep(FORM, mark, await packed(data[0]), told.form, tie);
  if (tie && (await hasLeft())) return location.assign(told.ties.replace(/[0-9a-f-]{36}/, tie));
  if (!passing) return location.assign(told.home); // where it waits, or has been sent
  done();
  said(told.words.kept);
  window.scrollTo(0, 0);
}

/** Whether it was sent within a few seconds. */
async function hasLeft() {
  for (let times = 0; times < 20 && navigator.onLine; times++) {
    if ((await store.get(mark))?.state === "sent") return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

// Our server calls every file a file; the engine goes by its kind.
const KINDS = {
  png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", svg: "image/svg+xml", mp3: "audio/mpeg",
  m4a: "audio/mp4", wav: "audio/wav", mp4: "video/mp4", "3gp": "video/3gpp", csv: "text/csv", xml: "text/xml",
  geojson: "application/geo+json",
};

async function fetched(url) {
  const name = decodeURIComponent(String(url).replace(/^.*\//, ""));
  const answer = told.media[name] ? await fetch(told.media[name]) : null;
  if (!answer?.ok) return new Response(null, { status: 404 });
  const kind = KINDS[name.replace(/^.*\./, "").toLowerCase()] ?? "application/octet-stream";
  return new Response(await answer.blob(), { headers: { "Content-Type": kind } });
}

const NAMELESS = [
  ["button.button-menu", "remove"],
  ["button.close-icon", "close"],
  [".rank-option button:first-of-type", "previous"],
  [".rank-option button:last-of-type", "next"],
];

/** What the engine leaves without a name for whoever hears the page. */
function name() {
  for (const input of place.querySelectorAll("input.p-inputnumber-input:not([aria-label])")) {
    const label = input.closest(".question-container")?.querySelector("label");
    if (label) input.setAttribute("aria-label", label.textContent);
  }
  for (const [which, word] of NAMELESS) {
    for (const button of document.querySelectorAll(`${which}:not([aria-label])`)) button.setAttribute("aria-label", told.words[word]);
  }
}

async function load() {
  const [engine, restored] = await Promise.all([import("@getodk/web-forms"), draft()]);
  const { OdkWebForm, webFormsPlugin } = engine;
  const edited = shallowRef(restored && { restored: [restored], attachmentFileNames: [] });
  const submit = (payload) => finished(payload, () => app.unmount()).catch(() => said(told.words.failed));
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        formXml: told.xform,
        fetchFormAttachment: fetched,
        missingResourceBehavior: "BLANK",
        editInstance: edited.value ?? undefined,
        onSubmit: submit,
      }),
  });
  new MutationObserver(name).observe(place, { childList: true, subtree: true });
  app.use(webFormsPlugin);
  const { locale } = app.config.globalProperties.$primevue.config;
  Object.assign(locale, told.locale, { aria: { ...locale.aria, ...told.locale.aria } });
  app.mount(place);
  for (const what of ["input", "change", "click"]) {
    place.addEventListener(what, () => {
      clearTimeout(timer);
      timer = setTimeout(() => keepDraft().catch(() => {}), DRAFT_AFTER);
    });
  }
}

async function tell(what) {
  if (what === "out") said(told.words.signIn);
  const items = await listed();
  const own = items.find((item) => item.mark === mark);
  if (own?.state === "sent") said(`${told.words.done} ${told.words.receipt} ${own.receipt}`);
  document.getElementById("queue")?.replaceChildren(...items.filter(({ state }) => state !== "draft").map(line));
}

if (!told.preview) start(told, tell);
(told.preview ? Promise.resolve() : keepPage(Object.values(told.media)))
  .then(load)
  .catch(() => said(told.words.failed));
