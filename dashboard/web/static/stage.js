// Present mode. Every slide is in the document, so nothing here asks the server for anything: the network may be cut.
// The presenter's window is written by this script too, so it opens without the network and from a file.
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const body = document.body;
  if (!slides.length) {
    for (const button of document.querySelectorAll("[data-act=print]")) button.addEventListener("click", () => print());
    return;
  }
  const words = JSON.parse(document.getElementById("words").textContent);
  const status = document.querySelector("[role=status]");
  const blank = document.querySelector(".blank");
  const started = Date.now();
  let at = 0;
  let presenter = null;

  // --- slides ---
  const readHash = () => {
    const asked = Number.parseInt(location.hash.replace("#", ""), 10);
    return Number.isFinite(asked) ? Math.min(Math.max(asked - 1, 0), slides.length - 1) : 0;
  };
  const line = (slide) => slide.querySelector(".finding").innerText.trim();
  const show = (to, quiet) => {
    at = Math.min(Math.max(to, 0), slides.length - 1);
    for (const [place, slide] of slides.entries()) slide.hidden = place !== at;
    if (!quiet) {
      history.replaceState(history.state, "", `#${at + 1}`);
      scrollTo(0, 0);
      status.textContent =
        words.stage_slide.replace("{number}", at + 1).replace("{whole}", slides.length) + line(slides[at]);
    }
    document.querySelector("[data-act=previous]").disabled = at === 0;
    document.querySelector("[data-act=next]").disabled = at === slides.length - 1;
    fillPresenter();
  };
  const go = (by) => {
    setBlank(false);
    show(at + by);
  };

  // --- blank, theme, full screen, dialogs ---
  const setBlank = (on) => (blank.hidden = !on);
  const isDark = () =>
    document.documentElement.dataset.mode
      ? document.documentElement.dataset.mode === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
  const setTheme = () => {
    document.documentElement.dataset.mode = isDark() ? "light" : "dark";
    if (presenter && !presenter.closed) presenter.document.documentElement.dataset.mode = document.documentElement.dataset.mode;
  };
  let leavingFull = false;
  const setFull = async () => {
    if (document.fullscreenElement) {
      leavingFull = true;
      await document.exitFullscreen();
    } else {
      await document.documentElement.requestFullscreen?.().catch(() => {});
    }
  };
  // The browser keeps Escape for itself in full screen; leaving it that way is leaving the presentation.
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && !leavingFull) leave();
    leavingFull = false;
  });
  const dialog = () => document.querySelector("dialog[open]");
  const toggle = (wanted) => {
    const open = dialog();
    if (open) open.close();
    if (open !== wanted) wanted.showModal();
  };
  const questions = () => slides[at].querySelector("dialog.questions");
  const keys = document.querySelector("dialog.keys");

  const leave = () => {
    const back = body.dataset.back;
    if (!back) return;
    const from = document.referrer && new URL(document.referrer);
    if (from && from.origin === location.origin && history.length > 1) history.back();
    else location.assign(back);
  };

  // --- the presenter's window ---
  const clone = (selector, slide) => slide?.querySelector(selector)?.cloneNode(true);
  const clock = () => {
    if (!presenter || presenter.closed) return;
    const seconds = Math.floor((Date.now() - started) / 1000);
    const two = (value) => String(value).padStart(2, "0");
    const now = new Date();
    presenter.document.getElementById("clock").textContent = `${two(now.getHours())}:${two(now.getMinutes())}`;
    presenter.document.getElementById("elapsed").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  };
  const fillPresenter = () => {
    if (!presenter || presenter.closed) return;
    const find = (id) => presenter.document.getElementById(id);
    const put = (id, ...nodes) => find(id).replaceChildren(...nodes.filter(Boolean));
    const heading = (text) => Object.assign(presenter.document.createElement("p"), { textContent: text });
    const next = slides[at + 1];
    for (const [id, slide] of [["now", slides[at]], ["next", next]]) {
      if (!slide) put(id, heading(words.stage_end));
      else put(id, clone(".finding", slide), clone("svg.wide", slide) ?? clone(".number", slide));
    }
    put("notes", ...(clone(".notes", slides[at])?.childNodes ?? []));
    find("notes").scrollTop = 0;
    find("place").textContent = `${at + 1} / ${slides.length}`;
    clock();
  };
  const openPresenter = () => {
    if (presenter && !presenter.closed) return presenter.focus();
    presenter = open("", "presenter", "popup,width=1100,height=720");
    if (!presenter) {
      status.textContent = words.stage_blocked;
      return;
    }
    const page = presenter.document;
    page.documentElement.lang = document.documentElement.lang;
    if (document.documentElement.dataset.mode) page.documentElement.dataset.mode = document.documentElement.dataset.mode;
    page.title = `${words.stage_presenter} · ${words.title}`;
    const style = page.createElement("style");
    style.textContent = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).map((rule) => rule.cssText).join("\n");
    page.head.replaceChildren(style);
    page.body.className = "presenter";
    const make = (tag, id, label, ...inside) => {
      const node = Object.assign(page.createElement(tag), { id });
      if (label) node.setAttribute("aria-label", label);
      node.append(...inside);
      return node;
    };
    const button = (text, by) => {
      const node = Object.assign(page.createElement("button"), { type: "button", textContent: text });
      node.addEventListener("click", () => go(by));
      return node;
    };
    const head = (text) => Object.assign(page.createElement("h2"), { textContent: text });
    const notes = make("div", "notes", words.stage_notes);
    notes.tabIndex = 0;
    page.body.replaceChildren(
      make("header", "top", "", make("b", "clock"), make("span", "elapsed"), make("span", "place"),
        button(words.stage_previous, -1), button(words.stage_next, 1)),
      make("section", "left", words.stage_now, head(words.stage_now), make("div", "now"), head(words.stage_next), make("div", "next")),
      make("section", "right", words.stage_notes, head(words.stage_notes), notes),
    );
    presenter.addEventListener("keydown", onKey);
    fillPresenter();
  };
  setInterval(clock, 1000);
  addEventListener("pagehide", () => presenter?.close());

  // --- keys, clicks, touch ---
  const acts = {
    leave,
    previous: () => go(-1),
    next: () => go(1),
    questions: () => toggle(questions()),
    presenter: openPresenter,
    full: setFull,
    theme: setTheme,
    keys: () => toggle(keys),
    close: () => dialog()?.close(),
  };
  const pressed = {
    ArrowRight: acts.next, ArrowDown: acts.next, PageDown: acts.next, " ": acts.next, Enter: acts.next,
    ArrowLeft: acts.previous, ArrowUp: acts.previous, PageUp: acts.previous, Backspace: acts.previous,
    Home: () => show(0), End: () => show(slides.length - 1),
    q: acts.questions, p: acts.presenter, f: acts.full, d: acts.theme,
    b: () => setBlank(blank.hidden), ".": () => setBlank(blank.hidden),
    "?": acts.keys, Escape: acts.leave,
  };
  // With a card of questions open, arrows and page keys scroll it; on a button, Space and Enter press it.
  const scrolls = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", " ", "Enter", "Backspace"]);
  const onKey = (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    const act = pressed[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const inside = event.target.closest?.("button, a");
    if (!act || (inside && (event.key === " " || event.key === "Enter"))) return;
    const open = dialog();
    if (open && scrolls.has(event.key)) return;
    if (event.key === "Escape") {
      if (open) return open.close(), event.preventDefault();
      if (!blank.hidden) return setBlank(false);
      if (event.view === presenter) return presenter.close();
    }
    if (open && act !== acts.questions && act !== acts.keys) open.close();
    // Held down or long: a page of a small screen scrolls by itself.
    if (tall() && (event.key === "ArrowDown" || event.key === "ArrowUp" || event.key === " ")) return;
    event.preventDefault();
    act(event);
  };
  const tall = () => document.documentElement.scrollHeight > innerHeight + 4;
  addEventListener("keydown", onKey);

  addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) return acts[button.dataset.act]?.();
    if (event.target.matches?.("dialog[open]")) return event.target.close();
    if (!blank.hidden) return setBlank(false);
    if (event.target.closest("a, dialog, nav") || String(getSelection()) || tall()) return;
    const where = event.clientX / innerWidth;
    if (where < 0.2) go(-1);
    else if (where > 0.8) go(1);
    wake();
  });
  let touch = null;
  addEventListener("touchstart", (event) => {
    touch = event.touches.length === 1 && !dialog() ? [event.touches[0].clientX, event.touches[0].clientY] : null;
  }, { passive: true });
  addEventListener("touchend", (event) => {
    if (!touch) return;
    const across = event.changedTouches[0].clientX - touch[0];
    const down = event.changedTouches[0].clientY - touch[1];
    if (Math.abs(across) > 48 && Math.abs(across) > Math.abs(down) * 1.5) go(across < 0 ? 1 : -1);
    touch = null;
  });

  // --- the bar shows itself for a moment whenever the mouse moves ---
  let timer = 0;
  const wake = () => {
    body.classList.add("awake");
    clearTimeout(timer);
    timer = setTimeout(() => body.classList.remove("awake"), 2600);
  };
  addEventListener("mousemove", wake);
  addEventListener("focusin", wake);
  addEventListener("hashchange", () => show(readHash()));
  show(readHash(), true);
  wake();
  document.querySelector("dialog.notice")?.showModal();
})();
