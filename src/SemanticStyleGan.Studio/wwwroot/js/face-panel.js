// The whole face: its seed and variety, parts of a kept face mixed in, a picture of one's own.
import { h, pngUrl, slider, icon } from './dom.js';
import { lastFace } from './face.js';
import { photoGroup } from './photo.js';

export function facePanel(store, view) {
  const seed = h('input', { type: 'number', min: 0, step: 1, id: 'seed', className: 'grow' });
  const useSeed = () => store.apply({ kind: 'face', seed: Math.max(0, Math.floor(Number(seed.value) || 0)), truncation: truncation() });
  seed.addEventListener('change', useSeed);
  const variety = slider('Variety', { min: 0, max: 1.2, step: 0.01, value: 0.7, digits: 2 }, (value, gesture) => store.apply({ kind: 'truncate', slots: 'all', strength: value }, gesture));
  const truncation = () => Number(variety.input.value);
  const mixing = mix(store);
  store.addEventListener('drawn', () => {
    const face = lastFace(store.edits), all = store.edits.findLast(edit => edit.kind === 'face' || edit.kind === 'truncate' && edit.slots === 'all');
    if (face && document.activeElement !== seed) seed.value = face.seed;
    if (all) variety.show(all.truncation ?? all.strength);
  });
  return h('div', { className: 'stack' },
    h('div', { className: 'group' }, h('h2', {}, 'This face'),
      h('div', { className: 'row' }, h('label', { htmlFor: 'seed' }, 'Seed'), seed, h('button', { onclick: () => store.newFace(truncation()) }, icon('dice'), 'Any')),
      variety, h('p', { className: 'quiet' }, 'The same seed gives the same face. Less variety is closer to the average face. Locked parts stay.')),
    mixing, photoGroup(store, view),
    h('p', { className: 'quiet group' }, h('a', { href: 'offline.html' }, 'Faces in the browser alone, without this server')));
}

function mix(store) {
  let from = null;
  const faces = h('div', { className: 'thumbs' }), nothing = h('p', { className: 'quiet' }, 'Keep faces to mix with them.');
  const checks = store.model.parts.map(part => ({ part, input: h('input', { type: 'checkbox' }) }));
  const apply = h('button', { className: 'strong', onclick: () => store.apply({ kind: 'take', slots: chosen().join(','), from: { edits: from.edits } }) }, 'Mix in');
  const chosen = () => checks.filter(check => check.input.checked).map(check => check.part.name);
  const update = () => {
    if (!store.kept.includes(from)) from = null;
    nothing.hidden = store.kept.length > 0;
    faces.replaceChildren(...store.kept.map(face => h('button', { className: 'thumb', 'aria-label': `Mix with ${face.name}`, 'aria-pressed': face === from, title: face.name, onclick: () => { from = face; update(); } }, h('img', { src: pngUrl(face.image), alt: '' }))));
    apply.disabled = !from || chosen().length === 0;
  };
  for (const check of checks) check.input.addEventListener('change', update);
  store.addEventListener('kept', update);
  update();
  return h('div', { className: 'group' }, h('h2', {}, 'Mix with a kept face'), faces, nothing,
    h('div', { className: 'checks' }, checks.map(check => h('label', { className: 'switch' }, check.input, check.part.name))), apply);
}
