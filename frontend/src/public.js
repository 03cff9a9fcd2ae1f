// The public pages: leaving at once, and no way back through what was read.
import { start as startQuickExit } from "./quick-exit.js";

startQuickExit();

// Each step takes the place of the one before, so that Back leads out and not through the pages.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !plain || link.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  location.replace(link.href);
});
