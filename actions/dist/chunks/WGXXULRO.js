const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b}from"./YGW5S6FN.js";import"./EWIORAPK.js";import"./VWRC5EHG.js";export{b as addressOf,a as parseAddress};
