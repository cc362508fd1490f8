// The tabs of the panel: one is shown, arrow keys go from one to the next.
import { $, h } from './dom.js';

/** @param pages each { name, element, shown(isShown) } */
export function tabs(pages) {
  const buttons = [], panels = [];
  const show = (at, focus) => {
    buttons.forEach((button, i) => {
      button.setAttribute('aria-selected', i === at);
      button.tabIndex = i === at ? 0 : -1;
      if (panels[i].hidden !== (i !== at)) {
        panels[i].hidden = i !== at;
        pages[i].shown?.(i === at);
      }
    });
    if (focus) buttons[at].focus();
  };
  pages.forEach(({ name, element }, at) => {
    const id = name.toLowerCase();
    buttons.push(h('button', { role: 'tab', id: `tab-${id}`, 'aria-controls': `page-${id}`, onclick: () => show(at) }, name));
    panels.push(h('div', { role: 'tabpanel', tabIndex: 0, id: `page-${id}`, 'aria-labelledby': `tab-${id}`, hidden: true }, element));
  });
  $('tabs').append(...buttons);
  $('tab-panels').append(...panels);
  $('tabs').addEventListener('keydown', event => {
    const at = buttons.indexOf(document.activeElement), to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show((to + buttons.length) % buttons.length, true);
  });
  show(0);
  return name => show(pages.findIndex(page => page.name === name));
}
