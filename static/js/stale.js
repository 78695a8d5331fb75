/** Shows the bar "data may be old" while the server cannot be reached, and takes it away when an answer arrives. */
const bar = document.querySelector("#stale > p");
const show = () => (bar.hidden = false);
const hide = () => (bar.hidden = true);

for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, show);
// 4xx is an answer (no right, gone); only a server that fails makes the screen old.
document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status >= 500 && show());
document.addEventListener("htmx:afterOnLoad", hide);
window.addEventListener("offline", show);
window.addEventListener("online", hide);
if (!navigator.onLine) show();
