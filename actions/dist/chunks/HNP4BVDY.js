const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as g}from"./SRGQBRPZ.js";import{a as t}from"./VWRC5EHG.js";function a(r){return c(r).replace(/&/g,"&amp;").replace(/#(?=\w)/g,`#${i}`).replace(/</g,"&lt;").replace(/[|`*_~$[\]\\]/g,s).replace(/@/g,`${s("@")}${i}`).replace(/:\/\//g,`:${i}//`).replace(/\bwww\./gi,n=>`${n.slice(0,3)}${i}.`)}t(a,"cell");var i="&#8203;";function s(r){return`&#${r.codePointAt(0)};`}t(s,"entity");function c(r){return g(r.replace(/\s+/g," ")).trim()}t(c,"plain");function p(r){let n=c(r).replace(/`/g,"'").replace(/\\(?=\\*\|)/g,"\u2216").replace(/\|/g,"\\|");return`\`${n===""?" ":n}\``}t(p,"code");function u(r,n){let e=new URL(n).href.replace(/[()|]/g,o=>`%${o.charCodeAt(0).toString(16)}`);return`[${r}](${e})`}t(u,"link");function $(r,n){let e=t(o=>`| ${o.join(" | ")} |`,"line");return[e(r),e(r.map(()=>"---")),...n.map(e)].join(`
`)}t($,"table");function d(r,n,e=!1){return`<details${e?" open":""}><summary>${a(r)}</summary>

${n}

</details>`}t(d,"folded");function f(r){return r<1e3?`${r} B`:r<1e6?`${(r/1e3).toFixed(1)} kB`:`${(r/1e6).toFixed(1)} MB`}t(f,"size");function m(r,n){return`${r} ${n}${r===1?"":"s"}`}t(m,"count");export{a,c as b,p as c,u as d,$ as e,d as f,f as g,m as h};
