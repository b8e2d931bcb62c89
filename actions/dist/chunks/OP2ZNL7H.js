const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./KQTQX6RL.js";import"./YQ4JKQRY.js";import"./XVOKHJPK.js";import"./SDKXPGL5.js";import"./5V5TCXFV.js";import"./GLHBZ2XL.js";import"./7HTSRQTJ.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{b as fromTokenFile,a as fromWebToken};
