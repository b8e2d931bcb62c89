import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { manyFiles } from "./hash-folder.ts";

const youngBytes = 32 * 1024 * 1024;
const watchMs = 20;

/*
 * V8's young generation grows to 128 MiB, where buffers and answers that nobody uses any more stay until it is full, and its
 * old one to twice of what is in use. V8 reads both flags each time that it resizes a heap, so they may be set while it
 * runs, unlike `--max-semi-space-size`.
 */

/** Keeps the young generation as small as it starts, until it is known how many files there are. */
export function holdYoungGeneration(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

/**
 * Few files: the young generation grows to 32 MiB and no further. A first upload of 10,000 files takes 160 MiB so instead
 * of 235, in the same time. Many: it stays small, and the old one is collected early: at 100,000 files 190 MiB
 * instead of 340, and a sync that changes nothing takes 2.7 s instead of 2.1.
 */
export function fitHeapTo(files: number): void {
  if (files >= manyFiles) {
    setFlagsFromString("--heap-growing-percent=5");
    return;
  }
  setFlagsFromString("--semi-space-growth-factor=2");
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    if ((young?.space_size ?? 0) < youngBytes) return;
    holdYoungGeneration();
    clearInterval(timer);
  }, watchMs);
  timer.unref();
}
