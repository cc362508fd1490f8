// Moving the chosen part with the pointer, the wheel, two fingers, the knobs or the keys.
import { $ } from './dom.js';

const KEY_PAUSE = 900; // keys within this time are one step of the history, in ms
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

export class Gestures {
  constructor(store, view) {
    Object.assign(this, { store, view, pointers: new Map(), drag: null, enabled: true });
    const { canvas } = view;
    canvas.addEventListener('pointermove', event => this.#move(event));
    canvas.addEventListener('pointerdown', event => this.#down(event));
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, event => this.#up(event));
    canvas.addEventListener('pointerleave', () => view.hover(-1));
    canvas.addEventListener('wheel', event => this.#wheel(event), { passive: false });
    canvas.addEventListener('keydown', event => this.#key(event));
    this.#knob($('rotate'), event => this.#turnTo(event), { ArrowLeft: ['degrees', -5], ArrowRight: ['degrees', 5], ArrowDown: ['degrees', -5], ArrowUp: ['degrees', 5] });
    this.#knob($('scale'), event => this.#scaleTo(event), { ArrowLeft: ['scale', 1 / 1.05], ArrowRight: ['scale', 1.05], ArrowDown: ['scale', 1 / 1.05], ArrowUp: ['scale', 1.05] });
  }

  get movable() {
    const state = this.store.part(this.store.chosen);
    return this.enabled && state?.on && !state.locked && this.store.chosen !== this.store.model.parts[0].name;
  }

  /** Moves the chosen part. */
  place(change, gesture) {
    if (!this.movable) return;
    const place = { ...this.lastPlace(), ...change };
    this.store.apply({
      kind: 'move', part: this.store.chosen, x: clamp(place.shiftX, -2, 2), y: clamp(place.shiftY, -2, 2),
      scale: clamp(place.scale, 0.1, 10), degrees: ((place.degrees + 540) % 360 + 360) % 360 - 180,
    }, gesture);
  }

  // Where the part will be when the requests under way have been answered.
  lastPlace() {
    const edit = this.store.edits.findLast(e => e.part === this.store.chosen && e.kind === 'move' || e.kind === 'face' || e.kind === 'reset' && e.part === this.store.chosen);
    return edit?.kind === 'move' ? { shiftX: edit.x, shiftY: edit.y, scale: edit.scale, degrees: edit.degrees } : { shiftX: 0, shiftY: 0, scale: 1, degrees: 0 };
  }

  #down(event) {
    if (!this.enabled || event.button > 0) return;
    const { view, store } = this;
    view.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, view.placeAt(event.clientX, event.clientY));
    if (this.pointers.size === 2) return this.#beginPinch();
    const part = view.partAt(event.clientX, event.clientY);
    if (part >= 0) store.choose(store.model.parts[part].name);
    this.drag = { from: view.placeAt(event.clientX, event.clientY), place: this.lastPlace(), gesture: Symbol(), moved: false };
  }

  #move(event) {
    const { view } = this, here = view.placeAt(event.clientX, event.clientY);
    if (!this.enabled) return;
    if (!this.pointers.has(event.pointerId)) {
      view.hover(view.partAt(event.clientX, event.clientY));
      view.canvas.classList.toggle('movable', this.movable && view.hovered === view.chosenIndex);
      return;
    }
    this.pointers.set(event.pointerId, here);
    if (this.pinch && this.pointers.size === 2) return this.#pinchTo();
    if (!this.drag || !this.movable) return;
    const x = here.x - this.drag.from.x, y = here.y - this.drag.from.y;
    // A click may tremble a little.
    if (!this.drag.moved && Math.hypot(x, y) * view.canvas.clientWidth < 4) return;
    this.drag.moved = true;
    view.canvas.classList.add('moving');
    this.place({ shiftX: this.drag.place.shiftX + x, shiftY: this.drag.place.shiftY + y }, this.drag.gesture);
  }

  #up(event) {
    this.pointers.delete(event.pointerId);
    this.view.canvas.classList.remove('moving');
    if (this.pointers.size < 2) this.pinch = null;
    if (this.pointers.size === 0) this.drag = null;
  }

