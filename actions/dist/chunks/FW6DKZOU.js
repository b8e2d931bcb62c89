const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./EQ2FL5CX.js";import"./CQENNKX3.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./EXE45ZWN.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as applicationName,c as connectClient,a as limitSettings};
