// Puts the page together.
import { decodePng, getModel, post } from './api.js';
import { $, announce, toast } from './dom.js';
import { compact, fromLink, original } from './face.js';
import { facePanel } from './face-panel.js';
import { shareMenu } from './files.js';
import { gallery } from './gallery.js';
import { Gestures } from './gestures.js';
import { layersPanel } from './layers-panel.js';
import { paintPanel } from './paint-panel.js';
import { partPanel } from './part-panel.js';
import { partsList } from './parts-list.js';
import { Renderer } from './renderer.js';
import { Store } from './store.js';
import { tabs } from './tabs.js';
import { View } from './view.js';
import { walkPanel } from './walk-panel.js';

try {
  await start(await getModel());
} catch (error) {
  toast(`The studio could not start: ${error.message}`, true);
  throw error;
}

async function start(model) {
  const store = new Store(model);
  $('model').textContent = `${model.name} · ${model.imageSize}×${model.imageSize}`;
  const renderer = new Renderer(store);
  const view = new View(store), gestures = new Gestures(store, view);
  partsList(store, view);
  gallery(store);
  shareMenu(store);
  const paint = paintPanel(store, view, gestures), layers = layersPanel(store), walk = walkPanel(store);
  const showTab = tabs([
    { name: 'Part', element: partPanel(store, gestures) }, { name: 'Face', element: facePanel(store, view) }, { name: 'Paint', ...paint }, { name: 'Layers', ...layers }, { name: 'Walk', ...walk },
  ]);
  toolbar(store);
  compare(store, view);
  shortcuts(store);
  store.addEventListener('drawn', () => describePicture(store));
  store.addEventListener('full', () => toast('This browser has no more room; save a project file.', true));
  await openFirst(store);
  store.choose(model.parts.some(part => part.name === 'hair') ? 'hair' : model.parts[1].name);
  window.studio = { store, renderer, showTab }; // for those who look into the page
}

// A link's face, else what was there before a reload, else a new face.
async function openFirst(store) {
  const restored = store.restore();
  try {
    const edits = await fromLink(store.model, location.hash);
    if (edits) return store.open(edits);
  } catch (error) {
    toast(`The link can't be opened: ${error.message}`, true);
  }
  if (!restored) store.apply({ kind: 'face', seed: 3, truncation: 0.7 });
}

function toolbar(store) {
  $('undo').addEventListener('click', () => store.undo());
  $('redo').addEventListener('click', () => store.redo());
  $('new-face').addEventListener('click', () => store.newFace());
  $('keep').addEventListener('click', () => { store.keep(); announce('Kept.'); });
  store.addEventListener('face', () => {
    $('undo').disabled = !store.canUndo;
    $('redo').disabled = !store.canRedo;
    $('undo').title = store.canUndo ? `Undo: ${store.undoName} (Ctrl+Z)` : 'Undo (Ctrl+Z)';
    $('redo').title = store.canRedo ? `Redo: ${store.redoName} (Ctrl+Shift+Z)` : 'Redo (Ctrl+Shift+Z)';
  });
}

// While the button or the key is held, the face is shown as it was before its parts were edited.
function compare(store, view) {
  const begin = async () => {
    if (view.comparing) return;
    view.comparing = true;
    const answer = await post('edit', { edits: compact(original(store.edits)) });
    const bitmap = await decodePng(answer.image);
    if (!view.comparing) return;
    view.preview({ bitmap });
  };
  const end = () => {
    if (!view.comparing) return;
    view.comparing = false;
    view.preview(null);
  };
  const button = $('compare');
  button.addEventListener('pointerdown', begin);
  for (const name of ['pointerup', 'pointerleave', 'pointercancel', 'blur']) button.addEventListener(name, end);
  const isKey = event => event.key === 'b' && !typing(event) || event.target === button && (event.key === ' ' || event.key === 'Enter');
  addEventListener('keydown', event => { if (isKey(event) && !event.repeat) begin(); });
  addEventListener('keyup', event => { if (isKey(event)) end(); });
}

const typing = event => event.target.matches?.('input[type=number], input[type=text], select, textarea') || event.ctrlKey || event.metaKey || event.altKey;

function shortcuts(store) {
  addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      return event.shiftKey ? store.redo() : store.undo();
    }
    if (typing(event)) return;
    if (event.key === 'n') store.newFace();
    if (event.key === 's') { store.keep(); announce('Kept.'); }
  });
}

function describePicture(store) {
  const seen = new Set(store.picture.labels), names = store.model.parts.filter((_, at) => at > 0 && seen.has(at)).map(part => part.name);
  $('canvas').setAttribute('aria-label', `A face with ${names.join(', ')}. Arrow keys move the chosen part, plus and minus scale it, brackets turn it.`);
}
