const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./7C5DW22I.js";import"./ZX6S2DWT.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as ownLibrary};
