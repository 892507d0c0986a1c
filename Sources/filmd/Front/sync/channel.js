/** What the tabs of one account tell each other. */
export class Channel {
  #channel;
  onMessage = () => {};

  constructor(accountID) {
    this.#channel = new BroadcastChannel(`films-${accountID}`);
    this.#channel.onmessage = ({ data }) => this.onMessage(data);
  }

  post(message) { this.#channel.postMessage(message); }
  close() { this.#channel.close(); }
}
