// Keeps the picture up with the face: one request at a time, and of what changed meanwhile only the last state is asked for.
import { decodePng, fromBase64, post, Problem } from './api.js';
import { toast } from './dom.js';

export class Renderer {
  constructor(store) {
    this.store = store;
    this.busy = false;
    this.wanted = false;
    store.addEventListener('face', () => this.request());
  }

  /** Whether the picture is that of the face. */
  get idle() { return !this.busy && !this.wanted && this.store.picture !== null; }

  request() {
    this.wanted = true;
    this.since ??= performance.now();
    if (!this.busy) this.#run();
  }

  async #run() {
    this.busy = true;
    while (this.wanted) {
      this.wanted = false;
      const since = this.since;
      this.since = null;
      try {
        await this.#draw(since);
      } catch (error) {
        await this.#failed(error);
      }
    }
    this.busy = false;
  }

  async #draw(since) {
    const answer = await post('edit', this.store.face);
    const bitmap = await decodePng(answer.image);
    this.store.picture?.bitmap.close();
    this.store.picture = { ...answer, labels: fromBase64(answer.labels), bitmap };
    this.store.emit('drawn');
    // For those who measure: from the first input that this picture answers to its pixels.
    document.dispatchEvent(new CustomEvent('studio-drawn', { detail: { since, now: performance.now() } }));
  }

  async #failed(error) {
    if (error instanceof Problem && (error.status === 429 || error.status === 503)) {
      await new Promise(resume => setTimeout(resume, 500));
      this.wanted = true;
      return;
    }
    toast(error instanceof Problem ? error.message : 'The studio does not answer.', true);
  }
}
