import { randomUUID } from "node:crypto";
import MarkdownIt from "markdown-it";
import sanitizeHtml from "sanitize-html";
import { ganttChart } from "./gantt.ts";
import { escapeHtml, Html } from "./html.ts";

/**
 * Markdown as job summaries and comments use it, as safe HTML. Elements that GitHub would not let pass are shown as text; nothing that
 * the text says becomes script, style or an address of this page.
 */
export function markdown(text: string): Html {
  const charts: Charts = new Map();
  const made = sanitizeHtml(parser.render(text, { charts }), safe);
  return new Html([...charts].reduce((page, [mark, chart]) => page.replace(mark, () => chart), made).trim());
}

/** Drawings by what stands in their place until the text is safe, and which no text can know. */
type Charts = Map<string, string>;

const safe: sanitizeHtml.IOptions = {
  allowedTags: [
    ...[
      "details",
      "summary",
      "b",
      "strong",
      "i",
      "em",
      "code",
      "pre",
      "kbd",
      "sub",
      "sup",
      "br",
      "hr",
      "p",
      "a",
    ],
    ...["ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "div", "del", "s", "blockquote"],
    ...["h1", "h2", "h3", "h4", "h5", "h6"],
  ],
  allowedAttributes: {
    a: ["href", "rel"],
    details: ["open"],
    pre: ["data-language"],
    div: [{ name: "tabindex", values: ["0"] }],
    th: ["colspan", "rowspan"],
    td: ["colspan", "rowspan"],
    ol: ["start"],
  },
  allowedClasses: { div: ["wide"], th: ["left", "center", "right"], td: ["left", "center", "right"] },
  allowedSchemes: ["http", "https", "mailto"],
  allowProtocolRelative: false,
  disallowedTagsMode: "escape",
  transformTags: { a: sanitizeHtml.simpleTransform("a", { rel: "noopener noreferrer" }) },
};

/** Nobody writes quotes in quotes deeper than this, and they cost. */
const deepest = 20;

const parser = new MarkdownIt({ html: true, linkify: true, breaks: true, maxNesting: deepest });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

parser.renderer.rules.fence = (tokens, index, _options, environment) => {
  const { content = "", info = "" } = tokens[index] ?? {};
  const language = info.trim().split(/\s/)[0] ?? "";
  const chart = language === "mermaid" ? ganttChart(content) : undefined;
  if (chart === undefined) {
    const label = language === "" ? "" : ` data-language="${escapeHtml(language)}"`;
    return `<pre${label}><code>${escapeHtml(content.trimEnd())}</code></pre>\n`;
  }
  const mark = randomUUID();
  (environment as { charts: Charts }).charts.set(mark, chart.text);
  return `${mark}\n`;
};

// What does not fit scrolls by itself, and its edge says that it goes on.
parser.renderer.rules.table_open = () => '<div class="wide" tabindex="0"><table>\n';
parser.renderer.rules.table_close = () => "</table></div>\n";

// A picture would have the page ask another address; its words link to it.
parser.renderer.rules.image = (tokens, index) => {
  const { content = "", attrs } = tokens[index] ?? {};
  const source = attrs?.find(([name]) => name === "src")?.[1] ?? "";
  return `<a href="${escapeHtml(String(source))}">${escapeHtml(content)}</a>`;
};

parser.core.ruler.push("tasks and columns", ({ tokens }) => {
  for (const [index, token] of tokens.entries()) {
    const alignment = /text-align:(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
    if (token.type === "th_open" || token.type === "td_open") token.attrs = [["class", alignment ?? "left"]];
    const [first] = token.children ?? [];
    if (first?.type === "text" && tokens[index - 2]?.type === "list_item_open")
      first.content = first.content.replace(/^\[([ xX])\] /, (_, box) => (box === " " ? "☐ " : "☑ "));
  }
});
