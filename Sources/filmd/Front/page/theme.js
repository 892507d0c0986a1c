// A classic script in the head, so that the page is never drawn in the other theme first.
{
  let theme = null;
  try { theme = localStorage.getItem("theme"); } catch { /* no storage: as the system has it */ }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
