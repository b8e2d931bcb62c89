const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a as t}from"./VWRC5EHG.js";var n=t(s=>{let r=["","js","cjs","mjs","ts","cts","mts"];if(r.includes(s))return s;throw new Error(`is none of ${r.slice(1).join(", ")}`)},"recordedExtension");export{n as a};
