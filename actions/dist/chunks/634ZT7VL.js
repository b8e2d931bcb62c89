const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b}from"./HCSD567T.js";import"./6WBW2SLA.js";import"./VWRC5EHG.js";export{b as addressOf,a as parseAddress};
