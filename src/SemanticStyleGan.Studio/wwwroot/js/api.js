// Talks to the studio's HTTP API.

/** What the studio refused, in one line. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function check(response) {
  if (response.ok) return response;
  let detail = `${response.status} ${response.statusText}`;
  try { detail = (await response.json()).detail ?? detail; } catch { /* no JSON: the status is all there is */ }
  throw new Problem(response.status, detail);
}

const send = async (path, body, signal) => check(await fetch(`api/${path}`, {
  method: 'POST', signal, body: body instanceof Blob ? body : JSON.stringify(body),
  headers: { 'content-type': body instanceof Blob ? body.type || 'application/octet-stream' : 'application/json' },
}));

export const getModel = async () => (await check(await fetch('api/model'))).json();

export const post = async (path, body, signal) => (await send(path, body, signal)).json();

export const postForBlob = async (path, body, signal) => (await send(path, body, signal)).blob();

/** The reports of long work, one by one; throws what it failed with. */
export async function* events(path, body, signal) {
  const response = await send(path, body, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
      const lines = text.slice(0, end).split('\n');
      const field = name => lines.filter(line => line.startsWith(name + ':')).map(line => line.slice(name.length + 1).trimStart()).join('\n');
      if (field('event') === 'error') throw new Problem(400, JSON.parse(field('data')).detail);
      if (field('event') === 'report') yield JSON.parse(field('data'));
    }
  }
}

export function fromBase64(text) {
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export function toBase64(bytes) {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

export const decodePng = base64 => createImageBitmap(new Blob([fromBase64(base64)], { type: 'image/png' }));
