// The day without a line: what waits and what was sent, and what is written down.
import { keepPage, said, told } from "./page.js";
import { newMark } from "./seal.js";
import { keep, line, listed, send, start } from "./queue.js";

const by = (id) => document.getElementById(id);

async function show(what) {
  const items = (await listed()).reverse();
  const sent = items.filter(({ state }) => state === "sent");
  const waiting = items.filter(({ state }) => state !== "sent");
  by("queue").replaceChildren(...waiting.map(line));
  by("sent").replaceChildren(...sent.map(line));
  const number = waiting.filter(({ state }) => state === "waiting").length;
  by("waiting-number").textContent = `(${number})`;
  by("sent-number").textContent = `(${sent.length})`;
  by("send").hidden = !number;
  if (what === "out") said(told.words.signIn);
  else if (!number) said("");
}

function written(form) {
  const given = [...new FormData(form)].filter(([, value]) => value);
  return given.map(([name, value]) => [name, String(value)]);
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = written(form);
  if (!form.dataset.kind || !fields.length) return;
  const content = new TextEncoder().encode(JSON.stringify({ fields }));
  await keep(form.dataset.kind, newMark(), content);
  form.reset(); // nothing readable stays on the page
  form.closest("details").open = false;
  said(told.words.kept);
});
by("send").addEventListener("click", send);

show();
start(told, show);
keepPage(Object.keys(told.titles).filter(Number).map((pk) => `forms/${pk}/`).map((path) => new URL(path, location).pathname));
