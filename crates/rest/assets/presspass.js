// The one script of all pages. Every page works without it; it only spares some work.
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // <button hidden data-copy="ID">: copies the text of that element.
  each("[data-copy]", (button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source || !navigator.clipboard) return;
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        const range = document.createRange();
        range.selectNodeContents(source);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  });

  // <button hidden data-back>: goes back to the page before, where the browser still has what was typed.
  each("[data-back]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => history.back());
  });

  // <form data-warn-unsaved>: asks before what was typed is left behind.
  let leaving = false;
  const changed = new Set();
  each("form[data-warn-unsaved]", (form) => {
    const state = () => {
      const data = new FormData(form);
      data.delete("csrfmiddlewaretoken");
      return JSON.stringify([...data].map(([name, value]) => [name, String(value)]));
    };
    const before = state();
    const look = () => { if (state() === before) changed.delete(form); else changed.add(form); };
    // A form that came back holds what is saved nowhere.
    if (form.dataset.warnUnsaved || form.querySelector("[aria-invalid=true], .errors")) changed.add(form);
    else { form.addEventListener("input", look); form.addEventListener("change", look); }
    form.addEventListener("submit", () => { leaving = true; });
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && changed.size > 0) event.preventDefault();
  });
  addEventListener("pageshow", () => { leaving = false; });

  // <input type="checkbox" hidden data-select-all="NAME">: checks all boxes of that name in its form or table. Where one
  // beside them, data-select-across="WORDS", is checked, they do not count.
  each("[data-select-all]", (all) => {
    const scope = all.form || all.closest("table") || document;
    const boxes = [...scope.querySelectorAll("input[type=checkbox]")].filter((box) => box.name === all.dataset.selectAll);
    const counter = scope.querySelector("[data-selected-count]");
    const across = scope.querySelector("[data-select-across]");
    const show = () => {
      const count = boxes.filter((box) => box.checked).length;
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
      if (!counter) return;
      counter.textContent = across?.checked ? across.dataset.selectAcross : `${count} of ${boxes.length} selected`;
    };
    across?.addEventListener("change", show);
    all.hidden = false;
    all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
    boxes.forEach((box) => box.addEventListener("change", show));
    show();
  });

  // <input type="search" hidden data-filter="ID">: shows only the choices in that element which have all its words.
  each("[data-filter]", (filter) => {
    const choices = [...document.getElementById(filter.dataset.filter).querySelectorAll(".choice")];
    if (choices.length < 8) return;
    filter.hidden = false;
    filter.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = filter.value.toLowerCase().split(/\s+/);
      for (const choice of choices) {
        const text = choice.textContent.toLowerCase();
        choice.hidden = !words.every((word) => text.includes(word));
      }
    });
    filter.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  });

  // An error summary is where the work goes on.
  const summary = document.querySelector(".errors[tabindex]");
  if (summary) summary.focus();
})();
