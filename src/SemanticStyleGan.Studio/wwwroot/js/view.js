// The picture: large, with the mask over it, and outlines of the parts under the pointer and chosen.
import { box, outline } from './contour.js';
import { $, title } from './dom.js';

export class View {
  constructor(store) {
    this.store = store;
    this.canvas = $('canvas');
    this.context = this.canvas.getContext('2d');
    this.hovered = -1;
    this.before = null;     // a picture to show instead, while comparing or while work goes on
    this.mask = null;       // a label map to show instead of the picture's, while painting
    this.side = store.model.imageSize;
    this.colors = store.model.parts.map(part => [1, 3, 5].map(at => parseInt(part.color.slice(at, at + 2), 16)));
    this.maskCanvas = new OffscreenCanvas(this.side, this.side);
    for (const id of ['overlay', 'sharp', 'outline']) $(id).addEventListener('input', () => this.draw());
    new ResizeObserver(() => this.#resize()).observe(this.canvas);
    store.addEventListener('drawn', () => { this.#paths = null; this.draw(); });
    store.addEventListener('chosen', () => this.draw());
    this.#resize();
  }

  #paths = null;

  get labels() { return this.mask ?? this.store.picture?.labels; }

  get chosenIndex() { return this.store.model.parts.findIndex(part => part.name === this.store.chosen); }

  /** The part at a place of the page. */
  partAt(clientX, clientY) {
    const place = this.placeAt(clientX, clientY);
    if (!this.labels || place.x < 0 || place.y < 0 || place.x >= 1 || place.y >= 1) return -1;
    return this.labels[Math.floor(place.y * this.side) * this.side + Math.floor(place.x * this.side)];
  }

  /** A place of the page in shares of the picture. */
  placeAt(clientX, clientY) {
    const rectangle = this.canvas.getBoundingClientRect();
    return { x: (clientX - rectangle.left) / rectangle.width, y: (clientY - rectangle.top) / rectangle.height };
  }

  hover(part) {
    if (part === this.hovered) return;
    this.hovered = part;
    $('hint').textContent = part >= 0 ? title(this.store.model.parts[part].name) : '';
    this.store.emit('hovered');
    this.draw();
  }

  /** Shows another picture for now, without outlines; null ends it. */
  preview(picture) {
    this.before?.bitmap.close();
    this.before = picture;
    this.draw();
  }

  maskChanged() {
    this.#paths = null;
    this.draw();
  }

  #resize() {
    const size = Math.max(64, Math.round(this.canvas.clientWidth * devicePixelRatio));
    if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
    this.draw();
  }

  draw() {
    const picture = this.before ?? this.store.picture;
    if (!picture) return;
    const { context, canvas } = this;
    context.imageSmoothingEnabled = !$('sharp').checked;
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture.bitmap, 0, 0, canvas.width, canvas.height);
    if (this.before) return this.#frame(null);
    const overlay = Math.max(Number($('overlay').value), this.mask ? 0.6 : 0);
    if (overlay > 0) this.#drawMask(overlay);
    if ($('outline').checked) {
      if (this.hovered > 0 && this.hovered !== this.chosenIndex) this.#stroke(this.hovered, 1.5, 'rgb(255 255 255 / .85)');
      if (this.chosenIndex >= 0) this.#stroke(this.chosenIndex, 2.2, 'white');
    }
    this.#frame(this.mask ? null : this.chosenIndex);
  }

  #drawMask(alpha) {
    const pixels = new ImageData(this.side, this.side), labels = this.labels;
    for (let at = 0; at < labels.length; at++) {
      const color = this.colors[labels[at]] ?? [0, 0, 0];
      pixels.data.set(color, 4 * at);
      pixels.data[4 * at + 3] = 255;
    }
    this.maskCanvas.getContext('2d').putImageData(pixels, 0, 0);
    this.context.globalAlpha = alpha;
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(this.maskCanvas, 0, 0, this.canvas.width, this.canvas.height);
    this.context.globalAlpha = 1;
  }

  #stroke(part, width, color) {
    this.#paths ??= new Map();
    if (!this.#paths.has(part)) this.#paths.set(part, outline(this.labels, this.side, part));
    const { context } = this, scale = this.canvas.width / this.side, path = this.#paths.get(part);
    context.save();
    context.scale(scale, scale);
    context.lineJoin = 'round';
    for (const [w, style] of [[width + 2, 'rgb(0 0 0 / .45)'], [width, color]]) {
      context.lineWidth = w * devicePixelRatio / scale;
      context.strokeStyle = style;
      context.stroke(path);
    }
    context.restore();
  }

  // The dashed box with the knobs, around the chosen part.
  #frame(part) {
    const frame = $('frame'), around = part !== null && part > 0 && this.labels ? box(this.labels, this.side, part) : null;
    const state = part !== null && part > 0 ? this.store.picture.parts[part] : null;
    frame.hidden = !around || !state?.on || state.locked || !$('outline').checked;
    if (frame.hidden) return;
    const percent = share => `${(100 * share).toFixed(2)}%`;
    Object.assign(frame.style, { left: percent(around.x), top: percent(around.y), width: percent(around.width), height: percent(around.height) });
    const name = this.store.chosen, { place } = state;
    $('rotate').setAttribute('aria-label', `Turn ${name}`);
    $('rotate').setAttribute('aria-valuenow', Math.round(place.degrees));
    $('scale').setAttribute('aria-label', `Scale ${name}, per cent`);
    $('scale').setAttribute('aria-valuenow', Math.round(100 * place.scale));
  }
}
