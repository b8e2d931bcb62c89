import { Html } from "./html.ts";

/** Fetches the page again every second while it is live, and puts in what changed; what the reader opened stays open. Asks before what a form says that it does. */
export const liveScript = new Html(`
const main = () => document.querySelector("main");
async function follow() {
  while (main().hasAttribute("data-live")) {
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 5000 : 1000));
    let text;
    try {
      text = await (await fetch(location.href, { cache: "no-store" })).text();
    } catch {
      document.body.classList.add("offline");
      continue;
    }
    document.body.classList.remove("offline");
    const next = new DOMParser().parseFromString(text.replace(/<style[^]*?<\\/style>/, ""), "text/html");
    if (next.querySelector("main").innerHTML === main().innerHTML) continue;
    const changed = new Map([...main().querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
    const asked = new Set(JSON.parse(sessionStorage.getItem("asked") ?? "[]"));
    document.title = next.title;
    for (const each of next.querySelectorAll("details[id]")) {
      if (asked.has(each.id) && changed.has(each.id)) each.open = changed.get(each.id);
    }
    main().replaceWith(next.querySelector("main"));
  }
}
document.addEventListener("click", (event) => {
  const opened = event.target.closest("summary")?.parentElement?.id;
  if (!opened) return;
  const asked = new Set(JSON.parse(sessionStorage.getItem("asked") ?? "[]"));
  sessionStorage.setItem("asked", JSON.stringify([...asked.add(opened)]));
});
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
follow();
`);
