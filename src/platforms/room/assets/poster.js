// @ts-check
// A tip for the notice board: the one button that it has.

document.getElementById("print")?.addEventListener("click", () => window.print());
