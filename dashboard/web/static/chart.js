// Answers in the place of the framework's chart library, which keeps the browser busy for a second: the page's heading
// is drawn first, then the library is run. Where no heading comes, or in a tab nobody sees, it does not wait for ever.
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const end = performance.now() + 3000;
while (!document.querySelector(".stMain h1") && performance.now() < end) await wait(20);
await Promise.race([new Promise(requestAnimationFrame), wait(200)]);
await wait(0);
export const { PlotlyChart, default: chart } = await import("LIBRARY");
export { chart as default };
