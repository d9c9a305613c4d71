// Keys of the board: arrows go from card to card, Alt+arrow moves the card to the next column.
export const boardKeys = (root, app) => root.addEventListener('keydown', event => {
  const here = event.target.closest?.('.kcard-main');
  if (!here || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const up = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
  const rtl = getComputedStyle(root).direction === 'rtl';
  const along = ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0) * (rtl ? -1 : 1);
  if (!up && !along) return;
  if (event.altKey) {
    // The browser's own meaning of it is to go back a page.
    event.preventDefault();
    const id = here.closest('[data-drag]')?.dataset.drag;
    if (along && id) app.invokeMethodAsync('Stepped', id, along);
    return;
  }
  event.preventDefault();
  const next = up ? beside(here, up) : across(root, here, along);
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
});

const beside = (here, step) => {
  const cards = [...here.closest('.kcol').querySelectorAll('.kcard-main')];
  return cards[cards.indexOf(here) + step];
};

const across = (root, here, step) => {
  const columns = [...root.querySelectorAll('.kcol')];
  const top = here.getBoundingClientRect().top;
  for (let at = columns.indexOf(here.closest('.kcol')) + step; columns[at]; at += step) {
    const cards = [...columns[at].querySelectorAll('.kcard-main')];
    const distance = card => Math.abs(card.getBoundingClientRect().top - top);
    if (cards.length) return cards.reduce((best, card) => distance(card) < distance(best) ? card : best);
  }
};

export const focusCard = id => {
  const card = document.getElementById(id);
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
};
