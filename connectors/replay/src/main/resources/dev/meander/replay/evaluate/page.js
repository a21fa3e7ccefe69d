"use strict";
const page = JSON.parse(document.getElementById("page").textContent);
const report = page.report;
const colours = ["#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#bf3989", "#0a7ea4", "#57606a", "#e16f24", "#4d7c0f"];
const text = value => value === null || value === undefined ? "" : value.toFixed(2);

function element(parent, tag, content, style) {
  const node = document.createElement(tag);
  if (content !== undefined) node.textContent = content;
  if (style) node.className = style;
  parent.appendChild(node);
  return node;
}

function table(parent, head, rows) {
  const body = element(parent, "table");
  const top = element(body, "tr");
  head.forEach(cell => element(top, "th", cell));
  rows.forEach(row => {
    const line = element(body, "tr");
    row.forEach(cell => element(line, "td", typeof cell === "number" ? text(cell) : cell));
  });
}
