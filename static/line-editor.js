// The lines of a document, with the keys of a spreadsheet and rows pasted from one. Loaded by the
// pages that have lines; without it they have blank rows and a box for pasted ones.
(() => {
  "use strict";

  const MOST_LINES = 2000;
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function announce(text) {
    const region = find("#announce");
    if (!region) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  }

  // --- Cells and rows
  const cellsOf = (row) => all("input:not([type=hidden]):not([type=checkbox]), select, textarea", row);
  const linesOf = (editor) => all("[data-line]", editor).filter((row) => !row.hidden);
  function untouched(row, cell) {
    const fresh = find("[data-lines-blank]", row.closest("[data-lines]")).content;
    return cell.value === (cellsOf(fresh)[cellsOf(row).indexOf(cell)]?.value ?? "");
  }
  const isBlank = (row) => cellsOf(row).every((cell) => untouched(row, cell)) &&
    !find('input[type=hidden][name$="-id"][value]:not([value=""])', row);

  function changed(editor) {
    editor.dispatchEvent(new CustomEvent("lines:changed", { bubbles: true }));
  }

  function addLine(editor) {
    const total = find(`[name="${editor.dataset.prefix}-TOTAL_FORMS"]`, editor);
    const number = Number(total.value);
    if (number >= MOST_LINES) {
      announce(`A document has at most ${MOST_LINES} lines`);
      return null;
    }
    const body = find("[data-lines-body]", editor);
    body.insertAdjacentHTML("beforeend", find("[data-lines-blank]", editor).innerHTML.replaceAll("__prefix__", number));
    const blank = body.lastElementChild;
    for (const cell of cellsOf(blank)) {
      cell.setAttribute("aria-label", `${cell.getAttribute("aria-label") || ""}, line ${number + 1}`);
    }
    total.value = number + 1;
    window.htmx?.process(blank);
    return blank;
  }

  function removeLine(row) {
    const mark = find("input[name$=-DELETE]", row);
    const editor = row.closest("[data-lines]");
    const blank = isBlank(row);
    if (mark) mark.checked = blank || !mark.checked;
    else for (const cell of cellsOf(row)) cell.value = "";
    row.hidden = blank || !mark;
    row.classList.toggle("is-removed", Boolean(mark?.checked));
    const button = find("[data-line-remove]", row);
    button.setAttribute("aria-pressed", String(Boolean(mark?.checked)));
    announce(mark?.checked ? "Line will be removed" : "Line kept");
    changed(editor);
  }

  // The blank rows are for browsers without scripts: one is enough.
  function dropSpareLines(editor) {
    const lines = all("[data-line]", editor);
    while (lines.length > 1 && isBlank(lines.at(-1)) && isBlank(lines.at(-2))) lines.pop().remove();
    find(`[name="${editor.dataset.prefix}-TOTAL_FORMS"]`, editor).value = lines.length;
  }

  // --- Keys
  function goTo(cell) {
    cell?.focus();
    cell?.select?.();
  }

  function moveCell(cell, step, grow) {
    const row = cell.closest("[data-line]");
    const editor = row.closest("[data-lines]");
    const lines = linesOf(editor);
    const next = lines[lines.indexOf(row) + step] || (grow ? addLine(editor) : null);
    if (next) goTo(cellsOf(next)[cellsOf(row).indexOf(cell)]);
  }

  const isText = (cell) => cell.tagName === "INPUT" && cell.type === "text";
  const allSelected = (cell) => cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;

  // At the edge of its text an arrow leaves the cell, as in a spreadsheet.
  function moveAlong(cell, key) {
    if (!isText(cell)) return false;
    const ahead = key === "ArrowRight";
    const edge = ahead ? cell.value.length : 0;
    const at = ahead ? cell.selectionEnd : cell.selectionStart;
    if (at !== edge || (cell.selectionStart !== cell.selectionEnd && !allSelected(cell))) return false;
    const cells = cellsOf(cell.closest("[data-line]"));
    const next = cells[cells.indexOf(cell) + (ahead ? 1 : -1)];
    if (!next) return false;
    goTo(next);
    return true;
  }

  function copyFromAbove(cell) {
    const row = cell.closest("[data-line]");
    const lines = linesOf(row.closest("[data-lines]"));
    const above = lines[lines.indexOf(row) - 1];
    if (!above) return;
    setCell(cell, cellsOf(above)[cellsOf(row).indexOf(cell)].value);
    cell.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function onKey(event) {
    const cell = event.target;
    if (!cell.closest?.("[data-line]") || !cell.matches("input, select, textarea")) return;
    if (event.key === "Enter" && cell.tagName === "INPUT") {
      event.preventDefault();
      moveCell(cell, event.shiftKey ? -1 : 1, !event.shiftKey);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const own = cell.tagName === "SELECT" || cell.tagName === "TEXTAREA" || cell.list || cell.type === "number" || cell.type === "date";
      if (own && !event.altKey) return;
      event.preventDefault();
      moveCell(cell, event.key === "ArrowDown" ? 1 : -1, false);
    } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      if (moveAlong(cell, event.key)) event.preventDefault();
    } else if (event.key === "Tab" && !event.shiftKey) {
      const row = cell.closest("[data-line]");
      const editor = row.closest("[data-lines]");
      const last = row === linesOf(editor).at(-1) && cell === cellsOf(row).at(-1);
      // Out of a last row that is still blank, Tab leaves the lines.
      const next = last && !isBlank(row) && addLine(editor);
      if (!next) return;
      event.preventDefault();
      goTo(cellsOf(next)[0]);
    } else if (event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      copyFromAbove(cell);
    }
  }

  // --- Filling in
  function setCell(cell, value) {
    if (!cell) return;
    if (cell.tagName !== "SELECT") {
      cell.value = value;
      return;
    }
    const wanted = value.toLowerCase();
    const option = [...cell.options].find((one) => one.value === value || one.text.toLowerCase() === wanted);
    if (option) cell.value = option.value;
  }

  function fillFrom(input) {
    const list = document.getElementById(input.getAttribute("list"));
    const option = list && [...list.options].find((one) => one.value === input.value);
    const row = input.closest("[data-line]");
    if (!option || !row) return;
    for (const [name, value] of Object.entries(option.dataset)) {
      // The quantity is the person's: filled as the cursor arrived there, 40 became 140.
      const cell = name !== "quantity" && find(`[name$="-${name}"]`, row);
      if (cell && (untouched(row, cell) || cell.dataset.filled === cell.value)) {
        setCell(cell, value);
        cell.dataset.filled = cell.value;
      }
    }
    changed(row.closest("[data-lines]"));
  }

  function usePrice(button) {
    const row = button.closest("[data-line]");
    const cell = find('[name$="-unit_price"]', row);
    setCell(cell, button.dataset.usePrice);
    announce(`Price ${button.dataset.usePrice}`);
    changed(row.closest("[data-lines]"));
    goTo(cell);
  }

  // Rows that begin with the product go to the server, which knows SKUs and headings; others are
  // put into the cells from here on.
  function paste(cell, text) {
    const editor = cell.closest("[data-lines]");
    const box = find("[data-paste]", editor);
    if (box && cell === cellsOf(cell.closest("[data-line]"))[0]) {
      box.value = text;
      find("[data-paste-go]", editor).click();
    } else {
      pasteCells(cell, text);
    }
  }

  function pasteCells(cell, text) {
    const editor = cell.closest("[data-lines]");
    const first = cellsOf(cell.closest("[data-line]")).indexOf(cell);
    const grid = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    let row = cell.closest("[data-line]");
    grid.forEach((values, index) => {
      if (index > 0) {
        const lines = linesOf(editor);
        row = lines[lines.indexOf(row) + 1] || addLine(editor);
      }
      if (!row) return;
      const cells = cellsOf(row);
      values.forEach((value, offset) => setCell(cells[first + offset], value.trim()));
    });
    announce(`${grid.length} ${grid.length === 1 ? "line" : "lines"} pasted`);
    changed(editor);
  }

  // --- Events
  document.addEventListener("keydown", onKey);

  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-lines-add]");
    const remove = event.target.closest("[data-line-remove]");
    const price = event.target.closest("[data-use-price]");
    if (add) {
      const row = addLine(add.closest("[data-lines]"));
      if (row) cellsOf(row)[0]?.focus();
    }
    if (remove) removeLine(remove.closest("[data-line]"));
    if (price) usePrice(price);
  });

  document.addEventListener("change", (event) => {
    const editor = event.target.closest("[data-lines]");
    if (!editor || event.target.matches("[data-paste]")) return;
    if (event.target.list) fillFrom(event.target);
    else changed(editor);
  });

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (input.list && input.closest("[data-line]") && event.inputType === "insertReplacementText") fillFrom(input);
  });

  document.addEventListener("paste", (event) => {
    const cell = event.target.closest("[data-line] input, [data-line] textarea");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!cell || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    paste(cell, text);
  });

  // What comes in above it pushes the focus down: it stays on the screen.
  function keepInSight(focused) {
    if (!focused || focused === document.body) return;
    const { top, bottom } = focused.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) focused.scrollIntoView({ block: "center" });
  }

  function setUp() {
    for (const editor of all("[data-lines]:not([data-ready])")) {
      editor.dataset.ready = "true";
      dropSpareLines(editor);
    }
  }

  document.addEventListener("DOMContentLoaded", setUp);
  document.addEventListener("htmx:afterSwap", () => keepInSight(document.activeElement));
  document.addEventListener("htmx:afterSettle", (event) => {
    const swapped = event.detail.elt?.matches?.("[data-lines]") ? event.detail.elt : null;
    setUp();
    if (!swapped) return;
    const lines = linesOf(swapped);
    announce(find(".w-toast__text")?.textContent.trim() || `${lines.length} lines`);
    changed(swapped);
    goTo(find("[data-line] [aria-invalid=true]", swapped) || cellsOf(lines.at(-1))[0]);
  });
})();
