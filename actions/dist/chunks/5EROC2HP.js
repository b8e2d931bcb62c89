const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{f as a,g as b,h as c}from"./UIQDLD2C.js";import"./3YZ4EOB6.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./DT6DXW5P.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as applicationName,c as connectClient,a as limitSettings};
