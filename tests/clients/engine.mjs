// Fills every form of a server with @getodk/xforms-engine, the engine of ODK Web Forms, and sends it in.
//
// node engine.mjs SERVER SECRET LANGUAGE...
// Prints a line for each step: FORM, LANGUAGE, STEP, STATUS, instanceID, what the first question asks; throws
// where anything is not as the standard says.

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import * as dom from "./dom.mjs";

Object.assign(globalThis, dom, { document: new dom.Document(), window: globalThis, XMLDocument: dom.Document });
const [server, secret, ...languages] = process.argv.slice(2);
const frontend = createRequire(new URL("../../frontend/package.json", import.meta.url));
// The engine comes built for browsers: while it loads it must not find Node.
const { process: node } = globalThis;
delete globalThis.process;
const { loadForm } = await import(pathToFileURL(frontend.resolve("@getodk/xforms-engine")).href);
globalThis.process = node;

const headers = { Authorization: `Basic ${Buffer.from(`phone:${secret}`).toString("base64")}`, "X-OpenRosa-Version": "1.0" };
const must = (held, otherwise) => {
  if (!held) throw new Error(otherwise);
};

async function ask(address, options = {}) {
  const response = await fetch(address, { headers, ...options });
  must(response.headers.get("X-OpenRosa-Version") === "1.0", `${address} has no X-OpenRosa-Version`);
  return response;
}

async function get(address) {
  const response = await ask(address);
  must(response.status === 200, `${address} ${response.status}`);
  return response.text();
}

const said = (xml, tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
const md5 = (content) => `md5:${createHash("md5").update(content).digest("hex")}`;

/** Answers whatever is asked; returns the words of the first question. */
function answer(root, variant) {
  let first = "";
  const seen = (node) => {
    if (!node.currentState.relevant) return;
    if (node.nodeType === "repeat-range:uncontrolled") node.addInstances(undefined, 2);
    for (const child of node.currentState.children ?? []) seen(child);
    const words = node.currentState.label?.asString;
    if (["note", "input", "select", "upload"].includes(node.nodeType)) {
      must(words?.trim(), `${node.currentState.reference} has no words`);
      first ||= words;
      if (!node.currentState.readonly) fill(node, variant);
    }
  };
  seen(root);
  return first;
}

function fill(node, variant) {
  if (node.nodeType === "select") {
    const offered = node.currentState.valueOptions;
    offered.forEach((one) => must(one.label.asString.trim(), `${one.value} has no words`));
    // The first answers of short lists lead on (consent), those of long ones may differ.
    node.selectValue(offered[offered.length < 5 ? 0 : variant % offered.length].value);
  } else if (node.nodeType === "upload") {
    node.setValue(new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], "picture.png", { type: "image/png" }));
  } else if (node.nodeType === "input") {
    const made = { int: 7n, geopoint: { latitude: 42.87, longitude: 74.59, altitude: 0, accuracy: 0 } };
    node.setValue(made[node.valueType] ?? "canary <&> of her own words");
  }
}

async function filled(instance, language, variant) {
  const { root } = instance;
  root.setLanguage(root.languages.find((one) => one.language === language));
  const first = answer(root, variant);
  const payload = await root.prepareInstancePayload();
  must(payload.status === "ready", `not ready: ${payload.violations?.map((one) => one.reference)}`);
  const xml = await payload.data[0].get("xml_submission_file").text();
  return { first, data: payload.data, own: /instanceID[^>]*>([^<]+)</.exec(xml)[1] };
}

async function post(where, [body]) {
  return (await ask(where, { method: "POST", body })).status;
}

async function send(where, id, form, language, variant) {
  const tell = (step, status, one) => console.log(["step", id, language, step, status, one.own, one.first].join("\t"));
  const one = await filled(form.createInstance(), language, variant);
  tell("sent", await post(where, one.data), one);
  if (variant) return;
  tell("again", await post(where, one.data), one);
  const input = { inputType: "FORM_INSTANCE_INPUT_RESOLVED", data: one.data };
  const other = await filled(await form.editInstance(input), language, variant + 1);
  must(other.own !== one.own, "a correction has an instanceID of its own");
  tell("corrected", await post(where, other.data), other);
}

const head = await ask(`${server}/submission`, { method: "HEAD" });
must(head.status === 204 && Number(head.headers.get("X-OpenRosa-Accept-Content-Length")) > 1e6, "HEAD");
const where = head.headers.get("Location");
for (const [listed] of (await get(`${server}/formList`)).matchAll(/<xform>.*?<\/xform>/gs)) {
  const source = await get(said(listed, "downloadUrl"));
  must(said(listed, "hash") === md5(source), "hash of the form");
  const files = said(listed, "manifestUrl") ? await get(said(listed, "manifestUrl")) : "";
  for (const [file] of files.matchAll(/<mediaFile>.*?<\/mediaFile>/gs)) {
    must(said(file, "hash") === md5(await get(said(file, "downloadUrl"))), "hash of a file");
  }
  const form = await loadForm(source);
  must(form.status !== "failure", `${said(listed, "formID")}: ${form.error?.message} ${form.error?.cause ?? ""}`);
  for (const [at, language] of languages.entries()) await send(where, said(listed, "formID"), form, language, at);
}
