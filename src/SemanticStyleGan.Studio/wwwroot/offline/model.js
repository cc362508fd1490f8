// A model that `export onnx` wrote, run in this page by onnxruntime-web.
import * as ort from './onnxruntime/ort.wasm.min.mjs';
import { seededNormal } from './seeded-normal.js';

const url = name => new URL(name, import.meta.url).href;
ort.env.wasm.wasmPaths = url('onnxruntime/');
ort.env.wasm.numThreads = 1; // more of them need headers that not every web server sends
ort.env.logLevel = 'error';

async function fetched(name) {
  const response = await fetch(url(name));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}

const session = async name => ort.InferenceSession.create(new Uint8Array(await (await fetched(name)).arrayBuffer()), { logSeverityLevel: 3 });

export class Model {
  static async open() {
    const model = new Model();
    const { config, layout } = await (await fetched('model.json')).json();
    [model.mapping, model.synthesis] = [await session('mapping.onnx'), await session('synthesis.onnx')];
    Object.assign(model, { config, parts: layout.classes, slots: config.baseLayers + 2 * config.parts, size: config.styleSize, side: config.imageSize });
    return model;
  }

  /** w [D] of a seed; truncation from 0, the mean face, to 1. */
  async code(seed, truncation) {
    const z = new ort.Tensor('float32', seededNormal(seed, this.size), [1, this.size]);
    const { w } = await this.mapping.run({ z, truncation: new ort.Tensor('float32', [truncation], [1]) });
    return w.data;
  }

  /**
   * W+ [base + 2K, D] of a face.
   * @param face { seed, truncation, parts: [{ shape, texture }] } with seeds of slots that are not the face's own
   */
  async codes({ seed, truncation, parts }) {
    const codes = new Float32Array(this.slots * this.size), own = await this.code(seed, truncation);
    for (let slot = 0; slot < this.slots; slot++) codes.set(own, slot * this.size);
    for (const [index, part] of parts.entries())
      for (const [offset, other] of [part.shape, part.texture].entries())
        if (other !== undefined) codes.set(await this.code(other, truncation), (this.config.baseLayers + 2 * index + offset) * this.size);
    return codes;
  }

  /** Colours and classes of a face: { rgb(pixel), classes }. */
  async synthesize(face) {
    const { slots, size, side } = this, count = face.parts.length, area = side * side;
    const { image, mask } = await this.synthesis.run({
      codes: new ort.Tensor('float32', await this.codes(face), [1, slots, size]),
      composition_mask: new ort.Tensor('float32', face.parts.map(part => part.hidden ? 0 : 1), [1, count]),
    }, ['image', 'mask']);
    const classes = Uint8Array.from({ length: area }, (_, pixel) => {
      let best = 0;
      for (let part = 1; part < count; part++) if (mask.data[part * area + pixel] > mask.data[best * area + pixel]) best = part;
      return best;
    });
    return { classes, rgb: pixel => [0, 1, 2].map(channel => Math.floor(image.data[channel * area + pixel] * 127.5 + 128)) };
  }
}
