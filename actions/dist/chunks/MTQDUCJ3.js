const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as e}from"./VWRC5EHG.js";import{existsSync as t}from"node:fs";import{dirname as n,join as i}from"node:path";function p(o){for(let r=o;;r=n(r)){if(t(i(r,"package.json")))return r;if(r===n(r))return o}}e(p,"homeFolder");export{p as a};
