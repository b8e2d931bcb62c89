/** A shared library of 64 bits with nothing in it but what it asks of others. */
export function elf(machine: number, needs: Readonly<Record<string, readonly string[]>>): Buffer {
  const strings = [""];
  const at = (text: string): number => {
    const offset = strings.join("\0").length + 1;
    strings.push(text);
    return offset;
  };
  const libraries = Object.entries(needs).map(([name, versions]) => [at(name), versions.map(at)] as const);
  const table = Buffer.from(`${strings.join("\0")}\0`);
  const base = 0x40_0000;
  const headers = 64 + 2 * 56;
  const needsAt = headers + table.length;
  const records = libraries.map(([name, versions], index) => {
    const record = Buffer.alloc(16 + 16 * versions.length);
    record.writeUInt16LE(1, 0);
    record.writeUInt16LE(versions.length, 2);
    record.writeUInt32LE(name, 4);
    record.writeUInt32LE(16, 8);
    record.writeUInt32LE(index === libraries.length - 1 ? 0 : record.length, 12);
    for (const [position, version] of versions.entries()) {
      const start = 16 + 16 * position;
      record.writeUInt32LE(version, start + 8);
      record.writeUInt32LE(position === versions.length - 1 ? 0 : 16, start + 12);
    }
    return record;
  });
  const versionNeeds = Buffer.concat(records);
  const entries: [bigint, number][] = [
    ...libraries.map(([name]) => [1n, name] as [bigint, number]),
    [5n, base + headers],
    [0x6ffffffen, base + needsAt],
    [0x6fffffffn, libraries.length],
    [0n, 0],
  ];
  const dynamic = Buffer.alloc(entries.length * 16);
  for (const [index, [tag, value]] of entries.entries()) {
    dynamic.writeBigInt64LE(tag, index * 16);
    dynamic.writeBigUInt64LE(BigInt(value), index * 16 + 8);
  }
  const dynamicAt = needsAt + versionNeeds.length;
  const head = Buffer.alloc(headers);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(machine, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(2, 56);
  const total = dynamicAt + dynamic.length;
  for (const [index, [type, offset, size]] of [
    [1, 0, total] as const,
    [2, dynamicAt, dynamic.length] as const,
  ].entries()) {
    const start = 64 + index * 56;
    head.writeUInt32LE(type, start);
    head.writeBigUInt64LE(BigInt(offset), start + 8);
    head.writeBigUInt64LE(BigInt(base + offset), start + 16);
    head.writeBigUInt64LE(BigInt(size), start + 32);
  }
  return Buffer.concat([head, table, versionNeeds, dynamic]);
}

export const machines = { x64: 62, arm64: 183 } as const;
