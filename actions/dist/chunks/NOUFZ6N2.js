const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b}from"./YOIMHC75.js";import"./JQY75YJX.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as addressOf,a as parseAddress};
