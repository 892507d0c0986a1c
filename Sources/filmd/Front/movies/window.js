/**
 * Shows a long list by the cards near the screen only; the others are empty room. The page scrolls as if all were there, and a list of
 * five thousand costs what one of fifty does. All cards have one height, which is measured.
 */
export class Window {
  #list; #make; #stateOf; #items = []; #cards = new Map(); #columns = 1; #rowHeight = 0; #frame = 0; #observer; #width = 0;

  /**
   * @param list the <ul>, a grid. @param make from an item, which has an `id`, to an <li>. It is made again when the item or what
   * `stateOf` says of it is another value.
   */
  constructor(list, make, stateOf = () => null) {
    this.#list = list;
    this.#stateOf = stateOf;
    this.#make = make;
    this.onScroll = () => this.#plan();
    addEventListener("scroll", this.onScroll, { passive: true });
    this.#observer = new ResizeObserver(() => {
      const width = list.clientWidth;
      if (width !== this.#width) { this.#width = width; this.#rowHeight = 0; this.#plan(); }
    });
    this.#observer.observe(list);
  }

  show(items) {
    this.#items = items;
    this.#draw();
  }

  close() {
    removeEventListener("scroll", this.onScroll);
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  /** Gives an item the focus, and brings it onto the screen. */
  focus(index, { scrolls = true } = {}) {
    const row = Math.floor(index / this.#columns), top = this.#list.getBoundingClientRect().top + row * this.#rowHeight;
    if (scrolls && (top < 80 || top + this.#rowHeight > innerHeight - 80)) scrollBy({ top: top - innerHeight / 3 });
    this.#draw(index);
    this.#cards.get(this.#items[index]?.id)?.node.querySelector("a")?.focus({ preventScroll: true });
  }

  get columns() { return this.#columns; }
  indexOf(id) { return this.#items.findIndex((item) => item.id === id); }
  get length() { return this.#items.length; }

  #plan() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #measure() {
    const style = getComputedStyle(this.#list);
    this.#columns = Math.max(1, style.gridTemplateColumns.split(" ").length);
    const card = this.#list.firstElementChild;
    this.#rowHeight = card ? card.getBoundingClientRect().height + parseFloat(style.rowGap) : 0;
  }

  #draw(always = -1) {
    if (this.#rowHeight === 0 && this.#items.length > 0) {
      if (!this.#list.firstElementChild) this.#fill(0, 1);
      this.#measure();
    }
    const count = this.#items.length, rows = Math.ceil(count / this.#columns), height = this.#rowHeight || 1;
    const top = -this.#list.getBoundingClientRect().top;
    let first = Math.max(0, Math.floor((top - innerHeight / 2) / height));
    let last = Math.min(rows, Math.ceil((top + innerHeight * 1.5) / height));
    if (always >= 0) { first = Math.min(first, Math.floor(always / this.#columns)); last = Math.max(last, Math.floor(always / this.#columns) + 1); }
    first = Math.min(first, rows);
    last = Math.max(first, last);
    this.#fill(first * this.#columns, Math.min(count, last * this.#columns));
    // Margins of rows that are not there. By the object model: a style attribute would not pass the Content-Security-Policy.
    this.#list.style.paddingTop = `${first * height}px`;
    this.#list.style.paddingBottom = `${Math.max(0, rows - last) * height}px`;
  }

  #fill(start, end) {
    const wanted = this.#items.slice(start, end), ids = new Set(wanted.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (!ids.has(id)) { card.node.remove(); this.#cards.delete(id); }
    }
    let place = this.#list.firstElementChild;
    wanted.forEach((item, index) => {
      let card = this.#cards.get(item.id);
      const state = this.#stateOf(item);
      if (!card || card.item !== item || card.state !== state) {
        const hadFocus = card?.node.contains(document.activeElement), node = this.#make(item);
        if (card) { if (place === card.node) place = node; card.node.replaceWith(node); }
        card = { item, state, node };
        this.#cards.set(item.id, card);
        if (hadFocus) node.querySelector("a")?.focus({ preventScroll: true });
      }
      if (card.count !== this.#items.length || card.place !== start + index) {
        Object.assign(card, { count: this.#items.length, place: start + index });
        card.node.setAttribute("aria-setsize", card.count);
        card.node.setAttribute("aria-posinset", card.place + 1);
      }
      if (card.node === place) place = place.nextElementSibling;
      else this.#list.insertBefore(card.node, place);
    });
  }
}
