const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b}from"./XERPC44S.js";import"./DT6DXW5P.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as addressOf,a as parseAddress};
