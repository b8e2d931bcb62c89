const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as g}from"./FRX3MUWL.js";import{a as t}from"./VWRC5EHG.js";function a(n){return c(n).replace(/&/g,"&amp;").replace(/#(?=\w)/g,`#${i}`).replace(/</g,"&lt;").replace(/[|`*_~$[\]\\]/g,s).replace(l,s).replace(/@/g,`${s("@")}${i}`).replace(/:\/\//g,`:${i}//`).replace(/\bwww\./gi,r=>`${r.slice(0,3)}${i}.`)}t(a,"cell");var l=/^(?:#(?=#{0,5}(?:\s|$))|>|[-+](?=\s|$)|[-=](?=[-=\s]*$)|\d(?=\d{0,8}[.)](?:\s|$)))/,i="&#8203;";function s(n){return`&#${n.codePointAt(0)};`}t(s,"entity");function c(n){return g(n)}t(c,"plain");function $(n){let r=c(n).replace(/`/g,"'").replace(/\\(?=\\*\|)/g,"\u2216").replace(/\|/g,"\\|");return`\`${r===""?" ":r}\``}t($,"code");function u(n,r){let e=new URL(r).href.replace(/[()|]/g,o=>`%${o.charCodeAt(0).toString(16)}`);return`[${n}](${e})`}t(u,"link");function d(n,r){let e=t(o=>`| ${o.join(" | ")} |`,"line");return[e(n),e(n.map(()=>"---")),...r.map(e)].join(`
`)}t(d,"table");function f(n,r,e=!1){return`<details${e?" open":""}><summary>${a(n)}</summary>

${r}

</details>`}t(f,"folded");function x(n){return n<1e3?`${n} B`:n<1e6?`${(n/1e3).toFixed(1)} kB`:`${(n/1e6).toFixed(1)} MB`}t(x,"size");function m(n,r){return`${n} ${r}${n===1?"":"s"}`}t(m,"count");export{a,c as b,$ as c,u as d,d as e,f,x as g,m as h};
