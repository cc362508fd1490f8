// The kept faces.
import { $, h, icon, pngUrl } from './dom.js';

export function gallery(store) {
  const update = () => {
    $('gallery-empty').hidden = store.kept.length > 0;
    $('gallery').replaceChildren(...store.kept.map(face => h('li', { className: 'kept' },
      h('button', { className: 'thumb', 'aria-label': `Open ${face.name}`, title: `Open ${face.name}`, onclick: () => store.open(face.edits) }, h('img', { src: pngUrl(face.image), alt: '' })),
      h('button', { className: 'remove', 'aria-label': `Remove ${face.name}`, title: 'Remove', onclick: () => store.remove(face) }, icon('close')),
      h('span', { className: 'name' }, face.name))));
  };
  store.addEventListener('kept', update);
  update();
}
