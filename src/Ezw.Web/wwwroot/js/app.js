// What a browser can do and WebAssembly cannot: streams, keys, storage, focus, scrolling, other tabs. No decisions here.

// --- storage ---------------------------------------------------------------------------------------
export const load = name => localStorage.getItem('ezw.' + name);
export const save = (name, text) => {
  try { text === null ? localStorage.removeItem('ezw.' + name) : localStorage.setItem('ezw.' + name, text); } catch { /* full or forbidden */ }
};
export const forget = prefix => Object.keys(localStorage).filter(key => key.startsWith('ezw.' + prefix)).forEach(key => localStorage.removeItem(key));

// --- look ------------------------------------------------------------------------------------------
export const isDark = () => matchMedia('(prefers-color-scheme: dark)').matches;
export const present = (language, direction, theme) => {
  const root = document.documentElement;
  root.lang = language;
  root.dir = direction;
  root.dataset.theme = theme;
};
export const preferredLanguage = () => navigator.language || 'en';
export const title = text => { document.title = text; };
export const copy = text => navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false;
export const isNarrow = () => matchMedia('(max-width: 760px)').matches;

// --- other tabs of the same browser ------------------------------------------------------------------
let channel;
export const joinTabs = app => {
  channel = new BroadcastChannel('ezw');
  channel.onmessage = event => app.invokeMethodAsync('HeardOtherTab', event.data);
};
export const tellTabs = word => channel?.postMessage(word);

// A refresh token works once: the tabs of a browser renew one after the other.
const held = new Map();
export const lock = name => new Promise(granted => {
  if (!navigator.locks) return granted();
  navigator.locks.request('ezw.' + name, () => new Promise(release => { held.set(name, release); granted(); }));
});
export const unlock = name => { held.get(name)?.(); held.delete(name); };

// --- the live stream ---------------------------------------------------------------------------------
let stream;
export const openStream = (url, feed) => {
  closeStream();
  const source = stream = new EventSource(url);
  const tell = (kind, event) => { if (source === stream) feed.invokeMethodAsync('Heard', kind, event?.lastEventId ?? '', event?.data ?? ''); };
  for (const kind of ['ready', 'reset', 'change', 'presence', 'end', 'bye'])
    source.addEventListener(kind, event => tell(kind, event));
  // A ticket opens one stream, so that the browser's own reconnecting would be refused.
  source.onerror = () => { if (source !== stream) return; source.close(); tell('lost'); };
};
export const closeStream = () => { stream?.close(); stream = undefined; };
export const followNetwork = feed => {
  addEventListener('online', () => feed.invokeMethodAsync('Heard', 'online', '', ''));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') feed.invokeMethodAsync('Heard', 'visible', '', '');
  });
};

// --- keys --------------------------------------------------------------------------------------------
// By physical key, so that they work on a Hebrew layout.
const alt = new Set(['KeyJ', 'KeyK', 'KeyE', 'KeyM', 'KeyP', 'KeyL', 'KeyA', 'KeyI', 'KeyB']);
const control = new Set(['KeyK', 'Slash']);
export const listenKeys = app => addEventListener('keydown', event => {
  const ctrl = event.ctrlKey || event.metaKey;
  const known = (event.altKey && !ctrl && alt.has(event.code)) || (ctrl && !event.altKey && control.has(event.code))
    || (event.code === 'Escape' && !event.defaultPrevented);
  if (!known || event.repeat && event.code !== 'KeyJ' && event.code !== 'KeyK') return;
  if (event.code !== 'Escape') event.preventDefault();
  app.invokeMethodAsync('Pressed', (event.altKey ? 'Alt+' : ctrl ? 'Ctrl+' : '') + event.code);
});

// --- focus and text ----------------------------------------------------------------------------------
export const focus = element => element?.focus({ preventScroll: true });
export const focusById = id => document.getElementById(id)?.focus({ preventScroll: true });
export const insert = (element, text) => {
  element.focus();
  element.setRangeText(text, element.selectionStart, element.selectionEnd, 'end');
  element.dispatchEvent(new Event('input', { bubbles: true }));
};
export const setText = (element, text) => { if (element.value !== text) element.value = text; grow(element); };
export const grow = element => {
  element.style.height = 'auto';
  element.style.height = Math.min(element.scrollHeight + 2, innerHeight * 0.4) + 'px';
};

