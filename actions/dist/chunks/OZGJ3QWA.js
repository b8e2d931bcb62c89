const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b}from"./ZIILLVN5.js";import"./EWIORAPK.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as addressOf,a as parseAddress};
