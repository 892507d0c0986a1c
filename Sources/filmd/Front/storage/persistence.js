/** Whether the browser may throw away what is kept here when the disk is full. What waits to be sent exists nowhere else. */
export const isPersistent = async () => (await navigator.storage?.persisted?.()) ?? false;

/** Asks the browser not to. It decides by itself, or asks the person: so this is called after they were told why. */
export const askForPersistence = async () => (await navigator.storage?.persist?.()) ?? false;
