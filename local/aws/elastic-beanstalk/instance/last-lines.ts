import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const readBytes = 64 * 1024;

/** The last lines of a file, reading only its end; "" when there is none. */
export function lastLines(file: string, count: number): string {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(0, size - readBytes);
    const buffer = Buffer.alloc(size - start);
    const bytes = readSync(fd, buffer, 0, buffer.length, start);
    return buffer.toString("utf8", 0, bytes).trimEnd().split("\n").slice(-count).join("\n");
  } finally {
    closeSync(fd);
  }
}
