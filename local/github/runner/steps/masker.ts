/**
 * Replaces secrets by `***`. Knows each secret as it is, line by line, and in the encodings in which programs print
 * secrets: https://github.com/actions/runner/blob/main/src/Runner.Common/HostContext.cs
 */
export class Masker {
  readonly #values = new Set<string>();

  /** From now on the secret is masked; blank ones are refused with false, since they would mask everything. */
  add(secret: string): boolean {
    if (secret.trim() === "") return false;
    const lines = secret.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
    for (const value of [secret, ...lines]) {
      for (const form of formsOf(value)) this.#values.add(form);
    }
    return true;
  }

  mask(text: string): string {
    const ranges: [number, number][] = [];
    for (const value of this.#values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        ranges.push([at, at + value.length]);
      }
    }
    if (ranges.length === 0) return text;
    // Overlapping and touching secrets become one, so that no end of one shows behind the other.
    let masked = "";
    let end = 0;
    let open = false;
    for (const [from, to] of ranges.sort(([a], [b]) => a - b)) {
      if (!open || from > end) masked += `${text.slice(end, from)}***`;
      open = true;
      end = Math.max(end, to);
    }
    return masked + text.slice(end);
  }
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    value.trim(),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    value.replaceAll("'", "''"),
    /^".*"$/s.test(value) ? value.slice(1, -1) : value,
    // Base64 of a text that holds the secret, which may begin at any of three offsets in a group of four characters.
    ...[0, 1, 2].map((shift) => base64Core(bytes.subarray(shift))),
  ].filter((form) => form.trim() !== "");
}

/** The characters that depend on nothing but these bytes; "" when there are too few of them to mean anything. */
function base64Core(bytes: Buffer): string {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
  return whole.length < 8 ? "" : whole;
}
