const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{f as a,g as b,h as c}from"./EDJVYDOA.js";import"./NDAEF5JB.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./JQY75YJX.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as applicationName,c as connectClient,a as limitSettings};
