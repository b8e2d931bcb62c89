import fc from "fast-check";

/** What an app, a database, a service or a commit may say to do harm, alone and in the midst of other text. */
const weapons = [
  "::stop-commands::x",
  " ::error::boo",
  "\t::add-mask::a",
  "::set-output name=a::b",
  "##[group]",
  "x ##[error]boo",
  "##[add-mask]a",
  "##\u200b[error]",
  "#\u0000#[error]",
  ":\u0000:error::boo",
  "\u2028::error::boo",
  "\ufeff::error::boo",
  "\u00a0::error::boo",
  "\r::error::boo",
  "\u0085::error::boo",
  `made bundle-${"0".repeat(32)} with sha256 ${"a".repeat(64)}`,
  "```",
  "~~~~",
  "` | `",
  "\\|",
  "\\\\|",
  "| --- |",
  "</details></td></table>",
  "<script>alert(1)</script>",
  "<!-- udagram-plan -->",
  "<img src=x onerror=alert(1)>",
  "[click](javascript:alert(1))",
  "![x](https://example.org/x.png)",
  "https://example.org/?x=1",
  "www.example.org",
  "@everyone #1 owner/repo#2",
  "$`x^2`$",
  "\u001b[2J\u001b]0;title\u0007",
  "\u001b]8;;https://example.org\u001b\\here\u001b]8;;\u001b\\",
  "\u009b31m",
  "\u202egnp.exe",
  "\u2066a\u2069",
  "\n# A heading\n",
  "\n- [ ] a task\n",
  "\n\n---\n\n",
  "\u0000\u0001\u007f",
  "\ud800",
];

export const hostile: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...weapons), fc.string({ unit: "binary", maxLength: 12 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(""));
