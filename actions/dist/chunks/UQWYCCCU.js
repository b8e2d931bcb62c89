const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./NC4CSKAQ.js";import"./ZGTHM3GI.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./3ZXAKFCM.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as applicationName,c as connectClient,a as limitSettings};
