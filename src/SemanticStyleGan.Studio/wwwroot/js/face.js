// A face is a list of edits; see Faces/Edit.cs for what they mean. These functions only look at lists.

export const randomSeed = () => Math.floor(Math.random() * 1e9);

const isWhole = edit => edit.kind === 'face' || edit.kind === 'codes' && edit.slots === 'all';

/** The same face in fewer edits: what came before a whole new face counts only where parts were locked. */
export function compact(edits) {
  let start = 0;
  const locked = new Set();
  edits.forEach((edit, at) => {
    if (edit.kind === 'lock') edit.on ? locked.add(edit.part) : locked.delete(edit.part);
    if (edit.kind === 'face' && locked.size === 0) start = at;
  });
  return edits.slice(start);
}

/** The face before its parts were edited: up to the last whole face. */
export function original(edits) {
  const last = edits.findLastIndex(isWhole);
  return last < 0 ? edits : edits.slice(0, last + 1);
}

/** The seed and truncation of the last whole face, null where it has none. */
export const lastFace = edits => edits.findLast(edit => edit.kind === 'face') ?? null;

/** What an edit does, for the history's buttons. */
export function describe(edit) {
  switch (edit?.kind) {
    case undefined: return '';
    case 'face': return 'new face';
    case 'resample': return `new ${edit.slots.replace('.', ' ')}`;
    case 'take': return `${edit.slots.replaceAll('.', ' ').replaceAll(',', ', ')} from another face`;
    case 'codes': return 'found codes';
    case 'truncate': return `strength of ${edit.slots.replaceAll('.', ' ')}`;
    case 'direction': return edit.slot.replace('.', ' ');
    case 'move': return `${edit.part} moved`;
    case 'show': return `${edit.part} ${edit.on ? 'on' : 'off'}`;
    case 'lock': return `${edit.part} ${edit.on ? 'locked' : 'unlocked'}`;
    case 'reset': return `${edit.part} reset`;
    default: return edit.kind;
  }
}

// Links: JSON, deflated, in base64url, behind the #, which no server sees.
export async function toLink(model, edits) {
  const json = JSON.stringify({ model: model.fingerprint.slice(0, 12), edits: compact(edits) });
  const packed = await new Response(new Blob([json]).stream().pipeThrough(new CompressionStream('deflate-raw'))).bytes();
  const code = btoa(Array.from(packed, byte => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `${location.origin}${location.pathname}#face=${code}`;
}

/** The edits of a link's hash, null where it has none. */
export async function fromLink(model, hash) {
  if (!hash.startsWith('#face=')) return null;
  const binary = atob(hash.slice(6).replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, c => c.charCodeAt(0));
  const { model: owner, edits } = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).json();
  if (owner !== model.fingerprint.slice(0, 12)) throw new Error('This link is of another model.');
  return edits;
}
