// Draws SVG pictures as PNG beside the server's own thread: a large one takes a part of a second, in which logs keep
// coming in. Plain JavaScript, for a thread is started from a file.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parentPort } from "node:worker_threads";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

const root = process.cwd();
const fonts = ["inter-regular.otf", "inter-semibold.otf"].map((name) =>
  readFileSync(path.join(root, "public", "fonts", name)),
);
const ready = initWasm(
  readFileSync(path.join(root, "node_modules", "@resvg", "resvg-wasm", "index_bg.wasm")),
);

parentPort?.on("message", async ({ id, svg, zoom }) => {
  try {
    await ready;
    const drawing = new Resvg(svg, {
      font: { fontBuffers: fonts, defaultFontFamily: "Inter", loadSystemFonts: false },
      fitTo: { mode: "zoom", value: zoom },
    });
    const picture = drawing.render();
    const png = picture.asPng();
    picture.free();
    drawing.free();
    parentPort?.postMessage({ id, png }, [png.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
