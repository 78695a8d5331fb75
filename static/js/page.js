/**
 * What every page does beyond HTML, in one file for slow networks: tells that data may be old, closes menus and bubbles,
 * lets people choose the theme. The page works without it.
 */

// --- The bar "data may be old", shown while the server cannot be reached -------------------------------------------------
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

// --- Menus close on Escape, on a click elsewhere, and when another one opens; Escape also puts away the bubble that says
// why (WCAG 1.4.13), until the reader moves on ---------------------------------------------------------------------------
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  for (const cell of document.querySelectorAll(".heat-cell:is(:hover, :focus-within)")) {
    cell.classList.add("why-closed");
    const again = () => cell.classList.remove("why-closed");
    cell.addEventListener("pointerleave", again, { once: true });
    cell.addEventListener("focusout", again, { once: true });
  }
});

// --- A button that goes round: as the device, light, dark. The choice is kept by this browser ----------------------------
const root = document.documentElement;
const order = ["auto", "light", "dark"];

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  const say = () => {
    const label = button.dataset[root.dataset.theme ?? "auto"];
    button.title = label;
    button.querySelector("span").textContent = label;
  };
  button.hidden = false;
  say();
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(root.dataset.theme ?? "auto") + 1) % order.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem("siap-theme");
      else localStorage.setItem("siap-theme", next);
    } catch {
      // storage switched off: the choice holds for this page
    }
    say();
  });
}
