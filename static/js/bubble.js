/** Escape puts away the bubble that says why (WCAG 1.4.13); moving on brings bubbles back. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const cell of document.querySelectorAll(".heat-cell:is(:hover, :focus-within)")) {
    cell.classList.add("why-closed");
    const again = () => cell.classList.remove("why-closed");
    cell.addEventListener("pointerleave", again, { once: true });
    cell.addEventListener("focusout", again, { once: true });
  }
});
