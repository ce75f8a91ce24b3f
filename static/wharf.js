// Conveniences over pages that work without them. One listener per event on the document, so
// that what htmx swaps in later needs no set-up of its own.
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, className, textContent = "") =>
    Object.assign(document.createElement(tag), { className, textContent });
  const YEAR = 31_536_000;

  function remember(name, value) {
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `${name}=${value};path=/;max-age=${YEAR};samesite=lax${secure}`;
  }

  function announce(text) {
    const region = find("#announce");
    if (!region || !text) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  }

  function showToast(text) {
    const region = find("#toasts");
    if (!region || !text) return;
    const toast = make("div", "w-toast w-toast--fades");
    toast.append(make("div", "w-toast__text", text));
    region.append(toast);
  }

  // --- Menus, dialogs, copying
  function closeMenus(except) {
    for (const menu of all("details[data-menu][open]")) {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    }
  }

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!(dialog instanceof HTMLDialogElement)) return false;
    closeMenus(null);
    if (!dialog.open) dialog.showModal();
    (find("[autofocus], input:not([type=hidden]), textarea, select", dialog) || find("h2", dialog))?.focus();
    return true;
  }

  async function copyBeside(button) {
    const source = find("[data-copy-source]", button.parentElement);
    if (!source) return;
    await navigator.clipboard.writeText(source.textContent.trim());
    announce("Copied");
    const icon = button.innerHTML;
    button.textContent = "Copied";
    setTimeout(() => { button.innerHTML = icon; }, 1600);
  }

  // --- Lists
  const rowsOf = () => all("[data-list] [data-row]");
  // At first the row that is open beside the list.
  const currentRow = () => find("[data-row].is-current") || find("[data-row]:has([aria-current])");

  function moveRow(step) {
    const rows = rowsOf();
    if (!rows.length) return;
    const at = rows.indexOf(currentRow());
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    rows[at]?.classList.remove("is-current");
    next.classList.add("is-current");
    (find("a", next) || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function countPicked(list) {
    const picks = all("input[name=selected]", list);
    const picked = picks.filter((pick) => pick.checked).length;
    const label = find("[data-bulk-count]", list);
    if (label) label.textContent = `${picked} selected`;
    const every = find("[data-pick-all]", list);
    if (every) {
      every.checked = picked > 0 && picked === picks.length;
      every.indeterminate = picked > 0 && picked < picks.length;
    }
  }

  function pickAll(list, checked) {
    for (const pick of all("input[name=selected]", list)) pick.checked = checked;
    countPicked(list);
  }

  // --- Differences
  function stepDifference(box, step) {
    const rows = all("[data-diff-row]", box);
    const at = rows.indexOf(document.activeElement.closest("[data-diff-row]"));
    rows[(at + step + rows.length) % rows.length]?.focus();
  }

  // --- Addresses and contacts as chips
  function makeChip(text, onRemove) {
    const chip = make("span", "w-chip", text);
    const remove = make("button", "", "×");
    Object.assign(remove, { type: "button", ariaLabel: `Remove ${text}`, onclick: onRemove });
    chip.append(remove);
    return chip;
  }

  function setUpChips(box) {
    const carrier = find("input", box);
    if (!carrier || box.dataset.ready) return;
    box.dataset.ready = "true";
    const typing = carrier.cloneNode();
    typing.removeAttribute("name");
    typing.removeAttribute("required");
    typing.value = "";
    carrier.type = "hidden";
    carrier.removeAttribute("id");
    box.classList.add("w-mail__chips");
    box.append(typing);
    let addresses = split(carrier.value);

    function split(text) {
      return text.split(/[,;\n\t]+/).map((part) => part.trim()).filter(Boolean);
    }

    function draw() {
      for (const chip of all(".w-chip", box)) chip.remove();
      for (const address of addresses) {
        const chip = makeChip(address, () => {
          addresses = addresses.filter((one) => one !== address);
          draw();
          typing.focus();
        });
        box.insertBefore(chip, typing);
      }
      carrier.value = addresses.join(", ");
    }

    function take() {
      const added = split(typing.value).filter((one) => !addresses.includes(one));
      if (!split(typing.value).length) return;
      addresses.push(...added);
      typing.value = "";
      draw();
      announce(added.length ? `${added.join(", ")} added` : "Already there");
    }

    typing.addEventListener("keydown", (event) => {
      if (["Enter", ",", ";"].includes(event.key) && typing.value.trim()) {
        event.preventDefault();
        take();
      } else if (event.key === "Backspace" && !typing.value && addresses.length) {
        addresses.pop();
        draw();
      }
    });
    typing.addEventListener("blur", take);
    typing.addEventListener("paste", () => setTimeout(() => /[,;\n]/.test(typing.value) && take(), 0));
    typing.addEventListener("input", (event) => {
      const chosen = event.inputType === "insertReplacementText" || event.inputType === undefined;
      if (chosen && typing.value.includes("@")) take();
    });
    typing.form?.addEventListener("submit", take);
    draw();
  }

  function drawPicks(box) {
    const shown = find("[data-picked]", box);
    if (!shown) return;
    const ticked = all("input[type=checkbox]", box).filter((pick) => pick.checked);
    shown.replaceChildren(...ticked.map((pick) => makeChip(pick.labels[0].firstChild.textContent.trim(), () => {
      pick.checked = false;
      drawPicks(box);
      find("summary", box)?.focus();
    })));
  }

  // --- Look-ups
  const waiting = new Map();
  function lookUp(input, url) {
    clearTimeout(waiting.get(input));
    waiting.set(input, setTimeout(async () => {
      const list = document.getElementById(input.getAttribute("list"));
      if (!list || input.value.trim().length < 1) return;
      const address = new URL(url, location.href);
      address.searchParams.set("q", input.value.trim());
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.ok) list.innerHTML = await answer.text();
    }, 180));
  }

  // --- Keys
  let going = 0;
  const press = (selector) => { const target = find(selector); target?.click(); return Boolean(target); };
  const KEYS = {
    "/": () => {
      const search = find("[data-search]");
      if (search?.offsetParent) search.focus();
      else return press(".w-searchlink");
      return true;
    },
    "?": () => openDialog("shortcuts"),
    n: () => {
      if (press('[data-key="n"]')) return true;
      const menu = find("[data-new]")?.parentElement;
      if (!menu) return false;
      menu.open = true;
      find(".w-menu__item", menu)?.focus();
      return true;
    },
    j: () => { moveRow(1); return true; },
    k: () => { moveRow(-1); return true; },
    x: () => { const pick = currentRow() && find("input[name=selected]", currentRow()); pick?.click(); return Boolean(pick); },
    a: () => press('main [data-key="a"]'),
    e: () => press('main [data-key="e"]'),
  };

  function onShortcut(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && KEYS["/"]()) event.preventDefault();
    if (document.body.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    if (Date.now() - going < 1200) {
      going = 0;
      if (press(`[data-go="${CSS.escape(event.key)}"]`)) event.preventDefault();
      return;
    }
    if (event.key === "g") {
      going = Date.now();
      return;
    }
    if (Object.hasOwn(KEYS, event.key) && KEYS[event.key]()) event.preventDefault();
  }

  function moveInMenu(event) {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (!menu || event.target.matches("input, select, textarea")) return;
    const items = all(".w-menu__item", menu);
    const at = items.indexOf(event.target);
    items[(at + (event.key === "ArrowDown" || at < 0 ? 1 : -1) + items.length) % items.length]?.focus();
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest?.("details[data-menu][open]");
      closeMenus(null);
      if (menu) find("summary", menu)?.focus();
      else find("[data-search]:focus")?.blur();
    }
    if (["ArrowDown", "ArrowUp"].includes(event.key)) moveInMenu(event);
    if (!event.target.closest?.("[data-line]")) onShortcut(event);
  });

  // --- Clicks
  const CLICKS = {
    "[data-dialog]": (element, event) => { if (openDialog(element.dataset.dialog)) event.preventDefault(); },
    "[data-close]": (element, event) => {
      const dialog = element.closest("dialog");
      if (!dialog) return;
      event.preventDefault();
      dialog.close();
    },
    "[data-copy]": (element) => copyBeside(element),
    "[data-toast-close]": (element) => element.closest("[data-toast]").remove(),
    "[data-nav-toggle]": (element) => {
      const narrow = document.body.classList.toggle("w-shell--narrow");
      element.setAttribute("aria-pressed", String(narrow));
      remember("wharf_nav", narrow ? "narrow" : "wide");
    },
    "[data-density]": (element) => {
      const dense = element.closest("[data-list]").classList.toggle("w-list--dense");
      element.setAttribute("aria-pressed", String(dense));
      remember("wharf_rows", dense ? "dense" : "normal");
    },
    "[data-bulk-clear]": (element) => pickAll(element.closest("[data-list]"), false),
    "[data-diff-step]": (element) => stepDifference(element.closest("[data-diff]"), Number(element.dataset.diffStep)),
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    if (event.target instanceof HTMLDialogElement) event.target.close();
    for (const [selector, act] of Object.entries(CLICKS)) {
      const element = event.target.closest(selector);
      if (element) act(element, event);
    }
    const row = event.target.closest("[data-row][data-href]");
    const own = event.target.closest("a, button, input, label, select, summary");
    if (row && !own && !String(getSelection())) {
      if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
      else location.assign(row.dataset.href);
    }
  });

  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-list]");
    if (event.target.matches("[data-pick-all]")) pickAll(list, event.target.checked);
    else if (event.target.matches("input[name=selected]")) countPicked(list);
    all("[data-picks]").forEach(drawPicks);
  });

  document.addEventListener("input", (event) => {
    const input = event.target;
    const editor = input.closest("[data-lines]");
    const url = input.dataset.lookupUrl || (input.hasAttribute("data-lookup") && editor?.dataset.lookupUrl);
    if (url) lookUp(input, url);
    input.closest("form[data-guard]")?.setAttribute("data-dirty", "");
  });

  document.addEventListener("submit", (event) => event.target.removeAttribute("data-dirty"));
  addEventListener("beforeunload", (event) => { if (find("form[data-dirty]")) event.preventDefault(); });

  // --- htmx
  let typed = null;
  document.addEventListener("htmx:configRequest", (event) => {
    const token = find("meta[name=csrf-token]")?.content;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
    if (event.detail.verb === "get" && event.target.closest("[data-list]")) {
      for (const [name, value] of [...event.detail.formData]) if (value === "") event.detail.formData.delete(name);
    }
  });
  document.addEventListener("htmx:beforeSwap", () => {
    const field = document.activeElement;
    typed = field?.id === "list-q" ? { value: field.value, at: field.selectionStart } : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    setUp(document);
    const list = event.target.matches?.("[data-list]") ? event.target : find("[data-list]");
    const field = find("#list-q");
    if (typed && field) {
      const more = field.value !== typed.value;
      field.value = typed.value;
      field.focus();
      field.setSelectionRange(typed.at, typed.at);
      if (more) field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (list && event.detail.target?.id === "list" && document.activeElement === document.body) {
      list.tabIndex = -1;
      list.focus({ preventScroll: true });
      list.scrollIntoView({ block: "start" });
    }
    typed = null;
    if (event.detail.target?.id === "list") announce(list?.dataset.announce);
    if (event.detail.target?.id === "network-panel") announce(find("#network-panel:not([hx-get]) .w-badge")?.textContent);
    const heading = event.detail.target?.id === "main" && find("h1", event.detail.target);
    if (heading) heading.focus();
  });
  document.addEventListener("htmx:responseError", () => showToast("That did not work. Reload the page and try again."));
  document.addEventListener("htmx:sendError", () => showToast("No connection. Check the network and try again."));
  document.addEventListener("toast", (event) => showToast(event.detail.value || event.detail.text));

  function setUp(root) {
    all("[data-chips]", root).forEach(setUpChips);
    all("[data-picks]", root).forEach(drawPicks);
    for (const tab of all(".w-tabs [aria-current]", root)) tab.closest("ul").scrollLeft = tab.offsetLeft - 99;
    const summary = find("[data-error-summary]", root);
    if (summary && !summary.dataset.seen) {
      summary.dataset.seen = "true";
      summary.focus();
    }
  }

  document.addEventListener("DOMContentLoaded", () => setUp(document));
})();
