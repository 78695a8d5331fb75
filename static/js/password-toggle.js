/** Adds a button that shows what was typed into a password field; without it the field works as ever. */
for (const form of document.querySelectorAll("form[data-show-password]")) {
  for (const input of form.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button");
    const say = () => {
      const shown = input.type === "text";
      button.textContent = shown ? form.dataset.hidePassword : form.dataset.showPassword;
      button.setAttribute("aria-pressed", String(shown));
    };
    button.type = "button";
    button.className = "plain";
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => {
      input.type = input.type === "text" ? "password" : "text";
      say();
    });
    // A password manager must see a password field when the form leaves.
    form.addEventListener("submit", () => (input.type = "password"));
    say();
    input.after(button);
  }
}
