/** Button that goes round: as the device, light, dark. The choice is kept by this browser. */
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
