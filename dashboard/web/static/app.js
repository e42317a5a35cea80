// Keeps <html lang> true to the page after navigation without a reload, and marks the current page for assistive tech.
(() => {
  const languages = { en: "en", "zh-TW": "zh-Hant-TW" };
  const apply = () => {
    const asked = new URLSearchParams(location.search).get("lang");
    if (languages[asked]) document.documentElement.lang = languages[asked];
  };
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function (...args) {
      const result = original.apply(this, args);
      apply();
      return result;
    };
  }
  addEventListener("popstate", apply);
  apply();
})();
