// Holds the licences of every package in package-lock.json, and that only `openapi-fetch` reaches users.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const permissive = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "(MIT OR CC0-1.0)", "Python-2.0"];

/** @type {{ packages: Record<string, { license?: string, dev?: boolean, hasInstallScript?: boolean }> }} */
const lock = JSON.parse(await readFile(new URL("../package-lock.json", import.meta.url), "utf8"));
const { "": _own, ...packages } = lock.packages;
assert(Object.keys(packages).length > 5);
for (const [path, { license, hasInstallScript }] of Object.entries(packages)) {
  assert(license !== undefined && permissive.includes(license), `${path}: the licence ${license} is not among ${permissive}`);
  assert(!hasInstallScript, `${path} runs a script when it is installed`);
}
const shipped = Object.entries(packages).filter(([, { dev }]) => !dev).map(([path]) => path.replace("node_modules/", ""));
assert.deepEqual(shipped.sort(), ["openapi-fetch", "openapi-typescript-helpers"]);
console.log(`${Object.keys(packages).length} packages, all with permissive licences and without install scripts`);
