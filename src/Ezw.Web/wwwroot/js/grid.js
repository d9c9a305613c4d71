// A table of buttons is one stop for Tab; arrow keys go through its cells (data-row, data-column). Rows without cells are passed over.
export const gridKeys = root => {
  const cells = () => [...root.querySelectorAll('[data-row]')];
  const stop = cell => {
    root.querySelectorAll('[data-row][tabindex="0"]').forEach(one => { one.tabIndex = -1; });
    cell.tabIndex = 0;
  };
  root.addEventListener('focusin', event => { if (event.target.dataset.row) stop(event.target); });
  // Focused from outside the table: the box itself is the stop until a cell was chosen.
  root.addEventListener('keydown', event => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const here = event.target.closest?.('[data-row]');
    if (!here) {
      const first = event.target === root && cells()[0];
      if (first) { event.preventDefault(); first.focus(); }
      return;
    }
    event.preventDefault();
    const sideways = getComputedStyle(root).direction === 'rtl' ? -step[1] : step[1];
    let [row, column] = [+here.dataset.row, +here.dataset.column];
    const last = Math.max(...cells().map(cell => +cell.dataset.row));
    do {
      row += step[0];
      column += sideways;
      const next = root.querySelector(`[data-row="${row}"][data-column="${column}"]`);
      if (next) { next.focus(); next.scrollIntoView({ block: 'nearest', inline: 'nearest' }); return; }
    } while (step[0] && row >= 0 && row <= last);
  });
};
