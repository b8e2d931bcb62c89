const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{f as a,g as b,h as c}from"./LNZ6QVZQ.js";import"./YWCFXTK5.js";import"./E7BLBDUS.js";import"./JB76M5BS.js";import"./EWIORAPK.js";import"./VWRC5EHG.js";export{b as applicationName,c as connectClient,a as limitSettings};
