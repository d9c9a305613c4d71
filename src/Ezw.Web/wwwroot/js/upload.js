// Files that are too large for WebAssembly's memory go straight from the disk to the server.
let request;

/** Answers {status, body}; a status of 0 says that the server could not be reached, or that it was canceled. */
export const send = (input, url, headers, app) => new Promise(resolve => {
  const file = input.files[0];
  request = new XMLHttpRequest();
  request.open('POST', url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.setRequestHeader('Content-Type', file.name.toLowerCase().endsWith('.zip') ? 'application/zip' : 'text/plain');
  let told = 0;
  request.upload.onprogress = event => {
    const percent = Math.floor(100 * event.loaded / event.total);
    if (percent > told) app.invokeMethodAsync('Sent', told = percent);
  };
  const end = () => resolve({ status: request.status, body: request.responseText });
  request.onload = end;
  request.onerror = end;
  request.onabort = () => resolve({ status: 0, body: '' });
  request.send(file);
});
export const cancel = () => request?.abort();
export const fileOf = input => input.files[0] ? { name: input.files[0].name, size: input.files[0].size } : null;
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
