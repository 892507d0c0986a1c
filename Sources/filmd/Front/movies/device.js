/** What this device is called on another one: "Safari iPhone". */
export function deviceName(agent = navigator.userAgent) {
  const kind = /iPhone|iPad|Android|Windows|Mac OS|Linux/.exec(agent)?.[0] ?? "";
  const browser = /Edg|Firefox|Chrome|Safari/.exec(agent)?.[0]?.replace("Edg", "Edge") ?? "";
  return `${browser} ${kind}`.trim();
}
