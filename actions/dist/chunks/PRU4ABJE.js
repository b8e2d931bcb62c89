const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as n}from"./6WBW2SLA.js";import{a as r}from"./VWRC5EHG.js";function c({name:t},o,{code:i,hint:e},m){return new n(i,`migration "${t}": ${o}`,{hint:e,cause:m})}r(c,"unusable");export{c as a};
