import type { RunEvent, RunEventBody } from "../run-events.ts";
import { createDisplay, type DisplayOptions } from "./display.ts";

export const start = Date.parse("2026-11-23T16:05:00.000Z");

/** The events of a run, each so many seconds after its start. */
export function story(...parts: readonly (readonly [number, RunEventBody])[]): RunEvent[] {
  return parts.map(([seconds, event]) => ({ at: new Date(start + seconds * 1000).toISOString(), ...event }));
}

const queued = {
  type: "run-queued",
  run: {
    id: 7,
    attempt: 1,
    number: 3,
    workflow: "Deploy",
    path: ".github/workflows/deploy.yml",
    event: "push",
    ref: "refs/heads/main",
    sha: "1a2b3c4d5e6f7890123456789012345678901234",
    title: "Newest photo first",
    actor: "you",
  },
} as const;
const pinned = "Run actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";

export const beginning = story(
  [0, queued],
  [
    0,
    {
      type: "run-started",
      jobs: [
        { id: "build", name: "Build" },
        { id: "deploy", name: "Deploy" },
      ],
    },
  ],
  [
    0,
    {
      type: "job-started",
      job: "build",
      name: "Build",
      steps: ["Set up job", pinned, "Build it", "Complete job"],
    },
  ],
  [0, { type: "step-started", job: "build", step: 0, name: "Set up job" }],
  [0.1, { type: "step-ended", job: "build", step: 0, conclusion: "success", seconds: 0.1 }],
  [0.1, { type: "step-started", job: "build", step: 1, name: pinned }],
  [0.4, { type: "step-ended", job: "build", step: 1, conclusion: "success", seconds: 0.3 }],
  [0.4, { type: "step-started", job: "build", step: 2, name: "Build it" }],
  [
    1.0,
    { type: "line", job: "build", step: 2, text: "\x1b[31mbundling\x1b[0m \x1b]0;title\x07file 3 of 6\x07" },
  ],
);
export const warning = story([
  1.2,
  {
    type: "annotation",
    job: "build",
    step: 2,
    level: "warning",
    title: "Slow",
    message: "it took long\nvery",
    file: "a.ts",
    line: 4,
  },
]);
export const built = story(
  [2, { type: "step-ended", job: "build", step: 2, conclusion: "success", seconds: 1.6 }],
  [2.1, { type: "step-started", job: "build", step: 3, name: "Complete job" }],
  [2.1, { type: "step-ended", job: "build", step: 3, conclusion: "success", seconds: 0 }],
  [2.1, { type: "job-ended", job: "build", conclusion: "success", seconds: 2.1, outputs: {} }],
  [2.2, { type: "job-started", job: "deploy", name: "Deploy", steps: ["API", "Site"] }],
  [2.2, { type: "step-started", job: "deploy", step: 0, name: "API" }],
);
export const failed = story(
  [3, { type: "line", job: "deploy", step: 0, text: "##[group]Run node deploy.js" }],
  [3, { type: "line", job: "deploy", step: 0, text: "node deploy.js" }],
  [3, { type: "line", job: "deploy", step: 0, text: "##[endgroup]" }],
  [3, { type: "line", job: "deploy", step: 0, text: "Error: listen EADDRINUSE" }],
  [3, { type: "line", job: "deploy", step: 0, text: "##[error]the API exits at start; its log:" }],
  [3, { type: "line", job: "deploy", step: 0, text: "TypeError: no feed" }],
  [
    3,
    {
      type: "annotation",
      job: "deploy",
      step: 0,
      level: "error",
      title: "ApiBroken",
      message: "the API exits at start; its log:\nTypeError: no feed",
    },
  ],
  [
    3,
    {
      type: "annotation",
      job: "deploy",
      step: 0,
      level: "error",
      message: "Process completed with exit code 1.",
    },
  ],
  [4, { type: "step-ended", job: "deploy", step: 0, conclusion: "failure", seconds: 1.8 }],
  [4, { type: "step-ended", job: "deploy", step: 1, conclusion: "skipped", seconds: 0 }],
  [
    4,
    {
      type: "summary",
      job: "deploy",
      step: 0,
      markdown: "<!-- x -->\n\n# `r1` is **live** still\n\n| a |\n",
    },
  ],
  [4, { type: "job-ended", job: "deploy", conclusion: "failure", seconds: 1.8, outputs: {} }],
  [4, { type: "run-ended", conclusion: "failure", seconds: 4 }],
);
export const succeeded = story(
  [4, { type: "step-ended", job: "deploy", step: 0, conclusion: "success", seconds: 1.8 }],
  [4, { type: "job-ended", job: "deploy", conclusion: "success", seconds: 1.8, outputs: {} }],
  [4, { type: "run-ended", conclusion: "success", seconds: 4 }],
);

/** What a display wrote for the events. */
export function shown(events: readonly RunEvent[], options: Partial<DisplayOptions> = {}): string {
  let text = "";
  const display = createDisplay({
    stream: {
      write: (part) => {
        text += part;
      },
    },
    isTTY: false,
    noColor: true,
    unicode: true,
    columns: () => 80,
    rows: () => 24,
    links: () => ({ log: "http://127.0.0.1:1/runs/7" }),
    now: () => start + 2500,
    ...options,
  });
  for (const event of events) display.feed(event);
  display.close();
  return text;
}

export const esc = "\x1b";
const piece = new RegExp(`${esc}\\[\\??[\\d;]*[A-Za-z]|\\n|\\r|[^${esc}\\n\\r]+`, "g");
const upwards = new RegExp(`^${esc}\\[(\\d+)A$`);

/** What a terminal shows after it got the text: every line drawn over starts afresh. */
export function screen(text: string): string[] {
  const lines = [""];
  let row = 0;
  for (const [part] of text.matchAll(piece)) {
    const up = upwards.exec(part)?.[1];
    if (up !== undefined) row -= Number(up);
    else if (part === "\n") row += 1;
    else if (part === `${esc}[J`) lines.length = row + 1;
    else if (part !== "\r" && !part.startsWith(esc)) lines[row] += part;
    if (part === "\n" || part === "\r") lines[row] = "";
  }
  return lines.map((line) => line.trimEnd());
}
