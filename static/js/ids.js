// @ts-check
/* Names for requests, pages and new rows. */

/** 32 hexadecimal digits that nobody else has. */
export function newId() {
  // randomUUID exists only on https pages; intranets are plain http.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
}

export function newRowId() {
  return `r${newId().slice(0, 10)}`;
}
