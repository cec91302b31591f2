// What the pages do beyond plain HTML: keys, copying, and lighting up where a value was found. Every page works without it.
(() => {
  "use strict";

  const keysOn = () => document.body.dataset.keys !== "off";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-row]")];

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("at"));
    const next = all.at(Math.min(Math.max(at + step, 0), all.length - 1));
    all.forEach((row) => row.classList.toggle("at", row === next));
    next.querySelector("a[href]").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  const press = (selector) => document.querySelector(selector)?.click();

  function edit() {
    const first = document.querySelector("[data-edit]");
    if (first instanceof HTMLInputElement) first.select();
    first?.focus();
    if (first instanceof HTMLAnchorElement) first.click();
  }

  const actions = new Map([
    ["j", () => move(1)],
    ["k", () => move(-1)],
    ["/", () => document.querySelector("[data-search]")?.focus()],
    ["e", edit],
    ["c", () => press("[data-confirm]")],
    ["s", () => press("[data-skip]")],
    ["x", () => press("[data-row].at input[type=checkbox]")],
    ["?", () => document.getElementById("keys")?.showModal()],
  ]);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !keysOn()) return;
    const action = actions.get(event.key);
    if (!action || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    action();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    document.getElementById("said").textContent = button.dataset.copied;
  });

  function light(name, on) {
    document.querySelectorAll(`[data-evidence="${CSS.escape(name)}"]`).forEach((box, index) => {
      box.classList.toggle("lit", on);
      if (on && index === 0) box.closest(".sheet-page")?.scrollIntoView({ block: "nearest" });
    });
    const frame = document.querySelector("iframe[data-original]");
    const place = document.querySelector(`[data-fact="${CSS.escape(name)}"]`)?.dataset.place;
    // Replaced, not followed: the way back leads to the page before this one, however many facts were looked at.
    if (frame && on && place) frame.contentWindow.location.replace(`${frame.dataset.original}#${place}`);
  }

  for (const [start, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    for (const [type, on] of [[start, true], [end, false]]) {
      document.addEventListener(type, (event) => {
        const fact = event.target.closest?.("[data-fact]");
        if (fact && !fact.contains(event.relatedTarget)) light(fact.dataset.fact, on);
      });
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      document.querySelectorAll(`input[name="${event.target.dataset.all}"]`).forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  const drop = (event) => event.target.closest?.(".drop");
  document.addEventListener("dragover", (event) => { if (drop(event)) { event.preventDefault(); drop(event).classList.add("over"); } });
  document.addEventListener("dragleave", (event) => drop(event)?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const target = drop(event);
    if (!target) return;
    event.preventDefault();
    target.classList.remove("over");
    target.querySelector("input[type=file]").files = event.dataTransfer.files;
  });
})();
