// The controls of the chosen part: new shape and texture, main directions, strength, place, parts of kept faces.
import { post } from './api.js';
import { h, icon, pngUrl, slider, title, toast } from './dom.js';
import { randomSeed } from './face.js';

const VARIANTS = 6;

export function partPanel(store, gestures) {
  const panel = h('div');
  let current = null;
  const build = () => {
    current?.close();
    current = store.chosen === null ? null : new Part(store, gestures, store.chosen);
    panel.replaceChildren(...(current ? current.elements : [h('p', { className: 'quiet' }, 'Click a part in the picture, or choose one in the list.')]));
    panel.style.display = 'grid';
    panel.style.gap = '16px';
  };
  store.addEventListener('chosen', build);
  store.addEventListener('drawn', () => current?.update());
  store.addEventListener('kept', () => current?.updateKept());
  build();
  return panel;
}

class Part {
  constructor(store, gestures, name) {
    Object.assign(this, { store, gestures, name, isBase: name === 'base', stopping: new AbortController() });
    const model = store.model, part = model.parts.find(p => p.name === name);
    const swatch = h('span', { className: 'swatch' });
    swatch.style.background = part?.color ?? 'conic-gradient(#6b89c6, #f1c453, #0db39e, #6b89c6)';
    this.reset = h('button', { title: 'As the whole face had it', onclick: () => store.apply({ kind: 'reset', part: name }) }, icon('reset'), 'Reset');
    this.groups = this.isBase
      ? [...Array(model.baseSlots).keys()].map(slot => new SlotGroup(this, `base.${slot}`, `Base ${slot + 1}`))
      : [new SlotGroup(this, `${name}.shape`, 'Shape'), new SlotGroup(this, `${name}.texture`, 'Texture')];
    this.place = this.isBase || part === model.parts[0] ? null : this.#place();
    this.kept = h('div', { className: 'thumbs' });
    this.take = this.#take();
    this.elements = [
      h('div', { className: 'row spread' }, h('h2', { className: 'part-title' }, swatch, this.isBase ? 'All parts (base)' : name), this.reset),
      ...this.groups.map(group => group.element), ...(this.place ? [this.place.element] : []), this.take,
    ];
    this.update();
    this.updateKept();
    for (const group of this.groups) group.fill();
  }

  get state() { return this.store.part(this.name); }

  close() { this.stopping.abort(); }

  update() {
    const locked = this.state?.locked ?? false;
    this.reset.disabled = locked;
    this.groups.forEach((group, at) => group.update(this.isBase ? this.store.picture?.base[at] : at === 0 ? this.state?.shape : this.state?.texture, locked));
    this.place?.update(this.state?.place, locked);
  }

  #place() {
    const row = (label, options, key) => slider(label, options, (value, gesture) => this.gestures.place({ [key]: options.unit === '%' ? value / 100 : value }, gesture));
    const sliders = {
      shiftX: row('Right', { min: -100, max: 100, step: 1, value: 0, digits: 0, unit: '%' }, 'shiftX'),
      shiftY: row('Down', { min: -100, max: 100, step: 1, value: 0, digits: 0, unit: '%' }, 'shiftY'),
      scale: row('Size', { min: 10, max: 300, step: 1, value: 100, digits: 0, unit: '%' }, 'scale'),
      degrees: row('Turn', { min: -180, max: 180, step: 1, value: 0, digits: 0, unit: '°' }, 'degrees'),
    };
    const element = h('div', { className: 'group' }, h('h3', {}, 'Place'), h('p', { className: 'quiet' }, 'Or drag it in the picture; wheel or pinch to scale.'), ...Object.values(sliders));
    const update = (place, locked) => {
      for (const [key, row] of Object.entries(sliders)) {
        row.input.disabled = locked;
        if (place) row.show(Math.round(key === 'degrees' ? place[key] : 100 * place[key]));
      }
    };
    return { element, update };
  }

  #take() {
    this.what = h('select', { 'aria-label': 'What to take' }, ...(this.isBase ? ['both'] : ['both', 'shape', 'texture']).map(value => h('option', { value }, value === 'both' ? 'all of it' : value)));
    this.nothing = h('p', { className: 'quiet' }, 'Keep faces to take parts from them.');
    return h('div', { className: 'group' }, h('div', { className: 'row spread' }, h('h3', {}, 'Take from a kept face'), this.isBase ? null : this.what), this.kept, this.nothing);
  }

  updateKept() {
    this.nothing.hidden = this.store.kept.length > 0;
    this.kept.replaceChildren(...this.store.kept.map(face => h('button', {
      className: 'thumb', 'aria-label': `Take ${this.name} of ${face.name}`, title: face.name,
      onclick: () => this.store.apply({ kind: 'take', slots: this.what.value === 'both' ? this.name : `${this.name}.${this.what.value}`, from: { edits: face.edits } }),
    }, h('img', { src: pngUrl(face.image), alt: '' }))));
  }
}

