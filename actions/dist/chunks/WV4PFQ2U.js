const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{f as a,g as b,h as c}from"./HTIVLRNK.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./JB76M5BS.js";import"./EWIORAPK.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as applicationName,c as connectClient,a as limitSettings};
