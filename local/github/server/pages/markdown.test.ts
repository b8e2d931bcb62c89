import { expect } from "chai";
import { markdown } from "./markdown.ts";

/** Without the line ends between elements, which nobody sees. */
const html = (text: string): string => markdown(text).text.replace(/>\n+</g, "><").replaceAll(" />", ">");

describe("Markdown becomes HTML", () => {
  for (const [what, text, expected] of [
    ["headings", "## It is **live**", "<h2>It is <strong>live</strong></h2>"],
    ["paragraphs, whose line ends count as in comments", "a\nb\n\nc", "<p>a<br>\nb</p><p>c</p>"],
    [
      "emphasis and code",
      "*a* _b_ ~~c~~ `<d>`",
      "<p><em>a</em> <em>b</em> <s>c</s> <code>&lt;d&gt;</code></p>",
    ],
    [
      "names with underscores, left alone",
      "AWS_ROLE_ARN and snake_case_name",
      "<p>AWS_ROLE_ARN and snake_case_name</p>",
    ],
    [
      "links",
      "[the *site*](http://127.0.0.1:1/)",
      '<p><a href="http://127.0.0.1:1/" rel="noopener noreferrer">the <em>site</em></a></p>',
    ],
    [
      "bare addresses",
      "see http://a.example/x.",
      '<p>see <a href="http://a.example/x" rel="noopener noreferrer">http://a.example/x</a>.</p>',
    ],
    [
      "lists",
      "- a\n- b\n  - c\n\n1. d",
      "<ul><li>a</li><li>b\n<ul><li>c</li></ul></li></ul><ol><li>d</li></ol>",
    ],
    ["tasks", "- [x] done\n- [ ] open", "<ul><li>☑ done</li><li>☐ open</li></ul>"],
    [
      "tables",
      "| tier | n |\n|:--|--:|\n| `a\\|b` | 1 |",
      '<div class="wide" tabindex="0"><table><thead><tr><th class="left">tier</th><th class="right">n</th></tr></thead><tbody><tr><td class="left"><code>a|b</code></td><td class="right">1</td></tr></tbody></table></div>',
    ],
    [
      "code blocks",
      "```mermaid\nflowchart <LR>\n```",
      '<pre data-language="mermaid"><code>flowchart &lt;LR&gt;</code></pre>',
    ],
    [
      "the timeline of a summary",
      "```mermaid\ngantt\n  dateFormat HH:mm:ss.SSS\n  section <api>\n  moved 1.0 s :done, 00:00:00.000, 00:00:01.000\n```",
      '<div class="wide" tabindex="0"><svg class="gantt" viewBox="0 0 720 50" role="img" aria-label="timeline"><line class="tick" x1="90.0" y1="0" x2="90.0" y2="28"></line><text class="soft" x="90.0" y="42" text-anchor="middle">0.0 s</text><line class="tick" x1="186.0" y1="0" x2="186.0" y2="28"></line><text class="soft" x="186.0" y="42" text-anchor="middle">0.2 s</text><line class="tick" x1="282.0" y1="0" x2="282.0" y2="28"></line><text class="soft" x="282.0" y="42" text-anchor="middle">0.4 s</text><line class="tick" x1="378.0" y1="0" x2="378.0" y2="28"></line><text class="soft" x="378.0" y="42" text-anchor="middle">0.6 s</text><line class="tick" x1="474.0" y1="0" x2="474.0" y2="28"></line><text class="soft" x="474.0" y="42" text-anchor="middle">0.8 s</text><line class="tick" x1="570.0" y1="0" x2="570.0" y2="28"></line><text class="soft" x="570.0" y="42" text-anchor="middle">1.0 s</text><text x="0" y="16">&lt;api&gt;</text><rect class="bar done" x="90.0" y="5" width="480.0" height="14" rx="3"></rect><text class="soft" x="576.0" y="16">moved 1.0 s</text></svg></div>',
    ],
    ["entities", "a&#64;b &amp; &#x;", "<p>a@b &amp; &amp;#x;</p>"],
    ["quotes", "> a\n> b", "<blockquote><p>a<br>\nb</p></blockquote>"],
    ["rules", "---", "<hr>"],
    [
      "details",
      "<details><summary>More</summary>\n\n**x**\n\n</details>",
      "<details><summary>More</summary><p><strong>x</strong></p></details>",
    ],
    ["hidden comments, left out", "<!-- marker -->\nseen", "<p>seen</p>"],
    [
      "a summary table as the toolkit writes it",
      '<table><tr><th>a</th><td colspan="2">b</td></tr></table>',
      '<table><tr><th>a</th><td colspan="2">b</td></tr></table>',
    ],
  ] as const) {
    it(what, () => {
      expect(html(text)).equal(expected);
    });
  }

  for (const text of [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<b onclick="alert(1)">x</b>',
    "<details open onclick=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](//evil.example/)",
    "[x](data:text/html,1)",
    "<iframe src=//evil.example></iframe>",
    '```x" onload="y\n```',
    "| <script> |\n|---|\n| <style> |",
    '[x](http://a.example/"onclick="alert(1))',
  ]) {
    it(`nothing that runs or reaches elsewhere from ${JSON.stringify(text)}`, () => {
      const tags = html(text).match(/<[^>]*>/g) ?? [];
      for (const tag of tags) {
        expect(tag).not.match(/script|style|img|iframe|javascript:|data:/i);
        expect(tag.replace(/"[^"]*"/g, ""), "attributes").not.match(/\son/i);
        expect(tag).not.match(/href="(?!https?:|#|mailto:|\/[^/])/);
      }
    });
  }

  it("in time, whatever the text is", () => {
    const cost = (times: number): number => {
      const started = process.cpuUsage();
      for (const piece of ["*", "_a", "[", "`", "|", "<details>", "- ", "> ", "**a*"])
        html(piece.repeat(times));
      return process.cpuUsage(started).user;
    };
    const [tenth, whole] = [Math.max(cost(500), cost(500)), cost(5000)];
    expect(whole, "no worse than by the square of its length").lessThan(200 * tenth);
  });
});
