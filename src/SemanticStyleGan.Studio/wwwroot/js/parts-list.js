// The list of parts with their colours: choose, switch on and off, lock.
import { $, h, icon, setIcon } from './dom.js';

const BASE = { name: 'base', color: 'transparent' };

export function partsList(store, view) {
  const rows = [...store.model.parts, ...(store.model.baseSlots > 0 ? [BASE] : [])].map(part => row(store, view, part));
  $('parts').append(...rows.map(r => r.element));
  const update = () => rows.forEach(r => r.update());
  for (const event of ['drawn', 'chosen', 'hovered']) store.addEventListener(event, update);
}

function row(store, view, part) {
  const index = store.model.parts.indexOf(part), isBase = part === BASE;
  const swatch = h('span', { className: 'swatch' });
  swatch.style.background = isBase ? 'conic-gradient(#6b89c6, #f1c453, #0db39e, #6b89c6)' : part.color;
  const choose = h('button', { className: 'choose', onclick: () => store.choose(part.name) }, swatch, h('span', { className: 'name' }, isBase ? 'All parts (base)' : part.name));
  const show = h('button', { className: 'switch-part', onclick: () => store.apply({ kind: 'show', part: part.name, on: !store.part(part.name)?.on }) }, icon('eye'));
  const lock = h('button', { className: 'switch-part', onclick: () => store.apply({ kind: 'lock', part: part.name, on: !store.part(part.name)?.locked }) }, icon('unlock'));
  const element = h('li', { className: 'part', onmouseenter: () => !isBase && view.hover(index), onmouseleave: () => view.hover(-1) }, choose, isBase ? [] : [show, lock]);
  const update = () => {
    const state = store.part(part.name);
    choose.setAttribute('aria-pressed', store.chosen === part.name);
    element.classList.toggle('under', view.hovered === index && !isBase);
    if (!state) return;
    element.classList.toggle('off', !state.on);
    setIcon(show, state.on ? 'eye' : 'eye-off');
    show.setAttribute('aria-label', `Show ${part.name}`);
    show.setAttribute('aria-pressed', state.on);
    show.title = state.on ? 'Switch off' : 'Switch on';
    show.disabled = state.locked;
    show.classList.toggle('faint', state.on);
    setIcon(lock, state.locked ? 'lock' : 'unlock');
    lock.setAttribute('aria-label', `Lock ${part.name}`);
    lock.setAttribute('aria-pressed', state.locked);
    lock.title = state.locked ? 'Unlock' : 'Lock: it stays as it is';
    lock.classList.toggle('set', state.locked);
    lock.classList.toggle('faint', !state.locked);
  };
  return { element, update };
}