  #beginPinch() {
    const [a, b] = [...this.pointers.values()];
    this.drag = null;
    this.pinch = { length: Math.hypot(b.x - a.x, b.y - a.y), angle: Math.atan2(b.y - a.y, b.x - a.x), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, place: this.lastPlace(), gesture: Symbol() };
  }

  #pinchTo() {
    const [a, b] = [...this.pointers.values()], { length, angle, middle, place, gesture } = this.pinch;
    this.place({
      shiftX: place.shiftX + (a.x + b.x) / 2 - middle.x, shiftY: place.shiftY + (a.y + b.y) / 2 - middle.y,
      scale: place.scale * Math.hypot(b.x - a.x, b.y - a.y) / Math.max(1e-3, length),
      degrees: place.degrees + (Math.atan2(b.y - a.y, b.x - a.x) - angle) * 180 / Math.PI,
    }, gesture);
  }

  #wheel(event) {
    if (!this.movable) return;
    event.preventDefault();
    const place = this.lastPlace();
    this.place({ scale: place.scale * Math.exp(-clamp(event.deltaY, -200, 200) / 700) }, this.#keyGesture('wheel'));
  }

  #key(event) {
    const step = event.shiftKey ? 0.05 : 0.01, place = this.lastPlace();
    const changes = {
      ArrowLeft: { shiftX: place.shiftX - step }, ArrowRight: { shiftX: place.shiftX + step }, ArrowUp: { shiftY: place.shiftY - step }, ArrowDown: { shiftY: place.shiftY + step },
      '+': { scale: place.scale * 1.05 }, '=': { scale: place.scale * 1.05 }, '-': { scale: place.scale / 1.05 },
      '[': { degrees: place.degrees - 5 }, ']': { degrees: place.degrees + 5 },
    };
    if (!changes[event.key] || event.ctrlKey || event.metaKey || !this.movable) return;
    event.preventDefault();
    this.place(changes[event.key], this.#keyGesture('key'));
  }

  // One gesture as long as there is no pause.
  #keyGesture(name) {
    const now = performance.now();
    if (this.keys?.name !== name + this.store.chosen || now - this.keys.time > KEY_PAUSE) this.keys = { name: name + this.store.chosen, gesture: Symbol() };
    this.keys.time = now;
    return this.keys.gesture;
  }

  #knob(knob, follow, keys) {
    knob.addEventListener('pointerdown', event => {
      knob.setPointerCapture(event.pointerId);
      const frame = $('frame').getBoundingClientRect();
      this.turn = { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2, place: this.lastPlace(), gesture: Symbol() };
      this.turn.angle = Math.atan2(event.clientY - this.turn.y, event.clientX - this.turn.x);
      this.turn.length = Math.hypot(event.clientX - this.turn.x, event.clientY - this.turn.y);
    });
    knob.addEventListener('pointermove', event => { if (knob.hasPointerCapture(event.pointerId)) follow(event); });
    knob.addEventListener('keydown', event => {
      if (!keys[event.key]) return;
      event.preventDefault();
      const [what, by] = keys[event.key], place = this.lastPlace();
      this.place(what === 'scale' ? { scale: place.scale * by } : { degrees: place.degrees + by }, this.#keyGesture(what));
    });
  }

  #turnTo(event) {
    const { x, y, angle, place, gesture } = this.turn;
    this.place({ degrees: place.degrees + (Math.atan2(event.clientY - y, event.clientX - x) - angle) * 180 / Math.PI }, gesture);
  }

  #scaleTo(event) {
    const { x, y, length, place, gesture } = this.turn;
    this.place({ scale: place.scale * Math.hypot(event.clientX - x, event.clientY - y) / Math.max(1, length) }, gesture);
  }
}
