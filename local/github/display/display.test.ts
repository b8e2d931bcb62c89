import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { createDisplay } from "./display.ts";
import {
  beginning,
  built,
  esc,
  failed,
  screen,
  shown,
  start,
  story,
  succeeded,
  warning,
} from "./display-fixture.ts";

describe("the display of a run", () => {
  describe("where the output is no terminal", () => {
    it("prints a line per step that did something, warnings as they come, then the verdict", () => {
      expect(shown([...beginning, ...warning, ...built, ...succeeded]).split("\n")).deep.equal([
        "Deploy #3: Newest photo first (1a2b3c4)",
        "  Build   ✓ Run actions/checkout  0.3 s",
        "  Build   warning: a.ts:4: Slow: it took long",
        "  Build   ✓ Build it  1.6 s",
        "  Build   done in 2.1 s",
        "  Deploy  ✓ API  1.8 s",
        "  Deploy  done in 1.8 s",
        "",
        "✓ Deploy #3 succeeded in 4.0 s",
        "  run      http://127.0.0.1:1/runs/7",
        "",
      ]);
    });

    it("of a failure says where, the workflow's own words, the errors and the end of the log", () => {
      const lines = shown([...beginning, ...built, ...failed]).split("\n");
      expect(lines.slice(lines.indexOf("") + 1)).deep.equal([
        "✗ r1 is live still",
        "  Deploy #3 failed after 4.0 s in Deploy › API",
        "  ApiBroken: the API exits at start; its log:",
        "    TypeError: no feed",
        "  the end of its log:",
        "  │ Error: listen EADDRINUSE",
        "  run      http://127.0.0.1:1/runs/7",
        "",
      ]);
    });

    it("cuts neither the verdict nor the cause, however long, and of what an error quotes only the middle", () => {
      const cause = `the API answers 500 since ${"a very long reason ".repeat(8)}ends here`;
      const quoted = Array.from({ length: 40 }, (_, line) => `line ${line + 1}`);
      const message = [cause, ...quoted].join("\n");
      const events = [
        ...beginning,
        ...built,
        ...story(
          [3, { type: "annotation", job: "deploy", step: 0, level: "error", title: "ApiBroken", message }],
          [3, { type: "summary", job: "deploy", step: 0, markdown: `# r1 is live: ${cause}\n` }],
          [4, { type: "step-ended", job: "deploy", step: 0, conclusion: "failure", seconds: 1 }],
          [4, { type: "job-ended", job: "deploy", conclusion: "failure", seconds: 1, outputs: {} }],
          [4, { type: "run-ended", conclusion: "failure", seconds: 4 }],
        ),
      ];
      const text = shown(events);
      for (const line of text.split("\n")) expect(line.length, line).to.be.at.most(80);
      expect(text.match(/ends here/g)).to.have.length(3);
      const lines = text
        .slice(text.indexOf("Deploy › API"))
        .split("\n")
        .map((line) => line.trim());
      expect(lines).to.include.members(["line 1", "line 10", "… 26 more lines …", "line 37", "line 40"]);
    });

    it("shows a summary's words as they were meant, and where the rest of it is", () => {
      const events = [
        ...beginning,
        ...story(
          [
            3,
            {
              type: "summary",
              job: "build",
              step: 2,
              markdown: "### `r1` is live: A&#95;B &amp; &#64;&#8203;ada\n",
            },
          ],
          [4, { type: "run-ended", conclusion: "success", seconds: 4 }],
        ),
      ];
      const links = () => ({
        log: "http://127.0.0.1:1/runs/7",
        summary: "http://127.0.0.1:1/runs/7#summary",
      });
      expect(shown(events, { links }).split("\n").slice(-5)).deep.equal([
        "✓ r1 is live: A_B & @ada",
        "  Deploy #3 succeeded in 4.0 s",
        "  run      http://127.0.0.1:1/runs/7",
        "  summary  http://127.0.0.1:1/runs/7#summary",
        "",
      ]);
    });

    it("quotes no step that succeeded as the word of a run that did not", () => {
      const markdown = "### Safe to go live: changes api\n";
      const safe = [3, { type: "summary", job: "build", step: 2, markdown }] as const;
      const well = [
        3,
        { type: "step-ended", job: "build", step: 2, conclusion: "success", seconds: 1 },
      ] as const;
      const told = (conclusion: "success" | "failure"): string =>
        shown([...beginning, ...story(safe, well, [4, { type: "run-ended", conclusion, seconds: 4 }])]);
      expect(told("failure")).not.to.contain("Safe to go live");
      expect(told("success")).to.contain("Safe to go live");
    });

    it("lets a job that came after all that failed say what is live, once, and what to do", () => {
      const said = 'r1 is live again; r2 was put back: step "API" failed';
      const finish = story(
        [4.1, { type: "job-started", job: "finish", name: "Finish", steps: ["Finish"] }],
        [4.1, { type: "step-started", job: "finish", step: 0, name: "Finish" }],
        [
          4.5,
          {
            type: "summary",
            job: "finish",
            step: 0,
            markdown: `### ${said}\n\n**What to do:** mend \`it\`.\n`,
          },
        ],
        [
          4.5,
          {
            type: "annotation",
            job: "finish",
            step: 0,
            level: "error",
            title: "NotLive",
            message: `${said}. To fix it: mend it and push again`,
          },
        ],
        [5, { type: "step-ended", job: "finish", step: 0, conclusion: "failure", seconds: 1 }],
        [5, { type: "job-ended", job: "finish", conclusion: "failure", seconds: 1, outputs: {} }],
        [5, { type: "run-ended", conclusion: "failure", seconds: 5 }],
      );
      const text = shown([...beginning, ...built, ...failed.slice(0, -1), ...finish], { columns: () => 200 });
      const verdict = text.slice(text.indexOf("\n\n") + 2);
      expect(verdict.split("\n")[0]).to.equal(`✗ ${said}`);
      expect(verdict.split(said)).to.have.length(2);
      expect(verdict).to.contain("ApiBroken: the API exits at start").and.contain("  What to do: mend it.\n");
    });

    it("lets one that succeeded after the failure speak, and not one that succeeded before", () => {
      const word = (from: number) =>
        story(
          [from, { type: "job-started", job: "live", name: "Still live", steps: ["Look"] }],
          [from, { type: "step-started", job: "live", step: 0, name: "Look" }],
          [5, { type: "summary", job: "live", step: 0, markdown: "### r1 is live\n" }],
          [5, { type: "step-ended", job: "live", step: 0, conclusion: "success", seconds: 1 }],
          [5, { type: "job-ended", job: "live", conclusion: "success", seconds: 1, outputs: {} }],
          [5, { type: "run-ended", conclusion: "failure", seconds: 5 }],
        );
      const silent = failed.filter(({ type }) => type !== "summary" && type !== "run-ended");
      const told = (from: number) => shown([...beginning, ...built, ...silent, ...word(from)]);
      expect(told(4.2)).to.contain("\n✗ r1 is live\n");
      expect(told(2)).not.to.contain("r1 is live");
    });

    it("says nothing of a job that was skipped", () => {
      const skip = story(
        [2, { type: "job-started", job: "refuse", name: "Refuse", steps: [] }],
        [2, { type: "job-ended", job: "refuse", conclusion: "skipped", seconds: 0, outputs: {} }],
      );
      const events = [...beginning, ...skip, ...built, ...succeeded];
      expect(shown(events)).not.to.contain("Refuse");
      expect(screen(shown(events, { isTTY: true })).join("\n")).not.to.contain("Refuse");
    });

    it("does not take the echo of a step's inputs for its log, however long it is", () => {
      const echo = [
        "##[group]Run node deploy.js",
        ...Array.from({ length: 60 }, (_, line) => `  input ${line}`),
      ];
      const lines = [...echo, "##[endgroup]", "what went wrong"].map(
        (text) => [2.3, { type: "line", job: "deploy", step: 0, text }] as const,
      );
      const ended = [
        4,
        { type: "step-ended", job: "deploy", step: 0, conclusion: "failure", seconds: 1 },
      ] as const;
      const over = [
        4,
        { type: "job-ended", job: "deploy", conclusion: "failure", seconds: 1, outputs: {} },
      ] as const;
      const end = [4, { type: "run-ended", conclusion: "failure", seconds: 4 }] as const;
      const text = shown([...beginning, ...built, ...story(...lines, ended, over, end)]);
      expect(text).contain("  │ what went wrong").and.not.contain("input");
    });

    it("tells what a long step is busy with", async () => {
      let now = start + 1000;
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
        now: () => now,
      });
      for (const event of beginning) display.feed(event);
      now += 6000;
      await until(() => text.includes("  Build   … Build it  6.6 s  bundling file 3 of 6\n"));
      display.close();
    });

    it("says that a run was interrupted when its events end without an end", () => {
      expect(shown(beginning)).contain("Deploy #3 was interrupted").and.contain("npm start");
    });

    it("says why a run ended that has no job to tell it", () => {
      const events = [
        ...beginning.slice(0, 2),
        ...story([
          1,
          { type: "run-ended", conclusion: "cancelled", seconds: 1, reason: "a newer run took its place" },
        ]),
      ];
      expect(shown(events)).contain("⊘ Deploy #3 was cancelled after 1.0 s: a newer run took its place");
    });

    it("says what a waiting run waits for", () => {
      const events = [
        ...beginning.slice(0, 1),
        ...story([1, { type: "run-waiting", group: "deploy", behind: 2 }]),
      ];
      expect(shown(events)).contain('  waiting for 2 ahead in the concurrency group "deploy"');
    });

    it("stays inside its columns and within ASCII where asked to", () => {
      const text = shown([...beginning, ...warning, ...built, ...failed], {
        columns: () => 40,
        unicode: false,
      });
      for (const line of text.split("\n")) if (!line.includes("http")) expect(line.length, line).at.most(40);
      expect(text).not.match(/[✓✗│›]/);
    });
  });

  describe("on a terminal", () => {
    const terminal = { isTTY: true, columns: () => 80 };

    it("shows jobs and the steps of running jobs, with states, times and what they are busy with", () => {
      const text = shown(beginning, { ...terminal, now: () => start + 1500 });
      expect(screen(text).slice(0, 6)).deep.equal([
        "Deploy #3  1a2b3c4 Newest photo first                                    1.5 s",
        "⠋ Build                       1.5 s",
        "  ✓ Run actions/checkout      0.3 s",
        "  ⠋ Build it                  1.1 s  bundling file 3 of 6",
        "○ Deploy",
        "",
      ]);
    });

    it("leaves a line per job, the warnings above and the verdict below", () => {
      const lines = screen(shown([...beginning, ...warning, ...built, ...failed], terminal));
      expect(lines.slice(0, 9)).deep.equal([
        "  Build   warning: a.ts:4: Slow: it took long",
        "  Deploy  error: ApiBroken: the API exits at start; its log:",
        "  Deploy  error: Process completed with exit code 1.",
        "Deploy #3  1a2b3c4 Newest photo first                                    4.0 s",
        "✓ Build                       2.1 s",
        "✗ Deploy                      1.8 s  API",
        "",
        "✗ r1 is live still",
        "  Deploy #3 failed after 4.0 s in Deploy › API",
      ]);
    });

    it("fits a small window: what is to come gives way first, what runs last", () => {
      const text = shown(beginning, {
        ...terminal,
        columns: () => 50,
        rows: () => 6,
        now: () => start + 1500,
      });
      const lines = screen(text).filter((line) => line !== "");
      expect(lines.slice(0, 4)).deep.equal([
        "Deploy #3  1a2b3c4 Newest photo first      1.5 s",
        "⠋ Build                       1.5 s",
        "  ⠋ Build it                  1.1 s  bundling f…",
        "○ Deploy",
      ]);
    });

    it("keeps a line that is no part of the run above what it redraws", () => {
      let text = "";
      const stream = { write: (part: string) => (text += part) };
      const display = createDisplay({ ...terminal, stream, noColor: true, unicode: true, rows: () => 24 });
      for (const event of beginning) display.feed(event);
      display.print("· stopping");
      display.close();
      const lines = screen(text);
      expect(lines[0]).equal("· stopping");
      expect(lines.filter((line) => line.startsWith("Deploy #3  1a2b3c4"))).lengthOf(1);
    });

    it("gives the cursor back", () => {
      const text = shown([...beginning, ...built, ...succeeded], terminal);
      expect(text.startsWith("\x1b[?25l")).equal(true);
      expect(text.endsWith("\x1b[?25h")).equal(true);
    });

    it("has colours unless NO_COLOR is set, and no other esc sequence from a log", () => {
      const events = [...beginning, ...built, ...failed];
      expect(shown(events, { ...terminal, noColor: false })).contain("\x1b[31m✗\x1b[39m");
      const plain = shown(events, terminal);
      expect(plain).not.match(new RegExp(`${esc}\\[\\d+m`));
      expect(plain).not.contain("\x1b]").and.not.contain("\x07");
    });
  });
});
