// Sealing to the desk's public key (HPKE, RFC 9180): what is sealed here, this browser cannot open again.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";

const suite = () => new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const VERSION = 1;
const KEY = "kamkor-draft-key"; // of drafts: lives as long as this tab is signed in, and lies in no database

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hexOf = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bound to what it is, as kamkor.vault.envelopes opens it. */
export async function seal(told, kind, mark, content) {
  const kem = suite();
  const recipientPublicKey = await kem.kem.deserializePublicKey(bytesOf(told.public));
  const place = new TextEncoder().encode(`envelope|${told.pair}|${kind}|${mark}`);
  const info = Uint8Array.of(VERSION, ...place);
  const { enc, ct } = await kem.seal({ recipientPublicKey, info }, content);
  return join(Uint8Array.of(VERSION), new Uint8Array(enc), new Uint8Array(ct));
}

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

export const digest = async (bytes) => hexOf(await crypto.subtle.digest("SHA-256", bytes));

export function newMark() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function draftKey(make) {
  let kept = sessionStorage.getItem(KEY);
  if (!kept && make) {
    kept = hexOf(crypto.getRandomValues(new Uint8Array(32)));
    sessionStorage.setItem(KEY, kept);
  }
  return kept && crypto.subtle.importKey("raw", bytesOf(kept), "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function hide(content) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await draftKey(true), content);
  return join(iv, new Uint8Array(sealed));
}

/** Nothing for what another tab or an earlier sign-in has hidden. */
export async function show(hidden) {
  const key = await draftKey(false);
  if (!key) return null;
  const opened = crypto.subtle.decrypt({ name: "AES-GCM", iv: hidden.slice(0, 12) }, key, hidden.slice(12));
  return opened.catch(() => null);
}
