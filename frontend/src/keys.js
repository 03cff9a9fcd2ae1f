// Function keys press the button that names them; letters are left to typing (WCAG 2.1.4).
export function start() {
  document.addEventListener("keydown", (event) => {
    if (!/^F\d{1,2}$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const target = document.querySelector(`[data-key="${event.key}"]:not([hidden])`);
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.click();
  });
}
