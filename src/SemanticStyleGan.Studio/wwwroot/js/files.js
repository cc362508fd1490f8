// Everything that leaves the page or comes back: links, pictures, latents, projects.
import { postForBlob } from './api.js';
import { $, h, icon, toast } from './dom.js';
import { toLink } from './face.js';

export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function shareMenu(store) {
  const menu = $('share-menu'), button = $('share');
  const file = (format, name) => async () => download(await postForBlob(`edit?format=${format}`, store.face), name);
  const items = [
    ['Copy link', 'share', async () => copyLink(store)],
    ['Picture (PNG)', 'download', file('png', 'face.png')],
    ['Mask in colours (PNG)', 'download', file('mask', 'mask.png')],
    ['Mask as classes (PNG)', 'download', file('labels', 'labels.png')],
    ['Latents (NumPy)', 'download', file('npy', 'latents.npy')],
    ['Save project', 'download', async () => download(new Blob([JSON.stringify(store.toProject())], { type: 'application/json' }), 'face.studio.json')],
    ['Open project …', 'share', async () => openProject(store)],
  ];
  menu.append(...items.map(([name, symbol, action]) => h('button', { role: 'menuitem', tabIndex: -1, onclick: () => { close(); action().catch(error => toast(error.message, true)); } }, icon(symbol), name)));

  const close = () => { menu.hidden = true; button.setAttribute('aria-expanded', 'false'); };
  const open = () => { menu.hidden = false; button.setAttribute('aria-expanded', 'true'); menu.firstElementChild.focus(); };
  button.addEventListener('click', () => menu.hidden ? open() : close());
  document.addEventListener('pointerdown', event => { if (!event.target.closest('.menu')) close(); });
  menu.addEventListener('keydown', event => {
    const all = [...menu.children], at = all.indexOf(document.activeElement);
    if (event.key === 'ArrowDown') all[(at + 1) % all.length].focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length].focus();
    else if (event.key === 'Escape') { close(); button.focus(); }
    else if (event.key === 'Tab') close();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
  });
}

async function copyLink(store) {
  const link = await toLink(store.model, store.edits);
  history.replaceState(null, '', link);
  try {
    await navigator.clipboard.writeText(link);
    toast('The link is copied.');
  } catch {
    toast('The link is in the address bar.');
  }
}

function openProject(store) {
  return new Promise((resolve, reject) => {
    const input = h('input', { type: 'file', accept: '.json,application/json' });
    input.addEventListener('change', async () => {
      try {
        store.fromProject(JSON.parse(await input.files[0].text()));
        resolve();
      } catch (error) {
        reject(error instanceof SyntaxError ? new Error('This file is no project of the studio.') : error);
      }
    });
    input.click();
  });
}
