// What is sent by the public door is sealed to the receiving desk's key here, before it leaves.
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
