// A picture of one's own: the encoder's guess at once, refined with a progress bar, then a face like any other.
import { decodePng, events } from './api.js';
import { h, icon, slider, toast } from './dom.js';

export function photoGroup(store, view) {
  let stop = null;
  const input = h('input', { type: 'file', accept: 'image/jpeg,image/png,image/webp,image/bmp,image/gif', className: 'hidden', 'aria-label': 'Picture to edit', tabIndex: -1 });
  const choose = h('button', { onclick: () => input.click() }, icon('photo'), 'Choose a picture …');
  const shown = h('img', { className: 'photo', alt: 'The chosen picture', hidden: true });
  const steps = slider('Refinement', { min: 0, max: 600, step: 20, value: 200, digits: 0 }, () => {});
  const bar = h('progress', { max: 1, value: 0, hidden: true, 'aria-label': 'Refining the face' }), note = h('p', { className: 'quiet', role: 'status' });
  const cancel = h('button', { hidden: true, onclick: () => stop?.abort() }, 'Cancel');
  const drop = h('div', { className: 'drop' }, shown, choose, h('p', { className: 'quiet' }, 'or drop it here. It stays on the machine that runs the studio, and is forgotten as soon as its face is found.'));

  const run = async file => {
    stop?.abort();
    stop = new AbortController();
    const mine = stop;
    if (shown.src) URL.revokeObjectURL(shown.src);
    shown.src = URL.createObjectURL(file);
    shown.hidden = bar.hidden = cancel.hidden = false;
    choose.disabled = true;
    bar.removeAttribute('value');
    note.textContent = 'Looking at it …';
    const gesture = Symbol();
    try {
      for await (const report of events(`invert?steps=${Number(steps.input.value)}`, file, stop.signal)) {
        bar.value = report.total ? report.done / report.total : 1;
        note.textContent = report.detail ?? '';
        // The guess and the refined face are one step of the history.
        if (report.edit) store.apply(report.edit, gesture);
        else if (report.image) view.preview({ bitmap: await decodePng(report.image) });
      }
    } catch (error) {
      if (error.name !== 'AbortError') toast(error.message, true);
      note.textContent = error.name === 'AbortError' ? 'Cancelled.' : '';
    }
    view.preview(null);
    if (stop !== mine) return;
    stop = null;
    bar.hidden = cancel.hidden = true;
    choose.disabled = false;
  };
  input.addEventListener('change', () => { if (input.files[0]) run(input.files[0]); input.value = ''; });
  drop.addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer.files[0]) run(event.dataTransfer.files[0]);
  });
  return h('div', { className: 'group' }, h('h2', {}, 'A picture of your own'), drop, input, steps, bar, h('div', { className: 'row' }, cancel), note);
}
