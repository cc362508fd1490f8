// A walk between kept faces, played while it is made, and downloaded as an animation.
import { decodePng, events, postForBlob } from './api.js';
import { h, icon, pngUrl, slider, toast } from './dom.js';
import { download } from './files.js';

const FRAMES_PER_SECOND = 20;

export function walkPanel(store) {
  const way = new Set();
  let frames = [], timer = null, stop = null;
  const faces = h('div', { className: 'thumbs' }), canvas = h('canvas', { className: 'walk-view', width: 320, height: 320, hidden: true, role: 'img', 'aria-label': 'The walk' });
  const steps = slider('Frames', { min: 12, max: 240, step: 4, value: 48, digits: 0 }, () => {});
  const loop = h('input', { type: 'checkbox', checked: true }), bar = h('progress', { max: 1, value: 0, hidden: true, 'aria-label': 'Frames made' });
  const note = h('p', { className: 'quiet' });
  const play = h('button', { className: 'strong', onclick: () => timer || stop ? halt() : start() }, icon('play'), h('span', {}, 'Play'));
  const save = h('button', { onclick: () => saveFile() }, icon('download'), 'Animated WebP');

  const request = () => ({ faces: [...way].map(face => ({ edits: face.edits })), steps: Number(steps.input.value), loop: loop.checked, framesPerSecond: FRAMES_PER_SECOND });
  const update = () => {
    for (const face of way) if (!store.kept.includes(face)) way.delete(face);
    faces.replaceChildren(...store.kept.map(face => h('button', {
      className: 'thumb', 'aria-pressed': way.has(face), 'aria-label': `Walk through ${face.name}`, title: face.name,
      onclick: () => { way.has(face) ? way.delete(face) : way.add(face); update(); },
    }, h('img', { src: pngUrl(face.image), alt: '' }))));
    note.textContent = way.size < 2 ? 'Choose two kept faces or more, in the order of the walk.' : `${way.size} faces.`;
    play.disabled = save.disabled = way.size < 2;
  };
  const label = (name, text) => { play.querySelector('use').setAttribute('href', `icons.svg#${name}`); play.querySelector('span').textContent = text; };

  const halt = () => {
    stop?.abort();
    clearInterval(timer);
    timer = stop = null;
    bar.hidden = true;
    label('play', 'Play');
  };
  const start = async () => {
    frames = [];
    stop = new AbortController();
    canvas.hidden = bar.hidden = false;
    label('stop', 'Stop');
    let shown = 0;
    timer = setInterval(() => { if (frames.length) show(frames[Math.min(shown, frames.length - 1)]), shown = (shown + 1) % Math.max(frames.length, 1); }, 1000 / FRAMES_PER_SECOND);
    try {
      for await (const report of events('walk', request(), stop.signal)) {
        frames.push(await decodePng(report.image));
        bar.value = report.done / report.total;
      }
      bar.hidden = true;
    } catch (error) {
      halt();
      if (error.name !== 'AbortError') toast(error.message, true);
    }
  };
  const show = frame => {
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(frame, 0, 0, canvas.width, canvas.height);
  };
  const saveFile = async () => {
    save.disabled = true;
    try {
      download(await postForBlob('walk.webp', request()), 'walk.webp');
    } catch (error) {
      toast(error.message, true);
    }
    update();
  };
  store.addEventListener('kept', update);
  update();
  const element = h('div', { className: 'stack' }, h('div', { className: 'group' }, h('h2', {}, 'Walk between kept faces'), note, faces, canvas, bar, steps,
    h('label', { className: 'switch' }, loop, 'Back to the first'), h('div', { className: 'row' }, play, save)));
  return { element, shown: isShown => { if (!isShown) halt(); } };
}
