import { type Html, html } from "./html.ts";

const marks: Readonly<Record<string, string>> = {
  success: "✓",
  failure: "✗",
  timed_out: "✗",
  error: "✗",
  cancelled: "⊘",
  interrupted: "⊘",
  skipped: "–",
  inactive: "–",
  running: "◐",
  in_progress: "◐",
  waiting: "◌",
  review: "◌",
};

/** The symbol of a state or conclusion, in its colour, with its word for those who do not see it. */
export function stateMark(state: string): Html {
  const style = state === "in_progress" ? "running" : state;
  const turning = style === "running" ? "turning" : "";
  return html`<span class="mark ${style}" title="${state.replaceAll("_", " ")}" role="img" aria-label="${state.replaceAll("_", " ")}"><span class="${turning}">${marks[state] ?? "○"}</span></span>`;
}
