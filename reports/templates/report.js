"use strict";
(() => {
  const sortKey = cell => cell.dataset.v ?? cell.textContent;
  const compare = (a, b) => {
    if ((a === "") !== (b === "")) return a === "" ? 1 : -1;      // blanks last, both ways
    const n = Number(a) - Number(b);
    return Number.isNaN(n) ? String(a).localeCompare(String(b)) : n;
  };
  function sortBy(table, th) {
    const up = th.getAttribute("aria-sort") !== "ascending";
    for (const other of th.parentNode.children) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = table.tBodies[0], i = th.cellIndex;
    const rows = [...body.rows].map(row => [sortKey(row.cells[i]), row]);
    rows.sort(([a], [b]) => a === "" || b === "" || up ? compare(a, b) : -compare(a, b));
    body.append(...rows.map(r => r[1]));
  }
  function filter(table, input, count) {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(w => text.includes(w));
      shown += !row.hidden;
    }
    count.textContent = `${shown} of ${table.tBodies[0].rows.length}`;
  }
  function copy(command) {
    const line = document.getElementById("command");
    line.hidden = false;
    line.querySelector("code").textContent = command;
    getSelection().selectAllChildren(line.querySelector("code"));
    if (navigator.clipboard) navigator.clipboard.writeText(command).catch(() => {});
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const th of table.tHead.rows[0].cells)
      th.querySelector("button")?.addEventListener("click", () => sortBy(table, th));
    const tools = document.querySelector(`.tools[data-for="${table.id}"]`);
    if (tools) {
      tools.hidden = false;
      const input = tools.querySelector("input"), count = tools.querySelector("output");
      input.addEventListener("input", () => filter(table, input, count));
      filter(table, input, count);
    }
  }
  document.addEventListener("click", e => {
    const button = e.target.closest("button.copy");
    if (button) copy(document.body.dataset.rerun.replace("POINT", () => button.closest("tr").cells[0].dataset.v));
  });
  document.querySelector("button.theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
