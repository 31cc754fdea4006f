// Holds the licences of what the checks of the pages install. axe-core is under MPL-2.0: the checks use it as it is published, and nothing
// that is deployed, published or started by `cargo run` has a part of it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const { packages } = JSON.parse(await readFile(new URL("package-lock.json", import.meta.url), "utf8"));
const { "": own, ...installed } = packages;
const found = Object.entries(installed).map(([path, { license, dev, hasInstallScript }]) => [path, license, dev, hasInstallScript ?? false]);
assert.deepEqual(found, [["node_modules/axe-core", "MPL-2.0", true, false]]);
assert.equal(own.dependencies, undefined);
console.log("axe-core alone, for the checks only");
