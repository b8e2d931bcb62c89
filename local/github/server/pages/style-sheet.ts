import { Html } from "./html.ts";

export const styleSheet = new Html(`
:root {
  --paper: #fff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --raised: #f6f8fa; --link: #0969da;
  --good: #1a7f37; --bad: #cf222e; --busy: #9a6700; --code: #eff1f3; --shade: #59636e66;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --raised: #151b23; --link: #58a6ff;
    --good: #3fb950; --bad: #ff7b72; --busy: #e3b341; --code: #20262e; --shade: #9198a188;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
header { display: flex; gap: .5rem 1rem; flex-wrap: wrap; justify-content: space-between; padding: .7rem 1.2rem;
  background: var(--raised); border-bottom: 1px solid var(--line); }
header a { color: inherit; }
header span, .soft { color: var(--soft); }
main { max-width: 60rem; margin: 0 auto; padding: 1.2rem 1.2rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .4rem 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
.facts { display: flex; flex-wrap: wrap; gap: .15rem 1rem; margin: .2rem 0 1.2rem; color: var(--soft); }
.mark { display: inline-block; width: 1.2em; font-weight: 700; text-align: center; }
.success { color: var(--good); }
.failure, .timed_out, .error { color: var(--bad); }
.running, .waiting, .cancelled, .interrupted, .warning { color: var(--busy); }
.queued, .skipped, .notice { color: var(--soft); }
.running .turning { display: inline-block; animation: turn 1s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .running .turning { animation: none; } }
.card { border: 1px solid var(--line); border-radius: 8px; margin: .6rem 0; overflow: hidden; }
.card > summary, .row { display: flex; gap: .5rem; align-items: baseline; padding: .5rem .9rem; }
.card > summary { background: var(--raised); cursor: pointer; font-weight: 600; list-style: none; }
.card > summary::-webkit-details-marker { display: none; }
.row { border-top: 1px solid var(--line); color: inherit; }
.row:first-child { border-top: 0; }
.grow { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.time { color: var(--soft); font-weight: 400; font-variant-numeric: tabular-nums; white-space: nowrap; }
details.step { border-top: 1px solid var(--line); }
details.step > summary { display: flex; gap: .5rem; padding: .35rem .9rem; cursor: pointer; list-style: none; }
details.step > summary::-webkit-details-marker { display: none; }
pre { margin: 0 0 .8rem; padding: .7rem .9rem; overflow-x: auto; background: var(--code); border-radius: 6px;
  font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, monospace; }
details.step pre { border-radius: 0; margin: 0; max-height: 30rem; overflow: auto; }
code { font: .88em ui-monospace, "SF Mono", Menlo, monospace; background: var(--code); padding: .1em .3em;
  border-radius: 4px; }
pre code { padding: 0; font-size: inherit; background: none; }
.note { padding: .5rem .9rem; margin: .5rem 0; border-left: 3px solid currentColor; background: var(--raised);
  border-radius: 0 6px 6px 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.note b { display: block; }
.note span { color: var(--ink); }
article { border: 1px solid var(--line); border-radius: 8px; padding: .4rem 1.1rem 1rem; margin: .6rem 0; overflow-x: auto; }
article > :first-child { margin-top: .5rem; }
.wide { overflow-x: auto; margin: .6rem 0; background: linear-gradient(90deg, var(--paper) 30%, transparent) 0 / 2.5rem 100% no-repeat local,
  linear-gradient(-90deg, var(--paper) 30%, transparent) 100% / 2.5rem 100% no-repeat local,
  linear-gradient(90deg, var(--shade), transparent) 0 / .9rem 100% no-repeat scroll,
  linear-gradient(-90deg, var(--shade), transparent) 100% / .9rem 100% no-repeat scroll; }
.wide:focus-visible { outline: 2px solid var(--link); }
article table { border-collapse: collapse; }
article th, article td { border: 1px solid var(--line); padding: .3rem .7rem; }
article th { background: var(--raised); }
.gantt { display: block; width: 100%; min-width: 32rem; font-size: 12px; fill: var(--ink); }
.gantt .tick { stroke: var(--line); }
.gantt .soft { fill: var(--soft); }
.gantt .done { fill: var(--good); } .gantt .active { fill: var(--busy); } .gantt .crit { fill: var(--bad); }
.right { text-align: right; } .center { text-align: center; } .left { text-align: left; }
blockquote { margin: .6rem 0; padding: 0 1rem; border-left: 3px solid var(--line); color: var(--soft); }
.acts { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin: .6rem 0; }
.acts form { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center; }
.act { display: inline-flex; align-items: center; font: inherit; font-weight: 600; color: var(--ink); background: var(--raised); cursor: pointer;
  border: 1px solid var(--line); border-radius: 6px; padding: .4rem .8rem; min-height: 2.75rem; }
.act:hover { border-color: var(--soft); text-decoration: none; }
.act:focus-visible, input:focus-visible, select:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.fields label { display: block; margin: 1rem 0; }
.fields .check { display: flex; gap: .6rem; align-items: baseline; }
.fields input:not([type=checkbox]), .fields select { display: block; width: 100%; max-width: 30rem; margin-top: .3rem; font: inherit;
  padding: .45rem .6rem; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
@media (max-width: 32rem) { .row { flex-wrap: wrap; } .row > .time { flex-basis: 100%; padding-left: 1.7rem; white-space: normal; } }
.offline main { opacity: .55; }
.offline header span::after { content: " (stopped; npm start brings it back)"; color: var(--bad); }
`);
