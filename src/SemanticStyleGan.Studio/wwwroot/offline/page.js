// The page that needs no server: a face from a seed, and each part's shape and texture drawn anew.
import { $, h, slider } from '../js/dom.js';
import { Model } from './model.js';

const anySeed = () => Math.floor(Math.random() * 1e6);
const face = { seed: 3, truncation: 0.7, parts: [] };
let model, running = Promise.resolve();

/** Draws the face as it is when its turn comes; what was overtaken is not drawn. */
let asked = 0;
function redraw() {
  const mine = ++asked;
  running = running.then(() => mine === asked ? draw() : undefined).catch(error => { $('status').textContent = `Error: ${error.message}`; });
}

async function draw() {
  const start = performance.now(), picture = await model.synthesize(face), time = performance.now() - start;
  paint('image', picture.rgb);
  const colors = model.parts.map(part => [1, 3, 5].map(at => parseInt(part.color.slice(at, at + 2), 16)));
  paint('mask', pixel => colors[picture.classes[pixel]]);
  $('status').textContent = `${model.side}×${model.side} pixels in ${time.toFixed(0)} ms`;
  document.body.dataset.drawn = asked;
}

function paint(id, color) {
  const { side } = model, picture = new ImageData(side, side);
  for (let pixel = 0; pixel < side * side; pixel++) picture.data.set([...color(pixel), 255], 4 * pixel);
  Object.assign($(id), { width: side, height: side });
  $(id).getContext('2d').putImageData(picture, 0, 0);
}

function newFace(seed) {
  face.seed = Math.max(0, Math.floor(seed) || 0);
  $('seed').value = face.seed;
  for (const part of face.parts) part.shape = part.texture = undefined;
  redraw();
}

function partRow(part, index) {
  const state = face.parts[index] = { hidden: false };
  const shown = h('input', { type: 'checkbox', checked: true, onchange: () => { state.hidden = !shown.checked; redraw(); } });
  const swatch = h('span', { className: 'swatch' });
  swatch.style.background = part.color;
  const anew = (what, name) => h('button', { 'aria-label': `New ${what} of ${part.name}`, onclick: () => { state[what] = anySeed(); redraw(); } }, name);
  return h('li', {}, h('label', { className: 'switch' }, shown, swatch, part.name), anew('shape', 'Shape'), anew('texture', 'Texture'));
}

function save() {
  $('image').toBlob(blob => {
    const link = URL.createObjectURL(blob);
    h('a', { href: link, download: `face-${face.seed}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(link), 10_000);
  });
}

$('studio').hidden = !location.pathname.endsWith('/offline.html'); // in an exported folder there is none
try {
  model = await Model.open();
  $('parts').append(...model.parts.map(partRow));
  $('face').append(slider('Variety', { min: 0, max: 1, step: 0.01, value: face.truncation, digits: 2 }, value => { face.truncation = value; redraw(); }));
  $('seed').addEventListener('change', () => newFace(Number($('seed').value)));
  $('any').addEventListener('click', () => newFace(anySeed()));
  $('save').addEventListener('click', save);
  newFace(3);
} catch (error) {
  $('status').textContent = `The model can't be loaded: ${error.message}`;
  throw error;
}
