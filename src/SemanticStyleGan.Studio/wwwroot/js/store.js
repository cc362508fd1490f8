// What the page knows: the history of the face, the kept faces, the chosen part; kept over reloads.
import { compact, describe, randomSeed } from './face.js';

const MOST_STEPS = 400;

/** Events: `face` (its edits changed), `drawn` (a picture of it arrived), `chosen`, `kept`, `view`. */
export class Store extends EventTarget {
  constructor(model) {
    super();
    this.model = model;
    this.key = `studio-${model.fingerprint}`;
    this.steps = [];      // each { open: edits } or { edit }
    this.at = 0;          // how many steps are done; the rest can be redone
    this.kept = [];       // { name, edits, image }
    this.chosen = null;   // a part's name, or 'base'
    this.picture = null;  // the last answer of /api/edit with its bitmap
    this.gesture = null;
  }

  /** The edits of the face as it is now. */
  get edits() {
    const done = this.steps.slice(0, this.at), open = done.findLastIndex(step => step.open);
    return open < 0 ? done.map(step => step.edit) : [...done[open].open, ...done.slice(open + 1).map(step => step.edit)];
  }

  get face() { return { edits: compact(this.edits) }; }

  /** The state of a part, as the last picture has it. */
  part(name) {
    return this.picture?.parts[this.model.parts.findIndex(part => part.name === name)];
  }

  /** Adds an edit; edits of one gesture replace each other. */
  apply(edit, gesture = null) { this.#push({ edit }, gesture); }

  /** Another face as it is: a kept one, a project's, a link's. */
  open(edits) { this.#push({ open: edits }, null); }

  newFace(truncation = 0.7) { this.apply({ kind: 'face', seed: randomSeed(), truncation }); }

  #push(step, gesture) {
    const same = gesture !== null && gesture === this.gesture && this.at === this.steps.length && this.at > 0;
    this.steps.length = same ? this.at - 1 : this.at;
    this.steps.push(step);
    if (this.steps.length > MOST_STEPS) {
      // The oldest steps become one, so the face stays the same.
      this.at = this.steps.length;
      const rest = this.steps.splice(-MOST_STEPS / 2), all = this.steps;
      this.at = all.length;
      this.steps = [{ open: compact(this.edits) }, ...rest];
    }
    this.at = this.steps.length;
    this.gesture = gesture;
    this.#changed();
  }

  get canUndo() { return this.at > 1; }
  get canRedo() { return this.at < this.steps.length; }
  get undoName() { return describe(this.steps[this.at - 1]?.edit) || 'opened face'; }
  get redoName() { return describe(this.steps[this.at]?.edit) || 'opened face'; }

  undo() { if (this.canUndo) { this.at--; this.gesture = null; this.#changed(); } }
  redo() { if (this.canRedo) { this.at++; this.gesture = null; this.#changed(); } }

  #changed() {
    this.emit('face');
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), 200);
  }

  choose(part) {
    if (part === this.chosen) return;
    this.chosen = part;
    this.emit('chosen');
  }

  keep() {
    const number = 1 + Math.max(0, ...this.kept.map(face => Number(face.name.match(/\d+$/)?.[0] ?? 0)));
    this.kept.push({ name: `Face ${number}`, edits: compact(this.edits), image: this.picture.image });
    this.save();
    this.emit('kept');
  }

  remove(face) {
    this.kept = this.kept.filter(kept => kept !== face);
    this.save();
    this.emit('kept');
  }

  emit(name) { this.dispatchEvent(new Event(name)); }

  /** All that a project file holds. */
  toProject() {
    return { format: 'semantic-stylegan-studio-project', model: this.model.fingerprint, steps: this.steps, at: this.at, kept: this.kept };
  }

  fromProject(project) {
    if (project?.format !== 'semantic-stylegan-studio-project' || !Array.isArray(project.steps) || !Array.isArray(project.kept)) throw new Error('This file is no project of the studio.');
    if (project.model !== this.model.fingerprint) throw new Error('This project is of another model.');
    this.steps = project.steps;
    this.at = Math.min(Math.max(0, project.at), project.steps.length);
    this.kept = project.kept;
    this.gesture = null;
    this.emit('kept');
    this.#changed();
  }

  save() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.toProject()));
    } catch {
      this.emit('full');
    }
  }

  /** Takes up what was there before a reload; false where there was nothing. */
  restore() {
    try {
      const text = localStorage.getItem(this.key);
      if (!text) return false;
      this.fromProject(JSON.parse(text));
      return this.at > 0;
    } catch {
      return false;
    }
  }
}
