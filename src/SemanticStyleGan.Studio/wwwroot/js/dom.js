// Small pieces of page: elements, icons, sliders, messages.

export const $ = id => document.getElementById(id);

/** An element with properties (on… are listeners, names with a dash attributes) and children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name.includes('-') || name === 'role' || name === 'for') element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `icons.svg#${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}

export function setIcon(button, name) {
  button.querySelector('use').setAttribute('href', `icons.svg#${name}`);
}

let count = 0;

/**
 * A labelled slider. While it is dragged `change(value, gesture)` is called with one and the same gesture, so that a drag is one step of the history.
 * @returns the row; its `show(value)` sets the value unless the user holds the slider.
 */
export function slider(label, { min, max, step, value, digits = 1, unit = '' }, change) {
  const id = `slider-${++count}`;
  const input = h('input', { type: 'range', id, min, max, step, value });
  const output = h('output', { for: id });
  let gesture = Symbol(), held = false;
  const write = () => { output.textContent = Number(input.value).toFixed(digits) + unit; };
  input.addEventListener('pointerdown', () => { held = true; });
  input.addEventListener('input', () => { write(); change(Number(input.value), gesture); });
  input.addEventListener('change', () => { held = false; gesture = Symbol(); });
  const row = h('div', { className: 'slider' }, h('label', { htmlFor: id }, label), input, output);
  row.input = input;
  row.show = shown => { if (!held) { input.value = shown; write(); } };
  write();
  return row;
}

/** Says something to everybody, for a while. */
export function toast(text, bad = false) {
  const note = h('div', { className: bad ? 'toast bad' : 'toast' }, text);
  $('toasts').append(note);
  setTimeout(() => note.remove(), bad ? 8000 : 4000);
}

/** Says something to those who listen to the page. */
export function announce(text) {
  $('announcements').textContent = text;
}

export const title = name => name.charAt(0).toUpperCase() + name.slice(1);

export const pngUrl = base64 => `data:image/png;base64,${base64}`;