// The composer: Enter sends or breaks the line as its owner likes; files come by paste, drop or picker through one input.
export const listenComposer = (box, input, app) => {
  const text = box.querySelector('textarea');
  text.addEventListener('input', () => grow(text));
  text.addEventListener('keydown', event => {
    const menu = text.getAttribute('aria-expanded') === 'true';
    if (menu && ['ArrowUp', 'ArrowDown', 'Tab', 'Escape'].includes(event.key) || menu && event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      app.invokeMethodAsync('MenuKey', event.key);
      return;
    }
    if (event.key !== 'Enter' || event.isComposing) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const sends = text.dataset.sendKey === 'enter' ? !event.shiftKey && !event.altKey : ctrl;
    if (!sends) return;
    event.preventDefault();
    app.invokeMethodAsync('Submit', text.value);
  });
  const take = files => {
    const images = [...files].filter(file => file.type.startsWith('image/'));
    if (images.length === 0) return false;
    const bag = new DataTransfer();
    bag.items.add(images[0]);
    input.files = bag.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  };
  text.addEventListener('paste', event => { if (take(event.clipboardData?.files ?? [])) event.preventDefault(); });
  const zone = box.closest('[data-drop]') ?? box;
  zone.addEventListener('dragover', event => {
    if ([...event.dataTransfer.types].includes('Files')) { event.preventDefault(); zone.dataset.dropping = ''; }
  });
  zone.addEventListener('dragleave', event => { if (!zone.contains(event.relatedTarget)) delete zone.dataset.dropping; });
  zone.addEventListener('drop', event => {
    delete zone.dataset.dropping;
    if (event.dataTransfer.files.length) { event.preventDefault(); take(event.dataTransfer.files); }
  });
};

// --- the thread --------------------------------------------------------------------------------------
const nearEnd = 120;
export const follow = (box, app) => {
  let busy = false;
  box.addEventListener('scroll', () => {
    if (busy) return;
    busy = true;
    requestAnimationFrame(() => {
      busy = false;
      const below = box.scrollHeight - box.scrollTop - box.clientHeight;
      app.invokeMethodAsync('Scrolled', box.scrollTop < 600, below < 600, below < nearEnd);
    });
  }, { passive: true });
};
export const toEnd = box => { box.scrollTop = box.scrollHeight; };
export const toElement = (box, id) => {
  const target = document.getElementById(id);
  if (!target) return false;
  box.scrollTop += target.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  target.classList.remove('found');
  void target.offsetWidth;
  target.classList.add('found');
  return true;
};
// What is read stays where it is while messages come and go above it: by the first element in sight.
let anchor;
export const hold = box => {
  const top = box.getBoundingClientRect().top;
  for (const child of box.querySelectorAll('[data-anchor]')) {
    const rect = child.getBoundingClientRect();
    if (rect.bottom > top) { anchor = { id: child.id, offset: rect.top - top }; return; }
  }
  anchor = undefined;
};
export const release = box => {
  const element = anchor && document.getElementById(anchor.id);
  if (element) box.scrollTop += element.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.offset;
  anchor = undefined;
};
export const watchEnd = (box, sentinel, app, method) => {
  new IntersectionObserver(entries => { if (entries.some(entry => entry.isIntersecting)) app.invokeMethodAsync(method); },
    { root: box, rootMargin: '600px' }).observe(sentinel);
};

export * from './board.js';
export * from './drag.js';
export * from './grid.js';

// --- notifications -----------------------------------------------------------------------------------
export const mayNotify = () => 'Notification' in window ? Notification.permission : 'denied';
export const askToNotify = () => 'Notification' in window ? Notification.requestPermission() : 'denied';
export const notify = (heading, body, tag, url) => {
  if (!('Notification' in window) || Notification.permission !== 'granted' || document.hasFocus()) return;
  const note = new Notification(heading, { body, tag, dir: 'auto' });
  note.onclick = () => { window.focus(); note.close(); history.pushState(null, '', url); dispatchEvent(new PopStateEvent('popstate')); };
};
let audio;
export const chime = () => {
  try {
    audio ??= new AudioContext();
    const [tone, volume, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime];
    tone.frequency.setValueAtTime(740, at);
    tone.frequency.setValueAtTime(988, at + 0.09);
    volume.gain.setValueAtTime(0.08, at);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.36);
  } catch { /* no sound device */ }
};
export const hasFocus = () => document.hasFocus();
