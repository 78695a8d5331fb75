/** The report form: says when sending failed, brings mistakes into view, adds rows. Without it everything still works. */
const region = () => document.getElementById("report-form");
const trouble = (shown) => {
  const line = document.getElementById("send-trouble");
  if (line) line.hidden = !shown;
};
const failed = (event) => {
  if (!event.target.closest?.("#report-form")) return;
  const saved = document.getElementById("draft-state");
  if (event.target.matches("form")) trouble(true);
  else if (saved) saved.textContent = saved.dataset.failed;
};

// A browser without JavaScript gets another row by saving the draft.
function showAddButtons() {
  for (const button of document.querySelectorAll("[data-add-row]")) button.hidden = false;
  for (const advice of document.querySelectorAll("[data-without-script]")) advice.hidden = true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const rows = [...button.parentElement.querySelectorAll("fieldset.subform")];
  const added = rows.at(-1).cloneNode(true);
  const number = 1 + Math.max(...rows.map((row) => Number(row.querySelector("[name]").name.split("-")[1])));
  for (const part of added.querySelectorAll("*")) {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/(kendala|kejadian)-\d+/g, `$1-${number}`));
    }
    if (part.matches("input, textarea")) part.type === "checkbox" ? (part.checked = false) : (part.value = "");
    if (part.matches("select")) part.selectedIndex = 0;
    if (part.matches(".errorlist")) part.remove();
    part.classList.remove("field-wrong");
  }
  added.querySelector("legend").textContent = added.querySelector("legend").textContent.replace(/\d+/, rows.length + 1);
  rows.at(-1).after(added);
  added.querySelector("input:not([type=hidden]), select").focus();
});

// Somebody signed in again in another tab: the page's token is old. Fetch a new one, so that the next press is taken.
async function renewToken() {
  const answer = await fetch(region().dataset.formUrl, { headers: { "HX-Request": "true" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
  if (!fresh) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.value;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh.value }));
}

document.addEventListener("htmx:beforeRequest", (event) => event.target.matches?.("#report-form form") && trouble(false));
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, failed);
document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status === 403 && region() && renewToken());
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "report-form") return;
  showAddButtons();
  region()?.querySelector(".error-summary, .notice")?.focus();
});
showAddButtons();
