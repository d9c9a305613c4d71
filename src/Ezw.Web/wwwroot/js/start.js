// Before the first paint: the language's direction and the theme, so that nothing flips when the app is there.
(() => {
  const read = name => { try { return JSON.parse(localStorage.getItem('ezw.' + name)); } catch { return null; } };
  const language = read('language') || (navigator.language || 'en').toLowerCase().split('-')[0];
  const he = language === 'he' || language === 'iw';
  const root = document.documentElement;
  root.lang = he ? 'he' : 'en';
  root.dir = he ? 'rtl' : 'ltr';
  const theme = read('theme') || 'system';
  root.dataset.theme = theme === 'system' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : theme;
})();
