// Builds what the pages need into the static folder, and fails when it grows past its budget.
import { build, transform } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";
import subsetFont from "subset-font";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../src/kamkor/base/static/kamkor/");
const BROWSERS = ["chrome90", "firefox90"];
const BUDGET = 85 * 1024; // CSS, JS and fonts, as sent
const FONT_BUDGET = 30 * 1024;

const span = (first, last) =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, index) => first + index));
// English, Uzbek Latin, Russian, Kyrgyz and Uzbek Cyrillic, and the signs that our pages use.
const LETTERS = [
  span(0x20, 0x7e),
  span(0x0410, 0x044f),
  "ЁёҢңӨөҮүЎўҚқҒғҲҳ",
  "ÄäÖöÜüßÇçĞğİıŞşÉéÈèÑñ", // names of people and places abroad
  "\u02bb\u02bc\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb",
  "\u00a0\u2011\u202f\u2013\u2014\u2212\u2026\u00b7\u2022\u00d7\u00b1\u00b0\u00a7\u00a9\u2116\u2190\u2192\u2713",
].join("");

async function styles() {
  const { css } = sass.compile(here("src/kamkor.scss"), { loadPaths: [here("node_modules")] });
  const { code } = await transform(css, { loader: "css", minify: true, target: BROWSERS });
  await writeFile(out + "kamkor.css", code);
}

async function scripts() {
  await build({
    entryPoints: [here("src/kamkor.js"), here("src/passkey.js"), here("src/public.js")],
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: BROWSERS,
    legalComments: "none",
    logOverride: { "direct-eval": "silent" }, // htmx keeps one behind allowEval, which we switch off
  });
}

// Alternate forms of glyphs are left out: they would double the size.
async function fonts() {
  for (const [weight, name] of [["Regular", "inter-regular"], ["SemiBold", "inter-semibold"]]) {
    const whole = await readFile(here(`node_modules/inter-ui/web/Inter-${weight}.woff2`));
    await writeFile(out + name + ".woff2", await subsetFont(whole, LETTERS, { targetFormat: "woff2", noLayoutClosure: true }));
  }
}

async function licences() {
  await mkdir(out + "licences");
  await cp(here("node_modules/inter-ui/LICENSE.txt"), out + "licences/inter.txt");
  await cp(here("node_modules/htmx.org/LICENSE"), out + "licences/htmx.txt");
  await cp(here("src/licences/govuk-frontend.txt"), out + "licences/govuk-frontend.txt");
}

async function weigh() {
  const sizes = {};
  for (const name of ["kamkor.css", "kamkor.js", "inter-regular.woff2", "inter-semibold.woff2"]) {
    const bytes = await readFile(out + name);
    sizes[name] = name.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
    console.log(`${name.padEnd(22)} ${(sizes[name] / 1024).toFixed(1).padStart(6)} KB as sent`);
  }
  const fontBytes = sizes["inter-regular.woff2"] + sizes["inter-semibold.woff2"];
  const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  console.log(`${"in all".padEnd(22)} ${(all / 1024).toFixed(1).padStart(6)} KB of ${BUDGET / 1024}`);
  if (all > BUDGET || fontBytes > FONT_BUDGET) throw new Error("The front end is over its budget.");
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([styles(), scripts(), fonts(), licences(), cp(here("src/icon.svg"), out + "icon.svg"), cp(here("src/page.svg"), out + "page.svg")]);
await weigh();
