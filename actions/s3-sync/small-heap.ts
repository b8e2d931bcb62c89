import { setFlagsFromString } from "node:v8";

/**
 * Makes V8 collect early. By default it lets its young generation grow to 128 MiB, where buffers of files and answers that
 * nobody uses any more stay until it is full, and its old one to twice of what is in use. A sync of 100,000 files takes
 * 240 MiB so instead of 400, a first upload of 10,000 takes 130 instead of 240, for a tenth more CPU at most. V8 reads
 * both flags each time that it resizes a heap, so they may be set while it runs, unlike `--max-semi-space-size`.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=25");
}
