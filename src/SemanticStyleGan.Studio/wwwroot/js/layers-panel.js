// A face taken apart: the chosen part alone, the coarse mask, the depths of all parts.
import { post } from './api.js';
import { h, pngUrl, toast } from './dom.js';

export function layersPanel(store) {
  const big = h('div', { className: 'big' }), depths = h('div', { className: 'layers' });
  let shown = false, stop = null, timer = null;
  const figure = (image, caption) => h('figure', {}, h('img', { src: pngUrl(image), alt: caption }), h('figcaption', {}, caption));
  const update = async () => {
    if (!shown || !store.picture) return;
    stop?.abort();
    stop = new AbortController();
    const part = store.chosen && store.chosen !== 'base' ? store.chosen : null;
    try {
      const layers = await post(`layers${part ? `?part=${encodeURIComponent(part)}` : ''}`, store.face, stop.signal);
      big.replaceChildren(...[layers.alone ? figure(layers.alone, `${part} alone`) : null, figure(layers.coarseMask, 'coarse mask')].filter(x => x));
      depths.parentElement.hidden = layers.depths.length === 0;
      depths.replaceChildren(...layers.depths.map((image, at) => figure(image, store.model.parts[at].name)));
    } catch (error) {
      if (error.name !== 'AbortError') toast(error.message, true);
    }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(update, 250); };
  for (const event of ['drawn', 'chosen']) store.addEventListener(event, later);
  const element = h('div', { className: 'stack' }, h('div', { className: 'group' }, big),
    h('div', { className: 'group' }, h('h2', {}, 'Depths'), h('p', { className: 'quiet' }, 'Every part has a depth everywhere, from far (blue) to near (red); the nearest is seen.'), depths));
  return { element, shown: now => { shown = now; later(); } };
}
