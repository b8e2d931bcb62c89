const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./DCMTEDRQ.js";import"./2PD2RSI2.js";export{a as standardLimits};
