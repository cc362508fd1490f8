// Painting the mask: brush a part, and the face follows.
import { decodePng, events, toBase64 } from './api.js';
import { $, h, slider, title, toast } from './dom.js';

export function paintPanel(store, view, gestures) {
  let active = false, drawing = false, touched = false, stop = null;
  const size = slider('Brush', { min: 1, max: 16, step: 1, value: 4, digits: 0, unit: ' px' }, () => {});
  const steps = slider('Effort', { min: 20, max: 300, step: 10, value: 80, digits: 0 }, () => {});
  const which = h('p', {}), bar = h('progress', { max: 1, value: 0, hidden: true, 'aria-label': 'Fitting the face' });
  const follow = h('button', { className: 'strong', onclick: () => run() }, 'Let the face follow');
  const clear = h('button', { onclick: () => restart() }, 'Start over');
  const cancel = h('button', { hidden: true, onclick: () => stop?.abort() }, 'Cancel');

  const update = () => {
    const part = store.model.parts.find(p => p.name === store.chosen);
    which.textContent = part ? `The brush paints: ${title(part.name)}. Choose another part in the list.` : 'Choose the part to paint in the list.';
    follow.disabled = clear.disabled = !touched || stop !== null;
  };
  const restart = () => {
    view.mask = active && store.picture ? store.picture.labels.slice() : null;
    touched = false;
    view.maskChanged();
    update();
  };
  const dab = event => {
    const part = view.chosenIndex;
    if (part < 0) return;
    const place = view.placeAt(event.clientX, event.clientY), side = view.side, radius = Number(size.input.value) / 2;
    const cx = place.x * side - 0.5, cy = place.y * side - 0.5;
    for (let y = Math.max(0, Math.ceil(cy - radius)); y <= Math.min(side - 1, cy + radius); y++)
      for (let x = Math.max(0, Math.ceil(cx - radius)); x <= Math.min(side - 1, cx + radius); x++)
        if ((x - cx) ** 2 + (y - cy) ** 2 <= radius * radius) view.mask[y * side + x] = part;
    touched = true;
    view.maskChanged();
    update();
  };
  view.canvas.addEventListener('pointerdown', event => {
    if (!active || stop || event.button > 0) return;
    view.canvas.setPointerCapture(event.pointerId);
    drawing = true;
    dab(event);
  });
  view.canvas.addEventListener('pointermove', event => { if (drawing && active) for (const each of event.getCoalescedEvents?.() ?? [event]) dab(each); });
  view.canvas.addEventListener('pointerup', () => { drawing = false; });

  const run = async () => {
    stop = new AbortController();
    bar.hidden = cancel.hidden = false;
    update();
    try {
      for await (const report of events('paint', { face: store.face, labels: toBase64(view.mask), steps: Number(steps.input.value) }, stop.signal)) {
        bar.value = report.done / report.total;
        if (report.image) view.preview({ bitmap: await decodePng(report.image) });
        if (report.edit) store.apply(report.edit);
      }
    } catch (error) {
      if (error.name !== 'AbortError') toast(error.message, true);
    }
    view.preview(null);
    stop = null;
    bar.hidden = cancel.hidden = true;
    update();
  };
  store.addEventListener('chosen', update);
  store.addEventListener('drawn', () => { if (active && !drawing) restart(); });
  update();
  const element = h('div', { className: 'stack' }, h('div', { className: 'group' }, h('h2', {}, 'Paint the mask'), which, size, steps, h('div', { className: 'row' }, follow, clear, cancel), bar,
    h('p', { className: 'quiet' }, 'Paint where the part shall be; then the shapes of all parts are fitted to the mask, and the colours stay.')));
  return {
    element, shown: now => {
      active = now;
      gestures.enabled = !now;
      view.hover(-1);
      $('canvas').classList.toggle('brush', now);
      restart();
    },
  };
}
