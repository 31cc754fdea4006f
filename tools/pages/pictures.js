// Takes the pictures of the documents, of the pages as they are now, by the same walk as audit.js.
//
//     node tools/pages/pictures.js [folder; docs/pictures without it]
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium, look } from "./looks.js";
import { Scene } from "./scene.js";
import { walk } from "./walk.js";

/** What a document may cost its reader. */
const LARGEST = 100_000; // bytes

const wide = { width: 1100, height: 720, deviceScaleFactor: 1, mobile: false };
const narrow = { width: 390, height: 720, deviceScaleFactor: 1, mobile: true };

/** Which stop is taken how. */
const PICTURES = [
  { file: "console-requests", stop: "console, requests", dark: false, screen: wide },
  { file: "console-mailbox", stop: "console, mail as HTML", dark: true, screen: wide },
  { file: "reference", stop: "reference, one operation", dark: false, screen: wide },
  { file: "invitation", stop: "invitation", dark: false, screen: narrow },
  { file: "security", stop: "security with second factors", dark: true, screen: narrow },
];

const folder = process.argv[2] ?? fileURLToPath(new URL("../../docs/pictures", import.meta.url));
await mkdir(folder, { recursive: true });
const missing = new Set(PICTURES.map(({ file }) => file));
const scene = await Scene.start();
try {
  for await (const stop of walk(scene)) {
    for (const picture of PICTURES.filter((picture) => picture.stop === stop.name)) {
      await look(scene.browser, picture);
      await stop.again?.();
      await scene.browser.run("scrollTo(0, 0)");
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { data } = await chromium(scene.browser, "Page.captureScreenshot", { format: "webp", quality: 75 });
      const bytes = Buffer.from(data, "base64");
      if (bytes.length > LARGEST) throw new Error(`${picture.file} has ${bytes.length} bytes`);
      await writeFile(`${folder}/${picture.file}.webp`, bytes);
      console.log(`${picture.file}.webp: ${bytes.length} bytes`);
      missing.delete(picture.file);
    }
  }
} finally {
  await scene.stop();
}
if (missing.size) throw new Error(`no stop for ${[...missing]}`);
