// Dragging with a mouse: what has data-drag is taken, what has data-drop takes it. The app decides what that means.
const edge = 70;

/** @param ordered the target is a place before or after another one, instead of something to drop into */
export const listenDrag = (root, app, ordered) => {
  let taken, target, after;
  const aim = (element, behind) => {
    if (target !== element) delete target?.dataset.dropping;
    [target, after] = [element, behind];
    if (target) target.dataset.dropping = ordered ? (behind ? 'after' : 'before') : 'into';
  };
  const end = () => {
    delete taken?.dataset.dragging;
    delete root.dataset.dragged;
    aim(undefined);
    taken = undefined;
  };
  root.addEventListener('dragstart', event => {
    const handle = event.target.closest?.('[data-drag]');
    if (!handle) return;
    const whole = ordered ? handle.closest('[data-drop]') ?? handle : handle;
    taken = whole;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/x-ezw', handle.dataset.drag);
    if (whole !== handle) event.dataTransfer.setDragImage(whole, 12, 12);
    // After the browser has taken its picture of it.
    requestAnimationFrame(() => { if (taken) { taken.dataset.dragging = ''; root.dataset.dragged = ''; } });
  });
  root.addEventListener('dragover', event => {
    if (!taken) return;
    scrollNearEdge(root, event);
    const over = event.target.closest?.('[data-drop]');
    if (!over || ordered && over === taken) return aim(undefined);
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
    const box = over.getBoundingClientRect();
    aim(over, ordered && event.clientY > box.top + box.height / 2);
  });
  root.addEventListener('dragleave', event => { if (taken && !root.contains(event.relatedTarget)) aim(undefined); });
  root.addEventListener('drop', event => {
    if (!taken || !target) return;
    event.preventDefault();
    const [id, to, behind] = [event.dataTransfer.getData('text/x-ezw'), target.dataset.drop, after === true];
    end();
    app.invokeMethodAsync('Dropped', id, to, behind);
  });
  root.addEventListener('dragend', end);
  root.addEventListener('keydown', event => {
    if (ordered && ['ArrowUp', 'ArrowDown'].includes(event.key) && event.target.closest?.('[data-drag]')) event.preventDefault();
  });
};

const scrollNearEdge = (root, event) => {
  const box = root.getBoundingClientRect();
  if (event.clientX < box.left + edge) root.scrollLeft -= 14;
  else if (event.clientX > box.right - edge) root.scrollLeft += 14;
};
