// Starts the app; says why when it does not start.
(() => {
  const fail = why => {
    document.getElementById('boot-failed-why').textContent = why;
    document.getElementById('boot-failed').hidden = false;
    document.getElementById('app').hidden = true;
  };
  if (typeof WebAssembly !== 'object')
    return fail('This browser cannot run WebAssembly, or it is turned off.');
  if (typeof Blazor === 'undefined')
    return fail('A part of the app could not be loaded. Check the connection to the server.');
  Blazor.start().catch(problem => fail(`A part of the app could not be loaded: ${problem?.message ?? problem}`));
})();
