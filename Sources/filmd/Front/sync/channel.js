/** What the tabs of one account tell each other. */
export class Channel {
  #channel; #isClosed = false;
  onMessage = () => {};

  constructor(accountID) {
    this.#channel = new BroadcastChannel(`films-${accountID}`);
    this.#channel.onmessage = ({ data }) => this.onMessage(data);
  }

  /** Nothing is told once it is closed: what is still under way then, such as a place in a film, is on the device all the same. */
  post(message) { if (!this.#isClosed) this.#channel.postMessage(message); }

  close() {
    this.#isClosed = true;
    this.#channel.close();
  }
}
