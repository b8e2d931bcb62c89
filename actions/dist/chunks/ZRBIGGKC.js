const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as r}from"./4R4CWIVD.js";import"./ZX6S2DWT.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";var o=r;export{o as ownLibrary};
