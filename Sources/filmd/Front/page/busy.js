/** While work runs its button says so and does nothing else; afterwards it is as before, the focus included. */
export async function whileBusy(control, words, work) {
  const content = [...control.childNodes], hadFocus = document.activeElement === control;
  control.disabled = true;
  control.setAttribute("aria-busy", "true");
  control.replaceChildren(words);
  try { return await work(); } finally {
    control.disabled = false;
    control.removeAttribute("aria-busy");
    control.replaceChildren(...content);
    // Whoever went on meanwhile stays where they are.
    if (hadFocus && control.isConnected && document.activeElement === document.body) control.focus();
  }
}
