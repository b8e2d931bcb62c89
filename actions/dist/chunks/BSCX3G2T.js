const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as a,c as b}from"./E5TMA7GW.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as driver,a as ownLibrary};
