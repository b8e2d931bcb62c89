const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as r}from"./RZLY55E7.js";import"./E7BLBDUS.js";import"./DESOGQLT.js";import"./VWRC5EHG.js";var o=r;export{o as ownLibrary};
