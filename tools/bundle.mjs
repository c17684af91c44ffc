// Builds hub/web/assets/main.js and main.css (whichever are there) into hub/web/static/dist with
// hashed names, and manifest.json: {"main.js": "main-AB12CD34.js", "main.css": …}.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const from = "hub/web/assets";
const to = "hub/web/static/dist";
const entries = ["main.js", "main.css"].filter((name) => existsSync(`${from}/${name}`));

rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
const result = await build({
  entryPoints: entries.map((name) => `${from}/${name}`),
  outdir: to,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  legalComments: "linked",
  loader: { ".woff2": "file", ".woff": "file", ".svg": "file", ".png": "file" },
  metafile: true,
  logLevel: "warning",
});

// A packed twin beside each file: Python does not compress on the way.
for (const name of readdirSync(to).filter((name) => /\.(js|css)$/.test(name))) {
  writeFileSync(`${to}/${name}.gz`, gzipSync(readFileSync(`${to}/${name}`), { level: 9 }));
}

const names = Object.entries(result.metafile.outputs)
  .filter(([, output]) => output.entryPoint)
  .map(([path, output]) => [basename(output.entryPoint), relative(to, path)]);
// Written last and moved into place: a manifest that is there names files that are there.
writeFileSync(`${to}/manifest.part`, JSON.stringify(Object.fromEntries(names), null, 2));
renameSync(`${to}/manifest.part`, `${to}/manifest.json`);
