// Builds what the pages need into the static folder, and fails when it grows past its budget.
import { build, transform } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as sass from "sass";
import subsetFont from "subset-font";
import { ENGINE, MAPS } from "./said.mjs";

const packed = (bytes) => brotliCompressSync(bytes); // as the server has it ready
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here("../src/kamkor/base/static/kamkor/");
const BROWSERS = ["chrome90", "firefox90"];
const BUDGET = 85 * 1024; // CSS, JS and fonts, as sent
const FIELD_BUDGET = { day: 20 * 1024, engine: 500 * 1024, maps: 150 * 1024 }; // of the pages without a line
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
    entryPoints: [here("src/kamkor.js"), here("src/passkey.js"), here("src/public.js"), here("src/seal.js")],
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: BROWSERS,
    legalComments: "none",
    logOverride: { "direct-eval": "silent" }, // htmx keeps one behind allowEval, which we switch off
  });
}

// The engine of forms, in our letters; its words are in said.mjs.
const STYLED = [
  ["--odk-font-family: Roboto, sans-serif", "--odk-font-family: Inter, system-ui, sans-serif"],
  ["word-break:break-all", "overflow-wrap:break-word"],
];
const engine = {
  name: "engine",
  setup(building) {
    building.onLoad({ filter: /@getodk.web-forms.dist.(index|MapBlock)[^/]*\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      const styled = path.endsWith("index.js");
      if (styled) contents = contents.replace(/@font-face\{[^}]*\}/g, "");
      for (const [from, to] of styled ? STYLED : /MapBlock[^/]*$/.test(path) ? MAPS : ENGINE) {
        const found = from instanceof RegExp ? from.test(contents) : contents.includes(from);
        if (!found) throw new Error(`The engine of forms says no more: ${from}`);
        contents = contents.replaceAll(from instanceof RegExp ? new RegExp(from, "g") : from, () => to);
      }
      return { contents, loader: "js" };
    });
  },
};

let fieldMeta;
async function field() {
  const common = { bundle: true, minify: true, target: BROWSERS, legalComments: "none", logLevel: "error" };
  const built = await build({
    ...common,
    metafile: true,
    entryPoints: [here("src/field/day.js"), here("src/field/fill.js")],
    outdir: out + "field",
    format: "esm",
    splitting: true,
    chunkNames: "part-[hash]",
    plugins: [engine],
    define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false", "process.env.NODE_ENV": '"production"' },
  });
  fieldMeta = built.metafile;
  await build({ ...common, entryPoints: [here("src/field/worker.js")], outdir: out + "field", format: "iife" });
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
  await cp(here("node_modules/vue/LICENSE"), out + "licences/vue.txt");
  await cp(here("node_modules/ol/LICENSE.md"), out + "licences/openlayers.txt");
  await cp(here("node_modules/@hpke/core/LICENSE"), out + "licences/hpke.txt");
  await cp(here("../LICENSE"), out + "licences/web-forms.txt");
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

// Pages without a line have budgets of their own: the day's, and that of the engine with its maps apart.
async function weighField() {
  const sizes = { day: 0, engine: 0, maps: 0 };
  const { outputs } = fieldMeta;
  const seen = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    for (const { path, kind, external } of outputs[name].imports) if (kind === "import-statement" && !external) seen(path, found);
    return found;
  };
  const lazy = (name) => outputs[name].imports.filter(({ kind, external }) => kind === "dynamic-import" && !external).map(({ path }) => path);
  const by = (part) => Object.keys(outputs).find((name) => name.endsWith(part));
  const day = seen(by("field/day.js"));
  const form = seen(by("field/fill.js"));
  for (const name of [...form]) lazy(name).forEach((path) => seen(path, form));
  const maps = new Set([...form].flatMap(lazy).filter((path) => !form.has(path)));
  for (const [what, names] of [["day", day], ["engine", form], ["maps", maps]]) {
    for (const name of names) sizes[what] += packed(await readFile(name)).length;
    console.log(`${`without a line: ${what}`.padEnd(22)} ${(sizes[what] / 1024).toFixed(1).padStart(6)} KB of ${FIELD_BUDGET[what] / 1024}`);
    if (sizes[what] > FIELD_BUDGET[what]) throw new Error(`Without a line: ${what} is over its budget.`);
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([styles(), scripts(), field(), fonts(), licences(), cp(here("src/icon.svg"), out + "icon.svg"), cp(here("src/page.svg"), out + "page.svg")]);
await weigh();
await weighField();
