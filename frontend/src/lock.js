// When nobody is there: what is typed is sealed, the vault is locked, the screen is cleared. The server decides
// (it neither locks nor ends a shift while a contact is open); this only makes sure that the screen follows.
import { forget, typed } from "./typed.js";

const CHECK_EVERY = 5000;
const TELL_EVERY = 1000;
const PRESENT_EVERY = 60000;
const USES = ["keydown", "pointerdown", "scroll"];

const { body } = document;
const never = body.hasAttribute("data-no-idle-lock"); // an open contact, or something that is shown once
let last = Date.now();
let told = Date.now(); // when the server last heard that somebody is here
let covering = null;
let resting = false;

const template = () => document.getElementById("locked");
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

export function post(name, fields = {}) {
  const sent = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token() });
  return fetch(template().dataset[name], { method: "POST", body: sent, redirect: "manual" }).catch(() => null);
}

export function start() {
  if (!template()) return;
  const pages = "BroadcastChannel" in window ? new BroadcastChannel("kamkor-use") : null;
  const tell = (what) => pages?.postMessage(what);

  document.addEventListener("submit", ({ target }) => {
    if (target.hasAttribute("data-lock")) tell("locked");
    if (target.hasAttribute("data-leave")) tell("left");
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    body.hidden = true; // a page out of the browser's memory may be somebody else's by now
    location.reload();
  });
  if (body.hasAttribute("data-resting")) {
    if (pages) pages.onmessage = ({ data }) => data === "open" && location.reload();
    return;
  }
  if (body.hasAttribute("data-unlocked")) tell("open");
  if (pages) pages.onmessage = ({ data }) => hear(data);
  const used = () => {
    if (Date.now() - last < TELL_EVERY) return;
    last = Date.now();
    tell(last);
  };
  USES.forEach((name) => document.addEventListener(name, used, { passive: true, capture: true }));
  watch(tell);
}

function hear(said) {
  if (typeof said === "number") last = Math.max(last, said);
  if (said === "locked") rest({ asked: "1" });
  if (said === "left") go(template().dataset.signIn);
}

function watch(tell) {
  const ends = body.dataset.shiftLeft ? Date.now() + Number(body.dataset.shiftLeft) * 1000 : Infinity;
  let asked = 0;
  const check = () => {
    const now = Date.now();
    const seconds = Number(body.dataset.idleLock);
    if (never) {
      last = now;
      tell(now);
    }
    if (last > told && now - told > PRESENT_EVERY) {
      told = now;
      post("present");
    }
    const banner = document.getElementById("shift-ends");
    if (banner) banner.hidden = now < ends - Number(body.dataset.shiftWarning) * 1000;
    const over = now >= ends && now - asked > PRESENT_EVERY;
    if (over) asked = now;
    if (covering || over || (seconds && now - last >= seconds * 1000)) rest();
  };
  setInterval(check, CHECK_EVERY);
  document.addEventListener("visibilitychange", check); // a computer that slept, a tab that was behind
}

async function rest(more = {}) {
  if (resting) return;
  resting = true;
  cover();
  const page = location.pathname + location.search;
  const answer = await post("rest", { page, forms: JSON.stringify(typed()), ...more });
  if (answer?.ok && answer.status !== 204) go((await answer.json()).to);
  else if (answer?.status === 403) go(template().dataset.signIn);
  else if (answer?.status === 204) uncover();
  resting = false; // without a connection it stays covered, and the next check tries again
}

function go(to) {
  forget();
  body.hidden = true;
  location.replace(to);
}

function cover() {
  if (covering) return;
  [...body.children].forEach((element) => !element.hidden && element.setAttribute("data-covered", ""));
  body.querySelectorAll(":scope > [data-covered]").forEach((element) => (element.hidden = true));
  covering = template().content.firstElementChild.cloneNode(true);
  body.append(covering);
  covering.querySelector("h1").focus();
}

function uncover() {
  covering.remove();
  covering = null;
  last = Date.now();
  body.querySelectorAll(":scope > [data-covered]").forEach((element) => {
    element.hidden = false;
    element.removeAttribute("data-covered");
  });
}
