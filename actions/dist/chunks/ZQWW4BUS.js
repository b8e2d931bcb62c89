const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./5JGZAT3C.js";import"./BDSUXXHN.js";import"./LK2GWJZM.js";import"./NLZJO3ZO.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
