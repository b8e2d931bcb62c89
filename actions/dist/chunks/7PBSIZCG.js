const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{d as a,e as b}from"./OQPN64TI.js";import"./D4IZF4AM.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as addressOf,a as parseAddress};
