// Runs an exported model in the browser; nothing leaves the machine. Files: mapping.onnx, synthesis.onnx, model.json (export onnx), onnxruntime/.
import * as ort from "./onnxruntime/ort.wasm.min.mjs";
import { seededNormal } from "./seeded-normal.mjs";

ort.env.wasm.wasmPaths = new URL("./onnxruntime/", import.meta.url).href;
ort.env.logLevel = "error";
const element = id => document.getElementById(id);
const { config, layout } = await (await fetch("model.json")).json();
const [mapping, synthesis] = await Promise.all(["mapping.onnx", "synthesis.onnx"].map(file => ort.InferenceSession.create(file)));
const slots = config.baseLayers + 2 * config.parts, size = config.styleSize, side = config.imageSize;
const newSeeds = {}; // of parts that were drawn anew, by index

async function code(seed, truncation) {
  const z = new ort.Tensor("float32", seededNormal(seed, size), [1, size]);
  const { w, mean } = await mapping.run({ z });
  return w.data.map((value, i) => mean.data[i] + truncation * (value - mean.data[i]));
}

async function draw() {
  const seed = Number(element("seed").value), truncation = Number(element("truncation").value);
  element("seed-value").value = seed;
  element("truncation-value").value = truncation;
  const codes = new Float32Array(slots * size), w = await code(seed, truncation);
  for (let slot = 0; slot < slots; slot++) codes.set(w, slot * size);
  for (const [part, partSeed] of Object.entries(newSeeds)) {
    const fresh = await code(partSeed, truncation);
    for (const slot of [0, 1]) codes.set(fresh, (config.baseLayers + 2 * part + slot) * size); // shape, texture
  }
  const start = performance.now();
  const { image, mask } = await synthesis.run({ codes: new ort.Tensor("float32", codes, [1, slots, size]) }, ["image", "mask"]);
  const time = performance.now() - start;
  paint("image", p => [0, 1, 2].map(c => image.data[c * side * side + p] * 127.5 + 128));
  const colors = layout.classes.map(c => [1, 3, 5].map(at => parseInt(c.color.slice(at, at + 2), 16)));
  paint("mask", p => colors[largest(mask.data, p)]);
  element("status").textContent = `${side}×${side} pixels in ${time.toFixed(0)} ms`;
  document.body.dataset.drawn = seed;
}

function largest(mask, pixel) {
  let best = 0;
  for (let part = 1; part < config.parts; part++)
    if (mask[part * side * side + pixel] > mask[best * side * side + pixel]) best = part;
  return best;
}

function paint(canvas, color) {
  const picture = new ImageData(side, side);
  for (let p = 0; p < side * side; p++) picture.data.set([...color(p), 255], 4 * p); // clamped and rounded
  Object.assign(element(canvas), { width: side, height: side });
  element(canvas).getContext("2d").putImageData(picture, 0, 0);
}

layout.classes.forEach((part, index) => {
  const button = document.createElement("button");
  button.textContent = part.name;
  button.onclick = () => { newSeeds[index] = Math.floor(Math.random() * 1e6); redraw(); };
  element("parts").append(button);
});

let running = Promise.resolve();
const redraw = () => running = running.then(draw).catch(error => { element("status").textContent = `error: ${error.message}`; });
for (const id of ["seed", "truncation"])
  element(id).oninput = () => { for (const part in newSeeds) delete newSeeds[part]; redraw(); };
redraw();
