const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{I as m,j as f}from"./EVEZHNXS.js";import{a as n,f as t}from"./VWRC5EHG.js";var i=t(f(),1),o=t(m(),1);function p(e){for(let r=e;;r=(0,o.dirname)(r)){if((0,i.existsSync)((0,o.join)(r,"package.json")))return r;if(r===(0,o.dirname)(r))return e}}n(p,"homeFolder");export{p as a};
