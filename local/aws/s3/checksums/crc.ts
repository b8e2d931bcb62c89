/** A running checksum. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** Eight tables of 256 entries for slicing-by-8, low and high halves apart; `high` is all zero for 32-bit polynomials. */
interface Tables {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/** CRC-32C (Castagnoli), reflected. */
const castagnoli: readonly [high: number, low: number] = [0, 0x82f63b78];
/** CRC-64/NVME, reflected: 0x9a6c9329ac4bc9b5. */
const nvme: readonly [high: number, low: number] = [0x9a6c9329, 0xac4bc9b5];

export function crc32c(): Hasher {
  return sliced(castagnoli, 4);
}

export function crc64nvme(): Hasher {
  return sliced(nvme, 8);
}

const built = new Map<readonly [number, number], Tables>();

function tablesOf(polynomial: readonly [high: number, low: number]): Tables {
  const known = built.get(polynomial);
  if (known) return known;
  const [polyHigh, polyLow] = polynomial;
  const low = new Uint32Array(8 * 256);
  const high = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let [h, l] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (carry) {
        l ^= polyLow;
        h ^= polyHigh;
      }
    }
    low[byte] = l;
    high[byte] = h;
  }
  for (let at = 256; at < 8 * 256; at++) {
    const [l, h] = [low[at - 256] as number, high[at - 256] as number];
    const index = l & 0xff;
    low[at] = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
    high[at] = (h >>> 8) ^ (high[index] as number);
  }
  const tables = { low, high };
  built.set(polynomial, tables);
  return tables;
}

/** Registers start as all ones and are inverted at the end, as both standards have it. */
function sliced(polynomial: readonly [high: number, low: number], bytesOut: 4 | 8): Hasher {
  const { low: tableLow, high: tableHigh } = tablesOf(polynomial);
  let low = 0xffffffff | 0;
  let high = bytesOut === 8 ? 0xffffffff | 0 : 0;
  return {
    update(bytes) {
      const length = bytes.length;
      let at = 0;
      for (; at + 8 <= length; at += 8) {
        const a =
          low ^
          ((bytes[at] as number) |
            ((bytes[at + 1] as number) << 8) |
            ((bytes[at + 2] as number) << 16) |
            ((bytes[at + 3] as number) << 24));
        const b =
          high ^
          ((bytes[at + 4] as number) |
            ((bytes[at + 5] as number) << 8) |
            ((bytes[at + 6] as number) << 16) |
            ((bytes[at + 7] as number) << 24));
        const i7 = 1792 + (a & 0xff);
        const i6 = 1536 + ((a >>> 8) & 0xff);
        const i5 = 1280 + ((a >>> 16) & 0xff);
        const i4 = 1024 + (a >>> 24);
        const i3 = 768 + (b & 0xff);
        const i2 = 512 + ((b >>> 8) & 0xff);
        const i1 = 256 + ((b >>> 16) & 0xff);
        const i0 = b >>> 24;
        low =
          (tableLow[i7] as number) ^
          (tableLow[i6] as number) ^
          (tableLow[i5] as number) ^
          (tableLow[i4] as number) ^
          (tableLow[i3] as number) ^
          (tableLow[i2] as number) ^
          (tableLow[i1] as number) ^
          (tableLow[i0] as number);
        high =
          (tableHigh[i7] as number) ^
          (tableHigh[i6] as number) ^
          (tableHigh[i5] as number) ^
          (tableHigh[i4] as number) ^
          (tableHigh[i3] as number) ^
          (tableHigh[i2] as number) ^
          (tableHigh[i1] as number) ^
          (tableHigh[i0] as number);
      }
      for (; at < length; at++) {
        const index = (low ^ (bytes[at] as number)) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (tableLow[index] as number);
        high = (high >>> 8) ^ (tableHigh[index] as number);
      }
    },
    digest() {
      const out = Buffer.alloc(bytesOut);
      if (bytesOut === 8) out.writeUInt32BE(~high >>> 0, 0);
      out.writeUInt32BE(~low >>> 0, bytesOut - 4);
      return out;
    },
  };
}
