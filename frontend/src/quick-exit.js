// Leaves a public page at once, by the button or by Escape pressed three times.
const PRESSES = 3;
const WITHIN = 3000;

export function start() {
  const link = document.querySelector("a[data-quick-exit]");
  if (!link) return;

  function leave(event) {
    event.preventDefault();
    document.title = "";
    document.body.hidden = true;
    location.replace(link.href);
  }

  let times = [];
  document.addEventListener("click", (event) => event.target.closest("a[data-quick-exit]") && leave(event));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      times = [];
      return;
    }
    times = [...times.filter((time) => event.timeStamp - time < WITHIN), event.timeStamp];
    if (times.length >= PRESSES) leave(event);
  });
}
