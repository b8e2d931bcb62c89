const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as n}from"./VWRC5EHG.js";function s(r){return c(r).replace(/&/g,"&amp;").replace(/#(?=\w)/g,`#${i}`).replace(/</g,"&lt;").replace(/[|`*_~$[\]\\]/g,o).replace(/@/g,`${o("@")}${i}`).replace(/:\/\//g,`:${i}//`).replace(/\bwww\./gi,t=>`${t.slice(0,3)}${i}.`)}n(s,"cell");var i="&#8203;";function o(r){return`&#${r.codePointAt(0)};`}n(o,"entity");function c(r){return r.replace(/\s+/g," ").replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,"").replace(/##\[/g,"# #[").trim()}n(c,"plain");function a(r){return`\`${c(r).replace(/`/g,"'").replace(/\|/g,"\\|")}\``}n(a,"code");function l(r,t){let e=new URL(t).href.replace(/[()|]/g,g=>`%${g.charCodeAt(0).toString(16)}`);return`[${r}](${e})`}n(l,"link");function u(r,t){let e=n(g=>`| ${g.join(" | ")} |`,"line");return[e(r),e(r.map(()=>"---")),...t.map(e)].join(`
`)}n(u,"table");function p(r,t,e=!1){return`<details${e?" open":""}><summary>${s(r)}</summary>

${t}

</details>`}n(p,"folded");function $(r){return r<1e3?`${r} B`:r<1e6?`${(r/1e3).toFixed(1)} kB`:`${(r/1e6).toFixed(1)} MB`}n($,"size");function d(r,t){return`${r} ${t}${r===1?"":"s"}`}n(d,"count");export{s as a,c as b,a as c,l as d,u as e,p as f,$ as g,d as h};
