// What a compiled file asks of the machine that loads it, read as its dynamic loader reads it.
// https://refspecs.linuxfoundation.org/elf/elf.pdf, https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html

export interface ElfNeeds {
  /** As Node.js calls it; the number of the header where it has no name for it. */
  readonly architecture: string;
  /** Libraries, such as libc.so.6. */
  readonly libraries: readonly string[];
  /** Versions of their symbols, such as GLIBC_2.34. */
  readonly versions: readonly string[];
}

const architectures: Readonly<Record<number, string>> = { 3: "ia32", 40: "arm", 62: "x64", 183: "arm64" };

const programLoad = 1;
const programDynamic = 2;
const tagNeeded = 1n;
const tagStrings = 5n;
const tagVersionNeeds = 0x6ffffffen;
const tagVersionNeedCount = 0x6fffffffn;

/** undefined for what is no ELF file. A file of 32 bits has no needs here but its architecture. */
export function readElf(content: Uint8Array): ElfNeeds | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const machine = bytes.readUInt16LE(18);
  const architecture = architectures[machine] ?? `machine ${machine}`;
  const is64LittleEndian = bytes[4] === 2 && bytes[5] === 1;
  try {
    return { architecture, ...(is64LittleEndian ? dynamicNeeds(bytes) : { libraries: [], versions: [] }) };
  } catch (cause) {
    if (cause instanceof RangeError) return { architecture, libraries: [], versions: [] };
    throw cause;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

function segmentsOf(bytes: Buffer): Segment[] {
  const start = Number(bytes.readBigUInt64LE(32));
  const [size, count] = [bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      type: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      address: Number(bytes.readBigUInt64LE(at + 16)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
    };
  });
}

function dynamicNeeds(bytes: Buffer): Pick<ElfNeeds, "libraries" | "versions"> {
  const segments = segmentsOf(bytes);
  const dynamic = segments.find(({ type }) => type === programDynamic);
  if (dynamic === undefined) return { libraries: [], versions: [] };
  const entries: (readonly [tag: bigint, value: number])[] = [];
  for (let at = dynamic.offset; at + 16 <= dynamic.offset + dynamic.size; at += 16) {
    entries.push([bytes.readBigInt64LE(at), Number(bytes.readBigUInt64LE(at + 8))]);
  }
  const entry = (tag: bigint): number | undefined => entries.find(([one]) => one === tag)?.[1];
  const offsetOf = (address: number): number => {
    const segment = segments.find(
      (one) => one.type === programLoad && one.address <= address && address < one.address + one.size,
    );
    return segment === undefined ? address : address - segment.address + segment.offset;
  };
  const strings = offsetOf(entry(tagStrings) ?? 0);
  const text = (index: number): string => {
    const start = strings + index;
    return bytes.toString("latin1", start, bytes.indexOf(0, start));
  };
  const libraries = entries.filter(([tag]) => tag === tagNeeded).map(([, index]) => text(index));
  const needs = entry(tagVersionNeeds);
  return { libraries, versions: needs === undefined ? [] : versionsAt(offsetOf(needs)) };

  function versionsAt(start: number): string[] {
    const versions = new Set<string>();
    let file = start;
    for (let left = entry(tagVersionNeedCount) ?? 0; left > 0; left -= 1) {
      let version = file + bytes.readUInt32LE(file + 8);
      for (let more = bytes.readUInt16LE(file + 2); more > 0; more -= 1) {
        versions.add(text(bytes.readUInt32LE(version + 8)));
        version += bytes.readUInt32LE(version + 12);
      }
      file += bytes.readUInt32LE(file + 12);
    }
    return [...versions];
  }
}
