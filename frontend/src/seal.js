// Reports are sealed to the receiving desk's key here, before they are sent.
import { newMark, seal } from "./field/seal.js";

const KIND = "web_report";

function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

globalThis.kamkorSeal = async ({ pair, public: key }, text) => {
  const mark = newMark();
  const sealed = await seal({ pair, public: key }, KIND, mark, new TextEncoder().encode(text));
  return `${pair}|${mark}|${base64(sealed)}`;
};
