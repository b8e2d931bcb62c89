/** The few encoders of DER (ITU-T X.690) that an X.509 certificate is made of. */

export type Der = Buffer;

function encode(tag: number, content: Buffer): Der {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content]);
}

export function sequence(...items: readonly Der[]): Der {
  return encode(0x30, Buffer.concat(items));
}

export function set(...items: readonly Der[]): Der {
  return encode(0x31, Buffer.concat(items));
}

/** A non-negative integer, given as big-endian bytes. */
export function integer(bytes: Buffer): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  return encode(0x02, (trimmed[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}

export function boolean(value: boolean): Der {
  return encode(0x01, Buffer.from([value ? 0xff : 0]));
}

export function bitString(bytes: Buffer, unusedBits = 0): Der {
  return encode(0x03, Buffer.concat([Buffer.from([unusedBits]), bytes]));
}

export function octetString(bytes: Buffer): Der {
  return encode(0x04, bytes);
}

export function utf8String(text: string): Der {
  return encode(0x0c, Buffer.from(text, "utf8"));
}

/** Dotted notation, e.g. `2.5.4.3`. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const group = [arc & 0x7f];
    for (let high = arc >>> 7; high > 0; high >>>= 7) group.unshift((high & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return encode(0x06, Buffer.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime after, as RFC 5280 4.1.2.5 asks. */
export function time(date: Date): Der {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(digits.slice(2), "ascii"))
    : encode(0x18, Buffer.from(digits, "ascii"));
}

/** `[n] EXPLICIT`: wraps. */
export function explicit(number: number, content: Der): Der {
  return encode(0xa0 | number, content);
}

/** `[n] IMPLICIT` of a primitive type: content without a tag of its own. */
export function implicit(number: number, content: Buffer): Der {
  return encode(0x80 | number, content);
}