/** One slot: a row of variants, its strength and its main directions. */
class SlotGroup {
  constructor(part, slot, name) {
    Object.assign(this, { part, slot, store: part.store, lastDrawn: null });
    const { store } = this;
    this.fresh = h('button', { onclick: () => store.apply({ kind: 'resample', slots: slot, seed: randomSeed(), truncation: this.#truncation() }) }, icon('dice'), `New ${name.toLowerCase()}`);
    this.more = h('button', { className: 'plain icon', 'aria-label': `Other ${name.toLowerCase()}s to pick from`, title: 'Others', onclick: () => this.fill() }, icon('reset'));
    this.thumbs = h('div', { className: 'thumbs', role: 'group', 'aria-label': `${name}s to pick from` }, Array.from({ length: VARIANTS }, () => h('button', { className: 'thumb', disabled: true, 'aria-label': 'empty' })));
    this.strength = slider('Strength', { min: 0, max: 1.5, step: 0.01, value: 0.7, digits: 2 }, (value, gesture) => store.apply({ kind: 'truncate', slots: slot, strength: value }, gesture));
    this.directions = Array.from({ length: store.model.directions }, (_, direction) =>
      slider(`Direction ${direction + 1}`, { min: -4, max: 4, step: 0.1, value: 0 }, (value, gesture) => store.apply({ kind: 'direction', slot, direction, strength: value }, gesture)));
    this.element = h('div', { className: 'group', 'data-slot': slot }, h('div', { className: 'row' }, h('h3', { className: 'grow' }, name), this.fresh, this.more), this.thumbs, this.strength, ...this.directions);
  }

  #truncation() { return 0.8; }

  update(state, locked) {
    for (const control of [this.fresh, this.more, this.strength.input, ...this.directions.map(row => row.input)]) control.disabled = locked;
    for (const thumb of this.thumbs.children) thumb.disabled = locked || !thumb.firstChild; // an empty one can't be picked
    if (!state) return;
    this.strength.show(state.truncation);
    this.directions.forEach((row, at) => row.show(state.strengths[at]));
  }

  /** Asks for new variants to pick from. */
  async fill() {
    try {
      const request = { face: this.store.face, slots: this.slot, seed: randomSeed(), count: VARIANTS, truncation: this.#truncation() };
      const variants = await post('variants', request, this.part.stopping.signal);
      this.thumbs.replaceChildren(...variants.map((variant, at) => h('button', {
        className: 'thumb', 'aria-label': `${title(this.slot.replace('.', ' '))} ${at + 1}`, onclick: () => this.store.apply(variant.edit),
      }, h('img', { src: pngUrl(variant.image), alt: '' }))));
      if (this.part.state?.locked) for (const thumb of this.thumbs.children) thumb.disabled = true;
    } catch (error) {
      if (error.name !== 'AbortError') toast(error.message, true);
    }
  }
}
