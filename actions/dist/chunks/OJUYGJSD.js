const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b}from"./SRRODU7B.js";import"./MOIAQJSU.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as addressOf,a as parseAddress};
