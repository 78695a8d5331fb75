/** Applies the theme chosen by hand before the first paint. Blocking on purpose: a module would flash the other one. */
(() => {
  try {
    const theme = localStorage.getItem("siap-theme");
    if (theme) document.documentElement.dataset.theme = theme;
  } catch {
    // storage switched off: the device's own theme stays
  }
})();
