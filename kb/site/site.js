"use strict";

// On every page: the search form, which without scripts would lead nowhere, and what has expired since publishing.

function kbToday() {
  return new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
}

for (const form of document.querySelectorAll("form.find")) form.hidden = false;

for (const place of document.querySelectorAll("[data-until]")) {
  const until = place.dataset.until;
  if (!until || until >= kbToday()) continue;
  if (place.hidden) place.hidden = false;
  else {
    place.textContent = `已于 ${until} 失效`;
    place.classList.add("over");
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  document.getElementById("find").focus();
});
