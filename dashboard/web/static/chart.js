// Answers in the place of the framework's chart library, which keeps the browser busy for a second: first the page's
// heading and its switches are drawn, in the place of grey placeholders, and then the library is run. Where they do not
// come, or in a tab nobody sees, it does not wait for ever.
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const drawn = () =>
  document.querySelector(".stMain h1") && !document.querySelector(".st-key-switches [data-testid='stSkeleton']");
const end = performance.now() + 3000;
while (!drawn() && performance.now() < end) await wait(20);
await Promise.race([new Promise(requestAnimationFrame), wait(200)]);
await wait(0);
export const { PlotlyChart, default: chart } = await import("LIBRARY");
export { chart as default };
