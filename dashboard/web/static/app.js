// Small things the server cannot do: keep <html lang> true after navigation without a reload, say which theme is shown
// (for pictures that exist in two colours), let the keyboard reach the search field and its results, and let plain links inside our own HTML change pages without a reload.
(() => {
  // The framework looks for its server at two levels of the address, one after the other, and asks for its settings
  // before it opens the connection. Told both, it opens it at once; the settings still come, beside the first words.
  const root = document.currentScript.src.replace(/assets\/.*/, "");
  window.__streamlit = {
    BACKEND_BASE_URL: root,
    HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false },
  };

  const languages = { en: "en", "zh-TW": "zh-Hant-TW" };
  const applyLanguage = () => {
    const asked = new URLSearchParams(location.search).get("lang");
    // Only a change: to name the same language again makes the browser work out every style anew.
    const wanted = languages[asked];
    if (wanted && document.documentElement.lang !== wanted) document.documentElement.lang = wanted;
  };
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function (...args) {
      const result = original.apply(this, args);
      applyLanguage();
      return result;
    };
  }
  addEventListener("popstate", applyLanguage);
  applyLanguage();

  // The heading the page came with makes way as soon as the app has drawn its own at the same place.
  const first = document.querySelector(".first");
  if (first) {
    const makeWay = new MutationObserver(() => {
      if (!document.querySelector(".stMain :is(h1, .problem), [data-testid='stException']")) return;
      makeWay.disconnect();
      first.remove();
    });
    makeWay.observe(document.getElementById("root"), { childList: true, subtree: true });
  }

  const applyTheme = () => {
    const app = document.querySelector(".stApp");
    if (!app) return;
    const theme = getComputedStyle(app).colorScheme.includes("dark") ? "dark" : "light";
    if (document.documentElement.dataset.theme !== theme) document.documentElement.dataset.theme = theme;
  };
  // Once before a picture is drawn, not at every change: asking for a style makes the browser work out all of them.
  let asked = 0;
  const applyThemeSoon = () => {
    asked ||= requestAnimationFrame(() => { asked = 0; applyTheme(); });
  };
  new MutationObserver(applyThemeSoon).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);

  // A map that makes room for the next gives up its drawing context, which takes a tenth of a second without a graphics
  // card. That can wait until the reader does not.
  for (const context of [globalThis.WebGLRenderingContext, globalThis.WebGL2RenderingContext]) {
    const original = context?.prototype.getExtension;
    if (!original || !globalThis.requestIdleCallback) continue;
    context.prototype.getExtension = function (name) {
      const extension = original.call(this, name);
      if (name !== "WEBGL_lose_context" || !extension) return extension;
      const loseContext = () => requestIdleCallback(() => extension.loseContext(), { timeout: 1000 });
      return { loseContext, restoreContext: () => extension.restoreContext() };
    };
  }

  // Search from the keyboard: / goes to the field from any page, arrow keys walk through field and results.
  const field = () => document.querySelector(".st-key-search-field input");
  const results = () => [...document.querySelectorAll(".results a")].filter((link) => link.offsetParent);
  const isTyping = (target) =>
    target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role='combobox']");
  const focusField = (tries = 50) => {
    const input = field();
    if (input) input.focus(), input.select();
    else if (tries) setTimeout(focusField, 100, tries - 1);
  };
  addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (event.key === "/" && !isTyping(event.target)) {
      event.preventDefault();
      if (!field()) document.querySelector("a.lens")?.click();
      focusField();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [field(), ...results()];
    const place = stops.indexOf(document.activeElement);
    const next = stops[place + (event.key === "ArrowDown" ? 1 : -1)];
    if (place < 0 || !next) return;
    event.preventDefault();
    next.focus();
  });

  // Every choice stands in the address, so the address is the view. Without the clipboard's own permission (a page
  // without TLS, an old browser) a selected field and the copy command do the same.
  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      const field = document.createElement("textarea");
      field.value = words;
      field.setAttribute("readonly", "");
      field.style.cssText = "position:fixed;opacity:0";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };
  addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("button.copy-link") : null;
    if (!button) return;
    const done = await copy(location.href);
    button.focus();
    const said = button.parentElement?.querySelector("[role='status']");
    if (!said) return;
    said.textContent = done ? button.dataset.done : button.dataset.failed;
    setTimeout(() => { said.textContent = ""; }, 2500);
  });

  const files = /^(data|assets|media|static|share|embed|picture|pack|api|present|questions|deck|brief|feed\.xml|sitemap\.xml)(\/|\.|$)/;
  // Present mode is another document; who comes back from it stands where they stood.
  const main = () => document.querySelector("[data-testid='stMain']");
  const kept = () => `scroll ${location.pathname}${location.search}`;
  addEventListener("pagehide", () => sessionStorage.setItem(kept(), main()?.scrollTop ?? 0));
  const returnTo = (top, tries = 60) => {
    const page = main();
    if (page && page.scrollHeight - page.clientHeight >= top) page.scrollTo(0, top);
    else if (tries) setTimeout(returnTo, 100, top, tries - 1);
  };
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
    const top = Number(sessionStorage.getItem(kept()));
    if (top > 0) returnTo(top);
  }

  // A link may name what it changes further down the same page (data-goal is the id it has once drawn). The reader is
  // taken there, and so are keyboard and screen reader: the top of the page would look as if nothing had happened.
  let goal = "";
  const goTo = (id, tries = 100) => {
    if (goal !== id) return;
    const place = document.getElementById(id);
    if (place) place.scrollIntoView({ block: "start" }), place.focus({ preventScroll: true });
    else if (tries) setTimeout(goTo, 50, id, tries - 1);
  };
  addEventListener("popstate", (event) => { if (event.isTrusted) goal = ""; });

  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(".stHtml a[href^='./']") : null;
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const target = new URL(link.href);
    if (files.test(target.href.slice(root.length).split(/[?#]/)[0]) || link.hasAttribute("download")) return;
    event.preventDefault();
    goal = (target.pathname === location.pathname && link.dataset.goal) || "";
    history.pushState({}, "", target);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    if (goal) goTo(goal);
    else main()?.scrollTo(0, 0);
  });

  // A page chosen in the menu of a narrow window is shown, not covered: the framework closes the menu on phones only,
  // and a reader who enlarges the page on a desk has the same narrow window.
  addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-testid='stSidebarNavLink']")) return;
    const open = "[data-testid='stSidebar'][data-collapsed='false'] [data-testid='stSidebarCollapseButton'] button";
    setTimeout(() => document.querySelector(open)?.click(), 100);
  });

  // Copy buttons: the text stands in the <pre> beside the button; what happened is said politely.
  const say = (box, done) => {
    const status = box.parentElement.querySelector("[role='status']");
    if (!status) return;
    status.textContent = "";
    setTimeout(() => { status.textContent = done ? status.dataset.copied : status.dataset.failed; }, 50);
  };
  const copySelected = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try { return document.execCommand("copy"); } catch { return false; }
  };
  addEventListener("click", async (event) => {
    const box = event.target instanceof Element && event.target.closest("button[data-copy='text']")?.closest(".copyable");
    if (!box) return;
    const text = box.querySelector("pre");
    try {
      await navigator.clipboard.writeText(text.textContent);
      say(box, true);
    } catch {
      say(box, copySelected(text));
    }
  });
})();
